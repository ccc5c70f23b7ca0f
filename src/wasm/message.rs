//! How messages cross, and those that are no reply: sources, texts of queries, errors.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::base::{Error, ErrorKind, Span};
use crate::engine::{self, Counts, ReadText, SourceState, TokenKind};

/// A message as an object of JavaScript: missing values as null, whole numbers of 64 bits as bigints.
pub(super) fn to_js(message: &impl Serialize) -> Result<JsValue, JsValue> {
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
pub(super) fn units_before(text: &str, end: usize) -> f64 {
    text.get(..end).map_or(end, |text| text.encode_utf16().count()) as f64
}

/// What JavaScript makes an `Error` of; places are in UTF-16 units of the error's text.
pub(super) fn error_message(error: &Error) -> JsValue {
    let code = match error.kind() {
        ErrorKind::Query => "query",
        ErrorKind::Step => "step",
        ErrorKind::Range => "range",
        ErrorKind::Limit => "limit",
        ErrorKind::Cancelled => "cancelled",
    };
    let text = error.text().unwrap_or_default();
    let units = |end: usize| units_before(text, end);
    let at = error.range().map(|range| AtMessage { first: units(range.start), end: units(range.end) });
    let message = ErrorMessage { code, message: error.message(), at, expected: error.expected() };
    to_js(&message).unwrap_or_else(|_| JsValue::from_str(error.message()))
}

/// The line of a place, if it is known.
pub(super) fn line_of(at: Span) -> Option<f64> {
    (at.line_number > 0).then_some(at.line_number as f64)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SourceMessage<'a> {
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
struct ProblemMessage<'a> {
    code: &'a str,
    message: &'a str,
}

/// A source and its number.
pub(super) fn source_message((id, source): (u32, &SourceState)) -> SourceMessage<'_> {
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

#[derive(Serialize)]
pub(super) struct ParsedMessage<'a> {
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

/// The text of a query; `places` are those of its bytes in UTF-16 units.
pub(super) fn parsed_message<'a>(
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
