//! What is said of the rows of a group: states that merge in any order, and the figures made of them. All are exact.

use std::cmp::Ordering;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::texts::Texts;
use super::value::Number;
use super::value_order;
use crate::base::wire::{Reader, Writer};
use crate::base::{Error, ErrorKind, Fields};
use crate::store::{Code, Column, View};

/// A figure of a group. Those of a field go by its values: a row that has several counts with each once, one that has none
/// with none. Sum, least, greatest, mean and quantiles go by the values that are numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Rows.
    Count,
    /// Rows, as a part of those of the group of rows, over all columns: 0 to 1.
    ShareOfRow,
    /// Rows, as a part of those of the group of columns, over all rows: 0 to 1.
    ShareOfColumn,
    /// Rows, as a part of all: 0 to 1.
    ShareOfTotal,
    /// The time of the first event.
    First,
    /// The time of the last event.
    Last,
    /// Distinct values.
    Distinct(String),
    /// The sum, rounded once.
    Sum(String),
    /// The least number.
    Min(String),
    /// The greatest number.
    Max(String),
    /// The sum divided by how many numbers there are.
    Mean(String),
    /// The number below which this part of all numbers is (0 to 1; 0.5 is the median), between two of them in proportion.
    Quantile(String, f64),
    /// The most frequent values, at most so many, with their numbers of rows.
    List(String, usize),
}

impl Measure {
    /// The measure of this name; a quantile that nobody says is the median, a list has at most ten values.
    ///
    /// # Errors
    /// `Range`, where no measure has the name.
    pub fn from_name(
        name: &str,
        field: String,
        quantile: Option<f64>,
        limit: Option<usize>,
    ) -> Result<Measure, Error> {
        Ok(match name {
            "count" => Measure::Count,
            "shareOfRow" => Measure::ShareOfRow,
            "shareOfColumn" => Measure::ShareOfColumn,
            "shareOfTotal" => Measure::ShareOfTotal,
            "first" => Measure::First,
            "last" => Measure::Last,
            "distinct" => Measure::Distinct(field),
            "sum" => Measure::Sum(field),
            "min" => Measure::Min(field),
            "max" => Measure::Max(field),
            "mean" => Measure::Mean(field),
            "median" => Measure::Quantile(field, 0.5),
            "quantile" => Measure::Quantile(field, quantile.unwrap_or(0.5)),
            "list" => Measure::List(field, limit.unwrap_or(10)),
            other => return Err(Error::new(ErrorKind::Range, format!("there is no value {other:?}"))),
        })
    }

    /// The field whose values it goes by.
    pub fn field(&self) -> Option<&str> {
        match self {
            Measure::Distinct(field)
            | Measure::Sum(field)
            | Measure::Min(field)
            | Measure::Max(field)
            | Measure::Mean(field)
            | Measure::Quantile(field, _)
            | Measure::List(field, _) => Some(field),
            _ => None,
        }
    }

    /// Appends it to a message.
    pub fn write(&self, writer: &mut Writer) {
        let (kind, field, part, limit): (u8, &str, f64, usize) = match self {
            Measure::Count => (0, "", 0.0, 0),
            Measure::ShareOfRow => (1, "", 0.0, 0),
            Measure::ShareOfColumn => (2, "", 0.0, 0),
            Measure::ShareOfTotal => (3, "", 0.0, 0),
            Measure::First => (4, "", 0.0, 0),
            Measure::Last => (5, "", 0.0, 0),
            Measure::Distinct(field) => (6, field, 0.0, 0),
            Measure::Sum(field) => (7, field, 0.0, 0),
            Measure::Min(field) => (8, field, 0.0, 0),
            Measure::Max(field) => (9, field, 0.0, 0),
            Measure::Mean(field) => (10, field, 0.0, 0),
            Measure::Quantile(field, part) => (11, field, *part, 0),
            Measure::List(field, limit) => (12, field, 0.0, *limit),
        };
        writer.u8(kind);
        writer.str(field);
        writer.f64(part);
        writer.u64(limit as u64);
    }

    /// The next one of a message.
    ///
    /// # Panics
    /// When there is none.
    pub fn read(reader: &mut Reader<'_>) -> Measure {
        let (kind, field) = (reader.u8(), reader.str().to_owned());
        let (part, limit) = (reader.f64(), reader.u64() as usize);
        match kind {
            0 => Measure::Count,
            1 => Measure::ShareOfRow,
            2 => Measure::ShareOfColumn,
            3 => Measure::ShareOfTotal,
            4 => Measure::First,
            5 => Measure::Last,
            6 => Measure::Distinct(field),
            7 => Measure::Sum(field),
            8 => Measure::Min(field),
            9 => Measure::Max(field),
            10 => Measure::Mean(field),
            11 => Measure::Quantile(field, part),
            12 => Measure::List(field, limit),
            other => panic!("{other} is no measure"),
        }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// There is none: of no number there is no mean.
    None,
    /// A number.
    Number(f64),
    /// A time in nanoseconds.
    Time(i64),
    /// Values with their numbers of rows, most first.
    List(Vec<(String, u64)>),
}

impl Figure {
    /// Which of two comes first where the least comes first; what there is none of comes last.
    pub fn compare(&self, other: &Figure, is_descending: bool) -> Ordering {
        let order = match (self, other) {
            (Figure::Number(a), Figure::Number(b)) => a.total_cmp(b),
            (Figure::Time(a), Figure::Time(b)) => a.cmp(b),
            (Figure::List(a), Figure::List(b)) => a.len().cmp(&b.len()),
            (Figure::None, Figure::None) => return Ordering::Equal,
            (Figure::None, _) => return Ordering::Greater,
            (_, Figure::None) => return Ordering::Less,
            _ => Ordering::Equal,
        };
        if is_descending { order.reverse() } else { order }
    }
}

/// A sum that does not depend on the order of its parts: whole numbers are added as such, others as a sum of floats of
/// which no two overlap, so that no bit is lost (Shewchuk, "Adaptive precision floating-point arithmetic", 1997).
#[derive(Debug, Clone, Default)]
struct ExactSum {
    whole: i128,
    parts: Vec<f64>,
}

impl ExactSum {
    fn add(&mut self, number: Number) {
        match number {
            Number::Whole(n) => self.whole += n as i128,
            Number::Other(n) => self.add_part(n),
        }
    }

    fn add_part(&mut self, mut x: f64) {
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let mut y = self.parts[i];
            if x.abs() < y.abs() {
                (x, y) = (y, x);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        self.parts.push(x);
    }

    fn merge(&mut self, other: &ExactSum) {
        self.whole += other.whole;
        other.parts.iter().for_each(|&part| self.add_part(part));
    }

    /// The sum, rounded once, to the nearest float.
    fn rounded(&self) -> f64 {
        if self.parts.is_empty() {
            return self.whole as f64;
        }
        let mut all = ExactSum { whole: 0, parts: self.parts.clone() };
        let mut rest = self.whole;
        while rest != 0 {
            let part = rest as f64;
            all.add_part(part);
            rest -= part as i128;
        }
        let mut parts = all.parts.into_iter().rev();
        let Some(mut high) = parts.next() else { return 0.0 };
        let mut low = 0.0;
        for part in parts.by_ref() {
            let sum = high + part;
            low = part - (sum - high);
            high = sum;
            if low != 0.0 {
                break;
            }
        }
        // Half way between two floats the next part says to which side.
        if let Some(next) = parts.next()
            && (low < 0.0) == (next < 0.0)
        {
            let twice = low * 2.0;
            let sum = high + twice;
            if twice == sum - high {
                high = sum;
            }
        }
        high
    }
}

/// The numbers of one field in one group.
#[derive(Debug, Clone)]
struct Numbers {
    n: u64,
    sum: ExactSum,
    min: f64,
    max: f64,
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers { n: 0, sum: ExactSum::default(), min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Numbers {
    fn add(&mut self, number: Number) {
        let float = number.float();
        self.n += 1;
        self.sum.add(number);
        (self.min, self.max) = (self.min.min(float), self.max.max(float));
    }

    fn merge(&mut self, other: &Numbers) {
        self.n += other.n;
        self.sum.merge(&other.sum);
        (self.min, self.max) = (self.min.min(other.min), self.max.max(other.max));
    }
}

/// How often each value of one field stands in each group.
#[derive(Debug, Clone, Default)]
struct Tally {
    texts: Texts,
    rows: HashMap<(u32, u32), u64, FixedState>,
}

impl Tally {
    fn add(&mut self, group: u32, value: u32) {
        self.add_many(group, value, 1);
    }

    fn add_many(&mut self, group: u32, value: u32, n_rows: u64) {
        *self.rows.entry((group, value)).or_default() += n_rows;
    }
}

/// What must be known of groups for some measures.
#[derive(Debug, Clone, Default)]
struct Needs {
    times: bool,
    /// Fields of which numbers are gathered, of which values are tallied.
    numbers: Vec<String>,
    tallies: Vec<String>,
}

impl Needs {
    fn of(measures: &[Measure], times: bool) -> Needs {
        let mut needs = Needs { times, ..Needs::default() };
        for measure in measures {
            let (fields, field) = match measure {
                Measure::First | Measure::Last => {
                    needs.times = true;
                    continue;
                }
                Measure::Sum(field) | Measure::Min(field) | Measure::Max(field) | Measure::Mean(field) => {
                    (&mut needs.numbers, field)
                }
                Measure::Distinct(field) | Measure::Quantile(field, _) | Measure::List(field, _) => {
                    (&mut needs.tallies, field)
                }
                _ => continue,
            };
            if !fields.contains(field) {
                fields.push(field.clone());
            }
        }
        needs
    }
}

/// The states of groups numbered from 0.
#[derive(Debug, Clone)]
pub struct States {
    needs: Needs,
    counts: Vec<u64>,
    /// First and last; [`NO_TIMES`] where no row has a time. Empty where not needed.
    times: Vec<(i64, i64)>,
    numbers: Vec<Vec<Numbers>>,
    tallies: Vec<Tally>,
}

const NO_TIMES: (i64, i64) = (i64::MAX, i64::MIN);

/// The group of a row that is in none.
pub(super) const NO_GROUP: u32 = u32::MAX;

impl States {
    /// For figures of `measures`; with `times`, for the first and last time of each group in any case.
    pub fn new(measures: &[Measure], times: bool) -> States {
        let needs = Needs::of(measures, times);
        let numbers = vec![Vec::new(); needs.numbers.len()];
        let tallies = vec![Tally::default(); needs.tallies.len()];
        States { needs, counts: Vec::new(), times: Vec::new(), numbers, tallies }
    }

    /// How many groups there are.
    pub fn n_groups(&self) -> usize {
        self.counts.len()
    }

    /// Makes room for so many groups.
    pub fn grow(&mut self, n_groups: usize) {
        let n_groups = n_groups.max(self.counts.len());
        self.counts.resize(n_groups, 0);
        if self.needs.times {
            self.times.resize(n_groups, NO_TIMES);
        }
        self.numbers.iter_mut().for_each(|numbers| numbers.resize_with(n_groups, Numbers::default));
    }

    /// The rows of each group, to be counted, where nothing else is gathered.
    pub(super) fn counts_alone(&mut self) -> Option<&mut [u64]> {
        let is_alone = !self.needs.times && self.numbers.is_empty() && self.tallies.is_empty();
        is_alone.then_some(&mut self.counts)
    }

    /// Adds the rows of a segment, each to the group that `groups` says.
    pub(super) fn add_rows(&mut self, segment: &View, fields: &Fields, groups: &[u32]) {
        let States { needs, counts, times, numbers, tallies } = self;
        for &group in groups.iter().filter(|&&group| group != NO_GROUP) {
            counts[group as usize] += 1;
        }
        if needs.times {
            for (&group, &time) in groups.iter().zip(segment.times()) {
                if group != NO_GROUP && time != View::NO_TIME {
                    let (first, last) = &mut times[group as usize];
                    (*first, *last) = ((*first).min(time), (*last).max(time));
                }
            }
        }
        let column_of = |name: &String| fields.get(name).and_then(|field| segment.column(field));
        for (name, numbers) in needs.numbers.iter().zip(numbers) {
            let Some(column) = column_of(name) else { continue };
            let values: Vec<Option<Number>> =
                column.dictionary.iter().map(|(_, text)| number_of(text)).collect();
            each_value(column, |row, code| {
                if groups[row] != NO_GROUP
                    && let Some(number) = values[code.0 as usize - 1]
                {
                    numbers[groups[row] as usize].add(number);
                }
            });
        }
        for (name, tally) in needs.tallies.iter().zip(tallies) {
            let Some(column) = column_of(name) else { continue };
            let mut values = vec![u32::MAX; column.dictionary.len() + 1];
            each_value(column, |row, code| {
                if groups[row] == NO_GROUP {
                    return;
                }
                let value = &mut values[code.0 as usize];
                if *value == u32::MAX {
                    *value = tally.texts.intern(column.dictionary.text(code));
                }
                tally.add(groups[row], *value);
            });
        }
    }

    /// Adds one row of a segment to several groups.
    pub(super) fn add_row(&mut self, segment: &View, fields: &Fields, row: usize, groups: &[u32]) {
        let States { needs, counts, times, numbers, tallies } = self;
        groups.iter().for_each(|&group| counts[group as usize] += 1);
        let time = segment.times()[row];
        if needs.times && time != View::NO_TIME {
            for &group in groups {
                let (first, last) = &mut times[group as usize];
                (*first, *last) = ((*first).min(time), (*last).max(time));
            }
        }
        let values_of = |name: &String| {
            let mut texts: Vec<&str> = Vec::new();
            let column = fields.get(name).and_then(|field| segment.column(field));
            if let Some(column) = column {
                column.for_row(row, |code: Code| texts.push(column.dictionary.text(code)));
            }
            texts.sort_unstable();
            texts.dedup();
            texts
        };
        for (name, numbers) in needs.numbers.iter().zip(numbers) {
            for number in values_of(name).into_iter().filter_map(number_of) {
                groups.iter().for_each(|&group| numbers[group as usize].add(number));
            }
        }
        for (name, tally) in needs.tallies.iter().zip(tallies) {
            for text in values_of(name) {
                let value = tally.texts.intern(text);
                groups.iter().for_each(|&group| tally.add(group, value));
            }
        }
    }

    /// Adds what `other` has of the same groups.
    pub fn absorb(&mut self, other: States) {
        if self.counts.iter().all(|&count| count == 0) {
            *self = other;
            return;
        }
        for group in 0..other.counts.len() {
            self.merge_group(group as u32, &other, group);
        }
        for (tally, other) in self.tallies.iter_mut().zip(&other.tallies) {
            let values: Vec<u32> = other.texts.iter().map(|text| tally.texts.intern(text)).collect();
            for (&(group, value), &n_rows) in &other.rows {
                tally.add_many(group, values[value as usize], n_rows);
            }
        }
    }

    fn merge_group(&mut self, group: u32, other: &States, from: usize) {
        let group = group as usize;
        self.counts[group] += other.counts[from];
        if let Some(&(first, last)) = other.times.get(from) {
            let own = &mut self.times[group];
            *own = (own.0.min(first), own.1.max(last));
        }
        for (numbers, other) in self.numbers.iter_mut().zip(&other.numbers) {
            numbers[group].merge(&other[from]);
        }
    }

    /// Adds to the groups around each group what it has itself: `steps` are pairs of a group and one around it, in the order
    /// in which they are added, and `around` all groups around a group.
    pub(super) fn roll_up(
        &mut self,
        steps: impl Iterator<Item = (u32, u32)>,
        around: impl Fn(u32) -> Vec<u32>,
    ) {
        for (from, to) in steps {
            let (from, to) = (from as usize, to as usize);
            if self.counts[from] == 0 {
                continue;
            }
            self.counts[to] += self.counts[from];
            if self.needs.times {
                let (first, last) = self.times[from];
                let own = &mut self.times[to];
                *own = (own.0.min(first), own.1.max(last));
            }
            for numbers in &mut self.numbers {
                let [from, to] = numbers.get_disjoint_mut([from, to]).expect("a group is not around itself");
                to.merge(from);
            }
        }
        for tally in &mut self.tallies {
            let own: Vec<((u32, u32), u64)> =
                tally.rows.iter().map(|(&key, &n_rows)| (key, n_rows)).collect();
            for ((group, value), n_rows) in own {
                around(group).into_iter().for_each(|group| tally.add_many(group, value, n_rows));
            }
        }
    }

    /// Rows of a group.
    pub fn count(&self, group: u32) -> u64 {
        self.counts[group as usize]
    }

    /// The first and the last time of a group, where they were asked for and it has any.
    pub fn times(&self, group: u32) -> Option<(i64, i64)> {
        self.times.get(group as usize).copied().filter(|&times| times != NO_TIMES)
    }

    /// The figures of all groups by `measure`, which is no share.
    pub fn figures(&self, measure: &Measure) -> Vec<Figure> {
        let groups = 0..self.counts.len() as u32;
        let numbers_of = |field: &String, of: fn(&Numbers) -> f64| {
            let at = self.needs.numbers.iter().position(|name| name == field);
            let numbers = &self.numbers[at.expect("what is needed was gathered")];
            let figure = |numbers: &Numbers| match numbers.n {
                0 => Figure::None,
                _ => Figure::Number(of(numbers)),
            };
            numbers.iter().map(figure).collect()
        };
        let time_of = |of: fn((i64, i64)) -> i64| {
            groups
                .clone()
                .map(move |group| self.times(group).map_or(Figure::None, |times| Figure::Time(of(times))))
        };
        match measure {
            Measure::Count | Measure::ShareOfRow | Measure::ShareOfColumn | Measure::ShareOfTotal => {
                self.counts.iter().map(|&count| Figure::Number(count as f64)).collect()
            }
            Measure::First => time_of(|times| times.0).collect(),
            Measure::Last => time_of(|times| times.1).collect(),
            Measure::Sum(field) => numbers_of(field, |numbers| numbers.sum.rounded()),
            Measure::Min(field) => numbers_of(field, |numbers| numbers.min),
            Measure::Max(field) => numbers_of(field, |numbers| numbers.max),
            Measure::Mean(field) => numbers_of(field, |numbers| numbers.sum.rounded() / numbers.n as f64),
            Measure::Distinct(field) => {
                let values = self.values(field).1;
                values.iter().map(|values| Figure::Number(values.len() as f64)).collect()
            }
            Measure::Quantile(field, part) => {
                let (texts, values) = self.values(field);
                let numbers: Vec<Option<f64>> =
                    texts.iter().map(|text| number_of(text).map(Number::float)).collect();
                values.iter().map(|values| quantile(values, &numbers, *part)).collect()
            }
            Measure::List(field, limit) => {
                let (texts, values) = self.values(field);
                values.into_iter().map(|values| most_frequent(values, texts, *limit)).collect()
            }
        }
    }

    /// The values of a field, and for each group which of them it has in how many rows.
    fn values(&self, field: &String) -> (&Texts, Vec<Vec<(u32, u64)>>) {
        let at = self.needs.tallies.iter().position(|name| name == field);
        let tally = &self.tallies[at.expect("what is needed was gathered")];
        let mut values = vec![Vec::new(); self.counts.len()];
        for (&(group, value), &n_rows) in &tally.rows {
            values[group as usize].push((value, n_rows));
        }
        (&tally.texts, values)
    }

    /// Appends them to a partial.
    pub fn write(&self, writer: &mut Writer) {
        writer.u64s(&self.counts);
        let (first, last): (Vec<i64>, Vec<i64>) = self.times.iter().copied().unzip();
        writer.i64s(&first);
        writer.i64s(&last);
        for numbers in self.numbers.iter().flatten() {
            writer.u64(numbers.n);
            writer.i128(numbers.sum.whole);
            writer.f64s(&numbers.sum.parts);
            writer.f64(numbers.min);
            writer.f64(numbers.max);
        }
        for tally in &self.tallies {
            tally.texts.write(writer);
            writer.u64(tally.rows.len() as u64);
            for (&(group, value), &n_rows) in &tally.rows {
                writer.u32(group);
                writer.u32(value);
                writer.u64(n_rows);
            }
        }
    }

    /// Adds to each group what [`States::write`] wrote of states of the same measures, whose groups are here those that
    /// `into` says by their number there.
    pub fn merge(&mut self, reader: &mut Reader<'_>, into: impl Fn(u32) -> u32) {
        let mut other = States { needs: self.needs.clone(), ..States::new(&[], false) };
        other.counts = reader.u64s();
        let (first, last) = (reader.i64s(), reader.i64s());
        other.times = first.into_iter().zip(last).collect();
        let n_groups = other.counts.len();
        let mut number = |_| {
            let (n, whole, parts) = (reader.u64(), reader.i128(), reader.f64s());
            Numbers { n, sum: ExactSum { whole, parts }, min: reader.f64(), max: reader.f64() }
        };
        other.numbers = self.needs.numbers.iter().map(|_| (0..n_groups).map(&mut number).collect()).collect();
        for group in 0..n_groups {
            self.merge_group(into(group as u32), &other, group);
        }
        for tally in &mut self.tallies {
            let values = tally.texts.merge(reader);
            let n = reader.u64();
            tally.rows.reserve(n as usize);
            for _ in 0..n {
                let (group, value) = (reader.u32(), reader.u32());
                tally.add_many(into(group), values[value as usize], reader.u64());
            }
        }
    }
}

/// The number that a text is, as far as sums of all rows there can be stay finite.
fn number_of(text: &str) -> Option<Number> {
    const GREATEST: f64 = 1e290;
    Number::parse(text).filter(|number| number.float().abs() <= GREATEST)
}

/// Calls `see` with every value and its row; of equal values of one row with the first.
fn each_value(column: &Column, mut see: impl FnMut(usize, Code)) {
    if !column.is_multiple {
        return column.for_each(see);
    }
    let (mut last, mut met) = (usize::MAX, Vec::new());
    let is_same = |a: Code, b: Code| a == b || column.dictionary.text(a) == column.dictionary.text(b);
    column.for_each(|row, code| {
        if row != last {
            last = row;
            met.clear();
        }
        if !met.iter().any(|&other| is_same(other, code)) {
            met.push(code);
            see(row, code);
        }
    });
}

fn quantile(values: &[(u32, u64)], numbers: &[Option<f64>], part: f64) -> Figure {
    let number = |&(value, n): &(u32, u64)| Some((numbers[value as usize]?, n));
    let mut sorted: Vec<(f64, u64)> = values.iter().filter_map(number).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let n: u64 = sorted.iter().map(|&(_, n)| n).sum();
    if n == 0 {
        return Figure::None;
    }
    let at = part.clamp(0.0, 1.0) * (n - 1) as f64;
    let number_at = |index: u64| {
        let mut end = 0;
        let found = sorted.iter().find(|&&(_, n)| {
            end += n;
            index < end
        });
        found.or(sorted.last()).map_or(0.0, |&(number, _)| number)
    };
    let (low, high) = (number_at(at as u64), number_at(at.ceil() as u64));
    Figure::Number(if low == high { low } else { low + (high - low) * at.fract() })
}

fn most_frequent(mut values: Vec<(u32, u64)>, texts: &Texts, limit: usize) -> Figure {
    values.sort_unstable_by(|a, b| {
        b.1.cmp(&a.1).then_with(|| value_order::compare(texts.text(a.0), texts.text(b.0)))
    });
    values.truncate(limit);
    Figure::List(values.into_iter().map(|(value, n)| (texts.text(value).to_owned(), n)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_rounded_once_whatever_the_order() {
        let parts = [1e16, 1.5, -1e16, 0.1, 1e-30, 3.0, -0.1, 2f64.powi(60), -2f64.powi(60)];
        let mut forth = ExactSum::default();
        let mut back = ExactSum::default();
        parts.iter().for_each(|&part| forth.add_part(part));
        parts.iter().rev().for_each(|&part| back.add_part(part));
        assert_eq!((forth.rounded(), back.rounded()), (4.5, 4.5));
        forth.add(Number::Whole(i64::MAX));
        forth.add(Number::Whole(-i64::MAX));
        assert_eq!(forth.rounded(), 4.5);
    }

    #[test]
    fn a_sum_half_way_between_two_floats_goes_by_what_is_left() {
        let mut sum = ExactSum::default();
        [1e16, 1.0, 1e-16].into_iter().for_each(|part| sum.add_part(part));
        assert_eq!(sum.rounded(), 1e16 + 2.0);
    }
}
