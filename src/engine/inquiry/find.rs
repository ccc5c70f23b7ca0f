//! In which rows of a selection a text is found. The hub keeps the hits, to go from one to the next.

use super::{Reply, Round, done, put};
use crate::base::{Error, ErrorKind};
use crate::engine::Hub;
use crate::query::rows::Rows;
use crate::query::{Asked, Query};

/// Asks for the rows in which a value has a text in it.
pub struct Find {
    /// Of which rows.
    pub selection: u32,
    /// The text; an empty one is in no value.
    pub text: String,
    /// The fields to look in; `None` for all.
    pub fields: Option<Vec<String>>,
}

/// Hits that the hub keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    /// Their number.
    pub number: u32,
    /// How many rows have it.
    pub n_rows: usize,
}

impl Find {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Find { selection, text, fields } = self;
        let mut rows = hub.rows_of(selection)?;
        rows.queries.push(Query::containing(&text, fields.as_deref()).to_string());
        Query::parse(&rows.queries[1])?;
        let asked = Rows::default();
        put(rows.ask(asked.clone()), move |hub, partials| {
            let found = asked.answer(partials);
            let is_hit = |row: crate::engine::RowRef| {
                let rows = &found[row.shard()].rows;
                (row.row() as usize) < rows.len() && rows.get(row.row() as usize)
            };
            let rows = hub.selection(selection)?.iter();
            let hits: Vec<u32> = (0..).zip(rows).filter(|&(_, row)| is_hit(row)).map(|(at, _)| at).collect();
            let n_rows = hits.len();
            let number = hub.keep_hits(hits);
            done(Reply::Find(Hits { number, n_rows }))
        })
    }
}

impl Hub {
    /// The next hit after `row` of the selection, or before it, and its ordinal from 0; `None` goes in from the end.
    ///
    /// # Errors
    /// `Range`, where the hits were closed.
    pub fn next_hit(
        &self,
        hits: u32,
        row: Option<u32>,
        is_backwards: bool,
    ) -> Result<Option<(u32, usize)>, Error> {
        let gone = || Error::new(ErrorKind::Range, "the hits were closed, or a shard was lost");
        let hits = self.hits.get(&hits).ok_or_else(gone)?;
        let nth = match (row, is_backwards) {
            (Some(row), false) => Some(hits.partition_point(|&hit| hit <= row)),
            (Some(row), true) => hits.partition_point(|&hit| hit < row).checked_sub(1),
            (None, false) => Some(0),
            (None, true) => hits.len().checked_sub(1),
        };
        Ok(nth.and_then(|nth| Some((*hits.get(nth)?, nth))))
    }
}
