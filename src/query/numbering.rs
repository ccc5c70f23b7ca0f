//! The texts of a field, numbered over all segments of a shard: a segment's codes say nothing beside another's.

use std::collections::HashMap;

use hashbrown::HashTable;

use super::value_order::Key;
use crate::base::event::{hash, is_same};
use crate::base::{FieldId, limits};
use crate::store::{Code, Column, View};

/// The columns of a field, one a segment.
#[derive(Clone, Copy)]
pub struct Columns<'s> {
    segments: &'s [&'s View],
    field: FieldId,
}

impl<'s> Columns<'s> {
    /// Those of `field` in the segments of a shard.
    pub fn new(segments: &'s [&'s View], field: FieldId) -> Columns<'s> {
        Columns { segments, field }
    }

    /// The one of a segment; `None` where no row has a value.
    pub fn of(&self, segment: usize) -> Option<&'s Column> {
        self.segments[segment].column(self.field)
    }
}

/// The numbers of the texts of one field. A text is numbered when it is first asked for, so that a question about few
/// rows costs little.
///
/// ```text
/// by_code   segment 0: 0 1 2 0      segment 1: 0 2 3       number of each code; 0 is "not numbered", and "no value"
/// places    (0, 1) (0, 2) (1, 2)                           segment and code of text 1, 2, 3
/// ```
#[derive(Default)]
pub struct Numbering {
    by_code: Vec<Box<[u32]>>,
    places: Vec<(u32, Code)>,
    hashes: Vec<u64>,
    /// Numbers by the hash of their text.
    table: HashTable<u32>,
    /// The numbers that there were when it was made, in the order of their texts.
    sorted: Vec<u32>,
    last_use: u64,
}

impl Numbering {
    /// How many texts are numbered: numbers run from 1 to this one.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no text is.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The number of the text of `code`, which is not "no value", in `segment`.
    #[inline]
    pub fn number(&mut self, columns: Columns<'_>, segment: usize, code: Code) -> u32 {
        match self.by_code.get(segment).and_then(|numbers| numbers.get(code.0 as usize)) {
            Some(&number) if number > 0 => number,
            _ => self.enter(columns, segment, code),
        }
    }

    /// The text of a number.
    pub fn text<'c>(&self, columns: Columns<'c>, number: u32) -> &'c str {
        let (segment, code) = self.places[number as usize - 1];
        let column = columns.of(segment as usize).expect("a numbered text has a column");
        column.dictionary.text(code)
    }

    /// The numbers of all texts in the order of their texts.
    pub fn sorted(&mut self, columns: Columns<'_>) -> &[u32] {
        if self.sorted.len() < self.len() {
            self.sorted = sorted(self, columns, 1..=self.len() as u32);
        }
        &self.sorted
    }

    /// Those numbers for which `is_used` holds, in the order of their texts.
    pub fn sorted_of(&mut self, columns: Columns<'_>, is_used: &[bool]) -> Vec<u32> {
        let used = || (1..is_used.len() as u32).filter(|&number| is_used[number as usize]);
        // To sort all of them pays when the next question asks for the same.
        let is_few = used().count() * 4 < self.len();
        if is_few && self.sorted.len() < self.len() {
            return sorted(self, columns, used());
        }
        let all = self.sorted(columns).iter().copied();
        all.filter(|&number| is_used.get(number as usize).is_some_and(|&is_used| is_used)).collect()
    }

    #[cold]
    fn enter(&mut self, columns: Columns<'_>, segment: usize, code: Code) -> u32 {
        let column = columns.of(segment).expect("a code is of a column");
        if self.by_code.len() <= segment {
            self.by_code.resize(segment + 1, Box::default());
        }
        if self.by_code[segment].is_empty() {
            self.by_code[segment] = vec![0; column.dictionary.len() + 1].into();
        }
        let text = column.dictionary.text(code);
        let hash = hash(text.as_bytes());
        let is_it = |&number: &u32| {
            self.hashes[number as usize - 1] == hash
                && is_same(self.text(columns, number).as_bytes(), text.as_bytes())
        };
        let number = match self.table.find(hash, is_it) {
            Some(&number) => number,
            None => {
                self.places.push((segment as u32, code));
                self.hashes.push(hash);
                let number = self.len() as u32;
                self.table.insert_unique(hash, number, |&other| self.hashes[other as usize - 1]);
                number
            }
        };
        self.by_code[segment][code.0 as usize] = number;
        number
    }

    /// How many entries it holds, of whatever kind.
    fn n_entries(&self) -> usize {
        self.by_code.iter().map(|numbers| numbers.len()).sum::<usize>() + self.len() * 4
    }
}

fn sorted(numbering: &Numbering, columns: Columns<'_>, numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let key = |number: u32| (Key::of(numbering.text(columns, number)), number);
    let mut keys: Vec<(Key<'_>, u32)> = numbers.map(key).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, number)| number).collect()
}

/// The numberings of the fields that were asked for of late.
#[derive(Default)]
pub struct Numberings {
    by_field: HashMap<FieldId, Numbering>,
    n_uses: u64,
}

impl Numberings {
    /// The numbering of a field, as far as it goes.
    pub fn of(&mut self, field: FieldId) -> &mut Numbering {
        self.n_uses += 1;
        if !self.by_field.contains_key(&field) {
            self.make_room();
        }
        let numbering = self.by_field.entry(field).or_default();
        numbering.last_use = self.n_uses;
        numbering
    }

    /// Forgets those that were not asked for the longest, where all together have grown too large.
    fn make_room(&mut self) {
        while self.by_field.values().map(Numbering::n_entries).sum::<usize>() > limits::NUMBERED_ENTRIES {
            let oldest = self.by_field.iter().min_by_key(|(_, numbering)| numbering.last_use);
            let Some((&field, _)) = oldest else { return };
            self.by_field.remove(&field);
        }
    }

    /// Forgets all: columns have changed.
    pub fn clear(&mut self) {
        self.by_field.clear();
    }
}
