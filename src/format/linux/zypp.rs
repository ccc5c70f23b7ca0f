//! `zypp/history`: what SUSE's package manager did, one step a line, fields between `|`.
//!
//! Spec: libzypp `zypp-logic/zypp/HistoryLog.cc`; "ZYpp history file", en.opensuse.org.
//! Shape: `DATE TIME|ACTION|…`, fields by action; an escaped `|` is `\|`. Comments (`#`) have what the step before them wrote.
//! Time: local.
//! Rejects: lines without time.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::stamp_at;
use crate::base::{Event, FieldId, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The history of SUSE's package manager: one step a line.
pub struct Zypp;

/// A field of a table.
type Column = fn(&ZyppFields) -> FieldId;

/// The fields behind an action, in their order.
const COLUMNS: &[(&str, &[Column])] = &[
    (
        "install",
        &[
            |ids| ids.package,
            |ids| ids.version,
            |ids| ids.architecture,
            |ids| ids.requested_by,
            |ids| ids.repository,
            |ids| ids.checksum,
        ],
    ),
    ("remove", &[|ids| ids.package, |ids| ids.version, |ids| ids.architecture, |ids| ids.requested_by]),
    ("radd", &[|ids| ids.repository, |ids| ids.url]),
    ("rremove", &[|ids| ids.repository]),
    ("ralias", &[|ids| ids.repository, |ids| ids.new_alias]),
    ("rurl", &[|ids| ids.repository, |ids| ids.url]),
    ("command", &[|ids| ids.requested_by, |ids| ids.command]),
    (
        "patch",
        &[
            |ids| ids.package,
            |ids| ids.version,
            |ids| ids.architecture,
            |ids| ids.repository,
            |ids| ids.severity,
            |ids| ids.category,
            |ids| ids.state,
        ],
    ),
];

fn begins(line: &[u8]) -> bool {
    stamp_at(line, 0).is_some_and(|stamp| line.get(stamp.at.end) == Some(&b'|'))
}

fields! {
    struct ZyppFields {
        action: "event.action" "install, remove, radd, rremove, command, patch, …";
        package: "package.name" "the name of the package";
        version: "package.version" "the version of the package, with its release";
        architecture: "package.architecture" "the architecture of the package";
        checksum: "package.checksum" "the hash of the package's file";
        requested_by: "zypp.requested_by" "user@host, if a user asked for it";
        repository: "zypp.repository" "the alias of the repository";
        command: "process.command_line" "the command that was run";
        message: "message" "the record without its time";
        dataset: "event.dataset";
        user: "user.name";
        url: "url.original";
        new_alias: "zypp.new_alias";
        severity: "zypp.severity";
        category: "zypp.category";
        state: "zypp.state";
    }
}

impl Format for Zypp {
    fn name(&self) -> &'static str {
        "linux.zypp.history"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        ZyppFields::SPECS
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
        Reader::Events(Box::new(ZyppParser { ids: ZyppFields::new(fields) }))
    }
}

struct ZyppParser {
    ids: ZyppFields,
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
        event.push_slice(self.ids.message, Kind::Text, line.rest().start, record.len());
        let trimmed = |at: std::ops::Range<usize>| {
            let text = &record[at.clone()];
            let first = at.start + text.len() - text.trim_ascii_start().len();
            first..first + text.trim_ascii().len()
        };
        let action = trimmed(line.until("|").unwrap_or(line.rest()));
        event.push_slice(self.ids.action, Kind::Text, action.start, action.end);
        let name = &record[action];
        let columns = COLUMNS.iter().find(|(known, _)| known.as_bytes() == name);
        for column in columns.map_or(&[][..], |(_, columns)| columns) {
            let Some(value) = line.until("|").map(trimmed) else { break };
            if value.is_empty() {
                continue;
            }
            let field = column(&self.ids);
            event.push_slice(field, Kind::Text, value.start, value.end);
            let is_user = field == self.ids.requested_by;
            if let (true, Some(n)) = (is_user, memchr::memchr(b'@', &record[value.clone()])) {
                event.push_slice(self.ids.user, Kind::Text, value.start, value.start + n);
            }
        }
        event.push_text(self.ids.dataset, Kind::Text, Zypp.name());
        Ok(Parsed::Event)
    }
}
