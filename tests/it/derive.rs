//! `tests/derive/*.toml`: steps with the columns they must make, or the mark and message of what is wrong.
//!
//! A file has `rows`, a table as those of questions, and cases: `step` is a step or a list of them, `expect` the columns
//! that they make with a line of names, `misfits` the rows (from 1) that the last one does not fit. `<ab*1000>` is a text
//! a thousand times; a value that is longer than a line shows its length. `UPDATE_EXPECT=1` writes what was found.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use trailglass::base::{Error, Fields, Json};
use trailglass::derive::{Step, Steps, Survey, bind, misfit_field};
use trailglass::store::View;

use crate::case::{Case, Load};
use crate::queries::{case_files, entries, segments};

#[derive(Default)]
struct StepCase {
    step: String,
    expect: HashMap<String, (String, std::ops::Range<usize>)>,
}

#[test]
fn steps_make_what_they_must() {
    let n_cases: usize = case_files("tests/derive").iter().map(|path| check_file(path)).sum();
    assert!(n_cases >= 80, "only {n_cases} steps were read");
}

fn check_file(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).expect("a file of steps");
    let (mut rows, mut cases) = (String::new(), Vec::<(String, StepCase)>::new());
    for entry in entries(&text) {
        match entry.key.as_str() {
            "rows" => rows = entry.value,
            "case" => cases.push((rows.clone(), StepCase::default())),
            "step" => cases.last_mut().expect("a case begins with [[case]]").1.step = entry.value,
            "expect" | "misfits" | "error" | "at" => {
                let case = &mut cases.last_mut().expect("a case begins with [[case]]").1;
                case.expect.insert(entry.key, (entry.value, entry.at));
            }
            key => panic!("{}: {key:?} is no key", path.display()),
        }
    }
    let (mut changes, mut wrong) = (Vec::new(), String::new());
    for (rows, case) in &cases {
        let found: HashMap<&str, String> = match make(rows, &case.step) {
            Ok((columns, misfits)) => [("expect", columns), ("misfits", misfits)].into(),
            Err(error) => {
                let at = error.range().zip(error.text()).map(|(at, text)| text[at].to_owned());
                let message = ("error", error.message().to_owned());
                [Some(message), at.map(|at| ("at", at))].into_iter().flatten().collect()
            }
        };
        let keys: std::collections::BTreeSet<&str> = found.keys().copied().collect();
        let expected: std::collections::BTreeSet<&str> = case.expect.keys().map(String::as_str).collect();
        assert_eq!(keys, expected, "{}: {} gave {found:?}", path.display(), case.step);
        for (key, found) in found {
            let (expected, at) = &case.expect[key];
            if *expected != found {
                write!(wrong, "\n{}\n{key} expected\n{expected}\nfound\n{found}\n", case.step)
                    .expect("a string takes all");
                changes.push((at.clone(), found));
            }
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let mut text = text;
        changes.sort_by_key(|(at, _)| at.start);
        for (at, found) in changes.into_iter().rev() {
            text.replace_range(at, &found);
        }
        std::fs::write(path, text).expect("the file can be written");
    } else {
        assert!(wrong.is_empty(), "{}: {wrong}", path.display());
    }
    cases.len()
}

/// The columns that `steps` make of the table's rows, and the rows that the last step does not fit: the same for any
/// number of segments, each row alone among them.
fn make(table: &str, steps: &str) -> Result<(String, String), Error> {
    let n_rows = table.lines().count() - 1;
    let mut answers = Vec::new();
    for n_segments in [1, 2, 3, n_rows] {
        let (mut fields, mut segments) = segments(table, n_segments, 0);
        let steps = read(steps, &fields, &segments)?;
        let derivations = bind(&steps.json().to_string(), &mut fields, &mut HashMap::new())?;
        segments.iter_mut().for_each(|segment| segment.set_derivations(&derivations));
        answers.push(shown(&steps, &fields, &segments));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{steps}: segments change the answer");
    Ok(answers.swap_remove(0))
}

/// The list of steps, each with its columns.
fn read(text: &str, fields: &Fields, segments: &[View]) -> Result<Steps, Error> {
    let json = Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let list = json.as_list().map_or_else(|| vec![json.clone()], <[Json]>::to_vec);
    let mut steps = Vec::new();
    for json in &list {
        let step = Step::new(json)?;
        let complete = if step.needs_survey() {
            let mut survey = Survey::default();
            let column = |segment| View::column(segment, fields.get(&step.from[0])?);
            for column in segments.iter().filter_map(column) {
                column.for_each(|_, code| step.survey(column.dictionary.text(code), 1, &mut survey));
            }
            step.surveyed(&survey)?
        } else {
            step
        };
        steps.push(complete.json().clone());
    }
    Steps::new(&Json::List(steps))
}

fn shown(steps: &Steps, fields: &Fields, segments: &[View]) -> (String, String) {
    let names: Vec<&str> = steps.names().collect();
    let encoded_names: Vec<String> = names.iter().map(|name| encoded(name)).collect();
    let mut lines = encoded_names.join("  ") + "\n";
    let mut misfits = Vec::new();
    let last = steps.iter().last().expect("there is a step");
    let misfit = fields.get(&misfit_field(&last.id)).expect("it is bound");
    let mut n_before = 0;
    for segment in segments {
        for row in 0..segment.n_rows() {
            let cells: Vec<String> = names.iter().map(|name| cell(segment, fields, name, row)).collect();
            lines += &(cells.join("  ") + "\n");
            let mut is_misfit = false;
            segment.column(misfit).into_iter().for_each(|column| column.for_row(row, |_| is_misfit = true));
            if is_misfit {
                misfits.push((n_before + row + 1).to_string());
            }
        }
        n_before += segment.n_rows();
    }
    (lines, misfits.join(" "))
}

fn cell(segment: &View, fields: &Fields, name: &str, row: usize) -> String {
    let mut values = Vec::new();
    if let Some(column) = segment.column(fields.get(name).expect("a field of a step is known")) {
        column.for_row(row, |code| values.push(encoded(column.dictionary.text(code))));
    }
    if values.is_empty() { "-".to_owned() } else { values.join(" | ") }
}

/// A value as the table writes it.
fn encoded(value: &str) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    if value.chars().count() > 120 {
        return format!("({} characters)", value.chars().count());
    }
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{202e}');
    let encoded =
        value.chars().map(|c| if is_odd(c) { format!("<U+{:X}>", c as u32) } else { c.to_string() });
    let encoded: String = encoded.collect();
    encoded.replace("  ", " <U+20>")
}

/// Lines of two days, of which no format is known.
fn made_case(load: Load) -> Case {
    let line = |n: usize| {
        let ip = if n.is_multiple_of(3) { "198.51.100.3" } else { "203.0.113.7" };
        match n % 5 {
            0 => {
                format!("2022-03-22T15:{:02}:00Z app: login of user{} from {ip} took {n}ms\n", n % 60, n % 7)
            }
            1 => format!("2022-03-22T15:{:02}:30Z app: logout user=user{} ip={ip}\n", n % 60, n % 7),
            _ => format!("2022-03-22T16:{:02}:00Z app: cleaned \"a b\" {n} files\n", n % 60),
        }
    };
    let file = |day: usize| {
        let text: String = (0..150).map(|n| line(n * day)).collect();
        (format!("app-{day}.txt"), text.into_bytes())
    };
    Case::load(&vec![file(1), file(2), file(3)], load)
}

/// Everything that steps say of a case.
fn derived_answers(load: Load) -> String {
    let mut case = made_case(load);
    let looked_at = r#"{"kind":"grok","from":"message","pattern":"from %{IP:ip} took %{INT:ms}"}"#;
    let mut text = format!("{:?}\n{}\n", case.preview(looked_at, "login", 20), case.suggest("message"));
    for step in [
        r#"{"kind":"split","from":"message"}"#,
        r#"{"kind":"keyValue","from":"message","prefix":"kv."}"#,
        looked_at,
        r#"{"kind":"combine","template":"{message.3}/{ip}","columns":["both"]}"#,
        r#"{"kind":"bucket","from":"@timestamp","every":"5m","columns":["bucket"]}"#,
    ] {
        text += &case.derive(step).expect("a step");
    }
    for query in
        ["message.3: login", "ip: 203.0.113.0/24", "misfit.s3: *", "both: *", "user6", "\"login/203\""]
    {
        text += &format!("\n{query} {}", case.count(query));
    }
    let (selection, count) = case.filter("both: *", &[("ip", true), ("ms", false)]).expect("a question");
    text += &format!("\n{:?}", case.cells(selection, 0, count, &["both", "ip", "ms", "kv.user", "bucket"]));
    text + &format!("\n{:?}", case.fields())
}

/// Shards, chunks and files do not show in what is derived; nor does when files come.
#[test]
fn how_files_are_loaded_never_shows_in_steps() {
    let expected = derived_answers(Load::default());
    assert!(expected.contains("misfit.s3: * 360"), "{expected}");
    for (n_shards, n_chunk, merge_every) in [(2, 64, 1), (5, 7, 2), (3, 1 << 20, 3)] {
        let load = Load { n_shards, n_chunk, merge_every, ..Load::default() };
        assert_eq!(derived_answers(load), expected, "{load:?}");
    }
}

/// Twelve words of a daemon's messages take less than the messages.
#[test]
fn derived_columns_take_little_memory() {
    const ROWS: usize = 100_000;
    let line = |n: usize| {
        let (user, ip, port) = (n * 7 % 41, n * 31 % 10_000, 1_024 + n * 7_919 % 60_000);
        let ip = format!("203.0.{}.{}", ip / 250, ip % 250);
        match n % 3 {
            0 => format!("Failed password for user{user} from {ip} port {port} ssh2"),
            1 => format!("Failed password for invalid user adm{user} from {ip} port {port} ssh2"),
            _ => format!("pam_unix(sshd:session): session opened for user user{user} by (uid=0)"),
        }
    };
    let text: String = (0..ROWS)
        .map(|n| {
            format!("Mar 22 15:{:02}:{:02} web sshd[{}]: {}\n", n / 60 % 60, n % 60, n % 30_000, line(n))
        })
        .collect();
    let mut case = Case::load(&vec![("secure".to_owned(), text.into_bytes())], Load::default());
    let before = case.memory_bytes();
    let names: Vec<String> = (1..=12).map(|n| format!("\"w{n}\"")).collect();
    let step = format!(r#"{{"kind":"split","from":"message","columns":[{}]}}"#, names.join(","));
    case.derive(&step).expect("a step");
    assert_eq!(case.memory_bytes(), before, "nothing is made before it is asked for");
    assert_eq!(case.count("w1: *"), ROWS);
    let bytes_a_row = (case.memory_bytes() - before) as f64 / ROWS as f64;
    println!("{bytes_a_row:.1} bytes a row for 12 columns");
    assert!(bytes_a_row < 60.0, "{bytes_a_row}");
}

fn tries() -> ProptestConfig {
    ProptestConfig { cases: 96, failure_persistence: None, max_shrink_iters: 2_000, ..Default::default() }
}

/// Texts of the characters that steps look for.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just(" ".to_owned()),
        Just(",".to_owned()),
        Just("=".to_owned()),
        Just("é".to_owned()),
        Just("<U+202E>".to_owned()),
        Just("a".to_owned()),
        Just("10.0.0.5:22".to_owned()),
        Just("{\"a\":1}".to_owned()),
        Just("%41&x=".to_owned()),
        Just("https://u@h/p?q#f".to_owned()),
        Just("2022-03-22T15:48:02Z".to_owned()),
        Just("[b]".to_owned()),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(tries())]

    /// A value is made of its own row alone: any segments give the same, and so does each row by itself (`make` compares).
    #[test]
    fn a_row_alone_says_the_same(values in prop::collection::vec(hostile_text(), 1..12), nth in 0..STEPS.len()) {
        let cell = |value: &String| {
            let cell = value.replace(' ', "<U+20>").replace('|', "");
            if cell.is_empty() || cell == "-" { "\"\"".to_owned() } else { cell }
        };
        let rows: Vec<String> = values.iter().map(cell).collect();
        // Without any value that fits there are no columns to be found.
        if let Err(error) = make(&format!("v\n{}\n", rows.join("\n")), STEPS[nth]) {
            prop_assert_eq!(error.message(), "no value of \"v\" fits");
        }
    }

    /// Splitting at white space without quotes is what the standard library does.
    #[test]
    fn white_space_is_white_space(text in "[ a\"\tb]{0,30}") {
        let step = Json::parse(r#"{"kind":"split","from":"v","quotes":false,"columns":["a","b","c"]}"#).expect("JSON");
        let step = Step::new(&step).expect("a step");
        let naive: Vec<&str> = text.split_ascii_whitespace().take(3).collect();
        let mut fields = Fields::new();
        let table = "v";
        let segment = one_row(table, &text, &mut fields, &step);
        let made: Vec<String> = ["a", "b", "c"].iter().filter_map(|name| value(&segment, &fields, name)).collect();
        let expected: Vec<String> = if naive.len() < 2 { Vec::new() } else { naive.iter().map(|part| part.to_string()).collect() };
        prop_assert_eq!(made, expected);
    }
}

const STEPS: &[&str] = &[
    r#"{"kind":"split","from":"v"}"#,
    r#"{"kind":"split","from":"v","delimiter":",","atMost":2,"side":"right"}"#,
    r#"{"kind":"split","from":"v","delimiter":"\"","quotes":false,"atMost":3}"#,
    r#"{"kind":"fixed","from":"v","widths":[2,3,0]}"#,
    r#"{"kind":"regex","from":"v","pattern":"(?<x>.)(?<y>[^ ]*)"}"#,
    r#"{"kind":"grok","from":"v","pattern":"%{IP:ip}:%{INT:port}"}"#,
    r#"{"kind":"keyValue","from":"v"}"#,
    r#"{"kind":"query","from":"v"}"#,
    r#"{"kind":"json","from":"v"}"#,
    r#"{"kind":"url","from":"v"}"#,
    r#"{"kind":"email","from":"v"}"#,
    r#"{"kind":"arn","from":"v"}"#,
    r#"{"kind":"ipPort","from":"v"}"#,
    r#"{"kind":"path","from":"v"}"#,
    r#"{"kind":"userAgent","from":"v"}"#,
    r#"{"kind":"trim","from":"v"}"#,
    r#"{"kind":"case","from":"v","to":"upper"}"#,
    r#"{"kind":"replace","from":"v","pattern":".","with":"$0$0"}"#,
    r#"{"kind":"extract","from":"v","pattern":"[^a]+"}"#,
    r#"{"kind":"cast","from":"v","to":"time"}"#,
    r#"{"kind":"bucket","from":"v","every":"5m"}"#,
    r#"{"kind":"combine","template":"{v}-{v}"}"#,
];

fn one_row(name: &str, text: &str, fields: &mut Fields, step: &Step) -> View {
    use trailglass::base::{Event, Kind, Span};
    let field = fields.intern(name);
    let mut builder = trailglass::store::SegmentBuilder::new();
    let mut event = Event::default();
    event.push_text(field, Kind::Text, text);
    builder.push(fields, &event, None, b"", 0, Span::default());
    let mut segment = builder.seal(&[], None);
    let list = Json::List(vec![step.json().clone()]).to_string();
    let derivations: Arc<_> = bind(&list, fields, &mut HashMap::new()).expect("a step");
    segment.set_derivations(&derivations);
    segment
}

fn value(segment: &View, fields: &Fields, name: &str) -> Option<String> {
    let column = segment.column(fields.get(name)?)?;
    let mut value = None;
    column.for_row(0, |code| value = Some(column.dictionary.text(code).to_owned()));
    value
}
