//! The cells of some rows of a selection, for showing.

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::base::event::TIMESTAMP;
use crate::base::wire::Writer;
use crate::engine::asking::{Ask, OfRows};
use crate::engine::{Hub, RowRef, Shard};
use crate::query::rows::{Cell, Window, clip, write_cell};

/// Asks for cells.
pub struct Rows {
    /// Of which selection.
    pub selection: u32,
    /// The first row, by the order of the selection.
    pub first: usize,
    /// After the last one.
    pub end: usize,
    /// The fields, one a column.
    pub fields: Vec<String>,
}

/// Cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsPage {
    /// How many rows there are.
    pub n_rows: usize,
    /// Their cells.
    pub window: Window,
}

impl Rows {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Rows { selection, first, end, fields } = self;
        let rows = hub.rows(selection, first, end)?;
        let n_fields = fields.len();
        put(Ask::Rows(rows.clone(), OfRows::Cells(fields)), move |_, partials| {
            done(Reply::Rows(RowsPage::merge(&rows, n_fields, partials)))
        })
    }
}

impl RowsPage {
    /// Puts the cells of `rows` together from what their shards wrote.
    pub(super) fn merge(rows: &[RowRef], n_fields: usize, partials: &[Vec<u8>]) -> RowsPage {
        let shards: Vec<usize> = rows.iter().map(|row| row.shard()).collect();
        RowsPage { n_rows: rows.len(), window: Window::merge(&shards, n_fields, partials) }
    }
}

impl Shard {
    /// The cells of `rows` in `fields`, clipped, column by column.
    pub(in crate::engine) fn cells(&self, rows: &[u32], fields: &[String]) -> Vec<u8> {
        let mut writer = Writer::new();
        for name in fields {
            let field = self.fields.get(name);
            for &row in rows {
                let (view, row) = self.row(row);
                let cell = match field {
                    _ if name == TIMESTAMP => view.time(row).map(|time| Cell::whole(time.to_text())),
                    Some(field) => clip(view, field, row),
                    None => None,
                };
                write_cell(&mut writer, cell);
            }
        }
        writer.into_bytes()
    }
}
