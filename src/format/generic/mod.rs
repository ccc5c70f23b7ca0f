//! What no one system owns: tables, JSON, `key=value`, text, and the wrappers that carry records of others.

pub mod csv;
pub mod envelope;
pub mod json_records;
pub mod key_value;
pub mod ocsf;
pub mod text;
