//! What takes a text apart, and the parts.

use std::fmt;
use std::ops::Range;

use crate::base::Error;

/// Takes one text apart.
pub(super) trait Operation: fmt::Debug + Send + Sync {
    /// The parts that become columns where nobody says which; `None` where that is for the values to say.
    fn usual_parts(&self) -> Option<Vec<String>>;

    /// Wants these parts, each in the place that it has here.
    ///
    /// # Errors
    /// Where there can be no such part.
    fn want(&mut self, parts: &[&str]) -> Result<(), Error>;

    /// Puts the parts of `text` that are wanted; whether it fits.
    fn cut(&self, text: &str, parts: &mut Parts) -> bool;

    /// Calls `see` with every part that `text` has, where that is for the values to say.
    fn survey(&self, _text: &str, _see: &mut dyn FnMut(&str)) {}

    /// Whether its parts are counted, and so go from 1 to the last that any value has.
    fn is_counted(&self) -> bool {
        false
    }

    /// Whether the name of a part says enough to be the name of a column.
    fn names_columns(&self) -> bool {
        false
    }
}

/// The parts of one text, as far as they are wanted.
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
    /// Forgets all.
    pub fn clear(&mut self) {
        self.pieces.clear();
        self.made.clear();
    }

    /// The part wanted in `place` is this range of the text.
    #[inline]
    pub fn put(&mut self, place: usize, range: Range<usize>) {
        let (first, end) = (range.start as u32, range.end as u32);
        self.pieces.push(Piece { place: place as u32, first, end, is_made: false });
    }

    /// The part wanted in `place` is what `write` appends.
    pub fn make(&mut self, place: usize, write: impl FnOnce(&mut String)) {
        let first = self.made.len() as u32;
        write(&mut self.made);
        self.has_made |= self.made.len() > first as usize;
        self.pieces.push(Piece { place: place as u32, first, end: self.made.len() as u32, is_made: true });
    }

    /// Whether a part of any text so far was made.
    pub fn has_made(&self) -> bool {
        self.has_made
    }

    /// Each part with its place.
    pub fn iter<'p>(&'p self, text: &'p str) -> impl Iterator<Item = (usize, &'p str)> {
        self.pieces.iter().map(move |piece| {
            let of = if piece.is_made { &self.made } else { text };
            (piece.place as usize, &of[piece.first as usize..piece.end as usize])
        })
    }
}
