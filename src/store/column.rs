//! The values of one field in one segment.

use super::dictionary::{Code, Dictionary};
use crate::base::{FieldId, Kinds};

/// Codes, in the fewest bytes that can hold them.
#[derive(Debug, Clone)]
pub enum Codes {
    /// Fewer than 256 codes, including "no value".
    Byte(Vec<u8>),
    /// Fewer than 65,536 codes.
    Short(Vec<u16>),
    /// More codes.
    Word(Vec<u32>),
}

impl Codes {
    /// Packs the codes of a dictionary with `n_texts` texts.
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

    /// The number of codes.
    pub fn len(&self) -> usize {
        match self {
            Codes::Byte(codes) => codes.len(),
            Codes::Short(codes) => codes.len(),
            Codes::Word(codes) => codes.len(),
        }
    }

    /// Whether there is no code.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `visit` with every index and its code, in order.
    pub fn for_each(&self, mut visit: impl FnMut(usize, Code)) {
        match self {
            Codes::Byte(codes) => {
                codes.iter().enumerate().for_each(|(index, &code)| visit(index, Code(code as u32)))
            }
            Codes::Short(codes) => {
                codes.iter().enumerate().for_each(|(index, &code)| visit(index, Code(code as u32)))
            }
            Codes::Word(codes) => {
                codes.iter().enumerate().for_each(|(index, &code)| visit(index, Code(code)))
            }
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

/// The code of each row.
///
/// ```text
/// Dense    codes  1 0 1 2          row r has codes[r]; 0 is "no value"
/// Sparse   rows   1 7 7 9          row rows[i] has codes[i]; rows ascend, and a row with several values repeats
///          codes  4 1 2 1          (its values keep the order of the record)
/// ```
#[derive(Debug, Clone)]
pub enum Cells {
    /// One code for every row.
    Dense(Codes),
    /// Codes for only the rows that have values.
    Sparse {
        /// The row of each code.
        rows: Vec<u16>,
        /// The codes; never [`Code::NONE`].
        codes: Codes,
    },
}

/// The values of one field in one segment.
#[derive(Debug, Clone)]
pub struct Column {
    /// The field.
    pub field: FieldId,
    /// The kinds of the values.
    pub kinds: Kinds,
    /// The distinct texts.
    pub dictionary: Dictionary,
    /// The code of each row.
    pub cells: Cells,
    /// The number of rows that have a value.
    pub n_rows_with_value: u32,
    /// Whether a row has more than one value.
    pub is_multiple: bool,
}

impl Column {
    /// Calls `visit` with every value and its row. Rows ascend; rows without a value are skipped.
    pub fn for_each(&self, mut visit: impl FnMut(usize, Code)) {
        match &self.cells {
            Cells::Dense(codes) => codes.for_each(|row, code| {
                if code != Code::NONE {
                    visit(row, code);
                }
            }),
            Cells::Sparse { rows, codes } => codes.for_each(|index, code| visit(rows[index] as usize, code)),
        }
    }

    /// Calls `visit` with the values of one row, in the order of the record.
    pub fn for_row(&self, row: usize, mut visit: impl FnMut(Code)) {
        match &self.cells {
            Cells::Dense(codes) => match codes.get(row) {
                Code::NONE => {}
                code => visit(code),
            },
            Cells::Sparse { rows, codes } => {
                let first = rows.partition_point(|&r| (r as usize) < row);
                let same = rows[first..].iter().take_while(|&&r| r as usize == row).count();
                (first..first + same).for_each(|index| visit(codes.get(index)));
            }
        }
    }

    /// The memory that the column takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.dictionary.memory_bytes()
            + match &self.cells {
                Cells::Dense(codes) => codes.memory_bytes(),
                Cells::Sparse { rows, codes } => rows.capacity() * 2 + codes.memory_bytes(),
            }
    }
}
