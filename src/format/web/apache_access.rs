//! Access logs in the common log format and its relatives, as Apache, nginx, LiteSpeed, lighttpd, Caddy and Traefik
//! write them: one request a line.
//!
//! Spec: "Log Files", Apache HTTP Server 2.4; `ngx_http_log_module`; "Log format", ingress-nginx; "Access logs", Traefik.
//! Shape: `HOST IDENT USER [TIME] "REQUEST" STATUS BYTES`, then often `"REFERRER" "AGENT"`, then what a server adds. A
//! virtual host with or without a port, or addresses that a request was forwarded for, may stand in front.
//! One format for all of them: what they share is this grammar, and a line does not say who wrote it.
//! Nginx Proxy Manager's own form, `[TIME] CACHE UPSTREAM STATUS - METHOD SCHEME HOST "URL" [Client …] [Length …] …`, and
//! BunkerWeb's, which has the number of the request in front of the user, may stand among the others.
//! Containers write their errors among the requests: see [`super::mixed`].
//! Units: bytes of the body; the durations that some add have no common unit and stay as written, under `extra`.
//! Time: between brackets, with an offset.
//! Fields: `source.ip` where the host is an address, `source.address` otherwise. Of several addresses in front the first
//! public one counts, or the first; all stand in `http.request.headers.x-forwarded-for`, which a client can make up.
//! Escapes (`\"`, `\x22`) stay as written. A request that is none (TLS to a plain port, say) is `url.original` as a whole.
//! Differs from the spec: user names may have spaces. `[-]` is no time.
//! Rejects: lines without a time between brackets before a quote.

use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Why, time};
use crate::format::read::http::{Http, is_none, push};
use crate::format::read::values::{Token, is_address, is_decimal, is_number, quoted, token, word};
use crate::format::{Parsed, Parser};

/// The name of the format.
pub const NAME: &str = "apache.access";

/// Whether `line` is a request by all that the grammar says; `parse` takes more.
pub fn is_access(line: &[u8]) -> bool {
    let Some((time, request)) = time_and_request(line) else { return false };
    let Some(status) = word(line, request.next) else { return false };
    // What stands in front of the time: at most a name, a host, two names; no header of another log.
    let n_before = line[..time.first - 1].split(|&byte| byte == b' ').filter(|part| !part.is_empty()).count();
    let is_forwarded = line.first() == Some(&b'"') || line[..time.first].contains(&b',');
    let words = || line.split(|&byte| byte == b' ').filter(|part| !part.is_empty());
    let has_host = || is_virtual_host(words().next().unwrap_or_default(), words().nth(1));
    ((2..=4).contains(&n_before) || n_before == 5 && has_host() || is_forwarded)
        && time::common_log(time.of(line)).is_some()
        && (status.end - status.first == 3 && is_number(status.of(line)) || is_none(status.of(line)))
}

/// Whether `line` is of Nginx Proxy Manager's own form.
pub fn is_proxy_manager(line: &[u8]) -> bool {
    line.first() == Some(&b'[')
        && memchr::memmem::find(line, b" [Client ").is_some()
        && time::common_log(&line[1..]).is_some()
}

/// The time and the request: `[`, the time, `] "` and the request. Clients choose their user's name, which stands in
/// front, but cannot put a bare quote there.
fn time_and_request(line: &[u8]) -> Option<(Token, Token)> {
    let mut at = 0;
    loop {
        let found = at + memchr::memmem::find(&line[at..], b"] \"")?;
        if let Some(open) = memchr::memrchr(b'[', &line[..found]) {
            let time = Token { first: open + 1, end: found, next: found + 2, is_quoted: false };
            if open > 0 && (time.of(line) == b"-" || time::common_log(time.of(line)).is_some()) {
                return Some((time, request(line, found + 2)?));
            }
        }
        at = found + 3;
    }
}

/// The request, which ends with the first quote that has a status behind it. Servers that write quotes as they come leave
/// it to the client what that is.
fn request(line: &[u8], first: usize) -> Option<Token> {
    let closed = quoted(line, first)?;
    let mut at = closed;
    loop {
        let status = word(line, at.next).map(|status| status.of(line));
        if status.is_some_and(|status| status.len() == 3 && is_number(status) || status == b"-") {
            return Some(at);
        }
        let Some(next) = quoted(line, at.end).filter(|next| next.end > at.end) else { return Some(closed) };
        at = Token { first: closed.first, ..next };
    }
}

fields! {
    /// What requests say, beside what [`Http`] reads.
    pub struct AccessFields {
        "source.ip" "the address that the request came from";
        address: "source.address" "the name of the host that the request came from";
        domain: "url.domain" "the virtual host";
        port: "url.port" "the port of the virtual host";
        ident: "apache.access.ident" "the identity by RFC 1413, or what a server puts there";
        user: "user.name" "the user who was authenticated";
        forwarded: "http.request.headers.x-forwarded-for" "for whom proxies say they sent the request";
        request_bytes: "http.request.bytes" "bytes of the request";
        request_duration: "http.request.duration" "seconds that the request took";
        request_id: "http.request.id" "the server's number of the request";
        upstream: "upstream.name" "the service that the request was handed to";
        upstream_other: "upstream.alternative_name" "the canary that the request was handed to";
        upstream_address: "upstream.address" "the server that answered";
        upstream_bytes: "upstream.bytes" "bytes of its answer";
        upstream_duration: "upstream.duration" "seconds that its answer took";
        upstream_status: "upstream.status_code" "the status of its answer";
        cache: "upstream.cache_status" "whether the answer came from a cache";
        scheme: "url.scheme" "http or https";
        gzip: "http.response.gzip_ratio" "how many times smaller the answer was sent";
        extra: "extra" "what the server adds to the usual fields";
        "event.outcome" "failure for a status from 400 on, success below";
        dataset: "event.dataset";
    }
}

impl AccessFields {
    /// Fields that ingress-nginx adds, in their order.
    fn ingress(&self) -> [FieldId; 9] {
        [
            self.request_bytes,
            self.request_duration,
            self.upstream,
            self.upstream_other,
            self.upstream_address,
            self.upstream_bytes,
            self.upstream_duration,
            self.upstream_status,
            self.request_id,
        ]
    }
}

/// Reads requests.
pub struct AccessParser {
    http: Http,
    ids: AccessFields,
}

impl AccessParser {
    /// Interns the fields.
    pub fn new(fields: &mut Fields) -> AccessParser {
        AccessParser { http: Http::new(fields), ids: AccessFields::new(fields) }
    }

    /// Who asked: `[VHOST] HOST IDENT USER`, which end at `end`.
    fn who(&self, line: &[u8], end: usize, event: &mut Event) -> Option<()> {
        let before = &line[..end];
        let mut at = self.forwarded(line, end, event);
        let is_forwarded = at > 0;
        let mut host = word(before, at)?;
        let second = word(before, host.next);
        let mut has_id = false;
        if !is_forwarded && is_virtual_host(host.of(line), second.map(|second| second.of(line))) {
            self.virtual_host(line, host, event);
            host = second?;
            has_id = true;
        }
        at = host.next;
        if !is_forwarded && !self.http.source(line, host, event) {
            push(self.ids.address, line, host, event);
        }
        let ident = word(before, at)?;
        if ident.of(line) != b"\"\"" {
            push(self.ids.ident, line, ident, event);
        }
        // All that remains is the user's name.
        let mut rest = word(before, ident.next)?;
        // A user's name has spaces, too, but is none where a number of a request stands before `-`.
        let is_id = rest.end - rest.first == 32 && rest.of(line).iter().all(u8::is_ascii_hexdigit);
        if let Some(user) = word(before, rest.next).filter(|user| has_id && (is_id || user.of(line) == b"-"))
        {
            push(self.ids.request_id, line, rest, event);
            rest = user;
        }
        let user = Token { end: line[..end].trim_ascii_end().len(), ..rest };
        if user.of(line) != b"\"\"" {
            push(self.ids.user, line, user, event);
        }
        Some(())
    }

    /// A list of addresses in front of the line, with commas or between quotes; where it ends.
    fn forwarded(&self, line: &[u8], end: usize, event: &mut Event) -> usize {
        let before = &line[..end];
        let list = match before.first() {
            Some(b'"') => quoted(before, 0),
            _ => {
                let mut last = word(before, 0);
                while let Some(one) = last.filter(|one| one.of(line).ends_with(b",")) {
                    last = word(before, one.next);
                }
                last.filter(|last| last.first > 0).map(|last| Token { first: 0, ..last })
            }
        };
        let Some(list) = list.filter(|list| !is_none(list.of(line))) else { return 0 };
        event.push_slice(self.ids.forwarded, Kind::Text, list.first, list.end);
        let mut chosen = None;
        let mut at = list.first;
        for part in list.of(line).split(|&byte| byte == b',') {
            let n_space = part.len() - part.trim_ascii_start().len();
            let first = at + n_space;
            let one = Token { first, end: first + part.trim_ascii().len(), ..list };
            at += part.len() + 1;
            if !is_address(one.of(line)) {
                continue;
            }
            let is_better =
                chosen.is_none_or(|old: Token| is_private(old.of(line))) && !is_private(one.of(line));
            if chosen.is_none() || is_better {
                chosen = Some(one);
            }
        }
        match chosen {
            Some(chosen) => {
                self.http.source(line, chosen, event);
            }
            None => {
                let first = memchr::memchr(b',', list.of(line)).map_or(list.end, |n| list.first + n);
                push(self.ids.address, line, Token { end: first, ..list }, event);
            }
        }
        // Behind quotes the peer follows; a bare list is in its place or before it.
        let peer = word(before, list.next).filter(|peer| list.is_quoted || is_address(peer.of(line)));
        peer.map_or(list.next, |peer| peer.next)
    }

    fn virtual_host(&self, line: &[u8], host: Token, event: &mut Event) {
        let colon = memchr::memrchr(b':', host.of(line)).filter(|&n| is_number(&host.of(line)[n + 1..]));
        let end = colon.map_or(host.end, |n| host.first + n);
        event.push_slice(self.ids.domain, Kind::Text, host.first, end);
        if end < host.end {
            event.push_slice(self.ids.port, Kind::Number, end + 1, host.end);
        }
    }

    /// Nginx Proxy Manager's own form.
    fn proxy_manager(&self, line: &[u8], event: &mut Event) -> Result<(), Why> {
        let time = token(line, 0).ok_or(Why::NotAnEvent { expected: "a time between brackets" })?;
        event.time = time::common_log(time.of(line)).map(|(reading, _)| reading);
        // From the URL backwards: the words in front of it differ with what the request was sent to.
        let mut words = [None; 7];
        let mut at = time.next;
        while let Some(value) = token(line, at).filter(|value| !value.is_quoted) {
            words.rotate_left(1);
            words[6] = Some(value);
            at = value.next;
        }
        let [cache, upstream, status, _, method, scheme, host] = words;
        let parts = [
            (cache, self.ids.cache),
            (method, self.http.ids.method),
            (scheme, self.ids.scheme),
            (host, self.ids.domain),
        ];
        for (value, field) in parts {
            if let Some(value) = value {
                push(field, line, value, event);
            }
        }
        if let Some(upstream) = upstream.filter(|upstream| is_number(upstream.of(line))) {
            event.push_slice(self.ids.upstream_status, Kind::Number, upstream.first, upstream.end);
        }
        if let Some(status) = status {
            self.http.status(line, status, event);
        }
        let Some(url) = token(line, at) else { return Ok(()) };
        push(self.http.ids.url, line, url, event);
        at = url.next;
        while let Some(value) =
            token(line, at).filter(|value| line[value.first - 1] == b'[' && value.next > value.end)
        {
            self.bracket(line, value, event);
            at = value.next;
        }
        if let Some(agent) = token(line, at) {
            self.http.agent(line, agent, event);
            if let Some(referrer) = token(line, agent.next) {
                self.http.referrer(line, referrer, event);
            }
        }
        Ok(())
    }

    /// `Client 192.0.2.7`, `Length 192`, `Gzip 3.10`, `Sent-to server`.
    fn bracket(&self, line: &[u8], value: Token, event: &mut Event) {
        let Some(space) = memchr::memchr(b' ', value.of(line)).map(|n| value.first + n) else { return };
        let rest = Token { first: space + 1, ..value };
        match &line[value.first..space] {
            b"Client" if self.http.source(line, rest, event) => {}
            b"Client" => push(self.ids.address, line, rest, event),
            b"Length" => self.http.bytes(line, rest, event),
            b"Gzip" => push(self.ids.gzip, line, rest, event),
            b"Sent-to" => push(self.ids.upstream_address, line, rest, event),
            _ => {}
        }
    }

    /// What follows the bytes: referrer, agent, and what a server adds.
    fn rest(&self, line: &[u8], at: usize, event: &mut Event) {
        let Some(referrer) = token(line, at) else { return };
        let agent = token(line, referrer.next);
        let is_pair = agent.is_some_and(|agent| {
            referrer.is_quoted && agent.is_quoted
                || is_none(referrer.of(line)) && (agent.is_quoted || is_none(agent.of(line)))
        });
        let (Some(agent), true) = (agent, is_pair) else { return self.added(line, at, event) };
        self.http.referrer(line, referrer, event);
        self.http.agent(line, agent, event);
        self.added(line, agent.next, event);
    }

    fn added(&self, line: &[u8], at: usize, event: &mut Event) {
        if self.is_ingress(line, at, event) {
            return;
        }
        let Some(first) = token(line, at) else { return };
        let is_last = line[first.next..].iter().all(u8::is_ascii_whitespace);
        let text = first.of(line);
        let is_list =
            first.is_quoted && text.split(|&byte| byte == b',').all(|one| is_address(one.trim_ascii()));
        if is_list {
            event.push_slice(self.ids.forwarded, Kind::Text, first.first, first.end);
        }
        if is_last && (is_list || is_none(text)) {
            return;
        }
        let from = if is_list { first.next } else { at };
        let from = from + line[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        event.push_slice(self.ids.extra, Kind::Text, from, line.trim_ascii_end().len().max(from));
    }

    /// The nine fields of ingress-nginx, two of them between brackets.
    fn is_ingress(&self, line: &[u8], at: usize, event: &mut Event) -> bool {
        let mut tokens = [Token { first: 0, end: 0, next: at, is_quoted: false }; 9];
        let mut next = at;
        for (i, slot) in tokens.iter_mut().enumerate() {
            // Lists of several servers have `, ` between them.
            let Some(mut found) = token(line, next) else { return false };
            while found.of(line).ends_with(b",") {
                let Some(more) = word(line, found.next) else { return false };
                found = Token { first: found.first, ..more };
            }
            let is_bracket = line[found.first.saturating_sub(1)] == b'[' && found.next > found.end;
            if is_bracket != matches!(i, 2 | 3) || i < 2 && !is_decimal(found.of(line)) {
                return false;
            }
            *slot = found;
            next = found.next;
        }
        if !line[next..].iter().all(u8::is_ascii_whitespace) {
            return false;
        }
        for (field, value) in self.ids.ingress().into_iter().zip(tokens) {
            let kind = if is_decimal(value.of(line)) { Kind::Number } else { Kind::Text };
            if !is_none(value.of(line)) {
                event.push_slice(field, kind, value.first, value.end);
            }
        }
        true
    }
}

/// Whether `first` is a virtual host: a name before an address, or a name with a port.
fn is_virtual_host(first: &[u8], second: Option<&[u8]>) -> bool {
    let has_port = || memchr::memrchr(b':', first).is_some_and(|n| is_number(&first[n + 1..]));
    !is_address(first) && first != b"-" && (second.is_some_and(is_address) || has_port())
}

/// Whether an address is of a network that is not the Internet.
///
/// Source: RFC 1918, RFC 4193, RFC 6598.
fn is_private(address: &[u8]) -> bool {
    let Ok(Ok(address)) = std::str::from_utf8(address).map(str::parse::<std::net::IpAddr>) else {
        return false;
    };
    match address {
        std::net::IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || a == 100 && (64..128).contains(&b)
        }
        std::net::IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

impl Parser for AccessParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if is_proxy_manager(record) {
            self.proxy_manager(record, event)?;
            event.push_text(self.ids.dataset, Kind::Text, NAME);
            return Ok(Parsed::Event);
        }
        let found = time_and_request(record);
        let (time, request) =
            found.ok_or(Why::NotAnEvent { expected: "a time between brackets and a request" })?;
        event.time = time::common_log(time.of(record)).map(|(reading, _)| reading);
        self.who(record, time.first - 1, event);
        self.http.request(record, request, event);
        if let Some(status) = word(record, request.next) {
            self.http.status(record, status, event);
            if let Some(bytes) = word(record, status.next) {
                self.http.bytes(record, bytes, event);
                self.rest(record, bytes.next, event);
            }
        }
        event.push_text(self.ids.dataset, Kind::Text, NAME);
        Ok(Parsed::Event)
    }
}
