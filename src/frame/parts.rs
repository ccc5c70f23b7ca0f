//! Records of text behind one another, of which only their format knows where one ends.
//!
//! They are handed on as lines are: valid UTF-8, without line ends at their ends.

use super::Records;
use super::lines::{hand_on, lines_of};
use crate::base::event::Part;
use crate::base::{Problem, Reject, Span, Why, limits};

/// Cuts a member where a function says.
pub struct PartFramer {
    part: fn(&[u8], bool) -> Option<Part>,
    /// Bytes that are still needed; the first is byte `offset` of the member, on line `line_number`.
    buffer: Vec<u8>,
    offset: u64,
    line_number: u64,
    is_started: bool,
    n_latin1: u64,
}

impl PartFramer {
    /// For the start of a member.
    pub fn new(part: fn(&[u8], bool) -> Option<Part>) -> PartFramer {
        PartFramer { part, buffer: Vec::new(), offset: 0, line_number: 1, is_started: false, n_latin1: 0 }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        self.buffer.extend_from_slice(chunk);
        self.run(false, records);
    }

    /// Says that there are no more bytes.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        self.run(true, records);
        (self.n_latin1 > 0).then_some(Problem::Latin1 { records: self.n_latin1 })
    }

    fn run(&mut self, is_end: bool, records: &mut dyn Records) {
        if !self.is_started {
            if self.buffer.len() < 3 && !is_end {
                return;
            }
            self.is_started = true;
            if self.buffer.starts_with(b"\xef\xbb\xbf") {
                self.let_go(3);
            }
        }
        let buffer = std::mem::take(&mut self.buffer);
        let mut at = 0;
        while at < buffer.len() {
            let rest = &buffer[at..];
            let Some(Part { first, end }) = (self.part)(rest, is_end) else { break };
            let end = end.clamp(1, rest.len());
            let first = first.min(end);
            let line_number = self.line_number + lines_of(&rest[..first]);
            let offset = self.offset + (at + first) as u64;
            self.n_latin1 += hand_on(&rest[first..end], offset, line_number, false, records) as u64;
            self.line_number += lines_of(&rest[..end]);
            at += end;
        }
        // What is longer than a record may be is none.
        if buffer.len() - at > limits::RECORD_BYTES + limits::JOINED_BYTES {
            let length = (buffer.len() - at) as u64;
            let why = Why::TooLong { limit: limits::RECORD_BYTES as u64 };
            let span = Span { offset: self.offset + at as u64, length, line_number: self.line_number };
            records.reject(Reject { at: span, why });
            self.line_number += lines_of(&buffer[at..]);
            at = buffer.len();
        }
        self.buffer = buffer;
        self.let_go(at);
    }

    /// Forgets the first `n` bytes of the buffer.
    fn let_go(&mut self, n: usize) {
        self.buffer.drain(..n);
        self.offset += n as u64;
    }
}
