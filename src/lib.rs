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
//! # Glossary: one word, one thing
//!
//! | word | meaning |
//! |---|---|
//! | source | one file that the analyst dropped, or a member of an archive, with a path and a number ([`base::ids`]) |
//! | container, member | a wrapper (gzip, zip, tar); one stream of bytes inside a wrapper |
//! | format | one kind of log ([`format::Format`]) |
//! | framer | cuts a member into records, wherever the member's bytes are cut into chunks |
//! | record | the raw bytes of one entry, with their span (byte offset, length, line number) |
//! | event | a record that a format understood: a timestamp and fields |
//! | reject | a record that no format understood, with its place and the reason |
//! | problem | a fault of a whole source (damaged, cut, too large), with a stable code |
//! | duplicate | an event whose identifier and content, compared by hash, equal those of an event that is already a row |
//! | field | a named value of an event; nested names are dotted paths (`userIdentity.arn`) |
//! | common field | a field named as in the Elastic Common Schema, which unlike formats share (`source.ip`) |
//! | deferred field | a field that the parser leaves in the record until a question first names the field |
//! | timestamp | `i64` nanoseconds since the Unix epoch, UTC; a `bigint` in JavaScript |
//! | clock | the zone and the years by which the times of one source are read |
//! | column | the values of one field in one segment |
//! | segment | an immutable batch of events, stored by column |
//! | view | a segment with its clock, its derived columns and its deferred fields |
//! | row | an index into a segment or a shard, 0-based; in an answer, an index into its order |
//! | rank | the place of a row in the order (timestamp, path, offset) of all rows |
//! | dictionary, code | the distinct texts of a column; an index into them |
//! | step | one derivation of columns from other columns: a split, a cast, a combination |
//! | derived column | a column that a step makes |
//! | query | the text that the analyst asked, parsed; names only |
//! | clause | one part of the outermost `and` of a query |
//! | plan | a query resolved to columns and types |
//! | selection | the rows that a query accepts, in an order |
//! | facet | the values of one field in a selection, with counts |
//! | pivot | aggregates by row keys and column keys |
//! | measure | one aggregate of a pivot: count, sum, distinct, first seen |
//! | aggregate | a summary of rows that can be merged: count, sum, minimum, maximum |
//! | window | the rows of a selection that the grid shows now |
//! | shard | the segments of one worker, and the reader that fills them |
//! | hub | holds every source and the order of all rows, and merges what the shards answer; holds no event |
//! | request, reply | one question of a caller; its answer |
//! | inquiry | the rounds of one request: which ask follows which partials ([`engine::inquiry`]) |
//! | ask | what the hub sends to shards in one round |
//! | partial | what one shard answers to an ask; partials can be merged in any order |
//! | piece | a part of a large file that one shard reads; the seam is the border of two pieces |
//! | batch | the sources of one call of `add` |
//! | recipe | what the analyst did, as a versioned JSON document without log data |
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
