//! Makes a column from another column, text by text.

use std::collections::BTreeMap;

use super::column::Column;
use super::column_builder::ColumnBuilder;
use super::dictionary::{Code, DictionaryBuilder};
use crate::base::FieldId;

/// Makes a column from another column, whose distinct texts are read once each.
///
/// ```text
/// codes of the other   1     2     3            firsts   the first value of each, 0 for none
/// values made of it    a b   –     a            more     the further values of a code, if it has several
/// ```
#[derive(Debug)]
pub struct Mapping {
    dictionary: DictionaryBuilder,
    firsts: Vec<u32>,
    more: BTreeMap<u32, Vec<u32>>,
}

impl Mapping {
    /// A mapping for a column with `n_texts` distinct texts.
    pub fn new(n_texts: usize) -> Mapping {
        Mapping {
            dictionary: DictionaryBuilder::default(),
            firsts: vec![0; n_texts + 1],
            more: BTreeMap::new(),
        }
    }

    /// Adds a value to the rows that have `code`.
    #[inline]
    pub fn push(&mut self, code: Code, text: &str) {
        let made = self.dictionary.intern(text).0;
        match &mut self.firsts[code.0 as usize] {
            first @ 0 => *first = made,
            _ => self.more.entry(code.0).or_default().push(made),
        }
    }

    /// The column for the rows of `of`, the column whose codes were mapped.
    pub fn finish(self, of: &Column, field: FieldId, n_rows: usize) -> Column {
        let Mapping { dictionary, firsts, more } = self;
        let mut builder = ColumnBuilder::of_texts(field, dictionary);
        of.for_each(|row, code| match firsts[code.0 as usize] {
            0 => {}
            first => {
                builder.push_code(row as u16, first);
                for &other in more.get(&code.0).map_or(&[][..], Vec::as_slice) {
                    builder.push_code(row as u16, other);
                }
            }
        });
        builder.finish(n_rows)
    }
}
