//! nginx's error log: one message a record, of one line or several.
//!
//! Spec: `ngx_log_error_core` and `ngx_http_log_error_handler`, nginx.
//! Shape: `TIME [LEVEL] PID#TID: *N MESSAGE, client: …, server: …, request: "…", upstream: "…", host: "…"`. Lines without
//! a time belong to the record before them.
//! Time: local, without an offset.
//! Differs from the spec: what clients send stands unescaped in messages and requests; the last `, client: ` with an
//! address counts, for paths in messages come before it.
//! Rejects: records without a time.

use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Why, time};
use crate::format::read::http::{Http, push};
use crate::format::read::values::{Token, address_and_port, is_number, skip_spaces, token, word};
use crate::format::{Parsed, Parser};

/// The name of the format.
pub const NAME: &str = "nginx.error";

/// Whether a record begins with `line`, be its date possible or not.
pub fn is_nginx_start(line: &[u8]) -> bool {
    line.get(19..21) == Some(b" [")
        && line[4] == b'/'
        && line[13] == b':'
        && line[..4].iter().all(u8::is_ascii_digit)
}

/// `2022/03/22 15:48:02 [error] 411#411: ` at the start of a line: the time, and level, process, thread and where they end.
pub fn nginx_start(line: &[u8]) -> Option<(Reading, [Token; 3], usize)> {
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

fields! {
    /// What errors of nginx say.
    pub struct NginxFields {
        message: "message" "what was said";
        level: "log.level" "how grave it is, in the server's words";
        pid: "process.pid" "the number of the process";
        thread: "process.thread.id" "the number of the thread";
        connection: "nginx.error.connection_id" "the number of the connection";
        source: "source.ip" "the address that the request came from";
        port: "source.port" "the port that the request came from";
        server: "nginx.error.server" "the name of the virtual server";
        "http.request.method" "the method of the request";
        "url.original" "what was asked for, as written";
        "http.version" "the version of HTTP";
        subrequest: "nginx.error.subrequest" "what the server asked itself for";
        upstream: "nginx.error.upstream" "the server that the request was handed to";
        domain: "url.domain" "the host that was asked for";
        "http.request.referrer" "the page that the request says it came from";
        dataset: "event.dataset";
    }
}

/// Reads errors of nginx.
pub struct NginxParser {
    http: Http,
    ids: NginxFields,
}

impl NginxParser {
    /// Interns the fields.
    pub fn new(fields: &mut Fields) -> NginxParser {
        NginxParser { http: Http::new(fields), ids: NginxFields::new(fields) }
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
                        self.ids.source,
                        Kind::Text,
                        value.first + address.start,
                        value.first + address.end,
                    );
                    if let Some(port) = port {
                        event.push_slice(self.ids.port, Kind::Number, value.first + port, value.end);
                    }
                }
            }
            1 => push(self.ids.server, record, value, event),
            2 => self.http.request(record, value, event),
            3 => push(self.ids.subrequest, record, value, event),
            4 => push(self.ids.upstream, record, value, event),
            5 => push(self.ids.domain, record, value, event),
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
        event.push_slice(self.ids.level, Kind::Text, level.first, level.end);
        event.push_slice(self.ids.pid, Kind::Number, pid.first, pid.end);
        event.push_slice(self.ids.thread, Kind::Number, thread.first, thread.end);
        let mut first = skip_spaces(record, at);
        if let Some(id) =
            word(record, first).filter(|id| id.of(record)[0] == b'*' && is_number(&id.of(record)[1..]))
        {
            event.push_slice(self.ids.connection, Kind::Number, id.first + 1, id.end);
            first = skip_spaces(record, id.next);
        }
        let end = record.trim_ascii_end().len().max(first);
        let client = NginxParser::client(&record[..end], first);
        event.push_slice(self.ids.message, Kind::Text, first, client.unwrap_or(end));
        if let Some(client) = client {
            self.request(&record[..end], client, event);
        }
        event.push_text(self.ids.dataset, Kind::Text, NAME);
        Ok(Parsed::Event)
    }
}
