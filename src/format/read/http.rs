//! What every log of a web server says: the fields of a request and of its response.

use super::values::{Token, is_address, is_number};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind};

fields! {
    /// What a request and its response say.
    pub struct HttpFields {
        method: "http.request.method" "the method of the request";
        url: "url.original" "what was asked for, as written; the whole request line where it is none";
        version: "http.version" "the version of HTTP";
        status: "http.response.status_code" "the status of the response";
        bytes: "http.response.body.bytes" "bytes of the response's body";
        referrer: "http.request.referrer" "the page that the request says it came from";
        agent: "user_agent.original" "the client's name for itself";
        outcome: "event.outcome";
        source: "source.ip";
    }
}

/// The fields of requests and responses.
pub struct Http {
    /// Their numbers.
    pub ids: HttpFields,
}

impl Http {
    /// Interns the fields.
    pub fn new(fields: &mut Fields) -> Http {
        Http { ids: HttpFields::new(fields) }
    }

    /// A request line: method, URL and version; where it is none, all of it is what was asked for.
    pub fn request(&self, line: &[u8], request: Token, event: &mut Event) {
        let Token { first, end, .. } = request;
        let text = &line[first..end];
        if is_none(text) {
            return;
        }
        let version = memchr::memrchr(b' ', text).filter(|&last| text[last + 1..].starts_with(b"HTTP/"));
        let is_request = |n: &usize| is_method(&text[..*n], version.is_some());
        let Some(space) = memchr::memchr(b' ', text).filter(is_request) else {
            return event.push_slice(self.ids.url, Kind::Text, first, end);
        };
        event.push_slice(self.ids.method, Kind::Text, first, first + space);
        let (url_first, mut url_end) = (first + space + 1, end);
        if let Some(last) = version.filter(|&last| last >= space) {
            event.push_slice(self.ids.version, Kind::Text, first + last + 6, end);
            url_end = (first + last).max(url_first);
        }
        if url_end > url_first {
            event.push_slice(self.ids.url, Kind::Text, url_first, url_end);
        }
    }

    /// The status of the response, and the outcome that follows from it.
    pub fn status(&self, line: &[u8], status: Token, event: &mut Event) {
        let text = status.of(line);
        if is_number(text) {
            event.push_slice(self.ids.status, Kind::Number, status.first, status.end);
            self.outcome(text, event);
        }
    }

    /// The outcome of a request that was answered with `status`.
    pub fn outcome(&self, status: &[u8], event: &mut Event) {
        if let [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9'] = status {
            // 000: the client was gone before there was a response.
            let is_failure = status[0] >= b'4' || status[0] == b'0';
            event.push_text(self.ids.outcome, Kind::Text, if is_failure { "failure" } else { "success" });
        }
    }

    /// Bytes of the response.
    pub fn bytes(&self, line: &[u8], bytes: Token, event: &mut Event) {
        if is_number(bytes.of(line)) {
            event.push_slice(self.ids.bytes, Kind::Number, bytes.first, bytes.end);
        }
    }

    /// The page the request says it came from.
    pub fn referrer(&self, line: &[u8], referrer: Token, event: &mut Event) {
        push(self.ids.referrer, line, referrer, event);
    }

    /// The client's name for itself.
    pub fn agent(&self, line: &[u8], agent: Token, event: &mut Event) {
        push(self.ids.agent, line, agent, event);
    }

    /// Where the request came from, if that is an address.
    pub fn source(&self, line: &[u8], source: Token, event: &mut Event) -> bool {
        let is_so = is_address(source.of(line));
        if is_so {
            event.push_slice(self.ids.source, Kind::Text, source.first, source.end);
        }
        is_so
    }

    /// What the client is called where that has to be made: without escapes.
    pub fn agent_text(&self, agent: &str, event: &mut Event) {
        event.push_text(self.ids.agent, Kind::Text, agent);
    }

    /// What was asked for, where that has to be put together.
    pub fn url_text(&self, url: &str, event: &mut Event) {
        event.push_text(self.ids.url, Kind::Text, url);
    }
}

/// Adds a text if there is one.
pub fn push(field: FieldId, line: &[u8], value: Token, event: &mut Event) {
    if !is_none(value.of(line)) {
        event.push_slice(field, Kind::Text, value.first, value.end);
    }
}

/// Whether nothing stands there.
pub fn is_none(text: &[u8]) -> bool {
    matches!(text, b"" | b"-")
}

/// Whether `text` is what a method looks like. Other text before a space is no method; small letters are some only where
/// the version of HTTP ends the line.
fn is_method(text: &[u8], has_version: bool) -> bool {
    (2..=32).contains(&text.len())
        && (has_version || text[0].is_ascii_uppercase())
        && text.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
}
