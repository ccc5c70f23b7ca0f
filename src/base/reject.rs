//! A record that did not become an event. A reject is data, not an error: it is kept and shown, and loading continues.

use std::fmt;

/// The place of a record in its member, after unwrapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// Bytes from the start of the member.
    pub offset: u64,
    /// Bytes of the record.
    pub length: u64,
    /// Line on which the record starts, 1-based. Above [`Span::OF_PIECE`], the line is counted from the start of a
    /// piece.
    pub line_number: u64,
}

impl Span {
    /// Line numbers above this value are counted from the start of a piece of a source, because the shard that read
    /// the piece had not read the bytes before the piece.
    pub const OF_PIECE: u64 = 1 << 62;
}

/// A record that did not become an event, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The place of the record.
    pub at: Span,
    /// Why the record is not an event.
    pub why: Why,
}

/// Why a record is not an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The text is not JSON.
    Json {
        /// What the grammar of JSON expects at `offset`.
        expected: &'static str,
        /// Bytes from the start of the record.
        offset: u64,
    },
    /// The input ends inside the record.
    CutOff,
    /// The record is longer than `limit` bytes.
    TooLong {
        /// [`limits::RECORD_BYTES`](super::limits::RECORD_BYTES).
        limit: u64,
    },
    /// JSON nested deeper than `limit`.
    TooDeep {
        /// [`limits::JSON_DEPTH`](super::limits::JSON_DEPTH).
        limit: u64,
    },
    /// Bytes between records that belong to no record.
    Stray,
    /// Only NUL bytes and terminal codes, as a crash leaves them in a log.
    NoText,
    /// The record has more or fewer fields than its header or its version defines.
    FieldCount {
        /// The number that the header or the version defines.
        expected: u64,
        /// The number that the record has.
        found: u64,
    },
    /// A part of a binary record breaks the rules of its format.
    Damaged {
        /// What the format expects at that place.
        expected: &'static str,
    },
    /// The record is well formed, but is not an event of its format.
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
            Why::Stray => f.write_str("bytes between records that belong to no record"),
            Why::NoText => f.write_str("only NUL bytes and terminal codes"),
            Why::FieldCount { expected, found } => write!(f, "expected {expected} fields, found {found}"),
            Why::Damaged { expected } => write!(f, "damaged: expected {expected}"),
            Why::NotAnEvent { expected } => write!(f, "not an event: expected {expected}"),
        }
    }
}
