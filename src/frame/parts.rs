//! Records of text that follow each other directly, and whose ends only their format knows.
//!
//! They are passed on as lines are: valid UTF-8, without line ends at their ends.

use super::Records;
use super::buffer::Buffer;
use super::lines::{hand_on, lines_of};
use crate::base::event::Part;
use crate::base::{Problem, Reject, Span, Why, limits};

/// Cuts a member at the places that a function returns.
pub struct PartFramer {
    part: fn(&[u8], bool) -> Option<Part>,
    buffer: Buffer,
    n_latin1: u64,
}

impl PartFramer {
    /// A framer for the start of a member.
    pub fn new(part: fn(&[u8], bool) -> Option<Part>) -> PartFramer {
        PartFramer { part, buffer: Buffer::new(0, 1), n_latin1: 0 }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        self.buffer.bytes.extend_from_slice(chunk);
        self.run(false, records);
    }

    /// Ends the member.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        self.run(true, records);
        (self.n_latin1 > 0).then_some(Problem::Latin1 { records: self.n_latin1 })
    }

    fn run(&mut self, is_end: bool, records: &mut dyn Records) {
        if !self.buffer.start(is_end) {
            return;
        }
        let buffer = std::mem::take(&mut self.buffer.bytes);
        let mut at = 0;
        while at < buffer.len() {
            let rest = &buffer[at..];
            let Some(Part { first, end }) = (self.part)(rest, is_end) else { break };
            let end = end.clamp(1, rest.len());
            let first = first.min(end);
            let line_number = self.buffer.line_number + lines_of(&rest[..first]);
            let offset = self.buffer.offset + (at + first) as u64;
            self.n_latin1 += hand_on(&rest[first..end], offset, line_number, false, records) as u64;
            self.buffer.line_number += lines_of(&rest[..end]);
            at += end;
        }
        // Bytes that are longer than a record may be are a reject.
        if buffer.len() - at > limits::RECORD_BYTES + limits::JOINED_BYTES {
            let length = (buffer.len() - at) as u64;
            let why = Why::TooLong { limit: limits::RECORD_BYTES as u64 };
            let span =
                Span { offset: self.buffer.offset + at as u64, length, line_number: self.buffer.line_number };
            records.reject(Reject { at: span, why });
            self.buffer.line_number += lines_of(&buffer[at..]);
            at = buffer.len();
        }
        self.buffer.bytes = buffer;
        self.buffer.let_go(at);
    }
}
