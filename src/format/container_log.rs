//! What containers wrote, as Docker and the Kubernetes runtimes keep it.
//!
//! Spec: Docker `daemon/logger/jsonfilelog/jsonlog`; "CRI logging", kubernetes design proposals, `kubelet-cri-logging.md`.
//! Shape: Docker: an object `{"log":"…\n","stream":"stdout","time":"…Z"}` a line. CRI: `TIME STREAM TAG message`, where the tag P says that the
//! message goes on in the next line, and F that it ends.
//! Fields: `message` is what the container wrote, without colours and line end. If it is a JSON object, its leaves are
//! fields, too.
//! Time: UTC, or with an offset.
//! Rejects: objects without `log`; lines of another shape.

use super::json::{Flattener, count_keys, record_heads};
use super::line::Line;
use super::{Confidence, Format, Head, Parsed, Parser, Reader};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::stamp::{Shape, stamp_at};
use crate::base::text::without_colours;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why};

/// Docker's json-file logs; see the module.
pub struct Docker;
/// Logs of the container runtime interface; see the module.
pub struct Cri;

const FIELDS: &[FieldSpec] = &[
    FieldSpec { name: "message", meaning: "what the container wrote" },
    FieldSpec { name: "stream", meaning: "stdout or stderr" },
    FieldSpec { name: "time", meaning: "when it was written, as the runtime says it" },
    FieldSpec { name: "log", meaning: "the text, as Docker keeps it" },
];

impl Format for Docker {
    fn name(&self) -> &'static str {
        "container.docker"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FIELDS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[br#"{"log":"{\"level\":\"info\",\"msg\":\"up\"}\n","stream":"stdout","time":"2022-03-22T15:48:02.123456789Z"}"#]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let is_log = |record: &&[u8]| {
            count_keys(record, &["log", "time"]) == 2
                && count_keys(record, &["log", "time", "stream", "attrs"]) > 2
        };
        Confidence::certain_if(
            head.bytes.first() == Some(&b'{') && record_heads(head.bytes, &[]).iter().any(is_log),
        )
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(DockerParser {
            flattener: Flattener::default(),
            inner: Inner::new(fields),
            log: fields.intern("log"),
            time: fields.intern("time"),
            message: fields.intern("message"),
            dataset: fields.intern("event.dataset"),
        }))
    }
}

struct DockerParser {
    flattener: Flattener,
    inner: Inner,
    log: FieldId,
    time: FieldId,
    message: FieldId,
    dataset: FieldId,
}

impl Parser for DockerParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.flattener.flatten(record, fields, event)?;
        let find = |field: FieldId| event.leaves().iter().find(|leaf| leaf.field == field);
        let time = find(self.time).and_then(|leaf| stamp_at(event.bytes(record, leaf), 0));
        let log = find(self.log).ok_or(Why::NotAnEvent { expected: "an object with `log`" })?;
        let text = without_colours(event.bytes(record, log)).trim_ascii_end().to_vec();
        event.time = time.map(|stamp| stamp.reading);
        event.push_text(self.message, Kind::Text, std::str::from_utf8(&text).unwrap_or(""));
        self.inner.flatten(&text, fields, event);
        event.push_text(self.dataset, Kind::Text, Docker.name());
        Ok(Parsed::Event)
    }
}

/// Reads a JSON object that a message is.
struct Inner {
    flattener: Flattener,
    event: Event,
    dataset: FieldId,
}

impl Inner {
    fn new(fields: &mut Fields) -> Inner {
        let dataset = fields.intern("event.dataset");
        Inner { flattener: Flattener::default(), event: Event::default(), dataset }
    }

    /// Adds the leaves of `text` to `event`, if it is an object.
    fn flatten(&mut self, text: &[u8], fields: &mut Fields, event: &mut Event) {
        self.event.clear();
        if text.first() != Some(&b'{') || self.flattener.flatten(text, fields, &mut self.event).is_err() {
            return;
        }
        for leaf in self.event.leaves() {
            // What a message says of itself must not change what it is.
            if leaf.field != self.dataset {
                let value = std::str::from_utf8(self.event.bytes(text, leaf)).unwrap_or("");
                event.push_text(leaf.field, leaf.kind, value);
            }
        }
    }
}

/// Time, stream, whether the message ends here, and where it begins.
fn cri_parts(text: &[u8]) -> Option<(Reading, std::ops::Range<usize>, bool, usize)> {
    let mut line = Line::new(text);
    let stamp = line.stamp().filter(|stamp| stamp.shape == Shape::Iso)?;
    if !line.skip(" ") {
        return None;
    }
    let stream = line.until(" ").filter(|stream| matches!(&text[stream.clone()], b"stdout" | b"stderr"))?;
    // Tags are put together with colons; the first says whether the line is whole.
    let first = line.rest().start;
    let is_whole = match (text.get(first), text.get(first + 1)) {
        (Some(b'F'), None | Some(b' ' | b':')) => true,
        (Some(b'P'), None | Some(b' ' | b':')) => false,
        _ => return None,
    };
    let n = text[first..].iter().position(|&byte| byte == b' ').map_or(text.len() - first, |n| n + 1);
    Some((stamp.reading, stream, is_whole, first + n))
}

impl Format for Cri {
    fn name(&self) -> &'static str {
        "container.cri"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FIELDS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22T15:48:02.123456789Z stdout P the first half \n2022-03-22T15:48:02.123456790Z stdout F and the second\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Until(|line| cri_parts(line).is_none_or(|(_, _, is_whole, _)| is_whole)))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(1 << 10)];
        if memchr::memmem::find(start, b" std").is_none() {
            return Confidence::NONE;
        }
        head.share(|line| cri_parts(line.as_bytes()).is_some())
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CriParser {
            inner: Inner::new(fields),
            stream: fields.intern("stream"),
            message: fields.intern("message"),
            dataset: fields.intern("event.dataset"),
        }))
    }
}

struct CriParser {
    inner: Inner,
    stream: FieldId,
    message: FieldId,
    dataset: FieldId,
}

impl Parser for CriParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let expected = Why::NotAnEvent { expected: "a time, a stream and a tag" };
        let (reading, stream, is_whole, first) = cri_parts(record).ok_or(expected)?;
        event.time = Some(reading);
        event.push_slice(self.stream, Kind::Text, stream.start, stream.end);
        if is_whole {
            event.push_slice(self.message, Kind::Text, first, record.len());
            self.inner.flatten(&record[first..], fields, event);
        } else {
            let mut text = Vec::new();
            for line in record.split(|&byte| byte == b'\n') {
                text.extend_from_slice(&line[cri_parts(line).map_or(0, |(_, _, _, first)| first)..]);
            }
            event.push_text(self.message, Kind::Text, std::str::from_utf8(&text).unwrap_or(""));
            self.inner.flatten(&text, fields, event);
        }
        event.push_text(self.dataset, Kind::Text, Cri.name());
        Ok(Parsed::Event)
    }
}
