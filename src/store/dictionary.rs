//! Distinct texts and their codes.

use super::column::Code;
use crate::base::event::{hash, is_same};

/// The texts of one column of one segment, each once; but where nearly every row has its own, some may stand twice
/// ([`Dictionary::is_distinct`] says so): to look each up costs more than it saves.
///
/// ```text
/// bytes   R u n I n s t a n c e s A s s u m e R o l e …     one behind the other, UTF-8
/// ends    0              12                  22       …     text of code c is bytes[ends[c - 1]..ends[c]]
/// ```
///
/// Code 0 is "no value" and has no text. Codes are in order of first sight, so they sort by nothing.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    is_distinct: bool,
}

impl Dictionary {
    /// How many texts there are: codes run from 1 to this number.
    pub fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every text has one code only.
    pub fn is_distinct(&self) -> bool {
        self.is_distinct
    }

    /// The text of `code`, which is not [`Code::NONE`].
    #[inline]
    pub fn text(&self, code: Code) -> &str {
        let [first, end] = [self.ends[code.0 as usize - 1], self.ends[code.0 as usize]];
        let bytes = &self.bytes[first as usize..end as usize];
        // SAFETY: `DictionaryBuilder::intern` takes whole texts, and `ends` cuts between them.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }

    /// Every code with its text, in the order of codes.
    pub fn iter(&self) -> impl Iterator<Item = (Code, &str)> {
        (1..=self.len() as u32).map(|code| (Code(code), self.text(Code(code))))
    }

    /// All texts one behind the other, for a search that looks at them as one.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The code whose text covers `offset` of [`Dictionary::bytes`].
    pub fn code_at(&self, offset: usize) -> Code {
        Code(self.ends.partition_point(|&end| end as usize <= offset) as u32)
    }

    /// Where the text of `code` stands in [`Dictionary::bytes`].
    pub fn range(&self, code: Code) -> std::ops::Range<usize> {
        self.ends[code.0 as usize - 1] as usize..self.ends[code.0 as usize] as usize
    }

    /// The codes whose text `accepts` likes, as a table from code to yes or no; entry 0, "no value", is no.
    pub fn matching(&self, mut accepts: impl FnMut(&str) -> bool) -> Vec<bool> {
        std::iter::once(false).chain(self.iter().map(|(_, text)| accepts(text))).collect()
    }

    /// Bytes of memory it takes.
    pub fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4
    }
}

/// A dictionary that still takes texts.
///
/// ```text
/// slots   0  tag|code  0  0  tag|code …      a text's slot is the first free one from its hash on;
///                                            the tag, half the hash, spares most comparisons
/// ```
#[derive(Debug)]
pub struct DictionaryBuilder {
    dictionary: Dictionary,
    hashes: Vec<u64>,
    slots: Vec<u64>,
    n_asked: usize,
}

/// After so many texts it is decided whether the others are looked up: not if this share of them was new.
const DECIDE_AT: usize = 1_024;
const NEW_OF_EIGHT: usize = 7;

impl Default for DictionaryBuilder {
    fn default() -> Self {
        let dictionary = Dictionary { bytes: Vec::new(), ends: vec![0], is_distinct: true };
        DictionaryBuilder { dictionary, hashes: vec![0], slots: vec![0; 16], n_asked: 0 }
    }
}

impl DictionaryBuilder {
    /// The code of `text`, new if it was not there.
    #[inline]
    pub fn intern(&mut self, text: &str) -> Code {
        let hash = hash(text.as_bytes());
        if !self.dictionary.is_distinct {
            return self.append(text, hash);
        }
        self.n_asked += 1;
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return self.insert(text, hash, slot),
                entry => {
                    let code = Code(entry as u32);
                    if entry >> 32 == hash >> 32 && is_same(self.text(code).as_bytes(), text.as_bytes()) {
                        return code;
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    fn insert(&mut self, text: &str, hash: u64, slot: usize) -> Code {
        let code = self.append(text, hash);
        self.slots[slot] = hash >> 32 << 32 | code.0 as u64;
        if self.len() == DECIDE_AT && self.len() * 8 >= self.n_asked * NEW_OF_EIGHT {
            self.dictionary.is_distinct = false;
            self.slots = Vec::new();
        } else if self.hashes.len() * 2 > self.slots.len() {
            self.grow();
        }
        code
    }

    fn append(&mut self, text: &str, hash: u64) -> Code {
        let code = self.hashes.len() as u32;
        self.dictionary.bytes.extend_from_slice(text.as_bytes());
        self.dictionary.ends.push(self.dictionary.bytes.len() as u32);
        self.hashes.push(hash);
        Code(code)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        self.slots = vec![0; mask + 1];
        for (code, &hash) in self.hashes.iter().enumerate().skip(1) {
            let mut slot = hash as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = hash >> 32 << 32 | code as u64;
        }
    }

    /// The text of `code`, which is not [`Code::NONE`].
    #[inline]
    pub fn text(&self, code: Code) -> &str {
        self.dictionary.text(code)
    }

    /// The hash of the text of `code`, the same in every shard.
    #[inline]
    pub fn text_hash(&self, code: Code) -> u64 {
        self.hashes[code.0 as usize]
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.dictionary.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The dictionary, which takes no more texts.
    pub fn finish(self) -> Dictionary {
        let mut dictionary = self.dictionary;
        dictionary.bytes.shrink_to_fit();
        dictionary.ends.shrink_to_fit();
        dictionary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_offsets_lead_back_to_texts() {
        let mut builder = DictionaryBuilder::default();
        let codes: Vec<u32> = ["a", "", "bc", "a"].iter().map(|text| builder.intern(text).0).collect();
        assert_eq!(codes, [1, 2, 3, 1]);
        let dictionary = builder.finish();
        assert_eq!(dictionary.iter().map(|(_, text)| text).collect::<Vec<_>>(), ["a", "", "bc"]);
        assert_eq!(dictionary.code_at(0), Code(1));
        assert_eq!(dictionary.code_at(2), Code(3));
    }
}
