//! Figures by groups of rows and columns: the times of the rows where an interval is to be chosen by them, then the
//! groups, then the cells.

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::base::event::TIMESTAMP;
use crate::engine::Hub;
use crate::query::bucket::Bucket;
use crate::query::pivot::{Pivot, PivotCells, PivotKeys};
use crate::query::timeline::{Found, Wish};
use crate::query::{Asked, unknown_field_error};

/// Asks for a pivot.
pub struct AskPivot {
    /// Of which rows.
    pub selection: u32,
    /// Which one. An interval of 0 nanoseconds is chosen by the times of the rows.
    pub pivot: Pivot,
    /// At most so many intervals, where they are chosen.
    pub n_buckets: usize,
}

impl AskPivot {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        if !self.has_automatic_interval() {
            return self.put_keys(hub, None);
        }
        let scope = Wish::default().scope();
        put(hub.rows_of(self.selection)?.ask(scope.clone()), move |hub, partials| {
            self.put_keys(hub, Some(&scope.answer(partials)))
        })
    }

    fn has_automatic_interval(&self) -> bool {
        let mut wells = self.pivot.rows.iter().chain(&self.pivot.columns);
        wells.any(|well| well.level.bucket == Bucket::Time { nanos: 0 })
    }

    fn put_keys(self, hub: &mut Hub, found: Option<&Found>) -> Result<Round, Error> {
        let AskPivot { selection, mut pivot, n_buckets } = self;
        let rows = hub.rows_of(selection)?;
        let wish = Wish { n_buckets, ..Wish::default() };
        let buckets = found.map(|found| found.buckets(&wish, rows.settings.offset_seconds)).transpose()?;
        for well in pivot.rows.iter_mut().chain(&mut pivot.columns) {
            if let (Bucket::Time { nanos: nanos @ 0 }, Some(buckets)) = (&mut well.level.bucket, buckets) {
                // Without a time there is no bucket, however long it were.
                *nanos = buckets.interval.max(1);
            }
        }
        pivot.check()?;
        for field in pivot.fields() {
            if field != TIMESTAMP && !hub.known_fields().any(|known| known == field) {
                return Err(unknown_field_error(field, 0..0, hub.known_fields()));
            }
        }
        let keys = PivotKeys { pivot, settings: rows.settings };
        put(rows.clone().ask(keys.clone()), move |_, partials| {
            let table = keys.answer(partials)?;
            let cells = PivotCells { keys, table };
            put(rows.ask(cells.clone()), move |hub, partials| {
                hub.check_selection(selection)?;
                done(Reply::AskPivot(cells.answer(partials)))
            })
        })
    }
}
