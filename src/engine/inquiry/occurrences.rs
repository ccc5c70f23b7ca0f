//! In which fields of the rows of a selection a value occurs.

use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::engine::Hub;
use crate::query::{Asked, occurrences};

/// Asks where a value occurs.
pub struct Occurrences {
    /// In which rows.
    pub selection: u32,
    /// The value.
    pub value: String,
}

impl Occurrences {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Occurrences { selection, value } = self;
        let asked = occurrences::Occurrences { value };
        put(hub.rows_of(selection)?.ask(asked.clone()), move |hub, partials| {
            hub.check_selection(selection)?;
            done(Reply::Occurrences(asked.answer(partials)))
        })
    }
}
