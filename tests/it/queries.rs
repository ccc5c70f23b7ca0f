//! `tests/queries/*.toml`: questions with the rows they must find, or the mark and message of what is wrong.
//!
//! A file has `rows`, a table with a line of names, and cases that ask it. Two spaces or more stand between cells;
//! `-` is no value, `""` an empty one, `<U+A>` a line feed; ` | ` stands between several values. A name
//! `native=common` has an alias. `zone` is the display zone in seconds. `UPDATE_EXPECT=1` writes what was found.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use trailglass::base::{Error, Event, Fields, Kind, Span, Timestamp};
use trailglass::query::{Plan, Query, Settings, select, unknown_field_error};
use trailglass::store::builder::Alias;
use trailglass::store::{SegmentBuilder, View};

/// `key = value` lines of a file, in order, and where each value stands in it.
pub struct Entry {
    pub key: String,
    pub value: String,
    pub at: std::ops::Range<usize>,
}

#[derive(Default)]
struct Case {
    query: String,
    offset_seconds: i64,
    expect: Option<(String, std::ops::Range<usize>)>,
    error: Option<(String, std::ops::Range<usize>)>,
    at: Option<(String, std::ops::Range<usize>)>,
}

#[test]
fn questions_find_what_they_must() {
    let n_cases: usize = case_files("tests/queries").iter().map(|path| check_file(path)).sum();
    assert!(n_cases >= 320, "only {n_cases} questions were read");
}

/// The files of cases in a folder of the project.
pub fn case_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("a file of cases").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

fn check_file(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).expect("a file of questions");
    let (mut rows, mut cases) = (String::new(), Vec::<Case>::new());
    for Entry { key, value, at } in entries(&text) {
        if key == "rows" {
            rows = value;
            continue;
        }
        if key == "case" {
            cases.push(Case::default());
            continue;
        }
        let case = cases.last_mut().expect("a case begins with [[case]]");
        match key.as_str() {
            "query" => case.query = value,
            "zone" => case.offset_seconds = value.parse().expect("a zone in seconds"),
            "expect" => case.expect = Some((value, at)),
            "error" => case.error = Some((value, at)),
            "at" => case.at = Some((value, at)),
            _ => panic!("{}: {key:?} is no key", path.display()),
        }
    }
    let is_update = std::env::var_os("UPDATE_EXPECT").is_some();
    let (mut changes, mut wrong) = (Vec::new(), String::new());
    for case in &cases {
        let found = ask(&rows, &case.query, case.offset_seconds);
        let pairs = match (&found, &case.expect, &case.error, &case.at) {
            (Ok(found), Some(expect), None, None) => vec![(expect, found.clone())],
            (Err((message, marked)), None, Some(error), Some(at)) => {
                vec![(error, message.clone()), (at, marked.clone())]
            }
            _ => panic!("{}: {} gave {found:?}, which was not expected at all", path.display(), case.query),
        };
        for ((expected, at), found) in pairs {
            if *expected != found {
                write!(wrong, "\n{}\nexpected {expected:?}\nfound    {found:?}\n", case.query)
                    .expect("a string takes all");
                changes.push((at.clone(), found));
            }
        }
    }
    if is_update {
        let mut text = text;
        for (at, found) in changes.into_iter().rev() {
            text.replace_range(at, &found);
        }
        std::fs::write(path, text).expect("the file can be written");
    } else {
        assert!(wrong.is_empty(), "{}: {wrong}", path.display());
    }
    cases.len()
}

/// Reads the few shapes that our files have: `[[case]]`, `key = '…'` and `key = '''…'''` on lines of their own.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = text[at..].lines().next().unwrap_or("");
        let next = (at + line.len() + 1).min(text.len());
        if line.trim().is_empty() || line.starts_with('#') {
            at = next;
        } else if line == "[[case]]" {
            entries.push(Entry { key: "case".into(), value: String::new(), at: at..at });
            at = next;
        } else {
            let (key, rest) = line.split_once('=').unwrap_or_else(|| panic!("{line:?} is no key and value"));
            let first = at + line.len() - rest.trim_start().len();
            let (first, closing) = match &text[first..] {
                rest if rest.starts_with("'''\n") => (first + 4, "'''"),
                rest if rest.starts_with("'''") => (first + 3, "'''"),
                rest if rest.starts_with('\'') => (first + 1, "'"),
                _ => (first, "\n"),
            };
            let end =
                first + text[first..].find(closing).unwrap_or_else(|| panic!("{line:?} is never closed"));
            let value = text[first..end].to_owned();
            entries.push(Entry { key: key.trim().into(), value, at: first..end });
            at = end + text[end..].find('\n').map_or(text.len() - end, |end| end + 1);
        }
    }
    entries
}

/// The lines of the table that `query` accepts, or the message and the marked text of what is wrong.
fn ask(table: &str, query: &str, offset_seconds: i64) -> Result<String, (String, String)> {
    let marked = |error: Error| {
        let range = error.range().expect("an error of a query says where");
        assert!(error.expected().is_some(), "{query}: nothing was expected");
        (error.message().to_owned(), query[range].to_owned())
    };
    let parsed = Query::parse(query).map_err(marked)?;
    let printed = parsed.to_string();
    assert_eq!(Query::parse(&printed).as_ref(), Ok(&parsed), "{query} printed as {printed}");
    let rows: Vec<&str> = table.lines().skip(1).collect();
    let mut answers = Vec::new();
    for n in 1..=3 {
        // All in one shard, and each in a shard of its own.
        answers.push(lines(&parsed, offset_seconds, &rows, &[segments(table, n, 0)]).map_err(marked)?);
        let shards: Vec<_> = (0..n).map(|shard| part(segments(table, n, shard + 1), shard)).collect();
        answers.push(lines(&parsed, offset_seconds, &rows, &shards).map_err(marked)?);
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{query}: segments or shards change the answer"
    );
    Ok(answers.swap_remove(0))
}

/// A shard that has only segment `n` of those, if there are so many.
fn part((fields, segments): Shard, n: usize) -> Shard {
    (fields, segments.into_iter().skip(n).take(1).collect())
}

/// Those of `rows`, which are dealt out to the shards in order, that the query accepts.
fn lines(query: &Query, offset_seconds: i64, rows: &[&str], shards: &[Shard]) -> Result<String, Error> {
    for field in query.field_names() {
        let known = || shards.iter().flat_map(|(fields, _)| fields.iter().map(|(_, name)| name));
        if !known().any(|known| field.names(known)) {
            return Err(unknown_field_error(field.name, field.at, known()));
        }
    }
    let (mut answer, mut first) = (String::new(), 0);
    for (fields, segments) in shards {
        let plan = Plan::new(query, fields, Settings { offset_seconds })?;
        for segment in segments {
            for row in select(segment, &plan).iter() {
                answer.push_str(rows[first + row]);
                answer.push('\n');
            }
            first += segment.n_rows();
        }
    }
    Ok(answer)
}

/// The names that a shard knows, by its own numbers, and its segments.
pub type Shard = (Fields, Vec<View>);

/// The table's rows in `n` segments, of almost equal size; fields are numbered from the one of column `turn` on.
pub fn segments(table: &str, n: usize, turn: usize) -> Shard {
    let mut lines = table.lines();
    let names: Vec<(&str, Option<&str>)> = cells(lines.next().unwrap_or(""))
        .map(|name| name.split_once('=').map_or((name, None), |(native, common)| (native, Some(common))))
        .collect();
    let mut fields = Fields::new();
    for (name, _) in names.iter().cycle().skip(turn).take(names.len()) {
        fields.intern(name);
    }
    // Interned first, as a format does: names are known though no row of a segment has a value.
    let ids: Vec<_> = names.iter().map(|(name, _)| fields.intern(name)).collect();
    let aliases: Vec<Alias> = names
        .iter()
        .zip(&ids)
        .filter_map(|((_, common), &native)| Some(Alias { common: fields.intern((*common)?), native }))
        .collect();
    let rows: Vec<&str> = lines.collect();
    let size = rows.len().div_ceil(n).max(1);
    let build = |rows: &[&str]| {
        let mut builder = SegmentBuilder::new();
        for row in rows {
            let (mut event, mut moment) = (Event::default(), None);
            for ((&(name, _), &field), cell) in names.iter().zip(&ids).zip(cells(row)) {
                for value in cell.split(" | ").filter(|&value| value != "-") {
                    let value = if value == "\"\"" { "" } else { value };
                    if name == "@timestamp" {
                        moment = Some(Timestamp::parse_rfc3339(value.as_bytes()).expect("a time").into());
                    } else {
                        event.push_text(field, Kind::Text, &decoded(value));
                    }
                }
            }
            builder.push(&fields, &event, moment, b"", 0, Span::default());
        }
        builder.seal(&aliases, None)
    };
    let segments = rows.chunks(size).map(build).collect();
    (fields, segments)
}

/// The text with `<U+202E>` read as the character of that number: hostile ones are not to be seen.
pub fn decoded(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<U+") else { return repeated(text) };
    let before = repeated(before);
    let (number, behind) = rest.split_once('>').expect("a number and a bracket");
    let c = u32::from_str_radix(number, 16).ok().and_then(char::from_u32).expect("a character's number");
    format!("{before}{c}{}", decoded(behind))
}

/// The text with `<ab*1000>` read as a thousand times `ab`.
fn repeated(text: &str) -> String {
    let Some((before, rest)) = text.split_once('<') else { return text.to_owned() };
    let repeated = rest.split_once('>').and_then(|(inner, behind)| {
        let (what, times) = inner.rsplit_once('*')?;
        Some(format!("{before}{}{}", what.repeat(times.parse().ok()?), self::repeated(behind)))
    });
    repeated.unwrap_or_else(|| format!("{before}<{}", self::repeated(rest)))
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty())
}
