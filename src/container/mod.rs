//! A dropped file to its members: what it is wrapped in is known by content, never by name.

mod gzip;

use crate::base::{Problem, Timestamp, limits};
use gzip::Gzip;

/// One stream of bytes of a dropped file, when nothing is left to unwrap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// Where it stands in the archives of the file: `var/log/secure`, and `logs.tar!/secure` for an archive in an
    /// archive. `None` where the file is no archive: then it is the only member.
    pub path: Option<String>,
    /// What it was wrapped in, outermost first.
    pub containers: Vec<&'static str>,
    /// When it was last changed, as its archive says.
    pub modified: Option<Timestamp>,
}

/// What takes the members of a file, one behind the other.
pub trait Members {
    /// A member begins: the bytes that come now are its own.
    fn begin(&mut self, member: Member);
    /// The next bytes of the member.
    fn push(&mut self, bytes: &[u8]);
    /// The member has no more bytes; what is wrong with its wrapping.
    fn end(&mut self, problems: Vec<Problem>);
}

/// Unwraps a file as its bytes come, cut anywhere.
pub struct Unwrapper {
    state: State,
    n_out: u64,
    problem: Option<Problem>,
}

enum State {
    /// Fewer bytes than the longest signature.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<Gzip>),
}

/// Bytes that tell every container apart.
const SIGNATURE_BYTES: usize = 3;

impl Default for Unwrapper {
    fn default() -> Self {
        Unwrapper { state: State::Unknown(Vec::new()), n_out: 0, problem: None }
    }
}

/// Whether a file that begins with `head` is wrapped in nothing: its bytes are those of its only member.
pub fn is_plain(head: &[u8]) -> bool {
    !head.starts_with(&gzip::SIGNATURE)
}

impl Unwrapper {
    /// Takes the next bytes of the file and hands on what they unwrap to.
    pub fn push(&mut self, chunk: &[u8], members: &mut dyn Members) {
        if let State::Unknown(head) = &mut self.state {
            head.extend_from_slice(chunk);
            if head.len() >= SIGNATURE_BYTES {
                let head = std::mem::take(head);
                self.recognise(&head, members);
                self.unwrap(&head, members);
            }
        } else {
            self.unwrap(chunk, members);
        }
    }

    /// Says that the file has no more bytes; what is wrong with its archives, of which no member is to blame.
    pub fn finish(&mut self, members: &mut dyn Members) -> Vec<Problem> {
        if let State::Unknown(head) = &mut self.state {
            let head = std::mem::take(head);
            self.recognise(&head, members);
            self.unwrap(&head, members);
        }
        if let State::Gzip(gzip) = &mut self.state
            && self.problem.is_none()
        {
            self.problem = gzip.finish();
        }
        members.end(self.problem.take().into_iter().collect());
        Vec::new()
    }

    fn recognise(&mut self, head: &[u8], members: &mut dyn Members) {
        let is_cut = head.len() > 1 && gzip::SIGNATURE.starts_with(head);
        let is_gzip = is_cut || head.starts_with(&gzip::SIGNATURE);
        let mut member = Member::default();
        self.state = if is_gzip {
            member.containers.push("gzip");
            State::Gzip(Box::default())
        } else {
            State::Plain
        };
        members.begin(member);
    }

    fn unwrap(&mut self, chunk: &[u8], members: &mut dyn Members) {
        let n_out = &mut self.n_out;
        let mut limited = |bytes: &[u8], n_in: u64| {
            *n_out += bytes.len() as u64;
            members.push(bytes);
            // Looked at in the same places however the file is cut.
            let limit = if !n_out.is_multiple_of(gzip::OUT_BYTES as u64) {
                return Ok(());
            } else if *n_out > limits::MEMBER_BYTES {
                "the limit of 64 GiB"
            } else if *n_out > 1 << 20 && *n_out / limits::EXPANSION_RATIO > n_in {
                "the limit of 1,000 times its size"
            } else {
                return Ok(());
            };
            Err(Problem::TooLarge { offset: *n_out, limit })
        };
        let result = match &mut self.state {
            State::Unknown(_) => unreachable!("bytes are unwrapped once the container is known"),
            State::Plain => {
                members.push(chunk);
                Ok(())
            }
            State::Gzip(gzip) => gzip.push(chunk, &mut limited),
        };
        if let Err(problem) = result {
            self.problem.get_or_insert(problem);
        }
    }
}
