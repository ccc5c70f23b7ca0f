//! Numbers that identify things, and the layout of their bits.
//!
//! Sources, selections and ranks are type names for plain numbers: JavaScript and partials use the same numbers. A
//! [`RowRef`] is a type of its own, because its bits hold two numbers.

use super::limits;

/// A source: a file that was dropped, or a member of such a file.
///
/// ```text
/// bits   31 0      30…0 file, in the order in which files were dropped
/// bits   31 1      30…27 shard      26…0 member, in the order in which the shard found its members
/// ```
///
/// The hub numbers files. Each shard numbers the members that it finds, so that no shard has to ask another shard.
pub type SourceId = u32;

/// A selection whose rows the hub holds until the selection is closed.
pub type SelectionId = u32;

/// The place of a row in the order of all rows: by time, path and position in the source. Duplicates have no rank.
pub type Rank = u32;

const IS_MEMBER: SourceId = 1 << 31;
const MEMBER_BITS: u32 = 27;

/// The number of the member at `index` among those that `shard` found.
pub fn member_id(shard: usize, index: usize) -> SourceId {
    IS_MEMBER | (shard as u32) << MEMBER_BITS | index as u32
}

/// The shard that found the member and the member's index there; `None` for a file.
pub fn member_of(source: SourceId) -> Option<(usize, usize)> {
    let rest = source & !IS_MEMBER;
    (source & IS_MEMBER != 0)
        .then_some(((rest >> MEMBER_BITS) as usize, (rest & ((1 << MEMBER_BITS) - 1)) as usize))
}

/// A row of any shard.
///
/// ```text
/// bits   31…28 shard      27…0 row of the shard
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef(u32);

const ROW_BITS: u32 = 28;
const _: () = assert!(limits::SHARD_ROWS == 1 << ROW_BITS, "the limit equals what the bits can hold");

impl RowRef {
    /// Row `row` of shard `shard`.
    pub fn new(shard: usize, row: u32) -> RowRef {
        RowRef((shard as u32) << ROW_BITS | row)
    }

    /// The row as one number.
    pub fn to_bits(self) -> u32 {
        self.0
    }

    /// The row that [`RowRef::to_bits`] made `bits` from.
    pub fn from_bits(bits: u32) -> RowRef {
        RowRef(bits)
    }

    /// The shard that holds the row.
    pub fn shard(self) -> usize {
        (self.0 >> ROW_BITS) as usize
    }

    /// The index of the row in its shard.
    pub fn row(self) -> u32 {
        self.0 & ((1 << ROW_BITS) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_no_file() {
        for (shard, index) in [(0, 0), (15, 0), (0, (1 << MEMBER_BITS) - 1), (7, 12)] {
            assert_eq!(member_of(member_id(shard, index)), Some((shard, index)));
        }
        assert_eq!(member_of(0), None);
        assert_eq!(member_of(IS_MEMBER - 1), None);
    }

    #[test]
    fn a_row_knows_its_shard() {
        let row = RowRef::new(15, (1 << ROW_BITS) - 1);
        assert_eq!((row.shard(), row.row()), (15, (1 << ROW_BITS) - 1));
        assert_eq!(RowRef::from_bits(row.to_bits()), row);
    }
}
