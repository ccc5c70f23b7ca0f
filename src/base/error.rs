//! The question cannot be answered: returned, shown or passed on, never kept.

use std::fmt;
use std::ops::Range;

/// What kind of question could not be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text of a query is not of the language, or asks for what a field cannot give.
    Query,
    /// A step or a recipe is not of its language, or asks for what cannot be made.
    Step,
    /// A row, a source or a selection that is not there.
    Range,
    /// An answer that would be larger than a limit.
    Limit,
    /// What was asked for was given up by the caller.
    Cancelled,
}

/// The one error of the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    at: Option<Range<usize>>,
    within: Option<String>,
    expected: Option<String>,
}

impl Error {
    /// An error with a message: lower case, no full stop, expected before found.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), at: None, within: None, expected: None }
    }

    /// The same error, with the byte range of the query's text that is wrong.
    pub fn at(mut self, range: Range<usize>) -> Error {
        self.at = Some(range);
        self
    }

    /// The same error, with the text that its range is of, where that is not all that was asked: a step's pattern.
    pub fn within(mut self, text: &str) -> Error {
        self.within = Some(text.to_owned());
        self
    }

    /// The same error, with the text that its range is of, unless it has one.
    pub fn of_text(mut self, text: &str) -> Error {
        self.within.get_or_insert_with(|| text.to_owned());
        self
    }

    /// The same error, with more before its message: where in a list it is.
    pub fn of(mut self, what: impl fmt::Display) -> Error {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// The same error, with what would have been right in that place.
    pub fn expecting(mut self, expected: impl Into<String>) -> Error {
        self.expected = Some(expected.into());
        self
    }

    /// What kind of question could not be answered.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// For people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The byte range of the query's text that is wrong.
    pub fn range(&self) -> Option<Range<usize>> {
        self.at.clone()
    }

    /// The text that the range is of, where that is not all that was asked.
    pub fn text(&self) -> Option<&str> {
        self.within.as_deref()
    }

    /// What would have been right in that place.
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
