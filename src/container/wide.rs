//! Converts text with units wider than a byte to UTF-8: UTF-16 and UTF-32, in either byte order.
//!
//! Spec: "The Unicode Standard" 17.0, chapters 3.9 and 3.10.
//! A text is recognised by its byte order mark, which is not part of the text, or by the zero bytes that logs in any
//! language have in their digits, spaces and line ends. An unpaired surrogate, and any number that is not a character,
//! becomes U+FFFD.

use crate::base::Problem;

/// The width of a unit, and the byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// UTF-32, low byte first.
    Utf32Le,
    /// UTF-32, high byte first.
    Utf32Be,
}

/// The encodings with their byte order marks, in the order of sniffing: the mark of UTF-32 begins with that of UTF-16.
const ALL: [(Wide, &[u8]); 4] = [
    (Wide::Utf32Le, b"\xff\xfe\0\0"),
    (Wide::Utf32Be, b"\0\0\xfe\xff"),
    (Wide::Utf16Le, b"\xff\xfe"),
    (Wide::Utf16Be, b"\xfe\xff"),
];

impl Wide {
    /// The name in the containers of a member.
    pub fn name(self) -> &'static str {
        match self {
            Wide::Utf16Le => "utf-16le",
            Wide::Utf16Be => "utf-16be",
            Wide::Utf32Le => "utf-32le",
            Wide::Utf32Be => "utf-32be",
        }
    }

    /// The encoding of a text that begins with `head`, if this is text in UTF-16 or UTF-32.
    pub fn sniff(head: &[u8]) -> Option<Wide> {
        let is_marked = |&(wide, mark): &(Wide, &[u8])| {
            head.starts_with(mark) && Census::of(wide, &head[mark.len()..]).is_text()
        };
        let marked = ALL.iter().find(|known| is_marked(known));
        let has_zeros = memchr::memchr(0, head).is_some();
        let is_text = |wide: Wide| {
            let other_way = Census::of(wide.swapped(), head);
            Census::of(wide, head).is_text_without_mark(&other_way)
        };
        let by_zeros = || ALL.iter().find(|&&(wide, _)| has_zeros && is_text(wide));
        marked.or_else(by_zeros).map(|&(wide, _)| wide)
    }

    /// The same width in the other byte order.
    fn swapped(self) -> Wide {
        match self {
            Wide::Utf16Le => Wide::Utf16Be,
            Wide::Utf16Be => Wide::Utf16Le,
            Wide::Utf32Le => Wide::Utf32Be,
            Wide::Utf32Be => Wide::Utf32Le,
        }
    }

    fn unit_bytes(self) -> usize {
        match self {
            Wide::Utf16Le | Wide::Utf16Be => 2,
            Wide::Utf32Le | Wide::Utf32Be => 4,
        }
    }

    fn unit(self, bytes: &[u8]) -> u32 {
        let number = |unit: u32, &byte: &u8| unit << 8 | byte as u32;
        match self {
            Wide::Utf16Le | Wide::Utf32Le => bytes.iter().rev().fold(0, number),
            Wide::Utf16Be | Wide::Utf32Be => bytes.iter().fold(0, number),
        }
    }
}

/// Counts the kinds of units at the start of a text.
#[derive(Debug, Default)]
struct Census {
    n_ascii: usize,
    n_other: usize,
    /// Zeros, control characters, and numbers that are not a character.
    n_odd: usize,
}

impl Census {
    fn of(wide: Wide, head: &[u8]) -> Census {
        let mut census = Census::default();
        for unit in head.chunks_exact(wide.unit_bytes()) {
            match wide.unit(unit) {
                0x20..=0x7e | 0x09..=0x0d | 0x1b => census.n_ascii += 1,
                0..0x20 | 0x7f | 0xfffe..=0xffff | 0x11_0000.. => census.n_odd += 1,
                _ => census.n_other += 1,
            }
        }
        census
    }

    /// Whether these may be the units of a text with a mark: few are odd, and some are ASCII.
    fn is_text(&self) -> bool {
        self.n_odd * 16 <= self.n_ascii + self.n_other && self.n_ascii * 16 >= self.n_other
    }

    /// Whether these are the units of a text without a mark: no unit is odd, at least a third are ASCII, and in the
    /// other byte order next to none are.
    fn is_text_without_mark(&self, other_way: &Census) -> bool {
        self.n_odd == 0
            && self.n_ascii >= 2
            && self.n_ascii * 2 >= self.n_other
            && self.n_ascii > other_way.n_ascii * 16
    }
}

/// Converts a text to UTF-8 as its bytes arrive.
pub struct Transcoder {
    wide: Wide,
    /// The first bytes of a unit that is not complete yet.
    held: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u32>,
    is_begun: bool,
    n_in: u64,
}

impl Transcoder {
    /// A text in the encoding `wide`, from its first byte on.
    pub fn new(wide: Wide) -> Transcoder {
        Transcoder { wide, held: Vec::new(), high: None, is_begun: false, n_in: 0 }
    }

    /// Takes the next bytes and passes on their characters.
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(&[u8])) {
        self.n_in += bytes.len() as u64;
        let n_unit = self.wide.unit_bytes();
        let mut text = String::new();
        if !self.held.is_empty() {
            let n = (n_unit - self.held.len()).min(bytes.len());
            self.held.extend_from_slice(&bytes[..n]);
            bytes = &bytes[n..];
            if self.held.len() < n_unit {
                return;
            }
            self.unit(self.wide.unit(&self.held), &mut text);
            self.held.clear();
        }
        let units = bytes.chunks_exact(n_unit);
        self.held.extend_from_slice(units.remainder());
        text.reserve(bytes.len() / n_unit);
        // The encoding is matched once, so that each loop is plain.
        match self.wide {
            Wide::Utf16Le => {
                units.for_each(|unit| self.unit(u16::from_le_bytes([unit[0], unit[1]]) as u32, &mut text))
            }
            Wide::Utf16Be => {
                units.for_each(|unit| self.unit(u16::from_be_bytes([unit[0], unit[1]]) as u32, &mut text))
            }
            wide => units.for_each(|unit| self.unit(wide.unit(unit), &mut text)),
        }
        if !text.is_empty() {
            sink(text.as_bytes());
        }
    }

    /// Ends the text. Returns a problem if the text ends inside a character.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) -> Option<Problem> {
        let is_cut = !self.held.is_empty() || self.high.is_some();
        if is_cut {
            sink("\u{fffd}".as_bytes());
        }
        is_cut.then_some(Problem::Truncated { container: self.wide.name(), offset: self.n_in })
    }

    fn unit(&mut self, unit: u32, text: &mut String) {
        if unit < 0x80 && self.high.is_none() {
            self.is_begun = true;
            text.push(unit as u8 as char);
            return;
        }
        if !std::mem::replace(&mut self.is_begun, true) && unit == 0xfeff {
            return;
        }
        let is_pair = matches!(self.wide, Wide::Utf16Le | Wide::Utf16Be);
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..0xe000) => {
                let character = 0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
                text.push(char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (high, unit) => {
                if high.is_some() {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
                if is_pair && (0xd800..0xdc00).contains(&unit) {
                    self.high = Some(unit);
                } else {
                    text.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
        }
    }
}
