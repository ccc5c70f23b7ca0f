//! The rows of a selection over time: what the buckets and the series depend on, then the counts.

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::base::event::TIMESTAMP;
use crate::engine::Hub;
use crate::query::timeline::{Counts, Wish};
use crate::query::{Asked, Query};

/// Asks for a timeline.
pub struct AskTimeline {
    /// Of which rows.
    pub selection: u32,
    /// Which one.
    pub wish: Wish,
    /// Whether the rows are those that the clauses on other fields than the time accept.
    pub ignoring_own: bool,
}

impl AskTimeline {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let AskTimeline { selection, wish, ignoring_own } = self;
        let mut rows = hub.rows_of(selection)?;
        if ignoring_own {
            rows.queries = vec![Query::parse(&rows.queries[0])?.without_field(TIMESTAMP).to_string()];
        }
        let scope = wish.scope();
        put(rows.clone().ask(scope.clone()), move |_, partials| {
            let found = scope.answer(partials);
            let buckets = found.buckets(&wish, rows.settings.offset_seconds)?;
            let counts = Counts { buckets, by: wish.by, values: found.values.clone() };
            put(rows.ask(counts.clone()), move |hub, partials| {
                hub.check_selection(selection)?;
                done(Reply::AskTimeline(found.timeline(buckets, counts.answer(partials))))
            })
        })
    }
}
