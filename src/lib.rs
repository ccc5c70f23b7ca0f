//! Trailglass: logs in, answers out.

pub mod base;
