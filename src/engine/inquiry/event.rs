//! Everything about one row but its original: its fields and place, then the places of its copies.

use std::collections::BTreeMap;

use super::{Reply, Round, done, put};
use crate::base::wire::{Reader, Writer};
use crate::base::{Error, ErrorKind, Span, Timestamp, limits};
use crate::engine::asking::{Ask, OfRows};
use crate::engine::{Hub, RowRef, Shard};
use crate::query::rows::cut;
use crate::store::View;

/// Asks for one event.
pub enum Event {
    /// By its place in the order of a selection.
    At {
        /// The selection.
        selection: u32,
        /// The place.
        row: usize,
    },
    /// By what the hub knows it as.
    Row(RowRef),
}

/// Everything about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventState {
    /// The source's number.
    pub source: u32,
    /// Where its record stands, after unwrapping; the line is 0 while it is not known.
    pub at: Span,
    /// Nanoseconds, UTC.
    pub time: Option<i64>,
    /// Name and values, by name.
    pub fields: Vec<(String, Vec<String>)>,
    /// Source and place of each of its copies.
    pub copies: Vec<(u32, Span)>,
}

impl Event {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let row = match self {
            Event::Row(row) => row,
            Event::At { selection, row } => {
                let missing = || Error::new(ErrorKind::Range, format!("row {row} is not there"));
                let rows = hub.rows(selection, row, row + 1)?;
                rows.first().copied().ok_or_else(missing)?
            }
        };
        put(Ask::Rows(vec![row], OfRows::Event), move |hub, partials| {
            let (event, identity) = read_event(hub, &mut Reader::new(&partials[row.shard()]));
            let copies = hub.copies_of(row, identity);
            put(Ask::Rows(copies.clone(), OfRows::Places), move |hub, partials| {
                let mut readers: Vec<Reader<'_>> = partials.iter().map(|bytes| Reader::new(bytes)).collect();
                let place = |copy: RowRef| read_place(hub, &mut readers[copy.shard()]);
                let copies = copies.into_iter().map(place).collect();
                done(Reply::Event(EventState { copies, ..event }))
            })
        })
    }
}

/// Identity and content of an event; an identity of 0 is none.
type Identity = (u64, u64);

impl Shard {
    /// Everything about some rows, one after the other.
    pub(in crate::engine) fn events(&self, rows: &[u32]) -> Vec<u8> {
        let mut writer = Writer::new();
        rows.iter().for_each(|&row| self.write_event(row, &mut writer));
        writer.into_bytes()
    }

    fn write_event(&self, row: u32, writer: &mut Writer) {
        let (view, row) = self.row(row);
        let place = view.segment.place(row);
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (field, column) in view.fields() {
            let mut texts = Vec::new();
            column.for_row(row, |code| texts.push(column.dictionary.text(code)));
            if !texts.is_empty() {
                values.insert(self.fields.name(field), texts);
            }
        }
        writer.u32(place.source);
        write_span(place.span, writer);
        writer.i64(view.time(row).map_or(View::NO_TIME, |Timestamp(nanos)| nanos));
        writer.u64(view.segment.event_id_hashes().get(row).copied().unwrap_or(0));
        writer.u64(view.segment.row_hashes().get(row).copied().unwrap_or(0));
        writer.u64(values.len() as u64);
        for (name, texts) in values {
            writer.str(name);
            writer.u64(texts.len() as u64);
            for text in texts {
                writer.str(cut(text, limits::DETAIL_CHARS).0);
            }
        }
    }

    /// Where the records of rows stand, one after the other.
    pub(in crate::engine) fn places(&self, rows: &[u32]) -> Vec<u8> {
        let mut writer = Writer::new();
        for &row in rows {
            let (view, row) = self.row(row);
            let place = view.segment.place(row);
            writer.u32(place.source);
            write_span(place.span, &mut writer);
        }
        writer.into_bytes()
    }
}

fn read_event(hub: &Hub, reader: &mut Reader<'_>) -> (EventState, Identity) {
    let source = reader.u32();
    let at = hub.source(source).placed(read_span(reader));
    let time = Some(reader.i64()).filter(|&time| time != View::NO_TIME);
    let identity = (reader.u64(), reader.u64());
    let n_fields = reader.u64();
    let field = |_| {
        let (name, n_values) = (reader.str().to_owned(), reader.u64());
        (name, (0..n_values).map(|_| reader.str().to_owned()).collect())
    };
    let fields = (0..n_fields).map(field).collect();
    (EventState { source, at, time, fields, copies: Vec::new() }, identity)
}

fn read_place(hub: &Hub, reader: &mut Reader<'_>) -> (u32, Span) {
    let source = reader.u32();
    (source, hub.source(source).placed(read_span(reader)))
}

pub(super) fn write_span(at: Span, writer: &mut Writer) {
    writer.u64(at.offset);
    writer.u64(at.length);
    writer.u64(at.line_number);
}

pub(super) fn read_span(reader: &mut Reader<'_>) -> Span {
    Span { offset: reader.u64(), length: reader.u64(), line_number: reader.u64() }
}
