//! A [`Query`] and the fields of a shard -> a [`Plan`]: names become numbers, texts become tests.

use std::ops::Range;

use super::language::ast::{Clause, Comparison, Glob, Node, Query, Test, Tree};
use super::language::text::{Pattern, TextTest, compile_pattern, lower, side_of};
use super::language::value::{Moment, Network, Number};
use super::language::word::Word;
use crate::base::event::TIMESTAMP;
use crate::base::text::quoted;
use crate::base::{Error, ErrorKind, FieldId, Fields};

/// The fields that hold free text, which people and programs wrote as sentences: `field: value` asks for a part of
/// their value. For every other field, it asks for the whole value. The case of a field's name does not matter.
pub const FREE_TEXT: &[&str] = &[
    "message",
    "errorMessage",
    "error.message",
    "userAgent",
    "user_agent.original",
    "event.original",
    "event.reason",
    "process.command_line",
    "url.original",
    "description",
];

/// Whether this field holds free text, so that `field: value` asks for a part of its value.
pub(super) fn is_free_text(field: &str) -> bool {
    FREE_TEXT.iter().any(|free| free.eq_ignore_ascii_case(field))
}

/// What the answer depends on besides the question and the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// The display zone, in seconds east of UTC: a time without an offset is read in this zone.
    pub offset_seconds: i64,
}

/// A query resolved to the fields that a shard knew when the plan was made. Fields that come later are not in the
/// plan.
#[derive(Debug)]
pub struct Plan {
    pub(super) step: Step,
}

#[derive(Debug)]
pub(super) enum Step {
    All,
    /// All of these; the cheapest comes first.
    And(Vec<Step>),
    Or(Vec<Step>),
    Not(Box<Step>),
    Test(Box<Leaf>),
}

/// One test on the columns of some fields.
#[derive(Debug)]
pub(super) struct Leaf {
    pub targets: Targets,
    /// The test for values of fields that are not free text, and for every column if all columns are tested.
    pub whole: TextTest,
    /// The test for values of free text, if it differs from `whole`.
    pub part: Option<TextTest>,
    /// The test for `@timestamp`, if the leaf asks for it.
    pub time: Option<TimeTest>,
}

#[derive(Debug)]
pub(super) enum Targets {
    Every,
    /// Fields, each with whether it holds free text.
    Fields(Vec<(FieldId, bool)>),
}

/// A test for the time of a row. A row without a time is refused.
#[derive(Debug)]
pub(super) enum TimeTest {
    Within(Range<i64>),
    /// A test for the text of the time in the display zone.
    Text {
        offset_seconds: i64,
        /// `None` stands for the test of the leaf.
        test: Option<TextTest>,
    },
}

impl Plan {
    /// The plan of `query` for a shard that knows `fields`. A field that the shard does not know has no values in this
    /// shard. Whether any shard knows a field is checked elsewhere, with [`Query::field_names`] and
    /// [`unknown_field_error`].
    ///
    /// # Errors
    /// If a value is not valid for its operator, which cannot happen for a query that was parsed.
    pub fn new(query: &Query, fields: &Fields, settings: Settings) -> Result<Plan, Error> {
        let planner = Planner { fields, offset_seconds: settings.offset_seconds };
        let step = match &query.root {
            Some(root) => planner.tree(root, &|clause| planner.clause(clause))?,
            None => Step::All,
        };
        Ok(Plan { step })
    }
}

/// The error for a field that no shard knows. `known` are all names; the closest is proposed.
pub fn unknown_field_error<'k>(name: &str, at: Range<usize>, known: impl Iterator<Item = &'k str>) -> Error {
    let wanted = name.to_lowercase();
    let closest = known.filter_map(|known| Some((distance(&wanted, &known.to_lowercase())?, known))).min();
    let hint = closest.map_or(String::new(), |(_, known)| format!(": did you mean {known:?}?"));
    Error::new(ErrorKind::Query, format!("unknown field {}{hint}", quoted(name)))
        .at(at)
        .expecting("a field of the loaded logs; quote the text to look for it in any field")
}

/// How far a known name is from the wanted name; `None` if it is too far to be proposed. The closest are names that
/// end with the wanted name (`userIdentity.arn` for `arn`), then names that begin with it, then names with a few other
/// letters.
fn distance(wanted: &str, known: &str) -> Option<(u32, usize)> {
    let edits = edit_distance(wanted, known);
    if known.strip_suffix(wanted).is_some_and(|head| head.ends_with(['.', ']'])) {
        return Some((0, known.len()));
    }
    let last = known.rsplit('.').next().unwrap_or(known);
    if wanted.len() >= 3 && (known.starts_with(wanted) || last.starts_with(wanted)) {
        return Some((1, known.len()));
    }
    (edits <= wanted.chars().count() / 3).then_some((2, edits))
}

/// Insertions, deletions, replacements and swaps of neighbours between two names of at most 64 characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let [a, b]: [Vec<char>; 2] = [a, b].map(|name| name.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let replaced = row[j] + (a[i] != b[j]) as usize;
            let mut least = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

/// Whether a text contains `part` in any case, as a bare word asks.
pub(super) fn contains(part: &str) -> impl Fn(&str) -> bool {
    let pattern = Pattern::new(&unanchored(&[part.to_owned()]));
    move |text| pattern.accepts(text)
}

struct Planner<'f> {
    fields: &'f Fields,
    offset_seconds: i64,
}

impl Planner<'_> {
    fn tree<T>(&self, tree: &Tree<T>, leaf: &dyn Fn(&T) -> Result<Step, Error>) -> Result<Step, Error> {
        let all = |children: &[Tree<T>]| -> Result<Vec<Step>, Error> {
            children.iter().map(|child| self.tree(child, leaf)).collect()
        };
        Ok(match &tree.node {
            Node::And(children) => {
                let mut steps = all(children)?;
                steps.sort_by_key(Step::cost);
                Step::And(steps)
            }
            Node::Or(children) => Step::Or(all(children)?),
            Node::Not(child) => Step::Not(Box::new(self.tree(child, leaf)?)),
            Node::Leaf(value) => leaf(value)?,
        })
    }

    fn clause(&self, clause: &Clause) -> Result<Step, Error> {
        match clause {
            Clause::Any(glob) if glob.is_anything() => Ok(Step::All),
            Clause::Any(glob) => Ok(self.any(glob)),
            Clause::Field { name, test } => match test {
                Test::Is(values) => self.tree(values, &|value| Ok(self.is(name, value))),
                Test::Equals(values) => self.tree(values, &|value| self.equals(name, value)),
                Test::Compare(comparison, value) => self.compare(name, *comparison, value),
                Test::Matches(pattern, at) => {
                    let time = self.time_text(name);
                    if let Some(word) = Word::of_pattern(pattern) {
                        // Most words cannot be part of a time, and writing out every time would take longer than all
                        // other work.
                        let time = time.filter(|_| could_be_in_time(word.text()));
                        return Ok(self.step(name, false, TextTest::Word(word), None, time));
                    }
                    let test = TextTest::Matches(Box::new(compile_pattern(pattern, at)?));
                    Ok(self.step(name, false, test, None, time))
                }
            },
        }
    }

    /// A bare word: part of a value of any field, or of the text of a row's time.
    fn any(&self, glob: &Glob) -> Step {
        let pattern = Pattern::new(&unanchored(&glob.parts));
        let time = match glob.as_text() {
            Some(text) if !could_be_in_time(text) => None,
            Some(text) if let Some(moment) = time_prefix(text) => {
                Some(TimeTest::Within(moment.range(self.offset_seconds)))
            }
            _ => {
                // The grid shows a space instead of the `T`.
                let parts: Vec<String> = glob.parts.iter().map(|part| part.replace(' ', "t")).collect();
                let pattern = Pattern::new(&unanchored(&parts));
                let test = Some(TextTest::Like { pattern, network: None, moment: None });
                Some(TimeTest::Text { offset_seconds: self.offset_seconds, test })
            }
        };
        let whole = TextTest::Like { pattern, network: None, moment: None };
        Step::Test(Box::new(Leaf { targets: Targets::Every, whole, part: None, time }))
    }

    fn is(&self, name: &Glob, value: &Glob) -> Step {
        if value.is_anything() {
            let time = self.asks_time(name, false).then_some(TimeTest::Within(i64::MIN..i64::MAX));
            return self.step(name, false, TextTest::Anything, None, time);
        }
        let text = value.as_text();
        let range = text.and_then(Moment::parse).map(|moment| moment.range(self.offset_seconds));
        let time = match &range {
            Some(range) => self.asks_time(name, false).then(|| TimeTest::Within(range.clone())),
            None => self.time_text(name),
        };
        let whole = TextTest::Like {
            pattern: Pattern::new(&value.parts),
            network: text.and_then(Network::parse).and_then(Result::ok),
            // A bare year is a number: `httpStatus: 2022` asks only for this text.
            moment: range.filter(|_| text.is_some_and(|text| Number::parse(text).is_none())),
        };
        let part = text.is_none_or(|text| !text.is_empty()).then(|| TextTest::Like {
            pattern: Pattern::new(&unanchored(&value.parts)),
            network: None,
            moment: None,
        });
        self.step(name, false, whole, part, time)
    }

    fn equals(&self, name: &Glob, value: &Glob) -> Result<Step, Error> {
        let Some(text) = value.as_text() else {
            return Err(Error::new(ErrorKind::Query, "\"=\" takes no wildcard").at(value.at.0.clone()));
        };
        let time = match Moment::parse(text) {
            Some(moment) => {
                self.asks_time(name, true).then(|| TimeTest::Within(moment.range(self.offset_seconds)))
            }
            None => None,
        };
        Ok(self.step(name, true, TextTest::Exactly(text.to_owned()), None, time))
    }

    fn compare(&self, name: &Glob, comparison: Comparison, value: &Glob) -> Result<Step, Error> {
        let text = value.as_text().unwrap_or("*");
        let number = Number::parse(text);
        let moment = Moment::parse(text).map(|moment| moment.range(self.offset_seconds));
        if number.is_none() && moment.is_none() {
            let message = format!("expected a number or a time, found {}", quoted(text));
            return Err(Error::new(ErrorKind::Query, message).at(value.at.0.clone()));
        }
        // A comparison of all fields with a bare year asks for numbers: `* > 2000`.
        let asks_time = self.asks_time(name, false) && (name.as_text().is_some() || number.is_none());
        let time =
            moment.as_ref().filter(|_| asks_time).map(|moment| TimeTest::Within(side_of(comparison, moment)));
        Ok(self.step(name, false, TextTest::Compare { comparison, number, moment }, None, time))
    }

    fn step(
        &self,
        name: &Glob,
        is_exact: bool,
        whole: TextTest,
        part: Option<TextTest>,
        time: Option<TimeTest>,
    ) -> Step {
        let names = Names::new(name, is_exact);
        let named = self.fields.iter().filter(|(_, name)| *name != TIMESTAMP && names.accept(name));
        let fields = named.map(|(field, name)| (field, is_free_text(name))).collect();
        Step::Test(Box::new(Leaf { targets: Targets::Fields(fields), whole, part, time }))
    }

    fn asks_time(&self, name: &Glob, is_exact: bool) -> bool {
        Names::new(name, is_exact).accept(TIMESTAMP)
    }

    fn time_text(&self, name: &Glob) -> Option<TimeTest> {
        let time = TimeTest::Text { offset_seconds: self.offset_seconds, test: None };
        self.asks_time(name, false).then_some(time)
    }
}

/// The field names that a name in a query means: in any case, except with the operator `=`.
enum Names<'g> {
    Exactly(&'g str),
    Like(Pattern),
}

impl Names<'_> {
    fn new(name: &Glob, is_exact: bool) -> Names<'_> {
        match name.as_text() {
            Some(text) if is_exact => Names::Exactly(text),
            _ => Names::Like(Pattern::new(&name.parts)),
        }
    }

    fn accept(&self, name: &str) -> bool {
        match self {
            Names::Exactly(wanted) => *wanted == name,
            Names::Like(pattern) => pattern.accepts(name),
        }
    }
}

/// The parts of a pattern that may occur anywhere in a text.
fn unanchored(parts: &[String]) -> Vec<&str> {
    let inner = parts.iter().map(String::as_str).filter(|part| !part.is_empty());
    std::iter::once("").chain(inner).chain([""]).collect()
}

/// Whether `text` could be part of the ISO text of some time.
fn could_be_in_time(text: &str) -> bool {
    let text = lower(text).replace(' ', "t");
    ["", ".000", ".000000", ".000000000"].iter().any(|fraction| {
        let shape = format!("0000-00-00t00:00:00{fraction}z");
        let fits = |window: &[u8]| {
            let fits_at =
                |(&shape, c): (&u8, u8)| if shape == b'0' { c.is_ascii_digit() } else { shape == c };
            window.iter().zip(text.bytes()).all(fits_at)
        };
        text.len() <= shape.len() && (text.is_empty() || shape.as_bytes().windows(text.len()).any(fits))
    })
}

/// The times whose ISO text contains `text`, if these times are a range: a text such as `2022-03` or
/// `2022-03-22T15:48:02` can only occur at the start.
fn time_prefix(text: &str) -> Option<Moment> {
    let is_prefix = ("2022-03".len().."2022-03-22T15:48:02".len() + 1).contains(&text.len());
    Moment::parse(text).filter(|_| is_prefix && !text.ends_with(['z', 'Z']))
}

impl Step {
    /// A rough cost of the step: an `and` evaluates cheap steps first, and expensive steps only for the rows that are
    /// left.
    fn cost(&self) -> usize {
        match self {
            Step::All => 0,
            Step::And(steps) | Step::Or(steps) => steps.iter().map(Step::cost).sum(),
            Step::Not(step) => step.cost(),
            Step::Test(leaf) => {
                let n_columns = match &leaf.targets {
                    Targets::Every => 1_000,
                    Targets::Fields(fields) => fields.len(),
                };
                let of_time = match leaf.time {
                    Some(TimeTest::Text { .. }) => 100,
                    _ => 1,
                };
                n_columns * if leaf.whole.is_slow() { 10 } else { 1 } + of_time
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_hint(name: &str, expected: &str) {
        let known = [
            "eventName",
            "eventSource",
            "sourceIPAddress",
            "userIdentity.arn",
            "userIdentity.accountId",
            "source.ip",
            "resources[].ARN",
        ];
        assert_eq!(unknown_field_error(name, 0..1, known.into_iter()).message(), expected);
    }

    #[test]
    fn proposes_the_closest_name() {
        check_hint("sourceIp", "unknown field \"sourceIp\": did you mean \"sourceIPAddress\"?");
        check_hint("soruce.ip", "unknown field \"soruce.ip\": did you mean \"source.ip\"?");
        check_hint("sourceIPAdress", "unknown field \"sourceIPAdress\": did you mean \"sourceIPAddress\"?");
        check_hint("eventNmae", "unknown field \"eventNmae\": did you mean \"eventName\"?");
        check_hint("arn", "unknown field \"arn\": did you mean \"resources[].ARN\"?");
        check_hint("accountid", "unknown field \"accountid\": did you mean \"userIdentity.accountId\"?");
        check_hint("sourceIPA", "unknown field \"sourceIPA\": did you mean \"sourceIPAddress\"?");
        check_hint("zebra", "unknown field \"zebra\"");
    }

    #[test]
    fn which_words_could_be_in_a_time() {
        for text in ["2", "2022-03", "T15:48", "15:48:02z", "02.123Z", "22 15"] {
            assert!(could_be_in_time(text), "{text}");
        }
        for text in ["10.0.0.5", "root", "123456789012", "zt", "2022/03", "é"] {
            assert!(!could_be_in_time(text), "{text}");
        }
    }
}
