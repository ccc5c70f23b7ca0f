//! A dropped file to its members: what it is wrapped in is known by content, never by name.
//!
//! ```text
//! file ─64 KiB at a time─> Layer: gzip ─> Layer: tar ┬─> Layer: plain              a member
//!                                                    └─> Layer: xz ─> Layer: utf-16le  another
//! ```
//!
//! Every layer sniffs the bytes that the one around it hands on, so containers nest in any order, up to
//! [`limits::CONTAINER_DEPTH`](crate::base::limits::CONTAINER_DEPTH). Archives are read in one pass from their first
//! byte to their last, for nothing here can seek: zip by its local headers, tar by its blocks.

mod codec;
mod layer;
mod out;
mod sniff;
mod tar;
mod wide;
mod zip;

use crate::base::{Problem, Timestamp};
use layer::Layer;
use out::{Budget, Out};
use sniff::{Kind, sniff};

/// One stream of bytes of a dropped file, when nothing is left to unwrap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// Where it stands in the archives of the file: `var/log/secure`, and `logs.tar!/secure` for an archive in an
    /// archive. `None` where the file is no archive: then it is the only member.
    pub path: Option<String>,
    /// What it was wrapped in, outermost first; text that is not written in bytes comes last: `utf-16le`.
    pub containers: Vec<&'static str>,
    /// When it was last changed, as its archive says. Some archives of zip say only a local time: then it is read as
    /// if it were UTC, and may be hours off.
    pub modified: Option<Timestamp>,
}

/// What takes the members of a file, one behind the other.
pub trait Members {
    /// A member begins: the bytes that come now are its own.
    fn begin(&mut self, member: Member);
    /// The next bytes of the member.
    fn push(&mut self, bytes: &[u8]);
    /// The member has no more bytes; what is wrong with its wrapping, outermost first.
    fn end(&mut self, problems: Vec<Problem>);
}

/// Bytes of a file that are unwrapped at a time: however the file is cut, its layers see the same pieces, and so come
/// to the same ends.
const PIECE_BYTES: usize = 64 << 10;

/// Unwraps a file as its bytes come, cut anywhere.
pub struct Unwrapper {
    n_piece: usize,
    /// Bytes of a piece that has come in part.
    piece: Vec<u8>,
    layer: Layer,
    budget: Budget,
}

impl Default for Unwrapper {
    fn default() -> Self {
        Unwrapper::in_pieces(PIECE_BYTES)
    }
}

/// Whether a file that begins with `head`, its first 64 KiB, is wrapped in nothing: its bytes are those of its only
/// member.
pub fn is_plain(head: &[u8]) -> bool {
    sniff(head) == Kind::Plain
}

impl Unwrapper {
    /// Unwraps `n_piece` bytes at a time. Only the place at which a limit stops a file may depend on it; there are
    /// tests of that.
    pub fn in_pieces(n_piece: usize) -> Unwrapper {
        assert!(n_piece > 0, "a piece has bytes");
        let layer = Layer::new(Member::default());
        Unwrapper { n_piece, piece: Vec::new(), layer, budget: Budget::default() }
    }

    /// Takes the next bytes of the file and hands on what they unwrap to.
    pub fn push(&mut self, mut chunk: &[u8], members: &mut dyn Members) {
        while !chunk.is_empty() {
            if self.layer.is_plain() {
                return self.unwrap(chunk, members);
            }
            let n = (self.n_piece - self.piece.len()).min(chunk.len());
            let (first, rest) = chunk.split_at(n);
            chunk = rest;
            if n == self.n_piece {
                self.unwrap(first, members);
                continue;
            }
            self.piece.extend_from_slice(first);
            if self.piece.len() == self.n_piece {
                self.unwrap_held(members);
            }
        }
    }

    /// Says that the file has no more bytes; what is wrong with its archives, of which no member is to blame.
    pub fn finish(&mut self, members: &mut dyn Members) -> Vec<Problem> {
        self.unwrap_held(members);
        let layer = std::mem::replace(&mut self.layer, Layer::new(Member::default()));
        layer.finish(Vec::new(), &mut Out { members, budget: &mut self.budget });
        self.budget.finish()
    }

    fn unwrap_held(&mut self, members: &mut dyn Members) {
        let piece = std::mem::take(&mut self.piece);
        self.unwrap(&piece, members);
        self.piece = piece;
        self.piece.clear();
    }

    fn unwrap(&mut self, piece: &[u8], members: &mut dyn Members) {
        self.budget.n_in += piece.len() as u64;
        self.layer.push(piece, &mut Out { members, budget: &mut self.budget });
    }
}

/// The path of what is called `name` in an archive that stands at `archive`: as text, cut to its limit.
fn path_in(archive: Option<&str>, name: &[u8]) -> String {
    let name = &name[..name.len().min(crate::base::limits::NAME_BYTES)];
    let name = String::from_utf8_lossy(name);
    let name = name.trim_start_matches("./");
    match archive {
        None => name.to_owned(),
        Some(archive) => format!("{archive}!/{name}"),
    }
}
