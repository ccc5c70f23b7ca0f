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
