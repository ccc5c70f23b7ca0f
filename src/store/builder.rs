//! The only mutable room of the store: events in, a segment out.

use std::collections::{BTreeMap, HashMap};

use super::column::{Cells, Codes, Column};
use super::derived::Derived;
use super::dictionary::{Code, DictionaryBuilder, small_number};
use super::left::{Left, Unread};
use super::readings::{Moment, Readings};
use super::segment::{Lines, Run, Segment, with_rows};
use crate::base::{Event, FieldId, Fields, Kind, Kinds, SourceId, Span, Timestamp, limits};

/// A column is kept as a code for every row from this share of rows on: below it, row numbers cost less.
pub(super) const DENSE_ONE_IN: usize = 4;

/// A name that a column has beside its own.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    /// The common name.
    pub common: FieldId,
    /// The column's own.
    pub native: FieldId,
}

/// The names of sources, for the column of where rows come from. It is no part of a row's content: copies stand in
/// other files.
pub struct Paths<'a> {
    /// The column's field.
    pub field: FieldId,
    /// The name of a source.
    pub of: &'a dyn Fn(SourceId) -> &'a str,
}

impl Paths<'_> {
    fn column(&self, runs: &[Run], n_rows: usize) -> Column {
        let mut column = ColumnBuilder::sized(self.field, Sizes::default());
        column.kinds.insert(Kind::Text);
        for (run, rows) in with_rows(runs, n_rows) {
            let code = column.dictionary.intern((self.of)(run.source));
            column.codes.resize(rows.end, code.0);
        }
        column.n_rows_with_value = n_rows as u32;
        column.finish(n_rows)
    }
}

struct ColumnBuilder {
    field: FieldId,
    kinds: Kinds,
    dictionary: DictionaryBuilder,
    /// Row of each code; empty as long as each row so far has one.
    rows: Vec<u16>,
    codes: Vec<u32>,
    n_rows_with_value: u32,
    /// Which value of its row the last one is, from 0.
    nth: u64,
    is_multiple: bool,
}

/// Takes values until they are columns.
#[derive(Default)]
pub struct ColumnsBuilder {
    columns: Vec<ColumnBuilder>,
    /// Index into `columns` for each `FieldId`, or `u32::MAX`.
    by_field: Vec<u32>,
    /// By field, how much the columns of the last segment held: those of the next will hold as much.
    sizes: HashMap<FieldId, Sizes>,
}

/// Takes events of one format until it is full.
pub struct SegmentBuilder {
    columns: ColumnsBuilder,
    rows: Vec<Row>,
    readings: Readings,
    runs: Vec<Run>,
    identities: Vec<u64>,
    contents: Vec<u64>,
    unread: Unread,
    text_bytes: usize,
}

/// When a row happened, and where it stands behind the start of its run.
struct Row {
    nanos: i64,
    offset: u32,
    length: u32,
    line: u32,
}

/// A code of a [`ColumnBuilder`] with this bit is a number that has none yet: numbers are brought into the dictionary at
/// the end, all at once, for each lies elsewhere in memory.
const IS_NUMBER: u32 = 1 << 31;

/// What a column takes.
#[derive(Debug, Clone, Copy, Default)]
struct Sizes {
    n_codes: usize,
    n_texts: usize,
    n_bytes: usize,
}

impl Default for SegmentBuilder {
    fn default() -> Self {
        SegmentBuilder::new()
    }
}

impl SegmentBuilder {
    /// An empty one.
    pub fn new() -> SegmentBuilder {
        SegmentBuilder::with_capacity(0, 0)
    }

    fn with_capacity(n_rows: usize, n_unread_bytes: usize) -> SegmentBuilder {
        SegmentBuilder {
            columns: ColumnsBuilder::default(),
            rows: Vec::with_capacity(n_rows),
            readings: Readings::default(),
            runs: Vec::new(),
            identities: Vec::new(),
            contents: Vec::new(),
            unread: match n_unread_bytes {
                0 => Unread::default(),
                n_bytes => Unread::with_capacity(n_rows, n_bytes),
            },
            text_bytes: 0,
        }
    }

    /// How many events it holds.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether the next event belongs into another segment.
    pub fn is_full(&self) -> bool {
        self.n_rows() >= limits::SEGMENT_ROWS || self.text_bytes >= limits::SEGMENT_TEXT_BYTES
    }

    /// Adds an event that was read from `record`, which stands at `span` of `source`, and happened at `moment`.
    ///
    /// # Panics
    /// When it is full.
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
        let has_identity = event.identity.is_some();
        let mut content = 0_u64;
        for leaf in event.leaves() {
            let bytes = event.bytes(record, leaf);
            // SAFETY: a format adds UTF-8 only; `Event::push_slice` and `push_text` say so.
            let text = unsafe { std::str::from_utf8_unchecked(bytes) };
            let column = self.columns.of(leaf.field);
            if !has_identity {
                column.push(row, leaf.kind, text);
            } else {
                let code = column.push_known(row, leaf.kind, text);
                // `1` and `"1"` are one text, and two contents.
                let share = column.share(fields.name_hash(leaf.field), code);
                content = content.wrapping_add(share.rotate_left(leaf.kind as u32));
            }
            self.text_bytes += text.len();
        }
        if has_identity || !self.identities.is_empty() {
            self.identities.resize(row as usize, 0);
            self.contents.resize(row as usize, 0);
            self.identities.push(event.identity.unwrap_or(0));
            self.contents.push(content);
        }
        self.place(row, moment, source, span);
    }

    /// Adds an event of which nothing but the moment was read yet: what `rest` says is not; else as for
    /// [`SegmentBuilder::push`].
    ///
    /// # Panics
    /// When it is full.
    pub fn push_unread(&mut self, rest: &[u8], moment: Moment, source: SourceId, span: Span) {
        assert!(!self.is_full(), "a full segment is sealed before the next event");
        let row = self.n_rows();
        self.unread.push(row, rest);
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
        let moment = moment.unwrap_or(Moment::from(Timestamp(Segment::NO_TIME)));
        self.readings.push(row as usize, moment);
        self.rows.push(Row {
            nanos: moment.nanos,
            offset: (span.offset - run.base) as u32,
            length: span.length.min(u32::MAX as u64) as u32,
            line: (span.line_number - run.line_number) as u32,
        });
    }

    /// The segment of all events so far. `aliases` name columns a second time where the format says so and no
    /// column has that name itself; `paths` adds a column that says which source a row comes from. The builder is
    /// empty afterwards.
    pub fn seal(&mut self, aliases: &[Alias], paths: Option<Paths<'_>>) -> Segment {
        let n_rows = self.n_rows();
        let next = SegmentBuilder::with_capacity(n_rows, self.unread.n_bytes());
        let mut full = std::mem::replace(self, next);
        full.unread.shrink_to_fit();
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
        Segment {
            times: rows.clone().map(|row| row.nanos).collect(),
            readings: full.readings,
            columns,
            by_field,
            offsets: rows.clone().map(|row| row.offset).collect(),
            lengths: rows.clone().map(|row| row.length).collect(),
            lines: match is_line_a_row(&full.rows, &full.runs) {
                true => Lines::EachRow,
                false => Lines::Behind(unless_zero(rows.map(|row| row.line))),
            },
            runs: shrunk(full.runs),
            identities: shrunk(full.identities),
            contents: shrunk(full.contents),
            left: Left::new(full.unread),
            derived: Derived::default(),
        }
    }
}

impl ColumnsBuilder {
    /// Adds a value; rows come in their order.
    pub fn push(&mut self, row: u16, field: FieldId, kind: Kind, text: &str) {
        self.of(field).push(row, kind, text);
    }

    #[inline]
    fn of(&mut self, field: FieldId) -> &mut ColumnBuilder {
        let id = field.0 as usize;
        if id >= self.by_field.len() {
            self.by_field.resize(id + 1, u32::MAX);
        }
        if self.by_field[id] == u32::MAX {
            self.by_field[id] = self.columns.len() as u32;
            let sizes = self.sizes.get(&field).copied().unwrap_or_default();
            self.columns.push(ColumnBuilder::sized(field, sizes));
        }
        &mut self.columns[self.by_field[id] as usize]
    }

    /// The columns of `n_rows` rows, in the order in which their fields came; none is left.
    pub fn finish(&mut self, n_rows: usize) -> Vec<Column> {
        let full = std::mem::take(&mut self.columns);
        self.by_field.clear();
        self.sizes = full.iter().map(|column| (column.field, column.sizes())).collect();
        full.into_iter().map(|column| column.finish(n_rows)).collect()
    }
}

impl ColumnBuilder {
    fn sized(field: FieldId, sizes: Sizes) -> ColumnBuilder {
        ColumnBuilder {
            field,
            kinds: Kinds::default(),
            dictionary: DictionaryBuilder::with_capacity(sizes.n_texts, sizes.n_bytes),
            rows: Vec::new(),
            codes: Vec::with_capacity(sizes.n_codes),
            n_rows_with_value: 0,
            nth: 0,
            is_multiple: false,
        }
    }

    fn sizes(&self) -> Sizes {
        let (n_texts, n_bytes) = (self.dictionary.len(), self.dictionary.n_bytes());
        Sizes { n_codes: self.codes.len(), n_texts, n_bytes }
    }

    /// Adds a value.
    #[inline]
    fn push(&mut self, row: u16, kind: Kind, text: &str) {
        let code = match small_number(text.as_bytes()).filter(|_| kind == Kind::Number) {
            Some(number) => IS_NUMBER | number as u32,
            None => self.dictionary.intern(text).0,
        };
        self.push_code(row, kind, code);
    }

    /// Adds a value; its code.
    fn push_known(&mut self, row: u16, kind: Kind, text: &str) -> Code {
        let code = self.dictionary.intern(text);
        self.push_code(row, kind, code.0);
        code
    }

    #[inline]
    fn push_code(&mut self, row: u16, kind: Kind, code: u32) {
        self.kinds.insert(kind);
        if self.rows.is_empty() && self.codes.len() == row as usize {
            self.n_rows_with_value += 1;
        } else {
            self.push_row(row);
        }
        self.codes.push(code);
    }

    /// Adds the row of a value that is not the first of the row behind the last one.
    fn push_row(&mut self, row: u16) {
        if self.rows.is_empty() {
            self.rows.extend((0..self.codes.len()).map(|row| row as u16));
        }
        let is_same_row = self.rows.last() == Some(&row);
        self.is_multiple |= is_same_row;
        self.n_rows_with_value += !is_same_row as u32;
        self.nth = if is_same_row { self.nth + 1 } else { 0 };
        self.rows.push(row);
    }

    /// The share of the last value in the hash of its row's content; `seed` stands for the field.
    #[inline]
    fn share(&mut self, seed: u64, code: Code) -> u64 {
        let seed = seed.wrapping_add(self.nth.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mix(seed, self.dictionary.text_hash(code))
    }

    fn finish(mut self, n_rows: usize) -> Column {
        for code in self.codes.iter_mut().filter(|code| **code & IS_NUMBER != 0) {
            *code = self.dictionary.number((*code & !IS_NUMBER) as usize).0;
        }
        let dictionary = self.dictionary.finish();
        let is_full = self.rows.is_empty() && self.codes.len() == n_rows;
        let is_dense = !self.is_multiple && self.codes.len() * DENSE_ONE_IN >= n_rows;
        if !is_full && self.rows.is_empty() {
            self.rows.extend((0..self.codes.len()).map(|row| row as u16));
        }
        let cells = if is_full {
            Cells::Dense(Codes::pack(&self.codes, dictionary.len()))
        } else if is_dense {
            let mut codes = vec![0; n_rows];
            for (&row, &code) in self.rows.iter().zip(&self.codes) {
                codes[row as usize] = code;
            }
            Cells::Dense(Codes::pack(&codes, dictionary.len()))
        } else {
            Cells::Sparse { codes: Codes::pack(&self.codes, dictionary.len()), rows: shrunk(self.rows) }
        };
        Column {
            field: self.field,
            kinds: self.kinds,
            dictionary,
            cells,
            n_rows_with_value: self.n_rows_with_value,
            is_multiple: self.is_multiple,
        }
    }
}

/// A hash of a field, a place among its values and a value: sums of it do not depend on the order of keys.
#[inline]
fn mix(field: u64, value: u64) -> u64 {
    let x = (field ^ value.rotate_left(32)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (x ^ x >> 32).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
}

/// Whether each row of a run is on the line behind that of the row before it.
fn is_line_a_row(rows: &[Row], runs: &[Run]) -> bool {
    let mut runs = with_rows(runs, rows.len());
    runs.all(|(_, of_run)| rows[of_run].iter().zip(0..).all(|(row, line)| row.line == line))
}

fn shrunk<T>(mut values: Vec<T>) -> Vec<T> {
    values.shrink_to_fit();
    values
}

fn unless_zero<T: PartialEq + Default>(mut values: impl Iterator<Item = T> + Clone) -> Vec<T> {
    let all = values.clone();
    if values.all(|value| value == T::default()) { Vec::new() } else { all.collect() }
}
