//! Recognises containers by their first bytes.

use super::codec::{Codec, Decode, Inflate, Step, may_be_skippable};
use super::tar::header::is_header;
use super::wide::Wide;

/// The number of first bytes that are enough to tell containers from other data: a stream is sniffed once it has so
/// many.
pub const SNIFF_BYTES: usize = 4 << 10;

/// The kind of a stream of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No container.
    Plain,
    /// Compressed data.
    Compressed(Codec),
    /// A tar archive.
    Tar,
    /// A zip archive.
    Zip,
    /// Text in UTF-16 or UTF-32.
    Text(Wide),
}

/// Signatures that are enough to recognise a container.
const SIGNATURES: &[(&[u8], Kind)] = &[
    (b"\x1f\x8b\x08", Kind::Compressed(Codec::Gzip)),
    (b"\xfd7zXZ\0", Kind::Compressed(Codec::Xz)),
    (b"\x28\xb5\x2f\xfd", Kind::Compressed(Codec::Zstd)),
    (b"\x04\x22\x4d\x18", Kind::Compressed(Codec::Lz4)),
    (b"\x02\x21\x4c\x18", Kind::Compressed(Codec::Lz4)),
    (b"PK\x03\x04", Kind::Zip),
    // An empty archive; an archive that was split and joined again.
    (b"PK\x05\x06", Kind::Zip),
    (b"PK\x07\x08PK\x03\x04", Kind::Zip),
    (b"PK00PK\x03\x04", Kind::Zip),
];

/// The kind of a stream that begins with `head`: its first [`SNIFF_BYTES`], or the whole stream if it is shorter.
pub fn sniff(head: &[u8]) -> Kind {
    let head = &head[..head.len().min(SNIFF_BYTES)];
    let signature = SIGNATURES.iter().find(|(signature, _)| begins(head, signature));
    match signature {
        Some(&(_, kind)) => kind,
        None if is_bzip2(head) => Kind::Compressed(Codec::Bzip2),
        None if is_skippable(head) => Kind::Compressed(after_skippable(head)),
        None if is_zlib(head) => Kind::Compressed(Codec::Zlib),
        None if is_lzma(head) => Kind::Compressed(Codec::Lzma),
        None if is_header(head) => Kind::Tar,
        None => Wide::sniff(head).map_or(Kind::Plain, Kind::Text),
    }
}

/// Whether `head` begins with `signature`, or is the start of `signature` and has a byte that does not occur in text.
fn begins(head: &[u8], signature: &[u8]) -> bool {
    let is_cut = head.len() > 1
        && signature.starts_with(head)
        && head.iter().any(|byte| !byte.is_ascii_graphic() && !byte.is_ascii_whitespace());
    head.starts_with(signature) || is_cut
}

/// The signature of bzip2 is only three letters, so the size and the signature of a block must follow.
fn is_bzip2(head: &[u8]) -> bool {
    let has_size = matches!(head.get(3), Some(b'1'..=b'9'));
    let is_block = |signature: &&[u8]| {
        let n = signature.len().min(head.len().saturating_sub(4));
        n > 2 && head[4..4 + n] == signature[..n]
    };
    head.starts_with(b"BZh") && has_size && super::codec::BZIP2_BLOCKS.iter().any(is_block)
}

/// Whether `head` begins with a skippable frame, which readers of zstd and lz4 skip.
fn is_skippable(head: &[u8]) -> bool {
    head.len() >= 8 && may_be_skippable(&head[..4])
}

/// The codec of the frame after skippable frames, or zstd, which is more frequent, if `head` ends before that frame.
fn after_skippable(mut head: &[u8]) -> Codec {
    while is_skippable(head) {
        let n_skipped = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        head = head[8..].get(n_skipped..).unwrap_or(&[]);
    }
    match head {
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Codec::Lz4,
        _ => Codec::Zstd,
    }
}

/// The signature of zlib is only two bytes, so the data after it must inflate: up to its end and its checksum, or up
/// to the end of `head`.
fn is_zlib(head: &[u8]) -> bool {
    const LEAST_BYTES: usize = 64;
    let &[method, flags, ..] = head else { return false };
    let is_header = method & 15 == 8
        && method >> 4 <= 7
        && flags & 0x20 == 0
        && (method as u16 * 256 + flags as u16).is_multiple_of(31);
    if !is_header {
        return false;
    }
    let mut n_out = 0;
    let step = Inflate::zlib().decode(head, &mut vec![0; SNIFF_BYTES], &mut |bytes| {
        n_out += bytes.len();
        Ok(())
    });
    match step {
        Ok(Step::End { .. }) => true,
        Ok(Step::More) => n_out >= LEAST_BYTES,
        // The data is damaged, but no text begins with these bytes.
        Err(_) => !flags.is_ascii_graphic() && method == 0x78 && n_out >= LEAST_BYTES,
    }
}

/// Recognises the header that all tools write: usual properties, a round dictionary size, a data size that is unknown
/// or below a TiB, and then the first byte of the data, which is always zero.
fn is_lzma(head: &[u8]) -> bool {
    let Some(header) = head.first_chunk::<14>() else { return false };
    let dictionary = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    let is_round = dictionary >= 4 << 10
        && (dictionary.is_power_of_two()
            || dictionary.is_multiple_of(3) && (dictionary / 3).is_power_of_two());
    let is_size = header[5..13] == [0xff; 8] || header[10..13] == [0; 3];
    header[0] == 0x5d && is_round && is_size && header[13] == 0
}
