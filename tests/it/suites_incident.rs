//! The made case dropped whole, as an analyst drops it: every figure that its author states, asked by fields of all
//! shards together, however the files are dealt out, ordered and cut.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trailglass::base::Timestamp;
use trailglass::engine::Zone;

use crate::case::{Case, Files, Load};
use crate::suite::{Suite, data_below, more_data};

/// When the files were copied: long after the incident, so that no year comes from it.
const COPIED: i64 = 1_714_953_600_000_000_000;

/// What an analyst asks for a number of events, by the name of the figure.
const COUNTS: &[(&str, &str)] = &[
    ("cloudtrail_events_unique", "event.dataset: aws.cloudtrail and log.file.path: AWSLogs*"),
    ("run_instances", "eventName: RunInstances"),
    ("run_instances_with_error", "event.action: RunInstances and event.outcome: failure"),
    ("run_instances_aws_internal", "eventName: RunInstances and sourceIPAddress: \"AWS Internal\""),
    ("run_instances_from_instance", "eventName: RunInstances and source.ip = \"{instance_ip}\""),
    ("calls_from_instance", "event.dataset: aws.cloudtrail and source.ip = \"{instance_ip}\""),
    // The same calls by who made them: the address is of the instance and of nobody else.
    ("calls_from_instance", "userIdentity.arn = \"{instance_arn}\" and source.ip = \"{instance_ip}\""),
    (
        "events_in_region",
        "event.dataset: aws.cloudtrail and cloud.region = us-east-1 and log.file.path: AWSLogs*",
    ),
    ("secure_lines", "log.file.path: var/log/secure*"),
    ("secure_lines", "event.dataset: system.auth and log.file.path: var/log/secure*"),
    // The journal has some of them, too.
    (
        "failed_password_lines",
        "log.file.path: *secure* and event.action: ssh_login and event.outcome: failure",
    ),
    (
        "failed_password_from_attacker",
        "source.ip = \"{attacker_ip}\" and event.action: ssh_login and event.outcome: failure and log.file.path: *secure*",
    ),
    (
        "failed_password_root_from_attacker",
        "source.ip = \"{attacker_ip}\" and event.action: ssh_login and event.outcome: failure and user.name = root and log.file.path: *secure*",
    ),
    (
        "accepted_from_attacker",
        "source.ip = \"{attacker_ip}\" and event.action: ssh_login and event.outcome: success",
    ),
    ("wtmp_records", "event.dataset: linux.utmp and log.file.path: *wtmp"),
    ("btmp_records", "event.dataset: linux.utmp and log.file.path: *btmp and event.outcome: failure"),
    ("messages_lines", "log.file.path: var/log/messages"),
    ("cron_lines", "log.file.path: var/log/cron and process.name: CROND"),
    ("access_lines", "event.dataset: apache.access"),
    ("audit_lines", "event.dataset: linux.auditd"),
    ("journal_entries", "log.file.path: *system.journal"),
    ("vpcflow_records", "event.dataset: aws.vpcflow"),
    (
        "vpcflow_ssh_accepts_from_attacker",
        "event.dataset: aws.vpcflow and source.ip = \"{attacker_ip}\" and destination.port = 22 and action = ACCEPT",
    ),
];

/// What an analyst asks for a moment: of the events in the order of time, the first or the last.
const TIMES: &[(&str, &str, End)] = &[
    (
        "accepted_at",
        "source.ip = \"{attacker_ip}\" and event.action: ssh_login and event.outcome: success",
        End::First,
    ),
    ("secure_first", "log.file.path: var/log/secure*", End::First),
    ("secure_last", "log.file.path: var/log/secure*", End::Last),
];

#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// What an analyst asks for a value that all events have.
const VALUES: &[(&str, &str, &str)] = &[
    ("instance_arn", "event.dataset: aws.cloudtrail and source.ip = \"{instance_ip}\"", "userIdentity.arn"),
    ("instance_ip", "userIdentity.arn = \"{instance_arn}\" and eventName: RunInstances", "source.ip"),
    ("attacker_ip", "event.action: ssh_login and event.outcome: success and user.name: root", "source.ip"),
];

/// The figures of one way of loading, by name and question.
fn figures(case: &mut Case, expected: &Value) -> Vec<(&'static str, String, Value)> {
    let filled = |query: &str| {
        let text = |name: &str| expected[name].as_str().expect("a text").to_owned();
        ["instance_ip", "attacker_ip", "instance_arn"]
            .iter()
            .fold(query.to_owned(), |query, name| query.replace(&format!("{{{name}}}"), &text(name)))
    };
    let mut found = Vec::new();
    let cloudtrail = |path: &str| path.starts_with("AWSLogs") && path.contains("_CloudTrail_");
    let files = || case.hub.sources().filter(|(_, source)| cloudtrail(&source.path));
    let n_files = files().filter(|(_, source)| source.format.as_deref() == Some("aws.cloudtrail")).count();
    let n_copies: u64 = files().map(|(_, source)| source.counts.n_duplicates).sum();
    found.push(("cloudtrail_files", "sources".to_owned(), n_files.into()));
    found.push(("duplicate_cloudtrail_events", "copies".to_owned(), n_copies.into()));
    for &(name, query) in COUNTS {
        let query = filled(query);
        found.push((name, query.clone(), case.count(&query).into()));
    }
    for &(name, query, end) in TIMES {
        let query = filled(query);
        let rows = case.rows(&query, &[]);
        let row = match end {
            End::First => rows.first(),
            End::Last => rows.last(),
        };
        let time = row.and_then(|&row| case.event(row).time);
        found.push((name, query, time.map(|time| Timestamp(time).to_text()).into()));
    }
    for &(name, query, field) in VALUES {
        let query = filled(query);
        let values = values(case, &query, field);
        found.push((name, query, values.keys().cloned().collect::<Vec<_>>().join(", ").into()));
    }
    let query = filled("source.ip = \"{instance_ip}\" and event.dataset: aws.cloudtrail");
    let by_name = serde_json::to_value(values(case, &query, "event.action")).expect("numbers by name");
    found.push(("calls_from_instance_by_name", query, by_name));
    found
}

/// The values of `field` in what `query` accepts, with their number of events.
fn values(case: &mut Case, query: &str, field: &str) -> BTreeMap<String, u64> {
    let (selection, n_rows) = case.filter(query, &[]).unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut counts = BTreeMap::new();
    for row in case.cells(selection, 0, n_rows, &[field]) {
        *counts.entry(row.concat()).or_default() += 1;
    }
    counts
}

/// What each file of the case is, by the end of its path.
const FORMATS: &[(&str, &str)] = &[
    ("var/log/secure", "system.syslog"),
    ("var/log/secure-20220322", "system.syslog"),
    ("var/log/messages", "system.syslog"),
    ("var/log/cron", "system.syslog"),
    ("var/log/yum.log", "linux.yum"),
    ("var/log/cloud-init.log", "linux.cloud_init"),
    ("var/log/audit/audit.log", "linux.auditd"),
    ("var/log/httpd/access_log", "apache.access"),
    ("var/log/wtmp", "linux.utmp"),
    ("var/log/btmp", "linux.utmp"),
    ("system.journal", "linux.journal"),
    ("f.jsonl.gz", "aws.guardduty"),
];

fn check_formats(case: &Case) {
    for (path, format) in FORMATS {
        let found = case.hub.sources().find(|(_, source)| source.path.ends_with(path));
        let (_, source) = found.unwrap_or_else(|| panic!("{path} is not there"));
        assert_eq!((source.format.as_deref(), source.counts.n_rejects), (Some(*format), 0), "{path}");
    }
}

#[test]
fn the_whole_incident_in_one_drop() {
    let Some(folder) = more_data().map(|folder| folder.join("incident")) else { return };
    let mut files = data_below(&folder);
    if files.is_empty() {
        return Suite::new("incident in one drop").finish(0);
    }
    let (_, bytes) =
        files.iter().find(|(path, _)| path == "expected.json").expect("it says what is expected");
    let expected: Value = serde_json::from_slice(bytes).expect("the expectation is JSON");
    // What says of the case what is in it is no part of it.
    files.retain(|(path, _)| !["expected.json", "README.md"].contains(&path.as_str()));
    let backwards: Files = files.iter().rev().cloned().collect();
    let ways = [
        ("one shard", &files, Load::default()),
        ("three shards", &files, Load { n_shards: 3, ..Load::default() }),
        (
            "backwards, in pieces",
            &backwards,
            Load { n_shards: 4, n_chunk: 4_099, cut_from: 30_000, merge_every: 3 },
        ),
    ];
    let mut suites: BTreeMap<String, Suite> = BTreeMap::new();
    for (way, files, load) in ways {
        let mut case = Case::load_as(files, load, Zone::default(), &|_| Some(COPIED));
        case.check_sums();
        check_formats(&case);
        for (name, question, found) in figures(&mut case, &expected) {
            let title = match &expected[name] {
                Value::Object(_) => format!("incident in one drop: {name}"),
                figure => format!("incident in one drop: {name} = {}", figure.to_string().replace('"', "")),
            };
            let suite = suites.entry(name.to_owned()).or_insert_with(|| Suite::new(title));
            suite.check(found == expected[name], format!("{way}: {question}"), found.to_string());
        }
    }
    let named: BTreeSet<&String> = expected.as_object().expect("figures by name").keys().collect();
    assert_eq!(suites.keys().collect::<BTreeSet<_>>(), named, "each figure is asked for");
    suites.into_values().for_each(|suite| suite.finish(0));
}
