//! What readers of formats share: one way to read JSON, CSV, YAML and SQLite, lines and words, moments, names.

pub mod delimited;
pub mod http;
pub mod inner;
pub mod json;
pub mod keyed;
pub mod line;
pub mod mapped;
pub mod moment;
pub mod sqlite;
pub mod values;
pub mod yaml;
