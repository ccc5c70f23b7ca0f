//! Deflate data: without a header as in gzip and zip, or between the header and the checksum of zlib.
//!
//! Spec: RFC 1951 (deflate), RFC 1950 (zlib).

use flate2::{Decompress, FlushDecompress, Status};

use super::{Decode, Sink, Step, Wrong};

/// Inflates one stream.
pub struct Inflate(Decompress);

impl Inflate {
    /// Decodes a stream without a header.
    pub fn bare() -> Inflate {
        Inflate(Decompress::new(false))
    }

    /// Decodes a stream with the header and the checksum of zlib. A wrong checksum counts as damage.
    pub fn zlib() -> Inflate {
        Inflate(Decompress::new(true))
    }
}

impl Decode for Inflate {
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        let mut n_used = 0;
        loop {
            let (n_in, n_out) = (self.0.total_in(), self.0.total_out());
            let status = self.0.decompress(&input[n_used..], room, FlushDecompress::None);
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
