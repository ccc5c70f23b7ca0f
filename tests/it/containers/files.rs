//! Files that other tools wrote: each wraps the same text, or the same file with holes.

use std::path::Path;

use proptest::prelude::*;
use trailglass::base::Problem;

use super::pack::{pax, tar_entry};
use super::{Found, members};
use crate::case::{Case, Files, Load, files_below, gzip};

fn data() -> Vec<(String, Vec<u8>)> {
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers"))
}

fn text() -> Vec<u8> {
    data().into_iter().find(|(path, _)| path == "text.log").expect("the text is there").1
}

/// Every member of every file has the bytes of `expected` and nothing wrong, in whatever pieces it is read.
fn check(start: &str, expected: &[u8]) -> usize {
    let files = data().into_iter().filter(|(path, _)| path.starts_with(start) && !path.contains("encrypted"));
    let mut n_files = 0;
    for (path, file) in files {
        for n_piece in [usize::MAX, 1, 2, 7, 64] {
            let (found, problems) = members(&file, n_piece);
            assert_eq!(problems, [], "{path} by {n_piece}");
            let [Found { bytes, problems, .. }] = &found[..] else {
                panic!("{path} by {n_piece} has {} members", found.len())
            };
            assert_eq!(*problems, [], "{path} by {n_piece}");
            let is_same = bytes == expected;
            assert!(is_same, "{path} by {n_piece} has {} bytes, not {}", bytes.len(), expected.len());
        }
        n_files += 1;
    }
    n_files
}

#[test]
fn every_wrapping_gives_the_same_text() {
    assert_eq!(check("text.", &text()), 45);
}

#[test]
fn holes_come_out_as_zeros() {
    let text = text();
    let mut sparse = vec![0; 400_000];
    sparse[100_000..109_000].copy_from_slice(&text[..9_000]);
    sparse[300_000..305_000].copy_from_slice(&text[..5_000]);
    assert_eq!(check("sparse.", &sparse), 4);
    // More stretches than a header has room for.
    let mut holes = vec![0; 61 << 14];
    for n in 0..60 {
        let stretch = format!("stretch {n}\n");
        holes[(n << 14) + 4_096..][..stretch.len()].copy_from_slice(stretch.as_bytes());
    }
    assert_eq!(check("holes.", &holes), 2);
}

#[test]
fn containers_and_paths_are_named() {
    let long = format!("{}/{}/text.log", "d".repeat(120), "d".repeat(120));
    let prefix = format!("{}/text.log", "p".repeat(90));
    let mut n_checked = 0;
    for (name, containers, path) in [
        ("text.log", "", None),
        ("text.zlib", "zlib", None),
        ("text.gz.gz", "gzip gzip", None),
        ("text.bz2", "bzip2", None),
        ("text.lzma", "lzma", None),
        ("text.stream.zst", "zstd", None),
        ("text.legacy.lz4", "lz4", None),
        ("text.utf-16le.xz", "xz utf-16le", None),
        ("text.utf-16be-mark.xz", "xz utf-16be", None),
        ("text.utf-32be.xz", "xz utf-32be", None),
        ("text.utf-32le-mark.xz", "xz utf-32le", None),
        ("text.tar.bz2", "bzip2 tar", Some("text.log")),
        ("text.gz-in.tar", "tar gzip", Some("text.gz")),
        ("text.tar-in.zip", "zip tar", Some("text.gnu.tar!/text.log")),
        ("text.nested-stored.zip", "zip zip", Some("text.lzma.zip!/text.log")),
        ("text.pipe.zip", "zip", Some("-")),
        ("text.long-gnu.tar.xz", "xz tar", Some(long.as_str())),
        ("text.long-pax.tar.xz", "xz tar", Some(long.as_str())),
        ("text.prefix.tar.xz", "xz tar", Some(prefix.as_str())),
        ("sparse.pax-1.0.tar.xz", "xz tar", Some("sparse.bin")),
        ("sparse.pax-0.0.tar.xz", "xz tar", Some("sparse.bin")),
    ] {
        let (_, file) = data().into_iter().find(|(path, _)| path == name).expect("the file is there");
        let (found, _) = members(&file, usize::MAX);
        assert_eq!(found[0].member.containers.join(" "), containers, "{name}");
        assert_eq!(found[0].member.path.as_deref(), path, "{name}");
        // The tools ran on one day.
        if path.is_some_and(|path| !path.contains("gnu.tar")) {
            let modified = found[0].member.modified.expect("archives say times").to_text();
            assert!(modified.starts_with("2026-11-24T08:4"), "{name}: {modified}");
        }
        n_checked += 1;
    }
    assert_eq!(n_checked, 21);
}

#[test]
fn what_is_encrypted_is_named() {
    for (name, paths) in [
        ("text.encrypted.zip", &["text.log"][..]),
        ("text.encrypted-descriptor.zip", &["text.log", "text.gz"]),
    ] {
        let (_, file) = data().into_iter().find(|(path, _)| path == name).expect("the file is there");
        for n_piece in [usize::MAX, 1, 7] {
            let (found, problems) = members(&file, n_piece);
            assert_eq!(problems, [], "{name}");
            let said: Vec<_> = found.iter().map(|found| found.member.path.as_deref().unwrap_or("")).collect();
            assert_eq!(said, paths, "{name}");
            for found in found {
                assert_eq!(
                    (found.bytes.len(), found.problems),
                    (0, vec![Problem::Encrypted { container: "zip" }])
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is damaged, every member ends, within the limits, and the cut does not show.
    #[test]
    fn damaged_files_end(
        file in any::<proptest::sample::Index>(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..5),
        cut in proptest::option::weighted(0.2, any::<proptest::sample::Index>()),
    ) {
        let files = data();
        let (path, mut file) = files[file.index(files.len())].clone();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        let whole = members(&file, usize::MAX);
        for n_piece in [7, 1_000] {
            let is_same = members(&file, n_piece) == whole;
            prop_assert!(is_same, "{} in pieces of {}", path, n_piece);
        }
    }
}

/// A tree in an archive gives the events that the tree gives.
#[test]
fn a_packed_tree_is_a_dropped_tree() {
    let incident = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/incident");
    let mut tree: Files = files_below(&incident);
    tree.retain(|(path, _)| path.starts_with("AWSLogs"));
    let entry = |(path, bytes): &(String, Vec<u8>)| {
        [tar_entry("x", b'x', &pax(&[("path", path)])), tar_entry("cut", b'0', bytes)].concat()
    };
    let archive = [tree.iter().flat_map(entry).collect(), vec![0; 1_024]].concat();
    for file in [archive.clone(), gzip(&archive)] {
        let mut packed = Case::load(&vec![("AWSLogs".to_owned(), file)], Load::default());
        packed.check_sums();
        let mut dropped = Case::load(&tree, Load::default());
        for query in ["", "eventName: RunInstances"] {
            assert_eq!(packed.count(query), dropped.count(query), "{query:?}");
        }
        assert_eq!(packed.hub.totals().n_events, 3_414);
    }
}
