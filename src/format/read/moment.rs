//! What a value says of time, whichever way it says so: for formats whose fields are named and whose times are not
//! specified.

use crate::base::time::{Civil, month, number};
use crate::base::{Reading, Timestamp, time};

/// Reads a whole value: ISO 8601 and its relatives, seconds, milliseconds, microseconds or nanoseconds since the Unix
/// epoch, and what clocks of web servers, mails, C and browsers write. What says no zone is [`Reading::Local`].
pub fn of(text: &[u8]) -> Option<Reading> {
    let text = text.trim_ascii();
    // Nothing that says a moment is shorter or longer.
    if !(8..=48).contains(&text.len()) {
        return None;
    }
    if let Some(moment) = Timestamp::parse_rfc3339(text) {
        return Some(Reading::Utc(moment));
    }
    let whole = |found: Option<(Reading, usize)>| found.filter(|&(_, n)| n == text.len()).map(|(at, _)| at);
    whole(time::iso(text))
        .or_else(|| epoch(text))
        .or_else(|| browser(text))
        .or_else(|| whole(time::common_log(text)))
        .or_else(|| whole(time::bsd(text)))
        .or_else(|| worded(text))
}

/// A number of seconds since 1970 or of thousandths, millionths or billionths of them, which its size tells: 2001 to
/// 2096. A fraction may follow.
pub fn epoch(text: &[u8]) -> Option<Reading> {
    if text.contains(&b'e') || text.contains(&b'E') {
        // `1.663703546405E9`, as Java writes it.
        let seconds: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
        let is_near = (1e9..4e9).contains(&seconds);
        return is_near.then(|| Reading::Utc(Timestamp((seconds * 1e3).round() as i64 * 1_000_000)));
    }
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(n_digits);
    let fraction = match rest {
        [] => &b""[..],
        [b'.', fraction @ ..] if fraction.iter().all(u8::is_ascii_digit) => fraction,
        _ => return None,
    };
    let unit: i64 = match n_digits {
        10 => 1_000_000_000,
        13 => 1_000_000,
        16 => 1_000,
        19 => 1,
        _ => return None,
    };
    let whole: i64 = std::str::from_utf8(whole).ok()?.parse().ok()?;
    let mut nanos = whole.checked_mul(unit).filter(|nanos| *nanos < 4_000_000_000_000_000_000)?;
    let mut unit = unit;
    for digit in fraction {
        unit /= 10;
        nanos += (digit - b'0') as i64 * unit;
    }
    Some(Reading::Utc(Timestamp(nanos)))
}

/// `2020-05-13, 04:52:01 PM` and `May 13, 2020, 04:52:01 PM`, as a browser shows a time: `(UTC+02:00)` may follow.
fn browser(text: &[u8]) -> Option<Reading> {
    let text = std::str::from_utf8(text).ok()?;
    // A narrow space stands before AM and PM in newer browsers.
    let text = text.replace(['\u{202f}', '\u{a0}'], " ");
    let (date, clock) = match text.rsplit_once(", ") {
        Some(parts) => parts,
        None => text.split_once(' ').filter(|(date, _)| date.contains('/'))?,
    };
    let (clock, offset) = match clock.split_once(" (UTC") {
        Some((clock, offset)) => (clock, Some(zone_offset(offset.strip_suffix(')')?)?)),
        None => (clock, None),
    };
    let (clock, half) = match clock.rsplit_once(' ') {
        Some((clock, half)) if half.eq_ignore_ascii_case("am") => (clock, Some(0)),
        Some((clock, half)) if half.eq_ignore_ascii_case("pm") => (clock, Some(12)),
        Some(_) => return None,
        None => (clock, None),
    };
    let mut parts = clock.split(':').map(|part| number(part.as_bytes()));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let (year, month, day) = date_of(date, half.is_some())?;
    let civil = Civil { year: year as i64, month, day, hour, minute, second, nanos: 0 };
    if parts.next().is_some() {
        return None;
    }
    match offset {
        Some(offset) => Some(Reading::Utc(civil.at_offset(offset)?)),
        None => Some(Reading::Local(civil.at_offset(0)?)),
    }
}

/// `2020-05-13`, `May 13, 2020`, `13 May 2020`, and `5/13/2020` where a clock of twelve hours says that it is American.
fn date_of(date: &str, is_american: bool) -> Option<(u32, u32, u32)> {
    let parts: Vec<&str> = date.split(['-', '/', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts[..] else { return None };
    let n = |part: &str| number(part.as_bytes());
    let found = if a.len() == 4 {
        (n(a)?, n(b)?, n(c)?)
    } else if let Some(month) = month(a.as_bytes()) {
        (n(c)?, month, n(b)?)
    } else if let Some(month) = month(b.as_bytes()) {
        (n(c)?, month, n(a)?)
    } else if is_american && date.contains('/') {
        (n(c)?, n(a)?, n(b)?)
    } else {
        return None;
    };
    (1970..2200).contains(&found.0).then_some(found)
}

/// `Thu, 1 Nov 2018 22:00:00 GMT` of mails, and `Tue Sep 11 16:14:21 2018 UTC` of C.
fn worded(text: &[u8]) -> Option<Reading> {
    let text = std::str::from_utf8(text).ok()?;
    let mut parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let is_day = |part: &str| part.get(..3).is_some_and(|day| DAYS.contains(&&*day.to_ascii_lowercase()));
    if parts.first().is_some_and(|part| is_day(part)) {
        parts.remove(0);
    }
    let clock = parts.iter().position(|part| part.contains(':'))?;
    let mut clock_parts = parts.remove(clock).split(':');
    let mut next = || number(clock_parts.next()?.as_bytes());
    let (hour, minute, second) = (next()?, next()?, next().unwrap_or(0));
    let at = parts.iter().position(|part| month(part.as_bytes()).is_some())?;
    let month = month(parts.remove(at).as_bytes())?;
    let year = parts.iter().position(|part| part.len() == 4 && number(part.as_bytes()).is_some())?;
    let year = number(parts.remove(year).as_bytes())?;
    let day = number(parts.first()?.as_bytes())?;
    let civil = Civil { year: year as i64, month, day, hour, minute, second, nanos: 0 };
    match parts.get(1) {
        None => Some(Reading::Local(civil.at_offset(0)?)),
        Some(&zone) if parts.len() == 2 => Some(Reading::Utc(civil.at_offset(zone_offset(zone)?)?)),
        Some(_) => None,
    }
}

/// Seconds east of UTC.
fn zone_offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, digits) = match zone.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match *digits {
        [h0, h1] => (number(&[h0, h1])?, 0),
        [h0, h1, m0, m1] | [h0, h1, b':', m0, m1] => (number(&[h0, h1])?, number(&[m0, m1])?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_all_their_forms() {
        for (text, expected) in [
            ("2022-03-22T15:48:02Z", "utc 2022-03-22T15:48:02Z"),
            ("2022-03-22T15:48:02", "local 2022-03-22T15:48:02Z"),
            ("1647964082", "utc 2022-03-22T15:48:02Z"),
            ("1647964082.25", "utc 2022-03-22T15:48:02.250Z"),
            ("1647964082250", "utc 2022-03-22T15:48:02.250Z"),
            ("1647964082250001", "utc 2022-03-22T15:48:02.250001Z"),
            ("1647964082250001002", "utc 2022-03-22T15:48:02.250001002Z"),
            ("1.663703546405E9", "utc 2022-09-20T19:52:26.405Z"),
            ("2020-05-13, 04:52:01 PM", "local 2020-05-13T16:52:01Z"),
            ("May 13, 2020, 12:52:01 AM", "local 2020-05-13T00:52:01Z"),
            ("May 13, 2020, 04:52:01 (UTC+02:00)", "utc 2020-05-13T02:52:01Z"),
            ("5/13/2020, 4:52:01 PM", "local 2020-05-13T16:52:01Z"),
            ("5/13/2020, 16:52:01", "none"),
            ("13/May/2020:16:52:01 +0000", "utc 2020-05-13T16:52:01Z"),
            ("Thu, 1 Nov 2018 22:00:00 GMT", "utc 2018-11-01T22:00:00Z"),
            ("Tue Sep 11 16:14:21 2018 UTC", "utc 2018-09-11T16:14:21Z"),
            ("123456789012", "none"),
            ("10.0.0.15", "none"),
            ("9999999999999", "none"),
            ("hello, world", "none"),
        ] {
            let found = of(text.as_bytes()).map(|reading| {
                let kind = if matches!(reading, Reading::Utc(_)) { "utc" } else { "local" };
                format!("{kind} {}", reading.timestamp().to_text())
            });
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{text}");
        }
    }
}
