//! What each clause of a query does: how many rows it accepts alone, and how many there would be without it.

use super::gather::{Asked, Partial, Table};
use crate::base::Bitmap;
use crate::base::wire::{Reader, Writer};

/// Asks about the clauses of a query. The first query of the question accepts every row, the others are the clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explain {
    /// How many clauses there are.
    pub n_clauses: usize,
}

impl Asked for Explain {
    type Partial<'p> = ExplainPartial;

    fn write(&self, writer: &mut Writer) {
        writer.u64(self.n_clauses as u64);
    }

    fn read(reader: &mut Reader<'_>) -> Explain {
        Explain { n_clauses: reader.u64() as usize }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        ExplainPartial { clauses: vec![(0, 0); self.n_clauses] }
    }
}

/// Rows by clause.
pub struct ExplainPartial {
    /// Rows that the clause alone accepts, and rows that all others accept.
    clauses: Vec<(u64, u64)>,
}

impl<'p> Partial<'p> for ExplainPartial {
    /// For each clause the rows that it alone accepts, and the rows that all others accept.
    type Answer = Vec<(u64, u64)>;

    fn collect(&mut self, _: &mut Table<'_>, _: usize, rows: &[Bitmap]) {
        let (all, clauses) = rows.split_first().expect("the first query accepts every row");
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

    fn write(self, _: &mut Table<'_>, writer: &mut Writer) {
        for (n_alone, n_without) in self.clauses {
            writer.u64(n_alone);
            writer.u64(n_without);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        for (n_alone, n_without) in &mut self.clauses {
            *n_alone += reader.u64();
            *n_without += reader.u64();
        }
    }

    fn finish(self) -> Vec<(u64, u64)> {
        self.clauses
    }
}
