//! `fail2ban.log`: addresses that were found attacking, banned and let go.
//!
//! Spec: fail2ban `fail2ban/server/actions.py`, `filter.py` and `fail2ban/helpers.py` (formats of lines), version 1.0.
//! Shape: `DATE TIME,MILLIS fail2ban.MODULE [PID]: LEVEL [JAIL] message`; before 0.9 without the number of the process.
//! Fields: `event.action` is ban, unban, found, restore-ban, ignore or already-banned.
//! Time: local.
//! Rejects: none; other text is an event with a message.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The log of fail2ban: addresses found attacking, banned and unbanned.
pub struct Fail2ban;

fn begins(text: &[u8]) -> bool {
    let mut line = Line::new(text);
    let is_stamped = line.stamp().is_some();
    line.spaces();
    is_stamped && line.skip("fail2ban.")
}

fields! {
    struct Fail2banFields {
        module: "module" "the part of fail2ban that wrote the line";
        level: "log.level" "how important the line is";
        jail: "jail" "the jail, a filter with its actions";
        action: "event.action" "ban, unban, found, restore-ban, ignore, already-banned";
        message: "message" "the text behind the jail";
        dataset: "event.dataset";
        source_ip: "source.ip";
        pid: "process.pid";
    }
}

impl Format for Fail2ban {
    fn name(&self) -> &'static str {
        "linux.fail2ban"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        Fail2banFields::SPECS
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
        Reader::Events(Box::new(Fail2banParser { ids: Fail2banFields::new(fields) }))
    }
}

struct Fail2banParser {
    ids: Fail2banFields,
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
        event.push_slice(self.ids.message, Kind::Text, message.start, message.end);
        if let Some((start, action)) = ACTIONS.iter().find(|(start, _)| text.starts_with(start)) {
            event.push_text(self.ids.action, Kind::Text, action);
            self.address(line, start, event);
        } else if let Some((address, _)) = text.split_once(" already banned") {
            event.push_text(self.ids.action, Kind::Text, "already-banned");
            let n = address.len();
            if address.parse::<std::net::IpAddr>().is_ok() {
                event.push_slice(self.ids.source_ip, Kind::Text, message.start, message.start + n);
            }
        }
        event.push_text(self.ids.dataset, Kind::Text, Fail2ban.name());
        Ok(Parsed::Event)
    }
}

impl Fail2banParser {
    /// Module, process, level and jail.
    fn head(&self, record: &[u8], line: &mut Line<'_>, event: &mut Event) {
        let Some(mut module) = line.word() else { return };
        module.end -= record[module.clone()].ends_with(b":") as usize;
        event.push_slice(self.ids.module, Kind::Text, module.start, module.end);
        if line.skip("[")
            && let Some(pid) = line.until("]")
        {
            let is_number = !pid.is_empty() && record[pid.clone()].iter().all(u8::is_ascii_digit);
            if is_number {
                event.push_slice(self.ids.pid, Kind::Number, pid.start, pid.end);
            }
            line.skip(":");
            line.spaces();
        }
        let mut after = *line;
        if let Some(level) = after.word()
            && record[level.clone()].iter().all(u8::is_ascii_uppercase)
        {
            event.push_slice(self.ids.level, Kind::Text, level.start, level.end);
            *line = after;
        }
        let mut after = *line;
        if after.skip("[")
            && let Some(jail) = after.until("]")
        {
            event.push_slice(self.ids.jail, Kind::Text, jail.start, jail.end);
            after.spaces();
            *line = after;
        }
    }

    fn address(&self, mut line: Line<'_>, start: &str, event: &mut Event) {
        line.skip(start);
        if let Some(word) = line.word()
            && line.text(&word).parse::<std::net::IpAddr>().is_ok()
        {
            event.push_slice(self.ids.source_ip, Kind::Text, word.start, word.end);
        }
    }
}
