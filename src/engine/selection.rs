//! The answer to a query: which rows, in which order.

use std::rc::Rc;

use super::RowRef;
use super::asking::Accepted;
use crate::base::Bitmap;

/// Rows in their order. It stays as it is while more is loaded, until rows are forgotten.
pub(super) struct Selection {
    /// The order of all rows when it was made.
    base: Rc<Vec<RowRef>>,
    order: Order,
    /// What its rows were asked by, to ask more about them.
    pub accepted: Accepted,
    /// How often the hub had forgotten all rows before it was made.
    pub n_anew: u64,
}

pub(super) enum Order {
    /// The rows of the set of ranks, ascending; with the number of rows before each 64th word.
    ByRank { ranks: Bitmap, before: Vec<u32> },
    /// Ranks, one after the other.
    Sorted(Vec<u32>),
}

impl Selection {
    pub fn new(base: Rc<Vec<RowRef>>, order: Order, accepted: Accepted, n_anew: u64) -> Selection {
        Selection { base, order, accepted, n_anew }
    }

    pub fn n_rows(&self) -> usize {
        match &self.order {
            Order::Sorted(ranks) => ranks.len(),
            Order::ByRank { ranks, .. } => ranks.count(),
        }
    }

    /// The rows `first..end`, as far as there are so many.
    pub fn rows(&self, first: usize, end: usize) -> Vec<RowRef> {
        self.order.slice(first, end).into_iter().map(|rank| self.base[rank as usize]).collect()
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = RowRef> {
        self.order.iter().map(|rank| self.base[rank as usize])
    }
}

impl Order {
    pub fn by_rank(ranks: Bitmap) -> Order {
        let mut n = 0;
        let before = ranks.words().chunks(64).map(|words| {
            let before = n;
            n += words.iter().map(|word| word.count_ones()).sum::<u32>();
            before
        });
        let before = before.collect();
        Order::ByRank { ranks, before }
    }

    /// All ranks in order.
    fn iter(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Order::Sorted(ranks) => Box::new(ranks.iter().copied()),
            Order::ByRank { ranks, .. } => Box::new(ranks.iter().map(|rank| rank as u32)),
        }
    }

    fn slice(&self, first: usize, end: usize) -> Vec<u32> {
        match self {
            Order::Sorted(ranks) => ranks[first.min(ranks.len())..end.min(ranks.len())].to_vec(),
            Order::ByRank { ranks, before } => {
                let block = before.partition_point(|&n| n as usize <= first).saturating_sub(1);
                let skip = first - before.get(block).map_or(0, |&n| n as usize);
                let words = ranks.words().iter().enumerate().skip(block * 64);
                let set = words.flat_map(|(w, &word)| {
                    std::iter::successors(Some(word), |&rest| Some(rest & rest.wrapping_sub(1)))
                        .take_while(|&rest| rest != 0)
                        .map(move |rest| w as u32 * 64 + rest.trailing_zeros())
                });
                set.skip(skip).take(end.saturating_sub(first)).collect()
            }
        }
    }
}
