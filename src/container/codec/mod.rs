//! Compressed data: streams one behind the other, each decoded as its bytes come. A codec is one file that knows its
//! own stream; what stands between streams is the same for all and known here.

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

/// Takes bytes that came out; may refuse to go on.
pub type Sink<'a> = dyn FnMut(&[u8]) -> Result<(), Problem> + 'a;

/// Decodes one stream.
pub trait Decode {
    /// Takes bytes of `input` until it ends or the stream does, and hands on what comes out. `room` is where bytes may
    /// be put on their way; it holds nothing between two calls.
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong>;

    /// Whether the input may end here, with nothing that says so.
    fn may_end(&self) -> bool {
        false
    }

    /// Hands on what came out and was kept, after an error or the end of the input inside the stream.
    fn salvage(&mut self, room: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let _ = (room, sink);
        Ok(())
    }
}

/// How far a decoder came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It took all of the input and wants more.
    More,
    /// The stream ended.
    End {
        /// Bytes of this input that belong to it.
        n_in: usize,
        /// Whether what came out has the checksum and length that the stream says.
        is_right: bool,
    },
}

/// Why a stream cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The bytes are no such stream.
    Damaged,
    /// The stream needs what the decoder has not.
    Unsupported(&'static str),
    /// The sink refused.
    Refused(Problem),
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Wrong {
        Wrong::Refused(problem)
    }
}

/// What a decoder says that looks back further than [`limits::WINDOW_BYTES`](crate::base::limits::WINDOW_BYTES).
pub const TOO_FAR_BACK: &str = "a window of more than 128 MiB, the limit";

/// A way of compressing data.
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
    /// What messages and members call it.
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

    /// What reads one stream of it.
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

    /// With what each of its streams begins; none where a stream has no other behind it.
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

    /// Whether `head` is all that a stream begins with, or that a frame to be skipped does.
    fn begins(self, head: &[u8]) -> bool {
        self.signatures().contains(&head) || self.skips_frames() && head.len() == 4 && may_be_skippable(head)
    }

    /// Whether more bytes behind `head` may make it what a stream begins with.
    fn may_begin(self, head: &[u8]) -> bool {
        let may_be = self.signatures().iter().any(|signature| signature.starts_with(head));
        may_be || self.skips_frames() && may_be_skippable(head)
    }

    fn skips_frames(self) -> bool {
        matches!(self, Codec::Zstd | Codec::Lz4)
    }
}

/// Whether `head`, at most four bytes, is what a frame begins with that readers of zstd and of lz4 skip, as far as it goes.
pub fn may_be_skippable(head: &[u8]) -> bool {
    head.split_first().is_none_or(|(first, rest)| first & 0xf0 == 0x50 && b"\x2a\x4d\x18".starts_with(rest))
}

/// Where in the data the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Stream,
    /// Behind a stream: the bytes that may begin another are in `Streams::head`.
    Between,
    /// Given up.
    Stopped,
}

/// Decodes streams one behind the other. Zero bytes behind a stream are padding, as tape tools and the formats
/// themselves write it. Damaged data gives all bytes before the damage; a wrong checksum is said, its bytes are kept,
/// and the streams behind it are read.
pub struct Streams {
    codec: Codec,
    at: At,
    decoder: Box<dyn Decode>,
    head: Vec<u8>,
    n_in: u64,
    n_out: u64,
    /// Which stream, from 1.
    number: u64,
    /// The first thing that is wrong.
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

    /// Takes the next bytes; `sink` takes what comes out.
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

    /// Says that there are no more bytes; the first thing that is wrong.
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

    /// Gives up, after what was decoded and kept has been handed on.
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
        let said = problem(self.codec.name(), self.n_out);
        self.say(salvaged.err().unwrap_or(said));
    }

    fn between(&mut self, chunk: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> usize {
        if self.head.is_empty() {
            // Padding is not kept, however much there is.
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
