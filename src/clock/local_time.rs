//! The local time of a record as it is stored, and its moment by a zone and a year.

use std::rc::Rc;

use super::zone::{DAY, SECOND, Zone};
use crate::base::time::{NO_YEAR, civil_from_days, days_from_civil};
use crate::base::wire::{Reader, Writer};

/// The zone and the years by which the local times of one source are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// The zone of local times whose records name no zone.
    pub zone: Rc<Zone>,
    /// (offset, year), ascending: from this byte offset on, cycle 0 of a [`Kept`] time is this year. A source that is
    /// read in pieces has an entry for each piece.
    pub years: Vec<(u64, i64)>,
}

impl Clock {
    /// As a message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.zone.write(&mut writer);
        writer.u64(self.years.len() as u64);
        for &(offset, year) in &self.years {
            writer.u64(offset);
            writer.i64(year);
        }
        writer.into_bytes()
    }

    /// From a message.
    pub fn from_bytes(bytes: &[u8]) -> Clock {
        let reader = &mut Reader::new(bytes);
        let zone = Rc::new(Zone::read(reader));
        let n = reader.u64();
        Clock { zone, years: (0..n).map(|_| (reader.u64(), reader.i64())).collect() }
    }

    /// The index of the part that contains the byte `offset`, and the year of its cycle 0.
    fn part(&self, offset: u64) -> (usize, i64) {
        let part = self.years.partition_point(|&(from, _)| from <= offset).saturating_sub(1);
        (part, self.years.get(part).map_or(NO_YEAR, |&(_, year)| year))
    }
}

/// A local time as it is stored beside its moment: nanoseconds, and the parts that the record leaves out.
///
/// ```text
/// what   0 complete: the time is the moment    1 no zone    2… no year, and perhaps no zone: 2 + CYCLES is cycle 0
/// nanos  the value of [`Reading::timestamp`]; for a time without a year:
///        bits 63…56 the zone: 0 none, 128 UTC, 132 one hour ahead of UTC    bits 55…0 nanoseconds since NO_YEAR began
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Nanoseconds, in the layout of the picture.
    pub nanos: i64,
    /// Which parts the record leaves out, in the code of the picture.
    pub what: u8,
}

/// Where [`NO_YEAR`] begins, in nanoseconds since the epoch: 1972-01-01.
const NO_YEAR_NANOS: i64 = 730 * DAY;

/// Bits of a time within a year.
const YEAR_BITS: u32 = 56;

const YEAR_MASK: i64 = (1 << YEAR_BITS) - 1;

/// Offsets of zones are multiples of a quarter of an hour (seconds).
const QUARTER: i32 = 15 * 60;

/// The stored offset of UTC, in quarters of an hour.
const UTC: i32 = 128;

impl Kept {
    /// A time without a year, in `cycle`, with `offset` where the record names one (seconds ahead of UTC). An offset that
    /// no zone uses is dropped.
    pub(super) fn yearless(shown: i64, offset: Option<i32>, cycle: i64) -> Kept {
        let quarters = offset.filter(|offset| offset % QUARTER == 0).map(|offset| offset / QUARTER + UTC);
        let zone = quarters.filter(|quarters| (1..=255).contains(quarters)).unwrap_or(0);
        Kept {
            nanos: ((zone as i64) << YEAR_BITS) | (shown - NO_YEAR_NANOS) & YEAR_MASK,
            what: (2 + CYCLES + cycle).clamp(2, u8::MAX as i64) as u8,
        }
    }

    /// Whether the record names no zone.
    pub(super) fn lacks_zone(self) -> bool {
        self.what == 1 || self.what > 1 && self.nanos as u64 >> YEAR_BITS == 0
    }

    /// The local time, if cycle 0 is `year`, and the seconds ahead of UTC that the record names.
    fn shown_and_offset(self, year: i64) -> (i64, Option<i32>) {
        if self.what < 2 {
            return (self.nanos, None);
        }
        let of_year = self.nanos & YEAR_MASK;
        let zone = (self.nanos as u64 >> YEAR_BITS) as i32;
        let shown = in_year(of_year + NO_YEAR_NANOS, year + self.what as i64 - 2 - CYCLES);
        (shown, (zone > 0).then_some((zone - UTC) * QUARTER))
    }
}

/// Cycles that can be stored before cycle 0: records out of order need them.
pub(super) const CYCLES: i64 = 16;

/// Converts the local times of one source, in the order of the source, so that the hour that clocks show twice is told
/// apart.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    part: usize,
    last: Option<i64>,
    is_second: bool,
}

impl Follower {
    /// The moment of a stored time at byte `offset` of its source. Call in the order of the source.
    pub fn moment(&mut self, clock: &Clock, offset: u64, kept: Kept) -> i64 {
        if kept.what == 0 {
            return kept.nanos;
        }
        let (part, year) = clock.part(offset);
        if part != self.part {
            *self = Follower { part, ..Follower::default() };
        }
        let (local, offset) = kept.shown_and_offset(year);
        if let Some(offset) = offset {
            return local - offset as i64 * SECOND;
        }
        // A clock that is put back shows one hour twice: the second pass begins with a step back.
        let is_back = self
            .last
            .is_some_and(|last| local < last - 30 * 60 * SECOND && local > last - 3 * 3_600 * SECOND);
        self.is_second |= is_back;
        self.last = Some(local);
        let (moment, is_twice) = clock.zone.moment(local, self.is_second);
        self.is_second &= is_twice;
        moment
    }
}

/// Moves a time of [`NO_YEAR`] into `year`. 29 February becomes 1 March in a year that is no leap year.
pub(super) fn in_year(nanos: i64, year: i64) -> i64 {
    let days = nanos.div_euclid(DAY);
    let (_, month, day) = civil_from_days(days);
    let date = days_from_civil(year.clamp(1_700, 2_200), month, day);
    date * DAY + nanos.rem_euclid(DAY)
}
