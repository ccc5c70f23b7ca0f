//! A dropped file to its bytes: what it is wrapped in is known by content, never by name.

mod gzip;

use crate::base::{Problem, limits};
use gzip::Gzip;

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

impl Unwrapper {
    /// Takes the next bytes of the file and gives what they unwrap to.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn FnMut(&[u8])) {
        if let State::Unknown(head) = &mut self.state {
            head.extend_from_slice(chunk);
            if head.len() >= SIGNATURE_BYTES {
                let head = std::mem::take(head);
                self.recognise(&head);
                self.unwrap(&head, sink);
            }
        } else {
            self.unwrap(chunk, sink);
        }
    }

    /// Says that the file has no more bytes.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) {
        if let State::Unknown(head) = &mut self.state {
            let head = std::mem::take(head);
            self.recognise(&head);
            self.unwrap(&head, sink);
        }
        if let State::Gzip(gzip) = &mut self.state
            && self.problem.is_none()
        {
            self.problem = gzip.finish();
        }
    }

    /// What is wrong with the wrapping, as far as it has been read.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// What the bytes were wrapped in, outermost first.
    pub fn containers(&self) -> &'static [&'static str] {
        match self.state {
            State::Gzip(_) => &["gzip"],
            _ => &[],
        }
    }

    fn recognise(&mut self, head: &[u8]) {
        let is_cut = head.len() > 1 && gzip::SIGNATURE.starts_with(head);
        let is_gzip = is_cut || head.starts_with(&gzip::SIGNATURE);
        self.state = if is_gzip { State::Gzip(Box::default()) } else { State::Plain };
    }

    fn unwrap(&mut self, chunk: &[u8], sink: &mut dyn FnMut(&[u8])) {
        let n_out = &mut self.n_out;
        let mut limited = |bytes: &[u8], n_in: u64| {
            *n_out += bytes.len() as u64;
            sink(bytes);
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
                sink(chunk);
                Ok(())
            }
            State::Gzip(gzip) => gzip.push(chunk, &mut limited),
        };
        if let Err(problem) = result {
            self.problem.get_or_insert(problem);
        }
    }
}
