//! Plain text of no known format: each line is an event, with the time at its start if there is one.
//!
//! Shape: lines. A line that begins with white space belongs to the one before it.
//! Time: at the start of the line, as `base::time` reads it.

use super::{Confidence, Format, Head, Parsed, Parser, Reader, looks_like};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::{Event, FieldId, Fields, Kind, Why, time};

/// See the module.
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[FieldSpec { name: "message", meaning: "the text of the record" }]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02,003 something happened\n  in two lines\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| !line.first().is_some_and(u8::is_ascii_whitespace)))
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
        let (message, dataset) = (fields.intern("message"), fields.intern("event.dataset"));
        Reader::Events(Box::new(TextParser { message, dataset }))
    }
}

struct TextParser {
    message: FieldId,
    dataset: FieldId,
}

impl Parser for TextParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        event.time = time::iso(record).or_else(|| time::bsd(record)).map(|(reading, _)| reading);
        event.push_slice(self.message, Kind::Text, 0, record.len());
        event.push_text(self.dataset, Kind::Text, Text.name());
        Ok(Parsed::Event)
    }
}
