//! What containers wrote, as Docker and the Kubernetes runtimes keep it.
//!
//! Spec: Docker `daemon/logger/jsonfilelog/jsonlog`; "CRI logging", kubernetes design proposals, `kubelet-cri-logging.md`.
//! Shape: Docker: an object `{"log":"…\n","stream":"stdout","time":"…Z"}` a line; a message of more than 16 KiB has several,
//! of which only the last one's text has a line end. CRI: `TIME STREAM TAG message`, where the tag P says that the message
//! goes on in the next line, and F that it ends.
//! Fields: `message` is what the container wrote, without colours and line end. If it is a JSON object, its leaves are
//! fields, too.
//! Time: UTC, or with an offset; of a message in parts that of the first one.
//! Differs: parts of one stream are joined. What the other stream wrote whole between two of them ends the first half: the
//! second is an event of its own, as is what lies beyond `limits::JOINED_BYTES`.
//! Rejects: objects without `log`; lines of another shape.

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::{Shape, stamp_at};
use crate::base::text::without_colours;
use crate::base::{Event, Fields, Kind, Reading, Why, limits};
use crate::format::read::inner::Desk;
use crate::format::read::json::{Flattener, count_keys, entries, entry, record_heads, text_of, value_end};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// Docker's json-file logs; see the module.
pub struct Docker;
/// Logs of the container runtime interface; see the module.
pub struct Cri;

fields! {
    struct ContainerFields {
        message: "message" "what the container wrote";
        stream: "stream" "stdout or stderr";
        time: "time" "when it was written, as the runtime says it";
        log: "log" "the text, as Docker keeps it";
        dataset: "event.dataset";
    }
}

impl Format for Docker {
    fn name(&self) -> &'static str {
        "container.docker"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        ContainerFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[br#"{"log":"{\"level\":\"info\",\"msg\":\"up\"}\n","stream":"stdout","time":"2022-03-22T15:48:02.123456789Z"}"#]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Until(|line| !is_part(line)))
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
        Reader::Many(Box::new(DockerLines {
            format: number_of(Docker.name()),
            flattener: Flattener::default(),
            inner: Inner::new(fields),
        }))
    }
}

/// Whether the message of an object goes on in another one: Docker keeps [`limits::DOCKER_PART_BYTES`] of it then, and no
/// line end.
fn is_part(object: &[u8]) -> bool {
    if object.len() < limits::DOCKER_PART_BYTES {
        return false;
    }
    let Some(log) = entry(object, "log").map(|at| &object[at]) else { return false };
    let Some(text) = log.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) else { return false };
    let n_backslashes = text
        .strip_suffix(b"n")
        .map_or(0, |text| text.iter().rev().take_while(|&&byte| byte == b'\\').count());
    text.len() >= limits::DOCKER_PART_BYTES && n_backslashes % 2 == 0
}

struct DockerLines {
    format: usize,
    flattener: Flattener,
    inner: Inner,
}

impl Unfolder for DockerLines {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        // Nearly every record is one object.
        if memchr::memchr(b'\n', record).is_none() {
            event.clear();
            if self.read(record, fields, event).is_ok() {
                out.event(self.format, fields, event, record, 0..record.len());
                return Ok(());
            }
        }
        let objects = objects(record);
        if let [at] = &objects[..] {
            event.clear();
            self.read(&record[at.clone()], fields, event)?;
            out.event(self.format, fields, event, &record[at.clone()], at.clone());
            return Ok(());
        }
        let messages = joined(objects, |at| is_part(&record[at]), |at| stream_of(&record[at]));
        let desk = Desk { fields, event, out };
        hand_on(self.format, messages, desk, |parts, fields, event| match parts {
            [at] => {
                let object = &record[at.clone()];
                self.read(object, fields, event).map(|()| object)
            }
            parts => self.read_parts(record, parts, fields, event).map(|()| &b""[..]),
        });
        Ok(())
    }
}

/// Where the objects of a record stand, one behind the other; what is none is one piece with what follows it.
fn objects(record: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(n) = record[at..].iter().position(|byte| !byte.is_ascii_whitespace()) {
        let first = at + n;
        let line_end = memchr::memchr(b'\n', &record[first..]).map_or(record.len(), |n| first + n);
        let end = if record[first] == b'{' { value_end(&record[..line_end], first) } else { None };
        at = end.unwrap_or(line_end);
        found.push(first..at);
    }
    found
}

/// What stands under `stream`, with its quotes.
fn stream_of(object: &[u8]) -> &[u8] {
    entry(object, "stream").map_or(b"", |at| &object[at])
}

/// Messages as the places of their parts, in the order in which they end; those that do not end are last.
fn joined<'a>(
    places: Vec<Range<usize>>,
    is_part: impl Fn(Range<usize>) -> bool,
    stream_of: impl Fn(Range<usize>) -> &'a [u8],
) -> Vec<Vec<Range<usize>>> {
    let mut whole = Vec::new();
    let mut open: Vec<(&[u8], Vec<Range<usize>>)> = Vec::new();
    for at in places {
        let stream = stream_of(at.clone());
        let known = open.iter().position(|(name, _)| *name == stream);
        let mut parts = known.map_or(Vec::new(), |index| open.swap_remove(index).1);
        parts.push(at.clone());
        if is_part(at) {
            open.push((stream, parts));
        } else {
            whole.push(parts);
        }
    }
    whole.extend(open.into_iter().map(|(_, parts)| parts));
    whole
}

/// Hands on messages, each by its parts: `read` adds what they say to an event, and returns the text in which the event's
/// leaves stand.
fn hand_on<'a>(
    format: usize,
    messages: Vec<Vec<Range<usize>>>,
    desk: Desk<'_>,
    mut read: impl FnMut(&[Range<usize>], &mut Fields, &mut Event) -> Result<&'a [u8], Why>,
) {
    let Desk { fields, event, out } = desk;
    for parts in messages {
        let at = parts[0].start..parts[parts.len() - 1].end;
        event.clear();
        match read(&parts, fields, event) {
            Ok(text) => out.event(format, fields, event, text, at),
            Err(why) => out.reject(at, why),
        }
    }
}

impl DockerLines {
    /// Reads a message that one object has.
    fn read(&mut self, object: &[u8], fields: &mut Fields, event: &mut Event) -> Result<(), Why> {
        self.flattener.flatten(object, fields, event)?;
        let log =
            event.leaf(self.inner.ids.log).ok_or(Why::NotAnEvent { expected: "an object with `log`" })?;
        let text = event.bytes(object, &log).to_vec();
        self.finish(&text, object, fields, event);
        Ok(())
    }

    /// Reads a message that several objects have: what the first one says beside it, and the text of all.
    fn read_parts(
        &mut self,
        record: &[u8],
        parts: &[Range<usize>],
        fields: &mut Fields,
        event: &mut Event,
    ) -> Result<(), Why> {
        let mut text = String::new();
        for at in parts {
            let object = &record[at.clone()];
            let log = entry(object, "log").and_then(|log| text_of(&object[log]));
            text += &log.ok_or(Why::NotAnEvent { expected: "an object with `log`" })?;
        }
        let first = &record[parts[0].clone()];
        for (key, value) in entries(first).filter(|(key, _)| *key != b"log") {
            self.flattener.flatten_made(&String::from_utf8_lossy(key), &first[value], fields, event)?;
        }
        event.push_text(self.inner.ids.log, Kind::Text, &text);
        self.finish(text.as_bytes(), b"", fields, event);
        Ok(())
    }

    /// Adds time and message to an event that has the leaves of its object.
    fn finish(&mut self, text: &[u8], record: &[u8], fields: &mut Fields, event: &mut Event) {
        let time = event.leaf(self.inner.ids.time).and_then(|leaf| stamp_at(event.bytes(record, &leaf), 0));
        event.time = time.map(|stamp| stamp.reading);
        let text = without_colours(text);
        let text = text.trim_ascii_end();
        event.push_text(self.inner.ids.message, Kind::Text, std::str::from_utf8(text).unwrap_or(""));
        self.inner.flatten(text, fields, event);
        event.push_text(self.inner.ids.dataset, Kind::Text, Docker.name());
    }
}

/// Reads a JSON object that a message is.
struct Inner {
    flattener: Flattener,
    event: Event,
    ids: ContainerFields,
}

impl Inner {
    fn new(fields: &mut Fields) -> Inner {
        let ids = ContainerFields::new(fields);
        Inner { flattener: Flattener::default(), event: Event::default(), ids }
    }

    /// Adds the leaves of `text` to `event`, if it is an object.
    fn flatten(&mut self, text: &[u8], fields: &mut Fields, event: &mut Event) {
        self.event.clear();
        if text.first() != Some(&b'{') || self.flattener.flatten(text, fields, &mut self.event).is_err() {
            return;
        }
        for leaf in self.event.leaves() {
            // What a message says of itself must not change what it is.
            if leaf.field != self.ids.dataset {
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
        ContainerFields::SPECS
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
        Reader::Many(Box::new(CriLines { format: number_of(Cri.name()), inner: Inner::new(fields) }))
    }
}

struct CriLines {
    format: usize,
    inner: Inner,
}

impl Unfolder for CriLines {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        if memchr::memchr(b'\n', record).is_none() {
            event.clear();
            let whole = 0..record.len();
            self.read(record, std::slice::from_ref(&whole), fields, event)?;
            out.event(self.format, fields, event, record, whole);
            return Ok(());
        }
        let places = lines(record);
        let is_part = |at: Range<usize>| cri_parts(&record[at]).is_some_and(|(_, _, is_whole, _)| !is_whole);
        let stream = |at: Range<usize>| {
            let line = &record[at];
            cri_parts(line).map_or(&b""[..], |(_, stream, _, _)| &line[stream])
        };
        let messages = joined(places, is_part, stream);
        let desk = Desk { fields, event, out };
        hand_on(self.format, messages, desk, |parts, fields, event| {
            self.read(record, parts, fields, event).map(|()| record)
        });
        Ok(())
    }
}

/// Where the lines of a record stand.
fn lines(record: &[u8]) -> Vec<Range<usize>> {
    let mut first = 0;
    let ends = memchr::memchr_iter(b'\n', record).chain([record.len()]);
    ends.map(|end| std::mem::replace(&mut first, end + 1)..end).filter(|line| !line.is_empty()).collect()
}

impl CriLines {
    /// Reads the lines of one message.
    fn read(
        &mut self,
        record: &[u8],
        parts: &[Range<usize>],
        fields: &mut Fields,
        event: &mut Event,
    ) -> Result<(), Why> {
        let mut text = Vec::new();
        for at in parts {
            let expected = Why::NotAnEvent { expected: "a time, a stream and a tag" };
            let line = &record[at.clone()];
            let (reading, stream, _, first) = cri_parts(line).ok_or(expected)?;
            if event.time.is_none() {
                event.time = Some(reading);
                event.push_slice(
                    self.inner.ids.stream,
                    Kind::Text,
                    at.start + stream.start,
                    at.start + stream.end,
                );
            }
            if parts.len() == 1 {
                event.push_slice(self.inner.ids.message, Kind::Text, at.start + first, at.end);
                self.inner.flatten(&line[first..], fields, event);
            } else {
                text.extend_from_slice(&line[first..]);
            }
        }
        if parts.len() > 1 {
            event.push_text(self.inner.ids.message, Kind::Text, std::str::from_utf8(&text).unwrap_or(""));
            self.inner.flatten(&text, fields, event);
        }
        event.push_text(self.inner.ids.dataset, Kind::Text, Cri.name());
        Ok(())
    }
}
