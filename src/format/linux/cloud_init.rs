//! `cloud-init.log`: what the first start of an instance did.
//!
//! Spec: cloud-init `cloudinit/log.py` (`DEF_CON_FORMAT`, and times that are always UTC), version 22.2.
//! Shape: `DATE TIME,MILLIS - MODULE[LEVEL]: message`, with tracebacks and output behind it.
//! Time: UTC.
//! Rejects: none; text before the first record is an event without a time.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The log of cloud-init: the first start of an instance.
pub struct CloudInit;

/// Where time, module, level and message stand in a line.
fn parts(text: &[u8]) -> Option<(Reading, [std::ops::Range<usize>; 3])> {
    let mut line = Line::new(text);
    let stamp = line.stamp()?;
    if !line.skip(" - ") {
        return None;
    }
    let module = line.until("[")?;
    let level = line.until("]: ")?;
    let is_level =
        matches!(line.text(&level), "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL" | "DEPRECATED");
    let is_module = !module.is_empty() && !line.text(&module).contains(' ');
    (is_level && is_module).then_some((Reading::Utc(stamp.reading.timestamp()), [module, level, line.rest()]))
}

fields! {
    struct CloudInitFields {
        module: "module" "the part of cloud-init that wrote the record";
        level: "log.level" "how important the record is";
        message: "message" "the text of the record";
        dataset: "event.dataset";
    }
}

impl Format for CloudInit {
    fn name(&self) -> &'static str {
        "linux.cloud_init"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CloudInitFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02,002 - util.py[DEBUG]: Running command ['ip', 'addr'] with allowed return codes [0]\n2022-03-22 15:48:02,003 - util.py[WARNING]: Failed\nTraceback (most recent call last):\n  File x\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| parts(line).is_some()))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        if memchr::memmem::find(start, b".py[").is_none() {
            return Confidence::NONE;
        }
        let n = head.lines().iter().filter(|line| parts(line.as_bytes()).is_some()).count();
        if n * 4 > head.lines().len() { Confidence(95) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CloudInitParser { ids: CloudInitFields::new(fields) }))
    }
}

struct CloudInitParser {
    ids: CloudInitFields,
}

impl Parser for CloudInitParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut first = 0;
        if let Some((reading, [module, level, message])) = parts(record) {
            event.time = Some(reading);
            event.push_slice(self.ids.module, Kind::Text, module.start, module.end);
            event.push_slice(self.ids.level, Kind::Text, level.start, level.end);
            first = message.start;
        }
        event.push_slice(self.ids.message, Kind::Text, first, record.len());
        event.push_text(self.ids.dataset, Kind::Text, CloudInit.name());
        Ok(Parsed::Event)
    }
}
