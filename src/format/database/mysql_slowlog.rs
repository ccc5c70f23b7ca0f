//! The slow query log of MySQL, MariaDB and Percona Server: one statement a record.
//!
//! Spec: "The Slow Query Log", MySQL reference manual 5.7 and 8.0; "Slow Query Log", Percona Server 5.7.
//! Shape: `# Time:` (left out where it is that of the record before), `# User@Host:`, lines of `# Key: value`, then the
//! statement with `SET timestamp=…;` before it.
//! Fields: the keys as they are; `message` is the statement.
//! Time: `SET timestamp`, seconds since the epoch; else that of the last `# Time:` line.
//! Rejects: none; the lines that a server writes when it starts are no events.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::stamp_at;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::keyed::{field, is_number};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, Start};

/// The slow query log of MySQL, MariaDB and Percona Server.
pub struct MysqlSlowlog;

const TIME: &[u8] = b"# Time: ";
const USER: &[u8] = b"# User@Host: ";

fields! {
    struct MysqlSlowlogFields {
        user: "user.name" "the account that ran the statement";
        domain: "source.domain" "the name of the client's host";
        address: "source.ip" "the address of the client";
        "Query_time" "how long the statement took, in seconds";
        "Lock_time" "how long it waited for locks, in seconds";
        "Rows_sent" "rows that the client was sent";
        "Rows_examined" "rows that the server looked at";
        "Id" "the number of the connection";
        message: "message" "the statement";
        dataset: "event.dataset";
    }
}

impl Format for MysqlSlowlog {
    fn name(&self) -> &'static str {
        "mysql.slowlog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        MysqlSlowlogFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"# Time: 2022-03-22T15:48:02.169604Z\n# User@Host: app[app] @ web1 [192.0.2.7]  Id: 7234\n# Query_time: 15.000223  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0\nSET timestamp=1647964082;\nselect sleep(15);\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| line.starts_with(TIME) || line.starts_with(USER)))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(16 << 10)];
        let has = |text: &[u8]| memchr::memmem::find(start, text).is_some();
        Confidence::certain_if(has(USER) && has(b"# Query_time: "))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(SlowlogParser { ids: MysqlSlowlogFields::new(fields), last: None }))
    }
}

struct SlowlogParser {
    ids: MysqlSlowlogFields,
    /// What the last `# Time:` line said.
    last: Option<Reading>,
}

impl Parser for SlowlogParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if let Some(time) = record.strip_prefix(TIME) {
            self.last = stamp_at(time, 0).map(|stamp| stamp.reading);
            return Ok(Parsed::Nothing);
        }
        if !record.starts_with(USER) {
            return Ok(Parsed::Nothing);
        }
        event.time = self.last;
        let mut first = 0;
        for line in record.split(|&byte| byte == b'\n') {
            let at = first;
            let text = line.trim_ascii_end();
            if text.starts_with(USER) {
                self.user(record, at + USER.len(), at + text.len(), fields, event);
            } else if text.starts_with(b"# ") {
                pairs(record, at + 2, at + text.len(), fields, event);
            } else if let Some(seconds) = seconds_of(text) {
                event.time = Some(Reading::Utc(Timestamp(seconds * 1_000_000_000)));
            } else if !(text.to_ascii_lowercase().starts_with(b"use ") && text.ends_with(b";")) {
                break;
            }
            first += line.len() + 1;
        }
        if first < record.len() {
            event.push_slice(self.ids.message, Kind::Text, first, record.len());
        }
        event.push_text(self.ids.dataset, Kind::Text, MysqlSlowlog.name());
        Ok(Parsed::Event)
    }

    fn start(&mut self, _: Start<'_>) {
        self.last = None;
    }
}

/// `SET timestamp=1647964082;`
fn seconds_of(line: &[u8]) -> Option<i64> {
    let digits = line.strip_prefix(b"SET timestamp=")?.strip_suffix(b";")?;
    let text = std::str::from_utf8(digits.split(|&byte| byte == b'.').next()?).ok()?;
    text.parse().ok().filter(|seconds| (0..10_000_000_000).contains(seconds))
}

impl SlowlogParser {
    /// `root[root] @ host [192.0.2.7]  Id: 7234`
    fn user(&self, record: &[u8], at: usize, end: usize, fields: &mut Fields, event: &mut Event) {
        let text = &record[at..end];
        let n_name = memchr::memchr(b'[', text).unwrap_or(text.len());
        if n_name > 0 {
            event.push_slice(self.ids.user, Kind::Text, at, at + n_name);
        }
        let Some(host) = memchr::memmem::find(text, b" @ ").map(|n| at + n + 3) else { return };
        let Some(open) = memchr::memchr(b'[', &record[host..end]).map(|n| host + n) else { return };
        let Some(close) = memchr::memchr(b']', &record[open..end]).map(|n| open + n) else { return };
        let n_host = record[host..open].trim_ascii().len();
        let first = host + record[host..open].len() - record[host..open].trim_ascii_start().len();
        if n_host > 0 {
            event.push_slice(self.ids.domain, Kind::Text, first, first + n_host);
        }
        let address = std::str::from_utf8(&record[open + 1..close]).unwrap_or("");
        if address.parse::<std::net::IpAddr>().is_ok() {
            event.push_slice(self.ids.address, Kind::Text, open + 1, close);
        }
        pairs(record, close + 1, end, fields, event);
    }
}

/// `Query_time: 15.000223  Lock_time: 0.000000`
fn pairs(record: &[u8], mut at: usize, end: usize, fields: &mut Fields, event: &mut Event) {
    while let Some(n) = memchr::memmem::find(&record[at..end], b": ") {
        let key = record[at..at + n].rsplit(u8::is_ascii_whitespace).next().unwrap_or(b"");
        let first = at + n + 2;
        let n_value = record[first..end].iter().position(u8::is_ascii_whitespace).unwrap_or(end - first);
        let value = &record[first..first + n_value];
        let is_key = key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if is_key && !key.is_empty() && !value.is_empty() {
            let id = field(std::str::from_utf8(key).unwrap_or(""), fields);
            let kind = if is_number(value) { Kind::Number } else { Kind::Text };
            event.push_slice(id, kind, first, first + n_value);
        }
        at = first + n_value;
    }
}
