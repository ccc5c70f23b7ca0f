//! What the values of text logs look like, for formats to share.

use crate::base::{FieldId, Fields, limits};

/// The number of the field that a header calls `name`; beyond the limits of names it is `extra`.
pub fn column_field(name: &str, fields: &mut Fields) -> FieldId {
    let is_within = name.len() <= limits::NAME_BYTES && fields.len() < limits::FIELDS;
    fields.intern(if is_within { name } else { "extra" })
}

/// Whether `text` is an IP address, and nothing else.
pub fn is_address(text: &[u8]) -> bool {
    match text.first() {
        Some(first) if first.is_ascii_digit() && !text.contains(&b':') => is_ipv4(text),
        Some(b':') => is_ipv6(text),
        Some(first) if first.is_ascii_hexdigit() => text.contains(&b':') && is_ipv6(text),
        _ => false,
    }
}

/// Four numbers below 256 with points between them.
fn is_ipv4(text: &[u8]) -> bool {
    let (mut value, mut n_digits, mut n_points) = (0_u32, 0, 0);
    for &byte in text {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + (byte - b'0') as u32;
                n_digits += 1;
                if n_digits > 3 || value > 255 {
                    return false;
                }
            }
            b'.' if n_digits > 0 => {
                n_points += 1;
                (value, n_digits) = (0, 0);
            }
            _ => return false,
        }
    }
    n_points == 3 && n_digits > 0
}

fn is_ipv6(text: &[u8]) -> bool {
    text.len() <= 45 && std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Whether `text` is digits, and any.
pub fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Whether `text` is a number with or without a sign and a fraction.
pub fn is_decimal(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    match text.iter().position(|&byte| byte == b'.') {
        Some(point) => is_number(&text[..point]) && is_number(&text[point + 1..]),
        None => is_number(text),
    }
}

/// Whether `text` has no quotes and no brackets around it.
pub fn is_word(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| !matches!(byte, b'"' | b'[' | b'(' | b'{' | b'<'))
}

/// The address and the port of `text`: `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1:80`, or no port. Where the address
/// ends and where the port begins; `None` where it is no address.
pub fn address_and_port(text: &[u8]) -> Option<(std::ops::Range<usize>, Option<usize>)> {
    if let [b'[', rest @ ..] = text {
        let end = rest.iter().position(|&byte| byte == b']')? + 1;
        let port = match &text[end + 1..] {
            [] => None,
            [b':', port @ ..] if is_number(port) => Some(end + 2),
            _ => return None,
        };
        return is_address(&text[1..end]).then_some((1..end, port));
    }
    let n_colons = text.iter().filter(|&&byte| byte == b':').count();
    let colon = text.iter().rposition(|&byte| byte == b':');
    match colon {
        // An IPv6 address of eight groups and a port, or any address before the last colon.
        Some(at) if n_colons != 7 && is_number(&text[at + 1..]) && is_address(&text[..at]) => {
            Some((0..at, Some(at + 1)))
        }
        _ => is_address(text).then_some((0..text.len(), None)),
    }
}

/// Whether the first or the second line begins with a byte that `is_so`: a cheap question before a dear one. The first
/// one may be cut at its start.
pub fn begins(head: &[u8], is_so: impl Fn(u8) -> bool) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let second = memchr::memchr(b'\n', head).and_then(|end| head.get(end + 1));
    head.first().into_iter().chain(second).any(|&byte| is_so(byte))
}

/// A value of a line that stands at `first..end`; what follows begins at `next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its first byte, without quotes or brackets.
    pub first: usize,
    /// Behind its last byte.
    pub end: usize,
    /// Where the rest of the line begins.
    pub next: usize,
    /// Whether it stood between quotes.
    pub is_quoted: bool,
}

impl Token {
    /// Its text.
    pub fn of<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        &line[self.first..self.end]
    }
}

/// Where the next value begins.
pub fn skip_spaces(line: &[u8], at: usize) -> usize {
    at + line[at.min(line.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The word at `at`, up to the next space.
pub fn word(line: &[u8], at: usize) -> Option<Token> {
    let first = skip_spaces(line, at);
    let rest = line.get(first..).filter(|rest| !rest.is_empty())?;
    let end = first + memchr::memchr(b' ', rest).unwrap_or(rest.len());
    Some(Token { first, end, next: end, is_quoted: false })
}

/// The value at `at`: a word, or what stands between `"` and `"` or between `[` and `]`.
pub fn token(line: &[u8], at: usize) -> Option<Token> {
    let first = skip_spaces(line, at);
    match line.get(first)? {
        b'"' => Some(quoted_or_cut(line, first)),
        b'[' => {
            let end = first + memchr::memchr(b']', &line[first..])?;
            Some(Token { first: first + 1, end, next: end + 1, is_quoted: false })
        }
        _ => word(line, first),
    }
}

/// As [`token`], but brackets are part of a word.
pub fn text(line: &[u8], at: usize) -> Option<Token> {
    let first = skip_spaces(line, at);
    match line.get(first)? {
        b'"' => Some(quoted_or_cut(line, first)),
        _ => word(line, first),
    }
}

/// As [`quoted`]; up to the end of a line that was cut off before the quote that closes.
fn quoted_or_cut(line: &[u8], first: usize) -> Token {
    let cut = Token { first: first + 1, end: line.len(), next: line.len(), is_quoted: true };
    quoted(line, first).unwrap_or(cut)
}

/// What stands between the quote at `first` and the quote that closes it: one without `\` before it and with a space or
/// the end of the line behind it. A server that writes quotes as they come leaves such a quote open to whoever sends
/// them; one that has `\` before it for another reason closes where there is no other.
pub fn quoted(line: &[u8], first: usize) -> Option<Token> {
    closing(line, first, true).or_else(|| closing(line, first, false))
}

fn closing(line: &[u8], first: usize, is_escaping: bool) -> Option<Token> {
    let mut at = first + 1;
    while let Some(n) = memchr::memchr2(b'"', b'\\', line.get(at..)?) {
        let found = at + n;
        if line[found] == b'\\' {
            at = found + 1 + is_escaping as usize;
            continue;
        }
        if line.get(found + 1).is_none_or(u8::is_ascii_whitespace) {
            return Some(Token { first: first + 1, end: found, next: found + 1, is_quoted: true });
        }
        at = found + 1;
    }
    None
}

/// Appends `text` with `%41` as `A` and, where `is_plus` is true, `+` as a space; bytes that are no UTF-8 become `�`.
pub fn percent_decoded(text: &[u8], is_plus: bool, out: &mut Vec<u8>) {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| (byte as char).to_digit(16));
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(text.get(at + 1)), digit(text.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', _, _) if is_plus => out.push(b' '),
            (byte, _, _) => out.push(byte),
        }
        at += 1;
    }
}
