//! The layers of a dropped file: each takes the bytes that the one around it hands on, knows what they are when enough
//! have come, and hands on what they unwrap to. The innermost is a member.

use super::codec::Streams;
use super::sniff::{Kind, SNIFF_BYTES, sniff};
use super::tar::Tar;
use super::wide::Transcoder;
use super::zip::Zip;
use super::{Member, Members};
use crate::base::{Problem, limits};

/// Bytes that are decompressed at a time.
const ROOM_BYTES: usize = 256 << 10;

/// What all layers of a file share: where its members go, and what is spent of its limits.
pub struct Out<'a> {
    /// Takes the members.
    pub members: &'a mut dyn Members,
    /// What is spent.
    pub budget: &'a mut Budget,
}

/// What a file has spent of its limits, and what was said of its archives.
#[derive(Default)]
pub struct Budget {
    /// Bytes of the file so far.
    pub n_in: u64,
    /// What is wrong with archives, of which no member is to blame.
    pub problems: Vec<Problem>,
    /// Bytes that came out of the layers of each depth.
    n_out: [u64; limits::CONTAINER_DEPTH],
    n_members: usize,
    n_left_out: u64,
    /// Where decoders put their bytes; one is taken for each layer that is at work.
    rooms: Vec<Vec<u8>>,
}

impl Budget {
    /// Spends `n` bytes that come out of a layer in `depth` others.
    ///
    /// # Errors
    /// They are more than a limit allows; then they must not be handed on.
    pub fn spend(&mut self, depth: usize, n: u64) -> Result<(), &'static str> {
        let n_out = self.n_out[depth].saturating_add(n);
        if n_out > limits::MEMBER_BYTES {
            return Err("the limit of 64 GiB");
        }
        if n_out > 1 << 20 && n_out / limits::EXPANSION_RATIO > self.n_in {
            return Err("the limit of 1,000 times its size");
        }
        self.n_out[depth] = n_out;
        Ok(())
    }

    /// What is wrong with the archives, and the file.
    pub fn finish(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.n_left_out > 0 {
            problems.push(Problem::TooManyFiles { limit: limits::MEMBERS, n_left_out: self.n_left_out });
        }
        problems
    }

    /// Lends a place for bytes on their way out of a decoder.
    pub fn take_room(&mut self) -> Vec<u8> {
        self.rooms.pop().unwrap_or_else(|| vec![0; ROOM_BYTES])
    }

    /// Takes it back.
    pub fn give_room(&mut self, room: Vec<u8>) {
        self.rooms.push(room);
    }
}

/// One stream of bytes inside a file, or the file itself.
pub struct Layer {
    state: State,
    member: Member,
    /// What is known to be wrong before the end.
    problems: Vec<Problem>,
}

enum State {
    /// Fewer bytes than tell what it is.
    Unknown(Vec<u8>),
    Plain,
    /// A member that is not handed on.
    LeftOut,
    Text(Box<Transcoder>),
    Compressed(Box<Streams>, Box<Layer>),
    Tar(Box<Tar>),
    Zip(Box<Zip>),
}

impl Layer {
    /// A stream that stands where `member` says.
    pub fn new(member: Member) -> Layer {
        Layer { state: State::Unknown(Vec::new()), member, problems: Vec::new() }
    }

    /// A member whose bytes cannot be read: it has a name, and no bytes.
    pub fn unread(member: Member, out: &mut Out<'_>) -> Layer {
        let mut layer = Layer::new(member);
        layer.begin(State::Plain, out);
        layer
    }

    /// Whether its bytes are handed on as they are.
    pub fn is_plain(&self) -> bool {
        matches!(self.state, State::Plain)
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        match &mut self.state {
            State::LeftOut => {}
            State::Plain => out.members.push(bytes),
            State::Text(transcoder) => transcoder.push(bytes, &mut |text| out.members.push(text)),
            State::Tar(tar) => tar.push(bytes, out),
            State::Zip(zip) => zip.push(bytes, out),
            State::Compressed(..) => self.decompress(bytes, out),
            State::Unknown(head) if head.is_empty() && bytes.len() >= SNIFF_BYTES => {
                self.recognise(bytes, out);
                self.push(bytes, out);
            }
            State::Unknown(head) => {
                head.extend_from_slice(bytes);
                if head.len() >= SNIFF_BYTES {
                    self.know(out);
                }
            }
        }
    }

    /// Says that there are no more bytes; `problems` are wrong with what is around it.
    pub fn finish(mut self, mut problems: Vec<Problem>, out: &mut Out<'_>) {
        self.know(out);
        problems.append(&mut self.problems);
        match self.state {
            State::Unknown(_) | State::LeftOut => {}
            State::Plain => out.members.end(problems),
            State::Text(mut transcoder) => {
                problems.extend(transcoder.finish(&mut |text| out.members.push(text)));
                out.members.end(problems);
            }
            State::Compressed(mut streams, mut inner) => {
                let depth = inner.depth() - 1;
                let mut room = out.budget.take_room();
                problems.extend(streams.finish(&mut room, &mut |bytes| inner.take(depth, bytes, out)));
                out.budget.give_room(room);
                inner.finish(problems, out);
            }
            State::Tar(tar) => {
                let own = tar.finish(out);
                out.say(&self.member, problems.into_iter().chain(own));
            }
            State::Zip(zip) => {
                let own = zip.finish(out);
                out.say(&self.member, problems.into_iter().chain(own));
            }
        }
    }

    /// Recognises what has come if that is still to be done.
    fn know(&mut self, out: &mut Out<'_>) {
        if let State::Unknown(head) = &mut self.state {
            let head = std::mem::take(head);
            self.recognise(&head, out);
            self.push(&head, out);
        }
    }

    /// How many containers it is in.
    fn depth(&self) -> usize {
        self.member.containers.len()
    }

    fn recognise(&mut self, head: &[u8], out: &mut Out<'_>) {
        let kind = sniff(head);
        let name = match kind {
            Kind::Plain => return self.begin(State::Plain, out),
            Kind::Text(wide) => {
                self.member.containers.push(wide.name());
                return self.begin(State::Text(Box::new(Transcoder::new(wide))), out);
            }
            Kind::Compressed(codec) => codec.name(),
            Kind::Tar => Tar::NAME,
            Kind::Zip => Zip::NAME,
        };
        if self.depth() == limits::CONTAINER_DEPTH {
            self.problems.push(Problem::TooDeep { container: name, limit: limits::CONTAINER_DEPTH });
            return self.begin(State::Plain, out);
        }
        self.member.containers.push(name);
        let member = self.member.clone();
        self.state = match kind {
            Kind::Compressed(codec) => {
                State::Compressed(Box::new(Streams::new(codec)), Box::new(Layer::new(member)))
            }
            Kind::Tar => State::Tar(Box::new(Tar::new(member))),
            _ => State::Zip(Box::new(Zip::new(member))),
        };
    }

    /// The stream is a member.
    fn begin(&mut self, state: State, out: &mut Out<'_>) {
        if out.budget.n_members == limits::MEMBERS {
            out.budget.n_left_out += 1;
            self.state = State::LeftOut;
        } else {
            out.budget.n_members += 1;
            out.members.begin(self.member.clone());
            self.state = state;
        }
    }

    fn decompress(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let State::Compressed(streams, inner) = &mut self.state else { return };
        let depth = inner.depth() - 1;
        let mut room = out.budget.take_room();
        streams.push(bytes, &mut room, &mut |bytes| inner.take(depth, bytes, out));
        out.budget.give_room(room);
    }

    /// Takes bytes that came out of a layer in `depth` others, if the limits allow.
    ///
    /// # Errors
    /// They do not.
    pub fn take(&mut self, depth: usize, bytes: &[u8], out: &mut Out<'_>) -> Result<(), Problem> {
        let n = bytes.len() as u64;
        let offset = out.budget.n_out[depth];
        out.budget.spend(depth, n).map_err(|limit| Problem::TooLarge { offset, limit })?;
        self.push(bytes, out);
        Ok(())
    }
}

impl Out<'_> {
    /// Keeps what is wrong with the archive that stands where `archive` says.
    fn say(&mut self, archive: &Member, problems: impl Iterator<Item = Problem>) {
        for problem in problems {
            if self.budget.problems.len() < limits::ARCHIVE_PROBLEMS {
                self.budget.problems.push(match archive.path.clone() {
                    None => problem,
                    Some(path) => Problem::Inside { path, problem: Box::new(problem) },
                });
            }
        }
    }
}
