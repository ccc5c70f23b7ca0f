//! What JavaScript asks: an object with one key, the kind of question.

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::message::error_message;
use crate::base::text::utf16_places;
use crate::base::{Error, ErrorKind};
use crate::engine::inquiry::{
    AskPivot, AskTimeline, Complete, Derive, EditQuery, Event, Explain, Facets, Fields, Filter, Find,
    Occurrences, Preview, Rejects, Rows, SetSteps, Suggest,
};
use crate::engine::{
    Bucket, By, Edit, FacetOrder, How, Level, Measure, PathKey, Pivot, Request, Steps, Well, Wish, read_step,
};

/// Reads a request.
///
/// # Errors
/// Those of the request; a `range` error where it has another shape.
pub(super) fn read(request: JsValue) -> Result<Request, JsValue> {
    let message: RequestMessage = from_js(request)?;
    message.request().map_err(|error| error_message(&error))
}

/// Reads an object of JavaScript.
///
/// # Errors
/// `range`, where it has another shape.
pub(super) fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| error_message(&Error::new(ErrorKind::Range, error.to_string())))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum RequestMessage {
    Filter {
        query: String,
        sort: Vec<SortMessage>,
    },
    Facets {
        selection: u32,
        fields: Vec<String>,
        search: String,
        ignoring_own: bool,
        limit: f64,
        order: String,
    },
    Timeline(TimelineMessage),
    Pivot(PivotMessage),
    Fields {
        selection: Option<u32>,
        distinct: bool,
    },
    Explain {
        selection: u32,
    },
    Find {
        selection: u32,
        text: String,
        fields: Option<Vec<String>>,
    },
    Occurrences {
        selection: u32,
        value: String,
    },
    Rows {
        selection: u32,
        first: f64,
        end: f64,
        fields: Vec<String>,
    },
    Event {
        selection: u32,
        row: f64,
    },
    Rejects {
        first: f64,
        end: f64,
    },
    /// The cursor in UTF-16 units.
    Complete {
        query: String,
        cursor: u32,
    },
    Edit {
        query: String,
        edit: EditMessage,
    },
    /// The step as JSON.
    Preview {
        step: String,
        query: String,
        rows: f64,
        misfits: bool,
    },
    Suggest {
        field: String,
        query: String,
    },
    /// The step as JSON.
    Derive {
        step: String,
    },
    /// A list as JSON.
    SetSteps {
        steps: String,
    },
}

#[derive(Deserialize)]
struct SortMessage {
    field: String,
    #[serde(default)]
    descending: bool,
}

impl RequestMessage {
    fn request(self) -> Result<Request, Error> {
        Ok(match self {
            RequestMessage::Filter { query, sort } => {
                let sort = sort.into_iter().map(|key| (key.field, key.descending)).collect();
                Request::Filter(Filter { query, sort })
            }
            RequestMessage::Facets { selection, fields, search, ignoring_own, limit, order } => {
                let (limit, order) = (limit as usize, FacetOrder::from_name(&order)?);
                Request::Facets(Facets { selection, fields, search, ignoring_own, limit, order })
            }
            RequestMessage::Timeline(timeline) => Request::AskTimeline(timeline.request()),
            RequestMessage::Pivot(pivot) => Request::AskPivot(pivot.request()?),
            RequestMessage::Fields { selection, distinct } => {
                Request::Fields(Fields { selection, counts_distinct: distinct })
            }
            RequestMessage::Explain { selection } => Request::Explain(Explain { selection }),
            RequestMessage::Find { selection, text, fields } => {
                Request::Find(Find { selection, text, fields })
            }
            RequestMessage::Occurrences { selection, value } => {
                Request::Occurrences(Occurrences { selection, value })
            }
            RequestMessage::Rows { selection, first, end, fields } => {
                Request::Rows(Rows { selection, first: first as usize, end: end as usize, fields })
            }
            RequestMessage::Event { selection, row } => {
                Request::Event(Event::At { selection, row: row as usize })
            }
            RequestMessage::Rejects { first, end } => {
                Request::Rejects(Rejects { first: first as usize, end: end as usize })
            }
            RequestMessage::Complete { query, cursor } => {
                let cursor = byte_at(&utf16_places(&query), cursor);
                Request::Complete(Complete { query, cursor })
            }
            RequestMessage::Edit { query, edit } => {
                Request::EditQuery(EditQuery { query, edit: edit.edit()? })
            }
            RequestMessage::Preview { step, query, rows, misfits } => {
                Request::Preview(Preview { step: read_step(&step)?, query, n_rows: rows as usize, misfits })
            }
            RequestMessage::Suggest { field, query } => Request::Suggest(Suggest { field, query }),
            RequestMessage::Derive { step } => Request::Derive(Derive { step: read_step(&step)? }),
            RequestMessage::SetSteps { steps } => {
                Request::SetSteps(SetSteps { steps: Steps::parse(&steps)? })
            }
        })
    }
}

/// The byte of the character at, or around, a place in UTF-16 units.
fn byte_at(places: &[u32], cursor: u32) -> usize {
    places.partition_point(|&place| place < cursor).min(places.len() - 1)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TimelineMessage {
    selection: u32,
    by: Option<String>,
    limit: f64,
    buckets: f64,
    interval: Option<i64>,
    first: Option<i64>,
    end: Option<i64>,
    ignoring_own: bool,
}

impl TimelineMessage {
    fn request(self) -> AskTimeline {
        let wish = Wish {
            by: self.by,
            limit: self.limit as usize,
            n_buckets: self.buckets as usize,
            interval: self.interval,
            range: (self.first, self.end),
        };
        AskTimeline { selection: self.selection, wish, ignoring_own: self.ignoring_own }
    }
}

#[derive(Deserialize)]
struct PivotMessage {
    selection: u32,
    rows: Vec<WellMessage>,
    columns: Vec<WellMessage>,
    values: Vec<MeasureMessage>,
    /// The keys of the groups of columns that order the rows; null for no value.
    at: Vec<Option<String>>,
    /// Of the outermost groups of rows.
    first: Option<f64>,
    end: Option<f64>,
    /// At most so many intervals of time, where none is given.
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
    fn request(self) -> Result<AskPivot, Error> {
        let wells = |wells: Vec<WellMessage>| -> Result<Vec<Well>, Error> {
            wells.into_iter().map(WellMessage::well).collect()
        };
        let key = |key: Option<String>| key.map_or(PathKey::Missing, PathKey::Text);
        let pivot = Pivot {
            rows: wells(self.rows)?,
            columns: wells(self.columns)?,
            measures: self.values.into_iter().map(MeasureMessage::measure).collect::<Result<_, _>>()?,
            order_at: self.at.into_iter().map(key).collect(),
            page: self.end.map(|end| (self.first.unwrap_or(0.0) as usize, end as usize)),
        };
        Ok(AskPivot { selection: self.selection, pivot, n_buckets: self.buckets as usize })
    }
}

impl WellMessage {
    fn well(self) -> Result<Well, Error> {
        Ok(Well {
            level: Level {
                bucket: Bucket::from_name(&self.bucket, self.interval, self.width)?,
                field: self.field,
            },
            by: self.by.map_or(By::Key, |number| By::Measure(number as usize)),
            is_descending: self.descending,
            limit: self.limit.map(|limit| limit as usize),
        })
    }
}

impl MeasureMessage {
    fn measure(self) -> Result<Measure, Error> {
        Measure::from_name(&self.kind, self.field, self.quantile, self.limit.map(|limit| limit as usize))
    }
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
    fn edit(self) -> Result<Edit, Error> {
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
                Edit::Add { field, value, how, has_twins: false }
            }
            EditMessage { remove: Some(index), .. } => Edit::Remove(index as usize),
            EditMessage { negate: Some(index), .. } => Edit::Negate(index as usize),
            EditMessage { replace: Some(index), text: Some(text), .. } => Edit::Replace(index as usize, text),
            EditMessage { around: Some(AroundMessage { time, before, after }), .. } => {
                Edit::Around { first: time.saturating_sub(before), last: time.saturating_add(after) }
            }
            EditMessage { between: Some(BetweenMessage { first, end }), .. } => Edit::Between(first..end),
            _ => return Err(unknown()),
        })
    }
}
