//! The values of some fields in the rows of a selection.

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::engine::Hub;
use crate::query::facet::{self, FacetOf, FacetOrder};
use crate::query::{Asked, Query};

/// Asks for the values of fields.
pub struct Facets {
    /// Of which rows.
    pub selection: u32,
    /// The fields.
    pub fields: Vec<String>,
    /// Only values that have this in them, whatever the case; an empty text is in all.
    pub search: String,
    /// Whether the rows of each field are those that the clauses on other fields accept.
    pub ignoring_own: bool,
    /// So many values of each field are listed.
    pub limit: usize,
    /// Which ones, and their order.
    pub order: FacetOrder,
}

impl Facets {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Facets { selection, fields, search, ignoring_own, limit, order } = self;
        let mut rows = hub.rows_of(selection)?;
        let query = Query::parse(&rows.queries[0])?;
        let of = |field: String| {
            let others = if ignoring_own { query.without_field(&field) } else { query.clone() };
            let own = if others == query { rows.queries[0].clone() } else { others.to_string() };
            let known = rows.queries.iter().position(|query| *query == own);
            let number = known.unwrap_or_else(|| {
                rows.queries.push(own);
                rows.queries.len() - 1
            });
            let search = Some(search.clone()).filter(|search| !search.is_empty());
            FacetOf { field, query: number as u32, search }
        };
        let asked = facet::Facets { fields: fields.into_iter().map(of).collect(), limit, order };
        put(rows.ask(asked.clone()), move |hub, partials| {
            hub.check_selection(selection)?;
            done(Reply::Facets(asked.answer(partials)))
        })
    }
}
