//! Other tools' data for the text logs of AWS and of web servers, and the made case's figures.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use trailglass::base::Timestamp;
use trailglass::engine::EventState;

use crate::case::{Case, Load};
use crate::suite::{Suite, data_below, more_data};

fn load(bytes: &[u8]) -> Case {
    let mut case = Case::load(&vec![("log".to_owned(), bytes.to_vec())], Load::default());
    case.check_sums();
    case
}

fn format_of(case: &Case) -> String {
    case.hub.source(0).format.clone().unwrap_or_default()
}

/// All events in the order of their source.
fn events(case: &mut Case) -> Vec<EventState> {
    let mut events: Vec<EventState> = case.rows("", &[]).into_iter().map(|row| case.event(row)).collect();
    events.sort_by_key(|event| event.at.offset);
    events
}

fn events_of(text: &str) -> Vec<EventState> {
    events(&mut load(text.as_bytes()))
}

fn value<'a>(event: &'a EventState, name: &str) -> &'a str {
    let values = event.fields.iter().find(|(field, _)| field == name);
    values.and_then(|(_, values)| values.first()).map_or("", String::as_str)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file can be read")).expect("it is JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether two values are the same: as numbers where both are some, and with `-` for none.
fn is_same(ours: &str, theirs: &str) -> bool {
    let theirs = if theirs == "-" { "" } else { theirs };
    let number = |text: &str| text.parse::<f64>().ok();
    ours == theirs || number(ours).is_some() && number(ours) == number(theirs)
}

/// What the values of `wanted` are in `event` where they differ.
fn differences(event: &EventState, wanted: &[(String, String)]) -> String {
    let differs = wanted.iter().filter(|(name, theirs)| !is_same(value(event, name), theirs));
    let shown: Vec<String> =
        differs.map(|(name, theirs)| format!("{name} {:?} is {theirs:?}", value(event, name))).collect();
    shown.join(", ")
}

/// The values that a case of `parse_aws_vpc_flow_log` wants, under native names.
fn native(want: &Value) -> Vec<(String, String)> {
    let pairs = want.as_object().into_iter().flatten();
    pairs.map(|(name, value)| (name.replace('_', "-"), text(value))).collect()
}

#[test]
fn vpcflow_vrl() {
    let Some(folder) = more_data() else { return };
    let folder = folder.join("vpcflow/vrl-parse-cases");
    let mut suite = Suite::new("vpcflow/vrl-parse-cases");
    let mut told = Suite::new("vpcflow/vrl-parse-cases, order told from the line alone");
    let mut cases: Vec<(String, String, Value)> = Vec::new();
    for case in list(&json(&folder.join("parse_aws_vpc_flow_log.cases.json"))) {
        assert_eq!(case["ok"], true, "all of them are good");
        cases.push((text(&case["args"]["value"]), text(&case["args"]["format"]), case["want"].clone()));
    }
    for case in list(&json(&folder.join("parse_aws_vpc_flow_log.docs.json"))) {
        let source = text(&case["source"]);
        let quoted: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
        cases.push((
            quoted[0].to_owned(),
            quoted.get(1).copied().unwrap_or("").to_owned(),
            case["return"].clone(),
        ));
    }
    for (number, (line, order, want)) in cases.iter().enumerate() {
        let found = events_of(&if order.is_empty() { line.clone() } else { format!("{order}\n{line}\n") });
        let name = format!("{number} {}", line.chars().take(40).collect::<String>());
        let [event] = &found[..] else {
            suite.fail(name, format!("{} events", found.len()));
            continue;
        };
        let wanted = native(want);
        let differs = differences(event, &wanted);
        suite.check(value(event, "event.dataset") == "aws.vpcflow" && differs.is_empty(), &*name, differs);
        if order.is_empty() {
            continue;
        }
        let alone = events_of(line);
        let by_header: Vec<_> =
            event.fields.iter().map(|(name, values)| (name.clone(), values[0].clone())).collect();
        let is_flow = alone.first().is_some_and(|alone| value(alone, "event.dataset") == "aws.vpcflow");
        let differs = alone.first().map_or(String::new(), |alone| differences(alone, &by_header));
        if is_flow && differs.is_empty() {
            told.pass();
        } else {
            told.differ(format!("{name}: {is_flow} {differs}"), "one line does not say it");
        }
    }
    suite.finish(0);
    told.finish(0);
}

#[test]
fn vpcflow_aws_docs() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("vpcflow/aws-docs");
    for (path, bytes) in data_below(&folder.join("vpcflow/aws-docs")) {
        let page: Value = serde_json::from_slice(&bytes).expect("it is JSON");
        for line in list(&page["blocks"])
            .iter()
            .flat_map(|block| text(block).lines().map(str::to_owned).collect::<Vec<_>>())
        {
            if line == "..." {
                continue;
            }
            if line.contains('#') {
                suite.differ(line, "a remark of the page behind the fields");
                continue;
            }
            let found = events_of(&line);
            let addresses: Vec<&str> =
                line.split(' ').filter(|word| word.parse::<std::net::IpAddr>().is_ok()).collect();
            let is_right = found.first().is_some_and(|event| {
                value(event, "event.dataset") == "aws.vpcflow"
                    && value(event, "srcaddr") == addresses.first().copied().unwrap_or("")
                    && value(event, "dstaddr") == addresses.get(1).copied().unwrap_or("")
                    && event.time.is_some()
                        == line.split(' ').any(|word| word.len() == 10 && word.parse::<u64>().is_ok())
                    && event.fields.iter().all(|(name, _)| !name.starts_with("column-"))
            });
            suite.check(
                is_right,
                format!("{path} {line}"),
                format!("{:?}", found.first().map(|event| &event.fields)),
            );
        }
    }
    suite.finish(0);
}

#[test]
fn vpcflow_others() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("vpcflow/opensearch-catalog");
    for (_, bytes) in data_below(&folder.join("vpcflow/opensearch-catalog")) {
        for (number, document) in
            list(&serde_json::from_slice(&bytes).expect("it is JSON")).iter().enumerate()
        {
            let found = events_of(&text(&document["body"]));
            let own = [
                "version",
                "account-id",
                "interface-id",
                "srcaddr",
                "dstaddr",
                "srcport",
                "dstport",
                "protocol",
                "packets",
                "bytes",
                "start",
                "end",
                "action",
                "log-status",
            ];
            let wanted: Vec<_> =
                own.iter().map(|name| (name.to_string(), text(&document["aws"]["vpc"][name]))).collect();
            let differs = found.first().map_or("no event".to_owned(), |event| differences(event, &wanted));
            if document["aws"]["vpc"]["bytes"].as_u64() == Some(440) && differs.contains("bytes \"44\"") {
                suite.differ(number.to_string(), "its values are of another line than its own");
                continue;
            }
            suite.check(differs.is_empty(), number.to_string(), differs);
        }
    }
    suite.finish(0);
    let mut suite = Suite::new("vpcflow/otel-beatsencoding");
    for (path, bytes) in data_below(&folder.join("vpcflow/otel-beatsencoding")) {
        if path.ends_with(".txt") {
            let n_lines = String::from_utf8_lossy(&bytes).lines().count();
            let mut case = load(&bytes);
            let n = events(&mut case).len();
            suite.check(format_of(&case) == "aws.vpcflow" && n == n_lines, path, format!("{n} of {n_lines}"));
        }
    }
    suite.finish(0);
    let mut suite = Suite::new("vpcflow/elastic-integrations");
    let folder = folder.join("vpcflow/elastic-integrations-ELv2");
    for (path, bytes) in data_below(&folder) {
        if !path.ends_with(".log") {
            continue;
        }
        let expected = json(&folder.join(format!("{path}-expected.json")));
        let mut case = load(&bytes);
        let found = events(&mut case);
        for (number, document) in list(&expected["expected"]).iter().enumerate() {
            let name = format!("{path} {number}");
            if bytes.starts_with(b"{") {
                suite.differ(name, "a flow inside JSON that is no wrapper of AWS");
                continue;
            }
            let mut wanted = facts(document, FLOW_FACTS);
            if let Some(end) = document["@timestamp"].as_str() {
                let seconds = Timestamp::parse_rfc3339(end.as_bytes()).expect("a time").0 / 1_000_000_000;
                wanted.push(("end".to_owned(), seconds.to_string()));
            }
            let differs =
                found.get(number).map_or("no event".to_owned(), |event| differences(event, &wanted));
            suite.check(differs.is_empty(), name, differs);
        }
    }
    suite.finish(0);
}

const FLOW_FACTS: &[(&str, &str)] = &[
    ("source.ip", "source.ip"),
    ("source.port", "source.port"),
    ("destination.ip", "destination.ip"),
    ("destination.port", "destination.port"),
    ("cloud.account.id", "cloud.account.id"),
    ("source.bytes", "bytes"),
    ("source.packets", "packets"),
    ("network.iana_number", "protocol"),
    ("network.transport", "network.transport"),
    ("aws.vpcflow.interface_id", "interface-id"),
    ("aws.vpcflow.action", "action"),
    ("aws.vpcflow.log_status", "log-status"),
    ("aws.vpcflow.version", "version"),
    ("aws.vpcflow.vpc_id", "vpc-id"),
    ("aws.vpcflow.subnet_id", "subnet-id"),
    ("aws.vpcflow.type", "type"),
    ("aws.vpcflow.tcp_flags", "tcp-flags"),
    ("aws.vpcflow.pkt_srcaddr", "pkt-srcaddr"),
    ("aws.vpcflow.pkt_dstaddr", "pkt-dstaddr"),
    ("cloud.instance.id", "instance-id"),
];

/// A value of a document under a dotted name, whether its keys are dotted or nested.
fn fact<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    let found =
        document.get(name).or_else(|| name.split('.').try_fold(document, |value, part| value.get(part)));
    found.filter(|value| !value.is_null() && !value.is_array() && !value.is_object())
}

/// What a document says of the fields that are theirs and ours.
fn facts(document: &Value, names: &[(&str, &str)]) -> Vec<(String, String)> {
    let of =
        |&(theirs, ours): &(&str, &str)| fact(document, theirs).map(|value| (ours.to_owned(), text(value)));
    names.iter().filter_map(of).collect()
}

/// Facts of web servers that mean the same with us.
const WEB_FACTS: &[(&str, &str)] = &[
    ("source.ip", "source.ip"),
    ("source.port", "source.port"),
    ("destination.ip", "destination.ip"),
    ("destination.port", "destination.port"),
    ("user.name", "user.name"),
    ("http.request.method", "http.request.method"),
    ("http.version", "http.version"),
    ("http.response.status_code", "http.response.status_code"),
    ("http.response.body.bytes", "http.response.body.bytes"),
    ("http.response.bytes", "http.response.bytes"),
    ("http.request.referrer", "http.request.referrer"),
    ("user_agent.original", "user_agent.original"),
    ("event.outcome", "event.outcome"),
    ("log.level", "log.level"),
    ("process.pid", "process.pid"),
    ("process.thread.id", "process.thread.id"),
    ("apache.error.module", "apache.error.module"),
    ("nginx.error.connection_id", "nginx.error.connection_id"),
    ("haproxy.frontend_name", "haproxy.frontend"),
    ("haproxy.backend_name", "haproxy.backend"),
    ("haproxy.server_name", "haproxy.server"),
    ("haproxy.termination_state", "haproxy.termination_state"),
    ("iis.access.sub_status", "sc-substatus"),
    ("iis.access.win32_status", "sc-win32-status"),
    ("iis.access.server_name", "s-computername"),
    ("iis.access.site_name", "s-sitename"),
    ("iis.error.reason_phrase", "s-reason"),
    ("aws.elb.name", "elb"),
    ("aws.elb.trace_id", "trace_id"),
    ("aws.elb.backend.http.response.status_code", "target_status_code"),
    ("aws.cloudfront.edge_location", "x-edge-location"),
    ("aws.cloudfront.edge_result_type", "x-edge-result-type"),
];

/// Names of logs that are not read here, with the reason.
const NOT_HERE: &[(&str, &str)] =
    &[("modsecurity", "an audit log, which has a suite of its own"), ("cloudwatch", "no web server's")];

/// Logs with a document for each event, of filebeat's modules and of Elastic's integrations.
fn documents(name: &'static str, folder: &Path, n_failed: usize) {
    let mut suite = Suite::new(name);
    for (path, bytes) in data_below(folder) {
        let expected = folder.join(format!("{path}-expected.json"));
        if !path.ends_with(".log") || !expected.exists() {
            continue;
        }
        let expected = json(&expected);
        let expected = expected.get("expected").map_or(list(&expected), list).to_vec();
        if let Some((_, reason)) = NOT_HERE.iter().find(|(part, _)| path.contains(part)) {
            expected.iter().for_each(|_| suite.differ(&*path, reason));
            continue;
        }
        // Of HAProxy's lines, what its syslog header is in front of.
        let text = String::from_utf8_lossy(&bytes);
        let bare: Vec<&str> =
            text.lines().map(|line| line.split_once("]: ").map_or(line, |(_, rest)| rest)).collect();
        let is_haproxy = path.contains("haproxy");
        let bytes = if is_haproxy { bare.join("\n").into_bytes() } else { bytes };
        let mut case = load(&bytes);
        let found = events(&mut case);
        let format = format_of(&case);
        let is_known = !matches!(&*format, "text" | "json" | "csv" | "");
        let expected: Vec<&Value> = expected.iter().filter(|document| !document.is_null()).collect();
        for (number, document) in expected.iter().enumerate() {
            let name = format!("{path} {number} ({format}, {} of {})", found.len(), expected.len());
            // The record that it was made of, or that of its number.
            let original = fact(document, "event.original").map(text_of_original).unwrap_or_default();
            let by_text = found.iter().find(|event| {
                let first = event.at.offset as usize;
                let record = String::from_utf8_lossy(&bytes[first..first + event.at.length as usize]);
                // Some documents were made of several lines; they are about the first.
                !original.is_empty()
                    && (original.trim_end() == record.trim_end()
                        || original.starts_with(&format!("{record}\n")))
            });
            let by_number = found.get(number).filter(|_| found.len() == expected.len());
            let Some(event) = by_text.or(by_number).filter(|_| is_known) else {
                if path.contains("haproxy") && path.contains("default") {
                    suite.differ(name, "a message of HAProxy's that is no request");
                } else {
                    suite.fail(name, "not read");
                }
                continue;
            };
            let mut wanted = facts(document, WEB_FACTS);
            // What is made of a local time depends on the zone that is given from outside, and HAProxy's outside is left out.
            wanted.retain(|(name, _)| !is_haproxy || name != "process.pid");
            if format == "squid.access" {
                wanted.retain(|(name, _)| name != "event.outcome");
            }
            let mut differs = differences(event, &wanted);
            if let Some(time) = fact(document, "@timestamp").and_then(Value::as_str) {
                let zone = fact(document, "event.timezone").map(text_of_zone).unwrap_or(0);
                let nanos = Timestamp::parse_rfc3339(time.as_bytes()).map(|time| time.0);
                let ours = event.time;
                // Documents have milliseconds.
                let is_at = |nanos: i64| ours.is_some_and(|ours| ours / 1_000_000 == nanos / 1_000_000);
                // Or the clock's own time, of which they say the zone.
                let clock = Timestamp::parse_rfc3339(format!("{}Z", &time[..time.len().min(19)]).as_bytes());
                let is_clock = clock.is_some_and(|clock| {
                    ours.map(|ours| ours / 1_000_000_000) == Some(clock.0 / 1_000_000_000)
                });
                let is_so = is_clock
                    || nanos.is_some_and(|nanos| is_at(nanos) || is_at(nanos + zone * 1_000_000_000));
                if !is_so {
                    differs += &format!(" time {ours:?} is {time}");
                }
            }
            suite.check(differs.is_empty(), name, differs);
        }
    }
    suite.finish(n_failed);
}

fn text_of_original(original: &Value) -> String {
    let text = text(original);
    text.split_once("]: ")
        .filter(|_| text.contains("haproxy["))
        .map_or(text.clone(), |(_, rest)| rest.to_owned())
}

/// Seconds east of UTC of `-02:00`.
fn text_of_zone(zone: &Value) -> i64 {
    let zone = text(zone);
    let hours: i64 = zone.get(..3).and_then(|hours| hours.parse().ok()).unwrap_or(0);
    hours * 3_600
}

#[test]
fn web_filebeat() {
    let Some(folder) = more_data() else { return };
    documents("weblog/filebeat-modules", &folder.join("weblog/filebeat-modules"), 0);
}

#[test]
fn web_elastic() {
    let Some(folder) = more_data() else { return };
    documents("weblog/elastic-integrations", &folder.join("weblog/elastic-integrations-ELv2"), 0);
    documents("awsother/elastic-integrations", &folder.join("awsother/elastic-integrations-ELv2"), 0);
}

/// Cases of Vector's parse functions.
#[test]
fn web_vrl() {
    let Some(folder) = more_data() else { return };
    const NAMES: &[(&str, &str)] = &[
        ("host", "source.ip"),
        ("client", "source.ip"),
        ("remote_addr", "source.ip"),
        ("identity", "apache.access.ident"),
        ("user", "user.name"),
        ("method", "http.request.method"),
        ("path", "url.original"),
        ("status", "http.response.status_code"),
        ("size", "http.response.body.bytes"),
        ("body_bytes_size", "http.response.body.bytes"),
        ("referer", "http.request.referrer"),
        ("http_referer", "http.request.referrer"),
        ("agent", "user_agent.original"),
        ("http_user_agent", "user_agent.original"),
        ("http_x_forwarded_for", "http.request.headers.x-forwarded-for"),
        ("request_length", "http.request.bytes"),
        ("request_time", "http.request.duration"),
        ("proxy_upstream_name", "upstream.name"),
        ("upstream_addr", "upstream.address"),
        ("upstream_status", "upstream.status_code"),
        ("req_id", "http.request.id"),
        ("module", "apache.error.module"),
        ("severity", "log.level"),
        ("pid", "process.pid"),
        ("thread", "process.thread.id"),
        ("tid", "process.thread.id"),
        ("cid", "nginx.error.connection_id"),
        ("port", "source.port"),
        ("server", "nginx.error.server"),
        ("upstream", "nginx.error.upstream"),
        ("elb", "elb"),
        ("received_bytes", "received_bytes"),
        ("sent_bytes", "sent_bytes"),
        ("elb_status_code", "elb_status_code"),
        ("target_status_code", "target_status_code"),
        ("request_method", "http.request.method"),
        ("request_url", "url.original"),
        ("user_agent", "user_agent"),
        ("trace_id", "trace_id"),
        ("domain_name", "domain_name"),
        ("target_group_arn", "target_group_arn"),
        ("actions_executed", "actions_executed"),
        ("redirect_url", "redirect_url"),
        ("error_reason", "error_reason"),
        ("ssl_cipher", "ssl_cipher"),
        ("ssl_protocol", "ssl_protocol"),
        ("traceability_id", "conn_trace_id"),
        ("classification", "classification"),
    ];
    for (name, folder) in [
        ("weblog/vrl-parse-cases", folder.join("weblog/vrl-parse-cases")),
        ("awsother/vrl-parse-cases", folder.join("awsother/vrl-parse-cases")),
    ] {
        let mut suite = Suite::new(name);
        for (path, bytes) in data_below(&folder) {
            if !path.ends_with(".cases.json") || path.contains("cloudwatch") {
                continue;
            }
            for (number, case) in
                list(&serde_json::from_slice(&bytes).expect("it is JSON")).iter().enumerate()
            {
                let line = text(&case["args"]["value"]);
                let name = format!("{path} {number} {}", text(&case["case"]));
                let mut loaded = load(line.as_bytes());
                let (format, found) = (format_of(&loaded), events(&mut loaded));
                let is_read = found.len() == 1 && format != "text" && format != "json";
                if case["ok"] == false {
                    // Another format may read it: the function was told which.
                    let told = text(&case["args"]["format"]);
                    let is_other = format.contains("error") != (told == "error");
                    suite.check(!is_read || is_other, name, format);
                    continue;
                }
                if !is_read {
                    let is_empty = line.starts_with("- - -") || line.ends_with("- - - -");
                    match is_empty {
                        true => suite.differ(name, "a line without a value says nothing of its format"),
                        false => suite.fail(name, format!("{format} {}", found.len())),
                    }
                    continue;
                }
                let want = &case["want"];
                let mut wanted = facts(want, NAMES);
                // An error log's host is the one that was asked for.
                if format.contains("error") {
                    wanted.retain(|(name, value)| name != "source.ip" || value != &text(&want["host"]));
                }
                let mut differs = differences(&found[0], &wanted);
                if let Some(time) = want["timestamp"].as_str() {
                    let time = Timestamp::parse_rfc3339(time.as_bytes()).map(|time| time.0);
                    if time != found[0].time {
                        differs += &format!(" time {:?} is {time:?}", found[0].time);
                    }
                }
                suite.check(differs.is_empty(), name, differs);
            }
        }
        suite.finish(0);
    }
}

/// What CrowdSec's tests say of single lines: facts by the number of the line.
#[test]
fn web_crowdsec() {
    let Some(folder) = more_data() else { return };
    const NAMES: &[(&str, &str)] = &[
        ("source_ip", "source.ip"),
        ("http_status", "http.response.status_code"),
        ("http_verb", "http.request.method"),
        ("http_user_agent", "user_agent.original"),
    ];
    let folder = folder.join("weblog/crowdsec-hub-tests");
    let mut suite = Suite::new("weblog/crowdsec-hub-tests");
    let files = data_below(&folder);
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".log")) {
        let mut case = load(bytes);
        let format = format_of(&case);
        if format != "apache.access" && format != "nginx.error" {
            println!("  {path} is {format}");
            continue;
        }
        let found = events(&mut case);
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        // Numbers of lines without blank ones.
        let lines: Vec<u64> = String::from_utf8_lossy(bytes)
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, _)| number as u64 + 1)
            .collect();
        let mut groups: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for kind in ["parser.assert", "scenario.assert"] {
            let Some((_, asserts)) = files.iter().find(|(path, _)| *path == format!("{parent}/{kind}"))
            else {
                continue;
            };
            for line in String::from_utf8_lossy(asserts).lines() {
                let is_line = line.starts_with("results[\"s01-parse\"][\"crowdsecurity/")
                    && line.contains(".Evt.Meta[");
                let is_alert = line.starts_with("results[") && line.contains("GetMeta(");
                if !is_line && !is_alert {
                    continue;
                }
                let Some((left, right)) = line.split_once(" == ") else { continue };
                let Ok(wanted) = serde_json::from_str::<String>(right) else { continue };
                let at = if is_line { left.find(".Evt.") } else { left.find(".GetMeta(") };
                let (key, rest) = left.split_at(at.unwrap_or(left.len()));
                let name = rest.split('"').nth(1).unwrap_or("");
                groups.entry(key.to_owned()).or_default().push((name.to_owned(), wanted));
            }
        }
        for (key, facts) in groups {
            let is_access =
                facts.iter().any(|(name, value)| name == "log_type" && value == "http_access-log");
            if !is_access {
                continue;
            }
            let ours = |(name, value): &(String, String)| {
                NAMES
                    .iter()
                    .find(|(theirs, _)| theirs == name)
                    .map(|(_, ours)| (ours.to_string(), value.clone()))
            };
            let wanted: Vec<(String, String)> = facts.iter().filter_map(ours).collect();
            let path_of = facts.iter().find(|(name, _)| name == "http_path").map_or("", |(_, path)| path);
            let differs = |event: &EventState| {
                let mut differs = differences(event, &wanted);
                let url = value(event, "url.original");
                if !url.starts_with(path_of) && path_of != "-" {
                    differs += &format!(" {url:?} is {path_of:?}");
                }
                differs
            };
            let name = format!("{path} {key}");
            if key.contains("\"s01-parse\"") {
                let index = key
                    .rsplit_once('[')
                    .and_then(|(_, index)| index.trim_end_matches(']').parse::<usize>().ok());
                let number = index.and_then(|index| lines.get(index));
                let event = found.iter().find(|event| Some(&event.at.line_number) == number);
                let differs = event.map_or("no event".to_owned(), differs);
                suite.check(differs.is_empty(), name, differs);
            } else {
                suite.check(
                    found.iter().any(|event| differs(event).is_empty()),
                    name,
                    format!("{wanted:?} {path_of}"),
                );
            }
        }
    }
    suite.finish(0);
}

/// 5,000 and more real lines, counted by status and address as a split by spaces counts them.
#[test]
fn web_apache_lines() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("weblog/elastic-examples, cloudgrep: lines by status, address and bytes");
    let mut paths: Vec<_> = data_below(&folder.join("weblog/elastic-examples"));
    paths.extend(data_below(&folder.join("weblog/cloudgrep")));
    for (path, bytes) in paths.into_iter().filter(|(path, _)| !path.ends_with(".jsonl")) {
        let text = String::from_utf8_lossy(&bytes);
        if !text.lines().next().is_some_and(|line| line.contains("] \"")) {
            continue;
        }
        let mut case = load(&bytes);
        let n_lines = text.lines().filter(|line| !line.is_empty()).count();
        let found = events(&mut case);
        suite.check(found.len() == n_lines, format!("{path} lines"), format!("{} of {n_lines}", found.len()));
        type Counts = BTreeMap<String, usize>;
        let (mut by_status, mut by_address, mut n_bytes) = (Counts::new(), Counts::new(), 0_u64);
        for line in text.lines().filter(|line| !line.is_empty()) {
            *by_address.entry(line.split(' ').next().unwrap_or("").to_owned()).or_default() += 1;
            let behind = line.split("\" ").nth(1).unwrap_or("");
            let mut words = behind.split(' ');
            *by_status.entry(words.next().unwrap_or("").to_owned()).or_default() += 1;
            n_bytes += words.next().and_then(|bytes| bytes.parse::<u64>().ok()).unwrap_or(0);
        }
        let (mut status, mut address, mut bytes) = (Counts::new(), Counts::new(), 0_u64);
        for event in &found {
            *status.entry(value(event, "http.response.status_code").to_owned()).or_default() += 1;
            *address.entry(value(event, "source.ip").to_owned()).or_default() += 1;
            bytes += value(event, "http.response.body.bytes").parse::<u64>().unwrap_or(0);
        }
        suite.check(status == by_status, format!("{path} status"), format!("{status:?} {by_status:?}"));
        suite.check(
            address == by_address,
            format!("{path} address"),
            format!("{} {}", address.len(), by_address.len()),
        );
        suite.check(bytes == n_bytes, format!("{path} bytes"), format!("{bytes} {n_bytes}"));
        let n_without = found.iter().filter(|event| event.time.is_none()).count();
        suite.check(n_without == 0, format!("{path} times"), format!("{n_without} have none"));
    }
    suite.finish(0);
}

/// Times of each line of real logs.
#[test]
fn web_s4() {
    let Some(folder) = more_data() else { return };
    let folder = folder.join("weblog/s4-logs");
    let mut suite = Suite::new("weblog/s4-logs");
    for (path, bytes) in data_below(&folder) {
        let expected = folder.join(format!("{path}.s4-expected.txt"));
        let Ok(expected) = std::fs::read_to_string(expected) else { continue };
        let mut case = load(&bytes);
        let format = format_of(&case);
        let found = events(&mut case);
        let wanted: Vec<&str> = expected.split('⇳').map(str::trim).filter(|part| !part.is_empty()).collect();
        for (number, message) in wanted.iter().enumerate() {
            let mut parts = message.split('┋').skip(1);
            let digits: String = parts.next().unwrap_or("").chars().filter(char::is_ascii_digit).collect();
            let ours = found.get(number).and_then(|event| event.time).map(|time| Timestamp(time).to_text());
            let ours: String = ours.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
            let is_same = digits.starts_with(&ours) && !ours.is_empty();
            match format == "text" && path.contains("cups") {
                true => suite.differ(format!("{path} {number}"), "a log of CUPS, which is no web server's"),
                false => {
                    suite.check(is_same, format!("{path} {number} ({format})"), format!("{ours} is {digits}"))
                }
            }
        }
    }
    suite.finish(0);
}

#[test]
fn iis_plaso() {
    let Some(folder) = more_data() else { return };
    let folder = folder.join("weblog/plaso");
    let mut suite = Suite::new("weblog/plaso");
    const NAMES: &[(&str, &str)] = &[
        ("dest_ip", "destination.ip"),
        ("dest_port", "destination.port"),
        ("http_method", "http.request.method"),
        ("http_request_method", "http.request.method"),
        ("http_status", "http.response.status_code"),
        ("http_response_code", "http.response.status_code"),
        ("http_response_bytes", "http.response.body.bytes"),
        ("http_request_referer", "http.request.referrer"),
        ("http_request_user_agent", "user_agent.original"),
        ("ip_address", "source.ip"),
        ("requested_uri_stem", "cs-uri-stem"),
        ("source_ip", "source.ip"),
        ("remote_name", "source.ip"),
        ("user_agent", "cs(User-Agent)"),
        ("user_name", "user.name"),
        ("protocol_version", "cs-version"),
    ];
    for (path, _) in data_below(&folder) {
        let Some(log) = path.strip_suffix(".expected.json") else { continue };
        let mut case = load(&std::fs::read(folder.join(log)).expect("a log beside its facts"));
        let format = format_of(&case);
        let found = events(&mut case);
        if !matches!(&*format, "iis" | "apache.access" | "apache.error" | "php.error" | "nginx.error") {
            suite.differ(format!("{log} ({format})"), "a format of its own that is not read");
            continue;
        }
        for test in list(&json(&folder.join(&path))) {
            let n = test["events"].as_u64().unwrap_or(0) as usize;
            suite.check(found.len() == n, format!("{log} events"), format!("{} of {n}", found.len()));
            for checked in list(&test["checked"]) {
                let index = checked["index"].as_u64().unwrap_or(0) as usize;
                let mut wanted = facts(&checked["fields"], NAMES);
                wanted.retain(|(_, value)| !value.is_empty());
                let mut differs =
                    found.get(index).map_or("no event".to_owned(), |event| differences(event, &wanted));
                let time = ["last_written_time", "recorded_time"]
                    .iter()
                    .find_map(|name| checked["fields"][name].as_str());
                let nanos = time.and_then(|time| Timestamp::parse_rfc3339(time.as_bytes()));
                let ours = found.get(index).and_then(|event| event.time);
                if nanos.is_some() && nanos.map(|nanos| nanos.0) != ours {
                    differs += &format!(" time {ours:?} is {time:?}");
                }
                suite.check(differs.is_empty(), format!("{log} {index}"), differs);
            }
        }
    }
    suite.finish(0);
}

/// Lines of AWS's services: all are read, with their time, address and status.
#[test]
fn aws_lines() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("awsother: text lines");
    let mut logs: Vec<(String, Vec<String>)> = Vec::new();
    let lines = |text: &str| {
        text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    for path in [
        "awsother/aws-centralized-logging/elb.log",
        "awsother/crowdsec-hub-tests/aws-alb-http-bad-user-agent/aws-alb-http-bad-user-agent.log",
        "awsother/s4-logs/programs/AWS/Amazon_S3/server.log",
    ] {
        if let Ok(text) = std::fs::read_to_string(folder.join(path)) {
            logs.push((path.to_owned(), lines(&text)));
        }
    }
    for path in
        ["awsother/aws-docs-alb", "awsother/aws-docs-elb", "awsother/aws-docs-s3", "awsother/metron-samples"]
    {
        let Ok(entries) = std::fs::read_dir(folder.join(path)) else { continue };
        for entry in entries {
            let file = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&file).expect("a text");
            match file.extension().is_some_and(|extension| extension == "json") {
                // The page breaks lines; a record has none.
                true => {
                    let page: Value = serde_json::from_str(&text).expect("it is JSON");
                    let blocks = list(&page["blocks"]).iter().map(text_of_block);
                    logs.push((file.display().to_string(), blocks.collect()));
                }
                false => logs.push((file.display().to_string(), lines(&text))),
            }
        }
    }
    for path in
        ["opensearch-catalog/amazon_s3-sample.part1.json", "opensearch-catalog/amazon_elb-sample.part1.json"]
    {
        let Ok(bytes) = std::fs::read(folder.join("awsother").join(path)) else { continue };
        let page: Value = serde_json::from_slice(&bytes).expect("it is JSON");
        let bodies = list(&page).iter().filter_map(|document| document["body"].as_str()).map(str::to_owned);
        logs.push((path.to_owned(), bodies.collect()));
    }
    for (path, lines) in logs {
        let known = ["aws.alb", "aws.elb", "aws.s3access", "aws.nlb"];
        for (number, line) in lines.iter().enumerate() {
            let mut case = load(line.as_bytes());
            let (format, found) = (format_of(&case), events(&mut case));
            let name = format!("{path} {number}");
            let is_broken = line.split_whitespace().count() < 9;
            if is_broken {
                suite.check(format != "aws.alb", name, "a line of less than nine words is none");
                continue;
            }
            let Some(event) = found.first().filter(|_| known.contains(&&*format)) else {
                suite.fail(name, format!("{format}: {line}"));
                continue;
            };
            let has_address =
                !value(event, "source.ip").is_empty() && line.contains(value(event, "source.ip"));
            let status = value(event, "http.response.status_code");
            let is_status = status.len() == 3 && line.contains(&format!(" {status} "));
            suite.check(event.time.is_some() && has_address && is_status, name, line);
        }
    }
    suite.finish(0);
}

fn text_of_block(block: &Value) -> String {
    text(block).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A header that changes in the midst of a large file: read in pieces on several shards as in one.
#[test]
fn a_header_that_changes_reads_the_same_in_pieces() {
    let mut log = String::from("version account-id srcaddr dstaddr start end action\n");
    let mut line = |first: &str, n: usize| {
        for i in 0..n {
            log.push_str(&format!("{first} {} {} ACCEPT\n", 1_647_942_501 + i, 1_647_942_561 + i));
        }
    };
    line("2 111122223333 192.0.2.7 198.51.100.9", 30_000);
    log.push_str("version dstaddr srcaddr account-id start end action\n");
    let mut line = |first: &str, n: usize| {
        for i in 0..n {
            log.push_str(&format!("{first} {} {} REJECT\n", 1_647_942_501 + i, 1_647_942_561 + i));
        }
    };
    line("2 198.51.100.9 192.0.2.7 111122223333", 30_000);
    let files = vec![("flows.log".to_owned(), log.into_bytes())];
    for load in [Load::default(), Load { n_shards: 3, cut_from: 0, ..Load::default() }] {
        let mut case = Case::load(&files, load);
        case.check_sums();
        assert_eq!(
            case.count("source.ip = \"192.0.2.7\" and destination.ip = \"198.51.100.9\""),
            60_000,
            "{load:?}"
        );
        assert_eq!(case.count("action = \"REJECT\""), 30_000, "{load:?}");
        assert!(case.rejects().is_empty(), "{load:?}");
    }
}

mod bytes {
    use proptest::prelude::*;
    use trailglass::base::{Event, Fields};
    use trailglass::format::{FORMATS, Reader, Start};

    /// Formats whose parsers are held to their records here.
    const NAMES: &[&str] = &[
        "aws.vpcflow",
        "aws.s3access",
        "aws.alb",
        "aws.elb",
        "aws.nlb",
        "aws.cloudfront",
        "iis",
        "apache.access",
        "apache.error",
        "nginx.error",
        "php.error",
        "squid.access",
        "haproxy.log",
    ];

    /// Parses `text`, and holds every value to be UTF-8 that can be read.
    fn check(name: &str, head: &[u8], text: &str) {
        let format = FORMATS.iter().find(|format| format.name() == name).expect("a format");
        let mut fields = Fields::new();
        let Reader::Events(mut parser) = format.reader(&mut fields) else { panic!("{name} reads lines") };
        parser.start(Start { head, settings: "" });
        for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
            let mut event = Event::default();
            if parser.parse(line.as_bytes(), &mut fields, &mut event).is_ok() {
                for leaf in event.leaves() {
                    let bytes = event.bytes(line.as_bytes(), leaf);
                    assert!(
                        std::str::from_utf8(bytes).is_ok(),
                        "{name}: {} of {line:?}",
                        fields.name(leaf.field)
                    );
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Samples with bytes taken away, put in and changed stand in their records, whatever is done to them.
        #[test]
        fn samples_that_were_damaged_stand_in_their_records(
            which in 0..NAMES.len(),
            sample in any::<prop::sample::Index>(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4, "[ \"\\[\\]\\\\:,/#%+x-é0-9]{0,3}"), 0..6),
        ) {
            let format = FORMATS.iter().find(|format| format.name() == NAMES[which]).expect("a format");
            let samples = format.samples();
            let sample = String::from_utf8_lossy(samples[sample.index(samples.len())]).into_owned();
            let mut text: Vec<char> = sample.chars().collect();
            for (at, n, put) in changes {
                let first = at.index(text.len() + 1);
                let end = (first + n).min(text.len());
                text.splice(first..end, put.chars());
            }
            let text: String = text.into_iter().collect();
            check(NAMES[which], sample.as_bytes(), &text);
            check(NAMES[which], text.as_bytes(), &text);
            check(NAMES[which], b"", &text);
        }
    }
}
