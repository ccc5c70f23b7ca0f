//! `zypp/history`: what SUSE's package manager did, one step a line, fields between `|`.
//!
//! Spec: libzypp `zypp-logic/zypp/HistoryLog.cc`; "ZYpp history file", en.opensuse.org.
//! Shape: `DATE TIME|ACTION|…`, fields by action; an escaped `|` is `\|`. Comments (`#`) have what the step before them wrote.
//! Time: local.
//! Rejects: lines without time.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::stamp::stamp_at;
use crate::base::{Event, FieldId, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// See the module.
pub struct Zypp;

/// The fields behind an action.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "install",
        &[
            "package.name",
            "package.version",
            "package.architecture",
            "zypp.requested_by",
            "zypp.repository",
            "package.checksum",
        ],
    ),
    ("remove", &["package.name", "package.version", "package.architecture", "zypp.requested_by"]),
    ("radd", &["zypp.repository", "url.original"]),
    ("rremove", &["zypp.repository"]),
    ("ralias", &["zypp.repository", "zypp.new_alias"]),
    ("rurl", &["zypp.repository", "url.original"]),
    ("command", &["zypp.requested_by", "process.command_line"]),
    (
        "patch",
        &[
            "package.name",
            "package.version",
            "package.architecture",
            "zypp.repository",
            "zypp.severity",
            "zypp.category",
            "zypp.state",
        ],
    ),
];

fn begins(line: &[u8]) -> bool {
    stamp_at(line, 0).is_some_and(|stamp| line.get(stamp.at.end) == Some(&b'|'))
}

impl Format for Zypp {
    fn name(&self) -> &'static str {
        "linux.zypp.history"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            FieldSpec {
                name: "event.action", meaning: "install, remove, radd, rremove, command, patch, …"
            },
            FieldSpec { name: "package.name", meaning: "the name of the package" },
            FieldSpec { name: "package.version", meaning: "the version of the package, with its release" },
            FieldSpec { name: "package.architecture", meaning: "the architecture of the package" },
            FieldSpec { name: "package.checksum", meaning: "the hash of the package's file" },
            FieldSpec { name: "zypp.requested_by", meaning: "user@host, if a user asked for it" },
            FieldSpec { name: "zypp.repository", meaning: "the alias of the repository" },
            FieldSpec { name: "process.command_line", meaning: "the command that was run" },
            FieldSpec { name: "message", meaning: "the record without its time" },
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02|command|root@host|'zypper' 'install' 'tmux'|\n2022-03-22 15:48:03|install|tmux|3.1c-1.1|x86_64|root@host|repo-oss|0123abcd|\n# 2022-03-22 15:48:03 tmux-3.1c-1.1.x86_64.rpm installed ok\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(begins))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !matches!(head.bytes.first(), Some(b'0'..=b'9' | b'#')) {
            return Confidence::NONE;
        }
        let is_step = |line: &str| {
            let action = line.split('|').nth(1).unwrap_or("").trim();
            begins(line.as_bytes()) && COLUMNS.iter().any(|(known, _)| *known == action)
        };
        let n_steps = head.lines().iter().filter(|line| is_step(line)).count();
        match head.share(|line| line.starts_with('#') || begins(line.as_bytes())) {
            share if n_steps > 0 => share,
            _ => Confidence::NONE,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        let mut id = |name: &str| fields.intern(name);
        Reader::Events(Box::new(ZyppParser {
            dataset: id("event.dataset"),
            action: id("event.action"),
            user: id("user.name"),
            message: id("message"),
            columns: COLUMNS.iter().map(|(_, names)| names.iter().map(|name| id(name)).collect()).collect(),
        }))
    }
}

struct ZyppParser {
    dataset: FieldId,
    action: FieldId,
    user: FieldId,
    message: FieldId,
    columns: Vec<Vec<FieldId>>,
}

impl Parser for ZyppParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let first = memchr::memchr(b'\n', record).unwrap_or(record.len());
        if record.starts_with(b"#") {
            return Ok(Parsed::Nothing);
        }
        let mut line = Line::new(&record[..first]);
        let stamp = line.stamp().ok_or(Why::NotAnEvent { expected: "a time" })?;
        event.time = Some(stamp.reading);
        line.skip("|");
        event.push_slice(self.message, Kind::Text, line.rest().start, record.len());
        let trimmed = |at: std::ops::Range<usize>| {
            let text = &record[at.clone()];
            let first = at.start + text.len() - text.trim_ascii_start().len();
            first..first + text.trim_ascii().len()
        };
        let action = trimmed(line.until("|").unwrap_or(line.rest()));
        event.push_slice(self.action, Kind::Text, action.start, action.end);
        let name = &record[action];
        let number = COLUMNS.iter().position(|(known, _)| known.as_bytes() == name);
        for (index, &field) in number.map_or(&[][..], |number| &self.columns[number]).iter().enumerate() {
            let Some(value) = line.until("|").map(trimmed) else { break };
            if value.is_empty() {
                continue;
            }
            event.push_slice(field, Kind::Text, value.start, value.end);
            let is_user = number.is_some_and(|number| COLUMNS[number].1[index] == "zypp.requested_by");
            if let (true, Some(n)) = (is_user, memchr::memchr(b'@', &record[value.clone()])) {
                event.push_slice(self.user, Kind::Text, value.start, value.start + n);
            }
        }
        event.push_text(self.dataset, Kind::Text, Zypp.name());
        Ok(Parsed::Event)
    }
}
