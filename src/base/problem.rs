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
    /// The container ends before its end.
    Truncated {
        /// What ends: `gzip`, `tar`, …
        container: &'static str,
        /// Bytes that came out of compressed data; bytes of the archive or text that went in.
        offset: u64,
    },
    /// The container is damaged; nothing is read behind the damage.
    Damaged {
        /// What is damaged.
        container: &'static str,
        /// Bytes that came out of compressed data; bytes of the archive that went in.
        offset: u64,
    },
    /// The data came out whole but is not what went in: its checksum or length differs.
    Checksum {
        /// In what it came.
        container: &'static str,
        /// Which of the streams or files one behind the other, from 1.
        member: u64,
    },
    /// Bytes follow the container that are no part of it.
    Trailing {
        /// What they follow.
        container: &'static str,
        /// Bytes from the start of the container.
        offset: u64,
    },
    /// Bytes of an archive that are nothing it may have there; it is read on behind them.
    Skipped {
        /// The archive.
        container: &'static str,
        /// Where the first of them stands, in bytes from the start of the archive.
        offset: u64,
        /// How many they are, over all places.
        n_bytes: u64,
        /// At how many places.
        n_places: u64,
    },
    /// The data is encrypted.
    Encrypted {
        /// The archive it stands in.
        container: &'static str,
    },
    /// The data needs what this reader has not.
    Unsupported {
        /// In what it comes.
        container: &'static str,
        /// What it needs: `the method deflate64`, say.
        what: &'static str,
    },
    /// The directory of an archive lists files that do not stand where it says.
    Missing {
        /// The archive.
        container: &'static str,
        /// How many.
        n_files: u64,
        /// The name of the first.
        first: String,
    },
    /// An archive holds no file.
    NoFiles {
        /// The archive.
        container: &'static str,
    },
    /// Another container in as many as are unwrapped.
    TooDeep {
        /// What it is.
        container: &'static str,
        /// How many are unwrapped.
        limit: usize,
    },
    /// The dropped file holds more files than are read.
    TooManyFiles {
        /// How many are read.
        limit: usize,
        /// How many are left out.
        n_left_out: u64,
    },
    /// What is wrong with an archive inside the dropped file.
    Inside {
        /// Where the archive stands.
        path: String,
        /// What is wrong with it.
        problem: Box<Problem>,
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
            Problem::Truncated { .. } => "truncated",
            Problem::Damaged { .. } => "damaged",
            Problem::Checksum { .. } => "checksum",
            Problem::Trailing { .. } => "trailing",
            Problem::Skipped { .. } => "skipped",
            Problem::Encrypted { .. } => "encrypted",
            Problem::Unsupported { .. } => "unsupported",
            Problem::Missing { .. } => "missing",
            Problem::NoFiles { .. } => "no-files",
            Problem::TooDeep { .. } => "too-deep",
            Problem::TooManyFiles { .. } => "too-many-files",
            Problem::Inside { problem, .. } => problem.code(),
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
            Problem::Truncated { container, offset } => {
                write!(f, "{} ends too early: read up to byte {offset}", Noun(container))
            }
            Problem::Damaged { container, offset } => {
                write!(f, "{} is damaged: read up to byte {offset}", Noun(container))
            }
            Problem::Checksum { container, member } => {
                write!(
                    f,
                    "{container} member {member} has another checksum than it says: its events are shown, and may be wrong"
                )
            }
            Problem::Trailing { container, offset } => {
                let noun = Noun(container);
                write!(f, "bytes from {offset} on follow the {noun} and are no part of it: not read")
            }
            Problem::Skipped { container, offset, n_bytes, n_places } => {
                let noun = Noun(container);
                write!(f, "the {noun} is damaged at byte {offset}: {n_bytes} bytes skipped")?;
                if *n_places > 1 { write!(f, " at {n_places} places") } else { Ok(()) }
            }
            Problem::Encrypted { container } => write!(f, "encrypted in the {}: not read", Noun(container)),
            Problem::Unsupported { container, what } => {
                write!(f, "{} needs {what}: not read", Noun(container))
            }
            Problem::Missing { container, n_files: 1, first } => {
                write!(f, "the {} lists a file that is not where it says: {first:?}", Noun(container))
            }
            Problem::Missing { container, n_files, first } => {
                let noun = Noun(container);
                write!(
                    f,
                    "the {noun} lists {n_files} files that are not where it says, the first is {first:?}"
                )
            }
            Problem::NoFiles { container } => write!(f, "the {} holds no file", Noun(container)),
            Problem::TooDeep { container, limit } => {
                write!(f, "{} inside {limit} other containers, the limit: not unwrapped", Noun(container))
            }
            Problem::TooManyFiles { limit, n_left_out } => {
                write!(f, "holds more than {limit} files, the limit: {n_left_out} are not read")
            }
            Problem::Inside { path, problem } => write!(f, "{path}: {problem}"),
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

/// What a container is called in a sentence.
struct Noun<'a>(&'a str);

impl fmt::Display for Noun<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = match self.0 {
            "tar" | "zip" => "archive",
            text if text.starts_with("utf-") => "text",
            _ => "data",
        };
        write!(f, "{} {noun}", self.0)
    }
}
