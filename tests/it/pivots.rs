//! Pivots against a naive oracle, over random tables, wells and shards; and the figures of small tables.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use trailglass::base::wire::{Reader, Writer};
use trailglass::base::{Error, Event, Fields, Kind, Span, Timestamp};
use trailglass::query::axis::Level;
use trailglass::query::bucket::Bucket;
use trailglass::query::figures::{Figure, Measure};
use trailglass::query::numbering::Numberings;
use trailglass::query::pivot::{Answer, By, Group, GroupKind, PathKey, Pivot, PivotCells, PivotKeys, Well};
use trailglass::query::{self, Asked, Plan, Query, Question, Settings, select, value_order};
use trailglass::store::{SegmentBuilder, View};

const MINUTE: i64 = 60_000_000_000;

/// A row: its time, and the values of each field.
#[derive(Debug, Clone, Default)]
struct Row {
    time: Option<i64>,
    values: BTreeMap<&'static str, Vec<String>>,
}

impl Row {
    fn values(&self, field: &str) -> &[String] {
        self.values.get(field).map_or(&[], |values| values)
    }
}

/// A shard: its own numbers of fields, and its segments.
struct Shard {
    fields: Fields,
    segments: Vec<View>,
}

fn segment(fields: &mut Fields, rows: &[Row]) -> View {
    let mut builder = SegmentBuilder::new();
    for row in rows {
        let mut event = Event::default();
        for (name, values) in &row.values {
            let field = fields.intern(name);
            values.iter().for_each(|value| event.push_text(field, Kind::Text, value));
        }
        let moment = row.time.map(|time| Timestamp(time).into());
        builder.push(fields, &event, moment, b"", 0, Span::default());
    }
    builder.seal(&[], None)
}

/// The rows dealt out over `n_shards`, each with `n_segments`.
fn shards(rows: &[Row], n_shards: usize, n_segments: usize) -> Vec<Shard> {
    let deal = |shard: usize| {
        let mut fields = Fields::new();
        // Other numbers of fields in each shard.
        (0..shard).for_each(|n| _ = fields.intern(&format!("only here {n}")));
        let own: Vec<Row> = rows.iter().skip(shard).step_by(n_shards).cloned().collect();
        let size = own.len().div_ceil(n_segments).max(1);
        let segments = own.chunks(size).map(|rows| segment(&mut fields, rows)).collect();
        Shard { fields, segments }
    };
    (0..n_shards).map(deal).collect()
}

/// What all shards say to a question, as bytes: all that they share with the hub.
fn put<A: Asked + Clone>(asked: &A, shards: &[Shard], query: &str, settings: Settings) -> Partials
where
    Question: From<A>,
{
    let mut writer = Writer::new();
    Question::from(asked.clone()).write(&mut writer);
    let message = writer.into_bytes();
    let query = Query::parse(query)?;
    let partial = |shard: &Shard| {
        let plan = Plan::new(&query, &shard.fields, settings)?;
        let segments: Vec<&View> = shard.segments.iter().collect();
        let numberings = &mut Numberings::default();
        let mut table = query::Table { segments: &segments, fields: &shard.fields, numberings };
        let mut collector = Question::read(&mut Reader::new(&message)).collector();
        for (number, segment) in shard.segments.iter().enumerate() {
            collector.collect(&mut table, number, &[select(segment, &plan)]);
        }
        Ok(collector.write(&mut table))
    };
    shards.iter().map(partial).collect()
}

type Partials = Result<Vec<Vec<u8>>, Error>;

/// The answer, as a hub and shards find it.
fn ask(pivot: &Pivot, shards: &[Shard], query: &str, settings: Settings) -> Result<Answer, Error> {
    pivot.check()?;
    let keys = PivotKeys { pivot: pivot.clone(), settings };
    let mut writer = Writer::new();
    keys.write(&mut writer);
    assert_eq!(PivotKeys::read(&mut Reader::new(&writer.into_bytes())), keys);
    let table = keys.answer(&put(&keys, shards, query, settings)?)?;
    let cells = PivotCells { keys, table };
    Ok(cells.answer(&put(&cells, shards, query, settings)?))
}

mod naive {
    use super::*;

    /// The rows of a group, by their numbers.
    pub type Set = BTreeSet<usize>;

    /// A key; `None` for no value.
    pub type Key = Option<String>;

    /// A group: how deep, what it stands for (`None` for the total), how many are in it, and its rows.
    #[derive(Debug)]
    pub struct Listed {
        pub depth: usize,
        pub kind: GroupKind,
        pub key: Key,
        pub n_inside: usize,
        pub rows: Set,
    }

    pub fn keys(row: &Row, level: &Level, offset_seconds: i64) -> BTreeSet<Key> {
        let offset = offset_seconds as i128 * 1_000_000_000;
        let found: BTreeSet<Key> = if level.field == "@timestamp" {
            let bucket = |time: i64| {
                let local = time as i128 + offset;
                match level.bucket {
                    Bucket::Hour => {
                        format!("{:02}", local.rem_euclid(86_400_000_000_000) / 3_600_000_000_000)
                    }
                    Bucket::Weekday => {
                        ((local.div_euclid(86_400_000_000_000) + 3).rem_euclid(7) + 1).to_string()
                    }
                    Bucket::Time { nanos } => (local - local.rem_euclid(nanos as i128) - offset).to_string(),
                    _ => time.to_string(),
                }
            };
            row.time.map(bucket).into_iter().map(Some).collect()
        } else {
            let key = |value: &String| match level.bucket {
                Bucket::Number { width } => {
                    value.parse::<f64>().ok().map(|n| ((n / width).floor() * width).to_string())
                }
                _ => Some(value.clone()),
            };
            row.values(&level.field).iter().filter_map(key).map(Some).collect()
        };
        if found.is_empty() { [None].into() } else { found }
    }

    /// The groups of a side in their order, each before those in it.
    pub fn list(
        wells: &[Well],
        measures: &[Measure],
        rows: &[Row],
        (all, counted): (&Set, &Set),
        depth: usize,
        offset: i64,
        into: &mut Vec<Listed>,
    ) {
        let Some(well) = wells.get(depth) else { return };
        let mut groups: BTreeMap<Key, Set> = BTreeMap::new();
        for &row in all {
            for key in keys(&rows[row], &well.level, offset) {
                groups.entry(key).or_default().insert(row);
            }
        }
        let mut sorted: Vec<(Key, Set)> = groups.into_iter().collect();
        let by_key = |a: &Key, b: &Key, is_descending: bool| match (a, b) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, _) => std::cmp::Ordering::Greater,
            (_, None) => std::cmp::Ordering::Less,
            (Some(a), Some(b)) => {
                let order = match well.level.bucket {
                    Bucket::Time { .. } => a.parse::<i64>().expect("a time").cmp(&b.parse().expect("a time")),
                    _ => value_order::compare(a, b),
                };
                if is_descending { order.reverse() } else { order }
            }
        };
        sorted.sort_by(|a, b| match well.by {
            By::Key => by_key(&a.0, &b.0, well.is_descending),
            By::Measure(number) => {
                let figure = |set: &Set| {
                    let set = set.intersection(counted).copied().collect();
                    super::naive::figure(&measures[number], rows, &set, None)
                };
                figure(&a.1)
                    .compare(&figure(&b.1), well.is_descending)
                    .then_with(|| by_key(&a.0, &b.0, false))
            }
        });
        let n_listed = well.limit.unwrap_or(usize::MAX).min(sorted.len());
        let rest = sorted.split_off(n_listed);
        let mut others = all.clone();
        for (key, set) in sorted {
            others = &others - &set;
            let kind = if key.is_some() { GroupKind::Key } else { GroupKind::Missing };
            let place = into.len();
            into.push(Listed { depth: depth + 1, kind, key, n_inside: 0, rows: set.clone() });
            let inside = wells.get(depth + 1).map(|well| {
                let keys = set.iter().flat_map(|&row| keys(&rows[row], &well.level, offset));
                keys.collect::<BTreeSet<Key>>().len()
            });
            into[place].n_inside = inside.unwrap_or(0);
            list(wells, measures, rows, (&set, counted), depth + 1, offset, into);
        }
        if !rest.is_empty() {
            let n_inside = rest.len();
            into.push(Listed {
                depth: depth + 1,
                kind: GroupKind::Others,
                key: None,
                n_inside,
                rows: others,
            });
        }
    }

    fn numbers(field: &str, rows: &[Row], set: &Set) -> Vec<f64> {
        let of_row = |&row: &usize| rows[row].values(field).iter().cloned().collect::<BTreeSet<String>>();
        let mut numbers: Vec<f64> =
            set.iter().flat_map(of_row).filter_map(|text| text.parse().ok()).collect();
        numbers.sort_by(f64::total_cmp);
        numbers
    }

    /// A figure of the rows `set`; a share is one of `total`.
    pub fn figure(measure: &Measure, rows: &[Row], set: &Set, total: Option<&Set>) -> Figure {
        let some = |numbers: &[f64], of: &dyn Fn(&[f64]) -> f64| match numbers {
            [] => Figure::None,
            numbers => Figure::Number(of(numbers)),
        };
        let times: Vec<i64> = set.iter().filter_map(|&row| rows[row].time).collect();
        let mut values: BTreeMap<&str, u64> = BTreeMap::new();
        if let Measure::Distinct(field) | Measure::List(field, _) = measure {
            for &row in set {
                let own: BTreeSet<&str> = rows[row].values(field).iter().map(String::as_str).collect();
                own.into_iter().for_each(|value| *values.entry(value).or_default() += 1);
            }
        }
        match measure {
            Measure::Count => Figure::Number(set.len() as f64),
            Measure::ShareOfRow | Measure::ShareOfColumn | Measure::ShareOfTotal => match total {
                None => Figure::Number(set.len() as f64),
                Some(total) if total.is_empty() => Figure::None,
                Some(total) => Figure::Number(set.len() as f64 / total.len() as f64),
            },
            Measure::First => times.iter().min().map_or(Figure::None, |&time| Figure::Time(time)),
            Measure::Last => times.iter().max().map_or(Figure::None, |&time| Figure::Time(time)),
            Measure::Distinct(_) => Figure::Number(values.len() as f64),
            Measure::Sum(field) => some(&numbers(field, rows, set), &|numbers| numbers.iter().sum()),
            Measure::Min(field) => some(&numbers(field, rows, set), &|numbers| numbers[0]),
            Measure::Max(field) => some(&numbers(field, rows, set), &|numbers| numbers[numbers.len() - 1]),
            Measure::Mean(field) => some(&numbers(field, rows, set), &|numbers| {
                numbers.iter().sum::<f64>() / numbers.len() as f64
            }),
            Measure::Quantile(field, part) => some(&numbers(field, rows, set), &|numbers| {
                let at = part * (numbers.len() - 1) as f64;
                let (low, high) = (numbers[at.floor() as usize], numbers[at.ceil() as usize]);
                low + (high - low) * at.fract()
            }),
            Measure::List(_, limit) => {
                let mut list: Vec<(String, u64)> =
                    values.into_iter().map(|(value, n)| (value.to_owned(), n)).collect();
                list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| value_order::compare(&a.0, &b.0)));
                list.truncate(*limit);
                Figure::List(list)
            }
        }
    }
}

/// Holds the answer to what the oracle says, and each group's query to the group's rows.
fn check(rows: &[Row], pivot: &Pivot, n_shards: usize, n_segments: usize, query: &str, settings: Settings) {
    let dealt = shards(rows, n_shards, n_segments);
    let answer = ask(pivot, &dealt, query, settings).expect("it can be asked");
    let whole = shards(rows, 1, 1);
    let accepted = |query: &str| -> naive::Set {
        let parsed = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        let plan = Plan::new(&parsed, &whole[0].fields, settings).expect("it was parsed");
        whole[0]
            .segments
            .first()
            .map_or_else(naive::Set::new, |segment| select(segment, &plan).iter().collect())
    };
    let all = accepted(query);
    let in_path = |row: &&usize| {
        let keys =
            pivot.columns.iter().map(|well| naive::keys(&rows[**row], &well.level, settings.offset_seconds));
        keys.zip(&pivot.order_at).all(|(keys, key)| match key {
            PathKey::Text(text) => keys.contains(&Some(text.clone())),
            PathKey::Missing => keys.contains(&None),
        })
    };
    let counted: naive::Set = all.iter().filter(in_path).copied().collect();
    let side = |wells: &[Well], counted: &naive::Set| {
        let mut listed = Vec::new();
        let total =
            naive::Listed { depth: 0, kind: GroupKind::Total, key: None, n_inside: 0, rows: all.clone() };
        listed.push(total);
        naive::list(wells, &pivot.measures, rows, (&all, counted), 0, settings.offset_seconds, &mut listed);
        listed
    };
    let (row_side, column_side) = (side(&pivot.rows, &counted), side(&pivot.columns, &all));
    for (wells, listed, groups) in
        [(&pivot.rows, &row_side, &answer.rows), (&pivot.columns, &column_side, &answer.columns)]
    {
        assert_eq!(groups.len(), listed.len(), "{groups:#?}\n{listed:#?}");
        for (listed, group) in listed.iter().zip(groups) {
            check_group(wells, listed, group);
            let query = group.query.as_deref().expect("it is short");
            let found: naive::Set = accepted(query).intersection(&all).copied().collect();
            assert_eq!(found, listed.rows, "{query}");
        }
    }
    for (measure, figures) in pivot.measures.iter().zip(&answer.figures) {
        assert_eq!(figures.len(), row_side.len() * column_side.len());
        for (r, row) in row_side.iter().enumerate() {
            for (c, column) in column_side.iter().enumerate() {
                let set: naive::Set = row.rows.intersection(&column.rows).copied().collect();
                let total = match measure {
                    Measure::ShareOfRow => &row.rows,
                    Measure::ShareOfColumn => &column.rows,
                    _ => &all,
                };
                let expected = naive::figure(measure, rows, &set, Some(total));
                assert_eq!(figures[r * column_side.len() + c], expected, "{measure:?} of {row:?} {column:?}");
            }
        }
    }
}

#[track_caller]
fn check_group(wells: &[Well], listed: &naive::Listed, group: &Group) {
    assert_eq!((listed.depth, listed.kind), (group.depth, group.kind));
    if group.depth > 0 && group.kind != GroupKind::Total {
        assert_eq!(listed.n_inside as u64, group.n_inside, "{listed:?}");
    }
    if let Some(key) = &listed.key {
        match wells[listed.depth - 1].level.bucket {
            Bucket::Value | Bucket::Hour if wells[listed.depth - 1].level.field != "@timestamp" => {
                assert_eq!(*key, group.text);
            }
            Bucket::Time { nanos } => {
                let first: i64 = key.parse().expect("a time");
                assert_eq!(group.span, Some((first, first + nanos)));
                assert_eq!(group.text, Timestamp(first).to_text());
            }
            _ => {}
        }
    }
}

/// Rows with a value each for `user` and `action`; several where `|` stands between them, none where `-` stands.
fn table(text: &str) -> Vec<Row> {
    let row = |(n, line): (usize, &str)| {
        let cells = ["user", "action"].into_iter().zip(line.split_whitespace());
        let values = cells.filter(|(_, cell)| *cell != "-");
        let values = values.map(|(name, cell)| (name, cell.split('|').map(str::to_owned).collect()));
        Row { time: Some(n as i64 * MINUTE), values: values.collect() }
    };
    text.lines().enumerate().map(row).collect()
}

fn well(field: &str) -> Well {
    let level = Level { field: field.to_owned(), bucket: Bucket::Value };
    Well { level, by: By::Measure(0), is_descending: true, limit: None }
}

/// The first figure of every row in the total's column, below its text.
fn column(answer: &Answer) -> Vec<String> {
    let figures = answer.figures[0].iter().step_by(answer.columns.len());
    let text = |(group, figure): (&Group, &Figure)| match figure {
        Figure::Number(number) => {
            format!("{}{:?} {} {number}", "  ".repeat(group.depth), group.kind, group.text)
        }
        other => panic!("{other:?}"),
    };
    answer.rows.iter().zip(figures).map(text).collect()
}

#[test]
fn a_row_of_several_values_is_in_each_group_and_once_in_the_total() {
    let rows = table("alice|bob login\nalice login\n- login\nbob|bob login");
    let pivot = Pivot { rows: vec![well("user")], measures: vec![Measure::Count], ..Pivot::default() };
    let answer = ask(&pivot, &shards(&rows, 2, 2), "", Settings::default()).expect("it can be asked");
    let expected = ["Total  4", "  Key alice 2", "  Key bob 2", "  Missing  1"];
    assert_eq!(column(&answer), expected);
}

#[test]
fn groups_of_many_keys_come_by_the_page() {
    let rows = table(&(0..100).map(|n| format!("u{} a\n", n % 40)).collect::<String>());
    let page = |first, end| {
        let pivot = Pivot {
            rows: vec![well("user")],
            measures: vec![Measure::Count, Measure::First],
            page: Some((first, end)),
            ..Pivot::default()
        };
        ask(&pivot, &shards(&rows, 3, 2), "", Settings::default()).expect("it can be asked")
    };
    let whole = column(&page(0, 1_000));
    assert_eq!(whole.len(), 41);
    assert_eq!(whole[..3], ["Total  100", "  Key u0 3", "  Key u1 3"]);
    for (first, end) in [(0, 7), (7, 20), (39, 40), (40, 50)] {
        let answer = page(first, end);
        assert_eq!(column(&answer)[1..], whole[first + 1..(end + 1).min(41)]);
        assert_eq!((answer.rows[0].n_inside, answer.rows[0].depth), (40, 0));
        assert_eq!(answer.figures[0][0], Figure::Number(100.0), "the total is that of all groups");
    }
}

#[test]
fn what_is_too_large_or_has_no_meaning_is_refused() {
    let rows: Vec<Row> = (0..320).flat_map(|n| table(&format!("u{} a{n}", n % 256))).collect();
    let ask = |pivot: &Pivot| {
        let answer = ask(pivot, &shards(&rows, 2, 1), "", Settings::default());
        answer.map(|_| ()).map_err(|error| error.message().to_owned())
    };
    let mut pivot = Pivot {
        rows: vec![well("user")],
        columns: vec![well("action")],
        measures: vec![Measure::Count],
        ..Pivot::default()
    };
    assert_eq!(ask(&pivot), Err("pivot would have 81,920 cells, limit 10,000".to_owned()));
    pivot.columns[0].limit = Some(10);
    assert_eq!(ask(&pivot), Ok(()));
    pivot.measures = vec![Measure::Quantile("user".to_owned(), 1.5)];
    assert_eq!(ask(&pivot), Err("expected a quantile from 0 to 1, found 1.5".to_owned()));
    pivot.measures = Vec::new();
    assert_eq!(ask(&pivot), Err("expected one of 0 values to order by, found 0".to_owned()));
    pivot.rows = vec![Well { by: By::Key, ..well("user") }];
    pivot.columns = vec![Well { by: By::Key, ..well("action") }];
    pivot.columns[0].level.bucket = Bucket::Hour;
    assert_eq!(ask(&pivot), Err("hours and weekdays are those of @timestamp, found \"action\"".to_owned()));
    pivot.columns[0].level.bucket = Bucket::Number { width: -1.0 };
    assert_eq!(ask(&pivot), Err("expected a width above 0, found -1".to_owned()));
}

mod random {
    use super::*;

    /// 2022-03-22T15:48:02Z.
    const START: i64 = 1_647_964_082_000_000_000;

    fn row() -> impl Strategy<Value = Row> {
        let time = prop::option::weighted(0.9, (0..20_000_i64).prop_map(|n| START + n * 7 * MINUTE + n % 3));
        let letters =
            prop::sample::select(vec!["a", "A", "b", "", "10.0.0.9", "10.0.0.10", "x y", "and", "*"]);
        let one = prop::option::of(letters.clone());
        let many = prop::collection::vec(letters, 0..4);
        let number =
            prop::sample::select(vec!["1", "2", "2.5", "-3", "1e2", "x", "9007199254740993", "-0.5"]);
        let numbers = prop::collection::vec(number, 0..3);
        (time, one, many, numbers, 0..40_u32).prop_map(|(time, one, many, numbers, id)| {
            let texts = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
            let values = [
                ("one", texts(one.into_iter().collect())),
                ("many", texts(many)),
                ("numbers", texts(numbers)),
                ("single", vec![(id as f64 / 2.0).to_string()]),
                ("id", vec![format!("id {id}")]),
            ];
            Row {
                time,
                values: values.into_iter().filter(|(_, values): &(_, Vec<_>)| !values.is_empty()).collect(),
            }
        })
    }

    fn level() -> impl Strategy<Value = Level> {
        let of = |field: &str, bucket| Level { field: field.to_owned(), bucket };
        prop::sample::select(vec![
            of("one", Bucket::Value),
            of("many", Bucket::Value),
            of("id", Bucket::Value),
            of("nowhere", Bucket::Value),
            of("single", Bucket::Number { width: 2.5 }),
            of("single", Bucket::Number { width: 0.1 }),
            of("@timestamp", Bucket::Time { nanos: 3_600_000_000_000 }),
            of("@timestamp", Bucket::Time { nanos: 30 * 86_400_000_000_000 }),
            of("@timestamp", Bucket::Hour),
            of("@timestamp", Bucket::Weekday),
        ])
    }

    fn measure() -> impl Strategy<Value = Measure> {
        let field = || {
            prop::sample::select(vec!["one", "many", "numbers", "single", "nowhere"]).prop_map(str::to_owned)
        };
        prop_oneof![
            Just(Measure::Count),
            Just(Measure::ShareOfRow),
            Just(Measure::ShareOfColumn),
            Just(Measure::ShareOfTotal),
            Just(Measure::First),
            Just(Measure::Last),
            field().prop_map(Measure::Distinct),
            field().prop_map(Measure::Min),
            field().prop_map(Measure::Max),
            // Halves: their sums are exact whatever the order, for the oracle, too.
            Just(Measure::Sum("single".to_owned())),
            Just(Measure::Mean("single".to_owned())),
            (field(), prop::sample::select(vec![0.0, 0.25, 0.5, 0.9, 1.0]))
                .prop_map(|(field, part)| Measure::Quantile(field, part)),
            (field(), 0..4_usize).prop_map(|(field, limit)| Measure::List(field, limit)),
        ]
    }

    fn wells(n: usize, n_measures: usize) -> impl Strategy<Value = Vec<Well>> {
        let by = prop_oneof![Just(By::Key), (0..n_measures).prop_map(By::Measure)];
        let well = (level(), by, any::<bool>(), prop::option::of(1..5_usize));
        let well =
            well.prop_map(|(level, by, is_descending, limit)| Well { level, by, is_descending, limit });
        prop::collection::vec(well, 0..=n)
    }

    fn pivot() -> impl Strategy<Value = Pivot> {
        let measures = prop::collection::vec(measure(), 1..4);
        measures.prop_flat_map(|measures| {
            let path = prop_oneof![
                3 => Just(Vec::new()),
                1 => Just(vec![PathKey::Text("a".to_owned())]),
                1 => Just(vec![PathKey::Missing]),
            ];
            let n = measures.len();
            (wells(2, n), wells(2, n), Just(measures), path).prop_map(
                |(rows, columns, measures, order_at)| {
                    let order_at = if columns.is_empty() { Vec::new() } else { order_at };
                    Pivot { rows, columns, measures, order_at, page: None }
                },
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_pivot_is_what_the_oracle_says(
            rows in prop::collection::vec(row(), 0..30),
            pivot in pivot(),
            n_shards in 1..4_usize,
            n_segments in 1..3_usize,
            query in prop::sample::select(vec!["", "one: a", "not many: *", "single > 7"]),
            offset_seconds in prop::sample::select(vec![0, 19_800, -3_600]),
        ) {
            check(&rows, &pivot, n_shards, n_segments, query, Settings { offset_seconds });
        }
    }
}
