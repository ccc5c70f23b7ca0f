//! The journal as `journalctl --output=export` writes it, and as systemd-journal-remote sends it.
//!
//! Spec: "Journal Export Formats", systemd.io.
//! Shape: a field a line, `NAME=value`, or for values that are no plain text `NAME`, a line end, the length as 64 bits
//! little-endian, the value and a line end. A blank line ends an entry.
//! Fields, time: as in the journal itself.
//! Differs from the spec: an entry without a time is an event without a time.
//! Rejects: a line that is neither; a value that does not end where it says, with what stands up to the next entry.

use std::ops::Range;

use super::ALIASES;
use super::entry::{JournalFields, Meaning, field_of, is_name, kind_of, moment};
use crate::base::event::{FieldSpec, Framing};
use crate::base::{Event, Fields, Reading, Why, limits};
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// The journal in its export format, as text with binary values.
pub struct JournalExport;

/// How an entry begins: what only the entry itself says comes first.
const STARTS: &[&[u8]] = &[b"__CURSOR=", b"__REALTIME_TIMESTAMP=", b"__MONOTONIC_TIMESTAMP=", b"__SEQNUM="];

impl Format for JournalExport {
    fn name(&self) -> &'static str {
        "linux.journal.export"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        JournalFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"__CURSOR=s=0123456789abcdef0123456789abcdef;i=1;b=0123456789abcdef0123456789abcdef;m=1;t=5dac7d1a3ec80;x=1\n\
              __REALTIME_TIMESTAMP=1647964082000000\n__MONOTONIC_TIMESTAMP=1000000\n\
              _BOOT_ID=0123456789abcdef0123456789abcdef\nPRIORITY=6\nSYSLOG_IDENTIFIER=backup\n_PID=812\n_HOSTNAME=web01\n\
              MESSAGE\n\x0d\0\0\0\0\0\0\0done\nin 2 min\n\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let bytes = head.bytes.trim_ascii_start();
        if STARTS.iter().any(|start| bytes.starts_with(start)) {
            return Confidence::CERTAIN;
        }
        // Its start is cut off: an entry follows some fields.
        let is_field = |line: &[u8]| {
            memchr::memchr(b'=', &line[..line.len().min(65)]).is_some_and(|n| is_name(&line[..n]))
        };
        let has_entry = memchr::memmem::find(bytes, b"\n\n__CURSOR=s=")
            .is_some_and(|at| bytes[..at].rsplit(|&byte| byte == b'\n').next().is_some_and(is_field));
        if has_entry { Confidence(95) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Entries {
            format: number_of(JournalExport.name()),
            meaning: Meaning::new(fields),
        }))
    }
}

struct Entries {
    format: usize,
    meaning: Meaning,
}

/// One field of an entry, or what is no field.
struct Line {
    at: Range<usize>,
    found: Result<(Range<usize>, Range<usize>), Why>,
}

impl Unfolder for Entries {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let mut at = 0;
        while at < record.len() {
            if record[at] == b'\n' {
                at += 1;
                continue;
            }
            at = self.entry(record, at, fields, event, out);
        }
        Ok(())
    }
}

impl Entries {
    /// Reads the entry that begins at `first`; where it ends.
    fn entry(
        &mut self,
        record: &[u8],
        first: usize,
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> usize {
        event.clear();
        let mut at = first;
        let mut message = None;
        while at < record.len() && record[at] != b'\n' {
            let line = line(record, at);
            at = line.at.end;
            let (name, value) = match line.found {
                Ok(field) => field,
                Err(why) => {
                    out.reject(line.at, why);
                    continue;
                }
            };
            let bytes = &record[value.clone()];
            let field = field_of(&record[name.clone()], fields);
            if record[name.clone()] == *b"__REALTIME_TIMESTAMP" {
                let micros = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
                event.time = event.time.or(micros.and_then(moment).map(Reading::Utc));
            }
            let kind = kind_of(&record[name], bytes);
            if std::str::from_utf8(bytes).is_ok() {
                event.push_slice(field, kind, value.start, value.end);
                message = message.or((field == self.meaning.ids.message).then_some(value));
            } else {
                event.push_text(field, kind, &String::from_utf8_lossy(bytes));
            }
        }
        if event.leaves().is_empty() {
            return at;
        }
        self.meaning.finish(record, message, event);
        out.event(self.format, fields, event, record, first..at);
        at
    }
}

/// The line at `at`, which is a field, or a field with its length and its value.
fn line(record: &[u8], at: usize) -> Line {
    let rest = &record[at..];
    let n_line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let end = (at + n_line + 1).min(record.len());
    let expected = |end: usize, expected| Line { at: at..end, found: Err(Why::Damaged { expected }) };
    match memchr::memchr(b'=', &rest[..n_line]) {
        Some(n) if is_name(&rest[..n]) && n_line - n > limits::RECORD_BYTES => {
            Line { at: at..end, found: Err(Why::TooLong { limit: limits::RECORD_BYTES as u64 }) }
        }
        Some(n) if is_name(&rest[..n]) => {
            Line { at: at..end, found: Ok((at..at + n, at + n + 1..at + n_line)) }
        }
        None if is_name(&rest[..n_line]) => {
            let Some(length) = record.get(end..).and_then(|rest| rest.first_chunk::<8>()) else {
                return Line { at: at..record.len(), found: Err(Why::CutOff) };
            };
            let first = end + 8;
            let length = u64::from_le_bytes(*length);
            // The text of a value must not be read as fields, so a file that ends before it has no more entries.
            let Some(value_end) = usize::try_from(length).ok().and_then(|n| first.checked_add(n)) else {
                return expected(next_entry(record, end), "a value that ends in the file");
            };
            match record.get(value_end) {
                Some(b'\n') if value_end - first > limits::RECORD_BYTES => Line {
                    at: at..value_end + 1,
                    found: Err(Why::TooLong { limit: limits::RECORD_BYTES as u64 }),
                },
                Some(b'\n') => Line { at: at..value_end + 1, found: Ok((at..at + n_line, first..value_end)) },
                Some(_) => expected(next_entry(record, end), "a value of the length that it says"),
                None => Line { at: at..record.len(), found: Err(Why::CutOff) },
            }
        }
        _ => expected(end, "a field and its value"),
    }
}

/// Where the blank line behind `from` is, which ends an entry.
fn next_entry(record: &[u8], from: usize) -> usize {
    memchr::memmem::find(&record[from..], b"\n\n").map_or(record.len(), |n| from + n + 1)
}
