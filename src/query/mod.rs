//! A question -> the rows that answer it: text, to [`Query`], to [`Plan`], to a [`Bitmap`](crate::base::Bitmap)
//! a segment; and what is asked of those rows: a [`Question`], collected segment by segment, merged over shards
//! ([`gather`]).

pub mod aggregate;
pub mod axis;
pub mod bucket;
pub mod edit;
pub mod explain;
pub mod facet;
pub mod fields;
pub mod figures;
pub mod gather;
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
pub mod value_order;

mod find;
mod lanes;
mod scan;
mod texts;

pub use language::{ast, complete, tokens};
use language::{text, value, word};

pub use gather::{Asked, Collect, Partial, Table};
pub use language::ast::{At, Clause, Comparison, FieldName, Glob, Node, Query, Test, Tree};
pub use language::word::word_pattern;
pub use plan::{FREE_TEXT, Plan, Settings, unknown_field_error};
pub use question::Question;
pub use select::select;
