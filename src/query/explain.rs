//! What each clause of a query does: how many rows it accepts alone, and how many there would be without it.

use super::question::{Gather, Table};
use crate::base::Bitmap;
use crate::base::wire::{Reader, Writer};

/// Rows by clause. The first query of the question accepts every row, the others are the clauses, one each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// Rows that the clause alone accepts, and rows that all others accept.
    pub clauses: Vec<(u64, u64)>,
}

impl Gather for Explained {
    fn segment(&mut self, _: &mut Table<'_>, _: usize, rows: &[Bitmap]) {
        let (all, clauses) = rows.split_first().expect("the first query accepts every row");
        self.clauses.resize(clauses.len(), (0, 0));
        // What is accepted by all clauses behind each one; of the last clause first.
        let mut behind: Vec<Bitmap> = vec![all.clone()];
        for clause in clauses.iter().skip(1).rev() {
            let mut accepted = behind[behind.len() - 1].clone();
            accepted.and(clause);
            behind.push(accepted);
        }
        let mut before = all.clone();
        for ((n_alone, n_without), clause) in self.clauses.iter_mut().zip(clauses) {
            *n_alone += clause.count() as u64;
            let mut others = behind.pop().expect("there is one for each clause");
            others.and(&before);
            *n_without += others.count() as u64;
            before.and(clause);
        }
    }

    fn finish(self: Box<Self>, _: &mut Table<'_>) -> Vec<u8> {
        let (n_alone, n_without): (Vec<u64>, Vec<u64>) = self.clauses.into_iter().unzip();
        let mut writer = Writer::new();
        writer.u64s(&n_alone);
        writer.u64s(&n_without);
        writer.into_bytes()
    }
}

impl Explained {
    /// The sums over all shards, for `n_clauses`.
    pub fn merge(partials: &[Vec<u8>], n_clauses: usize) -> Explained {
        let mut clauses = vec![(0, 0); n_clauses];
        for partial in partials {
            let reader = &mut Reader::new(partial);
            // A shard without a row says nothing.
            for (clause, (alone, without)) in
                clauses.iter_mut().zip(reader.u64s().into_iter().zip(reader.u64s()))
            {
                *clause = (clause.0 + alone, clause.1 + without);
            }
        }
        Explained { clauses }
    }
}
