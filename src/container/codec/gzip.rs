//! gzip: a header, deflate data, a checksum and a length.
//!
//! Spec: RFC 1952.

use flate2::Crc;

use super::{Decode, Inflate, Sink, Step, Wrong};
use crate::base::limits;

/// The magic number and the number of deflate, the only compression method.
pub const SIGNATURE: [u8; 3] = [0x1f, 0x8b, 8];

/// Bytes of the checksum and the length.
const TRAILER_BYTES: usize = 8;

const FLAG_HEADER_CRC: u8 = 2;
const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
const FLAG_COMMENT: u8 = 16;

/// The part of the stream that the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Header,
    Body,
    Trailer,
}

/// Reads one stream.
pub struct Gzip {
    at: At,
    /// Bytes of the header, then of the trailer.
    head: Vec<u8>,
    inflate: Inflate,
    crc: Crc,
}

impl Default for Gzip {
    fn default() -> Self {
        Gzip { at: At::Header, head: Vec::new(), inflate: Inflate::bare(), crc: Crc::new() }
    }
}

impl Decode for Gzip {
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        let mut n_used = 0;
        if self.at == At::Header {
            match self.header(input)? {
                None => return Ok(Step::More),
                Some(n) => n_used += n,
            }
        }
        if self.at == At::Body {
            let crc = &mut self.crc;
            let step = self.inflate.decode(&input[n_used..], room, &mut |bytes| {
                crc.update(bytes);
                sink(bytes)
            })?;
            let Step::End { n_in, .. } = step else { return Ok(Step::More) };
            n_used += n_in;
            self.at = At::Trailer;
        }
        let n = (TRAILER_BYTES - self.head.len()).min(input.len() - n_used);
        self.head.extend_from_slice(&input[n_used..n_used + n]);
        if self.head.len() < TRAILER_BYTES {
            return Ok(Step::More);
        }
        let is_right = self.head[..4] == self.crc.sum().to_le_bytes()
            && self.head[4..] == self.crc.amount().to_le_bytes();
        Ok(Step::End { n_in: n_used + n, is_right })
    }
}

impl Gzip {
    /// Reads the header. Returns how many bytes of `input` belong to the header, or `None` if it does not end in
    /// `input`.
    fn header(&mut self, input: &[u8]) -> Result<Option<usize>, Wrong> {
        let before = self.head.len();
        self.head.extend_from_slice(input);
        let signature = &self.head[..self.head.len().min(SIGNATURE.len())];
        if !SIGNATURE.starts_with(signature) {
            return Err(Wrong::Damaged);
        }
        let Some(length) = header_bytes(&self.head) else {
            let is_absurd = self.head.len() > limits::HEADER_BYTES;
            return if is_absurd { Err(Wrong::Damaged) } else { Ok(None) };
        };
        self.head.clear();
        self.at = At::Body;
        Ok(Some(length - before))
    }
}

/// The length of the header that begins with `head`; `None` while more bytes are needed to tell.
fn header_bytes(head: &[u8]) -> Option<usize> {
    let flags = *head.get(3)?;
    let mut at = 10;
    if flags & FLAG_EXTRA != 0 {
        let length = head.get(at..at + 2)?;
        at += 2 + u16::from_le_bytes([length[0], length[1]]) as usize;
    }
    for flag in [FLAG_NAME, FLAG_COMMENT] {
        if flags & flag != 0 {
            at += memchr::memchr(0, head.get(at..)?)? + 1;
        }
    }
    if flags & FLAG_HEADER_CRC != 0 {
        at += 2;
    }
    (head.len() >= at).then_some(at)
}
