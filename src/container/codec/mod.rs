//! Compressed data: one stream after the other, decoded as the bytes arrive. Each codec has one file that decodes its
//! streams; the bytes between streams are handled here, in the same way for all codecs.

mod bzip2;
mod gzip;
mod inflate;
mod lz4;
mod xz;
mod zstd;

use crate::base::Problem;

pub use bzip2::{BLOCK_SIGNATURES as BZIP2_BLOCKS, Bzip2};
pub use gzip::Gzip;
pub use inflate::Inflate;
pub use lz4::Lz4;
pub use xz::{Lzma, Xz};
pub use zstd::Zstd;

/// Takes decoded bytes. It may return a problem, and then decoding stops.
pub type Sink<'a> = dyn FnMut(&[u8]) -> Result<(), Problem> + 'a;

/// Decodes one stream.
pub trait Decode {
    /// Takes bytes of `input` up to the end of the input or of the stream, and gives the decoded bytes to `sink`.
    /// `room` is scratch memory; its content means nothing between two calls.
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong>;

    /// Whether the input may end here although the stream has no end mark.
    fn may_end(&self) -> bool {
        false
    }

    /// Gives to `sink` the bytes that were decoded but held back. Called after an error, or after an input that ends
    /// inside the stream.
    fn salvage(&mut self, room: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let _ = (room, sink);
        Ok(())
    }
}

/// How far a decoder got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The decoder took all of the input and needs more.
    More,
    /// The stream ended.
    End {
        /// Bytes of this input that belong to the stream.
        n_in: usize,
        /// Whether the decoded bytes have the checksum and length that the stream records.
        is_right: bool,
    },
}

/// Why decoding of a stream stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The bytes are not a valid stream.
    Damaged,
    /// The stream needs a feature that the decoder does not have.
    Unsupported(&'static str),
    /// The sink returned a problem.
    Refused(Problem),
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Wrong {
        Wrong::Refused(problem)
    }
}

/// The message for a stream that refers back further than [`limits::WINDOW_BYTES`](crate::base::limits::WINDOW_BYTES).
pub const TOO_FAR_BACK: &str = "a window of more than 128 MiB, the limit";

/// A compression format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Gzip,
    Zlib,
    Bzip2,
    Xz,
    Lzma,
    Zstd,
    Lz4,
}

impl Codec {
    /// The name in messages and in the containers of a member.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Gzip => "gzip",
            Codec::Zlib => "zlib",
            Codec::Bzip2 => "bzip2",
            Codec::Xz => "xz",
            Codec::Lzma => "lzma",
            Codec::Zstd => "zstd",
            Codec::Lz4 => "lz4",
        }
    }

    /// A decoder for one stream.
    pub fn decoder(self) -> Box<dyn Decode> {
        match self {
            Codec::Gzip => Box::<Gzip>::default(),
            Codec::Zlib => Box::new(Inflate::zlib()),
            Codec::Bzip2 => Box::<Bzip2>::default(),
            Codec::Xz => Box::<Xz>::default(),
            Codec::Lzma => Box::<Lzma>::default(),
            Codec::Zstd => Box::<Zstd>::default(),
            Codec::Lz4 => Box::<Lz4>::default(),
        }
    }

    /// The bytes at the start of each stream; empty if no other stream may follow a stream of this codec.
    fn signatures(self) -> &'static [&'static [u8]] {
        match self {
            Codec::Gzip => &[&gzip::SIGNATURE],
            Codec::Bzip2 => &[bzip2::SIGNATURE],
            Codec::Xz => &[&xz::SIGNATURE],
            Codec::Zstd => &[&zstd::SIGNATURE],
            Codec::Lz4 => &[&lz4::SIGNATURE, &lz4::LEGACY_SIGNATURE],
            Codec::Zlib | Codec::Lzma => &[],
        }
    }

    /// Whether `head` is the whole signature of a stream or of a skippable frame.
    fn begins(self, head: &[u8]) -> bool {
        self.signatures().contains(&head) || self.skips_frames() && head.len() == 4 && may_be_skippable(head)
    }

    /// Whether `head` may become such a signature when more bytes follow.
    fn may_begin(self, head: &[u8]) -> bool {
        let may_be = self.signatures().iter().any(|signature| signature.starts_with(head));
        may_be || self.skips_frames() && may_be_skippable(head)
    }

    fn skips_frames(self) -> bool {
        matches!(self, Codec::Zstd | Codec::Lz4)
    }
}

/// Whether `head`, at most four bytes, agrees with the signature of a skippable frame, which readers of zstd and lz4
/// skip.
pub fn may_be_skippable(head: &[u8]) -> bool {
    head.split_first().is_none_or(|(first, rest)| first & 0xf0 == 0x50 && b"\x2a\x4d\x18".starts_with(rest))
}

/// The part of the data that the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Stream,
    /// After a stream. Bytes that may begin another stream are in `Streams::head`.
    Between,
    /// Decoding stopped; further bytes are ignored.
    Stopped,
}

/// Decodes one stream after the other. Zero bytes after a stream are padding, as tape tools and the formats themselves
/// write. Of damaged data, all bytes before the damage are decoded. After a wrong checksum, the bytes are kept, the
/// problem is reported, and the following streams are decoded.
pub struct Streams {
    codec: Codec,
    at: At,
    decoder: Box<dyn Decode>,
    head: Vec<u8>,
    n_in: u64,
    n_out: u64,
    /// The number of the current stream, counted from 1.
    number: u64,
    /// The first problem.
    problem: Option<Problem>,
}

impl Streams {
    /// Data that begins with a stream of `codec`.
    pub fn new(codec: Codec) -> Streams {
        let decoder = codec.decoder();
        Streams {
            codec,
            at: At::Stream,
            decoder,
            head: Vec::new(),
            n_in: 0,
            n_out: 0,
            number: 1,
            problem: None,
        }
    }

    /// Takes the next bytes; `sink` takes the decoded bytes.
    pub fn push(&mut self, mut chunk: &[u8], room: &mut [u8], sink: &mut Sink<'_>) {
        while !chunk.is_empty() {
            let n_used = match self.at {
                At::Stopped => return,
                At::Stream => self.decode(chunk, room, sink),
                At::Between => self.between(chunk, room, sink),
            };
            self.n_in += n_used as u64;
            chunk = &chunk[n_used..];
        }
    }

    /// Ends the data, and returns the first problem.
    pub fn finish(&mut self, room: &mut [u8], sink: &mut Sink<'_>) -> Option<Problem> {
        match self.at {
            At::Stream if self.decoder.may_end() => {}
            At::Stream => self.stop(room, sink, |container, offset| Problem::Truncated { container, offset }),
            At::Between if !self.head.is_empty() => {
                self.say(Problem::Truncated { container: self.codec.name(), offset: self.n_out });
            }
            At::Between | At::Stopped => {}
        }
        self.problem.take()
    }

    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> usize {
        let n_out = &mut self.n_out;
        let step = self.decoder.decode(input, room, &mut |bytes| {
            sink(bytes)?;
            *n_out += bytes.len() as u64;
            Ok(())
        });
        match step {
            Ok(Step::More) => return input.len(),
            Ok(Step::End { n_in, is_right }) => {
                if !is_right {
                    self.say(Problem::Checksum { container: self.codec.name(), member: self.number });
                }
                self.at = At::Between;
                return n_in;
            }
            Err(Wrong::Refused(problem)) => {
                self.at = At::Stopped;
                self.say(problem);
            }
            Err(Wrong::Unsupported(what)) => {
                self.stop(room, sink, |container, _| Problem::Unsupported { container, what });
            }
            Err(Wrong::Damaged) => {
                self.stop(room, sink, |container, offset| Problem::Damaged { container, offset });
            }
        }
        input.len()
    }

    /// Stops decoding, after decoded bytes that were held back have gone to `sink`.
    fn stop(
        &mut self,
        room: &mut [u8],
        sink: &mut Sink<'_>,
        problem: impl FnOnce(&'static str, u64) -> Problem,
    ) {
        let n_out = &mut self.n_out;
        let salvaged = self.decoder.salvage(room, &mut |bytes| {
            sink(bytes)?;
            *n_out += bytes.len() as u64;
            Ok(())
        });
        self.at = At::Stopped;
        let stopped = problem(self.codec.name(), self.n_out);
        self.say(salvaged.err().unwrap_or(stopped));
    }

    fn between(&mut self, chunk: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> usize {
        if self.head.is_empty() {
            // Padding may be of any length and is not kept.
            let n_zeros = chunk.iter().take_while(|&&byte| byte == 0).count();
            if n_zeros > 0 {
                return n_zeros;
            }
        }
        let before = self.head.len();
        for (n, &byte) in chunk.iter().enumerate() {
            self.head.push(byte);
            if self.codec.begins(&self.head) {
                let head = std::mem::take(&mut self.head);
                self.number += 1;
                self.decoder = self.codec.decoder();
                self.at = At::Stream;
                self.decode(&head, room, sink);
                return n + 1;
            }
            if !self.codec.may_begin(&self.head) {
                let offset = self.n_in - before as u64;
                self.at = At::Stopped;
                self.say(Problem::Trailing { container: self.codec.name(), offset });
                return chunk.len();
            }
        }
        chunk.len()
    }

    fn say(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
    }
}
