//! Amazon GuardDuty: what the service has found to be wrong, one finding a record, JSON.
//!
//! Spec: "Finding details" and "Exporting findings", Amazon GuardDuty user guide; `GetFindings`, its API reference.
//! Shape: findings one a line, as exported to S3, with keys as `accountId`; `{"Findings":[…]}` of the API, with keys as
//! `AccountId`. Both give the former's fields.
//! Time: `updatedAt`, UTC: when the finding was last seen anew; `createdAt` and the service's times stay fields.
//! Addresses: of a connection, `source` is who made it: `remoteIpDetails` or, where the direction is OUTBOUND, the resource.
//! Differs from the spec: findings that were asked for as samples have `guardduty.sample`.
//! Rejects: what is no object.

use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::json::{Flattener, Object};
use crate::format::read::mapped::{Map, Mapper, To, sniff_objects};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// GuardDuty findings, as JSON.
pub struct GuardDuty;

const KEYS: &[&str] = &["Findings", "findings"];

/// Whether an object is a finding.
pub fn is_finding(object: &Object<'_>) -> bool {
    const SMALL: &[&str] =
        &["schemaVersion", "accountId", "region", "id", "arn", "type", "resource", "service", "severity"];
    const LARGE: &[&str] =
        &["SchemaVersion", "AccountId", "Region", "Id", "Arn", "Type", "Resource", "Service", "Severity"];
    object.has("service") && object.has("type") && object.count(SMALL) >= 6
        || object.has("Service") && object.has("Type") && object.count(LARGE) >= 6
}

fields! {
    struct GuardDutyFields {
        "type" "what was found: `ThreatPurpose:ResourceType/ThreatName`";
        "severity" "from 1 to 10: low below 4, medium below 7, high below 9, critical";
        title: "title" "the finding in a line";
        "description" "the finding in a few lines";
        "resource.*" "the AWS resource that was attacked or that attacked";
        "service.action.*" "the activity that was found";
        "service.count" "how many times it was seen";
        "service.eventFirstSeen" "when it was first seen";
        "service.eventLastSeen" "when it was last seen";
        sample: "guardduty.sample" "`true` for a finding that was asked for as a sample";
        direction: "service.action.networkConnectionAction.connectionDirection";
        id: "resource.instanceDetails.instanceId";
        more: "service.additionalInfo.sample";
        dataset: "event.dataset";
    }
}

impl Format for GuardDuty {
    fn name(&self) -> &'static str {
        "aws.guardduty"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        GuardDutyFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"schemaVersion":"2.0","accountId":"111122223333","region":"us-east-1","id":"f6ba","arn":"arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f6ba","type":"UnauthorizedAccess:EC2/SSHBruteForce","resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0abc"}},"service":{"serviceName":"guardduty","action":{"actionType":"NETWORK_CONNECTION","networkConnectionAction":{"connectionDirection":"INBOUND","remoteIpDetails":{"ipAddressV4":"203.0.113.7"},"localPortDetails":{"port":22}}},"count":3},"severity":2,"createdAt":"2022-03-22T15:40:00.000Z","updatedAt":"2022-03-22T15:48:02.000Z","title":"203.0.113.7 is performing SSH brute force attacks against i-0abc."}"#,
            br#"{"Findings":[{"SchemaVersion":"2.0","AccountId":"111122223333","Region":"us-east-1","Id":"f6bb","Type":"Recon:EC2/Portscan","Resource":{"ResourceType":"Instance"},"Service":{"ServiceName":"guardduty","Count":1},"Severity":5,"UpdatedAt":"2022-03-22T15:48:02.000Z","Title":"[SAMPLE] EC2 instance i-99999999 is performing outbound port scans."}]}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: KEYS }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff_objects(head, KEYS, is_finding)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(GuardDutyParser {
            flattener: Flattener::with_small_names(),
            inbound: Mapper::new(INBOUND, Flattener::default(), fields),
            outbound: Mapper::new(OUTBOUND, Flattener::default(), fields),
            all: Mapper::new(MAP, Flattener::default(), fields),
            ids: GuardDutyFields::new(fields),
        }))
    }
}

const INBOUND: Map = &[
    ("service.action.networkConnectionAction.remoteIpDetails.ipAddressV4", To::Address("source.ip")),
    ("service.action.networkConnectionAction.remoteIpDetails.ipAddressV6", To::Address("source.ip")),
    ("service.action.networkConnectionAction.remotePortDetails.port", To::Field("source.port")),
    ("service.action.networkConnectionAction.localIpDetails.ipAddressV4", To::Address("destination.ip")),
    ("resource.instanceDetails.networkInterfaces[].privateIpAddress", To::Address("destination.ip")),
    ("service.action.networkConnectionAction.localPortDetails.port", To::Field("destination.port")),
];

const OUTBOUND: Map = &[
    ("service.action.networkConnectionAction.remoteIpDetails.ipAddressV4", To::Address("destination.ip")),
    ("service.action.networkConnectionAction.remoteIpDetails.ipAddressV6", To::Address("destination.ip")),
    ("service.action.networkConnectionAction.remotePortDetails.port", To::Field("destination.port")),
    ("service.action.networkConnectionAction.localIpDetails.ipAddressV4", To::Address("source.ip")),
    ("resource.instanceDetails.networkInterfaces[].privateIpAddress", To::Address("source.ip")),
    ("service.action.networkConnectionAction.localPortDetails.port", To::Field("source.port")),
];

const MAP: Map = &[
    ("updatedAt", To::Time),
    ("service.eventLastSeen", To::Time),
    ("createdAt", To::Time),
    ("type", To::Field("event.action")),
    ("id", To::Field("event.id")),
    ("title", To::Field("message")),
    ("description", To::Field("message")),
    ("accountId", To::Field("cloud.account.id")),
    ("region", To::Field("cloud.region")),
    ("service.action.awsApiCallAction.remoteIpDetails.ipAddressV4", To::Address("source.ip")),
    ("service.action.awsApiCallAction.remoteIpDetails.ipAddressV6", To::Address("source.ip")),
    ("service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4", To::Address("source.ip")),
    ("service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4", To::Address("source.ip")),
    (
        "service.action.portProbeAction.portProbeDetails[].remoteIpDetails.ipAddressV4",
        To::Address("source.ip"),
    ),
    (
        "service.action.portProbeAction.portProbeDetails[].localPortDetails.port",
        To::Field("destination.port"),
    ),
    ("resource.instanceDetails.networkInterfaces[].privateIpAddress", To::Address("destination.ip")),
    ("resource.accessKeyDetails.userName", To::Field("user.name")),
    ("resource.kubernetesDetails.kubernetesUserDetails.username", To::Field("user.name")),
    ("resource.rdsDbUserDetails.user", To::Field("user.name")),
    ("resource.accessKeyDetails.principalId", To::Field("user.id")),
    ("resource.instanceDetails.instanceId", To::Field("host.name")),
    ("service.runtimeDetails.process.name", To::Field("process.name")),
    ("service.runtimeDetails.process.pid", To::Field("process.pid")),
    ("service.action.awsApiCallAction.errorCode", To::Field("error.code")),
    ("service.action.awsApiCallAction.userAgent", To::Field("user_agent.original")),
];

struct GuardDutyParser {
    flattener: Flattener,
    /// For connections to the resource, and for those that it made.
    inbound: Mapper,
    outbound: Mapper,
    /// For all else, and after them.
    all: Mapper,
    ids: GuardDutyFields,
}

impl Parser for GuardDutyParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.flattener.flatten(record, fields, event)?;
        if record.first() != Some(&b'{') {
            return Err(Why::NotAnEvent { expected: "an object" });
        }
        match event.leaf(self.ids.direction).map(|leaf| event.bytes(record, &leaf)) {
            Some(b"OUTBOUND") => self.outbound.apply(record, event),
            Some(_) => self.inbound.apply(record, event),
            None => {}
        }
        self.all.apply(record, event);
        let says = |field, is_so: fn(&[u8]) -> bool| {
            event.leaf(field).is_some_and(|leaf| is_so(event.bytes(record, &leaf)))
        };
        let is_sample = says(self.ids.title, |title| title.starts_with(b"[SAMPLE]"))
            || says(self.ids.id, |id| id == b"i-99999999")
            || says(self.ids.more, |more| more == b"true");
        // Older ones say so in every name that they make up.
        if is_sample || memchr::memmem::find(record, b"\"GeneratedFinding").is_some() {
            event.push_text(self.ids.sample, Kind::Boolean, "true");
        }
        event.push_text(self.ids.dataset, Kind::Text, GuardDuty.name());
        Ok(Parsed::Event)
    }
}
