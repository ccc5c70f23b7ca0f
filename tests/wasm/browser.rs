//! The browser's door, in a dedicated worker of a real browser.
#![cfg(target_arch = "wasm32")]

use trailglass::wasm::Engine;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn an_engine_starts() {
    let _ = Engine::new();
}
