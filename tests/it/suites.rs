//! Real files of other projects, counted from outside, and the made case. With `TRAILGLASS_DATA` set to a folder the
//! same is asked of everything in it, in one drop.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailglass::format::read::json::validate;

use crate::case::{Case, Files, Load, files_below};
use crate::suite::{Suite, data_below, more_data};

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder)
}

/// Records as an independent reader counts them; `None` where the file is not JSON to its end. CloudTrail's lists are
/// looked into, those of other formats are not.
fn count_records(bytes: &[u8], is_cloudtrail: bool) -> Option<u64> {
    let records_of = |value: &Value| match value.get("Records") {
        Some(Value::Array(records)) if is_cloudtrail => records.len() as u64,
        _ => 1,
    };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut count = 0;
    for value in serde_json::Deserializer::from_slice(text).into_iter::<Value>() {
        count += match value.ok()? {
            Value::Array(elements) => elements.iter().map(records_of).sum(),
            value => records_of(&value),
        };
    }
    Some(count)
}

fn gunzipped(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => bytes.to_vec(),
    }
}

/// Loads the files, checks every sum and each count that can be had from outside; a line a group of files.
fn check_counts(files: &Files, group_of: impl Fn(&str) -> String) {
    let mut case = Case::load(files, Load::default());
    case.check_sums();
    let mut table: BTreeMap<String, [u64; 6]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((_, source), (path, bytes)) in case.hub.sources().zip(files) {
        assert_eq!(&source.path, path);
        let counts = source.counts;
        let n_records = counts.n_events + counts.n_duplicates + counts.n_rejects;
        let is_named = source.format.is_some() || !source.problems.is_empty() || source.n_members > 0;
        assert!(is_named, "{path} is neither read nor said to be anything");
        let is_json = matches!(source.format.as_deref(), Some("aws.cloudtrail" | "json"));
        let is_cloudtrail = source.format.as_deref() == Some("aws.cloudtrail");
        let counted = is_json.then(|| count_records(&gunzipped(bytes), is_cloudtrail)).flatten();
        if counted.is_some_and(|counted| counted != n_records) {
            wrong.push(format!("{path}: {n_records} records, counted {counted:?}"));
        }
        let sums = table.entry(group_of(path)).or_default();
        let own =
            [1, counted.is_some() as u64, n_records, counts.n_events, counts.n_duplicates, counts.n_rejects];
        sums.iter_mut().zip(own).for_each(|(sum, n)| *sum += n);
    }
    println!("{:40} files counted records events duplicates rejects", "group");
    for (group, [files, counted, records, events, duplicates, rejects]) in table {
        println!("{group:40} {files:5} {counted:7} {records:7} {events:6} {duplicates:10} {rejects:7}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn first_folder(path: &str) -> String {
    path.split('/').next().unwrap_or("").to_owned()
}

#[test]
fn cloudtrail_records_are_counted_as_by_another_reader() {
    check_counts(&files_below(&data("cloudtrail")), first_folder);
}

#[test]
fn cloudtrail_of_more_data_is_counted_as_by_another_reader() {
    let Some(folder) = more_data() else { return };
    check_counts(&data_below(&folder.join("cloudtrail")), first_folder);
}

/// The damaged head of a real file: pages pasted together, with braces missing and braces too many. Its first events
/// stand bare in the list, the others in wrappers of another tool, which are records but no CloudTrail events.
#[test]
fn a_damaged_file_gives_every_whole_record() {
    let path = "opensearch-catalog/samples-large.damaged-head.json";
    let bytes = std::fs::read(data("cloudtrail").join(path)).expect("the file is there");
    // Each event says its version once.
    let n_begun = String::from_utf8_lossy(&bytes).matches("\"eventVersion\"").count() as u64;
    let mut case = Case::load(&vec![(path.to_owned(), bytes)], Load::default());
    case.check_sums();
    let counts = case.hub.source(0).counts;
    let reasons: Vec<String> = case.rejects().into_iter().map(|reject| reject.reason).collect();
    let n_no_event = reasons.iter().filter(|reason| reason.starts_with("not an event")).count() as u64;
    let broken: Vec<&String> = reasons.iter().filter(|reason| !reason.starts_with("not an event")).collect();
    assert_eq!(broken.len(), 3, "{broken:?}");
    // Of the three one is stray braces, one lacks a brace before another event, one is cut off.
    assert_eq!(counts.n_events + counts.n_duplicates + n_no_event + 2, n_begun, "{counts:?}");
}

/// Files of the suite, whose other half is not here, with what logs have and JSON has not: the reader takes several values in a row, and commas between them, as delivered
/// files and pasted pages have them.
const LENIENT: &[&str] = &[
    "n_array_comma_after_close.json",
    "n_structure_double_array.json",
    "n_multidigit_number_then_00.json",
    "n_structure_object_with_trailing_garbage.json",
];

#[test]
fn json_test_suite() {
    check_json(&files_below(&data("json")));
}

#[test]
fn json_test_suite_of_more_data() {
    let Some(folder) = more_data() else { return };
    check_json(&data_below(&folder.join("json/JSONTestSuite")));
}

fn check_json(files: &Files) {
    let mut suite = Suite::new("json/JSONTestSuite");
    for (path, bytes) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_json = validate(bytes).is_ok();
        let mut case = Case::load(&vec![(path.clone(), bytes.clone())], Load::default());
        case.check_sums();
        let rejects = case.rejects();
        let source = case.hub.source(0);
        let is_read_as_json = source.format.as_deref() != Some("text");
        let is_clean = is_read_as_json && source.problems.is_empty() && source.counts.n_rejects == 0;
        let found = || format!("valid {is_json}, {:?} {:?}", source.problems, rejects);
        match name.split('_').next() {
            Some("y") => suite.check(is_json && is_clean, name, found()),
            Some("n") if !is_json && is_clean && LENIENT.contains(&name) => {
                suite.differ(name, "read as several values in a row");
            }
            Some("n") => suite.check(!is_json && !is_clean, name, found()),
            // Either way: that it returns is enough.
            Some("i") => suite.pass(),
            _ => {}
        }
    }
    suite.finish(0);
}

/// The figures of the made case that CloudTrail gives.
#[test]
fn the_incident() {
    let all = files_below(&data("incident"));
    let (tree, damaged): (Files, Files) = all.into_iter().partition(|(path, _)| path.starts_with("AWSLogs"));
    let mut case = Case::load(&tree, Load { n_shards: 2, ..Load::default() });
    let totals = case.hub.totals();
    assert_eq!((totals.n_events, totals.n_duplicates, totals.n_rejects), (3_414, 180, 0));
    for (query, expected) in [
        ("eventName: RunInstances", 7),
        ("eventName: RunInstances and errorMessage: *", 4),
        ("eventName: RunInstances and sourceIPAddress: \"AWS Internal\"", 2),
        ("sourceIPAddress: 54.210.33.18", 12),
        ("awsRegion: us-east-1", 3_014),
    ] {
        assert_eq!(case.count(query), expected, "{query}");
    }
    let digests = case
        .hub
        .sources()
        .map(|(_, source)| source)
        .filter(|source| source.path.contains("CloudTrail-Digest"));
    let digests: Vec<_> = digests.collect();
    assert!(!digests.is_empty());
    for digest in digests {
        assert_eq!(digest.problems[0].0, "set-aside");
    }

    // Dropped with the rest, what the damaged files hold are copies; each is named with what is wrong.
    let mut case = Case::load(&[tree, damaged].concat(), Load { n_shards: 5, ..Load::default() });
    assert_eq!(case.hub.totals().n_events, 3_414 + 5);
    for (name, code) in [
        ("truncated.json.gz", "truncated"),
        ("cut-in-record.json", "cut-off"),
        ("empty.json.gz", "empty"),
        ("not-a-log.png", "not-recognised"),
        ("latin1.log", "latin-1"),
    ] {
        let source = case.source(&format!("damaged/{name}"));
        assert_eq!(source.problems.first().map(|(code, _)| code.as_str()), Some(code), "{name}");
    }
    let found = case.rejects();
    let rejects: Vec<(String, u64)> = found
        .iter()
        .map(|reject| (case.hub.source(reject.source).path.clone(), reject.at.line_number))
        .collect();
    let expected = [("cut-in-record.json", 1), ("one-bad-line.jsonl", 2), ("truncated.json.gz", 1)];
    assert_eq!(rejects, expected.map(|(name, line)| (format!("damaged/{name}"), line)));
}

/// Everything in one drop: every source adds up and has a name for what it is, whoever reads it and in which order.
#[test]
fn more_data_in_one_drop() {
    let Some(folder) = more_data() else { return };
    let mut files = data_below(&folder);
    check_counts(&files, first_folder);
    let mut one = Case::load(&files, Load::default());
    one.check_sums();
    files.reverse();
    let mut other = Case::load(&files, Load { n_shards: 5, n_chunk: 4_096, ..Load::default() });
    other.check_sums();
    let (one_says, other_says) = (one.everything(), other.everything());
    for (a, b) in one_says.lines().zip(other_says.lines()) {
        assert_eq!(a, b, "shards and order show");
    }
    assert_eq!(one_says.len(), other_says.len());
    let totals = one.hub.totals();
    println!(
        "{} files: {} events, {} duplicates, {} rejects",
        files.len(),
        totals.n_events,
        totals.n_duplicates,
        totals.n_rejects
    );
    for (_, source) in one.hub.sources() {
        let is_named = source.format.is_some() || !source.problems.is_empty() || source.n_members > 0;
        assert!(is_named, "{} has no name", source.path);
    }
}
