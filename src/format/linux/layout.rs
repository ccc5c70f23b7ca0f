//! Records of a fixed size, of which nothing says how large they are: the layouts that systems have, which of them the
//! bytes fit, and one way to read them all.

use std::ops::Range;

use crate::base::text::clean;
use crate::base::{Event, FieldId, Kind, Why};
use crate::format::read::inner::Desk;

/// A part of a record: its first byte and its bytes; a part of none is not there.
#[derive(Debug, Clone, Copy)]
pub struct Part(pub usize, pub usize);

/// A part that a layout does not have.
pub const NO: Part = Part(0, 0);

impl Part {
    /// Its bytes in a record.
    pub fn range(self) -> Range<usize> {
        self.0..self.0 + self.1
    }

    /// Whether the layout has it.
    pub fn is_there(self) -> bool {
        self.1 > 0
    }
}

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    /// The lowest byte first.
    Little,
    /// The highest byte first.
    Big,
}

impl Order {
    /// The number without sign that is a part of `record`; 0 where the layout has no such part.
    pub fn number(self, record: &[u8], part: Part) -> u64 {
        let bytes = record.get(part.range()).unwrap_or_default();
        let join = |n: u64, byte: &u8| n << 8 | *byte as u64;
        match self {
            Order::Big => bytes.iter().fold(0, join),
            Order::Little => bytes.iter().rev().fold(0, join),
        }
    }
}

/// How well a record fits a layout.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Fit {
    /// Not at all.
    Not,
    /// It can be one.
    Perhaps,
    /// It looks like one, and its time is of this age.
    Well,
}

/// Seconds that a log of ours may tell: 1980 to 2100. Clocks that were never set show less.
pub const LIKELY: Range<u64> = 315_532_800..4_102_444_800;

/// The fit of a time, in seconds and their fraction in units of which a second has `n_units`.
pub fn fit_of_time(seconds: u64, fraction: u64, n_units: u64) -> Fit {
    match seconds {
        _ if fraction >= n_units || seconds >= LIKELY.end => Fit::Not,
        _ if seconds >= LIKELY.start => Fit::Well,
        _ => Fit::Perhaps,
    }
}

/// Whether all bytes are NUL.
pub fn is_blank(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<16>();
    blocks.iter().all(|block| u128::from_ne_bytes(*block) == 0) && rest.iter().all(|&byte| byte == 0)
}

/// A layout of records of a fixed size.
pub trait Layout {
    /// Bytes of a record.
    fn size(&self) -> usize;
    /// How well a record of that size fits.
    fn fit(&self, record: &[u8]) -> Fit;
    /// Whether hardly anything else fits: after a damaged record the next one is searched for at every byte. By default
    /// it is expected at a multiple of the size.
    fn is_strict(&self) -> bool {
        false
    }
}

/// All records from byte `first` on, without those that are blank, and how well they fit. What is walked over is whole: no
/// byte is left out that is not blank.
pub fn walk<'a>(
    layout: &'a impl Layout,
    bytes: &'a [u8],
    first: usize,
) -> impl Iterator<Item = (Range<usize>, Fit)> + 'a {
    walk_by(bytes, first, move |bytes, at| next(layout, bytes, at))
}

/// As [`walk`], where `next` says how many bytes the record at a place has and how well it fits; `None` for a blank one.
pub fn walk_by<'a>(
    bytes: &'a [u8],
    first: usize,
    next: impl Fn(&[u8], usize) -> (usize, Option<Fit>) + 'a,
) -> impl Iterator<Item = (Range<usize>, Fit)> + 'a {
    let mut at = first;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let first = at;
            let (length, fit) = next(bytes, at);
            at += length;
            if let Some(fit) = fit {
                return Some((first..at, fit));
            }
        }
        None
    })
}

/// The bytes up to the record after the one at `at`, and how well that one fits; `None` for a blank one.
pub fn next(layout: &impl Layout, bytes: &[u8], at: usize) -> (usize, Option<Fit>) {
    let size = layout.size();
    let record = &bytes[at..(at + size).min(bytes.len())];
    if is_blank(record) {
        return (record.len(), None);
    }
    if record.len() < size {
        return (record.len(), Some(Fit::Not));
    }
    let fit = layout.fit(record);
    let follows = || bytes.get(at + size..at + 2 * size).map(|next| layout.fit(next));
    if fit == Fit::Not && layout.is_strict() && follows().is_some_and(|fit| fit != Fit::Well) {
        let next = resume(bytes, at + 1, size, |record| layout.fit(record)).unwrap_or(bytes.len());
        return (next - at, Some(fit));
    }
    (size, Some(fit))
}

/// The layout that `bytes` fit best, if they fit one, and how well, in percent.
pub fn choose<L: Layout>(layouts: &'static [L], bytes: &[u8]) -> Option<(&'static L, u8)> {
    // Every record has NUL bytes, and so soon.
    memchr::memchr(0, &bytes[..bytes.len().min(512)])?;
    let share_of = |layout: &'static L| share(bytes, layout.size(), |record| layout.fit(record));
    let ranked = layouts.iter().map(|layout| (layout, share_of(layout)));
    let best = ranked.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.filter(|&(_, share)| share > 50)
}

/// Hands on the records of a file of `format`: `read` adds what a record says, which begins at a byte, to an event. What is
/// no record is rejected; `expected` says what a record is.
pub fn unfold(
    layout: &impl Layout,
    format: usize,
    expected: &'static str,
    bytes: &[u8],
    desk: Desk<'_>,
    read: impl Fn(usize, &[u8], &mut Event),
) {
    let Desk { fields, event, out } = desk;
    for (at, fit) in walk(layout, bytes, 0) {
        let record = &bytes[at.clone()];
        match fit {
            Fit::Not if record.len() < layout.size() => out.reject(at, Why::CutOff),
            Fit::Not => out.reject(at, Why::Damaged { expected }),
            _ => {
                event.clear();
                read(at.start, record, event);
                out.event(format, fields, event, record, at);
            }
        }
    }
}

/// The text at the start of `bytes`, up to the first NUL.
pub fn text_of(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

/// Whether `bytes` is a text with nothing but NUL behind it: what a program writes into a record that it has cleared.
pub fn is_padded(bytes: &[u8]) -> bool {
    let text = text_of(bytes);
    text.iter().all(|&byte| byte >= 0x20 && byte != 0x7f) && is_blank(&bytes[text.len()..])
}

/// Records looked at to tell how well a layout fits: those of a head, and of a whole file no more.
const MAX_TRIED: usize = 1_000;

/// How well the records of `bytes` fit that are `size` bytes long each, in percent. A blank record says nothing; where
/// none fits well, none is one.
pub fn share(bytes: &[u8], size: usize, fit: impl Fn(&[u8]) -> Fit) -> u8 {
    let records = bytes.chunks_exact(size).filter(|record| !is_blank(record)).take(MAX_TRIED);
    let (mut n, mut n_perhaps, mut n_well) = (0, 0, 0);
    for record in records {
        n += 1;
        match fit(record) {
            Fit::Not => {}
            Fit::Perhaps => n_perhaps += 1,
            Fit::Well => n_well += 1,
        }
        // What does not begin like one is none, whatever the rest is.
        if n == 8 && n_perhaps + n_well == 0 {
            return 0;
        }
    }
    if n_well == 0 { 0 } else { ((n_perhaps * 60 + n_well * 100) / n) as u8 }
}

/// Where the next record begins at or after `from`, when the one before it is damaged: where two fit one behind the
/// other, or the last one does.
pub fn resume(bytes: &[u8], from: usize, size: usize, fit: impl Fn(&[u8]) -> Fit) -> Option<usize> {
    let fits = |at: usize| bytes.get(at..at + size).map(&fit);
    (from..=bytes.len().checked_sub(size)?)
        .find(|&at| fits(at) == Some(Fit::Well) && fits(at + size).is_none_or(|fit| fit == Fit::Well))
}

/// Adds the text that stands in `part` of `record`, if there is one; whether there is.
pub fn push_text(event: &mut Event, field: FieldId, record: &[u8], part: Part) -> bool {
    let text = text_of(&record[part.range()]);
    match std::str::from_utf8(text) {
        _ if text.is_empty() => return false,
        Ok(_) => event.push_slice(field, Kind::Text, part.0, part.0 + text.len()),
        Err(_) => event.push_text(field, Kind::Text, &String::from_utf8_lossy(&clean(text).0)),
    }
    true
}

/// Adds a number.
pub fn push_number(event: &mut Event, field: FieldId, number: impl std::fmt::Display) {
    event.push_text(field, Kind::Number, &number.to_string());
}
