//! Turns bytes into readable text, and text into readable messages.

use std::borrow::Cow;

/// A record as UTF-8, without colours and without NUL bytes at its ends; and whether invalid bytes were read as
/// Latin-1.
pub fn clean(raw: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let first = raw.iter().position(|&byte| byte != 0).unwrap_or(raw.len());
    let end = raw.iter().rposition(|&byte| byte != 0).map_or(first, |last| last + 1);
    let text = without_colours(&raw[first..end]);
    if std::str::from_utf8(&text).is_ok() {
        return (text, false);
    }
    let mut decoded = String::with_capacity(text.len() + text.len() / 4);
    for chunk in text.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|&byte| latin1(byte)));
    }
    (Cow::Owned(decoded.into_bytes()), true)
}

/// `text` as messages show it: quoted, and cut to 40 characters.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// For each byte of `text`, and for its end: the number of UTF-16 units before the character that the byte belongs to.
pub fn utf16_places(text: &str) -> Vec<u32> {
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut n_units = 0;
    for c in text.chars() {
        places.extend(std::iter::repeat_n(n_units, c.len_utf8()));
        n_units += c.len_utf16() as u32;
    }
    places.push(n_units);
    places
}

/// The character of a byte in Windows-1252, which is Latin-1 with printable characters for most control codes.
///
/// Source: WHATWG Encoding, index windows-1252.
pub fn latin1(byte: u8) -> char {
    const FROM_80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match byte {
        0x80..=0x9f => FROM_80.chars().nth((byte - 0x80) as usize).unwrap_or(byte as char),
        _ => byte as char,
    }
}

/// `text` without the escape sequences that colour a terminal or move its cursor.
///
/// Source: ECMA-48, sections 5.4 (control sequences) and 5.6 (control strings).
pub fn without_colours(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut at) = memchr::memchr(0x1b, text) else { return Cow::Borrowed(text) };
    let mut plain = text[..at].to_vec();
    while at < text.len() {
        if text[at] == 0x1b {
            at = escape_end(text, at);
            continue;
        }
        plain.push(text[at]);
        at += 1;
    }
    Cow::Owned(plain)
}

/// The first byte after the escape sequence that begins at `at`.
fn escape_end(text: &[u8], at: usize) -> usize {
    let from = |first: usize, ends: fn(&u8) -> bool| {
        text[first..].iter().position(ends).map_or(text.len(), |n| first + n + 1)
    };
    match text.get(at + 1) {
        Some(b'[') => {
            let n = text[at + 2..].iter().take_while(|byte| (0x20..0x40).contains(*byte)).count();
            // An invalid sequence ends before the first byte that cannot be part of it.
            let end = at + 2 + n;
            end + text.get(end).is_some_and(|byte| (0x40..0x7f).contains(byte)) as usize
        }
        Some(b']') => from(at + 2, |&byte| byte == 7 || byte == b'\\'),
        Some(b'(' | b')') => (at + 3).min(text.len()),
        Some(0x40..0x7f) => at + 2,
        _ => at + 1,
    }
}
