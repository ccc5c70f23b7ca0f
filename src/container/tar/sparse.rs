//! A file with holes: the archive holds its data without the holes, and lists the stretches that the data belongs to.

use super::header::number;

/// The number of stretches kept of one file; only a hostile file has more.
pub const STRETCHES: usize = 1 << 16;

/// The next part of a file with holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// This number of zero bytes.
    Hole(u64),
    /// At most this number of bytes of data.
    Data(u64),
    /// The end of the file.
    End,
    /// The stretches overlap, or are not in order.
    Wrong,
}

/// The places of the data of a file with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparse {
    /// Offset and length of each stretch.
    pub stretches: Vec<(u64, u64)>,
    /// The size of the file, including its holes.
    pub real_size: u64,
    /// The index of the next stretch, and how many bytes of it were written.
    stretch: usize,
    n_of_stretch: u64,
    /// How many bytes of the file were written.
    at: u64,
}

impl Sparse {
    /// A file of which nothing is written yet.
    pub fn new(stretches: Vec<(u64, u64)>, real_size: u64) -> Sparse {
        Sparse { stretches, real_size, stretch: 0, n_of_stretch: 0, at: 0 }
    }

    /// The next part of the file. The caller reports what was written of the part before the next call.
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

    /// Reports that `n` zero bytes were written.
    pub fn wrote_hole(&mut self, n: u64) {
        self.at += n;
    }

    /// Reports that `n` bytes of data were written.
    pub fn wrote_data(&mut self, n: u64) {
        self.at += n;
        self.n_of_stretch += n;
    }

    /// Appends the stretches in an old header or in a block after it: 24 bytes each, up to an empty one.
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
