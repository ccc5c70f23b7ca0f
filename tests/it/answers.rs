//! Facets, timelines and what else is asked of an answer, against what a row at a time says, for any sharding.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use trailglass::base::Timestamp;
use trailglass::engine::inquiry::{AskTimeline, EventState, Explain, Explanation, Facets, Fields, Find};
use trailglass::engine::{Facet, FacetOrder, Timeline, Wish};
use trailglass::query::value_order;

use crate::case::{Case, Files, Load};

const LOADS: [Load; 3] = [
    Load { n_shards: 1, n_chunk: 1 << 20, cut_from: usize::MAX, merge_every: 1_000 },
    Load { n_shards: 2, n_chunk: 64, cut_from: usize::MAX, merge_every: 1 },
    Load { n_shards: 5, n_chunk: 1 << 20, cut_from: 0, merge_every: 2 },
];

/// The clauses that questions are made of, and the field that each asks.
const CLAUSES: [(&str, &str); 6] = [
    ("name: (Run or List or \"10\")", "name"),
    ("not name: run", "name"),
    ("tags[]: red", "tags[]"),
    ("user.id > 2", "user.id"),
    ("@timestamp >= 2022-03-22T15:40:03", "@timestamp"),
    ("e", ""),
];
const FIELDS: [&str; 6] = ["name", "tags[]", "user.id", "note", "@timestamp", "log.file.path"];

/// A line of JSON; a time in thirty minutes around half past three, or none.
fn line() -> impl Strategy<Value = String> {
    let text = || prop::sample::select(vec!["Run", "run", "List", "10", "9", "10.0.0.5", "é", "", "e1"]);
    let tags = prop::collection::vec(prop::sample::select(vec!["red", "green", "RED", "blue"]), 0..4);
    let time = prop::option::weighted(0.8, (0..30_i64, 0..3_i64));
    (text(), tags, prop::option::of(0..5_u8), prop::option::of(text()), time).prop_map(
        |(name, tags, id, note, time)| {
            let mut line = format!("{{\"name\":{name:?},\"tags\":{tags:?}");
            if let Some(id) = id {
                line += &format!(",\"user\":{{\"id\":{id}}}");
            }
            if let Some(note) = note {
                line += &format!(",\"note\":{note:?}");
            }
            if let Some((minute, thirds)) = time {
                let time =
                    Timestamp(1_647_963_000_000_000_000 + minute * 61_000_000_000 + thirds * 333_000_000);
                line += &format!(",\"timestamp\":\"{}\"", time.to_text());
            }
            line + "}\n"
        },
    )
}

fn files() -> impl Strategy<Value = Files> {
    let file = prop::collection::vec(line(), 1..12).prop_map(|lines| lines.concat().into_bytes());
    prop::collection::vec(file, 1..6)
        .prop_map(|files| (0..).map(|n| format!("{n}.jsonl")).zip(files).collect())
}

/// All rows that `query` accepts, a row at a time.
fn events(case: &mut Case, query: &str) -> Vec<EventState> {
    case.rows(query, &[]).into_iter().map(|row| case.event(row)).collect()
}

/// The different values that an event has in a field.
fn values(event: &EventState, field: &str) -> BTreeSet<String> {
    if field == "@timestamp" {
        return event.time.map(|time| Timestamp(time).to_text()).into_iter().collect();
    }
    let own = event.fields.iter().filter(|(name, _)| name == field);
    own.flat_map(|(_, values)| values.iter().cloned()).collect()
}

fn query_of(clauses: &[usize], without: Option<&str>) -> String {
    let kept = clauses.iter().map(|&clause| CLAUSES[clause]).filter(|(_, field)| Some(*field) != without);
    kept.map(|(text, _)| text).collect::<Vec<_>>().join(" and ")
}

mod facets {
    use super::*;

    /// What is seen of one value: rows, first and last time.
    type Seen = (u64, Option<i64>, Option<i64>);

    pub fn ask(
        case: &mut Case,
        query: &str,
        (fields, search, ignoring_own): (&[&str], &str, bool),
        (limit, order): (usize, FacetOrder),
    ) -> Vec<Facet> {
        let (selection, _) = case.filter(query, &[]).expect("a question that can be asked");
        let fields = fields.iter().map(|field| field.to_string()).collect();
        let search = search.to_owned();
        case.ask(Facets { selection, fields, search, ignoring_own, limit, order })
            .expect("the selection is open")
    }

    fn naive(rows: &[EventState], field: &str, search: &str, limit: usize, order: FacetOrder) -> Facet {
        let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
        for row in rows {
            for value in values(row, field) {
                let (n, first, last) = seen.entry(value).or_default();
                *n += 1;
                *first = [*first, row.time].into_iter().flatten().min();
                *last = [*last, row.time].into_iter().flatten().max();
            }
        }
        let n_rows = rows.iter().filter(|row| !values(row, field).is_empty()).count() as u64;
        seen.retain(|value, _| value.to_ascii_lowercase().contains(&search.to_ascii_lowercase()));
        let n_all: u64 = seen.values().map(|(n, ..)| n).sum();
        let mut listed: Vec<(String, Seen)> = seen.clone().into_iter().collect();
        listed.sort_by(|(a_value, a), (b_value, b)| {
            let late = |time: Option<i64>| time.unwrap_or(i64::MAX);
            let by_order = match order {
                FacetOrder::Count => b.0.cmp(&a.0),
                FacetOrder::Rare => a.0.cmp(&b.0),
                FacetOrder::Value => std::cmp::Ordering::Equal,
                FacetOrder::First => late(a.1).cmp(&late(b.1)),
                FacetOrder::Last => b.2.cmp(&a.2),
            };
            let by_time = || a.1.cmp(&b.1);
            let by_text = || value_order::compare(a_value, b_value);
            by_order.then_with(if field == "@timestamp" { &by_time as &dyn Fn() -> _ } else { &by_text })
        });
        listed.truncate(limit);
        let n_listed: u64 = listed.iter().map(|(_, (n, ..))| n).sum();
        let tally = |(n_rows, first, last): Seen| trailglass::engine::Tally {
            n_rows,
            first: first.unwrap_or(i64::MAX),
            last: last.unwrap_or(i64::MIN),
        };
        Facet {
            field: field.to_owned(),
            values: listed.into_iter().map(|(value, seen)| (value, tally(seen))).collect(),
            n_distinct: seen.len() as u64,
            n_rows,
            n_missing: rows.len() as u64 - n_rows,
            n_others: n_all - n_listed,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..Default::default() })]

        #[test]
        fn agree_with_a_row_at_a_time(
            files in files(),
            clauses in prop::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 0..3),
            search in prop::sample::select(vec!["", "e", "R", "1", "zz"]),
            limit in 0..6_usize,
            order in prop::sample::select(vec!["count", "rare", "value", "first", "last"]),
            ignoring_own in any::<bool>(),
        ) {
            let order = FacetOrder::from_name(order).expect("a name of an order");
            let query = query_of(&clauses, None);
            for load in LOADS {
                let mut case = Case::load(&files, load);
                if case.filter(&query, &[]).is_err() {
                    // No row has the field that it asks.
                    continue;
                }
                let found = ask(&mut case, &query, (&FIELDS, search, ignoring_own), (limit, order));
                for (facet, field) in found.into_iter().zip(FIELDS) {
                    let others = query_of(&clauses, ignoring_own.then_some(field));
                    let rows = events(&mut case, &others);
                    let expected = naive(&rows, field, search, limit, order);
                    prop_assert_eq!(facet, expected, "{} of {:?} by {:?}", field, query, load);
                }
            }
        }
    }

    #[test]
    fn a_field_that_nobody_knows_has_no_value() {
        let files: Files = [("a.jsonl".to_owned(), b"{\"name\":\"a\"}\n{\"name\":\"b\"}\n".to_vec())].into();
        let mut case = Case::load(&files, Load::default());
        let facets = ask(&mut case, "", (&["none"], "", false), (10, FacetOrder::Count));
        let expected = Facet { n_missing: 2, ..naive(&[], "none", "", 10, FacetOrder::Count) };
        assert_eq!(facets, [expected]);
    }
}

mod timelines {
    use super::*;

    fn ask(case: &mut Case, query: &str, wish: &Wish, ignoring_own: bool) -> Timeline {
        let (selection, _) = case.filter(query, &[]).expect("a question that can be asked");
        let asked = AskTimeline { selection, wish: wish.clone(), ignoring_own };
        case.ask(asked).expect("the selection is open")
    }

    /// Series by name (a value, "others", "none"), with the rows that each bucket has; empty buckets left out.
    type Rows = BTreeMap<(Option<String>, bool), BTreeMap<i64, u32>>;

    /// The buckets as the answer lays them out, filled a row at a time.
    fn naive(rows: &[EventState], wish: &Wish, interval: i64) -> Rows {
        let (first, end) = wish.range;
        let bucket = |time: i64| time.div_euclid(interval) * interval;
        let times: Vec<i64> = rows.iter().filter_map(|row| row.time).collect();
        let begin = first.or(times.iter().copied().min()).unwrap_or(0);
        let until = end.or(times.iter().max().map(|latest| latest + 1)).unwrap_or(0);
        let is_shown =
            |time: i64| begin < until && time >= bucket(begin) && time < bucket(until - 1) + interval;
        let values_of = |row| wish.by.as_ref().map_or(BTreeSet::new(), |by| values(row, by));
        // Which values have a series is decided by the times asked for, not by those shown.
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let is_asked =
            |time: i64| first.is_none_or(|first| time >= first) && end.is_none_or(|end| time < end);
        for row in rows.iter().filter(|row| row.time.is_some_and(is_asked)) {
            values_of(row).into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
        }
        let mut most: Vec<(String, u64)> = counts.into_iter().collect();
        most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| value_order::compare(&a.0, &b.0)));
        most.truncate(wish.limit);
        let mut series = Rows::new();
        for row in rows {
            let Some(time) = row.time.filter(|&time| is_shown(time)) else { continue };
            let values = values_of(row);
            let mut own: BTreeSet<(Option<String>, bool)> = BTreeSet::new();
            for value in &values {
                let is_most = most.iter().any(|(most, _)| most == value);
                own.insert(if is_most { (Some(value.clone()), false) } else { (None, true) });
            }
            if values.is_empty() {
                own.insert((None, false));
            }
            for name in own {
                *series.entry(name).or_default().entry(bucket(time)).or_default() += 1;
            }
        }
        series
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..Default::default() })]

        #[test]
        fn agree_with_a_row_at_a_time(
            files in files(),
            clauses in prop::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 0..3),
            by in prop::option::of(prop::sample::select(&FIELDS[..4])),
            limit in 0..4_usize,
            n_buckets in 1..40_usize,
            interval in prop::option::of(prop::sample::select(vec![7_000_000_000_i64, 60_000_000_000])),
            range in (prop::option::of(0..900_i64), prop::option::of(901..1_800_i64)),
            ignoring_own in any::<bool>(),
        ) {
            let at = |seconds: Option<i64>| seconds.map(|s| 1_647_963_000_000_000_000 + s * 1_000_000_000);
            let range = (at(range.0), at(range.1));
            let wish = Wish { by: by.map(str::to_owned), limit, n_buckets, interval, range };
            let query = query_of(&clauses, None);
            for load in LOADS {
                let mut case = Case::load(&files, load);
                if case.filter(&query, &[]).is_err() {
                    continue;
                }
                let found = ask(&mut case, &query, &wish, ignoring_own);
                let rows = events(&mut case, &query_of(&clauses, ignoring_own.then_some("@timestamp")));
                let times: Vec<i64> = rows.iter().filter_map(|row| row.time).collect();
                prop_assert_eq!(found.n_timeless as usize, rows.len() - times.len());
                let span = times.iter().copied().min().zip(times.iter().copied().max());
                prop_assert_eq!(found.span, span);
                let buckets = found.buckets;
                if interval.is_none() {
                    prop_assert!(buckets.n <= n_buckets, "{} buckets", buckets.n);
                }
                prop_assert_eq!(buckets.first.rem_euclid(buckets.interval), 0);
                let start = |b: usize| buckets.first + b as i64 * buckets.interval;
                let of_series = |series: &trailglass::engine::Series| {
                    let counts = series.counts.iter().enumerate().filter(|(_, n)| **n > 0);
                    let counts = counts.map(|(b, &n)| (start(b), n)).collect();
                    ((series.value.clone(), series.is_others), counts)
                };
                let series: Rows = found.series.iter().map(of_series).collect();
                let expected = if span.is_none() { Rows::new() } else { naive(&rows, &wish, buckets.interval) };
                prop_assert_eq!(series, expected, "{:?} of {:?} by {:?}", wish, query, load);
            }
        }
    }

    #[test]
    fn buckets_have_a_limit() {
        let text = "{\"name\":\"a\",\"timestamp\":\"2022-01-01T00:00:00Z\"}\n\
                    {\"name\":\"b\",\"timestamp\":\"2023-01-01T00:00:00Z\"}\n";
        let files: Files = [("a.jsonl".to_owned(), text.as_bytes().to_vec())].into();
        let mut case = Case::load(&files, Load::default());
        let (selection, _) = case.filter("", &[]).expect("everything can be asked");
        let ask = |case: &mut Case, interval| {
            let wish = Wish { n_buckets: 10, interval: Some(interval), ..Wish::default() };
            let asked = AskTimeline { selection, wish, ignoring_own: false };
            case.ask(asked).map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(ask(&mut case, 86_400_000_000_000), Ok(()));
        let too_many = "timeline would have 31536000001 buckets, limit 20000";
        assert_eq!(ask(&mut case, 1_000_000), Err(too_many.to_owned()));
        assert_eq!(ask(&mut case, 0), Err("a timeline's interval is longer than nothing".to_owned()));
    }
}

mod explanations {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

        #[test]
        fn count_each_clause_alone_and_all_but_it(
            files in files(),
            clauses in prop::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 0..5),
        ) {
            let query = query_of(&clauses, None);
            for load in LOADS {
                let mut case = Case::load(&files, load);
                let Ok((selection, _)) = case.filter(&query, &[]) else { continue };
                let found = case.ask(Explain { selection }).expect("the selection is open");
                let Explanation { query: explained, clauses: states } = found;
                prop_assert_eq!(&explained, &query);
                prop_assert_eq!(states.len(), clauses.len());
                for (i, state) in states.into_iter().enumerate() {
                    let text = CLAUSES[clauses[i]].0;
                    prop_assert_eq!(&query[state.at], text);
                    prop_assert_eq!(state.n_alone as usize, case.count(text));
                    let others: Vec<usize> = clauses.iter().copied().filter(|&c| c != clauses[i]).collect();
                    prop_assert_eq!(state.n_without as usize, case.count(&query_of(&others, None)));
                }
            }
        }
    }
}

mod finding {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..Default::default() })]

        #[test]
        fn goes_from_hit_to_hit(
            files in files(),
            text in prop::sample::select(vec!["e", "RED", "10", "é", "zz", "\"", "*", "", "15:4"]),
            fields in prop::option::of(prop::sample::subsequence(FIELDS.to_vec(), 0..3)),
            is_sorted in any::<bool>(),
        ) {
            for load in LOADS {
                let mut case = Case::load(&files, load);
                let sort: &[(&str, bool)] = if is_sorted { &[("note", true)] } else { &[] };
                let (selection, count) = case.filter("", sort).expect("everything can be asked");
                let names: Option<Vec<String>> =
                    fields.as_ref().map(|fields| fields.iter().map(|field| field.to_string()).collect());
                let asked = Find { selection, text: text.to_owned(), fields: names.clone() };
                let found = case.ask(asked).expect("the selection is open, the text short");
                let (hits, n_hits) = (found.number, found.n_rows);
                let has_it = |value: &String| value.to_lowercase().contains(&text.to_lowercase());
                let is_hit = |event: &EventState| {
                    let time = values(event, "@timestamp");
                    let mut all = event.fields.iter().flat_map(|(_, values)| values).chain(&time);
                    !text.is_empty() && match &names {
                        None => all.any(has_it),
                        Some(names) => names.iter().any(|name| values(event, name).iter().any(has_it)),
                    }
                };
                let rows = case.hub.rows(selection, 0, count).expect("it is open");
                let expected: Vec<u32> =
                    (0..).zip(rows).filter(|(_, row)| is_hit(&case.event(*row))).map(|(at, _)| at).collect();
                prop_assert_eq!(n_hits, expected.len());
                for is_backwards in [false, true] {
                    let (mut at, mut seen) = (None, Vec::new());
                    while let Some((row, nth)) =
                        case.hub.next_hit(hits, at, is_backwards).expect("the hits are open")
                    {
                        prop_assert_eq!(expected[nth], row);
                        seen.push(row);
                        at = Some(row);
                    }
                    if is_backwards {
                        seen.reverse();
                    }
                    prop_assert_eq!(&seen, &expected);
                }
                case.hub.close_hits(hits);
                prop_assert!(case.hub.next_hit(hits, None, false).is_err());
            }
        }
    }
}

mod fields {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

        #[test]
        fn are_those_of_the_selection(
            files in files(),
            clauses in prop::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 0..3),
        ) {
            let query = query_of(&clauses, None);
            for load in LOADS {
                let mut case = Case::load(&files, load);
                let Ok((selection, _)) = case.filter(&query, &[]) else { continue };
                let asked = Fields { selection: Some(selection), counts_distinct: true };
                let found: Vec<(String, u64, Option<u64>)> = case
                    .ask(asked)
                    .expect("the selection is open")
                    .into_iter()
                    .map(|sum| (sum.name, sum.n_rows, sum.n_distinct))
                    .collect();
                let rows = events(&mut case, &query);
                let mut names: BTreeSet<String> =
                    rows.iter().flat_map(|row| row.fields.iter().map(|(name, _)| name.clone())).collect();
                names.extend(rows.iter().any(|row| row.time.is_some()).then(|| "@timestamp".to_owned()));
                let sum = |name: String| {
                    let having = rows.iter().map(|row| values(row, &name)).filter(|own| !own.is_empty());
                    let n_rows = having.clone().count() as u64;
                    let distinct: BTreeSet<String> = having.flatten().collect();
                    (name, n_rows, Some(distinct.len() as u64))
                };
                let expected: Vec<_> = names.into_iter().map(sum).collect();
                prop_assert_eq!(found, expected, "{:?} by {:?}", query, load);
            }
        }
    }
}
