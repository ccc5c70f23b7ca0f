//! `dpkg.log`: what the Debian package manager did, one step a line.
//!
//! Spec: dpkg(1), "LOG FILE"; dpkg 1.21 `lib/dpkg/log.c`.
//! Shape: `DATE TIME startup TYPE COMMAND`, `status STATE PACKAGE VERSION`, `ACTION PACKAGE INSTALLED AVAILABLE`,
//! `conffile FILE DECISION`.
//! Fields: `event.action` is the step. `package.version` is the version that the package has afterwards; `<none>` is no value.
//! Time: local.
//! Differs from the spec: another step, as old versions log that of update-alternatives, has its text as message alone.
//! Rejects: lines without time.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The log of the Debian package manager: one step a line.
pub struct Dpkg;

const ACTIONS: &[&str] = &["install", "upgrade", "trigproc", "configure", "disappear", "remove", "purge"];

fields! {
    struct DpkgFields {
        action: "event.action" "the step: install, upgrade, remove, status, …";
        package: "package.name" "the name of the package";
        architecture: "package.architecture" "the architecture of the package";
        version: "package.version" "the version that is there after the step";
        previous: "dpkg.previous_version" "the version that was there before";
        state: "dpkg.state" "the state that the package has now";
        message: "message" "the line without its time";
        dataset: "event.dataset";
    }
}

impl Format for Dpkg {
    fn name(&self) -> &'static str {
        "linux.dpkg"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        DpkgFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02 startup archives unpack\n2022-03-22 15:48:03 upgrade gpgv:amd64 2.2.27-2 2.2.27-2+deb11u1\n2022-03-22 15:48:03 status half-configured gpgv:amd64 2.2.27-2\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !head.bytes.first().is_some_and(|byte| byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        head.share(|text| {
            let mut line = Line::new(text.as_bytes());
            let is_stamped =
                line.stamp().is_some_and(|stamp| stamp.at.end == 19) && text.as_bytes()[4] == b'-';
            line.skip(" ");
            let (word, next) = (line.word(), line.word());
            let [word, next] = [word, next].map(|word| word.map_or("", |word| line.text(&word)));
            let is_step = match word {
                "startup" => matches!(next, "archives" | "packages"),
                "status" => line.word().is_some(),
                "conffile" => next.starts_with('/'),
                action => ACTIONS.contains(&action) && line.word().is_some() && line.word().is_some(),
            };
            is_stamped && (is_step || word == "update-alternatives:")
        })
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(DpkgParser { ids: DpkgFields::new(fields) }))
    }
}

struct DpkgParser {
    ids: DpkgFields,
}

impl Parser for DpkgParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut line = Line::new(record);
        let stamp = line.stamp().ok_or(Why::NotAnEvent { expected: "a time" })?;
        event.time = Some(stamp.reading);
        line.spaces();
        let message = line.rest();
        event.push_slice(self.ids.message, Kind::Text, message.start, message.end);
        if let Some(action) = line.word() {
            let name = line.text(&action);
            if ACTIONS.contains(&name) || matches!(name, "startup" | "status" | "conffile") {
                event.push_slice(self.ids.action, Kind::Text, action.start, action.end);
            }
            match name {
                "status" => {
                    self.push(self.ids.state, &mut line, event);
                    self.push_package(&mut line, event);
                    self.push(self.ids.version, &mut line, event);
                }
                action if ACTIONS.contains(&action) => {
                    self.push_package(&mut line, event);
                    self.push(self.ids.previous, &mut line, event);
                    self.push(self.ids.version, &mut line, event);
                }
                _ => {}
            }
        }
        event.push_text(self.ids.dataset, Kind::Text, Dpkg.name());
        Ok(Parsed::Event)
    }
}

impl DpkgParser {
    fn push(&self, field: FieldId, line: &mut Line<'_>, event: &mut Event) {
        if let Some(word) = line.word()
            && line.text(&word) != "<none>"
        {
            event.push_slice(field, Kind::Text, word.start, word.end);
        }
    }

    fn push_package(&self, line: &mut Line<'_>, event: &mut Event) {
        let Some(word) = line.word() else { return };
        let n_name = line.text(&word).find(':').unwrap_or(word.len());
        if n_name > 0 {
            event.push_slice(self.ids.package, Kind::Text, word.start, word.start + n_name);
        }
        if n_name + 1 < word.len() {
            event.push_slice(self.ids.architecture, Kind::Text, word.start + n_name + 1, word.end);
        }
    }
}
