//! Sorting rows by the values of a field.
//!
//! Each shard ranks the values of its rows, the hub brings the ranks of all shards onto one scale, and sorts numbers.
//! A row with several values goes by its first.

use super::gather::Table;
use super::value_order::Key;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId};
use crate::store::{Cells, Code, Column};

/// The rank of a row without a value: last, whichever way the rows are sorted.
pub const NO_VALUE: u32 = u32::MAX;

/// Appends the distinct values that the `selected` rows of each segment have in `field`, sorted, and for each selected
/// row the place of its value among them.
pub fn write_ranks(writer: &mut Writer, table: &mut Table<'_>, field: Option<FieldId>, selected: &[Bitmap]) {
    let Some(field) = field else {
        writer.u64(0);
        writer.u32s(&vec![NO_VALUE; selected.iter().map(Bitmap::count).sum()]);
        return;
    };
    let columns = table.columns(field);
    let numbering = table.numberings.of(field);
    let mut of_rows: Vec<u32> = Vec::with_capacity(selected.iter().map(Bitmap::count).sum());
    for (segment, rows) in selected.iter().enumerate() {
        match columns.of(segment) {
            None => of_rows.resize(of_rows.len() + rows.count(), 0),
            Some(column) => first_codes(column, rows, |code| {
                of_rows.push(match code {
                    Code::NONE => 0,
                    code => numbering.number(columns, segment, code),
                });
            }),
        }
    }
    let mut is_used = vec![false; numbering.len() + 1];
    of_rows.iter().for_each(|&number| is_used[number as usize] = true);
    let sorted = numbering.sorted_of(columns, &is_used);
    let mut ranks = vec![NO_VALUE; is_used.len()];
    for (&number, rank) in sorted.iter().zip(0..) {
        ranks[number as usize] = rank;
    }
    of_rows.iter_mut().for_each(|number| *number = ranks[*number as usize]);
    writer.u64(sorted.len() as u64);
    sorted.iter().for_each(|&number| writer.str(numbering.text(columns, number)));
    writer.u32s(&of_rows);
}

/// Calls `see` with the code of the first value of each of `rows`.
fn first_codes(column: &Column, rows: &Bitmap, mut see: impl FnMut(Code)) {
    match &column.cells {
        Cells::Dense(codes) => rows.iter().for_each(|row| see(codes.get(row))),
        Cells::Sparse { rows: with_value, codes } => {
            let mut at = 0;
            for row in rows.iter() {
                at += with_value[at..].iter().take_while(|&&r| (r as usize) < row).count();
                let found = with_value.get(at).filter(|&&r| r as usize == row);
                see(found.map_or(Code::NONE, |_| codes.get(at)));
            }
        }
    }
}

/// What [`write_ranks`] wrote.
pub struct Ranks<'a> {
    texts: Vec<&'a str>,
    /// For each selected row of the shard, in its order.
    pub of_rows: Vec<u32>,
}

impl<'a> Ranks<'a> {
    /// Reads it back.
    pub fn read(reader: &mut Reader<'a>) -> Ranks<'a> {
        let n_texts = reader.u64();
        Ranks { texts: (0..n_texts).map(|_| reader.str()).collect(), of_rows: reader.u32s() }
    }
}

/// Brings the ranks of several shards onto one scale; how many distinct values there are on it.
pub fn unify(shards: &mut [Ranks<'_>]) -> usize {
    let mut keys: Vec<(Key<'_>, usize, usize)> = Vec::new();
    for (shard, ranks) in shards.iter().enumerate() {
        keys.extend(ranks.texts.iter().enumerate().map(|(rank, text)| (Key::of(text), shard, rank)));
    }
    // Sorted runs one behind the other: what the stable sort is best at.
    keys.sort();
    let mut scale: Vec<Vec<u32>> = shards.iter().map(|ranks| vec![0; ranks.texts.len()]).collect();
    let mut n_values = 0;
    let mut last = None;
    for (key, shard, rank) in keys {
        n_values += (last != Some(key.text())) as usize;
        last = Some(key.text());
        scale[shard][rank] = n_values as u32 - 1;
    }
    for (ranks, scale) in shards.iter_mut().zip(&scale) {
        for rank in ranks.of_rows.iter_mut().filter(|rank| **rank != NO_VALUE) {
            *rank = scale[*rank as usize];
        }
    }
    n_values
}

/// Sorts `rows` by `rank_of`, which is below `n_values` or [`NO_VALUE`]; rows of one rank keep their order.
pub fn sort_stably(rows: &mut Vec<u32>, rank_of: impl Fn(u32) -> u32, n_values: usize, is_descending: bool) {
    let place = |row: u32| match rank_of(row) {
        NO_VALUE => n_values,
        rank if is_descending => n_values - 1 - rank as usize,
        rank => rank as usize,
    };
    let mut starts = vec![0_u32; n_values + 2];
    for &row in rows.iter() {
        starts[place(row) + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut sorted = vec![0; rows.len()];
    for &row in rows.iter() {
        let start = &mut starts[place(row)];
        sorted[*start as usize] = row;
        *start += 1;
    }
    *rows = sorted;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_value_come_last_either_way() {
        let ranks = [1, NO_VALUE, 0, 1];
        for (is_descending, expected) in [(false, [2, 0, 3, 1]), (true, [0, 3, 2, 1])] {
            let mut rows = vec![0, 1, 2, 3];
            sort_stably(&mut rows, |row| ranks[row as usize], 2, is_descending);
            assert_eq!(rows, expected);
        }
    }
}
