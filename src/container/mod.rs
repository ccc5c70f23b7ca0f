//! Takes the members out of a dropped file. Containers are recognised by content, never by name.
//!
//! ```text
//! file ─64 KiB at a time─> Layer: gzip ─> Layer: tar ┬─> Layer: plain              a member
//!                                                    └─> Layer: xz ─> Layer: utf-16le  another
//! ```
//!
//! Every layer sniffs the bytes that its parent passes on, so containers may nest in any order, up to
//! [`limits::CONTAINER_DEPTH`](crate::base::limits::CONTAINER_DEPTH). Archives are read in one pass from the first
//! byte to the last, because this room cannot seek: zip by its local headers, tar by its blocks.

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

/// One stream of bytes of a dropped file, with all wrappers removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// The path of the member in the archives of the file: `var/log/secure`, or `logs.tar!/secure` for a member of an
    /// archive inside an archive. `None` if the file is not an archive: then the file has only this member.
    pub path: Option<String>,
    /// The wrappers of the member, outermost first. The encoding of a wide text comes last: `utf-16le`.
    pub containers: Vec<&'static str>,
    /// When the member was last changed, by its archive. Some zip archives record only a local time, which is read as
    /// if it were UTC and may be hours off.
    pub modified: Option<Timestamp>,
}

/// Takes the members of a file, one after the other.
pub trait Members {
    /// Begins a member: the bytes of the following calls belong to it.
    fn begin(&mut self, member: Member);
    /// The next bytes of the member.
    fn push(&mut self, bytes: &[u8]);
    /// Ends the member. `problems` are those of its wrappers, outermost first.
    fn end(&mut self, problems: Vec<Problem>);
}

/// The number of bytes of a file that are unwrapped at a time. However the caller cuts the file, its layers get the
/// same pieces, and so give the same result.
const PIECE_BYTES: usize = 64 << 10;

/// Unwraps a file as its bytes arrive, wherever the caller cuts the file.
pub struct Unwrapper {
    n_piece: usize,
    /// The bytes of a piece that is not complete yet.
    piece: Vec<u8>,
    layer: Layer,
    budget: Budget,
}

impl Default for Unwrapper {
    fn default() -> Self {
        Unwrapper::in_pieces(PIECE_BYTES)
    }
}

/// Whether a file that begins with `head`, its first 64 KiB, has no wrapper: its bytes are those of its only member.
pub fn is_plain(head: &[u8]) -> bool {
    sniff(head) == Kind::Plain
}

impl Unwrapper {
    /// An unwrapper for pieces of `n_piece` bytes. The place where a limit stops the file may depend on `n_piece`, and
    /// nothing else; tests check this.
    pub fn in_pieces(n_piece: usize) -> Unwrapper {
        assert!(n_piece > 0, "a piece has bytes");
        let layer = Layer::new(Member::default());
        Unwrapper { n_piece, piece: Vec::new(), layer, budget: Budget::default() }
    }

    /// Takes the next bytes of the file and passes on the bytes that they unwrap to.
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

    /// Ends the file. Returns the problems of its archives that do not belong to one member.
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

/// The path of the file `name` in the archive with the path `archive`: as text, and cut to the limit of a name.
fn path_in(archive: Option<&str>, name: &[u8]) -> String {
    let name = &name[..name.len().min(crate::base::limits::NAME_BYTES)];
    let name = String::from_utf8_lossy(name);
    let name = name.trim_start_matches("./");
    match archive {
        None => name.to_owned(),
        Some(archive) => format!("{archive}!/{name}"),
    }
}
