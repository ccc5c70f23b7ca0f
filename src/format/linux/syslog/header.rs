//! What stands before a syslog message: count, priority, stamp, host, program and process number.

use crate::base::Reading;
use crate::base::text::clean;
use crate::base::time::{self, Timestamp};

/// A part of a line, as `line[first..end]`; empty where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// Its first byte.
    pub first: usize,
    /// Behind its last byte.
    pub end: usize,
}

impl Part {
    fn new(first: usize, end: usize) -> Part {
        Part { first, end }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.first >= self.end
    }
}

/// What is known of a line before its message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Header {
    /// When it was written.
    pub time: Option<Reading>,
    /// Facility times eight and severity.
    pub facility: Option<u8>,
    /// See `facility`.
    pub severity: Option<u8>,
    /// The machine it is from.
    pub host: Part,
    /// The program that wrote it.
    pub program: Part,
    /// The module that wrote in the program's name: `sshd(pam_unix)`.
    pub module: Part,
    /// The program's process number.
    pub pid: Part,
    /// RFC 5424: the kind of message. Cisco: its mnemonic.
    pub code: Part,
    /// RFC 5424: structured data, brackets and all.
    pub data: Part,
    /// Where the message begins.
    pub message: usize,
}

/// Names of facilities by number.
///
/// Source: RFC 5424, table 1; the words are those of syslog.conf(5).
pub const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];

/// Names of severities by number.
pub const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// How a line begins: what comes before the names.
struct Start {
    priority: Option<u8>,
    is_rfc5424: bool,
    time: Option<Reading>,
    /// Where the names begin.
    at: usize,
}

/// Whether a line begins a record: with a stamp, or with a priority.
pub fn begins(line: &[u8]) -> bool {
    match line.first() {
        // What a crash leaves before a line, and what colours it, is no part of it.
        Some(0 | 0x1b) => start(&clean(line).0).is_some(),
        _ => is_usual(line) || start(line).is_some(),
    }
}

/// Whether a line begins with `Mmm dd hh:mm:ss ` as most do.
#[inline]
pub fn is_usual(line: &[u8]) -> bool {
    line.len() > 15
        && line[3] == b' '
        && line[6] == b' '
        && line[9] == b':'
        && line[12] == b':'
        && line[15] == b' '
        && time::month(&line[..3]).is_some()
        && (line[4] == b' ' || line[4].is_ascii_digit())
        && line[5].is_ascii_digit()
        && line[7].is_ascii_digit()
        && line[8].is_ascii_digit()
        && line[10].is_ascii_digit()
        && line[11].is_ascii_digit()
        && line[13].is_ascii_digit()
        && line[14].is_ascii_digit()
}

/// Reads a header. `None` where the line begins with neither a stamp nor a priority.
pub fn read(line: &[u8]) -> Option<Header> {
    let Start { priority, is_rfc5424, time, at } = start(line)?;
    let mut header = Header { time, ..Header::default() };
    header.set_priority(priority);
    if is_rfc5424 {
        header.rfc5424(line, at);
    } else {
        header.names(line, at);
    }
    Some(header)
}

/// The priority at the start of `line`, and its bytes: `<0>` to `<191>`.
pub fn priority(line: &[u8]) -> Option<(u8, usize)> {
    let [b'<', rest @ ..] = line else { return None };
    let n = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let value = time::number(&rest[..n]).filter(|&value| n <= 3 && value < 192)?;
    (rest.get(n) == Some(&b'>')).then_some((value as u8, n + 2))
}

/// The octet count at the start of `line` and its bytes with the space: RFC 6587, section 3.4.1.
pub fn octet_count(line: &[u8]) -> Option<(usize, usize)> {
    let n = line.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    let is_count = n > 0 && line[0] != b'0' && line.get(n) == Some(&b' ') && line.get(n + 1) == Some(&b'<');
    let count = time::number(&line[..n]).filter(|_| is_count)?;
    Some((count as usize, n + 1))
}

fn start(line: &[u8]) -> Option<Start> {
    let first = *line.first()?;
    if !(first.is_ascii_alphanumeric() || matches!(first, b'<' | b'*' | b'.' | b'@')) {
        return None;
    }
    let counted = octet_count(line).map_or(0, |(_, n)| n);
    let (priority, mut at) = match priority(&line[counted..]) {
        Some((value, n)) => (Some(value), counted + n),
        None => (None, 0),
    };
    if line[at..].starts_with(b"1 ") {
        let rest = &line[at + 2..];
        match time::iso(rest) {
            Some((reading, n)) if ends_stamp(rest, n) => {
                return Some(Start { priority, is_rfc5424: true, time: Some(reading), at: at + 2 + n });
            }
            _ if priority.is_some() && (rest.starts_with(b"- ") || rest == b"-") => {
                return Some(Start { priority, is_rfc5424: true, time: None, at: at + 3 });
            }
            _ => {}
        }
    }
    if priority.is_some() && line.get(at) == Some(&b' ') {
        at += 1;
    }
    match stamp_behind_number(&line[at..]) {
        Some((reading, n)) => Some(Start { priority, is_rfc5424: false, time: Some(reading), at: at + n }),
        None if priority.is_some() => Some(Start { priority, is_rfc5424: false, time: None, at }),
        None => None,
    }
}

/// A stamp, or one behind a sequence number: `000123: *Mar  1 18:46:11.483: `.
fn stamp_behind_number(text: &[u8]) -> Option<(Reading, usize)> {
    if let Some(found) = stamp(text) {
        return Some(found);
    }
    let at = sequence_number(text)?;
    let (reading, n) = stamp(&text[at..])?;
    Some((reading, at + n))
}

/// Bytes of `123: ` at the start of `text`.
fn sequence_number(text: &[u8]) -> Option<usize> {
    let n = text.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    (n > 0 && text[n..].starts_with(b": ")).then_some(n + 2)
}

/// Reads the stamp at the start of `text`, whichever program wrote it, and says how many bytes it has.
pub fn stamp(text: &[u8]) -> Option<(Reading, usize)> {
    let found = match *text.first()? {
        b'*' | b'.' => bsd_and_zone(&text[1..]).map(|(reading, n)| (reading, n + 1)),
        b'@' => tai64n(text),
        b'0'..=b'9' => time::iso(text).or_else(|| year_first(text)),
        _ => bsd_and_zone(text).or_else(|| behind_weekday(text)),
    };
    found.filter(|&(_, n)| ends_stamp(text, n))
}

fn ends_stamp(text: &[u8], n: usize) -> bool {
    matches!(text.get(n), None | Some(b' ' | b':' | b'\t' | b'\n'))
}

/// Zones that Cisco and others write by name, but for UTC; where they are is the analyst's to say.
const ZONES: [&[u8]; 20] = [
    b"EST", b"EDT", b"CST", b"CDT", b"MST", b"MDT", b"PST", b"PDT", b"CET", b"CEST", b"EET", b"EEST", b"WET",
    b"WEST", b"BST", b"MSK", b"IST", b"JST", b"AEST", b"AEDT",
];

/// Whether what follows a stamp may belong to it: a year, a zone.
#[inline]
pub fn may_go_on(rest: &[u8]) -> bool {
    match rest.first() {
        Some(b'0'..=b'9' | b'+' | b'-') | None => true,
        Some(b'A'..=b'Z') => {
            rest.starts_with(b"UTC") || rest.starts_with(b"GMT") || zone_name(rest).is_some()
        }
        _ => false,
    }
}

/// Bytes of the name of a zone and the colon behind it.
fn zone_name(rest: &[u8]) -> Option<usize> {
    let n = rest.iter().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
    (rest.get(n) == Some(&b':') && ZONES.contains(&&rest[..n])).then_some(n)
}

/// As [`time::bsd`], and a zone behind it: `-0500`, `UTC`; of others by name only that they are none.
fn bsd_and_zone(text: &[u8]) -> Option<(Reading, usize)> {
    let (mut reading, mut n) = time::bsd(text)?;
    if text.get(n) == Some(&b':') && !matches!(text.get(n + 1), None | Some(b' ')) {
        // The year was the beginning of an IPv6 address.
        (reading, n) = time::bsd(&text[..n.checked_sub(5)?])?;
    }
    let rest = &text[n..];
    if let [b' ', sign @ (b'+' | b'-'), h0, h1, m0, m1, ..] = *rest
        && let (Some(hours), Some(minutes)) = (time::number(&[h0, h1]), time::number(&[m0, m1]))
        && matches!(rest.get(6), None | Some(b' ' | b':'))
        && hours <= 18
    {
        let offset = (hours * 3_600 + minutes * 60) as i32 * if sign == b'-' { -1 } else { 1 };
        return Some((reading.at_offset(offset), n + 6));
    }
    let Some(name) = rest.strip_prefix(b" ") else { return Some((reading, n)) };
    if (name.starts_with(b"UTC") || name.starts_with(b"GMT"))
        && matches!(name.get(3), None | Some(b' ' | b':'))
    {
        return Some((reading.at_offset(0), n + 4));
    }
    Some((reading, n + zone_name(name).map_or(0, |n_name| n_name + 1)))
}

/// `2022 Mar 22 15:48:02`.
fn year_first(text: &[u8]) -> Option<(Reading, usize)> {
    let (year, rest) = text.split_at_checked(5)?;
    let year = time::number(&year[..4]).filter(|_| year[4] == b' ')?;
    let (Reading::Yearless { shown, offset }, n) = bsd_and_zone(rest)? else { return None };
    let seconds = shown.0.div_euclid(1_000_000_000);
    let (_, month, day) = time::civil_from_days(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400) as u32;
    let civil = time::Civil {
        year: year as i64,
        month,
        day,
        hour: of_day / 3_600,
        minute: of_day / 60 % 60,
        second: of_day % 60,
        nanos: shown.0.rem_euclid(1_000_000_000) as u32,
    };
    let reading = Reading::Local(civil.at_offset(0)?);
    Some((offset.map_or(reading, |offset| reading.at_offset(offset)), n + 5))
}

/// `Tue Mar 22 15:48:02 2022`, as ctime(3) writes it.
pub fn behind_weekday(text: &[u8]) -> Option<(Reading, usize)> {
    const DAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
    let name = [text.first()?, text.get(1)?, text.get(2)?].map(|byte| byte | 0x20);
    let at = match text.get(3..)? {
        [b' ', ..] => 4,
        [b',', b' ', ..] => 5,
        _ => return None,
    };
    if !DAYS.contains(&&name) {
        return None;
    }
    bsd_and_zone(&text[at..]).map(|(reading, n)| (reading, n + at))
}

/// `@4000000050f4e4c22a3b5e64`: seconds since 1970 TAI, ten ahead of UTC as its programs count, and nanoseconds.
///
/// Source: D. J. Bernstein, "TAI64, TAI64N, and TAI64NA".
fn tai64n(text: &[u8]) -> Option<(Reading, usize)> {
    let hex = std::str::from_utf8(text.get(1..25)?).ok()?;
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let seconds = u64::from_str_radix(&hex[..16], 16).ok()?.checked_sub((1 << 62) + 10)?;
    let nanos = u64::from_str_radix(&hex[16..], 16).ok().filter(|&nanos| nanos < 1_000_000_000)?;
    let moment = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some((Reading::Utc(Timestamp(moment.try_into().ok()?)), 25))
}

impl Header {
    fn set_priority(&mut self, priority: Option<u8>) {
        if let Some(priority) = priority {
            (self.facility, self.severity) = (Some(priority / 8), Some(priority % 8));
        }
    }

    /// `HOST APP PROCID MSGID DATA MSG` at `at`: RFC 5424, section 6. `-` is no value.
    fn rfc5424(&mut self, line: &[u8], at: usize) {
        let mut at = skip_spaces(line, at);
        let mut next = || {
            let word = word(line, at);
            at = word.end + usize::from(word.end < line.len());
            word
        };
        [self.host, self.program, self.pid, self.code] = [next(), next(), next(), next()]
            .map(|word| if &line[word.first..word.end] == b"-" { Part::default() } else { word });
        self.data_and_message(line, at);
    }

    fn data_and_message(&mut self, line: &[u8], at: usize) {
        self.message = at;
        if let Some(end) = super::structured::end(&line[at..]) {
            self.data = Part::new(at, at + end);
            self.message = at + end;
        } else if line[at..].starts_with(b"- ") || &line[at..] == b"-" {
            self.message = at + 1;
        }
        self.message = skip_spaces(line, self.message);
        if line[self.message..].starts_with(b"\xef\xbb\xbf") {
            self.message += 3;
        }
    }

    /// `host program[pid]: message` at `at`, and all that programs leave out of it or put in its place.
    pub fn names(&mut self, line: &[u8], at: usize) {
        if self.usual_names(line, at).is_some() {
            return;
        }
        let mut at = skip_spaces(line, at);
        // Cisco ends a stamp with a colon.
        if line.get(at) == Some(&b':') {
            at = skip_spaces(line, at + 1);
        }
        at = self.levels(line, at);
        let first = word(line, at);
        let text = &line[first.first..first.end];
        if text.is_empty() || is_repetition(&line[at..]) {
            self.message = at;
            return;
        }
        if !is_tag(text) && (text[0] == b'[' || text.iter().all(is_of_host)) {
            if is_level(line, first) {
                self.severity = self.severity.or(level(text));
            } else {
                self.host = match text {
                    [b'[', inner @ .., b']'] if inner.len() > 1 => Part::new(at + 1, first.end - 1),
                    _ => first,
                };
            }
            at = skip_spaces(line, first.end);
        }
        at = self.levels(line, at);
        self.tag(line, at);
    }

    /// As `names`, where they are as nearly always: ` host program[12]: `, ` host program: `.
    #[inline]
    fn usual_names(&mut self, line: &[u8], at: usize) -> Option<()> {
        let host = name(line, at + 1);
        let program = name(line, host.end + 1);
        let is_usual = line.get(at) == Some(&b' ')
            && !host.is_empty()
            && line.get(host.end) == Some(&b' ')
            && line.get(program.first)?.is_ascii_alphabetic();
        if !is_usual {
            return None;
        }
        let text = &line[host.first..host.end];
        if level(text).is_some() || text[0].is_ascii_lowercase() && words_of_priority(text).is_some() {
            return None;
        }
        let mut end = program.end;
        let mut pid = Part::default();
        if line.get(end) == Some(&b'[') {
            let n = line[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            pid = Part::new(end + 1, end + 1 + n);
            end = pid.end + 1;
            if n == 0 || line.get(pid.end) != Some(&b']') {
                return None;
            }
        }
        if line.get(end) != Some(&b':') || line.get(end + 1) != Some(&b' ') {
            return None;
        }
        (self.host, self.program, self.pid) = (host, program, pid);
        self.message = skip_spaces(line, end + 2);
        Some(())
    }

    /// Passes over facility and severity in words, `auth.info`, `auth.info:`, `<10.5>`, `In(14)`.
    fn levels(&mut self, line: &[u8], at: usize) -> usize {
        let word = word(line, at);
        let text = &line[word.first..word.end];
        let Some((facility, severity)) = words_of_priority(text.strip_suffix(b":").unwrap_or(text)) else {
            return at;
        };
        (self.facility, self.severity) = (self.facility.or(Some(facility)), self.severity.or(Some(severity)));
        skip_spaces(line, word.end)
    }

    /// `program[pid]: message` at `at`.
    fn tag(&mut self, line: &[u8], mut at: usize) {
        self.message = at;
        let rest = &line[at..];
        if is_repetition(rest) || rest.starts_with(b"--") {
            return;
        }
        // Cisco: a sequence number and a stamp of its own.
        if let Some(n) = sequence_number(rest)
            && let Some((reading, n_stamp)) = stamp(&rest[n..])
        {
            self.time = self.time.or(Some(reading));
            at = skip_spaces(line, at + n + n_stamp);
            at = skip_spaces(line, at + usize::from(line.get(at) == Some(&b':')));
            self.message = at;
        }
        if line.get(at) == Some(&b'%') {
            return self.mnemonic(line, at);
        }
        let (is_bracketed, first) = match line.get(at) {
            Some(b'[') => (true, at + 1),
            _ => (false, at),
        };
        let is_end =
            |byte: &u8| matches!(byte, b' ' | b':' | b'[' | b']' | b'(' | b'\n' | b'\t' | b'"' | b'=' | b'{');
        let end = line[first..].iter().position(is_end).map_or(line.len(), |n| first + n);
        let name = &line[first..end];
        let is_clock = || line.get(end) != Some(&b':') || line.get(end + 1) != Some(&b' ');
        if name.is_empty() || name.iter().all(u8::is_ascii_digit) && is_clock() {
            return;
        }
        if is_bracketed {
            if line.get(end) == Some(&b']') {
                self.end_tag(line, Part::new(first, end), end + 1);
            }
            return;
        }
        match line.get(end) {
            None | Some(b' ') if !self.bare_rfc5424(line, at) => self.bare_tag(line, Part::new(first, end)),
            None | Some(b' ') => {}
            Some(b':') if line.get(end + 1) == Some(&b'/') => {}
            Some(b':') => self.end_tag(line, Part::new(first, end), end),
            Some(b'[' | b'(') => self.tag_with_number(line, Part::new(first, end)),
            _ => {}
        }
    }

    /// `program[12]`, `program(12)`, `program(module)[12]`, `program[word]:`.
    fn tag_with_number(&mut self, line: &[u8], mut name: Part) {
        let mut at = name.end;
        if line[at] == b'(' {
            let Some((inner, end)) = bracketed(line, at, b')') else { return };
            let is_number = line[inner.first..inner.end].iter().all(u8::is_ascii_digit);
            if !matches!(line.get(end), None | Some(b':' | b'[' | b' ')) || inner.is_empty() {
                return;
            }
            (self.pid, self.module) = if is_number { (inner, self.module) } else { (self.pid, inner) };
            at = end;
        }
        if line.get(at) == Some(&b'[') {
            let Some((inner, end)) = bracketed(line, at, b']') else { return };
            if line[inner.first..inner.end].iter().all(u8::is_ascii_digit) {
                self.pid = inner;
            } else if line.get(end) == Some(&b':') {
                name.end = end;
            } else {
                return self.bare_tag(line, name);
            }
            at = end;
        }
        self.end_tag(line, name, at);
    }

    /// A tag without a colon: `sogod [12]: message`, `tag message`.
    fn bare_tag(&mut self, line: &[u8], name: Part) {
        let at = skip_spaces(line, name.end);
        if line.get(at) == Some(&b'[')
            && let Some((inner, end)) = bracketed(line, at, b']')
            && line.get(end) == Some(&b':')
            && !inner.is_empty()
            && line[inner.first..inner.end].iter().all(u8::is_ascii_digit)
        {
            self.pid = inner;
            return self.end_tag(line, name, end);
        }
        self.program = name;
        self.message = at;
    }

    fn end_tag(&mut self, line: &[u8], name: Part, at: usize) {
        self.program = name;
        let at = at + usize::from(line.get(at) == Some(&b':'));
        self.message = skip_spaces(line, at);
    }

    /// Cisco's `%FACILITY-SEVERITY-MNEMONIC: `, which stays in the message.
    fn mnemonic(&mut self, line: &[u8], at: usize) {
        self.message = at;
        let is_end = |byte: &u8| matches!(byte, b':' | b' ');
        let end = line[at..].iter().position(is_end).map_or(line.len(), |n| at + n);
        if line.get(end) != Some(&b':') || end < at + 2 {
            return;
        }
        self.code = Part::new(at + 1, end);
        let digit = line[at..end].split(|&byte| byte == b'-').find(|part| matches!(part, [b'0'..=b'7']));
        self.severity = self.severity.or(digit.map(|digit| digit[0] - b'0'));
    }

    /// RFC 5424 without a priority: `program 12 - - message`, as sysklogd keeps it.
    fn bare_rfc5424(&mut self, line: &[u8], at: usize) -> bool {
        let program = word(line, at);
        let pid = word(line, program.end + 1);
        let number = &line[pid.first.min(line.len())..pid.end.min(line.len())];
        if number.is_empty() || !(number == b"-" || number.iter().all(u8::is_ascii_digit)) {
            return false;
        }
        let code = word(line, pid.end + 1);
        let data = code.end + 1;
        let Some(rest) = line.get(data..) else { return false };
        let is_data = rest.starts_with(b"- ") || rest == b"-" || super::structured::end(rest).is_some();
        if code.is_empty() || !is_data || is_tag(&line[program.first..program.end]) {
            return false;
        }
        let unless_nil =
            |part: Part| if &line[part.first..part.end] == b"-" { Part::default() } else { part };
        [self.program, self.pid, self.code] = [program, pid, code].map(unless_nil);
        self.data_and_message(line, data);
        true
    }
}

/// The letters, digits and marks of a name from `at` on.
#[inline]
fn name(line: &[u8], at: usize) -> Part {
    const IS_OF_NAME: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] =
                (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'.' | b'-' | b'_' | b'/');
            byte += 1;
        }
        table
    };
    let rest = line.get(at..).unwrap_or_default();
    let n = rest.iter().position(|&byte| !IS_OF_NAME[byte as usize]).unwrap_or(rest.len());
    Part::new(at, at + n)
}

/// The part up to the next space, from `at` on.
fn word(line: &[u8], at: usize) -> Part {
    let Some(rest) = line.get(at..) else { return Part::new(line.len(), line.len()) };
    let n = rest.iter().position(|byte| matches!(byte, b' ' | b'\n' | b'\t')).unwrap_or(rest.len());
    Part::new(at, at + n)
}

fn skip_spaces(line: &[u8], at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// What stands between the bracket at `at` and the next `close`, without a space, and where that ends.
fn bracketed(line: &[u8], at: usize, close: u8) -> Option<(Part, usize)> {
    let n = line[at + 1..].iter().position(|&byte| byte == close || byte == b' ')?;
    (line[at + 1 + n] == close).then_some((Part::new(at + 1, at + 1 + n), at + n + 2))
}

/// Whether a word is the tag of a program, and no host: `sshd[12]:`, `kernel:`, `[sshd]`, `%ASA-6-302021:`.
fn is_tag(word: &[u8]) -> bool {
    match word {
        [b'%', ..] => true,
        [b'[', inner @ .., b']' | b':'] => {
            !inner.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b':' | b']'))
        }
        [.., b':'] => true,
        [.., b']'] => word.contains(&b'['),
        _ => false,
    }
}

/// Whether a byte may stand in what a daemon writes as the name of a machine.
fn is_of_host(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'-' | b'_' | b':' | b'%' | b'/' | b'@' | b'+' | b'~' | 0x80..)
}

/// Whether the word is a level in the place of a host: `INFO prog[12]: message`.
fn is_level(line: &[u8], part: Part) -> bool {
    if level(&line[part.first..part.end]).is_none() {
        return false;
    }
    let next = word(line, skip_spaces(line, part.end));
    is_tag(&line[next.first..next.end])
}

/// The severity that a word names.
fn level(word: &[u8]) -> Option<u8> {
    if !(3..10).contains(&word.len())
        || !matches!(word[0], b'A'..=b'Z' | b'd' | b'e' | b'i' | b't' | b'v' | b'w')
    {
        return None;
    }
    Some(match word {
        // As VMware writes them.
        b"error" => 3,
        b"warning" => 4,
        b"info" => 6,
        b"verbose" | b"debug" | b"trivia" => 7,
        b"EMERG" | b"EMERGENCY" | b"PANIC" => 0,
        b"ALERT" => 1,
        b"CRIT" | b"CRITICAL" | b"FATAL" => 2,
        b"ERR" | b"ERROR" => 3,
        b"WARNING" | b"WARN" => 4,
        b"NOTICE" => 5,
        b"INFO" => 6,
        b"DEBUG" => 7,
        _ => return None,
    })
}

/// `auth.info`; FreeBSD's `<10.5>`; ESXi's `In(14)`, a letter or two and the priority.
fn words_of_priority(word: &[u8]) -> Option<(u8, u8)> {
    match word {
        [b'<', inner @ .., b'>'] => {
            let at = inner.iter().position(|&byte| byte == b'.')?;
            let number = |text: &[u8], names: &[&str]| {
                let number = time::number(text).map(|number| number as usize);
                number.or_else(|| position(names, text)).filter(|&number| number < names.len())
            };
            let facility = number(&inner[..at], &FACILITIES)?;
            Some((facility as u8, number(&inner[at + 1..], &SEVERITIES)? as u8))
        }
        [a, b, b'(', digits @ .., b')'] if a.is_ascii_uppercase() && b.is_ascii_lowercase() => {
            let priority = time::number(digits).filter(|&priority| priority < 192)?;
            Some((priority as u8 / 8, priority as u8 % 8))
        }
        _ => {
            let at = word.iter().take(9).position(|&byte| byte == b'.')?;
            let severity = match &word[at + 1..] {
                b"warn" => 4,
                b"error" => 3,
                b"panic" => 0,
                name => position(&SEVERITIES, name)? as u8,
            };
            Some((position(&FACILITIES, &word[..at])? as u8, severity))
        }
    }
}

fn position(names: &[&str], name: &[u8]) -> Option<usize> {
    names.iter().position(|known| known.as_bytes() == name)
}

/// Whether `text` says how often another message came.
fn is_repetition(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"--- ").unwrap_or(text);
    text.starts_with(b"last message repeated ") || text.starts_with(b"message repeated ")
}

/// How often a message came, by `last message repeated 3 times` or `message repeated 3 times: [that message]`: the
/// place of the number, and that of the message, empty where it does not stand there.
pub fn repetition(text: &[u8]) -> Option<(Part, Part)> {
    if !matches!(text.first(), Some(b'l' | b'm' | b'-')) {
        return None;
    }
    let words = [b"last message repeated ".as_slice(), b"message repeated ", b"--- last message repeated "];
    let at = words.into_iter();
    let at = at.filter(|words| text.starts_with(words)).map(<[u8]>::len).next()?;
    let n = text[at..].iter().take(19).take_while(|byte| byte.is_ascii_digit()).count();
    let number = Part::new(at, at + n);
    let rest = text[number.end..].strip_prefix(b" time")?;
    let behind = text.len() - rest.len() + usize::from(rest.starts_with(b"s"));
    let inner = match text.get(behind..)? {
        [b':', b' ', b'[', .., b']'] => Part::new(skip_spaces(text, behind + 3), text.len() - 1),
        _ => Part::default(),
    };
    (n > 0).then_some((number, inner))
}
