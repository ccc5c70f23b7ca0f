//! Amazon Route 53 Resolver: a DNS query from a VPC and its answer, one a record, JSON.
//!
//! Spec: "Values that appear in Resolver query logs", Amazon Route 53 developer guide.
//! Shape: one a line in S3. The answer stands in the record of its query.
//! Time: `query_timestamp`, UTC, whole seconds.
//! Rejects: what is no object.

use super::json::Object;
use super::mapped::{Mapped, To};
use crate::base::event::FieldSpec;

fn is_query(object: &Object<'_>) -> bool {
    const SPINE: &[&str] =
        &["query_timestamp", "query_name", "query_type", "query_class", "rcode", "srcaddr"];
    object.has("query_name") && object.count(SPINE) >= 4
}

/// See the module.
pub static RESOLVER: Mapped = Mapped {
    name: "aws.route53resolver",
    keys: &[],
    fields: &[
        FieldSpec { name: "query_name", meaning: "the name that was asked for, with a dot at its end" },
        FieldSpec { name: "query_type", meaning: "the kind of record that was asked for: A, AAAA, TXT, …" },
        FieldSpec { name: "rcode", meaning: "the answer's code: NOERROR, NXDOMAIN, SERVFAIL, …" },
        FieldSpec { name: "answers[].Rdata", meaning: "the answers" },
        FieldSpec { name: "srcaddr", meaning: "the address that asked" },
        FieldSpec { name: "srcids.instance", meaning: "the instance that asked" },
        FieldSpec { name: "vpc_id", meaning: "the VPC that the query came from" },
        FieldSpec { name: "firewall_rule_action", meaning: "what a DNS Firewall rule did: ALERT or BLOCK" },
    ],
    samples: &[
        br#"{"version":"1.100000","account_id":"111122223333","region":"us-east-1","vpc_id":"vpc-1","query_timestamp":"2022-03-22T15:48:02Z","query_name":"example.com.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{"Rdata":"192.0.2.44","Type":"A","Class":"IN"}],"srcaddr":"10.0.0.5","srcport":"45123","transport":"UDP","srcids":{"instance":"i-0abc"}}"#,
    ],
    is_record: is_query,
    map: &[
        ("query_timestamp", To::Time),
        ("query_type", To::Field("event.action")),
        ("rcode", To::Outcome(outcome)),
        ("firewall_rule_action", To::Outcome(blocked)),
        ("query_name", To::Field("message")),
        ("srcaddr", To::Address("source.ip")),
        ("srcport", To::Field("source.port")),
        ("srcids.instance", To::Field("host.name")),
        ("account_id", To::Field("cloud.account.id")),
        ("region", To::Field("cloud.region")),
    ],
};

fn outcome(rcode: &[u8]) -> &'static str {
    match rcode {
        b"NOERROR" => "success",
        b"" | b"-" => "",
        _ => "failure",
    }
}

fn blocked(action: &[u8]) -> &'static str {
    if action == b"BLOCK" { "failure" } else { "" }
}
