//! Apache's error log: one message a record, of one line or several.
//!
//! Spec: `ErrorLogFormat`, Apache HTTP Server 2.4 and 2.2.
//! Shape: `[TIME] [MODULE:LEVEL] [pid N:tid N] [client ADDRESS:PORT] MESSAGE, referer: URL`, 2.2 without module and
//! process. Lines without a time belong to the record before them.
//! Time: local, without an offset.
//! Rejects: records without a time.

use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Why, time};
use crate::format::read::http::{Http, push};
use crate::format::read::values::{Token, address_and_port, is_number, skip_spaces, token};
use crate::format::{Parsed, Parser};

/// The name of the format.
pub const NAME: &str = "apache.error";

/// The time between brackets at the start of a line, and where it ends.
fn apache_time(line: &[u8]) -> Option<(Reading, usize)> {
    let close = memchr::memchr(b']', &line[..line.len().min(64)])?;
    let text = line.get(1..close)?;
    // The name of the day says nothing that the date does not.
    let of_day = text.get(4..).filter(|_| text.get(3) == Some(&b' ')).and_then(time::bsd);
    let found = of_day.or_else(|| time::common_log(text)).or_else(|| time::iso(text))?;
    Some((found.0, close + 1))
}

/// Whether a record begins with `line`, be its date possible or not: `[Mon Dec 26 `, `[26/Dec/2016:`, `[2016-12-26`.
pub fn is_apache_start(line: &[u8]) -> bool {
    let kinds = |shape: &[u8]| {
        line.len() > shape.len()
            && line.iter().zip(shape).all(|(byte, kind)| match kind {
                b'a' => byte.is_ascii_alphabetic(),
                b'0' => byte.is_ascii_digit(),
                b' ' => *byte == b' ' || byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    line.first() == Some(&b'[')
        && (kinds(b"[aaa aaa  0 00:")
            || kinds(b"[00/aaa/0000:")
            || kinds(b"[0000-00-00")
            || kinds(b"[0000/00/00"))
}

/// Whether `line` begins with a time and a level of Apache.
pub fn is_apache_error(line: &[u8]) -> bool {
    let Some((_, end)) = apache_time(line) else { return false };
    let level = token(line, end).filter(|_| line.get(end..end + 2) == Some(b" ["));
    level.is_some_and(|level| {
        let text = level.of(line);
        let level = memchr::memrchr(b':', text).map_or(text, |colon| &text[colon + 1..]);
        let is_trace = |level: &[u8]| matches!(level, [b't', b'r', b'a', b'c', b'e', b'1'..=b'8']);
        const LEVELS: [&[u8]; 8] =
            [b"emerg", b"alert", b"crit", b"error", b"warn", b"notice", b"info", b"debug"];
        LEVELS.contains(&level) || is_trace(level)
    })
}

fields! {
    /// What errors of Apache say.
    pub struct ApacheFields {
        message: "message" "what was said";
        level: "log.level" "how grave it is, in the server's words";
        module: "apache.error.module" "the module that says it";
        pid: "process.pid" "the number of the process";
        thread: "process.thread.id" "the number of the thread";
        code: "event.code" "the number of the message: AH00163";
        source: "source.ip" "the address that the request came from";
        port: "source.port" "the port that the request came from";
        "http.request.referrer" "the page that the request says it came from";
        dataset: "event.dataset";
    }
}

/// Reads errors of Apache.
pub struct ApacheParser {
    http: Http,
    ids: ApacheFields,
}

impl ApacheParser {
    /// Interns the fields.
    pub fn new(fields: &mut Fields) -> ApacheParser {
        ApacheParser { http: Http::new(fields), ids: ApacheFields::new(fields) }
    }

    /// `core:error`, `error`.
    fn level(&self, record: &[u8], value: Token, event: &mut Event) {
        let colon = memchr::memrchr(b':', value.of(record)).map(|n| value.first + n);
        if let Some(colon) = colon.filter(|&colon| colon > value.first) {
            event.push_slice(self.ids.module, Kind::Text, value.first, colon);
        }
        let first = colon.map_or(value.first, |colon| colon + 1);
        push(self.ids.level, record, Token { first, ..value }, event);
    }

    /// `pid 15934:tid 1405`.
    fn process(&self, record: &[u8], value: Token, event: &mut Event) {
        let text = value.of(record);
        let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if text.starts_with(b"pid ") && digits(4) > 0 {
            event.push_slice(self.ids.pid, Kind::Number, value.first + 4, value.first + 4 + digits(4));
        }
        let tid = memchr::memmem::find(text, b"tid ").map(|n| n + 4).filter(|&n| digits(n) > 0);
        if let Some(n) = tid {
            event.push_slice(self.ids.thread, Kind::Number, value.first + n, value.first + n + digits(n));
        }
    }

    /// `client 192.0.2.1:12345`.
    fn client(&self, record: &[u8], first: usize, end: usize, event: &mut Event) {
        let text = &record[first..end];
        // Eight groups and a port: the port is what does not fit.
        let n_colons = text.iter().filter(|&&byte| byte == b':').count();
        let found = match memchr::memrchr(b':', text) {
            Some(n) if n_colons == 8 && is_number(&text[n + 1..]) => Some((0..n, Some(n + 1))),
            _ => address_and_port(text),
        };
        if let Some((address, port)) = found {
            event.push_slice(self.ids.source, Kind::Text, first + address.start, first + address.end);
            if let Some(port) = port {
                event.push_slice(self.ids.port, Kind::Number, first + port, end);
            }
        }
    }
}

impl Parser for ApacheParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let time = apache_time(record).filter(|_| record.first() == Some(&b'['));
        let (reading, mut at) = time.ok_or(Why::NotAnEvent { expected: "a time between brackets" })?;
        event.time = Some(reading);
        let mut has_level = false;
        // Brackets in the message itself are text.
        while let Some(value) =
            token(record, at).filter(|value| record[value.first - 1] == b'[' && value.first > at)
        {
            let text = value.of(record);
            if let Some(client) = text.strip_prefix(b"client ".as_slice()).or(text.strip_prefix(b"remote ")) {
                self.client(record, value.end - client.len(), value.end, event);
                // Another one is the message's.
                at = value.next;
                break;
            } else if text.starts_with(b"pid ") {
                self.process(record, value, event);
            } else if !has_level
                && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-'))
            {
                self.level(record, value, event);
                has_level = true;
            } else {
                break;
            }
            at = value.next;
        }
        let first = skip_spaces(record, at);
        let mut end = record.trim_ascii_end().len().max(first);
        // A module may name its file before the client.
        if let Some(n) = memchr::memmem::find(&record[first..end], b": [client ").filter(|&n| n < 64) {
            let client = first + n + 10;
            let close = memchr::memchr(b']', &record[client..end]).map_or(client, |n| client + n);
            if !event.leaves().iter().any(|leaf| leaf.field == self.ids.source) {
                self.client(record, client, close, event);
            }
        }
        if let Some(n) = memchr::memmem::rfind(&record[first..end], b", referer: ") {
            let value = Token { first: first + n + 11, end, next: end, is_quoted: false };
            self.http.referrer(record, value, event);
            end = first + n;
        }
        if let Some(code) = code_in(&record[first..end]) {
            event.push_slice(self.ids.code, Kind::Text, first + code, first + code + 7);
        }
        push(self.ids.message, record, Token { first, end, next: end, is_quoted: false }, event);
        event.push_text(self.ids.dataset, Kind::Text, NAME);
        Ok(Parsed::Event)
    }
}

/// Where `AH00163:` stands: in front, or behind the system's own error.
fn code_in(message: &[u8]) -> Option<usize> {
    let from = if message.first() == Some(&b'(') { memchr::memmem::find(message, b": AH")? + 2 } else { 0 };
    let code = message.get(from..from + 8)?;
    let is_code = code.starts_with(b"AH") && is_number(&code[2..7]) && code[7] == b':';
    is_code.then_some(from)
}
