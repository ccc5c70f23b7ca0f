//! The rows of a table of an SQLite database: as much of the file format as logs in such databases need.
//!
//! Spec: "Database File Format", sqlite.org, sections 1.3 to 1.6 and 2.
//! Differs from the spec: a file that lies beside the database, its write-ahead log or its journal, is not read, so what
//! was written last may be missing; nor are indexes, tables without row numbers, and pages that are in use no more.
//! Every page is visited once, so a file whose pages lead in a circle ends.

use std::ops::Range;

use crate::base::{Why, limits};

/// How every database begins.
pub const SIGNATURE: &[u8] = b"SQLite format 3\0";

/// Bytes of the header, before the first page's own.
const HEADER_BYTES: usize = 100;

/// A database file, or its beginning.
pub struct Database<'a> {
    bytes: &'a [u8],
    page_bytes: usize,
    /// Bytes of a page that are in use.
    usable: usize,
    encoding: u32,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing; what no log of ours has, a BLOB; a column that is the row's number.
    Null,
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// Text; what is none in its encoding is U+FFFD.
    Text(String),
}

/// A row of a table.
pub struct Row {
    /// Where it stands in the file, without what overflows into other pages.
    pub at: Range<usize>,
    /// Its values, in the order of the columns; there may be fewer.
    pub values: Vec<Value>,
}

/// A table: where its tree begins, and the names of its columns.
pub struct Table {
    root: usize,
    columns: Vec<String>,
}

impl Table {
    /// The value of a row in the column called `name`, in any case.
    pub fn value<'r>(&self, row: &'r Row, name: &str) -> &'r Value {
        let index = self.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        index.and_then(|index| row.values.get(index)).unwrap_or(&Value::Null)
    }

    /// Whether it has all these columns.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.columns.iter().any(|column| column.eq_ignore_ascii_case(name)))
    }
}

/// What a page is.
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

impl<'a> Database<'a> {
    /// Reads the header; `None` where there is none.
    pub fn open(bytes: &'a [u8]) -> Option<Database<'a>> {
        if !bytes.starts_with(SIGNATURE) || bytes.len() < HEADER_BYTES {
            return None;
        }
        let page_bytes = match number(bytes, 16, 2) as usize {
            1 => 65_536,
            n @ 512..=32_768 if n.is_power_of_two() => n,
            _ => return None,
        };
        let usable = page_bytes - bytes[20] as usize;
        let encoding = number(bytes, 56, 4) as u32;
        (usable >= 480).then_some(Database { bytes, page_bytes, usable, encoding })
    }

    /// The table called `name`.
    pub fn table(&self, name: &str) -> Option<Table> {
        let mut found = None;
        self.rows(1, &mut |_, row| {
            let Ok(Row { values, .. }) = row else { return };
            if let [Value::Text(kind), Value::Text(own), _, Value::Integer(root), Value::Text(sql), ..] =
                &values[..]
                && kind == "table"
                && own.eq_ignore_ascii_case(name)
                && let Ok(root) = usize::try_from(*root)
            {
                found = Some(Table { root, columns: columns_of(sql) });
            }
        });
        found
    }

    /// Hands on all rows of a table, and what is damaged of it.
    pub fn rows_of(&self, table: &Table, each: &mut dyn FnMut(Range<usize>, Result<Row, Why>)) {
        self.rows(table.root, each);
    }

    fn rows(&self, root: usize, each: &mut dyn FnMut(Range<usize>, Result<Row, Why>)) {
        let n_pages = self.bytes.len().div_ceil(self.page_bytes);
        let mut seen = vec![false; n_pages + 1];
        let mut next = vec![root];
        while let Some(number) = next.pop() {
            let first = number.saturating_sub(1).saturating_mul(self.page_bytes).min(self.bytes.len());
            let at = first..first.saturating_add(self.page_bytes).min(self.bytes.len());
            if !(1..=n_pages).contains(&number) || at.len() < self.page_bytes {
                each(at, Err(Why::CutOff));
                continue;
            }
            if std::mem::replace(&mut seen[number], true) {
                each(at, Err(Why::Damaged { expected: "a page that is in one place of its table" }));
                continue;
            }
            let page = &self.bytes[at.clone()];
            let head = if number == 1 { HEADER_BYTES } else { 0 };
            let n_cells = self::number(page, head + 3, 2) as usize;
            let n_head = if page[head] == INTERIOR { 12 } else { 8 };
            let cells = page.get(head + n_head..head + n_head + 2 * n_cells);
            let (Some(cells), INTERIOR | LEAF) = (cells, page[head]) else {
                each(at, Err(Why::Damaged { expected: "a page of a table" }));
                continue;
            };
            let cells = cells.as_chunks::<2>().0.iter().map(|place| u16::from_be_bytes(*place) as usize);
            if page[head] == INTERIOR {
                // The last in is the first out, and rows should come in their order.
                next.push(self::number(page, head + 8, 4) as usize);
                next.extend(cells.rev().map(|cell| self::number(page, cell, 4) as usize));
                continue;
            }
            for cell in cells {
                let row = self.row(at.start, page, cell, &mut seen);
                let place =
                    row.as_ref().map_or(at.start + cell.min(page.len())..at.end, |row| row.at.clone());
                each(place, row);
            }
        }
    }

    /// The row in the cell at `cell` of a page that stands at `first`.
    fn row(&self, first: usize, page: &[u8], cell: usize, seen: &mut [bool]) -> Result<Row, Why> {
        let damaged = || Why::Damaged { expected: "a row of a table" };
        let (n_payload, at) = varint(page, cell).ok_or_else(damaged)?;
        let (_, at) = varint(page, at).ok_or_else(damaged)?;
        let n_payload = usize::try_from(n_payload).map_err(|_| damaged())?;
        if n_payload > limits::RECORD_BYTES {
            return Err(Why::TooLong { limit: limits::RECORD_BYTES as u64 });
        }
        let n_local = self.n_local(n_payload);
        let local = page.get(at..at + n_local).ok_or_else(damaged)?;
        let place = first + cell..first + at + n_local;
        if n_local == n_payload {
            return Ok(Row { at: place, values: self.values(local).ok_or_else(damaged)? });
        }
        let mut payload = local.to_vec();
        let mut next = number(page, at + n_local, 4) as usize;
        while payload.len() < n_payload {
            let start = next
                .checked_sub(1)
                .and_then(|index| index.checked_mul(self.page_bytes))
                .ok_or_else(damaged)?;
            let page = self.bytes.get(start..start + self.page_bytes).ok_or(Why::CutOff)?;
            // A page belongs to one row.
            if std::mem::replace(&mut seen[next], true) {
                return Err(damaged());
            }
            let n = (n_payload - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(&page[4..4 + n]);
            next = number(page, 0, 4) as usize;
        }
        Ok(Row { at: place, values: self.values(&payload).ok_or_else(damaged)? })
    }

    /// Bytes of a payload that stand in its cell; the rest overflows.
    fn n_local(&self, n_payload: usize) -> usize {
        let most = self.usable - 35;
        if n_payload <= most {
            return n_payload;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let wanted = least + (n_payload - least) % (self.usable - 4);
        if wanted <= most { wanted } else { least }
    }

    /// The values of a record.
    fn values(&self, record: &[u8]) -> Option<Vec<Value>> {
        let (n_head, mut at) = varint(record, 0)?;
        let n_head = usize::try_from(n_head).ok().filter(|&n| n <= record.len())?;
        let mut body = n_head;
        let mut values = Vec::new();
        while at < n_head {
            let (code, next) = varint(record, at)?;
            at = next;
            let n = match code {
                0 | 8 | 9 => 0,
                1..=4 => code as usize,
                5 => 6,
                6 | 7 => 8,
                12.. => usize::try_from((code - 12) / 2).ok()?,
                _ => return None,
            };
            let bytes = record.get(body..body.checked_add(n)?)?;
            body += n;
            values.push(match code {
                8 | 9 => Value::Integer(code - 8),
                1..=6 => Value::Integer(signed(bytes)),
                7 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
                13.. if code % 2 == 1 => Value::Text(self.text(bytes)),
                _ => Value::Null,
            });
        }
        Some(values)
    }

    fn text(&self, bytes: &[u8]) -> String {
        let units = bytes.as_chunks::<2>().0.iter();
        match self.encoding {
            2 => char::decode_utf16(units.map(|unit| u16::from_le_bytes(*unit)))
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            3 => char::decode_utf16(units.map(|unit| u16::from_be_bytes(*unit)))
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// The number of `n` bytes at `at`; 0 where the bytes have ended.
fn number(bytes: &[u8], at: usize, n: usize) -> u64 {
    let bytes = bytes.get(at..at + n).unwrap_or_default();
    bytes.iter().fold(0, |number, &byte| number << 8 | byte as u64)
}

/// The number with sign that all of `bytes` are.
fn signed(bytes: &[u8]) -> i64 {
    let start = if bytes.first().is_some_and(|&byte| byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(start, |number, &byte| number << 8 | byte as i64)
}

/// The number of up to nine bytes at `at`, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let mut number = 0;
    for index in 0..9 {
        let byte = *bytes.get(at + index)?;
        if index == 8 {
            return Some((number << 8 | byte as i64, at + 9));
        }
        number = number << 7 | (byte & 0x7f) as i64;
        if byte < 0x80 {
            return Some((number, at + index + 1));
        }
    }
    None
}

/// The names of the columns, from the statement that made the table.
fn columns_of(sql: &str) -> Vec<String> {
    let inner = sql.split_once('(').map_or("", |(_, rest)| rest);
    let inner = inner.rsplit_once(')').map_or(inner, |(inner, _)| inner);
    let mut depth = 0_i32;
    let columns = inner.split(move |c: char| {
        depth += (c == '(') as i32 - (c == ')') as i32;
        c == ',' && depth == 0
    });
    let name = |column: &str| {
        let word = column.split_whitespace().next().unwrap_or_default();
        word.trim_matches(['"', '\'', '`', '[', ']']).to_owned()
    };
    let is_column = |name: &String| {
        let is_rule = |rule: &&str| name.eq_ignore_ascii_case(rule);
        !["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"].iter().any(is_rule)
    };
    columns.map(name).filter(is_column).collect()
}
