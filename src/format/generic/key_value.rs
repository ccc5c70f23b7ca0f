//! Lines of `key=value` of no known program: logfmt, and what looks like it.
//!
//! Shape: `key=value key="value with spaces" …`, with a timestamp before them where there is one. Between quotes a
//! backslash stands before a quote, a backslash, `n` or `t`.
//! Fields: every key as it is; words that belong to no key are the `message`, unless a key is called so or `msg`.
//! Time: the timestamp before them, else the first of the usual names that holds one.
//! Rejects: none; a line without a pair is an event with a message.

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::stamp_at;
use crate::base::{Event, FieldId, Fields, Kind, Why};
use crate::format::read::keyed::{field, is_number};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// Lines of `key=value` of an unknown program.
pub struct KeyValue;

/// Names under which a time stands, the most telling first.
const TIMES: &[&str] = &["time", "ts", "timestamp", "@timestamp", "datetime", "t", "date", "eventtime"];

fields! {
    struct KeyValueFields {
        message: "message" "words that belong to no key, or the key `msg`";
        text: "msg";
        dataset: "event.dataset";
    }
}

impl Format for KeyValue {
    fn name(&self) -> &'static str {
        "key_value"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        KeyValueFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"time=\"2022-03-22T15:48:02Z\" level=info msg=\"listening on \\\"all\\\"\" port=8080\n2022-03-22 15:48:03 user=alice action=login ok=true\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(1 << 10)];
        if memchr::memchr_iter(b'=', start).take(3).count() < 3 {
            return Confidence::NONE;
        }
        let is_pairs = |line: &str| {
            let text = line.as_bytes();
            let (mut n_pairs, mut n_words) = (0, 0);
            let mut scan = Scan { text, at: start_of(text) };
            while let Some(part) = scan.next() {
                match part {
                    Part::Pair { .. } => n_pairs += 1,
                    Part::Word(_) => n_words += 1,
                }
            }
            n_pairs >= 2 && n_words <= n_pairs / 2
        };
        // Anything else that knows such a line knows better.
        match head.share(is_pairs) {
            share if share.0 >= 75 => Confidence(share.0 / 8),
            _ => Confidence::NONE,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(KeyValueParser {
            times: TIMES.iter().map(|name| fields.intern(name)).collect(),
            ids: KeyValueFields::new(fields),
        }))
    }
}

struct KeyValueParser {
    times: Vec<FieldId>,
    ids: KeyValueFields,
}

/// Where the pairs begin: behind a timestamp and what separates it from them.
fn start_of(text: &[u8]) -> usize {
    let mut line = Line::new(text);
    line.skip("[");
    if line.stamp().is_some() {
        line.skip("]");
        line.skip(":");
    } else {
        line = Line::new(text);
    }
    line.spaces();
    line.rest().start
}

impl Parser for KeyValueParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut scan = Scan { text: record, at: start_of(record) };
        let stamp = stamp_at(record, (record.first() == Some(&b'[')) as usize);
        let mut words: Option<Range<usize>> = None;
        while let Some(part) = scan.next() {
            match part {
                Part::Word(word) => words = Some(words.map_or(word.start, |words| words.start)..word.end),
                Part::Pair { key, value, is_quoted } => {
                    let name = std::str::from_utf8(&record[key]).unwrap_or("");
                    push(field(name, fields), record, value, is_quoted, event);
                }
            }
        }
        let time_of = |&id: &FieldId| {
            let leaf = event.leaves().iter().take(64).find(|leaf| leaf.field == id)?;
            stamp_at(event.bytes(record, leaf), 0)
        };
        let stamp = stamp.or_else(|| self.times.iter().find_map(time_of));
        event.time = stamp.map(|stamp| stamp.reading);
        let has = |id: FieldId| event.leaves().iter().take(64).find(|leaf| leaf.field == id).copied();
        match (has(self.ids.message), has(self.ids.text), words) {
            (Some(_), _, _) => {}
            (None, Some(leaf), _) => event.push_copy(self.ids.message, leaf),
            (None, None, Some(words)) => {
                event.push_slice(self.ids.message, Kind::Text, words.start, words.end)
            }
            _ => {}
        }
        event.push_text(self.ids.dataset, Kind::Text, KeyValue.name());
        Ok(Parsed::Event)
    }
}

fn push(id: FieldId, record: &[u8], value: Range<usize>, is_quoted: bool, event: &mut Event) {
    let text = &record[value.clone()];
    if is_quoted && text.contains(&b'\\') {
        let text = std::str::from_utf8(text).unwrap_or("");
        let mut plain = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let next = if c == '\\' { chars.clone().next() } else { None };
            match next {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(same @ ('"' | '\\')) => plain.push(same),
                _ => {
                    plain.push(c);
                    continue;
                }
            }
            chars.next();
        }
        return event.push_text(id, Kind::Text, &plain);
    }
    let kind = match text {
        _ if is_quoted => Kind::Text,
        b"true" | b"false" => Kind::Boolean,
        text if is_number(text) => Kind::Number,
        _ => Kind::Text,
    };
    event.push_slice(id, kind, value.start, value.end);
}

enum Part {
    Word(Range<usize>),
    Pair { key: Range<usize>, value: Range<usize>, is_quoted: bool },
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<Part> {
        let text = self.text;
        self.at +=
            text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
        let first = self.at;
        if first == text.len() {
            return None;
        }
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.@/".contains(byte) || *byte >= 0x80;
        let n = text[first..].iter().take_while(|byte| is_key(byte)).count();
        if n == 0 || text.get(first + n) != Some(&b'=') {
            let n = text[first..].iter().position(u8::is_ascii_whitespace).unwrap_or(text.len() - first);
            self.at = first + n;
            return Some(Part::Word(first..self.at));
        }
        let (key, at) = (first..first + n, first + n + 1);
        if text.get(at) == Some(&b'"') {
            let end = quote_end(text, at + 1);
            self.at = (end + 1).min(text.len());
            return Some(Part::Pair { key, value: at + 1..end, is_quoted: true });
        }
        let n = text[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(text.len() - at);
        self.at = at + n;
        let n = n - text[at..at + n].ends_with(b",") as usize;
        Some(Part::Pair { key, value: at..at + n, is_quoted: false })
    }
}

/// Where the quote stands that closes; the end of the text if none does.
fn quote_end(text: &[u8], mut at: usize) -> usize {
    while let Some(n) = memchr::memchr2(b'"', b'\\', &text[at..]) {
        at += n;
        if text[at] == b'"' {
            return at;
        }
        at = (at + 2).min(text.len());
    }
    text.len()
}
