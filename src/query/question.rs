//! What can be asked of the rows that queries accept, and how a shard gathers what it knows of it.
//!
//! A new question is a variant of [`Question`] and a [`Gather`] of its own; what carries it to the shards, selects the
//! rows and breathes in between knows neither.

use std::ops::Range;

use super::explain::Explained;
use super::facet::{FacetOf, Facets};
use super::fields::Sums;
use super::numbering::Numberings;
use super::occurrences::Occurrences;
use super::pivot::{GatherCells, GatherKeys, Pivot};
use super::plan::Settings;
use super::rows::Sorted;
use super::timeline::{Buckets, Counts, Scope};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId, Fields};
use crate::store::{Column, View};

/// What is asked about the rows that one or more queries accept.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Which rows all the queries accept, and their ranks by each of these fields.
    Rows {
        /// The fields to sort by, `@timestamp` not among them.
        sort: Vec<String>,
    },
    /// The values of these fields.
    Facets(Vec<FacetOf>),
    /// How many rows each query accepts, and how many all others do; the first accepts every row, and is none of them.
    Explain,
    /// Which fields have values.
    Fields {
        /// Whether different values are counted.
        counts_distinct: bool,
    },
    /// From when to when there are rows, and how often each value of a field occurs.
    Scope {
        /// The field.
        by: Option<String>,
        /// The times in which its values are counted.
        within: Range<i64>,
    },
    /// How many rows there are in each bucket, by the values of a field.
    Counts {
        /// Where the buckets lie.
        buckets: Buckets,
        /// The field.
        by: Option<String>,
        /// Those of its values that are counted one by one.
        values: Vec<String>,
    },
    /// The groups of both sides of a pivot.
    PivotKeys(Pivot, Settings),
    /// The cells of a table, as [`super::pivot::Table::write`] wrote it.
    PivotCells(Pivot, Settings, Vec<u8>),
    /// In which fields a value occurs.
    Occurrences(String),
}

/// The segments of a shard, as a question sees them.
pub struct Table<'s> {
    /// In the order of the shard's rows.
    pub segments: &'s [&'s View],
    /// The names of fields.
    pub fields: &'s Fields,
    /// What is kept of the texts of fields.
    pub numberings: &'s mut Numberings,
}

/// Gathers what a shard knows of a question, segment by segment.
pub trait Gather {
    /// Takes segment `number`; `rows` are the ones of it that each query of the question accepts.
    fn segment(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]);

    /// What the hub is to merge with what other shards know.
    fn finish(self: Box<Self>, table: &mut Table<'_>) -> Vec<u8>;
}

impl Question {
    /// What gathers the answer.
    pub fn gather(&self) -> Box<dyn Gather> {
        match self {
            Question::Rows { sort } => Box::new(Sorted::new(sort.clone())),
            Question::Facets(facets) => Box::new(Facets::new(facets)),
            Question::Explain => Box::new(Explained::default()),
            Question::Fields { counts_distinct } => Box::new(Sums::new(*counts_distinct)),
            Question::Scope { by, within } => Box::new(Scope::new(by.clone(), within.clone())),
            Question::Counts { buckets, by, values } => Box::new(Counts::new(*buckets, by.clone(), values)),
            Question::PivotKeys(pivot, settings) => Box::new(GatherKeys::new(pivot, *settings)),
            Question::PivotCells(pivot, settings, table) => {
                Box::new(GatherCells::new(pivot, *settings, table))
            }
            Question::Occurrences(value) => Box::new(Occurrences::new(value)),
        }
    }

    /// Appends it to a message.
    pub fn write(&self, writer: &mut Writer) {
        match self {
            Question::Rows { sort } => {
                writer.u8(0);
                writer.strs(sort);
            }
            Question::Facets(facets) => {
                writer.u8(1);
                writer.u64(facets.len() as u64);
                facets.iter().for_each(|facet| facet.write(writer));
            }
            Question::Scope { by, within } => {
                writer.u8(2);
                writer.strs(by.as_slice());
                writer.i64(within.start);
                writer.i64(within.end);
            }
            Question::Counts { buckets, by, values } => {
                writer.u8(3);
                buckets.write(writer);
                writer.strs(by.as_slice());
                writer.strs(values);
            }
            Question::Explain => writer.u8(4),
            Question::Fields { counts_distinct } => {
                writer.u8(5);
                writer.bool(*counts_distinct);
            }
            Question::PivotKeys(pivot, settings) => {
                writer.u8(6);
                pivot.write(writer);
                writer.i64(settings.offset_seconds);
            }
            Question::PivotCells(pivot, settings, table) => {
                writer.u8(7);
                pivot.write(writer);
                writer.i64(settings.offset_seconds);
                writer.u8s(table);
            }
            Question::Occurrences(value) => {
                writer.u8(8);
                writer.str(value);
            }
        }
    }

    /// The next question of a message.
    ///
    /// # Panics
    /// When there is none.
    pub fn read(reader: &mut Reader<'_>) -> Question {
        match reader.u8() {
            0 => Question::Rows { sort: reader.strs() },
            1 => {
                let n_facets = reader.u64();
                Question::Facets((0..n_facets).map(|_| FacetOf::read(reader)).collect())
            }
            2 => Question::Scope { by: reader.strs().pop(), within: reader.i64()..reader.i64() },
            3 => Question::Counts {
                buckets: Buckets::read(reader),
                by: reader.strs().pop(),
                values: reader.strs(),
            },
            4 => Question::Explain,
            5 => Question::Fields { counts_distinct: reader.bool() },
            6 => Question::PivotKeys(Pivot::read(reader), Settings { offset_seconds: reader.i64() }),
            7 => Question::PivotCells(
                Pivot::read(reader),
                Settings { offset_seconds: reader.i64() },
                reader.u8s(),
            ),
            8 => Question::Occurrences(reader.str().to_owned()),
            other => panic!("{other} is no question"),
        }
    }
}

impl<'s> Table<'s> {
    /// The field of this name, if the shard knows it.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.get(name)
    }

    /// The columns of a field.
    pub fn columns(&self, field: FieldId) -> Columns<'s> {
        Columns { segments: self.segments, field }
    }
}

/// The columns of a field, one a segment.
#[derive(Clone, Copy)]
pub struct Columns<'s> {
    segments: &'s [&'s View],
    field: FieldId,
}

impl<'s> Columns<'s> {
    /// The one of a segment; `None` where no row has a value.
    pub fn of(&self, segment: usize) -> Option<&'s Column> {
        self.segments[segment].column(self.field)
    }
}
