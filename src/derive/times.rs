//! Makes a value from a time: the start of its bucket (`every`: `5m`, `1h`, `1d`, `1w`; weeks begin on Monday), its
//! hour of day, or its weekday. All are read on a clock in `zone` (`UTC`, `+02:00`).

use super::cast::{TimeFormat, zone};
use super::options::{Options, wrong};
use super::text::{Became, Value};
use crate::base::text::quoted;
use crate::base::{Error, Timestamp};

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * NANOS;

/// The nanoseconds of an interval: a number and a unit.
fn interval(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let unit = match text[end..].trim_start() {
        "ms" => NANOS / 1_000,
        "s" => NANOS,
        "m" => 60 * NANOS,
        "h" => 3_600 * NANOS,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    };
    text[..end].parse::<i64>().ok()?.checked_mul(unit).filter(|&nanos| nanos > 0)
}

/// The start of the bucket that contains a time.
#[derive(Debug)]
pub(super) struct Bucket {
    nanos: i64,
    format: TimeFormat,
}

impl Bucket {
    pub fn new(options: &mut Options<'_>) -> Result<Bucket, Error> {
        let every = options.some_text("every")?;
        let nanos = interval(every).ok_or_else(|| {
            wrong(format!("every: expected an interval like 5m, 1h or 1d, found {}", quoted(every)))
        })?;
        Ok(Bucket { nanos, format: TimeFormat::in_zone(zone(options)?) })
    }
}

impl Value for Bucket {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        let Timestamp(time) = self.format.read(text)?;
        // The first day of 1970 was a Thursday.
        let shift =
            if self.nanos % (7 * DAY) == 0 { 3 * DAY } else { 0 } + self.format.offset_seconds * NANOS;
        let start =
            time.checked_add(shift)?.div_euclid(self.nanos).checked_mul(self.nanos)?.checked_sub(shift)?;
        made.push_str(&Timestamp(start).to_text());
        Some(Became::Made)
    }
}

/// The hour of day, `0` to `23`.
#[derive(Debug)]
pub(super) struct Hour(TimeFormat);

impl Hour {
    pub fn new(options: &mut Options<'_>) -> Result<Hour, Error> {
        Ok(Hour(TimeFormat::in_zone(zone(options)?)))
    }
}

impl Value for Hour {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        let Timestamp(time) = self.0.read(text)?;
        let seconds = time.div_euclid(NANOS) + self.0.offset_seconds;
        made.push_str(&(seconds.rem_euclid(86_400) / 3_600).to_string());
        Some(Became::Made)
    }
}

/// The weekday, `Monday` to `Sunday`.
#[derive(Debug)]
pub(super) struct Weekday(TimeFormat);

impl Weekday {
    pub fn new(options: &mut Options<'_>) -> Result<Weekday, Error> {
        Ok(Weekday(TimeFormat::in_zone(zone(options)?)))
    }
}

impl Value for Weekday {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        const NAMES: [&str; 7] =
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let Timestamp(time) = self.0.read(text)?;
        let days = (time.div_euclid(NANOS) + self.0.offset_seconds).div_euclid(86_400);
        made.push_str(NAMES[(days + 3).rem_euclid(7) as usize]);
        Some(Became::Made)
    }
}
