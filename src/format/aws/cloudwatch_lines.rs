//! Amazon CloudWatch Logs in lines: what an export task puts into S3 and `aws logs tail` prints; and the rows that Logs
//! Insights gives to save.
//!
//! Spec: "Exporting log data to Amazon S3", Amazon CloudWatch Logs user guide; `aws logs tail`, AWS CLI reference.
//! Shape: `2022-03-22T15:48:02.000Z MESSAGE`, or `2022-03-22T15:48:02.000000+00:00 STREAM MESSAGE`; lines that begin
//! otherwise belong to the message before. Rows are CSV with a header that has `@message`.
//! Fields: as of messages in JSON, see [`super::cloudwatch`].
//! Time: as there; the time in front is UTC.
//! Rejects: none of its own.

use std::borrow::Cow;

use super::cloudwatch::{CloudWatchFields, Dresser, Message, Origin, time_of};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, Fields, Timestamp, Why, time};
use crate::format::read::delimited::{Table, names_with};
use crate::format::read::inner::Desk;
use crate::format::{Confidence, FORMATS, Format, Head, Reader, Start, Unfolded, Unfolder, detect};

/// An export task's files, and what is printed.
pub struct CloudWatchLines;

/// Rows of Logs Insights.
pub struct CloudWatchCsv;

const FIELDS: &[FieldSpec] = &[
    // The stream and the message.
    CloudWatchFields::SPECS[1],
    CloudWatchFields::SPECS[3],
];

/// Where the message begins behind its time, and whether the name of its stream comes first.
fn prefix(line: &[u8]) -> Option<(usize, bool)> {
    let n = match line.get(23)? {
        b'Z' => 24,
        b'0'..=b'9' if line.get(26..32)? == b"+00:00" => 32,
        _ => return None,
    };
    let is_time = line[10] == b'T' && line[19] == b'.' && Timestamp::parse_rfc3339(&line[..n]).is_some();
    (is_time && line.get(n).is_none_or(|&byte| byte == b' ')).then_some((n + 1, n == 32))
}

/// The stream and the message of a line.
fn parts(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (n, has_stream) = prefix(line)?;
    let rest = line.get(n..).unwrap_or(&[]);
    if !has_stream {
        return Some((&[], rest));
    }
    let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    Some((&rest[..end], rest.get(end + 1..).unwrap_or(&[])))
}

impl Format for CloudWatchLines {
    fn name(&self) -> &'static str {
        "aws.cloudwatch.lines"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FIELDS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"2022-03-22T15:48:02.000Z {"eventVersion":"1.08","eventTime":"2022-03-22T15:48:01Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","eventID":"1"}"#,
            b"2022-03-22T15:48:02.000Z Mar 22 15:48:02 ip-192-0-2-1 systemd: Started Session 1 of user root.\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| prefix(line).is_some()))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !head.bytes.trim_ascii_start().first().is_some_and(u8::is_ascii_digit) {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let found: Vec<(&[u8], &[u8])> = lines.iter().filter_map(|line| parts(line.as_bytes())).collect();
        if found.is_empty() || lines.first().is_none_or(|line| prefix(line.as_bytes()).is_none()) {
            return Confidence::NONE;
        }
        // A program writes such times, too: the message must be one of another log, with a time of its own or of a known
        // format.
        let is_own =
            |text: &[u8]| text.starts_with(b"{\"") || time::bsd(text).is_some() || time::iso(text).is_some();
        let n_own = found.iter().filter(|(_, message)| is_own(message)).count();
        if n_own * 4 >= found.len() * 3 {
            return Confidence(96);
        }
        // With a host's name in the place of the stream's, it is what syslog writes: only a format that cannot be mistaken
        // speaks against that.
        let needed = if found[0].0.is_empty() { 80 } else { 100 };
        let messages: Vec<&[u8]> = found.iter().map(|&(_, message)| message).collect();
        let joined = messages.join(&b'\n');
        let inner = detect(&Head::new(&joined, true));
        let is_known = inner.is_some_and(|(format, confidence)| {
            confidence.0 >= needed && !matches!(FORMATS[format].name(), "text" | "csv" | "json")
        });
        if is_known { Confidence(96) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(LineMessages { to: Dresser::new(fields), is_begun: false }))
    }
}

struct LineMessages {
    to: Dresser,
    is_begun: bool,
}

impl Unfolder for LineMessages {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let (stream, text) = parts(record).unwrap_or((&[], record));
        let time = prefix(record).and_then(|(n, _)| crate::format::read::moment::of(&record[..n - 1]));
        let text = String::from_utf8_lossy(text);
        let message = Message { text, at: 0..record.len(), time, ..Message::default() };
        if !std::mem::replace(&mut self.is_begun, true) {
            self.to.expect(std::slice::from_ref(&message), fields);
        }
        let stream = String::from_utf8_lossy(stream);
        let origin = Origin { stream: &stream, ..Origin::default() };
        self.to.put(&message, origin, &mut Desk { fields, event, out });
        Ok(())
    }

    fn start(&mut self, _: Start<'_>) {
        self.is_begun = false;
    }

    fn nest(&mut self, depth: usize) {
        self.to.nest(depth);
    }
}

impl Format for CloudWatchCsv {
    fn name(&self) -> &'static str {
        "aws.cloudwatch.csv"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FIELDS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"@timestamp,@message\n2022-03-22 15:48:02.000,started\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Quoted)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let names = names_with(head, &["@message"]);
        Confidence::certain_if(names.iter().any(|name| name == "@message"))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(CsvMessages {
            to: Dresser::new(fields),
            table: Table::default(),
            is_begun: false,
        }))
    }
}

struct CsvMessages {
    to: Dresser,
    table: Table,
    is_begun: bool,
}

impl Unfolder for CsvMessages {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        if !self.table.read(record, &["@message"])? {
            return Ok(());
        }
        let mut message = Message { at: 0..record.len(), ..Message::default() };
        let (mut stream, mut log) = (String::new(), String::new());
        for (name, text) in self.table.values(record) {
            match name {
                "@message" => message.text = Cow::Owned(text),
                "@timestamp" => message.time = time_of(text.as_bytes()),
                "@logStream" => stream = text,
                "@log" => log = text,
                "@ptr" | "@ingestionTime" => {}
                _ if text.is_empty() => {}
                _ => message.rest.push((Cow::Borrowed(name), Cow::Owned(quoted(&text)))),
            }
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            self.to.expect(std::slice::from_ref(&message), fields);
        }
        let (owner, group) = log.split_once(':').unwrap_or(("", &log));
        let origin = Origin { owner, group, stream: &stream };
        self.to.put(&message, origin, &mut Desk { fields, event, out });
        Ok(())
    }

    fn start(&mut self, _: Start<'_>) {
        self.table.header.clear();
        self.is_begun = false;
    }

    fn nest(&mut self, depth: usize) {
        self.to.nest(depth);
    }
}

/// A text as JSON has it.
fn quoted(text: &str) -> Vec<u8> {
    let mut json = vec![b'"'];
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => json.extend([b'\\', byte]),
            0..0x20 => json.extend(format!("\\u{byte:04x}").bytes()),
            _ => json.push(byte),
        }
    }
    json.push(b'"');
    json
}
