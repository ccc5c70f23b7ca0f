//! What a value is gathered under: itself, a span of time, an hour, a weekday, a span of numbers; and the clauses that
//! ask for what was gathered.

use std::cmp::Ordering;

use super::edit::{self, anything, compares, equals, not};
use super::value::Number;
use super::value_order;
use super::{At, Clause, Comparison, Glob, Tree};
use crate::base::event::TIMESTAMP;
use crate::base::{Error, ErrorKind, Timestamp};

const NANOS: i64 = 1_000_000_000;
const DAY: i128 = 86_400 * NANOS as i128;

/// How the values of a field are gathered.
///
/// | bucket | key |
/// |---|---|
/// | `Value` | the value |
/// | `Time` | first nanosecond of the interval, since the epoch, in decimal |
/// | `Hour` | `00` to `23`, in the display zone |
/// | `Weekday` | `1` (Monday) to `7`, in the display zone |
/// | `Number` | the least number of the span, in decimal |
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bucket {
    /// Each value for itself.
    Value,
    /// Intervals of time, which begin at whole multiples since the epoch in the display zone.
    Time {
        /// How long one is.
        nanos: i64,
    },
    /// Of the event's time.
    Hour,
    /// Of the event's time.
    Weekday,
    /// Spans of numbers, which begin at whole multiples of their width.
    Number {
        /// How wide one is: finite and above 0.
        width: f64,
    },
}

impl Bucket {
    /// The bucket of this name. An interval of time that nobody says is 0, which is none: whoever asks is to choose one.
    ///
    /// # Errors
    /// `Range`, where no bucket has the name.
    pub fn from_name(name: &str, interval: Option<i64>, width: Option<f64>) -> Result<Bucket, Error> {
        Ok(match name {
            "value" => Bucket::Value,
            "time" => Bucket::Time { nanos: interval.unwrap_or(0) },
            "hour" => Bucket::Hour,
            "weekday" => Bucket::Weekday,
            "number" => Bucket::Number { width: width.unwrap_or(0.0) },
            other => {
                let expected = "expected value, time, hour, weekday or number";
                return Err(Error::new(ErrorKind::Range, format!("{expected}, found {other:?}")));
            }
        })
    }

    /// The bucket that holds `time`.
    pub(super) fn of_time(self, time: i64, offset_seconds: i64) -> i64 {
        let offset = offset_seconds as i128 * NANOS as i128;
        let local = time as i128 + offset;
        match self {
            Bucket::Hour => (local.rem_euclid(DAY) / (DAY / 24)) as i64,
            // The epoch was a Thursday.
            Bucket::Weekday => (local.div_euclid(DAY) + 3).rem_euclid(7) as i64 + 1,
            Bucket::Time { nanos } => {
                let first = local.div_euclid(nanos as i128) * nanos as i128 - offset;
                first.clamp(i64::MIN as i128, i64::MAX as i128) as i64
            }
            Bucket::Value | Bucket::Number { .. } => time,
        }
    }

    /// The key of a bucket of time.
    pub(super) fn key_of_time(self, bucket: i64) -> String {
        match self {
            Bucket::Hour => format!("{bucket:02}"),
            _ => bucket.to_string(),
        }
    }

    /// The key of a value; `None` where it has no place in buckets of this kind.
    pub(super) fn key_of_text(self, text: &str, offset_seconds: i64) -> Option<String> {
        match self {
            Bucket::Value => Some(text.to_owned()),
            Bucket::Number { width } => Number::parse(text).map(|number| number_text(least(number, width))),
            _ => {
                let time = Timestamp::parse_rfc3339(text.as_bytes())?;
                Some(self.key_of_time(self.of_time(time.0, offset_seconds)))
            }
        }
    }

    /// By what keys are ordered.
    pub(super) fn order_of(self, key: &str) -> Order<'_> {
        match self {
            Bucket::Time { .. } => Order::Time(key.parse().unwrap_or(i64::MIN)),
            _ => Order::Value(value_order::Key::of(key)),
        }
    }

    /// A key as it is shown, and the nanoseconds that it covers where it is a span of time.
    pub(super) fn shown(self, key: &str) -> (String, Option<(i64, i64)>) {
        const DAYS: [&str; 7] =
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        match self {
            Bucket::Value | Bucket::Hour => (key.to_owned(), None),
            Bucket::Weekday => {
                let day = key.parse::<usize>().ok().and_then(|day| DAYS.get(day.wrapping_sub(1)));
                (day.copied().unwrap_or(key).to_owned(), None)
            }
            Bucket::Time { nanos } => {
                let first: i64 = key.parse().unwrap_or(i64::MIN);
                (Timestamp(first).to_text(), Some((first, first.saturating_add(nanos))))
            }
            Bucket::Number { width } => {
                let first: f64 = key.parse().unwrap_or(f64::MIN);
                let end = bound((first / width).round() + 1.0, width);
                (format!("{key} … {}", number_text(end)), None)
            }
        }
    }

    /// The clauses that accept the rows with a value under `key`. `days` are the first and the last time that the weekday
    /// was met: the language has no other word for it than its days.
    pub(super) fn clauses(
        self,
        field: &str,
        key: &str,
        days: Option<(i64, i64)>,
        offset_seconds: i64,
    ) -> Vec<Tree<Clause>> {
        match self {
            Bucket::Value => vec![equals(field, edit::value(Glob::text(key)))],
            Bucket::Time { nanos } => {
                let first: i64 = key.parse().unwrap_or(i64::MIN);
                let end = first.saturating_add(nanos);
                let side = |comparison, time: i64| compares(field, comparison, Timestamp(time).to_text());
                vec![side(Comparison::GreaterOrEqual, first), side(Comparison::Less, end)]
            }
            Bucket::Number { width } => {
                let first: f64 = key.parse().unwrap_or(f64::MIN);
                let end = bound((first / width).round() + 1.0, width);
                let side = |comparison, number: f64| compares(field, comparison, number_text(number));
                let is_wide = (first / width).abs() < 1e15;
                let last =
                    if is_wide { side(Comparison::Less, end) } else { side(Comparison::LessOrEqual, first) };
                vec![side(Comparison::GreaterOrEqual, first), last]
            }
            Bucket::Hour => {
                let parts = ["", &format!("T{key}:"), ""].map(str::to_owned).to_vec();
                vec![edit::is(field, edit::value(Glob { parts, at: At::default() }))]
            }
            Bucket::Weekday => {
                let days =
                    days.map_or(Vec::new(), |(first, last)| self.days(key, first, last, offset_seconds));
                let days = days.into_iter().map(|day| edit::value(Glob::text(day))).collect();
                edit::any_of(days).map(|days| edit::is(field, days)).into_iter().collect()
            }
        }
    }

    /// The days from `first` to `last` that are this weekday.
    fn days(self, key: &str, first: i64, last: i64, offset_seconds: i64) -> Vec<String> {
        let offset = offset_seconds as i128 * NANOS as i128;
        let day_of = |time: i64| (time as i128 + offset).div_euclid(DAY);
        let days = day_of(first)..=day_of(last);
        let is_asked = |day: &i128| (day + 3).rem_euclid(7) + 1 == key.parse().unwrap_or(0);
        let text = |day: i128| Timestamp((day * DAY) as i64).to_text()[..10].to_owned();
        days.filter(is_asked).map(text).collect()
    }

    /// The clause that accepts the rows that have no value here.
    pub(super) fn missing(self, field: &str) -> Tree<Clause> {
        // Each value is on one side of any other: those that can be compared are all that there are.
        let either_side_of = |text: &str| {
            let sides = [Comparison::GreaterOrEqual, Comparison::Less];
            edit::any_of(sides.map(|comparison| compares(field, comparison, text)).to_vec())
        };
        let some = match self {
            Bucket::Number { .. } => either_side_of("0"),
            Bucket::Time { .. } if field != TIMESTAMP => either_side_of("1970-01-01T00:00:00Z"),
            _ => None,
        };
        let some = some.unwrap_or_else(|| anything(field));
        not(some)
    }
}

/// By what keys of one bucket are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order<'a> {
    Time(i64),
    Value(value_order::Key<'a>),
}

/// A number as the query language reads it back.
fn number_text(number: f64) -> String {
    if number.abs() < 1e15 { number.to_string() } else { format!("{number:e}") }
}

/// The least number of the span of `width` that holds `number`: as the query language compares them, it is not above. A
/// number beyond what can be told apart in steps of `width` is a span of its own.
fn least(number: Number, width: f64) -> f64 {
    let is_below = |bound: f64| {
        let bound = Number::parse(&number_text(bound));
        bound.and_then(|bound| number.compare(bound)).is_some_and(Ordering::is_lt)
    };
    let mut at = index(number.float(), width);
    if at.abs() >= 1e15 {
        return number.float();
    }
    while is_below(bound(at, width)) {
        at -= 1.0;
    }
    while !is_below(bound(at + 1.0, width)) {
        at += 1.0;
    }
    bound(at, width)
}

fn index(number: f64, width: f64) -> f64 {
    (number / width).floor()
}

fn bound(index: f64, width: f64) -> f64 {
    index * width + 0.0
}
