//! What a format shares with its neighbours: the names of fields, and one event.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::time::Reading;

/// A field's number within one shard: an index into [`Fields`]. Another shard numbers otherwise; across shards a
/// field goes by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// The kind of a value, as its record wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Free text, addresses and times among it.
    Text = 0,
    /// A number, kept as it was written.
    Number = 1,
    /// `true` or `false`.
    Boolean = 2,
    /// A moment: only `@timestamp` has it.
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

    /// Whether `kind` is among them.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 >> kind as u8 & 1 == 1
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Kinds) {
        self.0 |= other.0;
    }
}

/// The hash of the whole core: the same in every shard and on every run, so that shards can compare by it.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    static STATE: FixedState = FixedState::with_seed(0x7a11_61a5);
    let mut hasher = STATE.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// Whether two texts are equal. Most are short: a call for each would cost more than the comparison.
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

/// The field that every event of every format is ordered by; it is no column but a segment's times.
pub const TIMESTAMP: &str = "@timestamp";

/// The names of the fields of one shard. A name never goes away, so a [`FieldId`] stays good.
#[derive(Default)]
pub struct Fields {
    names: Vec<Box<str>>,
    hashes: Vec<u64>,
    ids: HashTable<u32>,
}

impl Fields {
    /// No fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// The number of the field called `name`, new if there was none.
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

    /// The number of the field called `name`, if there is one.
    pub fn get(&self, name: &str) -> Option<FieldId> {
        self.ids.find(hash(name.as_bytes()), |&id| &*self.names[id as usize] == name).map(|&id| FieldId(id))
    }

    /// The name of a field.
    pub fn name(&self, field: FieldId) -> &str {
        &self.names[field.0 as usize]
    }

    /// A number that stands for the field's name in every shard.
    pub fn name_hash(&self, field: FieldId) -> u64 {
        self.hashes[field.0 as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All fields with their names, in order of first sight.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &str)> {
        self.names.iter().enumerate().map(|(id, name)| (FieldId(id as u32), &**name))
    }
}

/// Where the text of a leaf stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In the record, as it is.
    Record { first: u32, end: u32 },
    /// In the event's own buffer: it was unescaped or made.
    Made { first: u32, end: u32 },
}

/// One value of an event.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    /// The field it belongs to.
    pub field: FieldId,
    /// What kind of value it is.
    pub kind: Kind,
    place: Place,
}

/// One record understood: a time and values. The caller clears it before each record; it keeps its memory.
///
/// A leaf's text stands in the record or in the event's own buffer, so an event is only good beside its record.
#[derive(Debug, Default, Clone)]
pub struct Event {
    /// When it happened, as its record says it.
    pub time: Option<Reading>,
    /// A hash of CloudTrail's `eventID`: two events with the same one are duplicates if all their values are equal, too. An
    /// event without it is never a duplicate.
    pub event_id_hash: Option<u64>,
    leaves: Vec<Leaf>,
    made: Vec<u8>,
}

impl Event {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.time = None;
        self.event_id_hash = None;
        self.leaves.clear();
        self.made.clear();
    }

    /// Adds a value that stands in the record as `record[first..end]`, which must be UTF-8.
    #[inline]
    pub fn push_slice(&mut self, field: FieldId, kind: Kind, first: usize, end: usize) {
        let place = Place::Record { first: first as u32, end: end as u32 };
        self.leaves.push(Leaf { field, kind, place });
    }

    /// Adds a value that does not stand in the record.
    pub fn push_text(&mut self, field: FieldId, kind: Kind, text: &str) {
        let first = self.made.len() as u32;
        self.made.extend_from_slice(text.as_bytes());
        self.leaves.push(Leaf { field, kind, place: Place::Made { first, end: self.made.len() as u32 } });
    }

    /// Adds the text that `leaf` of this event has to another field.
    pub fn push_copy(&mut self, field: FieldId, leaf: Leaf) {
        self.leaves.push(Leaf { field, ..leaf });
    }

    /// Takes back all values but the first `n`.
    pub fn truncate(&mut self, n: usize) {
        self.leaves.truncate(n);
    }

    /// Keeps `text`, of which all values but the first `n` are slices: it does not stand in the record.
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

    /// The values in the order of the record.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// The text of a leaf of this event, which was read from `record`.
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
    /// Its native or common name; `*` at its end stands for every path below.
    pub name: &'static str,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

/// How a format's records stand in a stream of bytes.
#[derive(Debug, Clone, Copy)]
pub enum Framing {
    /// JSON values one after the other, with or without anything between them; in a top-level array; or in the
    /// array that a top-level object has under one of `keys`.
    Json {
        /// Names of such arrays.
        keys: &'static [&'static str],
    },
    /// Lines, each a record or a part of one.
    Lines(Lines),
    /// Lines of one key are one record, with a line end between them, where they stand near one another; a line without
    /// a key is a record. The span of one whose lines stand apart is that of its first line.
    Grouped(GroupKey),
    /// The whole member is one record.
    Whole,
    /// Records of text that lie behind one another without a line end: the function says where the first one of what
    /// is left stands, and `None` where more bytes are needed to tell; it never needs more at the end, where `true`.
    Parts(fn(&[u8], bool) -> Option<Part>),
}

/// Where a record stands in what is left of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its first byte; what is before it belongs to no record.
    pub first: usize,
    /// Behind its last byte.
    pub end: usize,
}

/// What a line says of the event that it is part of.
pub type GroupKey = fn(&[u8]) -> Option<[u64; 3]>;

/// What lines make a record. A record is valid UTF-8, has no line end at its end and no terminal colours.
#[derive(Debug, Clone, Copy)]
pub enum Lines {
    /// Each is a record; blank ones are none.
    Each,
    /// A record begins with a line of which this is true, and has all lines up to the next such line.
    From(fn(&[u8]) -> bool),
    /// A record ends with a line of which this is true.
    Until(fn(&[u8]) -> bool),
    /// A record begins with a line that has a timestamp where the lines of its member have one.
    Stamped(super::stamp::Places),
    /// As each, but a line end between quotes (`"`) is part of the record: CSV.
    Quoted,
}
