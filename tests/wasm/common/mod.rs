//! What Node and the browser are both asked.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use gloo::file::{Blob, File};
use gloo::timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use trailglass::wasm::{Hub, Shard, read_original};
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

fn answer(shard: &mut Shard, ask: &JsValue) -> Result<Uint8Array, JsValue> {
    let ask = Uint8Array::from(ask.clone()).to_vec();
    if ask.is_empty() {
        return Ok(bytes(ask));
    }
    let mut asking = shard.begin(&ask)?;
    while shard.step(&mut asking) {}
    Ok(bytes(shard.finish(asking)))
}

/// Asks what `request` (JSON) says, as the carrier does.
fn ask(hub: &mut Hub, shard: &mut Shard, request: &str) -> Result<JsValue, JsValue> {
    let mut turn = hub.begin(1, js_sys::JSON::parse(request)?)?;
    loop {
        let (to_all, to_owners) = (get(&turn, "toAll"), get(&turn, "toOwners"));
        let message = match (to_all.is_undefined(), to_owners.is_undefined()) {
            (false, _) => to_all,
            (_, false) => Array::from(&to_owners).get(0),
            _ => return Ok(get(&turn, "reply")),
        };
        let partial = answer(shard, &message)?;
        turn = hub.next(1, vec![partial])?;
    }
}

fn filter(hub: &mut Hub, shard: &mut Shard, query: &str) -> Result<(u32, f64), JsValue> {
    let query = js_sys::JSON::stringify(&query.into())?;
    let sort = r#"[{"field":"eventName","descending":true}]"#;
    let answer = ask(hub, shard, &format!(r#"{{"filter":{{"query":{query},"sort":{sort}}}}}"#))?;
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
        let mut ask = |request: &str| ask(&mut hub, &mut shard, request).expect("a question");
        let fields = r#"["eventName","userAgent","@timestamp"]"#;
        let window =
            ask(&format!(r#"{{"rows":{{"selection":{selection},"first":0,"end":10,"fields":{fields}}}}}"#));
        let text = "RunInstancesListBucketsnaïve 🦀2022-03-22T15:48:02Z2022-03-22T15:47:00Z";
        assert_eq!(get(&window, "text"), text);
        // In UTF-16 units: the crab is two.
        let ends = js_sys::Uint32Array::from(get(&window, "ends")).to_vec();
        assert_eq!(ends, [12, 23, 31, 31, 51, 71]);
        assert_eq!(Uint8Array::from(get(&window, "hasValue")).to_vec(), [1, 1, 1, 0, 1, 1]);

        let event = ask(&format!(r#"{{"event":{{"selection":{selection},"row":0}}}}"#));
        assert_eq!(Array::from(&get(&event, "copies")).length(), 1);
        assert_eq!(number(&event, "line"), 1.0);
        let rejects = ask(r#"{"rejects":{"first":0,"end":9}}"#);
        let reject = Array::from(&get(&rejects, "rejects")).get(0);
        assert_eq!((number(&reject, "line"), number(&rejects, "count")), (3.0, 1.0));
        let known = ask(r#"{"fields":{"distinct":true}}"#);
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
    let rows = format!(r#"{{"rows":{{"selection":{selection},"first":0,"end":1,"fields":[]}}}}"#);
    let error = ask(&mut hub, &mut shard, &rows).expect_err("it was closed");
    assert_eq!(get(&error, "code"), "range");
}

/// What has another shape is refused with a code, and crashes nothing.
pub fn requests_of_another_shape_are_refused() {
    let (mut hub, mut shard) = load(LINES.as_bytes(), 64);
    for request in ["null", "7", "{}", r#"{"none":{}}"#, r#"{"filter":{"query":7}}"#, r#"{"explain":{}}"#] {
        let error = ask(&mut hub, &mut shard, request).expect_err("it is no request");
        assert_eq!(get(&error, "code"), "range", "{request}");
    }
    assert!(filter(&mut hub, &mut shard, "").is_ok());
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
