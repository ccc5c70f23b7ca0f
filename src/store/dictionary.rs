//! Distinct texts and their codes.

use crate::base::event::{hash, is_same};

/// A value: an index into a column's dictionary, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u32);

impl Code {
    /// No value.
    pub const NONE: Code = Code(0);
}

/// The texts of one column of one segment, each text once. If nearly every row has a text of its own, looking up each
/// text costs more than it saves; then some texts may occur twice ([`Dictionary::is_distinct`] tells).
///
/// ```text
/// bytes   R u n I n s t a n c e s A s s u m e R o l e …     one after the other, UTF-8
/// ends    0              12                  22       …     text of code c is bytes[ends[c - 1]..ends[c]]
/// ```
///
/// Code 0 is "no value" and has no text. Codes have the order in which texts were first added, which is no sort order.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    is_distinct: bool,
}

impl Dictionary {
    /// The number of texts: codes run from 1 to this number.
    pub fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every text has only one code.
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

    /// All texts, one after the other, for a search in all texts at once.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The code whose text covers `offset` of [`Dictionary::bytes`].
    pub fn code_at(&self, offset: usize) -> Code {
        Code(self.ends.partition_point(|&end| end as usize <= offset) as u32)
    }

    /// The place of the text of `code` in [`Dictionary::bytes`].
    pub fn range(&self, code: Code) -> std::ops::Range<usize> {
        self.ends[code.0 as usize - 1] as usize..self.ends[code.0 as usize] as usize
    }

    /// For each code, whether `accepts` is true for its text. Entry 0, "no value", is false.
    pub fn matching(&self, mut accepts: impl FnMut(&str) -> bool) -> Vec<bool> {
        std::iter::once(false).chain(self.iter().map(|(_, text)| accepts(text))).collect()
    }

    /// The memory that the dictionary takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4
    }
}

/// A dictionary to which texts can be added.
///
/// ```text
/// slots   key|code  -  -  key|code …      a text's slot is the first free one from its hash on; the key of a short text
///                                         is the text, so that most are found without a look at any other memory
/// numbers 0  0  code  0 …                 the code of a number of few digits, by the number: ports and processes have
///                                         as many values as rows
/// ```
#[derive(Debug)]
pub struct DictionaryBuilder {
    dictionary: Dictionary,
    /// The hashes of the first texts; further hashes are computed when they are needed.
    hashes: Vec<u64>,
    slots: Vec<Slot>,
    numbers: Vec<u32>,
    /// How many texts have a slot, and how many texts were looked up.
    n_kept: usize,
    n_asked: usize,
    /// The key of the text that was looked up last.
    last: Key,
    last_code: Code,
}

/// What is compared of a text: a short text as a whole; of a longer text its hash and its last bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Key {
    low: u64,
    high: u64,
    n_bytes: u32,
}

/// A key and its code; the code of a free slot is 0.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    low: u64,
    high: u64,
    n_bytes: u32,
    code: u32,
}

/// After this number of texts, it is decided whether further texts are looked up among all texts: not if at least this
/// share of the texts looked up so far was new. For long texts the share is smaller, because each comparison reads
/// memory that is in no cache.
const DECIDE_AT: usize = 1_024;
const NEW_OF_EIGHT: usize = 7;
const NEW_OF_EIGHT_LONG: usize = 4;

/// If texts are not looked up among all texts, only recent texts are found: each text can be in one slot only.
const RECENT_SLOTS: usize = 1_024;

/// Up to this number of slots, the table grows by a factor of 4. A larger table would displace other data from the
/// processor's cache.
const SMALL_SLOTS: usize = 4_096;

/// The number of slots that are compared with a text. Only texts that were made to collide need more, and then looking
/// up ends.
const MOST_PROBES: usize = 1_024;

impl Key {
    /// The longest text, in bytes, that is compared as a whole.
    const WHOLE: usize = 16;

    #[inline(always)]
    fn of(text: &[u8]) -> Key {
        let eight = |at: usize| u64::from_le_bytes(text[at..at + 8].try_into().expect("eight bytes"));
        let four = |at: usize| u32::from_le_bytes(text[at..at + 4].try_into().expect("four bytes")) as u64;
        let n = text.len();
        let (low, high) = match n {
            0 => (0, 0),
            1..4 => (text[0] as u64 | (text[n / 2] as u64) << 8 | (text[n - 1] as u64) << 16, 0),
            4..8 => (four(0) | four(n - 4) << 32, 0),
            8..=Key::WHOLE => (eight(0), eight(n - 8)),
            _ => (hash(text), eight(n - 8)),
        };
        Key { low, high, n_bytes: n as u32 }
    }

    /// As `of`, but only some bytes of a longer text are read.
    #[inline(always)]
    fn sample(text: &[u8]) -> Key {
        let n = text.len();
        if n <= Key::WHOLE {
            return Key::of(text);
        }
        let eight = |at: usize| u64::from_le_bytes(text[at..at + 8].try_into().expect("eight bytes"));
        let (low, high) = (eight(0).rotate_left(32) ^ eight(n / 2 - 4), eight(n - 8));
        Key { low, high, n_bytes: n as u32 }
    }

    /// The first slot to compare, before the mask is applied: every bit of the key changes each of the low bits.
    #[inline(always)]
    fn place(self) -> usize {
        let low = self.low.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let high = self.high.wrapping_mul(0xff51_afd7_ed55_8ccd);
        let both = (low ^ low >> 32).wrapping_add((high ^ high >> 32).rotate_left(17));
        (both.wrapping_add(self.n_bytes as u64).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 32) as usize
    }
}

/// The number that a text of at most five digits is, if the number is written without superfluous zeros.
#[inline(always)]
pub(super) fn small_number(text: &[u8]) -> Option<usize> {
    let is_small = matches!(text, [b'0'] | [b'1'..=b'9', ..]) && text.len() <= 5;
    if !is_small {
        return None;
    }
    text.iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + (byte - b'0') as usize))
}

impl Default for DictionaryBuilder {
    fn default() -> Self {
        let dictionary = Dictionary { bytes: Vec::new(), ends: vec![0], is_distinct: true };
        DictionaryBuilder {
            dictionary,
            hashes: Vec::new(),
            slots: vec![Slot::default(); 16],
            numbers: Vec::new(),
            n_kept: 0,
            n_asked: 0,
            last: Key::default(),
            last_code: Code::NONE,
        }
    }
}

impl DictionaryBuilder {
    /// An empty dictionary with room for `n_texts` texts and `n_bytes` bytes.
    pub fn with_capacity(n_texts: usize, n_bytes: usize) -> DictionaryBuilder {
        let mut builder = DictionaryBuilder::default();
        builder.dictionary.ends.reserve(n_texts);
        builder.dictionary.bytes.reserve(n_bytes);
        builder
    }

    /// The number of bytes of all texts.
    pub fn n_bytes(&self) -> usize {
        self.dictionary.bytes.len()
    }

    /// The code of `text`; a new text gets a new code.
    #[inline]
    pub fn intern(&mut self, text: &str) -> Code {
        let bytes = text.as_bytes();
        if let Some(number) = small_number(bytes) {
            return self.number(number);
        }
        // Neighbouring rows often have the same text: the region of a file, the user of a session.
        if bytes.len() > Key::WHOLE {
            let may_be = bytes.len() == self.last.n_bytes as usize && self.last_code != Code::NONE;
            if may_be && is_same(self.text(self.last_code).as_bytes(), bytes) {
                return self.last_code;
            }
        }
        let key = if self.dictionary.is_distinct { Key::of(bytes) } else { Key::sample(bytes) };
        if bytes.len() > Key::WHOLE || key != self.last || self.last_code == Code::NONE {
            self.last_code = self.look_up(text, key);
            self.last = key;
        }
        self.last_code
    }

    /// The code of a number of at most five digits.
    #[inline]
    pub fn number(&mut self, number: usize) -> Code {
        if number >= self.numbers.len() {
            self.numbers.resize((number + 1).next_power_of_two(), 0);
        }
        if self.numbers[number] == 0 {
            self.numbers[number] = self.append_number(number).0;
        }
        Code(self.numbers[number])
    }

    fn append_number(&mut self, number: usize) -> Code {
        let digits = [10_000, 1_000, 100, 10, 1].map(|unit| b'0' + (number / unit % 10) as u8);
        let n_zeros = digits[..4].iter().take_while(|&&digit| digit == b'0').count();
        let text = std::str::from_utf8(&digits[n_zeros..]).expect("digits are text");
        self.append(text)
    }

    fn look_up(&mut self, text: &str, key: Key) -> Code {
        if !self.dictionary.is_distinct {
            return self.look_among_recent(text, key);
        }
        self.n_asked += 1;
        let mask = self.slots.len() - 1;
        let mut slot = key.place() & mask;
        for _ in 0..MOST_PROBES {
            let Slot { low, high, n_bytes, code } = self.slots[slot];
            if code == 0 {
                return self.insert(text, key, slot);
            }
            let is_whole = text.len() <= Key::WHOLE;
            if (Key { low, high, n_bytes }) == key
                && (is_whole || is_same(self.text(Code(code)).as_bytes(), text.as_bytes()))
            {
                return Code(code);
            }
            slot = (slot + 1) & mask;
        }
        self.end_looking_up();
        self.append(text)
    }

    fn look_among_recent(&mut self, text: &str, key: Key) -> Code {
        let slot = key.place() & (RECENT_SLOTS - 1);
        let Slot { low, high, n_bytes, code } = self.slots[slot];
        let may_be = code != 0 && Key { low, high, n_bytes } == key;
        if may_be && is_same(self.text(Code(code)).as_bytes(), text.as_bytes()) {
            return Code(code);
        }
        let code = self.append(text);
        let Key { low, high, n_bytes } = key;
        self.slots[slot] = Slot { low, high, n_bytes, code: code.0 };
        code
    }

    fn insert(&mut self, text: &str, key: Key, slot: usize) -> Code {
        let code = self.append(text);
        let Key { low, high, n_bytes } = key;
        self.slots[slot] = Slot { low, high, n_bytes, code: code.0 };
        let is_long = self.dictionary.bytes.len() > self.len() * Key::WHOLE;
        let share = if is_long { NEW_OF_EIGHT_LONG } else { NEW_OF_EIGHT };
        self.n_kept += 1;
        if self.n_kept == DECIDE_AT && self.n_kept * 8 >= self.n_asked * share {
            self.end_looking_up();
        } else if self.n_kept * 2 >= self.slots.len() {
            self.grow();
        }
        code
    }

    /// Stops looking up texts: from now on a known text may get a second code.
    fn end_looking_up(&mut self) {
        self.dictionary.is_distinct = false;
        self.slots = vec![Slot::default(); RECENT_SLOTS];
    }

    fn append(&mut self, text: &str) -> Code {
        let code = self.dictionary.ends.len() as u32;
        self.dictionary.bytes.extend_from_slice(text.as_bytes());
        self.dictionary.ends.push(self.dictionary.bytes.len() as u32);
        Code(code)
    }

    fn grow(&mut self) {
        let factor = if self.slots.len() < SMALL_SLOTS { 4 } else { 2 };
        let mask = self.slots.len() * factor - 1;
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); mask + 1]);
        for known in old.into_iter().filter(|slot| slot.code != 0) {
            let Slot { low, high, n_bytes, .. } = known;
            let mut slot = Key { low, high, n_bytes }.place() & mask;
            while self.slots[slot].code != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = known;
        }
    }

    /// The text of `code`, which is not [`Code::NONE`].
    #[inline]
    pub fn text(&self, code: Code) -> &str {
        self.dictionary.text(code)
    }

    /// The hash of the text of `code`, which is the same in every shard.
    #[inline]
    pub fn text_hash(&mut self, code: Code) -> u64 {
        while self.hashes.len() < code.0 as usize {
            let next = Code(self.hashes.len() as u32 + 1);
            self.hashes.push(hash(self.text(next).as_bytes()));
        }
        self.hashes[code.0 as usize - 1]
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.dictionary.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The finished dictionary.
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

    /// Addresses and numbers differ at their ends, and must not crowd: a text is found after comparing few slots.
    #[test]
    fn texts_spread_over_the_slots() {
        let makers: [fn(usize) -> String; 5] = [
            |n| n.to_string(),
            |n| format!("10.{}.{}.{}", n % 7, n / 256 % 256, n % 256),
            |n| format!("2022-03-22T{:06}", n),
            |n| format!("{:08x}", n << 8),
            |n| format!("i-0{n:015x}"),
        ];
        for maker in makers {
            let texts: Vec<String> = (0..30_000).map(maker).collect();
            let mut taken = vec![false; 1 << 16];
            let mut n_looks = 0;
            for text in texts.iter().collect::<std::collections::BTreeSet<_>>() {
                let mut slot = Key::of(text.as_bytes()).place() & 0xffff;
                while taken[slot] {
                    (slot, n_looks) = ((slot + 1) & 0xffff, n_looks + 1);
                }
                taken[slot] = true;
            }
            assert!(n_looks < 2 * texts.len(), "{}: {n_looks}", texts[0]);
        }
    }

    #[test]
    fn numbers_are_told_apart_from_what_looks_like_them() {
        let texts =
            ["0", "00", "7", "07", "007", "70", "12345", "012345", "123456", "99999", "+1", "1.", "1e3", ""];
        let mut builder = DictionaryBuilder::default();
        for _ in 0..2 {
            let codes: Vec<u32> = texts.iter().map(|text| builder.intern(text).0).collect();
            assert_eq!(codes, (1..=texts.len() as u32).collect::<Vec<_>>());
        }
        let dictionary = builder.finish();
        assert_eq!(dictionary.iter().map(|(_, text)| text).collect::<Vec<_>>(), texts);
    }

    /// Texts that differ in one byte, of all lengths around those at which the key changes.
    #[test]
    fn texts_are_told_apart_by_each_byte() {
        let mut texts = vec![String::new()];
        for n in 1..40 {
            texts.push("a".repeat(n));
            texts.extend((0..n).map(|at| format!("{}b{}", "a".repeat(at), "a".repeat(n - at - 1))));
            texts.push("\0".repeat(n));
        }
        let mut builder = DictionaryBuilder::default();
        for _ in 0..2 {
            for (text, code) in texts.iter().zip(1..) {
                // Twice, so that each text is looked up in the table and right after itself.
                assert_eq!([(); 2].map(|()| builder.intern(text)), [Code(code); 2], "{text:?}");
                assert_eq!(builder.text_hash(Code(code)), hash(text.as_bytes()));
            }
        }
        assert!(builder.finish().is_distinct());
    }

    #[test]
    fn texts_that_nearly_all_differ_are_not_looked_up() {
        let mut builder = DictionaryBuilder::default();
        let long = |n: usize| format!("a text that is longer than its key, number {n}");
        let codes: Vec<Code> = (0..2_000).map(|n| builder.intern(&long(n))).collect();
        assert_eq!(codes.last(), Some(&Code(2_000)));
        // The last texts are still found.
        assert_eq!(
            (builder.intern("short"), builder.intern("another"), builder.intern("short")).0,
            Code(2_001)
        );
        assert_eq!((builder.intern(&long(1_999)), builder.len()), (codes[1_999], 2_002));
        // Texts from long ago are not found.
        (0..2_000).for_each(|n| _ = builder.intern(&long(n)));
        assert!(builder.len() > 3_000);
        let dictionary = builder.finish();
        assert!(!dictionary.is_distinct());
        assert_eq!(dictionary.text(codes[7]), long(7));
    }
}
