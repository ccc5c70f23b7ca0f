//! bzip2: blocks of up to 900 KB, each with its own checksum, and one checksum over all blocks.
//!
//! Spec: there is no written one; the sources of bzip2 1.0.8 define the format. A block is decoded as a whole or not
//! at all, so a cut file gives the blocks before the cut.

use bzip2::{Decompress, Status};

use super::{Decode, Sink, Step, Wrong};

/// The bytes at the start of every stream. The block size follows, as one digit.
pub const SIGNATURE: &[u8] = b"BZh";

/// The bytes after the block size: the start of a block, or the end of a stream that has no block.
pub const BLOCK_SIGNATURES: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];

/// Reads one stream.
pub struct Bzip2(Decompress);

impl Default for Bzip2 {
    fn default() -> Self {
        Bzip2(Decompress::new(false))
    }
}

impl Decode for Bzip2 {
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        let mut n_used = 0;
        loop {
            let (n_in, n_out) = (self.0.total_in(), self.0.total_out());
            let status = self.0.decompress(&input[n_used..], room);
            let n_taken = (self.0.total_in() - n_in) as usize;
            let n_given = (self.0.total_out() - n_out) as usize;
            n_used += n_taken;
            if n_given > 0 {
                sink(&room[..n_given])?;
            }
            match status {
                Ok(Status::StreamEnd) => return Ok(Step::End { n_in: n_used, is_right: true }),
                Ok(_) if n_used == input.len() && n_given < room.len() => return Ok(Step::More),
                Ok(_) if n_taken + n_given > 0 => {}
                Ok(_) | Err(_) => return Err(Wrong::Damaged),
            }
        }
    }
}
