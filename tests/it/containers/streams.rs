//! Compressed data: one stream or several, whole, cut and damaged.

use std::io::Write;

use trailglass::base::{Problem, limits};

use super::{check, members, unwrap};
use crate::case::gzip;

/// One way of compressing, and whether several streams may follow one another.
struct Known {
    name: &'static str,
    pack: fn(&[u8]) -> Vec<u8>,
    has_several: bool,
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("the options are right");
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("memory takes all")
}

fn lzma(bytes: &[u8]) -> Vec<u8> {
    let mut options = lzma_rust2::LzmaOptions::with_preset(1);
    options.dict_size = 1 << 20;
    let mut writer =
        lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("the options are right");
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("memory takes all")
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn lz4_of(info: lz4_flex::frame::FrameInfo, bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    lz4_of(lz4_flex::frame::FrameInfo::new(), bytes)
}

fn lz4_checked(bytes: &[u8]) -> Vec<u8> {
    use lz4_flex::frame::{BlockMode, BlockSize, FrameInfo};
    let info = FrameInfo::new().block_size(BlockSize::Max64KB).block_mode(BlockMode::Linked);
    lz4_of(info.block_checksums(true).content_checksum(true).content_size(Some(bytes.len() as u64)), bytes)
}

fn lz4_legacy(bytes: &[u8]) -> Vec<u8> {
    lz4_of(lz4_flex::frame::FrameInfo::new().legacy_frame(true), bytes)
}

const ALL: &[Known] = &[
    Known { name: "gzip", pack: gzip, has_several: true },
    Known { name: "zlib", pack: zlib, has_several: false },
    Known { name: "bzip2", pack: bzip2, has_several: true },
    Known { name: "xz", pack: xz, has_several: true },
    Known { name: "lzma", pack: lzma, has_several: false },
    Known { name: "zstd", pack: zstd, has_several: true },
    Known { name: "lz4", pack: lz4, has_several: true },
    Known { name: "lz4", pack: lz4_checked, has_several: true },
    Known { name: "lz4", pack: lz4_legacy, has_several: true },
];

/// Text that compresses by a half, so that a stream has literals and matches; `n` lines of it.
pub fn text(n: u32) -> Vec<u8> {
    let line = |n: u32| format!("line {n}: {:x} and so on\n", n.wrapping_mul(2_654_435_761)).into_bytes();
    (0..n).flat_map(line).collect()
}

#[test]
fn streams_follow_one_another() {
    for known in ALL {
        let (text, other) = (text(300), text(20));
        check(&(known.pack)(&text), &text, None);
        if known.has_several {
            let several = [(known.pack)(&text), (known.pack)(&other), (known.pack)(b"end")].concat();
            check(&several, &[&text[..], &other, b"end"].concat(), None);
        }
    }
}

/// Blocks and windows of every codec are shorter.
#[test]
fn long_streams_come_out_whole() {
    let text = text(60_000);
    for known in ALL {
        let file = (known.pack)(&text);
        for n_piece in [usize::MAX, 4_099] {
            let (bytes, problem, containers) = unwrap(&file, n_piece);
            assert_eq!((problem, containers), (None, vec![known.name]));
            assert!(bytes == text, "{} by {n_piece}", known.name);
        }
    }
}

#[test]
fn a_stream_without_bytes_is_a_member_without_bytes() {
    for known in ALL {
        check(&(known.pack)(b""), b"", None);
    }
}

#[test]
fn padding_is_no_data_and_garbage_is_said() {
    for known in ALL {
        let file = (known.pack)(b"one");
        if lz4_legacy(b"one") == file {
            // Nothing says where it ends: what follows is taken for a block.
            continue;
        }
        if known.name != "lzma" {
            check(&[&file[..], &[0; 8]].concat(), b"one", None);
            let offset = file.len() as u64 + 4;
            let trailing = Problem::Trailing { container: known.name, offset };
            check(&[&file[..], &[0; 4], b"garbage"].concat(), b"one", Some(trailing));
        }
    }
}

#[test]
fn a_cut_file_gives_what_came_before_the_cut() {
    let (text, other) = (text(40), text(10));
    for known in ALL {
        let first = (known.pack)(&text);
        let file = [&first[..], &(known.pack)(&other)].concat();
        let whole = [&text[..], &other].concat();
        let n_ends = if known.has_several { file.len() } else { first.len() };
        // Two bytes of a signature tell too little: more must be there.
        for end in (if known.name == "zlib" { 200 } else { 14 })..n_ends {
            let [in_one, by_byte] = [usize::MAX, 1].map(|n_piece| unwrap(&file[..end], n_piece));
            assert_eq!(in_one, by_byte, "{} cut at {end}", known.name);
            let (bytes, problem, containers) = in_one;
            assert_eq!(containers, [known.name], "cut at {end}");
            assert!(whole.starts_with(&bytes), "{} cut at {end}: {:?}", known.name, bytes.escape_ascii());
            assert!(end < first.len() || bytes.len() >= text.len(), "{} cut at {end}", known.name);
            let offset = bytes.len() as u64;
            let expected = Problem::Truncated { container: known.name, offset };
            let is_whole = end == first.len() || known.name == "lzma" && bytes.len() == text.len();
            let may_end = (known.pack)(b"") == lz4_legacy(b"");
            assert!(problem == (!is_whole).then_some(expected) || may_end, "{} cut at {end}", known.name);
        }
    }
}

/// What these codecs decode does not wait for the end of a block.
#[test]
fn a_cut_block_gives_what_it_has() {
    let text = text(500);
    for known in ALL.iter().filter(|known| !["bzip2", "zstd"].contains(&known.name)) {
        let file = (known.pack)(&text);
        let (bytes, _, _) = unwrap(&file[..file.len() / 2], usize::MAX);
        assert!(text.starts_with(&bytes) && bytes.len() > text.len() / 4, "{}: {}", known.name, bytes.len());
    }
}

#[test]
fn a_flipped_byte_ends_in_no_panic_and_is_seldom_unsaid() {
    let text = text(40);
    for known in ALL {
        let file = (known.pack)(&text);
        let mut n_unsaid = 0;
        for at in 0..file.len() {
            for flip in [1, 0x80, 0xff] {
                let mut file = file.clone();
                file[at] ^= flip;
                let [in_one, by_byte] = [usize::MAX, 1].map(|n_piece| members(&file, n_piece));
                assert_eq!(in_one, by_byte, "{} byte {at} flipped by {flip}", known.name);
                let (found, problems) = in_one;
                let is_said = !problems.is_empty() || found.iter().any(|found| !found.problems.is_empty());
                n_unsaid += !is_said as usize;
            }
        }
        // Those have no checksum; of the others, only the signature and what means nothing may change.
        let most = match known.name {
            "lzma" | "lz4" => usize::MAX,
            "zlib" => file.len(),
            _ => 60,
        };
        assert!(n_unsaid < most, "{}: {n_unsaid} of {} unsaid", known.name, 3 * file.len());
    }
}

#[test]
fn frames_to_be_skipped_are_skipped() {
    let skipped = |n: u32| [&[0x5a, 0x2a, 0x4d, 0x18][..], &n.to_le_bytes(), &vec![7; n as usize]].concat();
    for (name, pack) in [("zstd", zstd as fn(&[u8]) -> Vec<u8>), ("lz4", lz4)] {
        let file = [skipped(5), pack(b"one "), skipped(0), skipped(300), pack(b"two"), skipped(0)].concat();
        check(&file, b"one two", None);
        assert_eq!(unwrap(&file, usize::MAX).2, [name]);
        check(&[skipped(0), pack(b"one")].concat(), b"one", None);
    }
    check(&skipped(70_000), b"", None);
}

/// The frame says that its window is 512 MiB.
#[test]
fn a_window_beyond_the_limit_is_refused_before_it_is_made() {
    let mut file = zstd(b"one");
    file.splice(4..4 + 2, [0, (29 - 10) << 3]);
    let what = "a window of more than 128 MiB, the limit";
    check(&file, b"", Some(Problem::Unsupported { container: "zstd", what }));
    assert_eq!(limits::WINDOW_BYTES, 128 << 20, "the message says the limit");
    let mut options = lzma_rust2::LzmaOptions::with_preset(1);
    options.dict_size = 1 << 30;
    let file = [&[0x5d][..], &(1_u32 << 30).to_le_bytes(), &[0xff; 8], &[0; 30]].concat();
    check(&file, b"", Some(Problem::Unsupported { container: "lzma", what }));
}
