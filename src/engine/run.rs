//! Rows of one source, as a shard sends them to the hub.

use crate::base::SourceId;
use crate::base::wire::{Reader, Writer};

/// Rows that stand one after the other in a source.
pub(super) struct Run {
    /// After the run's last row, counted among the rows that are sent; the run begins where the one before it ends.
    pub end: u32,
    pub source: SourceId,
    /// The byte offset to which those of the run's rows are relative.
    pub base: u64,
}

impl Run {
    pub fn write_all(runs: &[Run], writer: &mut Writer) {
        writer.u64(runs.len() as u64);
        for &Run { end, source, base } in runs {
            writer.u32(end);
            writer.u32(source);
            writer.u64(base);
        }
    }

    pub fn read_all(reader: &mut Reader<'_>) -> Vec<Run> {
        let n = reader.u64();
        (0..n).map(|_| Run { end: reader.u32(), source: reader.u32(), base: reader.u64() }).collect()
    }
}
