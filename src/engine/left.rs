//! Records that parsers left, brought into columns when somebody asks for them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::base::{Event, FieldId};
use crate::format::Later;
use crate::store::{Column, ColumnsBuilder, ReadLeft, Unread};

/// Reads the rows of a segment that its parser left.
pub(super) struct LeftReader {
    name: &'static str,
    /// The fields of the format, in order.
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
        let mut fields = later.fields().to_vec();
        fields.sort_unstable();
        fields.dedup();
        let hand = Hand { later, event: Event::default(), columns: ColumnsBuilder::default() };
        LeftReader { name, fields, hand: Mutex::new(hand) }
    }
}

impl fmt::Debug for LeftReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LeftReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ReadLeft for LeftReader {
    fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    fn read(&self, records: &Unread, n_rows: usize) -> Vec<Column> {
        let mut hand = self.hand.lock().unwrap_or_else(PoisonError::into_inner);
        let (Hand { later, event, columns }, fields) = (&mut *hand, &self.fields);
        records.for_each(|row, record| {
            event.clear();
            later.read(record, event);
            for leaf in event.leaves() {
                debug_assert!(fields.binary_search(&leaf.field).is_ok(), "a format names all that it leaves");
                // SAFETY: a format adds UTF-8 only; `Event::push_slice` and `push_text` say so.
                let text = unsafe { std::str::from_utf8_unchecked(event.bytes(record, leaf)) };
                columns.push(row as u16, leaf.field, leaf.kind, text);
            }
        });
        columns.finish(n_rows)
    }
}
