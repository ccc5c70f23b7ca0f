//! The hub: sources and rows as they come, questions round by round.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::message::{error_message, parsed_message, source_message, to_js};
use super::reply::{json_message, reply_message};
use super::{nanos_of, request};
use crate::base::text::utf16_places;
use crate::base::{Error, Json, Problem};
use crate::engine::{self, Clock, Counts, Messages, Questions, Report, Turn, Zone};

/// An [`engine::Hub`], and the questions that it is asked.
#[wasm_bindgen]
pub struct Hub(engine::Hub, Questions);

#[derive(Serialize)]
struct TotalsMessage {
    rows: f64,
    events: f64,
    duplicates: f64,
    rejects: f64,
}

/// What comes next of a question: one of these.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum TurnMessage {
    ToAll {
        #[serde(with = "serde_wasm_bindgen::preserve")]
        to_all: js_sys::Uint8Array,
    },
    /// By shard; empty for those that are not asked.
    ToOwners {
        #[serde(with = "serde_wasm_bindgen::preserve")]
        to_owners: js_sys::Array,
    },
    Done {
        #[serde(with = "serde_wasm_bindgen::preserve")]
        reply: JsValue,
    },
}

#[wasm_bindgen]
impl Hub {
    /// For this many shards.
    #[wasm_bindgen(constructor)]
    pub fn new(shards: u32) -> Hub {
        Hub(engine::Hub::new(shards as usize), Questions::default())
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

    /// For `Shard.excludeDuplicates`: the rows of `shard` that it has not been sent.
    #[wasm_bindgen(js_name = takeDuplicates)]
    pub fn take_duplicates(&mut self, shard: u32) -> Vec<u32> {
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

    /// Begins a question of a number that no other open one has: `{ toAll }` or `{ toOwners }` to put to the shards, or
    /// `{ reply }`.
    pub fn begin(&mut self, question: u32, request: JsValue) -> Result<JsValue, JsValue> {
        let turn = self.1.begin(&mut self.0, question, request::read(request)?);
        self.turn_message(turn)
    }

    /// Goes on with what all shards said, as [`Hub::begin`].
    pub fn next(&mut self, question: u32, partials: Vec<js_sys::Uint8Array>) -> Result<JsValue, JsValue> {
        let turn = self.1.next(&mut self.0, question, &bytes_of(partials));
        self.turn_message(turn)
    }

    fn turn_message(&self, turn: Result<Turn, Error>) -> Result<JsValue, JsValue> {
        let bytes = |message: Vec<u8>| js_sys::Uint8Array::from(&message[..]);
        to_js(&match turn.map_err(|error| error_message(&error))? {
            Turn::Done(reply) => TurnMessage::Done { reply: reply_message(&self.0, reply)? },
            Turn::Put(ask) => match ask.messages(self.0.n_shards()) {
                Messages::All(message) => TurnMessage::ToAll { to_all: bytes(message) },
                Messages::Owners(messages) => {
                    TurnMessage::ToOwners { to_owners: messages.into_iter().map(bytes).collect() }
                }
            },
        })
    }

    /// Ends a question that nobody waits for any more.
    pub fn cancel(&mut self, question: u32) {
        self.1.cancel(question);
    }

    /// The text of a query, right or wrong: tokens, clauses, what is wrong.
    pub fn parse(&self, query: &str) -> Result<JsValue, JsValue> {
        to_js(&parsed_message(&self.0.read(query), &utf16_places(query)))
    }

    /// The query that accepts the rows of `query` in which `value` occurs.
    #[wasm_bindgen(js_name = queryAbout)]
    pub fn query_about(&self, value: &str, query: &str) -> Result<String, JsValue> {
        self.0.query_about(value, query).map_err(|error| error_message(&error))
    }

    /// Forgets an answer.
    #[wasm_bindgen(js_name = closeSelection)]
    pub fn close_selection(&mut self, selection: u32) {
        self.0.close_selection(selection);
    }

    /// The next hit after a row, or before it: its row, and its ordinal; nothing where there is none.
    #[wasm_bindgen(js_name = nextHit)]
    pub fn next_hit(&self, hits: u32, row: Option<u32>, backwards: bool) -> Result<Vec<u32>, JsValue> {
        let next = self.0.next_hit(hits, row, backwards).map_err(|error| error_message(&error))?;
        Ok(next.map_or(Vec::new(), |(row, nth)| vec![row, nth as u32]))
    }

    /// Forgets hits.
    #[wasm_bindgen(js_name = closeHits)]
    pub fn close_hits(&mut self, hits: u32) {
        self.0.close_hits(hits);
    }

    /// The steps as a shard takes them.
    #[wasm_bindgen(js_name = stepsText)]
    pub fn steps_text(&self) -> String {
        self.0.steps_text()
    }

    /// Each step with what keeps it from making anything.
    #[wasm_bindgen(js_name = stepStates)]
    pub fn step_states(&self) -> Result<JsValue, JsValue> {
        json_message(&Json::List(self.0.step_states()))
    }

    /// The recipe of what was said so far.
    pub fn recipe(
        &self,
        formats: &str,
        zone: Option<String>,
        view: Option<String>,
    ) -> Result<String, JsValue> {
        self.0.recipe(formats, zone.as_deref(), view.as_deref()).map_err(|error| error_message(&error))
    }

    /// A recipe that was read with care.
    #[wasm_bindgen(js_name = readRecipe)]
    pub fn read_recipe(&self, text: &str) -> Result<String, JsValue> {
        self.0.read_recipe(text).map_err(|error| error_message(&error))
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
}

fn bytes_of(partials: Vec<js_sys::Uint8Array>) -> Vec<Vec<u8>> {
    partials.iter().map(js_sys::Uint8Array::to_vec).collect()
}
