//! What is summed up over rows: states that merge in any order.

use crate::base::wire::{Reader, Writer};
use crate::store::View;

/// How many rows, and the earliest and the latest time among them.
///
/// Of no row, and of rows without a time, `first` is [`View::NO_TIME`] and `last` is `i64::MIN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub n_rows: u64,
    /// Nanoseconds, UTC.
    pub first: i64,
    /// Nanoseconds, UTC.
    pub last: i64,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { n_rows: 0, first: View::NO_TIME, last: i64::MIN }
    }
}

impl Tally {
    /// Adds a row of this time, or [`View::NO_TIME`].
    #[inline]
    pub fn add(&mut self, time: i64) {
        self.n_rows += 1;
        self.first = self.first.min(time);
        self.last = self.last.max(if time == View::NO_TIME { i64::MIN } else { time });
    }

    /// Adds all rows of another.
    pub fn merge(&mut self, other: &Tally) {
        self.n_rows += other.n_rows;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// The earliest and the latest time, if any row has one.
    pub fn span(&self) -> Option<(i64, i64)> {
        (self.first != View::NO_TIME).then_some((self.first, self.last))
    }

    /// Appends it to a partial.
    pub fn write(&self, writer: &mut Writer) {
        writer.u64(self.n_rows);
        writer.i64(self.first);
        writer.i64(self.last);
    }

    /// The next one of a partial.
    pub fn read(reader: &mut Reader<'_>) -> Tally {
        Tally { n_rows: reader.u64(), first: reader.i64(), last: reader.i64() }
    }
}
