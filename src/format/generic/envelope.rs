//! Records in the envelopes of other tools: Splunk, Elasticsearch and OpenSearch, Amazon SNS and SQS.
//!
//! Spec: none; "Export search results", Splunk search manual; "Search API", Elasticsearch guide; "Amazon SNS message
//! formats", its developer guide.
//! Shape: `{"result":{"_raw":…}}` a line, `{"results":[{"_raw":…}]}`, CSV with a column `_raw`; `{"_source":{…}}` a line or
//! `{"hits":{"hits":[…]}}`, with the record in `event.original`, `message`, `body` or under `aws`; `{"TopicArn":…,
//! "Message":…}`, `{"Body":…}`.
//! Fields: those of the record, by the format that knows it, as if it stood in a file of its own; what stands around it is
//! left out but for the host and, where the record has none, the time. An envelope whose record no format knows is an
//! event with all that it has.
//! Time: of the record, else of the envelope.
//! Rejects: what is no object.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::text::clean;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why};
use crate::format::read::delimited::{Table, names_with, plain_name};
use crate::format::read::inner::{Desk, Inner};
use crate::format::read::json::{Object, elements, entries, entry, text_of, validate};
use crate::format::read::moment;
use crate::format::{Confidence, Format, Head, Reader, Start, Unfolded, Unfolder, named, number_of};

/// Envelopes in JSON.
pub struct Envelope;

/// Envelopes in rows.
pub struct EnvelopeCsv;

const KEYS: &[&str] = &["results", "events", "Messages", "Records"];

fields! {
    struct EnvelopeFields {
        "_raw" "the record as Splunk keeps it";
        "sourcetype" "what Splunk takes the record for";
        "event.original" "the record as Elasticsearch keeps it";
        host: "host.name";
        message: "message";
        dataset: "event.dataset";
    }
}

impl Format for Envelope {
    fn name(&self) -> &'static str {
        "envelope"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        EnvelopeFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"preview":false,"result":{"_raw":"{\"eventVersion\":\"1.08\",\"eventTime\":\"2022-03-22T15:48:02Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\"}","_time":"2022-03-22T15:48:02.000+00:00","sourcetype":"aws:cloudtrail"}}"#,
            br#"{"_index":"logs","_id":"1","_source":{"@timestamp":"2022-03-22T15:48:02.000Z","event":{"original":"something that nobody knows"}}}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: KEYS }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let says = |object: &Object<'_>, what: &[u8]| {
            let bytes = &object.bytes[..object.bytes.len().min(32 << 10)];
            memchr::memmem::find(bytes, what).is_some()
        };
        let is_envelope = |object: &Object<'_>| {
            let is_here = object.under.is_empty() || KEYS.iter().any(|key| key.as_bytes() == object.under);
            let is_elastic = || {
                object.has("@timestamp")
                    && (object.has("message") && object.count(BESIDE) >= 2
                        || object.has("event") && says(object, br#""original""#)
                        || object.has("aws") && (object.has("cloud") || object.has("attributes")))
            };
            is_here
                && (object.has("_raw")
                    || object.has("result") && says(object, br#""_raw""#)
                    || object.has("_source") && (object.has("_index") || object.has("_id"))
                    || object.has("took") && object.has("hits")
                    || object.has("TopicArn") && object.has("Message")
                    || object.has("ReceiptHandle") && object.has("Body")
                    || object.has("receiptHandle") && object.has("body")
                    || object.has("event") && says(object, br#""original""#) && object.count(BESIDE) >= 1
                    || is_elastic())
        };
        let is_here = head.objects().iter().any(is_envelope);
        if is_here { Confidence(97) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Envelopes { opener: Opener::new(fields) }))
    }
}

/// What Elastic's collectors write beside a message.
const BESIDE: &[&str] = &[
    "agent",
    "ecs",
    "data_stream",
    "input",
    "log",
    "host",
    "cloud",
    "fields",
    "@version",
    "attributes",
    "tags",
];

/// Reads what envelopes hold.
struct Opener {
    inner: Inner,
    ids: EnvelopeFields,
}

/// What is said of a record by its envelope.
#[derive(Default)]
struct Around<'a> {
    time: Option<Reading>,
    host: Cow<'a, str>,
}

impl Opener {
    fn new(fields: &mut Fields) -> Opener {
        Opener { inner: Inner::default(), ids: EnvelopeFields::new(fields) }
    }

    /// Hands the record on; whether a format knows it.
    fn open(&mut self, text: &[u8], at: Range<usize>, around: &Around<'_>, desk: &mut Desk<'_>) -> bool {
        let (text, _) = clean(text.trim_ascii());
        let text = in_nothing_else(&text);
        let host = self.ids.host;
        let mut dress = |event: &mut Event| {
            let is_moment = matches!(event.time, Some(Reading::Utc(_)));
            event.time = event.time.filter(|_| is_moment).or(around.time).or(event.time);
            if event.event_id_hash.is_none() && !around.host.is_empty() && event.leaf(host).is_none() {
                event.push_text(host, Kind::Text, &around.host);
            }
        };
        self.inner.read(&text, at, desk, &mut dress)
    }
}

/// Without the object `{"message":…}` that has nothing else.
fn in_nothing_else(text: &[u8]) -> Cow<'_, [u8]> {
    let mut parts = entries(text);
    if let (Some((b"message", at)), None) = (parts.next(), parts.next())
        && let Some(message) = text_of(&text[at])
    {
        return Cow::Owned(message.into_owned().into_bytes());
    }
    Cow::Borrowed(text)
}

struct Envelopes {
    opener: Opener,
}

impl Unfolder for Envelopes {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        validate(record)?;
        if record.first() != Some(&b'{') {
            return Err(Why::NotAnEvent { expected: "an object" });
        }
        let mut desk = Desk { fields, event, out };
        let hits = within(record, 0..record.len(), &["hits", "hits"]).filter(|at| record[at.start] == b'[');
        let Some(hits) = hits else {
            self.envelope(record, 0..record.len(), &mut desk);
            return Ok(());
        };
        for hit in elements(&record[hits.clone()]) {
            self.envelope(record, hits.start + hit.start..hits.start + hit.end, &mut desk);
        }
        Ok(())
    }

    fn nest(&mut self, depth: usize) {
        self.opener.inner.nest(depth);
    }
}

impl Envelopes {
    /// Hands on what the envelope at `at` of `record` holds, or the envelope.
    fn envelope(&mut self, record: &[u8], at: Range<usize>, desk: &mut Desk<'_>) {
        let whole = ["_source", "result", "fields"]
            .iter()
            .filter_map(|key| within(record, at.clone(), &[key]))
            .find(|inside| record[inside.start] == b'{')
            .unwrap_or(at.clone());
        let text = |path: &[&str]| {
            within(record, whole.clone(), path).and_then(|at| text_of(&record[at])).unwrap_or_default()
        };
        let time = ["@timestamp", "_time", "Timestamp"].into_iter().map(|key| text(&[key]));
        let time = { time }.find_map(|time| moment::of(time.as_bytes()));
        let mut host = [&["host"][..], &["host", "name"], &["host", "hostname"]].into_iter().map(text);
        let around = Around { time, host: host.find(|host| !host.is_empty()).unwrap_or_default() };
        const PLACES: &[(&[&str], bool)] = &[
            (&["_raw"], true),
            (&["event", "original"], true),
            (&["event.original"], true),
            (&["Message"], true),
            (&["Body"], true),
            (&["message"], false),
            (&["body"], false),
            (&["aws", "cloudtrail"], false),
            (&["aws", "waf"], false),
            (&["aws", "guardduty"], false),
        ];
        let json = number_of("json");
        for &(path, may_be_anything) in PLACES {
            let Some(inside) = within(record, whole.clone(), path) else { continue };
            let value = &record[inside];
            let is_object = value.first() == Some(&b'{');
            let Some(text) = text_of(value).or(is_object.then(|| String::from_utf8_lossy(value))) else {
                continue;
            };
            // JSON of which no more is known says less than all that stands around it.
            let is_known = may_be_anything || {
                let found =
                    crate::format::detect(&Head::new(in_nothing_else(text.as_bytes()).trim_ascii(), true));
                found.is_some_and(|(format, confidence)| format != json && confidence.0 > 50)
            };
            if is_known && self.opener.open(text.as_bytes(), at.clone(), &around, desk) {
                return;
            }
        }
        if !self.opener.inner.read_as(json, &record[whole], at.clone(), desk, &mut |_| {}) {
            desk.out.reject(at, Why::NotAnEvent { expected: "an object" });
        }
    }
}

/// Where the value stands that the object at `at` of `record` has under a path.
fn within(record: &[u8], at: Range<usize>, path: &[&str]) -> Option<Range<usize>> {
    path.iter().try_fold(at, |at, key| {
        let inside = entry(&record[at.clone()], key)?;
        Some(at.start + inside.start..at.start + inside.end)
    })
}

impl Format for EnvelopeCsv {
    fn name(&self) -> &'static str {
        "envelope.csv"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        EnvelopeFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"_raw,_time,host\n\"something that nobody knows\",2022-03-22T15:48:02.000+0000,web01\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Quoted)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let is_raw = |name: &String| RAW.contains(&&**name);
        Confidence::certain_if(names_with(head, RAW).iter().any(is_raw))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Rows {
            opener: Opener::new(fields),
            table: Table::default(),
            columns: Vec::new(),
        }))
    }
}

/// Columns that hold records.
const RAW: &[&str] = &["_raw", "event.original", "CloudTrailEvent"];

struct Rows {
    opener: Opener,
    table: Table,
    columns: Vec<FieldId>,
}

impl Unfolder for Rows {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        if !self.table.read(record, RAW)? {
            self.columns = self.table.header.iter().map(|name| named(name, fields)).collect();
            return Ok(());
        }
        let cell = |is_it: &dyn Fn(&str) -> bool| {
            self.table.values(record).find(|(name, _)| is_it(name)).map(|(_, text)| text)
        };
        let time = cell(&|name| matches!(&*plain_name(name), "time" | "timestamp"));
        let time = time.and_then(|time| moment::of(time.as_bytes()));
        let host = cell(&|name| matches!(name, "host" | "host.name")).unwrap_or_default();
        let raw = cell(&|name| RAW.contains(&name)).unwrap_or_default();
        let around = Around { time, host: Cow::Owned(host) };
        let mut desk = Desk { fields, event, out };
        if self.opener.open(raw.as_bytes(), 0..record.len(), &around, &mut desk) {
            return Ok(());
        }
        let Desk { fields, event, out } = desk;
        event.clear();
        event.time = around.time;
        for (&column, cell) in self.columns.iter().zip(&self.table.cells) {
            cell.push(record, column, Kind::Text, event);
        }
        let ids = &self.opener.ids;
        event.push_text(ids.message, Kind::Text, &raw);
        event.push_text(ids.dataset, Kind::Text, EnvelopeCsv.name());
        out.event(number_of(EnvelopeCsv.name()), fields, event, record, 0..record.len());
        Ok(())
    }

    fn start(&mut self, _: Start<'_>) {
        self.table.header.clear();
        self.columns.clear();
    }

    fn nest(&mut self, depth: usize) {
        self.opener.inner.nest(depth);
    }
}
