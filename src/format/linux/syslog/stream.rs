//! Syslog as it goes over the wire, kept as it came: records behind one another without a line end.
//!
//! Spec: RFC 6587, section 3.4.1, and RFC 5425, section 4.3: each record behind its count of bytes, `57 <34>1 …`; and
//! what is left of datagrams that were written one behind the other: `<15>… <14>…`.
//! Shape: a count says where a record ends. Without one it ends before the next priority that has a stamp behind it; so
//! a message can imitate the beginning of another record, as it can wherever line ends divide them.
//! Records are read as all of syslog is.

use super::header::{octet_count, priority, stamp};
use super::{SyslogParser, header};
use crate::base::event::{FieldSpec, Framing, Part};
use crate::base::{Fields, limits, time};
use crate::format::{Confidence, Format, Head, Reader};
use crate::messages::MessageFields;

/// Syslog as sent over the wire: messages without line ends between them.
pub struct SyslogStream;

/// Bytes that a priority and a stamp have at most.
const MARK_BYTES: usize = 64;

/// Records of a head that are looked at.
const HEAD_RECORDS: usize = 64;

impl Format for SyslogStream {
    fn name(&self) -> &'static str {
        "system.syslog.stream"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        MessageFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"<30>2022-03-22T15:48:02.196352+00:00 web1 systemd[1]: Started X.<38>2022-03-22T15:48:03.196417+00:00 web1 sshd[7]: Invalid user a from 192.0.2.1 port 4001<30>2022-03-22T15:48:04.196443+00:00 web1 systemd[1]: Stopped X.",
            b"55 <34>1 2022-03-22T15:48:02.003Z web1 su 12 ID47 - one\nof49 <34>1 2022-03-22T15:48:03.003Z web1 su 12 - - two",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Parts(part)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
        if !bytes.first().is_some_and(|byte| *byte == b'<' || byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        let (mut at, mut n, mut n_inline) = (0, 0, 0);
        while n < HEAD_RECORDS
            && at < bytes.len()
            && let Some(found) = part(&bytes[at..], head.is_whole)
        {
            let record = &bytes[at + found.first..at + found.end];
            if header::read(record).is_none_or(|header| header.time.is_none()) {
                break;
            }
            n_inline += usize::from(at > 0 && bytes[at - 1] != b'\n');
            n += 1;
            at += found.end;
        }
        if n_inline > 0 && n_inline * 2 >= n { Confidence(97) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(SyslogParser::new(fields)))
    }
}

/// Where the first record of `rest` stands.
fn part(rest: &[u8], is_end: bool) -> Option<Part> {
    let first = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
    let text = &rest[first..];
    let n_digits = text.iter().take(24).take_while(|byte| byte.is_ascii_digit()).count();
    if n_digits + 2 >= text.len() && !is_end {
        return None;
    }
    if let Some((count, n)) = octet_count(text)
        && count <= limits::RECORD_BYTES
    {
        let (first, end) = (first + n, first + n + count);
        if end < rest.len() || end == rest.len() && is_end {
            if ends_counted(&rest[end..]) {
                return Some(Part { first, end });
            }
        } else if !is_end {
            return None;
        }
    }
    // What begins here, with a count that is wrong or without one, does not end with its own priority.
    let own = if n_digits > 0 && text[n_digits..].starts_with(b" <") { n_digits + 2 } else { 1 };
    next_mark(rest, first + own, is_end).map(|end| Part { first, end })
}

/// Whether `rest` may follow a record whose count is right.
fn ends_counted(rest: &[u8]) -> bool {
    rest.first()
        .is_none_or(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace() || matches!(byte, b'<' | 0))
}

/// Where the next record begins, from `at` on, or all ends; `None` where more bytes are needed to tell.
fn next_mark(rest: &[u8], mut at: usize, is_end: bool) -> Option<usize> {
    while let Some(n) = memchr::memchr(b'<', rest.get(at..).unwrap_or_default()) {
        at += n;
        if rest.len() - at < MARK_BYTES && !is_end {
            return None;
        }
        if is_mark(&rest[at..]) {
            return Some(before_count(rest, at));
        }
        at += 1;
    }
    is_end.then_some(rest.len())
}

/// Whether a priority with a stamp behind it stands at the start of `text`.
fn is_mark(text: &[u8]) -> bool {
    let Some((_, n)) = priority(text) else { return false };
    let behind = &text[n..text.len().min(MARK_BYTES)];
    let rfc5424 = behind.strip_prefix(b"1 ").and_then(time::iso);
    rfc5424.is_some() || stamp(behind).is_some()
}

/// Where the count of the record at `at` begins, if it has one.
fn before_count(rest: &[u8], at: usize) -> usize {
    let Some(before) = rest[..at].strip_suffix(b" ") else { return at };
    let n = before.iter().rev().take(24).take_while(|byte| byte.is_ascii_digit()).count();
    at - if n > 0 { n + 1 } else { 0 }
}
