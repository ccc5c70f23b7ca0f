//! The audit log of ModSecurity, libmodsecurity and Coraza: requests that rules matched, with what was sent and answered.
//!
//! Spec: "ModSecurity 2 Data Formats" and "Reference Manual v2.x" (`SecAuditLogFormat`), owasp-modsecurity wiki;
//! libmodsecurity 3.0 `src/transaction.cc` (`toJSON`, `toOldAuditLogFormat`).
//! Shape: serial: lines in sections, each behind a boundary, `--c7036611-A--` (2.x) or `---1Pjqvqqj---A--` (3.x): A the
//! connection, B and F the heads of request and response, C and I the request's body, E the response's, H the trailer, Z
//! the end. JSON: an object a transaction, in two spellings.
//! Fields: of both those that JSON has in 2.x, `transaction.*`, `request.*`, `response.*`, `audit_data.*`; of 3.x its own.
//! Beside them `rule.id` and `rule.name`, of which there may be several.
//! Time: with an offset; in JSON of 3.x local.
//! Differs: only the end that a transaction's own boundary says ends it, for a body may hold anything; where it does not
//! come, the next transaction does.
//! Rejects: a serial transaction without section A; lines outside of all; what is no JSON.

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Part};
use crate::base::fields::{fields, joined};
use crate::base::stamp::stamp_at;
use crate::base::{Event, FieldId, Fields, Kind, Why, limits};
use crate::format::read::http::{Http, HttpFields};
use crate::format::read::json::{Flattener, Object};
use crate::format::read::mapped::{Map, Mapper, To, sniff_objects};
use crate::format::read::values::{Token, is_address, is_number, word};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, named};

/// Sections.
pub struct ModSecurity;

/// Objects.
pub struct ModSecurityJson;

/// The section that a line begins, and the boundary before its letter: `--c7036611-A--`.
fn boundary(line: &[u8]) -> Option<(&[u8], u8)> {
    let inner = line.strip_prefix(b"--")?.trim_ascii_end();
    let [before @ .., b'-', letter @ b'A'..=b'Z', b'-', b'-'] = inner else { return None };
    let name = before.strip_prefix(b"-").and_then(|name| name.strip_suffix(b"--")).unwrap_or(before);
    let is_name = (4..=64).contains(&name.len()) && name.iter().all(u8::is_ascii_alphanumeric);
    is_name.then_some((before, *letter))
}

/// Where the lines of a text stand, without their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let first = (next < text.len()).then_some(next)?;
        let end = memchr::memchr(b'\n', &text[first..]).map_or(text.len(), |n| first + n);
        next = end + 1;
        Some(first..end)
    })
}

/// Where the line ends that begins at `at`, with its line end.
fn line_end(text: &[u8], at: usize) -> Option<usize> {
    memchr::memchr(b'\n', &text[at..]).map(|n| at + n + 1)
}

/// Where behind the first line another transaction begins.
fn next_start(rest: &[u8]) -> Option<usize> {
    let starts = memchr::memmem::find_iter(rest, b"\n--").map(|at| at + 1);
    { starts }.find(|&at| {
        let line = &rest[at..line_end(rest, at).unwrap_or(rest.len())];
        boundary(line).is_some_and(|(_, letter)| letter == b'A')
    })
}

/// Where the first transaction of `rest` stands; lines before it are a record of their own.
fn part(rest: &[u8], is_end: bool) -> Option<Part> {
    let is_long = rest.len() > limits::RECORD_BYTES;
    let whole = (is_end || is_long).then_some(rest.len());
    let first = line_end(rest, 0).or(whole)?;
    let end = match boundary(&rest[..first]) {
        Some((own, b'A')) => {
            let last = [b"\n--", own, b"-Z--"].concat();
            let found = memchr::memmem::find(rest, &last).map(|at| at + last.len());
            match found {
                Some(at) => line_end(rest, at).or(whole)?,
                None => next_start(rest).filter(|_| whole.is_some()).or(whole)?,
            }
        }
        // Blank lines stand between transactions.
        _ if rest[..first].trim_ascii().is_empty() => first,
        _ => next_start(rest).or(whole)?,
    };
    Some(Part { first: 0, end })
}

/// The format's own fields, those of its rules, and of what all requests have all but bytes and referrer.
const SPECS: &[FieldSpec] = &joined::<{ SectionFields::SPECS.len() + RuleFields::SPECS.len() + 5 }>(&[
    SectionFields::SPECS,
    RuleFields::SPECS,
    HttpFields::SPECS.split_at(4).0,
    HttpFields::SPECS.split_at(6).1,
]);

impl Format for ModSecurity {
    fn name(&self) -> &'static str {
        "modsecurity.audit"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"--c7036611-A--\n[22/Mar/2022:15:48:02 +0000] OSD4l1BEUOkAAHZ8Y3QAAAAH 203.0.113.7 64995 198.51.100.2 80\n--c7036611-B--\nGET /index.php?exec=/bin/bash HTTP/1.1\nHost: www.example.com\nUser-Agent: curl/7.58.0\n\n--c7036611-F--\nHTTP/1.1 403 Forbidden\n\n--c7036611-H--\nMessage: Access denied with code 403 (phase 2). Matched phrase \"bin/bash\" at ARGS:exec. [file \"/etc/crs/932.conf\"] [line \"14\"] [id \"932160\"] [msg \"Remote Command Execution\"]\nAction: Intercepted (phase 2)\n\n--c7036611-Z--\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Parts(part)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let starts = [&b"--"[..], b"\n--"];
        if !head.bytes.starts_with(starts[0]) && memchr::memmem::find(head.bytes, starts[1]).is_none() {
            return Confidence::NONE;
        }
        let n = head.lines().iter().filter(|line| boundary(line.as_bytes()).is_some()).count();
        let is_first = head.lines().first().is_some_and(|line| boundary(line.as_bytes()).is_some());
        Confidence::certain_if(is_first && n > 1 || n > 3)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Sections {
            ids: SectionFields::new(fields),
            rules: RuleFields::new(fields),
            http: Http::new(fields),
        }))
    }
}

fields! {
    struct SectionFields {
        transaction: "transaction.transaction_id" "the number of the transaction";
        remote_address: "transaction.remote_address" "where the request came from";
        remote_port: "transaction.remote_port" "the port it came from";
        local_address: "transaction.local_address" "the address of the server";
        local_port: "transaction.local_port" "the port of the server";
        "request.headers.*" "the headers of the request";
        request_body: "request.body" "the body of the request";
        status: "response.status" "the status of the response";
        "response.headers.*" "the headers of the response";
        response_body: "response.body" "the body of the response";
        messages: "audit_data.messages" "what the rules said that matched";
        "audit_data.*" "other lines of the trailer";
        dataset: "event.dataset";
        time: "transaction.time";
        id: "event.id";
        source_ip: "source.ip";
        source_port: "source.port";
        destination_ip: "destination.ip";
        destination_port: "destination.port";
        request_line: "request.request_line";
        protocol: "response.protocol";
        message: "message";
    }
}

impl SectionFields {
    /// The parts of section A in their order, each with the common field of the same value.
    fn connection(&self) -> [(FieldId, Option<FieldId>); 6] {
        [
            (self.time, None),
            (self.transaction, Some(self.id)),
            (self.remote_address, Some(self.source_ip)),
            (self.remote_port, Some(self.source_port)),
            (self.local_address, Some(self.destination_ip)),
            (self.local_port, Some(self.destination_port)),
        ]
    }
}

struct Sections {
    ids: SectionFields,
    rules: RuleFields,
    http: Http,
}

impl Parser for Sections {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let sections = sections(record).ok_or(Why::NotAnEvent { expected: "a boundary before section A" })?;
        for (letter, at) in sections {
            match letter {
                b'A' => self.connection(record, at, event),
                b'B' => self.head(record, at, "request.headers.", fields, event),
                b'F' => self.head(record, at, "response.headers.", fields, event),
                b'C' | b'I' => push_body(self.ids.request_body, record, at, event),
                b'E' => push_body(self.ids.response_body, record, at, event),
                b'H' => self.trailer(record, at, fields, event),
                _ => {}
            }
        }
        if event.leaf(self.ids.transaction).is_none() {
            return Err(Why::NotAnEvent { expected: "time and addresses in section A" });
        }
        event.push_text(self.ids.dataset, Kind::Text, ModSecurity.name());
        Ok(Parsed::Event)
    }
}

/// The sections of a transaction and where they stand; `None` where it does not begin with one.
fn sections(record: &[u8]) -> Option<Vec<(u8, Range<usize>)>> {
    let mut lines = lines(record);
    let first = lines.next()?;
    let (own, letter) = boundary(&record[first.clone()]).filter(|(_, letter)| *letter == b'A')?;
    let start = (first.end + 1).min(record.len());
    let mut sections = vec![(letter, start..start)];
    for line in lines {
        match boundary(&record[line.clone()]) {
            Some((name, letter)) if name == own => {
                let start = (line.end + 1).min(record.len());
                sections.push((letter, start..start));
            }
            _ => sections.last_mut()?.1.end = line.end,
        }
    }
    Some(sections)
}

/// Adds a body, if there is one.
fn push_body(field: FieldId, record: &[u8], at: Range<usize>, event: &mut Event) {
    let n = record[at.clone()].trim_ascii_end().len();
    if n > 0 {
        event.push_slice(field, Kind::Text, at.start, at.start + n);
    }
}

impl Sections {
    /// `[22/Mar/2022:15:48:02 +0000] ID ADDRESS PORT ADDRESS PORT`.
    fn connection(&self, record: &[u8], at: Range<usize>, event: &mut Event) {
        let line = at.start..at.start + memchr::memchr(b'\n', &record[at.clone()]).unwrap_or(at.len());
        let text = record[line.clone()].trim_ascii_end();
        let Some(close) = memchr::memchr(b']', text).filter(|_| text.starts_with(b"[")) else { return };
        let time = line.start + 1..line.start + close;
        event.time = stamp_at(&record[..time.end], time.start).map(|stamp| stamp.reading);
        let mut at = close + 1;
        let words = std::iter::from_fn(|| {
            let word = word(text, at)?;
            at = word.next;
            Some(line.start + word.first..line.start + word.end)
        });
        let parts: Vec<Range<usize>> = std::iter::once(time).chain(words.take(5)).collect();
        if parts.len() < 6 {
            return;
        }
        for (at, (field, common)) in parts.iter().zip(self.ids.connection()) {
            let value = &record[at.clone()];
            let kind = if is_number(value) { Kind::Number } else { Kind::Text };
            let is_good = |field: FieldId| {
                let is_ip = [self.ids.source_ip, self.ids.destination_ip].contains(&field);
                !is_ip || is_address(value)
            };
            event.push_slice(field, kind, at.start, at.end);
            if let Some(common) = common.filter(|&field| is_good(field)) {
                event.push_slice(common, kind, at.start, at.end);
            }
        }
    }

    /// A request's or a response's first line, and its headers.
    fn head(&self, record: &[u8], at: Range<usize>, path: &str, fields: &mut Fields, event: &mut Event) {
        let is_request = path.starts_with("request");
        for (number, line) in lines(&record[at.clone()]).enumerate() {
            let first = at.start + line.start;
            let end = first + record[first..at.start + line.end].trim_ascii_end().len();
            let token = |first| Token { first, end, next: end, is_quoted: false };
            if number == 0 && first < end {
                if is_request {
                    event.push_slice(self.ids.request_line, Kind::Text, first, end);
                    self.http.request(record, token(first), event);
                } else {
                    self.status_line(record, first..end, event);
                }
                continue;
            }
            let Some(n) = memchr::memchr(b':', &record[first..end]) else { continue };
            let name = String::from_utf8_lossy(&record[first..first + n]).into_owned();
            let value = end - record[first + n + 1..end].trim_ascii_start().len();
            event.push_slice(named(&format!("{path}{name}"), fields), Kind::Text, value, end);
            match name.to_ascii_lowercase().as_str() {
                "user-agent" if is_request => self.http.agent(record, token(value), event),
                "referer" if is_request => self.http.referrer(record, token(value), event),
                _ => {}
            }
        }
    }

    /// `HTTP/1.1 403 Forbidden`
    fn status_line(&self, record: &[u8], at: Range<usize>, event: &mut Event) {
        let n = memchr::memchr(b' ', &record[at.clone()]).unwrap_or(at.len());
        event.push_slice(self.ids.protocol, Kind::Text, at.start, at.start + n);
        let first = (at.start + n + 1).min(at.end);
        let n = record[first..at.end].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if n > 0 {
            event.push_slice(self.ids.status, Kind::Number, first, first + n);
            self.http.status(
                record,
                Token { first, end: first + n, next: first + n, is_quoted: false },
                event,
            );
        }
    }

    /// What the engine says of the transaction: `Name: value` lines.
    fn trailer(&self, record: &[u8], at: Range<usize>, fields: &mut Fields, event: &mut Event) {
        for line in lines(&record[at.clone()]) {
            let first = at.start + line.start;
            let end = first + record[first..at.start + line.end].trim_ascii_end().len();
            let Some(n) = memchr::memmem::find(&record[first..end], b": ") else { continue };
            let value = first + n + 2;
            match &record[first..first + n] {
                // 3.x
                b"Message" | b"ModSecurity" => {
                    if event.leaf(self.ids.message).is_none() {
                        event.push_slice(self.ids.message, Kind::Text, value, end);
                    }
                    event.push_slice(self.ids.messages, Kind::Text, value, end);
                    self.rules.of_message(&record[value..end], event);
                }
                name => {
                    let is_stop = name == b"Action" && record[value..end].starts_with(b"Intercepted");
                    let name = match name {
                        b"Apache-Error" => "error_messages".to_owned(),
                        name => String::from_utf8_lossy(name).to_ascii_lowercase().replace('-', "_"),
                    };
                    let field = named(&format!("audit_data.{name}"), fields);
                    event.push_slice(field, Kind::Text, value, end);
                    if is_stop {
                        event.push_text(self.rules.action, Kind::Text, INTERCEPTED);
                    }
                }
            }
        }
    }
}

const INTERCEPTED: &str = "modsecurity_intercepted";

fields! {
    /// The rules that matched.
    struct RuleFields {
        id: "rule.id" "the numbers of the rules that matched";
        name: "rule.name" "what these rules say of themselves";
        action: "event.action" "modsecurity_intercepted where the request was stopped";
    }
}

impl RuleFields {
    /// Adds what a message says of its rule: `… [file "…"] [line "14"] [id "960015"] [msg "…"] …`.
    fn of_message(&self, message: &[u8], event: &mut Event) {
        // What stands before the file, and quotes in it, may be the client's; behind it quotes are escaped.
        let Some(at) = memchr::memmem::rfind(message, b"[file \"") else { return };
        for (field, start) in [(self.id, b"[id \"".as_slice()), (self.name, b"[msg \"")] {
            let Some(n) = memchr::memmem::find(&message[at..], start) else { continue };
            let text = &message[at + n + start.len()..];
            let end = memchr::memmem::find(text, b"\"]").unwrap_or(text.len());
            if let Ok(text) = std::str::from_utf8(&text[..end]) {
                event.push_text(field, Kind::Text, text);
            }
        }
    }
}

impl Format for ModSecurityJson {
    fn name(&self) -> &'static str {
        "modsecurity.audit.json"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        ObjectFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"transaction":{"time":"22/Mar/2022:15:48:02 +0000","transaction_id":"Yospoq1A","remote_address":"203.0.113.7","remote_port":43790,"local_address":"198.51.100.2","local_port":80},"request":{"request_line":"GET /index.php?exec=/bin/bash HTTP/1.1","headers":{"Host":"localhost","User-Agent":"curl/7.58.0"}},"response":{"protocol":"HTTP/1.1","status":403},"audit_data":{"messages":["Access denied with code 403 (phase 2). [file \"/etc/crs/932.conf\"] [line \"14\"] [id \"932160\"] [msg \"Remote Command Execution\"]"],"action":{"intercepted":true,"phase":2}}}"#,
            br#"{"transaction":{"client_ip":"203.0.113.7","time_stamp":"Tue Mar 22 15:48:02 2022","client_port":44464,"host_ip":"198.51.100.2","host_port":443,"id":"162100396753.595789","request":{"method":"GET","http_version":1.1,"uri":"/owa/","headers":{"User-Agent":"curl/7.58.0"}},"response":{"http_code":404},"messages":[{"message":"Host header is a numeric IP address","details":{"ruleId":"920350","data":"198.51.100.2"}}]}}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        fn is_record(object: &Object<'_>) -> bool {
            let start = &object.bytes[..object.bytes.len().min(4 << 10)];
            object.has("transaction")
                && [&b"\"client_ip\""[..], b"\"remote_address\""]
                    .iter()
                    .any(|key| memchr::memmem::find(start, key).is_some())
        }
        sniff_objects(head, &[], is_record)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Objects {
            mapper: Mapper::new(MAP, Flattener::default(), fields),
            ids: ObjectFields::new(fields),
            rules: RuleFields::new(fields),
        }))
    }
}

/// What the status of a response says of the request.
fn outcome(status: &[u8]) -> &'static str {
    match status {
        [b'1'..=b'3', b'0'..=b'9', b'0'..=b'9'] => "success",
        [b'4' | b'5', b'0'..=b'9', b'0'..=b'9'] => "failure",
        _ => "",
    }
}

const MAP: Map = &[
    ("transaction.unix_timestamp", To::Time),
    ("transaction.time", To::Time),
    ("transaction.time_stamp", To::Time),
    ("transaction.timestamp", To::Time),
    ("transaction.transaction_id", To::Field("event.id")),
    ("transaction.unique_id", To::Field("event.id")),
    ("transaction.id", To::Field("event.id")),
    ("transaction.remote_address", To::Address("source.ip")),
    ("transaction.client_ip", To::Address("source.ip")),
    ("transaction.remote_port", To::Field("source.port")),
    ("transaction.client_port", To::Field("source.port")),
    ("transaction.local_address", To::Address("destination.ip")),
    ("transaction.host_ip", To::Address("destination.ip")),
    ("transaction.local_port", To::Field("destination.port")),
    ("transaction.host_port", To::Field("destination.port")),
    ("transaction.request.method", To::Field("http.request.method")),
    ("transaction.request.uri", To::Field("url.original")),
    ("transaction.request.http_version", To::Field("http.version")),
    ("request.headers.User-Agent", To::Field("user_agent.original")),
    ("request.headers.user-agent", To::Field("user_agent.original")),
    ("transaction.request.headers.User-Agent", To::Field("user_agent.original")),
    ("transaction.request.headers.user-agent", To::Field("user_agent.original")),
    ("transaction.request.headers.user-agent[]", To::Field("user_agent.original")),
    ("response.status", To::Field("http.response.status_code")),
    ("transaction.response.http_code", To::Field("http.response.status_code")),
    ("transaction.response.status", To::Field("http.response.status_code")),
    ("response.status", To::Outcome(outcome)),
    ("transaction.response.http_code", To::Outcome(outcome)),
    ("transaction.response.status", To::Outcome(outcome)),
    ("audit_data.messages[]", To::Field("message")),
    ("transaction.messages[].message", To::Field("message")),
    ("messages[].message", To::Field("message")),
];

fields! {
    struct ObjectFields {
        "transaction.client_ip" "where the request came from";
        rule_name: "transaction.messages[].message" "what the rules said that matched";
        "transaction.messages[].details.data" "what a rule found";
        rule_id: "transaction.messages[].details.ruleId";
        other_rule_id: "messages[].data.id";
        other_rule_name: "messages[].data.msg";
        is_stop: "transaction.is_interrupted";
        other_is_stop: "audit_data.action.intercepted";
        texts: "audit_data.messages[]";
        request_line: "request.request_line";
        method: "http.request.method";
        url: "url.original";
        version: "http.version";
        dataset: "event.dataset";
    }
}

struct Objects {
    mapper: Mapper,
    ids: ObjectFields,
    rules: RuleFields,
}

impl Parser for Objects {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.mapper.read(record, fields, event)?;
        let (ids, mut texts, mut is_stop) = (self.ids, Vec::new(), false);
        for index in 0..event.leaves().len() {
            let leaf = event.leaves()[index];
            if [ids.rule_id, ids.other_rule_id].contains(&leaf.field) {
                event.push_copy(self.rules.id, leaf);
            } else if [ids.rule_name, ids.other_rule_name].contains(&leaf.field) {
                event.push_copy(self.rules.name, leaf);
            } else if leaf.field == ids.texts {
                texts.push(event.bytes(record, &leaf).to_vec());
            } else if [ids.is_stop, ids.other_is_stop].contains(&leaf.field) {
                is_stop |= event.bytes(record, &leaf) == b"true";
            }
        }
        texts.iter().for_each(|text| self.rules.of_message(text, event));
        if is_stop {
            event.push_text(self.rules.action, Kind::Text, INTERCEPTED);
        }
        self.request(record, event);
        event.push_text(self.ids.dataset, Kind::Text, ModSecurityJson.name());
        Ok(Parsed::Event)
    }
}

impl Objects {
    /// The parts of a request line; where it is none, all of it is what was asked for.
    fn request(&self, record: &[u8], event: &mut Event) {
        let Some(leaf) = event.leaf(self.ids.request_line) else { return };
        let line = String::from_utf8_lossy(event.bytes(record, &leaf)).into_owned();
        let parts = line.rsplit_once(" HTTP/").and_then(|(rest, version)| {
            let (method, url) = rest.split_once(' ')?;
            Some([(self.ids.method, method), (self.ids.url, url), (self.ids.version, version)])
        });
        for (field, text) in
            parts.unwrap_or([(self.ids.method, ""), (self.ids.url, &line), (self.ids.version, "")])
        {
            if !text.is_empty() {
                event.push_text(field, Kind::Text, text);
            }
        }
    }
}
