//! gzip: members one behind the other, each a header, deflate data, a checksum and a length.
//!
//! Spec: RFC 1952 (gzip), RFC 1951 (deflate).
//! Differs from the spec: zero bytes behind the last member are padding, as tape tools write it. Damaged data
//! gives all bytes before the damage; a wrong checksum or length is reported, and its bytes are kept.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::base::Problem;

/// The first bytes of every member: the magic number, and deflate as the only method.
pub const SIGNATURE: [u8; 3] = [0x1f, 0x8b, 8];

/// Bytes inflated at a time; a sink is called at all multiples of it.
pub const OUT_BYTES: usize = 256 << 10;

/// Bytes of a header: names and comments are not longer.
const HEADER_BYTES: usize = 1 << 20;

const FLAG_HEADER_CRC: u8 = 2;
const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
const FLAG_COMMENT: u8 = 16;

/// Takes bytes that came out, and how many went in for all so far.
pub type Sink<'a> = dyn FnMut(&[u8], u64) -> Result<(), Problem> + 'a;

/// Where in a member the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    /// In the header, whose bytes so far are in `Gzip::head`.
    Header,
    Body,
    /// In the checksum and the length, eight bytes.
    Trailer,
    /// Given up.
    Stopped,
}

/// Inflates the members of one file.
pub struct Gzip {
    at: At,
    head: Vec<u8>,
    inflate: Decompress,
    crc: Crc,
    out: Vec<u8>,
    n_in: u64,
    n_out: u64,
    /// Which member, from 1.
    member: u32,
}

impl Default for Gzip {
    fn default() -> Self {
        Gzip {
            at: At::Header,
            head: Vec::new(),
            inflate: Decompress::new(false),
            crc: Crc::new(),
            out: vec![0; OUT_BYTES],
            n_in: 0,
            n_out: 0,
            member: 1,
        }
    }
}

impl Gzip {
    /// Takes the next bytes of the file; `sink` takes what comes out with the number of bytes that it took so far,
    /// and may refuse to go on.
    ///
    /// # Errors
    /// The first thing that is wrong with these bytes; what can be read on is.
    pub fn push(&mut self, mut chunk: &[u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let mut first = Ok(());
        while !chunk.is_empty() && self.at != At::Stopped {
            let step = match self.at {
                At::Stopped => break,
                At::Header => self.header(chunk),
                At::Body => self.body(chunk, sink),
                At::Trailer => {
                    let (n, checked) = self.trailer(chunk);
                    // A wrong checksum says nothing about the members behind it.
                    first = first.and(checked);
                    Ok(n)
                }
            };
            match step {
                Ok(n) => {
                    self.n_in += n as u64;
                    chunk = &chunk[n..];
                }
                Err(problem) => {
                    self.at = At::Stopped;
                    first = first.and(Err(problem));
                }
            }
        }
        first
    }

    /// Says that the file has no more bytes.
    pub fn finish(&self) -> Option<Problem> {
        let is_whole =
            self.at == At::Stopped || self.at == At::Header && self.member > 1 && is_padding(&self.head);
        (!is_whole).then_some(Problem::GzipTruncated { offset: self.n_out })
    }

    fn header(&mut self, chunk: &[u8]) -> Result<usize, Problem> {
        let before = self.head.len();
        if self.member > 1 && is_padding(&self.head) {
            // Between members: padding is not kept, however much there is.
            let zeros = chunk.iter().take_while(|&&byte| byte == 0).count();
            if before == 0 && zeros > 0 {
                return Ok(zeros);
            }
        }
        self.head.extend_from_slice(chunk);
        let signature = &self.head[..self.head.len().min(SIGNATURE.len())];
        if !SIGNATURE.starts_with(signature) {
            return Err(Problem::GzipTrailing { offset: self.n_in - before as u64 });
        }
        let Some(length) = header_bytes(&self.head) else {
            let is_absurd = self.head.len() > HEADER_BYTES;
            return if is_absurd {
                Err(Problem::GzipDamaged { offset: self.n_out })
            } else {
                Ok(chunk.len())
            };
        };
        self.head.clear();
        self.at = At::Body;
        Ok(length - before)
    }

    fn body(&mut self, chunk: &[u8], sink: &mut Sink<'_>) -> Result<usize, Problem> {
        let mut n_used = 0;
        loop {
            let (n_in, n_out) = (self.inflate.total_in(), self.inflate.total_out());
            // Up to the same places however the file is cut: there the sink may refuse.
            let n_room = OUT_BYTES - (self.n_out % OUT_BYTES as u64) as usize;
            let room = &mut self.out[..n_room];
            let status = self.inflate.decompress(&chunk[n_used..], room, FlushDecompress::None);
            n_used += (self.inflate.total_in() - n_in) as usize;
            let out = &self.out[..(self.inflate.total_out() - n_out) as usize];
            self.crc.update(out);
            self.n_out += out.len() as u64;
            sink(out, self.n_in + n_used as u64)?;
            match status {
                Ok(Status::StreamEnd) => {
                    self.at = At::Trailer;
                    return Ok(n_used);
                }
                Ok(_) if n_used == chunk.len() && out.len() < n_room => return Ok(n_used),
                Ok(Status::BufError) if out.is_empty() => return Ok(n_used),
                Ok(_) => {}
                Err(_) => return Err(Problem::GzipDamaged { offset: self.n_out }),
            }
        }
    }

    fn trailer(&mut self, chunk: &[u8]) -> (usize, Result<(), Problem>) {
        let n = (8 - self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..n]);
        if self.head.len() < 8 {
            return (n, Ok(()));
        }
        let is_right = self.head[..4] == self.crc.sum().to_le_bytes()
            && self.head[4..] == self.crc.amount().to_le_bytes();
        let member = self.member;
        self.head.clear();
        self.inflate.reset(false);
        self.crc.reset();
        self.member += 1;
        self.at = At::Header;
        (n, if is_right { Ok(()) } else { Err(Problem::GzipChecksum { member }) })
    }
}

/// How long the header is that `head` begins with; `None` while more of it is to come.
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

fn is_padding(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}
