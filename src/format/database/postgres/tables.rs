//! The log of a PostgreSQL server as a table: `log_destination` csvlog and jsonlog.
//!
//! Spec: "Using CSV-Format Log Output" and "Using JSON-Format Log Output", PostgreSQL 17 documentation.
//! Shape: CSV without a header, 23 columns (9.0), 24 (13), 25 (unreleased) or 26 (14 and later); an object a line (15 and
//! later).
//! Fields: of both those of the JSON log; `cursor_position` and `internal_position` count characters from 1.
//! Time: with a zone, or local where the zone's short name has several meanings.
//! Rejects: a row with another number of cells; what is no JSON.

use super::SEVERITIES;
use super::fields::{N_COLUMNS, PostgresFields};
use super::said::Said;
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::stamp::stamp_at;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::delimited::{Cell, split};
use crate::format::read::json::{Flattener, Object};
use crate::format::read::mapped::sniff_objects;
use crate::format::read::values::begins;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// Rows of CSV.
pub struct PostgresCsv;

/// Objects of JSON.
pub struct PostgresJson;

/// Columns that every server writes; later ones have more.
const LEAST_COLUMNS: usize = 23;

const SEVERITY: usize = 11;
const CLIENT: usize = 4;

const ALIASES: &[(&str, &str)] = &[("log.level", "error_severity"), ("process.pid", "pid")];

impl Format for PostgresCsv {
    fn name(&self) -> &'static str {
        "postgresql.csvlog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        PostgresFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"2022-03-22 15:48:02.554 UTC,\"app\",\"shop\",7761,\"203.0.113.7:54321\",6239f1a2.1e51,2,\"authentication\",2022-03-22 15:48:02 UTC,3/1,0,FATAL,28P01,\"password authentication failed for user \"\"app\"\"\",\"Connection matched pg_hba.conf line 96\",,,,,,,,\"\"\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Quoted)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        // The first row may be cut at its start, and those behind it may be parts of a statement.
        let mut cells = Vec::new();
        let n = head.lines().iter().filter(|line| is_row(line.as_bytes(), &mut cells)).count();
        Confidence::certain_if(n > 0)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CsvParser {
            ids: PostgresFields::new(fields),
            said: Said::new(fields),
            cells: Vec::new(),
        }))
    }
}

/// Whether a line is a row, or the start of one: its message may go on behind it.
fn is_row(line: &[u8], cells: &mut Vec<Cell>) -> bool {
    if !line.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    split(line, b',', cells);
    let severity = cells.get(SEVERITY).is_some_and(|cell| SEVERITIES.contains(&&*cell.text(line)));
    severity
        && cells.len() <= N_COLUMNS
        && stamp_at(line, 0).is_some_and(|stamp| stamp.at.end == cells[0].end)
}

struct CsvParser {
    ids: PostgresFields,
    said: Said,
    cells: Vec<Cell>,
}

impl Parser for CsvParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        split(record, b',', &mut self.cells);
        let found = self.cells.len();
        if !(LEAST_COLUMNS..=N_COLUMNS).contains(&found) {
            return Err(Why::FieldCount { expected: LEAST_COLUMNS as u64, found: found as u64 });
        }
        event.time = stamp_at(record, 0).map(|stamp| stamp.reading);
        for (column, (cell, (field, kind))) in self.cells.iter().zip(self.ids.columns()).enumerate() {
            if column == CLIENT {
                self.client(record, *cell, event);
            } else {
                cell.push(record, field, kind, event);
            }
        }
        self.said.add(record, event);
        event.push_text(self.ids.dataset, Kind::Text, PostgresCsv.name());
        Ok(Parsed::Event)
    }
}

impl CsvParser {
    /// Adds `203.0.113.7:54321`, or `[local]`.
    fn client(&self, record: &[u8], cell: Cell, event: &mut Event) {
        let text = cell.text(record);
        let (host, port) = match text.iter().rposition(|&byte| byte == b':') {
            Some(n) if text.len() - n > 1 && text[n + 1..].iter().all(u8::is_ascii_digit) => {
                (&text[..n], &text[n + 1..])
            }
            _ => (&*text, &b""[..]),
        };
        for (field, kind, text) in [(self.ids.host, Kind::Text, host), (self.ids.port, Kind::Number, port)] {
            if !text.is_empty() {
                event.push_text(field, kind, &String::from_utf8_lossy(text));
            }
        }
    }
}

impl Format for PostgresJson {
    fn name(&self) -> &'static str {
        "postgresql.jsonlog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        PostgresFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[br#"{"timestamp":"2022-03-22 15:48:02.554 UTC","user":"app","dbname":"shop","pid":7761,"remote_host":"203.0.113.7","remote_port":54321,"session_id":"6239f1a2.1e51","line_num":2,"ps":"authentication","error_severity":"FATAL","state_code":"28P01","message":"password authentication failed for user \"app\"","backend_type":"client backend","query_id":0}"#]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        fn is_record(object: &Object<'_>) -> bool {
            object.has("error_severity")
                && object.count(&["pid", "session_id", "line_num", "backend_type"]) >= 3
        }
        sniff_objects(head, &[], is_record)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(JsonParser {
            flattener: Flattener::default(),
            said: Said::new(fields),
            ids: PostgresFields::new(fields),
        }))
    }
}

struct JsonParser {
    flattener: Flattener,
    said: Said,
    ids: PostgresFields,
}

impl Parser for JsonParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.flattener.flatten(record, fields, event)?;
        if event.leaf(self.ids.severity).is_none() {
            return Err(Why::NotAnEvent { expected: "an object with `error_severity`" });
        }
        let stamp = event.leaf(self.ids.time).and_then(|leaf| stamp_at(event.bytes(record, &leaf), 0));
        event.time = stamp.map(|stamp| stamp.reading);
        self.said.add(record, event);
        event.push_text(self.ids.dataset, Kind::Text, PostgresJson.name());
        Ok(Parsed::Event)
    }
}
