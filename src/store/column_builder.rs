//! Makes columns from values: the same builder for values of records and for values that steps make.

use std::collections::HashMap;

use super::column::{Cells, Codes, Column};
use super::dictionary::{Code, Dictionary, DictionaryBuilder, small_number};
use crate::base::{FieldId, Kind, Kinds};

/// If at least one row in this number has a value, the column keeps a code for every row. For fewer values, row
/// numbers take less memory.
const DENSE_ONE_IN: usize = 4;

/// In a [`ColumnBuilder`], a code with this bit is a small number that is not in the dictionary yet. All numbers are
/// added at the end, because looking up a number reads a random place in memory.
const IS_NUMBER: u32 = 1 << 31;

/// Makes the column of one field, value by value. The caller adds rows in ascending order.
pub struct ColumnBuilder {
    field: FieldId,
    /// The kinds of the values; if empty, `finish` derives the kinds from the texts.
    kinds: Kinds,
    dictionary: DictionaryBuilder,
    /// The row of each code; empty as long as every row so far has exactly one code.
    rows: Vec<u16>,
    codes: Vec<u32>,
    n_rows_with_value: u32,
    /// The index of the last value among the values of its row, from 0.
    nth: u64,
    is_multiple: bool,
}

/// Makes the columns of a segment, value by value.
#[derive(Default)]
pub struct ColumnsBuilder {
    columns: Vec<ColumnBuilder>,
    /// The index into `columns` for each `FieldId`; `u32::MAX` for a field without a column.
    by_field: Vec<u32>,
    /// The sizes of the columns of the last segment, by field: the columns of the next segment are expected to be as
    /// large.
    sizes: HashMap<FieldId, Sizes>,
}

/// The sizes of the parts of a column.
#[derive(Debug, Clone, Copy, Default)]
struct Sizes {
    n_codes: usize,
    n_texts: usize,
    n_bytes: usize,
}

impl ColumnsBuilder {
    /// Adds a value. The caller adds rows in ascending order.
    pub fn push(&mut self, row: u16, field: FieldId, kind: Kind, text: &str) {
        self.of(field).push(row, kind, text);
    }

    #[inline]
    pub(super) fn of(&mut self, field: FieldId) -> &mut ColumnBuilder {
        let id = field.0 as usize;
        if id >= self.by_field.len() {
            self.by_field.resize(id + 1, u32::MAX);
        }
        if self.by_field[id] == u32::MAX {
            self.by_field[id] = self.columns.len() as u32;
            let sizes = self.sizes.get(&field).copied().unwrap_or_default();
            self.columns.push(ColumnBuilder::sized(field, sizes));
        }
        &mut self.columns[self.by_field[id] as usize]
    }

    /// The columns for `n_rows` rows, in the order in which their fields were first added. The builder is empty
    /// afterwards.
    pub fn finish(&mut self, n_rows: usize) -> Vec<Column> {
        let full = std::mem::take(&mut self.columns);
        self.by_field.clear();
        self.sizes = full.iter().map(|column| (column.field, column.sizes())).collect();
        full.into_iter().map(|column| column.finish(n_rows)).collect()
    }
}

impl ColumnBuilder {
    /// A builder without values.
    pub fn new(field: FieldId) -> ColumnBuilder {
        ColumnBuilder::sized(field, Sizes::default())
    }

    /// A builder without values, whose texts have codes already: for [`ColumnBuilder::push_code`].
    pub(super) fn of_texts(field: FieldId, dictionary: DictionaryBuilder) -> ColumnBuilder {
        ColumnBuilder { dictionary, ..ColumnBuilder::new(field) }
    }

    fn sized(field: FieldId, sizes: Sizes) -> ColumnBuilder {
        ColumnBuilder {
            field,
            kinds: Kinds::default(),
            dictionary: DictionaryBuilder::with_capacity(sizes.n_texts, sizes.n_bytes),
            rows: Vec::new(),
            codes: Vec::with_capacity(sizes.n_codes),
            n_rows_with_value: 0,
            nth: 0,
            is_multiple: false,
        }
    }

    fn sizes(&self) -> Sizes {
        let (n_texts, n_bytes) = (self.dictionary.len(), self.dictionary.n_bytes());
        Sizes { n_codes: self.codes.len(), n_texts, n_bytes }
    }

    /// Adds a text whose kind is derived from how the text looks. All values of a column must be added in this way, or
    /// none.
    pub fn push_text(&mut self, row: usize, text: &str) {
        let code = self.dictionary.intern(text);
        self.push_code(row as u16, code.0);
    }

    /// Adds a value.
    #[inline]
    pub(super) fn push(&mut self, row: u16, kind: Kind, text: &str) {
        let code = match small_number(text.as_bytes()).filter(|_| kind == Kind::Number) {
            Some(number) => IS_NUMBER | number as u32,
            None => self.dictionary.intern(text).0,
        };
        self.kinds.insert(kind);
        self.push_code(row, code);
    }

    /// Adds a value, and returns its code.
    pub(super) fn push_known(&mut self, row: u16, kind: Kind, text: &str) -> Code {
        let code = self.dictionary.intern(text);
        self.kinds.insert(kind);
        self.push_code(row, code.0);
        code
    }

    /// Adds the same value to every row before `end` that has no value yet.
    pub(super) fn fill(&mut self, end: usize, kind: Kind, text: &str) {
        let code = self.dictionary.intern(text);
        self.kinds.insert(kind);
        self.n_rows_with_value = end as u32;
        self.codes.resize(end, code.0);
    }

    /// Adds the value that has `code`.
    #[inline]
    pub(super) fn push_code(&mut self, row: u16, code: u32) {
        if self.rows.is_empty() && self.codes.len() == row as usize {
            self.n_rows_with_value += 1;
        } else {
            self.push_row(row);
        }
        self.codes.push(code);
    }

    /// Adds the row of a value, which is not the first value of the row after the last one.
    fn push_row(&mut self, row: u16) {
        if self.rows.is_empty() {
            self.rows.extend((0..self.codes.len()).map(|row| row as u16));
        }
        let is_same_row = self.rows.last() == Some(&row);
        self.is_multiple |= is_same_row;
        self.n_rows_with_value += !is_same_row as u32;
        self.nth = if is_same_row { self.nth + 1 } else { 0 };
        self.rows.push(row);
    }

    /// The part of the last value in the hash of its row; `seed` stands for the field.
    #[inline]
    pub(super) fn value_hash(&mut self, seed: u64, code: Code) -> u64 {
        let seed = seed.wrapping_add(self.nth.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mix(seed, self.dictionary.text_hash(code))
    }

    /// The column, for a segment of `n_rows` rows.
    pub fn finish(mut self, n_rows: usize) -> Column {
        for code in self.codes.iter_mut().filter(|code| **code & IS_NUMBER != 0) {
            *code = self.dictionary.number((*code & !IS_NUMBER) as usize).0;
        }
        let dictionary = self.dictionary.finish();
        let is_full = self.rows.is_empty() && self.codes.len() == n_rows;
        let is_dense = !self.is_multiple && self.codes.len() * DENSE_ONE_IN >= n_rows;
        if !is_full && self.rows.is_empty() {
            self.rows.extend((0..self.codes.len()).map(|row| row as u16));
        }
        let cells = if is_full {
            Cells::Dense(Codes::pack(&self.codes, dictionary.len()))
        } else if is_dense {
            let mut codes = vec![0; n_rows];
            for (&row, &code) in self.rows.iter().zip(&self.codes) {
                codes[row as usize] = code;
            }
            Cells::Dense(Codes::pack(&codes, dictionary.len()))
        } else {
            Cells::Sparse { codes: Codes::pack(&self.codes, dictionary.len()), rows: shrunk(self.rows) }
        };
        let kinds = if self.kinds == Kinds::default() { kinds_of(&dictionary) } else { self.kinds };
        Column {
            field: self.field,
            kinds,
            dictionary,
            cells,
            n_rows_with_value: self.n_rows_with_value,
            is_multiple: self.is_multiple,
        }
    }
}

/// For each row the values of `first` or, if it has none, those of `second`: a derived column never hides values of
/// the log itself.
pub(super) fn first_of(first: &Column, second: &Column, n_rows: usize) -> Column {
    let mut builder = ColumnBuilder::new(second.field);
    for row in 0..n_rows {
        let mut has_value = false;
        first.for_row(row, |code| {
            builder.push_text(row, first.dictionary.text(code));
            has_value = true;
        });
        if !has_value {
            second.for_row(row, |code| builder.push_text(row, second.dictionary.text(code)));
        }
    }
    let mut column = builder.finish(n_rows);
    column.kinds.merge(first.kinds);
    column
}

/// A hash of a field, the index of a value in its row, and the value. Sums of such hashes do not depend on the order
/// of keys.
#[inline]
fn mix(field: u64, value: u64) -> u64 {
    let x = (field ^ value.rotate_left(32)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (x ^ x >> 32).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
}

/// The kinds that texts look like: numbers, texts or both.
fn kinds_of(dictionary: &Dictionary) -> Kinds {
    let mut kinds = Kinds::default();
    for (_, text) in dictionary.iter() {
        kinds.insert(if is_number(text) { Kind::Number } else { Kind::Text });
        if kinds.contains(Kind::Number) && kinds.contains(Kind::Text) {
            break;
        }
    }
    kinds
}

/// Whether `text` is a decimal number in the notation of JSON. A number that begins with a superfluous 0 counts as a
/// text.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 24 && are_digits(whole) && are_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

pub(super) fn shrunk<T>(mut values: Vec<T>) -> Vec<T> {
    values.shrink_to_fit();
    values
}
