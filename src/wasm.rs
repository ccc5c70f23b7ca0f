//! The browser's door: converts, calls, converts back. The only file that knows JavaScript's types.

use gloo::events::EventListener;
use gloo::file::Blob;
use gloo::timers::future::TimeoutFuture;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::base::text::utf16_places;
use crate::base::{Error, ErrorKind, Kind, Kinds, Problem, Span, limits};
use crate::engine::{
    self, Answer, Ask, Asked, Bucket, By, Choice, ClauseState, Clock, Context, Counts, Edit, Facet,
    FacetOrder, Figure, Found, Group, GroupKind, How, Level, Measure, Member, Members, Occurrence, Opening,
    PathKey, PieceOf, Pivot, Place, ReadText, Report, RowRef, Series, SourceState, Tally, Timeline,
    TokenKind, TreatAs, Unwrapper, Wanted, Well, Wish, Zone, is_json, meaning_of,
};

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

/// Whether `text` is one JSON value.
#[wasm_bindgen(js_name = isJson)]
pub fn is_json_text(text: &[u8]) -> bool {
    is_json(text)
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
        let opening: OpeningMessage = serde_wasm_bindgen::from_value(opening)?;
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
    #[wasm_bindgen(js_name = leftBytes)]
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

    /// These rows are copies.
    pub fn bury(&mut self, rows: &[u32]) {
        self.0.exclude_duplicates(rows);
    }

    /// No row is a copy any more.
    pub fn unbury(&mut self) {
        self.0.include_duplicates();
    }

    /// Begins to answer what the hub asks.
    pub fn begin(&self, ask: &[u8]) -> Result<Asking, JsValue> {
        self.0.begin(Ask::from_bytes(ask)).map(Asking).map_err(|error| js_error(&error, ""))
    }

    /// Goes on by one segment; whether there is more to do.
    pub fn step(&mut self, asking: &mut Asking) -> bool {
        self.0.step(&mut asking.0)
    }

    /// What the hub is to merge.
    pub fn finish(&mut self, asking: Asking) -> Vec<u8> {
        self.0.finish(asking.0)
    }

    /// Makes these steps from now on ([`Hub::set_steps`]).
    #[wasm_bindgen(js_name = setSteps)]
    pub fn set_steps(&mut self, list: &str) -> Result<(), JsValue> {
        self.0.set_steps(list).map_err(|error| js_error(&error, list))
    }

    /// For [`Hub::finish_survey`].
    pub fn survey(&self, step: &str) -> Result<Vec<u8>, JsValue> {
        self.0.survey(step).map_err(|error| js_error(&error, step))
    }

    /// For [`Hub::finish_filter`]: the rows that a step would not fit.
    #[wasm_bindgen(js_name = tryMisfits)]
    pub fn try_misfits(&mut self, step: &str, ask: &[u8]) -> Result<Vec<u8>, JsValue> {
        self.0.try_misfits(step, Ask::from_bytes(ask)).map_err(|error| js_error(&error, step))
    }

    /// For [`Hub::finish_rows`]: what a step would read and make.
    #[wasm_bindgen(js_name = tryCells)]
    pub fn try_cells(&mut self, rows: &[u32], step: &str) -> Result<Vec<u8>, JsValue> {
        self.0.try_cells(step, rows).map_err(|error| js_error(&error, step))
    }

    /// For [`Hub::suggest`].
    pub fn texts(&self, rows: &[u32], field: &str) -> Vec<u8> {
        self.0.texts(rows, field)
    }

    /// For [`Hub::finish_rows`].
    pub fn cells(&self, rows: &[u32], fields: Vec<String>) -> Vec<u8> {
        self.0.cells(rows, &fields)
    }

    /// For [`Hub::finish_event`].
    pub fn event(&self, row: u32) -> Vec<u8> {
        self.0.event(row)
    }

    /// For [`Hub::finish_copies`].
    pub fn places(&self, rows: &[u32]) -> Vec<u8> {
        self.0.places(rows)
    }

    /// For [`Hub::finish_rejects`].
    pub fn rejects(&self) -> Vec<u8> {
        self.0.rejects()
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

/// See [`engine::Hub`].
#[wasm_bindgen]
pub struct Hub(engine::Hub);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceMessage<'a> {
    id: u32,
    path: &'a str,
    parent: Option<u32>,
    members: f64,
    bytes: f64,
    modified: Option<f64>,
    sha256: Option<&'a str>,
    containers: &'a [String],
    format: Option<&'a str>,
    confidence: Option<u8>,
    is_format_set: bool,
    clock: ClockMessage<'a>,
    records: f64,
    events: f64,
    duplicates: f64,
    rejects: f64,
    first_time: Option<i64>,
    last_time: Option<i64>,
    problems: Vec<ProblemMessage<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClockMessage<'a> {
    zone: &'a str,
    is_zone_set: bool,
    zoneless: f64,
    yearless: f64,
    year: Option<f64>,
    year_reason: Option<&'static str>,
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

#[derive(Serialize)]
struct ProblemMessage<'a> {
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct TotalsMessage {
    rows: f64,
    events: f64,
    duplicates: f64,
    rejects: f64,
}

/// Which facets are asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FacetsMessage {
    fields: Vec<String>,
    limit: f64,
    order: String,
    search: Option<String>,
    ignoring_own: bool,
}

#[derive(Serialize)]
struct FacetMessage {
    field: String,
    values: Vec<ValueMessage>,
    distinct: f64,
    rows: f64,
    missing: f64,
    others: f64,
}

#[derive(Serialize)]
struct ValueMessage {
    value: String,
    count: f64,
    first: Option<i64>,
    last: Option<i64>,
}

impl From<Facet> for FacetMessage {
    fn from(facet: Facet) -> FacetMessage {
        let value = |(value, tally): (String, Tally)| {
            let (first, last) = tally.span().unzip();
            ValueMessage { value, count: tally.n_rows as f64, first, last }
        };
        FacetMessage {
            field: facet.field,
            values: facet.values.into_iter().map(value).collect(),
            distinct: facet.n_distinct as f64,
            rows: facet.n_rows as f64,
            missing: facet.n_missing as f64,
            others: facet.n_others as f64,
        }
    }
}

#[derive(Serialize)]
struct ExplainedMessage<'a> {
    text: &'a str,
    first: f64,
    end: f64,
    alone: f64,
    without: f64,
}

/// Which timeline is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WishMessage {
    by: Option<String>,
    limit: f64,
    buckets: f64,
    interval: Option<i64>,
    first: Option<i64>,
    end: Option<i64>,
    ignoring_own: bool,
}

impl WishMessage {
    fn to_wish(&self) -> Wish {
        Wish {
            by: self.by.clone(),
            limit: self.limit as usize,
            n_buckets: self.buckets as usize,
            interval: self.interval,
            range: (self.first, self.end),
        }
    }
}

#[derive(Serialize)]
struct TimelineMessage {
    first: i64,
    interval: i64,
    buckets: f64,
    timeless: f64,
    series: Vec<SeriesMessage>,
    span: Option<SpanMessage>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SeriesMessage {
    value: Option<String>,
    is_others: bool,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    counts: js_sys::Uint32Array,
    total: f64,
}

#[derive(Serialize)]
struct SpanMessage {
    first: i64,
    last: i64,
}

impl From<Timeline> for TimelineMessage {
    fn from(timeline: Timeline) -> TimelineMessage {
        let series = |series: Series| SeriesMessage {
            counts: js_sys::Uint32Array::from(&series.counts[..]),
            total: series.n_rows() as f64,
            value: series.value,
            is_others: series.is_others,
        };
        TimelineMessage {
            first: timeline.buckets.first,
            interval: timeline.buckets.interval,
            buckets: timeline.buckets.n as f64,
            timeless: timeline.n_timeless as f64,
            series: timeline.series.into_iter().map(series).collect(),
            span: timeline.span.map(|(first, last)| SpanMessage { first, last }),
        }
    }
}

/// Which pivot is asked for.
#[derive(Deserialize)]
struct PivotMessage {
    rows: Vec<WellMessage>,
    columns: Vec<WellMessage>,
    values: Vec<MeasureMessage>,
    /// The keys of the groups of columns that order the rows; null for no value.
    at: Vec<Option<String>>,
    /// Of the outermost groups of rows.
    first: Option<f64>,
    end: Option<f64>,
    /// About so many intervals of time, where none is given.
    buckets: f64,
}

#[derive(Deserialize)]
struct WellMessage {
    field: String,
    bucket: String,
    interval: Option<i64>,
    width: Option<f64>,
    /// The number of a value; none for the key.
    by: Option<u32>,
    descending: bool,
    limit: Option<f64>,
}

#[derive(Deserialize)]
struct MeasureMessage {
    kind: String,
    #[serde(default)]
    field: String,
    quantile: Option<f64>,
    limit: Option<f64>,
}

impl PivotMessage {
    fn to_pivot(&self) -> Result<Pivot, Error> {
        let wells = |wells: &[WellMessage]| wells.iter().map(WellMessage::to_well).collect::<Result<_, _>>();
        let key = |key: &Option<String>| key.clone().map_or(PathKey::Missing, PathKey::Text);
        Ok(Pivot {
            rows: wells(&self.rows)?,
            columns: wells(&self.columns)?,
            measures: self.values.iter().map(MeasureMessage::to_measure).collect::<Result<_, _>>()?,
            order_at: self.at.iter().map(key).collect(),
            page: self.end.map(|end| (self.first.unwrap_or(0.0) as usize, end as usize)),
        })
    }
}

impl WellMessage {
    fn is_automatic(&self) -> bool {
        self.bucket == "time" && self.interval.is_none()
    }

    fn to_well(&self) -> Result<Well, Error> {
        let bucket = match self.bucket.as_str() {
            // Every event has a time of its own: without a bucket it is that.
            "value" => Bucket::Value,
            "time" => Bucket::Time { nanos: self.interval.unwrap_or(0) },
            "hour" => Bucket::Hour,
            "weekday" => Bucket::Weekday,
            "number" => Bucket::Number { width: self.width.unwrap_or(0.0) },
            other => {
                let expected = "expected value, time, hour, weekday or number";
                return Err(Error::new(ErrorKind::Range, format!("{expected}, found {other:?}")));
            }
        };
        Ok(Well {
            level: Level { field: self.field.clone(), bucket },
            by: self.by.map_or(By::Key, |number| By::Measure(number as usize)),
            is_descending: self.descending,
            limit: self.limit.map(|limit| limit as usize),
        })
    }
}

impl MeasureMessage {
    fn to_measure(&self) -> Result<Measure, Error> {
        let field = self.field.clone();
        Ok(match self.kind.as_str() {
            "count" => Measure::Count,
            "shareOfRow" => Measure::ShareOfRow,
            "shareOfColumn" => Measure::ShareOfColumn,
            "shareOfTotal" => Measure::ShareOfTotal,
            "first" => Measure::First,
            "last" => Measure::Last,
            "distinct" => Measure::Distinct(field),
            "sum" => Measure::Sum(field),
            "min" => Measure::Min(field),
            "max" => Measure::Max(field),
            "mean" => Measure::Mean(field),
            "median" => Measure::Quantile(field, 0.5),
            "quantile" => Measure::Quantile(field, self.quantile.unwrap_or(0.5)),
            "list" => Measure::List(field, self.limit.unwrap_or(10.0) as usize),
            other => return Err(Error::new(ErrorKind::Range, format!("there is no value {other:?}"))),
        })
    }
}

#[derive(Serialize)]
struct PivotAnswerMessage {
    rows: Vec<GroupMessage>,
    columns: Vec<GroupMessage>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    values: js_sys::Array,
}

#[derive(Serialize)]
struct GroupMessage {
    depth: u32,
    parent: u32,
    kind: &'static str,
    text: String,
    key: Option<String>,
    span: Option<BucketMessage>,
    inside: f64,
    query: Option<String>,
}

#[derive(Serialize)]
struct BucketMessage {
    first: i64,
    end: i64,
}

#[derive(Serialize)]
struct ListedMessage<'a> {
    value: &'a str,
    count: f64,
}

#[derive(Serialize)]
struct OccurrenceMessage<'a> {
    dataset: Option<&'a str>,
    field: &'a str,
    whole: f64,
    part: f64,
    first: Option<i64>,
    last: Option<i64>,
}

impl<'a> From<&'a Occurrence> for OccurrenceMessage<'a> {
    fn from(found: &'a Occurrence) -> OccurrenceMessage<'a> {
        let mut all = found.whole;
        all.merge(&found.part);
        let (first, last) = all.span().unzip();
        OccurrenceMessage {
            dataset: found.dataset.as_deref(),
            field: &found.field,
            whole: found.whole.n_rows as f64,
            part: found.part.n_rows as f64,
            first,
            last,
        }
    }
}

fn pivot_message(answer: Answer) -> Result<JsValue, JsValue> {
    let group = |group: Group| GroupMessage {
        depth: group.depth as u32,
        parent: group.parent,
        kind: match group.kind {
            GroupKind::Total => "total",
            GroupKind::Key => "value",
            GroupKind::Missing => "missing",
            GroupKind::Others => "others",
        },
        text: group.text,
        key: group.key,
        span: group.span.map(|(first, end)| BucketMessage { first, end }),
        inside: group.n_inside as f64,
        query: group.query,
    };
    let values = js_sys::Array::new();
    for figures in &answer.figures {
        let column = js_sys::Array::new();
        for figure in figures {
            column.push(&match figure {
                Figure::None => JsValue::NULL,
                Figure::Number(number) => JsValue::from_f64(*number),
                Figure::Time(time) => JsValue::from(*time),
                Figure::List(list) => {
                    let listed = list.iter().map(|(value, n)| ListedMessage { value, count: *n as f64 });
                    to_js(&listed.collect::<Vec<_>>())?
                }
            });
        }
        values.push(&column);
    }
    to_js(&PivotAnswerMessage {
        rows: answer.rows.into_iter().map(group).collect(),
        columns: answer.columns.into_iter().map(group).collect(),
        values,
    })
}

#[derive(Deserialize)]
struct SortMessage {
    field: String,
    #[serde(default)]
    descending: bool,
}

#[derive(Serialize)]
struct SelectionMessage {
    number: u32,
    count: f64,
    total: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FieldMessage {
    name: String,
    kinds: Vec<&'static str>,
    rows: f64,
    distinct: Option<f64>,
    is_multiple: bool,
    description: &'static str,
}

#[derive(Serialize)]
struct RejectMessage<'a> {
    source: u32,
    path: &'a str,
    offset: f64,
    length: f64,
    line: Option<f64>,
    reason: &'a str,
}

#[derive(Serialize)]
struct RejectsMessage<'a> {
    count: f64,
    rejects: Vec<RejectMessage<'a>>,
}

#[derive(Serialize)]
struct ValuesMessage<'a> {
    name: &'a str,
    values: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventMessage<'a> {
    source: u32,
    /// The file that holds it, and which member of it.
    file: u32,
    member: Option<u32>,
    path: &'a str,
    offset: f64,
    length: f64,
    line: Option<f64>,
    time: Option<i64>,
    is_wrapped: bool,
    fields: Vec<ValuesMessage<'a>>,
    copies: Vec<u32>,
}

#[derive(Serialize)]
struct CopyMessage<'a> {
    path: &'a str,
    offset: f64,
    line: Option<f64>,
}

#[wasm_bindgen]
impl Hub {
    /// For this many shards.
    #[wasm_bindgen(constructor)]
    pub fn new(shards: u32) -> Hub {
        Hub(engine::Hub::new(shards as usize))
    }

    /// A new file, last modified so many milliseconds after the epoch; its number.
    #[wasm_bindgen(js_name = addSource)]
    pub fn add_source(&mut self, path: &str, bytes: f64, modified: Option<f64>) -> u32 {
        self.0.add_source(path, bytes as u64, modified.map(nanos_of))
    }

    /// Takes reports of a shard.
    pub fn report(&mut self, shard: u32, reports: &[u8]) {
        self.0.report(shard as usize, Report::list_from_bytes(reports));
    }

    /// For `Shard.open`.
    #[wasm_bindgen(js_name = zoneToRead)]
    pub fn zone_to_read(&mut self, source: u32) -> Vec<u8> {
        self.0.zone_to_read(source).to_bytes()
    }

    /// Sets the zone of times that say none, of one source or of all: from `seconds` since the epoch on, ascending, a
    /// clock is so many `offsets` ahead of UTC; the first holds for all before it.
    #[wasm_bindgen(js_name = setZone)]
    pub fn set_zone(&mut self, source: Option<u32>, name: &str, seconds: &[f64], offsets: &[i32]) {
        let changes = seconds.iter().map(|&seconds| seconds as i64).zip(offsets.iter().copied()).collect();
        self.0.set_zone(source, Zone { name: name.to_owned(), changes });
    }

    /// Sets the year of the newest record of a source whose records say none.
    #[wasm_bindgen(js_name = setYear)]
    pub fn set_year(&mut self, source: u32, year: Option<i32>) {
        self.0.set_year(source, year.map(i64::from));
    }

    /// Clocks by which sources are to be read anew: pairs of a number and what `Shard.setClock` takes.
    #[wasm_bindgen(js_name = settleClocks)]
    pub fn settle_clocks(&mut self) -> js_sys::Array {
        let pair = |(source, clock): (u32, Clock)| {
            let bytes = js_sys::Uint8Array::from(clock.to_bytes().as_slice());
            js_sys::Array::of2(&JsValue::from(source), &bytes)
        };
        self.0.settle_clocks().into_iter().map(pair).collect()
    }

    /// A source is to be read again: for `Shard.forget`.
    #[wasm_bindgen(js_name = forgetSource)]
    pub fn forget_source(&mut self, source: u32) -> Vec<u32> {
        self.0.forget_source(source)
    }

    /// Forgets every row, for all shards to tell theirs again.
    #[wasm_bindgen(js_name = beginAnew)]
    pub fn begin_anew(&mut self) {
        self.0.begin_anew();
    }

    /// The file of a source, and which member of it; of a file itself and nothing, if there is such a source.
    #[wasm_bindgen(js_name = fileOf)]
    pub fn file_of(&self, source: u32) -> Option<Vec<u32>> {
        let parent = self.0.find_source(source)?.parent;
        Some(parent.map_or(vec![source], |(file, ordinal)| vec![file, ordinal]))
    }

    /// Adds what is wrong with a source that no shard could report.
    #[wasm_bindgen(js_name = addProblem)]
    pub fn add_problem(&mut self, source: u32, code: &str, why: &str) {
        if let Some(problem) = Problem::from_outside(code, why) {
            self.0.add_problem(source, &problem);
        }
    }

    /// Sets the hash of a source.
    #[wasm_bindgen(js_name = setSha256)]
    pub fn set_sha256(&mut self, source: u32, sha256: String) {
        self.0.set_sha256(source, sha256);
    }

    /// Where `rowsSince` of a shard is to go on: row, field, member.
    #[wasm_bindgen(js_name = knownOf)]
    pub fn known_of(&self, shard: u32) -> Vec<u32> {
        let (rows, fields, members) = self.0.known_of(shard as usize);
        vec![rows as u32, fields as u32, members as u32]
    }

    /// Takes the new rows of all shards.
    #[wasm_bindgen(js_name = mergeRows)]
    pub fn merge_rows(&mut self, partials: Vec<js_sys::Uint8Array>) {
        self.0.merge_rows(&bytes_of(partials));
    }

    /// For `Shard.bury`.
    #[wasm_bindgen(js_name = takeToBury)]
    pub fn take_to_bury(&mut self, shard: u32) -> Vec<u32> {
        self.0.take_duplicates(shard as usize)
    }

    /// A shard was lost: forgets every row and what it had read.
    #[wasm_bindgen(js_name = forgetShard)]
    pub fn forget_shard(&mut self, shard: u32) {
        self.0.forget_shard(shard as usize);
    }

    /// All sources: files, then members of archives.
    pub fn sources(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.sources().map(source_message).collect::<Vec<_>>())
    }

    /// Rows, and what became of all records.
    pub fn totals(&self) -> Result<JsValue, JsValue> {
        let Counts { n_events, n_duplicates, n_rejects } = self.0.totals();
        to_js(&TotalsMessage {
            rows: self.0.n_rows() as f64,
            events: n_events as f64,
            duplicates: n_duplicates as f64,
            rejects: n_rejects as f64,
        })
    }

    /// Asks all shards which rows `query` accepts.
    #[wasm_bindgen(js_name = askFilter)]
    pub fn ask_filter(&self, query: &str, sort: JsValue) -> Result<Vec<u8>, JsValue> {
        let ask = self.0.ask_filter(query, &sort_keys(sort)?).map_err(|error| js_error(&error, query))?;
        Ok(ask.to_bytes())
    }

    /// The text of a query, right or wrong: tokens, clauses, what is wrong.
    pub fn parse(&self, query: &str) -> Result<JsValue, JsValue> {
        to_js(&parsed_message(&self.0.read(query), &utf16_places(query)))
    }

    /// What the place of the cursor takes, and for a value what to ask for: see [`Hub::complete`].
    pub fn place(&self, query: &str, cursor: u32) -> Result<JsValue, JsValue> {
        let place = self.0.place_in(query, byte_at(&utf16_places(query), cursor));
        let values = match &place.wanted {
            Wanted::Value { field } => Some(AskMessage { field, search: &place.typed, query: &place.others }),
            _ => None,
        };
        to_js(&PlaceMessage { kind: kind_name(&place.wanted), values })
    }

    /// The choices for the place of the cursor: of the fields that `Shard.fields` told, or of these values.
    pub fn complete(
        &self,
        query: &str,
        cursor: u32,
        fields: Vec<js_sys::Uint8Array>,
        values: JsValue,
    ) -> Result<JsValue, JsValue> {
        let places = utf16_places(query);
        let place = self.0.place_in(query, byte_at(&places, cursor));
        let values: Vec<FoundMessage> = serde_wasm_bindgen::from_value(values)?;
        let choices = match place.wanted {
            Wanted::Field { .. } => self.field_choices(&place, fields),
            Wanted::Value { .. } => {
                let found = values.iter();
                place.values(found.map(|found| (found.value.as_str(), found.count.map(|count| count as u64))))
            }
            _ => place.words(),
        };
        to_js(&CompletionMessage {
            first: places[place.at.start],
            end: places[place.at.end],
            kind: kind_name(&place.wanted),
            options: choices.iter().map(option_message).collect(),
        })
    }

    fn field_choices(&self, place: &Place, fields: Vec<js_sys::Uint8Array>) -> Vec<Choice> {
        let fields = self.0.finish_fields(&bytes_of(fields), false);
        place.fields(fields.iter().map(|field| (field.name.as_str(), meaning_of(&field.name), field.n_rows)))
    }

    /// Keeps these steps; the list for `Shard.setSteps`.
    #[wasm_bindgen(js_name = setSteps)]
    pub fn set_steps(&mut self, list: &str) -> Result<String, JsValue> {
        self.0.set_steps(list).map_err(|error| js_error(&error, list))
    }

    /// The list for `Shard.setSteps`.
    #[wasm_bindgen(js_name = stepsText)]
    pub fn steps_text(&self) -> String {
        self.0.steps_text()
    }

    /// The list with one more step.
    #[wasm_bindgen(js_name = withStep)]
    pub fn with_step(&self, step: &str) -> Result<String, JsValue> {
        self.0.with_step(step).map_err(|error| js_error(&error, step))
    }

    /// Each step with what keeps it from making anything, as JSON.
    #[wasm_bindgen(js_name = stepStates)]
    pub fn step_states(&self) -> String {
        self.0.step_states()
    }

    /// Whether the values are to say which columns a step makes.
    #[wasm_bindgen(js_name = needsSurvey)]
    pub fn needs_survey(&self, step: &str) -> Result<bool, JsValue> {
        self.0.needs_survey(step).map_err(|error| js_error(&error, step))
    }

    /// The step with its columns.
    #[wasm_bindgen(js_name = finishSurvey)]
    pub fn finish_survey(&self, step: &str, partials: Vec<js_sys::Uint8Array>) -> Result<String, JsValue> {
        self.0.finish_survey(step, &bytes_of(partials)).map_err(|error| js_error(&error, step))
    }

    /// What to ask for the rows of a query that have something for a step to read.
    pub fn readable(&self, step: &str, query: &str) -> Result<String, JsValue> {
        self.0.readable(step, query).map_err(|error| js_error(&error, query))
    }

    /// What to ask for the rows of a query that have a value in `field`.
    #[wasm_bindgen(js_name = withValue)]
    pub fn with_value(&self, query: &str, field: String) -> Result<String, JsValue> {
        self.0.with_value(query, &[field]).map_err(|error| js_error(&error, query))
    }

    /// Some rows from all over an answer of `count`.
    pub fn sample(&self, selection: u32, count: f64) -> Result<Vec<u32>, JsValue> {
        let rows = self.0.sample(selection, count as usize).map_err(|error| js_error(&error, ""))?;
        Ok(rows.into_iter().map(RowRef::to_bits).collect())
    }

    /// Steps that a column could be read by, as JSON, from `Shard.texts` of `rows`.
    pub fn suggest(&self, field: &str, rows: &[u32], partials: Vec<js_sys::Uint8Array>) -> String {
        let rows: Vec<RowRef> = rows.iter().map(|&row| RowRef::from_bits(row)).collect();
        self.0.suggest(field, &rows, &bytes_of(partials))
    }

    /// The recipe of what was said so far.
    pub fn recipe(
        &self,
        formats: &str,
        zone: Option<String>,
        view: Option<String>,
    ) -> Result<String, JsValue> {
        self.0.recipe(formats, zone.as_deref(), view.as_deref()).map_err(|error| js_error(&error, ""))
    }

    /// A recipe that was read with care.
    #[wasm_bindgen(js_name = readRecipe)]
    pub fn read_recipe(&self, text: &str) -> Result<String, JsValue> {
        self.0.read_recipe(text).map_err(|error| js_error(&error, text))
    }

    /// The fields that a step reads, a list as JSON.
    #[wasm_bindgen(js_name = originsOf)]
    pub fn origins_of(&self, step: &str) -> Result<String, JsValue> {
        self.0.origins_of(step).map_err(|error| js_error(&error, step))
    }

    /// The path of a source.
    #[wasm_bindgen(js_name = pathOf)]
    pub fn path_of(&self, source: u32) -> Option<String> {
        self.0.find_source(source).map(|source| source.path.clone())
    }

    /// The sources whose names are like `pattern`.
    #[wasm_bindgen(js_name = sourcesLike)]
    pub fn sources_like(&self, pattern: &str) -> Vec<u32> {
        self.0.sources_like(pattern)
    }

    /// Keeps the answer to [`Hub::ask_filter`]; its number and count.
    #[wasm_bindgen(js_name = finishFilter)]
    pub fn finish_filter(
        &mut self,
        ask: &[u8],
        partials: Vec<js_sys::Uint8Array>,
        sort: JsValue,
    ) -> Result<JsValue, JsValue> {
        let sort = sort_keys(sort)?;
        let (number, count) = self.0.finish_filter(&Ask::from_bytes(ask), &bytes_of(partials), &sort);
        to_js(&SelectionMessage { number, count: count as f64, total: self.0.n_rows() as f64 })
    }

    /// Throws where an answer is no longer there.
    #[wasm_bindgen(js_name = checkSelection)]
    pub fn check_selection(&self, selection: u32) -> Result<(), JsValue> {
        self.0.check_selection(selection).map_err(|error| js_error(&error, ""))
    }

    /// Asks all shards for the values of some fields.
    #[wasm_bindgen(js_name = askFacets)]
    pub fn ask_facets(&self, selection: u32, wish: JsValue) -> Result<Vec<u8>, JsValue> {
        let FacetsMessage { fields, search, ignoring_own, order, .. } = serde_wasm_bindgen::from_value(wish)?;
        facet_order(&order)?;
        let ask = self.0.ask_facets(selection, &fields, search.as_deref(), ignoring_own);
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// The answer to [`Hub::ask_facets`].
    #[wasm_bindgen(js_name = finishFacets)]
    pub fn finish_facets(
        &self,
        ask: &[u8],
        wish: JsValue,
        partials: Vec<js_sys::Uint8Array>,
    ) -> Result<JsValue, JsValue> {
        let FacetsMessage { limit, order, .. } = serde_wasm_bindgen::from_value(wish)?;
        let ask = Ask::from_bytes(ask);
        let facets = self.0.finish_facets(&ask, &bytes_of(partials), limit as usize, facet_order(&order)?);
        to_js(&facets.into_iter().map(FacetMessage::from).collect::<Vec<_>>())
    }

    /// Asks all shards what a timeline is to be about.
    #[wasm_bindgen(js_name = askScope)]
    pub fn ask_scope(&self, selection: u32, wish: JsValue) -> Result<Vec<u8>, JsValue> {
        let wish: WishMessage = serde_wasm_bindgen::from_value(wish)?;
        let ask = self.0.ask_scope(selection, &wish.to_wish(), wish.ignoring_own);
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// Asks all shards for the counts of a timeline, by what they answered to [`Hub::ask_scope`].
    #[wasm_bindgen(js_name = askCounts)]
    pub fn ask_counts(
        &self,
        scope: &[u8],
        wish: JsValue,
        scopes: Vec<js_sys::Uint8Array>,
    ) -> Result<Vec<u8>, JsValue> {
        let wish = serde_wasm_bindgen::from_value::<WishMessage>(wish)?.to_wish();
        let found = Found::merge(&bytes_of(scopes), &wish);
        let ask = self.0.ask_counts(&Ask::from_bytes(scope), &wish, &found);
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// The answer to [`Hub::ask_counts`].
    #[wasm_bindgen(js_name = finishTimeline)]
    pub fn finish_timeline(
        &self,
        ask: &[u8],
        wish: JsValue,
        scopes: Vec<js_sys::Uint8Array>,
        partials: Vec<js_sys::Uint8Array>,
    ) -> Result<JsValue, JsValue> {
        let wish = serde_wasm_bindgen::from_value::<WishMessage>(wish)?.to_wish();
        let found = Found::merge(&bytes_of(scopes), &wish);
        let timeline = self.0.finish_timeline(&Ask::from_bytes(ask), found, &bytes_of(partials));
        to_js(&TimelineMessage::from(timeline))
    }

    /// Whether a pivot is to be asked with the times of its rows: what to ask for them.
    #[wasm_bindgen(js_name = askPivotScope)]
    pub fn ask_pivot_scope(&self, selection: u32, wish: JsValue) -> Result<Option<Vec<u8>>, JsValue> {
        let wish: PivotMessage = serde_wasm_bindgen::from_value(wish)?;
        if !wish.rows.iter().chain(&wish.columns).any(WellMessage::is_automatic) {
            return Ok(None);
        }
        let ask = self.0.ask_scope(selection, &Wish::default(), false);
        Ok(Some(ask.map_err(|error| js_error(&error, ""))?.to_bytes()))
    }

    /// Asks all shards for the groups of a pivot.
    #[wasm_bindgen(js_name = askPivot)]
    pub fn ask_pivot(
        &self,
        selection: u32,
        wish: JsValue,
        scopes: Option<Vec<js_sys::Uint8Array>>,
    ) -> Result<Vec<u8>, JsValue> {
        let wish: PivotMessage = serde_wasm_bindgen::from_value(wish)?;
        let pivot = wish.to_pivot().map_err(|error| js_error(&error, ""))?;
        let found = scopes.map(|scopes| Found::merge(&bytes_of(scopes), &Wish::default()));
        let ask = self.0.ask_pivot(selection, pivot, found.as_ref(), wish.buckets as usize);
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// Asks all shards for the cells of a pivot.
    #[wasm_bindgen(js_name = askCells)]
    pub fn ask_cells(&self, keys: &[u8], partials: Vec<js_sys::Uint8Array>) -> Result<Vec<u8>, JsValue> {
        let ask = self.0.ask_cells(&Ask::from_bytes(keys), &bytes_of(partials));
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// The answer to [`Hub::ask_cells`].
    #[wasm_bindgen(js_name = finishPivot)]
    pub fn finish_pivot(&self, cells: &[u8], partials: Vec<js_sys::Uint8Array>) -> Result<JsValue, JsValue> {
        pivot_message(self.0.finish_pivot(&Ask::from_bytes(cells), &bytes_of(partials)))
    }

    /// The query that accepts the rows of `query` in which `value` occurs.
    #[wasm_bindgen(js_name = queryAbout)]
    pub fn query_about(&self, value: &str, query: &str) -> Result<String, JsValue> {
        self.0.query_about(value, query).map_err(|error| js_error(&error, query))
    }

    /// Asks all shards in which fields of the rows of a selection `value` occurs.
    #[wasm_bindgen(js_name = askOccurrences)]
    pub fn ask_occurrences(&self, selection: u32, value: &str) -> Result<Vec<u8>, JsValue> {
        let ask = self.0.ask_occurrences(selection, value);
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// The answer to [`Hub::ask_occurrences`].
    #[wasm_bindgen(js_name = finishOccurrences)]
    pub fn finish_occurrences(&self, partials: Vec<js_sys::Uint8Array>) -> Result<JsValue, JsValue> {
        let all = engine::Occurrences { value: String::new() }.answer(&bytes_of(partials));
        to_js(&all.iter().map(OccurrenceMessage::from).collect::<Vec<_>>())
    }

    /// Forgets an answer.
    #[wasm_bindgen(js_name = closeSelection)]
    pub fn close_selection(&mut self, selection: u32) {
        self.0.close_selection(selection);
    }

    /// Rows `first..end` of an answer, to be handed to the other calls.
    pub fn rows(&self, selection: u32, first: u32, end: u32) -> Result<Vec<u32>, JsValue> {
        let rows =
            self.0.rows(selection, first as usize, end as usize).map_err(|error| js_error(&error, ""))?;
        Ok(rows.into_iter().map(RowRef::to_bits).collect())
    }

    /// Of these rows the ones of `shard`, as the shard numbers them.
    #[wasm_bindgen(js_name = rowsOf)]
    pub fn rows_of(&self, rows: &[u32], shard: u32) -> Vec<u32> {
        let of_shard =
            rows.iter().map(|&row| RowRef::from_bits(row)).filter(|row| row.shard() == shard as usize);
        of_shard.map(RowRef::row).collect()
    }

    /// The cells of a window.
    #[wasm_bindgen(js_name = finishRows)]
    pub fn finish_rows(&self, rows: &[u32], fields: u32, partials: Vec<js_sys::Uint8Array>) -> Window {
        let rows: Vec<RowRef> = rows.iter().map(|&row| RowRef::from_bits(row)).collect();
        Window(self.0.finish_rows(&rows, fields as usize, &bytes_of(partials)))
    }

    /// Asks all shards which fields have values, in the rows of a selection or in all.
    #[wasm_bindgen(js_name = askFields)]
    pub fn ask_fields(&self, selection: Option<u32>, distinct: bool) -> Result<Vec<u8>, JsValue> {
        let ask = self.0.ask_fields(selection, distinct).map_err(|error| js_error(&error, ""))?;
        Ok(ask.to_bytes())
    }

    /// All fields, by name.
    #[wasm_bindgen(js_name = finishFields)]
    pub fn finish_fields(
        &self,
        partials: Vec<js_sys::Uint8Array>,
        distinct: bool,
    ) -> Result<JsValue, JsValue> {
        let fields =
            self.0.finish_fields(&bytes_of(partials), distinct).into_iter().map(|field| FieldMessage {
                description: meaning_of(&field.name),
                name: field.name,
                kinds: kind_names(field.kinds),
                rows: field.n_rows as f64,
                distinct: field.n_distinct.map(|n| n as f64),
                is_multiple: field.is_multiple,
            });
        to_js(&fields.collect::<Vec<_>>())
    }

    /// Asks all shards what each clause of a selection's query does.
    #[wasm_bindgen(js_name = askExplain)]
    pub fn ask_explain(&self, selection: u32) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.ask_explain(selection).map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// The answer to [`Hub::ask_explain`]; places are in UTF-16 units of `query`, the selection's.
    #[wasm_bindgen(js_name = finishExplain)]
    pub fn finish_explain(
        &self,
        selection: u32,
        query: &str,
        partials: Vec<js_sys::Uint8Array>,
    ) -> Result<JsValue, JsValue> {
        let clauses = self.0.finish_explain(selection, &bytes_of(partials));
        let clauses = clauses.map_err(|error| js_error(&error, query))?;
        let message = |clause: &ClauseState| ExplainedMessage {
            text: &query[clause.at.clone()],
            first: units_before(query, clause.at.start),
            end: units_before(query, clause.at.end),
            alone: clause.n_alone as f64,
            without: clause.n_without as f64,
        };
        to_js(&clauses.iter().map(message).collect::<Vec<_>>())
    }

    /// Asks all shards in which rows of a selection a value has `text` in it.
    #[wasm_bindgen(js_name = askFind)]
    pub fn ask_find(
        &self,
        selection: u32,
        text: &str,
        fields: Option<Vec<String>>,
    ) -> Result<Vec<u8>, JsValue> {
        let ask = self.0.ask_find(selection, text, fields.as_deref());
        Ok(ask.map_err(|error| js_error(&error, ""))?.to_bytes())
    }

    /// Keeps the answer to [`Hub::ask_find`]; its number and how many rows it has.
    #[wasm_bindgen(js_name = finishFind)]
    pub fn finish_find(
        &mut self,
        selection: u32,
        partials: Vec<js_sys::Uint8Array>,
    ) -> Result<Vec<u32>, JsValue> {
        let found = self.0.finish_find(selection, &bytes_of(partials));
        let (number, count) = found.map_err(|error| js_error(&error, ""))?;
        Ok(vec![number, count as u32])
    }

    /// The next hit behind a row, or before it: its row, and the how-manieth it is; nothing where there is none.
    #[wasm_bindgen(js_name = nextHit)]
    pub fn next_hit(&self, hits: u32, row: Option<u32>, backwards: bool) -> Result<Vec<u32>, JsValue> {
        let next = self.0.next_hit(hits, row, backwards).map_err(|error| js_error(&error, ""))?;
        Ok(next.map_or(Vec::new(), |(row, nth)| vec![row, nth as u32]))
    }

    /// Forgets hits.
    #[wasm_bindgen(js_name = closeHits)]
    pub fn close_hits(&mut self, hits: u32) {
        self.0.close_hits(hits);
    }

    /// Rejects `first..end` of all, by path and position.
    #[wasm_bindgen(js_name = finishRejects)]
    pub fn finish_rejects(
        &self,
        partials: Vec<js_sys::Uint8Array>,
        first: u32,
        end: u32,
    ) -> Result<JsValue, JsValue> {
        let all = self.0.finish_rejects(&bytes_of(partials));
        let shown = all.iter().take(end as usize).skip(first as usize);
        let rejects = shown.map(|reject| RejectMessage {
            source: reject.source,
            path: &self.0.source(reject.source).path,
            offset: reject.at.offset as f64,
            length: reject.at.length as f64,
            line: line_of(reject.at),
            reason: &reject.reason,
        });
        to_js(&RejectsMessage { count: self.0.totals().n_rejects as f64, rejects: rejects.collect() })
    }

    /// Everything about one row but its original.
    #[wasm_bindgen(js_name = finishEvent)]
    pub fn finish_event(&self, partial: &[u8], row: u32) -> Result<JsValue, JsValue> {
        let event = self.0.finish_event(partial, RowRef::from_bits(row));
        let source = self.0.source(event.source);
        let fields = event.fields.iter().map(|(name, values)| ValuesMessage { name, values });
        to_js(&EventMessage {
            source: event.source,
            path: &source.path,
            offset: event.at.offset as f64,
            length: event.at.length as f64,
            line: line_of(event.at),
            time: event.time,
            file: source.parent.map_or(event.source, |(file, _)| file),
            member: source.parent.map(|(_, ordinal)| ordinal),
            is_wrapped: !source.containers.is_empty() || source.parent.is_some(),
            fields: fields.collect(),
            copies: event.copies.into_iter().map(RowRef::to_bits).collect(),
        })
    }

    /// Where copies stand, from `Shard.places` of one shard.
    #[wasm_bindgen(js_name = finishCopies)]
    pub fn finish_copies(&self, partial: &[u8]) -> Result<JsValue, JsValue> {
        let copies = self.0.finish_places(partial).into_iter().map(|(source, at)| CopyMessage {
            path: &self.0.source(source).path,
            offset: at.offset as f64,
            line: line_of(at),
        });
        to_js(&copies.collect::<Vec<_>>())
    }
}

/// The query for what only `=` tells from this value: see [`engine::twins`].
#[wasm_bindgen]
pub fn twins(field: &str, value: &str) -> Option<String> {
    engine::twins(field, value)
}

/// The text of `query` after an edit.
#[wasm_bindgen(js_name = editQuery)]
pub fn edit_query(query: &str, edit: JsValue, has_twins: bool) -> Result<String, JsValue> {
    let edit: EditMessage = serde_wasm_bindgen::from_value(edit)?;
    let edited = edit.to_edit(has_twins).and_then(|edit| engine::edit(query, &edit));
    edited.map_err(|error| js_error(&error, query))
}

/// One of these.
#[derive(Deserialize)]
struct EditMessage {
    add: Option<AddMessage>,
    remove: Option<u32>,
    negate: Option<u32>,
    /// With `text`.
    replace: Option<u32>,
    text: Option<String>,
    around: Option<AroundMessage>,
    between: Option<BetweenMessage>,
}

#[derive(Deserialize)]
struct AddMessage {
    #[serde(default)]
    field: String,
    #[serde(default)]
    value: String,
    how: String,
}

#[derive(Deserialize)]
struct AroundMessage {
    time: i64,
    before: i64,
    after: i64,
}

#[derive(Deserialize)]
struct BetweenMessage {
    first: i64,
    end: i64,
}

impl EditMessage {
    fn to_edit(&self, has_twins: bool) -> Result<Edit, Error> {
        let unknown = || Error::new(ErrorKind::Range, "there is no such edit");
        Ok(match self {
            EditMessage { add: Some(AddMessage { field, value, how }), .. } => {
                let how = match how.as_str() {
                    "keep" => How::Keep,
                    "exclude" => How::Exclude,
                    "exists" => How::Exists,
                    "missing" => How::Missing,
                    "anywhere" => How::Anywhere,
                    _ => return Err(unknown()),
                };
                Edit::Add { field: field.clone(), value: value.clone(), how, has_twins }
            }
            EditMessage { remove: Some(index), .. } => Edit::Remove(*index as usize),
            EditMessage { negate: Some(index), .. } => Edit::Negate(*index as usize),
            EditMessage { replace: Some(index), text: Some(text), .. } => {
                Edit::Replace(*index as usize, text.clone())
            }
            EditMessage { around: Some(AroundMessage { time, before, after }), .. } => {
                Edit::Around { first: time.saturating_sub(*before), last: time.saturating_add(*after) }
            }
            EditMessage { between: Some(BetweenMessage { first, end }), .. } => Edit::Between(*first..*end),
            _ => return Err(unknown()),
        })
    }
}

#[derive(Serialize)]
struct ParsedMessage<'a> {
    tokens: Vec<TokenMessage>,
    clauses: Vec<ClauseMessage<'a>>,
    problem: Option<QueryProblemMessage<'a>>,
}

#[derive(Serialize)]
struct TokenMessage {
    first: u32,
    end: u32,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClauseMessage<'a> {
    text: &'a str,
    first: u32,
    end: u32,
    field: Option<&'a str>,
    is_negated: bool,
    is_simple: bool,
}

#[derive(Serialize)]
struct QueryProblemMessage<'a> {
    message: &'a str,
    expected: &'a str,
    at: Option<AtMessage>,
}

/// `places` are those of the query, by [`utf16_places`].
fn parsed_message<'a>(
    ReadText { tokens, clauses, problem }: &'a ReadText,
    places: &[u32],
) -> ParsedMessage<'a> {
    let token = |token: &engine::Token| TokenMessage {
        first: places[token.at.start],
        end: places[token.at.end],
        kind: match token.kind {
            TokenKind::Field => "field",
            TokenKind::Operator => "operator",
            TokenKind::Value => "value",
            TokenKind::Word => "word",
            TokenKind::Keyword => "keyword",
            TokenKind::Bracket => "bracket",
            TokenKind::Pattern => "pattern",
        },
    };
    let clauses = clauses.iter().map(|clause| ClauseMessage {
        text: &clause.text,
        first: places[clause.at.start],
        end: places[clause.at.end],
        field: clause.field.as_deref(),
        is_negated: clause.is_negated,
        is_simple: clause.is_simple,
    });
    let problem = problem.as_ref().map(|error| QueryProblemMessage {
        message: error.message(),
        expected: error.expected().unwrap_or_default(),
        at: error
            .range()
            .map(|range| AtMessage { first: places[range.start] as f64, end: places[range.end] as f64 }),
    });
    ParsedMessage { tokens: tokens.iter().map(token).collect(), clauses: clauses.collect(), problem }
}

#[derive(Serialize)]
struct PlaceMessage<'a> {
    kind: &'static str,
    values: Option<AskMessage<'a>>,
}

/// Which values are asked for: those of `field` that have `search` in them, in rows that `query` accepts.
#[derive(Serialize)]
struct AskMessage<'a> {
    field: &'a str,
    search: &'a str,
    query: &'a str,
}

#[derive(Deserialize)]
struct FoundMessage {
    value: String,
    count: Option<f64>,
}

#[derive(Serialize)]
struct CompletionMessage<'a> {
    first: u32,
    end: u32,
    kind: &'static str,
    options: Vec<OptionMessage<'a>>,
}

#[derive(Serialize)]
struct OptionMessage<'a> {
    insert: &'a str,
    label: &'a str,
    detail: &'a str,
    count: Option<f64>,
}

fn option_message(choice: &Choice) -> OptionMessage<'_> {
    OptionMessage {
        insert: &choice.insert,
        label: &choice.label,
        detail: &choice.detail,
        count: choice.count.map(|count| count as f64),
    }
}

fn kind_name(wanted: &Wanted) -> &'static str {
    match wanted {
        Wanted::Field { .. } => "field",
        Wanted::Operator => "operator",
        Wanted::Value { .. } => "value",
        Wanted::Keyword { .. } | Wanted::Nothing => "keyword",
    }
}

/// The byte of the character at, or around, a place in UTF-16 units.
fn byte_at(places: &[u32], cursor: u32) -> usize {
    places.partition_point(|&place| place < cursor).min(places.len() - 1)
}

/// The line of a place, if it is known.
fn line_of(at: Span) -> Option<f64> {
    (at.line_number > 0).then_some(at.line_number as f64)
}

fn facet_order(name: &str) -> Result<FacetOrder, JsValue> {
    FacetOrder::from_name(name).map_err(|error| js_error(&error, ""))
}

fn sort_keys(sort: JsValue) -> Result<Vec<(String, bool)>, JsValue> {
    let sort: Vec<SortMessage> = serde_wasm_bindgen::from_value(sort)?;
    Ok(sort.into_iter().map(|key| (key.field, key.descending)).collect())
}

fn source_message((id, source): (u32, &SourceState)) -> SourceMessage<'_> {
    let Counts { n_events, n_duplicates, n_rejects } = source.counts;
    let (n_zoneless, n_yearless) = source.n_unsaid;
    SourceMessage {
        id,
        path: &source.path,
        parent: source.parent.map(|(file, _)| file),
        members: source.n_members as f64,
        bytes: source.n_bytes as f64,
        modified: source.modified.map(|nanos| (nanos / 1_000_000) as f64),
        confidence: source.format.is_some().then_some(source.confidence),
        is_format_set: source.is_forced,
        clock: ClockMessage {
            zone: &source.clock.zone.name,
            is_zone_set: source.is_zone_set,
            zoneless: n_zoneless as f64,
            yearless: n_yearless as f64,
            year: source.year.map(|(year, _)| year as f64),
            year_reason: source.year.map(|(_, reason)| reason.code()),
        },
        sha256: source.sha256.as_deref(),
        containers: &source.containers,
        format: source.format.as_deref(),
        records: (n_events + n_duplicates + n_rejects) as f64,
        events: n_events as f64,
        duplicates: n_duplicates as f64,
        rejects: n_rejects as f64,
        first_time: source.times.map(|(first, _)| first),
        last_time: source.times.map(|(_, last)| last),
        problems: source.problems.iter().map(|(code, message)| ProblemMessage { code, message }).collect(),
    }
}

/// See [`engine::Window`].
#[wasm_bindgen]
pub struct Window(engine::Window);

#[wasm_bindgen]
impl Window {
    /// All texts one behind the other.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> String {
        self.0.text.clone()
    }

    /// Where each cell ends, in UTF-16 units.
    #[wasm_bindgen(getter)]
    pub fn ends(&self) -> Vec<u32> {
        self.0.ends.clone()
    }

    /// Whether each cell has a value.
    #[wasm_bindgen(getter, js_name = hasValue)]
    pub fn has_value(&self) -> Vec<u8> {
        self.0.has_value.clone()
    }

    /// Clipped cells: row, column, characters.
    #[wasm_bindgen(getter)]
    pub fn clipped(&self) -> Vec<u32> {
        self.0.clipped.clone()
    }
}

/// Bytes read at a time when an original is looked for.
const CHUNK_BYTES: u64 = 1 << 20;

/// The bytes of a record, read again from its file (from a member of it, if it is an archive): at most
/// `limits::ORIGINAL_BYTES`, as text for showing. A wrapped file is unwrapped up to it, with a breath every chunk; `signal` stops that.
#[wasm_bindgen(js_name = readOriginal)]
pub async fn read_original(
    blob: web_sys::Blob,
    is_wrapped: bool,
    member: Option<u32>,
    offset: f64,
    length: f64,
    signal: Option<web_sys::AbortSignal>,
) -> Result<String, JsValue> {
    let blob = Blob::from(blob);
    let (first, end) = (offset as u64, offset as u64 + (length as u64).min(limits::ORIGINAL_BYTES as u64));
    if !is_wrapped {
        let bytes = read_slice(&blob, first, end).await?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let stopped =
        std::rc::Rc::new(std::cell::Cell::new(signal.as_ref().is_some_and(|signal| signal.aborted())));
    let _listener = signal.map(|signal| {
        let stopped = stopped.clone();
        EventListener::once(&signal, "abort", move |_| stopped.set(true))
    });
    let (mut unwrapper, mut part) = (Unwrapper::default(), Part::new(member.unwrap_or(0), first..end));
    let mut at = 0;
    while at < blob.size() && !part.is_found() {
        if stopped.get() {
            return Err(js_error(&Error::new(ErrorKind::Cancelled, "stopped"), ""));
        }
        let chunk = read_slice(&blob, at, at + CHUNK_BYTES).await?;
        unwrapper.push(&chunk, &mut part);
        at += CHUNK_BYTES;
        TimeoutFuture::new(0).await;
    }
    if !part.is_found() {
        unwrapper.finish(&mut part);
    }
    Ok(String::from_utf8_lossy(&part.found).into_owned())
}

/// Some bytes of a member.
struct Part {
    member: u32,
    first: u64,
    end: u64,
    /// Members that have begun, and bytes of the last one that have come.
    n_members: u32,
    at: u64,
    found: Vec<u8>,
}

impl Part {
    fn new(member: u32, range: std::ops::Range<u64>) -> Part {
        Part { member, first: range.start, end: range.end, n_members: 0, at: 0, found: Vec::new() }
    }

    fn is_found(&self) -> bool {
        self.n_members > self.member + 1 || self.n_members == self.member + 1 && self.at >= self.end
    }
}

impl Members for Part {
    fn begin(&mut self, _: Member) {
        self.n_members += 1;
        self.at = 0;
    }

    fn push(&mut self, bytes: &[u8]) {
        let bytes_end = self.at + bytes.len() as u64;
        if self.n_members == self.member + 1 {
            let (from, to) = (self.first.clamp(self.at, bytes_end), self.end.clamp(self.at, bytes_end));
            self.found.extend_from_slice(&bytes[(from - self.at) as usize..(to - self.at) as usize]);
        }
        self.at = bytes_end;
    }

    fn end(&mut self, _: Vec<Problem>) {}
}

async fn read_slice(blob: &Blob, first: u64, end: u64) -> Result<Vec<u8>, JsValue> {
    let slice: web_sys::Blob = blob.slice(first, end.min(blob.size())).into();
    let buffer = JsFuture::from(slice.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn bytes_of(partials: Vec<js_sys::Uint8Array>) -> Vec<Vec<u8>> {
    partials.iter().map(js_sys::Uint8Array::to_vec).collect()
}

fn kind_names(kinds: Kinds) -> Vec<&'static str> {
    let names =
        [(Kind::Text, "text"), (Kind::Number, "number"), (Kind::Boolean, "boolean"), (Kind::Time, "time")];
    names.into_iter().filter(|(kind, _)| kinds.contains(*kind)).map(|(_, name)| name).collect()
}

fn to_js(message: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new()
        .serialize_missing_as_null(true)
        .serialize_large_number_types_as_bigints(true);
    Ok(message.serialize(&serializer)?)
}

#[derive(Serialize)]
struct ErrorMessage<'a> {
    code: &'static str,
    message: &'a str,
    at: Option<AtMessage>,
    expected: Option<&'a str>,
}

#[derive(Serialize)]
struct AtMessage {
    first: f64,
    end: f64,
}

/// UTF-16 units of the first `end` bytes of a text.
fn units_before(text: &str, end: usize) -> f64 {
    text.get(..end).map_or(end, |text| text.encode_utf16().count()) as f64
}

/// What JavaScript makes an `Error` of; places are in UTF-16 units of `query`.
fn js_error(error: &Error, query: &str) -> JsValue {
    let code = match error.kind() {
        ErrorKind::Query => "query",
        ErrorKind::Step => "step",
        ErrorKind::Range => "range",
        ErrorKind::Limit => "limit",
        ErrorKind::Cancelled => "cancelled",
    };
    let query = error.text().unwrap_or(query);
    let units = |end: usize| units_before(query, end);
    let at = error.range().map(|range| AtMessage { first: units(range.start), end: units(range.end) });
    let message = ErrorMessage { code, message: error.message(), at, expected: error.expected() };
    to_js(&message).unwrap_or_else(|_| JsValue::from_str(error.message()))
}
