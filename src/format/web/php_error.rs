//! PHP's error log, WordPress's `debug.log` among them: one message a record, of one line or several.
//!
//! Spec: `php_log_err_with_severity`, PHP.
//! Shape: `[TIME ZONE] PHP LEVEL:  MESSAGE in FILE on line N`. Lines without a time belong to the record before them.
//! Time: in UTC where that is the zone. Other zones are names: `php.error.zone` has them, and the time is local.
//! Rejects: records without a time.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Why, time};
use crate::format::read::http::{is_none, push};
use crate::format::read::values::{Token, begins, skip_spaces};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// PHP's error log.
pub struct PhpError;

impl Format for PhpError {
    fn name(&self) -> &'static str {
        "php.error"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        PhpFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"[22-Mar-2022 15:48:02 UTC] PHP Warning:  Undefined variable $x in /var/www/html/index.php on line 3\n[22-Mar-2022 15:48:03 UTC] PHP Fatal error:  Uncaught Error in /var/www/html/a.php:7\nStack trace:\n#0 {main}\n  thrown in /var/www/html/a.php on line 7\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| {
            line.first() == Some(&b'[')
                && line.get(3) == Some(&b'-')
                && line.get(7) == Some(&b'-')
                && line.get(15) == Some(&b':')
        }))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte == b'[') {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| php_time(line.as_bytes()).is_some()).count();
        let is_so =
            lines.first().is_some_and(|line| php_time(line.as_bytes()).is_some()) && n * 8 >= lines.len();
        if is_so { Confidence((60 + n * 39 / lines.len()) as u8) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(PhpParser { ids: PhpFields::new(fields) }))
    }
}

/// `[22-Mar-2022 15:48:02 UTC]` at the start of a line: the time, the zone and where it ends.
fn php_time(line: &[u8]) -> Option<(Reading, Token, usize)> {
    let close = memchr::memchr(b']', line.get(..line.len().min(80))?).filter(|_| line[0] == b'[')?;
    let text = line.get(1..close)?;
    let [d0, d1, b'-', m0, m1, m2, b'-', y0, y1, y2, y3, b' ', h0, h1, b':', n0, n1, b':', s0, s1, zone @ ..] =
        text
    else {
        return None;
    };
    let month = time::month(&[*m0, *m1, *m2])?;
    let number = |digits: &[u8]| time::number(digits);
    let civil = time::Civil {
        year: number(&[*y0, *y1, *y2, *y3])? as i64,
        month,
        day: number(&[*d0, *d1])?,
        hour: number(&[*h0, *h1])?,
        minute: number(&[*n0, *n1])?,
        second: number(&[*s0, *s1])?,
        nanos: 0,
    };
    let moment = civil.at_offset(0)?;
    let first = close - zone.len() + (zone.first() == Some(&b' ')) as usize;
    let zone = Token { first, end: close, next: close + 1, is_quoted: false };
    let reading = match zone.of(line) {
        b"UTC" | b"GMT" | b"Etc/UTC" => Reading::Utc(moment),
        _ => Reading::Local(moment),
    };
    Some((reading, zone, close + 1))
}

fields! {
    struct PhpFields {
        message: "message" "what was said";
        level: "log.level" "how grave it is, in the server's words";
        file: "log.origin.file.name" "the file that it happened in";
        line: "log.origin.file.line" "the line that it happened on";
        zone: "php.error.zone" "the zone of the time";
        dataset: "event.dataset";
    }
}

struct PhpParser {
    ids: PhpFields,
}

impl PhpParser {
    /// ` in FILE on line N` at the end of the message's first line, or of its last one.
    fn origin(&self, record: &[u8], first: usize, event: &mut Event) {
        let of_line = |from: usize, end: usize| {
            let line = &record[from..end];
            let on = memchr::memmem::rfind(line, b" on line ")?;
            let number = line[on + 9..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let start = memchr::memmem::rfind(&line[..on], b" in ")? + 4;
            (number > 0).then_some((from + start, from + on, from + on + 9 + number))
        };
        let end = memchr::memchr(b'\n', &record[first..]).map_or(record.len(), |n| first + n);
        let last = memchr::memrchr(b'\n', &record[first..]).map_or(first, |n| first + n);
        if let Some((file, on, number)) = of_line(first, end).or_else(|| of_line(last, record.len())) {
            event.push_slice(self.ids.file, Kind::Text, file, on);
            event.push_slice(self.ids.line, Kind::Number, on + 9, number);
        }
    }
}

impl Parser for PhpParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let start = php_time(record).ok_or(Why::NotAnEvent { expected: "a time between brackets" })?;
        let (reading, zone, at) = start;
        event.time = Some(reading);
        if !is_none(zone.of(record)) {
            event.push_slice(self.ids.zone, Kind::Text, zone.first, zone.end);
        }
        let mut first = skip_spaces(record, at);
        if record[first..].starts_with(b"PHP ") {
            let colon = memchr::memchr(b':', &record[first..record.len().min(first + 40)]);
            if let Some(n) = colon.filter(|&n| {
                record[first + 4..first + n].iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ')
            }) {
                event.push_slice(self.ids.level, Kind::Text, first + 4, first + n);
                first = skip_spaces(record, first + n + 1);
            }
        }
        let end = record.trim_ascii_end().len().max(first);
        self.origin(&record[..end], first, event);
        push(self.ids.message, record, Token { first, end, next: end, is_quoted: false }, event);
        event.push_text(self.ids.dataset, Kind::Text, PhpError.name());
        Ok(Parsed::Event)
    }
}
