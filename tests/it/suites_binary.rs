//! Binary logs of Linux: other tools' test data, and what those tools say of it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use trailglass::base::Timestamp;
use trailglass::base::time::Civil;
use trailglass::engine::EventState;
use trailglass::format::{self, FORMATS};

use crate::case::{Case, Files, Load, files_below, framed};
use crate::suite::{Suite, more_data};

/// The events of one file in the order of their places, and how many rejects it has.
struct Read1 {
    format: String,
    events: Vec<EventState>,
    n_rejects: u64,
}

fn read(name: &str, bytes: &[u8]) -> Read1 {
    let mut case = Case::load(&vec![(name.to_owned(), bytes.to_vec())], Load::default());
    case.check_sums();
    let source = case.hub.source(0);
    let (format, n_rejects) = (source.format.clone().unwrap_or_default(), source.counts.n_rejects);
    let rows = case.rows("", &[]);
    let mut events: Vec<EventState> = rows.into_iter().map(|row| case.event(row)).collect();
    events.sort_by_key(|event| event.at.offset);
    Read1 { format, events, n_rejects }
}

/// All values of a field.
fn values<'a>(event: &'a EventState, name: &str) -> &'a [String] {
    event.fields.iter().find(|(field, _)| field == name).map_or(&[], |(_, values)| values)
}

/// The first value of a field; empty where it has none.
fn value<'a>(event: &'a EventState, name: &str) -> &'a str {
    values(event, name).first().map_or("", String::as_str)
}

fn time(event: &EventState) -> String {
    event.time.map_or(String::new(), |time| Timestamp(time).to_text())
}

/// The files of a group of data whose path has `part` in it.
fn group(root: &Path, folder: &str) -> Option<Files> {
    let root = root.join(folder);
    root.is_dir().then(|| files_below(&root))
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What stands between `before` and `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(found, _)| found)
}

/// Type, process, line, id, user, host and time of a login record.
type Login = [String; 7];

fn login_of(event: &EventState) -> Login {
    let names = ["ut_type", "ut_pid", "ut_line", "ut_id", "ut_user", "ut_host"];
    let [kind, pid, line, id, user, host] = names.map(|name| value(event, name).to_owned());
    [kind, pid, line, id, user, host, time(event)]
}

/// `20230422T194433.042030000` as we write it.
fn s4_time(text: &str) -> String {
    let digits = |first: usize, end: usize| text.get(first..end).and_then(|text| text.parse::<u32>().ok());
    let civil = || {
        Some(Civil {
            year: digits(0, 4)? as i64,
            month: digits(4, 6)?,
            day: digits(6, 8)?,
            hour: digits(9, 11)?,
            minute: digits(11, 13)?,
            second: digits(13, 15)?,
            nanos: digits(16, 25)?,
        })
    };
    civil().and_then(|civil| civil.at_offset(0)).map_or(String::new(), Timestamp::to_text)
}

/// The login records that s4 prints.
fn s4_logins(text: &str) -> Vec<Login> {
    let lines = text.lines().filter(|line| line.contains("┋ut_type "));
    lines
        .map(|line| {
            let quoted = |name: &str| between(line, &format!(" {name} '"), "' ").to_owned();
            [
                between(line, "ut_type ", " ").to_owned(),
                between(line, "ut_pid ", " ").to_owned(),
                quoted("ut_line"),
                quoted("ut_id"),
                quoted("ut_user"),
                quoted("ut_host"),
                s4_time(line.split('┋').next().unwrap_or_default()),
            ]
        })
        .collect()
}

/// Of two lists what stands in the first and not in the second, as often.
fn missing<T: PartialEq + Clone>(expected: &[T], found: &[T]) -> Vec<T> {
    let mut left = found.to_vec();
    let is_missing = |one: &&T| match left.iter().position(|other| other == *one) {
        Some(index) => {
            left.swap_remove(index);
            false
        }
        None => true,
    };
    expected.iter().filter(is_missing).cloned().collect()
}

/// Every record that s4 prints is one of ours: type, process, line, id, user, host and time.
#[test]
fn utmp_as_s4_prints_it() {
    let Some(files) = more_data().and_then(|root| group(&root, "utmp/s4-logs")) else { return };
    let by_path: BTreeMap<&str, &[u8]> = files.iter().map(|(path, bytes)| (&**path, &**bytes)).collect();
    let mut suite = Suite::new("utmp/s4-logs records as s4 prints them");
    for (path, expected) in &by_path {
        let Some(path) = path.strip_suffix(".s4-expected.txt") else { continue };
        let Some(bytes) = by_path.get(path) else { continue };
        let expected = text_of(expected);
        let logins = s4_logins(&expected);
        let last: Vec<[String; 3]> = expected
            .lines()
            .filter(|line| line.contains("┋ll_time "))
            .map(|line| {
                let quoted = |name: &str| between(line, &format!(" {name} '"), "'").to_owned();
                [quoted("ll_line"), quoted("ll_host"), s4_time(line.split('┋').next().unwrap_or_default())]
            })
            .collect();
        if logins.is_empty() && last.is_empty() {
            continue;
        }
        let read = read(path, bytes);
        let found: Vec<Login> = read.events.iter().map(login_of).collect();
        let found_last: Vec<[String; 3]> = read
            .events
            .iter()
            .map(|event| {
                [value(event, "ll_line").to_owned(), value(event, "ll_host").to_owned(), time(event)]
            })
            .collect();
        let gone = missing(&logins, &found);
        let gone_last = missing(&last, &found_last);
        (0..logins.len() + last.len() - gone.len() - gone_last.len()).for_each(|_| suite.pass());
        gone.iter().for_each(|login| suite.fail(path, format!("{login:?}")));
        gone_last.iter().for_each(|login| suite.fail(path, format!("{login:?} of {found_last:?}")));
        suite.check(read.n_rejects == 0, format!("{path}: rejects"), read.n_rejects.to_string());
    }
    suite.finish(0);
}

/// Every line of utmpdump is a record of ours at the same place.
#[test]
fn utmp_as_utmpdump_prints_it() {
    let Some(files) = more_data().and_then(|root| group(&root, "utmp/s4-logs")) else { return };
    let by_path: BTreeMap<&str, &[u8]> = files.iter().map(|(path, bytes)| (&**path, &**bytes)).collect();
    let mut suite = Suite::new("utmp/s4-logs records as utmpdump prints them");
    for (path, expected) in &by_path {
        let Some(path) = path.strip_suffix(".utmpdump.txt") else { continue };
        let Some(bytes) = by_path.get(path) else { continue };
        let found = read(path, bytes);
        let expected = text_of(expected);
        let lines: Vec<&str> = expected.lines().filter(|line| line.starts_with('[')).collect();
        if lines.len() < found.events.len() {
            suite.differ(format!("{path}: records"), "the text was made before the file had grown");
        } else {
            suite.check(
                lines.len() == found.events.len(),
                format!("{path}: records"),
                found.events.len().to_string(),
            );
        }
        for (line, event) in lines.iter().zip(&found.events) {
            suite.check(is_dumped(line, event), format!("{path}: {line}"), format!("{:?}", event.fields));
        }
    }
    suite.finish(0);
}

/// Whether a line of utmpdump tells of this event.
fn is_dumped(line: &str, event: &EventState) -> bool {
    const KINDS: [&str; 10] = [
        "EMPTY",
        "RUN_LVL",
        "BOOT_TIME",
        "NEW_TIME",
        "OLD_TIME",
        "INIT_PROCESS",
        "LOGIN_PROCESS",
        "USER_PROCESS",
        "DEAD_PROCESS",
        "ACCOUNTING",
    ];
    let inner = line.trim_start_matches('[').trim_end_matches(']');
    let parts: Vec<&str> = inner.split("] [").map(str::trim).collect();
    let [kind, pid, id, user, terminal, host, address, at] = parts[..] else { return false };
    let is_time = match at.strip_suffix("+00:00") {
        Some(utc) => {
            let told = Timestamp::parse_rfc3339(format!("{}Z", utc.replace(',', ".")).as_bytes());
            told.map(|Timestamp(nanos)| nanos) == event.time
        }
        // `Fri Dec 15 00:40:54 2023 PST`: minutes and seconds are those of UTC.
        None => {
            between(at, ":", " ") == between(&time(event), ":", "Z").split('.').next().unwrap_or_default()
        }
    };
    // s4's authors have replaced the addresses in the text, and not in the records.
    let is_address = (address == "0.0.0.0") == value(event, "ut_addr").is_empty();
    kind.parse().ok().and_then(|kind: usize| KINDS.get(kind)) == Some(&value(event, "ut_type"))
        && pid.trim_start_matches('0') == value(event, "ut_pid").trim_start_matches('0')
        && id == value(event, "ut_id")
        && user == value(event, "ut_user")
        && terminal == value(event, "ut_line")
        && host == value(event, "ut_host")
        && is_address
        && is_time
}

/// What the BSDs' own tools print of their files, and `lastlog` of Linux: user, line and host of each line are a
/// record's.
#[test]
fn utmp_as_last_prints_it() {
    let Some(files) = more_data().and_then(|root| group(&root, "utmp/s4-logs")) else { return };
    let by_path: BTreeMap<&str, &[u8]> = files.iter().map(|(path, bytes)| (&**path, &**bytes)).collect();
    let mut suite = Suite::new("utmp/s4-logs lines of last and lastlog");
    for (path, expected) in &by_path {
        let Some(path) = path.strip_suffix(".txt").filter(|path| !path.ends_with("s4-expected")) else {
            continue;
        };
        let path = path.strip_suffix(".last").unwrap_or(path);
        let Some(bytes) = by_path.get(path) else { continue };
        let found = read(path, bytes);
        for line in text_of(expected).lines() {
            let is_line =
                |word: &str| ["pts/", "tty", "ssh:", "console"].iter().any(|start| word.starts_with(start));
            let words: Vec<&str> = line.split_whitespace().collect();
            let [user, terminal, rest @ ..] = &words[..] else { continue };
            if !is_line(terminal) {
                continue;
            }
            let host = rest.first().filter(|word| word.contains(['.', ':']) || word.starts_with("tty"));
            let is_same = |event: &EventState| {
                let is_user = found.format == "linux.lastlog" || value(event, "ut_user").starts_with(user);
                let line = value(event, "ut_line").to_owned() + value(event, "ll_line");
                let from = value(event, "ut_host").to_owned() + value(event, "ll_host");
                is_user && line == *terminal && host.is_none_or(|host| from.starts_with(host))
            };
            let is_gone = !found.events.iter().any(is_same);
            if is_gone
                && found.events.iter().any(|event| {
                    value(event, "ut_type") == "DEAD_PROCESS" && value(event, "ut_id") == *terminal
                })
            {
                suite.differ(format!("{path}: {line}"), "the user had left when the file was copied");
            } else {
                suite.check(!is_gone, format!("{path}: {line}"), format!("{} events", found.events.len()));
            }
        }
    }
    suite.finish(0);
}

/// plaso's own expectations, by the number of the record.
#[test]
fn utmp_as_plaso_reads_it() {
    let Some(files) = more_data().and_then(|root| group(&root, "utmp/plaso")) else { return };
    let by_path: BTreeMap<&str, &[u8]> = files.iter().map(|(path, bytes)| (&**path, &**bytes)).collect();
    let mut suite = Suite::new("utmp/plaso");
    for (path, expected) in &by_path {
        let Some(path) = path.strip_suffix(".expected.json") else { continue };
        let Some(bytes) = by_path.get(path) else { continue };
        let Ok(expected) = serde_json::from_slice::<Value>(expected) else { continue };
        let found = read(path, bytes);
        for told in expected.as_array().into_iter().flatten() {
            let n = told["events"].as_u64().unwrap_or_default() as usize;
            let n_blank =
                bytes.chunks_exact(384).filter(|record| record.iter().all(|&byte| byte == 0)).count();
            if n_blank > 0 {
                suite.differ(format!("{path}: events"), "blank records are none");
                suite.check(
                    found.events.len() + n_blank == n,
                    format!("{path}: others"),
                    found.events.len().to_string(),
                );
                continue;
            }
            suite.check(found.events.len() == n, format!("{path}: events"), found.events.len().to_string());
            for check in told["checked"].as_array().into_iter().flatten() {
                let index = check["index"].as_u64().unwrap_or_default() as usize;
                let event = found.events.get(index);
                let is_right = event.is_some_and(|event| is_as_plaso_says(&check["fields"], event));
                suite.check(is_right, format!("{path} {index}: {}", check["fields"]), format!("{event:?}"));
            }
        }
    }
    suite.finish(0);
}

fn is_as_plaso_says(told: &Value, event: &EventState) -> bool {
    let is_same = |name: &str, ours: &str| told[name].as_str().is_none_or(|text| text == ours);
    let written = told["written_time"].as_str().and_then(|text| Timestamp::parse_rfc3339(text.as_bytes()));
    is_same("terminal", value(event, "ut_line"))
        && is_same("username", value(event, "ut_user"))
        // plaso says `localhost` where there is no host.
        && (is_same("hostname", value(event, "ut_host")) || told["hostname"] == "localhost")
        && (is_same("ip_address", value(event, "ut_addr")) || told["ip_address"] == "0.0.0.0")
        && told["pid"].as_u64().is_none_or(|pid| pid.to_string() == value(event, "ut_pid"))
        && written.is_none_or(|Timestamp(nanos)| event.time == Some(nanos))
}

/// Files without an expectation: every record of the size that the file's name says is an event.
#[test]
fn utmp_of_other_projects() {
    let Some(root) = more_data() else { return };
    let mut suite = Suite::new("utmp/utmp-rs, process accounting and invalid files");
    for (path, bytes) in group(&root, "utmp/utmp-rs").into_iter().flatten() {
        let size = if path.contains("64") { 400 } else { 384 };
        let found = read(&path, &bytes);
        let n = bytes.chunks_exact(size).filter(|record| record.iter().any(|&byte| byte != 0)).count();
        suite.check(found.events.len() == n, path, format!("{} of {n}", found.events.len()));
    }
    for (path, bytes) in group(&root, "utmp/s4-logs").into_iter().flatten() {
        let found = |format: &str| {
            let read = read(&path, &bytes);
            (read.format == format, read.events.len())
        };
        if path.ends_with("pacct") {
            let found = found("linux.acct");
            suite.check(found == (true, bytes.len() / 64), path, format!("{found:?}"));
        } else if path.contains("invalid") {
            let found = found("linux.utmp");
            suite.check(!found.0, path, format!("{found:?}"));
        }
    }
    suite.finish(0);
}

/// Unpacks what a test file is packed in, where it is packed.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let read = match bytes {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain),
        [0xfd, b'7', ..] => lzma_rust2::XzReader::new(bytes, true).read_to_end(&mut plain),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            ruzstd::decoding::StreamingDecoder::new(bytes).expect("zstd").read_to_end(&mut plain)
        }
        mut bytes => bytes.read_to_end(&mut plain),
    };
    read.map_or(bytes.to_vec(), |_| plain)
}

/// As many entries as the header of every journal says; the sum of both is told.
#[test]
fn journals_have_the_entries_they_say() {
    let Some(root) = more_data() else { return };
    let mut suite = Suite::new("journal: entries as headers say");
    let (mut n_said, mut n_found) = (0, 0);
    for (path, bytes) in group(&root, "journal").into_iter().flatten() {
        let bytes = unpacked(&bytes);
        if !bytes.starts_with(b"LPKSHHRH") || bytes.len() < 160 {
            continue;
        }
        let found = read(&path, &bytes);
        let said = u64::from_le_bytes(bytes[152..160].try_into().expect("eight bytes"));
        assert_eq!(found.format, "linux.journal", "{path}");
        if path.contains("corrupted") || path.contains("fuzz") {
            suite.pass();
            println!(
                "  {path}: {} entries, the header says {said}; {} rejects",
                found.events.len(),
                found.n_rejects
            );
            continue;
        }
        if found.n_rejects > 0 && (found.events.len() as u64) < said {
            suite.differ(&path, "damaged: the rest is told as rejects");
            continue;
        }
        (n_said, n_found) = (n_said + said, n_found + found.events.len() as u64);
        let is_right = found.events.len() as u64 == said && found.n_rejects == 0;
        suite.check(is_right, path, format!("{} of {said}, {} rejects", found.events.len(), found.n_rejects));
    }
    println!("  {n_found} entries of {n_said}");
    suite.finish(0);
}

/// s4 prints journals in the export format: every field of every entry.
#[test]
fn journals_as_s4_prints_them() {
    let Some(root) = more_data() else { return };
    let Some(files) = group(&root, "journal/s4-logs") else { return };
    let by_path: BTreeMap<&str, &[u8]> = files.iter().map(|(path, bytes)| (&**path, &**bytes)).collect();
    let mut suite = Suite::new("journal/s4-logs entries as s4 prints them");
    for (path, expected) in &by_path {
        let Some(path) = path.strip_suffix(".s4-expected.txt") else { continue };
        let Some(bytes) = by_path.get(path).map(|bytes| unpacked(bytes)) else { continue };
        if !bytes.starts_with(b"LPKSHHRH") {
            continue;
        }
        let found = read(path, &bytes);
        let expected = text_of(expected);
        let entries: Vec<Vec<(&str, &str)>> = expected
            .split('⇳')
            .map(|entry| {
                let lines = entry.lines().filter_map(|line| line.splitn(3, '┋').nth(2));
                lines.filter_map(|line| line.split_once('=')).collect::<Vec<_>>()
            })
            .filter(|entry| !entry.is_empty())
            .collect();
        for (index, entry) in entries.iter().enumerate() {
            let cursor = entry.iter().find(|(name, _)| *name == "__CURSOR").map_or("", |(_, text)| text);
            let seqnum = u64::from_str_radix(between(cursor, ";i=", ";"), 16).unwrap_or_default().to_string();
            let event = found.events.iter().find(|event| value(event, "__SEQNUM") == seqnum);
            let is_same = |(name, text): &(&str, &str)| match (*name, event) {
                (_, None) => false,
                ("__CURSOR", _) => true,
                ("__REALTIME_TIMESTAMP", Some(event)) => {
                    text.parse::<i64>().ok().map(|micros| micros * 1_000) == event.time
                }
                (name, Some(event)) => {
                    values(event, name).iter().any(|value| value.lines().next().unwrap_or_default() == *text)
                }
            };
            let wrong = entry.iter().find(|pair| !is_same(pair));
            suite.check(wrong.is_none(), format!("{path} {index}"), format!("{wrong:?} of {event:?}"));
        }
    }
    if group(&root, "journal/s4-logs").is_some() {
        suite.finish(0);
    }
}

/// A line of `journalctl -o json` is an event with the same message, process, priority and time.
#[test]
fn journals_in_json_read_alike() {
    let Some(files) = more_data().and_then(|root| group(&root, "journal/aminer-journal-json")) else {
        return;
    };
    let mut suite = Suite::new("journal/aminer-journal-json");
    for (path, bytes) in &files {
        let found = read(path, bytes);
        let lines: Vec<Value> =
            serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().map_while(Result::ok).collect();
        suite.check(
            lines.len() == found.events.len(),
            format!("{path}: entries"),
            found.events.len().to_string(),
        );
        for (line, event) in lines.iter().zip(&found.events) {
            let is_same = ["MESSAGE", "_PID", "PRIORITY", "_HOSTNAME", "SYSLOG_IDENTIFIER", "_COMM"]
                .iter()
                .all(|name| match &line[*name] {
                    Value::String(text) => value(event, name) == text,
                    Value::Null => value(event, name).is_empty(),
                    _ => true,
                });
            let micros = line["__REALTIME_TIMESTAMP"].as_str().and_then(|text| text.parse::<i64>().ok());
            let is_right = is_same && micros.map(|micros| micros * 1_000) == event.time;
            suite.check(is_right, format!("{path}: {line}"), format!("{event:?}"));
        }
    }
    suite.finish(0);
}

/// systemd's own test data in the export format; the inputs of its fuzzers may be anything.
#[test]
fn journals_of_systemd_in_text_are_read() {
    let Some(files) = more_data().and_then(|root| group(&root, "journal/systemd-tests")) else { return };
    let mut suite = Suite::new("journal/systemd-tests texts, no crash");
    for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with(".zst")) {
        let found = read(path, bytes);
        println!("  {path}: {:?}, {} events, {} rejects", found.format, found.events.len(), found.n_rejects);
        suite.pass();
    }
    suite.finish(0);
}

/// The formats that are read as a whole.
const NAMES: [&str; 5] =
    ["linux.journal", "linux.journal.export", "linux.journal.json", "linux.utmp", "linux.lastlog"];

/// Reads `bytes` as each of the formats, whatever they are; leaves that stand outside of their text panic.
fn read_as_all(bytes: &[u8]) {
    NAMES
        .iter()
        .filter_map(|name| format::by_name(name))
        .for_each(|number| drop(framed(number, bytes, usize::MAX)));
}

/// The cases of these formats, and what is wrong with them nowhere.
fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let of = |name: &&str| folder.join(name).is_dir().then(|| files_below(&folder.join(name)));
    let files = NAMES.iter().filter_map(of).flatten().filter(|(path, _)| path.ends_with(".log"));
    files.map(|(_, bytes)| bytes).collect()
}

#[test]
fn every_prefix_is_read() {
    for bytes in samples() {
        (0..bytes.len()).step_by(3).for_each(|end| read_as_all(&bytes[..end]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_change_of_any_byte_is_read(
        index in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let samples = samples();
        let mut bytes = index.get(&samples).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read_as_all(&bytes);
        let mut case = Case::load(&vec![("x".to_owned(), bytes)], Load::default());
        case.check_sums();
    }
}

#[test]
fn names_are_formats() {
    assert!(NAMES.iter().all(|name| FORMATS.iter().any(|format| format.name() == *name)));
}
