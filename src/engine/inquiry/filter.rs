//! Which rows a query accepts, in which order. The hub keeps the answer, for questions about it.

use super::{Reply, Round, done, put};
use crate::base::event::TIMESTAMP;
use crate::base::{Bitmap, Error};
use crate::engine::Hub;
use crate::engine::asking::{Accepted, Ask};
use crate::engine::row_list::Row;
use crate::engine::selection::{Order, Selection};
use crate::query::Asked;
use crate::query::rows::Rows;
use crate::query::sort::{self, NO_VALUE, Ranks};
use crate::store::View;

/// Asks for the rows that `query` accepts.
pub struct Filter {
    /// The query; an empty one accepts all rows.
    pub query: String,
    /// Fields, and whether each is descending: the first decides, then the next; at last the order of all rows.
    pub sort: Vec<(String, bool)>,
}

/// An answer that the hub keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filtered {
    /// Its number.
    pub selection: u32,
    /// Rows that pass.
    pub n_rows: usize,
    /// Rows that were there to ask.
    pub n_all: usize,
}

impl Filter {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        select(hub, self.query, self.sort, |hub, selection| {
            let (n_rows, n_all) = (selection.n_rows(), hub.n_rows());
            let selection = hub.keep(selection);
            done(Reply::Filter(Filtered { selection, n_rows, n_all }))
        })
    }
}

/// Asks for the rows that `query` accepts in the order of `sort`, and goes on with them.
///
/// # Errors
/// `Query`, where it is not of the language or names a field that nobody knows.
pub(super) fn select(
    hub: &Hub,
    query: String,
    sort: Vec<(String, bool)>,
    next: impl FnOnce(&mut Hub, Selection) -> Result<Round, Error> + 'static,
) -> Result<Round, Error> {
    hub.check(&query).map_err(|error| error.of_text(&query))?;
    let accepted = hub.accepting(query);
    put(ask_rows(&accepted, &sort), move |hub, partials| {
        let selection = selected(hub, accepted, &sort, partials);
        next(hub, selection)
    })
}

fn ask_rows(accepted: &Accepted, sort: &[(String, bool)]) -> Ask {
    accepted.clone().ask(asked(sort))
}

/// The hub knows the times itself.
fn asked(sort: &[(String, bool)]) -> Rows {
    let fields = sort.iter().map(|(field, _)| field.clone());
    Rows { sort: fields.filter(|field| field != TIMESTAMP).collect() }
}

/// The rows that all shards accepted, in the order of `sort`.
pub(super) fn selected(
    hub: &Hub,
    accepted: Accepted,
    sort: &[(String, bool)],
    partials: &[Vec<u8>],
) -> Selection {
    let n_ranks = hub.base.len();
    let mut ranks = Bitmap::none(n_ranks);
    let mut rows_of_shards: Vec<Vec<u32>> = Vec::new();
    let mut values_of_shards = Vec::new();
    for (shard, rows) in asked(sort).answer(partials).into_iter().zip(&hub.shards) {
        let rank_of = |row: usize| rows.list.get(row).map_or(Row::NO_RANK, |row| row.rank);
        let ranks_of_rows: Vec<u32> = shard.rows.iter().map(rank_of).collect();
        for &rank in ranks_of_rows.iter().filter(|&&rank| rank != Row::NO_RANK) {
            ranks.set(rank as usize);
        }
        rows_of_shards.push(if sort.is_empty() { Vec::new() } else { ranks_of_rows });
        values_of_shards.push(shard.ranks.into_iter());
    }
    let order = if sort.is_empty() {
        Order::by_rank(ranks)
    } else {
        let mut order: Vec<u32> = ranks.iter().map(|rank| rank as u32).collect();
        let keys: Vec<(Vec<u32>, usize)> = sort
            .iter()
            .map(|(field, _)| match field == TIMESTAMP {
                true => time_keys(hub),
                false => {
                    let values = values_of_shards.iter_mut().filter_map(Iterator::next).collect();
                    value_keys(values, &rows_of_shards, n_ranks)
                }
            })
            .collect();
        for ((keys, n_values), (_, is_descending)) in keys.iter().zip(sort).rev() {
            sort::sort_stably(&mut order, |rank| keys[rank as usize], *n_values, *is_descending);
        }
        Order::Sorted(order)
    };
    hub.selection_of(order, accepted)
}

/// For each rank the place of its time among all times, and how many different times there are.
fn time_keys(hub: &Hub) -> (Vec<u32>, usize) {
    let mut n_values = 0;
    let mut last = None;
    let keys = hub.base.iter().map(|row| {
        let time = hub.shards[row.shard()].list[row.row() as usize].time;
        if time == View::NO_TIME {
            return NO_VALUE;
        }
        n_values += (last != Some(time)) as usize;
        last = Some(time);
        n_values as u32 - 1
    });
    let keys = keys.collect();
    (keys, n_values)
}

/// For each rank the place of its value, from the ranks of all shards, and how many different values there are.
fn value_keys(mut shards: Vec<Ranks<'_>>, rows_of_shards: &[Vec<u32>], n_ranks: usize) -> (Vec<u32>, usize) {
    let n_values = sort::unify(&mut shards);
    let mut keys = vec![NO_VALUE; n_ranks];
    for (ranks, rows) in shards.iter().zip(rows_of_shards) {
        for (&rank, &value) in rows.iter().zip(&ranks.of_rows).filter(|(rank, _)| **rank != Row::NO_RANK) {
            keys[rank as usize] = value;
        }
    }
    (keys, n_values)
}
