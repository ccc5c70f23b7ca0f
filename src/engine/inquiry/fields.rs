//! Which fields have values, in the rows of a selection or in all rows.

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::engine::Hub;
use crate::query::Asked;
use crate::query::fields::FieldList;

/// Asks for the fields.
pub struct Fields {
    /// Of which rows; `None` for all rows.
    pub selection: Option<u32>,
    /// Whether different values are counted.
    pub counts_distinct: bool,
}

impl Fields {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Fields { selection, counts_distinct } = self;
        let rows = match selection {
            Some(selection) => hub.rows_of(selection)?,
            None => hub.accepting(String::new()),
        };
        let asked = FieldList { counts_distinct };
        put(rows.ask(asked.clone()), move |hub, partials| {
            if let Some(selection) = selection {
                hub.check_selection(selection)?;
            }
            done(Reply::Fields(asked.answer(partials)))
        })
    }
}
