//! The records of a zip archive: the record before a file, and those of the directory.

use crate::base::time::Civil;
use crate::base::{Timestamp, limits};

/// The kinds of records, by their signatures.
pub const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub const DIRECTORY: [u8; 4] = *b"PK\x01\x02";
pub const END: [u8; 4] = *b"PK\x05\x06";
pub const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// The end of a directory with 64-bit numbers.
pub const END_64: [u8; 4] = *b"PK\x06\x06";
const END_64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
const EXTRA_DATA: [u8; 4] = *b"PK\x06\x08";
const DIRECTORY_SIGNATURE: [u8; 4] = *b"PK\x05\x05";
/// Precedes an archive that could have been split and was not.
const SPANNING: [u8; 4] = *b"PK00";

/// The id of the extra field with 64-bit numbers.
const EXTRA_64: u16 = 1;
const EXTRA_NTFS: u16 = 0x000a;
const EXTRA_TIMES: u16 = 0x5455;
const EXTRA_OLD_TIMES: u16 = 0x5855;

/// The length of the record that begins with `head` or, if `head` is too short, of the part that gives the length;
/// `None` if `head` does not begin a record.
pub fn record_bytes(head: &[u8]) -> Option<usize> {
    let Some(&signature) = head.first_chunk::<4>() else { return Some(4) };
    let (n_fixed, lengths): (usize, &[usize]) = match signature {
        LOCAL => (30, &[26, 28]),
        DIRECTORY => (46, &[28, 30, 32]),
        END => (22, &[20]),
        END_64_LOCATOR => (20, &[]),
        DIRECTORY_SIGNATURE => (6, &[4]),
        DESCRIPTOR | SPANNING => (4, &[]),
        END_64 => return long(head, u64_at(head, 4), 12),
        EXTRA_DATA => return long(head, u32_at(head, 4).map(u64::from), 8),
        _ => return None,
    };
    if head.len() < n_fixed {
        return Some(n_fixed);
    }
    let n_variable: usize = lengths.iter().filter_map(|&at| u16_at(head, at)).map(usize::from).sum();
    Some(n_fixed + n_variable)
}

/// The length of a record whose length field has more than 16 bits.
fn long(head: &[u8], length: Option<u64>, n_fixed: usize) -> Option<usize> {
    match length {
        None => Some(n_fixed),
        Some(length) if length > limits::HEADER_BYTES as u64 => None,
        Some(length) => Some(n_fixed + length as usize).filter(|_| head.len() >= n_fixed),
    }
}

/// The record before a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    pub name: Vec<u8>,
    pub method: u16,
    pub is_encrypted: bool,
    /// Whether a descriptor with checksum and sizes follows the data.
    pub has_descriptor: bool,
    pub crc: u32,
    /// Bytes of the data; zero if only the descriptor gives the number.
    pub n_packed: u64,
    /// Bytes of the data after unpacking.
    pub n_unpacked: u64,
    pub modified: Option<Timestamp>,
}

impl Local {
    /// The number of bytes that [`Local::is_certain`] needs.
    pub const CERTAIN_BYTES: usize = 30;

    /// Reads a whole record; `None` if it is too short, which a whole record never is.
    pub fn parse(record: &[u8]) -> Option<Local> {
        let flags = u16_at(record, 6)?;
        let name_end = 30 + u16_at(record, 26)? as usize;
        let extra = record.get(name_end..)?;
        let mut numbers = [u32_at(record, 22)? as u64, u32_at(record, 18)? as u64];
        widen(&mut numbers, extra);
        let [n_unpacked, n_packed] = numbers;
        Some(Local {
            name: record.get(30..name_end)?.to_vec(),
            method: u16_at(record, 8)?,
            is_encrypted: flags & 1 != 0,
            has_descriptor: flags & 8 != 0,
            crc: u32_at(record, 14)?,
            n_packed,
            n_unpacked,
            modified: time(extra).or_else(|| dos_time(u16_at(record, 12)?, u16_at(record, 10)?)),
        })
    }

    /// Whether `head` certainly begins a record, and is not data that looks like a record.
    pub fn is_certain(head: &[u8]) -> bool {
        let numbers = (u16_at(head, 4), u16_at(head, 8), u16_at(head, 26));
        let (Some(version), Some(method), Some(n_name)) = numbers else { return false };
        let is_method = matches!(method, 0..=20 | 93..=99);
        head.starts_with(&LOCAL) && version & 0xff < 100 && is_method && (1..4_096).contains(&n_name)
    }
}

/// The name and the offset of a file, from an entry of the directory.
pub fn directory_entry(record: &[u8]) -> Option<(&[u8], u64)> {
    let name_end = 46 + u16_at(record, 28)? as usize;
    let extra_end = name_end + u16_at(record, 30)? as usize;
    let mut numbers = [u32_at(record, 24)? as u64, u32_at(record, 20)? as u64, u32_at(record, 42)? as u64];
    widen(&mut numbers, record.get(name_end..extra_end)?);
    Some((record.get(46..name_end)?, numbers[2]))
}

/// Replaces the numbers whose value refers to a 64-bit number by that number.
fn widen(numbers: &mut [u64], extra: &[u8]) {
    let wide = fields(extra).find(|(id, _)| *id == EXTRA_64).map_or(&[][..], |(_, field)| field);
    let mut wide = wide.chunks_exact(8).filter_map(|bytes| u64_at(bytes, 0));
    for number in numbers.iter_mut().filter(|number| **number == u32::MAX as u64) {
        *number = wide.next().unwrap_or(*number);
    }
}

/// When a file was last changed, from its extra fields.
fn time(extra: &[u8]) -> Option<Timestamp> {
    const FILETIME_EPOCH_SECONDS: i64 = 11_644_473_600;
    fields(extra).find_map(|(id, field)| {
        let nanos = match id {
            EXTRA_TIMES if field.first()? & 1 != 0 => u32_at(field, 1)? as i32 as i64 * 1_000_000_000,
            EXTRA_OLD_TIMES => u32_at(field, 4)? as i32 as i64 * 1_000_000_000,
            // After four reserved bytes, a tag and a length.
            EXTRA_NTFS if u16_at(field, 4)? == 1 => {
                let ticks = i64::try_from(u64_at(field, 8)?).ok()?;
                (ticks - FILETIME_EPOCH_SECONDS * 10_000_000).checked_mul(100)?
            }
            _ => return None,
        };
        Some(Timestamp(nanos))
    })
}

/// A date and time of day without a zone, read as UTC.
fn dos_time(date: u16, time: u16) -> Option<Timestamp> {
    let (date, time) = (date as u32, time as u32);
    let civil = Civil {
        year: 1980 + (date >> 9) as i64,
        month: date >> 5 & 15,
        day: date & 31,
        hour: time >> 11,
        minute: time >> 5 & 63,
        second: (time & 31) * 2,
        nanos: 0,
    };
    civil.at_offset(0)
}

/// The extra fields: id and content.
fn fields(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (id, length) = (u16_at(extra, 0)?, u16_at(extra, 2)? as usize);
        let field = extra.get(4..4 + length)?;
        extra = &extra[4 + length..];
        Some((id, field))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
