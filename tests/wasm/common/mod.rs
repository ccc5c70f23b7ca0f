//! What Node and the browser are both asked.

use js_sys::{Array, Reflect, Uint8Array};
use trailglass::wasm::{Hub, Shard, is_json_text};
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
pub fn get(object: &JsValue, key: &str) -> JsValue {
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
    let (mut hub, mut shard) = (Hub::new(1), Shard::new());
    let source = hub.add_source("a.jsonl", text.len() as f64);
    shard.open(source, "a.jsonl", true, JsValue::UNDEFINED).expect("no piece is no mistake");
    text.chunks(n_chunk).for_each(|chunk| shard.push(chunk));
    hub.report(0, &shard.close("", ""));
    shard.seal();
    hub.merge_rows(vec![bytes(shard.rows_since(0, 0))]);
    shard.bury(&hub.take_to_bury(0));
    (hub, shard)
}

fn filter(hub: &mut Hub, shard: &Shard, query: &str) -> Result<(u32, f64), JsValue> {
    hub.check(query)?;
    let sort = js_sys::JSON::parse(r#"[{"field":"eventName","descending":true}]"#)?;
    let partial = shard.filter(query, vec!["eventName".to_owned()])?;
    let answer = hub.finish_filter(vec![bytes(partial)], sort)?;
    Ok((number(&answer, "number") as u32, number(&answer, "count")))
}

/// The whole line from bytes to cells through the door.
pub fn reads_asks_and_shows() {
    for n_chunk in [1, 7, 1 << 20] {
        let (mut hub, shard) = load(LINES.as_bytes(), n_chunk);
        let source = Array::from(&hub.sources().expect("sources cross")).get(0);
        for (key, expected) in [("records", 4.0), ("events", 2.0), ("duplicates", 1.0), ("rejects", 1.0)] {
            assert_eq!(number(&source, key), expected, "{key}");
        }
        assert_eq!(get(&source, "sha256").as_string().map(|sha256| sha256.len()), Some(64));
        let first_time =
            get(&source, "firstTime").dyn_into::<js_sys::BigInt>().expect("nanoseconds are a bigint");
        assert_eq!(first_time, js_sys::BigInt::from(1_647_964_020_000_000_000_i64));

        let (selection, count) = filter(&mut hub, &shard, "eventName: *").expect("a question");
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
        let known = hub.finish_fields(vec![bytes(shard.fields(true))], true).expect("fields cross");
        assert!(
            Array::from(&known)
                .iter()
                .any(|field| get(&field, "name") == "event.action" && number(&field, "distinct") == 2.0)
        );
    }
}

/// A mistake is marked in UTF-16 units, as JavaScript counts.
pub fn mistakes_have_places() {
    let (mut hub, shard) = load(LINES.as_bytes(), 64);
    let error = filter(&mut hub, &shard, "\"naïve 🦀\" and eventNme: x").expect_err("no such field");
    assert_eq!(get(&error, "code"), "query");
    let at = get(&error, "at");
    assert_eq!((number(&at, "first"), number(&at, "end")), (15.0, 23.0));
    assert!(
        get(&error, "message").as_string().is_some_and(|text| text.contains("did you mean \"eventName\""))
    );
}

/// JSONTestSuite's worst, in the stack and memory of wasm; Node runs all of it through the library.
pub fn knows_json() {
    for text in ["[1,2,{\"a\":null}]", " \"\\ud834\\udd1e\" ", "-0.5e+3", "{\"a\":1,\"a\":2}"] {
        assert!(is_json_text(text.as_bytes()), "{text}");
    }
    let deep = "[".repeat(100_000);
    let open = "[{\"\":".repeat(50_000);
    for text in
        ["", "[1,]", "{\"a\":1,}", "01", "\"\t\"", "nul", "[1]x", "{'a':0}", "\"\\u00A\"", &deep, &open]
    {
        assert!(!is_json_text(text.as_bytes()), "{}", &text[..text.len().min(20)]);
    }
}
