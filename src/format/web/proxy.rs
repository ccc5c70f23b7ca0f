//! Logs of proxies: Squid's native access log, and HAProxy's HTTP and TCP log where it stands alone.
//!
//! Spec: "Squid native access.log format detailed"; "Logging", HAProxy configuration manual, chapter 8.
//! Shape: Squid `SECONDS.MS ELAPSED CLIENT RESULT/STATUS BYTES METHOD URL USER HIERARCHY/PEER TYPE`; HAProxy
//! `CLIENT:PORT [TIME] FRONTEND BACKEND/SERVER TIMERS STATUS BYTES COOKIES STATE CONNECTIONS QUEUES {HEADERS} "REQUEST"`.
//! Units: bytes to the client; durations in milliseconds, `-1` where it did not come to that.
//! Time: Squid's is UTC, when the request ended; HAProxy's is local, when the connection was accepted.
//! Rejects: fewer fields; no time where it stands.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why, time};
use crate::format::read::http::{Http, is_none, push};
use crate::format::read::values::{
    Token, address_and_port, begins, is_address, is_decimal, is_number, skip_spaces, token, word,
};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// Squid's native log.
pub struct Squid;
/// HAProxy without the header of a syslog.
pub struct HaProxy;

fields! {
    struct SquidFields {
        elapsed: "squid.elapsed" "milliseconds that the request took";
        "source.ip" "the client's address";
        address: "source.address" "the client's name";
        result: "squid.result" "what became of the request in the cache: TCP_MISS, TCP_DENIED, …";
        "http.response.status_code" "the status of the response";
        "http.response.body.bytes" "bytes to the client";
        method: "http.request.method" "the method of the request";
        url: "url.original" "what was asked for";
        user: "user.name" "the user who was authenticated";
        hierarchy: "squid.hierarchy" "how the answer was had: HIER_DIRECT, NONE, …";
        peer_ip: "destination.ip" "the server's address";
        peer: "destination.address" "the server's name";
        mime: "http.response.mime_type" "the type of the answer";
        extra: "extra" "what follows the usual fields";
        dataset: "event.dataset";
    }
}

impl Format for Squid {
    fn name(&self) -> &'static str {
        "squid.access"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        SquidFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("event.action", "http.request.method")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"1647942501.343   1357 192.0.2.199 TCP_REFRESH_HIT/304 214 GET http://www.example.com/styles.css badeyek DIRECT/198.51.100.61 text/css\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        let is_squid = |line: &str| {
            let mut words = line.split_ascii_whitespace();
            let seconds = words.next().is_some_and(|word| seconds(word.as_bytes()).is_some());
            let elapsed = seconds && words.next().is_some_and(|word| is_decimal(word.as_bytes()));
            let result = if elapsed { words.nth(1) } else { None };
            result.and_then(|result| result.split_once('/')).is_some_and(|(tag, status)| {
                tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
                    && is_number(status.as_bytes())
            })
        };
        head.share(is_squid)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(SquidParser { http: Http::new(fields), ids: SquidFields::new(fields) }))
    }
}

/// `1647942501.343`.
fn seconds(text: &[u8]) -> Option<Timestamp> {
    let point = memchr::memchr(b'.', text).filter(|&point| (9..=10).contains(&point))?;
    let (whole, part) = (&text[..point], &text[point + 1..]);
    if !is_number(whole) || !is_number(part) || part.len() > 9 {
        return None;
    }
    let seconds = whole.iter().fold(0_i64, |n, &digit| n * 10 + (digit - b'0') as i64);
    let nanos = time::number(part)? as i64 * 10_i64.pow(9 - part.len() as u32);
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos).map(Timestamp)
}

struct SquidParser {
    http: Http,
    ids: SquidFields,
}

impl Parser for SquidParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let ids = &self.ids;
        let mut parts = [Token { first: 0, end: 0, next: 0, is_quoted: false }; 10];
        let (mut at, mut n) = (0, 0);
        for slot in &mut parts {
            let Some(found) = word(record, at) else { break };
            (*slot, at, n) = (found, found.next, n + 1);
        }
        let [when, took, client, code, bytes, verb, target, who, how, kind] = parts;
        let moment = seconds(when.of(record)).ok_or(Why::NotAnEvent { expected: "seconds since 1970" })?;
        if n < 9 {
            return Err(Why::FieldCount { expected: 10, found: n as u64 });
        }
        event.time = Some(Reading::Utc(moment));
        if is_decimal(took.of(record)) {
            event.push_slice(ids.elapsed, Kind::Number, took.first, took.end);
        }
        if !self.http.source(record, client, event) {
            push(ids.address, record, client, event);
        }
        let slash = memchr::memrchr(b'/', code.of(record)).map_or(code.end, |n| code.first + n);
        event.push_slice(ids.result, Kind::Text, code.first, slash);
        let status = Token { first: (slash + 1).min(code.end), ..code };
        self.http.status(record, status, event);
        self.http.bytes(record, bytes, event);
        push(ids.method, record, verb, event);
        push(ids.url, record, target, event);
        push(ids.user, record, who, event);
        let slash = memchr::memchr(b'/', how.of(record)).map_or(how.end, |n| how.first + n);
        event.push_slice(ids.hierarchy, Kind::Text, how.first, slash);
        let server = Token { first: (slash + 1).min(how.end), ..how };
        let is_ip = is_address(server.of(record));
        push(if is_ip { ids.peer_ip } else { ids.peer }, record, server, event);
        if n == 10 {
            push(ids.mime, record, kind, event);
            let first = skip_spaces(record, kind.next);
            let end = record.trim_ascii_end().len();
            if first < end {
                event.push_slice(ids.extra, Kind::Text, first, end);
            }
        }
        event.push_text(ids.dataset, Kind::Text, Squid.name());
        Ok(Parsed::Event)
    }
}

fields! {
    struct HaProxyFields {
        ip: "source.ip" "the client's address";
        port: "source.port" "the client's port";
        frontend: "haproxy.frontend" "the frontend that took the connection";
        backend: "haproxy.backend" "the backend that it was handed to";
        server: "haproxy.server" "the server that it was handed to";
        timers: "haproxy.timers" "milliseconds of each phase, as written";
        state: "haproxy.termination_state" "how the session ended";
        connections: "haproxy.connections" "connections at that time, as written";
        queues: "haproxy.queues" "places in the queues, as written";
        headers: "haproxy.headers" "captured headers, as written";
        "http.response.status_code" "the status of the response";
        bytes: "http.response.bytes" "bytes to the client";
        "http.request.method" "the method of the request";
        "url.original" "what was asked for";
        "http.version" "the version of HTTP";
        extra: "extra" "what follows the request";
        dataset: "event.dataset";
    }
}

impl Format for HaProxy {
    fn name(&self) -> &'static str {
        "haproxy.log"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        HaProxyFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("event.action", "http.request.method")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"192.0.2.2:33317 [06/Feb/2022:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} \"GET /index.html HTTP/1.1\"\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(200)];
        if memchr::memmem::find(start, b" [").is_none()
            || matches!(start.first(), None | Some(b'{' | b'<' | b'#'))
        {
            return Confidence::NONE;
        }
        head.share(|line| haproxy_start(line.as_bytes()).is_some_and(|(_, _, has_port)| has_port))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(HaProxyParser { http: Http::new(fields), ids: HaProxyFields::new(fields) }))
    }
}

/// Whether a word is `10/0/30/69/109`.
fn is_timers(text: &[u8]) -> bool {
    text.contains(&b'/')
        && text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'+'))
}

/// Client and time; and whether the line goes on with a frontend, a server and timers.
fn haproxy_start(line: &[u8]) -> Option<(Token, Token, bool)> {
    let client = word(line, 0)?;
    let time = token(line, client.next).filter(|time| line[time.first - 1] == b'[')?;
    time::common_log(time.of(line))?;
    let frontend = word(line, time.next)?;
    let server = word(line, frontend.next);
    let timers = server.and_then(|server| word(line, server.next));
    let is_timers = timers.is_some_and(|timers| is_timers(timers.of(line)));
    // Some sites put the host in front of the timers.
    let is_server = server.is_some_and(|server| server.of(line).contains(&b'/'));
    Some((client, time, is_server && (is_timers || line.contains(&b'/'))))
}

struct HaProxyParser {
    http: Http,
    ids: HaProxyFields,
}

impl HaProxyParser {
    /// `192.0.2.2:33317`, or `-:33317` where the address is not told.
    fn client(&self, record: &[u8], client: Token, event: &mut Event) {
        let ids = &self.ids;
        if let Some((address, port_first)) = address_and_port(client.of(record)) {
            event.push_slice(ids.ip, Kind::Text, client.first + address.start, client.first + address.end);
            if let Some(first) = port_first {
                event.push_slice(ids.port, Kind::Number, client.first + first, client.end);
            }
        } else if let Some(number) = client.of(record).strip_prefix(b"-:").filter(|number| is_number(number))
        {
            event.push_slice(ids.port, Kind::Number, client.end - number.len(), client.end);
        }
    }

    /// Frontend, backend and server, and behind other words the timers; where these end.
    fn servers(&self, record: &[u8], mut at: usize, event: &mut Event) -> usize {
        let ids = &self.ids;
        if let Some(frontend) = word(record, at) {
            push(ids.frontend, record, frontend, event);
            at = frontend.next;
        }
        if let Some(both) = word(record, at) {
            at = both.next;
            let slash = memchr::memchr(b'/', both.of(record)).map_or(both.end, |n| both.first + n);
            push(ids.backend, record, Token { end: slash, ..both }, event);
            push(ids.server, record, Token { first: (slash + 1).min(both.end), ..both }, event);
        }
        while let Some(value) = word(record, at) {
            at = value.next;
            if is_timers(value.of(record)) {
                push(ids.timers, record, value, event);
                break;
            }
        }
        at
    }

    /// Status, bytes and cookies of HTTP, or the bytes of TCP; where they end.
    fn counts(&self, record: &[u8], at: usize, event: &mut Event) -> usize {
        let Some(first) = word(record, at) else { return at };
        let Some(second) = word(record, first.next) else { return at };
        let is_http = is_decimal(second.of(record));
        let bytes = if is_http { second } else { first };
        if is_http {
            self.http.status(record, first, event);
        }
        if is_number(bytes.of(record)) {
            event.push_slice(self.ids.bytes, Kind::Number, bytes.first, bytes.end);
        }
        let n_cookies = if is_http { 2 } else { 0 };
        (0..n_cookies).fold(bytes.next, |at, _| word(record, at).map_or(at, |cookie| cookie.next))
    }

    /// How the session ended, connections and queues, and captured headers; where they end.
    fn session(&self, record: &[u8], mut at: usize, event: &mut Event) -> usize {
        let ids = &self.ids;
        for field in [ids.state, ids.connections, ids.queues] {
            let Some(value) = word(record, at) else { break };
            at = value.next;
            push(field, record, value, event);
        }
        while let Some(value) = word(record, at).filter(|value| value.of(record)[0] == b'{') {
            let end = memchr::memchr(b'}', &record[value.first..]).map_or(value.end, |n| value.first + n + 1);
            push(ids.headers, record, Token { end, ..value }, event);
            at = end.max(value.first + 1);
        }
        at
    }

    /// The request between quotes, and what follows it.
    fn request(&self, record: &[u8], at: usize, event: &mut Event) {
        let first = skip_spaces(record, at);
        if record.get(first) != Some(&b'"') {
            return;
        }
        let end = record.trim_ascii_end().len();
        // A request that is cut off has no quote at its end.
        let closed = token(record, first).filter(|value| value.is_quoted);
        let cut = Token { first: first + 1, end: end.max(first + 1), next: end, is_quoted: true };
        let value = closed.unwrap_or(cut);
        self.http.request(record, value, event);
        let rest = skip_spaces(record, value.next);
        if rest < end && !is_none(&record[rest..end]) {
            event.push_slice(self.ids.extra, Kind::Text, rest, end);
        }
    }
}

impl Parser for HaProxyParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let found = haproxy_start(record);
        let (client, time, _) =
            found.ok_or(Why::NotAnEvent { expected: "a client and a time between brackets" })?;
        event.time = time::common_log(time.of(record)).map(|(reading, _)| reading);
        self.client(record, client, event);
        let at = self.servers(record, time.next, event);
        let at = self.counts(record, at, event);
        let at = self.session(record, at, event);
        self.request(record, at, event);
        event.push_text(self.ids.dataset, Kind::Text, HaProxy.name());
        Ok(Parsed::Event)
    }
}
