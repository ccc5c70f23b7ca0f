//! A segment as it is asked: with the times of a clock, with what its parser deferred, and with what steps make of it.

use std::sync::Arc;

use super::column::Column;
use super::deferred::{Deferred, DeferredRecords, ReadDeferred};
use super::derived::{Derivations, Derive, Derived, Made, Own};
use super::segment::Segment;
use super::times::{NO_TIME, Times};
use crate::base::{FieldId, SourceId, Timestamp};

/// A segment, and all that is made of it: at once where a clock or steps are set, else when it is first asked for.
///
/// ```text
/// segment ─┬─ times       by the clock set last
///          ├─ deferred    columns of the records that the parser deferred, once somebody names a field of them
///          └─ derived     columns of steps, once somebody names them; made of all the others
/// ```
#[derive(Debug)]
pub struct View {
    /// What was read.
    pub segment: Segment,
    times: Times,
    deferred: Deferred,
    derived: Derived,
}

impl View {
    /// The time of a row that has none.
    pub const NO_TIME: i64 = NO_TIME;

    pub(super) fn new(segment: Segment, times: Times, deferred: DeferredRecords) -> View {
        View { segment, times, deferred: Deferred::new(deferred), derived: Derived::default() }
    }

    /// How many rows it has.
    pub fn n_rows(&self) -> usize {
        self.segment.n_rows()
    }

    /// The time of each row in nanoseconds, [`View::NO_TIME`] where it has none.
    pub fn times(&self) -> &[i64] {
        self.times.nanos()
    }

    /// The time of a row.
    pub fn time(&self, row: usize) -> Option<Timestamp> {
        Some(self.times()[row]).filter(|&time| time != NO_TIME).map(Timestamp)
    }

    /// Reads the times of `source` anew where its records left something open: `moment` makes a time of the offset of the
    /// record, its reading and what it did not say. Rows come in their order.
    pub fn set_times(&mut self, source: SourceId, moment: impl FnMut(u64, i64, u8) -> i64) {
        if self.times.read_anew(&self.segment, source, moment) {
            self.derived.forget();
        }
    }

    /// The values of `field`, under its own name or a common one, derived ones among them, which are made now if they are
    /// not there; `None` where no row has any.
    pub fn column(&self, field: FieldId) -> Option<&Column> {
        self.derived.column(field, &self.own()).unwrap_or_else(|| self.own_column(field))
    }

    /// Whether records had values of `field`.
    pub fn has_own(&self, field: FieldId) -> bool {
        self.own_column(field).is_some()
    }

    /// The values of `field` that records had.
    fn own_column(&self, field: FieldId) -> Option<&Column> {
        self.own().column(field)
    }

    fn own(&self) -> Own<'_> {
        Own { segment: &self.segment, times: self.times.nanos(), deferred: &self.deferred }
    }

    /// Every column once, common names of it left out; behind them those derived ones that say what no other says.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        let derived = self.derived.telling_fields(&self.own());
        let made: Vec<FieldId> = derived.iter().map(|&(field, _)| field).collect();
        let own = self.own().columns().filter(move |column| !made.contains(&column.field));
        own.chain(derived.into_iter().filter_map(|(_, column)| column))
    }

    /// Every name a column can be asked by, common names among them; derived ones behind the others.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Column)> {
        let derived = self.derived.fields(&self.own());
        let made: Vec<FieldId> = derived.iter().map(|&(field, _)| field).collect();
        let own = self.own().fields();
        let derived = derived.into_iter().filter_map(|(field, column)| Some((field, column?)));
        own.filter(move |(field, _)| !made.contains(field)).chain(derived)
    }

    /// Sets what reads the records that the parser of these rows deferred.
    pub fn set_reader(&mut self, reader: Arc<dyn ReadDeferred>) {
        self.deferred.set_reader(reader);
    }

    /// Whether records are deferred that no question has needed yet.
    pub fn has_deferred(&self) -> bool {
        self.deferred.is_waiting()
    }

    /// Makes these columns from now on, when they are asked for; what the same steps have made stays.
    pub fn set_derivations(&mut self, derivations: &Arc<Derivations>) {
        self.derived.set(derivations);
    }

    /// What a step that is not among its own would make.
    pub fn try_step(&self, step: &dyn Derive) -> Made {
        self.derived.try_step(step, &self.own())
    }

    /// Bytes of memory it takes.
    pub fn memory_bytes(&self) -> usize {
        self.segment.memory_bytes()
            + self.times.memory_bytes()
            + self.deferred.memory_bytes()
            + self.derived.memory_bytes()
    }
}
