//! Collects events and makes segments of them. Only the builders of the store are mutable.

use std::collections::BTreeMap;

use super::column::Column;
use super::column_builder::{ColumnBuilder, ColumnsBuilder, shrunk};
use super::deferred::DeferredRecords;
use super::segment::{Lines, Run, Segment, with_rows};
use super::times::{Moment, NO_TIME, Readings, Times};
use super::view::View;
use crate::base::{Event, FieldId, Fields, Kind, SourceId, Span, Timestamp, limits};

/// A second name of a column.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    /// The second, common name.
    pub common: FieldId,
    /// The native name.
    pub native: FieldId,
}

/// The names of sources, for the column that shows the source of each row. The row's hash leaves this column out,
/// because duplicates may come from different files.
pub struct Paths<'a> {
    /// The field of the column.
    pub field: FieldId,
    /// The name of a source.
    pub of: &'a dyn Fn(SourceId) -> &'a str,
}

impl Paths<'_> {
    fn column(&self, runs: &[Run], n_rows: usize) -> Column {
        let mut column = ColumnBuilder::new(self.field);
        for (run, rows) in with_rows(runs, n_rows) {
            column.fill(rows.end, Kind::Text, (self.of)(run.source));
        }
        column.finish(n_rows)
    }
}

/// Collects events of one format until the segment is full.
pub struct SegmentBuilder {
    columns: ColumnsBuilder,
    rows: Vec<Row>,
    readings: Readings,
    runs: Vec<Run>,
    event_id_hashes: Vec<u64>,
    row_hashes: Vec<u64>,
    deferred: DeferredRecords,
    text_bytes: usize,
}

/// The time of a row, and the place of its record relative to the start of its run.
struct Row {
    nanos: i64,
    offset: u32,
    length: u32,
    line: u32,
}

impl Default for SegmentBuilder {
    fn default() -> Self {
        SegmentBuilder::new()
    }
}

impl SegmentBuilder {
    /// An empty builder.
    pub fn new() -> SegmentBuilder {
        SegmentBuilder::with_capacity(0, 0)
    }

    fn with_capacity(n_rows: usize, n_deferred_bytes: usize) -> SegmentBuilder {
        SegmentBuilder {
            columns: ColumnsBuilder::default(),
            rows: Vec::with_capacity(n_rows),
            readings: Readings::default(),
            runs: Vec::new(),
            event_id_hashes: Vec::new(),
            row_hashes: Vec::new(),
            deferred: match n_deferred_bytes {
                0 => DeferredRecords::default(),
                n_bytes => DeferredRecords::with_capacity(n_rows, n_bytes),
            },
            text_bytes: 0,
        }
    }

    /// The number of events so far.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether the next event must go to another segment.
    pub fn is_full(&self) -> bool {
        self.n_rows() >= limits::SEGMENT_ROWS || self.text_bytes >= limits::SEGMENT_TEXT_BYTES
    }

    /// Adds an event that was read from `record`, the record at `span` of `source`. The event happened at `moment`.
    ///
    /// # Panics
    /// If the builder is full.
    pub fn push(
        &mut self,
        fields: &Fields,
        event: &Event,
        moment: Option<Moment>,
        record: &[u8],
        source: SourceId,
        span: Span,
    ) {
        assert!(!self.is_full(), "a full segment is sealed before the next event");
        let row = self.n_rows() as u16;
        let has_event_id = event.event_id_hash.is_some();
        let mut row_hash = 0_u64;
        for leaf in event.leaves() {
            let bytes = event.bytes(record, leaf);
            // SAFETY: a format adds only UTF-8, as `Event::push_slice` and `push_text` demand.
            let text = unsafe { std::str::from_utf8_unchecked(bytes) };
            let column = self.columns.of(leaf.field);
            if !has_event_id {
                column.push(row, leaf.kind, text);
            } else {
                let code = column.push_known(row, leaf.kind, text);
                // `1` and `"1"` have the same text, but different hashes.
                let value_hash = column.value_hash(fields.name_hash(leaf.field), code);
                row_hash = row_hash.wrapping_add(value_hash.rotate_left(leaf.kind as u32));
            }
            self.text_bytes += text.len();
        }
        if has_event_id || !self.event_id_hashes.is_empty() {
            self.event_id_hashes.resize(row as usize, 0);
            self.row_hashes.resize(row as usize, 0);
            self.event_id_hashes.push(event.event_id_hash.unwrap_or(0));
            self.row_hashes.push(row_hash);
        }
        self.place(row, moment, source, span);
    }

    /// Adds an event of which only the moment was read; the fields in `rest` are deferred. The other arguments are
    /// those of [`SegmentBuilder::push`].
    ///
    /// # Panics
    /// If the builder is full.
    pub fn push_deferred(&mut self, rest: &[u8], moment: Moment, source: SourceId, span: Span) {
        assert!(!self.is_full(), "a full segment is sealed before the next event");
        let row = self.n_rows();
        self.deferred.push(row, rest);
        self.text_bytes += rest.len();
        self.place(row as u16, Some(moment), source, span);
    }

    #[inline]
    fn place(&mut self, row: u16, moment: Option<Moment>, source: SourceId, span: Span) {
        let fits = self.runs.last().is_some_and(|run| {
            let within =
                |value: u64, base: u64| value.checked_sub(base).is_some_and(|d| d <= u32::MAX as u64);
            run.source == source && within(span.offset, run.base) && within(span.line_number, run.line_number)
        });
        if !fits {
            let (base, line_number) = (span.offset, span.line_number);
            self.runs.push(Run { first_row: row as u32, source, base, line_number });
        }
        let run = self.runs.last().expect("a run was just made");
        let moment = moment.unwrap_or(Moment::from(Timestamp(NO_TIME)));
        self.readings.push(row as usize, moment);
        self.rows.push(Row {
            nanos: moment.nanos,
            offset: (span.offset - run.base) as u32,
            length: span.length.min(u32::MAX as u64) as u32,
            line: (span.line_number - run.line_number) as u32,
        });
    }

    /// Makes the segment of all events so far, and empties the builder. `aliases` give columns second names; an alias
    /// is left out if a column has that name as its own. `paths` adds a column with the source of each row.
    pub fn seal(&mut self, aliases: &[Alias], paths: Option<Paths<'_>>) -> View {
        let n_rows = self.n_rows();
        let next = SegmentBuilder::with_capacity(n_rows, self.deferred.n_bytes());
        let mut full = std::mem::replace(self, next);
        full.deferred.shrink_to_fit();
        let mut columns = full.columns.finish(n_rows);
        self.columns = full.columns;
        columns.extend(paths.map(|paths| paths.column(&full.runs, n_rows)));
        let mut by_field: BTreeMap<FieldId, u32> =
            columns.iter().zip(0..).map(|(c, index)| (c.field, index)).collect();
        for alias in aliases {
            if let Some(&index) = by_field.get(&alias.native) {
                by_field.entry(alias.common).or_insert(index);
            }
        }
        let rows = full.rows.iter();
        let times = Times::new(rows.clone().map(|row| row.nanos).collect(), full.readings);
        let segment = Segment {
            columns,
            by_field,
            offsets: rows.clone().map(|row| row.offset).collect(),
            lengths: rows.clone().map(|row| row.length).collect(),
            lines: match is_line_a_row(&full.rows, &full.runs) {
                true => Lines::EachRow,
                false => Lines::Relative(unless_zero(rows.map(|row| row.line))),
            },
            runs: shrunk(full.runs),
            event_id_hashes: shrunk(full.event_id_hashes),
            row_hashes: shrunk(full.row_hashes),
        };
        View::new(segment, times, full.deferred)
    }
}

/// Whether each row is one line after the row before it in its run.
fn is_line_a_row(rows: &[Row], runs: &[Run]) -> bool {
    let mut runs = with_rows(runs, rows.len());
    runs.all(|(_, of_run)| rows[of_run].iter().zip(0..).all(|(row, line)| row.line == line))
}

fn unless_zero<T: PartialEq + Default>(mut values: impl Iterator<Item = T> + Clone) -> Vec<T> {
    let all = values.clone();
    if values.all(|value| value == T::default()) { Vec::new() } else { all.collect() }
}
