//! Records in JSON: values one after the other, in a top-level array, or in an array that a top-level object holds
//! under a known key. The elements of a top-level array may be such objects, too (`jq -s` makes such arrays).
//!
//! If the text is not valid JSON, a record ends where another record can begin, and bytes that belong to no record
//! become a reject.

use super::Records;
use super::scan::{End, Scan};
use crate::base::{Problem, Reject, Span, Why, limits};

/// The number of bytes that may be read a second time before any record was accepted, because a refused record may
/// contain another record.
const RESCAN_BYTES: u64 = 64 << 20;
/// How many more bytes may be read a second time for each byte of an accepted record. This keeps the work linear.
const RESCANS: u64 = 16;

/// The longest start of a record that is remembered, in bytes.
const START_BYTES: usize = 64;

/// The largest number of arrays and objects that contain a record. Values nested deeper are parts of a record.
const MAX_LEVELS: usize = 4;

/// What contains the next byte. The top level itself is not a level.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Level {
    /// An array of records.
    Array,
    /// An object that may be a record or contain records; `start` is its place in the buffer.
    Object { start: usize },
    /// An object that has records in one of its arrays.
    Wrapper,
}

/// The result of one step of the framer.
enum Token {
    /// The framer needs more bytes.
    Wait,
    /// The framer has read all bytes of the buffer.
    Done,
    /// The framer continues at this index of the buffer.
    At(usize),
}

/// A record that has no end yet.
struct Open {
    start: usize,
    scanned: usize,
    scan: Scan,
    /// Bytes of the record that were dropped because it is too long, and the line on which the record starts.
    dropped: u64,
    line_number: u64,
}

/// The levels that contain a record: enough to resume reading at its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// From the outermost level inwards: 1 is an array of records, 2 an object that contains records, 0 no level.
    levels: [u8; MAX_LEVELS],
}

impl Context {
    /// The context as one number, which is 0 at the top level.
    pub fn to_bits(self) -> u32 {
        u32::from_le_bytes(self.levels)
    }

    /// The context that [`Context::to_bits`] made `bits` from.
    pub fn from_bits(bits: u32) -> Context {
        Context { levels: bits.to_le_bytes() }
    }
}

/// Cuts JSON text into records.
pub struct JsonFramer {
    keys: &'static [&'static str],
    /// The bytes that are still needed. The first is byte `offset` of the member.
    buffer: Vec<u8>,
    offset: u64,
    /// The index of the next byte to read.
    at: usize,
    /// Line number of `buffer[line_at]`, for spans.
    line_number: u64,
    line_at: usize,
    levels: Vec<Level>,
    /// Whether the next value of the array must follow a comma.
    needs_comma: bool,
    /// Whether the last token of the array was a comma.
    has_comma: bool,
    open: Option<Open>,
    rescan_bytes_left: u64,
    /// The start of the last accepted record, up to its first colon. In text without line ends, the next record is
    /// expected to begin with the same bytes.
    record_start: Vec<u8>,
    is_started: bool,
    is_ended: bool,
}

impl JsonFramer {
    /// A framer for the start of a member.
    pub fn new(keys: &'static [&'static str]) -> JsonFramer {
        JsonFramer {
            keys,
            buffer: Vec::new(),
            offset: 0,
            at: 0,
            line_number: 1,
            line_at: 0,
            levels: Vec::new(),
            needs_comma: false,
            has_comma: false,
            open: None,
            rescan_bytes_left: RESCAN_BYTES,
            record_start: Vec::new(),
            is_started: false,
            is_ended: false,
        }
    }

    /// A framer for a piece of a member that starts at the record `at`, whose levels are `context`.
    pub fn resume(keys: &'static [&'static str], at: Span, context: Context) -> JsonFramer {
        let levels = context.levels.iter().filter(|&&level| level != 0);
        let levels = levels.map(|&level| if level == 1 { Level::Array } else { Level::Wrapper }).collect();
        JsonFramer {
            offset: at.offset,
            line_number: at.line_number,
            levels,
            has_comma: true,
            is_started: at.offset > 0,
            ..JsonFramer::new(keys)
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        self.buffer.extend_from_slice(chunk);
        self.run(records);
        self.let_go();
    }

    /// Ends the member.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        self.is_ended = true;
        loop {
            self.run(records);
            // An open record will not close any more: it is refused, and may contain another record.
            if let Some(open) = self.open.take() {
                let end = self.buffer.len();
                if open.dropped > 0 {
                    records.reject(Reject { at: self.span_of(&open, end), why: Why::CutOff });
                    self.at = end;
                } else {
                    self.refuse(open.start, end, Why::CutOff, records);
                }
            } else if let Some(start) = self.undecided() {
                self.levels.pop();
                self.refuse(start, self.buffer.len(), Why::CutOff, records);
            } else {
                break;
            }
        }
        (!self.levels.is_empty()).then_some(Problem::CutOff)
    }

    fn undecided(&self) -> Option<usize> {
        match self.levels.last() {
            Some(&Level::Object { start }) => Some(start),
            _ => None,
        }
    }

    fn run(&mut self, records: &mut dyn Records) {
        if !self.is_started {
            if self.buffer.len() < 3 && !self.is_ended {
                return;
            }
            self.is_started = true;
            if self.buffer.starts_with(b"\xef\xbb\xbf") {
                self.at = 3;
            }
        }
        loop {
            let token = if self.open.is_some() {
                self.in_record(records)
            } else {
                match self.levels.last() {
                    Some(Level::Object { .. } | Level::Wrapper) => self.in_object(records),
                    Some(Level::Array) | None => self.between(records),
                }
            };
            match token {
                Token::At(at) => self.at = at,
                Token::Wait | Token::Done => return,
            }
        }
    }

    /// Looks for the end of the open record.
    fn in_record(&mut self, records: &mut dyn Records) -> Token {
        let mut open = self.open.take().expect("a record is open");
        let found = open.scan.run(&self.buffer, open.scanned);
        let end = match found {
            End::Closed(end) | End::Broken(end) => end,
            End::Open => self.buffer.len(),
        };
        // After a broken record, which was reported, a missing comma is not reported too.
        self.needs_comma = matches!(found, End::Closed(_));
        if open.dropped == 0 && end - open.start > limits::RECORD_BYTES {
            // A record that does not close would swallow the records after it. So another record that begins within
            // the limit ends it.
            let why = Why::TooLong { limit: limits::RECORD_BYTES as u64 };
            if let Some(inner) = self.inner(open.start, open.start + limits::RECORD_BYTES) {
                return Token::At(self.reject_before(inner, open.start, why, records));
            }
            open.line_number = self.span(open.start, open.start).line_number;
            open.dropped = limits::RECORD_BYTES as u64;
            open.start += limits::RECORD_BYTES;
        }
        if found == End::Open {
            open.scanned = end;
            if open.dropped > 0 {
                open.dropped += (end - open.start) as u64;
                open.start = end;
            }
            self.at = end;
            self.open = Some(open);
            return Token::Wait;
        }
        if open.dropped > 0 {
            let why = Why::TooLong { limit: limits::RECORD_BYTES as u64 };
            records.reject(Reject { at: self.span_of(&open, end), why });
            return Token::At(end);
        }
        Token::At(self.record(open.start, end, records))
    }

    /// Passes on the record `start..end` of the buffer, and returns the index to continue at.
    fn record(&mut self, start: usize, end: usize, records: &mut dyn Records) -> usize {
        let at = self.span(start, end);
        match records.record(&self.buffer[start..end], at, self.context()) {
            Ok(()) => {
                self.rescan_bytes_left += (end - start) as u64 * RESCANS;
                self.remember(start, end);
                end
            }
            Err(why) => self.refuse(start, end, why, records),
        }
    }

    fn remember(&mut self, start: usize, end: usize) {
        let head = &self.buffer[start..end.min(start + START_BYTES)];
        let n_bytes = memchr::memchr(b':', head).map_or(0, |colon| colon + 1);
        if self.buffer[start] == b'{' && self.record_start != head[..n_bytes] {
            self.record_start = head[..n_bytes].to_vec();
        }
    }

    /// Rejects `start..end`, or only the bytes before a place in it where another record may begin. Returns the index
    /// to continue at.
    fn refuse(&mut self, start: usize, end: usize, why: Why, records: &mut dyn Records) -> usize {
        if let Some(inner) = self.inner(start, end) {
            return self.reject_before(inner, start, why, records);
        }
        let at = self.span(start, end);
        records.reject(Reject { at, why });
        self.at = end;
        end
    }

    /// Rejects the bytes from `start` up to `inner`, where another record may begin.
    fn reject_before(&mut self, inner: usize, start: usize, why: Why, records: &mut dyn Records) -> usize {
        let n_bytes = (inner - start) as u64;
        let why = match why {
            Why::Json { offset, .. } if offset <= n_bytes => why,
            Why::Json { .. } | Why::CutOff | Why::TooLong { .. } => {
                Why::Json { expected: "the end of the record, before another one", offset: n_bytes }
            }
            why => why,
        };
        let at = self.span(start, inner);
        records.reject(Reject { at, why });
        self.needs_comma = false;
        self.at = inner;
        inner
    }

    /// The first place after `start` and before `end` where another record may begin: a line that begins with an
    /// object, or the start of the last accepted record. `None` after too many bytes have been read a second time.
    fn inner(&mut self, start: usize, end: usize) -> Option<usize> {
        let after = start + 1..end;
        let line = memchr::memmem::find(&self.buffer[start..end], b"\n{").map(|n| start + n + 1);
        let after = after.start..line.unwrap_or(after.end);
        let alike = match &self.record_start[..] {
            [] => None,
            record_start => memchr::memmem::find(self.buffer.get(after.clone())?, record_start),
        };
        let inner = alike.map(|n| after.start + n).or(line)?;
        self.rescan_bytes_left = self.rescan_bytes_left.checked_sub((end - inner) as u64)?;
        Some(inner)
    }

    fn context(&self) -> Context {
        let mut context = Context::default();
        for (to, level) in context.levels.iter_mut().zip(&self.levels) {
            *to = if *level == Level::Array { 1 } else { 2 };
        }
        context
    }

    /// Reads between the values of an array or of the top level.
    fn between(&mut self, records: &mut dyn Records) -> Token {
        let Some(at) = self.solid(self.at) else { return self.none_left() };
        let is_array = self.levels.last() == Some(&Level::Array);
        match self.buffer[at] {
            b',' if is_array && self.needs_comma => {
                (self.needs_comma, self.has_comma) = (false, true);
                Token::At(at + 1)
            }
            // Pages that were pasted together have commas between them, and a piece of a member may begin or end with
            // a comma.
            b',' if !is_array && self.offset + at as u64 > 0 => Token::At(at + 1),
            b']' if is_array => {
                if self.has_comma {
                    self.expected("a value", at, records);
                }
                self.levels.pop();
                self.after_value();
                Token::At(at + 1)
            }
            byte => {
                if is_array && self.needs_comma && is_value_start(byte) {
                    self.expected("`,` or `]`", at, records);
                    // The missing comma is reported once, even if the value has to wait for more bytes.
                    self.needs_comma = false;
                }
                self.value(at, byte, records)
            }
        }
    }

    /// Reads a value at `at` that is not inside a record.
    fn value(&mut self, at: usize, byte: u8, records: &mut dyn Records) -> Token {
        match byte {
            b'[' if self.levels.is_empty() => {
                self.levels.push(Level::Array);
                (self.needs_comma, self.has_comma) = (false, false);
                Token::At(at + 1)
            }
            b'{' if self.levels.is_empty() => {
                self.levels.push(Level::Object { start: at });
                Token::At(at + 1)
            }
            b'{' if self.levels.len() + 2 <= MAX_LEVELS => match self.is_wrapper(at) {
                None => Token::Wait,
                Some(true) => {
                    self.after_value();
                    self.levels.push(Level::Object { start: at });
                    Token::At(at + 1)
                }
                Some(false) => self.opened(at),
            },
            b'{' | b'[' => self.opened(at),
            _ => self.scalar(at, records),
        }
    }

    fn opened(&mut self, at: usize) -> Token {
        self.after_value();
        self.open = Some(Open { start: at, scanned: at, scan: Scan::default(), dropped: 0, line_number: 0 });
        Token::At(at)
    }

    /// Reads a text, a number or a word that is not inside a record, or bytes that are not a value.
    fn scalar(&mut self, at: usize, records: &mut dyn Records) -> Token {
        let rest = &self.buffer[at..];
        let rest = &rest[..rest.len().min(limits::RECORD_BYTES)];
        let is_last = self.is_ended || rest.len() == limits::RECORD_BYTES;
        let length = match rest[0] {
            b'"' => string_bytes(rest).or_else(|| memchr::memchr(b'\n', rest)),
            byte @ (b'}' | b']') => rest.iter().position(|&other| other != byte),
            byte if is_value_start(byte) => rest.iter().position(|&byte| !is_word(byte)),
            // Up to the end of the line, or up to a bracket that may begin a value.
            _ => memchr::memchr3(b'\n', b'{', b'[', &rest[1..]).map(|n| n + 1),
        };
        let length = match length {
            Some(length) => length,
            None if is_last => rest.len(),
            None => {
                self.at = at;
                return Token::Wait;
            }
        };
        let end = at + length;
        if is_value_start(self.buffer[at]) {
            self.after_value();
            return Token::At(self.record(at, end, records));
        }
        let at = self.span(at, end);
        records.reject(Reject { at, why: Why::Stray });
        Token::At(end)
    }

    /// Reads one key and its value in an object that contains records or may be a record.
    fn in_object(&mut self, records: &mut dyn Records) -> Token {
        // The whole object must fit the limit of a record if it may be a record; otherwise each key with its value
        // must.
        let start = self.undecided();
        let Some(mut at) = self.solid(self.at) else {
            let end = self.buffer.len();
            return self.wait_for(end, start.unwrap_or(end));
        };
        let limit = start.unwrap_or(at) + limits::RECORD_BYTES;
        if at >= limit {
            return self.broken();
        }
        if self.buffer[at] == b'}' {
            self.levels.pop();
            self.after_value();
            return Token::At(match start {
                Some(start) => self.record(start, at + 1, records),
                None => at + 1,
            });
        }
        let first = start.unwrap_or(at);
        // The comma before the entry belongs to it: if the entry turns out to be broken, the comma is read again.
        let entry = at;
        if self.buffer[at] == b',' {
            let Some(next) = self.solid(at + 1) else { return self.wait_for(at, first) };
            at = next;
        }
        let Some(key_bytes) = string_bytes(&self.buffer[at..]) else {
            return self.wait_for_text(at, entry, first);
        };
        let Some(colon) = self.solid(at + key_bytes) else { return self.wait_for(entry, first) };
        if self.buffer[colon] != b':' {
            return self.broken();
        }
        let Some(value) = self.solid(colon + 1) else { return self.wait_for(entry, first) };
        let key = &self.buffer[at + 1..at + key_bytes - 1];
        let end = match self.buffer[value] {
            b'[' if value < limit && self.keys.iter().any(|known| known.as_bytes() == key) => {
                self.levels.pop();
                self.levels.extend([Level::Wrapper, Level::Array]);
                (self.needs_comma, self.has_comma) = (false, false);
                return Token::At(value + 1);
            }
            b'[' | b'{' => match Scan::default().run(&self.buffer, value) {
                End::Closed(end) => end,
                End::Broken(_) => return self.broken(),
                End::Open => return self.wait_for(entry, first),
            },
            b'"' => match string_bytes(&self.buffer[value..]) {
                Some(length) => value + length,
                None => return self.wait_for_text(value, entry, first),
            },
            _ => {
                let n_word = self.buffer[value..].iter().take_while(|&&byte| is_word(byte)).count();
                if value + n_word == self.buffer.len() {
                    return self.wait_for(entry, first);
                }
                if n_word == 0 {
                    return self.broken();
                }
                value + n_word
            }
        };
        if end > limit { self.broken() } else { Token::At(end) }
    }

    /// Handles an object that is not valid JSON. An object that may be a record is read as a record, and refused with
    /// a reason; the rest of a wrapper is read as if it were outside of the wrapper.
    fn broken(&mut self) -> Token {
        match self.levels.pop() {
            Some(Level::Object { start }) => self.opened(start),
            _ => Token::At(self.at),
        }
    }

    /// Handles the text at `text`, which has no end: waits for more bytes, unless the line ends inside the text.
    fn wait_for_text(&mut self, text: usize, at: usize, first: usize) -> Token {
        if self.buffer[text] != b'"' || memchr::memchr(b'\n', &self.buffer[text..]).is_some() {
            return self.broken();
        }
        self.wait_for(at, first)
    }

    /// Whether the first key of the object at `at` is one of `keys`; `None` while more bytes are needed to tell.
    fn is_wrapper(&self, at: usize) -> Option<bool> {
        let is_long = self.buffer.len() - at > limits::RECORD_BYTES;
        let unknown = if self.is_ended || is_long { Some(false) } else { None };
        let Some(key) = self.solid(at + 1) else { return unknown };
        let rest = &self.buffer[key..];
        for known in self.keys {
            let quoted = [b"\"", known.as_bytes(), b"\""].concat();
            if rest.starts_with(&quoted) {
                let Some(colon) = self.solid(key + quoted.len()) else { return unknown };
                let Some(value) = self.solid(colon + 1) else { return unknown };
                let is_near = value - at < limits::RECORD_BYTES;
                return Some(self.buffer[colon] == b':' && self.buffer[value] == b'[' && is_near);
            }
            if quoted.starts_with(rest) {
                return unknown;
            }
        }
        Some(false)
    }

    fn expected(&self, what: &'static str, at: usize, records: &mut dyn Records) {
        let at = Span { length: 0, ..self.span_at(at) };
        records.reject(Reject { at, why: Why::Json { expected: what, offset: 0 } });
    }

    fn after_value(&mut self) {
        (self.needs_comma, self.has_comma) = (true, false);
    }

    /// The first byte from `from` on that is not white space.
    fn solid(&self, from: usize) -> Option<usize> {
        let rest = self.buffer.get(from..)?;
        rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).map(|i| from + i)
    }

    fn none_left(&mut self) -> Token {
        self.at = self.buffer.len();
        Token::Done
    }

    /// Waits for more bytes at `at`, inside an object. If too many bytes came since `first` without an end, the object
    /// counts as broken.
    fn wait_for(&mut self, at: usize, first: usize) -> Token {
        if self.buffer.len() - first > limits::RECORD_BYTES {
            return self.broken();
        }
        self.at = at;
        Token::Wait
    }

    /// Drops the bytes that are no longer needed.
    fn let_go(&mut self) {
        let keep_from = self.open.as_ref().map(|open| open.start).or(self.undecided()).unwrap_or(self.at);
        self.count_lines(keep_from);
        self.buffer.drain(..keep_from);
        self.offset += keep_from as u64;
        self.line_at -= keep_from;
        self.at -= keep_from;
        if let Some(open) = &mut self.open {
            open.start -= keep_from;
            open.scanned -= keep_from;
        }
        if let Some(Level::Object { start }) = self.levels.last_mut() {
            *start -= keep_from;
        }
    }

    fn count_lines(&mut self, to: usize) {
        if to > self.line_at {
            self.line_number += memchr::memchr_iter(b'\n', &self.buffer[self.line_at..to]).count() as u64;
            self.line_at = to;
        }
    }

    fn span_at(&self, start: usize) -> Span {
        let line_number = match start.checked_sub(self.line_at) {
            Some(_) => {
                self.line_number
                    + memchr::memchr_iter(b'\n', &self.buffer[self.line_at..start]).count() as u64
            }
            None => {
                self.line_number
                    - memchr::memchr_iter(b'\n', &self.buffer[start..self.line_at]).count() as u64
            }
        };
        Span { offset: self.offset + start as u64, length: 0, line_number }
    }

    fn span(&mut self, start: usize, end: usize) -> Span {
        self.count_lines(start);
        Span { length: (end - start) as u64, ..self.span_at(start) }
    }

    /// The span of a record of which some bytes were dropped.
    fn span_of(&self, open: &Open, end: usize) -> Span {
        let length = (end - open.start) as u64 + open.dropped;
        Span { offset: self.offset + open.start as u64 - open.dropped, length, line_number: open.line_number }
    }
}

fn is_value_start(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n' | b'0'..=b'9')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
}

/// The length of the text that `bytes` begins with, including its quotes; `None` if the text does not end on its line.
fn string_bytes(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            b'\\' if bytes.get(at + 1) != Some(&b'\n') => at += 2,
            _ => return None,
        }
    }
}
