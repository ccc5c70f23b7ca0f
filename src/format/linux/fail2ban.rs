//! `fail2ban.log`: addresses that were found attacking, banned and let go.
//!
//! Spec: fail2ban `fail2ban/server/actions.py`, `filter.py` and `fail2ban/helpers.py` (formats of lines), version 1.0.
//! Shape: `DATE TIME,MILLIS fail2ban.MODULE [PID]: LEVEL [JAIL] message`; before 0.9 without the number of the process.
//! Fields: `event.action` is ban, unban, found, restore-ban, ignore or already-banned.
//! Time: local.
//! Rejects: none; other text is an event with a message.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, FieldId, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// See the module.
pub struct Fail2ban;

fn begins(text: &[u8]) -> bool {
    let mut line = Line::new(text);
    let is_stamped = line.stamp().is_some();
    line.spaces();
    is_stamped && line.skip("fail2ban.")
}

impl Format for Fail2ban {
    fn name(&self) -> &'static str {
        "linux.fail2ban"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            FieldSpec { name: "module", meaning: "the part of fail2ban that wrote the line" },
            FieldSpec { name: "log.level", meaning: "how important the line is" },
            FieldSpec { name: "jail", meaning: "the jail, a filter with its actions" },
            FieldSpec {
                name: "event.action",
                meaning: "ban, unban, found, restore-ban, ignore, already-banned",
            },
            FieldSpec { name: "message", meaning: "the text behind the jail" },
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02,123 fail2ban.filter         [811]: INFO    [sshd] Found 203.0.113.7 - 2022-03-22 15:48:01\n2022-03-22 15:48:02,456 fail2ban.actions        [811]: NOTICE  [sshd] Ban 203.0.113.7\n2014-03-22 15:48:02,456 fail2ban.actions: WARNING [ssh] Unban 203.0.113.7\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(begins))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !head.bytes.first().is_some_and(|byte| byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        head.share(|line| begins(line.as_bytes()))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        let mut id = |name: &str| fields.intern(name);
        Reader::Events(Box::new(Fail2banParser {
            dataset: id("event.dataset"),
            action: id("event.action"),
            source_ip: id("source.ip"),
            pid: id("process.pid"),
            module: id("module"),
            level: id("log.level"),
            jail: id("jail"),
            message: id("message"),
        }))
    }
}

struct Fail2banParser {
    dataset: FieldId,
    action: FieldId,
    source_ip: FieldId,
    pid: FieldId,
    module: FieldId,
    level: FieldId,
    jail: FieldId,
    message: FieldId,
}

/// How a message begins, and what it says was done.
const ACTIONS: &[(&str, &str)] = &[
    ("Ban ", "ban"),
    ("Unban ", "unban"),
    ("Found ", "found"),
    ("Restore Ban ", "restore-ban"),
    ("Reban ", "restore-ban"),
    ("Ignore ", "ignore"),
    ("Increase Ban ", "increase-ban"),
];

impl Parser for Fail2banParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut line = Line::new(record);
        if begins(record) {
            event.time = line.stamp().map(|stamp| stamp.reading);
            line.spaces();
            self.head(record, &mut line, event);
        }
        let message = line.rest();
        let text = line.text(&message);
        event.push_slice(self.message, Kind::Text, message.start, message.end);
        if let Some((start, action)) = ACTIONS.iter().find(|(start, _)| text.starts_with(start)) {
            event.push_text(self.action, Kind::Text, action);
            self.address(line, start, event);
        } else if let Some((address, _)) = text.split_once(" already banned") {
            event.push_text(self.action, Kind::Text, "already-banned");
            let n = address.len();
            if address.parse::<std::net::IpAddr>().is_ok() {
                event.push_slice(self.source_ip, Kind::Text, message.start, message.start + n);
            }
        }
        event.push_text(self.dataset, Kind::Text, Fail2ban.name());
        Ok(Parsed::Event)
    }
}

impl Fail2banParser {
    /// Module, process, level and jail.
    fn head(&self, record: &[u8], line: &mut Line<'_>, event: &mut Event) {
        let Some(mut module) = line.word() else { return };
        module.end -= record[module.clone()].ends_with(b":") as usize;
        event.push_slice(self.module, Kind::Text, module.start, module.end);
        if line.skip("[")
            && let Some(pid) = line.until("]")
        {
            let is_number = !pid.is_empty() && record[pid.clone()].iter().all(u8::is_ascii_digit);
            if is_number {
                event.push_slice(self.pid, Kind::Number, pid.start, pid.end);
            }
            line.skip(":");
            line.spaces();
        }
        let mut after = *line;
        if let Some(level) = after.word()
            && record[level.clone()].iter().all(u8::is_ascii_uppercase)
        {
            event.push_slice(self.level, Kind::Text, level.start, level.end);
            *line = after;
        }
        let mut after = *line;
        if after.skip("[")
            && let Some(jail) = after.until("]")
        {
            event.push_slice(self.jail, Kind::Text, jail.start, jail.end);
            after.spaces();
            *line = after;
        }
    }

    fn address(&self, mut line: Line<'_>, start: &str, event: &mut Event) {
        line.skip(start);
        if let Some(word) = line.word()
            && line.text(&word).parse::<std::net::IpAddr>().is_ok()
        {
            event.push_slice(self.source_ip, Kind::Text, word.start, word.end);
        }
    }
}
