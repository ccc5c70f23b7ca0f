//! Suites of other tools about syslog and what programs write into it.
//!
//! Expected files are other tools' opinions: their facts are compared (time, host, program, user, address, action), not
//! their names. Single lines are read as syslog; whether a file is known as such is asked of whole files.

use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use trailglass::base::{Event, Fields, Reading, Reject, Span, Timestamp, Why};
use trailglass::format::{self, FORMATS, Head, Parsed, Parser, Reader};
use trailglass::frame::{Context, Framer, Records};
use trailglass::messages::Programs;

use crate::case::{Case, Load};
use crate::suite::{Suite, data_below, more_data};

/// A record as it was read.
struct Read {
    line_number: u64,
    time: Option<Reading>,
    values: BTreeMap<String, Vec<String>>,
}

impl Read {
    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|values| values[0].as_str())
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|values| values.iter().any(|known| known == value))
    }

    /// The peer, by address or by name.
    fn peer(&self) -> Option<&str> {
        self.get("source.ip").or(self.get("source.domain"))
    }

    fn is_failed_login(&self) -> bool {
        self.has("event.outcome", "failure") && self.get("source.ip").is_some()
    }

    fn shown(&self) -> String {
        format!("{:?} {:?}", self.time, self.values)
    }
}

/// Reads bytes as a format.
fn read_as(name: &str, bytes: &[u8]) -> Vec<Read> {
    struct Found {
        parser: Box<dyn Parser>,
        fields: Fields,
        event: Event,
        found: Vec<Read>,
    }
    impl Records for Found {
        fn record(&mut self, bytes: &[u8], at: Span, _: Context) -> Result<(), Why> {
            self.event.clear();
            if self.parser.parse(bytes, &mut self.fields, &mut self.event)? == Parsed::Event {
                let values = values(&self.fields, &self.event, bytes);
                self.found.push(Read { line_number: at.line_number, time: self.event.time, values });
            }
            Ok(())
        }
        fn reject(&mut self, _: Reject) {}
    }
    let format = FORMATS[format::by_name(name).expect("a format")];
    let mut fields = Fields::new();
    let Reader::Events(parser) = format.reader(&mut fields) else { panic!("{name} reads events") };
    let mut found = Found { parser, fields, event: Event::default(), found: Vec::new() };
    let mut framer = Framer::new(format.framing());
    framer.push(bytes, &mut found);
    framer.finish(&mut found);
    found.found
}

fn values(fields: &Fields, event: &Event, record: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for leaf in event.leaves() {
        let text = String::from_utf8_lossy(event.bytes(record, leaf)).into_owned();
        values.entry(fields.name(leaf.field).to_owned()).or_default().push(text);
    }
    values
}

fn syslog(line: &str) -> Read {
    let mut reads = read_as("system.syslog", line.as_bytes());
    assert_eq!(reads.len(), 1, "{line:?} is one record");
    reads.remove(0)
}

/// What a message of a program says, without any header.
fn message(program: &str, text: &str) -> Read {
    let mut fields = Fields::new();
    let programs = Programs::new(&mut fields);
    let mut event = Event::default();
    programs.read(program, text.as_bytes(), 0..text.len(), &mut event);
    Read { line_number: 1, time: None, values: values(&fields, &event, text.as_bytes()) }
}

/// `MM-DDTHH:MM:SS` of a reading.
fn day_and_clock(reading: Reading) -> String {
    reading.timestamp().to_text()[5..19].to_owned()
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read_to_string(path).expect("a suite's file")).expect("a suite's JSON")
}

fn files_with(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = data_below(folder).into_iter().map(|(name, _)| folder.join(name)).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(end));
    paths
}

fn is_same_address(found: &str, expected: &str) -> bool {
    let plain = |text: &str| text.trim_start_matches("::ffff:").to_ascii_lowercase();
    plain(found) == plain(expected)
}

#[test]
fn fail2ban() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auth/fail2ban, lines with a syslog header");
    for path in files_with(&folder.join("auth/fail2ban"), "") {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut label: Option<Value> = None;
        for (number, line) in text.lines().enumerate() {
            if let Some(json) = line.strip_prefix("# failJSON: ") {
                label = serde_json::from_str(json).ok();
            } else if !line.starts_with('#') && !line.is_empty() {
                let Some(label) = label.take() else { continue };
                let at = format!("{name}:{}", number + 1);
                fail2ban_line(&mut suite, at, line, &label);
            }
        }
    }
    suite.finish(0);
}

fn fail2ban_line(suite: &mut Suite, at: String, line: &str, label: &Value) {
    let detected =
        format::detect(&Head::new(line.as_bytes(), true)).map(|(number, _)| FORMATS[number].name());
    if detected != Some("system.syslog") {
        return;
    }
    let read = syslog(line);
    let is_match = label["match"] == true;
    let found = || format!("{line}\n      {}", read.shown());
    if !is_match {
        let is_right = !read.is_failed_login();
        let action = read.get("event.action").unwrap_or("");
        match action {
            "ssh_login" | "authentication" | "login" if !is_right => {
                suite.differ(at, "a refused login is one, whatever the policy that bans for it");
            }
            _ if !is_right => {
                suite.differ(at, "a peer turned away is told as such, whatever the policy that bans for it")
            }
            _ => suite.pass(),
        }
        return;
    }
    let host = label["host"].as_str().unwrap_or("");
    if line.contains("ssh2: from ") {
        return suite.differ(at, "sshd writes the peer last: what stands before is the name that was tried");
    }
    if line.starts_with('@') {
        return suite.differ(at, "TAI64N labels are ten seconds ahead of UTC, as multilog counts");
    }
    if host.is_empty() || !line.contains(host) {
        return suite.differ(at, "the address stands in an earlier line of the connection");
    }
    let is_host = read.peer().is_some_and(|peer| is_same_address(peer, host));
    let time = label["time"].as_str().unwrap_or("").get(5..19).unwrap_or("");
    let is_time = match read.time {
        _ if time.is_empty() => read.time.is_some(),
        Some(Reading::Utc(Timestamp(nanos))) => {
            let hours =
                [1, 2].map(|hours| Timestamp(nanos + hours * 3_600_000_000_000).to_text()[5..19].to_owned());
            hours.iter().any(|shown| shown == time)
        }
        Some(reading) => day_and_clock(reading) == time,
        None => false,
    };
    suite.check(is_host && is_time, at, found());
}

#[test]
fn sshguard() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auth/sshguard, but web servers' lines");
    let text = read_to_string(folder.join("auth/sshguard/tests.txt")).unwrap_or_default();
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty() && *line != "M");
    while let (Some(line), Some(expected)) = (lines.next(), lines.next()) {
        let parts: Vec<&str> = expected.split(' ').collect();
        let program = match parts[0] {
            "100" | "*" => "sshd",
            "101" => "dropbear",
            "200" | "220" | "230" | "240" | "250" | "270" | "280" => "exim",
            "210" => "dovecot",
            "260" => "postfix/smtpd",
            "300" | "310" | "320" | "330" => "ftpd",
            "340" => "cockpit-session",
            "350" | "360" | "370" => continue,
            _ => "other",
        };
        if expected == "*" && line.contains("HTTP/") {
            continue;
        }
        let detected =
            format::detect(&Head::new(line.as_bytes(), true)).map(|(number, _)| FORMATS[number].name());
        let is_mysql = detected == Some("mysql.error");
        let read = read_as(if is_mysql { "mysql.error" } else { "system.syslog" }, line.as_bytes()).remove(0);
        let mut read = if read.time.is_some() { read } else { message(program, line) };
        if read.peer().is_none() {
            // Stamps and tags of their own stand before these.
            let bare = line.split_once(": ").map_or(line, |(_, rest)| rest);
            let other = [
                message(program, bare),
                message(program, line.get(20..).unwrap_or("")),
                message(program, line.get(30..).unwrap_or("")),
            ];
            read = other.into_iter().find(|read| read.peer().is_some()).unwrap_or(read);
        }
        match parts.get(1) {
            None => suite.check(!read.is_failed_login(), line, read.shown()),
            Some(_) if read.peer().is_none() && ["500", "600"].contains(&parts[0]) => {
                suite.differ(line, "a log of Gitea or SQL Server, of which only the time is claimed");
            }
            Some(address) => {
                let is_right = read.peer().is_some_and(|peer| is_same_address(peer, address));
                suite.check(is_right, line, read.shown());
            }
        }
    }
    suite.finish(0);
}

/// The lines of one host, counted by fields and by their text.
#[test]
fn elastic_examples() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("auth/elastic-examples-auth, counts");
    for path in files_with(&folder.join("auth/elastic-examples-auth"), ".log") {
        let text = read_to_string(&path).expect("the log");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let mut case = Case::load(&vec![(name.clone(), text.clone().into_bytes())], Load::default());
        let n = |words: &str| text.lines().filter(|line| line.contains(words)).count();
        for (query, expected) in [
            ("", text.lines().count()),
            (
                "event.action: ssh_login and event.outcome: failure and sshd.method: password",
                n("Failed password for "),
            ),
            ("event.action: ssh_login and event.outcome: success", n(": Accepted ")),
            ("event.action: ssh_invalid_user", n("]: Invalid user ")),
            ("process.name: CRON", n(" CRON[")),
            ("event.action: session_opened", n(": session opened for user ")),
            ("event.action: session_closed", n(": session closed for user ")),
        ] {
            let found =
                if expected == 0 { case.filter(query, &[]).map_or(0, |(_, n)| n) } else { case.count(query) };
            suite.check(
                found == expected,
                format!("{name}: {query}"),
                format!("{found}, {expected} by text"),
            );
        }
        let mut by_address: BTreeMap<&str, usize> = BTreeMap::new();
        for line in text.lines().filter(|line| line.contains("Failed password for ")) {
            let address = line.rsplit(" from ").next().and_then(|rest| rest.split(' ').next()).unwrap_or("");
            *by_address.entry(address).or_default() += 1;
        }
        for (address, expected) in by_address {
            let query = format!(
                "source.ip: {address} and event.action: ssh_login and event.outcome: failure and sshd.method: password"
            );
            let found = case.count(&query);
            suite.check(found == expected, address, format!("{found}, {expected} by text"));
        }
    }
    suite.finish(0);
}

/// A document of Elastic's: flat or nested, as text.
fn fact(document: &Value, name: &str) -> Option<String> {
    let nested = || name.split('.').try_fold(document, |value, key| value.get(key));
    let value = document.get(name).or_else(nested)?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Compares the facts of Elastic's documents with those of records.
fn elastic(suite: &mut Suite, log: &Path, documents: &[Value]) {
    let text = read_to_string(log).expect("the log");
    let name = log.file_name().expect("a name").to_string_lossy().into_owned();
    let reads = read_as("system.syslog", text.as_bytes());
    let places: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    for (index, document) in documents.iter().enumerate() {
        let offset = document.get("log.offset").and_then(Value::as_u64);
        let line = offset.map(|offset| places.partition_point(|&place| place <= offset as usize) as u64);
        let read = match line {
            Some(line) => reads.iter().find(|read| read.line_number == line),
            None => reads.get(index),
        };
        let at = format!("{name} {}", index + 1);
        let Some(read) = read else {
            suite.fail(at, format!("no record: {document}"));
            continue;
        };
        let mut wrong = Vec::new();
        let pairs = [
            ("host.hostname", "host.name"),
            ("process.name", "process.name"),
            ("process.pid", "process.pid"),
            ("source.ip", "source.ip"),
            ("source.port", "source.port"),
            ("system.auth.ssh.method", "sshd.method"),
            ("system.auth.sudo.command", "sudo.command"),
            ("system.auth.sudo.pwd", "sudo.pwd"),
            ("system.auth.sudo.tty", "sudo.tty"),
            ("system.auth.sudo.user", "sudo.user"),
            ("system.auth.sudo.error", "sudo.reason"),
            ("system.auth.useradd.home", "account.home"),
            ("system.auth.useradd.shell", "account.shell"),
            ("group.name", "group.name"),
            ("group.id", "group.id"),
            ("event.outcome", "event.outcome"),
        ];
        for (theirs, ours) in pairs {
            if let Some(expected) = fact(document, theirs)
                && read.get(ours).is_none_or(|found| found.trim() != expected.trim())
            {
                wrong.push(format!("{ours} is {:?}, not {expected:?}", read.get(ours)));
            }
        }
        if let Some(expected) = fact(document, "event.action").filter(|action| action == "ssh_login")
            && !read.has("event.action", &expected)
        {
            wrong.push(format!("event.action is {:?}", read.get("event.action")));
        }
        if let Some(user) = fact(document, "user.name").filter(|user| !user.is_empty()) {
            let is_told = read.values.iter().any(|(name, values)| {
                (name.contains("user") || name.ends_with(".by")) && values.iter().any(|value| value == &user)
            });
            if !is_told {
                wrong.push(format!("nobody is {user:?}"));
            }
        }
        if let Some(expected) = fact(document, "message")
            && !read.get("message").is_some_and(|found| found.trim_end().ends_with(expected.trim()))
        {
            wrong.push(format!("message is not {expected:?}"));
        }
        suite.check(wrong.is_empty(), at, format!("{wrong:?} {}", read.shown()));
    }
}

#[test]
fn elastic_documents() {
    let Some(folder) = more_data() else { return };
    for (name, place) in [
        ("auth/filebeat-modules", "auth/filebeat-modules"),
        ("syslog/filebeat-modules", "syslog/filebeat-modules/system.syslog"),
        ("auth/elastic-integrations-ELv2", "auth/elastic-integrations-ELv2"),
        ("syslog/elastic-integrations-ELv2", "syslog/elastic-integrations-ELv2/system.syslog"),
    ] {
        let mut suite = Suite::new(name);
        for path in files_with(&folder.join(place), ".log-expected.json") {
            let log = PathBuf::from(path.to_string_lossy().trim_end_matches("-expected.json"));
            let expected = json(&path);
            let documents = expected.get("expected").unwrap_or(&expected);
            elastic(&mut suite, &log, documents.as_array().expect("a list of documents"));
        }
        suite.finish(0);
    }
}

/// What CrowdSec's own parsers found, of the lines that they took for syslog.
#[test]
fn crowdsec() {
    let Some(folder) = more_data() else { return };
    for name in ["auth/crowdsec-hub-tests", "syslog/crowdsec-hub-tests"] {
        let mut suite = Suite::new(name);
        for path in files_with(&folder.join(name), "parser.assert") {
            crowdsec_test(&mut suite, &path);
        }
        // In three cases their numbers skip lines of which nothing is expected.
        suite.finish(3);
    }
}

fn crowdsec_test(suite: &mut Suite, path: &Path) {
    let folder = path.parent().expect("a folder");
    let test = folder.file_name().expect("a name").to_string_lossy().into_owned();
    let config = read_to_string(folder.join("config.yaml")).unwrap_or_default();
    let entry = |key: &str| {
        config
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .map(|value| value.trim().trim_matches('"').to_owned())
    };
    let Some(log) = entry("log_file: ").and_then(|log| read_to_string(folder.join(log)).ok()) else { return };
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut facts: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for assert in read_to_string(path).expect("the asserts").lines() {
        let Some(rest) = assert.strip_prefix("results[\"s0") else { continue };
        let Some((place, value)) = rest.split_once(" == ") else { continue };
        let Some(number) = place.split(".Evt.").next().and_then(|place| place.rsplit('[').next()) else {
            continue;
        };
        let (Ok(number), Some(name)) = (number.trim_end_matches(']').parse(), place.split('"').nth_back(1))
        else {
            continue;
        };
        let value: String = serde_json::from_str(value).unwrap_or_default();
        facts.entry(number).or_default().push((name.to_owned(), value));
    }
    for (number, facts) in facts {
        let is_syslog = facts.iter().any(|(name, value)| name == "logsource" && value == "syslog");
        // Each is the number of a line that was read; those before it may have been blank.
        let Some(line) = lines.get(number).filter(|_| is_syslog) else { continue };
        let reads = read_as("system.syslog", line.as_bytes());
        let Some(read) = reads.first() else { continue };
        let mut wrong = Vec::new();
        for (name, expected) in &facts {
            let ours = match name.as_str() {
                "program" => read.get("process.name"),
                "pid" => read.get("process.pid"),
                "machine" => read.get("host.name"),
                "source_ip" => read.get("source.ip"),
                "target_user" | "username" => read.get("user.name"),
                _ => continue,
            };
            // Of a refused mail they name its recipient.
            if line.contains(" rejected RCPT <") && name.contains("user") {
                continue;
            }
            let is_same = ours.is_some_and(|ours| {
                ours == expected || name == "source_ip" && is_same_address(ours, expected)
            });
            if !is_same && !expected.is_empty() {
                wrong.push(format!("{name}: {ours:?}, not {expected:?}"));
            }
        }
        wrong.dedup();
        let at = format!("{test}:{}", number + 1);
        if !wrong.is_empty() && line.contains("nginx") {
            suite.differ(at, "a web server's own line inside the message is not read again");
        } else {
            suite.check(wrong.is_empty(), at, format!("{wrong:?} {line}"));
        }
    }
}

/// Input and expected properties of rsyslog's own tests.
#[test]
fn rsyslog() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("syslog/rsyslog-parse-suite");
    for path in files_with(&folder.join("syslog/rsyslog-parse-suite"), "") {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(".conf") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        while let (Some(input), Some(expected)) = (lines.next(), lines.next()) {
            rsyslog_pair(&mut suite, &name, input, expected);
        }
    }
    suite.finish(0);
}

fn rsyslog_pair(suite: &mut Suite, name: &str, input: &str, expected: &str) {
    let at = format!("{name}: {input:.60}");
    let read = syslog(input);
    let kind = name.rsplit('.').next().unwrap_or("");
    // The templates of the configurations: what stands where.
    let (n_before, names): (usize, &[&str]) = match kind {
        "parse1" | "parse_8bit_escape" => {
            (7, &["pri", "facility", "severity", "time", "host", "program", "tag"])
        }
        "parse2" => (6, &["pri", "facility", "severity", "time", "program", "tag"]),
        "parse3" | "parse_invld_regex" => (5, &["time", "host", "program", "tag", "number"]),
        _ if kind.starts_with("snare") || kind.starts_with("nodate") => {
            return suite.differ(at, "a line without stamp and priority is text, not syslog");
        }
        _ => return suite.differ(at, "an expected file of an unknown template"),
    };
    let is_quoted = n_before == 5;
    let parts: Vec<String> = match is_quoted {
        true => expected.split("\", \"").map(|part| part.trim_matches('"').to_owned()).collect(),
        false => expected.splitn(n_before + 1, ',').map(str::to_owned).collect(),
    };
    if !input.starts_with('<') {
        return suite.differ(at, "a line without a priority has none");
    }
    let mut wrong = Vec::new();
    for (name, expected) in names.iter().zip(&parts) {
        let expected = expected.trim_matches(['"', ' ', ',']);
        let (found, is_right) = match *name {
            "facility" => (read.get("syslog.facility"), true),
            "severity" => (read.get("syslog.severity"), true),
            "host" => (read.get("host.name"), expected != "~H" && expected != "localhost"),
            "program" => (read.get("process.name").or(read.get("event.code")), true),
            _ => (None, false),
        };
        let word = found.unwrap_or("");
        let bare = expected.trim_start_matches('%').split(['[', '(', '/']).next().unwrap_or("");
        let is_same = word == expected
            || *name == "program"
                && (word.starts_with(bare) && word.split('/').next() == Some(bare)
                    || word == expected.trim_start_matches('%')
                    || bare.is_empty());
        if is_right && !is_same {
            wrong.push(format!("{name} is {word:?}, not {expected:?}"));
        }
        if *name == "time" && !is_quoted && read.time.is_some_and(|time| !time_is(time, expected)) {
            wrong.push(format!("time is {:?}, not {expected:?}", read.time));
        }
        if *name == "time"
            && is_quoted
            && !read.time.is_some_and(|time| time.timestamp().to_text().starts_with(expected))
        {
            wrong.push(format!("time is {:?}, not {expected:?}", read.time));
        }
    }
    let message = parts.last().map_or("", |text| text.as_str()).trim();
    let ours = read.get("message").unwrap_or("").trim();
    if kind != "parse_8bit_escape" && !ours.ends_with(message) {
        wrong.push(format!("message is {ours:?}, not {message:?}"));
    }
    if wrong.is_empty() {
        suite.pass();
    } else if name.starts_with("mark") {
        suite.differ(at, "`-- MARK --` is a message, not the program `--`");
    } else if kind == "parse_invld_regex" {
        suite.differ(at, "what is expected is the message of a wrong configuration");
    } else if name.starts_with("upcase") && input.contains(" 2009 ") {
        suite.differ(at, "the year behind a time is no host");
    } else {
        suite.fail(at, format!("{wrong:?}"));
    }
}

/// Whether a moment is `Mmm dd hh:mm:ss`, but for whole hours of a zone.
fn time_is(time: Reading, expected: &str) -> bool {
    let Some((Reading::Yearless { shown, .. }, _)) = trailglass::base::time::bsd(expected.as_bytes()) else {
        return false;
    };
    day_and_clock(time) == shown.to_text()[5..19]
        || matches!(time, Reading::Utc(_)) && day_and_clock(time)[9..] == shown.to_text()[14..19]
}

#[test]
fn vector() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("vrl-parse-cases, syslog and auth");
    let mut check = |line: &str, want: &Value| {
        let read = syslog(line);
        let mut wrong = Vec::new();
        for (key, expected) in want.as_object().into_iter().flatten() {
            let text = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
            let found = match key.as_str() {
                "facility" => read.get("syslog.facility"),
                "severity" => read.get("syslog.severity"),
                "hostname" => read.get("host.name"),
                "appname" => read.get("process.name"),
                "procid" => read.get("process.pid"),
                "msgid" => read.get("event.code"),
                "message" => read.get("message"),
                "timestamp" => {
                    let is_right = read.time.is_some_and(|time| day_and_clock(time) == text[5..19]);
                    if !is_right { None } else { Some(text.as_str()) }
                }
                "version" => continue,
                id => {
                    for (param, value) in expected.as_object().into_iter().flatten() {
                        if !read.has(&format!("sd.{id}.{param}"), value.as_str().unwrap_or("")) {
                            wrong.push(format!("sd.{id}.{param} is not {value}"));
                        }
                    }
                    continue;
                }
            };
            if found != Some(text.as_str()) {
                wrong.push(format!("{key} is {found:?}, not {text:?}"));
            }
        }
        suite.check(wrong.is_empty(), line, format!("{wrong:?}"));
    };
    for path in files_with(&folder.join("syslog/vrl-parse-cases"), "parse_syslog.cases.json") {
        for case in json(&path).as_array().into_iter().flatten().filter(|case| case["ok"] == true) {
            check(case["args"]["value"].as_str().unwrap_or(""), &case["want"]);
        }
    }
    for (place, function) in [("syslog", "parse_syslog!("), ("auth", "parse_linux_authorization!(")] {
        for path in files_with(&folder.join(place).join("vrl-parse-cases"), ".docs.json") {
            for case in json(&path).as_array().into_iter().flatten() {
                let source = case["source"].as_str().unwrap_or("");
                let Some(line) = source.strip_prefix(function).and_then(|rest| rest.split('\'').nth(1))
                else {
                    continue;
                };
                check(&line.replace("\\\"", "\"").replace("\\'", "'"), &case["return"]);
            }
        }
    }
    suite.finish(0);
}

#[test]
fn metron() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("syslog/metron-samples, syslog");
    for raw in files_with(&folder.join("syslog/metron-samples"), "") {
        let name = raw.to_string_lossy().into_owned();
        if !name.contains("/syslog3164/") && !name.contains("/syslog5424/") || !name.contains("/raw/") {
            continue;
        }
        let lines = read_to_string(&raw).expect("the lines");
        let parsed = files_with(&PathBuf::from(name.split("/raw/").next().unwrap_or("")).join("parsed"), "");
        let parsed = read_to_string(&parsed[0]).expect("what is expected");
        for (line, expected) in lines.lines().zip(parsed.lines()) {
            let read = syslog(line);
            let expected: Value = serde_json::from_str(expected).unwrap_or_default();
            let fact = |name: &str| expected[name].as_str().map(str::to_owned);
            let host = fact("syslog.header.hostName");
            let is_host = host.is_none() || host.as_deref() == read.get("host.name");
            let message = fact("syslog.message").unwrap_or_default();
            let is_message = read.get("message").is_some_and(|found| message.trim().ends_with(found.trim()));
            suite.check(is_host && is_message && read.time.is_some(), line, read.shown());
        }
    }
    suite.finish(0);
}

/// What OSSEC decoded, and of the lines of its rules that they have a time and say so.
#[test]
fn ossec() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("syslog/ossec-rule-tests, decoded");
    for path in files_with(&folder.join("syslog/ossec-rule-tests/logtesting"), "log.txt") {
        let log = String::from_utf8_lossy(&std::fs::read(&path).expect("a line")).into_owned();
        let decoded =
            String::from_utf8_lossy(&std::fs::read(path.with_file_name("res.txt")).unwrap_or_default())
                .into_owned();
        let Some(line) = log.lines().next() else { continue };
        let read = syslog(line);
        let is_syslog = read.time.is_some() && decoded.contains("hostname: '");
        if !is_syslog || decoded.contains("program_name: '(null)'") {
            continue;
        }
        let facts = [
            ("hostname: '", "host.name"),
            ("program_name: '", "process.name"),
            ("srcip: '", "source.ip"),
            ("dstuser: '", "user.name"),
        ];
        let mut wrong = Vec::new();
        for (key, ours) in facts {
            let expected = decoded
                .lines()
                .find_map(|line| line.trim().strip_prefix(key))
                .map(|value| value.trim_end_matches('\''));
            let found = read.get(ours);
            let is_same = |expected: &str| {
                found.is_some_and(|found| is_same_address(found, expected))
                    || read.has("source.domain", expected)
                    || ours == "user.name" && read.has("su.user", expected)
            };
            if expected.is_some_and(|expected| !is_same(expected)) {
                wrong.push(format!("{ours} is {found:?}, not {expected:?}"));
            }
        }
        suite.check(wrong.is_empty(), line, format!("{wrong:?}"));
    }
    suite.finish(0);
}

/// Files that are syslog are known as such, and all that begin otherwise are not.
#[test]
fn lnav() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("syslog/lnav-logfiles, which are syslog");
    for (name, bytes) in data_below(&folder.join("syslog/lnav-logfiles")) {
        let detected = format::detect(&Head::new(&bytes, true)).map(|(number, _)| FORMATS[number].name());
        let is_claimed = detected == Some("system.syslog");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let n_begun =
            text.lines().filter(|line| trailglass::base::time::bsd(line.as_bytes()).is_some()).count();
        let is_syslog = n_begun * 2 > text.lines().count().max(1);
        suite.check(
            is_claimed == is_syslog,
            name,
            format!("{detected:?}, {n_begun} lines begin with a syslog stamp"),
        );
    }
    suite.finish(1);
}

/// Plaso counts nine records in each of its files, whatever stands between them.
#[test]
fn plaso() {
    let Some(folder) = more_data() else { return };
    let mut suite = Suite::new("syslog/plaso, syslog of rsyslog");
    for (name, bytes) in data_below(&folder.join("syslog/plaso/syslog")) {
        if name.ends_with(".json") {
            continue;
        }
        let mut case = Case::load(&vec![(name.clone(), bytes)], Load::default());
        let reasons = format!("{:?} {:?}", case.hub.source(0).format, case.hub.source(0).counts);
        let is_known =
            case.hub.source(0).format.as_deref().is_some_and(|format| format.starts_with("system.syslog"));
        let n_tagged = case.filter("process.name: (log_tag or systemd or cron)", &[]).map_or(0, |(_, n)| n);
        suite.check(is_known && case.hub.source(0).counts.n_events == 9 && n_tagged == 9, name, reasons);
    }
    suite.finish(0);
}

/// What is claimed of all files, by folder, for the eye.
#[test]
fn what_is_claimed() {
    let Some(folder) = more_data() else { return };
    let mut claimed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, bytes) in data_below(&folder) {
        let detected = format::detect(&Head::new(&bytes, true)).map(|(number, _)| FORMATS[number].name());
        if let Some(format @ ("system.syslog" | "system.syslog.stream" | "system.dmesg" | "system.boot")) =
            detected
        {
            let group: Vec<&str> = name.split('/').take(2).collect();
            claimed.entry(format!("{} {format}", group.join("/"))).or_default().push(name);
        }
    }
    for (group, names) in claimed {
        println!("{group}: {}", names.len());
        names.iter().for_each(|name| println!("    {name}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    /// Whatever happens to a line, what is read of it stands in it, and is UTF-8.
    #[test]
    fn whatever_happens_to_a_line_stands_in_it(
        line in 0..400_usize,
        edits in prop::collection::vec((0..200_usize, 0..12_usize, "[ \\[\\]():<>'\"=#a-z0-9.é%-]{0,6}"), 0..6),
    ) {
        let text = include_str!("../formats/system.syslog/ssh.log").to_owned()
            + include_str!("../formats/system.syslog/accounts.log")
            + include_str!("../formats/system.syslog/hostile.log")
            + include_str!("../formats/system.syslog/variants.log")
            + include_str!("../formats/system.syslog/rfc5424.log")
            + include_str!("../formats/system.syslog/services.log")
            + include_str!("../formats/system.syslog/firewall.log")
            + include_str!("../formats/system.syslog/repeated.log")
            + include_str!("../formats/system.dmesg/priorities.log")
            + include_str!("../formats/system.boot/sysv.log");
        let lines: Vec<&str> = text.lines().collect();
        let mut line: Vec<char> = lines[line % lines.len()].chars().collect();
        for (at, n, words) in edits {
            let at = at.min(line.len());
            let range: Range<usize> = at..(at + n).min(line.len());
            line.splice(range, words.chars());
        }
        let line: String = line.into_iter().collect();
        for format in ["system.syslog", "system.dmesg", "system.boot"] {
            read_as(format, line.as_bytes());
        }
    }
}
