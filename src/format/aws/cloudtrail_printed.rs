//! What `aws cloudtrail lookup-events` prints where it is asked for YAML, a table or text: JSON is
//! [`cloudtrail_lookup`](super::cloudtrail_lookup).
//!
//! Spec: "Controlling command output", AWS CLI user guide; "LookupEvents", AWS CloudTrail API reference. What AWS CLI 1.46
//! prints was looked at.
//! Shape: YAML (`yaml`, and `yaml-stream` with a page a list entry): a list entry an event. A table: a line a field,
//! `||  CloudTrailEvent|  {…}  ||`. Text: a line an event, its fields in cells between tabs, `EVENTS` before them.
//! Fields: those of the CloudTrail event that stands as JSON in `CloudTrailEvent`, so that it is known as a copy of one in
//! a delivered file. All that the other fields of the summary say stands in it, too.
//! Time: of the event.
//! Rejects: an event whose JSON is cut off, is none or is missing. Headings, rules and resources are no records.

use super::cloudtrail::CloudTrailParser;
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, Fields, Why};
use crate::format::read::json::value_end;
use crate::format::read::yaml::{self, entry};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, Unfolded, Unfolder, number_of};

/// The YAML, table and text output of `aws cloudtrail lookup-events`.
pub struct CloudTrailPrinted;

/// The key and column of the event itself.
const EVENT: &str = "CloudTrailEvent";

/// Keys of a summary: the first of a list entry is one of them.
const KEYS: &[&[u8]] = &[
    b"AccessKeyId",
    b"CloudTrailEvent",
    b"EventId",
    b"EventName",
    b"EventSource",
    b"EventTime",
    b"ReadOnly",
    b"Resources",
    b"Username",
];

/// The column of a list entry is at most this; what a folded text goes on with stands behind it.
const MAX_ITEM_COLUMN: usize = 3;

fn is_item(line: &[u8]) -> bool {
    yaml::item(line).is_some_and(|(column, key)| column <= MAX_ITEM_COLUMN && KEYS.contains(&key))
}

/// Lines of YAML are indented, but for list entries and the keys around them; all others stand alone.
fn begins(line: &[u8]) -> bool {
    !line.starts_with(b" ") || is_item(line)
}

/// What a row of a table has under [`EVENT`].
fn row_value(line: &[u8]) -> Option<&[u8]> {
    let inner = line.trim_ascii_start();
    let cells = &inner[inner.iter().take_while(|&&byte| byte == b'|').count()..];
    let value = cells.trim_ascii_start().strip_prefix(EVENT.as_bytes())?.trim_ascii_start();
    (cells.len() < inner.len()).then_some(value.strip_prefix(b"|")?.trim_ascii_start())
}

/// The cell of a line of text that is an object.
fn cell(line: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(line, b"\t{\"")?;
    Some(&line[at + 1..])
}

impl Format for CloudTrailPrinted {
    fn name(&self) -> &'static str {
        "aws.cloudtrail.lookup.text"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[FieldSpec { name: "eventName", meaning: "the API call" }]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"Events:\n- AccessKeyId: AKIAEXAMPLE\n  CloudTrailEvent: '{\"eventVersion\":\"1.08\",\"eventTime\":\"2022-03-22T15:48:02Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"awsRegion\":\"us-east-1\",\"userAgent\":\"aws-cli/2.4.23\n    Python/3.8.8\",\"eventID\":\"3038ebd2\"}'\n  EventId: 3038ebd2\n  Username: alice\n",
            b"|  LookupEvents  |\n||  Events  ||\n||  CloudTrailEvent|  {\"eventVersion\":\"1.08\",\"eventTime\":\"2022-03-22T15:48:02Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"eventID\":\"3038ebd2\"}  ||\n||  EventId        |  3038ebd2  ||\n",
            b"EVENTS\tAKIAEXAMPLE\t{\"eventVersion\":\"1.08\",\"eventTime\":\"2022-03-22T15:48:02Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"eventID\":\"3038ebd2\"}\t3038ebd2\tRunInstances\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(begins))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
        if matches!(bytes.first(), Some(b'{' | b'[')) {
            return Confidence::NONE;
        }
        let first = &bytes[..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())];
        let is_text = || {
            cell(first).is_some_and(|cell| cell.starts_with(b"{\"eventVersion\":"))
                || first.starts_with(b"EVENTS\t")
        };
        let Some(at) = memchr::memmem::find(bytes, EVENT.as_bytes()) else {
            return Confidence::certain_if(is_text());
        };
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |n| n + 1);
        let line = &bytes[start..bytes.len().min(at + 256)];
        let is_key = || {
            let quoted = line.trim_ascii_start().strip_prefix(b"- ").unwrap_or(line).trim_ascii_start();
            let value = quoted.strip_prefix(b"CloudTrailEvent: ");
            value.is_some_and(|value| {
                [&b"'{"[..], b"\"{", b"|", b">"].iter().any(|start| value.starts_with(start))
            })
        };
        let is_row = row_value(line).is_some_and(|value| value.starts_with(b"{"));
        Confidence::certain_if(is_row || is_key() || is_text())
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Printed {
            cloudtrail: CloudTrailParser::new(fields),
            format: number_of("aws.cloudtrail"),
        }))
    }
}

struct Printed {
    cloudtrail: CloudTrailParser,
    format: usize,
}

impl Unfolder for Printed {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let object = |text: &[u8]| value_end(text, 0).ok_or(Why::CutOff).map(|end| text[..end].to_vec());
        let text = match record {
            [b'|', ..] => match row_value(record) {
                Some(value) if value.starts_with(b"{") => object(value)?,
                Some(_) => return Err(Why::NotAnEvent { expected: "an object in `CloudTrailEvent`" }),
                None => return Ok(()),
            },
            _ if is_item(record) => {
                let expected = Why::NotAnEvent { expected: "`CloudTrailEvent`" };
                entry(record, EVENT)?.ok_or(expected)?.into_bytes()
            }
            _ => match cell(record) {
                Some(cell) if !record.starts_with(b"RESOURCES\t") => object(cell)?,
                _ if is_heading(record) => return Ok(()),
                _ => return Err(Why::NotAnEvent { expected: "an event's list entry, row or line" }),
            },
        };
        event.clear();
        if self.cloudtrail.parse(text.trim_ascii(), fields, event)? == Parsed::Event {
            out.event(self.format, fields, event, text.trim_ascii(), 0..record.len());
        }
        Ok(())
    }
}

/// Whether a line is none of an event: a rule of a table, a key around list entries, a resource.
fn is_heading(line: &[u8]) -> bool {
    let is_rule = line.iter().all(|byte| b"+-|".contains(byte));
    let first = line.split(|&byte| byte == b'\t').next().unwrap_or(line);
    let is_named = [&b"RESOURCES"[..], b"NEXTTOKEN", b"None"].contains(&first);
    let is_key = [&b"Events:"[..], b"- Events:", b"NextToken:", b"Events: []", b"---"].iter().any(|key| {
        line.strip_prefix(*key).is_some_and(|rest| rest.first().is_none_or(|byte| byte.is_ascii_whitespace()))
    });
    is_rule || is_named || is_key
}
