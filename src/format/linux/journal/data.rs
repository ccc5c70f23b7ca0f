//! The texts of a journal, each read once: many entries name the same.

use std::io::Read;
use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Damage;
use super::entry::{field_of, is_name, kind_of};
use super::file::Journal;
use crate::base::{FieldId, Fields, Kind, Why, limits};

/// Texts kept, and their bytes where they do not stand in the file: what the next entries will name again.
const MAX_VALUES: usize = 1 << 20;
const MAX_MADE_BYTES: usize = 64 << 20;

/// Where the text of a value stands.
pub enum Place {
    /// In the file, as it is.
    File(Range<usize>),
    /// Here: it was packed, or is no UTF-8.
    Made(Box<str>),
    /// Nowhere: its object is damaged, and that was told.
    Gone,
}

impl Place {
    /// The text.
    pub fn text<'a>(&'a self, file: &'a [u8]) -> &'a str {
        match self {
            // It was UTF-8 when it was learnt.
            Place::File(range) => std::str::from_utf8(&file[range.clone()]).unwrap_or_default(),
            Place::Made(text) => text,
            Place::Gone => "",
        }
    }
}

/// A field and a value of it.
pub struct Value {
    pub field: FieldId,
    pub kind: Kind,
    pub place: Place,
}

impl Value {
    /// Bytes of the text.
    pub fn len(&self) -> usize {
        match &self.place {
            Place::File(range) => range.len(),
            Place::Made(text) => text.len(),
            Place::Gone => 0,
        }
    }
}

/// The values that have been read, by their place in the file.
#[derive(Default)]
pub struct Values {
    by_place: HashMap<usize, Value, FixedState>,
    n_made_bytes: usize,
}

impl Values {
    /// Forgets all: another file has other places.
    pub fn begin(&mut self) {
        self.by_place.clear();
        self.n_made_bytes = 0;
    }

    /// The value at `place`, if it is known and good.
    pub fn get(&self, place: usize) -> Option<&Value> {
        self.by_place.get(&place).filter(|value| !matches!(value.place, Place::Gone))
    }

    /// Reads the value at `place`, unless it is known; what is wrong with it.
    pub fn learn(&mut self, journal: &Journal<'_>, place: usize, fields: &mut Fields) -> Damage {
        if self.by_place.contains_key(&place) {
            return (0..0, None);
        }
        if self.by_place.len() >= MAX_VALUES || self.n_made_bytes >= MAX_MADE_BYTES {
            self.begin();
        }
        let end = journal.bytes.len();
        let at = journal.payload(place).map_or(place.min(end)..place.min(end), |(range, _)| place..range.end);
        let (value, why) = match read(journal, place, fields) {
            Ok(value) => (value, None),
            Err(why) => (Value { field: FieldId(0), kind: Kind::Text, place: Place::Gone }, Some(why)),
        };
        if let Place::Made(text) = &value.place {
            self.n_made_bytes += text.len();
        }
        self.by_place.insert(place, value);
        (at, why)
    }
}

fn read(journal: &Journal<'_>, place: usize, fields: &mut Fields) -> Result<Value, Why> {
    let cut = if place >= journal.bytes.len() {
        Why::CutOff
    } else {
        Why::Damaged { expected: "the data of an entry" }
    };
    let (range, packing) = journal.payload(place).ok_or(cut)?;
    let raw = &journal.bytes[range.clone()];
    let unpacked = if packing == 0 { None } else { Some(unpack(packing, raw)?) };
    let pair = unpacked.as_deref().unwrap_or(raw);
    if pair.len() > limits::RECORD_BYTES {
        return Err(Why::TooLong { limit: limits::RECORD_BYTES as u64 });
    }
    let n_name = memchr::memchr(b'=', &pair[..pair.len().min(65)]).filter(|&n| is_name(&pair[..n]));
    let n_name = n_name.ok_or(Why::Damaged { expected: "a field and its value" })?;
    let (name, value) = (&pair[..n_name], &pair[n_name + 1..]);
    let (field, kind) = (field_of(name, fields), kind_of(name, value));
    let place = match std::str::from_utf8(value) {
        Ok(_) if packing == 0 => Place::File(range.start + n_name + 1..range.end),
        Ok(text) => Place::Made(text.into()),
        Err(_) => Place::Made(String::from_utf8_lossy(value).into()),
    };
    Ok(Value { field, kind, place })
}

/// KiB that unpacking xz may take: journald packs with 8 MiB.
const XZ_KIB: u32 = 64 << 10;

/// What `packed` unpacks to, by the flag of its object; no more than a record may have.
fn unpack(packing: u8, packed: &[u8]) -> Result<Vec<u8>, Why> {
    match packing {
        1 => all_of(lzma_rust2::XzReader::new_mem_limit(packed, false, XZ_KIB)),
        2 => unpack_lz4(packed),
        _ => {
            let mut decoder = ruzstd::decoding::FrameDecoder::new();
            decoder.set_max_window_size(limits::RECORD_BYTES as u64);
            let stream = ruzstd::decoding::StreamingDecoder::new_with_decoder(packed, decoder);
            all_of(stream.map_err(|_| Why::Damaged { expected: "data packed with zstd" })?)
        }
    }
}

fn all_of(reader: impl Read) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    let read = reader.take(limits::RECORD_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|_| Why::Damaged { expected: "packed data" })
}

/// The size and one block.
fn unpack_lz4(packed: &[u8]) -> Result<Vec<u8>, Why> {
    let damaged = Why::Damaged { expected: "data packed with LZ4" };
    let (size, block) = packed.split_first_chunk::<8>().ok_or(damaged.clone())?;
    let size = u64::from_le_bytes(*size);
    if size > limits::RECORD_BYTES as u64 {
        return Err(Why::TooLong { limit: limits::RECORD_BYTES as u64 });
    }
    // A byte of a block stands for 255 at most.
    if size > block.len() as u64 * 255 {
        return Err(damaged);
    }
    let mut bytes = vec![0; size as usize];
    let n = lz4_flex::block::decompress_into(block, &mut bytes).map_err(|_| damaged)?;
    bytes.truncate(n);
    Ok(bytes)
}
