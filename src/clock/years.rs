//! The years of a source whose records name none: counted relative to the first record while the source is read, and
//! made absolute by the evidence around the source once all sources are read.

use std::collections::BTreeMap;

use super::local_time::{CYCLES, in_year};
use super::zone::DAY;
use crate::base::time::{NO_YEAR, civil_from_days, days_from_civil, number};
use crate::base::wire::{Reader, Writer};

/// A step back of more than this begins a new year. Files that were joined in the wrong order step back by weeks, and
/// few logs are silent for ten months.
const BACK_NANOS: i64 = 60 * DAY;

/// Tolerance for a time that lies after the end of its source: zones differ by up to a day.
pub(super) const SLACK_NANOS: i64 = DAY;

/// A file whose modification lies within this distance of its last record was written then.
const MEETING_NANOS: i64 = 2 * DAY;

/// Years in which a log may have been written.
const YEARS: std::ops::RangeInclusive<i64> = 1990..=2100;

/// Years from one time without a year to the next, in a source that is written oldest first.
fn years_between(before: i64, nanos: i64) -> i64 {
    match nanos - before {
        back if back < -BACK_NANOS => 1,
        // December after January: a line that is out of order.
        ahead if ahead > 366 * DAY - BACK_NANOS => -1,
        _ => 0,
    }
}

/// The order in which a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Oldest record first.
    Rising,
    /// Newest record first.
    Falling,
}

impl Order {
    /// Years from one time to the next, in a source of this order.
    fn years_between(self, before: i64, nanos: i64) -> i64 {
        match self {
            Order::Rising => years_between(before, nanos),
            Order::Falling => -years_between(nanos, before),
        }
    }

    /// Whether a step of so many years contradicts the order: such a line is out of order and moves no counter.
    fn is_stray(self, step: i64) -> bool {
        match self {
            Order::Rising => step < 0,
            Order::Falling => step > 0,
        }
    }
}

/// Counts the years of a source, or of one piece of a source, under the assumption of one order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    /// The last time counted, nanoseconds in [`NO_YEAR`].
    pub last: i64,
    /// The cycle of `last`: years after the first time.
    pub cycle: i64,
    /// Cycles that contain a 29 February, at most 64.
    pub leap_cycles: Vec<i64>,
}

impl Chain {
    /// Counts one time; returns its cycle.
    pub(super) fn follow(&mut self, order: Order, nanos: i64, is_first: bool) -> i64 {
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

/// Most entries of [`Unsaid::falls`]: the two counts part twice a year.
pub(super) const MAX_FALLS: usize = 2 * CYCLES as usize;

/// The parts of times that the records of a source, or of one piece of a source, leave out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unsaid {
    /// Events without a zone; some of them have no year either.
    pub n_zoneless: u64,
    /// Events without a year.
    pub n_yearless: u64,
    /// The year assumed for cycle 0 while the source was read.
    pub year: i64,
    /// The first time without a year, nanoseconds in [`NO_YEAR`].
    pub first: i64,
    /// The last time without a year.
    pub last: i64,
    /// Times without a year that lie after their predecessor, by at most [`BACK_NANOS`].
    pub n_ahead: u64,
    /// Times without a year that lie before their predecessor, by at most [`BACK_NANOS`].
    pub n_back: u64,
    /// The count if the source is written oldest first; the cycles of stored times come from this count.
    pub rising: Chain,
    /// The count if the source is written newest first.
    pub falling: Chain,
    /// Offsets at which the year count of a newest-first reading diverges from an oldest-first reading, with the
    /// difference in years. At most `MAX_FALLS + 1` entries; `MAX_FALLS + 1` entries mean "gave up".
    pub falls: Vec<(u64, i64)>,
    /// The first and the last moment of events whose records name a year.
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

    /// Counts the step from the time `before` to the time `nanos`.
    pub(super) fn count_step(&mut self, before: i64, nanos: i64) {
        let step = nanos - before;
        self.n_ahead += (1..=BACK_NANOS).contains(&step) as u64;
        self.n_back += (-BACK_NANOS..=-1).contains(&step) as u64;
    }
}

/// The latest year in which the time `nanos` does not lie after the moment `end`.
pub(super) fn latest_year(nanos: i64, end: i64) -> i64 {
    let (year, _, _) = civil_from_days(end.div_euclid(DAY));
    if in_year(nanos, year) <= end { year } else { year - 1 }
}

/// The date in the name of a file (`secure-20220327`, `app.2022-03-27.log`), as days since the epoch.
pub(super) fn date_in(path: &str) -> Option<i64> {
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
        // Ten digits are seconds since the epoch, fourteen digits a date with a time.
        let n_more = name[end..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        (is_date && matches!(n_more, 0 | 4 | 6)).then(|| days_from_civil(year, month, day))
    })
}

/// The path of a file without the suffix that rotation adds.
fn stem(path: &str) -> &str {
    let first = path.rfind('/').map_or(0, |slash| slash + 1);
    let name = &path[first..];
    let end = name.find(['-', '.']).unwrap_or(name.len());
    &path[..first + end]
}

/// The evidence for the year of a source, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YearReason {
    /// No evidence.
    #[default]
    Unknown,
    /// The analyst set the year.
    Set,
    /// The date in the name of the source.
    Name,
    /// The date in the name of a file that was rotated before the source.
    Sibling,
    /// Other records of the source name their year.
    Records,
    /// The file was modified when its last record was written.
    Modified,
    /// The year brings the source nearest to the times of the other sources.
    Case,
    /// The latest year before the file was modified.
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

/// The evidence for the years of one source.
pub struct Evidence<'a> {
    /// The path of the source.
    pub path: &'a str,
    /// When the file was last modified: nanoseconds since the epoch.
    pub modified: Option<i64>,
    /// By byte offset: the parts of times that each part of the source leaves out.
    pub parts: &'a BTreeMap<u64, Unsaid>,
    /// The dates in the names of all sources.
    pub siblings: &'a Siblings,
    /// The first and the last dated moment of all sources.
    pub case: Option<(i64, i64)>,
    /// The year of the newest record, if the analyst set one.
    pub set: Option<i64>,
}

/// The dates in the names of rotated files, by the name without the date.
#[derive(Default)]
pub struct Siblings(BTreeMap<String, Vec<i64>>);

impl Siblings {
    /// Collects the dates of these paths.
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

/// (offset, year) of each part of a source, the year of its newest record, and the reason for that year.
pub fn years(evidence: &Evidence<'_>) -> (Vec<(u64, i64)>, i64, YearReason) {
    let order = order_of(evidence.parts);
    // Years are counted from the first part: its cycle 0 is year 0.
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
    // Records of 29 February rule out years that have none.
    let fits = |year: &i64| leap.iter().all(|&at| is_leap(year - newest.1 + at));
    let fitting = (year - 8..=year).rev().find(fits).filter(|_| reason != YearReason::Set).unwrap_or(year);
    let years = starts.into_iter().map(|(offset, at)| (offset, fitting - newest.1 + at)).collect();
    (years, fitting, reason)
}

/// The order of a source: newest first, if nearly every time lies before its predecessor.
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

/// The year of the newest record, and the reason.
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

/// The smallest range that covers both ranges.
pub fn joined(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// The year of the last record that brings a source nearest to the range `from..=to`; the latest of equally near years.
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
