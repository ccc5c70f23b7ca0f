//! Amazon CloudWatch Logs: messages of any program with the time at which they came, JSON.
//!
//! Spec: "Log group-level subscription filters", Amazon CloudWatch Logs user guide; `GetLogEvents`, `FilterLogEvents` and
//! `GetQueryResults`, its API reference.
//! Shape: subscription messages, as Lambda, Kinesis and Firehose get them, one behind the other with nothing between them:
//! `{"messageType":"DATA_MESSAGE","owner":…,"logGroup":…,"logStream":…,"logEvents":[{"id":…,"timestamp":…,"message":…}]}`;
//! `{"events":[{"timestamp":…,"message":…}]}` of the command line; `{"results":[[{"field":…,"value":…}]]}` of Logs Insights,
//! and its rows as objects with `@message`.
//! Fields: a message is read by the format that knows it, detected over the messages of a stream; `logGroup`, `logStream`
//! and `owner` are added. CloudTrail events stay as they are delivered elsewhere, so that copies are known. What no format
//! knows is the field `message`.
//! Units: `timestamp` and `ingestionTime` are milliseconds since the Unix epoch, UTC.
//! Time: of the message where that says a moment, else of `timestamp`: a message may have neither zone nor year.
//! Differs from the spec: messages of type CONTROL_MESSAGE, which ask whether someone listens, are no events.
//! Rejects: what has no message.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::text::clean;
use crate::base::{Event, Fields, Kind, Reading, Why};
use crate::format::read::inner::{Desk, Inner};
use crate::format::read::json::{Flattener, Object, elements, entries, entry, text_of, validate};
use crate::format::read::moment;
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// Messages of any program, exported from CloudWatch Logs as JSON.
pub struct CloudWatch;

const KEYS: &[&str] = &["events", "results"];

fields! {
    /// What wrappers of CloudWatch add to their messages.
    pub(super) struct CloudWatchFields {
        group: "logGroup" "the log group that the message is in";
        stream: "logStream" "the log stream that the message is in";
        owner: "owner" "the account of the log group";
        message: "message" "the text of the record";
        account: "cloud.account.id";
        id: "event.id";
        dataset: "event.dataset";
    }
}

impl Format for CloudWatch {
    fn name(&self) -> &'static str {
        "aws.cloudwatch"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CloudWatchFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"app","logStream":"i-0abc","subscriptionFilters":["all"],"logEvents":[{"id":"37","timestamp":1647964082000,"message":"started"}]}{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1647964082000,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}"#,
            br#"{"events":[{"logStreamName":"i-0abc","timestamp":1647964082000,"message":"started","ingestionTime":1647964083000,"eventId":"37"}],"searchedLogStreams":[]}"#,
            br#"{"results":[[{"field":"@timestamp","value":"2022-03-22 15:48:02.000"},{"field":"@message","value":"started"}]],"status":"Complete"}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: KEYS }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let is_here = |object: &Object<'_>| match object.under {
            b"" => {
                object.has("messageType") && object.has("logEvents") && object.has("logGroup")
                    || object.has("@message")
                    || object.has("message")
                        && object.has("timestamp")
                        && (object.has("logStreamName") || object.has("ingestionTime"))
            }
            b"events" => object.has("message") && object.has("timestamp") && object.has("ingestionTime"),
            b"results" => object.has("field") && object.has("value"),
            _ => false,
        };
        Confidence::certain_if(head.objects().iter().any(is_here))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Messages { to: Dresser::new(fields), group: Vec::new() }))
    }
}

/// A message, and what is said of it.
#[derive(Default)]
pub(super) struct Message<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// Where it stands in the wrapper's record.
    pub at: Range<usize>,
    /// When it came.
    pub time: Option<Reading>,
    /// Its number.
    pub id: Cow<'a, str>,
    /// Names and values of what else is said of it, the latter in JSON.
    pub rest: Vec<(Cow<'a, str>, Cow<'a, [u8]>)>,
}

/// Where messages come from.
#[derive(Default, Clone, Copy)]
pub(super) struct Origin<'a> {
    pub owner: &'a str,
    pub group: &'a str,
    pub stream: &'a str,
}

/// Hands messages on as events of what they are.
pub(super) struct Dresser {
    inner: Inner,
    flattener: Flattener,
    ids: CloudWatchFields,
}

impl Dresser {
    pub fn new(fields: &mut Fields) -> Dresser {
        Dresser {
            inner: Inner::default(),
            flattener: Flattener::default(),
            ids: CloudWatchFields::new(fields),
        }
    }

    pub fn nest(&mut self, depth: usize) {
        self.inner.nest(depth);
    }

    /// Looks at messages of one stream.
    pub fn expect(&mut self, messages: &[Message<'_>], fields: &mut Fields) {
        self.inner.expect(messages.iter().map(|message| message.text.as_bytes()), fields);
    }

    /// Hands a message on.
    pub fn put(&mut self, message: &Message<'_>, origin: Origin<'_>, desk: &mut Desk<'_>) {
        let (text, _) = clean(message.text.trim_end().as_bytes());
        let (owner, group, stream, account) =
            (self.ids.owner, self.ids.group, self.ids.stream, self.ids.account);
        let mut dress = |event: &mut Event| {
            let is_moment = matches!(event.time, Some(Reading::Utc(_)));
            event.time = event.time.filter(|_| is_moment).or(message.time).or(event.time);
            // What can be a copy stays as it is elsewhere.
            if event.event_id_hash.is_some() {
                return;
            }
            let mut add = |field, text: &str| {
                if !text.is_empty() && event.leaf(field).is_none() {
                    event.push_text(field, Kind::Text, text);
                }
            };
            add(owner, origin.owner);
            add(group, origin.group);
            add(stream, origin.stream);
            add(account, origin.owner);
        };
        if self.inner.read(text.trim_ascii(), message.at.clone(), desk, &mut dress) {
            return;
        }
        let Desk { fields, event, out } = desk;
        event.clear();
        if !text.is_empty() || message.rest.is_empty() {
            event.push_slice(self.ids.message, Kind::Text, 0, text.len());
        }
        dress(event);
        if !message.id.is_empty() {
            event.push_text(self.ids.id, Kind::Text, &message.id);
        }
        for (name, value) in &message.rest {
            // What is no JSON was no part of a record, which is.
            let _ = self.flattener.flatten_made(name, value, fields, event);
        }
        event.push_text(self.ids.dataset, Kind::Text, CloudWatch.name());
        out.event(number_of(CloudWatch.name()), fields, event, &text, message.at.clone());
    }
}

struct Messages {
    to: Dresser,
    /// The group and stream of the message before.
    group: Vec<u8>,
}

impl Unfolder for Messages {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        validate(record)?;
        let text = |key| entry(record, key).and_then(|at| text_of(&record[at])).unwrap_or_default();
        let (owner, group, stream) = (text("owner"), text("logGroup"), text("logStream"));
        if let Some(list) = entry(record, "logEvents") {
            if text("messageType") == "CONTROL_MESSAGE" {
                return Ok(());
            }
            let at = |part: Range<usize>| list.start + part.start..list.start + part.end;
            let parts = elements(&record[list.clone()]).map(|part| message(record, at(part)));
            let messages: Vec<Message<'_>> = parts.flatten().collect();
            self.to.expect(&messages, fields);
            let origin = Origin { owner: &owner, group: &group, stream: &stream };
            let mut desk = Desk { fields, event, out };
            messages.iter().for_each(|message| self.to.put(message, origin, &mut desk));
            return Ok(());
        }
        let found = match record.first() {
            Some(b'[') => row(record),
            _ => message(record, 0..record.len()),
        };
        let Some(mut found) = found else {
            return Err(Why::NotAnEvent { expected: "`message`, `@message` or `logEvents`" });
        };
        let mut take = |names: &[&str]| {
            let at = found.rest.iter().position(|(name, _)| names.contains(&&**name))?;
            text_of(&found.rest.remove(at).1).map(|text| text.into_owned())
        };
        let stream = take(&["logStreamName", "@logStream", "logStream"]).unwrap_or_default();
        let log = take(&["logGroupName", "logGroupIdentifier", "@log", "logGroup"]).unwrap_or_default();
        // `111122223333:group`
        let (owner, group) = match log.split_once(':') {
            Some((owner, group)) if owner.bytes().all(|byte| byte.is_ascii_digit()) => (owner, group),
            _ => ("", &*log),
        };
        let source = [group.as_bytes(), stream.as_bytes()].concat();
        if source != self.group {
            self.to.expect(std::slice::from_ref(&found), fields);
            self.group = source;
        }
        let origin = Origin { owner, group, stream: &stream };
        self.to.put(&found, origin, &mut Desk { fields, event, out });
        Ok(())
    }

    fn start(&mut self, _: crate::format::Start<'_>) {
        self.group.clear();
    }

    fn nest(&mut self, depth: usize) {
        self.to.nest(depth);
    }
}

/// The message that the object at `at` of `record` has.
fn message(record: &[u8], at: Range<usize>) -> Option<Message<'_>> {
    let object = &record[at.clone()];
    let mut message = Message { at, ..Message::default() };
    let mut has_text = false;
    for (name, value) in entries(object) {
        let value = &object[value];
        match name {
            b"message" | b"@message" => {
                message.text = text_of(value).unwrap_or_else(|| String::from_utf8_lossy(value));
                has_text = true;
            }
            b"timestamp" | b"@timestamp" => message.time = time_of(value),
            b"id" | b"eventId" => message.id = text_of(value).unwrap_or_default(),
            b"ingestionTime" | b"@ingestionTime" | b"@ptr" => {}
            _ => message.rest.push((String::from_utf8_lossy(name), Cow::Borrowed(value))),
        }
    }
    has_text.then_some(message)
}

/// The message of a row of Logs Insights, `[{"field":"@message","value":"…"},…]`.
fn row(record: &[u8]) -> Option<Message<'_>> {
    let mut message = Message { at: 0..record.len(), ..Message::default() };
    let mut has_text = false;
    for cell in elements(record) {
        let cell = &record[cell];
        let raw = |key| entry(cell, key).map(|at| &cell[at]);
        let (Some(name), Some(value)) = (raw("field").and_then(text_of), raw("value")) else { continue };
        match &*name {
            "@message" => {
                message.text = text_of(value)?;
                has_text = true;
            }
            "@timestamp" => message.time = time_of(value),
            "@ptr" | "@ingestionTime" => {}
            _ => message.rest.push((name, Cow::Borrowed(value))),
        }
    }
    if !has_text {
        // A row of chosen fields: they are all there is.
        has_text = !message.rest.is_empty();
    }
    has_text.then_some(message)
}

/// A time in CloudWatch's notation, in JSON: milliseconds, or UTC without saying so.
pub(super) fn time_of(value: &[u8]) -> Option<Reading> {
    let text = text_of(value).unwrap_or_else(|| String::from_utf8_lossy(value));
    moment::of(text.as_bytes()).map(|reading| Reading::Utc(reading.timestamp()))
}
