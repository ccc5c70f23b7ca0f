//! The incident by groups: what a responder reads off a pivot, and everything about an address.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use trailglass::base::Timestamp;
use trailglass::engine::inquiry::{AskPivot, Occurrences};
use trailglass::engine::{Bucket, By, Figure, Level, Measure, Occurrence, Pivot, Well};

use crate::case::{Case, Files, Load, files_below};
use crate::suite::more_data;

const INSTANCE: &str = "54.210.33.18";
const ATTACKER: &str = "203.0.113.77";

const LOADS: [Load; 2] = [
    Load { n_shards: 1, n_chunk: 1 << 20, cut_from: usize::MAX, merge_every: 7 },
    Load { n_shards: 3, n_chunk: 4_001, cut_from: 1 << 16, merge_every: 2 },
];

fn well(field: &str) -> Well {
    let level = Level { field: field.to_owned(), bucket: Bucket::Value };
    Well { level, by: By::Measure(0), is_descending: true, limit: None }
}

/// The groups of one field, each with its count and first and last time.
fn groups(case: &mut Case, query: &str, field: &str) -> BTreeMap<String, [Figure; 3]> {
    let (selection, _) = case.filter(query, &[]).unwrap_or_else(|error| panic!("{query}: {error}"));
    let pivot = Pivot {
        rows: vec![well(field)],
        measures: vec![Measure::Count, Measure::First, Measure::Last],
        ..Pivot::default()
    };
    let answer = case.ask(AskPivot { selection, pivot, n_buckets: 0 }).expect("there are few groups");
    let rows = answer.rows.into_iter().enumerate().skip(1);
    rows.map(|(row, group)| (group.text, [0, 1, 2].map(|value| answer.figures[value][row].clone()))).collect()
}

fn occurrences(case: &mut Case, value: &str) -> (usize, Vec<Occurrence>) {
    let query = case.hub.query_about(value, "").expect("a value can be asked for");
    let (selection, count) = case.filter(&query, &[]).unwrap_or_else(|error| panic!("{query}: {error}"));
    let found = case.ask(Occurrences { selection, value: value.to_owned() }).expect("the selection is open");
    (count, found)
}

fn count(groups: &BTreeMap<String, [Figure; 3]>) -> BTreeMap<&str, f64> {
    let number = |figure: &Figure| match figure {
        Figure::Number(number) => *number,
        other => panic!("{other:?} is no count"),
    };
    groups.iter().map(|(text, figures)| (text.as_str(), number(&figures[0]))).collect()
}

fn check_calls(case: &mut Case) {
    let query = format!("source.ip = \"{INSTANCE}\" and event.dataset: aws.cloudtrail");
    let calls = groups(case, &query, "event.action");
    let expected = [
        ("DescribeImages", 1.0),
        ("DescribeInstances", 1.0),
        ("DescribeKeyPairs", 1.0),
        ("DescribeRegions", 1.0),
        ("DescribeSecurityGroups", 1.0),
        ("GetCallerIdentity", 1.0),
        ("ListBuckets", 1.0),
        ("RunInstances", 5.0),
    ];
    assert_eq!(count(&calls), expected.into_iter().collect());
    for (name, [_, first, last]) in &calls {
        let (Figure::Time(first), Figure::Time(last)) = (first, last) else { panic!("{name} has no time") };
        assert!(first <= last && (first < last) == (name == "RunInstances"), "{name}");
        assert!(Timestamp(*first).to_text().starts_with("2022-03-22T"), "{name}");
    }
    let (_, found) = occurrences(case, "i-0f1c2a9be0d4577aa");
    let part_of_arn =
        found.iter().find(|found| found.field == "userIdentity.arn").expect("it is in the role's ARN");
    assert_eq!((part_of_arn.whole.n_rows, part_of_arn.part.n_rows), (0, 12));
}

#[test]
fn calls_of_the_instance_by_name_with_first_and_last_seen() {
    let files = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/incident"));
    for load in LOADS {
        check_calls(&mut Case::load(&files, load));
    }
}

#[test]
fn an_address_is_no_part_of_a_longer_one() {
    let line = |address: &str| {
        format!("Mar 22 10:00:01 web sshd[9]: Failed password for root from {address} port 22 ssh2\n")
    };
    let text = [
        line("10.0.0.1"),
        line("10.0.0.10"),
        line("110.0.0.1"),
        "Mar 22 10:00:02 web app: peer=10.0.0.1:443\n".to_owned(),
    ];
    let files: Files = vec![("var/log/secure".to_owned(), text.concat().into_bytes())];
    let (count, found) = occurrences(&mut Case::load(&files, Load::default()), "10.0.0.1");
    assert_eq!(count, 2);
    let of = |field: &str| {
        let found = found.iter().filter(|found| found.field == field);
        found.fold((0, 0), |sum, found| (sum.0 + found.whole.n_rows, sum.1 + found.part.n_rows))
    };
    assert_eq!((of("source.ip"), of("message")), ((1, 0), (0, 2)), "{found:#?}");
}

/// With all logs: what the attacker's address did, in every kind of log, and the one success before the first call.
#[test]
fn the_attacker_in_every_kind_of_log() {
    let Some(folder) = more_data() else { return };
    let files = files_below(&folder.join("incident"));
    for load in LOADS {
        let case = &mut Case::load(&files, load);
        check_calls(case);
        let (_, found) = occurrences(case, ATTACKER);
        let datasets: BTreeSet<&str> = found.iter().filter_map(|found| found.dataset.as_deref()).collect();
        for dataset in
            ["aws.vpcflow", "system.auth", "apache.access", "linux.utmp", "linux.auditd", "aws.guardduty"]
        {
            assert!(datasets.contains(dataset), "{dataset} is not in {datasets:?}");
        }
        let query =
            format!("source.ip = \"{ATTACKER}\" and event.action: ssh_login and log.file.path: *secure*");
        let outcomes = groups(case, &query, "event.outcome");
        assert_eq!(count(&outcomes), [("failure", 201.0), ("success", 1.0)].into_iter().collect());
        let [_, Figure::Time(success), _] = outcomes["success"] else { panic!("the success has a time") };
        assert_eq!(Timestamp(success).to_text(), "2022-03-22T14:11:53Z");
        let calls = groups(
            case,
            &format!("source.ip = \"{INSTANCE}\" and event.dataset: aws.cloudtrail"),
            "event.action",
        );
        assert!(calls.values().all(|[_, first, _]| matches!(first, Figure::Time(first) if *first > success)));
    }
}
