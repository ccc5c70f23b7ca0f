//! Access logs of AWS services in text: one request or connection a line, fields in a fixed order, separated by a space,
//! some between quotes or brackets.
//!
//! Spec: "Amazon S3 server access log format"; "Access logs for your Application Load Balancer", "… Network Load
//! Balancer", "… Classic Load Balancer".
//! Shape: no header. Services add fields at the end; what is not known stays together in `extra`. Older lines are shorter.
//! Units: bytes; load balancers' durations in seconds, `-1` where there was none, S3's in milliseconds.
//! Time: `time` in UTC: with S3 when the request came, with load balancers when the response went or the connection ended.
//! Fields: addresses with ports are split into `source.*` and `destination.*`. `-` is no value. Requests are split.
//! Differs from the spec: a quote inside S3's user agent does not end it, for nothing behind it has quotes.
//! Rejects: fewer fields than the oldest lines have; no time where the time stands.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why, time};
use crate::format::read::http::{Http, HttpFields, is_none};
use crate::format::read::values::{
    Token, address_and_port, begins, is_decimal, quoted, skip_spaces, text, token, word,
};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// An access log whose columns are always the same: what tells one from another is a table.
pub struct AccessLog {
    name: &'static str,
    columns: &'static [Column],
    /// Fields of the oldest lines.
    n_least: usize,
    fields: &'static [FieldSpec],
    aliases: &'static [(&'static str, &'static str)],
    samples: &'static [&'static [u8]],
    /// Whether a line may begin with a byte: cheap to ask.
    is_first: fn(u8) -> bool,
    is_line: fn(&str) -> bool,
}

impl Format for AccessLog {
    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> &'static [FieldSpec] {
        self.fields
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        self.aliases
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        self.samples
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, self.is_first) {
            return Confidence::NONE;
        }
        // Lines of syslog begin as those of classic load balancers do, but no other log goes on like any of these.
        let share = head.share(self.is_line);
        if share == Confidence::NONE { share } else { Confidence(99) }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(TableParser::new(self.name, self.columns, self.n_least, fields)))
    }
}

/// What a value is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Text,
    Number,
    /// Seconds in ISO 8601, in UTC.
    Time,
    /// `[06/Feb/2019:00:00:38 +0000]`.
    CommonTime,
    /// An address, or a name.
    Source,
    /// An address and a port.
    Client,
    /// An address and a port.
    Target,
    Request,
    Status,
    /// Ends where a quote, a space and a quote stand: clients may send quotes.
    Referrer,
    /// Ends with the last quote of the line.
    LastQuoted,
    /// A list of quoted texts, as written.
    List,
    Agent,
    /// Names a region and an account.
    Arn,
    /// A user's ARN, or a canonical number.
    Requester,
}

/// A column: the native name, what it is good for, what it means.
type Column = (&'static str, Role, &'static str);

use Role::{
    Agent, Arn, Client, CommonTime, LastQuoted, List, Number, Referrer, Request, Requester, Source, Status,
    Target, Text, Time,
};

const S3_COLUMNS: &[Column] = &[
    ("bucket_owner", Text, "the canonical user id of the bucket's owner"),
    ("bucket", Text, "the bucket"),
    ("time", CommonTime, "when the request came, as written"),
    ("remote_ip", Source, "the apparent address of the requester"),
    ("requester", Requester, "who asked: a canonical user id or an ARN; none for anonymous requests"),
    ("request_id", Text, "the number of the request"),
    ("operation", Text, "what was asked for: REST.GET.OBJECT, BATCH.DELETE.OBJECT, …"),
    ("key", Text, "the object, URL-encoded"),
    ("request_uri", Request, "the request line"),
    ("http_status", Status, "the status of the response"),
    ("error_code", Text, "S3's error, where the request failed"),
    ("bytes_sent", Number, "bytes of the response without HTTP's headers"),
    ("object_size", Number, "bytes of the object"),
    ("total_time", Number, "milliseconds that the request was in flight"),
    ("turn_around_time", Number, "milliseconds that S3 took for the request"),
    ("referrer", Referrer, "the page that the request says it came from"),
    ("user_agent", LastQuoted, "the client's name for itself"),
    ("version_id", Text, "the version of the object"),
    ("host_id", Text, "the extended number of the request"),
    ("signature_version", Text, "SigV2 or SigV4"),
    ("cipher_suite", Text, "the TLS cipher"),
    ("authentication_type", Text, "AuthHeader, QueryString; none for anonymous requests"),
    ("host_header", Text, "the endpoint"),
    ("tls_version", Text, "the TLS version"),
    ("access_point_arn", Arn, "the access point"),
    ("acl_required", Text, "Yes where an access control list was needed"),
];

const ALB_COLUMNS: &[Column] = &[
    ("type", Text, "http, https, h2, grpcs, ws or wss"),
    ("time", Time, "when the response went, as written"),
    ("elb", Text, "the load balancer"),
    ("client", Client, "the client, where it is no address"),
    ("target", Target, "the target, where it is no address"),
    ("request_processing_time", Number, "seconds until the request was sent to the target; -1 for none"),
    ("target_processing_time", Number, "seconds until the target answered; -1 for none"),
    ("response_processing_time", Number, "seconds until the answer was sent to the client; -1 for none"),
    ("elb_status_code", Status, "the status of the load balancer's response"),
    ("target_status_code", Number, "the status of the target's response"),
    ("received_bytes", Number, "bytes of the request"),
    ("sent_bytes", Number, "bytes of the response"),
    ("request", Request, "the request line"),
    ("user_agent", Agent, "the client's name for itself"),
    ("ssl_cipher", Text, "the TLS cipher"),
    ("ssl_protocol", Text, "the TLS version"),
    ("target_group_arn", Arn, "the target group"),
    ("trace_id", Text, "the X-Amzn-Trace-Id header"),
    ("domain_name", Text, "the domain that the client named in the TLS handshake"),
    ("chosen_cert_arn", Arn, "the certificate that was shown to the client"),
    ("matched_rule_priority", Number, "the priority of the rule that matched"),
    ("request_creation_time", Text, "when the request came"),
    ("actions_executed", Text, "what the load balancer did: forward, redirect, waf, …"),
    ("redirect_url", Text, "where the client was sent to"),
    ("error_reason", Text, "why the request failed"),
    ("target_port_list", Text, "the targets that processed the request"),
    ("target_status_code_list", Text, "the statuses of the targets' responses"),
    ("classification", Text, "Acceptable, Ambiguous or Severe, where the request breaks RFC 7230"),
    ("classification_reason", Text, "what is wrong with the request"),
    ("conn_trace_id", Text, "the number of the connection"),
    ("transformed_host", Text, "the host header after a rewrite"),
    ("transformed_uri", Text, "the URI after a rewrite"),
    ("request_transform_status", Text, "what became of the rewrite"),
];

const ELB_COLUMNS: &[Column] = &[
    ("time", Time, "when the request came, as written"),
    ("elb", Text, "the load balancer"),
    ("client", Client, "the client, where it is no address"),
    ("backend", Target, "the instance, where it is no address"),
    ("request_processing_time", Number, "seconds until the request was sent to the instance; -1 for none"),
    ("backend_processing_time", Number, "seconds until the instance answered; -1 for none"),
    ("response_processing_time", Number, "seconds until the answer was sent to the client; -1 for none"),
    ("elb_status_code", Status, "the status of the load balancer's response"),
    ("backend_status_code", Number, "the status of the instance's response"),
    ("received_bytes", Number, "bytes of the request"),
    ("sent_bytes", Number, "bytes of the response"),
    ("request", Request, "the request line"),
    ("user_agent", Agent, "the client's name for itself"),
    ("ssl_cipher", Text, "the TLS cipher"),
    ("ssl_protocol", Text, "the TLS version"),
];

const NLB_COLUMNS: &[Column] = &[
    ("type", Text, "tls"),
    ("version", Text, "the version of the log entry"),
    ("time", Time, "when the connection ended, as written"),
    ("elb", Text, "the load balancer"),
    ("listener", Text, "the listener"),
    ("client", Client, "the client, where it is no address"),
    ("destination", Target, "the listener's address, where it is none"),
    ("connection_time", Number, "milliseconds that the connection lasted"),
    ("tls_handshake_time", Number, "milliseconds that the TLS handshake took"),
    ("received_bytes", Number, "bytes from the client"),
    ("sent_bytes", Number, "bytes to the client"),
    ("incoming_tls_alert", Number, "the TLS alert of the client"),
    ("chosen_cert_arn", Arn, "the certificate that was shown to the client"),
    ("chosen_cert_serial", Text, "reserved"),
    ("tls_cipher", Text, "the TLS cipher"),
    ("tls_protocol_version", Text, "the TLS version"),
    ("tls_named_group", Text, "reserved"),
    ("domain_name", Text, "the domain that the client named in the TLS handshake"),
    ("alpn_fe_protocol", Text, "the application protocol with the client"),
    ("alpn_be_protocol", Text, "the application protocol with the target"),
    ("alpn_client_preference_list", List, "the application protocols that the client offered"),
    ("tls_connection_creation_time", Text, "when the connection began"),
];

/// The columns, `extra`, and of the fields of a request as many as make `N` of them.
const fn specs<const N: usize>(columns: &[Column]) -> [FieldSpec; N] {
    let mut specs = [AccessFields::SPECS[0]; N];
    let mut i = 0;
    while i < columns.len() {
        specs[i] = FieldSpec { name: columns[i].0, meaning: columns[i].2 };
        i += 1;
    }
    let mut own = 1;
    while i + own < N {
        specs[i + own] = HttpFields::SPECS[own - 1];
        own += 1;
    }
    specs
}

const BALANCER_ALIASES: &[(&str, &str)] = &[
    ("event.action", "http.request.method"),
    ("http.response.status_code", "elb_status_code"),
    ("http.response.body.bytes", "sent_bytes"),
    ("user_agent.original", "user_agent"),
];

/// Whether `line` has an ISO time as its word number `n` and an address with a port as number `client`.
fn has_time_and_client(line: &str, n: usize, client: usize) -> bool {
    let mut words = line.split(' ').enumerate();
    let is_time =
        words.by_ref().find(|&(i, _)| i == n).is_some_and(|(_, word)| time::iso(word.as_bytes()).is_some());
    let client = words.find(|&(i, _)| i == client).map(|(_, word)| word.as_bytes());
    is_time
        && client.is_some_and(|client| {
            client == b"-" || address_and_port(client).is_some_and(|(_, port)| port.is_some())
        })
}

/// S3's server access log.
pub static S3: AccessLog = AccessLog {
    name: "aws.s3access",
    columns: S3_COLUMNS,
    n_least: 9,
    fields: &specs::<{ S3_COLUMNS.len() + 4 }>(S3_COLUMNS),
    aliases: &[
        ("event.action", "operation"),
        ("event.id", "request_id"),
        ("error.code", "error_code"),
        ("user.id", "requester"),
        ("http.response.status_code", "http_status"),
        ("http.response.body.bytes", "bytes_sent"),
        ("http.request.referrer", "referrer"),
        ("user_agent.original", "user_agent"),
    ],
    samples: &[
        b"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be amzn-s3-demo-bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::111122223333:user/alice 3E57427F3EXAMPLE REST.GET.OBJECT secret.txt \"GET /amzn-s3-demo-bucket/secret.txt HTTP/1.1\" 200 - 113 113 7 5 \"-\" \"S3Console/0.4\" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader amzn-s3-demo-bucket.s3.us-west-1.amazonaws.com TLSV1.2 - -\n",
    ],
    is_first: |byte| byte.is_ascii_alphanumeric() || byte == b'-',
    is_line: |line| {
        let line = line.as_bytes();
        let open = memchr::memchr(b'[', line);
        let time = open.filter(|&open| time::common_log(&line[open + 1..]).is_some());
        let Some(close) = time.and_then(|open| token(line, open)) else { return false };
        let operation = (0..4).try_fold(close, |last, _| word(line, last.next));
        let starts: [&[u8]; 5] = [b"REST.", b"SOAP.", b"WEBSITE.", b"BATCH.", b"S3."];
        operation.is_some_and(|operation| starts.iter().any(|start| operation.of(line).starts_with(start)))
    },
};

/// Application load balancers.
pub static ALB: AccessLog = AccessLog {
    name: "aws.alb",
    columns: ALB_COLUMNS,
    n_least: 14,
    fields: &specs::<{ ALB_COLUMNS.len() + 4 }>(ALB_COLUMNS),
    aliases: BALANCER_ALIASES,
    samples: &[
        b"https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.0.2.39:2817 198.51.100.1:80 0.086 0.048 0.037 200 200 0 57 \"GET https://www.example.com:443/ HTTP/1.1\" \"curl/7.46.0\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:111122223333:targetgroup/my-targets/73e2d6bc24d8a067 \"Root=1-58337281-1d84f3d73c47ec4e58577259\" \"www.example.com\" \"arn:aws:acm:us-east-2:111122223333:certificate/12345678-1234-1234-1234-123456789012\" 1 2018-07-02T22:22:48.364000Z \"authenticate,forward\" \"-\" \"-\" \"198.51.100.1:80\" \"200\" \"-\" \"-\" TID_1234abcd5678ef90\n",
    ],
    is_first: |byte| matches!(byte, b'h' | b'g' | b'w'),
    is_line: |line| {
        let kinds = ["http ", "https ", "h2 ", "grpcs ", "ws ", "wss "];
        kinds.iter().any(|kind| line.starts_with(kind)) && has_time_and_client(line, 1, 3)
    },
};

/// Classic load balancers.
pub static ELB: AccessLog = AccessLog {
    name: "aws.elb",
    columns: ELB_COLUMNS,
    n_least: 12,
    fields: &specs::<{ ELB_COLUMNS.len() + 4 }>(ELB_COLUMNS),
    aliases: BALANCER_ALIASES,
    samples: &[
        b"2015-05-13T23:39:43.945958Z my-loadbalancer 192.0.2.39:2817 198.51.100.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.38.0\" - -\n",
    ],
    is_first: |byte| byte.is_ascii_digit(),
    is_line: |line| {
        let words = line.split(' ').skip(4).take(3);
        has_time_and_client(line, 0, 2)
            && line.contains('"')
            && words.clone().count() == 3
            && words.clone().all(|word| is_decimal(word.as_bytes()))
    },
};

/// Network load balancers, TLS listeners.
pub static NLB: AccessLog = AccessLog {
    name: "aws.nlb",
    columns: NLB_COLUMNS,
    n_least: 12,
    fields: &specs::<{ NLB_COLUMNS.len() + 1 }>(NLB_COLUMNS),
    aliases: &[],
    samples: &[
        b"tls 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.39:51341 198.51.100.1:443 5 2 98 246 - arn:aws:acm:us-east-2:111122223333:certificate/2a108f19-aded-46b0-8493-c63eb1ef4a99 - ECDHE-RSA-AES128-SHA tlsv12 - my-network-loadbalancer-c6e77e28c25b2234.elb.us-east-2.amazonaws.com h2 h2 \"h2\",\"http/1.1\" 2020-04-01T08:51:42\n",
    ],
    is_first: |byte| byte == b't',
    is_line: |line| line.starts_with("tls ") && has_time_and_client(line, 2, 5),
};

fields! {
    struct AccessFields {
        extra: "extra" "fields that are not known, at the end of the line";
        dataset: "event.dataset";
        source_ip: "source.ip";
        source_port: "source.port";
        destination_ip: "destination.ip";
        destination_port: "destination.port";
        region: "cloud.region";
        account: "cloud.account.id";
        user: "user.name";
    }
}

/// Reads lines whose columns are always the same.
struct TableParser {
    name: &'static str,
    columns: Vec<(FieldId, Role)>,
    /// Fields of the oldest lines.
    n_least: usize,
    http: Http,
    ids: AccessFields,
}

impl TableParser {
    fn new(name: &'static str, columns: &[Column], n_least: usize, fields: &mut Fields) -> TableParser {
        TableParser {
            name,
            columns: columns.iter().map(|&(name, role, _)| (fields.intern(name), role)).collect(),
            n_least,
            http: Http::new(fields),
            ids: AccessFields::new(fields),
        }
    }

    fn value(
        &self,
        (field, role): (FieldId, Role),
        line: &[u8],
        value: Token,
        event: &mut Event,
    ) -> Result<(), Why> {
        let text = value.of(line);
        let kind = if role == Number && is_decimal(text) { Kind::Number } else { Kind::Text };
        match role {
            Time | CommonTime => {
                let found = if role == Time { time::iso(text) } else { time::common_log(text) };
                let (reading, _) = found.ok_or(Why::NotAnEvent { expected: "a time" })?;
                // AWS writes UTC, with or without saying so.
                event.time = Some(Reading::Utc(reading.timestamp()));
                event.push_slice(field, kind, value.first, value.end);
            }
            _ if is_none(text) => {}
            Request => self.http.request(line, value, event),
            Client => self.endpoint([self.ids.source_ip, self.ids.source_port], field, line, value, event),
            Target => {
                let ids = [self.ids.destination_ip, self.ids.destination_port];
                self.endpoint(ids, field, line, value, event);
            }
            Status => {
                event.push_slice(field, Kind::Number, value.first, value.end);
                self.http.outcome(text, event);
            }
            Source => {
                event.push_slice(field, kind, value.first, value.end);
                self.http.source(line, value, event);
            }
            Arn => {
                event.push_slice(field, kind, value.first, value.end);
                self.arn(line, value, event);
            }
            Requester => {
                event.push_slice(field, kind, value.first, value.end);
                if let Some((first, end)) = user_of(text) {
                    event.push_slice(self.ids.user, Kind::Text, value.first + first, value.first + end);
                }
            }
            Text | Number | Referrer | LastQuoted | List | Agent => {
                event.push_slice(field, kind, value.first, value.end)
            }
        }
        Ok(())
    }

    /// An address and its port, or whatever else stands there.
    fn endpoint(
        &self,
        [ip, port]: [FieldId; 2],
        other: FieldId,
        line: &[u8],
        value: Token,
        event: &mut Event,
    ) {
        let Some((address, port_first)) = address_and_port(value.of(line)) else {
            return event.push_slice(other, Kind::Text, value.first, value.end);
        };
        event.push_slice(ip, Kind::Text, value.first + address.start, value.first + address.end);
        if let Some(first) = port_first {
            event.push_slice(port, Kind::Number, value.first + first, value.end);
        }
    }

    /// Region and account of the first ARN that has them.
    fn arn(&self, line: &[u8], arn: Token, event: &mut Event) {
        if event.leaves().iter().any(|leaf| leaf.field == self.ids.region) {
            return;
        }
        let mut at = arn.first;
        for (n, part) in arn.of(line).split(|&byte| byte == b':').enumerate() {
            let field = match n {
                0 if part != b"arn" => return,
                3 => Some(self.ids.region),
                4 => Some(self.ids.account),
                _ => None,
            };
            if let Some(field) = field.filter(|_| !part.is_empty()) {
                event.push_slice(field, Kind::Text, at, at + part.len());
            }
            at += part.len() + 1;
        }
    }
}

/// Where in an ARN the name of a user or of an assumed role stands.
fn user_of(arn: &[u8]) -> Option<(usize, usize)> {
    let mut parts = arn.splitn(6, |&byte| byte == b':');
    let (is_arn, resource) = (parts.next() == Some(b"arn"), parts.nth(4)?);
    let first = arn.len() - resource.len();
    if let (true, Some(rest)) = (is_arn, resource.strip_prefix(b"assumed-role/")) {
        let end = memchr::memchr(b'/', rest).unwrap_or(rest.len());
        return Some((first + 13, first + 13 + end));
    }
    let is_user = is_arn && (resource.starts_with(b"user/") || resource == b"root");
    let name = memchr::memrchr(b'/', resource).map_or(0, |slash| slash + 1);
    is_user.then_some((first + name, arn.len()))
}

impl Parser for TableParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let (mut at, mut n) = (0, 0);
        for &column in &self.columns {
            let found = match column.1 {
                CommonTime => token(record, at),
                Request => request(record, at),
                Referrer => referrer(record, at),
                LastQuoted => last_quoted(record, at).or_else(|| text(record, at)),
                List => word(record, at),
                _ => text(record, at),
            };
            let Some(value) = found else { break };
            // An address of six parts between brackets is no time.
            if column.1 == CommonTime && record.get(value.first - 1) != Some(&b'[') {
                return Err(Why::NotAnEvent { expected: "a time between brackets" });
            }
            self.value(column, record, value, event)?;
            (at, n) = (value.next, n + 1);
        }
        if n < self.n_least {
            return Err(Why::FieldCount { expected: self.n_least as u64, found: n as u64 });
        }
        let first = skip_spaces(record, at);
        let end = record.trim_ascii_end().len();
        if first < end && !is_none(&record[first..end]) {
            event.push_slice(self.ids.extra, Kind::Text, first, end);
        }
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        Ok(Parsed::Event)
    }
}

/// A request line, which ends with a version and a quote; where there is none, with the first quote that can close it.
fn request(line: &[u8], at: usize) -> Option<Token> {
    let closed = text(line, at).filter(|value| value.is_quoted);
    let ends = |value: &Token| {
        let text = value.of(line);
        text.ends_with(b"- ") || text.len() > 8 && text[text.len() - 8..].starts_with(b"HTTP/")
    };
    let mut found = closed;
    while let Some(value) = found.filter(|value| !ends(value)) {
        // From one quote to the next: the first one stays where it is.
        found = quoted(line, value.end)
            .filter(|next| next.end > value.end)
            .map(|next| Token { first: value.first, ..next });
    }
    found.or(closed).or_else(|| text(line, at))
}

/// A referrer between quotes, before the quote that begins the user agent.
fn referrer(line: &[u8], at: usize) -> Option<Token> {
    let first = skip_spaces(line, at);
    let is_quoted = line.get(first) == Some(&b'"');
    let end =
        memchr::memmem::find(line.get(first + 1..)?, b"\" \"").filter(|_| is_quoted).map(|n| first + 1 + n);
    match end {
        Some(end) => Some(Token { first: first + 1, end, next: end + 1, is_quoted }),
        None => text(line, first),
    }
}

/// What stands between the quote at `at` and the last one of the line.
fn last_quoted(line: &[u8], at: usize) -> Option<Token> {
    let first = skip_spaces(line, at);
    let last = memchr::memrchr(b'"', line).filter(|&last| line.get(first) == Some(&b'"') && last > first)?;
    Some(Token { first: first + 1, end: last, next: last + 1, is_quoted: true })
}

const _: () = assert!(
    NLB_COLUMNS.len() == 22 && ALB_COLUMNS.len() == 33 && S3_COLUMNS.len() == 26,
    "as the user guides list them"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_arns() {
        for (arn, name) in [
            ("arn:aws:iam::111122223333:user/team/alice", Some("alice")),
            ("arn:aws:sts::111122223333:assumed-role/Admin/session", Some("Admin")),
            ("arn:aws:iam::111122223333:root", Some("root")),
            ("79a59df900b949e55d96a1e698fbaced", None),
            ("arn:aws:s3:::bucket/user/x", None),
        ] {
            assert_eq!(user_of(arn.as_bytes()).map(|(first, end)| &arn[first..end]), name, "{arn}");
        }
    }
}
