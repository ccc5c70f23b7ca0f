//! When rows happened, and what their records said of it: kept so that a clock that is set later reads it once more.

use std::iter::repeat_n;
use std::ops::Range;

use super::segment::{Segment, with_rows};
use crate::base::{SourceId, Timestamp};

/// When an event happened: the moment, and what its record said of it.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Nanoseconds, UTC.
    pub nanos: i64,
    /// What the record said, as nanoseconds.
    pub reading: i64,
    /// What it did not say; 0 is nothing.
    pub unsaid: u8,
}

impl From<Timestamp> for Moment {
    /// Of a record that said all.
    fn from(Timestamp(nanos): Timestamp) -> Moment {
        Moment { nanos, reading: nanos, unsaid: 0 }
    }
}

/// What a record said of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Said {
    /// Nanoseconds from what it said to when it was.
    shift: i64,
    /// What it did not say; 0 is nothing.
    pub unsaid: u8,
}

impl Said {
    /// What the record of an event at `time` said, as nanoseconds.
    pub fn reading(self, time: i64) -> i64 {
        time.wrapping_sub(self.shift)
    }
}

/// What each record of a segment said: a run for neighbours that are equally far from it, which all are within a year, as
/// long as the zone's offset stays.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// With the first row of each; before it all was said.
    runs: Vec<(u32, Said)>,
}

impl Readings {
    /// Adds that of `row`; rows come in their order.
    #[inline]
    pub fn push(&mut self, row: usize, moment: Moment) {
        let said = Said { shift: moment.nanos.wrapping_sub(moment.reading), unsaid: moment.unsaid };
        if self.runs.last().map_or(Said::default(), |&(_, last)| last) != said {
            self.runs.push((row as u32, said));
        }
    }

    /// Whether all said all.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// What the records of `rows` said, one by one.
    pub fn of(&self, rows: Range<usize>) -> impl Iterator<Item = Said> + '_ {
        let first = self.runs.partition_point(|&(row, _)| row as usize <= rows.start);
        let before = first.checked_sub(1).map_or(Said::default(), |at| self.runs[at].1);
        let starts = self.runs[first..].iter().map(|&(row, said)| (row as usize, said));
        let ends = starts.clone().map(|(row, _)| row).chain([usize::MAX]);
        let runs = [(rows.start, before)].into_iter().chain(starts).zip(ends);
        let runs = runs.take_while(move |((start, _), _)| *start < rows.end);
        runs.flat_map(move |((start, said), end)| repeat_n(said, end.min(rows.end) - start))
    }

    fn memory_bytes(&self) -> usize {
        self.runs.capacity() * size_of::<(u32, Said)>()
    }
}

/// The time of a row that has none.
pub(super) const NO_TIME: i64 = i64::MAX;

/// The time of each row of a segment by the clock set last.
#[derive(Debug)]
pub(super) struct Times {
    /// Nanoseconds, [`NO_TIME`] where a row has none.
    nanos: Vec<i64>,
    readings: Readings,
}

impl Times {
    /// Of rows that were read by a first clock.
    pub fn new(nanos: Vec<i64>, readings: Readings) -> Times {
        Times { nanos, readings }
    }

    /// One a row.
    pub fn nanos(&self) -> &[i64] {
        &self.nanos
    }

    /// Sets the times of rows of `source` anew where their records left something open, and whether any record did:
    /// `moment` makes a time of the offset of the record, its reading and what it did not say. Rows come in their order.
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
            for (row, said) in rows.clone().zip(readings.of(rows)) {
                let reading = said.reading(self.nanos[row]);
                if run.source == source && said.unsaid > 0 {
                    let offset = run.base + segment.offsets[row] as u64;
                    self.nanos[row] = moment(offset, reading, said.unsaid);
                }
                self.readings.push(row, Moment { nanos: self.nanos[row], reading, unsaid: said.unsaid });
            }
        }
        true
    }

    /// Bytes of memory it takes.
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
        fn each_row_says_what_it_said(
            rows in prop::collection::vec((any::<i64>(), 0_i64..3, 0_u8..2), 0..40),
            first in 0_usize..40,
        ) {
            let moment = |&(nanos, hours, unsaid): &(i64, i64, u8)| {
                let shift = if unsaid > 0 { hours * 3_600_000_000_000 } else { 0 };
                Moment { nanos, reading: nanos.wrapping_sub(shift), unsaid }
            };
            let mut readings = Readings::default();
            rows.iter().enumerate().for_each(|(row, said)| readings.push(row, moment(said)));
            prop_assert_eq!(readings.is_empty(), rows.iter().all(|row| row.2 == 0));
            let first = first.min(rows.len());
            let read: Vec<(i64, u8)> = readings
                .of(first..rows.len())
                .zip(&rows[first..])
                .map(|(said, &(nanos, _, _))| (said.reading(nanos), said.unsaid))
                .collect();
            let said: Vec<(i64, u8)> = rows[first..].iter().map(moment).map(|m| (m.reading, m.unsaid)).collect();
            prop_assert_eq!(read, said);
        }
    }
}
