//! Records in lines: each line is a record, or several lines form a record.
//!
//! A record is passed on as valid UTF-8 without its line end, without terminal colours and without the NUL bytes that
//! a crash leaves at the ends of a line. Bytes that are not valid UTF-8 are read as Latin-1 (as Windows-1252 if it has
//! a character for the byte), and the number of records with such bytes is reported at the end. The span is that of
//! the bytes before these changes.

use std::borrow::Cow;

use super::buffer::Buffer;
use super::{Context, Records};
use crate::base::event::Lines;
use crate::base::text::clean;
use crate::base::{Problem, Reject, Span, Why, limits};

/// The number of bytes of the next chunk that are copied to the end of an open record: most records end within these
/// bytes.
const JOIN_BYTES: usize = 4 << 10;

/// Cuts lines into records.
pub struct LineFramer {
    lines: Lines,
    buffer: Buffer,
    /// The index in the buffer of the next line whose end was not found yet, and the index up to which the end was
    /// looked for.
    at: usize,
    scanned: usize,
    /// The number of lines of the open record.
    n_lines: u64,
    /// The span of a line that is too long, and whose bytes are dropped as they come.
    dropped: Option<Span>,
    n_latin1: u64,
}

impl LineFramer {
    /// A framer for the start of a member.
    pub fn new(lines: Lines) -> LineFramer {
        LineFramer {
            lines,
            buffer: Buffer::new(0, 1),
            at: 0,
            scanned: 0,
            n_lines: 0,
            dropped: None,
            n_latin1: 0,
        }
    }

    /// A framer for a piece of a member that starts at the record `at`.
    pub fn resume(lines: Lines, at: Span) -> LineFramer {
        LineFramer { buffer: Buffer::new(at.offset, at.line_number), ..LineFramer::new(lines) }
    }

    /// The number of the line that begins after the last byte so far.
    pub fn line_number(&self) -> u64 {
        self.buffer.line_number + self.n_lines
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        // Bytes of an open record are copied together with enough bytes to end it; the rest of the chunk is read in
        // place.
        let n_joined = match self.buffer.bytes.len() {
            0 if self.buffer.is_started() => 0,
            0..=JOIN_BYTES => chunk.len().min(JOIN_BYTES),
            _ => chunk.len(),
        };
        self.join(&chunk[..n_joined], records);
        if n_joined == chunk.len() {
            return;
        }
        let n_open = self.buffer.bytes.len();
        if n_open > n_joined {
            return self.join(&chunk[n_joined..], records);
        }
        self.buffer.bytes.clear();
        let bytes = &chunk[n_joined - n_open..];
        let n_used = self.records(bytes, false, records);
        self.buffer.offset += n_used as u64;
        self.pass(n_used);
        self.buffer.bytes.extend_from_slice(&bytes[n_used..]);
    }

    fn join(&mut self, bytes: &[u8], records: &mut dyn Records) {
        if !bytes.is_empty() {
            self.buffer.bytes.extend_from_slice(bytes);
            self.run(false, records);
        }
    }

    /// Ends the member.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        self.run(true, records);
        if let Some(at) = self.dropped.take() {
            let at = Span { length: at.length + self.buffer.bytes.len() as u64, ..at };
            records.reject(Reject { at, why: Why::TooLong { limit: limits::RECORD_BYTES as u64 } });
        }
        (self.n_latin1 > 0).then_some(Problem::Latin1 { records: self.n_latin1 })
    }

    fn run(&mut self, is_end: bool, records: &mut dyn Records) {
        if !self.buffer.start(is_end) {
            return;
        }
        let buffer = std::mem::take(&mut self.buffer.bytes);
        let n_used = self.records(&buffer, is_end, records);
        self.buffer.bytes = buffer;
        self.buffer.let_go(n_used);
        self.pass(n_used);
    }

    /// Moves the indexes, because the first `n` bytes leave the buffer.
    fn pass(&mut self, n: usize) {
        self.at = self.at.saturating_sub(n);
        self.scanned = self.scanned.saturating_sub(n);
    }

    /// Passes on the records that are complete in `buffer`, and returns how many of its bytes are no longer needed.
    fn records(&mut self, buffer: &[u8], is_end: bool, records: &mut dyn Records) -> usize {
        // Checked once for the whole buffer: a clean buffer needs no further check of its records.
        let is_clean = memchr::memchr2(0, 0x1b, buffer).is_none() && is_utf8_but_for_its_end(buffer, is_end);
        let mut start = 0;
        if self.dropped.is_some() {
            let Some(end) = self.drop_line(buffer, records) else { return buffer.len() };
            (start, self.at, self.scanned) = (end, end, end);
        }
        while let Some((line_end, next)) = self.line_end(buffer, is_end) {
            match self.lines {
                Lines::Each | Lines::Quoted => {
                    self.record(&buffer[start..line_end], start, is_clean, records);
                    self.buffer.line_number += lines_of(&buffer[start..next]);
                    start = next;
                }
                Lines::Until(ends) => {
                    self.n_lines += 1;
                    let is_long = next - start > limits::JOINED_BYTES;
                    if is_long || ends(trimmed(&buffer[self.at..line_end])) {
                        self.record(&buffer[start..line_end], start, is_clean, records);
                        self.buffer.line_number += std::mem::take(&mut self.n_lines);
                        start = next;
                    }
                }
                Lines::From(_) | Lines::Stamped(_) => {
                    let line = trimmed(&buffer[self.at..line_end]);
                    let is_start = match self.lines {
                        Lines::From(begins) if is_clean => begins(line),
                        // Bytes that a crash or a terminal left may precede the first letter.
                        Lines::From(begins) => begins(&clean(line).0),
                        Lines::Stamped(places) if is_clean => places.begins(line),
                        Lines::Stamped(places) => places.begins(&clean(line).0),
                        Lines::Each | Lines::Quoted | Lines::Until(_) => true,
                    };
                    let is_long = self.at - start > limits::JOINED_BYTES;
                    if (is_start || is_long) && self.at > start {
                        self.record(&buffer[start..self.at], start, is_clean, records);
                        self.buffer.line_number += std::mem::take(&mut self.n_lines);
                        start = self.at;
                    }
                    self.n_lines += 1;
                }
            }
            (self.at, self.scanned) = (next, next);
        }
        if is_end && start < buffer.len() {
            self.record(&buffer[start..], start, is_clean, records);
            start = buffer.len();
        } else if buffer.len() - self.at > limits::RECORD_BYTES {
            if start < self.at {
                self.record(&buffer[start..self.at], start, is_clean, records);
                self.buffer.line_number += std::mem::take(&mut self.n_lines);
            }
            let offset = self.buffer.offset + self.at as u64;
            let length = (buffer.len() - self.at) as u64;
            self.dropped = Some(Span { offset, length, line_number: self.buffer.line_number });
            start = buffer.len();
        }
        start
    }

    /// The end of the line that begins at `self.at`, and the start of the next line; `None` while the end has not
    /// come.
    fn line_end(&mut self, buffer: &[u8], is_end: bool) -> Option<(usize, usize)> {
        if let (Lines::Quoted, true) = (self.lines, self.at < buffer.len()) {
            return self.quoted_end(buffer, is_end);
        }
        match memchr::memchr(b'\n', &buffer[self.scanned..]) {
            Some(n) => Some((self.scanned + n, self.scanned + n + 1)),
            None => {
                self.scanned = buffer.len();
                (is_end && self.at < buffer.len()).then_some((buffer.len(), buffer.len()))
            }
        }
    }

    /// As `line_end`, but line ends between quotes are skipped. A quote that is not closed within the limit is plain
    /// text.
    fn quoted_end(&mut self, buffer: &[u8], is_end: bool) -> Option<(usize, usize)> {
        let (mut at, mut is_quoted, mut first) = (self.at, false, None);
        while let Some(n) = memchr::memchr2(b'"', b'\n', &buffer[at..]) {
            at += n + 1;
            match buffer[at - 1] {
                b'"' => is_quoted = !is_quoted,
                _ if !is_quoted => return Some((at - 1, at)),
                _ => {
                    let end = *first.get_or_insert(at);
                    if at - self.at > limits::JOINED_BYTES {
                        return Some((end - 1, end));
                    }
                }
            }
        }
        let is_long = buffer.len() - self.at > limits::JOINED_BYTES;
        match first.filter(|_| is_end || is_long) {
            Some(end) => Some((end - 1, end)),
            None => is_end.then_some((buffer.len(), buffer.len())),
        }
    }

    /// Drops the bytes of a line that is too long, and returns where the next line begins.
    fn drop_line(&mut self, buffer: &[u8], records: &mut dyn Records) -> Option<usize> {
        let at = self.dropped.as_mut()?;
        let Some(end) = memchr::memchr(b'\n', buffer) else {
            at.length += buffer.len() as u64;
            return None;
        };
        let at = Span { length: at.length + end as u64, ..*at };
        records.reject(Reject { at, why: Why::TooLong { limit: limits::RECORD_BYTES as u64 } });
        self.dropped = None;
        self.buffer.line_number += 1;
        Some(end + 1)
    }

    /// Passes on the record at `start` of the buffer, unless it is blank.
    fn record(&mut self, raw: &[u8], start: usize, is_clean: bool, records: &mut dyn Records) {
        let offset = self.buffer.offset + start as u64;
        self.n_latin1 += hand_on(raw, offset, self.buffer.line_number, is_clean, records) as u64;
    }
}

/// Passes on a record of text, unless it is blank, and returns whether bytes of it were read as Latin-1. `is_clean`
/// tells that the record is valid UTF-8 without NUL bytes and terminal codes.
pub(super) fn hand_on(
    raw: &[u8],
    offset: u64,
    line_number: u64,
    is_clean: bool,
    records: &mut dyn Records,
) -> bool {
    let raw = trimmed(raw);
    if raw.iter().all(u8::is_ascii_whitespace) {
        return false;
    }
    let n_before = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let line_number = line_number + lines_of(&raw[..n_before]);
    let raw = &raw[n_before..];
    let at = Span { offset: offset + n_before as u64, length: raw.len() as u64, line_number };
    if raw.len() > limits::RECORD_BYTES {
        let why = Why::TooLong { limit: limits::RECORD_BYTES as u64 };
        records.reject(Reject { at, why });
        return false;
    }
    let (text, is_latin1) = if is_clean { (Cow::Borrowed(raw), false) } else { clean(raw) };
    if !is_clean && text.iter().all(u8::is_ascii_whitespace) {
        records.reject(Reject { at, why: Why::NoText });
    } else if let Err(why) = records.record(&text, at, Context::default()) {
        records.reject(Reject { at, why });
    }
    is_latin1
}

/// Whether all of `bytes` is UTF-8. The last character may be incomplete, unless `is_end`.
fn is_utf8_but_for_its_end(bytes: &[u8], is_end: bool) -> bool {
    // Nearly all text is ASCII, and many bytes at once can be checked for ASCII.
    let is_ascii = |part: &&[u8]| part.iter().fold(0, |all, byte| all | byte) < 0x80;
    let mut rest = bytes;
    loop {
        let n_ascii = rest.chunks(64).take_while(is_ascii).count() * 64;
        rest = &rest[rest.len().min(n_ascii)..];
        // No character goes past a line end.
        let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
        match std::str::from_utf8(&rest[..n]) {
            Ok(_) if n == rest.len() => return true,
            Ok(_) => rest = &rest[n..],
            Err(error) => return n == rest.len() && error.error_len().is_none() && !is_end,
        }
    }
}

/// `line` without the line ends at its end.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    let n = line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    &line[..line.len() - n]
}

/// The number of line ends.
pub(super) fn lines_of(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
