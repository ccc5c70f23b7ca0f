//! The text side of asking: tokens, clauses, edits and completion.

use proptest::prelude::*;
use trailglass::base::{Event, Fields, Kind, Span};
use trailglass::query::complete::{Choice, Place, Wanted};
use trailglass::query::edit::{Edit, How, clauses, edit, twins};
use trailglass::query::tokens::{TokenKind, tokens};
use trailglass::query::{Clause, Plan, Query, Settings, Test, select};
use trailglass::store::SegmentBuilder;

use crate::laws::reading::question;

/// Each token with the letter of its kind.
fn cut(text: &str) -> String {
    let letter = |kind| match kind {
        TokenKind::Field => 'f',
        TokenKind::Operator => 'o',
        TokenKind::Value => 'v',
        TokenKind::Word => 'w',
        TokenKind::Keyword => 'k',
        TokenKind::Bracket => 'b',
        TokenKind::Pattern => 'p',
    };
    let of = |token: trailglass::query::tokens::Token| format!("{}‹{}›", letter(token.kind), &text[token.at]);
    tokens(text).into_iter().map(of).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_cut(text: &str, expected: &str) {
    assert_eq!(cut(text), expected, "{text}");
}

#[test]
fn any_text_is_cut_into_tokens() {
    check_cut("eventName: Run* and not x", "f‹eventName› o‹:› v‹Run*› k‹and› k‹not› w‹x›");
    check_cut("a = (b or \"c d\") e", "f‹a› o‹=› b‹(› v‹b› k‹or› v‹\"c d\"› b‹)› w‹e›");
    check_cut("(a : b) or c", "b‹(› f‹a› o‹:› v‹b› b‹)› k‹or› w‹c›");
    check_cut("m ~ /a (b\\/)/ >= 3", "f‹m› o‹~› p‹/a (b\\/)/› o‹>=› w‹3›");
    check_cut("2001:db8::/32 \"\\and\" \\and", "w‹2001:db8::/32› w‹\"\\and\"› w‹\\and›");
    // What is wrong, too.
    check_cut("a != b", "f‹a› o‹!=› v‹b›");
    check_cut("a: \"b c", "f‹a› o‹:› v‹\"b c›");
    check_cut("a: \"\\u{zz} c\" d", "f‹a› o‹:› v‹\"\\u{zz} c\"› w‹d›");
    check_cut("a ~ /b c", "f‹a› o‹~› p‹/b c›");
    check_cut("a: and b: c", "f‹a› o‹:› k‹and› f‹b› o‹:› v‹c›");
    check_cut(": b ) c", "o‹:› w‹b› b‹)› w‹c›");
    check_cut("a: (b", "f‹a› o‹:› b‹(› v‹b›");
    check_cut("a\"b\"", "w‹a› w‹\"b\"›");
    check_cut("\\", "w‹\\›");
}

fn check_tokens(text: &str) {
    let tokens = tokens(text);
    let mut end = 0;
    for token in &tokens {
        assert!(token.at.start >= end && token.at.end > token.at.start, "{text:?}: {tokens:?}");
        assert!(text[end..token.at.start].chars().all(char::is_whitespace), "{text:?}: {tokens:?}");
        end = token.at.end;
    }
    assert!(text[end..].chars().all(char::is_whitespace), "{text:?}: {tokens:?}");
    let Ok(query) = Query::parse(text) else { return };
    let has = |kind, at: &std::ops::Range<usize>| {
        let found = tokens.iter().find(|token| token.at == *at).map(|token| token.kind);
        assert_eq!(found, Some(kind), "{text:?} at {at:?}: {tokens:?}");
    };
    for clause in query.root.as_ref().map_or(Vec::new(), |root| root.leaves()) {
        match clause {
            Clause::Any(word) => has(TokenKind::Word, &word.at.0),
            Clause::Field { name, test } => {
                has(TokenKind::Field, &name.at.0);
                match test {
                    Test::Is(values) | Test::Equals(values) => {
                        values.leaves().into_iter().for_each(|value| has(TokenKind::Value, &value.at.0));
                    }
                    Test::Compare(_, value) => has(TokenKind::Value, &value.at.0),
                    Test::Matches(_, at) => has(TokenKind::Pattern, &at.0),
                }
            }
        }
    }
}

/// Text, field and signs of each clause.
#[track_caller]
fn check_clauses(text: &str, expected: &[&str]) {
    let query = Query::parse(text).expect("it is a query");
    let of = |clause: trailglass::query::edit::ClauseText| {
        let sign = |is, sign| if is { sign } else { "" };
        let (not, simple) = (sign(clause.is_negated, " not"), sign(clause.is_simple, " simple"));
        format!("{} | {}{not}{simple}", clause.text, clause.field.unwrap_or_default())
    };
    let found: Vec<String> = clauses(text, &query).into_iter().map(of).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_query_has_clauses() {
    check_clauses("", &[]);
    check_clauses("x  a: 1 AND not b > 2", &["x |  simple", "a: 1 | a simple", "not b > 2 | b not simple"]);
    check_clauses("a: 1 or A: 2", &["(a: 1 or A: 2) | a"]);
    check_clauses("(a: 1 or b: 2)", &["(a: 1 or b: 2) | "]);
    check_clauses("(a: 1) or (b: 2)", &["((a: 1) or (b: 2)) | "]);
    check_clauses("(a: 1 and b: 2)", &["a: 1 | a simple", "b: 2 | b simple"]);
    check_clauses("(a: 1 and b: 2) c", &["(a: 1 and b: 2) | ", "c |  simple"]);
    check_clauses("a*: (1 or 2)", &["a*: (1 or 2) |  simple"]);
}

fn change(text: &str, how: How, field: &str, value: &str) -> String {
    let add = Edit::Add { field: field.into(), value: value.into(), how, has_twins: false };
    edit(text, &add).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check_add(text: &str, how: How, field: &str, value: &str, expected: &str) {
    assert_eq!(change(text, how, field, value), expected, "{text} {how:?} {field} {value}");
}

#[test]
fn what_is_kept_adds_up() {
    let check = |text, field, value, expected| check_add(text, How::Keep, field, value, expected);
    check("", "eventName", "RunInstances", "eventName: RunInstances");
    check("a: 1 b", "eventName", "RunInstances", "a: 1 and b and eventName: RunInstances");
    check("a or b", "c", "1", "(a or b) and c: 1");
    check("(a) or (b)", "c", "1", "((a) or (b)) and c: 1");
    check("f: a and x", "f", "b c", "f: (a or \"b c\") and x");
    check("f: (a or b)", "f", "c", "f: (a or b or c)");
    check("f: a", "f", "a", "f: a");
    check("f: (b or a)", "f", "a", "f: (b or a)");
    check("F: a or f: b", "f", "c", "f: (a or b or c)");
    check("f = a", "f", "b", "(f: b or f = a)");
    check("(f: b or f = a)", "f", "c", "(f: (b or c) or f = a)");
    // One of several that are accepted: that narrows.
    check("f: a*", "f", "ab", "f: a* and f: ab");
    check("f: a*", "f", "b", "f: (a* or b)");
    check("f: A", "f", "a", "f: A and f: a");
    check("ip: 10.0.0.0/8", "ip", "10.0.0.5", "ip: 10.0.0.0/8 and ip: 10.0.0.5");
    check(
        "message: failed",
        "message",
        "failed for root",
        "message: failed and message = \"failed for root\"",
    );
    check("message = x", "message", "y", "message = (x or y)");
    // Other tests of the field stay as they are.
    check("f > 3", "f", "5", "f > 3 and f: 5");
    check("f: (a and b)", "f", "c", "f: (a and b) and f: c");
    check("f: *", "f", "c", "f: * and f: c");
    // What hid it goes.
    check("not f: a", "f", "a", "f: a");
    check("not f: (a or b) and x", "f", "a", "not f: b and x and f: a");
    check("not f: *", "f", "a", "f: a");
}

#[test]
fn what_is_excluded_adds_up() {
    let check = |text, field, value, expected| check_add(text, How::Exclude, field, value, expected);
    check("", "f", "a", "not f: a");
    check("not f: a", "f", "b", "not f: (a or b)");
    check("not f: (a or b)", "f", "b", "not f: (a or b)");
    check("not message = x", "message", "y", "not message = (x or y)");
    check("f: a", "f", "a", "not f: a");
    check("f: (a or b)", "f", "a", "f: b and not f: a");
    check("f: a*", "f", "ab", "f: a* and not f: ab");
    check("f: *", "f", "a", "f: * and not f: a");
    check("not f: *", "f", "a", "not f: * and not f: a");
}

#[test]
fn some_value_no_value_and_anywhere() {
    check_add("x", How::Exists, "a b", "", "x and \"a b\": *");
    check_add("f: *", How::Exists, "f", "", "f: *");
    check_add("not f: * and x", How::Exists, "f", "", "x and f: *");
    check_add("f: * and x", How::Missing, "f", "", "x and not f: *");
    check_add("not f: *", How::Missing, "f", "", "not f: *");
    check_add("", How::Anywhere, "", "10.0.0.5", "10.0.0.5");
    check_add("x", How::Anywhere, "", "not", "x and \"not\"");
    check_add("\"a b\"", How::Anywhere, "", "a b", "\"a b\"");
}

#[test]
fn values_that_mean_more_are_asked_for_exactly() {
    let check = |field, value, expected| check_add("", How::Keep, field, value, expected);
    check("f", "", "f: \"\"");
    check("f", "*", "f: \"*\"");
    check("f", "and", "f: \"and\"");
    check("f", "2022", "f: 2022");
    check("f", "2022-03", "f = 2022-03");
    check("f", "10.0.0.0/8", "f = 10.0.0.0/8");
    check("f", "10.0.0.0/99", "f = 10.0.0.0/99");
    check("f", "10.0.0.5", "f: 10.0.0.5");
    check("userAgent", "aws-cli/2", "userAgent = aws-cli/2");
    check("f", "\u{202e}a\"\\", "f: \"\\u{202e}a\\\"\\\\\"");
    check("a:b*", "x", "\"a:b*\": x");
    check("@timestamp", "2022-03-22T15:48:02Z", "@timestamp: \"2022-03-22T15:48:02Z\"");
    let add = Edit::Add { field: "f".into(), value: "a".into(), how: How::Keep, has_twins: true };
    assert_eq!(edit("", &add).as_deref(), Ok("f = a"));
    assert_eq!(twins("f", "a b").as_deref(), Some("f: \"a b\" and not f = \"a b\""));
    assert_eq!(twins("message", "a"), None);
    assert_eq!(twins("f", &"\u{202e}".repeat(400)), None);
}

#[test]
fn clauses_are_removed_negated_and_replaced() {
    let check =
        |text, change: &Edit, expected| assert_eq!(edit(text, change).as_deref(), Ok(expected), "{text}");
    check("a  b and c", &Edit::Remove(1), "a and c");
    check("a", &Edit::Remove(0), "");
    check("a or b", &Edit::Negate(0), "not (a or b)");
    check("a not (b or c)", &Edit::Negate(1), "a and (b or c)");
    check("a and (b  or c)", &Edit::Negate(1), "a and not (b  or c)");
    check("a b", &Edit::Replace(0, "c or d".into()), "(c or d) and b");
    check("a b", &Edit::Replace(0, "c d".into()), "c and d and b");
    check("a b", &Edit::Replace(1, " ".into()), "a");
    assert!(edit("a", &Edit::Remove(1)).is_err());
    assert!(edit("a b", &Edit::Replace(1, "c:".into())).is_err());
    assert!(edit("a:", &Edit::Remove(0)).is_err());
}

#[test]
fn bounds_of_time_take_the_place_of_others() {
    let second = 1_000_000_000;
    let between = Edit::Between(0..90 * second);
    let bounds = "@timestamp >= \"1970-01-01T00:00:00Z\" and @timestamp < \"1970-01-01T00:01:30Z\"";
    assert_eq!(edit("", &between).as_deref(), Ok(bounds));
    assert_eq!(edit("a @timestamp > 2022 b", &between), Ok(format!("a and {bounds} and b")));
    assert_eq!(edit(&format!("{bounds} and x"), &between), Ok(format!("{bounds} and x")));
    assert_eq!(edit("@timestamp: 2022", &between), Ok(format!("@timestamp: 2022 and {bounds}")));
    let around = Edit::Around { first: -second, last: 1 };
    let expected =
        "@timestamp >= \"1969-12-31T23:59:59Z\" and @timestamp <= \"1970-01-01T00:00:00.000000001Z\"";
    assert_eq!(edit(bounds, &around).as_deref(), Ok(expected));
}

/// Which rows, each the values of a field, `query` accepts.
fn accepted(field: &str, rows: &[Vec<String>], query: &str) -> Vec<usize> {
    let mut fields = Fields::new();
    let id = fields.intern(field);
    let mut builder = SegmentBuilder::new();
    for row in rows {
        let mut event = Event::default();
        row.iter().for_each(|value| event.push_text(id, Kind::Text, value));
        builder.push(&fields, &event, None, b"", 0, Span::default());
    }
    let segment = builder.seal(&[], None);
    let query = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let plan = Plan::new(&query, &fields, Settings::default()).expect("it was parsed");
    select(&segment, &plan).iter().collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "B",
        "\"",
        "\\",
        "*",
        ":",
        "=",
        "(",
        ")",
        " ",
        "and",
        "not",
        "/",
        "~",
        "\u{202e}",
        "\n",
        "\t",
        "é",
        "İ",
        "\u{212a}",
        "10.0.0.5",
        "/8",
        "2022-03-22",
        "T15:48:02Z",
        "1e3",
        "<",
        "&&",
        "#",
        "\u{a0}",
        "\0",
    ]);
    let made = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![made, any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn tokens_are_where_the_parser_reads_them(text in prop_oneof![question(), hostile()]) {
        check_tokens(&text);
    }

    #[test]
    fn clauses_put_together_ask_the_same(text in question()) {
        let Ok(query) = Query::parse(&text) else { return Ok(()) };
        let texts: Vec<String> = clauses(&text, &query).into_iter().map(|clause| clause.text).collect();
        let joined = texts.join(" and ");
        let again = Query::parse(&joined).unwrap_or_else(|error| panic!("{text:?}: {joined:?}: {error}"));
        prop_assert_eq!(again.clauses().len(), query.clauses().len(), "{:?}: {:?}", text, joined);
        prop_assert_eq!(again, query, "{:?}: {:?}", text, joined);
        for (index, own) in texts.iter().enumerate() {
            let twice = edit(&text, &Edit::Negate(index)).and_then(|once| edit(&once, &Edit::Negate(index)));
            if !own.to_lowercase().starts_with("not") {
                prop_assert_eq!(twice.as_deref(), Ok(joined.as_str()));
            }
        }
    }

    #[test]
    fn a_value_that_is_kept_is_all_that_is_accepted(
        field in prop_oneof![hostile().prop_filter("a name", |name| !name.is_empty() && name != "@timestamp"),
            prop::sample::select(vec!["message".to_owned(), "f".to_owned()])],
        mut rows in prop::collection::vec(prop::collection::vec(hostile(), 0..3), 1..8),
        at in any::<prop::sample::Index>(),
    ) {
        let value = rows[at.index(rows.len())].first().cloned().unwrap_or_default();
        rows.push(vec![value.to_uppercase()]);
        rows.push(vec![value.to_lowercase()]);
        rows.push(vec![format!("{value}x")]);
        let having = |values: &[&String]| -> Vec<usize> {
            (0..rows.len()).filter(|&row| rows[row].iter().any(|own| values.contains(&own))).collect()
        };
        let has_twins = twins(&field, &value).is_some_and(|query| !accepted(&field, &rows, &query).is_empty());
        let add = |query: &str, value: &str, how| {
            let has_twins = has_twins || twins(&field, value).is_some_and(|query| !accepted(&field, &rows, &query).is_empty());
            edit(query, &Edit::Add { field: field.clone(), value: value.into(), how, has_twins }).expect("an edit")
        };
        let kept = add("", &value, How::Keep);
        prop_assert_eq!(accepted(&field, &rows, &kept), having(&[&value]), "{}", kept);
        prop_assert_eq!(add(&kept, &value, How::Keep), kept.clone());
        let other = format!("{value}x");
        let both = add(&kept, &other, How::Keep);
        prop_assert_eq!(accepted(&field, &rows, &both), having(&[&value, &other]), "{}", both);
        let only_other = add(&both, &value, How::Exclude);
        let expected: Vec<usize> =
            having(&[&other]).into_iter().filter(|row| !having(&[&value]).contains(row)).collect();
        prop_assert_eq!(accepted(&field, &rows, &only_other), expected, "{}", only_other);
        let excluded = add("", &value, How::Exclude);
        let n_left = accepted(&field, &rows, &excluded).len();
        prop_assert_eq!(n_left, rows.len() - having(&[&value]).len(), "{}", excluded);
        let some = add("", "", How::Exists);
        prop_assert_eq!(accepted(&field, &rows, &some).len(), rows.iter().filter(|row| !row.is_empty()).count());
    }
}

/// The place of `|` in a text: what it wants, what is replaced, what was typed, and the rest of the query.
fn place(text: &str) -> Place {
    let cursor = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    Place::of(&text, cursor, |name| ["eventName", "message"].contains(&name))
}

#[track_caller]
fn check_place(text: &str, expected: &str) {
    let Place { wanted, at, typed, others } = place(text);
    let wanted = match wanted {
        Wanted::Field { is_after_clause: true, .. } => "field or and".into(),
        Wanted::Field { has_operator: true, .. } => "field alone".into(),
        Wanted::Field { .. } => "field".into(),
        Wanted::Operator => "operator".into(),
        Wanted::Value { field } => format!("value of {field}"),
        Wanted::Keyword { .. } => "keyword".into(),
        Wanted::Nothing => "nothing".into(),
    };
    let without = text.replacen('|', "", 1);
    assert_eq!(format!("{wanted} | {} | {typed} | {others}", &without[at]), expected, "{text}");
}

#[test]
fn the_cursor_has_a_place() {
    check_place("|", "field |  |  | ");
    check_place("eve|", "field | eve | eve | ");
    check_place("eve|nt", "field | event | eve | ");
    check_place("eve|nt: x", "field alone | event | eve | ");
    check_place("a: 1 eve|", "field or and | eve | eve | ");
    check_place("a: 1 or|", "field or and | or | or | ");
    check_place("not |", "field |  |  | ");
    check_place("(|", "field |  |  | ");
    check_place("eventName |", "operator |   |  | ");
    check_place("root |", "keyword |  |  | ");
    check_place("a: 1 |", "keyword |  |  | ");
    check_place("(a: 1)|", "keyword |  |  | ");
    check_place("eventName:|", "value of eventName |  |  | *");
    check_place("eventName: |", "value of eventName |  |  | *");
    check_place("eventName: Ru|", "value of eventName | Ru | Ru | *");
    check_place("eventName: Ru|n*", "value of eventName | Run* | Ru | *");
    check_place("eventName: \"AWS I|", "value of eventName | \"AWS I | AWS I | *");
    check_place("x eventName: | b: 2", "value of eventName |  |  | x *  b: 2");
    check_place("x not eventName: Ru| and b: 2", "value of eventName | Ru | Ru | x * and b: 2");
    check_place("eventName: (a or |) and b: 2", "value of eventName |  |  | * and b: 2");
    check_place("eventName: (a | b: 2", "keyword |  |  | ");
    check_place("b: ) eventName: Ru|", "value of eventName | Ru | Ru | ");
    check_place("bytes > |", "value of bytes |  |  | *");
    check_place("message ~ |", "nothing |  |  | ");
    check_place("message ~ /a|", "nothing |  |  | ");
    check_place("\"failed pas|", "nothing | \"failed pas | failed pas | ");
    check_place("message ~ /a/ |", "keyword |  |  | ");
    check_place("\"a b\": |", "value of a b |  |  | *");
}

#[test]
fn others_can_be_asked() {
    let others = |query: &str| trailglass::engine::Hub::new(1).place_in(query, query.len()).others;
    assert_eq!(others("awsRegion: x and eventName: "), "awsRegion: x and *");
    assert_eq!(others("awsRegoin: x and eventName: "), "");
}

#[test]
fn choices_fit_what_is_typed() {
    let all = [
        ("eventName", "the call", 9),
        ("eventID", "", 10),
        ("a.eventual", "", 20),
        ("prevent", "", 30),
        ("x:y", "", 1),
    ];
    let inserts = |text: &str| -> Vec<String> {
        place(text).fields(all.into_iter()).into_iter().map(|choice| choice.insert).collect()
    };
    assert_eq!(inserts("EVE|"), ["eventID: ", "eventName: ", "a.eventual: ", "prevent: "]);
    assert_eq!(inserts("eventn|: x"), ["eventName"]);
    assert_eq!(inserts("x|"), ["\"x:y\": "]);
    assert_eq!(inserts("na|"), ["eventName: "]);
    assert_eq!(inserts("no|"), ["not "]);
    assert_eq!(inserts("b o|"), ["or "]);
    let words =
        |text: &str| -> Vec<String> { place(text).words().into_iter().map(|choice| choice.insert).collect() };
    assert_eq!(words("(a)|"), [" and ", " or "]);
    assert_eq!(words("a: 1 |"), ["and ", "or "]);
    assert_eq!(words("eventName |").len(), 9);
    let values = place("eventName: |").values([("AWS Internal", Some(7)), ("x", Some(1))].into_iter());
    let choice = |insert: &str, label: &str, count| Choice {
        insert: insert.into(),
        label: label.into(),
        detail: String::new(),
        count: Some(count),
    };
    assert_eq!(values, [choice("\"AWS Internal\"", "AWS Internal", 7), choice("x", "x", 1)]);
}

proptest! {
    #[test]
    fn every_cursor_has_a_place(text in prop_oneof![question(), hostile()], cursor in 0..200_usize) {
        let place = Place::of(&text, cursor, |name| name == "a");
        prop_assert!(text.get(place.at.clone()).is_some() && place.at.start <= cursor.min(text.len()));
        prop_assert!(Query::parse(&place.others).is_ok());
    }
}
