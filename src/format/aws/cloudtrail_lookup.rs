//! What `aws cloudtrail lookup-events` prints: a summary an event, with the event itself as a text.
//!
//! Spec: "LookupEvents", AWS CloudTrail API reference.
//! Shape: `{"Events":[…],"NextToken":…}`, pages one behind the other, or one event a line; a list of the events' texts
//! alone (`--query 'Events[].CloudTrailEvent'`).
//! Fields: those of the CloudTrail event in `CloudTrailEvent`, which is read as if it stood in a delivered file, so that it
//! is known as a copy of one. Where that cannot be read, the summary's own.
//! Time: of the event; of a summary `EventTime`, as seconds since the epoch or as ISO 8601.
//! Rejects: what is neither.

use super::cloudtrail::is_event;
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::inner::{Desk, Inner};
use crate::format::read::json::{Flattener, entry, text_of};
use crate::format::read::mapped::{Map, Mapper, To};
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// The JSON output of `aws cloudtrail lookup-events`.
pub struct CloudTrailLookup;

const KEYS: &[&str] = &["Events"];

fields! {
    struct CloudTrailLookupFields {
        "Username" "who made the request, in a summary without its event";
        "Resources[].ResourceName" "the name of a resource of the event";
        "Resources[].ResourceType" "the kind of a resource of the event";
        dataset: "event.dataset";
    }
}

impl Format for CloudTrailLookup {
    fn name(&self) -> &'static str {
        "aws.cloudtrail.lookup"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CloudTrailLookupFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"Events":[{"EventId":"3038ebd2","EventName":"RunInstances","ReadOnly":"false","EventTime":1647964082.0,"EventSource":"ec2.amazonaws.com","Username":"alice","Resources":[],"CloudTrailEvent":"{\"eventVersion\":\"1.08\",\"eventTime\":\"2022-03-22T15:48:02Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"203.0.113.7\",\"eventID\":\"3038ebd2\"}"}],"NextToken":"x"}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: KEYS }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        const SUMMARY: &[&str] =
            &["EventId", "EventName", "EventTime", "EventSource", "Username", "CloudTrailEvent", "ReadOnly"];
        let is_summary = |object: &crate::format::read::json::Object<'_>| {
            object.count(SUMMARY) >= 4 || object.has("CloudTrailEvent") && object.has("EventId")
        };
        let is_list = || {
            let list = head.bytes.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
            let first = list.and_then(|list| list.strip_prefix(b"\"{"));
            first.is_some_and(|text| {
                let text = &text[..text.len().min(8 << 10)];
                memchr::memmem::find(text, br#"\"eventVersion\""#).is_some()
                    && memchr::memmem::find(text, br#"\"eventSource\""#).is_some()
            })
        };
        let is_here = |object: &crate::format::read::json::Object<'_>| {
            object.under.is_empty() || object.under == b"Events"
        };
        Confidence::certain_if(
            head.objects().iter().any(|object| is_here(object) && is_summary(object)) || is_list(),
        )
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Lookup {
            inner: Inner::default(),
            summary: Mapper::new(SUMMARY, Flattener::default(), fields),
            ids: CloudTrailLookupFields::new(fields),
        }))
    }
}

/// What a summary says in other words than its event.
const SUMMARY: Map = &[
    ("EventTime", To::Time),
    ("EventId", To::Field("eventID")),
    ("EventName", To::Field("eventName")),
    ("EventSource", To::Field("eventSource")),
    ("ReadOnly", To::Field("readOnly")),
    ("AccessKeyId", To::Field("userIdentity.accessKeyId")),
    ("Username", To::Field("user.name")),
];

struct Lookup {
    inner: Inner,
    summary: Mapper,
    ids: CloudTrailLookupFields,
}

impl Unfolder for Lookup {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let cloudtrail = number_of("aws.cloudtrail");
        let value = match record.first() {
            Some(b'"') => Some(0..record.len()),
            _ => entry(record, "CloudTrailEvent"),
        };
        let text = value.map(|at| &record[at]).and_then(|value| match value.first() {
            Some(b'{') => Some(String::from_utf8_lossy(value)),
            _ => text_of(value),
        });
        if let Some(text) = text {
            let mut desk = Desk { fields, event, out };
            let text = text.as_bytes();
            if self.inner.read_as(cloudtrail, text, 0..record.len(), &mut desk, &mut |_| {}) {
                return Ok(());
            }
        }
        event.clear();
        // An event that stands among the summaries as it is.
        if is_event(record) {
            let mut desk = Desk { fields, event, out };
            if self.inner.read_as(cloudtrail, record, 0..record.len(), &mut desk, &mut |_| {}) {
                return Ok(());
            }
        }
        self.summary.read(record, fields, event)?;
        if entry(record, "EventName").is_none() && entry(record, "EventId").is_none() {
            return Err(Why::NotAnEvent { expected: "`CloudTrailEvent`, `EventId` or `EventName`" });
        }
        event.push_text(self.ids.dataset, Kind::Text, "aws.cloudtrail");
        out.event(cloudtrail, fields, event, record, 0..record.len());
        Ok(())
    }

    fn nest(&mut self, depth: usize) {
        self.inner.nest(depth);
    }
}
