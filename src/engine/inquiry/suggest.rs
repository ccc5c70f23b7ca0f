//! Steps that a column could be read by: some of its values from all over the rows of a query, and what fits them.

use super::filter::select;
use super::{Reply, Round, done, put};
use crate::base::event::TIMESTAMP;
use crate::base::wire::{Reader, Writer};
use crate::base::{Error, limits};
use crate::derive::suggest;
use crate::engine::asking::{Ask, OfRows};
use crate::engine::{Hub, RowRef, Shard};
use crate::query::rows::cut;

/// Asks for steps.
pub struct Suggest {
    /// The column.
    pub field: String,
    /// The rows.
    pub query: String,
}

impl Suggest {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Suggest { field, query } = self;
        let with_value = hub.with_value(&query, std::slice::from_ref(&field))?;
        select(hub, with_value, Vec::new(), move |_, selection| {
            let rows = sample(selection.n_rows(), |row| selection.rows(row, row + 1));
            put(Ask::Rows(rows.clone(), OfRows::Texts(field.clone())), move |_, partials| {
                let mut readers: Vec<Reader<'_>> = partials.iter().map(|bytes| Reader::new(bytes)).collect();
                let values: Vec<&str> = rows.iter().map(|row| readers[row.shard()].str()).collect();
                done(Reply::Suggest(suggest(&field, &values)))
            })
        })
    }
}

/// Up to `limits::SUGGEST_VALUES` of `n_rows`, from all over them.
fn sample(n_rows: usize, row_at: impl Fn(usize) -> Vec<RowRef>) -> Vec<RowRef> {
    let n = n_rows.min(limits::SUGGEST_VALUES);
    (0..n).flat_map(|nth| row_at((nth as u64 * n_rows as u64 / n as u64) as usize)).collect()
}

impl Shard {
    /// The first value of `rows` in a field, cut, where it has one.
    pub(in crate::engine) fn texts(&self, rows: &[u32], field: &str) -> Vec<u8> {
        let mut writer = Writer::new();
        for &row in rows {
            let (view, row) = self.row(row);
            let mut text = None;
            if let Some(column) = self.fields.get(field).and_then(|field| view.column(field)) {
                column.for_row(row, |code| text = text.or(Some(column.dictionary.text(code))));
            } else if field == TIMESTAMP {
                let time = view.time(row).map_or(String::new(), |time| time.to_text());
                writer.str(&time);
                continue;
            }
            writer.str(cut(text.unwrap_or(""), limits::SUGGEST_BYTES).0);
        }
        writer.into_bytes()
    }
}
