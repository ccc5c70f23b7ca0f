//! Trailglass: logs in, answers out. The core of the workbench: it reads log files, keeps their events in columns and
//! answers questions about them. Pure: bytes in, answers out, no clock, no input or output, no JavaScript.
//!
//! # Map
//!
//! ```text
//! file ─bytes─> container ─member─> frame ─record─> format ─event | reject─> store: SegmentBuilder ─> Segment
//! text ─> query: parse ─Query─> Plan ─for each segment─> select ─Bitmap─> rows | facet | timeline … ─partial─┐
//!                 page <─ worker <─ wasm <─answer── engine: Hub <─partials of all shards ────────────────────┘
//! ```
//!
//! | room | does | knows |
//! |---|---|---|
//! | [`base`] | what all share: events and fields, spans, rejects, problems, time, bitmaps, limits | – |
//! | [`container`] | unwraps a dropped file: compressed data, archives, wide text | base |
//! | [`frame`] | cuts a member into records, wherever its bytes are cut | base |
//! | [`messages`] | what well-known programs write into their messages, whichever log carries them | base |
//! | [`mod@format`] | reads a record: one file a format, in sub-rooms by who writes it, one line in `FORMATS` | base, messages |
//! | [`clock`] | what a log's clock showed to moments: the zone and the year that its records do not say | base |
//! | [`store`] | events to immutable segments of dictionary columns | base |
//! | [`derive`] | steps that make columns of others, recipes of them, proposals for them | base, store |
//! | [`query`] | the analyst's text to a plan, a plan and a segment to rows | base, store |
//! | [`engine`] | shards that read and answer in partials, the hub that merges them | all above |
//! | `wasm` | the browser's door: converts, calls, converts back | engine, base |
//!
//! What a usual line of syslog says besides its time is deferred ([`format::DeferredParser`]): the columns of a segment
//! are made when a question first names a field that may be among them ([`store::ReadDeferred`]). Rows are there in a
//! third of the time, and no answer is another one.
//!
//! # What never happens
//!
//! - No record is lost: each becomes an event, a copy of one, or a reject with its place and reason, and for every
//!   source `records = events + duplicates + rejects`.
//! - No answer depends on the number of shards, the cut of chunks, the order of files or when it was asked.
//! - `format` never names `store`, `query` never names `format`, and only `wasm` names a type of JavaScript
//!   (`tests/it/tidy.rs` holds all rooms to the table above).
//! - Nothing is sized by a number that a file says of itself; every limit stands in [`base::limits`].

pub mod base;
pub mod clock;
pub mod container;
pub mod derive;
pub mod engine;
pub mod format;
pub mod frame;
pub mod messages;
pub mod query;
pub mod store;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
