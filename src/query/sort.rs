//! Sorting rows by the values of a field.
//!
//! Each shard ranks the values of its rows, the hub brings the ranks of all shards onto one scale, and sorts numbers.
//! Numbers come before addresses, addresses before other texts; a row with several values goes by its first.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId};
use crate::store::{Cells, Code, Column, Segment};

/// The rank of a row without a value: last, whichever way the rows are sorted.
pub const NO_VALUE: u32 = u32::MAX;

/// Where a value stands among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    class: u8,
    /// A number or an address as one that sorts the same; of a text the first sixteen bytes.
    head: u128,
    text: &'a str,
}

impl Key<'_> {
    fn of(text: &str) -> Key<'_> {
        let may_be_number =
            text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
        if may_be_number && let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            return Key { class: 0, head: ordered(number) as u128, text };
        }
        let may_be_address =
            text.len() < 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte));
        match may_be_address.then(|| text.parse()) {
            Some(Ok(IpAddr::V4(address))) => Key { class: 1, head: address.to_bits() as u128, text },
            Some(Ok(IpAddr::V6(address))) => Key { class: 2, head: address.to_bits(), text },
            _ => {
                let mut head = [0; 16];
                let n = text.len().min(16);
                head[..n].copy_from_slice(&text.as_bytes()[..n]);
                Key { class: 3, head: u128::from_be_bytes(head), text }
            }
        }
    }
}

/// A whole number that sorts as `number` does.
fn ordered(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Which of two values comes first.
pub fn compare(a: &str, b: &str) -> Ordering {
    Key::of(a).cmp(&Key::of(b))
}

/// Appends the distinct values that the selected `rows` have in `field`, sorted, and for each selected row the
/// place of its value among them. `segments` come with the first of their rows.
pub fn write_ranks<'a>(
    writer: &mut Writer,
    segments: impl Iterator<Item = (&'a Segment, usize)>,
    field: Option<FieldId>,
    rows: &Bitmap,
) {
    let n_rows_of = |segment: &Segment, first: usize| first..first + segment.n_rows();
    // For each segment: the codes of its selected rows, 0 for "no value"; and which codes those are.
    let mut codes: Vec<Vec<u32>> = Vec::new();
    let mut keys: Vec<(Key<'_>, u32, u32)> = Vec::new();
    for (number, (segment, first)) in segments.enumerate() {
        let selected: Vec<usize> = selected_rows(rows, n_rows_of(segment, first)).collect();
        let Some(column) = field.and_then(|field| segment.column(field)) else {
            codes.push(vec![0; selected.len()]);
            continue;
        };
        let own = first_codes(column, &selected);
        let mut is_used = vec![false; column.dictionary.len() + 1];
        own.iter().for_each(|&code| is_used[code as usize] = true);
        let used = (1..is_used.len()).filter(|&code| is_used[code]);
        keys.extend(
            used.map(|code| (Key::of(column.dictionary.text(Code(code as u32))), number as u32, code as u32)),
        );
        codes.push(own);
    }
    keys.sort_unstable();
    let mut texts: Vec<&str> = Vec::new();
    let mut ranks: Vec<Vec<u32>> =
        codes.iter().map(|own| vec![NO_VALUE; own.iter().max().map_or(1, |&max| max as usize + 1)]).collect();
    for (key, segment, code) in keys {
        if texts.last() != Some(&key.text) {
            texts.push(key.text);
        }
        ranks[segment as usize][code as usize] = texts.len() as u32 - 1;
    }
    writer.u64(texts.len() as u64);
    texts.iter().for_each(|text| writer.str(text));
    let of_rows: Vec<u32> = codes
        .iter()
        .zip(&ranks)
        .flat_map(|(own, ranks)| own.iter().map(|&code| ranks[code as usize]))
        .collect();
    writer.u32s(&of_rows);
}

/// The selected rows among `range`, counted from its first.
fn selected_rows(rows: &Bitmap, range: std::ops::Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let first = range.start;
    let words = first / 64..range.end.div_ceil(64);
    let in_range = move |row: &usize| range.contains(row);
    words
        .flat_map(move |w| {
            let word = rows.words()[w];
            std::iter::successors(Some(word), |&rest| Some(rest & rest.wrapping_sub(1)))
                .take_while(|&rest| rest != 0)
                .map(move |rest| w * 64 + rest.trailing_zeros() as usize)
        })
        .filter(in_range)
        .map(move |row| row - first)
}

/// The code of the first value of each of the rows `selected`, which ascend.
fn first_codes(column: &Column, selected: &[usize]) -> Vec<u32> {
    match &column.cells {
        Cells::Dense(codes) => selected.iter().map(|&row| codes.get(row).0).collect(),
        Cells::Sparse { rows, codes } => {
            let mut at = 0;
            let mut code_of = |row: usize| {
                at += rows[at..].partition_point(|&r| (r as usize) < row);
                rows.get(at).filter(|&&r| r as usize == row).map_or(0, |_| codes.get(at).0)
            };
            selected.iter().map(|&row| code_of(row)).collect()
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
        n_values += (last != Some(key.text)) as usize;
        last = Some(key.text);
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
    fn numbers_then_addresses_then_texts() {
        let mut values = ["b", "10.0.0.10", "9", "a", "10.0.0.9", "-2", "::1", "10", "", "2.5", "B"];
        values.sort_by(|a, b| compare(a, b));
        assert_eq!(values, ["-2", "2.5", "9", "10", "10.0.0.9", "10.0.0.10", "::1", "", "B", "a", "b"]);
    }

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
