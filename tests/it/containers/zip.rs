//! zip: where files end, what is said of those that cannot be read, and what the directory knows.

use trailglass::base::{Problem, Timestamp};

use super::pack::{Zipped, deflated, stored, zip, zip_end};
use super::streams::{text, zstd};
use super::{Listed, listed, members};
use crate::case::gzip;

fn paths(files: &[Listed]) -> Vec<&str> {
    files.iter().map(|(path, ..)| path.as_str()).collect()
}

#[test]
fn files_are_members_and_folders_are_not() {
    let archive = zip(&[
        stored("logs/", b""),
        stored("logs/a.log", b"one"),
        deflated("logs/b.log", &text(100)),
        stored("empty.log", b""),
        deflated("nothing.log", b""),
        Zipped {
            method: 93,
            packed: [zstd(b"two "), zstd(b"frames")].concat(),
            ..stored("c", b"two frames")
        },
    ]);
    let (files, problems) = listed(&archive);
    assert_eq!(problems, []);
    assert_eq!(paths(&files), ["logs/a.log", "logs/b.log", "empty.log", "nothing.log", "c"]);
    assert!(files.iter().all(|(_, _, problems)| problems.is_empty()), "{files:?}");
    let bytes: Vec<_> = files.iter().map(|(_, bytes, _)| bytes.clone()).collect();
    assert_eq!(bytes, [&b"one"[..], &text(100), b"", b"", b"two frames"]);
    let (found, _) = members(&archive, usize::MAX);
    assert_eq!(found[0].member.modified.map(Timestamp::to_text).as_deref(), Some("2025-11-03T10:00:02Z"));
}

/// What follows the data says where it ends: the compressed data does, too; stored data does not.
#[test]
fn streamed_files_end_where_they_end() {
    // Data that looks like what is looked for.
    let inner = zip(&[stored("x", b"xPK\x07\x08"), deflated("y", &text(9)).streamed(true)]);
    let lures = [&b"xPK\x07\x08PK\x03\x04PK\x01\x02PPK"[..], &[0; 40], b"PKPK\x07\x08", &[1; 9]].concat();
    let archive = zip(&[
        deflated("a", &text(50)).streamed(true),
        deflated("b", &text(50)).streamed(false),
        stored("c", &lures).streamed(true),
        stored("d", b"").streamed(true),
        deflated("e", b"").streamed(true),
        stored("f.gz", &gzip(b"f")).streamed(true),
    ]);
    let (files, problems) = listed(&archive);
    assert_eq!(problems, []);
    assert!(files.iter().all(|(_, _, problems)| problems.is_empty()), "{files:?}");
    let bytes: Vec<_> = files.iter().map(|(_, bytes, _)| bytes.clone()).collect();
    assert_eq!(bytes, [&text(50)[..], &text(50), &lures, b"", b"", b"f"]);
    let (files, problems) = listed(&zip(&[stored("inner.zip", &inner).streamed(true), stored("z", b"z")]));
    assert_eq!((paths(&files), problems), (vec!["inner.zip!/x", "inner.zip!/y", "z"], vec![]));
}

#[test]
fn what_cannot_be_read_is_named() {
    for is_streamed in [false, true] {
        let streamed = |file: Zipped| if is_streamed { file.streamed(true) } else { file };
        let archive = zip(&[
            streamed(Zipped { flags: 1, ..stored("secret", b"0123456789ab") }),
            streamed(Zipped { method: 9, ..stored("deflate64", b"???") }),
            stored("plain", b"plain"),
            streamed(Zipped { method: 77, ..stored("unknown", b"!!!") }),
        ]);
        let (files, problems) = listed(&archive);
        assert_eq!((paths(&files), problems), (vec!["secret", "deflate64", "plain", "unknown"], vec![]));
        let said: Vec<_> = files.iter().map(|(_, bytes, problems)| (bytes.len(), problems.clone())).collect();
        let unsupported = |what| vec![Problem::Unsupported { container: "zip", what }];
        assert_eq!(said[0], (0, vec![Problem::Encrypted { container: "zip" }]));
        assert_eq!(said[1], (0, unsupported("the method deflate64")));
        assert_eq!(said[2], (5, vec![]));
        assert_eq!(said[3], (0, unsupported("a method that is not known here")));
    }
}

#[test]
fn a_wrong_checksum_or_size_is_said_of_the_file() {
    let checksum = |member| vec![Problem::Checksum { container: "zip", member }];
    for file in [stored("b", b"two"), deflated("b", b"two"), deflated("b", b"two").streamed(true)] {
        let wrong = Zipped { unpacked: b"tow".to_vec(), ..file.clone() };
        let (files, problems) = listed(&zip(&[stored("a", b"one"), wrong, stored("c", b"three")]));
        assert_eq!((paths(&files), problems), (vec!["a", "b", "c"], vec![]));
        assert_eq!((&files[1].1[..], &files[1].2), (&b"two"[..], &checksum(2)));
        let longer = Zipped { unpacked: b"two and more".to_vec(), ..file };
        let (files, _) = listed(&zip(&[longer, stored("c", b"three")]));
        assert_eq!((&files[0].1[..], &files[0].2), (&b"two"[..], &checksum(1)));
        assert_eq!(files[1], ("c".to_owned(), b"three".to_vec(), vec![]));
    }
}

#[test]
fn a_damaged_file_ends_and_the_next_is_read() {
    for is_streamed in [false, true] {
        let mut file = deflated("a", &text(200));
        let middle = file.packed.len() / 2;
        file.packed[middle..middle + 40].fill(0xff);
        let file = if is_streamed { file.streamed(true) } else { file };
        let (files, problems) = listed(&zip(&[file, deflated("b", b"two").streamed(is_streamed)]));
        assert_eq!((paths(&files), problems), (vec!["a", "b"], vec![]));
        let offset = files[0].1.len() as u64;
        let is_said = match files[0].2[..] {
            [Problem::Damaged { container: "zip", offset: said }] => said == offset,
            [Problem::Checksum { .. }] => true,
            _ => false,
        };
        assert!(is_said && offset > 1_000, "{:?}", files[0].2);
        assert_eq!(files[1], ("b".to_owned(), b"two".to_vec(), vec![]));
    }
}

#[test]
fn the_directory_is_held_to_the_files() {
    let (a, b) = (stored("a", b"one"), stored("b", b"two"));
    let local = a.local();
    let directory = [a.entry(0), b.entry(500)].concat();
    let archive = [&local[..], &directory, &zip_end(2, directory.len(), local.len())].concat();
    let missing = Problem::Missing { container: "zip", n_files: 1, first: "b".to_owned() };
    let (files, problems) = listed(&archive);
    assert_eq!((paths(&files), problems), (vec!["a"], vec![missing.clone()]));
    assert_eq!(missing.to_string(), "the zip archive lists a file that is not where it says: \"b\"");
    // What the directory has forgotten is read.
    let archive = [a.local(), b.local(), a.entry(0), zip_end(1, 47, 2 * local.len())].concat();
    let (files, problems) = listed(&archive);
    assert_eq!((paths(&files), problems), (vec!["a", "b"], vec![]));
}

#[test]
fn what_is_no_record_is_skipped() {
    let (a, b) = (stored("a", b"one").local(), stored("b", b"two").local());
    let end = [stored("a", b"one").entry(0), zip_end(1, 47, 0)].concat();
    let (files, problems) = listed(&[&a[..], b"PPK garbage PK", &b, b"?", &end].concat());
    assert_eq!(paths(&files), ["a", "b"]);
    let offset = a.len() as u64;
    assert_eq!(problems, [Problem::Skipped { container: "zip", offset, n_bytes: 15, n_places: 2 }]);
}

#[test]
fn archives_behind_the_end_are_read_and_garbage_is_said() {
    let one = zip(&[stored("a", b"one")]);
    let (files, problems) = listed(&[&one[..], &[0; 9], &zip(&[stored("b", b"two")])].concat());
    assert_eq!((paths(&files), problems), (vec!["a", "b"], vec![]));
    let (files, problems) = listed(&[&one[..], b"garbage"].concat());
    let trailing = Problem::Trailing { container: "zip", offset: one.len() as u64 };
    assert_eq!((paths(&files), problems), (vec!["a"], vec![trailing]));
}

#[test]
fn an_archive_without_files_says_so() {
    let none = vec![Problem::NoFiles { container: "zip" }];
    assert_eq!(listed(&zip(&[])), (vec![], none.clone()));
    assert_eq!(listed(&zip(&[stored("folder/", b"")])), (vec![], none));
}

#[test]
fn a_cut_archive_gives_what_came_before_the_cut() {
    let archive = zip(&[
        deflated("a", &text(60)),
        stored("b", b"two").streamed(true),
        deflated("c", &text(60)).streamed(false),
    ]);
    let whole = [&text(60)[..], b"two", &text(60)].concat();
    for end in 4..archive.len() {
        let (files, problems) = listed(&archive[..end]);
        let bytes: Vec<u8> = files.iter().flat_map(|(_, bytes, _)| bytes.clone()).collect();
        let is_prefix = whole.starts_with(&bytes);
        // The beginning of what follows stored data may be taken for data.
        let is_in_stored = files.len() == 2;
        assert!(is_prefix || is_in_stored, "cut at {end}");
        let said = files.iter().flat_map(|(_, _, problems)| problems.clone()).chain(problems);
        let is_said =
            said.clone().any(|problem| matches!(problem, Problem::Truncated { container: "zip", .. }));
        assert!(is_said, "cut at {end}: {:?}", said.collect::<Vec<_>>());
    }
}
