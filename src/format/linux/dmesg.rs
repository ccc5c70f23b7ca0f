//! The kernel's own log, as dmesg(1) prints it and `/var/log/dmesg` keeps it.
//!
//! Spec: dmesg(1) of util-linux, its options -r, -x and -T; printk of Linux.
//! Shape: `[    1.234567] message`; `<6>[ … ] message`; `kern  :info  : [ … ] message`; `[Tue Mar 22 15:48:02 2022] message`.
//! Time: only of the last of these, in the zone of the machine; seconds since the machine booted say no time.

use super::syslog::header::{FACILITIES, SEVERITIES, behind_weekday, priority};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Why, time};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};
use crate::messages::Programs;

/// The kernel's log as dmesg(1) prints it.
pub struct Dmesg;

fields! {
    struct DmesgFields {
        message: "message" "what the kernel said";
        seconds: "kernel.seconds" "seconds since the machine booted";
        facility: "syslog.facility" "the part of the system, where it is printed";
        severity: "syslog.severity" "how bad it is, where it is printed";
        dataset: "event.dataset";
    }
}

impl Format for Dmesg {
    fn name(&self) -> &'static str {
        "system.dmesg"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        DmesgFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"[    0.000000] Linux version 5.15.0 (build@example)\n[   12.407412] device eth0 entered promiscuous mode\n",
            b"[Tue Mar 22 15:48:02 2022] usb 1-1: USB disconnect, device number 2\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| head_of(line).is_some()))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if head.bytes.first().is_none_or(|byte| !b"[<k".contains(byte)) {
            return Confidence::NONE;
        }
        let lines = head.lines();
        // The kernel writes four digits or more of a second; X writes three, and `[1.0]` is a list.
        let is_stamp = |line: &str, (first, end): (usize, usize)| {
            let n_digits = line[first..end].bytes().rev().take_while(u8::is_ascii_digit).count();
            n_digits >= 4 && (n_digits == 6 || line.as_bytes()[first - 1] == b' ')
        };
        let is_like = |line: &str| {
            head_of(line.as_bytes())
                .is_some_and(|prefix| prefix.seconds.is_none_or(|seconds| is_stamp(line, seconds)))
        };
        let n = lines.iter().filter(|line| is_like(line)).count();
        if n * 2 < lines.len().max(1) { Confidence::NONE } else { Confidence((n * 96 / lines.len()) as u8) }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(DmesgParser {
            programs: Programs::new(fields),
            ids: DmesgFields::new(fields),
        }))
    }
}

/// What stands before a message.
#[derive(Default)]
struct Prefix {
    facility: Option<&'static str>,
    severity: Option<&'static str>,
    seconds: Option<(usize, usize)>,
    time: Option<Reading>,
    message: usize,
}

fn head_of(line: &[u8]) -> Option<Prefix> {
    let mut prefix = Prefix::default();
    let mut at = 0;
    if let Some((value, n)) = priority(line) {
        (prefix.facility, prefix.severity) = by_number(value);
        at = n;
    } else if line.first().is_some_and(u8::is_ascii_lowercase) {
        at = words(line, &mut prefix)?;
    }
    let rest = &line[at..];
    if let Some((first, end, behind)) = seconds(rest) {
        (prefix.seconds, prefix.message) = (Some((at + first, at + end)), at + behind);
        return Some(prefix);
    }
    let inner = rest.strip_prefix(b"[")?;
    let n = inner.iter().take(40).position(|&byte| byte == b']')?;
    // A web server's errors begin so, too, and say how bad they are.
    if inner[n + 1..].starts_with(b" [") && inner[n + 2..].contains(&b']') {
        return None;
    }
    let (reading, n_read) = behind_weekday(&inner[..n])?;
    prefix.time = Some(reading);
    prefix.message = at + n + 2 + usize::from(inner.get(n + 1) == Some(&b' '));
    (n_read == n).then_some(prefix)
}

fn by_number(value: u8) -> (Option<&'static str>, Option<&'static str>) {
    (FACILITIES.get(value as usize / 8).copied(), SEVERITIES.get(value as usize % 8).copied())
}

/// `kern  :info  : `, as dmesg -x prints it: where it ends.
fn words(line: &[u8], prefix: &mut Prefix) -> Option<usize> {
    let mut parts = line.iter().take(32).enumerate().filter(|(_, byte)| **byte == b':').map(|(at, _)| at);
    let (first, second) = (parts.next()?, parts.next()?);
    let known = |names: &[&'static str], name: &[u8]| {
        let name = name.trim_ascii();
        let is_same = |known: &&&str| known.as_bytes() == if name == b"warn" { b"warning" } else { name };
        names.iter().find(is_same).copied()
    };
    prefix.facility = Some(known(&FACILITIES, &line[..first])?);
    prefix.severity = Some(known(&SEVERITIES, &line[first + 1..second])?);
    Some(second + 1 + usize::from(line.get(second + 1) == Some(&b' ')))
}

/// `[    1.234567] ` at the start of `text`: where the number stands, and where what follows begins.
pub fn seconds(text: &[u8]) -> Option<(usize, usize, usize)> {
    if text.first() != Some(&b'[') {
        return None;
    }
    let first = 1 + text[1..].iter().take(12).take_while(|&&byte| byte == b' ').count();
    let end = first
        + text[first..].iter().take(24).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let dot = memchr::memchr(b'.', &text[first..end])?;
    time::number(&text[first..first + dot])?;
    time::number(&text[first + dot + 1..end])?;
    let behind = end + 1 + usize::from(text.get(end + 1) == Some(&b' '));
    (text.get(end) == Some(&b']')).then_some((first, end, behind))
}

struct DmesgParser {
    programs: Programs,
    ids: DmesgFields,
}

impl Parser for DmesgParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let prefix = head_of(record).unwrap_or_default();
        event.time = prefix.time;
        if let Some((first, end)) = prefix.seconds {
            event.push_slice(self.ids.seconds, Kind::Number, first, end);
        }
        for (field, text) in [(self.ids.facility, prefix.facility), (self.ids.severity, prefix.severity)] {
            if let Some(text) = text {
                event.push_text(field, Kind::Text, text);
            }
        }
        let message = prefix.message.min(record.len());
        event.push_slice(self.ids.message, Kind::Text, message, record.len());
        self.programs.read("kernel", record, message..record.len(), event);
        event.push_text(self.ids.dataset, Kind::Text, Dmesg.name());
        Ok(Parsed::Event)
    }
}
