//! Operations that take a text apart, and the parts.

use std::fmt;
use std::ops::Range;

use crate::base::Error;

/// Takes one text apart.
pub(super) trait Operation: fmt::Debug + Send + Sync {
    /// The parts that become columns if the analyst names none; `None` if the values determine the parts.
    fn usual_parts(&self) -> Option<Vec<String>>;

    /// Sets the wanted parts. The index of a part in `parts` is its place.
    ///
    /// # Errors
    /// If the operation cannot have such a part.
    fn want(&mut self, parts: &[&str]) -> Result<(), Error>;

    /// Puts the wanted parts of `text` into `parts`, and returns whether the text fits.
    fn cut(&self, text: &str, parts: &mut Parts) -> bool;

    /// Calls `visit` with every part of `text`, if the values determine the parts.
    fn survey(&self, _text: &str, _visit: &mut dyn FnMut(&str)) {}

    /// Whether the parts are numbered, from 1 to the last part that any value has.
    fn is_counted(&self) -> bool {
        false
    }

    /// Whether the name of a part can be the name of a column without a prefix.
    fn names_columns(&self) -> bool {
        false
    }
}

/// The wanted parts of one text.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pieces: Vec<Piece>,
    made: String,
    has_made: bool,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    place: u32,
    first: u32,
    end: u32,
    is_made: bool,
}

impl Parts {
    /// Removes all parts.
    pub fn clear(&mut self) {
        self.pieces.clear();
        self.made.clear();
    }

    /// Sets the part at `place` to this range of the text.
    #[inline]
    pub fn put(&mut self, place: usize, range: Range<usize>) {
        let (first, end) = (range.start as u32, range.end as u32);
        self.pieces.push(Piece { place: place as u32, first, end, is_made: false });
    }

    /// Sets the part at `place` to the text that `write` appends.
    pub fn make(&mut self, place: usize, write: impl FnOnce(&mut String)) {
        let first = self.made.len() as u32;
        write(&mut self.made);
        self.has_made |= self.made.len() > first as usize;
        self.pieces.push(Piece { place: place as u32, first, end: self.made.len() as u32, is_made: true });
    }

    /// Whether a part of any text so far was made, instead of being a range of the text.
    pub fn has_made(&self) -> bool {
        self.has_made
    }

    /// Each part with its place.
    pub fn iter<'p>(&'p self, text: &'p str) -> impl Iterator<Item = (usize, &'p str)> {
        self.pieces.iter().map(move |piece| {
            let source = if piece.is_made { &self.made } else { text };
            (piece.place as usize, &source[piece.first as usize..piece.end as usize])
        })
    }
}
