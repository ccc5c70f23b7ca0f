//! Fields that are named by the data: keys of `key=value` texts.

use crate::base::{FieldId, Fields, limits};

/// The name under which values gather when there are too many names, or one is too long.
const REST: &str = "…";

/// The field called `name`; of names without number or end, one for all.
pub fn field(name: &str, fields: &mut Fields) -> FieldId {
    match fields.get(name) {
        Some(field) => field,
        None if fields.len() < limits::FIELDS && name.len() <= limits::NAME_BYTES => fields.intern(name),
        None => fields.intern(REST),
    }
}

/// Whether `text` is a decimal number as one would write it: without zeroes before it.
pub fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, part) = match memchr::memchr(b'.', digits) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let is_digits = |text: &[u8]| !text.is_empty() && text.len() < 20 && text.iter().all(u8::is_ascii_digit);
    is_digits(whole) && (whole.len() == 1 || whole[0] != b'0') && part.is_none_or(is_digits)
}

/// Text of bytes that should be UTF-8; others are read as Windows-1252.
pub fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&byte| crate::base::text::latin1(byte)));
    }
    text
}
