//! The values that were read from a batch of events of one format. They never change.

use std::collections::BTreeMap;
use std::ops::Range;

use super::column::Column;
use crate::base::{FieldId, SourceId, Span};

/// The place of an event: its source and the span of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the source.
    pub source: SourceId,
    /// The span of the record, after unwrapping.
    pub span: Span,
}

/// Rows whose records follow each other in one source.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub first_row: u32,
    pub source: SourceId,
    /// The byte offset of the run's first record; the offsets of its rows are relative to this offset.
    pub base: u64,
    /// The line of the run's first record, 1-based; the lines of its rows are relative to this line.
    pub line_number: u64,
}

/// The runs of a segment of `n_rows` rows, each with its range of rows.
pub(super) fn with_rows(runs: &[Run], n_rows: usize) -> impl Iterator<Item = (&Run, Range<usize>)> {
    let ends = runs.iter().skip(1).map(|run| run.first_row as usize).chain([n_rows]);
    runs.iter().zip(ends).map(|(run, end)| (run, run.first_row as usize..end))
}

/// The lines of all rows.
#[derive(Debug)]
pub(super) enum Lines {
    /// The record of each row begins one line after that of the row before it in its run.
    EachRow,
    /// The line of each row, relative to the first line of its run; empty if all are 0.
    Relative(Vec<u32>),
}

/// The values that were read from a batch of events of one format, at most `limits::SEGMENT_ROWS` events. Rows have
/// the order in which their records were read. The times of rows depend on a clock, so a [`View`](super::View) holds
/// them.
#[derive(Debug)]
pub struct Segment {
    pub(super) columns: Vec<Column>,
    /// The index into `columns` by name, including common names.
    pub(super) by_field: BTreeMap<FieldId, u32>,
    pub(super) runs: Vec<Run>,
    pub(super) offsets: Vec<u32>,
    pub(super) lengths: Vec<u32>,
    pub(super) lines: Lines,
    pub(super) event_id_hashes: Vec<u64>,
    pub(super) row_hashes: Vec<u64>,
}

impl Segment {
    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.offsets.len()
    }

    /// The values of `field`, which is a native or a common name; `None` if no record had a value when it was first
    /// read.
    pub fn column(&self, field: FieldId) -> Option<&Column> {
        self.by_field.get(&field).map(|&index| &self.columns[index as usize])
    }

    /// Every column once, without its common names.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Every name of a column, including its common names.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Column)> {
        self.by_field.iter().map(|(&field, &index)| (field, &self.columns[index as usize]))
    }

    /// The rows of `source`.
    pub fn rows_of(&self, source: SourceId) -> impl Iterator<Item = usize> + '_ {
        let runs = with_rows(&self.runs, self.n_rows()).filter(move |(run, _)| run.source == source);
        runs.flat_map(|(_, rows)| rows)
    }

    /// The place of the event of `row`.
    pub fn place(&self, row: usize) -> Place {
        let run = &self.runs[self.runs.partition_point(|run| run.first_row as usize <= row) - 1];
        let line = match &self.lines {
            Lines::EachRow => row as u64 - run.first_row as u64,
            Lines::Relative(lines) => lines.get(row).copied().unwrap_or(0) as u64,
        };
        let span = Span {
            offset: run.base + self.offsets[row] as u64,
            length: self.lengths[row] as u64,
            line_number: run.line_number + line,
        };
        Place { source: run.source, span }
    }

    /// The runs of rows from `first` on: the rows, their source, and the byte offset to which [`Segment::offsets`] are
    /// relative.
    pub fn runs(&self, first: usize) -> impl Iterator<Item = (Range<usize>, u32, u64)> + '_ {
        with_rows(&self.runs, self.n_rows())
            .map(move |(run, rows)| (rows.start.max(first)..rows.end, run.source, run.base))
            .filter(|(rows, _, _)| !rows.is_empty())
    }

    /// The byte offset of each row, relative to the base of its run.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// For each row a hash of its event's identifier, or 0 if the event has no identifier. Empty if no row has an
    /// identifier.
    pub fn event_id_hashes(&self) -> &[u64] {
        &self.event_id_hashes
    }

    /// For each row whose event has an identifier, a hash of all its values and their fields, which is the same in
    /// every shard. Empty if no row has an identifier.
    pub fn row_hashes(&self) -> &[u64] {
        &self.row_hashes
    }

    /// The memory that the segment takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        let places = (self.offsets.capacity() + self.lengths.capacity()) * 4
            + if let Lines::Relative(lines) = &self.lines { lines.capacity() * 4 } else { 0 };
        let hashes = (self.event_id_hashes.capacity() + self.row_hashes.capacity()) * 8;
        places + hashes + self.columns.iter().map(Column::memory_bytes).sum::<usize>()
    }
}
