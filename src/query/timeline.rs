//! The accepted rows over time, and by the values of a field: a histogram in series.
//!
//! It takes two questions: the first finds from when to when there are rows and which values are the most frequent
//! ([`Scope`]), the second counts ([`Counts`]).

use std::collections::HashMap;
use std::ops::Range;

use super::aggregate::Tally;
use super::facet::{FacetOf, FacetOrder, Tallies};
use super::gather::{Asked, Partial, Table};
use super::scan::{for_each_cell, for_each_row};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, ErrorKind, limits};
use crate::store::{Code, View};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Widths of a bucket to choose from, in nanoseconds.
const LADDER: [i64; 22] = [
    SECOND / 1_000,
    SECOND / 100,
    SECOND / 10,
    SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    60 * SECOND,
    5 * 60 * SECOND,
    15 * 60 * SECOND,
    30 * 60 * SECOND,
    DAY / 24,
    DAY / 8,
    DAY / 4,
    DAY / 2,
    DAY,
    7 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
    3_650 * DAY,
    36_500 * DAY,
];

/// Which timeline is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The field whose values are series; one series without it.
    pub by: Option<String>,
    /// So many of the most frequent values have a series of their own.
    pub limit: usize,
    /// About so many buckets, where no interval is said.
    pub n_buckets: usize,
    /// Nanoseconds of a bucket.
    pub interval: Option<i64>,
    /// From when, and until when; by default all there is.
    pub range: (Option<i64>, Option<i64>),
}

impl Wish {
    /// Asks what the buckets and the series depend on.
    pub fn scope(&self) -> Scope {
        let within = self.range.0.unwrap_or(i64::MIN)..self.range.1.unwrap_or(i64::MAX);
        Scope { by: self.by.clone(), limit: self.limit, within }
    }
}

/// Where the buckets lie: bucket `b` is `first + b * interval .. first + (b + 1) * interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Buckets {
    /// Nanoseconds, UTC.
    pub first: i64,
    /// Nanoseconds.
    pub interval: i64,
    /// How many there are.
    pub n: usize,
}

/// The rows of one value, or of several, over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// `None`: no value, or all others.
    pub value: Option<String>,
    /// Whether it holds the rows of all values that have no series of their own.
    pub is_others: bool,
    /// Rows by bucket.
    pub counts: Vec<u32>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// Where its buckets lie.
    pub buckets: Buckets,
    /// Values by their number of rows, then by text; then the others, then no value. None is without a row.
    pub series: Vec<Series>,
    /// Accepted rows without a time.
    pub n_timeless: u64,
    /// The earliest and the latest time of an accepted row.
    pub span: Option<(i64, i64)>,
}

/// Asks from when to when there are rows, and how often each value of a field occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The field.
    pub by: Option<String>,
    /// So many of its most frequent values are found.
    pub limit: usize,
    /// The times in which its values are counted.
    pub within: Range<i64>,
}

impl Asked for Scope {
    type Partial<'p> = ScopePartial<'p>;

    fn write(&self, writer: &mut Writer) {
        writer.strs(self.by.as_slice());
        writer.u64(self.limit as u64);
        writer.i64(self.within.start);
        writer.i64(self.within.end);
    }

    fn read(reader: &mut Reader<'_>) -> Scope {
        Scope { by: reader.strs().pop(), limit: reader.u64() as usize, within: reader.i64()..reader.i64() }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        let tallies = |field: &String| Tallies::new(FacetOf { field: field.clone(), query: 0, search: None });
        ScopePartial {
            within: self.within.clone(),
            limit: self.limit,
            all: Tally::default(),
            n_timed: 0,
            by: self.by.as_ref().map(tallies),
        }
    }
}

/// The span of the rows, and how often each value occurs within the times asked for.
pub struct ScopePartial<'p> {
    within: Range<i64>,
    limit: usize,
    all: Tally,
    n_timed: u64,
    by: Option<Tallies<'p>>,
}

impl<'p> Partial<'p> for ScopePartial<'p> {
    type Answer = Found;

    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        let times = table.segments[number].times();
        let (mut all, mut n_timed) = (Tally::default(), 0);
        for_each_row(&rows[0], |row| {
            all.add(times[row]);
            n_timed += (times[row] != View::NO_TIME) as u64;
        });
        self.all.merge(&all);
        self.n_timed += n_timed;
        if let Some(by) = &mut self.by {
            by.collect(table, number, &rows_within(&rows[0], times, &self.within));
        }
    }

    fn write(self, table: &mut Table<'_>, writer: &mut Writer) {
        self.all.write(writer);
        writer.u64(self.n_timed);
        if let Some(by) = self.by {
            by.write(table, writer);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        self.all.merge(&Tally::read(reader));
        self.n_timed += reader.u64();
        if let Some(by) = &mut self.by {
            by.merge(reader);
        }
    }

    fn finish(self) -> Found {
        let most = self.by.map_or(Vec::new(), |by| by.most(self.limit, FacetOrder::Count));
        Found {
            span: self.all.span(),
            n_timeless: self.all.n_rows - self.n_timed,
            values: most.into_iter().map(|(text, _)| text.to_owned()).collect(),
        }
    }
}

/// Those of `rows` that have a time within the range.
fn rows_within(rows: &Bitmap, times: &[i64], within: &Range<i64>) -> Bitmap {
    let mut kept = rows.clone();
    // `NO_TIME` is in no range.
    kept.and(&Bitmap::from_fn(times.len(), |row| within.contains(&times[row])));
    kept
}

/// The answer to [`Scope`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    span: Option<(i64, i64)>,
    n_timeless: u64,
    /// The most frequent values.
    pub values: Vec<String>,
}

impl Found {
    /// The timeline of these series.
    pub fn timeline(self, buckets: Buckets, series: Vec<Series>) -> Timeline {
        Timeline { buckets, series, n_timeless: self.n_timeless, span: self.span }
    }

    /// Where the buckets of the timeline lie, in a display zone so many seconds east of UTC; none where no row
    /// has a time, or the times asked for end before they begin.
    ///
    /// # Errors
    /// `Range`, where the interval is none or makes too many buckets.
    pub fn buckets(&self, wish: &Wish, offset_seconds: i64) -> Result<Buckets, Error> {
        if wish.interval.is_some_and(|interval| interval <= 0) {
            return Err(Error::new(ErrorKind::Range, "a timeline's interval is longer than nothing"));
        }
        let none = Buckets { first: 0, interval: wish.interval.unwrap_or(LADDER[0]), n: 0 };
        let Some((earliest, latest)) = self.span else { return Ok(none) };
        let first = wish.range.0.unwrap_or(earliest) as i128;
        let end = wish.range.1.map_or(latest as i128 + 1, i128::from);
        if end <= first {
            return Ok(none);
        }
        let offset = offset_seconds as i128 * SECOND as i128;
        let floor = |interval: i64| (first + offset).div_euclid(interval as i128) * interval as i128 - offset;
        let n = |interval: i64| ((end - floor(interval)) as u128).div_ceil(interval as u128);
        let fits = |&interval: &i64| n(interval) <= wish.n_buckets.max(1) as u128;
        let widest = LADDER[LADDER.len() - 1];
        let interval = wish.interval.unwrap_or_else(|| LADDER.into_iter().find(fits).unwrap_or(widest));
        if n(interval) > limits::TIMELINE_BUCKETS as u128 {
            let message =
                format!("timeline would have {} buckets, limit {}", n(interval), limits::TIMELINE_BUCKETS);
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let first = floor(interval).clamp(i64::MIN as i128, i64::MAX as i128) as i64;
        Ok(Buckets { first, interval, n: n(interval) as usize })
    }
}

impl Buckets {
    fn write(&self, writer: &mut Writer) {
        writer.i64(self.first);
        writer.i64(self.interval);
        writer.u64(self.n as u64);
    }

    fn read(reader: &mut Reader<'_>) -> Buckets {
        Buckets { first: reader.i64(), interval: reader.i64(), n: reader.u64() as usize }
    }

    /// The bucket of a time, if it is in one.
    #[inline]
    fn of(&self, time: i64) -> Option<usize> {
        let since = time.wrapping_sub(self.first) as u64;
        let bucket = since / self.interval as u64;
        (time >= self.first && bucket < self.n as u64 && time != View::NO_TIME).then_some(bucket as usize)
    }
}

/// Asks how many rows there are in each bucket, by the values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Where the buckets lie.
    pub buckets: Buckets,
    /// The field.
    pub by: Option<String>,
    /// Those of its values that are counted one by one.
    pub values: Vec<String>,
}

impl Asked for Counts {
    type Partial<'p> = CountsPartial;

    fn write(&self, writer: &mut Writer) {
        self.buckets.write(writer);
        writer.strs(self.by.as_slice());
        writer.strs(&self.values);
    }

    fn read(reader: &mut Reader<'_>) -> Counts {
        Counts { buckets: Buckets::read(reader), by: reader.strs().pop(), values: reader.strs() }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        let n_series = self.values.len() + 2;
        CountsPartial {
            asked: self.clone(),
            series: self.values.iter().cloned().zip(1..).collect(),
            n_series,
            counts: vec![0; n_series * self.buckets.n],
        }
    }
}

/// Rows by series and bucket.
///
/// ```text
/// counts   series 0: no value    bucket 0 … n - 1
///          series 1: values[0]   bucket 0 … n - 1
///          …
///          the last: all others  bucket 0 … n - 1
/// ```
pub struct CountsPartial {
    asked: Counts,
    /// The series of each value that has one of its own.
    series: HashMap<String, u32>,
    n_series: usize,
    counts: Vec<u32>,
}

const NO_BUCKET: u32 = u32::MAX;
const UNKNOWN: u32 = u32::MAX;

impl<'p> Partial<'p> for CountsPartial {
    type Answer = Vec<Series>;

    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        let Counts { buckets: all_buckets, by, .. } = &self.asked;
        let segment = table.segments[number];
        let mut buckets = vec![NO_BUCKET; segment.n_rows()];
        for_each_row(&rows[0], |row| {
            if let Some(bucket) = all_buckets.of(segment.times()[row]) {
                buckets[row] = bucket as u32;
            }
        });
        let field = by.as_ref().and_then(|by| table.field(by));
        let Some(column) = field.and_then(|field| segment.column(field)) else {
            return for_each_row(&rows[0], |row| {
                if buckets[row] != NO_BUCKET {
                    self.counts[buckets[row] as usize] += 1;
                }
            });
        };
        let others = self.n_series as u32 - 1;
        let mut by_code = vec![UNKNOWN; column.dictionary.len() + 1];
        by_code[0] = 0;
        let series_of = |code: Code| match &mut by_code[code.0 as usize] {
            series @ &mut UNKNOWN => {
                *series = self.series.get(column.dictionary.text(code)).copied().unwrap_or(others);
                *series
            }
            series => *series,
        };
        count(column, &rows[0], &buckets, series_of, all_buckets.n, &mut self.counts);
    }

    fn write(self, _: &mut Table<'_>, writer: &mut Writer) {
        writer.u32s(&self.counts);
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        self.counts.iter_mut().zip(reader.each_u32()).for_each(|(sum, n)| *sum += n);
    }

    fn finish(self) -> Vec<Series> {
        let CountsPartial { asked: Counts { buckets, values, .. }, n_series, counts, .. } = self;
        let counts_of = |series: usize| counts[series * buckets.n..(series + 1) * buckets.n].to_vec();
        let mut series: Vec<Series> = Vec::new();
        for (value, number) in values.into_iter().zip(1..) {
            series.push(Series { value: Some(value), is_others: false, counts: counts_of(number) });
        }
        series.push(Series { value: None, is_others: true, counts: counts_of(n_series - 1) });
        series.push(Series { value: None, is_others: false, counts: counts_of(0) });
        series.retain(|series| series.n_rows() > 0);
        series
    }
}

/// Adds each row to the series of its values: once to each, and to the first where it has none.
fn count(
    column: &crate::store::Column,
    rows: &Bitmap,
    buckets: &[u32],
    mut series_of: impl FnMut(Code) -> u32,
    n_buckets: usize,
    counts: &mut [u32],
) {
    let is_dense = matches!(column.cells, crate::store::Cells::Dense(_));
    // The series that a row of several values is counted in already.
    let (mut last_row, mut counted): (usize, Vec<u32>) = (usize::MAX, Vec::new());
    let mut is_seen = Bitmap::none(if is_dense { 0 } else { rows.len() });
    for_each_cell(column, rows, |row, code| {
        let bucket = buckets[row];
        if bucket == NO_BUCKET {
            return;
        }
        let series = series_of(code);
        if !is_dense {
            is_seen.set(row);
            if column.is_multiple {
                if row != last_row {
                    counted.clear();
                    last_row = row;
                }
                if counted.contains(&series) {
                    return;
                }
                counted.push(series);
            }
        }
        counts[series as usize * n_buckets + bucket as usize] += 1;
    });
    if !is_dense {
        for_each_row(rows, |row| {
            if buckets[row] != NO_BUCKET && !is_seen.get(row) {
                counts[buckets[row] as usize] += 1;
            }
        });
    }
}

impl Series {
    /// Rows in all buckets.
    pub fn n_rows(&self) -> u64 {
        self.counts.iter().map(|&n| n as u64).sum()
    }
}
