//! The text of a query after an edit: a value that others differ from in case or spelling only is asked for exactly.

use super::filter::select;
use super::{Reply, Round, done};
use crate::base::Error;
use crate::engine::Hub;
use crate::query::edit::{Edit, How, edit, twins};

/// Asks for the text after an edit.
pub struct EditQuery {
    /// The text before it.
    pub query: String,
    /// The edit.
    pub edit: Edit,
}

impl EditQuery {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let EditQuery { query, edit: asked } = self;
        let plain = edit(&query, &asked).map_err(|error| error.of_text(&query))?;
        let Edit::Add { field, value, how: how @ (How::Keep | How::Exclude), .. } = asked else {
            return done(Reply::EditQuery(plain));
        };
        let Some(twins) = twins(&field, &value) else { return done(Reply::EditQuery(plain)) };
        select(hub, twins, Vec::new(), move |_, twins| {
            if twins.n_rows() == 0 {
                return done(Reply::EditQuery(plain));
            }
            let exact = Edit::Add { field, value, how, has_twins: true };
            done(Reply::EditQuery(edit(&query, &exact).map_err(|error| error.of_text(&query))?))
        })
    }
}
