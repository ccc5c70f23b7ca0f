//! What holds for every set of files, whatever is in them and however they are loaded.

use proptest::prelude::*;
use trailglass::base::event::Framing;
use trailglass::base::{Event, Fields, limits};
use trailglass::engine::SourceState;
use trailglass::engine::Zone;
use trailglass::format::{self, FORMATS, Reader};

use crate::case::{Case, Files, Load, check_framing, framed};

/// How often a property is tried.
fn tries(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Default::default() }
}

/// Ways to load that must not show.
const LOADS: [Load; 4] = [
    Load { n_shards: 1, n_chunk: 1, cut_from: usize::MAX, merge_every: 1_000 },
    Load { n_shards: 2, n_chunk: 7, cut_from: usize::MAX, merge_every: 1 },
    Load { n_shards: 5, n_chunk: 64, cut_from: 0, merge_every: 2 },
    Load { n_shards: 5, n_chunk: 1 << 20, cut_from: usize::MAX, merge_every: 3 },
];

/// All that can be asked of the case, and the order of its rows by several sorts.
fn answers(files: &Files, load: Load) -> String {
    let mut case = Case::load(files, load);
    case.check_sums();
    let mut text = case.everything();
    let sorts: [&[(&str, bool)]; 4] = [
        &[("eventName", false)],
        &[("eventName", true), ("requestParameters.n", false)],
        &[("@timestamp", true)],
        &[("log.file.path", true), ("eventID", false), ("@timestamp", false)],
    ];
    for sort in sorts {
        let (selection, count) = case.filter("", sort).expect("no question can be asked");
        let cells = case.cells(selection, 0, count, &["log.file.path", "eventID", "eventName", "@timestamp"]);
        text += &format!("{sort:?} {cells:?}\n");
    }
    for query in ["eventName: list*", "not eventName: RunInstances", "alice", "requestParameters.n > 1"] {
        // A field that no event has is a mistake, and the same one always.
        let count =
            case.filter(query, &[]).map(|(_, count)| count).map_err(|error| error.message().to_owned());
        text += &format!("{query} {count:?}\n");
    }
    text
}

mod corpora {
    use super::*;

    /// One event: its number decides its `eventID`, its variant its other values.
    #[derive(Debug, Clone)]
    struct Made {
        id: u8,
        variant: u8,
        style: u8,
    }

    impl Made {
        /// Keys and values that do not depend on the style.
        fn values(&self) -> Vec<(&'static str, String)> {
            let names = ["RunInstances", "ListBuckets", "GetObject"];
            let mut values = vec![
                ("eventVersion", "\"1.08\"".to_owned()),
                ("eventTime", format!("\"2022-03-22T15:48:{:02}Z\"", self.id % 3)),
                ("eventName", format!("\"{}\"", names[self.id as usize % 3])),
                ("userIdentity", format!(r#"{{"type":"IAMUser","userName":"alice{}"}}"#, self.variant % 2)),
            ];
            if self.id > 0 {
                values.push(("eventID", format!("\"e{}\"", self.id)));
            }
            if self.variant > 1 {
                values
                    .push(("requestParameters", format!(r#"{{"n":{},"list":[1,"x",{{}}]}}"#, self.variant)));
            }
            values
        }

        /// As a record: the styles differ in the order of keys, in white space and in escapes.
        fn text(&self) -> String {
            let mut values = self.values();
            let (colon, comma) = [(":", ","), (" : ", ",\n  "), (":\t", " , ")][self.style as usize % 3];
            if self.style / 3 % 2 == 1 {
                values.reverse();
            }
            let escaped = |text: &str| match self.style / 6 % 2 {
                1 => text.replace('e', "\\u0065").replace('A', "\\u0041"),
                _ => text.to_owned(),
            };
            let pairs: Vec<_> =
                values.iter().map(|(key, value)| format!("\"{key}\"{colon}{}", escaped(value))).collect();
            format!("{{{}}}", pairs.join(comma))
        }
    }

    /// A file: events in one of the shapes that responders have.
    fn file() -> impl Strategy<Value = (Vec<Made>, u8)> {
        let made = (0..6_u8, 0..4_u8, 0..12_u8).prop_map(|(id, variant, style)| Made { id, variant, style });
        (prop::collection::vec(made, 0..9), 0..7_u8)
    }

    fn written(events: &[Made], shape: u8) -> Vec<u8> {
        let texts: Vec<String> = events.iter().map(Made::text).collect();
        let batches = || {
            texts.chunks(2).map(|batch| format!("{{\"Records\":[{}]}}", batch.join(","))).collect::<Vec<_>>()
        };
        let text = match shape {
            0 => format!("{{\"Records\":[{}]}}", texts.join(",")),
            1 => format!("{{\n\"Records\": [\n{}\n]\n}}\n", texts.join(",\n")),
            2 => format!("[{}]", texts.join(", ")),
            3 => texts.join("\n"),
            4 => batches().join("\n"),
            5 => batches().concat(),
            _ => format!("[{}]", batches().join(",")),
        };
        text.into_bytes()
    }

    proptest! {
        #![proptest_config(tries(128))]

        #[test]
        fn how_files_are_loaded_never_shows(
            files in prop::collection::vec(file(), 1..6),
            order in any::<prop::sample::Index>(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 0..3),
        ) {
            let mut files: Files = files
                .iter()
                .enumerate()
                .map(|(n, (events, shape))| (format!("{n}.json"), written(events, *shape)))
                .collect();
            for (of, at, byte) in damage {
                let bytes = &mut of.get_mut(&mut files).1;
                if !bytes.is_empty() {
                    *at.get_mut(bytes) = byte;
                }
            }
            let expected = answers(&files, Load::default());
            let n_first = order.index(files.len());
            files.rotate_left(n_first);
            for load in LOADS {
                prop_assert_eq!(&answers(&files, load), &expected, "{:?}", load);
            }
            files.reverse();
            prop_assert_eq!(&answers(&files, LOADS[1]), &expected, "reversed");
        }

        /// What is well formed is counted from outside: events that differ in number or values are rows, the others
        /// are copies; those without an `eventID` are all rows.
        #[test]
        fn copies_are_what_is_equal(files in prop::collection::vec(file(), 1..6)) {
            let mut seen = std::collections::HashSet::new();
            let mut expected = Vec::new();
            for (events, _) in &files {
                let new = events.iter().filter(|event| event.id == 0 || seen.insert(format!("{:?}", event.values())));
                let n_new = new.count() as u64;
                expected.push((n_new, events.len() as u64 - n_new, 0));
            }
            let named = |(n, (events, shape)): (usize, &(Vec<Made>, u8))| (format!("{n}.json"), written(events, *shape));
            let dropped: Files = files.iter().enumerate().map(named).collect();
            let case = Case::load(&dropped, LOADS[2]);
            let found: Vec<_> = case
                .hub
                .sources()
                .map(|(_, source)| source)
                .map(|source| (source.counts.n_events, source.counts.n_duplicates, source.counts.n_rejects))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}

mod bytes {
    use super::*;

    const PIECES: [&str; 32] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\n",
        " ",
        "{\"a\":",
        "\"Records\"",
        "{\"Records\":[",
        "]}",
        "\n{",
        "},{",
        "{\"eventVersion\":\"1.08\",\"eventID\":\"e1\",\"eventName\":\"A\",\"eventTime\":\"2022-03-22T15:48:02Z\"}",
        "{\"eventVersion\":\"1.08\",\"eventID\":\"e2\",\"awsRegion\":\"x\"}",
        "1",
        "-",
        "0.5e3",
        "true",
        "nul",
        "null",
        "\"text\"",
        "\\u00",
        "\\ud83d",
        "é",
        "\u{feff}",
        "\r\n",
        "\u{0}",
        "{\"a\":\"x\\\ny\"}",
    ];

    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)
            .prop_map(|pieces| pieces.concat().into_bytes())
    }

    /// A good file with some bytes cut out, changed or put in.
    fn mutated() -> impl Strategy<Value = Vec<u8>> {
        let change = (any::<prop::sample::Index>(), 0..4_u8, prop::sample::select(&PIECES[..]), any::<u8>());
        (0..5_usize, prop::collection::vec(change, 0..4)).prop_map(|(shape, changes)| {
            let event = |n: usize| {
                format!(
                    r#"{{"eventVersion":"1.08","eventID":"e{n}","eventTime":"2022-03-22T15:48:0{n}Z","eventName":"A","list":[{{"x":{n}}},{{"x":"y"}}]}}"#
                )
            };
            let events: Vec<String> = (0..5).map(event).collect();
            let mut bytes = match shape {
                0 => format!("{{\"Records\":[{}]}}", events.join(",")),
                1 => format!("{{\n\"Records\": [\n{}\n]\n}}", events.join(",\n")),
                2 => events.join("\n"),
                3 => format!("{{\"Records\":[{}]}}\n", events.join(",")).repeat(2),
                _ => events.join("\n").replace("event", "other"),
            }
            .into_bytes();
            for (at, kind, piece, byte) in changes {
                let at = at.index(bytes.len() + 1);
                match kind {
                    0 => bytes.truncate(at),
                    1 if at < bytes.len() => bytes[at] = byte,
                    2 => drop(bytes.splice(at..at, piece.bytes())),
                    _ => drop(bytes.drain(at..(at + 7).min(bytes.len()))),
                }
            }
            bytes
        })
    }

    /// Every event and reject stands in the input, none in another, and an event reads the same again.
    fn check(bytes: Vec<u8>) {
        check_framing(&bytes, &[1, 2, 7, 64]);
        let files: Files = vec![("a".to_owned(), bytes)];
        let expected = answers(&files, Load::default());
        for load in LOADS {
            assert_eq!(
                answers(&files, load),
                expected,
                "{load:?} of {:?}",
                String::from_utf8_lossy(&files[0].1)
            );
        }
        let bytes = &files[0].1;
        let mut case = Case::load(&files, Load::default());
        let SourceState { containers, format, .. } = case.hub.source(0);
        // Elsewhere records stand in what was unwrapped, or hold several events.
        let is_plain = matches!(format.as_deref(), Some("aws.cloudtrail" | "json" | "text"));
        if !containers.is_empty() || !is_plain {
            return;
        }
        let mut spans = Vec::new();
        for row in case.rows("", &[]) {
            let event = case.event(row);
            spans.push((event.at.offset, event.at.length));
            let record = &bytes[event.at.offset as usize..(event.at.offset + event.at.length) as usize];
            let line = 1 + bytes[..event.at.offset as usize].iter().filter(|&&byte| byte == b'\n').count();
            assert_eq!(event.at.line_number, line as u64);
            let format = case.hub.source(0).format.as_deref().and_then(format::by_name).expect("a format");
            check_again(format, record, &event.fields);
            // Copies stand in the input, too.
            spans.extend(event.copies.iter().map(|(_, at)| (at.offset, at.length)));
        }
        spans.extend(case.rejects().iter().map(|reject| (reject.at.offset, reject.at.length)));
        spans.sort_unstable();
        for pair in spans.windows(2) {
            assert!(
                pair[0].0 + pair[0].1 <= pair[1].0,
                "{pair:?} overlap in {:?}",
                String::from_utf8_lossy(bytes)
            );
        }
        assert!(
            spans.last().is_none_or(|(offset, length)| offset + length <= bytes.len() as u64),
            "{spans:?}"
        );
    }

    /// The record parses by itself to the values that the event shows.
    fn check_again(format: usize, record: &[u8], shown: &[(String, Vec<String>)]) {
        let mut fields = Fields::new();
        let mut parser = match FORMATS[format].reader(&mut fields) {
            Reader::Events(parser) => parser,
            // A part of a binary file is no file.
            Reader::Many(_) => return,
            Reader::SetAside(_) => panic!("a log"),
        };
        let mut event = Event::default();
        // Lines come without what a crash or a terminal has left.
        let framing = FORMATS[format].framing();
        let is_lines = matches!(framing, Framing::Lines(_) | Framing::Parts(_));
        let record = &if is_lines { trailglass::base::text::clean(record).0 } else { record.into() };
        parser.parse(record, &mut fields, &mut event).expect("a record of an event parses");
        let values_of = |name: &str| -> Vec<String> {
            let native = FORMATS[format].aliases().iter().find(|(common, _)| *common == name);
            let name = native.map_or(name, |(_, native)| native);
            let leaves = event.leaves().iter().filter(|leaf| fields.name(leaf.field) == name);
            leaves.map(|leaf| String::from_utf8_lossy(event.bytes(record, leaf)).into_owned()).collect()
        };
        for (name, values) in shown.iter().filter(|(name, _)| name != "log.file.path") {
            assert_eq!(&values_of(name), values, "{name} of {:?}", String::from_utf8_lossy(record));
        }
        for leaf in event.leaves() {
            let name = fields.name(leaf.field);
            assert!(shown.iter().any(|(shown, _)| shown == name), "{name} is not shown");
        }
    }

    proptest! {
        #![proptest_config(tries(500))]

        #[test]
        fn whatever_the_bytes_records_stand_in_them(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            check(bytes);
        }

        #[test]
        fn whatever_looks_like_json_stands_in_it(bytes in pieces()) {
            check(bytes);
        }

        #[test]
        fn whatever_happens_to_a_good_file_stands_in_it(bytes in mutated()) {
            check(bytes);
        }
    }
}

fn one(bytes: Vec<u8>) -> Files {
    vec![("a.json".to_owned(), bytes)]
}

fn record(n: usize, filler: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","eventID":"e{n}","eventTime":"2022-03-22T15:48:02Z","eventName":"A","x":"{filler}"}}"#
    )
}

/// A source that is read in pieces by several shards says once how many of its records are no UTF-8.
#[test]
fn latin1_is_counted_over_all_pieces() {
    let line = b"Mar 22 10:00:00 h app[1]: caf\xe9\n";
    let files = vec![("messages".to_owned(), line.repeat((10 << 20) / line.len()))];
    let said = |load: Load| Case::load(&files, load).hub.source(0).problems.clone();
    let whole = said(Load::default());
    assert_eq!(whole.len(), 1, "{whole:?}");
    assert_eq!(said(Load { n_shards: 3, cut_from: 1, ..Load::default() }), whole);
}

/// What is said of an archive's zone is said of its members, those that are found later among them.
#[test]
fn the_zone_of_an_archive_is_that_of_its_members() {
    let archive = include_bytes!("../data/containers/zone.tar");
    let mut case = Case::load(&vec![("a.tar".to_owned(), archive.to_vec())], Load::default());
    let times = |case: &mut Case| -> Vec<Option<i64>> {
        case.rows("", &[]).into_iter().map(|row| case.event(row).time).collect()
    };
    let before = times(&mut case);
    assert!(!before.is_empty() && before.iter().all(Option::is_some), "{before:?}");
    let zone = Zone { name: "+02:00".to_owned(), changes: vec![(i64::MIN, 7_200)] };
    case.hub.set_zone(Some(0), zone);
    case.settle();
    let earlier = before.iter().map(|time| time.map(|nanos| nanos - 7_200_000_000_000));
    assert_eq!(times(&mut case), earlier.collect::<Vec<_>>());
}

/// What is no entry of a wrapper is read again with the comma before it, however the bytes came.
#[test]
fn a_comma_waits_with_what_comes_behind_it() {
    check_framing(br#"{"Records":[{"Records":[1,],"Records""text"null"#, &[1, 2, 3, 7]);
}

/// A format is known by the same first bytes, whether they come alone or with all others.
#[test]
fn how_much_comes_at_once_never_decides_the_format() {
    let files = one(format!("{}{}\n", "# by hand\n".repeat(7_000), record(1, "")).into_bytes());
    let [small, large] = [1 << 12, usize::MAX].map(|n_chunk| {
        let load = Load { n_chunk, ..Load::default() };
        Case::load(&files, load).everything()
    });
    assert_eq!(small, large);
}

mod pieces {
    use super::*;

    /// A byte order mark, three pieces, and the end of the list in the last of them.
    #[test]
    fn a_large_file_reads_the_same_in_pieces() {
        let filler = "y".repeat(2_900);
        let records: Vec<String> = (0..4_000).map(|n| record(n, &filler)).collect();
        let files = one(format!("\u{feff}{{\"Records\":[\n{}]}}\n", records.join(",\n")).into_bytes());
        let whole = Case::load(&files, Load::default()).everything();
        for n_shards in [1, 5] {
            let mut case = Case::load(&files, Load { n_shards, cut_from: 0, ..Load::default() });
            assert!(case.everything() == whole, "{:?}", case.hub.source(0));
        }
    }

    /// Pieces of lines are found without reading what is between them: lines, rejects and all come out as if they were.
    #[test]
    fn large_files_of_lines_read_the_same_in_pieces() {
        let filler = "y".repeat(2_900);
        let stamp = |n: usize| format!("{:02}:{:02}:{:02}", n / 3_600, n / 60 % 60, n % 60);
        let syslog = |n: usize| match n % 5 {
            0 => format!("Mar 22 {} h app[{n}]: {filler}\n\tat {n}\n\n\tat {filler}\n", stamp(n)),
            1 => format!("\0\0Mar 22 {} h app[{n}]: after a crash\n\r\n", stamp(n)),
            _ => format!("Mar 22 {} h app[{n}]: {filler}\n", stamp(n)),
        };
        let text = |n: usize| match n % 3 {
            0 => format!("2022-03-22 {} WARN {filler}\n  at {n}\nCaused by {filler}\n", stamp(n)),
            _ => format!("2022-03-22 {} INFO {filler}\n", stamp(n)),
        };
        let dpkg = |n: usize| match n % 100 {
            0 => format!("nothing {filler}\n\n"),
            _ => format!("2022-03-22 {} status installed {filler}:amd64 {n}\n", stamp(n)),
        };
        let sql = |n: usize| {
            format!(
                "# Time: 2022-03-22T{}.000000Z\n# User@Host: a[a] @ h [192.0.2.1]  Id: {n}\n# Query_time: 0.1  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 2\nselect '{filler}';\n",
                stamp(n)
            )
        };
        let container = |n: usize| {
            let tag = if n.is_multiple_of(3) { 'F' } else { 'P' };
            format!("2022-03-22T{}.000000000Z stdout {tag} {filler}\n", stamp(n))
        };
        let makers: [(&str, &dyn Fn(usize) -> String); 5] = [
            ("messages", &syslog),
            ("app.log", &text),
            ("dpkg.log", &dpkg),
            ("slow.log", &sql),
            ("0.log", &container),
        ];
        for (name, maker) in makers {
            let mut bytes: Vec<u8> = (0..4_000).flat_map(|n| maker(n).into_bytes()).collect();
            // No UTF-8, and an end without a line end.
            bytes[3_000_000..3_000_003].fill(0xe9);
            bytes.pop();
            assert!(bytes.len() > 9 << 20, "{name} is cut more than once");
            let files = vec![(name.to_owned(), bytes)];
            // The clock of what is said of the source knows its pieces.
            let answers = |case: &mut Case| {
                let SourceState { counts, problems, times, .. } = case.hub.source(0);
                let said = format!("{counts:?} {problems:?} {times:?}");
                (said, case.everything().split_once('\n').map(|(_, rest)| rest.to_owned()))
            };
            let whole = answers(&mut Case::load(&files, Load::default()));
            for (n_shards, n_chunk) in [(1, 1 << 20), (5, 10_007)] {
                let mut case = Case::load(&files, Load { n_shards, n_chunk, cut_from: 0, merge_every: 1 });
                case.check_sums();
                assert!(answers(&mut case) == whole, "{name}: {:?}", case.hub.source(0));
            }
        }
    }

    #[test]
    fn a_large_damaged_file_reads_the_same_on_any_number_of_shards() {
        let filler = "y".repeat(2_900);
        let mut records: Vec<String> = (0..4_000).map(|n| record(n, &filler)).collect();
        records[100].truncate(80);
        records[1_500].push_str("}}},");
        records[2_500].insert(0, '{');
        records[3_999].truncate(500);
        let files = one(format!("{{\"Records\":[{}", records.join(",")).into_bytes());
        let [mut one, mut two] = [(1, 1 << 20), (2, 1 << 16)].map(|(n_shards, n_chunk)| {
            Case::load(&files, Load { n_shards, n_chunk, cut_from: 0, ..Load::default() })
        });
        one.check_sums();
        assert!(one.everything() == two.everything());
        let rejects = one.rejects();
        let source = one.hub.source(0);
        assert_eq!(source.counts.n_events, 3_998, "{rejects:?}");
        assert_eq!(source.problems, [("cut-off".to_owned(), "ends inside its list of records".to_owned())]);
    }
}

/// Inputs that would take a reader forever, or all memory, if it looked at bytes more than a few times.
mod hostile {
    use super::*;

    const MIB: usize = 1 << 20;

    /// Reads the bytes in chunks of a usual size: events, rejects, bytes of memory.
    #[track_caller]
    fn load(bytes: Vec<u8>) -> (u64, u64, usize) {
        let n_bytes = bytes.len() as u64;
        let files = one(bytes);
        let mut case = Case::load(&files, Load { n_chunk: MIB, ..Load::default() });
        let counts = case.hub.source(0).counts;
        assert_eq!(case.rows("", &[]).len() as u64, counts.n_events);
        let rejects = case.rejects();
        assert!(rejects.iter().all(|reject| reject.at.offset + reject.at.length <= n_bytes));
        (counts.n_events, counts.n_rejects, case.memory_bytes())
    }

    #[test]
    fn brackets_without_end() {
        let (n_events, n_rejects, _) = load("[".repeat(8 * MIB).into_bytes());
        assert_eq!((n_events, n_rejects), (0, 1));
        let (n_events, n_rejects, _) =
            load(format!("{{\"Records\":[{}", "{\"a\":[".repeat(MIB)).into_bytes());
        assert_eq!((n_events, n_rejects), (0, 1));
    }

    #[test]
    fn objects_that_never_close() {
        let (n_events, n_rejects, _) = load(format!("{{\"a\":1}}\n{}", "{\n".repeat(MIB / 2)).into_bytes());
        assert_eq!((n_events, n_rejects), (1, (MIB / 2) as u64));
        let (n_events, n_rejects, _) = load("{\"a\":\n".repeat(MIB).into_bytes());
        assert!(n_events == 0 && (1..200).contains(&n_rejects), "{n_rejects}");
        // Each good record gives hope that the broken one before it holds another.
        let (n_events, n_rejects, _) = load("{\"a\":[\n{},".repeat(MIB / 2).into_bytes());
        assert!(n_events < 200 && (1..200).contains(&n_rejects), "{n_events} {n_rejects}");
        let (n_events, n_rejects, _) =
            load(format!("[{}", "{\"a\":[{\"b\":1},".repeat(MIB / 2)).into_bytes());
        assert!(n_events < 200 && (1..200).contains(&n_rejects), "{n_events} {n_rejects}");
    }

    #[test]
    fn a_text_without_end() {
        let filler = "x".repeat(17 * MIB);
        // One that is too long, and what is left of it.
        assert_eq!(load(format!("[\"a\",\"{filler}").into_bytes()).0, 1);
        assert_eq!(load(format!("{{\"Records\":[{},{{\"a\":\"{filler}", record(1, "")).into_bytes()).0, 1);
    }

    #[test]
    fn white_space_without_end() {
        let spaces = " ".repeat(17 * MIB);
        for text in
            [format!("{{{spaces}"), format!("[{{{spaces}"), format!("{{\"a\"{spaces}"), format!("[{spaces}")]
        {
            let (n_events, n_rejects, _) = load(text.into_bytes());
            assert!(n_events == 0 && n_rejects <= 1);
        }
    }

    /// However it is cut, and whatever stands around it, a record over the limit is one reject, and one below it an
    /// event.
    #[test]
    fn records_of_about_the_limit() {
        let longest = 16 * MIB - record(1, "").len();
        let [fits, too_long] = [longest, longest + 1].map(|n| record(1, &"x".repeat(n)));
        assert_eq!((fits.len(), too_long.len()), (16 * MIB, 16 * MIB + 1));
        let small = record(2, "");
        for n_chunk in [5 * MIB, usize::MAX] {
            for (large, n_events, n_rejects) in [(&fits, 3, 0), (&too_long, 2, 1)] {
                for text in [
                    format!("{small}\n{large}\n{}\n", record(3, "")),
                    format!("{{\"Records\":[{small},{large},{}]}}", record(3, "")),
                ] {
                    let files = one(text.into_bytes());
                    let case = Case::load(&files, Load { n_chunk, ..Load::default() });
                    let source = case.hub.source(0);
                    assert_eq!(
                        (source.counts.n_events, source.counts.n_rejects),
                        (n_events, n_rejects),
                        "{n_chunk}"
                    );
                    assert!(source.problems.is_empty(), "{:?}", source.problems);
                }
            }
        }
    }

    /// A list that begins farther from its object's first byte than a record may be long is not looked for, nor is a
    /// record that begins so: whether one large chunk shows it or not.
    #[test]
    fn objects_of_about_the_limit() {
        let cloudtrail = format::by_name("aws.cloudtrail").expect("a format");
        let (event, filler) = (record(1, ""), "x".repeat(16 * MIB - 30));
        for (text, n_chunk) in [
            (format!("{{\"a\":\"{filler}{filler}\",\"Records\":[{event}]}}\n{event}"), MIB),
            (
                format!("{{\"a\":1{},\"Records\"{:40}:[{event}]}}\n{event}", " ".repeat(16 * MIB - 30), ""),
                16 * MIB + 10,
            ),
            (
                format!("[{{{}\"Records\"{:40}:[{event}]}},\n{event}]", " ".repeat(16 * MIB - 30), ""),
                16 * MIB + 10,
            ),
            (format!("{{\"Records\":[{event}],\"a\":\"{filler}{filler}\"}}\n{event}"), MIB),
            (format!("[{event},{filler}{filler}]\n{event}"), 5 * MIB),
        ] {
            let [whole, cut] =
                [usize::MAX, n_chunk].map(|n_chunk| framed(cloudtrail, text.as_bytes(), n_chunk));
            let is_same = whole == cut;
            assert!(is_same, "{n_chunk}: {:.80} … was read otherwise", text);
        }
    }

    /// An object that is a record of its own and too long by its number of keys, not by one value.
    #[test]
    fn a_record_with_a_million_keys() {
        let keys: Vec<String> = (0..1_300_000).map(|n| format!("\"k{n:07}\":1")).collect();
        let text = format!("{{{}}}\n{}\n", keys.join(","), "{\"a\":1}");
        assert!(text.len() > 16 * MIB);
        for n_chunk in [MIB, usize::MAX] {
            let case = Case::load(&one(text.clone().into_bytes()), Load { n_chunk, ..Load::default() });
            let counts = case.hub.source(0).counts;
            assert_eq!((counts.n_events, counts.n_rejects), (1, 1));
        }
    }

    #[test]
    fn names_without_number() {
        // 100,000 in one event, and 200,000 over many.
        let keys: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":{n}")).collect();
        let (n_events, n_rejects, memory) = load(format!("{{{}}}", keys.join(",")).into_bytes());
        assert_eq!((n_events, n_rejects), (1, 0));
        assert!(memory < 16 * MIB, "{memory} bytes");
        let lines: Vec<String> = (0..50_000)
            .map(|n| format!("{{\"a{n}\":1,\"b{n}\":2,\"c\":{{\"d{n}\":3,\"e{n}\":4}}}}"))
            .collect();
        let mut case = Case::load(&one(lines.join("\n").into_bytes()), Load::default());
        assert_eq!(case.hub.source(0).counts.n_events, 50_000);
        assert!(case.memory_bytes() < 32 * MIB, "{} bytes", case.memory_bytes());
        // Those of the format, and what gathers the others, come on top.
        let n_names = case.fields().len();
        assert!((limits::FIELDS - 100..limits::FIELDS + 100).contains(&n_names), "{n_names}");
    }

    /// The names of the leaves below a long key would be as many copies of it.
    #[test]
    fn names_without_end() {
        let keys: Vec<String> = (0..3_000).map(|n| format!("\"k{n}\":{n}")).collect();
        let text = format!("{{\"{}\":{{{}}}}}", "n".repeat(2 * MIB), keys.join(","));
        let mut case = Case::load(&one(text.into_bytes()), Load::default());
        assert_eq!(case.hub.source(0).counts.n_events, 1);
        let longest = case.fields().iter().map(|field| field.name.len()).max();
        assert!(longest < Some(8 << 10), "{longest:?}");
    }

    /// All values that were let in under a common name are still there to be found.
    #[test]
    fn values_of_too_many_names_are_kept() {
        let lines: Vec<String> = (0..25_000).map(|n| format!("{{\"a{n}\":\"value {n}\"}}")).collect();
        let mut case = Case::load(&one(lines.join("\n").into_bytes()), Load::default());
        assert_eq!(case.count("\"value 24999\""), 1);
        assert_eq!(case.count("\"value 7\""), 1 + 10 + 100 + 1_000);
    }

    #[test]
    fn many_small_events_take_little_memory() {
        let lines: Vec<String> = (0..70_000).map(|n| record(n, "")).collect();
        let (n_events, n_rejects, memory) = load(lines.join("\n").into_bytes());
        assert_eq!((n_events, n_rejects), (70_000, 0));
        assert!(memory < 70_000 * 100, "{memory} bytes");
    }

    /// 64 levels within 4 wrappers are no matter of the stack; neither are 100,000.
    #[test]
    fn depth_is_no_matter_of_the_stack() {
        for n in [64, 127, 128, 129, 100_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let text = format!("{}1{}", open.repeat(n), close.repeat(n));
                let (n_events, n_rejects, _) = load(text.into_bytes());
                assert_eq!(n_events + n_rejects, 1, "{n} {open}");
                // The top-level array is no part of the record.
                let n_deepest = if open == "[" { 129 } else { 128 };
                assert_eq!(n_events == 1, n <= n_deepest, "{n} {open}");
            }
        }
    }
}
