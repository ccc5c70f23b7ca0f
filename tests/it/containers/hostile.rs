//! Files made to do harm: they end, within the limits, and say which.

use proptest::prelude::*;
use trailglass::base::{Problem, limits};
use trailglass::container::{Unwrapper, is_plain};

use super::pack::{deflated, stored, tar, tar_header, zip};
use super::streams::{text, zstd};
use super::{Keep, members};
use crate::case::gzip;

/// A file in more containers than are unwrapped is a member as it is there.
#[test]
fn nesting_ends_at_its_limit() {
    let nested = |n: usize| (0..n).fold(b"innermost".to_vec(), |file, _| gzip(&file));
    for n in [limits::CONTAINER_DEPTH - 1, limits::CONTAINER_DEPTH, limits::CONTAINER_DEPTH + 1, 30] {
        let (found, problems) = members(&nested(n), usize::MAX);
        assert_eq!((found.len(), problems), (1, vec![]));
        let n_unwrapped = n.min(limits::CONTAINER_DEPTH);
        assert_eq!(found[0].member.containers.len(), n_unwrapped);
        assert_eq!(found[0].bytes, nested(n - n_unwrapped));
        let too_deep = Problem::TooDeep { container: "gzip", limit: limits::CONTAINER_DEPTH };
        assert_eq!(found[0].problems, if n > n_unwrapped { vec![too_deep] } else { vec![] });
    }
    let archives = (0..20).fold(b"innermost".to_vec(), |file, n| match n % 3 {
        0 => tar(&[("a.tar", &file)]),
        1 => zip(&[deflated("a.zip", &file)]),
        _ => zip(&[stored("a.zip", &file).streamed(true)]),
    });
    let (found, problems) = members(&archives, usize::MAX);
    assert_eq!((found.len(), problems), (1, vec![]));
    assert!(matches!(found[0].problems[..], [Problem::TooDeep { .. }]));
}

/// Bombs in bombs: each layer is held to the size of the dropped file, not to that of the layer around it.
#[test]
fn a_bomb_in_a_bomb_stops_at_the_limit_of_the_file() {
    let bomb = gzip(&gzip(&vec![0; 64 << 20]));
    let mut keep = Keep::default();
    let mut unwrapper = Unwrapper::default();
    unwrapper.push(&bomb, &mut keep);
    assert_eq!(unwrapper.finish(&mut keep), []);
    assert!(keep.0[0].bytes.len() as u64 <= (bomb.len() as u64 + 1) * limits::EXPANSION_RATIO + (1 << 20));
    assert!(matches!(keep.0[0].problems[..], [Problem::TooLarge { .. }]), "{:?}", keep.0[0].problems);
}

/// What a bomb spends is not taken from the files behind it.
#[test]
fn files_behind_a_bomb_are_read() {
    let bomb = gzip(&vec![0; 200 << 20]);
    let bomb = zip(&[deflated("bomb", &bomb), deflated("a", &text(2_000)), stored("b", b"two")]);
    assert!(bomb.len() < 100 << 10, "{} bytes may unwrap to as many KiB", bomb.len());
    let (found, problems) = members(&bomb, usize::MAX);
    assert_eq!(problems, []);
    let said: Vec<_> =
        found.iter().map(|found| (found.member.path.as_deref(), found.problems.len())).collect();
    assert_eq!(said, [(Some("bomb"), 1), (Some("a"), 0), (Some("b"), 0)]);
    assert_eq!(found[1].bytes, text(2_000));
}

#[test]
fn members_have_a_limit() {
    let entry = tar_header("a", b'0', 0);
    let mut archive = entry.repeat(limits::MEMBERS + 3);
    archive.extend_from_slice(&[0; 1_024]);
    let mut keep = Keep::default();
    let mut unwrapper = Unwrapper::default();
    unwrapper.push(&archive, &mut keep);
    let problems = unwrapper.finish(&mut keep);
    assert_eq!(keep.0.len(), limits::MEMBERS);
    assert_eq!(problems, [Problem::TooManyFiles { limit: limits::MEMBERS, n_left_out: 3 }]);
}

/// As many archives as there is room for, each with something wrong.
#[test]
fn problems_have_a_limit() {
    let empty = [&tar_header("folder/", b'5', 0)[..], &[0; 1_024]].concat();
    let files: Vec<(&str, &[u8])> = vec![("a.tar", &empty); limits::ARCHIVE_PROBLEMS + 9];
    let (found, problems) = members(&tar(&files), usize::MAX);
    assert_eq!((found.len(), problems.len()), (0, limits::ARCHIVE_PROBLEMS));
}

#[test]
fn what_is_recognised_is_not_plain() {
    assert!(is_plain(b"") && is_plain(b"x") && is_plain(&text(5_000)) && is_plain(b"{\"a\":1}\n"));
    // Text that begins as containers do.
    for text in
        ["PK", "BZh", "BZh9 and so on", "x^2 + y^2", "x\u{1} and", "hello", "]\0\0", "PKzip", "070701 at"]
    {
        assert!(is_plain(text.as_bytes()), "{text}");
        assert!(is_plain(format!("{text}\n").repeat(2_000).as_bytes()), "{text}");
    }
    for file in [gzip(b"a"), zstd(b"a"), tar(&[("a", b"a")]), zip(&[]), zip(&[stored("a", b"a")])] {
        assert!(!is_plain(&file));
    }
}

/// With what files begin whose rest is anything.
fn signature() -> impl Strategy<Value = Vec<u8>> {
    let archive = zip(&[deflated("a", b"one").streamed(true), stored("b", b"two")]);
    prop_oneof![
        Just(b"\x1f\x8b\x08".to_vec()),
        Just(b"\x78\x9c".to_vec()),
        Just(b"BZh91AY&SY".to_vec()),
        Just(b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46".to_vec()),
        Just(b"]\0\0\x10\0\xff\xff\xff\xff\xff\xff\xff\xff\0".to_vec()),
        Just(b"\x28\xb5\x2f\xfd".to_vec()),
        Just(b"\x28\xb5\x2f\xfd\x24\x20".to_vec()),
        Just(b"\x04\x22\x4d\x18\x60\x40\x82".to_vec()),
        Just(b"\x02\x21\x4c\x18".to_vec()),
        Just(b"\x50\x2a\x4d\x18".to_vec()),
        Just(b"PK\x03\x04".to_vec()),
        (0..archive.len()).prop_map(move |end| archive[..end].to_vec()),
        Just(tar_header("a", b'0', 700)),
        Just(tar_header("a", b'S', 700)),
        Just(tar_header("a", b'x', 300)),
        Just(tar_header("a", b'L', 300)),
        Just(b"\xff\xfe".to_vec()),
        Just(b"\0\0\xfe\xff".to_vec()),
    ]
}

/// Bytes, some of them with structure.
fn rest() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        proptest::collection::vec(0..4_u8, 0..300),
        Just(b"PK\x03\x04\x14\0\x08\0\x08\0".to_vec()),
        Just(b"PK\x07\x08".to_vec()),
        Just(b"PK\x01\x02".to_vec()),
        Just(b"PK\x05\x06".to_vec()),
        Just(tar_header("b", b'0', 3)),
        Just(b"30 GNU.sparse.map=0,3,900,30\n22 GNU.sparse.major=1\n".to_vec()),
        Just(vec![0; 512]),
        Just(gzip(b"inner")),
    ];
    proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// Whatever follows a signature, every member ends, and the cut does not show.
    #[test]
    fn whatever_follows_a_signature_ends(signature in signature(), rest in rest()) {
        let file = [signature, rest].concat();
        let whole = members(&file, usize::MAX);
        for n_piece in [1, 7, 64] {
            prop_assert_eq!(&members(&file, n_piece), &whole, "by {}", n_piece);
        }
        let n_out: usize = whole.0.iter().map(|found| found.bytes.len()).sum();
        prop_assert!(n_out as u64 <= (1 << 20) + limits::EXPANSION_RATIO * (1 + file.len() as u64));
    }
}
