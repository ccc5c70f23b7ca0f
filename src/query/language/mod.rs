//! The language of queries: the text that an analyst types, its tree, and the meanings of its values.
//!
//! ```text
//! complete   tokens          which words may stand here; what each part of a text is, right or wrong
//!     └───┬─────┘
//!       parse                text -> tree, refused where a value cannot be what its operator needs
//!   ast  text  word          the tree and how it prints; yes or no to one text
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
