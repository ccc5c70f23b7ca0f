//! Visits the cells of some rows of a column, in one loop for each kind of column.

use crate::base::Bitmap;
use crate::store::{Cells, Code, Codes, Column};

/// Calls `visit` with every value of each of `rows`, in the order of rows. If a column has a cell for every row, "no
/// value" is visited too, so that callers who count by code need no branch.
#[inline]
pub(super) fn for_each_cell(column: &Column, rows: &Bitmap, mut visit: impl FnMut(usize, Code)) {
    match &column.cells {
        Cells::Dense(Codes::Byte(codes)) => {
            for_each_row(rows, |row| visit(row, Code(codes[row] as u32)));
        }
        Cells::Dense(Codes::Short(codes)) => {
            for_each_row(rows, |row| visit(row, Code(codes[row] as u32)));
        }
        Cells::Dense(Codes::Word(codes)) => for_each_row(rows, |row| visit(row, Code(codes[row]))),
        Cells::Sparse { rows: with_value, codes } => codes.for_each(|index, code| {
            let row = with_value[index] as usize;
            if rows.get(row) {
                visit(row, code);
            }
        }),
    }
}

/// Calls `visit` with each of `rows`, ascending. If all 64 rows of a word are set, its bits are not checked one by
/// one.
#[inline]
pub(super) fn for_each_row(rows: &Bitmap, mut visit: impl FnMut(usize)) {
    for (w, &word) in rows.words().iter().enumerate() {
        if word == !0 {
            (w * 64..w * 64 + 64).for_each(&mut visit);
            continue;
        }
        let mut rest = word;
        while rest != 0 {
            visit(w * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
