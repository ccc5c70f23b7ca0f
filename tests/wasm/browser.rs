//! The browser's door, in a dedicated worker of a real browser.
#![cfg(target_arch = "wasm32")]

mod common;

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
fn closed_selections_answer_nothing() {
    common::closed_selections_answer_nothing();
}

#[wasm_bindgen_test]
fn requests_of_another_shape_are_refused() {
    common::requests_of_another_shape_are_refused();
}

#[wasm_bindgen_test]
async fn originals_are_read_again() {
    common::originals_are_read_again().await;
}

#[wasm_bindgen_test]
async fn reading_an_original_can_be_given_up() {
    common::reading_an_original_can_be_given_up().await;
}
