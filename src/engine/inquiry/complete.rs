//! What can be typed at a place of a query's text: for a value, those that are the most frequent in the rows which the
//! other clauses accept.

use std::ops::Range;

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::engine::Hub;
use crate::format::meaning_of;
use crate::query::Asked;
use crate::query::complete::{Choice, Place, Wanted};
use crate::query::facet::{FacetOf, FacetOrder, Facets};
use crate::query::fields::FieldList;

/// So many values of a field are offered.
const VALUES_TO_CHOOSE: usize = 50;

/// Asks what can be typed.
pub struct Complete {
    /// The text of a query, right or wrong.
    pub query: String,
    /// The byte of the cursor.
    pub cursor: usize,
}

/// What can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text.
    pub query: String,
    /// What a choice replaces: bytes.
    pub at: Range<usize>,
    /// What the place takes.
    pub wanted: Wanted,
    /// The choices, the best first.
    pub choices: Vec<Choice>,
}

impl Complete {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Complete { query, cursor } = self;
        let place = hub.place_in(&query, cursor);
        match &place.wanted {
            Wanted::Field { .. } => {
                let asked = FieldList { counts_distinct: false };
                put(hub.accepting(String::new()).ask(asked.clone()), move |_, partials| {
                    let fields = asked.answer(partials);
                    let known = fields.iter().map(|of| (of.name.as_str(), meaning_of(&of.name), of.n_rows));
                    let choices = place.fields(known);
                    completed(query, place, choices)
                })
            }
            Wanted::Value { field } => {
                let search = Some(place.typed.clone()).filter(|typed| !typed.is_empty());
                let of = FacetOf { field: field.clone(), query: 0, search };
                let asked = Facets { fields: vec![of], limit: VALUES_TO_CHOOSE, order: FacetOrder::Count };
                put(hub.accepting(place.others.clone()).ask(asked.clone()), move |_, partials| {
                    let facets = asked.answer(partials);
                    let values = facets.iter().flat_map(|facet| &facet.values);
                    let choices =
                        place.values(values.map(|(text, tally)| (text.as_str(), Some(tally.n_rows))));
                    completed(query, place, choices)
                })
            }
            _ => {
                let choices = place.words();
                completed(query, place, choices)
            }
        }
    }
}

fn completed(query: String, place: Place, choices: Vec<Choice>) -> Result<Round, Error> {
    let Place { at, wanted, .. } = place;
    done(Reply::Complete(Completion { query, at, wanted, choices }))
}
