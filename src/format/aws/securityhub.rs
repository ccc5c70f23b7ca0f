//! AWS Security Hub: findings of many services in one form, the AWS Security Finding Format, JSON.
//!
//! Spec: "AWS Security Finding Format (ASFF)", AWS Security Hub user guide, schema 2018-10-08.
//! Shape: `{"Findings":[…]}` of the API, or findings one behind the other.
//! Time: `UpdatedAt`, UTC; the other times stay fields.
//! Rejects: what is no object.

use crate::base::event::FieldSpec;
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};

/// Whether an object is a finding.
pub fn is_finding(object: &Object<'_>) -> bool {
    const SPINE: &[&str] = &[
        "SchemaVersion",
        "Id",
        "ProductArn",
        "GeneratorId",
        "AwsAccountId",
        "CreatedAt",
        "UpdatedAt",
        "Severity",
        "Title",
        "Description",
        "Resources",
    ];
    object.has("ProductArn") && object.count(SPINE) >= 5
}

/// Findings in the AWS Security Finding Format, as JSON.
pub static SECURITY_HUB: Mapped = Mapped {
    name: "aws.securityhub",
    keys: &["Findings", "findings"],
    fields: &[
        FieldSpec { name: "Title", meaning: "the finding in a line" },
        FieldSpec { name: "Severity.Label", meaning: "INFORMATIONAL, LOW, MEDIUM, HIGH or CRITICAL" },
        FieldSpec { name: "Types[]", meaning: "what was found: `namespace/category/classifier`" },
        FieldSpec { name: "ProductArn", meaning: "the product that found it" },
        FieldSpec { name: "GeneratorId", meaning: "the rule of the product that found it" },
        FieldSpec { name: "Compliance.Status", meaning: "PASSED, WARNING, FAILED or NOT_AVAILABLE" },
        FieldSpec { name: "Workflow.Status", meaning: "NEW, NOTIFIED, RESOLVED or SUPPRESSED" },
        FieldSpec { name: "Resources[].Id", meaning: "what it was found in" },
    ],
    samples: &[
        br#"{"Findings":[{"SchemaVersion":"2018-10-08","Id":"arn:aws:securityhub:us-east-1:111122223333:finding/1","ProductArn":"arn:aws:securityhub:us-east-1::product/aws/securityhub","GeneratorId":"aws-foundational/v/1.0.0/EC2.19","AwsAccountId":"111122223333","Types":["Software and Configuration Checks"],"CreatedAt":"2022-03-20T10:00:00.000Z","UpdatedAt":"2022-03-22T15:48:02.000Z","Severity":{"Label":"HIGH"},"Title":"EC2.19 Security groups should not allow unrestricted access","Description":"This checks ports.","Resources":[{"Type":"AwsEc2SecurityGroup","Id":"arn:aws:ec2:us-east-1:111122223333:security-group/sg-1","Region":"us-east-1"}],"Compliance":{"Status":"FAILED"}}]}"#,
    ],
    is_record: is_finding,
    map: &[
        ("UpdatedAt", To::Time),
        ("LastObservedAt", To::Time),
        ("CreatedAt", To::Time),
        ("Types[]", To::Field("event.action")),
        ("Id", To::Field("event.id")),
        ("Title", To::Field("message")),
        ("AwsAccountId", To::Field("cloud.account.id")),
        ("Region", To::Field("cloud.region")),
        ("Resources[].Region", To::Field("cloud.region")),
        ("Compliance.Status", To::Outcome(passed)),
        ("Network.SourceIpV4", To::Address("source.ip")),
        ("Network.SourceIpV6", To::Address("source.ip")),
        ("Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4", To::Address("source.ip")),
        ("Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4", To::Address("source.ip")),
        ("Network.SourcePort", To::Field("source.port")),
        ("Network.DestinationIpV4", To::Address("destination.ip")),
        ("Network.DestinationPort", To::Field("destination.port")),
        ("Process.Name", To::Field("process.name")),
        ("Process.Pid", To::Field("process.pid")),
        ("Resources[].Details.AwsIamAccessKey.PrincipalName", To::Field("user.name")),
    ],
};

fn passed(status: &[u8]) -> &'static str {
    match status {
        b"PASSED" => "success",
        b"FAILED" => "failure",
        _ => "",
    }
}
