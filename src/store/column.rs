//! The values of one field in one segment.

use super::dictionary::{Code, Dictionary};
use crate::base::{FieldId, Kinds};

/// Codes in the fewest bytes that hold them.
#[derive(Debug, Clone)]
pub enum Codes {
    /// Fewer than 256 codes, "no value" among them.
    Byte(Vec<u8>),
    /// Fewer than 65,536.
    Short(Vec<u16>),
    /// More.
    Word(Vec<u32>),
}

impl Codes {
    /// Packs codes of a dictionary of `n_texts`.
    pub fn pack(codes: &[u32], n_texts: usize) -> Codes {
        match n_texts {
            0..256 => Codes::Byte(codes.iter().map(|&code| code as u8).collect()),
            256..65_536 => Codes::Short(codes.iter().map(|&code| code as u16).collect()),
            _ => Codes::Word(codes.to_vec()),
        }
    }

    /// The code at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Code {
        match self {
            Codes::Byte(codes) => Code(codes[index] as u32),
            Codes::Short(codes) => Code(codes[index] as u32),
            Codes::Word(codes) => Code(codes[index]),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Codes::Byte(codes) => codes.len(),
            Codes::Short(codes) => codes.len(),
            Codes::Word(codes) => codes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `see` with every index and code, in order.
    pub fn for_each(&self, mut see: impl FnMut(usize, Code)) {
        match self {
            Codes::Byte(codes) => {
                codes.iter().enumerate().for_each(|(index, &code)| see(index, Code(code as u32)))
            }
            Codes::Short(codes) => {
                codes.iter().enumerate().for_each(|(index, &code)| see(index, Code(code as u32)))
            }
            Codes::Word(codes) => codes.iter().enumerate().for_each(|(index, &code)| see(index, Code(code))),
        }
    }

    fn memory_bytes(&self) -> usize {
        match self {
            Codes::Byte(codes) => codes.capacity(),
            Codes::Short(codes) => codes.capacity() * 2,
            Codes::Word(codes) => codes.capacity() * 4,
        }
    }
}

/// Which row has which code.
///
/// ```text
/// Dense    codes  1 0 1 2          row r has codes[r]; 0 is "no value"
/// Sparse   rows   1 7 7 9          row rows[i] has codes[i]; rows ascend, and a row with several values repeats
///          codes  4 1 2 1          (its values keep the order of the record)
/// ```
#[derive(Debug, Clone)]
pub enum Cells {
    /// A code for every row.
    Dense(Codes),
    /// Only the rows that have values.
    Sparse {
        /// Row of each code.
        rows: Vec<u16>,
        /// Never [`Code::NONE`].
        codes: Codes,
    },
}

/// The values of one field in one segment.
#[derive(Debug, Clone)]
pub struct Column {
    /// Which field.
    pub field: FieldId,
    /// The kinds of value seen.
    pub kinds: Kinds,
    /// The distinct texts.
    pub dictionary: Dictionary,
    /// Which row has which of them.
    pub cells: Cells,
    /// How many rows have a value.
    pub n_rows_with_value: u32,
    /// Whether a row has more than one value.
    pub is_multiple: bool,
}

impl Column {
    /// Calls `see` with every value and its row; rows ascend, "no value" is not seen.
    pub fn for_each(&self, mut see: impl FnMut(usize, Code)) {
        match &self.cells {
            Cells::Dense(codes) => codes.for_each(|row, code| {
                if code != Code::NONE {
                    see(row, code);
                }
            }),
            Cells::Sparse { rows, codes } => codes.for_each(|index, code| see(rows[index] as usize, code)),
        }
    }

    /// Calls `see` with the values of one row, in the order of the record.
    pub fn for_row(&self, row: usize, mut see: impl FnMut(Code)) {
        match &self.cells {
            Cells::Dense(codes) => match codes.get(row) {
                Code::NONE => {}
                code => see(code),
            },
            Cells::Sparse { rows, codes } => {
                let first = rows.partition_point(|&r| (r as usize) < row);
                let same = rows[first..].iter().take_while(|&&r| r as usize == row).count();
                (first..first + same).for_each(|index| see(codes.get(index)));
            }
        }
    }

    /// Bytes of memory it takes.
    pub fn memory_bytes(&self) -> usize {
        self.dictionary.memory_bytes()
            + match &self.cells {
                Cells::Dense(codes) => codes.memory_bytes(),
                Cells::Sparse { rows, codes } => rows.capacity() * 2 + codes.memory_bytes(),
            }
    }
}
