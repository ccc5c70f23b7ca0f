//! The values of a field among the accepted rows: how many rows have each, and when it was first and last seen.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::aggregate::Tally;
use super::plan::contains;
use super::question::{Gather, Table};
use super::scan::for_each_cell;
use super::sort;
use crate::base::event::TIMESTAMP;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId, Timestamp};
use crate::store::{Code, Column, View};

/// A field whose values are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetOf {
    /// Its name; `@timestamp` has every time as a value.
    pub field: String,
    /// Which query of the question accepts the rows.
    pub query: u32,
    /// Only values that have this in them, whatever the case.
    pub search: Option<String>,
}

/// In which order values are listed; equal ones by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FacetOrder {
    /// The most frequent first.
    #[default]
    Count,
    /// The rarest first.
    Rare,
    /// As texts sort.
    Value,
    /// The one that was seen first.
    First,
    /// The one that was seen last.
    Last,
}

/// The answer for one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The field's name.
    pub field: String,
    /// The values listed, and their rows.
    pub values: Vec<(String, Tally)>,
    /// How many different values there are; where some were searched, of those.
    pub n_distinct: u64,
    /// Rows that have a value.
    pub n_rows: u64,
    /// Rows that have none.
    pub n_missing: u64,
    /// Rows with a value that is not listed, once for each such value; where some were searched, of those.
    pub n_others: u64,
}

impl FacetOf {
    /// Appends it to a message.
    pub fn write(&self, writer: &mut Writer) {
        writer.str(&self.field);
        writer.u32(self.query);
        writer.strs(self.search.as_slice());
    }

    /// The next one of a message.
    pub fn read(reader: &mut Reader<'_>) -> FacetOf {
        FacetOf { field: reader.str().to_owned(), query: reader.u32(), search: reader.strs().pop() }
    }
}

/// Gathers facets in one pass.
pub(super) struct Facets(Vec<Tallies>);

impl Facets {
    pub fn new(facets: &[FacetOf]) -> Facets {
        Facets(facets.iter().map(|facet| Tallies::new(facet.clone())).collect())
    }
}

impl Gather for Facets {
    fn segment(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        for tallies in &mut self.0 {
            let rows = &rows[tallies.facet.query as usize];
            tallies.add(table, number, rows);
        }
    }

    fn finish(self: Box<Self>, table: &mut Table<'_>) -> Vec<u8> {
        let mut writer = Writer::new();
        for tallies in self.0 {
            tallies.write(table, &mut writer);
        }
        writer.into_bytes()
    }
}

/// Rows by the value that they have in a field.
pub(super) struct Tallies {
    facet: FacetOf,
    n_selected: u64,
    n_with_value: u64,
    /// By the number of the text, see [`super::numbering::Numbering`]; the first is that of no text.
    by_number: Vec<Tally>,
    /// Every time, where those are the values.
    times: Vec<i64>,
}

impl Tallies {
    pub fn new(facet: FacetOf) -> Tallies {
        Tallies { facet, n_selected: 0, n_with_value: 0, by_number: Vec::new(), times: Vec::new() }
    }

    /// Adds rows of a segment.
    pub fn add(&mut self, table: &mut Table<'_>, segment: usize, rows: &Bitmap) {
        self.n_selected += rows.count() as u64;
        let times = table.segments[segment].times();
        if self.facet.field == TIMESTAMP {
            let before = self.times.len();
            self.times.extend(rows.iter().map(|row| times[row]).filter(|&time| time != View::NO_TIME));
            self.n_with_value += (self.times.len() - before) as u64;
            return;
        }
        let Some(field) = table.field(&self.facet.field) else { return };
        let Some(column) = table.segments[segment].column(field) else { return };
        let by_code = if column.is_multiple {
            let (by_code, n_with_value) = tally_each_once(column, rows, times);
            self.n_with_value += n_with_value;
            by_code
        } else {
            let by_code = tally(column, rows, times);
            self.n_with_value += by_code.iter().map(|(_, tally)| tally.n_rows).sum::<u64>();
            by_code
        };
        self.merge(table, field, segment, &by_code);
    }

    fn merge(&mut self, table: &mut Table<'_>, field: FieldId, segment: usize, by_code: &[(Code, Tally)]) {
        let columns = table.columns(field);
        let numbering = table.numberings.of(field);
        for (code, tally) in by_code {
            let number = numbering.number(columns, segment, *code) as usize;
            if number >= self.by_number.len() {
                self.by_number.resize(number + 1, Tally::default());
            }
            self.by_number[number].merge(tally);
        }
    }

    /// Appends selected rows, rows with a value, and each value with its tally.
    pub fn write(self, table: &mut Table<'_>, writer: &mut Writer) {
        writer.u64(self.n_selected);
        writer.u64(self.n_with_value);
        let is_sought = self.facet.search.as_deref().map(contains);
        let is_sought = |text: &str| is_sought.as_ref().is_none_or(|is_sought| is_sought(text));
        let mut values: Vec<(&str, Tally)> = Vec::new();
        let texts: Vec<String>;
        if self.facet.field == TIMESTAMP {
            let tallies = tally_times(self.times);
            texts = tallies.iter().map(|tally| Timestamp(tally.first).to_text()).collect();
            values.extend(texts.iter().map(String::as_str).zip(tallies));
        } else if let Some(field) = table.field(&self.facet.field) {
            let columns = table.columns(field);
            let numbering = table.numberings.of(field);
            let seen = self.by_number.iter().enumerate().filter(|(_, tally)| tally.n_rows > 0);
            values.extend(seen.map(|(number, tally)| (numbering.text(columns, number as u32), *tally)));
        }
        values.retain(|(text, _)| is_sought(text));
        writer.u64(values.len() as u64);
        for (text, tally) in values {
            writer.str(text);
            tally.write(writer);
        }
    }
}

/// The codes that `rows` have, each with its rows; no row has several.
fn tally(column: &Column, rows: &Bitmap, times: &[i64]) -> Vec<(Code, Tally)> {
    let n_codes = column.dictionary.len() + 1;
    if rows.count() * 2 < n_codes {
        let mut tallies: HashMap<Code, Tally> = HashMap::new();
        for_each_cell(column, rows, |row, code| tallies.entry(code).or_default().add(times[row]));
        tallies.remove(&Code::NONE);
        return tallies.into_iter().collect();
    }
    let mut tallies = vec![Tally::default(); n_codes];
    for_each_cell(column, rows, |row, code| tallies[code.0 as usize].add(times[row]));
    seen(&tallies)
}

/// The same where a row may have several values, even one several times; and how many rows have a value.
fn tally_each_once(column: &Column, rows: &Bitmap, times: &[i64]) -> (Vec<(Code, Tally)>, u64) {
    let same = first_codes_of_texts(column);
    let mut tallies = vec![Tally::default(); column.dictionary.len() + 1];
    let mut last_rows = vec![usize::MAX; tallies.len()];
    let (mut n_with_value, mut last_row) = (0, usize::MAX);
    for_each_cell(column, rows, |row, code| {
        let code = same.get(code.0 as usize).map_or(code.0, |same| *same) as usize;
        n_with_value += (row != last_row) as u64;
        last_row = row;
        if last_rows[code] != row {
            last_rows[code] = row;
            tallies[code].add(times[row]);
        }
    });
    (seen(&tallies), n_with_value)
}

/// For each code the first one of the same text; nothing where all texts are distinct.
fn first_codes_of_texts(column: &Column) -> Vec<u32> {
    if column.dictionary.is_distinct() {
        return Vec::new();
    }
    let mut firsts: HashMap<&str, u32> = HashMap::new();
    let first = |(code, text): (Code, _)| *firsts.entry(text).or_insert(code.0);
    std::iter::once(0).chain(column.dictionary.iter().map(first)).collect()
}

fn seen(tallies: &[Tally]) -> Vec<(Code, Tally)> {
    let codes = (0..).map(Code).zip(tallies.iter().copied());
    codes.skip(1).filter(|(_, tally)| tally.n_rows > 0).collect()
}

fn tally_times(mut times: Vec<i64>) -> Vec<Tally> {
    times.sort_unstable();
    let same = times.chunk_by(|a, b| a == b);
    same.map(|same| Tally { n_rows: same.len() as u64, first: same[0], last: same[0] }).collect()
}

/// The facets of several shards, as [`Tallies::write`] wrote them one behind the other, merged into one.
pub(super) struct Merged<'a> {
    pub n_selected: u64,
    pub n_with_value: u64,
    pub values: Vec<(&'a str, Tally)>,
}

impl<'a> Merged<'a> {
    pub fn read(readers: &mut [Reader<'a>]) -> Merged<'a> {
        let mut merged = Merged { n_selected: 0, n_with_value: 0, values: Vec::new() };
        for reader in readers {
            merged.n_selected += reader.u64();
            merged.n_with_value += reader.u64();
            let n_values = reader.u64();
            merged.values.extend((0..n_values).map(|_| (reader.str(), Tally::read(reader))));
        }
        merged
    }
}

/// Puts the answer for `field` together from the partials that the readers stand at.
pub fn merge(readers: &mut [Reader<'_>], field: &str, limit: usize, order: FacetOrder) -> Facet {
    let n_shards = readers.len();
    let Merged { n_selected, n_with_value, mut values } = Merged::read(readers);
    if n_shards > 1 {
        values = merged_values(values);
    }
    let n_distinct = values.len() as u64;
    let n_all: u64 = values.iter().map(|(_, tally)| tally.n_rows).sum();
    let values = most(values, field, limit, order);
    let n_listed: u64 = values.iter().map(|(_, tally)| tally.n_rows).sum();
    Facet {
        field: field.to_owned(),
        values: values.into_iter().map(|(text, tally)| (text.to_owned(), tally)).collect(),
        n_distinct,
        n_rows: n_with_value,
        n_missing: n_selected - n_with_value,
        n_others: n_all - n_listed,
    }
}

/// The first `limit` values, in order.
pub(super) fn most<'a>(
    mut values: Vec<(&'a str, Tally)>,
    field: &str,
    limit: usize,
    order: FacetOrder,
) -> Vec<(&'a str, Tally)> {
    let is_time = field == TIMESTAMP;
    let compare = |a: &(&str, Tally), b: &(&str, Tally)| {
        let by_value = || match is_time {
            // Texts of times have fractions of different lengths.
            true => a.1.first.cmp(&b.1.first),
            false => sort::compare(a.0, b.0),
        };
        order.compare(&a.1, &b.1).then_with(by_value)
    };
    if limit < values.len() {
        values.select_nth_unstable_by(limit, compare);
        values.truncate(limit);
    }
    values.sort_unstable_by(compare);
    values
}

/// Each value once.
pub(super) fn merged_values(values: Vec<(&str, Tally)>) -> Vec<(&str, Tally)> {
    let mut by_text: HashMap<&str, Tally, foldhash::fast::FixedState> = HashMap::default();
    for (text, tally) in values {
        by_text.entry(text).or_default().merge(&tally);
    }
    by_text.into_iter().collect()
}

impl FacetOrder {
    /// The order of this name: `count`, `rare`, `value`, `first`, `last`.
    pub fn from_name(name: &str) -> Option<FacetOrder> {
        Some(match name {
            "count" => FacetOrder::Count,
            "rare" => FacetOrder::Rare,
            "value" => FacetOrder::Value,
            "first" => FacetOrder::First,
            "last" => FacetOrder::Last,
            _ => return None,
        })
    }

    fn compare(self, a: &Tally, b: &Tally) -> Ordering {
        match self {
            FacetOrder::Count => b.n_rows.cmp(&a.n_rows),
            FacetOrder::Rare => a.n_rows.cmp(&b.n_rows),
            FacetOrder::Value => Ordering::Equal,
            FacetOrder::First => a.first.cmp(&b.first),
            FacetOrder::Last => b.last.cmp(&a.last),
        }
    }
}
