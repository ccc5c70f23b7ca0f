//! What was read of a batch of events of one format: it does not change.

use std::collections::BTreeMap;
use std::ops::Range;

use super::column::Column;
use crate::base::{FieldId, SourceId, Span};

/// Where an event stands: its source and the span of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The source's number.
    pub source: SourceId,
    /// Its record, after unwrapping.
    pub span: Span,
}

/// Rows that stand one after the other in a source.
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

/// What was read of a batch of events of one format, at most `limits::SEGMENT_ROWS`. Rows are in the order in which
/// their records were read. When they happened depends on a clock: a [`View`](super::View) knows it.
#[derive(Debug)]
pub struct Segment {
    pub(super) columns: Vec<Column>,
    /// Index into `columns` by name, common names among them.
    pub(super) by_field: BTreeMap<FieldId, u32>,
    pub(super) runs: Vec<Run>,
    pub(super) offsets: Vec<u32>,
    pub(super) lengths: Vec<u32>,
    pub(super) lines: Lines,
    pub(super) event_id_hashes: Vec<u64>,
    pub(super) row_hashes: Vec<u64>,
}

impl Segment {
    /// How many rows it has.
    pub fn n_rows(&self) -> usize {
        self.offsets.len()
    }

    /// The values of `field`, under its own name or a common one; `None` where no row had any when it was read.
    pub fn column(&self, field: FieldId) -> Option<&Column> {
        self.by_field.get(&field).map(|&index| &self.columns[index as usize])
    }

    /// Every column once, common names of it left out.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Every name a column can be asked by, common names among them.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Column)> {
        self.by_field.iter().map(|(&field, &index)| (field, &self.columns[index as usize]))
    }

    /// The rows of `source`.
    pub fn rows_of(&self, source: SourceId) -> impl Iterator<Item = usize> + '_ {
        let own = with_rows(&self.runs, self.n_rows()).filter(move |(run, _)| run.source == source);
        own.flat_map(|(_, rows)| rows)
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
    pub fn runs(&self, first: usize) -> impl Iterator<Item = (Range<usize>, u32, u64)> + '_ {
        with_rows(&self.runs, self.n_rows())
            .map(move |(run, rows)| (rows.start.max(first)..rows.end, run.source, run.base))
            .filter(|(rows, _, _)| !rows.is_empty())
    }

    /// For each row its byte offset, relative to the base of its run.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// For each row a hash of its event id, 0 where it has none; empty where no row has one.
    pub fn event_id_hashes(&self) -> &[u64] {
        &self.event_id_hashes
    }

    /// For each row that has an event id a hash of all its values and their fields, the same in every shard; empty where
    /// no row has one.
    pub fn row_hashes(&self) -> &[u64] {
        &self.row_hashes
    }

    /// Bytes of memory it takes.
    pub fn memory_bytes(&self) -> usize {
        let places = (self.offsets.capacity() + self.lengths.capacity()) * 4
            + if let Lines::Behind(lines) = &self.lines { lines.capacity() * 4 } else { 0 };
        let hashes = (self.event_id_hashes.capacity() + self.row_hashes.capacity()) * 8;
        places + hashes + self.columns.iter().map(Column::memory_bytes).sum::<usize>()
    }
}
