//! tar: what is a member, what is skipped, and where reading goes on.

use trailglass::base::{Problem, Timestamp, limits};

use super::pack::{pax, tar, tar_entry, tar_header, tar_sum};
use super::{listed, members};
use crate::case::gzip;

const END: [u8; 1_024] = [0; 1_024];

fn truncated(offset: u64) -> Problem {
    Problem::Truncated { container: "tar", offset }
}

#[test]
fn files_are_members_and_nothing_else_is() {
    let archive = [
        tar_entry("folder/", b'5', b""),
        tar_entry("folder/a.log", b'0', b"one"),
        tar_entry("link", b'2', b""),
        // A link to a file says how long the file is.
        tar_header("hard", b'1', 3),
        tar_entry("device", b'3', b""),
        tar_entry("./b.log", 0, &[b'x'; 700]),
        tar_entry("empty.log", b'0', b""),
        tar_entry("old/", b'0', b""),
        END.to_vec(),
    ]
    .concat();
    let (files, problems) = listed(&archive);
    assert_eq!(problems, []);
    let said: Vec<_> = files.iter().map(|(path, bytes, _)| (path.as_str(), bytes.len())).collect();
    assert_eq!(said, [("folder/a.log", 3), ("b.log", 700), ("empty.log", 0)]);
}

#[test]
fn extended_headers_name_and_measure() {
    let long = "n".repeat(5_000);
    let archive = [
        tar_entry("x", b'g', &pax(&[("mtime", "1000000000.25"), ("comment", "all")])),
        tar_entry("x", b'x', &pax(&[("path", "päth/a"), ("size", "3")])),
        tar_header("made-up", b'0', 0),
        b"one".to_vec(),
        vec![0; 509],
        tar_entry("@LongLink", b'L', format!("{long}\0").as_bytes()),
        tar_entry("short", b'0', b"two"),
        tar_entry("x", b'x', &pax(&[("mtime", "5")])),
        tar_entry("three", b'0', b"three"),
        END.to_vec(),
    ]
    .concat();
    for n_piece in [usize::MAX, 1, 7] {
        let (found, problems) = members(&archive, n_piece);
        assert_eq!(problems, []);
        let said = |n: usize| {
            let path = found[n].member.path.as_deref().unwrap_or("");
            (path, found[n].bytes.as_slice(), found[n].member.modified)
        };
        let at = |nanos: i64| Some(Timestamp(nanos));
        assert_eq!(said(0), ("päth/a", &b"one"[..], at(1_000_000_000_250_000_000)));
        // Names are cut to their limit.
        assert_eq!(said(1), (&long[..limits::NAME_BYTES], &b"two"[..], at(1_000_000_000_250_000_000)));
        assert_eq!(said(2), ("three", &b"three"[..], at(5_000_000_000)));
    }
}

#[test]
fn sizes_have_all_their_bits() {
    let mut header = tar_header("a", b'0', 0);
    header[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    tar_sum(&mut header);
    let archive = [&header[..], b"one", &[0; 509], &END].concat();
    assert_eq!(listed(&archive), (vec![("a".to_owned(), b"one".to_vec(), vec![])], vec![]));
    // A size that no file has is the end of this one.
    header[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    tar_sum(&mut header);
    let archive = [&header[..], b"one"].concat();
    assert_eq!(listed(&archive), (vec![("a".to_owned(), b"one".to_vec(), vec![truncated(3)])], vec![]));
}

#[test]
fn a_bad_header_is_skipped_to_the_next_good_one() {
    let mut bad = tar_entry("b", b'0', &[b'b'; 1_000]);
    bad[0] ^= 1;
    let archive = [tar_entry("a", b'0', b"one"), bad, tar_entry("c", b'0', b"three"), END.to_vec()].concat();
    let skipped = Problem::Skipped { container: "tar", offset: 1_024, n_bytes: 1_536, n_places: 1 };
    let (files, problems) = listed(&archive);
    assert_eq!(files.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(problems, vec![skipped.clone()]);
    assert_eq!(skipped.to_string(), "the tar archive is damaged at byte 1024: 1536 bytes skipped");
}

#[test]
fn a_cut_archive_gives_what_came_before_the_cut() {
    let archive = tar(&[("a", &[b'a'; 600]), ("b", b"two")]);
    for end in 512..archive.len() {
        let (files, problems) = listed(&archive[..end]);
        let n_a = files[0].1.len();
        assert_eq!(n_a, 600.min(end - 512));
        let said = files.iter().flat_map(|(_, _, problems)| problems.clone()).chain(problems);
        let said: Vec<_> = said.collect();
        // One block of zeros is an end.
        let is_ended = end >= archive.len() - 512;
        let is_said = matches!(said[..], [Problem::Truncated { container: "tar", .. }]);
        assert_eq!(is_said, !is_ended, "cut at {end}: {said:?}");
    }
}

#[test]
fn archives_behind_the_end_are_read_and_garbage_is_said() {
    let (one, two) = (tar(&[("a", b"one")]), tar(&[("b", b"two")]));
    let (files, problems) = listed(&[&one[..], &[0; 8_192], &two].concat());
    assert_eq!((files.len(), problems), (2, vec![]));
    let (files, problems) = listed(&[&one[..], &[b'x'; 600]].concat());
    let trailing = Problem::Trailing { container: "tar", offset: one.len() as u64 };
    assert_eq!((files.len(), problems), (1, vec![trailing]));
}

#[test]
fn an_archive_without_files_says_so() {
    let archive = [&tar_entry("folder/", b'5', b"")[..], &END].concat();
    assert_eq!(listed(&archive), (vec![], vec![Problem::NoFiles { container: "tar" }]));
    let outer = tar(&[("inner.tar", &archive)]);
    let (files, problems) = listed(&outer);
    assert_eq!(files, []);
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["inner.tar: the tar archive holds no file"]
    );
}

#[test]
fn archives_nest() {
    let inner = tar(&[("var/log/secure", b"secure"), ("var/log/messages.1.gz", &gzip(b"messages"))]);
    let outer = gzip(&tar(&[("host.tar.gz", &gzip(&inner)), ("notes.txt", b"notes")]));
    for n_piece in [usize::MAX, 1, 7] {
        let (found, problems) = members(&outer, n_piece);
        assert_eq!(problems, []);
        let said: Vec<_> = found
            .iter()
            .map(|found| {
                (
                    found.member.path.as_deref().unwrap_or(""),
                    found.member.containers.join(" "),
                    found.bytes.clone(),
                )
            })
            .collect();
        let expect = |path, containers: &str, bytes: &[u8]| (path, containers.to_owned(), bytes.to_vec());
        assert_eq!(
            said,
            [
                expect("host.tar.gz!/var/log/secure", "gzip tar gzip tar", b"secure"),
                expect("host.tar.gz!/var/log/messages.1.gz", "gzip tar gzip tar gzip", b"messages"),
                expect("notes.txt", "gzip tar", b"notes"),
            ]
        );
    }
}

/// What is wrong with compressed data around an archive is said of the archive; inside, of the member.
#[test]
fn who_is_to_blame_is_named() {
    let mut inner = gzip(b"messages");
    let n = inner.len();
    inner[n - 1] ^= 1;
    let archive = gzip(&tar(&[("a.gz", &inner), ("b", &[b'b'; 4_000])]));
    let (files, problems) = listed(&archive[..archive.len() - 9]);
    let checksum = Problem::Checksum { container: "gzip", member: 1 };
    assert_eq!(files[0], ("a.gz".to_owned(), b"messages".to_vec(), vec![checksum]));
    assert!(matches!(problems[..], [Problem::Truncated { container: "gzip", .. }, ..]), "{problems:?}");
}

#[test]
fn holes_beyond_the_limits_are_left_out() {
    let records = |size: &str| {
        let map = format!("0,3,{size},3");
        let records = [("GNU.sparse.size", size), ("GNU.sparse.map", &map), ("GNU.sparse.name", "lastlog")];
        [tar_entry("x", b'x', &pax(&records)), tar_entry("made-up", b'0', b"onetwo")].concat()
    };
    // Sums that do not fit 64 bits are beyond them, too.
    let (files, _) = listed(&[records("18446744073709551000"), END.to_vec()].concat());
    assert!(matches!(files[0].2[..], [Problem::TooLarge { offset: 3, .. }]));
    let archive = [records("1000000000000"), tar_entry("b", b'0', b"two"), END.to_vec()].concat();
    let limit = "the limit of 64 GiB";
    let too_large = Problem::TooLarge { offset: 3, limit };
    let (files, problems) = listed(&archive);
    assert_eq!(problems, []);
    assert_eq!(files[0], ("lastlog".to_owned(), b"one".to_vec(), vec![too_large]));
    assert_eq!(files[1], ("b".to_owned(), b"two".to_vec(), vec![]));
    // Stretches that are not in order, and data that has no place.
    for map in ["4,3,0,3", "0,3", "0,18446744073709551615,9,9", "0,3,10,30"] {
        let records = [("GNU.sparse.size", "20"), ("GNU.sparse.map", map)];
        let archive = [tar_entry("x", b'x', &pax(&records)), tar_entry("a", b'0', b"onetwo"), END.to_vec()];
        let (files, _) = listed(&archive.concat());
        assert!(matches!(files[0].2[..], [Problem::Damaged { container: "tar", .. }]), "{map}: {files:?}");
    }
}
