//! A member's bytes to records, wherever the bytes are cut.

mod json;
mod scan;

pub use json::Context;
use json::JsonFramer;

use crate::base::event::Framing;
use crate::base::{Problem, Reject, Span, Why};

/// What takes the records that a framer finds.
pub trait Records {
    /// Takes a record, and in what it stands. `Err` says that it is no event, and why; the framer then looks for another record inside it
    /// and hands on what remains as a reject.
    ///
    /// # Errors
    /// Why the record is no event.
    fn record(&mut self, bytes: &[u8], at: Span, context: Context) -> Result<(), Why>;

    /// Takes bytes that are no event.
    fn reject(&mut self, reject: Reject);
}

/// Cuts a member into records.
pub struct Framer(JsonFramer);

impl Framer {
    /// A framer for the start of a member.
    pub fn new(framing: Framing) -> Framer {
        let Framing::Json { keys } = framing;
        Framer(JsonFramer::new(keys))
    }

    /// A framer for a piece of a member that starts at the record `at`, which stands in `context`.
    pub fn resume(framing: Framing, at: Span, context: Context) -> Framer {
        let Framing::Json { keys } = framing;
        Framer(JsonFramer::resume(keys, at, context))
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        self.0.push(chunk, records);
    }

    /// Says that there are no more bytes; what is wrong with the end of the member, if anything.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        self.0.finish(records)
    }
}
