//! The browser's door, without a browser: run by Node.
#![cfg(target_arch = "wasm32")]

use trailglass::wasm::Engine;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn an_engine_starts() {
    let _ = Engine::new();
}
