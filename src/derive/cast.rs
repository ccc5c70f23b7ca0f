//! Casts texts to numbers, times, addresses and durations.
//!
//! - `number`: `-12`, `3.50`, `1e9`, `0x1f`, or with thousands as `1,234,567`; white space at the ends is ignored.
//! - `time`: RFC 3339 and its variants, `Mar 22 15:48:02`, `22/Mar/2022:15:48:02 +0000`, seconds, milliseconds,
//! microseconds or nanoseconds since 1970; or a `format`: `%Y %y %m %d %e %b %B %H %I %M %S %f %p %z %s %a %A %%`,
//! where white space stands for any white space. A time without a zone is read in `zone` (`UTC`, `+02:00`), a time
//! without a year in `year`; if no `year` is set, such a time does not fit.
//! - `address`: an IPv4 or IPv6 address, with or without brackets. An IPv4 address in the form of IPv6 becomes an IPv4
//! address.
//! - `duration`: `1h 2m 3.5s`, `250ms`, `01:02:03.5`, `1 day, 02:03:04`, `PT1H2M3S`, or a number of seconds.

use std::fmt::Write;
use std::net::IpAddr;

use super::options::{Options, wrong};
use super::text::{Became, Value};
use crate::base::text::quoted;
use crate::base::time::{Civil, NO_YEAR, bsd, civil_from_days, common_log, iso, month};
use crate::base::{Error, Reading, Timestamp, limits};

/// What a text is cast to.
#[derive(Debug, Clone)]
pub(super) enum Cast {
    Number,
    Time(TimeFormat),
    Address,
    Duration,
}

/// How times are written.
#[derive(Debug, Clone, Default)]
pub(super) struct TimeFormat {
    format: Option<String>,
    pub offset_seconds: i64,
    year: Option<i64>,
}

#[derive(Clone, Copy)]
enum To {
    Text,
    Number,
    Time,
    Address,
    Duration,
}

const KINDS: &[(&str, To)] = &[
    ("text", To::Text),
    ("number", To::Number),
    ("time", To::Time),
    ("address", To::Address),
    ("duration", To::Duration),
];

impl Cast {
    /// The `type` of a column; `None` for text.
    pub fn of_column(options: &mut Options<'_>) -> Result<Option<Cast>, Error> {
        let to = options.word("type", KINDS)?;
        Cast::new(to, options)
    }

    /// The cast that the option `to` of a step names.
    pub fn of_step(options: &mut Options<'_>) -> Result<Cast, Error> {
        let to = options.word("to", KINDS)?;
        Cast::new(to, options)?
            .ok_or_else(|| wrong("to: expected \"number\", \"time\", \"address\" or \"duration\""))
    }

    fn new(to: To, options: &mut Options<'_>) -> Result<Option<Cast>, Error> {
        Ok(Some(match to {
            To::Text => return Ok(None),
            To::Number => Cast::Number,
            To::Time => Cast::Time(TimeFormat::new(options)?),
            To::Address => Cast::Address,
            To::Duration => Cast::Duration,
        }))
    }
}

impl Value for Cast {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        let first = text.len() - text.trim_start().len();
        let trimmed = text.trim();
        match self {
            Cast::Number => match number(trimmed)? {
                Some(number) => made.push_str(&number),
                None => return Some(Became::Part(first..first + trimmed.len())),
            },
            Cast::Time(format) => made.push_str(&format.read(trimmed)?.to_text()),
            Cast::Address => {
                let inner = trimmed.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
                let address: IpAddr = inner.unwrap_or(trimmed).parse().ok()?;
                write!(made, "{}", address.to_canonical()).expect("a string takes all");
            }
            Cast::Duration => made.push_str(&seconds_text(duration(trimmed)?)),
        }
        Some(Became::Made)
    }
}

/// The decimal text of a number. The inner `None` means that `text` needs no change; the outer `None`, that it is not
/// a number.
fn number(text: &str) -> Option<Option<String>> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let number = u64::from_str_radix(hex, 16).ok()?;
        return Some(Some(format!("{}{number}", if text.starts_with('-') { "-" } else { "" })));
    }
    let is_decimal = |text: &str| {
        text.len() <= 64
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
            && text.parse::<f64>().is_ok_and(f64::is_finite)
    };
    if is_decimal(text) {
        return Some(text.strip_prefix('+').map(str::to_owned));
    }
    let whole = digits.split('.').next().unwrap_or("");
    let mut groups = whole.split(',');
    let is_grouped = groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
        && groups.all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    let joined = text.replace(',', "");
    (is_grouped && text.contains(',') && is_decimal(&joined))
        .then(|| Some(joined.trim_start_matches('+').to_owned()))
}

/// Reads the option `zone`: `UTC`, `Z`, `+02:00` or `-0330`, in seconds east of UTC.
pub(super) fn zone(options: &mut Options<'_>) -> Result<i64, Error> {
    let Some(text) = options.text("zone", limits::STEP_TEXT_BYTES)? else { return Ok(0) };
    offset(text)
        .ok_or_else(|| wrong(format!("zone: expected UTC or an offset like +02:00, found {}", quoted(text))))
}

fn offset(text: &str) -> Option<i64> {
    if ["UTC", "GMT", "Z", "z"].contains(&text) {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    let is_offset = [2, 4].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let hours: i64 = digits.get(..2).filter(|_| is_offset)?.parse().ok()?;
    let minutes: i64 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Ok(0), str::parse).ok()?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

impl TimeFormat {
    pub fn new(options: &mut Options<'_>) -> Result<TimeFormat, Error> {
        let format = options.text("format", limits::STEP_TEXT_BYTES)?.map(str::to_owned);
        if let Some(format) = &format {
            check_format(format)?;
        }
        let year = options.whole("year", 1970..=2200)?;
        Ok(TimeFormat { format, offset_seconds: zone(options)?, year })
    }

    /// The usual forms of times, read in this zone.
    pub fn in_zone(offset_seconds: i64) -> TimeFormat {
        TimeFormat { offset_seconds, ..TimeFormat::default() }
    }

    /// The moment that `text` is.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        match &self.format {
            Some(format) => self.by_format(format, text),
            None => {
                let bytes = text.as_bytes();
                let whole = |(reading, n): (Reading, usize)| Some(reading).filter(|_| n == bytes.len());
                let reading = iso(bytes).and_then(whole).or_else(|| bsd(bytes).and_then(whole));
                let reading = reading.or_else(|| common_log(bytes).and_then(whole));
                match reading {
                    Some(reading) => self.moment(reading),
                    None => Timestamp::parse_rfc3339(bytes).or_else(|| since_epoch(text)),
                }
            }
        }
    }

    fn moment(&self, reading: Reading) -> Option<Timestamp> {
        let Timestamp(nanos) = reading.timestamp();
        match reading {
            Reading::Utc(time) => Some(time),
            Reading::Local(_) => nanos.checked_sub(self.offset_seconds * NANOS).map(Timestamp),
            Reading::Yearless { offset, .. } => {
                let (_, month, day) = civil_from_days(nanos.div_euclid(86_400 * NANOS));
                let of_day = nanos.rem_euclid(86_400 * NANOS);
                let midnight =
                    Civil { year: self.year?, month, day, hour: 0, minute: 0, second: 0, nanos: 0 };
                let Timestamp(midnight) =
                    midnight.at_offset(offset.map_or(self.offset_seconds, i64::from))?;
                midnight.checked_add(of_day).map(Timestamp)
            }
        }
    }

    fn by_format(&self, format: &str, text: &str) -> Option<Timestamp> {
        let mut read = Read { rest: text, ..Read::default() };
        let mut format = format.chars();
        while let Some(c) = format.next() {
            match c {
                '%' => read.take(format.next()?)?,
                c if c.is_whitespace() => read.rest = read.rest.trim_start(),
                c => read.rest = read.rest.strip_prefix(c)?,
            }
        }
        read.rest.is_empty().then(|| read.timestamp(self))?
    }
}

const NANOS: i64 = 1_000_000_000;

fn check_format(format: &str) -> Result<(), Error> {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            let letter = chars.next();
            if !letter.is_some_and(|letter| "YymdeBbHIMSfpzsaA%".contains(letter)) {
                let found =
                    letter.map_or("nothing".to_owned(), |letter| format!("{:?}", format!("%{letter}")));
                return Err(wrong(format!("format: expected %Y, %m, %d, %H, %M, %S …, found {found}")));
            }
        }
    }
    Ok(())
}

/// The parts of a time that a format has read so far.
#[derive(Default)]
struct Read<'t> {
    rest: &'t str,
    year: Option<i64>,
    month: Option<u32>,
    day: Option<u32>,
    hour: u32,
    is_afternoon: Option<bool>,
    minute: u32,
    second: u32,
    nanos: u32,
    offset_seconds: Option<i64>,
    epoch: Option<Timestamp>,
}

impl Read<'_> {
    fn digits(&mut self, n_most: usize) -> Option<u32> {
        let n = self.rest.bytes().take(n_most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(n);
        self.rest = rest;
        digits.parse().ok()
    }

    fn letters(&mut self) -> &str {
        let n = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (letters, rest) = self.rest.split_at(n);
        self.rest = rest;
        letters
    }

    fn take(&mut self, letter: char) -> Option<()> {
        match letter {
            'Y' => self.year = Some(self.digits(4)? as i64),
            'y' => {
                self.year =
                    self.digits(2).map(|year| if year < 69 { 2000 + year } else { 1900 + year } as i64)
            }
            'm' => self.month = Some(self.digits(2)?),
            'd' | 'e' => {
                self.rest = self.rest.strip_prefix(' ').unwrap_or(self.rest);
                self.day = Some(self.digits(2)?);
            }
            'b' | 'B' => self.month = Some(month(self.letters().get(..3)?.as_bytes())?),
            'a' | 'A' => (!self.letters().is_empty()).then_some(())?,
            'H' | 'I' => self.hour = self.digits(2)?,
            'M' => self.minute = self.digits(2)?,
            'S' => self.second = self.digits(2)?,
            'f' => {
                let n = self.rest.bytes().take_while(u8::is_ascii_digit).count().min(9);
                self.nanos = self.digits(9)? * 10_u32.pow(9 - n as u32);
            }
            'p' => {
                self.is_afternoon = Some(match self.letters().to_ascii_lowercase().as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return None,
                });
            }
            'z' => {
                let n = self.rest.find(|c: char| !c.is_ascii_digit() && !"+-:ZUTCGM".contains(c));
                let (zone, rest) = self.rest.split_at(n.unwrap_or(self.rest.len()));
                self.rest = rest;
                self.offset_seconds = Some(offset(zone)?);
            }
            's' => {
                let n = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
                let (seconds, rest) = self.rest.split_at(n);
                self.rest = rest;
                self.epoch = Some(Timestamp(nanos_of(seconds, 0)?));
            }
            _ => self.rest = self.rest.strip_prefix('%')?,
        }
        Some(())
    }

    fn timestamp(&self, format: &TimeFormat) -> Option<Timestamp> {
        if let Some(epoch) = self.epoch {
            return Some(epoch);
        }
        let hour = match self.is_afternoon {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(is_afternoon) => self.hour % 12 + if is_afternoon { 12 } else { 0 },
        };
        let civil = Civil {
            year: self.year.or(format.year)?,
            month: self.month?,
            day: self.day?,
            hour,
            minute: self.minute,
            second: self.second,
            nanos: self.nanos,
        };
        civil.at_offset(self.offset_seconds.unwrap_or(format.offset_seconds))
    }
}

/// Reads a number of seconds since 1970, or of milli-, micro- or nanoseconds. The number of digits tells the unit,
/// because logs are of this century.
fn since_epoch(text: &str) -> Option<Timestamp> {
    let whole = text.split('.').next().unwrap_or("");
    let scale = match whole.len() {
        9..=11 => 0,
        12..=14 => 3,
        15..=17 => 6,
        18..=19 => 9,
        _ => return None,
    };
    nanos_of(text, scale).map(Timestamp)
}

/// The nanoseconds of a decimal number of units, of which 10 to the power of `scale` are a second.
fn nanos_of(text: &str, scale: u32) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let n_places = (9 - scale) as usize;
    let fraction = format!("{:0<n_places$}", &fraction[..fraction.len().min(n_places)]);
    let fraction: i64 = if n_places == 0 { 0 } else { fraction.parse().ok()? };
    whole.parse::<i64>().ok()?.checked_mul(10_i64.pow(9 - scale))?.checked_add(fraction)
}

/// The nanoseconds of a duration.
fn duration(text: &str) -> Option<i64> {
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
    let nanos =
        clock(text).or_else(|| iso_duration(text)).or_else(|| units(text)).or_else(|| nanos_of(text, 0))?;
    Some(if is_negative { -nanos } else { nanos })
}

/// Reads `02:03` or `01:02:03.5`, optionally after `1 day, ` or `1-`.
fn clock(text: &str) -> Option<i64> {
    let (days, rest) = match text.split_once(" day") {
        Some((days, rest)) => (days.parse::<i64>().ok()?, rest.trim_start_matches(['s', ',', ' '])),
        None => match text.split_once('-') {
            Some((days, rest)) => (days.parse().ok()?, rest),
            None => (0, text),
        },
    };
    let mut parts = rest.rsplit(':');
    let seconds = nanos_of(parts.next()?, 0)?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let hours: i64 = parts.next().map_or(Some(0), |hours| hours.parse().ok())?;
    let is_clock = parts.next().is_none() && seconds < 60 * NANOS && (0..60).contains(&minutes) && hours >= 0;
    let whole = days.checked_mul(86_400)?.checked_add(hours.checked_mul(3_600)? + minutes * 60)?;
    is_clock.then(|| whole.checked_mul(NANOS)?.checked_add(seconds))?
}

fn iso_duration(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let lower = [days, time].join("").to_ascii_lowercase();
    let is_known = !days.contains(['M', 'Y', 'H', 'S']) && !lower.is_empty() && !lower.contains(' ');
    is_known.then(|| units(&lower))?
}

/// Reads `1h 2m 3.5s` or `2 days 3 hours`.
fn units(text: &str) -> Option<i64> {
    const UNITS: &[(&[&str], i64)] = &[
        (&["ns", "nanoseconds", "nanosecond"], 1),
        (&["us", "µs", "μs", "microseconds", "microsecond"], 1_000),
        (&["ms", "msec", "msecs", "milliseconds", "millisecond"], 1_000_000),
        (&["s", "sec", "secs", "seconds", "second"], NANOS),
        (&["m", "min", "mins", "minutes", "minute"], 60 * NANOS),
        (&["h", "hr", "hrs", "hours", "hour"], 3_600 * NANOS),
        (&["d", "days", "day"], 86_400 * NANOS),
        (&["w", "weeks", "week"], 7 * 86_400 * NANOS),
    ];
    let mut rest = text.trim();
    let mut sum = 0_i64;
    let mut n_parts = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let &(_, nanos) = UNITS.iter().find(|(names, _)| names.contains(&unit))?;
        // Nanoseconds of this number of seconds, converted to the unit.
        let amount = nanos_of(number, 0)? as i128 * nanos as i128 / NANOS as i128;
        sum = sum.checked_add(i64::try_from(amount).ok()?)?;
        rest = after.trim_start_matches([' ', ',']);
        n_parts += 1;
    }
    (n_parts > 0).then_some(sum)
}

/// A number of nanoseconds as a decimal number of seconds.
pub(super) fn seconds_text(nanos: i64) -> String {
    decimal_text(nanos as i128, NANOS as i128)
}

/// `value / unit` as a decimal number with at most nine decimal places.
pub(super) fn decimal_text(value: i128, unit: i128) -> String {
    let (whole, rest) = (value.abs() / unit, value.abs() % unit);
    let sign = if value < 0 { "-" } else { "" };
    let fraction = format!("{:09}", rest * 1_000_000_000 / unit);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

// A leap year, so that a reading without a year can be 29 February: `moment` takes the date from the reading.
const _: () = assert!(NO_YEAR % 4 == 0);
