//! The values of a field among the accepted rows: how many rows have each, and when it was first and last seen.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::aggregate::Tally;
use super::gather::{Asked, Partial, Table};
use super::plan::contains;
use super::scan::for_each_cell;
use super::value_order;
use crate::base::event::TIMESTAMP;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, ErrorKind, FieldId, Timestamp};
use crate::store::{Code, Column, View};

/// Asks for the values of some fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    /// The fields.
    pub fields: Vec<FacetOf>,
    /// So many values of each are listed.
    pub limit: usize,
    /// Which ones, and their order.
    pub order: FacetOrder,
}

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

impl Asked for Facets {
    type Partial<'p> = FacetsPartial<'p>;

    fn write(&self, writer: &mut Writer) {
        writer.u64(self.fields.len() as u64);
        self.fields.iter().for_each(|of| of.write(writer));
        writer.u64(self.limit as u64);
        writer.u8(self.order as u8);
    }

    fn read(reader: &mut Reader<'_>) -> Facets {
        Facets {
            fields: (0..reader.u64()).map(|_| FacetOf::read(reader)).collect(),
            limit: reader.u64() as usize,
            order: FacetOrder::NAMED[reader.u8() as usize].1,
        }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        let tallies = self.fields.iter().map(|of| Tallies::new(of.clone())).collect();
        FacetsPartial { tallies, limit: self.limit, order: self.order }
    }
}

impl FacetOf {
    fn write(&self, writer: &mut Writer) {
        writer.str(&self.field);
        writer.u32(self.query);
        writer.strs(self.search.as_slice());
    }

    fn read(reader: &mut Reader<'_>) -> FacetOf {
        FacetOf { field: reader.str().to_owned(), query: reader.u32(), search: reader.strs().pop() }
    }
}

/// Facets of several fields, collected in one pass.
pub struct FacetsPartial<'p> {
    tallies: Vec<Tallies<'p>>,
    limit: usize,
    order: FacetOrder,
}

impl<'p> Partial<'p> for FacetsPartial<'p> {
    type Answer = Vec<Facet>;

    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        for tallies in &mut self.tallies {
            let rows = &rows[tallies.of.query as usize];
            tallies.collect(table, number, rows);
        }
    }

    fn write(self, table: &mut Table<'_>, writer: &mut Writer) {
        self.tallies.into_iter().for_each(|tallies| tallies.write(table, writer));
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        self.tallies.iter_mut().for_each(|tallies| tallies.merge(reader));
    }

    fn finish(self) -> Vec<Facet> {
        let FacetsPartial { tallies, limit, order } = self;
        tallies.into_iter().map(|tallies| tallies.finish(limit, order)).collect()
    }
}

/// Rows by the value that they have in a field: in a shard by the number of the value's text, in the hub by the text.
pub(super) struct Tallies<'p> {
    of: FacetOf,
    n_selected: u64,
    n_with_value: u64,
    /// By the number of the text, see [`super::numbering::Numbering`]; the first is that of no text.
    by_number: Vec<Tally>,
    /// Every time, where those are the values.
    times: Vec<i64>,
    n_merged: usize,
    /// What was merged; a text stands there once for each shard that has it.
    values: Vec<(&'p str, Tally)>,
}

impl<'p> Tallies<'p> {
    pub fn new(of: FacetOf) -> Tallies<'p> {
        Tallies {
            of,
            n_selected: 0,
            n_with_value: 0,
            by_number: Vec::new(),
            times: Vec::new(),
            n_merged: 0,
            values: Vec::new(),
        }
    }

    /// Takes rows of a segment.
    pub fn collect(&mut self, table: &mut Table<'_>, segment: usize, rows: &Bitmap) {
        self.n_selected += rows.count() as u64;
        let times = table.segments[segment].times();
        if self.of.field == TIMESTAMP {
            let before = self.times.len();
            self.times.extend(rows.iter().map(|row| times[row]).filter(|&time| time != View::NO_TIME));
            self.n_with_value += (self.times.len() - before) as u64;
            return;
        }
        let Some(field) = table.field(&self.of.field) else { return };
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
        self.add(table, field, segment, &by_code);
    }

    fn add(&mut self, table: &mut Table<'_>, field: FieldId, segment: usize, by_code: &[(Code, Tally)]) {
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
        let is_sought = self.of.search.as_deref().map(contains);
        let is_sought = |text: &str| is_sought.as_ref().is_none_or(|is_sought| is_sought(text));
        let mut values: Vec<(&str, Tally)> = Vec::new();
        let texts: Vec<String>;
        if self.of.field == TIMESTAMP {
            let tallies = tally_times(self.times);
            texts = tallies.iter().map(|tally| Timestamp(tally.first).to_text()).collect();
            values.extend(texts.iter().map(String::as_str).zip(tallies));
        } else if let Some(field) = table.field(&self.of.field) {
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

    /// Takes what [`Tallies::write`] wrote in one more shard.
    pub fn merge(&mut self, reader: &mut Reader<'p>) {
        self.n_selected += reader.u64();
        self.n_with_value += reader.u64();
        self.n_merged += 1;
        let n_values = reader.u64();
        self.values.extend((0..n_values).map(|_| (reader.str(), Tally::read(reader))));
    }

    fn finish(mut self, limit: usize, order: FacetOrder) -> Facet {
        let values = self.take_values();
        let n_distinct = values.len() as u64;
        let n_all: u64 = values.iter().map(|(_, tally)| tally.n_rows).sum();
        let values = most(values, &self.of.field, limit, order);
        let n_listed: u64 = values.iter().map(|(_, tally)| tally.n_rows).sum();
        Facet {
            field: self.of.field,
            values: values.into_iter().map(|(text, tally)| (text.to_owned(), tally)).collect(),
            n_distinct,
            n_rows: self.n_with_value,
            n_missing: self.n_selected - self.n_with_value,
            n_others: n_all - n_listed,
        }
    }

    /// The first `limit` values that were merged, in order.
    pub fn most(mut self, limit: usize, order: FacetOrder) -> Vec<(&'p str, Tally)> {
        let values = self.take_values();
        most(values, &self.of.field, limit, order)
    }

    /// Each value that was merged, once.
    fn take_values(&mut self) -> Vec<(&'p str, Tally)> {
        let values = std::mem::take(&mut self.values);
        if self.n_merged < 2 {
            return values;
        }
        let mut by_text: HashMap<&str, Tally, foldhash::fast::FixedState> = HashMap::default();
        for (text, tally) in values {
            by_text.entry(text).or_default().merge(&tally);
        }
        by_text.into_iter().collect()
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

/// The first `limit` of `values`, in order.
fn most<'a>(
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
            false => value_order::compare(a.0, b.0),
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

impl FacetOrder {
    /// The orders with their names, each in the place of its number.
    const NAMED: [(&str, FacetOrder); 5] = [
        ("count", FacetOrder::Count),
        ("rare", FacetOrder::Rare),
        ("value", FacetOrder::Value),
        ("first", FacetOrder::First),
        ("last", FacetOrder::Last),
    ];

    /// The order of this name.
    ///
    /// # Errors
    /// `Range`, where no order has it.
    pub fn from_name(name: &str) -> Result<FacetOrder, Error> {
        let unknown = || {
            let message = format!("unknown order {name:?}: expected count, rare, value, first or last");
            Error::new(ErrorKind::Range, message)
        };
        let named = FacetOrder::NAMED.iter().find(|(own, _)| *own == name);
        named.map(|&(_, order)| order).ok_or_else(unknown)
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
