//! The façade: files in, answers out.
//!
//! A [`Shard`] reads files and holds their segments; it answers in partials. A [`Hub`] holds no event: it knows
//! every source and the order of all rows, and makes answers of partials. Messages between them are bytes
//! ([`crate::base::wire`]); who carries them, and when, is the caller's business.
//!
//! ```text
//! file ──> Cutter ──pieces──> Shard 1 … Shard N ──partials──> Hub ──> answer
//! ```
//!
//! A question is a [`Request`] ([`inquiry`]): round by round the hub puts an [`Ask`] to the shards, each answers it segment
//! by segment ([`Shard::begin`]), so that whoever carries it can breathe in between and give it up, and the hub merges the
//! partials.
//!
//! A shard numbers its rows from 0 in the order in which it sealed them; the hub knows a row as a [`RowRef`], and by
//! its *rank*: its place in the order (time, path, position) of all events that are no duplicates.

mod asking;
mod cutter;
mod deferred;
mod hasher;
mod hub;
pub mod inquiry;
mod reading;
mod report;
mod row_list;
mod run;
mod segment_store;
mod selection;
mod shard;
mod sources;
mod step_lists;
mod steps;
mod trying;
mod warm_up;

pub use asking::{Ask, Asking, Messages};
pub use cutter::{Cutter, Piece};
pub use hasher::Hasher;
pub use hub::{Hub, ReadText};
pub use inquiry::{EventState, Questions, RejectState, Reply, Request, Turn};
pub use reading::{Opening, PieceOf, TreatAs};
pub use report::Report;
pub use shard::Shard;
pub use sources::{Counts, SourceState};
pub use trying::read_step;
pub use warm_up::warm_up;

// What the door needs of the other rooms; it knows none of them.
pub use crate::base::RowRef;
pub use crate::base::event::FieldSpec;
pub use crate::clock::{Clock, Unsaid, YearReason, Zone};
pub use crate::container::{Member, Members, Unwrapper};
pub use crate::derive::{PATTERNS as GROK_PATTERNS, Step, Steps};
pub use crate::format::{Confidence, Format, meaning_of};
pub use crate::frame::Context;
pub use crate::query::Settings;
pub use crate::query::aggregate::Tally;
pub use crate::query::axis::Level;
pub use crate::query::bucket::Bucket;
pub use crate::query::complete::{Choice, Place, Wanted};
pub use crate::query::edit::{Edit, How};
pub use crate::query::facet::{Facet, FacetOrder};
pub use crate::query::fields::FieldSum;
pub use crate::query::figures::{Figure, Measure};
pub use crate::query::occurrences::Occurrence;
pub use crate::query::pivot::{Answer, By, Group, GroupKind, PathKey, Pivot, Well};
pub use crate::query::rows::Window;
pub use crate::query::timeline::{Series, Timeline, Wish};
pub use crate::query::tokens::{Token, TokenKind};

/// Every format: its name, its fields and what can be said of it.
pub fn formats() -> impl Iterator<Item = &'static dyn Format> {
    crate::format::FORMATS.iter().copied()
}
