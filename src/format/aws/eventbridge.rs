//! Amazon EventBridge: events of AWS services in an envelope, JSON.
//!
//! Spec: "AWS service event metadata", Amazon EventBridge user guide.
//! Shape: `{"version":"0","id":…,"detail-type":…,"source":…,"account":…,"time":…,"region":…,"resources":[…],"detail":{…}}`,
//! one behind the other or in a list. What is left away is not missed but for `detail`.
//! Fields: where `detail` is an event of CloudTrail, GuardDuty or Security Hub, that event's, as if it stood in a delivered
//! file, with the envelope's time, account and region where it has none. Else all of the envelope under its paths.
//! Time: `time`, UTC, whole seconds.
//! Rejects: what is no object.

use super::cloudtrail::is_event;
use super::{guardduty, securityhub};
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::inner::{Desk, Inner};
use crate::format::read::json::{Flattener, elements, entry, objects, text_of, validate};
use crate::format::read::mapped::{Map, Mapper, To, sniff_objects};
use crate::format::read::moment;
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// Events of AWS services in an EventBridge envelope, as JSON.
pub struct EventBridge;

fields! {
    struct EventBridgeFields {
        "detail-type" "the kind of event, with `source` the meaning of `detail`";
        "source" "the service that sent it";
        "account" "the account it comes from";
        "region" "the region it comes from";
        "id" "the number of the event";
        "resources[]" "the ARNs of what it is about";
        "detail.*" "the event itself";
        dataset: "event.dataset";
        account: "cloud.account.id";
        region: "cloud.region";
        aws_region: "awsRegion";
    }
}

impl Format for EventBridge {
    fn name(&self) -> &'static str {
        "aws.eventbridge"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        EventBridgeFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"version":"0","id":"6a7e8feb-b491","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","account":"111122223333","time":"2022-03-22T15:48:02Z","region":"us-east-1","resources":["arn:aws:ec2:us-east-1:111122223333:instance/i-abcd1111"],"detail":{"instance-id":"i-abcd1111","state":"pending"}}"#,
            br#"{"version":"0","id":"36eb8523","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","account":"111122223333","time":"2022-03-22T15:48:02Z","region":"us-east-1","resources":[],"detail":{"eventVersion":"1.08","eventTime":"2022-03-22T15:48:02Z","eventSource":"s3.amazonaws.com","eventName":"CreateBucket","awsRegion":"us-east-1","eventID":"9d9d1c2f"}}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        const ENVELOPE: &[&str] =
            &["version", "id", "detail-type", "source", "account", "time", "region", "resources"];
        sniff_objects(head, &[], |object| object.has("detail") && object.count(ENVELOPE) >= 4)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Envelopes {
            inner: Inner::default(),
            mapper: Mapper::new(MAP, Flattener::default(), fields),
            ids: EventBridgeFields::new(fields),
        }))
    }
}

const MAP: Map = &[
    ("time", To::Time),
    ("detail-type", To::Field("event.action")),
    ("id", To::Field("event.id")),
    ("account", To::Field("cloud.account.id")),
    ("region", To::Field("cloud.region")),
    ("detail.errorCode", To::Field("error.code")),
    ("detail.sourceIPAddress", To::Address("source.ip")),
];

struct Envelopes {
    inner: Inner,
    mapper: Mapper,
    ids: EventBridgeFields,
}

impl Unfolder for Envelopes {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        if self.unwrap(record, fields, event, out) {
            return Ok(());
        }
        event.clear();
        self.mapper.read(record, fields, event)?;
        event.push_text(self.ids.dataset, Kind::Text, EventBridge.name());
        let number = number_of(EventBridge.name());
        out.event(number, fields, event, record, 0..record.len());
        Ok(())
    }

    fn nest(&mut self, depth: usize) {
        self.inner.nest(depth);
    }
}

impl Envelopes {
    /// Hands on what `detail` holds, if it is an event of its own; whether it was.
    fn unwrap(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> bool {
        let Some(detail) = entry(record, "detail") else { return false };
        let found = objects(&record[detail.clone()]);
        let Some(head) = found.first() else { return false };
        let (name, parts) = if is_event(head.bytes) {
            ("aws.cloudtrail", vec![detail])
        } else if guardduty::is_finding(head) {
            ("aws.guardduty", vec![detail])
        } else if found.iter().any(|object| object.under == b"findings" && securityhub::is_finding(object)) {
            let list = entry(&record[detail.clone()], "findings");
            let list = list.map(|at| detail.start + at.start..detail.start + at.end).unwrap_or_default();
            let parts = elements(&record[list.clone()]);
            ("aws.securityhub", parts.map(|at| list.start + at.start..list.start + at.end).collect())
        } else {
            return false;
        };
        if validate(record).is_err() {
            return false;
        }
        let text = |key| entry(record, key).and_then(|at| text_of(&record[at]));
        let (time, account, region) = (text("time"), text("account"), text("region"));
        let time = time.and_then(|time| moment::of(time.as_bytes()));
        let (account_field, region_field, aws_region) =
            (self.ids.account, self.ids.region, self.ids.aws_region);
        let mut dress = |event: &mut Event| {
            event.time = event.time.or(time);
            if let Some(account) = account.as_ref().filter(|_| event.leaf(account_field).is_none()) {
                event.push_text(account_field, Kind::Text, account);
            }
            let has_region = event.leaf(region_field).is_some() || event.leaf(aws_region).is_some();
            if let Some(region) = region.as_ref().filter(|_| !has_region) {
                event.push_text(aws_region, Kind::Text, region);
            }
        };
        let number = number_of(name);
        let whole = parts.len() == 1;
        let mut n_read = 0;
        for part in parts {
            let at = if whole { 0..record.len() } else { part.clone() };
            let mut desk = Desk { fields, event, out };
            if self.inner.read_as(number, &record[part], at.clone(), &mut desk, &mut dress) {
                n_read += 1;
            } else if n_read > 0 {
                desk.out.reject(at, Why::NotAnEvent { expected: "a finding" });
            } else {
                return false;
            }
        }
        n_read > 0
    }
}
