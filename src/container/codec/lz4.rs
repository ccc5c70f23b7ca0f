//! lz4: frames of blocks, frames to be skipped, and the frames of the first lz4 tools.
//!
//! Spec: "LZ4 Frame Format Description" 1.6.4, "LZ4 Block Format Description" (both of lz4).
//! Differs from the spec: blocks are decoded here and not by a crate, so that a damaged or cut block gives what comes
//! before the damage, and linked blocks need no copy of what they look back to.

use std::hash::Hasher;

use twox_hash::XxHash32;

use super::{Decode, Sink, Step, Wrong, may_be_skippable};
use crate::base::Problem;

/// With what a frame begins.
pub const SIGNATURE: [u8; 4] = *b"\x04\x22\x4d\x18";

/// With what a frame of the first tools begins.
pub const LEGACY_SIGNATURE: [u8; 4] = *b"\x02\x21\x4c\x18";

/// How far back a match may point, into the blocks before if they are linked.
const WINDOW_BYTES: usize = 64 << 10;

/// Bytes of a block in a frame of the first tools.
const LEGACY_BLOCK_BYTES: usize = 8 << 20;

const FLAG_DICTIONARY: u8 = 1;
const FLAG_CHECKSUM: u8 = 4;
const FLAG_SIZE: u8 = 8;
const FLAG_BLOCK_CHECKSUM: u8 = 16;
const FLAG_INDEPENDENT: u8 = 32;

/// What the next bytes are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Signature,
    /// The header of a frame, behind the signature.
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
    /// Bytes of what has come in part.
    held: Vec<u8>,
    flags: u8,
    is_legacy: bool,
    /// The most that a block of this frame decodes to.
    block_bytes: usize,
    /// What blocks may look back to, then what the block decodes to.
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
                // The header has parts of its own: what it keeps is the longer.
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
    /// How many bytes the next part has.
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

    /// Takes one part whole; whether it is the last of the frame.
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
        // Data that does not shrink grows by a 255th.
        let most = self.block_bytes + self.block_bytes / 255 + 16;
        match n_bytes {
            // Nothing says where such a frame ends but the next one.
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
        // The block was read: nothing of it is left to be salvaged.
        self.at = At::BlockSize;
        sink(&self.window[first..])?;
        expanded
    }

    /// Keeps of the window what the next block may look back to; where the block begins.
    fn begin_block(&mut self) -> usize {
        let is_linked = !self.is_legacy && self.flags & FLAG_INDEPENDENT == 0;
        let n_kept = if is_linked { self.window.len().min(WINDOW_BYTES) } else { 0 };
        let n_gone = self.window.len() - n_kept;
        self.window.drain(..n_gone);
        n_kept
    }
}

/// How long the header is that begins with `head`, behind the signature, as far as that can be seen.
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

/// Decodes a block behind what `window` holds, of which the block begins at `first`: up to `most` bytes. What could be
/// decoded is there in any case.
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
    // A block ends with literals.
    Err(Wrong::Damaged)
}

/// A length whose first four bits are `bits`; 15 of them say that more follows.
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

/// Appends `n` bytes, each the one that stands `distance` before.
fn repeat(window: &mut Vec<u8>, distance: usize, n: usize) {
    let (start, end) = (window.len() - distance, window.len() + n);
    while window.len() < end {
        // What was appended repeats itself: the stretch to copy doubles.
        let n_copied = (end - window.len()).min(window.len() - start);
        window.extend_from_within(start..start + n_copied);
    }
}
