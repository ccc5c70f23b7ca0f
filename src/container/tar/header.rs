//! The header of a file in a tar archive, and the records that extend it.

use crate::base::Timestamp;

/// Bytes of a block. A header is one block; data is padded to whole blocks.
pub const BLOCK_BYTES: usize = 512;

/// The values of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: Vec<u8>,
    pub size: u64,
    pub modified: Option<Timestamp>,
    pub kind: u8,
}

impl Header {
    /// Reads a block whose checksum is right; `None` if its size is not a number.
    pub fn parse(block: &[u8]) -> Option<Header> {
        let mut name = text(&block[..100]).to_vec();
        // In the old format of GNU, these bytes are not a prefix of the name.
        let prefix = text(&block[345..500]);
        if block[257..263] == *b"ustar\0" && !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        let modified = number(&block[136..148]).and_then(|seconds| i64::try_from(seconds).ok());
        Some(Header {
            name,
            size: number(&block[124..136])?,
            modified: modified.and_then(|seconds| seconds.checked_mul(1_000_000_000)).map(Timestamp),
            kind: block[156],
        })
    }
}

/// Whether `block` begins with a header: 512 bytes whose sum equals the recorded checksum. Some tools sum signed
/// bytes.
pub fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.first_chunk::<BLOCK_BYTES>() else { return false };
    let Some(recorded) = number(&block[148..156]) else { return false };
    let is_counted = |&(at, _): &(usize, &u8)| !(148..156).contains(&at);
    let counted = block.iter().enumerate().filter(is_counted);
    let spaces = 8 * b' ' as i64;
    let (unsigned, signed) = counted.fold((spaces, spaces), |(unsigned, signed), (_, &byte)| {
        (unsigned + byte as i64, signed + byte as i8 as i64)
    });
    // The recorded checksum of a block of zeros is 0.
    recorded > 0 && (recorded == unsigned as u64 || i64::try_from(recorded) == Ok(signed))
}

/// A number: octal digits or, if the first bit is set, a binary number in all other bits.
pub fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        let high = (first & 0x7f) as u64;
        return rest
            .iter()
            .try_fold(high, |number, &byte| (number >> 55 == 0).then_some(number << 8 | byte as u64));
    }
    let digits = text(field).trim_ascii();
    digits.iter().try_fold(0_u64, |number, &digit| match digit {
        b'0'..=b'7' => number.checked_mul(8)?.checked_add((digit - b'0') as u64),
        _ => None,
    })
}

/// The bytes before the first zero byte.
fn text(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

/// What extended headers set for the next file, or for all following files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extension {
    pub name: Option<Vec<u8>>,
    /// The name of a file with holes. (The name in the header of such a file is made up.)
    pub sparse_name: Option<Vec<u8>>,
    pub size: Option<u64>,
    pub modified: Option<Timestamp>,
    /// The size of a file with holes, including the holes.
    pub real_size: Option<u64>,
    /// Offset and length of each stretch of data in a file with holes.
    pub stretches: Vec<(u64, u64)>,
    /// Whether the list of stretches comes before the data.
    pub has_map_in_data: bool,
}

impl Extension {
    /// Reads records of the form `length key=value` up to the first that is not valid.
    pub fn read(&mut self, mut records: &[u8]) {
        let mut offset = 0;
        while let Some((key, value, rest)) = record(records) {
            records = rest;
            match key {
                b"path" if value.is_empty() => {}
                b"path" => self.name = Some(value.to_vec()),
                b"GNU.sparse.name" => self.sparse_name = Some(value.to_vec()),
                b"size" => self.size = decimal(value),
                b"mtime" => self.modified = seconds(value),
                b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.real_size = decimal(value),
                b"GNU.sparse.major" => self.has_map_in_data = value == b"1",
                b"GNU.sparse.offset" => offset = decimal(value).unwrap_or(u64::MAX),
                b"GNU.sparse.numbytes" => {
                    self.stretches.push((offset, decimal(value).unwrap_or(u64::MAX)));
                }
                b"GNU.sparse.map" => self.stretches = pairs(value, b','),
                _ => {}
            }
        }
    }
}

/// The numbers in `text`, in pairs.
pub fn pairs(text: &[u8], separator: u8) -> Vec<(u64, u64)> {
    let numbers: Vec<u64> =
        text.split(|&byte| byte == separator).map(|text| decimal(text).unwrap_or(u64::MAX)).collect();
    numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Key and value of the first record, and the bytes after the record.
fn record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = memchr::memchr(b' ', records)?;
    let length = usize::try_from(decimal(&records[..space])?).ok()?;
    let record = records.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = memchr::memchr(b'=', record)?;
    Some((&record[..equals], &record[equals + 1..], &records[length..]))
}

/// A number in decimal digits.
pub fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Seconds since the Unix epoch, with a fraction.
fn seconds(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_negative = whole.starts_with('-');
    let mut nanos = 0;
    for place in 0..9 {
        let digit = fraction.as_bytes().get(place).unwrap_or(&b'0');
        nanos = nanos * 10 + (digit.is_ascii_digit().then_some(digit - b'0')?) as i64;
    }
    let nanos = if is_negative { -nanos } else { nanos };
    whole.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(nanos).map(Timestamp)
}
