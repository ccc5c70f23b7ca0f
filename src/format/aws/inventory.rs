//! What AWS Config, Amazon Inspector and osquery report of what there is: JSON.
//!
//! Spec: "Components of a configuration item", AWS Config developer guide; "Finding", Amazon Inspector API reference;
//! "Logging", osquery documentation.
//! Shape: `{"fileVersion":…,"configurationItems":[…]}`; `{"findings":[…]}` or findings one behind the other; one result a
//! line.
//! Time: when a configuration was captured, a finding last seen (seconds since the epoch, in any notation), a query run.
//! Rejects: what is no object.

use crate::base::event::FieldSpec;
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};

/// Snapshots and histories of AWS Config.
pub static CONFIG: Mapped = Mapped {
    name: "aws.config",
    keys: &["configurationItems"],
    fields: &[
        FieldSpec { name: "resourceType", meaning: "the kind of resource" },
        FieldSpec { name: "resourceId", meaning: "the number of the resource" },
        FieldSpec { name: "configurationItemStatus", meaning: "OK, ResourceDiscovered, ResourceDeleted, …" },
        FieldSpec { name: "configuration.*", meaning: "the resource as its service describes it" },
        FieldSpec { name: "relationships[].resourceId", meaning: "resources that it has to do with" },
        FieldSpec { name: "relatedEvents[]", meaning: "the CloudTrail events that changed it" },
    ],
    samples: &[
        br#"{"fileVersion":"1.0","configSnapshotId":"7de3","configurationItems":[{"relatedEvents":[],"configurationItemVersion":"1.3","configurationItemCaptureTime":"2022-03-22T15:48:02.000Z","configurationItemStatus":"OK","awsAccountId":"111122223333","awsRegion":"us-east-1","resourceType":"AWS::EC2::Instance","resourceId":"i-0abc"}]}"#,
    ],
    is_record: |object: &Object<'_>| {
        const SPINE: &[&str] = &[
            "configurationItemVersion",
            "configurationItemCaptureTime",
            "configurationItemStatus",
            "configurationStateId",
            "resourceType",
            "relatedEvents",
            "relationships",
            "configuration",
            "awsAccountId",
        ];
        object.has("fileVersion") && object.has("configurationItems")
            || object.under == b"configurationItems"
            || object.count(SPINE) >= 4
    },
    map: &[
        ("configurationItemCaptureTime", To::Time),
        ("configurationItemStatus", To::Field("event.action")),
        ("awsAccountId", To::Field("cloud.account.id")),
        ("awsRegion", To::Field("cloud.region")),
    ],
};

/// Findings of Amazon Inspector.
pub static INSPECTOR: Mapped = Mapped {
    name: "aws.inspector",
    keys: &["findings"],
    fields: &[
        FieldSpec { name: "title", meaning: "the finding in a line" },
        FieldSpec { name: "severity", meaning: "INFORMATIONAL, LOW, MEDIUM, HIGH or CRITICAL" },
        FieldSpec { name: "inspectorScore", meaning: "from 0 to 10" },
        FieldSpec { name: "packageVulnerabilityDetails.vulnerabilityId", meaning: "the number of the weakness" },
        FieldSpec { name: "resources[].id", meaning: "what it was found in" },
    ],
    samples: &[
        br#"{"findings":[{"awsAccountId":"111122223333","findingArn":"arn:aws:inspector2:us-east-1:111122223333:finding/1","firstObservedAt":1647960000.5,"lastObservedAt":1647964082.5,"severity":"HIGH","status":"ACTIVE","title":"CVE-2022-0001 - kernel","type":"PACKAGE_VULNERABILITY","resources":[{"id":"i-0abc","region":"us-east-1"}]}]}"#,
    ],
    is_record: |object: &Object<'_>| {
        const SPINE: &[&str] =
            &["awsAccountId", "firstObservedAt", "lastObservedAt", "severity", "status", "type", "inspectorScore"];
        object.has("findingArn") && object.count(SPINE) >= 3
    },
    map: &[
        ("updatedAt", To::Time),
        ("lastObservedAt", To::Time),
        ("firstObservedAt", To::Time),
        ("type", To::Field("event.action")),
        ("findingArn", To::Field("event.id")),
        ("title", To::Field("message")),
        ("description", To::Field("message")),
        ("awsAccountId", To::Field("cloud.account.id")),
        ("resources[].region", To::Field("cloud.region")),
        ("resources[].id", To::Field("host.name")),
    ],
};

/// Results of osquery's scheduled queries.
pub static OSQUERY: Mapped = Mapped {
    name: "osquery.result",
    keys: &[],
    fields: &[
        FieldSpec { name: "name", meaning: "the query" },
        FieldSpec { name: "action", meaning: "added, removed or snapshot" },
        FieldSpec { name: "hostIdentifier", meaning: "the host" },
        FieldSpec { name: "columns.*", meaning: "the row that was found" },
        FieldSpec { name: "decorations.*", meaning: "what is known of the host" },
    ],
    samples: &[
        br#"{"name":"pack/listening_ports","hostIdentifier":"web01","calendarTime":"Tue Mar 22 15:48:02 2022 UTC","unixTime":1647964082,"epoch":0,"counter":1,"columns":{"pid":"815","port":"22"},"action":"added"}"#,
    ],
    is_record: |object: &Object<'_>| {
        const SPINE: &[&str] = &["name", "hostIdentifier", "calendarTime", "unixTime", "action", "epoch"];
        let has_rows = object.has("columns") || object.has("snapshot") || object.has("diffResults");
        has_rows && (object.count(SPINE) >= 3 || object.has("action") && object.count(SPINE) >= 2)
    },
    map: &[
        ("unixTime", To::Time),
        ("calendarTime", To::Time),
        ("action", To::Field("event.action")),
        ("hostIdentifier", To::Field("host.name")),
        ("hostname", To::Field("host.name")),
        ("name", To::Field("message")),
        ("columns.username", To::Field("user.name")),
        ("columns.uid", To::Field("user.id")),
        ("columns.remote_address", To::Address("source.ip")),
        ("columns.pid", To::Field("process.pid")),
    ],
};
