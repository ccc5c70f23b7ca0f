//! The layers of a dropped file. Each layer takes bytes from its parent layer, recognises their kind as soon as enough
//! bytes have come, and passes on the bytes that they unwrap to. The innermost layer is a member.
//!
//! A layer holds an archive, and an archive holds a layer for each of its files: this file, `tar` and `zip` import
//! each other because the data is recursive. Everything else that they share is in `out`.

use super::Member;
use super::codec::Streams;
use super::out::Out;
use super::sniff::{Kind, SNIFF_BYTES, sniff};
use super::tar::Tar;
use super::wide::Transcoder;
use super::zip::Zip;
use crate::base::{Problem, limits};

/// One stream of bytes inside a file, or the file itself.
pub struct Layer {
    state: State,
    member: Member,
    /// Problems found before the end.
    problems: Vec<Problem>,
}

enum State {
    /// Fewer bytes than are needed to recognise their kind.
    Unknown(Vec<u8>),
    Plain,
    /// A member that the limits leave out.
    LeftOut,
    Text(Box<Transcoder>),
    Compressed(Box<Streams>, Box<Layer>),
    Tar(Box<Tar>),
    Zip(Box<Zip>),
}

impl Layer {
    /// A stream at the place that `member` describes.
    pub fn new(member: Member) -> Layer {
        Layer { state: State::Unknown(Vec::new()), member, problems: Vec::new() }
    }

    /// A member whose bytes cannot be read: a member without bytes.
    pub fn unread(member: Member, out: &mut Out<'_>) -> Layer {
        let mut layer = Layer::new(member);
        layer.begin(State::Plain, out);
        layer
    }

    /// Whether the layer passes its bytes on unchanged.
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

    /// Ends the stream; `problems` are those of its parent containers.
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
                let found = tar.finish(out);
                out.say(&self.member, problems.into_iter().chain(found));
            }
            State::Zip(zip) => {
                let found = zip.finish(out);
                out.say(&self.member, problems.into_iter().chain(found));
            }
        }
    }

    /// Recognises the bytes so far, if their kind is still unknown.
    fn know(&mut self, out: &mut Out<'_>) {
        if let State::Unknown(head) = &mut self.state {
            let head = std::mem::take(head);
            self.recognise(&head, out);
            self.push(&head, out);
        }
    }

    /// How many containers the stream is in.
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

    /// Begins a member: the stream is not a container.
    fn begin(&mut self, state: State, out: &mut Out<'_>) {
        if out.budget.spend_member() {
            out.members.begin(self.member.clone());
            self.state = state;
        } else {
            self.state = State::LeftOut;
        }
    }

    fn decompress(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let State::Compressed(streams, inner) = &mut self.state else { return };
        let depth = inner.depth() - 1;
        let mut room = out.budget.take_room();
        streams.push(bytes, &mut room, &mut |bytes| inner.take(depth, bytes, out));
        out.budget.give_room(room);
    }

    /// Takes bytes that were unwrapped from a layer inside `depth` others, if the limits allow them.
    ///
    /// # Errors
    /// If the limits do not allow these bytes.
    pub fn take(&mut self, depth: usize, bytes: &[u8], out: &mut Out<'_>) -> Result<(), Problem> {
        let (offset, n) = (out.budget.spent(depth), bytes.len() as u64);
        out.budget.spend(depth, n).map_err(|limit| Problem::TooLarge { offset, limit })?;
        self.push(bytes, out);
        Ok(())
    }
}
