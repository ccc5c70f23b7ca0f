//! The order of values: numbers come before addresses, addresses before other texts.

use std::cmp::Ordering;
use std::net::IpAddr;

/// Where a value stands among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    class: u8,
    /// A number or an address as one that sorts the same; of a text the first sixteen bytes.
    head: u128,
    text: &'a str,
}

impl<'a> Key<'a> {
    /// That of a value.
    pub fn of(text: &'a str) -> Key<'a> {
        let may_be_number =
            text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
        if may_be_number && let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            return Key { class: 0, head: ordered(number) as u128, text };
        }
        let may_be_address =
            text.len() < 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte));
        match may_be_address.then(|| text.parse()) {
            Some(Ok(IpAddr::V4(address))) => Key { class: 1, head: address.to_bits() as u128, text },
            Some(Ok(IpAddr::V6(address))) => Key { class: 2, head: address.to_bits(), text },
            _ => {
                let mut head = [0; 16];
                let n = text.len().min(16);
                head[..n].copy_from_slice(&text.as_bytes()[..n]);
                Key { class: 3, head: u128::from_be_bytes(head), text }
            }
        }
    }

    /// The value.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

/// A whole number that sorts as `number` does.
fn ordered(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Which of two values comes first.
pub fn compare(a: &str, b: &str) -> Ordering {
    Key::of(a).cmp(&Key::of(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_then_addresses_then_texts() {
        let mut values = ["b", "10.0.0.10", "9", "a", "10.0.0.9", "-2", "::1", "10", "", "2.5", "B"];
        values.sort_by(|a, b| compare(a, b));
        assert_eq!(values, ["-2", "2.5", "9", "10", "10.0.0.9", "10.0.0.10", "::1", "", "B", "a", "b"]);
    }
}
