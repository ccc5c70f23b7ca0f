//! A record that did not become an event: data, not an error. It is kept and shown; loading goes on.

use std::fmt;

/// Where a record stands in its member, after unwrapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// Bytes from the start of the member.
    pub offset: u64,
    /// Bytes of the record.
    pub length: u64,
    /// Line on which it starts, 1-based; above [`Span::OF_PIECE`] one of a piece.
    pub line_number: u64,
}

impl Span {
    /// Above it, lines are counted from the start of a piece of a source: who cut it had not read what is before it.
    pub const OF_PIECE: u64 = 1 << 62;
}

/// A record that did not become an event, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it stands.
    pub at: Span,
    /// Why it is no event.
    pub why: Why,
}

/// Why a record is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The text is not JSON: what was expected, and how many bytes into the record.
    Json {
        /// What the grammar wants there.
        expected: &'static str,
        /// Bytes from the start of the record.
        offset: u64,
    },
    /// The input ends inside the record.
    CutOff,
    /// The record is longer than `limit` bytes.
    TooLong {
        /// `limits::RECORD_BYTES`.
        limit: u64,
    },
    /// JSON nested deeper than `limit`.
    TooDeep {
        /// `limits::JSON_DEPTH`.
        limit: u64,
    },
    /// Bytes between records that belong to none.
    Stray,
    /// Nothing but NUL bytes and terminal codes: what a crash leaves in a log.
    NoText,
    /// The record has another number of fields than its header or its version says.
    FieldCount {
        /// As the header or the version says.
        expected: u64,
        /// As the record has.
        found: u64,
    },
    /// A part of a binary record is not what its format says.
    Damaged {
        /// What is expected there.
        expected: &'static str,
    },
    /// The record is well formed, but no event of its format.
    NotAnEvent {
        /// What is missing.
        expected: &'static str,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Json { expected, offset } => write!(f, "not JSON: expected {expected} at byte {offset}"),
            Why::CutOff => f.write_str("cut off: the input ends inside this record"),
            Why::TooLong { limit } => write!(f, "longer than {limit} bytes"),
            Why::TooDeep { limit } => write!(f, "nested deeper than {limit}"),
            Why::Stray => f.write_str("bytes between records that belong to none"),
            Why::NoText => f.write_str("nothing but NUL bytes and terminal codes"),
            Why::FieldCount { expected, found } => write!(f, "expected {expected} fields, found {found}"),
            Why::Damaged { expected } => write!(f, "damaged: expected {expected}"),
            Why::NotAnEvent { expected } => write!(f, "not an event: expected {expected}"),
        }
    }
}
