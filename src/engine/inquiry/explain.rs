//! What each clause of a selection's query does.

use std::ops::Range;

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::engine::Hub;
use crate::query::{Asked, Clause, Query, Tree, explain};

/// Asks what the clauses do.
pub struct Explain {
    /// Of which selection's query.
    pub selection: u32,
}

/// The clauses of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The query.
    pub query: String,
    /// Its clauses, in their order.
    pub clauses: Vec<ClauseState>,
}

/// What one clause of a query does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseState {
    /// Where it stands in the query: bytes.
    pub at: Range<usize>,
    /// Rows that it alone accepts.
    pub n_alone: u64,
    /// Rows that there would be without it.
    pub n_without: u64,
}

impl Explain {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let selection = self.selection;
        let mut rows = hub.rows_of(selection)?;
        let text = rows.queries[0].clone();
        let query = Query::parse(&text)?;
        let alone = |clause: &Tree<Clause>| Query::from_clauses(vec![clause.clone()]).to_string();
        rows.queries = std::iter::once(String::new()).chain(query.clauses().iter().map(alone)).collect();
        let asked = explain::Explain { n_clauses: query.clauses().len() };
        put(rows.ask(asked.clone()), move |hub, partials| {
            hub.check_selection(selection)?;
            let state = |(clause, (n_alone, n_without)): (&Tree<Clause>, (u64, u64))| ClauseState {
                at: clause.at.0.clone(),
                n_alone,
                n_without,
            };
            let clauses = query.clauses().iter().zip(asked.answer(partials)).map(state).collect();
            done(Reply::Explain(Explanation { query: text, clauses }))
        })
    }
}
