//! The browser's door, without a browser: run by Node.
#![cfg(target_arch = "wasm32")]

mod common;

use wasm_bindgen_test::wasm_bindgen_test;

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
