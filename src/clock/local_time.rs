//! What a record's clock showed, kept beside its moment, and the moment that follows from a zone and a year.

use std::rc::Rc;

use super::zone::{DAY, SECOND, Zone};
use crate::base::time::{NO_YEAR, civil_from_days, days_from_civil};
use crate::base::wire::{Reader, Writer};

/// What is not said in the records of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// The zone of readings without one.
    pub zone: Rc<Zone>,
    /// From which byte offset on the year of a [`Kept`] reading of cycle 0 is which; a source that is read in pieces
    /// has one a piece.
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

    /// The part of the source that a byte is in, and its year.
    fn part(&self, offset: u64) -> (usize, i64) {
        let part = self.years.partition_point(|&(from, _)| from <= offset).saturating_sub(1);
        (part, self.years.get(part).map_or(NO_YEAR, |&(_, year)| year))
    }
}

/// A reading as it is kept beside its moment: nanoseconds, and what was not said.
///
/// ```text
/// what   0 nothing: the reading is the moment    1 the zone    2… the year, and perhaps the zone: 2 + CYCLES is cycle 0
/// nanos  what [`Reading::timestamp`] says; of a reading without a year:
///        bits 63…56 the zone: 0 none, 128 UTC, 132 an hour ahead of it    bits 55…0 the time since NO_YEAR began
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// See above.
    pub nanos: i64,
    /// See above.
    pub what: u8,
}

/// Where [`NO_YEAR`] begins, in nanoseconds since the epoch: 1972-01-01.
const NO_YEAR_NANOS: i64 = 730 * DAY;

/// How many bits a time within a year has.
const YEAR_BITS: u32 = 56;

const YEAR_MASK: i64 = (1 << YEAR_BITS) - 1;

/// The step in which zones of today are ahead of UTC.
const QUARTER: i32 = 15 * 60;

/// What is kept for a zone at UTC, in quarters of an hour.
const UTC: i32 = 128;

impl Kept {
    /// A reading without a year, but perhaps with a zone, in `cycle`. An offset that no zone has is not kept.
    pub(super) fn yearless(shown: i64, offset: Option<i32>, cycle: i64) -> Kept {
        let quarters = offset.filter(|offset| offset % QUARTER == 0).map(|offset| offset / QUARTER + UTC);
        let zone = quarters.filter(|quarters| (1..=255).contains(quarters)).unwrap_or(0);
        Kept {
            nanos: ((zone as i64) << YEAR_BITS) | (shown - NO_YEAR_NANOS) & YEAR_MASK,
            what: (2 + CYCLES + cycle).clamp(2, u8::MAX as i64) as u8,
        }
    }

    /// Whether the zone was not said.
    pub(super) fn lacks_zone(self) -> bool {
        self.what == 1 || self.what > 1 && self.nanos as u64 >> YEAR_BITS == 0
    }

    /// What a clock showed whose cycle 0 is in `year`, and how many seconds it was ahead of UTC, if that was said.
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

/// The kept cycle 0: readings out of order stand before it.
pub(super) const CYCLES: i64 = 16;

/// Follows the clock of one source, or of one part of it, from reading to reading.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    part: usize,
    last: Option<i64>,
    is_second: bool,
}

impl Follower {
    /// The moment of a kept reading at `offset` of its source; in the order of the source.
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
        // A clock that was put back shows an hour twice, the second time behind the first.
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

/// A reading of [`NO_YEAR`] in another year; of 29 February in a year without one, 1 March.
pub(super) fn in_year(nanos: i64, year: i64) -> i64 {
    let days = nanos.div_euclid(DAY);
    let (_, month, day) = civil_from_days(days);
    let date = days_from_civil(year.clamp(1_700, 2_200), month, day);
    date * DAY + nanos.rem_euclid(DAY)
}
