//! Which rows, in which order, and the cells of some of them: what the grid shows.

use super::gather::{Asked, Partial, Table};
use super::sort::{self, Ranks};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId, limits};
use crate::store::{Column, View};

/// Asks which rows all the queries accept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// The fields by whose values they are ranked, `@timestamp` not among them.
    pub sort: Vec<String>,
}

impl Asked for Rows {
    type Partial<'p> = RowsPartial<'p>;

    fn write(&self, writer: &mut Writer) {
        writer.strs(&self.sort);
    }

    fn read(reader: &mut Reader<'_>) -> Rows {
        Rows { sort: reader.strs() }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        RowsPartial { sort: self.sort.clone(), selected: Vec::new(), shards: Vec::new() }
    }
}

/// The accepted rows: in a shard by segment, in the hub by shard.
pub struct RowsPartial<'p> {
    sort: Vec<String>,
    selected: Vec<Bitmap>,
    shards: Vec<RowsOfShard<'p>>,
}

/// The accepted rows of a shard.
pub struct RowsOfShard<'p> {
    /// One bit a row.
    pub rows: Bitmap,
    /// For each field their ranks by its values.
    pub ranks: Vec<Ranks<'p>>,
}

impl<'p> Partial<'p> for RowsPartial<'p> {
    /// In the order of the shards.
    type Answer = Vec<RowsOfShard<'p>>;

    fn collect(&mut self, _: &mut Table<'_>, _: usize, rows: &[Bitmap]) {
        let mut accepted = rows[0].clone();
        rows[1..].iter().for_each(|rows| accepted.and(rows));
        self.selected.push(accepted);
    }

    /// The rows' bitmap (words, length), then for each field [`sort::write_ranks`].
    fn write(self, table: &mut Table<'_>, writer: &mut Writer) {
        let mut rows = Bitmap::default();
        self.selected.iter().for_each(|selected| rows.append(selected));
        writer.u64s(rows.words());
        writer.u64(rows.len() as u64);
        for name in &self.sort {
            sort::write_ranks(writer, table, table.field(name), &self.selected);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        let words = reader.u64s();
        let rows = Bitmap::from_words(words, reader.u64() as usize);
        let ranks = self.sort.iter().map(|_| Ranks::read(reader)).collect();
        self.shards.push(RowsOfShard { rows, ranks });
    }

    fn finish(self) -> Vec<RowsOfShard<'p>> {
        self.shards
    }
}

/// What stands between the values of a row that has several.
const SEPARATOR: &str = ", ";

/// A cell that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// At most `limits::CELL_CHARS` characters.
    pub text: String,
    /// How many characters there would be, where some are left out.
    pub clipped_from: Option<u32>,
}

impl Cell {
    /// A cell of which nothing is left out.
    pub fn whole(text: String) -> Cell {
        Cell { text, clipped_from: None }
    }
}

/// The first `n_chars` characters of `text`, and whether there are more.
pub fn cut(text: &str, n_chars: usize) -> (&str, bool) {
    if text.len() <= n_chars {
        return (text, false);
    }
    match text.char_indices().nth(n_chars) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

/// The cell of `row` in `field`; `None` where it has no value. Several values are joined.
pub fn clip(segment: &View, field: FieldId, row: usize) -> Option<Cell> {
    clip_column(segment.column(field)?, row)
}

/// The cell of `row` in a column; `None` where it has no value.
pub fn clip_column(column: &Column, row: usize) -> Option<Cell> {
    let mut cell: Option<String> = None;
    let (mut n_chars, mut is_clipped) = (0, false);
    column.for_row(row, |code| {
        let text = column.dictionary.text(code);
        let joined = cell.get_or_insert_default();
        if n_chars > 0 {
            n_chars += SEPARATOR.len();
            if !is_clipped {
                joined.push_str(SEPARATOR);
            }
        }
        let before = n_chars;
        n_chars += if text.is_ascii() { text.len() } else { text.chars().count() };
        if !is_clipped {
            joined.push_str(cut(text, limits::CELL_CHARS.saturating_sub(before)).0);
            is_clipped = n_chars > limits::CELL_CHARS;
        }
    });
    cell.map(|text| Cell { text, clipped_from: is_clipped.then_some(n_chars as u32) })
}

/// Appends one cell to a partial.
pub fn write_cell(writer: &mut Writer, cell: Option<Cell>) {
    match cell {
        None => writer.u8(0),
        Some(Cell { text, clipped_from: None }) => {
            writer.u8(1);
            writer.str(&text);
        }
        Some(Cell { text, clipped_from: Some(n_chars) }) => {
            writer.u8(2);
            writer.str(&text);
            writer.u32(n_chars);
        }
    }
}

/// A cell as it stands in a partial: its text, and how many characters there would be.
type ReadCell<'a> = (&'a str, Option<u32>);

/// The next cell of a partial.
fn read_cell<'a>(reader: &mut Reader<'a>) -> Option<ReadCell<'a>> {
    match reader.u8() {
        0 => None,
        1 => Some((reader.str(), None)),
        _ => {
            let text = reader.str();
            Some((text, Some(reader.u32())))
        }
    }
}

/// The cells of a window, column by column, in a form that crosses to the page at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// All texts one behind the other.
    pub text: String,
    /// Where each cell ends in `text`, in UTF-16 units: cell `column * n_rows + row`.
    pub ends: Vec<u32>,
    /// Whether each cell has a value.
    pub has_value: Vec<u8>,
    /// Clipped cells: row of the window, column, characters there would be.
    pub clipped: Vec<u32>,
}

impl Window {
    /// Puts a window together: `shards` says which shard each of its rows comes from, `partials` are the cells of
    /// each shard's rows in the order of the window, for `n_fields` fields.
    pub fn merge(shards: &[usize], n_fields: usize, partials: &[Vec<u8>]) -> Window {
        let n_rows = shards.len();
        let mut columns: Vec<Vec<Option<ReadCell<'_>>>> = vec![vec![None; n_rows]; n_fields];
        for (shard, partial) in partials.iter().enumerate() {
            let mut reader = Reader::new(partial);
            for column in &mut columns {
                for row in (0..n_rows).filter(|&row| shards[row] == shard) {
                    column[row] = read_cell(&mut reader);
                }
            }
        }
        let mut window = Window::default();
        let mut end = 0;
        for (c, column) in columns.iter().enumerate() {
            for (row, cell) in column.iter().enumerate() {
                if let Some((text, clipped_from)) = cell {
                    window.text.push_str(text);
                    end += if text.is_ascii() { text.len() } else { text.encode_utf16().count() } as u32;
                    if let Some(n_chars) = clipped_from {
                        window.clipped.extend([row as u32, c as u32, *n_chars]);
                    }
                }
                window.ends.push(end);
                window.has_value.push(cell.is_some() as u8);
            }
        }
        window
    }
}
