//! Text that is not written in bytes, and what only looks like it.

use trailglass::base::Problem;
use trailglass::container::is_plain;

use super::{check, unwrap};
use crate::case::gzip;

type Encode = fn(&str) -> Vec<u8>;

const ENCODINGS: &[(&str, Encode)] = &[
    ("utf-16le", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("utf-16be", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("utf-32le", |text| text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect()),
    ("utf-32be", |text| text.chars().flat_map(|c| (c as u32).to_be_bytes()).collect()),
];

const TEXT: &str = "2025-11-03T10:00:00Z host sshd[1]: Grüße, мир, 你好, 𝄞 and so on\r\n";

#[test]
fn text_is_recognised_with_a_mark_and_without() {
    for (name, encode) in ENCODINGS {
        for text in [TEXT.to_owned(), TEXT.repeat(300), "a\n".to_owned()] {
            for mark in ["", "\u{feff}"] {
                let file = encode(&format!("{mark}{text}"));
                assert!(!is_plain(&file), "{name}");
                check(&file, text.as_bytes(), None);
                assert_eq!(unwrap(&file, usize::MAX).2, [*name]);
                check(&gzip(&file), text.as_bytes(), None);
                assert_eq!(unwrap(&gzip(&file), usize::MAX).2, ["gzip", *name]);
            }
        }
    }
}

/// Letters of another script with digits and spaces among them, as logs have them.
#[test]
fn other_scripts_are_recognised() {
    for (name, encode) in ENCODINGS {
        let text = "2025-11-03 10:00:00 ошибка: сбой входа пользователя bob\n".repeat(20);
        check(&encode(&text), text.as_bytes(), None);
        assert_eq!(unwrap(&encode(&text), usize::MAX).2, [*name]);
    }
}

#[test]
fn halves_of_pairs_and_cut_units_are_marked() {
    let units = |units: &[u16]| units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>();
    let text = "plain text around it ";
    let around = |odd: &[u16]| {
        let wide: Vec<u16> = text.encode_utf16().collect();
        [&units(&[0xfeff]), &units(&wide)[..], &units(odd), &units(&wide)].concat()
    };
    for odd in [&[0xd834][..], &[0xdd1e], &[0xd834, 0xd834, 0xdd1e, 0xdd1e]] {
        let said = if odd.len() == 4 { "\u{fffd}𝄞\u{fffd}" } else { "\u{fffd}" };
        check(&around(odd), format!("{text}{said}{text}").as_bytes(), None);
    }
    let file = [&around(&[])[..], b"x"].concat();
    let offset = file.len() as u64;
    let cut = Problem::Truncated { container: "utf-16le", offset };
    check(&file, format!("{text}{text}\u{fffd}").as_bytes(), Some(cut));
}

#[test]
fn what_is_no_text_stays_as_it_is() {
    // A login record is mostly zeros; a journal and a database begin with letters.
    let mut utmp = vec![0; 384 * 12];
    for record in utmp.chunks_exact_mut(384) {
        record[0] = 7;
        record[8..13].copy_from_slice(b"pts/0");
        record[44..47].copy_from_slice(b"bob");
        record[340..344].copy_from_slice(&0x6543_2100_u32.to_le_bytes());
    }
    let journal =
        [&b"LPKSHHRH"[..], &[0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], &[0xab; 900]].concat();
    let sqlite =
        [&b"SQLite format 3\0"[..], &[0x10, 0, 1, 1, 0, 0x40, 0x20, 0x20, 0, 0, 0, 7], &[0; 600]].concat();
    let log = [&b"2025-11-03 line one\n"[..], &[0; 4_096], b"2025-11-03 line two\n"].concat();
    let zeros = vec![0; 10_000];
    let latin1 = b"2025-11-03 Gr\xfc\xdfe\n".repeat(90);
    let mark_only = [&b"\xff\xfe"[..], &(0..=255).collect::<Vec<u8>>().repeat(9)].concat();
    let numbers: Vec<u8> = (0..2_000_u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
    for file in [utmp, journal, sqlite, log, zeros, latin1, mark_only, numbers, vec![0]] {
        assert!(is_plain(&file), "{}", file[..20.min(file.len())].escape_ascii());
        check(&file, &file, None);
    }
}
