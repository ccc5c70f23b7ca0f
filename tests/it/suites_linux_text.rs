//! Other tools' data for the text logs of Linux: the audit log, package logs, and whatever has a time at its start.

use std::path::Path;

use serde_json::Value;
use trailglass::base::{Timestamp, stamp};
use trailglass::engine::{EventState, Zone};

use crate::case::{Case, Load};
use crate::suite::{Suite, data_below, more_data};

fn load(path: &Path) -> Case {
    load_bytes(&std::fs::read(path).expect("a file can be read"))
}

fn load_bytes(bytes: &[u8]) -> Case {
    let mut case = Case::load(&vec![("log".to_owned(), bytes.to_vec())], Load::default());
    case.check_sums();
    case
}

/// All events in the order of their source.
fn events(case: &mut Case) -> Vec<EventState> {
    let mut events: Vec<EventState> = case.rows("", &[]).into_iter().map(|row| case.event(row)).collect();
    events.sort_by_key(|event| event.at.offset);
    events
}

fn values<'a>(event: &'a EventState, name: &str) -> &'a [String] {
    event.fields.iter().find(|(field, _)| field == name).map_or(&[], |(_, values)| values)
}

fn value<'a>(event: &'a EventState, name: &str) -> &'a str {
    values(event, name).first().map_or("", String::as_str)
}

fn has(event: &EventState, name: &str, wanted: &str) -> bool {
    values(event, name).iter().any(|value| value == wanted)
}

fn json(path: &Path) -> Value {
    let text = std::fs::read(path).expect("a file can be read");
    let first = serde_json::Deserializer::from_slice(&text).into_iter().next();
    first.expect("a value").expect("expected files are JSON")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The id of an event: `SECONDS.MILLIS:SERIAL`, of a time in RFC 3339 and a serial.
fn audit_id(time: &str, serial: &Value) -> String {
    let nanos = Timestamp::parse_rfc3339(time.as_bytes()).expect("a time").0;
    format!("{}.{:03}:{serial}", nanos / 1_000_000_000, nanos / 1_000_000 % 1_000)
}

fn event_of<'a>(events: &'a [EventState], id: &str) -> Option<&'a EventState> {
    events.iter().find(|event| value(event, "event.id") == id)
}

/// Golden records of go-libaudit's parser: every value is found in the event, under the same key.
#[test]
fn auditd_go_libaudit_records() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auditd/go-libaudit records");
    for (path, _) in data_below(&folder.join("auditd/go-libaudit")) {
        let Some(log) = path.strip_suffix(".log.golden") else { continue };
        let folder = folder.join("auditd/go-libaudit");
        let events = events(&mut load(&folder.join(format!("{log}.log"))));
        let golden = json(&folder.join(&path));
        for (number, record) in golden.as_array().expect("a list").iter().enumerate() {
            let case = format!("{path} {number}");
            let Some(time) = record["@timestamp"].as_str() else { continue };
            let Some(event) = event_of(&events, &audit_id(time, &record["sequence"])) else {
                suite.fail(case, format!("no event {}", record["sequence"]));
                continue;
            };
            let missing = missing_of(record, event);
            suite.check(missing.is_empty(), case, missing.join(", "));
        }
    }
    suite.finish(0);
}

/// Values of a golden record that an event does not have.
fn missing_of(record: &Value, event: &EventState) -> Vec<String> {
    let kind = record["record_type"].as_str().unwrap_or("").to_uppercase();
    let mut missing = Vec::new();
    if !has(event, "type", &kind) {
        missing.push(format!("type {kind}"));
    }
    for (key, wanted) in record["data"].as_object().into_iter().flatten() {
        let wanted = text(wanted);
        let found = match (&*kind, &**key) {
            ("SYSCALL", "a0" | "a1" | "a2" | "a3") => has(event, &format!("SYSCALL.{key}"), &wanted),
            ("EXECVE", "argc") | ("PATH" | "SOCKADDR" | "MMAP", _)
                if has(event, &format!("{kind}.{key}"), &wanted) =>
            {
                true
            }
            ("EXECVE", _) => has(event, "process.args", &wanted),
            ("SOCKADDR", "addr") => has(event, "SOCKADDR.address", &wanted),
            ("SOCKADDR", "family") => has(
                event,
                "SOCKADDR.family",
                match &*wanted {
                    "ipv4" => "inet",
                    "ipv6" => "inet6",
                    "unix" => "local",
                    other => other,
                },
            ),
            (_, "syscall") => has(event, "SYSCALL", &wanted) || has(event, "syscall", &wanted),
            (_, "arch") => has(event, "ARCH", &wanted),
            (_, "result") => {
                value(event, "event.outcome") == if wanted == "success" { "success" } else { "failure" }
            }
            (_, "seresult") if wanted.len() < 2 => true,
            (_, "seresult") => has(event, "AVC.result", &wanted),
            (_, "seperms") => wanted.split(',').all(|one| has(event, "AVC.permission", one)),
            (_, "subj_user" | "subj_role" | "subj_domain" | "subj_level" | "subj_category") => {
                value(event, "subj").contains(&wanted)
            }
            (_, key) if key.starts_with("scontext") => value(event, "scontext").contains(&wanted),
            (_, key) if key.starts_with("tcontext") => value(event, "tcontext").contains(&wanted),
            (_, key) if key.starts_with("obj_") => true,
            (_, "exit") => !value(event, "exit").is_empty(),
            (_, key) => {
                let key = key.replace('_', "-");
                let unset = |value: &String| value == "4294967295" && wanted == "unset" || *value == wanted;
                let names = [key.as_str(), &key.replace('-', "_")].map(|name| values(event, name));
                names.iter().any(|values| values.iter().any(unset))
                    // A placeholder is no value.
                    || matches!(&*wanted, "?" | "(none)" | "(null)")
            }
        };
        if !found {
            missing.push(format!("{key}={wanted}"));
        }
    }
    missing
}

/// Joined events of go-libaudit: one event each, with the same process, paths, arguments, addresses, users, outcome.
#[test]
fn auditd_go_libaudit_events() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auditd/go-libaudit events");
    let folder = folder.join("auditd/go-libaudit/aucoalesce");
    for (path, _) in data_below(&folder) {
        let Some(name) = path.strip_suffix(".json.golden") else { continue };
        let yaml = std::fs::read_to_string(folder.join(format!("{name}.yaml"))).expect("the records");
        for golden in json(&folder.join(&path)).as_array().expect("a list") {
            let title = golden["test_name"].as_str().expect("a name");
            let starts = ["|", ">", "|-", ">-"].map(|mark| format!("\n  {title}: {mark}\n"));
            let block = starts.iter().find_map(|start| yaml.split(start.as_str()).nth(1));
            let lines = block.unwrap_or("").lines().map_while(|line| line.strip_prefix("    "));
            let log = lines.collect::<Vec<_>>().join("\n");
            let events = events(&mut load_bytes(log.as_bytes()));
            let event = &golden["event"];
            let wrong = match &events[..] {
                [found] => wrong_of(event, found),
                others => vec![format!("{} events", others.len())],
            };
            suite.check(wrong.is_empty(), format!("{name} {title}"), wrong.join(", "));
        }
    }
    suite.finish(0);
}

/// What of a golden event is otherwise here.
fn wrong_of(golden: &Value, event: &EventState) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |pointer: &str, fields: &[&str]| {
        let Some(wanted) = golden.pointer(pointer) else { return };
        let wanted: Vec<String> = match wanted {
            Value::Array(all) => all.iter().map(text).collect(),
            one => vec![text(one)],
        };
        for wanted in wanted.iter().filter(|wanted| !matches!(&***wanted, "unset" | "(none)" | "?")) {
            // Rules that were loaded with the name twice keep it so.
            let named = format!("key={wanted}");
            if !fields.iter().any(|field| has(event, field, wanted) || has(event, field, &named)) {
                wrong.push(format!("{pointer}={wanted}"));
            }
        }
    };
    for key in ["auid", "uid", "euid", "gid"] {
        check(&format!("/user/ids/{key}"), &[key]);
    }
    check("/process/pid", &["process.pid"]);
    check("/process/ppid", &["ppid"]);
    check("/process/title", &["process.title"]);
    check("/process/name", &["process.name"]);
    check("/process/exe", &["process.executable"]);
    check("/process/cwd", &["process.working_directory"]);
    check("/process/args", &["process.args"]);
    check("/file/path", &["PATH.name", "path", "name"]);
    check("/source/ip", &["source.ip"]);
    check("/source/port", &["source.port"]);
    check("/destination/ip", &["destination.ip"]);
    check("/destination/port", &["destination.port"]);
    check("/tags", &["key"]);
    check("/session", &["ses"]);
    check("/data/syscall", &["SYSCALL", "syscall"]);
    check("/data/arch", &["ARCH"]);
    for key in ["acct", "op", "terminal", "hostname", "unit", "grantors", "cmd", "kernel"] {
        check(&format!("/data/{key}"), &[key]);
    }
    let outcome = match golden["result"].as_str() {
        Some("success") => "success",
        Some("fail") => "failure",
        _ => value(event, "event.outcome"),
    };
    if value(event, "event.outcome") != outcome {
        wrong.push(format!("outcome {outcome}"));
    }
    let time = golden["@timestamp"].as_str().unwrap_or("");
    if event.time.map(|time| Timestamp(time).0)
        != Timestamp::parse_rfc3339(time.as_bytes()).map(|time| time.0)
    {
        wrong.push(format!("time {time}"));
    }
    wrong
}

/// Laurel's JSON of an event: every value is found, whatever it is called.
#[test]
fn auditd_laurel() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auditd/laurel");
    let folder = folder.join("auditd/laurel");
    for (path, _) in data_below(&folder) {
        if let Some(name) = path.strip_suffix(".json") {
            let events = events(&mut load(&folder.join(format!("{name}.txt"))));
            let expected = json(&folder.join(&path));
            let id = text(&expected["ID"]);
            let Some(event) = event_of(&events, &id) else {
                suite.fail(path, format!("no event {id}"));
                continue;
            };
            let all: Vec<&String> = event.fields.iter().flat_map(|(_, values)| values).collect();
            let mut missing = Vec::new();
            let mut open = vec![(String::new(), &expected)];
            while let Some((at, value)) = open.pop() {
                match value {
                    Value::Object(object) => {
                        open.extend(object.iter().map(|(key, value)| (format!("{at}.{key}"), value)));
                    }
                    Value::Array(list) => open.extend(list.iter().map(|value| (at.clone(), value))),
                    Value::Null => {}
                    one => {
                        let wanted = text(one);
                        let octal =
                            wanted.strip_prefix("0o").map(|rest| rest.trim_start_matches('0').to_owned());
                        let plain = wanted.trim_start_matches("0x").to_owned();
                        let found = |wanted: &str| {
                            all.iter().any(|value| *value == wanted || *value == wanted.trim_end())
                        };
                        let is_found = found(&wanted)
                            || found(&plain)
                            || octal.is_some_and(|octal| {
                                all.iter().any(|value| value.trim_start_matches('0') == octal)
                            });
                        let is_argument = at.starts_with(".PROCTITLE") && value_has(&all, &wanted);
                        let is_zero =
                            plain == "0" && all.iter().any(|value| value.bytes().all(|c| c == b'0'));
                        if !is_found && !is_zero && !is_argument && wanted != "(none)" {
                            missing.push(format!("{at}={}", wanted.chars().take(60).collect::<String>()));
                        }
                    }
                }
            }
            suite.check(missing.is_empty(), path, missing.join(", "));
        } else if path.ends_with(".txt") && !path.ends_with("README.txt") {
            let log = std::fs::read_to_string(folder.join(&path)).expect("text");
            let mut ids: Vec<&str> = log
                .lines()
                .filter(|line| !line.contains("type=EOE"))
                .filter_map(|line| line.split_once("msg=audit(")?.1.split(')').next())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let n = load(&folder.join(&path)).hub.source(0).counts.n_events as usize;
            suite.check(n == ids.len(), path, format!("{n} events, expected {}", ids.len()));
        }
    }
    suite.finish(0);
}

/// Whether `part` is part of one of the values.
fn value_has(all: &[&String], part: &str) -> bool {
    all.iter().any(|value| value.contains(part))
}

/// Documents of Elastic's pipelines, a line each: the line's event has the same process, user, address, outcome.
#[test]
fn auditd_elastic() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auditd/elastic and filebeat");
    for group in ["auditd/filebeat-modules", "auditd/elastic-integrations-ELv2"] {
        let folder = folder.join(group);
        for (path, _) in data_below(&folder) {
            let Some(log) = path.strip_suffix("-expected.json") else { continue };
            let events = events(&mut load(&folder.join(log)));
            let expected = json(&folder.join(&path));
            let documents = expected.get("expected").unwrap_or(&expected).as_array().expect("a list");
            for (number, document) in documents.iter().enumerate() {
                let get = |name: &str| {
                    let nested = name.split('.').try_fold(document, |value, key| value.get(key));
                    document.get(name).or(nested).map(text)
                };
                let time = get("@timestamp").unwrap_or_default();
                let id = audit_id(&time, &Value::String(get("auditd.log.sequence").unwrap_or_default()));
                let id = id.replace('"', "");
                let case = format!("{path} {number}");
                let Some(event) = event_of(&events, &id) else {
                    suite.fail(case, format!("no event {id}"));
                    continue;
                };
                let mut wrong = Vec::new();
                for (theirs, ours) in
                    [("user.effective.id", ["euid", "uid"]), ("auditd.log.syscall", ["SYSCALL", "syscall"])]
                {
                    if let Some(wanted) =
                        get(theirs).filter(|wanted| !ours.iter().any(|name| has(event, name, wanted)))
                    {
                        wrong.push(format!("{theirs}={wanted}"));
                    }
                }
                let pairs = [
                    ("auditd.log.record_type", "type"),
                    ("auditd.log.node", "node"),
                    ("process.pid", "process.pid"),
                    ("process.parent.pid", "process.parent.pid"),
                    ("process.executable", "process.executable"),
                    ("process.name", "process.name"),
                    ("user.audit.id", "auid"),
                    ("auditd.log.op", "op"),
                    ("auditd.log.ses", "ses"),
                    ("auditd.log.tty", "tty"),
                    ("auditd.log.kernel", "kernel"),
                    ("source.ip", "source.ip"),
                ];
                for (theirs, ours) in pairs {
                    if let Some(wanted) = get(theirs).filter(|wanted| !matches!(&**wanted, "(none)" | "?")) {
                        // `type=UNKNOWN[1334]` has a name here.
                        let is_there = has(event, ours, wanted.trim()) || wanted.starts_with("UNKNOWN");
                        if !is_there {
                            wrong.push(format!("{theirs}={wanted}"));
                        }
                    }
                }
                suite.check(wrong.is_empty(), case, wrong.join(", "));
            }
        }
    }
    suite.finish(0);
}

/// Facts of crowdsec's parser: each key of each line is found.
#[test]
fn auditd_crowdsec() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auditd/crowdsec");
    let folder = folder.join("auditd/crowdsec-hub-tests");
    for (path, bytes) in data_below(&folder).iter().filter(|(path, _)| path.ends_with("parser.assert")) {
        let name = path.split('/').next().unwrap_or("");
        if name.starts_with("laurel") {
            continue;
        }
        let events = events(&mut load(&folder.join(format!("{name}/{name}.log"))));
        for line in String::from_utf8_lossy(bytes).lines() {
            let Some((left, right)) = line.split_once(" == ") else { continue };
            let Some((at, key)) = left.split_once(".Evt.Unmarshaled[\"auditd\"][\"") else { continue };
            let key = key.trim_end_matches("\"]");
            let number =
                at.rsplit('[').next().and_then(|number| number.trim_end_matches(']').parse::<usize>().ok());
            let wanted: String = serde_json::from_str(right).unwrap_or_else(|_| right.to_owned());
            let Some(event) = number.and_then(|number| events.get(number)) else { continue };
            let names =
                [key.to_owned(), format!("SYSCALL.{key}"), format!("EXECVE.{key}"), format!("PATH.{key}")];
            let is_there = names.iter().any(|name| has(event, name, &wanted))
                || key == "msg" && wanted.contains(value(event, "event.id"))
                || wanted == "(null)";
            suite.check(is_there, format!("{name} {key}"), format!("expected {wanted}"));
        }
    }
    suite.finish(0);
}

/// Plaso's sample of enriched records, OTRF's and the audit project's own: one event for each time and serial.
#[test]
fn auditd_counts() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auditd/one event a serial");
    for (path, bytes) in data_below(&folder.join("auditd")) {
        if !path.ends_with(".log") || path.contains("laurel-") {
            continue;
        }
        let log = String::from_utf8_lossy(&bytes);
        let mut ids: Vec<&str> = log
            .lines()
            .filter(|line| !line.contains("type=EOE"))
            .filter_map(|line| line.split_once("audit(")?.1.split(')').next())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let case = load_bytes(&bytes);
        let source = case.hub.source(0);
        let n = source.counts.n_events as usize;
        let format = source.format.as_deref().unwrap_or("");
        suite.check(
            n == ids.len() && format == "linux.auditd",
            path,
            format!("{format}: {n} of {}", ids.len()),
        );
    }
    suite.finish(0);
}

/// Of files of which another reader counted the events, and of some their times and values.
#[test]
fn counted_text_logs() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("shell, apt, containers (plaso)");
    const FORMATS: [(&str, &str); 3] = [
        ("bash_history", "shell.bash"),
        ("apt_history.log", "linux.apt.history"),
        ("cri.log", "container.cri"),
    ];
    let groups = ["auth/plaso", "syslog/plaso", "containers/plaso"];
    let counted: Vec<String> = groups
        .iter()
        .flat_map(|group| data_below(&folder.join(group)).into_iter().map(move |(name, _)| (group, name)))
        .filter_map(|(group, name)| Some(format!("{group}/{}", name.strip_suffix(".expected.json")?)))
        .collect();
    for path in counted.iter().map(String::as_str) {
        let name = path.rsplit('/').next().unwrap_or("");
        let format = FORMATS.iter().find(|(of, _)| *of == name).map_or("", |(_, format)| format);
        let expected = json(&folder.join(format!("{path}.expected.json")));
        let mut case = load(&folder.join(path));
        let found = case.hub.source(0).format.clone().unwrap_or_default();
        let events = events(&mut case);
        suite.check(format.is_empty() || found == format, format!("{path} format"), found);
        let wanted = expected[0]["events"].as_u64().unwrap_or(0) as usize;
        let n = events.iter().filter(|event| event.time.is_some()).count();
        let detail = format!("{n} events, expected {wanted}");
        match path {
            _ if n == wanted => suite.pass(),
            "syslog/plaso/apt_history.log" if n < wanted => {
                suite.differ(path, "a stanza of apt is one event, with all it did");
            }
            "syslog/plaso/googlelog_test.INFO" if n == wanted + 1 => {
                suite.differ(path, "its header has a time, too");
            }
            "syslog/plaso/postgresql.log" if n + 2 == wanted => {
                suite.differ(path, "DETAIL lines are part of the message before them")
            }
            "syslog/plaso/xchat.log" => {
                suite.differ(path, "talk, no log: each line with a time is one event")
            }
            _ => suite.fail(path, detail),
        }
        for checked in expected[0]["checked"].as_array().into_iter().flatten() {
            let fields = checked["fields"].as_object().expect("fields");
            let time = ["written_time", "event_time", "recorded_time", "creation_time", "start_time"];
            let Some(wanted) = time.iter().find_map(|name| fields.get(*name)?.as_str()) else { continue };
            let wanted = stamp::find(wanted.as_bytes()).map(|stamp| stamp.reading.timestamp().0);
            let is_year = wanted.is_some();
            let is_there = events.iter().any(|event| event.time == wanted);
            if path.ends_with("postgresql.log") && !is_there {
                suite.differ(path, "AEST is a zone");
                continue;
            }
            suite.check(is_there || !is_year, format!("{path} time"), format!("{fields:?}"));
        }
    }
    for (path, _) in data_below(&folder.join("containers")) {
        let name = path.rsplit('/').next().unwrap_or("");
        if name == "container-json.log" || name == "docker-logs.log" {
            let bytes = std::fs::read(folder.join("containers").join(&path)).expect("a file");
            let n_lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count();
            let mut case = load_bytes(&bytes);
            let format = case.hub.source(0).format.clone().unwrap_or_default();
            let n = events(&mut case).iter().filter(|event| event.time.is_some()).count();
            suite.check(
                n == n_lines && format == "container.docker",
                path,
                format!("{format}: {n} of {n_lines}"),
            );
        }
    }
    suite.finish(0);
}

/// Logs of databases: as many events as filebeat finds.
#[test]
fn databases_are_counted() {
    let Some(folder) = more_data() else { return };
    let folder = folder.join("database/filebeat-modules");
    let mut suite = Suite::new("database/filebeat-modules");
    for (path, _) in data_below(&folder) {
        let Some(log) = path.strip_suffix("-expected.json") else { continue };
        let documents = json(&folder.join(&path));
        let wanted = documents.as_array().map_or(0, Vec::len);
        let mut case = load(&folder.join(log));
        let format = case.hub.source(0).format.clone().unwrap_or_default();
        let n = events(&mut case).len();
        let is_part = |document: &&Value| {
            let level = document["log.level"].as_str().unwrap_or("");
            ["DETAIL", "HINT", "STATEMENT", "LOCATION"].contains(&level)
        };
        let n_parts = documents.as_array().into_iter().flatten().filter(is_part).count();
        if n_parts > 0 && n + n_parts == wanted {
            suite.differ(
                log,
                "PostgreSQL's DETAIL, HINT, STATEMENT and LOCATION are part of the message before them",
            );
            continue;
        }
        // Of the larger files only the first 100 documents are kept.
        let is_right = n == wanted || wanted == 100 && n >= 100;
        suite.check(is_right, log, format!("{format}: {n} events, expected {wanted}"));
    }
    suite.finish(0);
}

/// lnav's samples: a line of a log gives an event, with a time where it has one.
#[test]
fn lnav_samples() {
    let Some(folder) = more_data() else { return };
    let folder = folder.join("syslog/lnav-format-samples");
    let mut suite = Suite::new("syslog/lnav-format-samples");
    for (path, bytes) in data_below(&folder) {
        let Ok(value) = serde_json::from_slice::<Value>(&bytes) else { continue };
        for format in value.as_array().into_iter().flatten() {
            for (number, sample) in format["samples"].as_array().into_iter().flatten().enumerate() {
                let Some(line) = sample["line"].as_str() else { continue };
                let mut case = load_bytes(line.as_bytes());
                let found = case.hub.source(0).format.clone().unwrap_or_default();
                let events = events(&mut case);
                let is_dated = events.first().is_some_and(|event| event.time.is_some());
                let has_time = stamp::find(line.as_bytes()).is_some() || line.starts_with('{');
                let short: String = line.chars().take(90).collect();
                suite.check(
                    is_dated || !has_time && !events.is_empty(),
                    format!("{path} {number}"),
                    format!("{found}: {short}"),
                );
            }
        }
    }
    suite.finish(0);
}

/// Whole files of lnav's tests: what has dated lines is dated.
#[test]
fn lnav_files() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("syslog/lnav-logfiles, loghub");
    for group in ["syslog/lnav-logfiles", "syslog/loghub-RESEARCH-ONLY"] {
        for (path, bytes) in data_below(&folder.join(group)) {
            let n_lines =
                bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
            let n_stamped =
                bytes.split(|&byte| byte == b'\n').filter(|line| stamp::find(line).is_some()).count();
            let mut case = load_bytes(&bytes);
            let source = case.hub.source(0);
            let format = source.format.clone().unwrap_or_default();
            let n_rejects = source.counts.n_rejects;
            let events = events(&mut case);
            let n_dated = events.iter().filter(|event| event.time.is_some()).count();
            let is_half = n_stamped * 2 > n_lines;
            let found = format!(
                "{format}: {} events, {n_dated} dated, {n_rejects} rejects; {n_lines} lines, {n_stamped} stamped",
                events.len()
            );
            if path.ends_with(".csv") || path.ends_with(".md") {
                continue;
            }
            // What is JSON has its times in fields.
            suite.check(
                !is_half || format == "json" || n_dated * 10 >= n_stamped * 9,
                format!("{group}/{path}"),
                found,
            );
        }
    }
    suite.finish(1);
}

/// All readings of `s4` for one file: the times of its messages, in their order.
fn s4_times(expected: &str) -> Vec<String> {
    let messages = expected.split('⇳').filter(|message| message.contains('┋'));
    messages.map(|message| message.split('┋').nth(1).unwrap_or("").trim().to_owned()).collect()
}

/// When a file was last modified, as `mtimes.json` says it.
fn modified_of(mtimes: &Value, path: &str) -> Option<i64> {
    let text = mtimes.get(path)?.as_str()?;
    stamp::find(text.as_bytes()).map(|stamp| stamp.reading.timestamp().0)
}

/// The messages of one group against what `s4` finds in them: how many there are in each file, and when each was written.
/// `differs` says of which files it is known why they are read otherwise.
fn check_s4(group: &str, n_failed: usize, differs: &dyn Fn(&str, &str) -> Option<&'static str>) {
    let Some(folder) = more_data() else { return };
    let folder = folder.join(group);
    let mut counts = Suite::new(format!("{group}, number of messages"));
    let mut moments = Suite::new(format!("{group}, UTC time of messages"));
    let mtimes = json(&folder.join("mtimes.json"));
    let files = data_below(&folder);
    for (path, expected) in files.iter().filter(|(path, _)| path.ends_with(".s4-expected.txt")) {
        let path = path.trim_end_matches(".s4-expected.txt");
        let Some((_, bytes)) = files.iter().find(|(other, _)| other == path) else { continue };
        let zone = Zone { name: "+08:00".to_owned(), changes: vec![(i64::MIN, 8 * 3_600)] };
        let file = vec![(path.to_owned(), bytes.clone())];
        let mut case = Case::load_as(&file, Load::default(), zone, &|path| modified_of(&mtimes, path));
        let format = case.hub.source(0).format.clone().unwrap_or_default();
        let events = events(&mut case);
        let times = events.iter().filter_map(|event| Some(s4_short(&Timestamp(event.time?).to_text())));
        let mut found: Vec<String> = times.collect();
        let mut wanted: Vec<String> =
            s4_times(&String::from_utf8_lossy(expected)).iter().map(|text| s4_short(text)).collect();
        if format.is_empty() {
            // s4 prints the members one behind the other, we put what they hold in order.
            found.sort();
            wanted.sort();
        }
        check_s4_counts(&mut counts, path, found.len(), wanted.len(), differs(path, &format));
        // Messages that s4 leaves out may stand between.
        let mut rest = found.iter();
        for time in wanted {
            if rest.clone().any(|found| *found == time) {
                rest.find(|found| **found == time);
                moments.pass();
            } else {
                let case = format!("{path} {time}");
                match differs(path, &format) {
                    Some(reason) => moments.differ(case, reason),
                    None => moments.fail(case, "no event of this time".to_owned()),
                }
            }
        }
    }
    counts.finish(n_failed);
    moments.finish(n_failed);
}

/// A case a message that one of both has.
fn check_s4_counts(
    suite: &mut Suite,
    path: &str,
    n_found: usize,
    n_wanted: usize,
    reason: Option<&'static str>,
) {
    (0..n_found.min(n_wanted)).for_each(|_| suite.pass());
    let n_other = n_found.abs_diff(n_wanted);
    match reason {
        Some(reason) => (0..n_other).for_each(|_| suite.differ(path, reason)),
        None => (0..n_other).for_each(|_| suite.fail(path, format!("{n_found}, expected {n_wanted}"))),
    }
}

/// A time to the microsecond, as `2022-03-22T15:48:02.000000`.
fn s4_short(text: &str) -> String {
    let text = text.trim_end_matches('Z').trim_end_matches("+00:00").replace(' ', "T");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole = match whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'T') && whole.len() == 15 {
        true => format!(
            "{}-{}-{}T{}:{}:{}",
            &whole[..4],
            &whole[4..6],
            &whole[6..8],
            &whole[9..11],
            &whole[11..13],
            &whole[13..]
        ),
        false => whole.to_owned(),
    };
    format!("{whole}.{:0<6}", &part[..part.len().min(6)])
}

/// s4 knows one pattern a file: where its lines have several, it takes some for a part of the message before them.
const ONE_PATTERN: &str = "s4 reads one kind of line a file, and not the zone of others";

#[test]
fn s4_syslog() {
    check_s4("syslog/s4-logs", 0, &|path, format| match format {
        "linux.cloud_init" => Some("cloud-init writes UTC"),
        "linux.apt.history" => Some("a stanza of apt is one event, its end is a field"),
        _ if path.contains("samba/log.") => Some("s4 leaves the fraction out where its length varies"),
        _ if path.contains("system-docker") => Some(ONE_PATTERN),
        _ => None,
    });
}

#[test]
fn s4_timestamps() {
    check_s4("timestamps/s4-logs", 0, &|path, _| match path {
        _ if path.contains("backwards") => Some("newest first: s4 takes each line for one of the next year"),
        _ if path.contains("/dtf9") => Some("s4 puts 29 February into years that have none, or gives up"),
        _ if path.contains("simple-1") && path.contains("s_") => Some("seconds since the epoch are UTC"),
        _ if path.contains("mix") || path.contains("x3_") || path.contains("varying") => Some(ONE_PATTERN),
        _ if path.contains("simple-12") => Some("s4 reads 200110310924 as 3 January 2001"),
        _ => None,
    });
}

#[test]
fn s4_archives() {
    check_s4("archives/s4-logs", 0, &|_, format| {
        Some("s4 does not look into what is packed twice or so").filter(|_| format.is_empty())
    });
}
