//! The error of a question that cannot be answered. The caller shows the error or passes it on; nobody keeps it.

use std::fmt;
use std::ops::Range;

/// The kind of question that could not be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text of a query breaks the grammar, or asks for something that a field cannot give.
    Query,
    /// A step or a recipe breaks its grammar, or asks for something that cannot be made.
    Step,
    /// A row, a source or a selection that does not exist.
    Range,
    /// An answer that would be larger than a limit.
    Limit,
    /// The caller cancelled the question.
    Cancelled,
}

/// The only error type of the core.
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

    /// The same error, with the text that its range refers to. Only an error in a part of the question, such as the
    /// pattern of a step, needs this; otherwise the range refers to the whole text of the question.
    pub fn within(mut self, text: &str) -> Error {
        self.within = Some(text.to_owned());
        self
    }

    /// The same error, with the text that its range is of, unless it has one.
    pub fn of_text(mut self, text: &str) -> Error {
        self.within.get_or_insert_with(|| text.to_owned());
        self
    }

    /// The same error, with its place in a list, as `what`, put before its message.
    pub fn of(mut self, what: impl fmt::Display) -> Error {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// The same error, with what the grammar expects at that place.
    pub fn expecting(mut self, expected: impl Into<String>) -> Error {
        self.expected = Some(expected.into());
        self
    }

    /// The kind of question that could not be answered.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The byte range of the query's text that is wrong.
    pub fn range(&self) -> Option<Range<usize>> {
        self.at.clone()
    }

    /// The text that the range refers to, if that is only a part of the question.
    pub fn text(&self) -> Option<&str> {
        self.within.as_deref()
    }

    /// What the grammar expects at the range.
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
