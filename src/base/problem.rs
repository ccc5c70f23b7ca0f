//! What is wrong with a source as a whole. Not an error: what could be read is kept.

use std::fmt;

/// What is wrong with a source, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It has no bytes.
    Empty,
    /// No format was recognised; what its first bytes look like, where they look like something.
    NotRecognised {
        /// `a PNG image`, say.
        looks_like: Option<&'static str>,
    },
    /// The compressed data ends before its end; `offset` counts the bytes that came out.
    GzipTruncated {
        /// Bytes after unwrapping.
        offset: u64,
    },
    /// The compressed data is damaged; `offset` counts the bytes that came out before.
    GzipDamaged {
        /// Bytes after unwrapping.
        offset: u64,
    },
    /// The data came out whole but is not what was compressed: its checksum or length differs.
    GzipChecksum {
        /// Which member of the file, from 1.
        member: u32,
    },
    /// Bytes follow the compressed data that are no further member.
    GzipTrailing {
        /// Bytes from the start of the file.
        offset: u64,
    },
    /// It unwraps to more than a limit allows; what came before is kept.
    TooLarge {
        /// Bytes after unwrapping.
        offset: u64,
        /// Which limit.
        limit: &'static str,
    },
    /// The input ends inside its list of records.
    CutOff,
    /// Some records are no UTF-8; their other bytes were read as Latin-1.
    Latin1 {
        /// How many.
        records: u64,
    },
    /// Recognised, and no log: kept for another use.
    SetAside {
        /// What it is.
        what: &'static str,
    },
    /// The browser could not read the file; its own words.
    Unreadable(String),
    /// The reader crashed on this file, and was replaced.
    Crashed(String),
    /// There was no room left for it.
    OutOfMemory,
    /// The analyst stopped reading it.
    Cancelled,
}

impl Problem {
    /// The problem that has this code, of those that only who carries the bytes can know; `why` in their words.
    pub fn from_outside(code: &str, why: &str) -> Option<Problem> {
        match code {
            "unreadable" => Some(Problem::Unreadable(why.to_owned())),
            "crashed" => Some(Problem::Crashed(why.to_owned())),
            "out-of-memory" => Some(Problem::OutOfMemory),
            "cancelled" => Some(Problem::Cancelled),
            _ => None,
        }
    }

    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Empty => "empty",
            Problem::NotRecognised { .. } => "not-recognised",
            Problem::GzipTruncated { .. } => "gzip-truncated",
            Problem::GzipDamaged { .. } => "gzip-damaged",
            Problem::GzipChecksum { .. } => "gzip-checksum",
            Problem::GzipTrailing { .. } => "gzip-trailing",
            Problem::TooLarge { .. } => "too-large",
            Problem::CutOff => "cut-off",
            Problem::Latin1 { .. } => "latin-1",
            Problem::SetAside { .. } => "set-aside",
            Problem::Unreadable(_) => "unreadable",
            Problem::Crashed(_) => "crashed",
            Problem::OutOfMemory => "out-of-memory",
            Problem::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Empty => f.write_str("empty"),
            Problem::NotRecognised { looks_like: None } => f.write_str("not read: no format was recognised"),
            Problem::NotRecognised { looks_like: Some(what) } => write!(f, "not read: it looks like {what}"),
            Problem::GzipTruncated { offset } => {
                write!(f, "gzip data ends too early: read up to byte {offset}")
            }
            Problem::GzipDamaged { offset } => write!(f, "gzip data is damaged: read up to byte {offset}"),
            Problem::GzipChecksum { member } => {
                write!(
                    f,
                    "gzip member {member} has another checksum than it says: its events are shown, and may be wrong"
                )
            }
            Problem::GzipTrailing { offset } => {
                write!(f, "bytes from {offset} on follow the gzip data and are no part of it: not read")
            }
            Problem::TooLarge { offset, limit } => {
                write!(f, "unwraps to more than {limit} allows: read up to byte {offset}")
            }
            Problem::CutOff => f.write_str("ends inside its list of records"),
            Problem::Latin1 { records } => {
                write!(
                    f,
                    "no UTF-8 in {records} of its records: the bytes that are none were read as Latin-1"
                )
            }
            Problem::SetAside { what } => write!(f, "set aside, no log: {what}"),
            Problem::Unreadable(why) => write!(f, "could not be read: {why}"),
            Problem::Crashed(why) => write!(f, "the reader crashed on this file: {why}"),
            Problem::Cancelled => f.write_str("stopped before its end"),
            Problem::OutOfMemory => f.write_str("not read: there is no memory left for it"),
        }
    }
}
