//! Splits text at a delimiter, at white space, or in fixed widths.

use std::ops::Range;

use super::operation::{Operation, Parts};
use super::options::{Options, expected, wrong};
use crate::base::text::quoted;
use crate::base::{Error, Json, limits};

/// The place of a part that no column wants.
const NOWHERE: u32 = u32::MAX;

/// Parts between delimiters, or between runs of ASCII white space. If quotes are respected, a part that begins with
/// `"` reaches to the `"` before the next delimiter; the quotes are not part of the value, and `""` and `\"` in it
/// stand for one quote. A quote that never closes is an ordinary character. An empty part without quotes is not a
/// value.
#[derive(Debug)]
pub(super) struct Split {
    delimiter: Option<String>,
    has_quotes: bool,
    /// The largest number of parts; the last part holds the rest of the text.
    at_most: usize,
    is_from_right: bool,
    /// The place of each part, from part 1 on.
    places: Vec<u32>,
}

/// A part of a text: its value, and where it begins, including its quote.
#[derive(Debug, Clone)]
struct Token {
    value: Range<usize>,
    start: usize,
    /// Whether the value contains doubled or escaped quotes.
    is_escaped: bool,
    is_quoted: bool,
}

impl Split {
    pub fn new(options: &mut Options<'_>) -> Result<Split, Error> {
        let delimiter = options.text("delimiter", limits::STEP_TEXT_BYTES)?;
        if delimiter == Some("") {
            return Err(wrong("delimiter: expected a text, found an empty one"));
        }
        Ok(Split {
            delimiter: delimiter.map(str::to_owned),
            has_quotes: options.flag("quotes", true)?,
            at_most: options
                .whole("atMost", 1..=limits::STEP_COLUMNS as i64)?
                .map_or(usize::MAX, |n| n as usize),
            is_from_right: options.word("side", &[("left", false), ("right", true)])?,
            places: Vec::new(),
        })
    }

    /// Calls `visit` with each part from the left, until `visit` returns false.
    #[inline]
    fn tokens(&self, text: &str, visit: impl FnMut(Token) -> bool) {
        let has_quotes = self.has_quotes && memchr::memchr(b'"', text.as_bytes()).is_some();
        match &self.delimiter {
            None => white_space(text.as_bytes(), has_quotes, visit),
            Some(delimiter) => delimited(text.as_bytes(), delimiter.as_bytes(), has_quotes, visit),
        }
    }

    fn put(&self, nth: usize, token: &Token, text: &str, parts: &mut Parts) {
        let Some(&place) = self.places.get(nth).filter(|&&place| place != NOWHERE) else { return };
        if token.value.is_empty() && !token.is_quoted {
            return;
        }
        if token.is_escaped {
            parts.make(place as usize, |made| {
                made.push_str(&text[token.value.clone()].replace("\"\"", "\"").replace("\\\"", "\""));
            });
        } else {
            parts.put(place as usize, token.value.clone());
        }
    }

    fn cut_from_left(&self, text: &str, parts: &mut Parts) -> usize {
        let (mut n_parts, n_wanted) = (0, self.places.len());
        self.tokens(text, |token| {
            n_parts += 1;
            if n_parts == self.at_most {
                let end = if self.delimiter.is_none() { text.trim_ascii_end().len() } else { text.len() };
                // The rest is not changed, except that quotes around the whole rest are removed.
                let rest = if token.value.end + token.is_quoted as usize >= end {
                    token
                } else {
                    Token { value: token.start..end, start: token.start, is_escaped: false, is_quoted: false }
                };
                self.put(n_parts - 1, &rest, text, parts);
                return false;
            }
            self.put(n_parts - 1, &token, text, parts);
            n_parts < n_wanted.max(2)
        });
        n_parts
    }

    fn cut_from_right(&self, text: &str, parts: &mut Parts) -> usize {
        let mut tokens = Vec::new();
        self.tokens(text, |token| {
            tokens.push(token);
            true
        });
        let n_parts = tokens.len();
        for (nth, token) in tokens.iter().rev().enumerate().take(self.at_most.min(self.places.len())) {
            if nth + 1 == self.at_most && nth + 1 < n_parts {
                let end = token.value.end + token.is_quoted as usize;
                let start = tokens[0].start;
                let rest = Token { value: start..end, start, is_escaped: false, is_quoted: false };
                self.put(nth, &rest, text, parts);
            } else {
                self.put(nth, token, text, parts);
            }
        }
        n_parts
    }
}

impl Operation for Split {
    fn usual_parts(&self) -> Option<Vec<String>> {
        let is_told = self.at_most != usize::MAX;
        is_told.then(|| (1..=self.at_most).map(|part| part.to_string()).collect())
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        self.places = counted_places(parts)?;
        if self.places.len() > self.at_most {
            let message =
                format!("there are at most {} parts, and part {} is wanted", self.at_most, self.places.len());
            return Err(wrong(message));
        }
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        let n_parts = match self.is_from_right {
            false => self.cut_from_left(text, parts),
            true => self.cut_from_right(text, parts),
        };
        // A text without a delimiter was not split.
        n_parts >= self.places.len().min(2)
    }

    fn survey(&self, text: &str, visit: &mut dyn FnMut(&str)) {
        let mut n_parts = 0;
        self.tokens(text, |_| {
            n_parts += 1;
            n_parts < limits::STEP_COLUMNS
        });
        if n_parts > 1 {
            visit(&n_parts.to_string());
        }
    }

    fn is_counted(&self) -> bool {
        true
    }
}

/// The place of each numbered part.
fn counted_places(parts: &[&str]) -> Result<Vec<u32>, Error> {
    let mut places = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let number = part.parse::<usize>().ok().filter(|n| (1..=limits::STEP_COLUMNS).contains(n));
        let number = number.ok_or_else(|| {
            wrong(format!(
                "part: expected a number from 1 to {}, found {}",
                limits::STEP_COLUMNS,
                quoted(part)
            ))
        })?;
        if places.len() < number {
            places.resize(number, NOWHERE);
        }
        if places[number - 1] != NOWHERE {
            return Err(wrong(format!("part {number} is there twice")));
        }
        places[number - 1] = place as u32;
    }
    Ok(places)
}

fn white_space(text: &[u8], has_quotes: bool, mut visit: impl FnMut(Token) -> bool) {
    let mut quotes = Quotes { are_closed: has_quotes };
    let mut at = 0;
    loop {
        while at < text.len() && is_space(text[at]) {
            at += 1;
        }
        if at == text.len() {
            return;
        }
        let token = quotes.token(text, at, |rest| rest.first().is_none_or(|&byte| is_space(byte)));
        let token = token.unwrap_or_else(|| {
            let mut end = at + 1;
            while end < text.len() && !is_space(text[end]) {
                end += 1;
            }
            Token { value: at..end, start: at, is_escaped: false, is_quoted: false }
        });
        at = token.value.end + token.is_quoted as usize;
        if !visit(token) {
            return;
        }
    }
}

#[inline(always)]
fn is_space(byte: u8) -> bool {
    byte == b' ' || (b'\t'..=b'\r').contains(&byte)
}

fn delimited(text: &[u8], delimiter: &[u8], has_quotes: bool, mut visit: impl FnMut(Token) -> bool) {
    let finder = memchr::memmem::Finder::new(delimiter);
    let mut quotes = Quotes { are_closed: has_quotes };
    let mut at = 0;
    loop {
        let token = quotes.token(text, at, |rest| rest.is_empty() || rest.starts_with(delimiter));
        let token = token.unwrap_or_else(|| {
            let end = finder.find(&text[at..]).map_or(text.len(), |end| at + end);
            Token { value: at..end, start: at, is_escaped: false, is_quoted: false }
        });
        at = token.value.end + token.is_quoted as usize;
        if !visit(token) || at == text.len() {
            return;
        }
        at += delimiter.len();
    }
}

/// Reads quoted parts. After a quote that does not close, no further quotes are read: trying each would take quadratic
/// time.
struct Quotes {
    are_closed: bool,
}

impl Quotes {
    fn token(&mut self, text: &[u8], at: usize, ends_here: impl Fn(&[u8]) -> bool) -> Option<Token> {
        if !self.are_closed || text.get(at) != Some(&b'"') {
            return None;
        }
        let (mut end, mut is_escaped) = (at + 1, false);
        while let Some(next) = memchr::memchr2(b'"', b'\\', &text[end..]) {
            let quote = end + next;
            let is_pair = text.get(quote + 1) == Some(&b'"');
            if text[quote] == b'\\' {
                is_escaped |= is_pair;
                end = (quote + 2).min(text.len());
            } else if ends_here(&text[quote + 1..]) {
                return Some(Token { value: at + 1..quote, start: at, is_escaped, is_quoted: true });
            } else {
                is_escaped |= is_pair;
                end = (quote + 1 + is_pair as usize).min(text.len());
            }
        }
        self.are_closed = false;
        None
    }
}

/// Parts of fixed widths in characters, without the spaces at their ends. A text fits if it is longer than all parts
/// before the last together.
#[derive(Debug)]
pub(super) struct Fixed {
    widths: Vec<usize>,
    places: Vec<u32>,
}

impl Fixed {
    pub fn new(options: &mut Options<'_>) -> Result<Fixed, Error> {
        let json = options.get("widths").ok_or_else(|| wrong("widths are missing"))?;
        let list = json.as_list().ok_or_else(|| expected("widths", "a list", json))?;
        let width = |(index, width): (usize, &Json)| {
            let least = (index + 1 < list.len()) as i64;
            let number = width.as_whole().filter(|&n| n >= least && n <= limits::RECORD_BYTES as i64);
            number.map(|n| n as usize).ok_or_else(|| expected("widths", "whole numbers of characters", width))
        };
        let widths = list.iter().enumerate().map(width).collect::<Result<Vec<usize>, Error>>()?;
        if !(1..=limits::STEP_COLUMNS).contains(&widths.len()) {
            return Err(wrong(format!(
                "widths: expected 1 to {}, found {}",
                limits::STEP_COLUMNS,
                widths.len()
            )));
        }
        Ok(Fixed { widths, places: Vec::new() })
    }
}

impl Operation for Fixed {
    fn usual_parts(&self) -> Option<Vec<String>> {
        Some((1..=self.widths.len()).map(|part| part.to_string()).collect())
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        self.places = counted_places(parts)?;
        if self.places.len() > self.widths.len() {
            return Err(wrong(format!("part {} has no width", self.places.len())));
        }
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        let mut at = 0;
        for (nth, &width) in self.widths.iter().enumerate() {
            if at == text.len() {
                return false;
            }
            let rest = &text[at..];
            let end = match width {
                0 => rest.len(),
                width => rest.char_indices().nth(width).map_or(rest.len(), |(end, _)| end),
            };
            let value = rest[..end].trim();
            if let Some(&place) = self.places.get(nth).filter(|&&place| place != NOWHERE)
                && !value.is_empty()
            {
                let first = at + (rest[..end].len() - rest[..end].trim_start().len());
                parts.put(place as usize, first..first + value.len());
            }
            at += end;
        }
        true
    }
}
