//! What apt did: `apt/history.log`, and what was on its terminal: `apt/term.log`.
//!
//! Spec: apt `apt-pkg/deb/dpkgpm.cc`, `OpenLog` and `CloseLog`.
//! Shape: `history.log` has stanzas of `Key: value` lines, which begin with `Start-Date:`. `term.log` has text behind
//! `Log started:` and `Log ended:` lines.
//! Fields: the keys as they are; `event.action` is what was done (install, upgrade, remove, …), `package.name` has all packages. `user.name` and
//! `user.id` from `Requested-By`. `Error` makes the outcome a failure.
//! Time: `Start-Date`, else `End-Date`; local.
//! Rejects: a stanza without a key.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Why, stamp};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// `history.log`; see the module.
pub struct AptHistory;

/// Keys whose value is a list of packages, and the action that each says.
const LISTS: &[(&str, &str)] = &[
    ("Install", "install"),
    ("Reinstall", "reinstall"),
    ("Upgrade", "upgrade"),
    ("Downgrade", "downgrade"),
    ("Remove", "remove"),
    ("Purge", "purge"),
    ("Disappeared", "disappear"),
];

/// Keys whose value is one text: each is a field of its own name, as those of lists.
const TEXTS: &[&str] = &["Start-Date", "Commandline", "Requested-By", "Comment", "Error", "End-Date"];

fields! {
    struct AptHistoryFields {
        "Start-Date" "when apt began, on the clock of the host";
        "End-Date" "when apt was done, on the clock of the host";
        "Commandline" "the command that was run";
        "Requested-By" "the user who ran it through sudo";
        "Install" "packages that were installed, with version";
        "Upgrade" "packages that were upgraded, with old and new version";
        "Remove" "packages that were removed, with version";
        "Purge" "packages that were removed with their configuration";
        "Error" "what went wrong";
        action: "event.action" "what was done: install, upgrade, remove, …";
        package: "package.name" "all packages of the run";
        dataset: "event.dataset";
        outcome: "event.outcome";
        user_name: "user.name";
        user_id: "user.id";
        command: "process.command_line";
        message: "message";
    }
}

impl Format for AptHistory {
    fn name(&self) -> &'static str {
        "linux.apt.history"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        AptHistoryFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("error.message", "Error")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"\nStart-Date: 2022-03-22  15:48:02\nCommandline: apt-get install tmux\nRequested-By: alice (1000)\nInstall: libutempter0:amd64 (1.1.6-3, automatic), tmux:amd64 (2.3-4)\nEnd-Date: 2022-03-22  15:48:09\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| line.starts_with(b"Start-Date: ")))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(16 << 10)];
        if memchr::memmem::find(start, b"-Date: ").is_none() {
            return Confidence::NONE;
        }
        head.share(|line| line.split_once(": ").is_some_and(|(key, _)| is_key(key)))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(HistoryParser {
            ids: AptHistoryFields::new(fields),
            texts: TEXTS.iter().map(|key| fields.intern(key)).collect(),
            lists: LISTS.iter().map(|(key, _)| fields.intern(key)).collect(),
        }))
    }
}

fn is_key(key: &str) -> bool {
    TEXTS.contains(&key) || LISTS.iter().any(|(list, _)| *list == key)
}

struct HistoryParser {
    ids: AptHistoryFields,
    texts: Vec<FieldId>,
    lists: Vec<FieldId>,
}

impl Parser for HistoryParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut first = 0;
        let (mut start, mut end) = (None, None);
        for line in record.split(|&byte| byte == b'\n') {
            let at = first;
            first += line.len() + 1;
            let line = line.trim_ascii_end();
            let Some(n) = memchr::memmem::find(line, b": ") else { continue };
            let key = std::str::from_utf8(&line[..n]).unwrap_or("");
            let value = at + n + 2..at + line.len();
            if let Some(number) = TEXTS.iter().position(|known| *known == key) {
                event.push_slice(self.texts[number], Kind::Text, value.start, value.end);
            }
            match key {
                "Commandline" => {
                    event.push_slice(self.ids.command, Kind::Text, value.start, value.end);
                    event.push_slice(self.ids.message, Kind::Text, value.start, value.end);
                }
                "Start-Date" => start = stamp::stamp_at(&record[..value.end], value.start),
                "End-Date" => end = stamp::stamp_at(&record[..value.end], value.start),
                "Requested-By" => self.user(record, value, event),
                "Error" => event.push_text(self.ids.outcome, Kind::Text, "failure"),
                key => {
                    if let Some(number) = LISTS.iter().position(|(known, _)| *known == key) {
                        event.push_text(self.ids.action, Kind::Text, LISTS[number].1);
                        self.list(self.lists[number], record, value, event);
                    }
                }
            }
        }
        if event.leaves().is_empty() {
            return Err(Why::NotAnEvent { expected: "lines of `Key: value`" });
        }
        event.time = start.or(end).map(|stamp| stamp.reading);
        event.push_text(self.ids.dataset, Kind::Text, AptHistory.name());
        Ok(Parsed::Event)
    }
}

impl HistoryParser {
    /// `alice (1000)`
    fn user(&self, record: &[u8], value: std::ops::Range<usize>, event: &mut Event) {
        let text = &record[value.clone()];
        let Some(n) = memchr::memmem::find(text, b" (") else { return };
        event.push_slice(self.ids.user_name, Kind::Text, value.start, value.start + n);
        if text.ends_with(b")") {
            event.push_slice(self.ids.user_id, Kind::Number, value.start + n + 2, value.end - 1);
        }
    }

    /// `a:amd64 (1.0, automatic), b:amd64 (2.0, 2.1)`: a value a package.
    fn list(&self, field: FieldId, record: &[u8], value: std::ops::Range<usize>, event: &mut Event) {
        let mut at = value.start;
        while at < value.end {
            let rest = &record[at..value.end];
            let n = memchr::memmem::find(rest, b"), ").map_or(rest.len(), |n| n + 1);
            event.push_slice(field, Kind::Text, at, at + n);
            let n_name = rest[..n].iter().position(|byte| b": (".contains(byte)).unwrap_or(n);
            event.push_slice(self.ids.package, Kind::Text, at, at + n_name);
            at += n + 2;
        }
    }
}

/// `term.log`; see the module.
pub struct AptTerm;

fields! {
    struct AptTermFields {
        message: "message" "what was on the terminal";
        dataset: "event.dataset";
    }
}

impl Format for AptTerm {
    fn name(&self) -> &'static str {
        "linux.apt.term"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        AptTermFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"\nLog started: 2022-03-22  15:48:02\nSetting up tmux (2.3-4) ...\nLog ended: 2022-03-22  15:48:09\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| {
            line.starts_with(b"Log started: ") || line.starts_with(b"Log ended: ")
        }))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let text = head.bytes.trim_ascii_start();
        let is_started =
            text.strip_prefix(b"Log started: ").is_some_and(|rest| stamp::stamp_at(rest, 0).is_some());
        Confidence::certain_if(is_started)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(TermParser { ids: AptTermFields::new(fields) }))
    }
}

struct TermParser {
    ids: AptTermFields,
}

impl Parser for TermParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut line = Line::new(record);
        if line.skip("Log started: ") || line.skip("Log ended: ") {
            event.time = line.stamp().map(|stamp| stamp.reading);
        }
        event.push_slice(self.ids.message, Kind::Text, 0, record.len());
        event.push_text(self.ids.dataset, Kind::Text, AptTerm.name());
        Ok(Parsed::Event)
    }
}
