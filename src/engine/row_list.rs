//! What the hub knows of the rows of a shard.

use std::ops::{Index, IndexMut};

use crate::base::{Rank, SourceId};

/// Rows of a chunk.
const CHUNK_ROWS: usize = 1 << 16;

/// One row, by what it is brought into order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Nanoseconds, `View::NO_TIME` where it has none.
    pub time: i64,
    /// The byte offset of its record in its source.
    pub offset: u64,
    /// Its source.
    pub source: SourceId,
    /// Its place in the order of all rows; [`Row::NO_RANK`] for a copy.
    pub rank: Rank,
}

impl Row {
    pub const NO_RANK: Rank = u32::MAX;
}

/// Rows by the shard's number, in chunks: where more come, none that is there is moved.
#[derive(Debug, Default)]
pub(super) struct RowList {
    /// Each is full but the last.
    chunks: Vec<Vec<Row>>,
}

impl RowList {
    pub fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK_ROWS + last.len())
    }

    pub fn get(&self, row: usize) -> Option<&Row> {
        self.chunks.get(row / CHUNK_ROWS)?.get(row % CHUNK_ROWS)
    }

    pub fn extend(&mut self, mut rows: impl ExactSizeIterator<Item = Row>) {
        while rows.len() > 0 {
            let is_full = self.chunks.last().is_none_or(|last| last.len() == CHUNK_ROWS);
            if is_full {
                // The first one grows: most shards of a small case need no more.
                let n_room = if self.chunks.is_empty() { 0 } else { CHUNK_ROWS };
                self.chunks.push(Vec::with_capacity(n_room));
            }
            if let Some(last) = self.chunks.last_mut() {
                last.extend(rows.by_ref().take(CHUNK_ROWS - last.len()));
            }
        }
    }
}

impl Index<usize> for RowList {
    type Output = Row;

    #[inline]
    fn index(&self, row: usize) -> &Row {
        &self.chunks[row / CHUNK_ROWS][row % CHUNK_ROWS]
    }
}

impl IndexMut<usize> for RowList {
    #[inline]
    fn index_mut(&mut self, row: usize) -> &mut Row {
        &mut self.chunks[row / CHUNK_ROWS][row % CHUNK_ROWS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_every_chunk() {
        let mut list = RowList::default();
        let row = |time: usize| Row { time: time as i64, offset: 0, source: 0, rank: Row::NO_RANK };
        for n in [0, 1, CHUNK_ROWS - 1, 1, 2 * CHUNK_ROWS + 5] {
            let first = list.len();
            list.extend((first..first + n).map(row));
        }
        assert_eq!(list.len(), 3 * CHUNK_ROWS + 6);
        assert!((0..list.len()).all(|at| list[at].time == at as i64));
        assert!(list.get(list.len()).is_none());
    }
}
