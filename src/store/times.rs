//! The times of rows, and the times that their records give: if a clock is set later, the times are computed again.

use std::iter::repeat_n;
use std::ops::Range;

use super::segment::{Segment, with_rows};
use crate::base::{SourceId, Timestamp};

/// The time of an event: the moment, and the time that its record gives.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The moment, in nanoseconds, UTC.
    pub nanos: i64,
    /// The time that the record gives, in nanoseconds, as if it were UTC.
    pub reading: i64,
    /// Which parts the record omits; 0 if it omits nothing.
    pub unsaid: u8,
}

impl From<Timestamp> for Moment {
    /// The moment of a record that omits nothing.
    fn from(Timestamp(nanos): Timestamp) -> Moment {
        Moment { nanos, reading: nanos, unsaid: 0 }
    }
}

/// The time that a record gives, relative to the moment of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RecordedTime {
    /// Nanoseconds from the time that the record gives to the moment.
    shift: i64,
    /// Which parts the record omits; 0 if it omits nothing.
    pub unsaid: u8,
}

impl RecordedTime {
    /// The time that the record of an event at `time` gives, in nanoseconds.
    pub fn reading(self, time: i64) -> i64 {
        time.wrapping_sub(self.shift)
    }
}

/// The times that the records of a segment give. Run-length coded: neighbouring rows with the same difference between
/// the recorded time and the moment share one entry. In one year, the difference changes only with the offset of the
/// zone.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// The first row of each run and its entry. Records before the first run omit nothing.
    runs: Vec<(u32, RecordedTime)>,
}

impl Readings {
    /// Adds the entry of `row`. The caller adds rows in ascending order.
    #[inline]
    pub fn push(&mut self, row: usize, moment: Moment) {
        let recorded =
            RecordedTime { shift: moment.nanos.wrapping_sub(moment.reading), unsaid: moment.unsaid };
        if self.runs.last().map_or(RecordedTime::default(), |&(_, last)| last) != recorded {
            self.runs.push((row as u32, recorded));
        }
    }

    /// Whether no record omits anything.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The entries of `rows`, one for each row.
    pub fn of(&self, rows: Range<usize>) -> impl Iterator<Item = RecordedTime> + '_ {
        let first = self.runs.partition_point(|&(row, _)| row as usize <= rows.start);
        let before = first.checked_sub(1).map_or(RecordedTime::default(), |at| self.runs[at].1);
        let starts = self.runs[first..].iter().map(|&(row, recorded)| (row as usize, recorded));
        let ends = starts.clone().map(|(row, _)| row).chain([usize::MAX]);
        let runs = [(rows.start, before)].into_iter().chain(starts).zip(ends);
        let runs = runs.take_while(move |((start, _), _)| *start < rows.end);
        runs.flat_map(move |((start, recorded), end)| repeat_n(recorded, end.min(rows.end) - start))
    }

    fn memory_bytes(&self) -> usize {
        self.runs.capacity() * size_of::<(u32, RecordedTime)>()
    }
}

/// The time of a row without a time.
pub(super) const NO_TIME: i64 = i64::MAX;

/// The time of each row of a segment by the clock set last.
#[derive(Debug)]
pub(super) struct Times {
    /// Nanoseconds; [`NO_TIME`] for a row without a time.
    nanos: Vec<i64>,
    readings: Readings,
}

impl Times {
    /// The times of rows, read with a first clock.
    pub fn new(nanos: Vec<i64>, readings: Readings) -> Times {
        Times { nanos, readings }
    }

    /// The time of each row.
    pub fn nanos(&self) -> &[i64] {
        &self.nanos
    }

    /// Computes the times of those rows of `source` again whose records omit something. `moment` computes a time from
    /// the offset of the record, the time that it gives and the parts that it omits; rows are in ascending order.
    /// Returns whether any record of the segment omits something.
    pub fn read_anew(
        &mut self,
        segment: &Segment,
        source: SourceId,
        mut moment: impl FnMut(u64, i64, u8) -> i64,
    ) -> bool {
        if self.readings.is_empty() {
            return false;
        }
        let readings = std::mem::take(&mut self.readings);
        for (run, rows) in with_rows(&segment.runs, self.nanos.len()) {
            for (row, recorded) in rows.clone().zip(readings.of(rows)) {
                let reading = recorded.reading(self.nanos[row]);
                if run.source == source && recorded.unsaid > 0 {
                    let offset = run.base + segment.offsets[row] as u64;
                    self.nanos[row] = moment(offset, reading, recorded.unsaid);
                }
                self.readings.push(row, Moment { nanos: self.nanos[row], reading, unsaid: recorded.unsaid });
            }
        }
        true
    }

    /// The memory that the times take, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.nanos.capacity() * 8 + self.readings.memory_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_row_keeps_its_recorded_time(
            rows in prop::collection::vec((any::<i64>(), 0_i64..3, 0_u8..2), 0..40),
            first in 0_usize..40,
        ) {
            let moment = |&(nanos, hours, unsaid): &(i64, i64, u8)| {
                let shift = if unsaid > 0 { hours * 3_600_000_000_000 } else { 0 };
                Moment { nanos, reading: nanos.wrapping_sub(shift), unsaid }
            };
            let mut readings = Readings::default();
            rows.iter().enumerate().for_each(|(row, recorded)| readings.push(row, moment(recorded)));
            prop_assert_eq!(readings.is_empty(), rows.iter().all(|row| row.2 == 0));
            let first = first.min(rows.len());
            let read: Vec<(i64, u8)> = readings
                .of(first..rows.len())
                .zip(&rows[first..])
                .map(|(recorded, &(nanos, _, _))| (recorded.reading(nanos), recorded.unsaid))
                .collect();
            let recorded: Vec<(i64, u8)> = rows[first..].iter().map(moment).map(|m| (m.reading, m.unsaid)).collect();
            prop_assert_eq!(read, recorded);
        }
    }
}
