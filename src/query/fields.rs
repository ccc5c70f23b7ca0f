//! Which fields the accepted rows have values in: how many rows, of which kinds, how many different ones.

use std::collections::BTreeMap;

use super::gather::{Asked, Partial, Table};
use super::scan::{for_each_cell, for_each_row};
use crate::base::event::{TIMESTAMP, hash};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId, Kind, Kinds};
use crate::store::{Cells, Column, View};

/// What is said of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSum {
    /// Its name.
    pub name: String,
    /// The kinds of value seen, by these rows or others.
    pub kinds: Kinds,
    /// Rows that have a value.
    pub n_rows: u64,
    /// Different values, if they were counted.
    pub n_distinct: Option<u64>,
    /// Whether a row, of these or others, has more than one value.
    pub is_multiple: bool,
}

#[derive(Default)]
struct Sum {
    kinds: Kinds,
    n_rows: u64,
    is_multiple: bool,
    /// Of the values, where they are counted.
    hashes: Vec<u64>,
}

/// Asks which fields have values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldList {
    /// Whether different values are counted.
    pub counts_distinct: bool,
}

impl Asked for FieldList {
    type Partial<'p> = FieldListPartial<'p>;

    fn write(&self, writer: &mut Writer) {
        writer.bool(self.counts_distinct);
    }

    fn read(reader: &mut Reader<'_>) -> FieldList {
        FieldList { counts_distinct: reader.bool() }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        FieldListPartial { counts_distinct: self.counts_distinct, ..FieldListPartial::default() }
    }
}

/// The sums of all fields: in a shard by their numbers, in the hub by their names.
#[derive(Default)]
pub struct FieldListPartial<'p> {
    counts_distinct: bool,
    by_field: BTreeMap<FieldId, Sum>,
    times: Sum,
    by_name: BTreeMap<&'p str, Sum>,
}

impl FieldListPartial<'_> {
    fn add_times(&mut self, times: &[i64], rows: &Bitmap) {
        for_each_row(rows, |row| {
            if times[row] != View::NO_TIME {
                self.times.n_rows += 1;
                if self.counts_distinct {
                    self.times.hashes.push(times[row] as u64);
                }
            }
        });
    }
}

impl<'p> Partial<'p> for FieldListPartial<'p> {
    type Answer = Vec<FieldSum>;

    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        let (segment, rows) = (table.segments[number], &rows[0]);
        let n_selected = rows.count();
        for (field, column) in segment.fields() {
            let n_rows = match n_selected == segment.n_rows() {
                true => column.n_rows_with_value as u64,
                false => n_rows_with_value(column, rows),
            };
            let sum = self.by_field.entry(field).or_default();
            sum.kinds.merge(column.kinds);
            sum.is_multiple |= column.is_multiple;
            sum.n_rows += n_rows;
            if self.counts_distinct && n_rows > 0 {
                let mut is_used = vec![n_selected == segment.n_rows(); column.dictionary.len() + 1];
                if n_selected < segment.n_rows() {
                    for_each_cell(column, rows, |_, code| is_used[code.0 as usize] = true);
                }
                let used = column.dictionary.iter().filter(|(code, _)| is_used[code.0 as usize]);
                sum.hashes.extend(used.map(|(_, text)| hash(text.as_bytes())));
            }
        }
        self.add_times(segment.times(), rows);
    }

    fn write(self, table: &mut Table<'_>, writer: &mut Writer) {
        let FieldListPartial { by_field, mut times, .. } = self;
        times.kinds.insert(Kind::Time);
        writer.u64(by_field.len() as u64 + 1);
        let columns = by_field.into_iter().map(|(field, sum)| (table.fields.name(field), sum));
        for (name, mut sum) in columns.chain([(TIMESTAMP, times)]) {
            dedup(&mut sum.hashes);
            writer.str(name);
            writer.u8(sum.kinds.0);
            writer.u64(sum.n_rows);
            writer.bool(sum.is_multiple);
            writer.u64s(&sum.hashes);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        for _ in 0..reader.u64() {
            let sum = self.by_name.entry(reader.str()).or_default();
            sum.kinds.merge(Kinds(reader.u8()));
            sum.n_rows += reader.u64();
            sum.is_multiple |= reader.bool();
            sum.hashes.extend(reader.each_u64());
        }
    }

    /// By name.
    fn finish(self) -> Vec<FieldSum> {
        let finish = |(name, mut sum): (&str, Sum)| {
            dedup(&mut sum.hashes);
            FieldSum {
                name: name.to_owned(),
                kinds: sum.kinds,
                n_rows: sum.n_rows,
                n_distinct: self.counts_distinct.then_some(sum.hashes.len() as u64),
                is_multiple: sum.is_multiple,
            }
        };
        self.by_name.into_iter().filter(|(_, sum)| sum.n_rows > 0).map(finish).collect()
    }
}

fn dedup(hashes: &mut Vec<u64>) {
    hashes.sort_unstable();
    hashes.dedup();
}

/// How many of `rows` have a value.
fn n_rows_with_value(column: &Column, rows: &Bitmap) -> u64 {
    let mut n_rows = 0;
    match &column.cells {
        Cells::Dense(_) => for_each_cell(column, rows, |_, code| n_rows += (code.0 != 0) as u64),
        Cells::Sparse { .. } => {
            let mut last = usize::MAX;
            for_each_cell(column, rows, |row, _| {
                n_rows += (row != last) as u64;
                last = row;
            });
        }
    }
    n_rows
}
