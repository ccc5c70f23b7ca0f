//! A file with holes: an archive has its data without them, and says where each stretch of it belongs.

use super::header::number;

/// Stretches that are kept of one file; a file has more only to be a nuisance.
pub const STRETCHES: usize = 1 << 16;

/// What of a file with holes comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// So many zero bytes.
    Hole(u64),
    /// At most so many bytes of data.
    Data(u64),
    /// Nothing.
    End,
    /// The stretches overlap, or are not in order.
    Wrong,
}

/// Where the data of a file belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparse {
    /// Where a stretch begins, and how long it is.
    pub stretches: Vec<(u64, u64)>,
    /// How long the file is with its holes.
    pub real_size: u64,
    /// Which stretch is next, and how much of it was written.
    stretch: usize,
    n_of_stretch: u64,
    /// How far the file was written.
    at: u64,
}

impl Sparse {
    /// Nothing is written yet.
    pub fn new(stretches: Vec<(u64, u64)>, real_size: u64) -> Sparse {
        Sparse { stretches, real_size, stretch: 0, n_of_stretch: 0, at: 0 }
    }

    /// What comes next. Say that it was written, then ask again.
    pub fn next(&mut self) -> Next {
        while let Some(&(first, length)) = self.stretches.get(self.stretch) {
            if self.n_of_stretch == length {
                self.stretch += 1;
                self.n_of_stretch = 0;
                continue;
            }
            return match first.checked_sub(self.at) {
                _ if self.n_of_stretch > 0 => Next::Data(length - self.n_of_stretch),
                None => Next::Wrong,
                Some(0) => Next::Data(length),
                Some(n) => Next::Hole(n),
            };
        }
        match self.real_size.checked_sub(self.at) {
            None | Some(0) => Next::End,
            Some(n) => Next::Hole(n),
        }
    }

    /// Says that so many zero bytes were written.
    pub fn wrote_hole(&mut self, n: u64) {
        self.at += n;
    }

    /// Says that so many bytes of data were written.
    pub fn wrote_data(&mut self, n: u64) {
        self.at += n;
        self.n_of_stretch += n;
    }

    /// Appends the stretches of an old header or of a block behind it: 24 bytes each, up to an empty one.
    pub fn read_old(stretches: &mut Vec<(u64, u64)>, fields: &[u8]) {
        for field in fields.chunks_exact(24) {
            if field[0] == 0 || stretches.len() == STRETCHES {
                return;
            }
            let numbers = (number(&field[..12]), number(&field[12..]));
            stretches.push((numbers.0.unwrap_or(u64::MAX), numbers.1.unwrap_or(u64::MAX)));
        }
    }
}
