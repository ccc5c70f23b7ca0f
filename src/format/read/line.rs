//! Reading one line from left to right.

use std::ops::Range;

use crate::base::stamp::{Stamp, stamp_at};

/// A place in a record, from which reading goes on.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Line<'a> {
    /// At the start of `text`.
    pub fn new(text: &'a [u8]) -> Line<'a> {
        Line { text, at: 0 }
    }

    /// Goes to byte `at`; whether there is such a place.
    pub fn go_to(&mut self, at: usize) -> bool {
        let is_there = at <= self.text.len();
        self.at = if is_there { at } else { self.at };
        is_there
    }

    /// The timestamp at this place.
    pub fn stamp(&mut self) -> Option<Stamp> {
        let stamp = stamp_at(self.text, self.at)?;
        self.at = stamp.at.end;
        Some(stamp)
    }

    /// Goes behind `text`, if it stands here.
    pub fn skip(&mut self, text: &str) -> bool {
        let is_there = self.text[self.at..].starts_with(text.as_bytes());
        self.at += if is_there { text.len() } else { 0 };
        is_there
    }

    /// Goes behind spaces and tabs.
    pub fn spaces(&mut self) {
        self.at += self.text[self.at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    }

    /// The text up to the next white space, and goes behind that.
    pub fn word(&mut self) -> Option<Range<usize>> {
        let n = self.text[self.at..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        let word = self.at..self.at + n;
        self.at = word.end;
        self.spaces();
        (n > 0).then_some(word)
    }

    /// The text up to `mark`, and goes behind that; `None` where it does not come.
    pub fn until(&mut self, mark: &str) -> Option<Range<usize>> {
        let n = memchr::memmem::find(&self.text[self.at..], mark.as_bytes())?;
        let found = self.at..self.at + n;
        self.at = found.end + mark.len();
        Some(found)
    }

    /// What is left.
    pub fn rest(&self) -> Range<usize> {
        self.at..self.text.len()
    }

    /// The text of a range.
    pub fn text(&self, range: &Range<usize>) -> &'a str {
        std::str::from_utf8(&self.text[range.clone()]).unwrap_or("")
    }
}
