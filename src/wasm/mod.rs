//! The browser's door: converts, calls, converts back. The only room that knows JavaScript's types.

mod figures;
mod hub;
mod message;
mod original;
mod reply;
mod request;

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

pub use self::hub::Hub;
use self::message::{error_message, to_js};
pub use self::original::read_original;
use self::request::from_js;
use crate::base::{Problem, Span, limits};
use crate::engine::{self, Ask, Clock, Context, Opening, PieceOf, Report, TreatAs, Zone};

/// Runs once, when the module starts: a panic is told with its place before the instance ends.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Has the browser compile what the first file and the first question will need.
#[wasm_bindgen(js_name = warmUp)]
pub fn warm_up() {
    engine::warm_up();
}

/// Has the system give `n_bytes` of memory now, if it has them, which stay with the allocator: the first touch of a page
/// takes longer than reading what comes to lie on it.
#[wasm_bindgen(js_name = touchMemory)]
pub fn touch_memory(n_bytes: u32) {
    const PAGE: usize = 4 << 10;
    let mut room = Vec::<u8>::new();
    if room.try_reserve_exact(n_bytes as usize).is_ok() {
        room.spare_capacity_mut().iter_mut().step_by(PAGE).for_each(|byte| {
            byte.write(0);
        });
    }
    drop(std::hint::black_box(room));
}

/// The limits that who carries the bytes must keep.
#[wasm_bindgen(js_name = limits)]
pub fn limits_message() -> Result<JsValue, JsValue> {
    to_js(&LimitsMessage {
        shard_bytes: limits::SHARD_BYTES as f64,
        original_bytes: limits::ORIGINAL_BYTES as f64,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LimitsMessage {
    /// Of linear memory, at which a shard takes no further file.
    shard_bytes: f64,
    /// Of an event's original that are read again.
    original_bytes: f64,
}

/// A piece of a large file, on its way from the shard that cuts to the one that reads.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PieceMessage {
    format: u32,
    confidence: u8,
    offset: f64,
    length: f64,
    line: f64,
    context: u32,
    is_last: bool,
}

impl PieceMessage {
    fn to_piece(&self, head: &[u8]) -> PieceOf {
        let at =
            Span { offset: self.offset as u64, length: self.length as u64, line_number: self.line as u64 };
        PieceOf {
            format: self.format as usize,
            confidence: self.confidence,
            at,
            context: Context::from_bits(self.context),
            is_last: self.is_last,
            head: head.into(),
        }
    }
}

/// How a source is to be read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpeningMessage {
    source: u32,
    path: String,
    /// Milliseconds since the epoch.
    modified: Option<f64>,
    hashes: bool,
    treat_as: Option<TreatAsMessage>,
    member: Option<u32>,
    #[serde(default)]
    skip: Vec<u32>,
    piece: Option<PieceMessage>,
}

#[derive(Deserialize)]
struct TreatAsMessage {
    format: String,
    #[serde(default)]
    settings: String,
}

/// Memory that is grown at a time while a large file is read: each growth stops all threads of the page for a moment.
const GROW_BYTES: usize = 32 << 20;

/// Has so much memory at hand that what is read next need not grow it: what is freed stays with the allocator.
fn grow_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(GROW_BYTES)));
}

fn nanos_of(milliseconds: f64) -> i64 {
    (milliseconds * 1e6) as i64
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CutMessage {
    pieces: Vec<PieceMessage>,
    is_whole: bool,
}

/// See [`engine::Shard`].
#[wasm_bindgen]
pub struct Shard(engine::Shard);

#[wasm_bindgen]
impl Shard {
    /// Without a row; `number` is its place among the shards.
    #[wasm_bindgen(constructor)]
    pub fn new(number: u32) -> Shard {
        Shard(engine::Shard::new(number as usize))
    }

    /// Begins a source as the message says, its times in `zone` ([`Hub::zone_to_read`]); `head` is how the source of a
    /// piece begins.
    pub fn open(&mut self, opening: JsValue, zone: &[u8], head: &[u8]) -> Result<(), JsValue> {
        let opening: OpeningMessage = from_js(opening)?;
        if opening.piece.is_some() {
            grow_memory();
        }
        let treat_as = opening.treat_as.map(|said| TreatAs { format: said.format, settings: said.settings });
        self.0.open(Opening {
            source: opening.source,
            path: opening.path,
            modified: opening.modified.map(nanos_of),
            zone: Zone::from_bytes(zone).into(),
            hashes: opening.hashes,
            treat_as,
            member: opening.member,
            skip: opening.skip,
            piece: opening.piece.as_ref().map(|piece| piece.to_piece(head)),
        });
        Ok(())
    }

    /// Reads the times of a source by another clock ([`Hub::settle_clocks`]).
    #[wasm_bindgen(js_name = setClock)]
    pub fn set_clock(&mut self, source: u32, clock: &[u8]) {
        self.0.set_clock(source, &Clock::from_bytes(clock));
    }

    /// Forgets what was read of these sources.
    pub fn forget(&mut self, sources: &[u32]) {
        sources.iter().for_each(|&source| self.0.forget(source));
    }

    /// Takes the next bytes of the open source.
    pub fn push(&mut self, chunk: &[u8]) {
        self.0.push(chunk);
    }

    /// Ends the open source; reports of it and its members. `code` names what kept the caller from reading all of it, `why` says it.
    pub fn close(&mut self, code: &str, why: &str) -> Vec<u8> {
        Report::list_to_bytes(&self.0.close(Problem::from_outside(code, why)))
    }

    /// How many events wait to be sealed.
    #[wasm_bindgen(js_name = unsealedCount)]
    pub fn unsealed_count(&self) -> u32 {
        self.0.n_unsealed() as u32
    }

    /// Bytes that what was left of events will take at most, once it is asked for.
    #[wasm_bindgen(js_name = deferredBytes)]
    pub fn left_bytes(&self) -> f64 {
        self.0.n_deferred_bytes() as f64
    }

    /// Makes the events read so far rows that can be asked for.
    pub fn seal(&mut self) {
        self.0.seal();
    }

    /// For [`Hub::merge_rows`].
    #[wasm_bindgen(js_name = rowsSince)]
    pub fn rows_since(&self, first: u32, first_field: u32, first_member: u32) -> Vec<u8> {
        self.0.rows_since(first as usize, first_field as usize, first_member as usize)
    }

    /// Excludes rows that are duplicates.
    #[wasm_bindgen(js_name = excludeDuplicates)]
    pub fn exclude_duplicates(&mut self, rows: &[u32]) {
        self.0.exclude_duplicates(rows);
    }

    /// Includes all rows again: no row is known as a duplicate any more.
    #[wasm_bindgen(js_name = includeDuplicates)]
    pub fn include_duplicates(&mut self) {
        self.0.include_duplicates();
    }

    /// Begins to answer what the hub puts.
    pub fn begin(&mut self, ask: &[u8]) -> Result<Asking, JsValue> {
        self.0.begin(Ask::from_bytes(ask)).map(Asking).map_err(|error| error_message(&error))
    }

    /// Goes on by one segment; whether there is more to do.
    pub fn step(&mut self, asking: &mut Asking) -> bool {
        self.0.step(&mut asking.0)
    }

    /// What the hub is to merge.
    pub fn finish(&mut self, asking: Asking) -> Vec<u8> {
        self.0.finish(asking.0)
    }

    /// Makes these steps from now on ([`Hub::steps_text`]).
    #[wasm_bindgen(js_name = setSteps)]
    pub fn set_steps(&mut self, list: &str) -> Result<(), JsValue> {
        self.0.set_steps(list).map_err(|error| error_message(&error))
    }
}

/// See [`engine::Asking`].
#[wasm_bindgen]
pub struct Asking(engine::Asking);

/// See [`engine::Cutter`].
#[wasm_bindgen]
#[derive(Default)]
pub struct Cutter(engine::Cutter);

#[wasm_bindgen]
impl Cutter {
    /// For the start of a file of so many bytes, of which the analyst may have said the format.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: f64, treat_as: Option<String>) -> Cutter {
        Cutter(engine::Cutter::new(bytes as u64, treat_as.as_deref()))
    }

    /// How the file begins, for `Shard.open` of its pieces.
    pub fn head(&self) -> Vec<u8> {
        self.0.head().to_vec()
    }

    /// Which bytes are to be pushed next, some of the first of these: first and end.
    pub fn wanted(&self) -> Vec<f64> {
        let wanted = self.0.wanted();
        vec![wanted.start as f64, wanted.end as f64]
    }

    /// Takes bytes that are wanted; the pieces known now.
    pub fn push(&mut self, chunk: &[u8]) -> Result<JsValue, JsValue> {
        let pieces = self.0.push(chunk);
        let (format, is_whole) = (self.0.format(), self.0.is_whole());
        to_js(&CutMessage { pieces: piece_messages(&pieces, format), is_whole })
    }

    /// Says that there are no more bytes; the last pieces.
    pub fn finish(self) -> Result<JsValue, JsValue> {
        let format = self.0.format();
        // A file that ends within its head has no pieces.
        let is_whole = format.is_none();
        to_js(&CutMessage { pieces: piece_messages(&self.0.finish(), format), is_whole })
    }
}

/// See [`engine::Hasher`].
#[wasm_bindgen]
#[derive(Default)]
pub struct Hasher(engine::Hasher);

#[wasm_bindgen]
impl Hasher {
    /// Of no bytes.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        self.0.push(chunk);
    }

    /// SHA-256 in hexadecimal.
    pub fn finish(self) -> String {
        self.0.finish()
    }
}

fn piece_messages(
    pieces: &[engine::Piece],
    format: Option<(usize, engine::Confidence)>,
) -> Vec<PieceMessage> {
    let message = |piece: &engine::Piece| {
        let (format, confidence) = format?;
        Some(PieceMessage {
            format: format as u32,
            confidence: confidence.0,
            offset: piece.at.offset as f64,
            length: piece.at.length as f64,
            line: piece.at.line_number as f64,
            context: piece.context.to_bits(),
            is_last: piece.is_last,
        })
    };
    pieces.iter().filter_map(message).collect()
}

#[derive(Serialize)]
struct FormatMessage {
    name: &'static str,
    settings: Option<&'static str>,
    fields: Vec<FormatFieldMessage>,
}

#[derive(Serialize)]
struct FormatFieldMessage {
    name: &'static str,
    description: &'static str,
}

/// Every format, and the fields that it is known to produce.
#[wasm_bindgen(js_name = formats)]
pub fn formats_message() -> Result<JsValue, JsValue> {
    let field = |spec: &engine::FieldSpec| FormatFieldMessage { name: spec.name, description: spec.meaning };
    let formats = engine::formats().map(|format| FormatMessage {
        name: format.name(),
        settings: format.settings(),
        fields: format.fields().iter().map(field).collect(),
    });
    to_js(&formats.collect::<Vec<_>>())
}

/// The named patterns of grok: name, what it stands for, what it means.
#[wasm_bindgen(js_name = grokPatterns)]
pub fn grok_patterns() -> Result<JsValue, JsValue> {
    to_js(&engine::GROK_PATTERNS)
}
