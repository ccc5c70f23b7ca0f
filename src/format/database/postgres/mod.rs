//! The log of a PostgreSQL server, as it writes it to standard error: who connected, who was refused, what failed.
//!
//! Spec: "Error Reporting and Logging", PostgreSQL 17 documentation; `src/backend/utils/error/elog.c`. The prefixes of
//! Debian, of the community's packages and of Amazon RDS.
//! Shape: `PREFIX SEVERITY:  message`, where `log_line_prefix` may be anything: a time is looked for in it, `[pid]`,
//! `user@database`, an address, `name(port)` and `key=value`. Lines that begin with DETAIL, HINT, QUERY, CONTEXT,
//! STATEMENT or LOCATION behind such a prefix belong to the message before, as does what is indented.
//! Fields: under the names that the server's JSON log has for them. See [`said`] for what is made of messages.
//! Time: with a zone, or local where the zone's short name has several meanings.
//! Differs: a name in the prefix may hold anything, and a client chooses those that it is refused with: the first severity
//! counts.
//! Rejects: none; other text is an event with a message.

mod fields;
mod said;
pub mod tables;

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::stamp::{self, Stamp};
use crate::base::{Event, FieldId, Fields, Kind, Why};
use crate::format::read::values::{is_address, is_number};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};
use fields::PostgresFields;
use said::Said;

/// The log in lines; see the module.
pub struct PostgresLog;

/// What begins a message.
const SEVERITIES: &[&[u8]] = &[
    b"LOG", b"FATAL", b"ERROR", b"WARNING", b"NOTICE", b"INFO", b"PANIC", b"DEBUG", b"DEBUG1", b"DEBUG2",
    b"DEBUG3", b"DEBUG4", b"DEBUG5",
];

/// What goes on with one: see [`LogParser::field_of`].
const PARTS: [&[u8]; 7] = [b"DETAIL", b"HINT", b"QUERY", b"CONTEXT", b"STATEMENT", b"LOCATION", b"BACKTRACE"];

/// Bytes of a prefix: three names of 63 bytes stand in it, and numbers.
const PREFIX_BYTES: usize = 400;

/// A line that has a prefix.
struct Prefixed {
    stamp: Stamp,
    /// Where the severity, or the name of a part, stands.
    word: Range<usize>,
    /// Which of [`PARTS`] it is.
    part: Option<usize>,
}

impl Prefixed {
    fn of(line: &[u8]) -> Option<Prefixed> {
        if matches!(line.first(), None | Some(b'\t' | b' ')) {
            return None;
        }
        let reach = &line[..line.len().min(PREFIX_BYTES)];
        for at in memchr::memmem::find_iter(reach, b":  ") {
            let first =
                reach[..at].iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |n| n + 1);
            let word = &reach[first..at];
            let part = PARTS.iter().position(|name| *name == word);
            if part.is_some() || SEVERITIES.contains(&word) {
                let stamp = stamp::find(&line[..first])?;
                return Some(Prefixed { stamp, word: first..at, part });
            }
        }
        None
    }
}

/// Whether a message begins here.
fn begins(line: &[u8]) -> bool {
    Prefixed::of(line).is_some_and(|line| line.part.is_none())
}

impl Format for PostgresLog {
    fn name(&self) -> &'static str {
        "postgresql.log"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        PostgresFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("log.level", "error_severity"), ("process.pid", "pid")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"2022-03-22 15:48:02.123 UTC [7755] LOG:  database system is ready to accept connections\n2022-03-22 15:48:03.456 UTC [7761] app@shop FATAL:  password authentication failed for user \"app\"\n2022-03-22 15:48:03.456 UTC [7761] app@shop DETAIL:  User \"app\" has no password assigned.\n\tConnection matched pg_hba.conf line 96\n",
            b"2022-03-22 15:48:02 UTC:203.0.113.7(54321):app@shop:[7761]:LOG:  connection authorized: user=app database=shop\n",
            b"2022-03-22 15:48:02 UTC [7761]: [1-1] user=app,db=shop,app=[unknown],client=203.0.113.7 FATAL:  no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"shop\", no encryption\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(begins))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        if memchr::memmem::find(start, b":  ").is_none() {
            return Confidence::NONE;
        }
        // `ERROR:  ` others write, too.
        let is_telling = |line: &String| {
            let line = line.as_bytes();
            let word = Prefixed::of(line).map(|found| &line[found.word]);
            word.is_some_and(|word| {
                [&b"LOG"[..], b"FATAL", b"PANIC", b"STATEMENT", b"DETAIL"].contains(&word)
            })
        };
        if !head.lines().iter().any(is_telling) {
            return Confidence::NONE;
        }
        head.share(|line| line.starts_with('\t') || Prefixed::of(line.as_bytes()).is_some())
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(LogParser { ids: PostgresFields::new(fields), said: Said::new(fields) }))
    }
}

struct LogParser {
    ids: PostgresFields,
    said: Said,
}

impl Parser for LogParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let line = &record[..memchr::memchr(b'\n', record).unwrap_or(record.len())];
        let mut first = 0;
        let mut field = self.ids.message;
        if let Some(Prefixed { stamp, word, part }) = Prefixed::of(line) {
            event.time = Some(stamp.reading);
            self.prefix(record, 0, stamp.at.start, event);
            self.prefix(record, stamp.at.end, word.start, event);
            event.push_slice(self.ids.severity, Kind::Text, word.start, word.end);
            first = word.end + 3;
            field = self.field_of(part);
        }
        let mut next = line.len() + 1;
        while next < record.len() {
            let line_end = memchr::memchr(b'\n', &record[next..]).map_or(record.len(), |n| next + n);
            if let Some(Prefixed { word, part: Some(part), .. }) = Prefixed::of(&record[next..line_end]) {
                self.push(record, field, first, next - 1, event);
                (field, first) = (self.field_of(Some(part)), next + word.end + 3);
            }
            next = line_end + 1;
        }
        self.push(record, field, first, record.len(), event);
        self.said.add(record, event);
        event.push_text(self.ids.dataset, Kind::Text, PostgresLog.name());
        Ok(Parsed::Event)
    }
}

impl LogParser {
    /// The field of one of [`PARTS`]; without a part, that of the message.
    fn field_of(&self, part: Option<usize>) -> FieldId {
        let ids = &self.ids;
        let [detail, hint, query, context] = [ids.detail, ids.hint, ids.query, ids.context];
        let fields = [detail, hint, query, context, ids.statement, ids.location, ids.backtrace];
        part.map_or(ids.message, |part| fields[part])
    }

    /// Adds a part of a message that stands at `first..end`; before the message itself there may be its SQLSTATE.
    fn push(&self, record: &[u8], field: FieldId, mut first: usize, end: usize, event: &mut Event) {
        if field == self.ids.message
            && let Some([state @ .., b':', b' ']) = record.get(first..first + 7)
            && state.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && state.iter().any(u8::is_ascii_digit)
        {
            event.push_slice(self.ids.state, Kind::Text, first, first + 5);
            first += 7;
        }
        event.push_slice(field, Kind::Text, first, end);
    }

    /// Adds what the words of `record[first..end]` say, a piece of the prefix.
    fn prefix(&self, record: &[u8], first: usize, end: usize, event: &mut Event) {
        for word in pieces(record, first..end, |byte| matches!(byte, b' ' | b',')) {
            let text = &record[word.clone()];
            let whole = word.start..word.end - text.ends_with(b":") as usize;
            let is_bracket = text[0] == b'[' && memchr::memchr(b']', text) == Some(whole.len() - 1);
            if is_bracket || memchr::memchr(b'=', text).is_some() || is_address(&record[whole.clone()]) {
                self.word(record, whole, event);
                continue;
            }
            // The colons of an address do not part it from what is beside it.
            let paren = memchr::memchr(b'(', text).unwrap_or(0);
            let starts = [0].into_iter().chain(memchr::memchr_iter(b':', &text[..paren]).map(|at| at + 1));
            let address = { starts }.find(|&at| is_address(&text[at..paren]));
            let mut rest = whole;
            if let Some(address) = address
                && let Some(n) = memchr::memchr(b')', text)
            {
                self.client(record, word.start + address..word.start + n + 1, event);
                rest.start = word.start + n + 1;
            }
            for word in pieces(record, rest, |byte| byte == b':') {
                self.word(record, word, event);
            }
        }
    }

    fn word(&self, record: &[u8], at: Range<usize>, event: &mut Event) {
        let word = &record[at.clone()];
        let is_free = |field: FieldId, event: &Event| event.leaf(field).is_none();
        if let [b'[', inner @ .., b']'] = word {
            let n = inner.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = at.start + 1..at.start + 1 + n;
            // `[7761]`, `[7761-3]` with the number of the line, and `[3-1]` with that alone behind the process.
            let behind = number.end + 1..at.end - 1;
            if n > 0 && is_free(self.ids.pid, event) {
                event.push_slice(self.ids.pid, Kind::Number, number.start, number.end);
                if record.get(behind.clone()).is_some_and(is_number) {
                    event.push_slice(self.ids.line_number, Kind::Number, behind.start, behind.end);
                }
            } else if n > 0 && is_free(self.ids.line_number, event) {
                event.push_slice(self.ids.line_number, Kind::Number, number.start, number.end);
            }
        } else if let Some(n) = memchr::memchr(b'=', word) {
            let field = match &word[..n] {
                b"user" | b"u" => self.ids.user,
                b"db" | b"database" | b"d" => self.ids.database,
                b"app" | b"application_name" | b"a" => self.ids.application,
                b"client" | b"host" | b"remote" | b"h" | b"r" => {
                    return self.client(record, at.start + n + 1..at.end, event);
                }
                b"pid" | b"p" => self.ids.pid,
                _ => return,
            };
            self.name(record, field, at.start + n + 1..at.end, event);
        } else if let Some(n) = memchr::memrchr(b'@', word) {
            self.name(record, self.ids.user, at.start..at.start + n, event);
            self.name(record, self.ids.database, at.start + n + 1..at.end, event);
        } else {
            self.client(record, at, event);
        }
    }

    /// Adds a name, if it is known and none was there before.
    fn name(&self, record: &[u8], field: FieldId, at: Range<usize>, event: &mut Event) {
        if !matches!(&record[at.clone()], b"" | b"[unknown]") && event.leaf(field).is_none() {
            event.push_slice(field, Kind::Text, at.start, at.end);
        }
    }

    /// Adds `203.0.113.7`, `203.0.113.7(54321)`, `db.example.net(54321)` and `[local]`; other words are none.
    fn client(&self, record: &[u8], at: Range<usize>, event: &mut Event) {
        let word = &record[at.clone()];
        let n = memchr::memchr(b'(', word).unwrap_or(word.len());
        let has_port =
            word.get(n + 1..word.len().saturating_sub(1)).is_some_and(is_number) && word.ends_with(b")");
        if !has_port && !is_address(word) && word != b"[local]" || event.leaf(self.ids.host).is_some() {
            return;
        }
        event.push_slice(self.ids.host, Kind::Text, at.start, at.start + n);
        if has_port {
            event.push_slice(self.ids.port, Kind::Number, at.start + n + 1, at.end - 1);
        }
    }
}

/// Where the words of `record[at]` stand, with what `is_gap` between them.
fn pieces(record: &[u8], at: Range<usize>, is_gap: fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut next = at.start;
    let all = std::iter::from_fn(move || {
        let rest = record.get(next..at.end).filter(|_| next < at.end)?;
        let n = rest.iter().position(|&byte| is_gap(byte)).unwrap_or(rest.len());
        let word = next..next + n;
        next = word.end + 1;
        Some(word)
    });
    all.filter(|word| !word.is_empty())
}
