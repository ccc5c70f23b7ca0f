//! The browser's door, in a dedicated worker of a real browser.
#![cfg(target_arch = "wasm32")]

mod common;

use gloo::file::{Blob, File};
use trailglass::wasm::read_original;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn reads_asks_and_shows() {
    common::reads_asks_and_shows();
}

#[wasm_bindgen_test]
fn mistakes_have_places() {
    common::mistakes_have_places();
}

#[wasm_bindgen_test]
fn knows_json() {
    common::knows_json();
}

/// "one two three", gzipped in two members.
const GZIPPED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 207, 75, 85, 40, 41, 207, 7, 0, 47, 137, 7, 205, 7, 0, 0, 0, 31,
    139, 8, 0, 0, 0, 0, 0, 2, 3, 83, 40, 201, 40, 74, 77, 5, 0, 125, 139, 137, 54, 6, 0, 0, 0,
];

#[wasm_bindgen_test]
async fn originals_are_read_again() {
    let plain: &gloo::file::Blob = &File::new("a.log", "one two three");
    let text = read_original(plain.clone().into(), false, 4.0, 3.0, None).await.expect("a file can be read");
    assert_eq!(text, "two");
    let packed: web_sys::Blob = Blob::new(GZIPPED).into();
    let text = read_original(packed, true, 4.0, 5.0, None).await.expect("a file can be read");
    assert_eq!(text, "two t");
}

#[wasm_bindgen_test]
async fn reading_an_original_can_be_given_up() {
    let controller = web_sys::AbortController::new().expect("a worker has it");
    controller.abort();
    let packed: web_sys::Blob = Blob::new(GZIPPED).into();
    let error =
        read_original(packed, true, 4.0, 5.0, Some(controller.signal())).await.expect_err("it was given up");
    assert_eq!(common::get(&error, "code"), "cancelled");
}
