//! `tests/formats/FORMAT/CASE.log` and what is found in it, `CASE.expect`. `UPDATE_EXPECT=1` writes what was found.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use trailglass::base::{Fields, Timestamp};
use trailglass::engine::SourceState;
use trailglass::format::{self, FORMATS, Head, Reader};

use crate::case::{Case, Load, check_framing_of, gzip};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

/// The cases of a format: paths of their logs.
fn cases(format: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder().join(format));
    let entries = entries.unwrap_or_else(|error| panic!("{format} has no folder of cases: {error}"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    paths.sort();
    paths
}

#[test]
fn every_format_has_cases() {
    for format in FORMATS {
        assert!(!cases(format.name()).is_empty(), "{} has no case", format.name());
    }
    for entry in std::fs::read_dir(folder()).expect("the folder of cases") {
        let name = entry.expect("a folder").file_name().to_string_lossy().into_owned();
        assert!(format::by_name(&name).is_some(), "{name} is no format");
    }
}

#[test]
fn cases_give_what_they_must() {
    let is_update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    for format in FORMATS {
        for path in cases(format.name()) {
            let bytes = std::fs::read(&path).expect("a case can be read");
            let found = five_ways(&path, &bytes);
            let expect_path = path.with_extension("expect");
            let expected = std::fs::read_to_string(&expect_path).unwrap_or_default();
            if !found.starts_with(&format!("{}: ", format.name())) {
                write!(wrong, "\n{} is not recognised\n{found}", path.display()).expect("a string takes all");
            } else if is_update {
                std::fs::write(&expect_path, &found).expect("the folder can be written");
            } else if found != expected {
                write!(wrong, "\n{}\nexpected\n{expected}found\n{found}", path.display())
                    .expect("a string takes all");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is found in a file, which must be the same however it comes.
#[track_caller]
fn five_ways(path: &Path, bytes: &[u8]) -> String {
    let name = path.file_name().expect("a case has a name").to_string_lossy();
    let folder = path.parent().and_then(Path::file_name).expect("a case has a folder").to_string_lossy();
    check_framing_of(format::by_name(&folder).expect("named as a format"), bytes, &[1, 2, 7, 64]);
    let whole = found(&name, bytes, usize::MAX);
    for (way, name, bytes, n_chunk) in [
        ("one byte at a time", &*name, bytes.to_vec(), 1),
        ("cut in sevens", &name, bytes.to_vec(), 7),
        ("gzipped", &name, gzip(bytes), usize::MAX),
        ("gzipped, cut in sevens", &name, gzip(bytes), 7),
        ("named `unknown`", "unknown", bytes.to_vec(), usize::MAX),
    ] {
        assert_eq!(found(name, &bytes, n_chunk), whole, "{} {way}", path.display());
    }
    whole
}

/// Wherever a case is cut in two, either half reads the same however it comes.
#[test]
fn cases_cut_anywhere_read_the_same_in_any_chunks() {
    for (number, format) in FORMATS.iter().enumerate() {
        for path in cases(format.name()) {
            let bytes = std::fs::read(&path).expect("a case can be read");
            // So many cuts of a case as take no longer for a long one.
            let step = bytes.len() / 40 + 1;
            for at in (1..bytes.len()).step_by(step) {
                check_framing_of(number, &bytes[..at], &[1]);
                check_framing_of(number, &bytes[at..], &[1]);
                check_framing_of(number, &bytes, &[at]);
            }
        }
    }
}

/// A table of all events with every value of their own, and a line for each reject and problem.
fn found(name: &str, bytes: &[u8], n_chunk: usize) -> String {
    let files = vec![(name.to_owned(), bytes.to_vec())];
    let mut case = Case::load(&files, Load { n_chunk, ..Load::default() });
    case.check_sums();
    let mut text = String::new();
    let source = case.hub.source(0);
    writeln!(text, "{}", headline(source)).expect("a string takes all");
    for (code, message) in &source.problems {
        writeln!(text, "problem {code}: {message}").expect("a string takes all");
    }
    // Of another format the same name may be a value of its own.
    let own = source.format.as_deref().and_then(format::by_name);
    let common: BTreeSet<&str> = own
        .map_or(&[][..], |number| FORMATS[number].aliases())
        .iter()
        .map(|&(common, _)| common)
        .chain(["event.dataset", "log.file.path", "@timestamp"])
        .collect();
    let names: Vec<String> =
        case.fields().into_iter().map(|field| field.name).filter(|name| !common.contains(&**name)).collect();
    let mut lines = Vec::new();
    for row in case.rows("", &[]) {
        let event = case.event(row);
        let values = |name: &String| {
            let values = event.fields.iter().find(|(field, _)| field == name).map(|(_, values)| values);
            values.map_or("-".to_owned(), |values| {
                values.iter().map(|value| shown(value)).collect::<Vec<_>>().join(" | ")
            })
        };
        let time = event.time.map_or("-".to_owned(), |time| Timestamp(time).to_text());
        let mut line = vec![event.at.line_number.to_string(), time];
        line.extend(names.iter().map(values));
        lines.push(line);
    }
    if !lines.is_empty() {
        let head = ["line", "@timestamp"].map(str::to_owned).into_iter().chain(names);
        lines.insert(0, head.collect());
    }
    text += &table(&lines);
    for reject in case.rejects() {
        let (first, end) = (reject.at.offset, reject.at.offset + reject.at.length);
        let line = reject.at.line_number;
        writeln!(text, "reject line {line}, bytes {first}..{end}: {}", reject.reason)
            .expect("a string takes all");
    }
    text
}

fn headline(source: &SourceState) -> String {
    let counted = |n: u64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let counts = source.counts;
    let mut text =
        format!("{}: {}", source.format.as_deref().unwrap_or("no format"), counted(counts.n_events, "event"));
    for (n, one) in [(counts.n_duplicates, "duplicate"), (counts.n_rejects, "reject")] {
        if n > 0 {
            text += &format!(", {}", counted(n, one));
        }
    }
    text
}

/// A value as a cell: a letter for what would break the table or not be seen.
fn shown(value: &str) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    let is_plain = |c: char| !c.is_control() && !('\u{200b}'..='\u{206f}').contains(&c) && c != '\u{feff}';
    value.chars().map(|c| if is_plain(c) { c.to_string() } else { format!("<U+{:X}>", c as u32) }).collect()
}

fn table(lines: &[Vec<String>]) -> String {
    let n_columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[test]
fn every_format_has_samples_that_parse() {
    for (number, format) in FORMATS.iter().enumerate() {
        let name = format.name();
        assert!(!format.samples().is_empty(), "{name} has no sample");
        for sample in format.samples() {
            let text = String::from_utf8_lossy(sample);
            let detected = format::detect(&Head::new(sample, true)).map(|(format, _)| format);
            assert_eq!(detected, Some(number), "{name} does not know {text}");
            if matches!(format.reader(&mut Fields::new()), Reader::SetAside(_)) {
                continue;
            }
            let files = vec![("sample".to_owned(), sample.to_vec())];
            let mut case = Case::load(&files, Load::default());
            let counts = case.hub.source(0).counts;
            assert!(counts.n_events > 0 && counts.n_rejects == 0, "{name}: {counts:?} {text}");
            for row in case.rows("", &[]) {
                let dataset = case.event(row).fields.into_iter().find(|(field, _)| field == "event.dataset");
                assert!(dataset.is_some(), "{name}: an event of no dataset in {text}");
            }
        }
    }
}

/// What lies beside an SQLite database is named: rows that are in it alone must not be missed unnoticed.
#[test]
fn the_companions_of_a_database_are_named() {
    for (name, start, wanted) in [
        ("wtmp.db-wal", &b"\x37\x7f\x06\x82"[..], "its rows, which the database may lack, are not read"),
        ("wtmp.db-wal", b"\x37\x7f\x06\x83", "its rows, which the database may lack, are not read"),
        ("wtmp.db-shm", b"\x18\xe2\x2d\0", "in which no rows are"),
        ("wtmp.db-journal", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "rollback journal"),
    ] {
        // A header and a frame: version, page size, salts, and a page that begins as one of a table does.
        let mut bytes = start.to_vec();
        bytes.extend(b"\0\x2d\xe2\x18\0\0\x10\0\0\0\0\0\x5f\x1b\x8c\x02\x9a\x44\xd1\x37\0\0\0\x01\0\0\0\x02");
        bytes.extend([0x0d, 0, 0, 0, 1].iter().chain(&[0; 4_091]));
        let case = Case::load(&vec![(name.to_owned(), bytes)], Load::default());
        let source = case.hub.source(0);
        let told = source.problems.iter().any(|(_, message)| message.contains(wanted));
        assert!(told && source.format.is_none(), "{name}: {:?} {:?}", source.format, source.problems);
    }
}

/// What the help page says of a format's fields is true of its samples, and every field is said once.
#[test]
fn every_format_says_what_its_fields_mean() {
    for format in FORMATS {
        let mut names = BTreeSet::new();
        for spec in format.fields() {
            assert!(!spec.meaning.is_empty(), "{} has no meaning", spec.name);
            assert!(names.insert(spec.name), "{} is said twice", spec.name);
        }
        for (common, native) in format.aliases() {
            let is_known = names.contains(native) || !format::meaning_of(native).is_empty();
            assert!(is_known, "{}: {common} names {native}, which has no meaning", format.name());
        }
        let is_log = !matches!(format.reader(&mut Fields::new()), Reader::SetAside(_));
        assert!(!is_log || !names.is_empty(), "{} says nothing of its fields", format.name());
    }
}
