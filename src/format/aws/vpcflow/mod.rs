//! Flow logs of VPCs and transit gateways, versions 2 to 11: one flow a line, fields separated by spaces.
//!
//! Spec: "Flow log records" and "Flow log record examples", Amazon VPC user guide; "Transit Gateway Flow Log records".
//! Shape: a header line of field names sets the order and may come again, with the same or another order, where files
//! were joined. Without it the default order holds if the lines fit it, then other known orders, then what the values
//! look like. An order that the analyst gives (a list of field names) wins over all. Fields that stand together may have
//! more than one space between them.
//! Units: `start` and `end` are whole seconds since 1970, `bytes` and `packets` counts over the interval.
//! Time: `start`, or `end` where there is no start. Both stay fields.
//! Differs from the spec: `-` is no value in any field. NODATA and SKIPDATA lines are events without a flow.
//! Rejects: another number of fields than the order has; an address, a number of seconds or a version that is none.

mod fields;
mod order;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::{fields, joined};
use crate::base::{Event, FieldId, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::values::{column_field, is_number};
use crate::format::{
    Confidence, Format, HEAD_BYTES, HEADER_RECORDS, Head, HeaderKind, Parsed, Parser, Reader, Start,
};
use fields::{KNOWN, Shape, known, number};

/// Flow logs of VPCs and transit gateways, as text.
pub struct VpcFlow;

impl Format for VpcFlow {
    fn name(&self) -> &'static str {
        "aws.vpcflow"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        const NATIVE: [FieldSpec; KNOWN.len()] = {
            let mut specs = [FieldSpec { name: "", meaning: "" }; KNOWN.len()];
            let mut i = 0;
            while i < KNOWN.len() {
                specs[i] = FieldSpec { name: KNOWN[i].0, meaning: KNOWN[i].2 };
                i += 1;
            }
            specs
        };
        const SPECS: [FieldSpec; KNOWN.len() + FlowFields::SPECS.len()] =
            joined(&[&NATIVE, FlowFields::SPECS]);
        &SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("source.ip", "srcaddr"),
            ("source.port", "srcport"),
            ("destination.ip", "dstaddr"),
            ("destination.port", "dstport"),
            ("cloud.account.id", "account-id"),
            ("cloud.region", "region"),
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"2 111122223333 eni-0123456789abcdef0 192.0.2.7 198.51.100.9 20641 22 6 20 4249 1647942501 1647942561 ACCEPT OK\n",
            b"version vpc-id srcaddr dstaddr dstport tcp-flags action log-status start\n5 vpc-0123456789abcdef0 2001:db8::1 2001:db8::2 443 18 REJECT OK 1647942501\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn header_kind(&self) -> Option<HeaderKind> {
        Some(|record| {
            let is_header = record.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'$')
                && std::str::from_utf8(record).is_ok_and(|line| order::header(line).is_some());
            is_header.then_some("order")
        })
    }

    fn settings(&self) -> Option<&'static str> {
        Some("the names of the fields in their order")
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        let signs: [&[u8]; 5] = [b"eni-", b"ACCEPT", b"REJECT", b"srcaddr", b"tgw-"];
        let has_sign = || signs.iter().any(|sign| memchr::memmem::find(start, sign).is_some());
        if matches!(start.first(), None | Some(b'{' | b'<' | b'[' | b'"')) || !has_sign() {
            return Confidence::NONE;
        }
        let lines: Vec<&str> = head.lines().iter().map(String::as_str).collect();
        if lines.iter().take(5).any(|line| order::header(line).is_some()) {
            return Confidence::CERTAIN;
        }
        let Some(order) = order::of_lines(&lines) else { return Confidence::NONE };
        let shapes: Vec<Shape> = order.names.iter().map(|name| shape_of(name)).collect();
        let fits = |line: &str| {
            order::values(line).count() == shapes.len()
                && order::values(line).zip(&shapes).all(|(value, shape)| shape.fits(value.as_bytes()))
        };
        let share = head.share(fits);
        if order.is_guessed { share.min(Confidence(60)) } else { share }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(FlowParser::new(fields)))
    }
}

fn shape_of(name: &str) -> Shape {
    known(name).map_or(Shape::Text, |known| known.1)
}

/// A column of the record.
#[derive(Debug, Clone, Copy)]
struct Column {
    field: FieldId,
    role: Role,
}

/// What a value is good for beside itself.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Text,
    Number,
    Version,
    Address,
    Start,
    End,
    Protocol,
    Flags,
    Action,
}

impl Role {
    fn of(name: &str) -> Role {
        match (name, shape_of(name)) {
            ("start", _) => Role::Start,
            ("end", _) => Role::End,
            ("action", _) => Role::Action,
            (_, Shape::Protocol) => Role::Protocol,
            (_, Shape::Flags) => Role::Flags,
            (_, Shape::Version) => Role::Version,
            (_, Shape::Address) => Role::Address,
            (_, shape) if shape.is_number() => Role::Number,
            _ => Role::Text,
        }
    }
}

/// Where the order of the fields comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Nowhere: each line speaks for itself.
    Nothing,
    /// From the values of the head.
    Values,
    /// From a header line.
    Header,
    /// From the analyst, who is right.
    Analyst,
}

fields! {
    struct FlowFields {
        flags: "tcp-flags.names" "the names of the TCP flags";
        transport: "network.transport" "the name of the protocol: tcp, udp, icmp";
        dataset: "event.dataset";
        action: "event.action";
        outcome: "event.outcome";
    }
}

struct FlowParser {
    columns: Vec<Column>,
    said: Said,
    /// Names of columns that have no numbers yet.
    pending: Option<Vec<String>>,
    /// The default order, which lines are read by that speak for themselves.
    default: Vec<Column>,
    ids: FlowFields,
}

impl FlowParser {
    fn new(fields: &mut Fields) -> FlowParser {
        let default: Vec<String> =
            KNOWN[..fields::N_DEFAULT].iter().map(|known| known.0.to_owned()).collect();
        FlowParser {
            columns: Vec::new(),
            said: Said::Nothing,
            pending: None,
            default: columns(&default, fields),
            ids: FlowFields::new(fields),
        }
    }

    /// Reads the values of a record in the order of `columns`.
    fn read(&self, record: &[u8], columns: &[Column], event: &mut Event) -> Result<(), Why> {
        let (mut at, mut n, mut end_time) = (0, 0, None);
        while at < record.len() {
            if matches!(record[at], b' ' | b'\t') {
                at += 1;
                continue;
            }
            let first = at;
            while at < record.len() && !matches!(record[at], b' ' | b'\t') {
                at += 1;
            }
            let Some(column) = columns.get(n) else {
                let found = n + record[first..]
                    .split(|byte| matches!(byte, b' ' | b'\t'))
                    .filter(|v| !v.is_empty())
                    .count();
                return Err(Why::FieldCount { expected: columns.len() as u64, found: found as u64 });
            };
            n += 1;
            if &record[first..at] != b"-" {
                self.value(*column, record, first, at, event, &mut end_time)?;
            }
        }
        if n != columns.len() {
            return Err(Why::FieldCount { expected: columns.len() as u64, found: n as u64 });
        }
        event.time = event.time.or(end_time);
        event.push_text(self.ids.dataset, Kind::Text, VpcFlow.name());
        Ok(())
    }

    /// Adds the value `record[first..end]` and what follows from it.
    #[inline]
    fn value(
        &self,
        column: Column,
        record: &[u8],
        first: usize,
        end: usize,
        event: &mut Event,
        end_time: &mut Option<Reading>,
    ) -> Result<(), Why> {
        let value = &record[first..end];
        let is_digits = is_number(value);
        let kind = match column.role {
            Role::Text | Role::Address | Role::Action => Kind::Text,
            _ if is_digits => Kind::Number,
            _ => Kind::Text,
        };
        event.push_slice(column.field, kind, first, end);
        match column.role {
            Role::Text | Role::Number => {}
            Role::Version if Shape::Version.fits(value) => {}
            Role::Version => return Err(Why::NotAnEvent { expected: "a version from 2 on" }),
            Role::Address if Shape::Address.fits(value) => {}
            Role::Address => return Err(Why::NotAnEvent { expected: "an IP address or `-`" }),
            Role::Start => event.time = Some(moment(value)?),
            Role::End => *end_time = Some(moment(value)?),
            Role::Protocol => {
                if let Some(name) = transport(value) {
                    event.push_text(self.ids.transport, Kind::Text, name);
                }
            }
            Role::Flags if is_digits => {
                let flags = number(value);
                for (bit, name) in FLAGS.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1) {
                    debug_assert!(bit < 8, "a byte has eight bits");
                    event.push_text(self.ids.flags, Kind::Text, name);
                }
            }
            Role::Flags => {}
            Role::Action => {
                let (action, outcome) = match value {
                    b"ACCEPT" => ("accept", "success"),
                    b"REJECT" => ("reject", "failure"),
                    _ => return Ok(()),
                };
                event.push_text(self.ids.action, Kind::Text, action);
                event.push_text(self.ids.outcome, Kind::Text, outcome);
            }
        }
        Ok(())
    }

    /// Reads a line that speaks for itself.
    fn read_alone(&self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<(), Why> {
        event.clear();
        let why = match self.read(record, &self.default, event) {
            Ok(()) => return Ok(()),
            Err(why) => why,
        };
        event.clear();
        let line = std::str::from_utf8(record).map_err(|_| Why::NotAnEvent { expected: "text" })?;
        let order = order::of_lines(&[line]).ok_or(why)?;
        self.read(record, &columns(&order.names, fields), event)
    }
}

/// Names of the bits of a TCP header's flags.
const FLAGS: [&str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

fn columns(names: &[String], fields: &mut Fields) -> Vec<Column> {
    names.iter().map(|name| Column { field: column_field(name, fields), role: Role::of(name) }).collect()
}

fn moment(value: &[u8]) -> Result<Reading, Why> {
    // Ten digits end in 2286, and 2262 is the last year of a timestamp.
    let seconds = if is_number(value) && value.len() <= 10 { number(value) as i64 } else { i64::MAX };
    let nanos = seconds.checked_mul(1_000_000_000);
    nanos
        .map(|nanos| Reading::Utc(Timestamp(nanos)))
        .ok_or(Why::NotAnEvent { expected: "seconds since 1970" })
}

/// The name of a protocol by its number.
///
/// Source: IANA, "Assigned Internet Protocol Numbers".
fn transport(number: &[u8]) -> Option<&'static str> {
    Some(match number {
        b"1" => "icmp",
        b"2" => "igmp",
        b"4" => "ipv4",
        b"6" => "tcp",
        b"17" => "udp",
        b"41" => "ipv6",
        b"47" => "gre",
        b"50" => "esp",
        b"51" => "ah",
        b"58" => "ipv6-icmp",
        b"89" => "ospf",
        b"132" => "sctp",
        _ => return None,
    })
}

impl Parser for FlowParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if let Some(names) = self.pending.take() {
            self.columns = columns(&names, fields);
        }
        if record.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'$') {
            let names = std::str::from_utf8(record).ok().and_then(order::header);
            if let Some(names) = names {
                if self.said != Said::Analyst {
                    self.columns = columns(&names, fields);
                    self.said = Said::Header;
                }
                return Ok(Parsed::Nothing);
            }
        }
        match self.said {
            Said::Nothing => self.read_alone(record, fields, event)?,
            Said::Header | Said::Analyst => self.read(record, &self.columns, event)?,
            Said::Values => {
                if let Err(why) = self.read(record, &self.columns, event) {
                    self.read_alone(record, fields, event).map_err(|_| why)?;
                }
            }
        }
        Ok(Parsed::Event)
    }

    fn start(&mut self, start: Start<'_>) {
        self.columns.clear();
        (self.said, self.pending) = (Said::Nothing, None);
        if !start.settings.trim().is_empty() {
            (self.said, self.pending) = (Said::Analyst, Some(order::names(start.settings)));
            return;
        }
        let head = Head::new(start.head, start.head.len() < HEAD_BYTES);
        let lines: Vec<&str> = head.lines().iter().map(String::as_str).collect();
        let headers = lines.iter().map(|line| order::header(line));
        let first = headers.enumerate().find_map(|(n, names)| names.map(|names| (n, names)));
        let n = match first {
            Some((n, names)) if n < HEADER_RECORDS => {
                (self.said, self.pending) = (Said::Header, Some(names));
                return;
            }
            first => first.map_or(lines.len(), |(n, _)| n),
        };
        if let Some(order) = order::of_lines(&lines[..n]) {
            (self.said, self.pending) = (Said::Values, Some(order.names));
        }
    }
}
