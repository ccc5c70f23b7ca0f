//! Records that parsers deferred, brought into columns when a question first needs them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::base::{Event, FieldId};
use crate::format::DeferredParser;
use crate::store::{Column, ColumnsBuilder, DeferredRecords, ReadDeferred};

/// Reads the deferred records of the segments of one format.
pub(super) struct DeferredReader {
    name: &'static str,
    /// The fields of the format, in order.
    fields: Vec<FieldId>,
    tools: Mutex<Tools>,
}

/// What reading needs, kept from one segment to the next.
struct Tools {
    parser: Box<dyn DeferredParser>,
    event: Event,
    columns: ColumnsBuilder,
}

impl DeferredReader {
    /// For the format called `name`.
    pub fn new(name: &'static str, parser: Box<dyn DeferredParser>) -> DeferredReader {
        let mut fields = parser.fields().to_vec();
        fields.sort_unstable();
        fields.dedup();
        let tools = Tools { parser, event: Event::default(), columns: ColumnsBuilder::default() };
        DeferredReader { name, fields, tools: Mutex::new(tools) }
    }
}

impl fmt::Debug for DeferredReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DeferredReader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ReadDeferred for DeferredReader {
    fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    fn read(&self, records: &DeferredRecords, n_rows: usize) -> Vec<Column> {
        let mut tools = self.tools.lock().unwrap_or_else(PoisonError::into_inner);
        let (Tools { parser, event, columns }, fields) = (&mut *tools, &self.fields);
        records.for_each(|row, record| {
            event.clear();
            parser.read(record, event);
            for leaf in event.leaves() {
                debug_assert!(
                    fields.binary_search(&leaf.field).is_ok(),
                    "a format names all fields that it defers"
                );
                // SAFETY: a format adds UTF-8 only; `Event::push_slice` and `push_text` say so.
                let text = unsafe { std::str::from_utf8_unchecked(event.bytes(record, leaf)) };
                columns.push(row as u16, leaf.field, leaf.kind, text);
            }
        });
        columns.finish(n_rows)
    }
}
