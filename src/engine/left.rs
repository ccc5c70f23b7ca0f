//! What parsers left of events, brought into columns when somebody asks for it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::base::{Event, FieldId};
use crate::format::Later;
use crate::store::builder::ColumnsBuilder;
use crate::store::{Column, ReadLeft};

/// Reads the rows of a segment that its parser left.
pub(super) struct LeftReader {
    name: &'static str,
    /// The fields of the format: what it reads from, the mark at the end; and what it reads, in order.
    origins: Vec<FieldId>,
    fields: Vec<FieldId>,
    hand: Mutex<Hand>,
}

/// What reading needs, kept from one segment to the next.
struct Hand {
    later: Box<dyn Later>,
    event: Event,
    columns: ColumnsBuilder,
}

impl LeftReader {
    /// For the format called `name`.
    pub fn new(name: &'static str, later: Box<dyn Later>) -> LeftReader {
        let origins = later.origins().iter().copied().chain([later.mark()]).collect();
        let mut fields = later.fields().to_vec();
        fields.sort_unstable();
        fields.dedup();
        let hand = Hand { later, event: Event::default(), columns: ColumnsBuilder::default() };
        LeftReader { name, origins, fields, hand: Mutex::new(hand) }
    }
}

impl fmt::Debug for LeftReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LeftReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ReadLeft for LeftReader {
    fn origins(&self) -> &[FieldId] {
        &self.origins
    }

    fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    fn read(&self, origins: &[Option<&Column>], n_rows: usize) -> Vec<Column> {
        let Some((mark, origins)) = origins.split_last() else { return Vec::new() };
        let mut hand = self.hand.lock().unwrap_or_else(PoisonError::into_inner);
        let Hand { later, event, columns } = &mut *hand;
        let mut texts = vec![""; origins.len()];
        for row in (0..n_rows).filter(|&row| text_of(*mark, row).is_none()) {
            for (text, column) in texts.iter_mut().zip(origins) {
                *text = text_of(*column, row).unwrap_or("");
            }
            event.clear();
            later.read(&texts, event);
            let record = texts.last().map_or("", |text| *text).as_bytes();
            for leaf in event.leaves() {
                // SAFETY: a format adds UTF-8 only; `Event::push_slice` and `push_text` say so.
                let text = unsafe { std::str::from_utf8_unchecked(event.bytes(record, leaf)) };
                columns.push(row as u16, leaf.field, leaf.kind, text);
            }
        }
        columns.finish(n_rows)
    }
}

/// The first value of a row.
fn text_of(column: Option<&Column>, row: usize) -> Option<&str> {
    let column = column?;
    let mut text = None;
    column.for_row(row, |code| text = text.or(Some(column.dictionary.text(code))));
    text
}
