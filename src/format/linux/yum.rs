//! What yum and dnf did: `yum.log`; `dnf.log`, `dnf.rpm.log`, `hawkey.log` and `dnf.librepo.log`.
//!
//! Spec: yum `yum/rpmtrans.py`, `RPMTransaction._makefmt` and `filelog`; dnf `dnf/logging.py`.
//! Shape: `Mar 22 15:48:02 Installed: NAME-VERSION-RELEASE.ARCH` (yum); `2022-03-22T15:48:02+0000 LEVEL message` (dnf), with further lines
//! of a message behind it.
//! Fields: `event.action` and `package.*` where a line says what became of a package.
//! Time: yum's is local without a year; dnf's is UTC or says its offset.
//! Rejects: lines of yum without a time.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::{Shape, stamp_at};
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// `yum.log`; see the module.
pub struct Yum;
/// `dnf.log` and its relatives; see the module.
pub struct Dnf;

/// What a line says of a package, and the action it is.
const ACTIONS: &[(&str, &str)] = &[
    ("Installed: ", "installed"),
    ("Updated: ", "updated"),
    ("Erased: ", "erased"),
    ("Obsoleted: ", "obsoleted"),
    ("Dep-Installed: ", "installed"),
    ("Dep-Updated: ", "updated"),
    ("Dep-Erased: ", "erased"),
    ("Upgraded: ", "upgraded"),
    ("Removed: ", "removed"),
    ("Erase: ", "erase"),
    ("Install: ", "install"),
    ("Upgrade: ", "upgrade"),
    ("Downgrade: ", "downgrade"),
    ("Downgraded: ", "downgraded"),
    ("Reinstall: ", "reinstall"),
    ("Reinstalled: ", "reinstalled"),
    ("Cleanup: ", "cleanup"),
    ("Obsoleting: ", "obsoleting"),
];

const LEVELS: &[&str] =
    &["INFO", "DEBUG", "DDEBUG", "SUBDEBUG", "ALL", "TRACE", "WARNING", "ERROR", "CRITICAL", "[librepo]"];

fn action_of(text: &[u8]) -> Option<(&'static str, usize)> {
    let known = ACTIONS.iter().find(|(start, _)| text.starts_with(start.as_bytes()));
    known.map(|&(start, action)| (action, start.len()))
}

fn is_dnf(text: &[u8]) -> bool {
    let mut line = Line::new(text);
    let is_stamped = line.stamp().is_some_and(|stamp| stamp.shape == Shape::Iso);
    line.spaces();
    is_stamped && line.word().is_some_and(|word| LEVELS.contains(&line.text(&word)))
}

fields! {
    struct YumFields {
        action: "event.action" "what became of the package";
        package: "package.name" "the name of the package";
        version: "package.version" "the version of the package, with epoch and release";
        architecture: "package.architecture" "the architecture of the package";
        message: "message" "the text behind the time, or behind the level";
        level: "log.level" "how important the line is";
        dataset: "event.dataset";
    }
}

impl Format for Yum {
    fn name(&self) -> &'static str {
        "linux.yum"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        YumFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"Mar 22 15:48:02 Installed: httpd-2.4.52-1.amzn2.x86_64\nMar 22 15:48:03 Erased: 12:bind-9.9.4-29.el7_2.4.x86_64\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(1 << 10)];
        if memchr::memmem::find(start, b"ed: ").is_none() {
            return Confidence::NONE;
        }
        head.share(|text| {
            let stamp = stamp_at(text.as_bytes(), 0).filter(|stamp| stamp.shape == Shape::MonthName);
            stamp.is_some_and(|stamp| {
                action_of(&text.as_bytes()[(stamp.at.end + 1).min(text.len())..]).is_some()
            })
        })
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(YumParser::new(self.name(), fields)))
    }
}

impl Format for Dnf {
    fn name(&self) -> &'static str {
        "linux.dnf"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        YumFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22T15:48:02+0000 INFO --- logging initialized ---\n2022-03-22T15:48:03+0000 SUBDEBUG Installed: tmux-3.2a-4.el9.x86_64\n2022-03-22T15:48:04Z DEBUG a table\n of two lines\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(is_dnf))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !is_dnf(head.bytes.split(|&byte| byte == b'\n').next().unwrap_or(b"")) {
            return Confidence::NONE;
        }
        let is_telling = |line: &String| {
            ["logging initialized", "libdnf", "DDEBUG", "SUBDEBUG", "librepo"]
                .iter()
                .any(|word| line.contains(word))
        };
        if head.lines().iter().any(is_telling) { Confidence(90) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(YumParser::new(self.name(), fields)))
    }
}

struct YumParser {
    name: &'static str,
    ids: YumFields,
}

impl YumParser {
    fn new(name: &'static str, fields: &mut Fields) -> YumParser {
        YumParser { name, ids: YumFields::new(fields) }
    }

    /// `NAME-VERSION-RELEASE.ARCH`, with `EPOCH:` before the name or the version.
    fn package(&self, record: &[u8], at: usize, event: &mut Event) {
        let end = at + record[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(record.len() - at);
        let text = &record[at..end];
        let n_epoch = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let first = if text.get(n_epoch) == Some(&b':') && n_epoch > 0 { n_epoch + 1 } else { 0 };
        let dashes: Vec<usize> =
            memchr::memrchr_iter(b'-', text).take(2).filter(|&dash| dash > first).collect();
        let [_, dash] = dashes[..] else {
            if at + first < end {
                event.push_slice(self.ids.package, Kind::Text, at + first, end);
            }
            return;
        };
        let dot = memchr::memrchr(b'.', text).filter(|&dot| dot > dash).unwrap_or(text.len());
        event.push_slice(self.ids.package, Kind::Text, at + first, at + dash);
        event.push_slice(self.ids.version, Kind::Text, at + dash + 1, at + dot);
        if dot + 1 < text.len() {
            event.push_slice(self.ids.architecture, Kind::Text, at + dot + 1, end);
        }
    }
}

impl Parser for YumParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut line = Line::new(record);
        match line.stamp() {
            Some(stamp) => event.time = Some(stamp.reading),
            None if self.name == Yum.name() => return Err(Why::NotAnEvent { expected: "a time" }),
            None => {}
        }
        line.spaces();
        let mut after = line;
        if let Some(word) = after.word()
            && self.name == Dnf.name()
            && LEVELS.contains(&after.text(&word))
        {
            event.push_slice(self.ids.level, Kind::Text, word.start, word.end);
            line = after;
        }
        let message = line.rest();
        if let Some((action, n)) = action_of(&record[message.clone()]) {
            event.push_text(self.ids.action, Kind::Text, action);
            self.package(record, message.start + n, event);
        }
        event.push_slice(self.ids.message, Kind::Text, message.start, message.end);
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        Ok(Parsed::Event)
    }
}
