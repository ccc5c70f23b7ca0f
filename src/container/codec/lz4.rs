//! lz4: frames of blocks, skippable frames, and the frames of the first lz4 tools.
//!
//! Spec: "LZ4 Frame Format Description" 1.6.4, "LZ4 Block Format Description" (both of lz4).
//! Differs from the spec: the decoder for blocks is written here and is not a crate, so that a damaged or cut block
//! gives the bytes before the damage, and linked blocks need no copy of the earlier bytes that they refer to.

use std::hash::Hasher;

use twox_hash::XxHash32;

use super::{Decode, Sink, Step, Wrong, may_be_skippable};
use crate::base::Problem;

/// The bytes at the start of a frame.
pub const SIGNATURE: [u8; 4] = *b"\x04\x22\x4d\x18";

/// The bytes at the start of a frame of the first tools.
pub const LEGACY_SIGNATURE: [u8; 4] = *b"\x02\x21\x4c\x18";

/// How many bytes back a match may point. If the blocks are linked, a match may point into earlier blocks.
const WINDOW_BYTES: usize = 64 << 10;

/// Bytes of a block in a frame of the first tools.
const LEGACY_BLOCK_BYTES: usize = 8 << 20;

const FLAG_DICTIONARY: u8 = 1;
const FLAG_CHECKSUM: u8 = 4;
const FLAG_SIZE: u8 = 8;
const FLAG_BLOCK_CHECKSUM: u8 = 16;
const FLAG_INDEPENDENT: u8 = 32;

/// The part of the stream that the next bytes belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Signature,
    /// The header of a frame, after the signature.
    Header,
    BlockSize,
    Block {
        n_bytes: usize,
        is_stored: bool,
    },
    Checksum,
    SkipSize,
    Skip(u64),
}

/// Reads one frame.
pub struct Lz4 {
    at: At,
    /// The bytes of a part that is not complete yet.
    held: Vec<u8>,
    flags: u8,
    is_legacy: bool,
    /// The largest number of bytes that a block of this frame decodes to.
    block_bytes: usize,
    /// Earlier bytes that the block may refer to, followed by the bytes decoded from the block.
    window: Vec<u8>,
    hash: XxHash32,
    is_right: bool,
}

impl Default for Lz4 {
    fn default() -> Self {
        Lz4 {
            at: At::Signature,
            held: Vec::new(),
            flags: 0,
            is_legacy: false,
            block_bytes: 0,
            window: Vec::new(),
            hash: XxHash32::with_seed(0),
            is_right: true,
        }
    }
}

impl Decode for Lz4 {
    fn decode(&mut self, input: &[u8], _: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        let mut n_used = 0;
        loop {
            if let At::Skip(n_left) = self.at {
                let n = n_left.min((input.len() - n_used) as u64);
                self.at = At::Skip(n_left - n);
                let n_in = n_used + n as usize;
                let is_end = n == n_left;
                return Ok(if is_end { Step::End { n_in, is_right: true } } else { Step::More });
            }
            let n_wanted = self.n_wanted();
            let rest = &input[n_used..];
            let ended = if self.held.is_empty() && rest.len() >= n_wanted {
                n_used += n_wanted;
                self.part(&rest[..n_wanted], sink)?
            } else {
                let n = (n_wanted - self.held.len()).min(rest.len());
                self.held.extend_from_slice(&rest[..n]);
                n_used += n;
                if self.held.len() < n_wanted {
                    return Ok(Step::More);
                }
                let held = std::mem::take(&mut self.held);
                let ended = self.part(&held, sink)?;
                // `header` keeps bytes in `held` if it needs more; otherwise `held` only gives its memory back.
                if self.held.is_empty() {
                    self.held = held;
                    self.held.clear();
                }
                ended
            };
            if ended {
                return Ok(Step::End { n_in: n_used, is_right: self.is_right });
            }
        }
    }

    fn may_end(&self) -> bool {
        self.is_legacy && self.at == At::BlockSize && self.held.is_empty()
    }

    fn salvage(&mut self, _: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let held = std::mem::take(&mut self.held);
        match self.at {
            At::Block { is_stored: true, .. } => {
                let n = held.len().min(self.block_bytes);
                sink(&held[..n])
            }
            At::Block { is_stored: false, .. } => {
                let first = self.begin_block();
                let _ = expand(&held, &mut self.window, first, self.block_bytes);
                sink(&self.window[first..])
            }
            _ => Ok(()),
        }
    }
}

impl Lz4 {
    /// The number of bytes of the next part.
    fn n_wanted(&self) -> usize {
        match self.at {
            At::Signature | At::BlockSize | At::Checksum | At::SkipSize => 4,
            At::Header => header_bytes(&self.held),
            At::Block { n_bytes, .. } => {
                let has_checksum = self.flags & FLAG_BLOCK_CHECKSUM != 0;
                n_bytes + if has_checksum { 4 } else { 0 }
            }
            At::Skip(_) => 0,
        }
    }

    /// Takes one whole part, and returns whether it is the last of the frame.
    fn part(&mut self, part: &[u8], sink: &mut Sink<'_>) -> Result<bool, Wrong> {
        match self.at {
            At::Signature => self.signature(part),
            At::SkipSize => self.at = At::Skip(number(part) as u64),
            At::Header if part.len() < header_bytes(part) => self.held = part.to_vec(),
            At::Header => self.header(part)?,
            At::BlockSize => return self.block_size(number(part)),
            At::Block { n_bytes, is_stored } => {
                self.block(&part[..n_bytes], &part[n_bytes..], is_stored, sink)?;
            }
            At::Checksum => {
                self.is_right &= number(part) == self.hash.finish() as u32;
                return Ok(true);
            }
            At::Skip(_) => {}
        }
        Ok(false)
    }

    fn signature(&mut self, signature: &[u8]) {
        self.is_legacy = signature == LEGACY_SIGNATURE;
        self.at = match signature {
            _ if signature == SIGNATURE => At::Header,
            _ if self.is_legacy => At::BlockSize,
            _ => At::SkipSize,
        };
        self.block_bytes = LEGACY_BLOCK_BYTES;
    }

    fn header(&mut self, header: &[u8]) -> Result<(), Wrong> {
        self.flags = header[0];
        let mut hash = XxHash32::with_seed(0);
        hash.write(&header[..header.len() - 1]);
        let is_right = (hash.finish() >> 8) as u8 == header[header.len() - 1];
        if !is_right || self.flags >> 6 != 1 {
            return Err(Wrong::Damaged);
        }
        if self.flags & FLAG_DICTIONARY != 0 {
            return Err(Wrong::Unsupported("a dictionary that is not in it"));
        }
        self.block_bytes = match header[1] >> 4 & 7 {
            size @ 4..=7 => 1 << (2 * size + 8),
            _ => return Err(Wrong::Damaged),
        };
        self.at = At::BlockSize;
        Ok(())
    }

    fn block_size(&mut self, size: u32) -> Result<bool, Wrong> {
        let (is_stored, n_bytes) = match self.is_legacy {
            true => (false, size as usize),
            false => (size >> 31 == 1, (size & 0x7fff_ffff) as usize),
        };
        // Data that cannot be compressed grows by at most a 255th.
        let most = self.block_bytes + self.block_bytes / 255 + 16;
        match n_bytes {
            // Frames of the first tools have no end mark: such a frame ends where the next one begins.
            _ if self.is_legacy && is_signature(size) => self.signature(&size.to_le_bytes()),
            0 if self.is_legacy => return Err(Wrong::Damaged),
            0 if self.flags & FLAG_CHECKSUM != 0 => self.at = At::Checksum,
            0 => return Ok(true),
            _ if n_bytes > most => return Err(Wrong::Damaged),
            _ => self.at = At::Block { n_bytes, is_stored },
        }
        Ok(false)
    }

    fn block(
        &mut self,
        block: &[u8],
        checksum: &[u8],
        is_stored: bool,
        sink: &mut Sink<'_>,
    ) -> Result<(), Wrong> {
        if !checksum.is_empty() {
            self.is_right &= number(checksum) == XxHash32::oneshot(0, block);
        }
        let first = self.begin_block();
        let expanded = match is_stored {
            false => expand(block, &mut self.window, first, self.block_bytes),
            true if block.len() > self.block_bytes => Err(Wrong::Damaged),
            true => {
                self.window.extend_from_slice(block);
                Ok(())
            }
        };
        if self.flags & FLAG_CHECKSUM != 0 {
            self.hash.write(&self.window[first..]);
        }
        // The block was read, so nothing of it is left to salvage.
        self.at = At::BlockSize;
        sink(&self.window[first..])?;
        expanded
    }

    /// Removes from the window all bytes that the next block cannot refer to, and returns where the block begins.
    fn begin_block(&mut self) -> usize {
        let is_linked = !self.is_legacy && self.flags & FLAG_INDEPENDENT == 0;
        let n_kept = if is_linked { self.window.len().min(WINDOW_BYTES) } else { 0 };
        let n_gone = self.window.len() - n_kept;
        self.window.drain(..n_gone);
        n_kept
    }
}

/// The length of the header that begins with `head`, after the signature, as far as `head` tells.
fn header_bytes(head: &[u8]) -> usize {
    let Some(&flags) = head.first() else { return 2 };
    let n_size = if flags & FLAG_SIZE != 0 { 8 } else { 0 };
    let n_dictionary = if flags & FLAG_DICTIONARY != 0 { 4 } else { 0 };
    3 + n_size + n_dictionary
}

fn is_signature(size: u32) -> bool {
    let signature = size.to_le_bytes();
    signature == SIGNATURE || signature == LEGACY_SIGNATURE || may_be_skippable(&signature)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | byte as u32)
}

/// Decodes a block into `window`, where its bytes begin at `first`, up to `most` bytes. After an error, `window` holds
/// the bytes before the damage.
fn expand(mut block: &[u8], window: &mut Vec<u8>, first: usize, most: usize) -> Result<(), Wrong> {
    while let Some((&token, rest)) = block.split_first() {
        block = rest;
        let n_literals = length(token >> 4, &mut block)?;
        let n_there = n_literals.min(block.len()).min(most - (window.len() - first));
        window.extend_from_slice(&block[..n_there]);
        if n_there < n_literals {
            return Err(Wrong::Damaged);
        }
        block = &block[n_there..];
        // The last sequence has no match.
        if block.is_empty() {
            return Ok(());
        }
        let Some((distance, rest)) = block.split_first_chunk() else { return Err(Wrong::Damaged) };
        block = rest;
        let distance = u16::from_le_bytes(*distance) as usize;
        let n_match = 4 + length(token & 15, &mut block)?;
        if distance == 0 || distance > window.len() || n_match > most - (window.len() - first) {
            return Err(Wrong::Damaged);
        }
        repeat(window, distance, n_match);
    }
    // A valid block ends with literals.
    Err(Wrong::Damaged)
}

/// A length whose first four bits are `bits`; if `bits` is 15, more bytes of the length follow.
fn length(bits: u8, block: &mut &[u8]) -> Result<usize, Wrong> {
    let mut length = bits as usize;
    if bits == 15 {
        loop {
            let Some((&byte, rest)) = block.split_first() else { return Err(Wrong::Damaged) };
            *block = rest;
            length += byte as usize;
            if byte != 255 {
                break;
            }
        }
    }
    Ok(length)
}

/// Appends `n` bytes. Each is a copy of the byte that is `distance` bytes before it.
fn repeat(window: &mut Vec<u8>, distance: usize, n: usize) {
    let (start, end) = (window.len() - distance, window.len() + n);
    while window.len() < end {
        // Appended bytes may be copied again, so the number of bytes to copy doubles each time.
        let n_copied = (end - window.len()).min(window.len() - start);
        window.extend_from_within(start..start + n_copied);
    }
}
