//! Plain text of no known format: each line, or each line with a timestamp and those without one behind it, is an event.
//!
//! Shape: lines. Where the first lines of the member have a timestamp, and how it is written, is learnt from them. If
//! one line in six has one, a line without belongs to the one before it: a stack trace, the second line of Samba's
//! records. If fewer have, a line that begins with white space belongs to the one before it.
//! Time: the timestamp at that place, or at the start of the line, as `base::stamp` reads it.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::Places;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::{Confidence, Format, HEAD_BYTES, Head, Parsed, Parser, Reader, Start, looks_like};

/// Plain text of an unknown format.
pub struct Text;

fields! {
    struct TextFields {
        message: "message" "the text of the record";
        dataset: "event.dataset";
    }
}

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        TextFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02,003 something happened\n  in two lines\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Stamped(Places::default()))
    }

    fn framing_of(&self, head: &[u8]) -> Framing {
        Framing::Lines(Lines::Stamped(places_of(head)))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let n_odd = head.bytes.iter().filter(|&&byte| byte >= 0x80 || byte == 0x7f).count();
        let is_text =
            !head.lines().is_empty() && looks_like(head.bytes).is_none() && n_odd * 2 <= head.bytes.len();
        // Anything else that knows a line knows better. Text without any ASCII is UTF-8.
        let is_utf8 = || {
            std::str::from_utf8(&head.bytes[..head.bytes.len() / 2])
                .map_or_else(|e| e.error_len().is_none(), |_| true)
        };
        if is_text || !head.lines().is_empty() && is_utf8() { Confidence(1) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(TextParser { ids: TextFields::new(fields), places: Places::default() }))
    }
}

/// Where the lines of a member that begins with `head` have their stamps.
fn places_of(head: &[u8]) -> Places {
    // However much came at once, the same bytes decide.
    let head = Head::new(head, head.len() < HEAD_BYTES);
    Places::learn(head.lines().iter().map(|line| line.as_bytes()))
}

struct TextParser {
    ids: TextFields,
    places: Places,
}

impl Parser for TextParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let line = record.split(|&byte| byte == b'\n').next().unwrap_or(record);
        event.time = self.places.find(line).map(|stamp| stamp.reading);
        event.push_slice(self.ids.message, Kind::Text, 0, record.len());
        event.push_text(self.ids.dataset, Kind::Text, Text.name());
        Ok(Parsed::Event)
    }

    fn start(&mut self, start: Start<'_>) {
        self.places = places_of(start.head);
    }
}
