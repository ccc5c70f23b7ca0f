//! Suricata's EVE log, and AWS Network Firewall, which puts it into an envelope: alerts, flows and what protocols say, JSON.
//!
//! Spec: "Eve JSON Format", Suricata user guide; "Contents of a firewall log", AWS Network Firewall developer guide.
//! Shape: one a line. The envelope is `{"firewall_name":…,"availability_zone":…,"event_timestamp":"…","event":{…}}`.
//! Units: `event_timestamp` is whole seconds since the Unix epoch, as a text.
//! Time: the event's `timestamp`, with its offset; else `event_timestamp`.
//! Rejects: what is no object.

use crate::base::event::FieldSpec;
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};

/// AWS Network Firewall: events of Suricata in an envelope, as JSON.
pub static NETWORK_FIREWALL: Mapped = Mapped {
    name: "aws.networkfirewall",
    keys: &[],
    fields: &[
        FieldSpec { name: "firewall_name", meaning: "the firewall" },
        FieldSpec { name: "availability_zone", meaning: "the zone of its endpoint" },
        FieldSpec { name: "event.event_type", meaning: "alert, netflow, tls, …" },
        FieldSpec { name: "event.alert.signature", meaning: "the rule that spoke" },
        FieldSpec { name: "event.alert.action", meaning: "what became of the packet: allowed or blocked" },
        FieldSpec { name: "event.proto", meaning: "the protocol" },
        FieldSpec { name: "event.netflow.bytes", meaning: "bytes of the flow in one direction" },
    ],
    samples: &[
        br#"{"firewall_name":"fw","availability_zone":"us-east-1a","event_timestamp":"1647964082","event":{"timestamp":"2022-03-22T15:48:02.000000+0000","flow_id":1,"event_type":"alert","src_ip":"203.0.113.7","src_port":55000,"dest_ip":"10.0.0.5","dest_port":22,"proto":"TCP","alert":{"action":"blocked","signature_id":5,"signature":"ssh from outside","severity":1}}}"#,
    ],
    is_record: |object: &Object<'_>| object.has("firewall_name") && object.has("event"),
    map: &[
        ("event.timestamp", To::Time),
        ("event_timestamp", To::Time),
        ("event.event_type", To::Field("event.action")),
        ("event.alert.action", To::Outcome(outcome)),
        ("event.verdict.action", To::Outcome(outcome)),
        ("event.alert.signature", To::Field("message")),
        ("event.src_ip", To::Address("source.ip")),
        ("event.src_port", To::Field("source.port")),
        ("event.dest_ip", To::Address("destination.ip")),
        ("event.dest_port", To::Field("destination.port")),
        ("event.http.http_user_agent", To::Field("user_agent.original")),
    ],
};

/// Suricata's EVE log: alerts, flows and protocol events, as JSON.
pub static EVE: Mapped = Mapped {
    name: "suricata.eve",
    keys: &[],
    fields: &[
        FieldSpec { name: "event_type", meaning: "alert, flow, dns, http, tls, …" },
        FieldSpec { name: "alert.signature", meaning: "the rule that spoke" },
        FieldSpec { name: "alert.action", meaning: "what became of the packet: allowed or blocked" },
        FieldSpec { name: "alert.severity", meaning: "the weight of the rule, 1 the gravest" },
        FieldSpec { name: "flow_id", meaning: "the flow that events share" },
        FieldSpec { name: "proto", meaning: "the protocol" },
    ],
    samples: &[
        br#"{"timestamp":"2022-03-22T15:48:02.123456+0100","flow_id":1,"in_iface":"eth0","event_type":"dns","src_ip":"10.0.0.5","src_port":53000,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"query","rrname":"example.com"}}"#,
    ],
    is_record: |object: &Object<'_>| {
        const SPINE: &[&str] = &["timestamp", "flow_id", "in_iface", "src_ip", "dest_ip", "proto", "stats"];
        object.has("event_type") && object.count(SPINE) >= 2
    },
    map: &[
        ("timestamp", To::Time),
        ("event_type", To::Field("event.action")),
        ("alert.action", To::Outcome(outcome)),
        ("alert.signature", To::Field("message")),
        ("src_ip", To::Address("source.ip")),
        ("src_port", To::Field("source.port")),
        ("dest_ip", To::Address("destination.ip")),
        ("dest_port", To::Field("destination.port")),
        ("http.http_user_agent", To::Field("user_agent.original")),
        ("host", To::Field("host.name")),
        ("ssh.client.software_version", To::Field("user_agent.original")),
    ],
};

fn outcome(action: &[u8]) -> &'static str {
    match action {
        b"allowed" | b"pass" => "success",
        b"blocked" | b"drop" => "failure",
        _ => "",
    }
}
