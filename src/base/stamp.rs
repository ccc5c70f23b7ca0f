//! Finds the timestamp of a line of text whose format is not known.
//!
//! Known forms: ISO 8601 and its variants (`2022-03-22T15:48:02.25+01:00`, `2022/03/22 15:48`, `20220322T154802Z`),
//! `Mar 22 15:48:02` with or without year, week day and zone as `ctime`, `date` and syslog write it, `22 Mar 2022
//! 15:48:02 +0100` (RFC 2822, web servers, Java), `03/22/2022 15:48:02` (month first, unless the first number cannot
//! be a month; with dots or hyphens day first), `22/03/22 …` (Hadoop: year first), `03-22 15:48:02`, `03/22-15:48:02`
//! (Snort), `I0322 15:48:02` (glog), seconds, milli-, micro- and nanoseconds since the epoch, and TAI64N labels.
//!
//! The first lines of a member show where its lines have their stamps ([`Places`]); numbers elsewhere, as in prose,
//! are not taken for times.

use std::ops::Range;

use super::time::{Civil, NO_YEAR, Reading, Timestamp, month, number};

/// The bytes at the start of a line in which a stamp is looked for.
const REACH: usize = 160;

/// The number of lines at the start of a member from which places are learnt.
const LEARNT_LINES: usize = 200;

/// The years that a stamp may have; any other number is not taken for a year.
const YEARS: Range<i64> = 1970..2200;

/// How a stamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `2022-03-22 15:48:02`
    Iso,
    /// `20220322T154802`
    Basic,
    /// `22 Mar 2022 15:48:02`
    DayFirst,
    /// `Mar 22 15:48:02`
    MonthName,
    /// `03/22/2022 15:48:02`
    Slashes,
    /// `03-22 15:48:02`
    MonthDay,
    /// `I0322 15:48:02`
    Glog,
    /// `1647964082.25`
    Epoch,
    /// `@4000000062…`
    Tai64,
}

impl Shape {
    /// Whether text of this shape is nearly always a timestamp.
    fn is_telling(self) -> bool {
        matches!(self, Shape::Iso | Shape::DayFirst | Shape::MonthName | Shape::Slashes | Shape::Tai64)
    }
}

/// A stamp that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The time that the stamp gives.
    pub reading: Reading,
    /// The place of the stamp in the line, in bytes.
    pub at: Range<usize>,
    /// How the stamp is written.
    pub shape: Shape,
}

/// The first stamp in the first [`REACH`] bytes of `line`, at any place.
pub fn find(line: &[u8]) -> Option<Stamp> {
    let end = line.len().min(REACH);
    (0..end).find_map(|at| stamp_at(line, at))
}

/// The stamp that begins at byte `at`, if there is a stamp.
pub fn stamp_at(line: &[u8], at: usize) -> Option<Stamp> {
    let before = at.checked_sub(1).and_then(|before| line.get(before)).copied();
    let first = *line.get(at)?;
    let is_letter = first.is_ascii_alphabetic();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || is_letter && byte >= 0x80;
    if before.is_some_and(is_word) {
        return None;
    }
    // A digit after one of these bytes continues a number or a date that began before.
    let is_inside = first.is_ascii_digit() && before.is_some_and(|byte| b".-+:/".contains(&byte)) && at > 1;
    let scan = Scan { text: line, at };
    let found = match first {
        b'0'..=b'9' if !is_inside => numeric(scan, at),
        b'@' => tai64(scan).map(|(reading, scan)| (reading, scan, Shape::Tai64)),
        b'I' | b'W' | b'E' | b'F' | b'D' if line.get(at + 1).is_some_and(u8::is_ascii_digit) => {
            glog(scan).map(|(reading, scan)| (reading, scan, Shape::Glog))
        }
        byte if byte.is_ascii_alphabetic() => named(scan),
        _ => None,
    };
    let (reading, scan, shape) = found?;
    Some(Stamp { reading, at: at..scan.at, shape })
}

/// Where the lines of a member have their stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    known: [Option<Place>; 6],
    /// Whether a line without a stamp belongs to the record of the last line with a stamp.
    pub joins: bool,
}

/// How a stamp is written, how many words come before it, and whether its line begins with white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    shape: Shape,
    n_words: usize,
    is_indented: bool,
}

impl Place {
    fn of(stamp: &Stamp, line: &[u8]) -> Place {
        let before = &line[..stamp.at.start];
        let is_indented = line.first().is_some_and(u8::is_ascii_whitespace);
        Place { shape: stamp.shape, n_words: words_of(before), is_indented }
    }
}

/// Whether a stamp after the bytes `before` still counts as the beginning of its line.
fn is_opening(before: &[u8]) -> bool {
    before.len() <= 8 && before.iter().all(|byte| b"[({<\"' \t#-".contains(byte))
}

fn words_of(before: &[u8]) -> usize {
    before.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count()
}

impl Places {
    /// Learns from the first lines of a member.
    pub fn learn<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Places {
        let mut counts: Vec<(Place, usize)> = Vec::new();
        let (mut n_stamped, mut n_lines) = (0, 0);
        for line in lines.take(LEARNT_LINES) {
            n_lines += !line.first().is_none_or(u8::is_ascii_whitespace) as usize;
            let Some(stamp) = find(line) else { continue };
            n_stamped += 1;
            let place = Place::of(&stamp, line);
            match counts.iter_mut().find(|(known, _)| *known == place) {
                Some((_, count)) => *count += 1,
                None => counts.push((place, 1)),
            }
        }
        counts.sort_by_key(|&(place, count)| (std::cmp::Reverse(count), place.n_words));
        let mut known = [None; 6];
        let most = counts.first().map_or(0, |&(_, count)| count);
        // A place that occurs once among many stamps is prose.
        let kept = counts.iter().filter(|&&(_, count)| count * 10 >= n_stamped && (count > 1 || most < 3));
        known.iter_mut().zip(kept).for_each(|(known, &(place, _))| *known = Some(place));
        Places { known, joins: n_stamped * 6 >= n_lines && n_stamped > 0 }
    }

    /// The stamp of a line: at a learnt place, or at the beginning of the line.
    pub fn find(&self, line: &[u8]) -> Option<Stamp> {
        // Only the first stamp of a line counts: later stamps are about something else.
        let stamp = find(line)?;
        let before = &line[..stamp.at.start];
        let place = Place::of(&stamp, line);
        let is_telling = stamp.shape.is_telling() && !place.is_indented || self.known[0].is_none();
        let is_first = is_opening(before) && is_telling;
        (is_first || self.known.contains(&Some(place))).then_some(stamp)
    }

    /// Whether a record begins with this line.
    pub fn begins(&self, line: &[u8]) -> bool {
        match self.joins {
            true => self.find(line).is_some(),
            false => !line.first().is_some_and(u8::is_ascii_whitespace),
        }
    }
}

/// A line of text, and the place at which reading continues.
#[derive(Clone, Copy)]
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or(b"")
    }

    /// Skips one byte if it is one of `bytes`, and returns whether it did.
    fn skip_one(&mut self, bytes: &[u8]) -> bool {
        let is_there = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.at += is_there as usize;
        is_there
    }

    /// The number of digits at the current place, up to 20.
    fn n_digits(&self) -> usize {
        self.rest().iter().take(20).take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Reads a number of `least` to `most` digits that is not followed by another digit.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let n = self.n_digits();
        if !(least..=most).contains(&n) {
            return None;
        }
        self.exactly(n)
    }

    /// Reads the next `n` digits as a number, whatever follows.
    fn exactly(&mut self, n: usize) -> Option<u32> {
        let value = number(self.text.get(self.at..self.at + n)?)?;
        self.at += n;
        Some(value)
    }

    fn word(&self) -> &'a [u8] {
        let rest = self.rest();
        &rest[..rest.iter().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count()]
    }

    /// Reads the English name of a month, short or long.
    fn month(&mut self) -> Option<u32> {
        const LONG: &[&[u8]] = &[
            b"january",
            b"february",
            b"march",
            b"april",
            b"may",
            b"june",
            b"july",
            b"august",
            b"september",
            b"october",
            b"november",
            b"december",
        ];
        let word = self.word();
        let number = month(word)?;
        let is_long =
            word.eq_ignore_ascii_case(LONG[number as usize - 1]) || word.eq_ignore_ascii_case(b"sept");
        let n = word.len();
        (n == 3 || is_long).then(|| {
            self.at += n;
            number
        })
    }

    /// Skips the name of a day of the week and the separator after it, and returns whether it did.
    fn weekday(&mut self) -> bool {
        const LONG: &[&[u8]] =
            &[b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"];
        let word = self.word();
        let is_day = LONG.iter().any(|long| {
            word.eq_ignore_ascii_case(long) || word.len() == 3 && word.eq_ignore_ascii_case(&long[..3])
        });
        if !is_day {
            return false;
        }
        self.at += word.len();
        self.skip_one(b".");
        self.skip_one(b",");
        self.spaces(1, 2)
    }

    /// Skips `least` to `most` spaces, and returns whether it did.
    fn spaces(&mut self, least: usize, most: usize) -> bool {
        let n = self.rest().iter().take(most + 1).take_while(|&&byte| byte == b' ').count();
        let is_in_range = (least..=most).contains(&n);
        self.at += if is_in_range { n } else { 0 };
        is_in_range
    }

    /// Reads `15:48:02.25` or `3:48 PM` as hour, minute, second and nanoseconds. If `is_short`, the seconds may be
    /// missing.
    fn clock(&mut self, is_short: bool) -> Option<(u32, u32, u32, u32)> {
        let mut hour = self.digits(1, 2)?;
        if !self.skip_one(b":") {
            return None;
        }
        let minute = self.digits(2, 2)?;
        let mut second = 0;
        let mut nanos = 0;
        if self.peek() == Some(b':') {
            self.at += 1;
            second = self.digits(2, 2)?;
            nanos = self.fraction();
        } else if !is_short {
            return None;
        }
        let mut half = *self;
        half.spaces(1, 1);
        match half.word().to_ascii_uppercase().as_slice() {
            b"AM" if hour <= 12 => (hour, *self) = (hour % 12, Scan { at: half.at + 2, ..half }),
            b"PM" if hour <= 12 => (hour, *self) = (hour % 12 + 12, Scan { at: half.at + 2, ..half }),
            _ => {}
        }
        // `1:02:03:04` is not a time of day.
        let is_over = !self.peek().is_some_and(|byte| byte.is_ascii_digit());
        (hour < 24 && minute < 60 && second <= 60 && is_over).then_some((hour, minute, second, nanos))
    }

    /// Reads a fraction of a second after a point, a comma or a colon, in nanoseconds; 0 if there is no fraction.
    fn fraction(&mut self) -> u32 {
        if !matches!(self.peek(), Some(b'.' | b',' | b':')) {
            return 0;
        }
        let after = Scan { at: self.at + 1, ..*self };
        let n = after.n_digits();
        if n == 0 || n > 12 || self.peek() == Some(b':') && n != 3 {
            return 0;
        }
        let kept = n.min(9);
        let value = number(&after.rest()[..kept]).unwrap_or(0) * 10_u32.pow(9 - kept as u32);
        self.at = after.at + n;
        value
    }

    /// Reads the offset from UTC at the current place, in seconds east, if there is an offset.
    fn offset(&mut self) -> Option<i64> {
        let mut scan = *self;
        let n_space = scan.spaces(1, 1) as usize;
        let found = scan.signed_offset().or_else(|| scan.named_offset(n_space == 0));
        if found.is_some() {
            *self = scan;
        }
        found
    }

    fn signed_offset(&mut self) -> Option<i64> {
        let mut scan = *self;
        let sign = match (scan.peek()?, scan.rest().get(..3)) {
            (b'+', _) => 1,
            (b'-', _) => -1,
            // The minus sign that typographers use (U+2212).
            (0xe2, Some(b"\xe2\x88\x92")) => {
                scan.at += 2;
                -1
            }
            _ => return None,
        };
        scan.at += 1;
        let (hours, minutes) = match scan.n_digits() {
            4 => (scan.exactly(2)?, scan.exactly(2)?),
            2 => {
                let hours = scan.exactly(2)?;
                let mut after = scan;
                let is_long = after.skip_one(b":") && after.n_digits() == 2;
                let minutes = if is_long { after.exactly(2) } else { None };
                scan = if minutes.is_some() { after } else { scan };
                (hours, minutes.unwrap_or(0))
            }
            _ => return None,
        };
        // `-07-08` is a date; `+01abc` is not an offset.
        let is_over = !scan.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if hours > 18 || minutes > 59 || !is_over {
            return None;
        }
        *self = scan;
        Some(sign * (hours * 3_600 + minutes * 60) as i64)
    }

    fn named_offset(&mut self, is_glued: bool) -> Option<i64> {
        let mut scan = *self;
        let is_bracketed = scan.skip_one(b"([");
        let word = scan.word();
        let n = word.len();
        let is_over = !scan.rest().get(n).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'_');
        let offset = match word {
            b"Z" | b"z" => Some(0).filter(|_| is_over),
            _ if is_glued && n < 3 || !is_over => None,
            name => zone_offset(name),
        };
        scan.at += n;
        if is_bracketed && !scan.skip_one(b")]") {
            return None;
        }
        let mut offset = offset?;
        if matches!(word, b"UTC" | b"GMT") {
            let mut after = Scan { text: scan.text, at: scan.at };
            if let Some(more) = after.signed_offset() {
                offset += more;
                scan.at = after.at;
            }
        }
        self.at = scan.at;
        Some(offset)
    }

    /// Skips the name of a zone whose offset is not known (`CST`), and returns whether it did.
    fn skip_zone_name(&mut self) -> bool {
        let mut scan = *self;
        if !scan.spaces(1, 1) {
            return false;
        }
        let word = scan.word();
        let n = word.len();
        let is_name = (3..=5).contains(&n) && word.iter().all(u8::is_ascii_uppercase);
        if is_name {
            self.at = scan.at + n;
        }
        is_name
    }
}

/// Short names of zones, and how many minutes each is east of UTC. The table omits names that are as common on another
/// continent, such as CST, IST and BST: a time with such a name is read as a time without a zone. EST, EDT, MDT, PST and
/// PDT have the meaning of RFC 2822, section 4.3, although PST is also used in Manila.
const ZONES: &[(&str, i64)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("UCT", 0),
    ("ZULU", 0),
    ("WET", 0),
    ("WEST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("MET", 60),
    ("MEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("HDT", -540),
    ("HAST", -600),
    ("HADT", -540),
    ("NST", -210),
    ("NDT", -150),
    ("FNT", -120),
    ("BRT", -180),
    ("BRST", -120),
    ("ART", -180),
    ("CLT", -240),
    ("CLST", -180),
    ("COT", -300),
    ("PET", -300),
    ("UYT", -180),
    ("GFT", -180),
    ("CVT", -60),
    ("AZOT", -60),
    ("SAST", 120),
    ("CAT", 120),
    ("EAT", 180),
    ("WAT", 60),
    ("TRT", 180),
    ("IRST", 210),
    ("AFT", 270),
    ("PKT", 300),
    ("UZT", 300),
    ("YEKT", 300),
    ("NPT", 345),
    ("NOVT", 420),
    ("OMST", 360),
    ("KRAT", 420),
    ("ICT", 420),
    ("WIB", 420),
    ("IRKT", 480),
    ("HKT", 480),
    ("SGT", 480),
    ("MYT", 480),
    ("PHT", 480),
    ("AWST", 480),
    ("WITA", 480),
    ("JST", 540),
    ("KST", 540),
    ("WIT", 540),
    ("YAKT", 540),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("VLAT", 600),
    ("ChST", 600),
    ("MAGT", 660),
    ("PETT", 720),
    ("NZST", 720),
    ("NZDT", 780),
    ("FJT", 720),
    ("TOT", 780),
];

/// Seconds east of UTC of a zone's short name.
fn zone_offset(name: &[u8]) -> Option<i64> {
    ZONES.iter().find(|(known, _)| name == known.as_bytes()).map(|&(_, minutes)| minutes * 60)
}

type Found<'a> = Option<(Reading, Scan<'a>)>;

/// The reading of the parts of a date and time, at the offset that follows them if there is an offset.
fn reading<'a>(civil: Civil, mut scan: Scan<'a>, has_year: bool) -> Found<'a> {
    if has_year && !YEARS.contains(&civil.year) {
        return None;
    }
    let shown = shown(civil, has_year)?;
    let offset = scan.offset();
    Some((offset.map_or(shown, |offset| shown.at_offset(offset as i32)), scan))
}

/// The reading of the parts of a date and time whose offset is not known.
fn shown(civil: Civil, has_year: bool) -> Option<Reading> {
    let shown = civil.at_offset(0)?;
    Some(if has_year { Reading::Local(shown) } else { Reading::Yearless { shown, offset: None } })
}

fn civil(year: i64, month: u32, day: u32, clock: (u32, u32, u32, u32)) -> Civil {
    let (hour, minute, second, nanos) = clock;
    Civil { year, month, day, hour, minute, second, nanos }
}

/// Reads a stamp that begins with a digit, at byte `at` of its line.
fn numeric(scan: Scan<'_>, at: usize) -> Option<(Reading, Scan<'_>, Shape)> {
    let n = scan.n_digits();
    let second = scan.text.get(scan.at + n).copied();
    let with = |shape: Shape| move |(reading, scan)| (reading, scan, shape);
    match (n, second) {
        (4, Some(b'-' | b'/' | b'.')) => iso(scan).map(with(Shape::Iso)),
        (1 | 2, Some(b'-' | b'/' | b'.' | b' ')) => day_first(scan)
            .map(with(Shape::DayFirst))
            .or_else(|| slashes(scan).map(with(Shape::Slashes)))
            .or_else(|| month_day(scan).map(with(Shape::MonthDay))),
        (8 | 12 | 14 | 17, _) if let Some(found) = basic(scan) => Some(with(Shape::Basic)(found)),
        (6, Some(b' ')) => short(scan).map(with(Shape::Basic)),
        (10 | 13 | 16 | 19, _) if is_opening(&scan.text[..at]) => epoch(scan).map(with(Shape::Epoch)),
        _ => None,
    }
}

/// `2022-03-22T15:48:02`, with the usual separators.
fn iso(mut scan: Scan<'_>) -> Found<'_> {
    let year = scan.digits(4, 4)? as i64;
    let separator = scan.peek()?;
    scan.at += 1;
    let month = scan.digits(1, 2)?;
    if !scan.skip_one(&[separator]) {
        return None;
    }
    let day = scan.digits(1, 2)?;
    if scan.spaces(1, 2) || scan.skip_one(b"\t") {
        scan.skip_one(b"@T-");
        scan.spaces(1, 1);
    } else if scan.skip_one(b",") {
        scan.spaces(1, 1);
    } else if !scan.skip_one(b"Tt_:-") {
        return None;
    }
    let clock = scan.clock(true)?;
    reading(civil(year, month, day, clock), scan, true)
}

/// `20220322T154802`, `20220322-15:48:02`, `20220322154802`, `202203221548`.
fn basic(mut scan: Scan<'_>) -> Found<'_> {
    let n = scan.n_digits();
    let (year, month, day) = (scan.exactly(4)? as i64, scan.exactly(2)?, scan.exactly(2)?);
    if n == 8 && !scan.skip_one(b"Tt_-: ") {
        return None;
    }
    if n == 8 && scan.text.get(scan.at + 2) == Some(&b':') {
        let clock = scan.clock(true)?;
        return reading(civil(year, month, day, clock), scan, true);
    }
    let n = scan.n_digits();
    let (hour, minute) = (scan.exactly(2)?, scan.exactly(2)?);
    let (second, nanos) = match n {
        4 => (0, 0),
        6 => {
            let second = scan.exactly(2)?;
            (second, scan.fraction())
        }
        9 => (scan.exactly(2)?, scan.exactly(3)? * 1_000_000),
        _ => return None,
    };
    reading(civil(year, month, day, (hour, minute, second, nanos)), scan, true)
}

/// `220322 15:48:02`, or with one digit of hour after two spaces, as MySQL wrote it.
fn short(mut scan: Scan<'_>) -> Found<'_> {
    let (year, month, day) = (scan.exactly(2)? as i64, scan.exactly(2)?, scan.exactly(2)?);
    if !scan.spaces(1, 2) {
        return None;
    }
    let clock = scan.clock(false)?;
    reading(civil(2_000 + year, month, day, clock), scan, true)
}

/// `22 Mar 2022 15:48:02`, `22/Mar/2022:15:48:02 +0100`, `22-Mar-2022 15:48:02.123`.
fn day_first(mut scan: Scan<'_>) -> Found<'_> {
    let day = scan.digits(1, 2)?;
    let separator = scan.peek()?;
    scan.at += 1;
    let month = scan.month()?;
    if !(scan.skip_one(&[separator]) || scan.skip_one(b" ")) {
        return None;
    }
    let mut year_scan = scan;
    let year = match (year_scan.n_digits(), separator) {
        (4, _) => {
            scan = year_scan;
            scan.exactly(4)? as i64
        }
        (2, b'-' | b'/') => 2_000 + scan.exactly(2)? as i64,
        // `22 Mar 15:48:02`
        _ => {
            let clock = year_scan.clock(false)?;
            return reading(civil(NO_YEAR, month, day, clock), year_scan, false);
        }
    };
    scan.skip_one(b",");
    if !(scan.spaces(1, 2) || scan.skip_one(b":T_-")) {
        return None;
    }
    let clock = scan.clock(separator != b' ')?;
    reading(civil(year, month, day, clock), scan, true)
}

/// `03/22/2022 15:48:02`, `22.03.2022 15:48:02`, `22-03-2022 15:48:02`, `22/03/22 15:48:02`.
fn slashes(mut scan: Scan<'_>) -> Found<'_> {
    let a = scan.digits(1, 2)?;
    let separator = scan.peek()?;
    if !scan.skip_one(b"/.-") {
        return None;
    }
    let b = scan.digits(1, 2)?;
    if !scan.skip_one(&[separator]) {
        return None;
    }
    let n_year = scan.n_digits();
    let c = scan.digits(2, 4)?;
    if n_year == 3 || n_year == 2 && separator != b'/' {
        return None;
    }
    scan.skip_one(b",");
    if !(scan.spaces(1, 2) || scan.skip_one(b"T_-:")) {
        return None;
    }
    let (year, month, day) = match (n_year, separator) {
        // Year first, as Hadoop and Spark write it.
        (2, _) if a > 12 => (2_000 + a, b, c),
        (2, _) => (2_000 + c, a, b),
        (_, b'/') if a <= 12 => (c, a, b),
        (_, b'/') => (c, b, a),
        _ if b <= 12 => (c, b, a),
        _ => (c, a, b),
    };
    let clock = scan.clock(n_year == 4)?;
    reading(civil(year as i64, month, day, clock), scan, true)
}

/// `03-22 15:48:02`, `03/22 15:48:02`, `03/22-15:48:02.123456` as Snort writes it.
fn month_day(mut scan: Scan<'_>) -> Found<'_> {
    let month = scan.digits(2, 2)?;
    let separator = scan.peek()?;
    if !scan.skip_one(b"-/") {
        return None;
    }
    let day = scan.digits(2, 2)?;
    if !(scan.spaces(1, 1) || separator == b'/' && scan.skip_one(b"-")) {
        return None;
    }
    let clock = scan.clock(false)?;
    reading(civil(NO_YEAR, month, day, clock), scan, false)
}

/// `I0322 15:48:02.123456`.
fn glog(mut scan: Scan<'_>) -> Found<'_> {
    scan.at += 1;
    if scan.n_digits() != 4 {
        return None;
    }
    let (month, day) = (scan.exactly(2)?, scan.exactly(2)?);
    if !scan.spaces(1, 1) {
        return None;
    }
    let clock = scan.clock(false)?;
    reading(civil(NO_YEAR, month, day, clock), scan, false)
}

/// Reads a stamp that begins with a letter: the name of a month or of a day of the week.
fn named(mut scan: Scan<'_>) -> Option<(Reading, Scan<'_>, Shape)> {
    let has_day = scan.weekday();
    if has_day && scan.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        // RFC 2822: `Tue, 22 Mar 2022 15:48:02 +0100`; or `Tue 2022-03-22 15:48:02 UTC` as systemd writes it.
        let iso = || iso(scan).map(|(reading, scan)| (reading, scan, Shape::Iso));
        return day_first(scan).map(|(reading, scan)| (reading, scan, Shape::DayFirst)).or_else(iso);
    }
    month_name(scan).map(|(reading, scan)| (reading, scan, Shape::MonthName))
}

/// `Mar 22 15:48:02`, optionally with a year or a zone after the day or after the time.
fn month_name(mut scan: Scan<'_>) -> Found<'_> {
    let month = scan.month()?;
    scan.skip_one(b".");
    if !(scan.spaces(1, 2) || scan.skip_one(b"-/")) {
        return None;
    }
    let day = scan.digits(1, 2)?;
    scan.skip_one(b",");
    if !(scan.spaces(1, 2) || scan.skip_one(b"-/")) {
        return None;
    }
    let mut year = None;
    if scan.n_digits() == 4 {
        year = Some(scan.exactly(4)?);
        scan.skip_one(b",:");
        if scan.spaces(1, 2) {
            scan.skip_one(b"@");
            scan.spaces(1, 1);
        }
    }
    let clock = scan.clock(year.is_some())?;
    let mut offset = scan.offset();
    let has_zone = offset.is_some()
        || year.is_none() && {
            let mut after = scan;
            let is_before_year = after.skip_zone_name() && after.spaces(1, 1) && after.n_digits() == 4;
            is_before_year && scan.skip_zone_name()
        };
    if year.is_none() {
        let mut after = scan;
        let is_over = |scan: Scan<'_>| {
            !scan.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"./-".contains(&byte))
        };
        if after.spaces(1, 1)
            && let Some(found) = after.digits(4, 4)
            && YEARS.contains(&(found as i64))
            && is_over(after)
        {
            (year, scan) = (Some(found), after);
            if !has_zone {
                offset = scan.offset();
            }
        }
    }
    let civil = civil(year.map_or(NO_YEAR, i64::from), month, day, clock);
    if !YEARS.contains(&civil.year) {
        return None;
    }
    let shown = shown(civil, year.is_some())?;
    Some((offset.map_or(shown, |offset| shown.at_offset(offset as i32)), scan))
}

/// Seconds since the epoch with a fraction, or whole milli-, micro- or nanoseconds, of the years 2001 to 2099.
fn epoch(mut scan: Scan<'_>) -> Found<'_> {
    let n = scan.n_digits();
    let digits = std::str::from_utf8(&scan.rest()[..n]).ok()?;
    let value: i64 = digits.parse().ok()?;
    scan.at += n;
    let mut nanos = value.checked_mul(10_i64.pow(19 - n as u32))?;
    if n == 10 && scan.peek() == Some(b'.') {
        nanos = nanos.checked_add(scan.fraction() as i64)?;
    }
    let is_over = !scan.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-/".contains(&byte));
    let is_year = (1_000_000_000..4_102_444_800).contains(&(nanos / 1_000_000_000));
    (is_over && is_year).then_some((Reading::Utc(Timestamp(nanos)), scan))
}

/// `@` and 24 hexadecimal digits: the seconds since 2^62 seconds before 1970 in International Atomic Time (as multilog
/// counts, 10 seconds ahead of UTC), and the nanoseconds.
///
/// Source: "TAI64, TAI64N, and TAI64NA", cr.yp.to/libtai/tai64.html.
fn tai64(mut scan: Scan<'_>) -> Found<'_> {
    scan.at += 1;
    let digits = scan.rest().get(..24)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let value = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let seconds = i64::try_from(value(&digits[..16])?.checked_sub(1 << 62)?).ok()? - 10;
    let nanos = value(&digits[16..]).filter(|&nanos| nanos < 1_000_000_000)? as i64;
    scan.at += 24;
    let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some((Reading::Utc(Timestamp(nanos)), scan))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(line: &str) -> String {
        let Some(Stamp { reading, at, shape }) = find(line.as_bytes()) else { return "none".to_owned() };
        let kind = match reading {
            Reading::Utc(_) => "utc",
            Reading::Local(_) => "local",
            Reading::Yearless { offset: None, .. } => "yearless",
            Reading::Yearless { .. } => "yearless with zone",
        };
        format!("{kind} {}..{} {} {shape:?}", at.start, at.end, reading.timestamp().to_text())
    }

    #[test]
    fn the_zoo() {
        for (line, expected) in [
            ("2022-03-22T15:48:02+01:00 host", "utc 0..25 2022-03-22T14:48:02Z Iso"),
            ("2022-03-22 15:48:02,003 - x", "local 0..23 2022-03-22T15:48:02.003Z Iso"),
            ("2022-03-22 15:48 x", "local 0..16 2022-03-22T15:48:00Z Iso"),
            ("Start-Date: 2022-10-04  06:22:29", "local 12..32 2022-10-04T06:22:29Z Iso"),
            ("[2016/12/05 20:31:45, all 0] main", "local 1..20 2016-12-05T20:31:45Z Iso"),
            ("2021-05-09T19:43:18,616 ZULU [x]", "utc 0..28 2021-05-09T19:43:18.616Z Iso"),
            ("2021-05-09T19:43:18+08 x", "utc 0..22 2021-05-09T11:43:18Z Iso"),
            ("2022-03-22T15:48:02-0700 INFO", "utc 0..24 2022-03-22T22:48:02Z Iso"),
            ("2022-03-22 15:48:02 - x", "local 0..19 2022-03-22T15:48:02Z Iso"),
            ("x 2022-03-22 03:48:02 PM, y", "local 2..24 2022-03-22T15:48:02Z Iso"),
            ("20220322T154802Z ok", "utc 0..16 2022-03-22T15:48:02Z Basic"),
            ("20210509T194318.616-00:00 x", "utc 0..25 2021-05-09T19:43:18.616Z Basic"),
            ("[20220322-15:48:02] [INFO]", "local 1..18 2022-03-22T15:48:02Z Basic"),
            ("20220322154802", "local 0..14 2022-03-22T15:48:02Z Basic"),
            ("220322  5:48:02 InnoDB: x", "local 0..15 2022-03-22T05:48:02Z Basic"),
            ("20200307_031950 /sbin/e2fsck", "local 0..15 2020-03-07T03:19:50Z Basic"),
            ("Tue, 22 Mar 2022 15:48:02 +0100", "utc 0..31 2022-03-22T14:48:02Z DayFirst"),
            ("Tue Mar 22 15:48:02 2022 x", "local 0..24 2022-03-22T15:48:02Z MonthName"),
            ("Tue Mar 22 15:48:02 EST 2022", "utc 0..28 2022-03-22T20:48:02Z MonthName"),
            ("Tue Mar 22 15:48:02 CST 2022", "local 0..28 2022-03-22T15:48:02Z MonthName"),
            ("Thu August 31 20:01:05 2023 UTC [x]", "utc 0..31 2023-08-31T20:01:05Z MonthName"),
            ("[Mon Feb 11 19:22:56 2019] Booting", "local 1..25 2019-02-11T19:22:56Z MonthName"),
            ("Mar 22, 2022 3:48:02 PM org.x", "local 0..23 2022-03-22T15:48:02Z MonthName"),
            ("Mar 22 15:48:02 host x", "yearless 0..15 1972-03-22T15:48:02Z MonthName"),
            ("Mar 22 15:48:02 HDT x", "yearless with zone 0..19 1972-03-22T15:48:02Z MonthName"),
            ("Mar 22 15:48:02 CST x", "yearless 0..15 1972-03-22T15:48:02Z MonthName"),
            ("03-22 15:48:02 -0130 x", "yearless with zone 0..20 1972-03-22T15:48:02Z MonthDay"),
            ("10.0.0.1 - - [22/Mar/2022:15:48:02 +0100] x", "utc 14..40 2022-03-22T14:48:02Z DayFirst"),
            ("08-Feb-2023 12:12:09.827 INFO", "local 0..24 2023-02-08T12:12:09.827Z DayFirst"),
            ("03/22/2022 15:48:02 x", "local 0..19 2022-03-22T15:48:02Z Slashes"),
            ("22/03/2022 15:48:02 x", "local 0..19 2022-03-22T15:48:02Z Slashes"),
            ("22.03.2022 15:48:02 x", "local 0..19 2022-03-22T15:48:02Z Slashes"),
            ("17/06/09 20:10:40 INFO", "local 0..17 2017-06-09T20:10:40Z Slashes"),
            ("12-06 00:59:44 running", "yearless 0..14 1972-12-06T00:59:44Z MonthDay"),
            ("03/22-15:48:02.765402 [**]", "yearless 0..21 1972-03-22T15:48:02.765402Z MonthDay"),
            ("I0322 15:48:02.123456  1 x.go:1]", "yearless 0..21 1972-03-22T15:48:02.123456Z Glog"),
            ("1647964082.25 x", "utc 0..13 2022-03-22T15:48:02.250Z Epoch"),
            ("[1647964082250] x", "utc 1..14 2022-03-22T15:48:02.250Z Epoch"),
            ("@400000006239efbc0ee6b280 x", "utc 0..25 2022-03-22T15:48:02.250Z Tai64"),
            ("x 1647964082 y", "none"),
            ("192.168.10.20 10:20:30", "none"),
            ("2022-03-22", "none"),
            ("version 10.2.2021 is", "none"),
            ("[    0.4074] kernel: booting", "none"),
            ("May 3 apples", "none"),
            ("2022-02-30 15:48:02", "none"),
            ("Mayor 22 15:48:02", "none"),
        ] {
            assert_eq!(described(line), expected, "{line}");
        }
    }

    #[test]
    fn places_are_learnt() {
        let learnt = |lines: &[&str]| Places::learn(lines.iter().map(|line| line.as_bytes()));
        let places = learnt(&["INFO: 2022-03-22 15:48:02 a", "  at x", "WARNING: 2022-03-22 15:48:03 b"]);
        assert!(places.joins);
        assert!(places.begins(b"DEBUG: 2022-03-22 15:48:04 c"));
        assert!(!places.begins(b"the last was 2022-03-22 15:48:04"));
        assert!(!places.begins(b"12-06 00:59:44"));
        let rare: Vec<&str> = std::iter::once("Log at 2022-03-22 15:48:02").chain(["x"; 20]).collect();
        assert!(!learnt(&rare).joins);
        assert!(learnt(&["12-06 00:59:44 x"]).begins(b"12-07 00:59:44 x"));
    }
}
