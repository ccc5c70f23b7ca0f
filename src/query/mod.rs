//! A question -> the rows that answer it: text, to [`Query`], to [`Plan`], to a [`Bitmap`](crate::base::Bitmap)
//! a segment; and what is asked of those rows: a [`Question`], gathered segment by segment, merged over shards.

pub mod aggregate;
pub mod axis;
pub mod bucket;
pub mod edit;
pub mod explain;
pub mod facet;
pub mod fields;
pub mod figures;
pub mod language;
pub mod numbering;
pub mod occurrences;
pub mod pivot;
pub mod plan;
pub mod question;
pub mod rows;
pub mod select;
pub mod sort;
pub mod timeline;

mod find;
mod lanes;
mod scan;
mod texts;

pub use language::{ast, complete, tokens};
use language::{text, value, word};

pub use language::ast::{At, Clause, Comparison, FieldName, Glob, Node, Query, Test, Tree};
pub use language::word::word_pattern;
pub use plan::{FREE_TEXT, Plan, Settings, unknown_field_error};
pub use question::{Gather, Question, Table};
pub use select::select;
