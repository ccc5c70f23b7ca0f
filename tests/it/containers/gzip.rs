//! gzip: whole, damaged and hostile.

use std::io::Write;

use trailglass::base::{Problem, limits};
use trailglass::container::Unwrapper;

use super::{Keep, check, unwrap};
use crate::case::{Case, Load, gzip};

const fn truncated(offset: u64) -> Problem {
    Problem::Truncated { container: "gzip", offset }
}

const fn damaged(offset: u64) -> Problem {
    Problem::Damaged { container: "gzip", offset }
}

const fn checksum(member: u64) -> Problem {
    Problem::Checksum { container: "gzip", member }
}

const fn trailing(offset: u64) -> Problem {
    Problem::Trailing { container: "gzip", offset }
}

/// A member with a header of our own around the deflate data, checksum and length of `bytes`.
fn member(flags: u8, extras: &[u8], bytes: &[u8]) -> Vec<u8> {
    let plain = gzip(bytes);
    [&[0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3][..], extras, &plain[10..]].concat()
}

#[test]
fn members_follow_one_another() {
    check(&gzip(b"one"), b"one", None);
    check(&[gzip(b"one "), gzip(b"two "), gzip(b"three")].concat(), b"one two three", None);
    check(&gzip(b""), b"", None);
    check(&[gzip(b""), gzip(b"one"), gzip(b""), gzip(b"two")].concat(), b"onetwo", None);
}

#[test]
fn headers_of_every_kind_are_skipped() {
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    check(&member(NAME, b"a.json\0", b"x"), b"x", None);
    check(&member(COMMENT, b"by hand\0", b"x"), b"x", None);
    check(&member(NAME | COMMENT, b"\0\0", b"x"), b"x", None);
    check(&member(EXTRA, b"\x05\0a\0b\0c", b"x"), b"x", None);
    check(&member(EXTRA, b"\0\0", b"x"), b"x", None);
    check(&member(HEADER_CRC, b"\x12\x34", b"x"), b"x", None);
    let all = b"\x02\0ab\x1f\x8b\x08.json\0a comment\0\x12\x34";
    check(&member(HEADER_CRC | EXTRA | NAME | COMMENT, all, b"x"), b"x", None);
    let long = [&[b'n'; 70_000][..], b"\0"].concat();
    check(&member(NAME, &long, b"x"), b"x", None);
    check(&[member(NAME, b"a\0", b"x"), member(EXTRA, b"\x01\0a", b"y")].concat(), b"xy", None);
}

/// A name without an end is no header.
#[test]
fn headers_have_a_limit() {
    let file = member(8, &vec![b'n'; 3 << 20], b"");
    for n_chunk in [usize::MAX, 1 << 16] {
        let (bytes, problem, _) = unwrap(&file, n_chunk);
        assert_eq!((bytes.len(), problem), (0, Some(damaged(0))));
    }
}

/// Hardly compressible text, so that the deflate data is longer than a byte or two.
fn text() -> Vec<u8> {
    (0..60_u32).flat_map(|n| format!("{:x} ", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
}

#[test]
fn a_cut_file_gives_what_came_before_the_cut() {
    let text = text();
    let file = [gzip(&text), gzip(&text)].concat();
    let whole = [&text[..], &text].concat();
    let end_of_first = file.len() / 2;
    for end in 2..file.len() {
        let [in_one, byte_by_byte] = [usize::MAX, 1].map(|n_chunk| unwrap(&file[..end], n_chunk));
        assert_eq!(in_one, byte_by_byte, "cut at {end}");
        let (bytes, problem, containers) = in_one;
        assert!(whole.starts_with(&bytes), "cut at {end}");
        assert_eq!(containers, ["gzip"], "cut at {end}");
        let offset = bytes.len() as u64;
        let expected = (end != end_of_first).then_some(truncated(offset));
        assert_eq!(problem, expected, "cut at {end}");
        if end >= end_of_first - 8 {
            assert!(bytes.len() >= text.len(), "cut at {end}: the first member was whole");
        }
    }
}

#[test]
fn a_flipped_bit_never_goes_unsaid() {
    let text = text();
    let file = gzip(&text);
    // The header's time, flags of the compressor and system say nothing about the data.
    for at in (0..file.len()).filter(|at| !(4..10).contains(at)) {
        for bit in 0..8 {
            let mut file = file.clone();
            file[at] ^= 1 << bit;
            let [in_one, byte_by_byte] = [usize::MAX, 1].map(|n_chunk| unwrap(&file, n_chunk));
            assert_eq!(in_one, byte_by_byte, "bit {bit} of byte {at}");
            let (bytes, problem, containers) = in_one;
            // No gzip any more, or a bit that means nothing: a flag that says that the data is text, padding.
            let is_harmless = bytes == file && containers.is_empty() || bytes == text;
            assert!(problem.is_some() || is_harmless, "bit {bit} of byte {at} gave {problem:?}");
        }
    }
}

#[test]
fn a_wrong_checksum_or_length_keeps_the_data() {
    let file = gzip(b"one");
    for at in [file.len() - 8, file.len() - 1] {
        let mut wrong = file.clone();
        wrong[at] ^= 1;
        check(&wrong, b"one", Some(checksum(1)));
        // The members behind it are read; the first thing that is wrong is the one that is said.
        check(&[&wrong[..], &file].concat(), b"oneone", Some(checksum(1)));
        check(&[&file[..], &wrong, b"garbage"].concat(), b"oneone", Some(checksum(2)));
    }
}

#[test]
fn padding_is_no_data_and_garbage_is_said() {
    let file = gzip(b"one");
    let n = file.len() as u64;
    check(&[&file[..], &[0; 700]].concat(), b"one", None);
    check(&[&file[..], &[0; 3], &file, &[0]].concat(), b"oneone", None);
    check(&[&file[..], b"garbage"].concat(), b"one", Some(trailing(n)));
    check(&[&file[..], b"\0\0\x1f\x8bgarbage"].concat(), b"one", Some(trailing(n + 2)));
    check(&[&file[..], b"\x1f\x8b"].concat(), b"one", Some(truncated(3)));
}

#[test]
fn damaged_data_gives_what_came_before() {
    let mut file = gzip(&text());
    // A block of the reserved kind.
    file[10] = 0b111;
    check(&file, b"", Some(damaged(0)));
    check(&[gzip(b"one"), file].concat(), b"one", Some(damaged(3)));
}

#[test]
fn content_tells_the_container_and_no_name_does() {
    const LINE: &[u8] = b"{\"a\":1}\n";
    let files = vec![
        ("plain.json.gz".to_owned(), LINE.to_vec()),
        ("wrapped.json".to_owned(), gzip(LINE)),
        ("nothing.json.gz".to_owned(), gzip(b"")),
        ("empty.json.gz".to_owned(), Vec::new()),
        ("two-bytes.gz".to_owned(), vec![0x1f, 0x8b]),
        ("twice.json.gz".to_owned(), gzip(&gzip(LINE))),
    ];
    for n_chunk in [usize::MAX, 1, 3] {
        let mut case = Case::load(&files, Load { n_chunk, ..Load::default() });
        case.check_sums();
        let said = |path: &str| {
            let source = case.source(path);
            let codes: Vec<&str> = source.problems.iter().map(|(code, _)| code.as_str()).collect();
            (source.containers.join(" "), source.counts.n_events, codes.join(" "))
        };
        let expect =
            |containers: &str, n_events, codes: &str| (containers.to_owned(), n_events, codes.to_owned());
        assert_eq!(said("plain.json.gz"), expect("", 1, ""));
        assert_eq!(said("wrapped.json"), expect("gzip", 1, ""));
        assert_eq!(said("nothing.json.gz"), expect("gzip", 0, "empty"));
        assert_eq!(said("empty.json.gz"), expect("", 0, "empty"));
        assert_eq!(said("two-bytes.gz"), expect("gzip", 0, "truncated"));
        assert_eq!(said("twice.json.gz"), expect("gzip gzip", 1, ""));
    }
}

/// As many zeros as there are bytes in a GiB, in a MiB.
#[test]
fn a_bomb_stops_at_its_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..8 {
        encoder.write_all(&zeros).expect("memory takes all");
    }
    let part = encoder.finish().expect("memory takes all");
    let bomb = part.repeat(128);
    let found = [usize::MAX, 1 << 16, 1 << 10, 77].map(|n_chunk| {
        let (mut unwrapper, mut keep) = (Unwrapper::default(), Keep::default());
        bomb.chunks(n_chunk).for_each(|chunk| unwrapper.push(chunk, &mut keep));
        assert_eq!(unwrapper.finish(&mut keep), []);
        let Some(Problem::TooLarge { offset, .. }) = keep.0[0].problems.first() else {
            panic!("a bomb gave {:?}", keep.0[0].problems)
        };
        let n_out = keep.0[0].bytes.len() as u64;
        assert_eq!(*offset, n_out);
        // What is read at a time counts as read.
        assert!(n_out <= 64 << 10 << 10, "a bomb unwrapped to {n_out} bytes");
        (n_out, keep.0[0].problems[0].to_string())
    });
    assert!(found.iter().all(|other| *other == found[0]), "{found:?}");
    assert!(found[0].1.contains("1,000 times its size"), "{found:?}");
    assert_eq!(limits::EXPANSION_RATIO, 1_000, "the message says the limit");
}

/// The most that real logs reach is let through.
#[test]
fn a_log_that_repeats_itself_is_no_bomb() {
    let line = b"{\"eventName\":\"DescribeInstances\",\"eventTime\":\"2022-03-22T15:48:02Z\",\"awsRegion\":\"us-east-1\"}\n";
    let log = line.repeat(60_000);
    let (bytes, problem, _) = unwrap(&gzip(&log), 1 << 16);
    assert_eq!((bytes.len(), problem), (log.len(), None));
}
