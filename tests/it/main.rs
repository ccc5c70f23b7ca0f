//! The integration tests.

mod case;
mod containers;
mod engine_laws;
mod formats;
mod laws;
mod queries;
mod suites;
mod tidy;
