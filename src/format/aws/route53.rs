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
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, is_address};

fn is_query(object: &Object<'_>) -> bool {
    const SPINE: &[&str] =
        &["query_timestamp", "query_name", "query_type", "query_class", "rcode", "srcaddr"];
    object.has("query_name") && object.count(SPINE) >= 4
}

/// DNS queries from a VPC to the Route 53 Resolver, with their answers, as JSON.
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

/// How many fields a line has.
const N_COLUMNS: usize = 10;

fields! {
    /// The fields of a line, under the names that Resolver's log has for them, and the common ones.
    struct ZoneFields {
        version: "version";
        time: "query_timestamp";
        zone: "hosted_zone_id" "the zone that was asked";
        name: "query_name" "the name that was asked for";
        kind: "query_type";
        code: "rcode";
        transport: "transport";
        edge: "edge_location" "where Route 53 answered, by the code of an airport";
        address: "srcaddr" "the address of the resolver that asked";
        subnet: "edns_client_subnet" "the network of whom the resolver asked for";
        message: "message";
        source: "source.ip";
        action: "event.action";
        outcome: "event.outcome";
        dataset: "event.dataset";
    }
}

impl ZoneFields {
    /// In the order of a line.
    fn columns(&self) -> [FieldId; N_COLUMNS] {
        let [transport, edge] = [self.transport, self.edge];
        let [version, time, zone, name, kind] = [self.version, self.time, self.zone, self.name, self.kind];
        [version, time, zone, name, kind, self.code, transport, edge, self.address, self.subnet]
    }
}

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
        ZoneFields::SPECS
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
        Reader::Events(Box::new(ZoneParser { ids: ZoneFields::new(fields) }))
    }
}

struct ZoneParser {
    ids: ZoneFields,
}

impl Parser for ZoneParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let n_fields = record.split(|&byte| byte == b' ').count();
        if n_fields != N_COLUMNS {
            return Err(Why::FieldCount { expected: N_COLUMNS as u64, found: n_fields as u64 });
        }
        let ids = &self.ids;
        let mut first = 0;
        for (column, text) in ids.columns().into_iter().zip(record.split(|&byte| byte == b' ')) {
            let end = first + text.len();
            if text != b"-" {
                event.push_slice(column, Kind::Text, first, end);
            }
            match column {
                _ if column == ids.time => event.time = Timestamp::parse_rfc3339(text).map(Reading::Utc),
                _ if column == ids.name => event.push_slice(ids.message, Kind::Text, first, end),
                _ if column == ids.kind => event.push_slice(ids.action, Kind::Text, first, end),
                _ if column == ids.address && is_address(text) => {
                    event.push_slice(ids.source, Kind::Text, first, end)
                }
                _ if column == ids.code && !outcome(text).is_empty() => {
                    event.push_text(ids.outcome, Kind::Text, outcome(text))
                }
                _ => {}
            }
            first = end + 1;
        }
        event.push_text(ids.dataset, Kind::Text, HostedZone.name());
        Ok(Parsed::Event)
    }
}
