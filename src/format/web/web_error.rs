//! Error logs of web servers and of PHP: one message a record, of one line or several.
//!
//! Spec: `ErrorLogFormat`, Apache HTTP Server 2.4 and 2.2; `ngx_log_error_core` and `ngx_http_log_error_handler`, nginx;
//! `php_log_err_with_severity`, PHP.
//! Shape: Apache `[TIME] [MODULE:LEVEL] [pid N:tid N] [client ADDRESS:PORT] MESSAGE, referer: URL`, 2.2 without module and
//! process; nginx `TIME [LEVEL] PID#TID: *N MESSAGE, client: …, server: …, request: "…", upstream: "…", host: "…"`; PHP
//! `[TIME ZONE] PHP LEVEL:  MESSAGE in FILE on line N`. Lines without a time belong to the record before them.
//! A container's output has requests among the errors: each record is read as what it is.
//! Time: local, without an offset, but for PHP in UTC. PHP's other zones are names: `php.error.zone` has it.
//! Differs from the spec: what clients send stands unescaped in nginx's messages and requests; the last `, client: ` with
//! an address counts, for paths in messages come before it.
//! Rejects: records without a time.

use super::apache_access::{AccessParser, is_access};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why, time};
use crate::format::read::http::{Http, is_none, push};
use crate::format::read::values::{Token, address_and_port, begins, is_number, token, word};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// Apache's error log.
pub struct ApacheError;
/// nginx's error log.
pub struct NginxError;
/// PHP's error log, WordPress's `debug.log` among them.
pub struct PhpError;

const MESSAGE: FieldSpec = FieldSpec { name: "message", meaning: "what was said" };
const LEVEL: FieldSpec = FieldSpec { name: "log.level", meaning: "how grave it is, in the server's words" };
const PID: FieldSpec = FieldSpec { name: "process.pid", meaning: "the number of the process" };
const SOURCE_IP: FieldSpec =
    FieldSpec { name: "source.ip", meaning: "the address that the request came from" };
const SOURCE_PORT: FieldSpec =
    FieldSpec { name: "source.port", meaning: "the port that the request came from" };
const REFERRER: FieldSpec =
    FieldSpec { name: "http.request.referrer", meaning: "the page that the request says it came from" };

impl Format for ApacheError {
    fn name(&self) -> &'static str {
        "apache.error"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            MESSAGE,
            LEVEL,
            FieldSpec { name: "apache.error.module", meaning: "the module that says it" },
            PID,
            FieldSpec { name: "process.thread.id", meaning: "the number of the thread" },
            FieldSpec { name: "event.code", meaning: "the number of the message: AH00163" },
            SOURCE_IP,
            SOURCE_PORT,
            REFERRER,
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"[Thu Jun 27 06:58:09.169510 2019] [include:warn] [pid 15934] [client 192.0.2.156:12345] AH01374: mod_include: Options +Includes wasn't set, INCLUDES filter removed: /test.html\n",
            b"[Mon Dec 26 16:22:08 2016] [error] [client 192.0.2.1] File does not exist: /var/www/favicon.ico, referer: http://192.0.2.72/\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(is_start))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte == b'[') {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| is_apache_error(line.as_bytes())).count();
        // Programs write into the log as they like.
        if n * 4 >= lines.len().max(1) && !is_of_requests(head, n) {
            Confidence((50 + n * 49 / lines.len()) as u8)
        } else {
            Confidence::NONE
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Mixed::new(Own::Apache, fields)))
    }
}

/// The time between brackets at the start of a line, and where it ends.
fn apache_time(line: &[u8]) -> Option<(Reading, usize)> {
    let close = memchr::memchr(b']', &line[..line.len().min(64)])?;
    let text = line.get(1..close)?;
    // The name of the day says nothing that the date does not.
    let of_day = text.get(4..).filter(|_| text.get(3) == Some(&b' ')).and_then(time::bsd);
    let found = of_day.or_else(|| time::common_log(text)).or_else(|| time::iso(text))?;
    Some((found.0, close + 1))
}

/// Whether a record begins with `line`, of whichever log of a container's output.
fn is_start(line: &[u8]) -> bool {
    is_apache_start(line) || is_nginx_start(line) || is_access(line)
}

/// Whether a head has more requests than errors, of which there are `n_errors`.
fn is_of_requests(head: &Head<'_>, n_errors: usize) -> bool {
    head.lines().iter().filter(|line| is_access(line.as_bytes())).count() > n_errors
}

/// Whether a record begins with `line`, be its date possible or not: `[Mon Dec 26 `, `[26/Dec/2016:`, `[2016-12-26`.
fn is_apache_start(line: &[u8]) -> bool {
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

fn is_apache_error(line: &[u8]) -> bool {
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

/// Whose log it is that records of others stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Access,
    Apache,
    Nginx,
}

/// Reads requests and errors: a container's output has both, one behind the other. Each is of its own dataset.
pub(super) struct Mixed {
    own: Own,
    access: AccessParser,
    apache: ApacheParser,
    nginx: NginxParser,
}

impl Mixed {
    pub(super) fn new(own: Own, fields: &mut Fields) -> Mixed {
        let (access, apache) = (AccessParser::new(fields), ApacheParser::new(fields));
        Mixed { own, access, apache, nginx: NginxParser::new(fields) }
    }
}

impl Parser for Mixed {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let of = match record {
            [b'[', ..] if self.own != Own::Apache && is_apache_error(record) => Own::Apache,
            [_, _, _, _, b'/', ..] if self.own != Own::Nginx && nginx_start(record).is_some() => Own::Nginx,
            [b'[', ..] if self.own == Own::Apache => Own::Apache,
            _ if self.own != Own::Access && is_access(record) => Own::Access,
            _ => self.own,
        };
        match of {
            Own::Access => self.access.parse(record, fields, event),
            Own::Apache => self.apache.parse(record, fields, event),
            Own::Nginx => self.nginx.parse(record, fields, event),
        }
    }
}

struct ApacheParser {
    http: Http,
    dataset: FieldId,
    message: FieldId,
    level: FieldId,
    module: FieldId,
    pid: FieldId,
    thread: FieldId,
    code: FieldId,
    source: FieldId,
    port: FieldId,
}

impl ApacheParser {
    fn new(fields: &mut Fields) -> ApacheParser {
        ApacheParser {
            http: Http::new(fields),
            dataset: fields.intern("event.dataset"),
            message: fields.intern("message"),
            level: fields.intern("log.level"),
            module: fields.intern("apache.error.module"),
            pid: fields.intern("process.pid"),
            thread: fields.intern("process.thread.id"),
            code: fields.intern("event.code"),
            source: fields.intern("source.ip"),
            port: fields.intern("source.port"),
        }
    }

    /// `core:error`, `error`.
    fn level(&self, record: &[u8], value: Token, event: &mut Event) {
        let colon = memchr::memrchr(b':', value.of(record)).map(|n| value.first + n);
        if let Some(colon) = colon.filter(|&colon| colon > value.first) {
            event.push_slice(self.module, Kind::Text, value.first, colon);
        }
        let first = colon.map_or(value.first, |colon| colon + 1);
        push(self.level, record, Token { first, ..value }, event);
    }

    /// `pid 15934:tid 1405`.
    fn process(&self, record: &[u8], value: Token, event: &mut Event) {
        let text = value.of(record);
        let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if text.starts_with(b"pid ") && digits(4) > 0 {
            event.push_slice(self.pid, Kind::Number, value.first + 4, value.first + 4 + digits(4));
        }
        let tid = memchr::memmem::find(text, b"tid ").map(|n| n + 4).filter(|&n| digits(n) > 0);
        if let Some(n) = tid {
            event.push_slice(self.thread, Kind::Number, value.first + n, value.first + n + digits(n));
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
            event.push_slice(self.source, Kind::Text, first + address.start, first + address.end);
            if let Some(port) = port {
                event.push_slice(self.port, Kind::Number, first + port, end);
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
        let first = crate::format::read::values::skip_spaces(record, at);
        let mut end = record.trim_ascii_end().len().max(first);
        // A module may name its file before the client.
        if let Some(n) = memchr::memmem::find(&record[first..end], b": [client ").filter(|&n| n < 64) {
            let client = first + n + 10;
            let close = memchr::memchr(b']', &record[client..end]).map_or(client, |n| client + n);
            if !event.leaves().iter().any(|leaf| leaf.field == self.source) {
                self.client(record, client, close, event);
            }
        }
        if let Some(n) = memchr::memmem::rfind(&record[first..end], b", referer: ") {
            let value = Token { first: first + n + 11, end, next: end, is_quoted: false };
            self.http.referrer(record, value, event);
            end = first + n;
        }
        if let Some(code) = code_in(&record[first..end]) {
            event.push_slice(self.code, Kind::Text, first + code, first + code + 7);
        }
        push(self.message, record, Token { first, end, next: end, is_quoted: false }, event);
        event.push_text(self.dataset, Kind::Text, ApacheError.name());
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

impl Format for NginxError {
    fn name(&self) -> &'static str {
        "nginx.error"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            MESSAGE,
            LEVEL,
            PID,
            FieldSpec { name: "process.thread.id", meaning: "the number of the thread" },
            FieldSpec { name: "nginx.error.connection_id", meaning: "the number of the connection" },
            SOURCE_IP,
            SOURCE_PORT,
            FieldSpec { name: "nginx.error.server", meaning: "the name of the virtual server" },
            FieldSpec { name: "http.request.method", meaning: "the method of the request" },
            FieldSpec { name: "url.original", meaning: "what was asked for, as written" },
            FieldSpec { name: "http.version", meaning: "the version of HTTP" },
            FieldSpec { name: "nginx.error.subrequest", meaning: "what the server asked itself for" },
            FieldSpec { name: "nginx.error.upstream", meaning: "the server that the request was handed to" },
            FieldSpec { name: "url.domain", meaning: "the host that was asked for" },
            REFERRER,
        ]
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("event.action", "http.request.method")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"2022/03/22 15:48:02 [error] 411#411: *2035 open() \"/usr/share/nginx/html/x\" failed (2: No such file or directory), client: 192.0.2.8, server: example.com, request: \"GET /x HTTP/1.1\", host: \"www.example.com\"\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(is_start))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| nginx_start(line.as_bytes()).is_some()).count();
        // What programs behind it write goes on for many lines.
        if n * 8 >= lines.len().max(1) && !is_of_requests(head, n) {
            Confidence((60 + n * 39 / lines.len()) as u8)
        } else {
            Confidence::NONE
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Mixed::new(Own::Nginx, fields)))
    }
}

/// Whether a record begins with `line`, be its date possible or not.
fn is_nginx_start(line: &[u8]) -> bool {
    line.get(19..21) == Some(b" [")
        && line[4] == b'/'
        && line[13] == b':'
        && line[..4].iter().all(u8::is_ascii_digit)
}

/// `2022/03/22 15:48:02 [error] 411#411: ` at the start of a line: the time, and level, process, thread and where they end.
fn nginx_start(line: &[u8]) -> Option<(Reading, [Token; 3], usize)> {
    if line.get(4) != Some(&b'/') || line.get(19..21) != Some(b" [") {
        return None;
    }
    let (reading, end) = time::iso(line).filter(|&(_, end)| end == 19)?;
    let level = token(line, end).filter(|level| level.of(line).iter().all(u8::is_ascii_lowercase))?;
    let ids = word(line, level.next)?;
    let text = ids.of(line).strip_suffix(b":")?;
    let hash = memchr::memchr(b'#', text)
        .filter(|&hash| is_number(&text[..hash]) && is_number(&text[hash + 1..]))?;
    let pid = Token { end: ids.first + hash, ..ids };
    let thread = Token { first: ids.first + hash + 1, end: ids.end - 1, ..ids };
    Some((reading, [level, pid, thread], ids.next))
}

struct NginxParser {
    http: Http,
    dataset: FieldId,
    message: FieldId,
    level: FieldId,
    pid: FieldId,
    thread: FieldId,
    connection: FieldId,
    source: FieldId,
    port: FieldId,
    server: FieldId,
    subrequest: FieldId,
    upstream: FieldId,
    domain: FieldId,
}

impl NginxParser {
    fn new(fields: &mut Fields) -> NginxParser {
        NginxParser {
            http: Http::new(fields),
            dataset: fields.intern("event.dataset"),
            message: fields.intern("message"),
            level: fields.intern("log.level"),
            pid: fields.intern("process.pid"),
            thread: fields.intern("process.thread.id"),
            connection: fields.intern("nginx.error.connection_id"),
            source: fields.intern("source.ip"),
            port: fields.intern("source.port"),
            server: fields.intern("nginx.error.server"),
            subrequest: fields.intern("nginx.error.subrequest"),
            upstream: fields.intern("nginx.error.upstream"),
            domain: fields.intern("url.domain"),
        }
    }

    /// Where `, client: ` stands that names an address.
    fn client(record: &[u8], from: usize) -> Option<usize> {
        let mut end = record.len();
        while let Some(n) = memchr::memmem::rfind(&record[from..end], b", client: ") {
            let text = &record[from + n + 10..];
            let length = text.iter().position(|byte| matches!(byte, b',' | b' ')).unwrap_or(text.len());
            let is_client =
                text[..length].starts_with(b"unix:") || address_and_port(&text[..length]).is_some();
            if is_client {
                return Some(from + n);
            }
            end = from + n;
        }
        None
    }

    /// What is said of the request behind `, client: `.
    fn request(&self, record: &[u8], from: usize, event: &mut Event) {
        const NAMES: [&[u8]; 7] = [
            b", client: ",
            b", server: ",
            b", request: ",
            b", subrequest: ",
            b", upstream: ",
            b", host: ",
            b", referrer: ",
        ];
        let mut at = from;
        let mut next = 0;
        while let Some(n) = (next..NAMES.len()).find(|&n| record[at..].starts_with(NAMES[n])) {
            let first = at + NAMES[n].len();
            // A value ends where the next one begins; of a quoted one the last such place counts.
            let rest = &record[first..];
            let is_quoted = rest.first() == Some(&b'"');
            let ends = NAMES[n + 1..].iter().filter_map(|name| {
                let found = if is_quoted {
                    memchr::memmem::rfind(rest, name)
                } else {
                    memchr::memmem::find(rest, name)
                };
                found.filter(|&end| !is_quoted || end > 1 && rest[end - 1] == b'"')
            });
            let end = first + ends.min().unwrap_or(rest.len());
            let value = match is_quoted && end > first + 1 && record[end - 1] == b'"' {
                true => Token { first: first + 1, end: end - 1, next: end, is_quoted: true },
                false => Token { first, end, next: end, is_quoted: false },
            };
            self.part(n, record, value, event);
            (at, next) = (end, n + 1);
        }
    }

    fn part(&self, n: usize, record: &[u8], value: Token, event: &mut Event) {
        match n {
            0 => {
                if let Some((address, port)) = address_and_port(value.of(record)) {
                    event.push_slice(
                        self.source,
                        Kind::Text,
                        value.first + address.start,
                        value.first + address.end,
                    );
                    if let Some(port) = port {
                        event.push_slice(self.port, Kind::Number, value.first + port, value.end);
                    }
                }
            }
            1 => push(self.server, record, value, event),
            2 => self.http.request(record, value, event),
            3 => push(self.subrequest, record, value, event),
            4 => push(self.upstream, record, value, event),
            5 => push(self.domain, record, value, event),
            _ => self.http.referrer(record, value, event),
        }
    }
}

impl Parser for NginxParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let start =
            nginx_start(record).ok_or(Why::NotAnEvent { expected: "a time, a level and a process" })?;
        let (reading, [level, pid, thread], at) = start;
        event.time = Some(reading);
        event.push_slice(self.level, Kind::Text, level.first, level.end);
        event.push_slice(self.pid, Kind::Number, pid.first, pid.end);
        event.push_slice(self.thread, Kind::Number, thread.first, thread.end);
        let mut first = crate::format::read::values::skip_spaces(record, at);
        if let Some(id) =
            word(record, first).filter(|id| id.of(record)[0] == b'*' && is_number(&id.of(record)[1..]))
        {
            event.push_slice(self.connection, Kind::Number, id.first + 1, id.end);
            first = crate::format::read::values::skip_spaces(record, id.next);
        }
        let end = record.trim_ascii_end().len().max(first);
        let client = NginxParser::client(&record[..end], first);
        event.push_slice(self.message, Kind::Text, first, client.unwrap_or(end));
        if let Some(client) = client {
            self.request(&record[..end], client, event);
        }
        event.push_text(self.dataset, Kind::Text, NginxError.name());
        Ok(Parsed::Event)
    }
}

impl Format for PhpError {
    fn name(&self) -> &'static str {
        "php.error"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            MESSAGE,
            LEVEL,
            FieldSpec { name: "log.origin.file.name", meaning: "the file that it happened in" },
            FieldSpec { name: "log.origin.file.line", meaning: "the line that it happened on" },
            FieldSpec { name: "php.error.zone", meaning: "the zone of the time" },
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"[22-Mar-2022 15:48:02 UTC] PHP Warning:  Undefined variable $x in /var/www/html/index.php on line 3\n[22-Mar-2022 15:48:03 UTC] PHP Fatal error:  Uncaught Error in /var/www/html/a.php:7\nStack trace:\n#0 {main}\n  thrown in /var/www/html/a.php on line 7\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| {
            line.first() == Some(&b'[')
                && line.get(3) == Some(&b'-')
                && line.get(7) == Some(&b'-')
                && line.get(15) == Some(&b':')
        }))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte == b'[') {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| php_time(line.as_bytes()).is_some()).count();
        let is_so =
            lines.first().is_some_and(|line| php_time(line.as_bytes()).is_some()) && n * 8 >= lines.len();
        if is_so { Confidence((60 + n * 39 / lines.len()) as u8) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(PhpParser {
            dataset: fields.intern("event.dataset"),
            message: fields.intern("message"),
            level: fields.intern("log.level"),
            file: fields.intern("log.origin.file.name"),
            line: fields.intern("log.origin.file.line"),
            zone: fields.intern("php.error.zone"),
        }))
    }
}

/// `[22-Mar-2022 15:48:02 UTC]` at the start of a line: the time, the zone and where it ends.
fn php_time(line: &[u8]) -> Option<(Reading, Token, usize)> {
    let close = memchr::memchr(b']', line.get(..line.len().min(80))?).filter(|_| line[0] == b'[')?;
    let text = line.get(1..close)?;
    let [d0, d1, b'-', m0, m1, m2, b'-', y0, y1, y2, y3, b' ', h0, h1, b':', n0, n1, b':', s0, s1, zone @ ..] =
        text
    else {
        return None;
    };
    let month = time::month(&[*m0, *m1, *m2])?;
    let number = |digits: &[u8]| time::number(digits);
    let civil = time::Civil {
        year: number(&[*y0, *y1, *y2, *y3])? as i64,
        month,
        day: number(&[*d0, *d1])?,
        hour: number(&[*h0, *h1])?,
        minute: number(&[*n0, *n1])?,
        second: number(&[*s0, *s1])?,
        nanos: 0,
    };
    let moment = civil.at_offset(0)?;
    let first = close - zone.len() + (zone.first() == Some(&b' ')) as usize;
    let zone = Token { first, end: close, next: close + 1, is_quoted: false };
    let reading = match zone.of(line) {
        b"UTC" | b"GMT" | b"Etc/UTC" => Reading::Utc(moment),
        _ => Reading::Local(moment),
    };
    Some((reading, zone, close + 1))
}

struct PhpParser {
    dataset: FieldId,
    message: FieldId,
    level: FieldId,
    file: FieldId,
    line: FieldId,
    zone: FieldId,
}

impl PhpParser {
    /// ` in FILE on line N` at the end of the message's first line, or of its last one.
    fn origin(&self, record: &[u8], first: usize, event: &mut Event) {
        let of_line = |from: usize, end: usize| {
            let line = &record[from..end];
            let on = memchr::memmem::rfind(line, b" on line ")?;
            let number = line[on + 9..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let start = memchr::memmem::rfind(&line[..on], b" in ")? + 4;
            (number > 0).then_some((from + start, from + on, from + on + 9 + number))
        };
        let end = memchr::memchr(b'\n', &record[first..]).map_or(record.len(), |n| first + n);
        let last = memchr::memrchr(b'\n', &record[first..]).map_or(first, |n| first + n);
        if let Some((file, on, number)) = of_line(first, end).or_else(|| of_line(last, record.len())) {
            event.push_slice(self.file, Kind::Text, file, on);
            event.push_slice(self.line, Kind::Number, on + 9, number);
        }
    }
}

impl Parser for PhpParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let start = php_time(record).ok_or(Why::NotAnEvent { expected: "a time between brackets" })?;
        let (reading, zone, at) = start;
        event.time = Some(reading);
        if !is_none(zone.of(record)) {
            event.push_slice(self.zone, Kind::Text, zone.first, zone.end);
        }
        let mut first = crate::format::read::values::skip_spaces(record, at);
        if record[first..].starts_with(b"PHP ") {
            let colon = memchr::memchr(b':', &record[first..record.len().min(first + 40)]);
            if let Some(n) = colon.filter(|&n| {
                record[first + 4..first + n].iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ')
            }) {
                event.push_slice(self.level, Kind::Text, first + 4, first + n);
                first = crate::format::read::values::skip_spaces(record, first + n + 1);
            }
        }
        let end = record.trim_ascii_end().len().max(first);
        self.origin(&record[..end], first, event);
        push(self.message, record, Token { first, end, next: end, is_quoted: false }, event);
        event.push_text(self.dataset, Kind::Text, PhpError.name());
        Ok(Parsed::Event)
    }
}
