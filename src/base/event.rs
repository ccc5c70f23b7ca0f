//! What a format shares with other rooms: the names of fields, and one event.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::time::Reading;

/// The number of a field within one shard: an index into [`Fields`]. Other shards number the same field differently;
/// between shards, a field is identified by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// The kind of a value, as the record wrote the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Free text, including addresses and times.
    Text = 0,
    /// A number, kept as the record wrote it.
    Number = 1,
    /// `true` or `false`.
    Boolean = 2,
    /// A moment: only `@timestamp` has this kind.
    Time = 3,
}

/// A set of [`Kind`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(pub u8);

impl Kinds {
    /// Adds a kind.
    #[inline]
    pub fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }

    /// Whether `kind` is in the set.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 >> kind as u8 & 1 == 1
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Kinds) {
        self.0 |= other.0;
    }
}

/// The hash function of the whole core. It gives the same hash in every shard and on every run, so that shards can
/// compare hashes.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    static STATE: FixedState = FixedState::with_seed(0x7a11_61a5);
    let mut hasher = STATE.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// Whether two texts are equal. Most texts are short, and a call of `memcmp` would take longer than this comparison.
#[inline(always)]
pub fn is_same(a: &[u8], b: &[u8]) -> bool {
    let n = a.len();
    if n != b.len() {
        return false;
    }
    let eight =
        |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    let four =
        |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    match n {
        0 => true,
        1..4 => a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1],
        4..8 => four(a, 0) == four(b, 0) && four(a, n - 4) == four(b, n - 4),
        8..=64 => {
            let whole = (0..n - 7).step_by(8).all(|at| eight(a, at) == eight(b, at));
            whole && eight(a, n - 8) == eight(b, n - 8)
        }
        _ => a == b,
    }
}

/// The field by which all events are ordered. Its values are not a column, but the times of a segment.
pub const TIMESTAMP: &str = "@timestamp";

/// The names of the fields of one shard. Names are never removed, so a [`FieldId`] stays valid.
#[derive(Default)]
pub struct Fields {
    names: Vec<Box<str>>,
    hashes: Vec<u64>,
    ids: HashTable<u32>,
}

impl Fields {
    /// An empty set of fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// The number of the field called `name`. A new name gets a new number.
    pub fn intern(&mut self, name: &str) -> FieldId {
        let hash = hash(name.as_bytes());
        let names = &self.names;
        if let Some(&id) = self.ids.find(hash, |&id| &*names[id as usize] == name) {
            return FieldId(id);
        }
        let id = self.names.len() as u32;
        self.names.push(name.into());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.ids.insert_unique(hash, id, |&id| hashes[id as usize]);
        FieldId(id)
    }

    /// The number of the field called `name`, if this name is known.
    pub fn get(&self, name: &str) -> Option<FieldId> {
        self.ids.find(hash(name.as_bytes()), |&id| &*self.names[id as usize] == name).map(|&id| FieldId(id))
    }

    /// The name of a field.
    pub fn name(&self, field: FieldId) -> &str {
        &self.names[field.0 as usize]
    }

    /// The hash of the field's name, which is the same in every shard.
    pub fn name_hash(&self, field: FieldId) -> u64 {
        self.hashes[field.0 as usize]
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All fields with their names, in the order in which the names were added.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &str)> {
        self.names.iter().enumerate().map(|(id, name)| (FieldId(id as u32), &**name))
    }
}

/// The place of the text of a leaf.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In the record, unchanged.
    Record { first: u32, end: u32 },
    /// In the event's own buffer, because the text was unescaped or made.
    Made { first: u32, end: u32 },
}

/// One value of an event.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    /// The field of the value.
    pub field: FieldId,
    /// The kind of the value.
    pub kind: Kind,
    place: Place,
}

/// One record that a format understood: a time and values. The caller clears the event before each record and reuses
/// its memory.
///
/// The text of a leaf is a slice of the record or of the event's own buffer, so the event must be used with its
/// record.
#[derive(Debug, Default, Clone)]
pub struct Event {
    /// The time of the event, as the record wrote it.
    pub time: Option<Reading>,
    /// A hash of the identifier that the record gives its event, such as the `eventID` of CloudTrail. Two events with
    /// the same hash and the same values are duplicates. An event without this hash is never a duplicate.
    pub event_id_hash: Option<u64>,
    leaves: Vec<Leaf>,
    made: Vec<u8>,
}

impl Event {
    /// Removes the time, the hash and all values.
    pub fn clear(&mut self) {
        self.time = None;
        self.event_id_hash = None;
        self.leaves.clear();
        self.made.clear();
    }

    /// Adds a value that is the slice `record[first..end]`, which must be UTF-8.
    #[inline]
    pub fn push_slice(&mut self, field: FieldId, kind: Kind, first: usize, end: usize) {
        let place = Place::Record { first: first as u32, end: end as u32 };
        self.leaves.push(Leaf { field, kind, place });
    }

    /// Adds a value that is not a slice of the record.
    pub fn push_text(&mut self, field: FieldId, kind: Kind, text: &str) {
        let first = self.made.len() as u32;
        self.made.extend_from_slice(text.as_bytes());
        self.leaves.push(Leaf { field, kind, place: Place::Made { first, end: self.made.len() as u32 } });
    }

    /// Adds a value to `field` with the text and the kind of `leaf`, a value of this event.
    pub fn push_copy(&mut self, field: FieldId, leaf: Leaf) {
        self.leaves.push(Leaf { field, ..leaf });
    }

    /// Removes all values except the first `n`.
    pub fn truncate(&mut self, n: usize) {
        self.leaves.truncate(n);
    }

    /// Copies `text` into the event. All values except the first `n` are slices of `text` and not of the record.
    pub fn adopt(&mut self, n: usize, text: &[u8]) {
        let base = self.made.len() as u32;
        self.made.extend_from_slice(text);
        for leaf in self.leaves.iter_mut().skip(n) {
            if let Place::Record { first, end } = leaf.place {
                leaf.place = Place::Made { first: first + base, end: end + base };
            }
        }
    }

    /// The first value of a field.
    pub fn leaf(&self, field: FieldId) -> Option<Leaf> {
        self.leaves.iter().find(|leaf| leaf.field == field).copied()
    }

    /// The values, in the order of the record.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// The text of `leaf`, a value of this event; `record` is the record that the event was read from.
    #[inline]
    pub fn bytes<'a>(&'a self, record: &'a [u8], leaf: &Leaf) -> &'a [u8] {
        match leaf.place {
            Place::Record { first, end } => &record[first as usize..end as usize],
            Place::Made { first, end } => &self.made[first as usize..end as usize],
        }
    }
}

/// One field that a format can produce.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// The native or common name of the field; a `*` at the end stands for all paths below.
    pub name: &'static str,
    /// The meaning of the field, with its unit.
    pub meaning: &'static str,
}

/// How the records of a format lie in a stream of bytes.
#[derive(Debug, Clone, Copy)]
pub enum Framing {
    /// JSON values, one after the other, with or without bytes between them; or the elements of a top-level array; or
    /// the elements of the array that a top-level object holds under one of `keys`.
    Json {
        /// Names of these arrays.
        keys: &'static [&'static str],
    },
    /// Lines. Each line is a record or a part of a record.
    Lines(Lines),
    /// Lines that have the same key and are near each other form one record, joined by line ends. A line without a key
    /// is a record. If other lines lie between the lines of a record, its span covers only the first line.
    Grouped(GroupKey),
    /// The whole member is one record.
    Whole,
    /// Records of text that follow each other without a line end. The function gets the bytes that are left, and
    /// whether these bytes reach the end of the member. It returns the place of the first record, or `None` if it
    /// needs more bytes. At the end of the member it must return a place.
    Parts(fn(&[u8], bool) -> Option<Part>),
}

/// The place of a record in the bytes that are left of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first byte of the record; bytes before it belong to no record.
    pub first: usize,
    /// The first byte after the record.
    pub end: usize,
}

/// Reads from a line the key of the event that the line belongs to.
pub type GroupKey = fn(&[u8]) -> Option<[u64; 3]>;

/// How lines form a record. A record is valid UTF-8, does not end with a line end and has no terminal colours.
#[derive(Debug, Clone, Copy)]
pub enum Lines {
    /// Each line is a record, except for blank lines.
    Each,
    /// A record begins with a line for which the function returns true, and has all lines up to the next such line.
    From(fn(&[u8]) -> bool),
    /// A record ends with a line for which the function returns true.
    Until(fn(&[u8]) -> bool),
    /// A record begins with a line that has a timestamp at one of the places learnt from the lines of the member.
    Stamped(super::stamp::Places),
    /// Each line is a record, but a line end between quotes (`"`) is part of the record: CSV.
    Quoted,
}
