//! A member that is one record, because its format is read from several places at once.

use super::{Context, Records};
use crate::base::{Problem, Reject, Span, Why, limits};

/// Keeps the bytes of a member until its end.
#[derive(Default)]
pub struct WholeFramer {
    buffer: Vec<u8>,
    n_bytes: u64,
}

impl WholeFramer {
    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        self.n_bytes += chunk.len() as u64;
        let room = limits::WHOLE_BYTES - self.buffer.len();
        self.buffer.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }

    /// Passes the member on. Bytes beyond the limit become a reject.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        let length = self.buffer.len() as u64;
        let at = Span { offset: 0, length, line_number: 1 };
        if let Err(why) = records.record(&self.buffer, at, Context::default()) {
            records.reject(Reject { at, why });
        }
        let rest = Span { offset: length, length: self.n_bytes - length, line_number: 1 };
        if rest.length > 0 {
            records.reject(Reject { at: rest, why: Why::TooLong { limit: limits::WHOLE_BYTES as u64 } });
        }
        None
    }
}
