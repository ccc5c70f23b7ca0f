//! Trailglass: logs in, answers out.

pub mod base;
pub mod container;
pub mod engine;
pub mod format;
pub mod frame;
pub mod query;
pub mod store;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
