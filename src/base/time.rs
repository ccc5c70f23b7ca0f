//! Timestamps, and the only calendar arithmetic of the project (proleptic Gregorian, no leap seconds).

/// Nanoseconds since the Unix epoch, UTC: 1677-09-21 to 2262-04-11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const NANOS: i64 = 1_000_000_000;

/// The time that a record gives. Parts that the record omits are inferred from what is known of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A moment.
    Utc(Timestamp),
    /// A time without a zone: the moment at which a clock in UTC shows this time.
    Local(Timestamp),
    /// A time without a year. Its year is [`NO_YEAR`].
    Yearless {
        /// The moment at which a clock in UTC shows the time.
        shown: Timestamp,
        /// How many seconds the clock is ahead of UTC, if the record gives the zone.
        offset: Option<i32>,
    },
}

/// The year of a time without a year: a leap year, so that every date is valid.
pub const NO_YEAR: i64 = 1972;

impl Reading {
    /// The moment, or the moment at which a clock in UTC shows the same.
    pub fn timestamp(self) -> Timestamp {
        match self {
            Reading::Utc(timestamp) | Reading::Local(timestamp) => timestamp,
            Reading::Yearless { shown, .. } => shown,
        }
    }

    /// The same reading, from a clock that is `seconds` ahead of UTC. A reading in UTC does not change.
    pub fn at_offset(self, seconds: i32) -> Reading {
        match self {
            Reading::Local(Timestamp(shown)) => Reading::Utc(Timestamp(shown - seconds as i64 * NANOS)),
            Reading::Yearless { shown, .. } => Reading::Yearless { shown, offset: Some(seconds) },
            Reading::Utc(_) => self,
        }
    }
}

/// Days from 1970-01-01 to a date. `month` is 1 to 12, `day` 1 to 31.
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    // Years begin in March, so that the leap day is the last day: Howard Hinnant, "chrono-compatible low-level date
    // algorithms".
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month as i64 + 9) % 12) + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day of a number of days since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * from_march + 2) / 5 + 1) as u32;
    let month = ((from_march + 2) % 12 + 1) as u32;
    (era * 400 + year_of_era + (month <= 2) as i64, month, day)
}

/// How many days a month has.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A date and time of day. Each part must be in its range; the second 60 is read as the next second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Four digits in every format that is read.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 60.
    pub second: u32,
    /// 0 to 999,999,999.
    pub nanos: u32,
}

impl Civil {
    /// The moment of this date and time on a clock that is `offset_seconds` ahead of UTC; `None` if a part is out of
    /// range or the moment does not fit 64 bits.
    pub fn at_offset(self, offset_seconds: i64) -> Option<Timestamp> {
        let is_valid = (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60;
        if !is_valid {
            return None;
        }
        let days = days_from_civil(self.year, self.month, self.day);
        let seconds = days * 86_400 + self.hour as i64 * 3_600 + self.minute as i64 * 60 + self.second as i64;
        (seconds - offset_seconds).checked_mul(NANOS)?.checked_add(self.nanos as i64).map(Timestamp)
    }
}

impl Timestamp {
    /// Reads RFC 3339 and its usual variants: `2022-03-22T15:48:02Z`, a space or `t` for the `T`, a fraction after `.`
    /// or `,`, an offset as `+01:00`, `+0100` or `+01`. `None` for any other text, and for a time without an offset.
    ///
    /// Source: RFC 3339, section 5.6.
    pub fn parse_rfc3339(text: &[u8]) -> Option<Timestamp> {
        // The form that CloudTrail writes comes first: nearly all timestamps of a case have this form.
        if let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'] =
            *text
        {
            return Civil {
                year: number(&[y0, y1, y2, y3])? as i64,
                month: number(&[m0, m1])?,
                day: number(&[d0, d1])?,
                hour: number(&[h0, h1])?,
                minute: number(&[n0, n1])?,
                second: number(&[s0, s1])?,
                nanos: 0,
            }
            .at_offset(0);
        }
        let (civil, rest) = date_and_time(text, b"-", b"Tt ")?;
        civil.at_offset(offset(rest)?)
    }

    /// `2022-03-22T15:48:02Z`, with three, six or nine digits of fraction if the fraction is not zero.
    pub fn to_text(self) -> String {
        let seconds = self.0.div_euclid(NANOS);
        let nanos = self.0.rem_euclid(NANOS);
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let of_day = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        let head = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        match nanos {
            0 => format!("{head}Z"),
            n if n % 1_000_000 == 0 => format!("{head}.{:03}Z", n / 1_000_000),
            n if n % 1_000 == 0 => format!("{head}.{:06}Z", n / 1_000),
            n => format!("{head}.{n:09}Z"),
        }
    }
}

/// The date and time at the start of `text`, and the bytes after its fraction of a second. The year comes first, one
/// of `separators` occurs twice in the date, and one of `marks` stands between date and time.
fn date_and_time<'a>(text: &'a [u8], separators: &[u8], marks: &[u8]) -> Option<(Civil, &'a [u8])> {
    let (date, rest) = text.split_at_checked(19)?;
    let is_shaped = separators.contains(&date[4])
        && date[7] == date[4]
        && marks.contains(&date[10])
        && date[13] == b':'
        && date[16] == b':';
    if !is_shaped {
        return None;
    }
    let (nanos, rest) = fraction(rest)?;
    let civil = Civil {
        year: number(&date[0..4])? as i64,
        month: number(&date[5..7])?,
        day: number(&date[8..10])?,
        hour: number(&date[11..13])?,
        minute: number(&date[14..16])?,
        second: number(&date[17..19])?,
        nanos,
    };
    Some((civil, rest))
}

/// Reads a timestamp in ISO 8601 at the start of `text`, and returns its length in bytes. Whole or fractional seconds:
/// `2022-03-22T15:48:02`, with a space, `t` or `_` for the `T`, `/` for both `-`, a fraction after `.` or `,`, and an
/// offset directly after it or (with a sign) after one space. `None` if there is no timestamp, or its date is not
/// valid.
pub fn iso(text: &[u8]) -> Option<(Reading, usize)> {
    let (civil, after) = date_and_time(text, b"-/", b"Tt _")?;
    let n_read = text.len() - after.len();
    match offset_at(after) {
        Some((offset, n)) => Some((Reading::Utc(civil.at_offset(offset)?), n_read + n)),
        None => Some((Reading::Local(civil.at_offset(0)?), n_read)),
    }
}

/// Reads `Mar 22 15:48:02` at the start of `text`, and returns its length in bytes. The day has one or two digits; a
/// fraction of a second and a year, after the day or after the time, are optional. Names of months are English, in any
/// case.
///
/// Source: RFC 3164, section 4.1.2, and the variants that programs write.
pub fn bsd(text: &[u8]) -> Option<(Reading, usize)> {
    let month = month(text.get(..3)?)?;
    let at = 3 + spaces(&text[3..], 1, 2)?;
    let (day, at) = digits(text, at, 1, 2)?;
    let at = at + spaces(&text[at..], 1, 2)?;
    let (year, at) = match digits(text, at, 4, 4) {
        Some((year, end)) if text.get(end) == Some(&b' ') => (Some(year), end + 1),
        _ => (None, at),
    };
    let (hour, minute, second, at) = clock(text, at)?;
    let (nanos, rest) = fraction(&text[at..])?;
    let at = text.len() - rest.len();
    let (year, at) = match year {
        None if rest.first() == Some(&b' ') => match digits(text, at + 1, 4, 4) {
            Some((year, end))
                if (1970..2200).contains(&year) && matches!(text.get(end), None | Some(b' ' | b':')) =>
            {
                (Some(year), end)
            }
            _ => (None, at),
        },
        year => (year, at),
    };
    let civil = Civil { year: year.map_or(NO_YEAR, i64::from), month, day, hour, minute, second, nanos };
    let shown = civil.at_offset(0)?;
    Some((if year.is_some() { Reading::Local(shown) } else { Reading::Yearless { shown, offset: None } }, at))
}

/// Reads `22/Mar/2022:15:48:02 +0100` at the start of `text`, as web servers write it, and returns its length in
/// bytes.
pub fn common_log(text: &[u8]) -> Option<(Reading, usize)> {
    let (day, at) = digits(text, 0, 1, 2)?;
    let month = month(text.get(at + 1..at + 4)?)?;
    let (year, end) = digits(text, at + 5, 4, 4)?;
    if text[at] != b'/' || text[at + 4] != b'/' || text.get(end) != Some(&b':') {
        return None;
    }
    let (hour, minute, second, at) = clock(text, end + 1)?;
    let (nanos, rest) = fraction(&text[at..])?;
    let at = text.len() - rest.len();
    let civil = Civil { year: year as i64, month, day, hour, minute, second, nanos };
    match offset_at(rest) {
        Some((offset, n)) => Some((Reading::Utc(civil.at_offset(offset)?), at + n)),
        None => Some((Reading::Local(civil.at_offset(0)?), at)),
    }
}

/// The number of a month, from the first three letters of its English name.
pub fn month(name: &[u8]) -> Option<u32> {
    let name: [u8; 3] = name.get(..3)?.try_into().ok()?;
    const NAMES: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let name = name.map(|letter| letter | 0x20);
    NAMES.chunks(3).position(|known| known == name).map(|index| index as u32 + 1)
}

/// Reads `15:48:02` at `at`: hour, minute, second, and the first byte after the time. The hour may have one digit.
fn clock(text: &[u8], at: usize) -> Option<(u32, u32, u32, usize)> {
    let (hour, at) = digits(text, at, 1, 2)?;
    let (minute, end) = digits(text, at + 1, 2, 2)?;
    let (second, last) = digits(text, end + 1, 2, 2)?;
    (text[at] == b':' && text[end] == b':').then_some((hour, minute, second, last))
}

/// The number at `at`, which must have `least` to `most` digits, and the first byte after the number.
fn digits(text: &[u8], at: usize, least: usize, most: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let n = rest.iter().take(most + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if !(least..=most).contains(&n) {
        return None;
    }
    Some((number(&rest[..n])?, at + n))
}

/// The number of spaces at the start of `text`; `None` if it is not between `least` and `most`.
fn spaces(text: &[u8], least: usize, most: usize) -> Option<usize> {
    let n = text.iter().take(most + 1).take_while(|&&byte| byte == b' ').count();
    (least..=most).contains(&n).then_some(n)
}

/// The offset at the start of `text` (`Z`, `+01:00`, ` +0100`, ` UTC`): its seconds east of UTC, and its length in
/// bytes.
fn offset_at(text: &[u8]) -> Option<(i64, usize)> {
    let ends = |rest: &[u8]| !rest.first().is_some_and(u8::is_ascii_alphanumeric);
    let (sign, n_space) = match text {
        [b'Z' | b'z', rest @ ..] if ends(rest) => return Some((0, 1)),
        [b' ', b'U', b'T', b'C', rest @ ..] | [b' ', b'G', b'M', b'T', rest @ ..] if ends(rest) => {
            return Some((0, 4));
        }
        [sign @ (b'+' | b'-'), ..] => (*sign, 0),
        [b' ', sign @ (b'+' | b'-'), ..] => (*sign, 1),
        _ => return None,
    };
    let (hours, at) = digits(text, n_space + 1, 2, 4)?;
    let (hours, minutes, end) = match at - n_space - 1 {
        4 => (hours / 100, hours % 100, at),
        2 => match digits(text, at + 1, 2, 2) {
            Some((minutes, end)) if text[at] == b':' => (hours, minutes, end),
            _ => (hours, 0, at),
        },
        _ => return None,
    };
    let seconds = (hours * 3_600 + minutes * 60) as i64;
    (hours <= 18 && minutes < 60).then_some((if sign == b'-' { -seconds } else { seconds }, end))
}

/// The value of one to nine ASCII digits; `None` for any other text.
pub fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |n, &c| c.is_ascii_digit().then(|| n * 10 + (c - b'0') as u32))
}

/// A fraction of a second in nanoseconds, cut after nine digits, and the bytes after the fraction.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.' | b',', rest @ ..] = text else { return Some((0, text)) };
    let n_digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let kept = &rest[..n_digits.min(9)];
    let nanos = number(kept)? * 10_u32.pow(9 - kept.len() as u32);
    Some((nanos, &rest[n_digits..]))
}

/// The offset from UTC that `text` is, in seconds east.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *text {
        [b'Z' | b'z'] => return Some(0),
        [sign, h0, h1] => (sign, number(&[h0, h1])?, 0),
        [sign, h0, h1, m0, m1] | [sign, h0, h1, b':', m0, m1] => {
            (sign, number(&[h0, h1])?, number(&[m0, m1])?)
        }
        _ => return None,
    };
    let seconds = (hours * 3_600 + minutes * 60) as i64;
    match sign {
        _ if hours > 23 || minutes > 59 => None,
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            Timestamp::parse_rfc3339(text.as_bytes()).map(Timestamp::to_text).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn rfc3339_and_relatives() {
        check("2022-03-22T15:48:02Z", Some("2022-03-22T15:48:02Z"));
        check("2022-03-22 15:48:02.5+01:00", Some("2022-03-22T14:48:02.500Z"));
        check("2022-03-22T15:48:02,123456789-0030", Some("2022-03-22T16:18:02.123456789Z"));
        check("2024-02-29T23:59:60Z", Some("2024-03-01T00:00:00Z"));
        check("1969-12-31T23:59:59.000001Z", Some("1969-12-31T23:59:59.000001Z"));
    }

    /// A reading as text: which parts it has, its length in bytes, and the time.
    fn described(found: Option<(Reading, usize)>) -> String {
        let Some((reading, n)) = found else { return "none".to_owned() };
        let kind = match reading {
            Reading::Utc(_) => "utc",
            Reading::Local(_) => "local",
            Reading::Yearless { .. } => "yearless",
        };
        format!("{kind} {n} {}", reading.timestamp().to_text())
    }

    #[test]
    fn readings_at_the_start_of_a_line() {
        for (text, expected) in [
            ("2022-03-22T15:48:02+01:00 host", "utc 25 2022-03-22T14:48:02Z"),
            ("2022-03-22 15:48:02,003 - x", "local 23 2022-03-22T15:48:02.003Z"),
            ("2022/03/22 15:48:02 [error]", "local 19 2022-03-22T15:48:02Z"),
            ("2022-03-22 15:48:02.5 +0200 x", "utc 27 2022-03-22T13:48:02.500Z"),
            ("2022-03-22T15:48:02Z", "utc 20 2022-03-22T15:48:02Z"),
            ("2022-03-22T15:48:02-0700 INFO", "utc 24 2022-03-22T22:48:02Z"),
            ("2022-03-22 15:48:02 - x", "local 19 2022-03-22T15:48:02Z"),
            ("2022-02-30 15:48:02", "none"),
            ("2022-03-22", "none"),
        ] {
            assert_eq!(described(iso(text.as_bytes())), expected, "{text}");
        }
        for (text, expected) in [
            ("Mar 22 15:48:02 host", "yearless 15 1972-03-22T15:48:02Z"),
            ("Feb 29 05:08:02.25 host", "yearless 18 1972-02-29T05:08:02.250Z"),
            ("Oct  8 6:18:38 localhost", "yearless 14 1972-10-08T06:18:38Z"),
            ("MAR  2 2022 15:48:02: x", "local 20 2022-03-02T15:48:02Z"),
            ("Mar 22 15:48:02 2022 x", "local 20 2022-03-22T15:48:02Z"),
            ("Mar 22 15:48:02 1234x", "yearless 15 1972-03-22T15:48:02Z"),
            ("Mar 32 15:48:02 host", "none"),
            ("Mars 2 15:48:02 host", "none"),
        ] {
            assert_eq!(described(bsd(text.as_bytes())), expected, "{text}");
        }
        assert_eq!(described(common_log(b"06/Feb/2019:00:00:38 +0000] x")), "utc 26 2019-02-06T00:00:38Z");
        assert_eq!(described(common_log(b"6/Feb/2019:00:00:38")), "local 19 2019-02-06T00:00:38Z");
        assert_eq!(described(common_log(b"06-Feb-2019:00:00:38")), "none");
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "2023-02-29T00:00:00Z",
            "2022-13-01T00:00:00Z",
            "2022-03-22T24:00:00Z",
            "2022-03-22T15:48:02",
            "2022-03-22",
            "",
            "20220322T154802Z",
            "2022-03-22T15:48:02+24:00",
            "9999-01-01T00:00:00Z",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn days_go_both_ways() {
        for days in -800_000..800_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            assert!(day <= days_in_month(year, month));
        }
    }
}
