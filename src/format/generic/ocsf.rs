//! Open Cybersecurity Schema Framework: events of any product in one form, JSON; Amazon Security Lake keeps its sources so.
//!
//! Spec: OCSF schema, versions 1.0 to 1.4.
//! Shape: objects one behind the other or in a list.
//! Units: `time` and other times are milliseconds since the Unix epoch, UTC.
//! Time: `time`; else `time_dt`.
//! Rejects: what is no object.

use crate::base::event::FieldSpec;
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};

/// Events in the Open Cybersecurity Schema Framework, as JSON.
pub static OCSF: Mapped = Mapped {
    name: "ocsf",
    keys: &[],
    fields: &[
        FieldSpec { name: "class_name", meaning: "the kind of event" },
        FieldSpec { name: "class_uid", meaning: "the number of that kind" },
        FieldSpec { name: "activity_name", meaning: "what was done" },
        FieldSpec { name: "api.operation", meaning: "the operation that was called" },
        FieldSpec { name: "api.service.name", meaning: "the service it was called of" },
        FieldSpec { name: "actor.user.*", meaning: "who did it" },
        FieldSpec { name: "metadata.product.name", meaning: "the product that reports it" },
        FieldSpec { name: "severity", meaning: "Informational, Low, Medium, High, Critical or Fatal" },
        FieldSpec { name: "status", meaning: "Success, Failure or Unknown" },
        FieldSpec { name: "unmapped.*", meaning: "what the schema has no place for" },
    ],
    samples: &[
        br#"{"metadata":{"product":{"name":"CloudTrail","vendor_name":"AWS"},"uid":"3038ebd2","version":"1.1.0"},"time":1647964082000,"class_uid":6003,"class_name":"API Activity","category_uid":6,"activity_name":"Create","severity":"Informational","status":"Failure","api":{"operation":"RunInstances","service":{"name":"ec2.amazonaws.com"},"response":{"error":"Client.UnauthorizedOperation"}},"actor":{"user":{"type":"IAMUser","name":"alice","uid":"arn:aws:iam::111122223333:user/alice"}},"src_endpoint":{"ip":"203.0.113.7"},"http_request":{"user_agent":"aws-cli/2.4.23"},"cloud":{"region":"us-east-1","provider":"AWS","account":{"uid":"111122223333"}}}"#,
    ],
    is_record: |object: &Object<'_>| {
        const SPINE: &[&str] = &[
            "category_uid",
            "activity_id",
            "activity_name",
            "class_name",
            "metadata",
            "time",
            "severity_id",
            "severity",
            "type_uid",
        ];
        object.has("class_uid") && object.count(SPINE) >= 2
    },
    map: &[
        ("time", To::Time),
        ("time_dt", To::Time),
        ("start_time", To::Time),
        ("api.operation", To::Field("event.action")),
        ("activity_name", To::Field("event.action")),
        ("api.operation", To::Field("eventName")),
        ("api.service.name", To::Field("eventSource")),
        ("metadata.uid", To::Field("event.id")),
        ("finding_info.uid", To::Field("event.id")),
        ("status", To::Outcome(outcome)),
        ("status_id", To::Outcome(outcome)),
        ("disposition", To::Outcome(outcome)),
        ("message", To::Field("message")),
        ("finding_info.title", To::Field("message")),
        ("src_endpoint.ip", To::Address("source.ip")),
        ("src_endpoint.port", To::Field("source.port")),
        ("dst_endpoint.ip", To::Address("destination.ip")),
        ("dst_endpoint.port", To::Field("destination.port")),
        ("actor.user.name", To::Field("user.name")),
        ("user.name", To::Field("user.name")),
        ("actor.session.issuer", To::Field("user.name")),
        ("actor.user.uid_alt", To::Field("user.id")),
        ("actor.user.uid", To::Field("user.id")),
        ("actor.user.uuid", To::Field("user.id")),
        ("actor.user.credential_uid", To::Field("userIdentity.accessKeyId")),
        ("device.hostname", To::Field("host.name")),
        ("actor.process.name", To::Field("process.name")),
        ("actor.process.pid", To::Field("process.pid")),
        ("http_request.user_agent", To::Field("user_agent.original")),
        ("cloud.account.uid", To::Field("cloud.account.id")),
        ("cloud.account_uid", To::Field("cloud.account.id")),
        ("recipient_account.uid", To::Field("cloud.account.id")),
        ("api.response.error", To::Field("error.code")),
    ],
};

fn outcome(status: &[u8]) -> &'static str {
    match status {
        b"Success" | b"1" | b"Allowed" => "success",
        b"Failure" | b"2" | b"Blocked" => "failure",
        _ => "",
    }
}
