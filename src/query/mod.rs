//! A question -> the rows that answer it: text, to [`Query`], to [`Plan`], to a [`Bitmap`](crate::base::Bitmap)
//! a segment.

pub mod ast;
pub mod complete;
pub mod edit;
pub mod parse;
pub mod plan;
pub mod rows;
pub mod select;
pub mod sort;
pub mod tokens;

mod find;
mod lanes;
mod text;
mod value;

pub use ast::{At, Clause, Comparison, FieldName, Glob, Node, Query, Test, Tree};
pub use plan::{FREE_TEXT, Plan, Settings, unknown_field_error};
pub use select::select;
