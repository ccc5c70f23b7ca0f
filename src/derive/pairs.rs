//! `key=value` pairs, and query strings.

use std::ops::Range;

use super::named::{Entries, Value};
use super::options::{Options, wrong};
use crate::base::{Error, limits};

/// Pairs between white space or delimiters. A value that begins with `"` or `'` reaches to the next such quote without
/// a backslash before it; the quotes are not part of the value. Text that is not a pair is skipped; a text fits if it
/// has at least one pair. An empty value without quotes is not a value.
#[derive(Debug)]
pub(super) struct KeyValue {
    delimiter: Option<String>,
    assign: String,
}

impl KeyValue {
    pub fn new(options: &mut Options<'_>) -> Result<KeyValue, Error> {
        let delimiter = options.text("delimiter", limits::STEP_TEXT_BYTES)?;
        let assign = options.text("assign", limits::STEP_TEXT_BYTES)?.unwrap_or("=");
        if delimiter == Some("") || assign.is_empty() {
            return Err(wrong("delimiter and assign: expected a text, found an empty one"));
        }
        Ok(KeyValue { delimiter: delimiter.map(str::to_owned), assign: assign.to_owned() })
    }

    /// Calls `visit` with the ranges of every key and value, and whether the value is quoted.
    fn pairs(&self, text: &str, mut visit: impl FnMut(Range<usize>, Range<usize>, bool)) {
        let is_space = |c: char| c.is_ascii_whitespace();
        let mut at = 0;
        let mut quotes_close = true;
        while at < text.len() {
            let end_of = |from: usize| match &self.delimiter {
                Some(delimiter) => text[from..].find(delimiter.as_str()).map_or(text.len(), |end| from + end),
                None => text[from..].find(is_space).map_or(text.len(), |end| from + end),
            };
            let next_start = |end: usize| match &self.delimiter {
                Some(delimiter) => (end + delimiter.len()).min(text.len()),
                None => end + text[end..].len() - text[end..].trim_start_matches(is_space).len(),
            };
            let end = end_of(at);
            let Some(assign) = text[at..end].find(&self.assign).map(|assign| at + assign) else {
                at = next_start(end);
                continue;
            };
            let key = trimmed(text, at..assign);
            let first = assign + self.assign.len();
            let first = first + (text[first..end].len() - text[first..end].trim_start().len());
            let quoted = quotes_close.then(|| quoted_value(text, first)).flatten();
            if quoted.is_none() && text[first..].starts_with(['"', '\'']) {
                quotes_close = false;
            }
            let (value, end) = match quoted {
                Some(value) => (value.clone(), end_of(value.end + 1)),
                None => (trimmed(text, first..end), end),
            };
            if !key.is_empty() {
                let is_quoted = value.start > first;
                visit(key, value, is_quoted);
            }
            at = next_start(end);
        }
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let all = &text[range.clone()];
    let first = range.start + all.len() - all.trim_ascii_start().len();
    first..first + all.trim_ascii().len()
}

/// The text inside the quotes that open at `first`.
fn quoted_value(text: &str, first: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let quote = bytes.get(first).copied().filter(|&byte| byte == b'"' || byte == b'\'')?;
    let mut at = first + 1;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[at] == quote {
            return Some(first + 1..at);
        }
        at += 2;
    }
}

impl Entries for KeyValue {
    fn entries(&self, text: &str, visit: &mut dyn FnMut(&str, Value<'_>)) -> bool {
        let mut fits = false;
        self.pairs(text, |key, value, is_quoted| {
            fits = true;
            let (key, quoted) = (&text[key], &text[value.clone()]);
            if is_quoted && quoted.contains('\\') {
                visit(key, Value::Made(&|made| unescape(quoted, made)));
            } else if is_quoted || !value.is_empty() {
                visit(key, Value::Part(value));
            } else {
                visit(key, Value::Missing);
            }
        });
        fits
    }
}

/// Replaces escapes such as `\"` by their characters.
fn unescape(text: &str, made: &mut String) {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(next @ ('"' | '\'' | '\\'))) => {
                made.push(next);
                chars.next();
            }
            _ => made.push(c),
        }
    }
}

/// The keys and values of a query string, which is the whole text or, if the text has a `?`, the text after the first
/// `?`. `%41` and `+` are decoded in keys and values; bytes that are not UTF-8 become U+FFFD.
#[derive(Debug)]
pub(super) struct QueryString;

impl QueryString {
    fn pairs(text: &str) -> impl Iterator<Item = (String, &str)> {
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| !key.is_empty() && !key.contains(char::is_whitespace)).map(|(key, value)| {
            let mut decoded = String::new();
            decode(key, &mut decoded);
            (decoded, value)
        })
    }
}

impl Entries for QueryString {
    fn entries(&self, text: &str, visit: &mut dyn FnMut(&str, Value<'_>)) -> bool {
        let mut fits = false;
        for (key, value) in QueryString::pairs(text) {
            fits = true;
            visit(&key, Value::Made(&|made| decode(value, made)));
        }
        fits
    }
}

fn decode(text: &str, made: &mut String) {
    if !text.contains(['%', '+']) {
        made.push_str(text);
        return;
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let hex = hex.filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        match hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    made.push_str(&String::from_utf8_lossy(&decoded));
}
