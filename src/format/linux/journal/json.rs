//! The journal as `journalctl --output=json`, `json-pretty`, `json-sse` and `json-seq` write it.
//!
//! Spec: "Journal JSON Format", systemd.io; journalctl(1).
//! Shape: an entry an object: on a line of its own, over several lines, or behind `data:` (server-sent events) or a
//! record separator (RFC 7464). A value is a text, `null` where it is longer than 4,096 bytes, a list of numbers where it
//! is no plain text: its bytes; or a list of such values where an entry has the field several times.
//! Fields, time: as in the journal itself.
//! Differs from the spec: numbers and booleans, which other tools make of some fields, are values, too.
//! Rejects: what is no JSON object, objects that have no `__REALTIME_TIMESTAMP`, values that are objects.

use std::borrow::Cow;
use std::ops::Range;

use super::ALIASES;
use super::entry::{JournalFields, Meaning, field_of, is_name, kind_of, moment};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why, limits};
use crate::format::read::json::{count_keys, record_heads, unescape};
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// One object a record.
pub struct JournalJson;

/// The same, each object behind `data:` or a record separator.
pub struct JournalEvents;

/// What every entry says of itself.
const SPINE: &[&str] = &["__CURSOR", "__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP"];

fn is_entry(object: &[u8]) -> bool {
    count_keys(object, SPINE) >= 2
}

impl Format for JournalJson {
    fn name(&self) -> &'static str {
        "linux.journal.json"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        JournalFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"__CURSOR":"s=0;i=1","__REALTIME_TIMESTAMP":"1647964082000000","__MONOTONIC_TIMESTAMP":"1000000","_BOOT_ID":"0123456789abcdef0123456789abcdef","PRIORITY":"6","SYSLOG_IDENTIFIER":"backup","_PID":"812","_HOSTNAME":"web01","MESSAGE":[100,111,110,101,27]}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let is_object = matches!(head.bytes.trim_ascii_start().first(), Some(b'{' | b'['));
        Confidence::certain_if(is_object && record_heads(head.bytes, &[]).into_iter().any(is_entry))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Entries::new(JournalJson.name(), fields)))
    }
}

const DATA: &[u8] = b"data:";
const SEPARATOR: u8 = 0x1e;

/// The object of a record, without what stands before it.
fn object_of(record: &[u8]) -> &[u8] {
    let object = record.strip_prefix(DATA).or_else(|| record.strip_prefix(&[SEPARATOR]));
    object.unwrap_or(record).trim_ascii()
}

impl Format for JournalEvents {
    fn name(&self) -> &'static str {
        "linux.journal.events"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        JournalFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"data: {\"__CURSOR\":\"s=0;i=1\",\"__REALTIME_TIMESTAMP\":\"1647964082000000\",\"MESSAGE\":\"done\"}\n\n",
            b"\x1e{\"__CURSOR\":\"s=0;i=1\",\"__REALTIME_TIMESTAMP\":\"1647964082000000\",\"MESSAGE\":\"done\"}\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| line.starts_with(DATA) || line.first() == Some(&SEPARATOR)))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let bytes = head.bytes.trim_ascii_start();
        let is_marked = bytes.starts_with(DATA) || bytes.first() == Some(&SEPARATOR);
        Confidence::certain_if(is_marked && is_entry(object_of(bytes)))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Entries::new(JournalEvents.name(), fields)))
    }
}

struct Entries {
    format: usize,
    meaning: Meaning,
}

impl Entries {
    fn new(format: &str, fields: &mut Fields) -> Entries {
        Entries { format: number_of(format), meaning: Meaning::new(fields) }
    }
}

impl Unfolder for Entries {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        event.clear();
        let object = object_of(record);
        let offset = object.as_ptr().addr() - record.as_ptr().addr();
        let walk = Walk { text: object, at: 0, fields, event, meaning: &self.meaning, message: None };
        let message = walk.entry().map_err(|why| match why {
            Why::Json { expected, offset: within } => Why::Json { expected, offset: within + offset as u64 },
            why => why,
        })?;
        let time = event.leaves().iter().find(|leaf| leaf.field == self.meaning.ids.realtime);
        let time = time.ok_or(Why::NotAnEvent { expected: "a `__REALTIME_TIMESTAMP`" })?;
        let micros = std::str::from_utf8(event.bytes(object, time)).ok().and_then(|text| text.parse().ok());
        event.time = micros.and_then(moment).map(Reading::Utc);
        let (text, message) = match message {
            Some(Message::At(range)) => (Cow::Borrowed(object), Some(range)),
            // A message with escapes stands behind the object, so that it can be read, too.
            Some(Message::Made(text)) => {
                let whole = [object, text.as_bytes()].concat();
                (Cow::Owned(whole), Some(object.len()..object.len() + text.len()))
            }
            None => (Cow::Borrowed(object), None),
        };
        self.meaning.finish(&text, message, event);
        out.event(self.format, fields, event, &text, 0..record.len());
        Ok(())
    }
}

/// Where the text of a message stands.
enum Message {
    At(Range<usize>),
    Made(String),
}

/// Reads one object, which has no objects in it.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    fields: &'a mut Fields,
    event: &'a mut Event,
    meaning: &'a Meaning,
    message: Option<Message>,
}

impl Walk<'_> {
    /// Reads all fields; the first message.
    fn entry(mut self) -> Result<Option<Message>, Why> {
        self.take(b'{', "an object")?;
        if !self.skip(b'}') {
            loop {
                let (name, _) = self.string()?;
                self.take(b':', "`:`")?;
                self.value(&name, 0)?;
                if self.skip(b'}') {
                    break;
                }
                self.take(b',', "`,` or `}`")?;
            }
        }
        self.white();
        if self.at < self.text.len() { self.expected("the end of the record") } else { Ok(self.message) }
    }

    /// Reads a value of the field called `name`, which stands in `depth` lists: one of the field's values, or its bytes.
    fn value(&mut self, name: &[u8], depth: usize) -> Result<(), Why> {
        self.white();
        match self.text.get(self.at) {
            Some(b'"') => {
                let (text, range) = self.string()?;
                self.push(name, &text, range);
                Ok(())
            }
            Some(b'[') if depth < 2 => self.list(name, depth + 1),
            Some(b'n') => self.word(b"null").map(drop),
            Some(b't') => self.word(b"true").map(|range| self.push_as(name, Kind::Boolean, range)),
            Some(b'f') => self.word(b"false").map(|range| self.push_as(name, Kind::Boolean, range)),
            Some(b'-' | b'0'..=b'9') => {
                let range = self.number()?;
                self.push_as(name, Kind::Number, range);
                Ok(())
            }
            _ => self.expected("a text, a list or null"),
        }
    }

    /// Reads a list: numbers are bytes of one value, anything else is a value of its own.
    fn list(&mut self, name: &[u8], depth: usize) -> Result<(), Why> {
        self.at += 1;
        let mut bytes = Vec::new();
        let mut is_bytes = true;
        let first = self.at;
        if self.skip(b']') {
            return Ok(());
        }
        loop {
            self.white();
            if is_bytes && matches!(self.text.get(self.at), Some(b'0'..=b'9')) {
                let range = self.number()?;
                let byte =
                    std::str::from_utf8(&self.text[range]).ok().and_then(|text| text.parse::<u8>().ok());
                match byte {
                    Some(byte) => bytes.push(byte),
                    None => is_bytes = false,
                }
            } else {
                is_bytes = false;
            }
            if !is_bytes {
                // No bytes after all: from the start.
                self.at = first;
                return self.values(name, depth);
            }
            if self.skip(b']') {
                self.push(name, &bytes, None);
                return Ok(());
            }
            self.take(b',', "`,` or `]`")?;
        }
    }

    fn values(&mut self, name: &[u8], depth: usize) -> Result<(), Why> {
        loop {
            self.value(name, depth)?;
            if self.skip(b']') {
                return Ok(());
            }
            self.take(b',', "`,` or `]`")?;
        }
    }

    fn field(&mut self, name: &[u8]) -> FieldId {
        match is_name(name) {
            true => field_of(name, self.fields),
            // Not a name of the journal's, so another tool has added it.
            false if name.len() <= limits::NAME_BYTES => {
                let name = String::from_utf8_lossy(name);
                match self.fields.get(&name) {
                    Some(field) => field,
                    None if self.fields.len() >= limits::FIELDS => self.fields.intern("…"),
                    None => self.fields.intern(&name),
                }
            }
            false => self.fields.intern("…"),
        }
    }

    /// Adds a value; `range` is where it stands, if it stands there as it is.
    fn push(&mut self, name: &[u8], value: &[u8], range: Option<Range<usize>>) {
        let (field, kind) = (self.field(name), kind_of(name, value));
        let is_message = field == self.meaning.ids.message && self.message.is_none();
        match range.filter(|_| std::str::from_utf8(value).is_ok()) {
            Some(range) => {
                self.event.push_slice(field, kind, range.start, range.end);
                self.message = self.message.take().or(is_message.then_some(Message::At(range)));
            }
            None => {
                let text = String::from_utf8_lossy(value).into_owned();
                self.event.push_text(field, kind, &text);
                self.message = self.message.take().or(is_message.then_some(Message::Made(text)));
            }
        }
    }

    fn push_as(&mut self, name: &[u8], kind: Kind, range: Range<usize>) {
        let field = self.field(name);
        self.event.push_slice(field, kind, range.start, range.end);
    }

    /// Reads a text: what it says, and where it stands if it has no escapes.
    fn string(&mut self) -> Result<(Vec<u8>, Option<Range<usize>>), Why> {
        self.take(b'"', "a text in quotes")?;
        let first = self.at;
        loop {
            let Some(n) = memchr::memchr2(b'"', b'\\', &self.text[self.at..]) else {
                self.at = self.text.len();
                return self.expected("the end of a text");
            };
            self.at += n;
            if self.text[self.at] == b'"' {
                break;
            }
            self.at = (self.at + 2).min(self.text.len());
        }
        let raw = &self.text[first..self.at];
        self.at += 1;
        if memchr::memchr(b'\\', raw).is_none() {
            return Ok((raw.to_vec(), Some(first..first + raw.len())));
        }
        let mut text = Vec::with_capacity(raw.len());
        if let Err(n) = unescape(raw, &mut text) {
            self.at = first + n;
            return self.expected("an escape sequence");
        }
        Ok((text, None))
    }

    fn number(&mut self) -> Result<Range<usize>, Why> {
        let first = self.at;
        let is_of_number = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        self.at += self.text[first..].iter().take_while(is_of_number).count();
        Ok(first..self.at)
    }

    fn word(&mut self, word: &[u8]) -> Result<Range<usize>, Why> {
        let first = self.at;
        if !self.text[first..].starts_with(word) {
            return self.expected("a value");
        }
        self.at += word.len();
        Ok(first..self.at)
    }

    fn white(&mut self) {
        let is_white = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += self.text[self.at..].iter().take_while(is_white).count();
    }

    fn skip(&mut self, byte: u8) -> bool {
        self.white();
        let is_there = self.text.get(self.at) == Some(&byte);
        self.at += is_there as usize;
        is_there
    }

    fn take(&mut self, byte: u8, what: &'static str) -> Result<(), Why> {
        if self.skip(byte) { Ok(()) } else { self.expected(what) }
    }

    fn expected<T>(&self, what: &'static str) -> Result<T, Why> {
        Err(Why::Json { expected: what, offset: self.at as u64 })
    }
}
