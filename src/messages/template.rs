//! Templates of messages, written like the messages themselves: `Failed {.sshd.method} for {user.name} from {source}
//! port {#source.port} ssh2`.
//!
//! | piece | matches |
//! |---|---|
//! | `{name}` | any text, the value of the field `name` |
//! | `{.name}` | text without a space, up to the text that the next piece matches |
//! | `{#name}` | digits |
//! | `{source}`, `{destination}` | an address, or the name of a machine: `source.ip` or `source.domain` |
//! | `{*}`, `{.}`, `{#}` | the same, without a field |
//! | `{**}`, `{**name}` | any text; the text before it is looked for from the left |
//! | `«…»` | text that may be missing |
//!
//! A message is matched from both of its ends, and the text between two pieces of any text is looked for from the
//! right. The reason: who logs in chooses a name, and may choose a name that looks like the rest of the line; the
//! program's own words about the peer come after the name. So the last address counts. Matching takes linear time.

use std::ops::Range;

use crate::base::{Event, FieldId, Kind};

/// The fields for one end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    ip: FieldId,
    domain: FieldId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(Box<[u8]>),
    Word(Option<FieldId>),
    Digits(Option<FieldId>),
    Host(End),
    Any(Option<FieldId>),
}

/// One template. The head of the file explains its notation.
#[derive(Debug)]
pub struct Template {
    pieces: Vec<Piece>,
    /// The indexes of the pieces of any text.
    wide: Vec<usize>,
    is_from_left: bool,
}

/// The values that a template has found, which are added to an event only after the whole template fits.
#[derive(Default)]
pub struct Found {
    values: [Option<(Target, u32, u32)>; MOST_VALUES],
    n: usize,
    failed: usize,
}

const MOST_VALUES: usize = 12;

/// How many places are tried for the text between two pieces of any text.
const MOST_TRIES: usize = 32;

#[derive(Debug, Clone, Copy)]
enum Target {
    Text(FieldId),
    Number(FieldId),
    End(End),
}

/// The templates of a text with optional parts: the template with all parts comes first.
pub fn expand(text: &str, field_of: &dyn Fn(&str) -> FieldId) -> Vec<Template> {
    let mut texts = vec![text.to_owned()];
    while let Some((text, (first, end))) =
        texts.iter().find_map(|text| Some((text.clone(), (text.find('«')?, text.find('»')?))))
    {
        let (open, close) = (first + '«'.len_utf8(), end + '»'.len_utf8());
        let with = format!("{}{}{}", &text[..first], &text[open..end], &text[close..]);
        let without = format!("{}{}", &text[..first], &text[close..]);
        texts = texts
            .into_iter()
            .flat_map(|other| if other == text { vec![with.clone(), without.clone()] } else { vec![other] })
            .collect();
    }
    texts.iter().map(|text| Template::new(text, field_of)).collect()
}

impl Template {
    fn new(text: &str, field_of: &dyn Fn(&str) -> FieldId) -> Template {
        let (mut pieces, mut is_from_left) = (Vec::new(), false);
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, after) = rest.split_once('{').unwrap_or((rest, ""));
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.as_bytes().into()));
            }
            if literal.len() == rest.len() {
                break;
            }
            let (name, after) = after.split_once('}').expect("every brace of a template is closed");
            let field = |name: &str| (!name.is_empty()).then(|| field_of(name));
            pieces.push(match name {
                "source" | "destination" => Piece::Host(End {
                    ip: field_of(&format!("{name}.ip")),
                    domain: field_of(&format!("{name}.domain")),
                }),
                _ if name.starts_with('.') => Piece::Word(field(&name[1..])),
                _ if name.starts_with('#') => Piece::Digits(field(&name[1..])),
                _ => {
                    is_from_left |= name.starts_with("**");
                    Piece::Any(field(name.trim_start_matches('*')))
                }
            });
            rest = after;
        }
        let is_wide = |piece: &Piece| matches!(piece, Piece::Any(_));
        let wide = (0..pieces.len()).filter(|&index| is_wide(&pieces[index])).collect();
        Template { pieces, wide, is_from_left }
    }

    /// The byte that a message must begin with; `None` if it may begin with any byte.
    pub fn first_byte(&self) -> Option<u8> {
        match self.pieces.first() {
            Some(Piece::Literal(literal)) => literal.first().copied(),
            _ => None,
        }
    }

    /// Whether all messages of this template contain `words`.
    pub fn says(&self, words: &[u8]) -> bool {
        let has = |piece: &Piece| match piece {
            Piece::Literal(literal) => memchr::memmem::find(literal, words).is_some(),
            _ => false,
        };
        self.pieces.iter().any(has)
    }

    /// How many pieces this template has in common with `other`, counted from the first piece.
    pub fn n_shared(&self, other: &Template) -> usize {
        self.pieces.iter().zip(&other.pieces).take_while(|(a, b)| a == b).count()
    }

    /// Whether `text` fits the template. If so, `found` holds its values. If not, `found` holds the piece at which all
    /// templates that share the pieces up to this one fail.
    pub fn matches(&self, text: &[u8], found: &mut Found) -> bool {
        (found.n, found.failed) = (0, usize::MAX);
        let (Some(&first), Some(&last)) = (self.wide.first(), self.wide.last()) else {
            return forward(&self.pieces, text, 0, found) == Some(text.len());
        };
        let Some(at) = forward(&self.pieces[..first], text, 0, found) else { return false };
        found.failed = usize::MAX;
        let Some(mut end) = backward(&self.pieces[last + 1..], text, at, text.len(), found) else {
            return false;
        };
        for pair in self.wide.windows(2).rev() {
            let between = &self.pieces[pair[0] + 1..pair[1]];
            let place = self.between(between, text, at..end, found);
            found.failed = usize::MAX;
            let Some(place) = place else { return false };
            self.any(pair[1], place.end, end, found);
            end = place.start;
        }
        self.any(first, at, end, found);
        true
    }

    fn any(&self, piece: usize, first: usize, end: usize, found: &mut Found) {
        if let Piece::Any(Some(field)) = self.pieces[piece] {
            found.push(Target::Text(field), first, end);
        }
    }

    /// Where `pieces`, of which the first is a literal, lie in a range of `text`.
    fn between(
        &self,
        pieces: &[Piece],
        text: &[u8],
        range: Range<usize>,
        found: &mut Found,
    ) -> Option<Range<usize>> {
        let Some(Piece::Literal(literal)) = pieces.first() else { return None };
        let (mut first, mut end) = (range.start, range.end);
        let n_found = found.n;
        for _ in 0..MOST_TRIES {
            let part = text.get(first..end)?;
            let at = match self.is_from_left {
                true => first + memchr::memmem::find(part, literal)?,
                false => first + memchr::memmem::rfind(part, literal)?,
            };
            found.n = n_found;
            match forward(pieces, &text[..range.end], at, found) {
                Some(after) => return Some(at..after),
                None if self.is_from_left => first = at + 1,
                None => end = at + literal.len() - 1,
            }
        }
        None
    }
}

/// Matches `pieces` from `at` on, and returns where they end.
fn forward(pieces: &[Piece], text: &[u8], mut at: usize, found: &mut Found) -> Option<usize> {
    for (index, piece) in pieces.iter().enumerate() {
        let rest = text.get(at..)?;
        let next: &[u8] = match pieces.get(index + 1) {
            Some(Piece::Literal(literal)) => literal,
            _ => b"",
        };
        let n = match piece {
            Piece::Literal(literal) if begins(rest, literal) => literal.len(),
            Piece::Literal(_) | Piece::Any(_) => {
                found.failed = index;
                return None;
            }
            Piece::Word(_) => {
                let is_end = |byte: &u8| *byte == b' ' || next.first() == Some(byte);
                rest.iter().position(is_end).unwrap_or(rest.len())
            }
            Piece::Digits(_) => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
            Piece::Host(_) => {
                let n = rest.iter().take_while(|byte| is_of_host(**byte)).count();
                match next {
                    [first, ..] if is_of_host(*first) && !rest[n..].starts_with(next) => {
                        memchr::memmem::rfind(&rest[..(n + next.len() - 1).min(rest.len())], next)?
                    }
                    _ => n,
                }
            }
        };
        found.value(piece, at, at + n)?;
        at += n;
    }
    Some(at)
}

/// Matches `pieces` up to `end`, from the last piece to the first, and returns where they begin: not before `least`.
fn backward(pieces: &[Piece], text: &[u8], least: usize, mut end: usize, found: &mut Found) -> Option<usize> {
    for (index, piece) in pieces.iter().enumerate().rev() {
        let rest = text.get(least..end)?;
        let before: &[u8] = match index.checked_sub(1).map(|index| &pieces[index]) {
            Some(Piece::Literal(literal)) => literal,
            _ => b"",
        };
        let n = match piece {
            Piece::Literal(literal) if rest.ends_with(literal) => literal.len(),
            Piece::Literal(_) | Piece::Any(_) => return None,
            Piece::Word(_) => {
                let is_end = |byte: &u8| *byte == b' ' || before.last() == Some(byte);
                rest.len() - rest.iter().rposition(is_end).map_or(0, |at| at + 1)
            }
            Piece::Digits(_) => rest.iter().rev().take_while(|byte| byte.is_ascii_digit()).count(),
            Piece::Host(_) => {
                let n = rest.iter().rev().take_while(|byte| is_of_host(**byte)).count();
                match before {
                    [.., last] if is_of_host(*last) => {
                        let at = memchr::memmem::rfind(rest, before)? + before.len();
                        n.min(rest.len() - at)
                    }
                    _ => n,
                }
            }
        };
        found.value(piece, end - n, end)?;
        end -= n;
    }
    Some(end)
}

/// As `starts_with`, but without a call if the first bytes differ, as they mostly do.
#[inline]
fn begins(text: &[u8], literal: &[u8]) -> bool {
    match (text.get(..4), literal.get(..4)) {
        (Some(a), Some(b)) => a == b && text.starts_with(literal),
        _ => text.starts_with(literal),
    }
}

/// Whether a byte may occur in an address or in the name of a machine.
fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'_' | b'%')
}

impl Found {
    /// The index of the literal at which the last template failed, if all templates that share the pieces up to it
    /// fail, too.
    pub fn failed(&self) -> Option<usize> {
        (self.failed != usize::MAX).then_some(self.failed)
    }

    /// Takes the value of a piece; `None` if it is not valid for the piece.
    fn value(&mut self, piece: &Piece, first: usize, end: usize) -> Option<()> {
        let target = match *piece {
            Piece::Digits(_) if first == end => return None,
            Piece::Word(Some(field)) => Target::Text(field),
            Piece::Digits(Some(field)) => Target::Number(field),
            Piece::Host(place) => Target::End(place),
            _ => return Some(()),
        };
        self.push(target, first, end);
        Some(())
    }

    fn push(&mut self, target: Target, first: usize, end: usize) {
        if let Some(value) = self.values.get_mut(self.n) {
            *value = Some((target, first as u32, end as u32));
            self.n += 1;
        }
    }

    /// Adds all values to `event`. They were found in `record` from `at` on. Empty values are left out.
    pub fn tell(&self, record: &[u8], at: usize, event: &mut Event) {
        for &(target, first, end) in self.values[..self.n].iter().flatten() {
            let (first, end) = (at + first as usize, at + end as usize);
            match target {
                _ if first == end => {}
                Target::Text(field) => event.push_slice(field, Kind::Text, first, end),
                Target::Number(field) => event.push_slice(field, Kind::Number, first, end),
                Target::End(place) => tell_host(place, record, first, end, event),
            }
        }
    }
}

fn tell_host(place: End, record: &[u8], first: usize, end: usize, event: &mut Event) {
    match address(&record[first..end]) {
        Some(range) => event.push_slice(place.ip, Kind::Text, first + range.start, first + range.end),
        None if is_name(&record[first..end]) => event.push_slice(place.domain, Kind::Text, first, end),
        None => {}
    }
}

/// Whether a text is the name of a machine, and not a word that means "no name".
fn is_name(text: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"UNKNOWN", b"unknown", b"(null)", b"null"];
    text.iter().any(u8::is_ascii_alphanumeric) && !words.contains(&text)
}

/// The range of the IP address in a text: without the interface after `%`, and without the `::ffff:` before an IPv4
/// address in IPv6, because other logs write the IPv4 address alone.
pub fn address(text: &[u8]) -> Option<Range<usize>> {
    let end = memchr::memchr(b'%', text).unwrap_or(text.len());
    let first = match text.get(..7) {
        Some(b"::ffff:" | b"::FFFF:") if memchr::memchr(b'.', text).is_some() => 7,
        // The notation of mail servers.
        _ if text.starts_with(b"IPv6:") => 5,
        _ => 0,
    };
    let plain = text.get(first..end)?;
    let is_address = is_ipv4(plain)
        || first < 7
            && memchr::memchr(b':', plain).is_some()
            && std::str::from_utf8(plain).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
    is_address.then_some(first..end)
}

/// Whether a text is four numbers up to 255 with dots between them.
fn is_ipv4(text: &[u8]) -> bool {
    let (mut n_parts, mut value, mut n_digits) = (1, 0_u32, 0);
    for &byte in text {
        match byte {
            b'0'..=b'9' if n_digits < 3 => {
                if n_digits > 0 && value == 0 {
                    return false;
                }
                (value, n_digits) = (value * 10 + (byte - b'0') as u32, n_digits + 1);
            }
            b'.' if n_digits > 0 && value < 256 => (n_parts, value, n_digits) = (n_parts + 1, 0, 0),
            _ => return false,
        }
    }
    n_parts == 4 && n_digits > 0 && value < 256
}
