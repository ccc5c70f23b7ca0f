//! The objects of a journal file, and the places of its entries.

use std::ops::Range;

use super::SIGNATURE;
use super::entry::moment;
use crate::base::{Timestamp, Why};

/// What an object is.
const DATA: u8 = 1;
const ENTRY: u8 = 3;
const ENTRY_ARRAY: u8 = 6;

/// Bytes that an object has at least, by its type; there are seven types.
const LEAST: [usize; 8] = [16, 64, 40, 64, 16, 16, 24, 64];

/// Bytes of what all objects begin with: type, flags, six of nothing, size.
const HEAD_BYTES: usize = 16;

/// Bytes of the header of the first version of the format.
const LEAST_HEADER_BYTES: usize = 184;

/// Flags of files that are read: packed with xz, LZ4 or zstd, hashes with a key, 32-bit places.
const KNOWN_FLAGS: u32 = 0b1_1111;
const COMPACT: u32 = 16;

/// A journal file.
pub struct Journal<'a> {
    pub bytes: &'a [u8],
    is_compact: bool,
    /// Where its objects begin.
    first: usize,
    /// Where the first array of entries stands.
    entry_array: u64,
}

/// One entry.
pub struct Entry {
    pub at: Range<usize>,
    pub seqnum: u64,
    pub realtime: u64,
    pub monotonic: u64,
    pub boot: u128,
}

impl Entry {
    /// When journald received it.
    pub fn time(&self) -> Option<Timestamp> {
        moment(self.realtime)
    }
}

/// The head of an object that is whole.
#[derive(Clone, Copy)]
struct Object {
    kind: u8,
    flags: u8,
    size: usize,
}

impl<'a> Journal<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// If it is none, or of a kind that is not known.
    pub fn open(bytes: &'a [u8]) -> Result<Journal<'a>, Why> {
        if !bytes.starts_with(SIGNATURE) {
            return Err(Why::Damaged { expected: "the signature of a journal" });
        }
        if bytes.len() < LEAST_HEADER_BYTES {
            return Err(Why::CutOff);
        }
        let mut journal = Journal { bytes, is_compact: false, first: LEAST_HEADER_BYTES, entry_array: 0 };
        let flags = journal.number(12, 4) as u32;
        if flags & !KNOWN_FLAGS != 0 {
            return Err(Why::NotAnEvent { expected: "a journal without features that are not known" });
        }
        journal.is_compact = flags & COMPACT != 0;
        let n_header = journal.number(88, 8);
        if (LEAST_HEADER_BYTES as u64..=4_096).contains(&n_header) && n_header.is_multiple_of(8) {
            journal.first = n_header as usize;
        }
        journal.entry_array = journal.number(176, 8);
        Ok(journal)
    }

    /// The number of `n` bytes at `at`; 0 where the file has ended.
    fn number(&self, at: usize, n: usize) -> u64 {
        let bytes = at.checked_add(n).and_then(|end| self.bytes.get(at..end)).unwrap_or_default();
        bytes.iter().rev().fold(0, |number, &byte| number << 8 | byte as u64)
    }

    /// The object at `at`, if a whole one can stand there.
    fn object(&self, at: usize) -> Option<Object> {
        if !at.is_multiple_of(8) || at < self.first {
            return None;
        }
        let head = self.bytes.get(at..at.checked_add(HEAD_BYTES)?)?;
        let (kind, flags) = (head[0], head[1]);
        let size = self.number(at + 8, 8);
        let is_object = (1..LEAST.len() as u8).contains(&kind)
            && matches!(flags, 0 | 1 | 2 | 4)
            && head[2..8] == [0; 6]
            && size >= LEAST[kind as usize] as u64
            && size <= (self.bytes.len() - at) as u64;
        is_object.then_some(Object { kind, flags, size: size as usize })
    }

    /// The places of all entries, each once and in their order in the file, which is that in which they came.
    pub fn entries(&self, reject: &mut dyn FnMut(Range<usize>, Why)) -> Vec<usize> {
        let mut known = self.chained(reject);
        known.sort_unstable();
        known.dedup();
        let walked = self.walk(&known, reject);
        known.extend(walked);
        known.sort_unstable();
        known.dedup();
        known
    }

    /// The places that the arrays of entries name.
    fn chained(&self, reject: &mut dyn FnMut(Range<usize>, Why)) -> Vec<usize> {
        let mut places = Vec::new();
        let (mut at, mut least) = (self.entry_array, self.first as u64);
        // Each array stands behind the one before: so the chain ends.
        while at != 0 {
            let array =
                usize::try_from(at).ok().filter(|_| at >= least).and_then(|at| Some((at, self.object(at)?)));
            let Some((first, Object { kind: ENTRY_ARRAY, size, .. })) = array else {
                let first = (at as usize).min(self.bytes.len());
                let is_cut = at >= self.bytes.len() as u64;
                let why = if is_cut { Why::CutOff } else { Why::Damaged { expected: "an array of entries" } };
                reject(first..first, why);
                break;
            };
            let n_item = if self.is_compact { 4 } else { 8 };
            for item in (first + 24..first + size + 1 - n_item).step_by(n_item) {
                let place = self.number(item, n_item);
                match usize::try_from(place).ok().and_then(|place| Some((place, self.object(place)?))) {
                    _ if place == 0 => break,
                    Some((place, Object { kind: ENTRY, .. })) => places.push(place),
                    _ if place >= self.bytes.len() as u64 => reject(item..item + n_item, Why::CutOff),
                    _ => reject(item..item + n_item, Why::Damaged { expected: "the place of an entry" }),
                }
            }
            least = (first + size) as u64;
            at = self.number(first + 16, 8);
        }
        places
    }

    /// The places of all entries, found by walking from object to object. `known` ones show where an object begins.
    fn walk(&self, known: &[usize], reject: &mut dyn FnMut(Range<usize>, Why)) -> Vec<usize> {
        let mut places = Vec::new();
        let mut at = self.first;
        while at + HEAD_BYTES <= self.bytes.len() {
            let next_known = || known.get(known.partition_point(|&known| known <= at)).copied();
            let object = self.object(at).map(|object| (object, aligned(at + object.size)));
            match object {
                Some((object, end)) if next_known().is_none_or(|known| known >= end) => {
                    if object.kind == ENTRY {
                        places.push(at);
                    }
                    at = end;
                }
                _ => match self.blank_end(at) {
                    // Room for more.
                    Some(end) => at = end,
                    None => {
                        let next = self.next_object(at, next_known());
                        let is_cut = next.is_none() && self.is_cut(at);
                        let end = next.unwrap_or(self.bytes.len());
                        let why = if is_cut {
                            Why::CutOff
                        } else {
                            Why::Damaged { expected: "an object of a journal" }
                        };
                        reject(at..end, why);
                        at = end;
                    }
                },
            }
        }
        places
    }

    /// Where something stands again, if nothing does at `at`.
    fn blank_end(&self, at: usize) -> Option<usize> {
        let n_blank =
            self.bytes[at..].chunks(8).take_while(|word| word.iter().all(|&byte| byte == 0)).count();
        (n_blank >= 2).then_some(at + n_blank * 8)
    }

    /// Whether an object begins at `at` that ends behind the file.
    fn is_cut(&self, at: usize) -> bool {
        let head = &self.bytes[at..at + HEAD_BYTES];
        (1..LEAST.len() as u8).contains(&head[0]) && head[2..8] == [0; 6]
    }

    /// Where the next object begins behind something damaged at `at`: one that another follows, or the next known.
    fn next_object(&self, at: usize, known: Option<usize>) -> Option<usize> {
        let end = known.unwrap_or(self.bytes.len());
        let is_object = |&at: &usize| {
            let Some(object) = self.object(at) else { return false };
            let next = aligned(at + object.size);
            next == self.bytes.len() || self.object(next).is_some()
        };
        (at + 8..end).step_by(8).find(is_object).or(known)
    }

    /// The entry at `at`, which ends before `end`, where the next one begins.
    pub fn entry(&self, at: usize, end: usize) -> Option<Entry> {
        let size = self.object(at).filter(|object| object.kind == ENTRY)?.size;
        Some(Entry {
            at: at..(at + size).min(end),
            seqnum: self.number(at + 16, 8),
            realtime: self.number(at + 24, 8),
            monotonic: self.number(at + 32, 8),
            // 128-bit identifiers are written in their order.
            boot: u128::from_be_bytes(self.bytes.get(at + 40..at + 56)?.try_into().ok()?),
        })
    }

    /// The places of an entry's data.
    pub fn items(&self, entry: &Entry) -> impl Iterator<Item = usize> + use<'a, '_> {
        let (n_item, n_place) = if self.is_compact { (4, 4) } else { (16, 8) };
        let items =
            self.bytes.get(entry.at.start + 64..entry.at.end).unwrap_or_default().chunks_exact(n_item);
        let place =
            move |item: &[u8]| item[..n_place].iter().rev().fold(0_u64, |n, &byte| n << 8 | byte as u64);
        // What was not written before a crash is 0.
        items.map(place).filter(|&place| place != 0).map(|place| usize::try_from(place).unwrap_or(usize::MAX))
    }

    /// The payload of the data object at `at`, where it stands, and how it is packed.
    pub fn payload(&self, at: usize) -> Option<(Range<usize>, u8)> {
        let object = self.object(at).filter(|object| object.kind == DATA)?;
        let first = at + if self.is_compact { 72 } else { 64 };
        (first <= at + object.size).then_some((first..at + object.size, object.flags))
    }
}

/// Objects begin at multiples of eight bytes.
fn aligned(at: usize) -> usize {
    at.saturating_add(7) & !7
}
