//! zstd: frames of blocks. The seekable format and parallel tools put skippable frames between them.
//!
//! Spec: RFC 8878.
//! A block is decoded once all of its bytes have arrived: a block has at most 128 KiB. The decoder holds back the last
//! bytes of a frame, up to the size of its window, until the frame ends; after a cut or damaged frame, these bytes are
//! drained.

use std::io::{Error, Write};

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Decode, Sink, Step, TOO_FAR_BACK, Wrong};
use crate::base::{Problem, limits};

/// The bytes at the start of a frame.
pub const SIGNATURE: [u8; 4] = *b"\x28\xb5\x2f\xfd";

/// The most bytes of a block, with its header and the checksum after the last block.
const BLOCK_MOST: usize = 3 + (128 << 10) + 4;

/// An empty block that is marked as the last, followed by a checksum that is not compared.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// The part of the frame that the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Header,
    Block,
    /// In a skippable frame, with this number of bytes left.
    Skip(u64),
}

/// Reads one frame.
pub struct Zstd {
    at: At,
    /// The bytes of the header, then those of a block that is not complete yet.
    held: Vec<u8>,
    frame: FrameDecoder,
    has_checksum: bool,
}

impl Default for Zstd {
    fn default() -> Self {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(limits::WINDOW_BYTES);
        Zstd { at: At::Header, held: Vec::new(), frame, has_checksum: false }
    }
}

impl Decode for Zstd {
    fn decode(&mut self, input: &[u8], _: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        let mut n_used = 0;
        loop {
            let rest = &input[n_used..];
            n_used += match self.at {
                At::Skip(n_left) => {
                    let n = n_left.min(rest.len() as u64);
                    self.at = At::Skip(n_left - n);
                    if n == n_left {
                        return Ok(Step::End { n_in: n_used + n as usize, is_right: true });
                    }
                    n as usize
                }
                At::Header => self.header(rest)?,
                At::Block => {
                    let (n, step) = self.block(rest, sink)?;
                    if let Some(is_right) = step {
                        return Ok(Step::End { n_in: n_used + n, is_right });
                    }
                    n
                }
            };
            // An empty skippable frame may end directly after its header.
            if n_used == input.len() && self.at != At::Skip(0) {
                return Ok(Step::More);
            }
        }
    }

    fn salvage(&mut self, _: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        if self.at != At::Block {
            return Ok(());
        }
        // The last block may be complete and only its checksum missing.
        let held = std::mem::take(&mut self.held);
        if let Some(n_block) = block_bytes(&held, false)
            && held.len() >= n_block
            && held[0] & 1 == 1
        {
            let block = [&held[..n_block], &[0; 4]].concat();
            let _ = self.frame.decode_blocks(&block[..], BlockDecodingStrategy::UptoBlocks(1));
        } else {
            let _ = self.frame.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::UptoBlocks(1));
        }
        self.drain(sink)
    }
}

impl Zstd {
    /// Takes bytes of the header, and returns how many.
    fn header(&mut self, input: &[u8]) -> Result<usize, Wrong> {
        let mut n_used = 0;
        while self.held.len() < header_bytes(&self.held) {
            let Some(&byte) = input.get(n_used) else { return Ok(n_used) };
            self.held.push(byte);
            n_used += 1;
        }
        let held = std::mem::take(&mut self.held);
        if held[..4] != SIGNATURE {
            let n_skipped = u32::from_le_bytes([held[4], held[5], held[6], held[7]]);
            self.at = At::Skip(n_skipped as u64);
            return Ok(n_used);
        }
        self.has_checksum = held[4] & 4 != 0;
        self.at = At::Block;
        match self.frame.reset(&held[..]) {
            Ok(()) => Ok(n_used),
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => Err(Wrong::Unsupported(TOO_FAR_BACK)),
            Err(FrameDecoderError::DictNotProvided { .. }) => {
                Err(Wrong::Unsupported("a dictionary that is not in it"))
            }
            Err(_) => Err(Wrong::Damaged),
        }
    }

    /// Takes bytes of a block. Returns how many and, at the end of the frame, whether its checksum is right.
    fn block(&mut self, input: &[u8], sink: &mut Sink<'_>) -> Result<(usize, Option<bool>), Wrong> {
        // A block that arrived in one chunk is not copied.
        if self.held.is_empty()
            && let Some(n_block) = block_bytes(input, self.has_checksum).filter(|&n| n <= BLOCK_MOST)
            && let Some(block) = input.get(..n_block)
        {
            return Ok((n_block, self.whole_block(block, sink)?));
        }
        let mut n_used = 0;
        loop {
            let n_wanted = block_bytes(&self.held, self.has_checksum).unwrap_or(3);
            if n_wanted > BLOCK_MOST {
                return Err(Wrong::Damaged);
            }
            if self.held.len() == n_wanted {
                let held = std::mem::take(&mut self.held);
                let end = self.whole_block(&held, sink)?;
                self.held = held;
                self.held.clear();
                return Ok((n_used, end));
            }
            let n = (n_wanted - self.held.len()).min(input.len() - n_used);
            if n == 0 {
                return Ok((n_used, None));
            }
            self.held.extend_from_slice(&input[n_used..n_used + n]);
            n_used += n;
        }
    }

    fn whole_block(&mut self, block: &[u8], sink: &mut Sink<'_>) -> Result<Option<bool>, Wrong> {
        let decoded = self.frame.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1));
        let is_last = decoded.map_err(|_| Wrong::Damaged)?;
        self.drain(sink)?;
        let is_right = || {
            let recorded = self.frame.get_checksum_from_data();
            recorded.is_none() || recorded == self.frame.get_calculated_checksum()
        };
        Ok(is_last.then(is_right))
    }

    fn drain(&mut self, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let mut writer = ToSink { sink, refused: None };
        let _ = self.frame.collect_to_writer(&mut writer);
        writer.refused.map_or(Ok(()), Err)
    }
}

/// The length of the header that begins with `head`, as far as `head` tells.
fn header_bytes(head: &[u8]) -> usize {
    let Some(&descriptor) = head.get(4) else { return 5 };
    if head[..4] != SIGNATURE {
        return 8;
    }
    let is_single = descriptor & 0x20 != 0;
    let n_dictionary = [0, 1, 2, 4][descriptor as usize & 3];
    let n_size = [is_single as usize, 2, 4, 8][descriptor as usize >> 6];
    5 + !is_single as usize + n_dictionary + n_size
}

/// The length of the block that begins with `head`, including the checksum after the last block; `None` while `head`
/// is too short to tell.
fn block_bytes(head: &[u8], has_checksum: bool) -> Option<usize> {
    let header = u32::from_le_bytes([*head.first()?, *head.get(1)?, *head.get(2)?, 0]);
    let (is_last, kind, size) = (header & 1 == 1, header >> 1 & 3, header as usize >> 3);
    // A block of kind 1 is one byte, and its size says how often the byte repeats.
    let n_content = if kind == 1 { 1 } else { size };
    Some(3 + n_content + if is_last && has_checksum { 4 } else { 0 })
}

/// Adapts a sink to the interface of the decoder.
struct ToSink<'a, 'b> {
    sink: &'a mut Sink<'b>,
    refused: Option<Problem>,
}

impl Write for ToSink<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        match (self.sink)(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(problem) => {
                self.refused = Some(problem);
                Err(Error::other("refused"))
            }
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
