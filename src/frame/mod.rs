//! Cuts the bytes of a member into records, wherever the bytes are cut into chunks.

mod buffer;
mod group;
mod json;
mod lines;
mod parts;
mod scan;
mod seam;
mod whole;

use group::GroupFramer;
pub use json::Context;
use json::JsonFramer;
use lines::LineFramer;
use parts::PartFramer;
pub use seam::SeamFinder;
use whole::WholeFramer;

use crate::base::event::{Framing, Lines};
use crate::base::{Problem, Reject, Span, Why};

/// Takes the records that a framer finds.
pub trait Records {
    /// Takes a record, its place, and the levels that contain it. After an error, the framer looks for another record
    /// inside this record, and passes on the rest as a reject.
    ///
    /// # Errors
    /// Why the record is not an event.
    fn record(&mut self, bytes: &[u8], at: Span, context: Context) -> Result<(), Why>;

    /// Takes bytes that are not an event.
    fn reject(&mut self, reject: Reject);
}

/// Cuts a member into records.
pub enum Framer {
    /// Cuts as [`Framing::Json`] describes.
    Json(Box<JsonFramer>),
    /// Cuts as [`Framing::Lines`] describes.
    Lines(LineFramer),
    /// Cuts as [`Framing::Grouped`] describes.
    Grouped(Box<GroupFramer>),
    /// Cuts as [`Framing::Whole`] describes.
    Whole(WholeFramer),
    /// Cuts as [`Framing::Parts`] describes.
    Parts(PartFramer),
}

impl Framer {
    /// A framer for the start of a member.
    pub fn new(framing: Framing) -> Framer {
        match framing {
            Framing::Json { keys } => Framer::Json(Box::new(JsonFramer::new(keys))),
            Framing::Lines(lines) => Framer::Lines(LineFramer::new(lines)),
            Framing::Grouped(key_of) => Framer::Grouped(Box::new(GroupFramer::new(key_of))),
            Framing::Whole => Framer::Whole(WholeFramer::default()),
            Framing::Parts(part) => Framer::Parts(PartFramer::new(part)),
        }
    }

    /// A framer for a piece of a member that starts at the record `at`, whose levels are `context`.
    ///
    /// # Panics
    /// For a framing for which [`Framer::can_resume`] is false.
    pub fn resume(framing: Framing, at: Span, context: Context) -> Framer {
        match framing {
            Framing::Json { keys } => Framer::Json(Box::new(JsonFramer::resume(keys, at, context))),
            Framing::Lines(lines) => Framer::Lines(LineFramer::resume(lines, at)),
            Framing::Grouped(_) | Framing::Whole | Framing::Parts(_) => {
                panic!("this framing needs all that came before")
            }
        }
    }

    /// Whether a member can be read in pieces that begin with any of its records.
    pub fn can_resume(framing: Framing) -> bool {
        matches!(
            framing,
            Framing::Json { .. }
                | Framing::Lines(Lines::Each | Lines::From(_) | Lines::Until(_) | Lines::Stamped(_))
        )
    }

    /// The line after all bytes so far, for a framing in lines.
    pub fn line_number(&self) -> Option<u64> {
        match self {
            Framer::Lines(framer) => Some(framer.line_number()),
            _ => None,
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        match self {
            Framer::Json(framer) => framer.push(chunk, records),
            Framer::Lines(framer) => framer.push(chunk, records),
            Framer::Grouped(framer) => framer.push(chunk, records),
            Framer::Whole(framer) => framer.push(chunk),
            Framer::Parts(framer) => framer.push(chunk, records),
        }
    }

    /// Ends the member, and returns its problem if it has one.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        match self {
            Framer::Json(framer) => framer.finish(records),
            Framer::Lines(framer) => framer.finish(records),
            Framer::Grouped(framer) => framer.finish(records),
            Framer::Whole(framer) => framer.finish(records),
            Framer::Parts(framer) => framer.finish(records),
        }
    }
}
