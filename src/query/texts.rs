//! Distinct texts and their numbers, over the segments of a shard or the partials of all shards.

use hashbrown::HashTable;

use crate::base::event::hash;
use crate::base::wire::{Reader, Writer};

/// Texts, each once, numbered from 0 in order of first sight.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<usize>,
    by_hash: HashTable<(u64, u32)>,
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        let number = number as usize;
        let first = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[first..self.ends[number]]
    }

    /// The number of `text`, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = hash(text.as_bytes());
        self.by_hash.find(hash, |&(h, number)| h == hash && self.text(number) == text).map(|&(_, n)| n)
    }

    /// The number of `text`, new if it had none.
    pub fn intern(&mut self, text: &str) -> u32 {
        if let Some(number) = self.find(text) {
            return number;
        }
        let hash = hash(text.as_bytes());
        let number = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        self.by_hash.insert_unique(hash, (hash, number), |&(hash, _)| hash);
        number
    }

    /// Every text in the order of numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|number| self.text(number))
    }

    /// Appends them to a partial.
    pub fn write(&self, writer: &mut Writer) {
        writer.u64(self.len() as u64);
        self.iter().for_each(|text| writer.str(text));
    }

    /// Takes the texts that [`Texts::write`] wrote: the number of each here, by its number there.
    pub fn merge(&mut self, reader: &mut Reader<'_>) -> Vec<u32> {
        (0..reader.u64()).map(|_| self.intern(reader.str())).collect()
    }
}
