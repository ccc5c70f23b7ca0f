//! Going through the cells of some rows of a column: one loop a column type.

use crate::base::Bitmap;
use crate::store::{Cells, Code, Codes, Column};

/// Calls `see` with every value of each of `rows`, in the order of rows. Of a column that has a cell for every row,
/// "no value" is seen, too: who tallies by code needs no branch for it.
#[inline]
pub(super) fn for_each_cell(column: &Column, rows: &Bitmap, mut see: impl FnMut(usize, Code)) {
    match &column.cells {
        Cells::Dense(Codes::Byte(codes)) => {
            for_each_row(rows, |row| see(row, Code(codes[row] as u32)));
        }
        Cells::Dense(Codes::Short(codes)) => {
            for_each_row(rows, |row| see(row, Code(codes[row] as u32)));
        }
        Cells::Dense(Codes::Word(codes)) => for_each_row(rows, |row| see(row, Code(codes[row]))),
        Cells::Sparse { rows: with_value, codes } => codes.for_each(|index, code| {
            let row = with_value[index] as usize;
            if rows.get(row) {
                see(row, code);
            }
        }),
    }
}

/// Calls `see` with each of `rows`, ascending; where 64 in a row are set, without a look at each bit.
#[inline]
pub(super) fn for_each_row(rows: &Bitmap, mut see: impl FnMut(usize)) {
    for (w, &word) in rows.words().iter().enumerate() {
        if word == !0 {
            (w * 64..w * 64 + 64).for_each(&mut see);
            continue;
        }
        let mut rest = word;
        while rest != 0 {
            see(w * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
