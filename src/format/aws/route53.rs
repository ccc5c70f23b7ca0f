//! Amazon Route 53: DNS queries. Those from a VPC to the Resolver, with their answers, in JSON; those to a public hosted
//! zone in text.
//!
//! Spec: "Values that appear in Resolver query logs" and "Values that appear in DNS query logs", Amazon Route 53 developer
//! guide.
//! Shape: the former one a line in S3. The latter ten fields with a space between them, in CloudWatch Logs: version, time,
//! zone, name, type, code, protocol, edge location, resolver's address, client's subnet or `-`.
//! Time: `query_timestamp`, UTC: whole seconds; milliseconds in text.
//! Rejects: what is no object; lines with another number of fields.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, FieldId, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, is_address};

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

/// Queries to a public hosted zone.
pub struct HostedZone;

/// The fields of a line, in their order, under the names that Resolver's log has for them.
const COLUMNS: [&str; 10] = [
    "version",
    "query_timestamp",
    "hosted_zone_id",
    "query_name",
    "query_type",
    "rcode",
    "transport",
    "edge_location",
    "srcaddr",
    "edns_client_subnet",
];

/// Whether a line has what such lines have.
fn is_line(line: &str) -> bool {
    let parts: Vec<&str> = line.split(' ').collect();
    let [version, time, zone, _, kind, rcode, transport, _, address, _] = parts[..] else { return false };
    version.starts_with("1.")
        && Timestamp::parse_rfc3339(time.as_bytes()).is_some()
        && zone.starts_with('Z')
        && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && rcode.bytes().all(|byte| byte.is_ascii_uppercase())
        && matches!(transport, "UDP" | "TCP" | "HTTPS" | "TLS")
        && is_address(address.as_bytes())
}

impl Format for HostedZone {
    fn name(&self) -> &'static str {
        "aws.route53"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            FieldSpec { name: "hosted_zone_id", meaning: "the zone that was asked" },
            FieldSpec { name: "query_name", meaning: "the name that was asked for" },
            FieldSpec {
                name: "edge_location",
                meaning: "where Route 53 answered, by the code of an airport",
            },
            FieldSpec { name: "srcaddr", meaning: "the address of the resolver that asked" },
            FieldSpec { name: "edns_client_subnet", meaning: "the network of whom the resolver asked for" },
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"1.0 2022-03-22T15:48:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.0.2.53 -\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if head.bytes.starts_with(b"1.") { head.share(is_line) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        let common = ["message", "source.ip", "event.action", "event.outcome", "event.dataset"];
        Reader::Events(Box::new(ZoneParser {
            columns: COLUMNS.map(|name| fields.intern(name)),
            common: common.map(|name| fields.intern(name)),
        }))
    }
}

struct ZoneParser {
    columns: [FieldId; 10],
    common: [FieldId; 5],
}

impl Parser for ZoneParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let n_fields = record.split(|&byte| byte == b' ').count();
        if n_fields != COLUMNS.len() {
            return Err(Why::FieldCount { expected: COLUMNS.len() as u64, found: n_fields as u64 });
        }
        let [message, source, action, result, dataset] = self.common;
        let mut first = 0;
        for (column, text) in record.split(|&byte| byte == b' ').enumerate() {
            let end = first + text.len();
            if text != b"-" {
                event.push_slice(self.columns[column], Kind::Text, first, end);
            }
            match COLUMNS[column] {
                "query_timestamp" => event.time = Timestamp::parse_rfc3339(text).map(Reading::Utc),
                "query_name" => event.push_slice(message, Kind::Text, first, end),
                "query_type" => event.push_slice(action, Kind::Text, first, end),
                "srcaddr" if is_address(text) => event.push_slice(source, Kind::Text, first, end),
                "rcode" if !outcome(text).is_empty() => event.push_text(result, Kind::Text, outcome(text)),
                _ => {}
            }
            first = end + 1;
        }
        event.push_text(dataset, Kind::Text, HostedZone.name());
        Ok(Parsed::Event)
    }
}
