//! What Node and the browser are both asked.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use gloo::file::{Blob, File};
use gloo::timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use trailglass::wasm::{Hub, Shard, is_json_text, read_original};
use wasm_bindgen::{JsCast, JsValue};

/// Three events, one of them twice, and a line that is none.
const LINES: &str = concat!(
    r#"{"eventVersion":"1.08","eventID":"e1","eventTime":"2022-03-22T15:48:02Z","eventName":"RunInstances","userAgent":"naïve 🦀"}"#,
    "\n",
    r#"{"eventVersion":"1.08","eventID":"e2","eventTime":"2022-03-22T15:47:00Z","eventName":"ListBuckets","sourceIPAddress":"203.0.113.7"}"#,
    "\n{\"cut\":\"off\n",
    r#"{"eventID":"e1","eventVersion":"1.08","eventTime":"2022-03-22T15:48:02Z","eventName":"RunInstances","userAgent":"na\u00efve \ud83e\udd80"}"#,
    "\n",
);

/// The value of a key of an object that crossed the door.
fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).expect("an object has keys")
}

fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().unwrap_or_else(|| panic!("{key} is a number"))
}

fn bytes(bytes: Vec<u8>) -> Uint8Array {
    Uint8Array::from(&bytes[..])
}

/// A hub and one shard that has read `text` in chunks of `n_chunk` bytes.
fn load(text: &[u8], n_chunk: usize) -> (Hub, Shard) {
    let (mut hub, mut shard) = (Hub::new(1), Shard::new(0));
    let source = hub.add_source("a.jsonl", text.len() as f64, None);
    let opening = js_sys::JSON::parse(&format!(r#"{{"source":{source},"path":"a.jsonl","hashes":true}}"#));
    let zone = hub.zone_to_read(source);
    shard.open(opening.expect("it is JSON"), &zone, &[]).expect("no piece is no mistake");
    text.chunks(n_chunk).for_each(|chunk| shard.push(chunk));
    hub.report(0, &shard.close("", ""));
    shard.seal();
    hub.merge_rows(vec![bytes(shard.rows_since(0, 0, 0))]);
    shard.exclude_duplicates(&hub.take_duplicates(0));
    (hub, shard)
}

fn answer(shard: &mut Shard, ask: &[u8]) -> Result<Uint8Array, JsValue> {
    let mut asking = shard.begin(ask)?;
    while shard.step(&mut asking) {}
    Ok(bytes(shard.finish(asking)))
}

fn filter(hub: &mut Hub, shard: &mut Shard, query: &str) -> Result<(u32, f64), JsValue> {
    let sort = js_sys::JSON::parse(r#"[{"field":"eventName","descending":true}]"#)?;
    let ask = hub.ask_filter(query, sort.clone())?;
    let partial = answer(shard, &ask)?;
    let answer = hub.finish_filter(&ask, vec![partial], sort)?;
    Ok((number(&answer, "number") as u32, number(&answer, "count")))
}

/// The whole line from bytes to cells through the door.
pub fn reads_asks_and_shows() {
    for n_chunk in [1, 7, 1 << 20] {
        let (mut hub, mut shard) = load(LINES.as_bytes(), n_chunk);
        let source = Array::from(&hub.sources().expect("sources cross")).get(0);
        for (key, expected) in [("records", 4.0), ("events", 2.0), ("duplicates", 1.0), ("rejects", 1.0)] {
            assert_eq!(number(&source, key), expected, "{key}");
        }
        assert_eq!(get(&source, "sha256").as_string().map(|sha256| sha256.len()), Some(64));
        let first_time =
            get(&source, "firstTime").dyn_into::<js_sys::BigInt>().expect("nanoseconds are a bigint");
        assert_eq!(first_time, js_sys::BigInt::from(1_647_964_020_000_000_000_i64));

        let (selection, count) = filter(&mut hub, &mut shard, "eventName: *").expect("a question");
        assert_eq!(count, 2.0);
        let rows = hub.rows(selection, 0, 10).expect("the selection is open");
        let fields = ["eventName", "userAgent", "@timestamp"].map(str::to_owned).to_vec();
        let cells = shard.cells(&hub.rows_of(&rows, 0), fields);
        let window = hub.finish_rows(&rows, 3, vec![bytes(cells)]);
        assert_eq!(window.text(), "RunInstancesListBucketsnaïve 🦀2022-03-22T15:48:02Z2022-03-22T15:47:00Z");
        // In UTF-16 units: the crab is two.
        assert_eq!(window.ends(), [12, 23, 31, 31, 51, 71]);
        assert_eq!(window.has_value(), [1, 1, 1, 0, 1, 1]);

        let event =
            hub.finish_event(&shard.event(hub.rows_of(&rows, 0)[0]), rows[0]).expect("an event crosses");
        assert_eq!(Array::from(&get(&event, "copies")).length(), 1);
        assert_eq!(number(&event, "line"), 1.0);
        let rejects = hub.finish_rejects(vec![bytes(shard.rejects())], 0, 9).expect("rejects cross");
        let reject = Array::from(&get(&rejects, "rejects")).get(0);
        assert_eq!((number(&reject, "line"), number(&rejects, "count")), (3.0, 1.0));
        let ask = hub.ask_fields(None, true).expect("everything can be asked for");
        let partial = answer(&mut shard, &ask).expect("it was asked before");
        let known = hub.finish_fields(vec![partial], true).expect("fields cross");
        assert!(
            Array::from(&known)
                .iter()
                .any(|field| get(&field, "name") == "event.action" && number(&field, "distinct") == 2.0)
        );
    }
}

/// A mistake is marked in UTF-16 units, as JavaScript counts.
pub fn mistakes_have_places() {
    let (mut hub, mut shard) = load(LINES.as_bytes(), 64);
    let error = filter(&mut hub, &mut shard, "\"naïve 🦀\" and eventNme: x").expect_err("no such field");
    assert_eq!(get(&error, "code"), "query");
    let at = get(&error, "at");
    assert_eq!((number(&at, "first"), number(&at, "end")), (15.0, 23.0));
    assert!(
        get(&error, "message").as_string().is_some_and(|text| text.contains("did you mean \"eventName\""))
    );
}

/// A selection that was closed is a mistake of its own.
pub fn closed_selections_answer_nothing() {
    let (mut hub, mut shard) = load(LINES.as_bytes(), 64);
    let (selection, _) = filter(&mut hub, &mut shard, "").expect("everything");
    hub.close_selection(selection);
    let error = hub.rows(selection, 0, 1).expect_err("it was closed");
    assert_eq!(get(&error, "code"), "range");
}

/// Cases of JSONTestSuite by name, each with its bytes.
macro_rules! cases {
    ($($name:literal)*) => {
        [$(($name, include_bytes!(concat!("../../data/json/", $name, ".json")).as_slice())),*]
    };
}

/// JSONTestSuite's worst, in the stack and memory of wasm; Node runs all of it through the library.
pub fn knows_json() {
    let cases = cases! {
        "n_structure_no_data"
        "n_structure_open_array_open_object"
        "n_structure_capitalized_True"
        "n_structure_unclosed_array_unfinished_false"
        "n_structure_single_eacute"
        "n_structure_lone-invalid-utf-8"
        "n_structure_open_object_string_with_apostrophes"
        "n_structure_whitespace_U+2060_word_joiner"
        "y_structure_lonely_null"
        "y_string_unicode_U+10FFFE_nonchar"
        "y_object_long_strings"
        "y_number_real_neg_exp"
        "y_array_with_leading_space"
        "y_structure_whitespace_array"
    };
    for (name, text) in cases {
        assert_eq!(is_json_text(text), name.starts_with('y'), "{name}");
    }
    for text in ["{\"a\":1,\"a\":2}", " \"\\ud834\\udd1e\" ", "-0.5e+3"] {
        assert!(is_json_text(text.as_bytes()), "{text}");
    }
    let deep = "[".repeat(100_000);
    let open = "[{\"\":".repeat(50_000);
    for text in ["[1,]", "{\"a\":1,}", "01", "\"\t\"", "[1]x", "\"\\u00A\"", &deep, &open] {
        assert!(!is_json_text(text.as_bytes()), "{}", &text[..text.len().min(20)]);
    }
}

/// `bytes` in gzip members of at most `n_member` bytes, not made smaller.
fn gzip(bytes: &[u8], n_member: usize) -> Vec<u8> {
    let mut packed = Vec::new();
    for member in bytes.chunks(n_member) {
        let mut encoder = GzEncoder::new(&mut packed, Compression::none());
        encoder.write_all(member).expect("memory can be written to");
        encoder.finish().expect("memory can be written to");
    }
    packed
}

async fn original(blob: &Blob, is_wrapped: bool, offset: f64, length: f64) -> String {
    let blob: web_sys::Blob = blob.clone().into();
    read_original(blob, is_wrapped, None, offset, length, None).await.expect("a blob can be read")
}

/// From a plain file, and through the members of a wrapped one; never more than the limit.
pub async fn originals_are_read_again() {
    let text = "one two drei \u{fc}ber four";
    let plain: &Blob = &File::new("a.log", text);
    assert_eq!(original(plain, false, 4.0, 3.0).await, "two");
    assert_eq!(original(plain, false, 13.0, 5.0).await, "\u{fc}ber");
    assert_eq!(original(plain, false, 19.0, 99.0).await, "four");
    for n_member in [1, 6, 1000] {
        let packed = Blob::new(&gzip(text.as_bytes(), n_member)[..]);
        assert_eq!(original(&packed, true, 4.0, 5.0).await, "two d");
        assert_eq!(original(&packed, true, 13.0, 5.0).await, "\u{fc}ber");
        assert_eq!(original(&packed, true, 19.0, 99.0).await, "four");
    }
    // Behind several chunks, over the border of two, and clipped.
    let long: Vec<u8> = (0..5 << 20).map(|i: u32| b'a' + (i % 25) as u8).collect();
    let packed = Blob::new(&gzip(&long, 3 << 20)[..]);
    for (offset, length) in [(0, 9), ((3 << 20) - 4, 9), ((5 << 20) - 9, 9), (1 << 20, 2 << 20)] {
        let end = offset + length.min(1 << 20);
        let found = original(&packed, true, offset as f64, length as f64).await;
        assert!(found.as_bytes() == &long[offset..end], "{length} bytes from {offset}");
    }
}

/// Before it began, and on the way through a wrapped file.
pub async fn reading_an_original_can_be_given_up() {
    let packed = Blob::new(&gzip(&vec![b'x'; 12 << 20], 12 << 20)[..]);
    for is_before in [true, false] {
        let controller = web_sys::AbortController::new().expect("there is one everywhere");
        let signal = controller.signal();
        if is_before {
            controller.abort();
        } else {
            Timeout::new(0, move || controller.abort()).forget();
        }
        let end =
            read_original(packed.clone().into(), true, None, f64::from(11 << 20), 5.0, Some(signal)).await;
        assert_eq!(get(&end.expect_err("it was given up"), "code"), "cancelled");
    }
}
