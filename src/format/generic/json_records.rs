//! JSON of no known format: every object is an event, every leaf a field under its path.
//!
//! Shape: objects one after the other (JSON lines), or the elements of a top-level array. A text, number or list
//! that stands alone is an event, too, with the field `value`.
//! Time: the first of the usual names that holds one, in any notation that `moment` knows.
//! Common fields: the first of the usual names that holds one; an address only where it is one.

use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why, stamp};
use crate::format::read::json::{Flattener, record_heads, validate};
use crate::format::read::mapped::{Map, Mapper, To};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// JSON objects of an unknown format: every object is an event.
pub struct JsonRecords;

/// Usual names, and what stands under them; the most telling first.
pub const COMMON: Map = &[
    ("@timestamp", To::Time),
    ("eventTime", To::Time),
    ("timestamp", To::Time),
    ("time", To::Time),
    ("ts", To::Time),
    ("datetime", To::Time),
    ("event_time", To::Time),
    ("event_timestamp", To::Time),
    ("timeStamp", To::Time),
    ("Timestamp", To::Time),
    ("Time", To::Time),
    ("TimeGenerated", To::Time),
    ("TimeCreated", To::Time),
    ("time_iso8601", To::Time),
    ("time_local", To::Time),
    ("requestTime", To::Time),
    ("request_time", To::Time),
    ("requestTimeEpoch", To::Time),
    ("request_time_epoch", To::Time),
    ("_time", To::Time),
    ("@t", To::Time),
    ("t", To::Time),
    ("asctime", To::Time),
    ("unixTime", To::Time),
    ("eventTimestamp", To::Time),
    ("published", To::Time),
    ("receivedAt", To::Time),
    ("updatedAt", To::Time),
    ("UpdatedAt", To::Time),
    ("createdAt", To::Time),
    ("CreatedAt", To::Time),
    ("created_at", To::Time),
    ("date", To::Time),
    ("Date", To::Time),
    ("start_time", To::Time),
    ("startTime", To::Time),
    ("metadata.timestamp", To::Time),
    ("message", To::Field("message")),
    ("msg", To::Field("message")),
    ("Message", To::Field("message")),
    ("@message", To::Field("message")),
    ("short_message", To::Field("message")),
    ("@m", To::Field("message")),
    ("level", To::Field("log.level")),
    ("severity", To::Field("log.level")),
    ("loglevel", To::Field("log.level")),
    ("lvl", To::Field("log.level")),
    ("log.level", To::Field("log.level")),
    ("@l", To::Field("log.level")),
    ("source.ip", To::Address("source.ip")),
    ("src_ip", To::Address("source.ip")),
    ("srcip", To::Address("source.ip")),
    ("srcaddr", To::Address("source.ip")),
    ("source_ip", To::Address("source.ip")),
    ("sourceIp", To::Address("source.ip")),
    ("sourceIPAddress", To::Address("source.ip")),
    ("client_ip", To::Address("source.ip")),
    ("clientIp", To::Address("source.ip")),
    ("clientIP", To::Address("source.ip")),
    ("client", To::Address("source.ip")),
    ("remote_addr", To::Address("source.ip")),
    ("remote_ip", To::Address("source.ip")),
    ("remoteIp", To::Address("source.ip")),
    ("ip_address", To::Address("source.ip")),
    ("ipAddress", To::Address("source.ip")),
    ("ip", To::Address("source.ip")),
    ("src_port", To::Field("source.port")),
    ("srcport", To::Field("source.port")),
    ("source_port", To::Field("source.port")),
    ("dest_ip", To::Address("destination.ip")),
    ("dst_ip", To::Address("destination.ip")),
    ("dstip", To::Address("destination.ip")),
    ("dstaddr", To::Address("destination.ip")),
    ("destination_ip", To::Address("destination.ip")),
    ("dest_port", To::Field("destination.port")),
    ("dst_port", To::Field("destination.port")),
    ("dstport", To::Field("destination.port")),
    ("user", To::Field("user.name")),
    ("username", To::Field("user.name")),
    ("userName", To::Field("user.name")),
    ("user_name", To::Field("user.name")),
    ("user.name", To::Field("user.name")),
    ("hostname", To::Field("host.name")),
    ("host", To::Field("host.name")),
    ("host.name", To::Field("host.name")),
    ("user_agent", To::Field("user_agent.original")),
    ("userAgent", To::Field("user_agent.original")),
    ("http_user_agent", To::Field("user_agent.original")),
    ("account_id", To::Field("cloud.account.id")),
    ("accountId", To::Field("cloud.account.id")),
    ("awsAccountId", To::Field("cloud.account.id")),
    ("AwsAccountId", To::Field("cloud.account.id")),
    ("recipientAccountId", To::Field("cloud.account.id")),
    ("awsRegion", To::Field("cloud.region")),
    ("event.action", To::Field("event.action")),
    ("eventName", To::Field("event.action")),
    ("action", To::Field("event.action")),
];

fields! {
    struct JsonRecordsFields {
        "value" "a record that is no object";
        "log.level" "how grave the event is, in the words of its program";
        dataset: "event.dataset";
    }
}

impl Format for JsonRecords {
    fn name(&self) -> &'static str {
        "json"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        JsonRecordsFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"timestamp":"2022-03-22T15:48:02.25+01:00","level":"info","user":{"name":"alice","groups":["a","b"]}}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let head = head.bytes;
        let begins_object = |record: &&[u8]| {
            let second = record[1..].iter().find(|byte| !byte.is_ascii_whitespace());
            matches!(second, Some(b'"' | b'}'))
        };
        let solid: Vec<u8> =
            head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(2).collect();
        let is_json = record_heads(head, &[]).iter().any(begins_object)
            || matches!(solid[..], [b'[', b'[' | b']' | b'"' | b'{'])
            || validate(head).is_ok() && !is_stamp(head);
        // Any other format that is written in JSON knows better.
        if is_json { Confidence(90) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(JsonParser {
            flattener: Flattener::default(),
            common: Mapper::new(COMMON, Flattener::default(), fields),
            ids: JsonRecordsFields::new(fields),
        }))
    }
}

/// Whether all there is is a time in digits, `20220322154802`: a line of text, although it is a number, too.
fn is_stamp(head: &[u8]) -> bool {
    let line = head.trim_ascii();
    line.iter().all(u8::is_ascii_digit)
        && stamp::stamp_at(line, 0).is_some_and(|stamp| stamp.at.end == line.len())
}

struct JsonParser {
    flattener: Flattener,
    common: Mapper,
    ids: JsonRecordsFields,
}

impl Parser for JsonParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.flattener.flatten(record, fields, event)?;
        self.common.apply(record, event);
        event.push_text(self.ids.dataset, Kind::Text, JsonRecords.name());
        Ok(Parsed::Event)
    }
}
