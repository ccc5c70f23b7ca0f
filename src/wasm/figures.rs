//! Figures of rows as JavaScript is answered: facets, timelines, pivots, where a value occurs.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::message::to_js;
use crate::engine::{Answer, Facet, Figure, Group, GroupKind, Occurrence, Series, Tally, Timeline};

#[derive(Serialize)]
pub(super) struct FacetMessage {
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
pub(super) struct TimelineMessage {
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

/// The table of a pivot.
pub(super) fn pivot_message(answer: Answer) -> Result<JsValue, JsValue> {
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

#[derive(Serialize)]
pub(super) struct OccurrenceMessage<'a> {
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
