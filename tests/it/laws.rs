//! What holds for every question and every table.

pub mod reading {
    use proptest::prelude::*;
    use trailglass::query::Query;

    /// Texts that look like questions, so that many of them are.
    pub fn question() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a",
            "B",
            "and",
            "or",
            "not",
            "(",
            ")",
            " ",
            " ",
            " ",
            ":",
            "=",
            "<",
            ">=",
            "~",
            "!=",
            "/",
            "/x/",
            "\"",
            "\"q r\"",
            "*",
            "\\",
            "\\:",
            "\\and",
            "\\u{202e}",
            "\\u{",
            "é",
            "İ",
            "10.0.0.0/8",
            "2001:db8::/32",
            "2022-03-22",
            "2022-03-22T15:40",
            "@timestamp",
            "a: b",
            "a.*: (b or not c*)",
            "a > 5",
            "a ~ /x\\/y/",
            "\u{202e}",
            "\n",
            "\u{a0}",
            "&&",
            "::",
            "-1",
            "[]",
            "CORP\\a",
        ]);
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    fn check(text: &str) {
        match Query::parse(text) {
            Ok(query) => {
                let printed = query.to_string();
                assert_eq!(Query::parse(&printed).as_ref(), Ok(&query), "{text:?} printed as {printed:?}");
                assert_eq!(Query::from_clauses(query.clauses().to_vec()), query, "{text:?}");
                for field in query.field_names() {
                    assert!(text.get(field.at).is_some());
                }
            }
            Err(error) => {
                let range = error.range().expect("an error of a query says where");
                assert!(text.get(range.clone()).is_some(), "{text:?}: {range:?} is not in the text");
                assert!(error.expected().is_some());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn whatever_is_typed_is_read_or_marked(text in "\\PC{0,40}") {
            check(&text);
        }

        #[test]
        fn what_is_read_prints_and_reads_back(text in question()) {
            check(&text);
        }

        #[test]
        fn any_value_can_be_asked_for(value in any::<String>()) {
            let query = Query::parse(&format!("field = {}", trailglass::query::Glob::text(&value)));
            let query = query.expect("a printed value reads back");
            assert_eq!(query.to_string(), format!("field = {}", trailglass::query::Glob::text(value)));
        }
    }

    #[test]
    fn depth_has_a_limit_and_no_panic() {
        for text in ["(", "not ", "a: (", "not(", "a = (not "] {
            check(&text.repeat(10_000));
        }
        check(&format!("{}a{}", "(".repeat(64), ")".repeat(64)));
        assert!(Query::parse(&format!("{}a{}", "(".repeat(64), ")".repeat(64))).is_ok());
        assert!(Query::parse(&format!("{}a{}", "(".repeat(65), ")".repeat(65))).is_err());
        assert!(Query::parse(&"a ".repeat(30_000)).is_ok());
        assert!(Query::parse(&"a ".repeat(40_000)).is_err());
    }
}

/// A row-at-a-time interpreter, written from the language's description and sharing no code with the core's.
mod naive {
    use std::net::IpAddr;

    use trailglass::base::Timestamp;
    use trailglass::query::{Clause, Comparison, FREE_TEXT, Glob, Node, Query, Test, Tree};

    /// One event: names and values, a name several times where it has several.
    #[derive(Debug)]
    pub struct Row {
        pub time: Option<i64>,
        pub values: Vec<(&'static str, String)>,
    }

    pub fn accepts(query: &Query, row: &Row) -> bool {
        query.root.as_ref().is_none_or(|root| tree(root, &|clause| accepts_clause(clause, row)))
    }

    fn tree<T>(node: &Tree<T>, leaf: &dyn Fn(&T) -> bool) -> bool {
        match &node.node {
            Node::And(children) => children.iter().all(|child| tree(child, leaf)),
            Node::Or(children) => children.iter().any(|child| tree(child, leaf)),
            Node::Not(child) => !tree(child, leaf),
            Node::Leaf(value) => leaf(value),
        }
    }

    fn accepts_clause(clause: &Clause, row: &Row) -> bool {
        match clause {
            Clause::Any(glob) if glob.is_anything() => true,
            Clause::Any(glob) => {
                let text = row.time.map(time_text);
                let time = text.is_some_and(|text| like(&text, &spaces_as_t(glob), true));
                time || row.values.iter().any(|(_, value)| like(value, glob, true))
            }
            Clause::Field { name, test } => match test {
                Test::Is(values) => {
                    tree(values, &|value| any_value(row, name, false, &|field, text| is(field, text, value)))
                }
                Test::Equals(values) => tree(values, &|value| {
                    any_value(row, name, true, &|field, text| {
                        let wanted = &value.parts[0];
                        if field == "@timestamp" { is(field, text, value) } else { text == wanted }
                    })
                }),
                Test::Compare(comparison, value) => {
                    any_value(row, name, false, &|field, text| compare(field, text, *comparison, value, name))
                }
                Test::Matches(pattern, _) => {
                    // The laws ask for literal patterns only.
                    any_value(row, name, false, &|_, text| ascii(text).contains(&ascii(pattern)))
                }
            },
        }
    }

    fn any_value(row: &Row, name: &Glob, is_exact: bool, accepts: &dyn Fn(&str, &str) -> bool) -> bool {
        let named = |field: &str| {
            if is_exact && name.parts.len() == 1 { name.parts[0] == field } else { like(field, name, false) }
        };
        let of_time =
            row.time.is_some_and(|time| named("@timestamp") && accepts("@timestamp", &time_text(time)));
        of_time || row.values.iter().any(|(field, value)| named(field) && accepts(field, value))
    }

    fn is(field: &str, text: &str, value: &Glob) -> bool {
        if value.is_anything() {
            return true;
        }
        let plain = (value.parts.len() == 1).then(|| value.parts[0].as_str());
        let time = Timestamp::parse_rfc3339(text.as_bytes());
        if let (Some((first, end)), Some(time)) = (plain.and_then(moment), time) {
            let is_number = plain.is_some_and(|plain| plain.parse::<f64>().is_ok());
            if (first..end).contains(&time.0) && (field == "@timestamp" || !is_number && !is_free(field)) {
                return true;
            }
        }
        if field == "@timestamp" && plain.is_some_and(|plain| moment(plain).is_some()) {
            return false;
        }
        let is_part = is_free(field) && plain != Some("");
        like(text, value, is_part) || !is_free(field) && plain.is_some_and(|plain| in_network(text, plain))
    }

    fn is_free(field: &str) -> bool {
        FREE_TEXT.contains(&field)
    }

    fn in_network(text: &str, network: &str) -> bool {
        let (address, prefix) = network.split_once('/').unwrap_or((network, ""));
        let bits = |text: &str| {
            text.parse().ok().map(|address| match address {
                IpAddr::V4(address) => address.octets().map(|byte| format!("{byte:08b}")).concat(),
                IpAddr::V6(address) => address.octets().map(|byte| format!("{byte:08b}")).concat(),
            })
        };
        let (Some(network), Some(text)) = (bits(address), bits(text)) else { return false };
        let prefix = prefix.parse().unwrap_or(network.len());
        network.len() == text.len() && network[..prefix] == text[..prefix]
    }

    fn compare(field: &str, text: &str, comparison: Comparison, value: &Glob, name: &Glob) -> bool {
        let wanted = &value.parts[0];
        let by = |order: std::cmp::Ordering| match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        };
        let number = wanted.parse::<f64>().ok();
        if field == "@timestamp" && name.parts.len() > 1 && number.is_some() {
            return false;
        }
        if let (Some(number), Ok(found)) = (number, text.parse::<f64>()) {
            return by(found.total_cmp(&number));
        }
        let Some(time) = Timestamp::parse_rfc3339(text.as_bytes()) else { return false };
        moment(wanted).is_some_and(|(first, end)| {
            use std::cmp::Ordering::{Equal, Greater, Less};
            by(if time.0 < first {
                Less
            } else if time.0 < end {
                Equal
            } else {
                Greater
            })
        })
    }

    /// First and end of a UTC time of any precision down to minutes.
    fn moment(text: &str) -> Option<(i64, i64)> {
        let read = |text: &str| Timestamp::parse_rfc3339(text.as_bytes()).map(|time| time.0);
        let next = |text: &str, at: usize| -> String {
            let number: i64 = text[at..].parse().unwrap_or(0);
            format!("{}{:0width$}", &text[..at], number + 1, width = text.len() - at)
        };
        match text.len() {
            4 => Some((
                read(&format!("{text}-01-01T00:00:00Z"))?,
                read(&format!("{}-01-01T00:00:00Z", next(text, 0)))?,
            )),
            7 => Some((
                read(&format!("{text}-01T00:00:00Z"))?,
                read(&format!("{}-01T00:00:00Z", next(text, 5)))?,
            )),
            10 => read(&format!("{text}T00:00:00Z")).map(|first| (first, first + 86_400_000_000_000)),
            16 => read(&format!("{text}:00Z")).map(|first| (first, first + 60_000_000_000)),
            20 => read(text).map(|first| (first, first + 1_000_000_000)),
            _ => None,
        }
    }

    fn time_text(time: i64) -> String {
        Timestamp(time).to_text()
    }

    fn ascii(text: &str) -> String {
        text.to_ascii_lowercase()
    }

    fn spaces_as_t(glob: &Glob) -> Glob {
        Glob { parts: glob.parts.iter().map(|part| part.replace(' ', "T")).collect(), at: glob.at.clone() }
    }

    /// Whether the pattern covers the text, or part of it: by trying every way.
    fn like(text: &str, glob: &Glob, is_part: bool) -> bool {
        let fold = |text: &str| -> Vec<char> {
            if glob.parts.iter().all(|part| part.is_ascii()) {
                ascii(text).chars().collect()
            } else {
                text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
            }
        };
        let parts: Vec<Vec<char>> = glob.parts.iter().map(|part| fold(part)).collect();
        let mut pattern: Vec<Option<char>> = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            pattern.extend((index > 0).then_some(None));
            pattern.extend(part.iter().copied().map(Some));
        }
        if is_part {
            pattern.insert(0, None);
            pattern.push(None);
        }
        covers(&fold(text), &pattern)
    }

    fn covers(text: &[char], pattern: &[Option<char>]) -> bool {
        match pattern {
            [] => text.is_empty(),
            [None, rest @ ..] => (0..=text.len()).any(|skipped| covers(&text[skipped..], rest)),
            [Some(c), rest @ ..] => text.first() == Some(c) && covers(&text[1..], rest),
        }
    }
}

mod answering {
    use proptest::prelude::*;
    use trailglass::base::{Event, Fields, Kind, Span, Timestamp};
    use trailglass::query::{Plan, Query, Settings, select};
    use trailglass::store::{Moment, SegmentBuilder, View};

    use super::naive::{self, Row};

    const NAMES: [&str; 6] = ["eventName", "EventName", "message", "tags[]", "user.name", "user.id"];
    const VALUES: [&str; 27] = [
        "RunInstances",
        "runinstances",
        "Run",
        "",
        "ru",
        "n",
        "10.0.0.5",
        "10.1.0.0",
        "::1",
        "2001:db8::1",
        "22",
        "-3",
        "1e2",
        "2022",
        "2022-03-22T15:40:02Z",
        "2022-03-22T15:40:59.5Z",
        "2022-03-23",
        "Größe",
        "GRÖSSE",
        "ö",
        "a b",
        "İ",
        "\u{212a}",
        "ΟΔΟΣ",
        "x*y",
        "n\nx",
        "true",
    ];
    const ASKED: [&str; 31] = [
        "RunInstances",
        "run",
        "R*",
        "*n*",
        "*s",
        "r*n*s",
        "\"\"",
        "10.0.0.0/8",
        "10.0.0.5",
        "2001:db8::/32",
        "::/0",
        "22",
        "2022",
        "2022-03",
        "2022-03-22",
        "\"2022-03-22T15:40\"",
        "2022-03-22T15:40:02Z",
        "größe",
        "οδος",
        "*ö*",
        "ö*",
        "\"a b\"",
        "\\*",
        "x\\**",
        "k",
        "\u{212a}",
        "tru*",
        "\"n\nx\"",
        "*",
        "a",
        "i",
    ];

    fn row() -> impl Strategy<Value = Row> {
        let value = || prop::sample::select(&VALUES[..]).prop_map(str::to_owned);
        let leaf = (prop::sample::select(&NAMES[..]), value());
        let time = prop::option::of(prop::sample::select(vec![
            1_647_963_602_000_000_000,
            1_647_963_659_500_000_000,
            1_647_907_200_000_000_000,
            0,
        ]));
        (time, prop::collection::vec(leaf, 0..7)).prop_map(|(time, values)| Row { time, values })
    }

    fn clause() -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec![
            "eventName",
            "eventname",
            "message",
            "tags[]",
            "user.*",
            "*",
            "*name",
            "user.id",
            "@timestamp",
            "@*",
            "none",
        ]);
        let asked = || prop::sample::select(&ASKED[..]);
        let values = prop_oneof![
            4 => asked().prop_map(str::to_owned),
            1 => (asked(), asked(), asked()).prop_map(|(a, b, c)| format!("({a} or {b} and not {c})")),
        ];
        prop_oneof![
            asked().prop_map(str::to_owned),
            (name.clone(), values).prop_map(|(name, value)| format!("{name}: {value}")),
            (name.clone(), asked()).prop_map(|(name, value)| format!("{name} = {value}")),
            (name.clone(), prop::sample::select(vec!["<", "<=", ">", ">="]), asked())
                .prop_map(|(name, sign, value)| format!("{name} {sign} {value}")),
            (name, prop::sample::select(vec!["run", "2", "n", "10"]))
                .prop_map(|(name, text)| format!("{name} ~ /{text}/")),
        ]
        // What the language refuses is not asked: another law sees to it.
        .prop_filter("a clause", |text| Query::parse(text).is_ok())
    }

    fn question() -> impl Strategy<Value = String> {
        clause().prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|a| format!("not ({a})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
            ]
        })
    }

    fn segments(rows: &[Row], fields: &mut Fields, n: usize) -> Vec<View> {
        let size = rows.len().div_ceil(n).max(1);
        let build = |rows: &[Row]| {
            let mut builder = SegmentBuilder::new();
            for row in rows {
                let mut event = Event::default();
                let moment = row.time.map(Timestamp).map(Moment::from);
                // A format gives a field's values one behind the other.
                for name in NAMES {
                    for (_, value) in row.values.iter().filter(|(field, _)| *field == name) {
                        event.push_text(fields.intern(name), Kind::Text, value);
                    }
                }
                builder.push(fields, &event, moment, b"", 0, Span::default());
            }
            builder.seal(&[], None)
        };
        rows.chunks(size).map(build).collect()
    }

    /// Tables large enough for whole words of a bitmap, for codes of two bytes, for searches that go through many
    /// texts at once, and for an `and` that looks at few rows one by one.
    #[test]
    fn select_agrees_on_many_rows() {
        let mut seed = 7_u64;
        let mut random = move |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        let rows: Vec<Row> = (0..2_500)
            .map(|row| {
                let mut values = vec![
                    ("eventName", VALUES[random(20) as usize].to_owned()),
                    ("message", format!("User {} ran {} now", random(900), VALUES[random(20) as usize])),
                ];
                if random(9) == 0 {
                    values.push(("tags[]", format!("N{row}")));
                    values.push(("tags[]", format!("{}", random(50))));
                }
                Row {
                    time: (random(5) > 0).then(|| 1_647_963_602_000_000_000 + random(90_000_000_000) as i64),
                    values,
                }
            })
            .collect();
        for text in [
            "eventName: Run",
            "eventName = Run",
            "eventName: R*s",
            "not eventName: *",
            "message: 77",
            "r 7",
            "nowu",
            "\"n now\"",
            "n2 or n3*1",
            "tags[]: n7* and 1",
            "tags[] > 25 and message: ran and not 3",
            "message: \"user 5\" and (größe or tags[] < 9) and not eventName: n",
            "15:40:1 and not message: x",
            "@timestamp < 2022-03-22T15:41 and message ~ /user 1/",
            "2022-03-22T15:40 and *: 22",
        ] {
            check(&rows, text);
        }
    }

    #[track_caller]
    fn check(rows: &[Row], text: &str) {
        let query = Query::parse(text).expect("a question that is read");
        let expected: Vec<bool> = rows.iter().map(|row| naive::accepts(&query, row)).collect();
        for n_segments in 1..=3 {
            let mut fields = Fields::new();
            let segments = segments(rows, &mut fields, n_segments);
            let plan = Plan::new(&query, &fields, Settings::default()).expect("a plan");
            let found = segments.iter().flat_map(|segment| {
                let found = select(segment, &plan);
                (0..segment.n_rows()).map(move |row| found.get(row))
            });
            assert_eq!(found.collect::<Vec<bool>>(), expected, "{text} in {n_segments} segments");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

        #[test]
        fn select_agrees_with_a_naive_interpreter(
            rows in prop::collection::vec(row(), 1..90),
            texts in prop::collection::vec(question(), 1..4),
        ) {
            for text in texts {
                check(&rows, &text);
            }
        }
    }
}
