//! What a log's clock showed to moments: the zone and the year that its records do not say.
//!
//! A record's reading is kept as it is, so that another zone or year re-reads nothing. The years of a source follow one
//! another: a reading that goes back by more than [`BACK_NANOS`] begins a new year. Where the newest record stands first,
//! as `journalctl --reverse` and many exports write it, they fall: one that goes ahead by as much ends in the year before.
//! Both are followed while a source is read, for only its end tells which it is.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::time::{NO_YEAR, civil_from_days, days_from_civil, number};
use crate::base::wire::{Reader, Writer};
use crate::base::{Reading, Timestamp};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// How far a reading without a year must go back to begin a new one: files that were joined in the wrong order go back
/// by weeks, and few logs are silent for ten months.
const BACK_NANOS: i64 = 60 * DAY;

/// How much later than it should a reading may be: zones differ by as much.
const SLACK_NANOS: i64 = DAY;

/// How near a file's modification must be to its last record to say that it was written then.
const MEETING_NANOS: i64 = 2 * DAY;

/// The years that logs are from.
const YEARS: std::ops::RangeInclusive<i64> = 1990..=2100;

/// A zone: what its clocks showed when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// As the analyst calls it: `UTC`, `Europe/Berlin`, `+02:00`.
    pub name: String,
    /// From when on (seconds since the epoch) a clock was how many seconds ahead of UTC; ascending, the first holds for
    /// all before it.
    pub changes: Vec<(i64, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Zone { name: "UTC".to_owned(), changes: vec![(i64::MIN, 0)] }
    }
}

impl Zone {
    /// The moment at which a clock of the zone showed `local`, and whether it showed that twice: then the second time
    /// is meant if `is_second`. What it never showed, because the clock was put forward, is read as if it had not been.
    fn moment(&self, local: i64, is_second: bool) -> (i64, bool) {
        let offset_of = |at: usize| self.changes[at].1 as i64;
        if let [(_, offset)] = self.changes[..] {
            return (local.saturating_sub(offset as i64 * SECOND), false);
        }
        let seconds = local.div_euclid(SECOND);
        // The changes that a clock has seen which is ahead of UTC by 18 hours at most.
        let near = self.changes.partition_point(|&(from, _)| from <= seconds.saturating_add(18 * 3_600));
        let range = near.saturating_sub(4)..near;
        let is_shown = |at: &usize| {
            let until = self.changes.get(at + 1).map_or(i64::MAX, |&(next, _)| next);
            let moment = seconds - offset_of(*at);
            (*at == 0 || moment >= self.changes[*at].0) && moment < until
        };
        let mut shown = range.clone().filter(is_shown).map(offset_of);
        let (offset, is_twice) = match (shown.next(), shown.next()) {
            (Some(first), Some(second)) => (if is_second { second } else { first }, true),
            (Some(only), None) => (only, false),
            (None, _) => {
                let is_gap = |&at: &usize| at > 0 && seconds - offset_of(at - 1) >= self.changes[at].0;
                (range.rev().find(is_gap).map_or(0, |at| offset_of(at - 1)), false)
            }
        };
        (local.saturating_sub(offset * SECOND), is_twice)
    }

    /// As a message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_bytes()
    }

    /// From a message; of an empty one UTC.
    pub fn from_bytes(bytes: &[u8]) -> Zone {
        if bytes.is_empty() { Zone::default() } else { Zone::read(&mut Reader::new(bytes)) }
    }

    /// As part of a message.
    pub fn write(&self, writer: &mut Writer) {
        writer.str(&self.name);
        writer.u64(self.changes.len() as u64);
        for &(from, offset) in &self.changes {
            writer.i64(from);
            writer.i64(offset as i64);
        }
    }

    /// From a message.
    pub fn read(reader: &mut Reader<'_>) -> Zone {
        let name = reader.str().to_owned();
        let n = reader.u64();
        Zone { name, changes: (0..n).map(|_| (reader.i64(), reader.i64() as i32)).collect() }
    }
}

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
    fn yearless(shown: i64, offset: Option<i32>, cycle: i64) -> Kept {
        let quarters = offset.filter(|offset| offset % QUARTER == 0).map(|offset| offset / QUARTER + UTC);
        let zone = quarters.filter(|quarters| (1..=255).contains(quarters)).unwrap_or(0);
        Kept {
            nanos: ((zone as i64) << YEAR_BITS) | (shown - NO_YEAR_NANOS) & YEAR_MASK,
            what: (2 + CYCLES + cycle).clamp(2, u8::MAX as i64) as u8,
        }
    }

    /// Whether the zone was not said.
    fn lacks_zone(self) -> bool {
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
const CYCLES: i64 = 16;

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
fn in_year(nanos: i64, year: i64) -> i64 {
    let days = nanos.div_euclid(DAY);
    let (_, month, day) = civil_from_days(days);
    let date = days_from_civil(year.clamp(1_700, 2_200), month, day);
    date * DAY + nanos.rem_euclid(DAY)
}

/// By how many years a reading without a year is in another one than the reading before it.
fn years_between(before: i64, nanos: i64) -> i64 {
    match nanos - before {
        back if back < -BACK_NANOS => 1,
        // December behind January: a line that is out of order.
        ahead if ahead > 366 * DAY - BACK_NANOS => -1,
        _ => 0,
    }
}

/// Which way the years of a source go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The oldest record stands first.
    Rising,
    /// The newest record stands first.
    Falling,
}

impl Order {
    /// By how many years a reading is in another one than the reading before it, if they go this way.
    fn years_between(self, before: i64, nanos: i64) -> i64 {
        match self {
            Order::Rising => years_between(before, nanos),
            Order::Falling => -years_between(nanos, before),
        }
    }

    /// Whether a step of so many years goes the other way: a line that is out of order moves nothing.
    fn is_stray(self, step: i64) -> bool {
        match self {
            Order::Rising => step < 0,
            Order::Falling => step > 0,
        }
    }
}

/// The readings without a year of a source, or of one piece of it, if its years go one way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    /// The last reading, and its cycle.
    pub last: i64,
    /// See `last`.
    pub cycle: i64,
    /// Cycles that have a 29 February.
    pub leap_cycles: Vec<i64>,
}

impl Chain {
    /// Counts a reading; its cycle.
    fn follow(&mut self, order: Order, nanos: i64, is_first: bool) -> i64 {
        let step = if is_first { 0 } else { order.years_between(self.last, nanos) };
        let cycle = self.cycle + step;
        if !order.is_stray(step) {
            (self.cycle, self.last) = (cycle, nanos);
        }
        let (_, month, day) = civil_from_days(nanos.div_euclid(DAY));
        if (month, day) == (2, 29) && !self.leap_cycles.contains(&cycle) && self.leap_cycles.len() < 64 {
            self.leap_cycles.push(cycle);
        }
        cycle
    }

    fn write(&self, writer: &mut Writer) {
        writer.i64(self.last);
        writer.i64(self.cycle);
        writer.i64s(&self.leap_cycles);
    }

    fn read(reader: &mut Reader<'_>) -> Chain {
        Chain { last: reader.i64(), cycle: reader.i64(), leap_cycles: reader.i64s() }
    }
}

/// How often a source that falls may differ from one that rises: twice a year.
const MAX_FALLS: usize = 2 * CYCLES as usize;

/// What the records of a source, or of one piece of it, did not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unsaid {
    /// Events without a zone; they may have no year either.
    pub n_zoneless: u64,
    /// Events without a year.
    pub n_yearless: u64,
    /// The year that was taken for cycle 0.
    pub year: i64,
    /// The first and the last reading without a year.
    pub first: i64,
    /// See `first`.
    pub last: i64,
    /// How many of these readings are behind the one before them, and how many before it, within [`BACK_NANOS`].
    pub n_ahead: u64,
    /// See `n_ahead`.
    pub n_back: u64,
    /// What holds if the oldest record stands first: kept cycles are of it.
    pub rising: Chain,
    /// What holds if the newest one does.
    pub falling: Chain,
    /// From which byte offset on a cycle of `falling` is by how much more than that of `rising`: one more than
    /// [`MAX_FALLS`] where there are too many.
    pub falls: Vec<(u64, i64)>,
    /// The first and last moment of events that say their year.
    pub dated: Option<(i64, i64)>,
}

impl Unsaid {
    /// As part of a message.
    pub fn write(&self, writer: &mut Writer) {
        let (is_dated, (from, to)) = (self.dated.is_some(), self.dated.unwrap_or_default());
        writer.bool(is_dated);
        let numbers = [from, to, self.year, self.first, self.last];
        numbers.iter().for_each(|&number| writer.i64(number));
        for number in [self.n_zoneless, self.n_yearless, self.n_ahead, self.n_back] {
            writer.u64(number);
        }
        self.rising.write(writer);
        self.falling.write(writer);
        writer.u64(self.falls.len() as u64);
        for &(offset, years) in &self.falls {
            writer.u64(offset);
            writer.i64(years);
        }
    }

    /// From a message.
    pub fn read(reader: &mut Reader<'_>) -> Unsaid {
        let is_dated = reader.bool();
        let [from, to, year, first, last] = std::array::from_fn(|_| reader.i64());
        let [n_zoneless, n_yearless, n_ahead, n_back] = std::array::from_fn(|_| reader.u64());
        let (rising, falling) = (Chain::read(reader), Chain::read(reader));
        let n = reader.u64();
        Unsaid {
            dated: is_dated.then_some((from, to)),
            year,
            first,
            last,
            n_ahead,
            n_back,
            rising,
            falling,
            falls: (0..n).map(|_| (reader.u64(), reader.i64())).collect(),
            n_zoneless,
            n_yearless,
        }
    }

    /// Counts the way from the reading `before` to `nanos`.
    fn count_step(&mut self, before: i64, nanos: i64) {
        let step = nanos - before;
        self.n_ahead += (1..=BACK_NANOS).contains(&step) as u64;
        self.n_back += (-BACK_NANOS..=-1).contains(&step) as u64;
    }
}

/// Keeps the readings of a source while it is read, and guesses what they do not say until more is known.
pub struct Keeper {
    clock: Clock,
    follower: Follower,
    /// The moment before which the last record was written, if something says so.
    end: Option<i64>,
    /// The last reading and what became of it: most records come within the same second as another.
    last: Option<(Reading, i64, Kept)>,
    /// What is told at the end.
    pub unsaid: Unsaid,
}

impl Keeper {
    /// For a source, or a piece of it from `offset` on.
    pub fn new(path: &str, modified: Option<i64>, zone: Rc<Zone>, offset: u64) -> Keeper {
        Keeper {
            clock: Clock { zone, years: vec![(offset, NO_YEAR)] },
            follower: Follower::default(),
            end: date_in(path)
                .map(|day| (day + 1) * DAY + SLACK_NANOS)
                .or(modified.map(|at| at + SLACK_NANOS)),
            last: None,
            unsaid: Unsaid::default(),
        }
    }

    /// The moment of a reading at `offset`, and what is kept of it.
    pub fn keep(&mut self, reading: Reading, offset: u64) -> (i64, Kept) {
        if let Some((last, moment, kept)) = self.last
            && last == reading
        {
            self.unsaid.n_zoneless += kept.lacks_zone() as u64;
            self.unsaid.n_yearless += matches!(reading, Reading::Yearless { .. }) as u64;
            return (moment, kept);
        }
        let kept = match reading {
            Reading::Utc(Timestamp(nanos)) => Kept { nanos, what: 0 },
            Reading::Local(Timestamp(nanos)) => Kept { nanos, what: 1 },
            Reading::Yearless { shown, offset: zone } => {
                Kept::yearless(shown.0, zone, self.cycle_of(shown.0, offset))
            }
        };
        if kept.what < 2 {
            self.see_date(kept.nanos);
        }
        self.unsaid.n_zoneless += kept.lacks_zone() as u64;
        let moment = self.follower.moment(&self.clock, offset, kept);
        self.last = Some((reading, moment, kept));
        (moment, kept)
    }

    fn see_date(&mut self, nanos: i64) {
        let (from, to) = self.unsaid.dated.get_or_insert((nanos, nanos));
        (*from, *to) = ((*from).min(nanos), (*to).max(nanos));
    }

    /// Counts a reading without a year at `offset`; its cycle, if years rise.
    fn cycle_of(&mut self, nanos: i64, offset: u64) -> i64 {
        let unsaid = &mut self.unsaid;
        let is_first = unsaid.n_yearless == 0;
        if is_first {
            unsaid.first = nanos;
            unsaid.year = self.end.map_or(NO_YEAR, |end| latest_year(nanos, end));
            self.clock.years[0].1 = unsaid.year;
        } else {
            unsaid.count_step(unsaid.last, nanos);
        }
        unsaid.n_yearless += 1;
        unsaid.last = nanos;
        let cycle = unsaid.rising.follow(Order::Rising, nanos, is_first);
        let more = unsaid.falling.follow(Order::Falling, nanos, is_first) - cycle;
        if unsaid.falls.last().map_or(0, |&(_, more)| more) != more && unsaid.falls.len() <= MAX_FALLS {
            unsaid.falls.push((offset, more));
        }
        cycle
    }
}

/// The latest year in which a reading is not behind `end`.
fn latest_year(nanos: i64, end: i64) -> i64 {
    let (year, _, _) = civil_from_days(end.div_euclid(DAY));
    if in_year(nanos, year) <= end { year } else { year - 1 }
}

/// The day that the name of a file says: `secure-20220327`, `app.2022-03-27.log`; since the epoch.
fn date_in(path: &str) -> Option<i64> {
    let name = path.rsplit('/').next().unwrap_or(path).as_bytes();
    (0..name.len()).find_map(|at| {
        if at > 0 && name[at - 1].is_ascii_digit() {
            return None;
        }
        let plain = name.get(at..at + 8).filter(|text| text.iter().all(u8::is_ascii_digit));
        let dashed = name.get(at..at + 10).filter(|text| b"-_.".contains(&text[4]) && text[7] == text[4]);
        let (year, month, day, end) = match (plain, dashed) {
            (Some(text), _) => (&text[..4], &text[4..6], &text[6..8], at + 8),
            (None, Some(text)) => (&text[..4], &text[5..7], &text[8..10], at + 10),
            _ => return None,
        };
        let (year, month, day) = (number(year)? as i64, number(month)?, number(day)?);
        let is_date = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        // Ten digits are a count of seconds, fourteen a date with a time.
        let n_more = name[end..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        (is_date && matches!(n_more, 0 | 4 | 6)).then(|| days_from_civil(year, month, day))
    })
}

/// The name of a file without what rotation adds to it.
fn stem(path: &str) -> &str {
    let first = path.rfind('/').map_or(0, |slash| slash + 1);
    let name = &path[first..];
    let end = name.find(['-', '.']).unwrap_or(name.len());
    &path[..first + end]
}

/// Why a source has the year that it has, the most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YearReason {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The analyst said so.
    Set,
    /// The date in its name.
    Name,
    /// The date in the name of a file that was rotated before it.
    Sibling,
    /// Other records of it say their year.
    Records,
    /// It was modified when its last record was written.
    Modified,
    /// It is the nearest to what the other sources hold.
    Case,
    /// It is the last one before the file was modified.
    ModifiedLater,
}

impl YearReason {
    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            YearReason::Unknown => "unknown",
            YearReason::Set => "set",
            YearReason::Name => "name",
            YearReason::Sibling => "sibling",
            YearReason::Records => "records",
            YearReason::Modified => "modified",
            YearReason::Case => "case",
            YearReason::ModifiedLater => "modified-later",
        }
    }
}

/// What is known of a source whose records do not say their year.
pub struct Evidence<'a> {
    /// Its path.
    pub path: &'a str,
    /// When it was last modified.
    pub modified: Option<i64>,
    /// What its parts, by their offset, do not say.
    pub parts: &'a BTreeMap<u64, Unsaid>,
    /// Dates in the names of rotated files, by [`Siblings`].
    pub siblings: &'a Siblings,
    /// The times of what other sources hold that say their year.
    pub case: Option<(i64, i64)>,
    /// The year of its newest record, if the analyst said it.
    pub set: Option<i64>,
}

/// The dates in the names of files, by what they are called without it.
#[derive(Default)]
pub struct Siblings(BTreeMap<String, Vec<i64>>);

impl Siblings {
    /// Of these paths.
    pub fn of<'a>(paths: impl Iterator<Item = &'a str>) -> Siblings {
        let mut siblings = Siblings::default();
        for path in paths {
            if let Some(day) = date_in(path) {
                siblings.0.entry(stem(path).to_owned()).or_default().push(day);
            }
        }
        siblings
    }

    fn latest(&self, path: &str) -> Option<i64> {
        self.0.get(stem(path)).and_then(|days| days.iter().copied().max())
    }
}

/// The years of all parts of a source, and why; the year of its newest record between them.
pub fn years(evidence: &Evidence<'_>) -> (Vec<(u64, i64)>, i64, YearReason) {
    let order = order_of(evidence.parts);
    // Years of the parts counted from that of the first: its cycle 0 is year 0.
    let mut at = 0;
    let mut before: Option<&Chain> = None;
    let mut starts = Vec::new();
    let (mut leap, mut first, mut last) = (Vec::new(), None, None);
    for (&offset, part) in evidence.parts {
        let chain = if order == Order::Rising { &part.rising } else { &part.falling };
        if part.n_yearless > 0 {
            if let Some(before) = before {
                at += before.cycle + order.years_between(before.last, part.first);
            }
            before = Some(chain);
            leap.extend(chain.leap_cycles.iter().map(|cycle| at + cycle));
            first = first.or(Some((part.first, at)));
            last = Some((chain.last, at + chain.cycle));
        }
        starts.push((offset, at));
        if order == Order::Falling {
            starts.extend(part.falls.iter().map(|&(offset, more)| (offset, at + more)));
        }
    }
    let (Some(first), Some(last)) = (first, last) else {
        return (starts, NO_YEAR, YearReason::Unknown);
    };
    let (oldest, newest) = if order == Order::Rising { (first, last) } else { (last, first) };
    let (year, reason) = last_year(evidence, oldest.0, newest.0, newest.1 - oldest.1);
    // A year that must have a 29 February and has none is no year of these records.
    let fits = |year: &i64| leap.iter().all(|&at| is_leap(year - newest.1 + at));
    let fitting = (year - 8..=year).rev().find(fits).filter(|_| reason != YearReason::Set).unwrap_or(year);
    let years = starts.into_iter().map(|(offset, at)| (offset, fitting - newest.1 + at)).collect();
    (years, fitting, reason)
}

/// Which way the years of a source go: down, where hardly any of its readings is behind the one before it.
fn order_of(parts: &BTreeMap<u64, Unsaid>) -> Order {
    let mut sum = Unsaid::default();
    let mut n_falls = 0;
    let mut before = None;
    for part in parts.values().filter(|part| part.n_yearless > 0) {
        if let Some(before) = before {
            sum.count_step(before, part.first);
        }
        before = Some(part.last);
        sum.n_ahead += part.n_ahead;
        sum.n_back += part.n_back;
        n_falls = n_falls.max(part.falls.len());
    }
    let is_falling = sum.n_back > 2 && sum.n_back > 9 * sum.n_ahead && n_falls <= MAX_FALLS;
    if is_falling { Order::Falling } else { Order::Rising }
}

fn is_leap(year: i64) -> bool {
    crate::base::time::days_in_month(year, 2) == 29
}

/// The year of the newest record, and why.
fn last_year(evidence: &Evidence<'_>, first: i64, last: i64, last_at: i64) -> (i64, YearReason) {
    if let Some(year) = evidence.set {
        return (year, YearReason::Set);
    }
    if let Some(day) = date_in(evidence.path) {
        return (latest_year(last, (day + 1) * DAY + SLACK_NANOS), YearReason::Name);
    }
    if let Some(day) = evidence.siblings.latest(evidence.path) {
        let start = day * DAY - SLACK_NANOS;
        let (year, _, _) = civil_from_days(start.div_euclid(DAY));
        let first_year = if in_year(first, year) >= start { year } else { year + 1 };
        return (first_year + last_at, YearReason::Sibling);
    }
    let dated = evidence.parts.values().filter_map(|part| part.dated).reduce(joined);
    if let Some(range) = dated {
        return (nearest_year(first, last, last_at, range), YearReason::Records);
    }
    let by_modified = evidence.modified.map(|at| (at, latest_year(last, at + SLACK_NANOS)));
    if let Some((at, year)) = by_modified
        && (at - in_year(last, year)).abs() <= MEETING_NANOS
    {
        return (year, YearReason::Modified);
    }
    if let Some(range) = evidence.case {
        return (nearest_year(first, last, last_at, range), YearReason::Case);
    }
    by_modified.map_or((NO_YEAR, YearReason::Unknown), |(_, year)| (year, YearReason::ModifiedLater))
}

/// What covers both ranges of time.
pub fn joined(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// The year of the last record that brings a source nearest to a range of time; of several the latest.
fn nearest_year(first: i64, last: i64, last_at: i64, (from, to): (i64, i64)) -> i64 {
    let (low, _, _) = civil_from_days(from.div_euclid(DAY));
    let (high, _, _) = civil_from_days(to.div_euclid(DAY));
    let distance = |year: i64| {
        let (start, end) = (in_year(first, year - last_at), in_year(last, year));
        (start - to).max(from - end).max(0)
    };
    let years = (low - 1).max(*YEARS.start())..=(high + 1).min(*YEARS.end());
    years.rev().min_by_key(|&year| distance(year)).unwrap_or(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> i64 {
        Timestamp::parse_rfc3339(format!("{text}Z").as_bytes()).expect("a time").0
    }

    /// Berlin in 2022.
    fn berlin() -> Zone {
        let at = |text: &str| local(text) / SECOND;
        let changes =
            vec![(i64::MIN, 3_600), (at("2022-03-27T01:00:00"), 7_200), (at("2022-10-30T01:00:00"), 3_600)];
        Zone { name: "Europe/Berlin".to_owned(), changes }
    }

    #[test]
    fn local_times_to_moments() {
        let clock = Clock { zone: Rc::new(berlin()), years: Vec::new() };
        let mut follower = Follower::default();
        for (shown, expected) in [
            ("2022-01-01T00:00:00", "2021-12-31T23:00:00Z"),
            ("2022-03-27T01:59:59", "2022-03-27T00:59:59Z"),
            ("2022-03-27T02:30:00", "2022-03-27T01:30:00Z"),
            ("2022-03-27T03:00:00", "2022-03-27T01:00:00Z"),
            ("2022-10-30T02:10:00", "2022-10-30T00:10:00Z"),
            ("2022-10-30T02:59:59", "2022-10-30T00:59:59Z"),
            ("2022-10-30T02:00:00", "2022-10-30T01:00:00Z"),
            ("2022-10-30T02:10:00", "2022-10-30T01:10:00Z"),
            ("2022-10-30T03:10:00", "2022-10-30T02:10:00Z"),
        ] {
            let moment = follower.moment(&clock, 0, Kept { nanos: local(shown), what: 1 });
            assert_eq!(Timestamp(moment).to_text(), expected, "{shown}");
        }
    }

    /// Clocks that say how far they are ahead of UTC and not which year it is: the zone of the others moves none of them,
    /// and the new year begins when they show it.
    #[test]
    fn a_zone_without_a_year() {
        let mut keeper = Keeper::new("secure-20220327", None, Rc::new(berlin()), 0);
        let mut moment = |shown: &str, offset: Option<i32>| {
            let shown = Timestamp(local(&format!("1972-{shown}")));
            let (_, kept) = keeper.keep(Reading::Yearless { shown, offset }, 0);
            Timestamp(keeper.follower.moment(
                &Clock { zone: Rc::new(berlin()), years: vec![(0, 2021)] },
                0,
                kept,
            ))
            .to_text()
        };
        assert_eq!(moment("12-31T23:00:00", Some(-9 * 3_600)), "2022-01-01T08:00:00Z");
        assert_eq!(moment("01-01T00:00:00.5", Some(-9 * 3_600)), "2022-01-01T09:00:00.500Z");
        assert_eq!(moment("01-01T14:45:00", Some(5 * 3_600 + 45 * 60)), "2022-01-01T09:00:00Z");
        assert_eq!(moment("01-01T10:00:00", None), "2022-01-01T09:00:00Z");
        // Out of order.
        assert_eq!(moment("12-31T23:59:59", Some(-12 * 3_600)), "2022-01-01T11:59:59Z");
        assert_eq!(moment("03-01T01:00:00", Some(14 * 3_600)), "2022-02-28T11:00:00Z");
        assert_eq!((keeper.unsaid.n_zoneless, keeper.unsaid.n_yearless), (1, 6));
    }

    #[test]
    fn dates_in_names() {
        let day = |text: &str| Some(local(&format!("{text}T00:00:00")) / DAY);
        for (path, expected) in [
            ("var/log/secure-20220327", day("2022-03-27")),
            ("secure-20220327.gz", day("2022-03-27")),
            ("app.2022-03-27.log", day("2022-03-27")),
            ("x_20220327T1200Z.log", day("2022-03-27")),
            ("20220327120000.log", day("2022-03-27")),
            ("1647964082.log", None),
            ("secure", None),
            ("2022/03/27/secure", None),
            ("v1.20221.log", None),
        ] {
            assert_eq!(date_in(path), expected, "{path}");
        }
    }

    /// The year of the last of these readings, and why.
    #[track_caller]
    fn check(readings: &[&str], path: &str, modified: &str, others: &[&str], expected: (i64, &str)) {
        let modified = Some(modified).filter(|text| !text.is_empty()).map(local);
        let mut keeper = Keeper::new(path, modified, Rc::default(), 0);
        for reading in readings {
            let reading = match reading.strip_prefix("-") {
                Some(text) => {
                    let shown = Timestamp(local(&format!("1972-{text}T12:00:00")));
                    Reading::Yearless { shown, offset: None }
                }
                None => Reading::Local(Timestamp(local(&format!("{reading}T12:00:00")))),
            };
            keeper.keep(reading, 0);
        }
        let evidence = Evidence {
            path,
            modified,
            parts: &BTreeMap::from([(0, keeper.unsaid)]),
            siblings: &Siblings::of(others.iter().copied()),
            case: Some((local("2019-05-01T00:00:00"), local("2019-06-01T00:00:00"))),
            set: None,
        };
        let (_, year, reason) = years(&evidence);
        assert_eq!((year, reason.code()), expected, "{readings:?} {path}");
    }

    #[test]
    fn the_year_comes_from_what_surrounds_it() {
        check(&["-03-20", "-03-27"], "secure-20220327", "", &[], (2022, "name"));
        check(&["-12-30", "-01-02"], "secure-20230102", "", &[], (2023, "name"));
        check(&["-12-30", "-12-31"], "secure-20230101", "", &[], (2022, "name"));
        check(&["-03-28"], "log/secure", "", &["log/secure-20220327"], (2022, "sibling"));
        check(&["-12-30", "-01-02"], "log/secure", "", &["log/secure-20221225.gz"], (2023, "sibling"));
        check(&["-03-28", "2021-03-29"], "secure", "2024-01-01T00:00:00", &[], (2021, "records"));
        check(&["-03-28"], "secure", "2022-03-28T12:00:05", &[], (2022, "modified"));
        check(&["-12-30"], "secure", "", &[], (2018, "case"));
        check(&["-05-12"], "secure", "2022-09-28T12:00:05", &["other/secure-20220101"], (2019, "case"));
        check(&["-02-28", "-02-29"], "secure-20220401", "", &[], (2020, "name"));
    }

    /// The dates of readings, read in pieces that begin with the readings of these numbers.
    fn dates(readings: &[&str], starts: &[usize], path: &str) -> Vec<String> {
        let mut parts = BTreeMap::new();
        let mut kept = Vec::new();
        for (number, &start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(readings.len());
            let mut keeper = Keeper::new(path, None, Rc::default(), start as u64);
            for (index, reading) in readings.iter().enumerate().take(end).skip(start) {
                let shown = Timestamp(local(&format!("1972-{reading}T12:00:00")));
                kept.push((
                    index as u64,
                    keeper.keep(Reading::Yearless { shown, offset: None }, index as u64).1,
                ));
            }
            parts.insert(start as u64, keeper.unsaid);
        }
        let siblings = Siblings::default();
        let evidence =
            Evidence { path, modified: None, parts: &parts, siblings: &siblings, case: None, set: None };
        let (years, _, _) = years(&evidence);
        let (clock, mut follower) = (Clock { zone: Rc::default(), years }, Follower::default());
        let moments = kept.into_iter().map(|(offset, kept)| follower.moment(&clock, offset, kept));
        moments.map(|moment| Timestamp(moment).to_text()[..10].to_owned()).collect()
    }

    #[test]
    fn the_newest_record_may_stand_first() {
        for (readings, path, expected) in [
            (
                &[
                    "02-10", "01-02", "01-01", "12-31", "12-01", "10-20", "09-01", "07-15", "03-01", "02-29",
                    "01-01", "12-31",
                ][..],
                "messages-20210210",
                "2021-02-10 2021-01-02 2021-01-01 2020-12-31 2020-12-01 2020-10-20 2020-09-01 2020-07-15 2020-03-01 \
                 2020-02-29 2020-01-01 2019-12-31",
            ),
            // One line out of order, and a gap.
            (
                &[
                    "01-03", "01-02", "12-31", "01-01", "12-30", "12-29", "09-30", "09-29", "09-28", "09-27",
                    "09-26", "09-25", "09-24",
                ][..],
                "messages-20210103",
                "2021-01-03 2021-01-02 2020-12-31 2021-01-01 2020-12-30 2020-12-29 2020-09-30 2020-09-29 2020-09-28 \
                 2020-09-27 2020-09-26 2020-09-25 2020-09-24",
            ),
            // The oldest stands first.
            (
                &["10-20", "12-30", "12-31", "01-01", "12-31", "01-02", "03-01"][..],
                "messages-20210301",
                "2020-10-20 2020-12-30 2020-12-31 2021-01-01 2020-12-31 2021-01-02 2021-03-01",
            ),
        ] {
            for cut in 1..readings.len() {
                let found = [dates(readings, &[0], path), dates(readings, &[0, cut], path)];
                for found in found {
                    assert_eq!(found.join(" "), expected, "{readings:?} cut at {cut}");
                }
            }
        }
    }
}
