//! The language of queries: the text that an analyst types, its tree, and the meanings of its values.
//!
//! ```text
//! complete   tokens          choices for a place in a text; the parts of any text, right or wrong
//!     └───┬─────┘
//!       parse                text -> tree; refuses values that are not valid for their operator
//!   ast  text  word          the tree and its printed text; tests for one text
//!   lexical  value           which characters need quotes; numbers, times and networks
//! ```

pub mod ast;
pub mod complete;
pub mod tokens;

pub(super) mod lexical;
pub(super) mod text;
pub(super) mod value;
pub(super) mod word;

mod parse;
