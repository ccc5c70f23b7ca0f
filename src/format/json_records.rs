//! JSON of no known format: every object is an event, every leaf a field under its path.
//!
//! Shape: objects one after the other (JSON lines), or the elements of a top-level array. A text, number or list
//! that stands alone is an event, too, with the field `value`.
//! Time: the first of the usual names that holds an RFC 3339 timestamp.

use super::json::{Flattener, record_heads, validate};
use super::{Confidence, Format, Head, Parsed, Parser, Reader};
use crate::base::event::{FieldSpec, Framing};
use crate::base::{Event, FieldId, Fields, Kind, Reading, Timestamp, Why};

/// See the module.
pub struct JsonRecords;

/// Names under which a time stands, the most telling first.
const TIMES: &[&str] = &[
    "@timestamp",
    "eventTime",
    "timestamp",
    "time",
    "ts",
    "datetime",
    "event_time",
    "createdAt",
    "created_at",
    "date",
];

impl Format for JsonRecords {
    fn name(&self) -> &'static str {
        "json"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[FieldSpec { name: "value", meaning: "a record that is no object" }]
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
            || validate(head).is_ok();
        // Any other format that is written in JSON knows better.
        if is_json { Confidence(90) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(JsonParser {
            flattener: Flattener::default(),
            times: TIMES.iter().map(|name| fields.intern(name)).collect(),
            dataset: fields.intern("event.dataset"),
        }))
    }
}

struct JsonParser {
    flattener: Flattener,
    times: Vec<FieldId>,
    dataset: FieldId,
}

impl Parser for JsonParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.flattener.flatten(record, fields, event)?;
        let time_of = |&field: &FieldId| {
            let leaf = event.leaves().iter().find(|leaf| leaf.field == field)?;
            Timestamp::parse_rfc3339(event.bytes(record, leaf)).map(Reading::Utc)
        };
        event.time = self.times.iter().find_map(time_of);
        event.push_text(self.dataset, Kind::Text, JsonRecords.name());
        Ok(Parsed::Event)
    }
}
