//! Other tools' data for the logs of servers: PostgreSQL, Redis, ModSecurity; and which files of all data the formats that
//! came with them claim.

use std::path::Path;

use serde_json::Value;
use trailglass::base::Timestamp;
use trailglass::engine::EventState;
use trailglass::format::{FORMATS, HEAD_BYTES, Head, detect};

use crate::case::{Case, Load};
use crate::suite::{Suite, data_below, more_data};

fn events(bytes: Vec<u8>) -> (String, Vec<EventState>) {
    let mut case = Case::load(&vec![("log".to_owned(), bytes)], Load::default());
    case.check_sums();
    let mut events: Vec<EventState> = case.rows("", &[]).into_iter().map(|row| case.event(row)).collect();
    events.sort_by_key(|event| event.at.offset);
    (case.hub.source(0).format.clone().unwrap_or_default(), events)
}

fn values<'a>(event: &'a EventState, name: &str) -> &'a [String] {
    event.fields.iter().find(|(field, _)| field == name).map_or(&[], |(_, values)| values)
}

fn json(path: &Path) -> Value {
    let text = std::fs::read(path).expect("a file can be read");
    serde_json::from_slice(&text).expect("expected files are JSON")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What of a document, whose names are paths with points or nested, an event says otherwise: (their name, ours).
fn misses(document: &Value, event: &EventState, names: &[(&str, &str)]) -> Vec<String> {
    let mut misses = Vec::new();
    for (theirs, ours) in names {
        let nested = format!("/{}", theirs.replace('.', "/"));
        let wanted = document.get(theirs).or_else(|| document.pointer(&nested)).map(text);
        let Some(wanted) = wanted else { continue };
        let found = values(event, ours);
        if !found.contains(&wanted) {
            misses.push(format!("{ours}: {found:?}, not {wanted:?}"));
        }
    }
    if let Some(wanted) = document["@timestamp"].as_str() {
        let found = event.time.map(|time| Timestamp(time).to_text());
        // Theirs ends with milliseconds.
        let millis = |nanos: i64| nanos.div_euclid(1_000_000);
        let wanted_time = Timestamp::parse_rfc3339(wanted.as_bytes()).map(|time| time.0);
        if event.time.map(millis) != wanted_time.map(millis) {
            misses.push(format!("time: {found:?}, not {wanted}"));
        }
    }
    misses
}

/// Documents of filebeat's modules for PostgreSQL and Redis, by the offset of their line.
#[test]
fn databases_have_their_fields() {
    let Some(folder) = more_data() else { return };
    const NAMES: &[(&str, &str)] = &[
        ("log.level", "log.level"),
        ("process.pid", "process.pid"),
        ("user.name", "user.name"),
        ("postgresql.log.database", "dbname"),
        ("postgresql.log.client_addr", "remote_host"),
        ("postgresql.log.client_port", "remote_port"),
        ("postgresql.log.session_id", "session_id"),
        ("postgresql.log.session_line_number", "line_num"),
        ("postgresql.log.sql_state_code", "state_code"),
        ("postgresql.log.command_tag", "ps"),
    ];
    const PARTS: &[&str] = &["DETAIL", "HINT", "STATEMENT", "LOCATION", "CONTEXT", "QUERY"];
    for group in ["postgresql.log", "redis.log"] {
        let mut suite = Suite::new(format!("database/filebeat-modules {group}, fields"));
        let folder = folder.join("database/filebeat-modules").join(group);
        for (path, _) in data_below(&folder) {
            let Some(log) = path.strip_suffix("-expected.json") else { continue };
            let (format, events) = events(std::fs::read(folder.join(log)).expect("a file can be read"));
            for document in json(&folder.join(&path)).as_array().into_iter().flatten() {
                let offset = document["log.offset"].as_u64().unwrap_or(0);
                let case = format!("{log} {offset}");
                let Some(event) = events.iter().find(|event| event.at.offset == offset) else {
                    let is_part = PARTS.contains(&document["log.level"].as_str().unwrap_or(""));
                    match is_part {
                        true => suite.differ(case, "a line of a message is part of its event"),
                        false => suite.fail(case, format!("{format}: no event")),
                    }
                    continue;
                };
                let misses = misses(document, event, NAMES);
                let is_said = |name: &str, value: &str| document[name].as_str() == Some(value);
                if !misses.is_empty() && is_said("user.name", "unknown") {
                    suite.differ(case, "`[unknown]` is no name");
                } else if !misses.is_empty() && is_said("event.timezone", "EST") {
                    suite.differ(case, "EST is five hours behind UTC, in summer too");
                } else {
                    suite.check(misses.is_empty(), case, misses.join(", "));
                }
            }
        }
        suite.finish(0);
    }
}

/// Documents of Elastic's integration, in the order of the lines.
#[test]
fn modsecurity_elastic() {
    let Some(folder) = more_data() else { return };
    const NAMES: &[(&str, &str)] = &[
        ("source.ip", "source.ip"),
        ("source.port", "source.port"),
        ("http.request.method", "http.request.method"),
        ("http.response.status_code", "http.response.status_code"),
        ("http.version", "http.version"),
        ("user_agent.original", "user_agent.original"),
    ];
    let folder = folder.join("weblog/elastic-integrations-ELv2/modsecurity.auditlog");
    let mut suite = Suite::new("weblog/elastic-integrations, ModSecurity");
    for log in ["test-audit.log", "test-apache-audit.log"] {
        let (format, events) = events(std::fs::read(folder.join(log)).expect("a file can be read"));
        let documents = json(&folder.join(format!("{log}-expected.json")));
        for (number, document) in documents["expected"].as_array().into_iter().flatten().enumerate() {
            let case = format!("{log} {number}");
            let Some(event) = events.get(number) else {
                suite.fail(case, format!("{format}: no event"));
                continue;
            };
            let misses = misses(document, event, NAMES);
            suite.check(misses.is_empty(), case, misses.join(", "));
        }
    }
    suite.finish(0);
}

/// No file of all data is taken for one of these that is none.
#[test]
fn no_false_claims() {
    let Some(folder) = more_data() else { return };
    const OURS: &[(&str, &[&str])] = &[
        ("aws.cloudtrail.lookup.text", &[]),
        ("linux.faillog", &["faillog"]),
        ("linux.tallylog", &["tallylog"]),
        ("postgresql.", &["postgres", "pgsql"]),
        ("redis.log", &["redis"]),
        ("modsecurity.", &["modsec"]),
    ];
    let mut suite = Suite::new("files of all data that are claimed as a server's log");
    for (path, bytes) in data_below(&folder) {
        let head = Head::new(&bytes[..bytes.len().min(HEAD_BYTES)], bytes.len() <= HEAD_BYTES);
        let Some((format, _)) = detect(&head) else { continue };
        let name = FORMATS[format].name();
        let Some((_, words)) = OURS.iter().find(|(ours, _)| name.starts_with(ours)) else { continue };
        suite.check(words.iter().any(|word| path.contains(word)), path, name);
    }
    suite.finish(0);
}
