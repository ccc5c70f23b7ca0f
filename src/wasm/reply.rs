//! What JavaScript is answered.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::figures::{FacetMessage, OccurrenceMessage, TimelineMessage, pivot_message};
use super::message::{line_of, to_js, units_before};
use crate::base::text::utf16_places;
use crate::base::{Json, Kind, Kinds};
use crate::engine::inquiry::{
    ClauseState, Completion, EventState, Explanation, Filtered, Hits, Previewed, RejectsPage, RowsPage,
};
use crate::engine::{Choice, FieldSum, Hub, Reply, Wanted, meaning_of};

/// The reply of a question as an object of JavaScript.
pub(super) fn reply_message(hub: &Hub, reply: Reply) -> Result<JsValue, JsValue> {
    match reply {
        Reply::Filter(Filtered { selection, n_rows, n_all }) => {
            to_js(&SelectionMessage { number: selection, count: n_rows as f64, total: n_all as f64 })
        }
        Reply::Facets(facets) => to_js(&facets.into_iter().map(FacetMessage::from).collect::<Vec<_>>()),
        Reply::AskTimeline(timeline) => to_js(&TimelineMessage::from(timeline)),
        Reply::AskPivot(answer) => pivot_message(answer),
        Reply::Fields(fields) => to_js(&fields.into_iter().map(FieldMessage::from).collect::<Vec<_>>()),
        Reply::Explain(explanation) => explanation_message(&explanation),
        Reply::Find(Hits { number, n_rows }) => to_js(&HitsMessage { hits: number, count: n_rows as f64 }),
        Reply::Occurrences(all) => to_js(&all.iter().map(OccurrenceMessage::from).collect::<Vec<_>>()),
        Reply::Rows(page) => to_js(&WindowMessage::from(page)),
        Reply::Event(event) => event_message(hub, event),
        Reply::Rejects(page) => rejects_message(hub, &page),
        Reply::Complete(completion) => completion_message(&completion),
        Reply::EditQuery(text) => Ok(JsValue::from(text)),
        Reply::Preview(previewed) => preview_message(previewed),
        Reply::Suggest(json) | Reply::Derive(json) | Reply::SetSteps(json) => json_message(&json),
    }
}

/// JSON as JavaScript has it.
pub(super) fn json_message(json: &Json) -> Result<JsValue, JsValue> {
    js_sys::JSON::parse(&json.to_string())
}

#[derive(Serialize)]
struct SelectionMessage {
    number: u32,
    count: f64,
    total: f64,
}

#[derive(Serialize)]
struct HitsMessage {
    hits: u32,
    count: f64,
}

#[derive(Serialize)]
struct ExplainedMessage<'a> {
    text: &'a str,
    first: f64,
    end: f64,
    alone: f64,
    without: f64,
}

fn explanation_message(Explanation { query, clauses }: &Explanation) -> Result<JsValue, JsValue> {
    let message = |clause: &ClauseState| ExplainedMessage {
        text: &query[clause.at.clone()],
        first: units_before(query, clause.at.start),
        end: units_before(query, clause.at.end),
        alone: clause.n_alone as f64,
        without: clause.n_without as f64,
    };
    to_js(&clauses.iter().map(message).collect::<Vec<_>>())
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
    copies: Vec<CopyMessage<'a>>,
}

#[derive(Serialize)]
struct CopyMessage<'a> {
    path: &'a str,
    offset: f64,
    line: Option<f64>,
}

impl From<FieldSum> for FieldMessage {
    fn from(field: FieldSum) -> FieldMessage {
        FieldMessage {
            description: meaning_of(&field.name),
            name: field.name,
            kinds: kind_names(field.kinds),
            rows: field.n_rows as f64,
            distinct: field.n_distinct.map(|n| n as f64),
            is_multiple: field.is_multiple,
        }
    }
}

fn kind_names(kinds: Kinds) -> Vec<&'static str> {
    let names =
        [(Kind::Text, "text"), (Kind::Number, "number"), (Kind::Boolean, "boolean"), (Kind::Time, "time")];
    names.into_iter().filter(|(kind, _)| kinds.contains(*kind)).map(|(_, name)| name).collect()
}

fn rejects_message(hub: &Hub, page: &RejectsPage) -> Result<JsValue, JsValue> {
    let rejects = page.rejects.iter().map(|reject| RejectMessage {
        source: reject.source,
        path: &hub.source(reject.source).path,
        offset: reject.at.offset as f64,
        length: reject.at.length as f64,
        line: line_of(reject.at),
        reason: &reject.reason,
    });
    to_js(&RejectsMessage { count: page.n_rejects as f64, rejects: rejects.collect() })
}

fn event_message(hub: &Hub, event: EventState) -> Result<JsValue, JsValue> {
    let source = hub.source(event.source);
    let fields = event.fields.iter().map(|(name, values)| ValuesMessage { name, values });
    let copies = event.copies.iter().map(|&(source, at)| CopyMessage {
        path: &hub.source(source).path,
        offset: at.offset as f64,
        line: line_of(at),
    });
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
        copies: copies.collect(),
    })
}

/// The cells of a window, column by column.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WindowMessage {
    #[serde(rename = "n_rows")]
    n_rows: f64,
    /// All texts, one after the other.
    text: String,
    /// Where each cell ends, in UTF-16 units.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    ends: js_sys::Uint32Array,
    /// Whether each cell has a value: 0 or 1.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    has_value: js_sys::Uint8Array,
    /// Clipped cells: row, column, characters there would be.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    clipped: js_sys::Uint32Array,
}

impl From<RowsPage> for WindowMessage {
    fn from(RowsPage { n_rows, window }: RowsPage) -> WindowMessage {
        WindowMessage {
            n_rows: n_rows as f64,
            text: window.text,
            ends: js_sys::Uint32Array::from(&window.ends[..]),
            has_value: js_sys::Uint8Array::from(&window.has_value[..]),
            clipped: js_sys::Uint32Array::from(&window.clipped[..]),
        }
    }
}

#[derive(Serialize)]
struct PreviewMessage<'a> {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    step: JsValue,
    from: &'a [String],
    count: f64,
    misfits: f64,
    cells: WindowMessage,
}

fn preview_message(Previewed { step, n_rows, n_misfits, cells }: Previewed) -> Result<JsValue, JsValue> {
    to_js(&PreviewMessage {
        step: json_message(step.json())?,
        from: &step.from,
        count: n_rows as f64,
        misfits: n_misfits as f64,
        cells: cells.into(),
    })
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

fn completion_message(completion: &Completion) -> Result<JsValue, JsValue> {
    let places = utf16_places(&completion.query);
    to_js(&CompletionMessage {
        first: places[completion.at.start],
        end: places[completion.at.end],
        kind: kind_name(&completion.wanted),
        options: completion.choices.iter().map(option_message).collect(),
    })
}
