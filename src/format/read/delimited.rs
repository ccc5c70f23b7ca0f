//! Cells of CSV and its relatives: what formats share whose records are rows under a header.
//!
//! Spec: RFC 4180, with any delimiter. What stands behind a closing quote belongs to the cell, as it stands.

use std::borrow::Cow;

use crate::base::{Event, FieldId, Kind, Why};
use crate::format::Head;

/// A cell of a row: where its text stands, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Where it begins.
    pub first: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether it has doubled quotes.
    is_escaped: bool,
}

impl Cell {
    /// What it says.
    pub fn text(self, row: &[u8]) -> Cow<'_, [u8]> {
        let raw = row.get(self.first..self.end).unwrap_or(&[]);
        if !self.is_escaped {
            return Cow::Borrowed(raw);
        }
        let mut text = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(n) = memchr::memchr(b'"', rest) {
            text.extend_from_slice(&rest[..n + 1]);
            rest = &rest[n + 1..];
            rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        }
        text.extend_from_slice(rest);
        Cow::Owned(text)
    }

    /// Adds it to `event`, if there is anything in it.
    pub fn push(self, row: &[u8], field: FieldId, kind: Kind, event: &mut Event) {
        if self.first == self.end {
            return;
        }
        if self.is_escaped {
            event.push_text(field, kind, &String::from_utf8_lossy(&self.text(row)));
        } else {
            event.push_slice(field, kind, self.first, self.end);
        }
    }
}

/// Cuts a row into its cells.
pub fn split(row: &[u8], delimiter: u8, cells: &mut Vec<Cell>) {
    cells.clear();
    let mut at = 0;
    loop {
        let (cell, next) = match row.get(at) {
            Some(b'"') => quoted(row, at, delimiter),
            _ => {
                let end = memchr::memchr(delimiter, &row[at..]).map_or(row.len(), |n| at + n);
                (Cell { first: at, end, is_escaped: false }, end)
            }
        };
        cells.push(cell);
        if next >= row.len() {
            return;
        }
        at = next + 1;
    }
}

/// The cell whose opening quote stands at `at`, and where its delimiter stands.
fn quoted(row: &[u8], at: usize, delimiter: u8) -> (Cell, usize) {
    let first = at + 1;
    let (mut end, mut is_escaped) = (first, false);
    while let Some(n) = memchr::memchr(b'"', &row[end..]) {
        end += n;
        if row.get(end + 1) == Some(&b'"') {
            is_escaped = true;
            end += 2;
            continue;
        }
        let next = memchr::memchr(delimiter, &row[end + 1..]).map_or(row.len(), |n| end + 1 + n);
        if row[end + 1..next].iter().all(|&byte| byte == b' ') {
            return (Cell { first, end, is_escaped }, next);
        }
        // No cell of CSV: as it stands.
        return (Cell { first: at, end: next, is_escaped: false }, next);
    }
    (Cell { first, end: row.len(), is_escaped }, row.len())
}

/// The rows of a member under its header, which comes before them and may come again.
#[derive(Default)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The cells of the last row, at most as many as there are columns.
    pub cells: Vec<Cell>,
}

impl Table {
    /// Cuts a row into its cells; whether it is a row of values. It is a header where a cell is one of `telling`.
    ///
    /// # Errors
    /// Where it has more cells than the header.
    pub fn read(&mut self, row: &[u8], telling: &[&str]) -> Result<bool, Why> {
        split(row, b',', &mut self.cells);
        if self.cells.iter().any(|cell| telling.iter().any(|name| *cell.text(row) == *name.as_bytes())) {
            self.header = names(row, b',');
            return Ok(false);
        }
        if self.cells.len() > self.header.len() {
            let (expected, found) = (self.header.len() as u64, self.cells.len() as u64);
            return Err(Why::FieldCount { expected, found });
        }
        Ok(true)
    }

    /// The cells of `row`, the last one that was read, each with the name of its column.
    pub fn values<'a>(&'a self, row: &'a [u8]) -> impl Iterator<Item = (&'a str, String)> {
        let text = |cell: &Cell| String::from_utf8_lossy(&cell.text(row)).into_owned();
        self.header.iter().zip(&self.cells).map(move |(name, cell)| (&**name, text(cell)))
    }
}

/// The names that a header has.
pub fn names(header: &[u8], delimiter: u8) -> Vec<String> {
    let mut cells = Vec::new();
    split(header, delimiter, &mut cells);
    cells.iter().map(|cell| String::from_utf8_lossy(cell.text(header).trim_ascii()).into_owned()).collect()
}

/// The names of the columns of a member that begins with `head` and has commas between them, if its first line holds one
/// of `telling` anywhere: cheap to ask of what is no CSV. None of a header that is longer than headers are.
pub fn names_with(head: &Head<'_>, telling: &[&str]) -> Vec<String> {
    const HEADER_BYTES: usize = 4_096;
    let start = &head.bytes[..head.bytes.len().min(HEADER_BYTES)];
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or(&[]);
    if !telling.iter().any(|name| memchr::memmem::find(line, name.as_bytes()).is_some()) {
        return Vec::new();
    }
    let header = rows(head.bytes, head.is_whole, 1).first().copied().unwrap_or_default();
    if header.len() > HEADER_BYTES { Vec::new() } else { names(header, b',') }
}

/// The rows that `head`, the beginning of a member, has whole, at most `n`.
pub fn rows(head: &[u8], is_whole: bool, n: usize) -> Vec<&[u8]> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let (mut rows, mut start) = (Vec::new(), 0);
    while rows.len() < n
        && let Some(end) = row_end(head, start, is_whole)
    {
        let row = without_end(&head[start..end]);
        if !row.is_empty() {
            rows.push(row);
        }
        start = end + 1;
    }
    rows
}

/// Where the row ends that begins at `start`: at the line end that is not between quotes; at the first one where a quote is
/// never closed.
fn row_end(head: &[u8], start: usize, is_whole: bool) -> Option<usize> {
    let (mut at, mut is_quoted, mut first) = (start, false, None);
    while let Some(found) = memchr::memchr2(b'"', b'\n', head.get(at..)?) {
        at += found + 1;
        match head[at - 1] {
            b'"' => is_quoted = !is_quoted,
            _ if !is_quoted => return Some(at - 1),
            _ => first = first.or(Some(at - 1)),
        }
    }
    first.filter(|_| is_quoted).or((is_whole && start < head.len()).then_some(head.len()))
}

/// Without the line ends behind it: a tab there is an empty cell.
fn without_end(row: &[u8]) -> &[u8] {
    let n = row.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    &row[..row.len() - n]
}

/// A name without what is written differently here and there: `Event time`, `eventtime` and `event_time` are one.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a cell is a number, and not one that stands for a name, such as an account.
pub fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let n_whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_fraction = |rest: &[u8]| match rest {
        [] => true,
        [b'.', rest @ ..] => !rest.is_empty() && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    (1..=18).contains(&n_whole) && (n_whole == 1 || digits[0] != b'0') && is_fraction(&digits[n_whole..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, expected: &[&str]) {
        let mut cells = Vec::new();
        split(row.as_bytes(), b',', &mut cells);
        let texts: Vec<String> =
            cells.iter().map(|c| String::from_utf8_lossy(&c.text(row.as_bytes())).into_owned()).collect();
        assert_eq!(texts, expected, "{row}");
    }

    #[test]
    fn rows_have_cells() {
        check("a,b,,c", &["a", "b", "", "c"]);
        check("a,", &["a", ""]);
        check("", &[""]);
        check(r#""a,b","c ""d""",e"#, &["a,b", r#"c "d""#, "e"]);
        check(r#""a"b,c"#, &[r#""a"b"#, "c"]);
        check(r#""a,b"#, &["a,b"]);
        check(r#"a "b",c"#, &[r#"a "b""#, "c"]);
    }
}
