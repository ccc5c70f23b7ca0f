//! An immutable batch of events of one format.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::column::Column;
use super::derived::{Derivations, Derive, Derived, Made, Own};
use super::left::{Left, ReadLeft};
use super::readings::{Moment, Readings};
use crate::base::{FieldId, SourceId, Span, Timestamp};

/// Where an event stands: its source and the span of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The source's number.
    pub source: SourceId,
    /// Its record, after unwrapping.
    pub span: Span,
}

/// Rows of one source, one behind the other.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub first_row: u32,
    pub source: SourceId,
    /// Byte offset of the run's first record: offsets of rows are relative to it.
    pub base: u64,
    /// Line of the run's first record, 1-based: lines of rows are relative to it.
    pub line_number: u64,
}

/// The runs of a segment of `n_rows`, each with its rows.
pub(super) fn with_rows(runs: &[Run], n_rows: usize) -> impl Iterator<Item = (&Run, Range<usize>)> {
    let ends = runs.iter().skip(1).map(|run| run.first_row as usize).chain([n_rows]);
    runs.iter().zip(ends).map(|(run, end)| (run, run.first_row as usize..end))
}

/// On which lines rows stand.
#[derive(Debug)]
pub(super) enum Lines {
    /// Each behind that of the row before it in its run.
    EachRow,
    /// Lines behind the run's first; empty where all are 0.
    Behind(Vec<u32>),
}

/// A batch of events of one format, at most `limits::SEGMENT_ROWS`, which does not change but for what its records did
/// not say of their times. Rows are in the order in which their records were read.
#[derive(Debug)]
pub struct Segment {
    pub(super) times: Vec<i64>,
    pub(super) columns: Vec<Column>,
    pub(super) by_field: BTreeMap<FieldId, u32>,
    pub(super) runs: Vec<Run>,
    pub(super) offsets: Vec<u32>,
    pub(super) lengths: Vec<u32>,
    pub(super) lines: Lines,
    pub(super) identities: Vec<u64>,
    pub(super) contents: Vec<u64>,
    pub(super) readings: Readings,
    pub(super) left: Left,
    pub(super) derived: Derived,
}

impl Segment {
    /// The time of a row that has none.
    pub const NO_TIME: i64 = i64::MAX;

    /// How many rows it has.
    pub fn n_rows(&self) -> usize {
        self.times.len()
    }

    /// The time of each row in nanoseconds, [`Segment::NO_TIME`] where it has none.
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// The time of a row.
    pub fn time(&self, row: usize) -> Option<Timestamp> {
        Some(self.times[row]).filter(|&time| time != Segment::NO_TIME).map(Timestamp)
    }

    /// Sets the times of rows of `source` anew where their records left something open: `moment` makes one of the offset
    /// of the record, its reading and what it did not say. Rows come in their order.
    pub fn set_times(&mut self, source: SourceId, mut moment: impl FnMut(u64, i64, u8) -> i64) {
        if self.readings.is_empty() {
            return;
        }
        let readings = std::mem::take(&mut self.readings);
        for (run, rows) in with_rows(&self.runs, self.times.len()) {
            for (row, said) in rows.clone().zip(readings.of(rows)) {
                let reading = said.reading(self.times[row]);
                if run.source == source && said.unsaid > 0 {
                    let offset = run.base + self.offsets[row] as u64;
                    self.times[row] = moment(offset, reading, said.unsaid);
                }
                self.readings.push(row, Moment { nanos: self.times[row], reading, unsaid: said.unsaid });
            }
        }
        self.derived.forget();
    }

    /// The rows of `source`.
    pub fn rows_of(&self, source: SourceId) -> impl Iterator<Item = usize> + '_ {
        let own = with_rows(&self.runs, self.n_rows()).filter(move |(run, _)| run.source == source);
        own.flat_map(|(_, rows)| rows)
    }

    /// The values of `field`, under its own name or a common one, derived ones among them, which are made now if they are
    /// not there; `None` where no row has any.
    pub fn column(&self, field: FieldId) -> Option<&Column> {
        self.derived.column(field, &self.own()).unwrap_or_else(|| self.own_column(field))
    }

    /// Whether records had values of `field`.
    pub fn has_own(&self, field: FieldId) -> bool {
        self.own_column(field).is_some()
    }

    /// The values of `field` that records had.
    fn own_column(&self, field: FieldId) -> Option<&Column> {
        self.own().column(field)
    }

    fn own(&self) -> Own<'_> {
        Own { times: &self.times, by_field: &self.by_field, columns: &self.columns, left: &self.left }
    }

    /// Every column once, common names of it left out; behind them those derived ones that say what no other says.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        let derived = self.derived.telling_fields(&self.own());
        let made: Vec<FieldId> = derived.iter().map(|&(field, _)| field).collect();
        let own = self.own().columns().filter(move |column| !made.contains(&column.field));
        own.chain(derived.into_iter().filter_map(|(_, column)| column))
    }

    /// Every name a column can be asked by, common names among them; derived ones behind the others.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Column)> {
        let derived = self.derived.fields(&self.own());
        let made: Vec<FieldId> = derived.iter().map(|&(field, _)| field).collect();
        let own = self.own().fields();
        let derived = derived.into_iter().filter_map(|(field, column)| Some((field, column?)));
        own.filter(move |(field, _)| !made.contains(field)).chain(derived)
    }

    /// Says what reads the records that the parser of these rows left.
    pub fn set_left(&mut self, reader: Arc<dyn ReadLeft>) {
        self.left.set_reader(reader);
    }

    /// Whether records were left of which nobody has asked yet.
    pub fn has_left(&self) -> bool {
        self.left.is_waiting()
    }

    /// Makes these columns from now on, when they are asked for; what the same steps have made stays.
    pub fn set_derivations(&mut self, derivations: &Arc<Derivations>) {
        self.derived.set(derivations);
    }

    /// What a step that is not among its own would make.
    pub fn try_step(&self, step: &dyn Derive) -> Made {
        self.derived.try_step(step, &self.own())
    }

    /// Where the event of `row` stands.
    pub fn place(&self, row: usize) -> Place {
        let run = &self.runs[self.runs.partition_point(|run| run.first_row as usize <= row) - 1];
        let line = match &self.lines {
            Lines::EachRow => row as u64 - run.first_row as u64,
            Lines::Behind(lines) => lines.get(row).copied().unwrap_or(0) as u64,
        };
        let span = Span {
            offset: run.base + self.offsets[row] as u64,
            length: self.lengths[row] as u64,
            line_number: run.line_number + line,
        };
        Place { source: run.source, span }
    }

    /// The rows from `first` on that stand one behind the other in a source: which they are, the source, and the byte offset
    /// to which [`Segment::offsets`] are relative there.
    pub fn stretches(&self, first: usize) -> impl Iterator<Item = (Range<usize>, u32, u64)> + '_ {
        with_rows(&self.runs, self.n_rows())
            .map(move |(run, rows)| (rows.start.max(first)..rows.end, run.source, run.base))
            .filter(|(rows, _, _)| !rows.is_empty())
    }

    /// For each row its byte offset, behind the one of its stretch.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// For each row a hash of what may make it another's copy, 0 where nothing does; empty where no row has one.
    pub fn identities(&self) -> &[u64] {
        &self.identities
    }

    /// For each row that has an identity a hash of all its values and their fields, the same in every shard; empty where
    /// no row has one.
    pub fn contents(&self) -> &[u64] {
        &self.contents
    }

    /// Bytes of memory it takes.
    pub fn memory_bytes(&self) -> usize {
        let rows = self.times.capacity() * 8
            + (self.offsets.capacity() + self.lengths.capacity()) * 4
            + if let Lines::Behind(lines) = &self.lines { lines.capacity() * 4 } else { 0 };
        let hashes = (self.identities.capacity() + self.contents.capacity()) * 8;
        let columns: usize = self.columns.iter().map(Column::memory_bytes).sum();
        rows + self.readings.memory_bytes()
            + hashes
            + columns
            + self.left.memory_bytes()
            + self.derived.memory_bytes()
    }
}
