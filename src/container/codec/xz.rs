//! xz, and the older lzma.
//!
//! Spec: "The .xz File Format" 1.2.1; "The .lzma File Format" (both of XZ Utils).
//! Differs from the spec: a block may have only one filter besides LZMA2, instead of three; a wrong checksum counts as
//! damage.

use std::io::ErrorKind;

use lzma_rust2::{Action, LzmaStream, Result as LzmaResult, Status, StreamResult, XzStream};

use super::{Decode, Sink, Step, TOO_FAR_BACK, Wrong};
use crate::base::{Problem, limits};

/// The bytes at the start of every stream of xz.
pub const SIGNATURE: [u8; 6] = *b"\xfd7zXZ\0";

/// The memory that a decoder may use, in KiB: the dictionary, and some for the decoder itself.
const MEMORY_KIB: u32 = (limits::WINDOW_BYTES >> 10) as u32 + 1_024;

/// Reads one stream of xz.
pub struct Xz(XzStream);

impl Default for Xz {
    fn default() -> Self {
        Xz(XzStream::new_mem_limit(false, MEMORY_KIB))
    }
}

/// Reads one stream of lzma, with its own header or, as in zip, without a header.
pub struct Lzma(LzmaStream);

impl Default for Lzma {
    fn default() -> Self {
        Lzma(LzmaStream::new_mem_limit(MEMORY_KIB, None))
    }
}

impl Lzma {
    /// A stream without a header, whose properties and sizes the caller has read elsewhere.
    pub fn bare(properties: u8, dictionary_bytes: u32, n_out: Option<u64>) -> Result<Lzma, Wrong> {
        if dictionary_bytes as u64 > limits::WINDOW_BYTES {
            return Err(Wrong::Unsupported(TOO_FAR_BACK));
        }
        let n_out = n_out.unwrap_or(u64::MAX);
        let stream = LzmaStream::new_with_props(n_out, properties, dictionary_bytes, None);
        stream.map(Lzma).map_err(|_| Wrong::Damaged)
    }
}

/// The methods that both decoders have in common.
trait Process {
    fn process(&mut self, input: &[u8], room: &mut [u8], action: Action) -> LzmaResult<StreamResult>;
    fn totals(&self) -> (u64, u64);
}

impl Process for XzStream {
    fn process(&mut self, input: &[u8], room: &mut [u8], action: Action) -> LzmaResult<StreamResult> {
        XzStream::process(self, input, room, action)
    }

    fn totals(&self) -> (u64, u64) {
        (self.total_in(), self.total_out())
    }
}

impl Process for LzmaStream {
    fn process(&mut self, input: &[u8], room: &mut [u8], action: Action) -> LzmaResult<StreamResult> {
        LzmaStream::process(self, input, room, action)
    }

    fn totals(&self) -> (u64, u64) {
        (self.total_in(), self.total_out())
    }
}

fn decode(
    stream: &mut dyn Process,
    input: &[u8],
    room: &mut [u8],
    sink: &mut Sink<'_>,
    action: Action,
) -> Result<Step, Wrong> {
    let mut n_used = 0;
    loop {
        let before = stream.totals();
        let result = stream.process(&input[n_used..], room, action);
        let after = stream.totals();
        // After an error, too, these counts are right.
        let (n_taken, n_given) = ((after.0 - before.0) as usize, (after.1 - before.1) as usize);
        n_used += n_taken;
        if n_given > 0 {
            sink(&room[..n_given])?;
        }
        match result {
            Ok(StreamResult { status: Status::StreamEnd, .. }) => {
                return Ok(Step::End { n_in: n_used, is_right: true });
            }
            Ok(_) if n_taken + n_given > 0 => {}
            Ok(_) if n_used == input.len() => return Ok(Step::More),
            Err(error) if error.kind() == ErrorKind::OutOfMemory => {
                return Err(Wrong::Unsupported(TOO_FAR_BACK));
            }
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                return Err(Wrong::Unsupported("filters that are not known here"));
            }
            Ok(_) | Err(_) => return Err(Wrong::Damaged),
        }
    }
}

/// Gives to `sink` the last bytes that were decoded whole: the decoder holds some back while more input may follow.
fn salvage(stream: &mut dyn Process, room: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
    match decode(stream, &[], room, sink, Action::Finish) {
        Err(Wrong::Refused(problem)) => Err(problem),
        _ => Ok(()),
    }
}

impl Decode for Xz {
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        decode(&mut self.0, input, room, sink, Action::Run)
    }

    fn salvage(&mut self, room: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        salvage(&mut self.0, room, sink)
    }
}

impl Decode for Lzma {
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        decode(&mut self.0, input, room, sink, Action::Run)
    }

    fn salvage(&mut self, room: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        salvage(&mut self.0, room, sink)
    }
}
