//! The meanings that the text of a value can have: a number, a time of some precision, a network.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

use crate::base::time::{days_from_civil, days_in_month, number};

/// A decimal number. Whole numbers are compared exactly, others as 64-bit floats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::query) enum Number {
    Whole(i64),
    Other(f64),
}

impl Number {
    /// Reads `-12`, `3.5` or `1e9`; `None` for any other text, including `inf` and `nan`.
    pub fn parse(text: &str) -> Option<Number> {
        let is_decimal =
            text.len() <= 64 && text.bytes().all(|c| c.is_ascii_digit() || b"+-.eE".contains(&c));
        if !is_decimal || !text.bytes().any(|c| c.is_ascii_digit()) {
            return None;
        }
        text.parse().map(Number::Whole).or_else(|_| text.parse().map(Number::Other)).ok()
    }

    pub fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => Some(a.cmp(&b)),
            (a, b) => a.float().partial_cmp(&b.float()),
        }
    }

    /// The nearest 64-bit float.
    pub fn float(self) -> f64 {
        match self {
            Number::Whole(n) => n as f64,
            Number::Other(n) => n,
        }
    }
}

const NANOS: i128 = 1_000_000_000;

/// A time as an analyst writes it. It is as long as its precision: `2022-03-22` is a day, `2022-03-22T15:40` a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) struct Moment {
    /// Nanoseconds of local time, or since the Unix epoch if the text has an offset.
    first: i128,
    end: i128,
    /// Seconds east of UTC, if the text has an offset.
    offset_seconds: Option<i64>,
}

impl Moment {
    /// Reads `2022`, `2022-03`, `2022-03-22`, and after a full date `T15`, `T15:40`, `T15:40:02` or `T15:40:02.123`,
    /// with or without `Z`, `+01:00`, `+0100` or `+01`; a space may replace the `T`.
    pub fn parse(text: &str) -> Option<Moment> {
        let mut rest = text.as_bytes();
        let year = digits(&mut rest, None, 4)? as i64;
        let month = digits(&mut rest, Some(b"-"), 2);
        let day = month.and_then(|_| digits(&mut rest, Some(b"-"), 2));
        let [hour, minute, second] = day.map_or([None; 3], |_| time_of_day(&mut rest));
        let fraction = second.and_then(|_| fraction(&mut rest));
        let offset_seconds = match rest {
            [] => None,
            _ => Some(hour.and_then(|_| offset(rest))?),
        };
        let is_valid = (1..=12).contains(&month.unwrap_or(1))
            && (1..=days_in_month(year, month.unwrap_or(1))).contains(&day.unwrap_or(1))
            && hour.unwrap_or(0) < 24
            && minute.unwrap_or(0) < 60
            && second.unwrap_or(0) <= 60;
        if !is_valid {
            return None;
        }
        let (first_month, first_day) = (month.unwrap_or(1), day.unwrap_or(1));
        let days = days_from_civil(year, first_month, first_day) as i128;
        let seconds =
            [(hour, 3_600), (minute, 60), (second, 1)].map(|(n, unit)| n.unwrap_or(0) as i128 * unit);
        let (nanos, fraction_length) = fraction.unwrap_or((0, NANOS));
        let first = (days * 86_400 + seconds.iter().sum::<i128>()) * NANOS + nanos;
        let days_long = |first_of_next: i64| (first_of_next as i128 - days) * 86_400 * NANOS;
        let length = match (month, day, hour, minute, second) {
            (None, ..) => days_long(days_from_civil(year + 1, 1, 1)),
            (_, None, ..) if first_month == 12 => days_long(days_from_civil(year + 1, 1, 1)),
            (_, None, ..) => days_long(days_from_civil(year, first_month + 1, 1)),
            (_, _, None, ..) => 86_400 * NANOS,
            (_, _, _, None, _) => 3_600 * NANOS,
            (_, _, _, _, None) => 60 * NANOS,
            _ => fraction_length,
        };
        Some(Moment { first, end: first + length, offset_seconds })
    }

    /// The range of the moment, in nanoseconds since the Unix epoch. A moment without an offset is read at
    /// `display_offset_seconds` east of UTC. The range is cut to 64 bits, and never includes `i64::MAX`.
    pub fn range(self, display_offset_seconds: i64) -> Range<i64> {
        let offset = self.offset_seconds.unwrap_or(display_offset_seconds) as i128 * NANOS;
        let cut = |nanos: i128| (nanos - offset).clamp(i64::MIN as i128, i64::MAX as i128) as i64;
        cut(self.first)..cut(self.end)
    }
}

/// Reads `n` digits after one of `separators`; if they are not there, it reads nothing.
fn digits(rest: &mut &[u8], separators: Option<&[u8]>, n: usize) -> Option<u32> {
    let after = match (separators, *rest) {
        (None, all) => all,
        (Some(separators), [c, after @ ..]) if separators.contains(c) => after,
        _ => return None,
    };
    let (head, tail) = after.split_at_checked(n)?;
    let value = number(head)?;
    *rest = tail;
    Some(value)
}

fn time_of_day(rest: &mut &[u8]) -> [Option<u32>; 3] {
    let hour = digits(rest, Some(b"Tt "), 2);
    let minute = hour.and_then(|_| digits(rest, Some(b":"), 2));
    let second = minute.and_then(|_| digits(rest, Some(b":"), 2));
    [hour, minute, second]
}

/// Reads a fraction of a second. Returns its nanoseconds, and the nanoseconds of one unit of its last digit.
fn fraction(rest: &mut &[u8]) -> Option<(i128, i128)> {
    let [b'.' | b',', after @ ..] = *rest else { return None };
    let n_digits = after.iter().take_while(|c| c.is_ascii_digit()).count();
    let value = number(&after[..n_digits])?;
    *rest = &after[n_digits..];
    let unit = 10_i128.pow(9 - n_digits as u32);
    Some((value as i128 * unit, unit))
}

fn offset(text: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match *text {
        [b'Z' | b'z'] => return Some(0),
        [b'+', ref rest @ ..] => (1, rest),
        [b'-', ref rest @ ..] => (-1, rest),
        _ => return None,
    };
    let hours = digits(&mut rest, None, 2).filter(|&hours| hours < 24)?;
    let minutes = match rest {
        [] => 0,
        [b':', ..] => digits(&mut rest, Some(b":"), 2)?,
        _ => digits(&mut rest, None, 2)?,
    };
    (rest.is_empty() && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60) as i64)
}

/// The addresses that begin with the same bits. An IPv4 address is read in its IPv6 form, `::ffff:10.0.0.5`, so both
/// notations of an address are in the same networks. An IPv4 address is never in a network of IPv6 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) struct Network {
    first: u128,
    mask: u128,
}

const V4_BITS: u128 = 0xffff_0000_0000;

fn bits(text: &str) -> Option<u128> {
    Some(match text.parse().ok()? {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => Ipv6Addr::to_bits(address),
    })
}

fn is_v4(bits: u128) -> bool {
    bits >> 32 == V4_BITS >> 32
}

impl Network {
    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address. If the prefix of an address is too long, `Err` holds
    /// the longest possible prefix.
    pub fn parse(text: &str) -> Option<Result<Network, u32>> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(number(prefix.as_bytes())?)),
        };
        let first = bits(address)?;
        let longest = if address.contains(':') { 128 } else { 32 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest {
            return Some(Err(longest));
        }
        let mask = u128::MAX.checked_shl(longest - prefix).unwrap_or(0);
        // An IPv4 network also fixes the 96 bits before the address.
        let mask = if longest == 32 { mask | u128::MAX << 32 } else { mask };
        Some(Ok(Network { first: first & mask, mask }))
    }

    /// Whether `text` is an address in the network.
    pub fn contains(self, text: &str) -> bool {
        bits(text).is_some_and(|bits| bits & self.mask == self.first && is_v4(bits) == is_v4(self.first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;

    #[track_caller]
    fn check_range(text: &str, expected: Option<(&str, &str)>) {
        let range = Moment::parse(text).map(|moment| moment.range(3_600));
        let texts = range.map(|range| (Timestamp(range.start).to_text(), Timestamp(range.end).to_text()));
        assert_eq!(texts.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), expected, "{text}");
    }

    #[test]
    fn a_time_is_as_long_as_its_precision() {
        check_range("2022", Some(("2021-12-31T23:00:00Z", "2022-12-31T23:00:00Z")));
        check_range("2022-12", Some(("2022-11-30T23:00:00Z", "2022-12-31T23:00:00Z")));
        check_range("2024-02-29", Some(("2024-02-28T23:00:00Z", "2024-02-29T23:00:00Z")));
        check_range("2022-03-22T15Z", Some(("2022-03-22T15:00:00Z", "2022-03-22T16:00:00Z")));
        check_range("2022-03-22 15:40+0530", Some(("2022-03-22T10:10:00Z", "2022-03-22T10:11:00Z")));
        check_range("2022-03-22T15:40:02", Some(("2022-03-22T14:40:02Z", "2022-03-22T14:40:03Z")));
        check_range(
            "2022-03-22T15:40:02.12Z",
            Some(("2022-03-22T15:40:02.120Z", "2022-03-22T15:40:02.130Z")),
        );
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "202",
            "20222",
            "2022-3",
            "2022-13",
            "2022-02-30",
            "2022-03-22Z",
            "2022-03-22T24",
            "2022-03-22T15:4",
            "2022-03-22T15:40:02.",
            "2022-03-22T15:40:02.1234567890",
            "2022-03-22T15:40+",
            "2022-03-22T15:40+1",
            "15:40",
        ] {
            check_range(text, None);
        }
    }

    #[test]
    fn times_out_of_range_are_cut() {
        let range = |text| Moment::parse(text).map(|moment| moment.range(0));
        assert_eq!(range("9999-12-31"), Some(i64::MAX..i64::MAX));
        assert_eq!(range("0001"), Some(i64::MIN..i64::MIN));
    }

    #[test]
    fn networks() {
        let is_in = |network: &str, address: &str| {
            Network::parse(network).is_some_and(|n| n.is_ok_and(|n| n.contains(address)))
        };
        assert!(is_in("10.0.0.0/8", "10.255.0.1") && !is_in("10.0.0.0/8", "11.0.0.0"));
        assert!(is_in("10.1.2.3/8", "10.9.9.9"), "bits after the prefix do not count");
        assert!(is_in("10.0.0.0/8", "::ffff:10.0.0.5"));
        assert!(is_in("0.0.0.0/0", "255.1.1.1") && !is_in("0.0.0.0/0", "2001:db8::1"));
        assert!(is_in("::/0", "2001:db8::1") && !is_in("::/0", "10.0.0.1"));
        assert!(is_in("2001:db8::/32", "2001:0DB8:0:0::1") && !is_in("2001:db8::/32", "2001:db9::1"));
        assert!(!is_in("10.0.0.0/8", "AWS Internal"));
        assert_eq!(Network::parse("10.0.0.0/33"), Some(Err(32)));
        assert_eq!(Network::parse("aws-cli/2.0"), None);
    }

    #[test]
    fn numbers() {
        let compare = |a, b| Number::parse(a)?.compare(Number::parse(b)?);
        assert_eq!(compare("9007199254740993", "9007199254740992"), Some(Ordering::Greater));
        assert_eq!(compare("1e3", "1000"), Some(Ordering::Equal));
        assert_eq!(compare("-0.5", "0"), Some(Ordering::Less));
        for text in ["", "inf", "NaN", "1x", "-", "e", "0x10"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
