//! A fault of a whole source. A problem is not an error: everything that could be read is kept.

use std::fmt;

/// A fault of a source, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The source has no bytes.
    Empty,
    /// No format was recognised.
    NotRecognised {
        /// What the first bytes look like (`a PNG image`, for example), if they look like a known kind of file.
        looks_like: Option<&'static str>,
    },
    /// The data ends before the end of the container.
    Truncated {
        /// The kind of container: `gzip`, `tar`, …
        container: &'static str,
        /// For compressed data, bytes after decompression; for an archive or a text, bytes read from it.
        offset: u64,
    },
    /// The container is damaged; nothing after the damage is read.
    Damaged {
        /// The kind of container.
        container: &'static str,
        /// For compressed data, bytes after decompression; for an archive, bytes read from it.
        offset: u64,
    },
    /// The data was decompressed to its end, but its checksum or length differs from the recorded value.
    Checksum {
        /// The kind of container.
        container: &'static str,
        /// The number of the stream or file in the container, counted from 1.
        member: u64,
    },
    /// The container is followed by bytes that do not belong to it.
    Trailing {
        /// The kind of container.
        container: &'static str,
        /// Bytes from the start of the container.
        offset: u64,
    },
    /// Bytes of an archive that are not a valid part of it; reading continued after them.
    Skipped {
        /// The kind of archive.
        container: &'static str,
        /// The first skipped byte, in bytes from the start of the archive.
        offset: u64,
        /// The number of skipped bytes, summed over all places.
        n_bytes: u64,
        /// The number of places.
        n_places: u64,
    },
    /// The data is encrypted.
    Encrypted {
        /// The kind of archive that holds the data.
        container: &'static str,
    },
    /// The data needs a feature that this reader does not have.
    Unsupported {
        /// The kind of container.
        container: &'static str,
        /// The feature: `the method deflate64`, for example.
        what: &'static str,
    },
    /// The directory of an archive lists files that are not at the place that it gives.
    Missing {
        /// The kind of archive.
        container: &'static str,
        /// The number of these files.
        n_files: u64,
        /// The name of the first of these files.
        first: String,
    },
    /// An archive holds no file.
    NoFiles {
        /// The kind of archive.
        container: &'static str,
    },
    /// A container inside other containers, more than are unwrapped.
    TooDeep {
        /// The kind of the container that is not unwrapped.
        container: &'static str,
        /// How many nested containers are unwrapped.
        limit: usize,
    },
    /// The dropped file holds more files than the limit.
    TooManyFiles {
        /// How many files are read.
        limit: usize,
        /// How many files are left out.
        n_left_out: u64,
    },
    /// A problem of an archive inside the dropped file.
    Inside {
        /// The path of the archive in the dropped file.
        path: String,
        /// The problem of the archive.
        problem: Box<Problem>,
    },
    /// The source unwraps to more bytes than a limit allows; the bytes before the limit are kept.
    TooLarge {
        /// Bytes after unwrapping.
        offset: u64,
        /// The name of the limit.
        limit: &'static str,
    },
    /// The input ends inside its list of records.
    CutOff,
    /// Some records are not valid UTF-8; their invalid bytes were read as Latin-1.
    Latin1 {
        /// The number of these records.
        records: u64,
    },
    /// The file was recognised and holds no log events; it is kept for another use.
    SetAside {
        /// What the file holds.
        what: &'static str,
    },
    /// The browser could not read the file. The text is the browser's message.
    Unreadable(String),
    /// The reader crashed on this file and was replaced. The text is the message of the crash.
    Crashed(String),
    /// There was no memory left for the source.
    OutOfMemory,
    /// The analyst stopped reading the source.
    Cancelled,
}

impl Problem {
    /// The problem with this code, if it is one of the problems that only the caller who reads the files can know.
    /// `why` is the caller's message.
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
                    "{container} member {member} does not match its checksum: its events are shown, and may be wrong"
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
                    "{records} of its records are not valid UTF-8: the invalid bytes were read as Latin-1"
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

/// A kind of container as messages name it: `zip archive`, `gzip data`.
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
