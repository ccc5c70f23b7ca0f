//! Logs in W3C's extended format, in which a header line names the fields: IIS and HTTP.sys, and CloudFront.
//!
//! Spec: "Extended Log File Format", W3C working draft; "W3C Logging" and "HTTP.sys error logs", Microsoft; "Configure and
//! use standard logs", CloudFront.
//! Shape: lines of fields separated by a space (IIS) or a tab (CloudFront). `#Fields:` sets the order and may come again with
//! another one, `#Date:` the date of times that have none. Where the header is lost, a usual order that fits; an order that
//! the analyst gives (a list of field names) wins over all.
//! IIS's Advanced Logging puts quotes around values, with `""` for one of them.
//! Units: `time-taken` is milliseconds with IIS, seconds with CloudFront.
//! Time: `date` and `time`, UTC; `date-local` and `time-local` have no zone.
//! Fields: `user_agent.original` is decoded (`+` or `%20`), `url.original` is the stem with the query. `-` is no value.
//! Rejects: another number of fields than the header has; no time where it stands.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Timestamp, Why, time};
use crate::format::read::http::{Http, is_none};
use crate::format::read::values::{column_field, is_address, is_number, percent_decoded};
use crate::format::{
    Confidence, Format, HEAD_BYTES, HEADER_RECORDS, Head, HeaderKind, Parsed, Parser, Reader, Start,
};

/// A log in the extended format.
#[derive(Clone, Copy)]
pub struct W3c {
    name: &'static str,
    /// What stands between values; the other one is met, too.
    separator: u8,
    /// What a `+` in a user agent stands for.
    is_plus_space: bool,
    /// Whether a line that begins with `#Fields:` is of this log.
    is_header: fn(&str) -> bool,
    /// The order of the fields of a line without a header, if it fits a usual one.
    lost: fn(&[u8]) -> Option<Vec<&'static str>>,
    aliases: &'static [(&'static str, &'static str)],
    samples: &'static [&'static [u8]],
}

/// Orders that are met where the header is lost: IIS 7 and later with and without the referrer, IIS 6, all fields of IIS.
const IIS_ORDERS: &[&str] = &[
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status \
     sc-substatus sc-win32-status time-taken",
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus \
     sc-win32-status time-taken",
    "date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status \
     sc-substatus sc-win32-status",
    "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version \
     cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
    "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version \
     cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken \
     X-Forwarded-For",
    "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename",
];

/// CloudFront's fields; older lines end earlier.
const CLOUDFRONT_ORDER: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
    cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol \
    cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version \
    fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
    sc-range-start sc-range-end";

/// Numbers of fields that CloudFront's lines have had.
const CLOUDFRONT_LENGTHS: &[usize] = &[33, 27, 26, 24, 23, 19, 18, 15, 12];

fields! {
    struct W3cFields {
        "date" "the date, UTC";
        "time" "the time of day, UTC";
        "s-sitename" "the site";
        "s-computername" "the server";
        "s-ip" "the server's address";
        "s-port" "the server's port";
        "cs-method" "the method of the request";
        "cs-uri-stem" "the path that was asked for";
        "cs-uri-query" "the query that was asked for";
        "cs-username" "the user who was authenticated";
        "c-ip" "the client's address";
        "c-port" "the client's port";
        "cs-version" "the version of the protocol";
        "cs(User-Agent)" "the client's name for itself, as written";
        "cs(Cookie)" "the cookie of the request";
        "cs(Referer)" "the page that the request says it came from";
        "cs-host" "the host that was asked for";
        "cs(Host)" "the distribution";
        "sc-status" "the status of the response";
        "sc-substatus" "IIS's closer status";
        "sc-win32-status" "the status of Windows";
        "sc-bytes" "bytes of the response";
        "sc-content-len" "bytes of the response's body";
        "cs-bytes" "bytes of the request";
        "time-taken" "how long the request took";
        "s-reason" "why HTTP.sys refused the request";
        "x-edge-location" "the edge location that answered";
        "x-edge-result-type" "Hit, Miss, Error, …: how the answer was found";
        "x-edge-request-id" "the number of the request";
        "x-host-header" "the host that was asked for";
        "cs-protocol" "http, https, ws or wss";
        "x-forwarded-for" "for whom proxies say they sent the request";
        "ssl-protocol" "the TLS version";
        "ssl-cipher" "the TLS cipher";
        "cs-protocol-version" "the version of HTTP";
        "user_agent.original" "the client's name for itself, decoded";
        "url.original" "the path with the query";
        dataset: "event.dataset";
        source: "source.ip";
        destination: "destination.ip";
        version: "http.version";
        domain: "url.domain";
        local: "time-local";
    }
}

impl Format for W3c {
    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> &'static [FieldSpec] {
        W3cFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        self.aliases
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        self.samples
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn header_kind(&self) -> Option<HeaderKind> {
        Some(header_kind)
    }

    fn settings(&self) -> Option<&'static str> {
        Some("the names of the fields in their order")
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        match head.bytes.iter().find(|&&byte| !matches!(byte, 0xef | 0xbb | 0xbf)) {
            Some(b'#') => {
                let is_header = |line: &String| line.starts_with("#Fields:") && (self.is_header)(line);
                Confidence::certain_if(head.lines().iter().take(HEADER_RECORDS).any(is_header))
            }
            Some(byte) if byte.is_ascii_digit() => sniff_lost(head, self.separator as char, self.lost),
            _ => Confidence::NONE,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(W3cParser::new(*self, fields)))
    }
}

/// Internet Information Services, and HTTP.sys's own errors.
pub static IIS: W3c = W3c {
    name: "iis",
    separator: b' ',
    is_plus_space: true,
    is_header: |line| line.contains("sc-") && !line.contains("x-edge-"),
    lost: lost_iis,
    aliases: &[
        ("event.action", "cs-method"),
        ("http.request.method", "cs-method"),
        ("http.response.status_code", "sc-status"),
        ("http.response.bytes", "sc-bytes"),
        ("http.request.referrer", "cs(Referer)"),
        ("source.port", "c-port"),
        ("destination.port", "s-port"),
        ("http.response.body.bytes", "sc-bytes"),
        ("user.name", "cs-username"),
        ("host.name", "s-computername"),
    ],
    samples: &[
        b"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2022-03-22 15:48:02\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n2022-03-22 15:48:02 192.0.2.1 GET /index.htm a=1 443 alice 198.51.100.7 Mozilla/5.0+(Windows+NT+10.0) 200 0 0 15\n",
    ],
};

/// CloudFront's standard log.
pub static CLOUDFRONT: W3c = W3c {
    name: "aws.cloudfront",
    separator: b'\t',
    is_plus_space: false,
    is_header: |line| line.contains("x-edge-location"),
    lost: lost_cloudfront,
    aliases: &[
        ("event.action", "cs-method"),
        ("http.request.method", "cs-method"),
        ("http.response.status_code", "sc-status"),
        ("http.response.bytes", "sc-bytes"),
        ("http.request.referrer", "cs(Referer)"),
        ("source.port", "c-port"),
        ("http.response.body.bytes", "sc-content-len"),
    ],
    samples: &[
        b"#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id\n2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.24\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0%20(Windows%20NT%2010.0)\ta=1\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\n",
    ],
};

fn header_kind(record: &[u8]) -> Option<&'static str> {
    match record {
        [b'#', b'F', b'i', b'e', b'l', b'd', b's', b':', ..] => Some("fields"),
        [b'#', b'D', b'a', b't', b'e', b':', ..] => Some("date"),
        _ => None,
    }
}

/// How many lines are of an order that is known by its first line.
fn sniff_lost(
    head: &Head<'_>,
    separator: char,
    order_of: fn(&[u8]) -> Option<Vec<&'static str>>,
) -> Confidence {
    let is_candidate = |line: &String| {
        line.as_bytes().get(10).is_some_and(|&byte| byte == separator as u8)
            && line.matches(separator).count() >= 11
    };
    if !head.lines().first().is_some_and(is_candidate) {
        return Confidence::NONE;
    }
    head.share(|line| order_of(line.as_bytes()).is_some())
}

fn lost_iis(line: &[u8]) -> Option<Vec<&'static str>> {
    IIS_ORDERS
        .iter()
        .map(|order| order.split_whitespace().collect())
        .find(|names: &Vec<&str>| fits(line, b' ', names))
}

fn lost_cloudfront(line: &[u8]) -> Option<Vec<&'static str>> {
    let names: Vec<&str> = CLOUDFRONT_ORDER.split_whitespace().collect();
    let n = values(line, b'\t').count();
    CLOUDFRONT_LENGTHS
        .iter()
        .find(|&&length| length == n)
        .map(|_| names[..n].to_vec())
        .filter(|names| fits(line, b'\t', names))
}

/// The values of a line. A tab at its end begins no value.
fn values(line: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let line = line.strip_suffix(&[separator]).unwrap_or(line);
    line.split(move |&byte| byte == separator)
}

fn fits(line: &[u8], separator: u8, names: &[&str]) -> bool {
    let fits = |(name, value): (&&str, &[u8])| match *name {
        "date" => value.len() == 10 && value[4] == b'-',
        "time" => value.len() >= 8 && value[2] == b':',
        "c-ip" | "s-ip" => is_address(value),
        "cs-method" => value == b"-" || value.iter().all(u8::is_ascii_alphabetic),
        "sc-status" => value.len() == 3 && is_number(value),
        "s-port" | "c-port" | "sc-bytes" | "cs-bytes" => value == b"-" || is_number(value),
        _ => true,
    };
    values(line, separator).count() == names.len() && names.iter().zip(values(line, separator)).all(fits)
}

/// What a value is good for beside itself.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Text,
    Number,
    Date,
    Time,
    Client,
    Server,
    Stem,
    Query,
    Status,
    Agent,
    Version,
    Host,
}

impl Role {
    fn of(name: &str) -> Role {
        match name {
            "date" | "date-local" | "date-UTC" => Role::Date,
            "time" | "time-local" | "time-UTC" => Role::Time,
            "c-ip" => Role::Client,
            "s-ip" => Role::Server,
            "cs-uri-stem" | "cs-uri" => Role::Stem,
            "cs-uri-query" => Role::Query,
            "sc-status" => Role::Status,
            "cs(User-Agent)" => Role::Agent,
            "cs-version" | "cs-protocol-version" => Role::Version,
            "cs-host" | "x-host-header" => Role::Host,
            "s-port" | "c-port" | "sc-bytes" | "cs-bytes" | "time-taken" | "TimeTakenMS" | "sc-substatus"
            | "sc-win32-status" | "time-to-first-byte" | "sc-content-len" | "sc-range-start"
            | "sc-range-end" => Role::Number,
            _ => Role::Text,
        }
    }
}

struct W3cParser {
    format: W3c,
    columns: Vec<(FieldId, Role)>,
    /// Names of columns that have no numbers yet.
    pending: Option<Vec<String>>,
    /// Whether the analyst has said the order.
    is_said: bool,
    /// Days since 1970, for times without a date.
    day: Option<i64>,
    http: Http,
    ids: W3cFields,
    scratch: Vec<u8>,
}

impl W3cParser {
    fn new(format: W3c, fields: &mut Fields) -> W3cParser {
        W3cParser {
            format,
            columns: Vec::new(),
            pending: None,
            is_said: false,
            day: None,
            http: Http::new(fields),
            ids: W3cFields::new(fields),
            scratch: Vec::new(),
        }
    }

    fn set(&mut self, names: impl Iterator<Item = impl AsRef<str>>, fields: &mut Fields) {
        let column = |name: &str| (column_field(name, fields), Role::of(name));
        let mut column = column;
        self.columns = names.take(MAX_COLUMNS).map(|name| column(name.as_ref())).collect();
    }

    fn header(&mut self, record: &[u8], fields: &mut Fields) {
        let text = std::str::from_utf8(record).unwrap_or("");
        if let Some(names) = text.strip_prefix("#Fields:").filter(|_| !self.is_said) {
            self.set(names.split_whitespace(), fields);
        } else if let Some(date) = text.strip_prefix("#Date:") {
            self.day = day_of(date.trim().as_bytes());
        }
    }

    /// Reads a record; again with quotes around values where it has too many of them without.
    fn read(&mut self, record: &[u8], event: &mut Event) -> Result<(), Why> {
        let read = self.read_values(record, false, event);
        if matches!(read, Err(Why::FieldCount { .. })) && memchr::memchr(b'"', record).is_some() {
            event.clear();
            return self.read_values(record, true, event).or(read);
        }
        read
    }

    fn read_values(&mut self, record: &[u8], has_quotes: bool, event: &mut Event) -> Result<(), Why> {
        let usual = self.format.separator;
        let other = if usual == b' ' { b'\t' } else { b' ' };
        let separator = if memchr::memchr(usual, record).is_some() { usual } else { other };
        let n_columns = self.columns.len();
        let (mut at, mut n) = (0, 0);
        let (mut day, mut of_day, mut is_local) = (self.day, None, false);
        let (mut stem, mut query) = (None, None);
        let end_of_line = record.trim_ascii_end().len();
        while at <= end_of_line {
            let closed = quoted_end(&record[..end_of_line], at, separator).filter(|_| has_quotes);
            let next = memchr::memchr(separator, &record[at..end_of_line]).map_or(end_of_line, |n| at + n);
            let next = closed.map_or(next, |end| end + 1);
            let (first, end) = closed.map_or((at, next), |end| (at + 1, end));
            if at == end && end == end_of_line && n >= n_columns {
                break;
            }
            let value = &record[first..end];
            let column = self.columns.get(n).copied();
            n += 1;
            let Some((field, role)) = column else {
                at = next + 1;
                continue;
            };
            if !is_none(value) {
                match role {
                    Role::Date => day = Some(day_of(value).ok_or(Why::NotAnEvent { expected: "a date" })?),
                    Role::Time => {
                        of_day = Some(nanos_of(value).ok_or(Why::NotAnEvent { expected: "a time" })?)
                    }
                    Role::Stem => stem = Some((first, end)),
                    Role::Query => query = Some((first, end)),
                    _ => {}
                }
                is_local |= role == Role::Time && field == self.ids.local;
                self.value(field, role, record, (first, end), event);
            }
            at = next + 1;
        }
        if n != n_columns {
            return Err(Why::FieldCount { expected: n_columns as u64, found: n as u64 });
        }
        if let (Some(day), Some(nanos)) = (day, of_day) {
            let moment = day.checked_mul(86_400_000_000_000).and_then(|day| day.checked_add(nanos));
            event.time = moment.map(Timestamp).map(if is_local { Reading::Local } else { Reading::Utc });
        }
        self.url(record, stem, query, event);
        event.push_text(self.ids.dataset, Kind::Text, self.format.name);
        Ok(())
    }

    fn value(
        &mut self,
        field: FieldId,
        role: Role,
        record: &[u8],
        (first, end): (usize, usize),
        event: &mut Event,
    ) {
        let value = &record[first..end];
        let is_decimal = crate::format::read::values::is_decimal(value);
        let kind = match role {
            Role::Number | Role::Status if is_decimal => Kind::Number,
            _ => Kind::Text,
        };
        event.push_slice(field, kind, first, end);
        match role {
            Role::Client if is_address(value) => event.push_slice(self.ids.source, Kind::Text, first, end),
            Role::Server if is_address(value) => {
                event.push_slice(self.ids.destination, Kind::Text, first, end)
            }
            Role::Status => self.http.outcome(value, event),
            Role::Host => event.push_slice(self.ids.domain, Kind::Text, first, end),
            Role::Version if value.starts_with(b"HTTP/") => {
                event.push_slice(self.ids.version, Kind::Text, first + 5, end)
            }
            Role::Agent => {
                self.scratch.clear();
                // IIS writes a space as `+`, CloudFront anything else than letters as `%20`.
                match self.format.is_plus_space {
                    true => {
                        self.scratch.extend(value.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }))
                    }
                    false => percent_decoded(value, false, &mut self.scratch),
                }
                self.http.agent_text(&String::from_utf8_lossy(&self.scratch), event);
            }
            _ => {}
        }
    }

    fn url(
        &mut self,
        record: &[u8],
        stem: Option<(usize, usize)>,
        query: Option<(usize, usize)>,
        event: &mut Event,
    ) {
        let Some((first, end)) = stem else { return };
        self.scratch.clear();
        self.scratch.extend_from_slice(&record[first..end]);
        if let Some((first, end)) = query {
            self.scratch.push(b'?');
            self.scratch.extend_from_slice(&record[first..end]);
        }
        self.http.url_text(&String::from_utf8_lossy(&self.scratch), event);
    }
}

/// Where the quote stands that closes the one at `at`, before a separator; two in a row are one of the text.
fn quoted_end(line: &[u8], at: usize, separator: u8) -> Option<usize> {
    let mut from = (line.get(at) == Some(&b'"')).then_some(at + 1)?;
    loop {
        let found = from + memchr::memchr(b'"', line.get(from..)?)?;
        match line.get(found + 1) {
            Some(b'"') => from = found + 2,
            Some(&next) if next != separator => from = found + 1,
            _ => return Some(found),
        }
    }
}

/// Columns of a header that are looked at: the longest known has a third of it.
const MAX_COLUMNS: usize = 100;

/// Days since 1970 of the date at the start of `text`.
fn day_of(text: &[u8]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, ..] = *text else { return None };
    let year = time::number(&[y0, y1, y2, y3])? as i64;
    let (month, day) = (time::number(&[m0, m1])?, time::number(&[d0, d1])?);
    let is_date = (1..=12).contains(&month) && (1..=time::days_in_month(year, month)).contains(&day);
    is_date.then(|| time::days_from_civil(year, month, day))
}

/// Nanoseconds since midnight of `15:48:02` with or without a fraction.
fn nanos_of(text: &[u8]) -> Option<i64> {
    let [h0, h1, b':', n0, n1, b':', s0, s1, ref fraction @ ..] = *text else { return None };
    let (hour, minute, second) =
        (time::number(&[h0, h1])?, time::number(&[n0, n1])?, time::number(&[s0, s1])?);
    let nanos = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            time::number(digits)? as i64 * 10_i64.pow(9 - digits.len() as u32)
        }
        _ => return None,
    };
    let seconds = hour as i64 * 3_600 + minute as i64 * 60 + second as i64;
    (hour < 24 && minute < 60 && second <= 60).then_some(seconds * 1_000_000_000 + nanos)
}

impl Parser for W3cParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if let Some(names) = self.pending.take() {
            self.set(names.iter(), fields);
        }
        if record.first() == Some(&b'#') {
            self.header(record, fields);
            return Ok(Parsed::Nothing);
        }
        if self.columns.is_empty() {
            let names = (self.format.lost)(record)
                .ok_or(Why::NotAnEvent { expected: "a header with the order of the fields" })?;
            self.set(names.iter(), fields);
            let read = self.read(record, event);
            // The next line may be of another order.
            self.columns.clear();
            return read.map(|()| Parsed::Event);
        }
        self.read(record, event)?;
        Ok(Parsed::Event)
    }

    fn start(&mut self, start: Start<'_>) {
        self.columns.clear();
        (self.pending, self.is_said, self.day) = (None, false, None);
        let settings = start.settings.trim();
        let head = Head::new(start.head, start.head.len() < HEAD_BYTES);
        for line in head.lines().iter().take(HEADER_RECORDS) {
            if let (Some(names), None) = (line.strip_prefix("#Fields:"), &self.pending) {
                self.pending = Some(names.split_whitespace().map(str::to_owned).collect());
            }
            if let (Some(date), None) = (line.strip_prefix("#Date:"), self.day) {
                self.day = day_of(date.trim().as_bytes());
            }
        }
        if !settings.is_empty() {
            let names = settings.strip_prefix("#Fields:").unwrap_or(settings).split_whitespace();
            (self.pending, self.is_said) = (Some(names.map(str::to_owned).collect()), true);
        }
    }
}
