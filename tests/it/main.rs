//! The integration tests.

mod laws;
mod queries;
