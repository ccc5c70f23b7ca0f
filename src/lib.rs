//! Trailglass: logs in, answers out.

pub mod base;
pub mod query;
pub mod store;
