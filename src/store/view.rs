//! A segment as questions see it: with times by a clock, with deferred fields, and with the columns that steps make.

use std::sync::Arc;

use super::column::Column;
use super::deferred::{Deferred, DeferredRecords, ReadDeferred};
use super::derived::{Derivations, Derive, Derived, Made, Own};
use super::segment::Segment;
use super::times::{NO_TIME, Times};
use crate::base::{FieldId, SourceId, Timestamp};

/// A segment, and everything that is made from it. Times are made when the clock is set; columns are made when a
/// question first needs them.
///
/// ```text
/// segment ─┬─ times       by the clock set last
///          ├─ deferred    columns of deferred records, made when a question first needs them
///          └─ derived     columns of steps, made from all others when a question first needs them
/// ```
#[derive(Debug)]
pub struct View {
    /// The values that were read.
    pub segment: Segment,
    times: Times,
    deferred: Deferred,
    derived: Derived,
}

impl View {
    /// The time of a row without a time.
    pub const NO_TIME: i64 = NO_TIME;

    pub(super) fn new(segment: Segment, times: Times, deferred: DeferredRecords) -> View {
        View { segment, times, deferred: Deferred::new(deferred), derived: Derived::default() }
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.segment.n_rows()
    }

    /// The time of each row in nanoseconds; [`View::NO_TIME`] for a row without a time.
    pub fn times(&self) -> &[i64] {
        self.times.nanos()
    }

    /// The time of a row.
    pub fn time(&self, row: usize) -> Option<Timestamp> {
        Some(self.times()[row]).filter(|&time| time != NO_TIME).map(Timestamp)
    }

    /// Computes the times of those rows of `source` again whose records omit something. `moment` computes a time from
    /// the offset of the record, the time that it gives and the parts that it omits; rows are in ascending order.
    pub fn set_times(&mut self, source: SourceId, moment: impl FnMut(u64, i64, u8) -> i64) {
        if self.times.read_anew(&self.segment, source, moment) {
            self.derived.forget();
        }
    }

    /// The values of `field`, which is a native, common or derived name; a derived column is made now if necessary.
    /// `None` if no row has a value.
    pub fn column(&self, field: FieldId) -> Option<&Column> {
        self.derived.column(field, &self.own()).unwrap_or_else(|| self.own_column(field))
    }

    /// Whether records have values of `field`.
    pub fn has_own(&self, field: FieldId) -> bool {
        self.own_column(field).is_some()
    }

    /// The values that records have in `field`.
    fn own_column(&self, field: FieldId) -> Option<&Column> {
        self.own().column(field)
    }

    fn own(&self) -> Own<'_> {
        Own { segment: &self.segment, times: self.times.nanos(), deferred: &self.deferred }
    }

    /// Every column once, without its common names, followed by the derived columns that may have text that no other
    /// column has.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        let derived = self.derived.telling_fields(&self.own());
        let made: Vec<FieldId> = derived.iter().map(|&(field, _)| field).collect();
        let own = self.own().columns().filter(move |column| !made.contains(&column.field));
        own.chain(derived.into_iter().filter_map(|(_, column)| column))
    }

    /// Every name of a column, including its common names, followed by the names of derived columns.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Column)> {
        let derived = self.derived.fields(&self.own());
        let made: Vec<FieldId> = derived.iter().map(|&(field, _)| field).collect();
        let own = self.own().fields();
        let derived = derived.into_iter().filter_map(|(field, column)| Some((field, column?)));
        own.filter(move |(field, _)| !made.contains(field)).chain(derived)
    }

    /// Sets the reader of the deferred records.
    pub fn set_reader(&mut self, reader: Arc<dyn ReadDeferred>) {
        self.deferred.set_reader(reader);
    }

    /// Whether there are deferred records that no question has needed yet.
    pub fn has_deferred(&self) -> bool {
        self.deferred.is_waiting()
    }

    /// Sets the steps whose columns are made from now on, when a question needs them. Columns that were already made
    /// by a step that stays are kept.
    pub fn set_derivations(&mut self, derivations: &Arc<Derivations>) {
        self.derived.set(derivations);
    }

    /// The columns that `step` would make after all other steps.
    pub fn try_step(&self, step: &dyn Derive) -> Made {
        self.derived.try_step(step, &self.own())
    }

    /// The memory that the view takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.segment.memory_bytes()
            + self.times.memory_bytes()
            + self.deferred.memory_bytes()
            + self.derived.memory_bytes()
    }
}
