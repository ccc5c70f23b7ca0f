//! JSON values to leaves: what all formats share whose records are JSON.
//!
//! Spec: RFC 8259. Every leaf is a value of the field that its path names: `a.b` for nested objects, `a[].b` for
//! the elements of arrays. `null` is no value; an empty object or array is the value `{}` or `[]`; of a key that
//! stands twice both values count.
//! Differs from the spec: bytes that are no UTF-8 and lone surrogates are read as U+FFFD. Nothing else is
//! forgiven, and nothing is nested deeper than `limits::JSON_DEPTH`.

use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashTable;

use crate::base::event::{hash, is_same};
use crate::base::{Event, FieldId, Fields, Kind, Why, limits};

/// A place in a record: the root, a key of an object, or "every element" of an array.
struct Node {
    parent: u32,
    /// As it stands in the record, with its quotes; `[]` for the elements of an array.
    key: Box<[u8]>,
    /// Bytes of the keys from the root to here.
    n_path_bytes: usize,
    /// The field of its leaves, once there is one.
    field: Option<FieldId>,
    /// The child seen first, most often the first key again.
    first_child: u32,
    /// The child of the same parent that came behind it the last time.
    next: u32,
}

const ROOT: u32 = 0;
const NONE: u32 = u32::MAX;

/// Turns JSON values into the leaves of events. It learns the paths of its records: most keys are known before
/// they are read.
pub struct Flattener {
    nodes: Vec<Node>,
    by_key: HashTable<u32>,
    /// Whether names of fields are written with a small first letter of each key.
    has_small_names: bool,
}

impl Default for Flattener {
    fn default() -> Self {
        let root = Node {
            parent: NONE,
            key: Box::default(),
            n_path_bytes: 0,
            field: None,
            first_child: NONE,
            next: NONE,
        };
        Flattener { nodes: vec![root], by_key: HashTable::new(), has_small_names: false }
    }
}

/// Whether `text` is one JSON value and nothing else.
///
/// # Errors
/// Where it is none, and what was expected there.
pub fn validate(text: &[u8]) -> Result<(), Why> {
    Flattener::default().flatten(text, &mut Fields::new(), &mut Event::default())
}

impl Flattener {
    /// For records whose keys some tools write as `AccountId` and others as `accountId`: fields have the latter.
    pub fn with_small_names() -> Flattener {
        Flattener { has_small_names: true, ..Flattener::default() }
    }

    /// Reads `record`, one JSON value, and adds its leaves to `event`.
    ///
    /// # Errors
    /// Where it is no JSON value, and what was expected there.
    pub fn flatten(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<(), Why> {
        self.walk(record, ROOT, fields, event)
    }

    /// Reads `text`, a JSON value that does not stand in the record, and adds its leaves to `event` under the path `name`;
    /// where it is no JSON value nothing is added.
    ///
    /// # Errors
    /// As [`Flattener::flatten`].
    pub fn flatten_made(
        &mut self,
        name: &str,
        text: &[u8],
        fields: &mut Fields,
        event: &mut Event,
    ) -> Result<(), Why> {
        let node = self.child(ROOT, format!("\"{name}\"").as_bytes());
        let n_before = event.leaves().len();
        let result = self.walk(text, node, fields, event);
        match result {
            Ok(()) => event.adopt(n_before, text),
            Err(_) => event.truncate(n_before),
        }
        result
    }

    fn walk(&mut self, record: &[u8], node: u32, fields: &mut Fields, event: &mut Event) -> Result<(), Why> {
        let mut walk = Walk { record, at: 0, depth: 0, paths: self, fields, event };
        walk.white();
        walk.value(node)?;
        walk.white();
        if walk.at < record.len() { walk.expected("the end of the record") } else { Ok(()) }
    }

    fn child(&mut self, parent: u32, key: &[u8]) -> u32 {
        let of = |parent: u32, key: &[u8]| hash(key) ^ (parent as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let nodes = &self.nodes;
        let is_same = |&id: &u32| nodes[id as usize].parent == parent && *nodes[id as usize].key == *key;
        if let Some(&id) = self.by_key.find(of(parent, key), is_same) {
            return id;
        }
        let is_too_long = nodes[parent as usize].n_path_bytes + key.len() > limits::NAME_BYTES;
        if (nodes.len() >= limits::FIELDS || is_too_long) && key != REST {
            // Hostile: names without number or end. Their values are kept, under one name.
            return self.child(parent, REST);
        }
        let id = nodes.len() as u32;
        let n_path_bytes = nodes[parent as usize].n_path_bytes + key.len();
        self.nodes.push(Node {
            parent,
            key: key.into(),
            n_path_bytes,
            field: None,
            first_child: NONE,
            next: NONE,
        });
        if self.nodes[parent as usize].first_child == NONE {
            self.nodes[parent as usize].first_child = id;
        }
        let nodes = &self.nodes;
        let rehash = |&id: &u32| of(nodes[id as usize].parent, &nodes[id as usize].key);
        self.by_key.insert_unique(of(parent, key), id, rehash);
        id
    }

    fn field(&mut self, node: u32, fields: &mut Fields) -> FieldId {
        if let Some(field) = self.nodes[node as usize].field {
            return field;
        }
        let field = fields.intern(&self.name(node));
        self.nodes[node as usize].field = Some(field);
        field
    }

    fn name(&self, node: u32) -> String {
        let Node { parent, key, .. } = &self.nodes[node as usize];
        if node == ROOT {
            return String::new();
        }
        let before = self.name(*parent);
        if **key == *ELEMENTS {
            return before + "[]";
        }
        let mut text = Vec::new();
        // The key was read before, so it unescapes.
        let _ = unescape(&key[1..key.len() - 1], &mut text);
        if let Some(first) = text.first_mut().filter(|_| self.has_small_names) {
            first.make_ascii_lowercase();
        }
        let own = String::from_utf8_lossy(&text);
        if before.is_empty() { own.into_owned() } else { format!("{before}.{own}") }
    }
}

/// The key of the elements of an array; no key of an object looks like it.
const ELEMENTS: &[u8] = b"[]";
/// The key under which values gather when there are too many names.
const REST: &[u8] = "\"…\"".as_bytes();
/// The field of a record that is no object.
const VALUE: &str = "value";

struct Walk<'a> {
    record: &'a [u8],
    at: usize,
    depth: usize,
    paths: &'a mut Flattener,
    fields: &'a mut Fields,
    event: &'a mut Event,
}

impl Walk<'_> {
    fn value(&mut self, node: u32) -> Result<(), Why> {
        match self.record.get(self.at) {
            Some(b'"') => self.text(node),
            Some(b'{') => self.nested(node, Self::object),
            Some(b'[') => self.nested(node, Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(node),
            Some(b't') => self.word(node, b"true"),
            Some(b'f') => self.word(node, b"false"),
            Some(b'n') => self.word(node, b"null"),
            _ => self.expected("a value"),
        }
    }

    fn nested(&mut self, node: u32, read: fn(&mut Self, u32) -> Result<(), Why>) -> Result<(), Why> {
        if self.depth >= limits::JSON_DEPTH {
            return Err(Why::TooDeep { limit: limits::JSON_DEPTH as u64 });
        }
        self.depth += 1;
        self.at += 1;
        self.white();
        read(self, node)?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, node: u32) -> Result<(), Why> {
        if self.skip(b'}') {
            return self.made(node, "{}");
        }
        let mut guess = self.paths.nodes[node as usize].first_child;
        let mut before = NONE;
        loop {
            let child = self.key(node, guess)?;
            if child != guess && before != NONE {
                self.paths.nodes[before as usize].next = child;
            }
            self.white();
            if !self.skip(b':') {
                return self.expected("`:`");
            }
            self.white();
            self.value(child)?;
            self.white();
            if self.skip(b'}') {
                return Ok(());
            }
            if !self.skip(b',') {
                return self.expected("`,` or `}`");
            }
            self.white();
            guess = self.paths.nodes[child as usize].next;
            before = child;
        }
    }

    /// The key at this place, most likely that of the node `guess`.
    fn key(&mut self, parent: u32, guess: u32) -> Result<u32, Why> {
        let rest = &self.record[self.at..];
        if guess != NONE {
            let known = &self.paths.nodes[guess as usize].key;
            if rest.len() >= known.len() && is_same(&rest[..known.len()], known) {
                self.at += known.len();
                return Ok(guess);
            }
        }
        if rest.first() != Some(&b'"') {
            return self.expected("a key in quotes");
        }
        let first = self.at;
        let (_, is_plain) = self.string()?;
        if !is_plain {
            let key = &self.record[first + 1..self.at - 1];
            if let Err(offset) = unescape(key, &mut Vec::new()) {
                self.at = first + 1 + offset;
                return self.expected("an escape sequence");
            }
        }
        Ok(self.paths.child(parent, &self.record[first..self.at]))
    }

    fn array(&mut self, node: u32) -> Result<(), Why> {
        if self.skip(b']') {
            return self.made(node, "[]");
        }
        let elements = match self.paths.nodes[node as usize].first_child {
            child if child != NONE && *self.paths.nodes[child as usize].key == *ELEMENTS => child,
            _ => self.paths.child(node, ELEMENTS),
        };
        loop {
            self.value(elements)?;
            self.white();
            if self.skip(b']') {
                return Ok(());
            }
            if !self.skip(b',') {
                return self.expected("`,` or `]`");
            }
            self.white();
        }
    }

    fn text(&mut self, node: u32) -> Result<(), Why> {
        let first = self.at + 1;
        let (is_ascii, is_plain) = self.string()?;
        let end = self.at - 1;
        let field = self.field(node);
        let raw = &self.record[first..end];
        if is_plain && (is_ascii || std::str::from_utf8(raw).is_ok()) {
            self.event.push_slice(field, Kind::Text, first, end);
            return Ok(());
        }
        let mut text = Vec::with_capacity(raw.len());
        if let Err(offset) = unescape(raw, &mut text) {
            self.at = first + offset;
            return self.expected("an escape sequence");
        }
        self.event.push_text(field, Kind::Text, &String::from_utf8_lossy(&text));
        Ok(())
    }

    /// Goes behind the text in quotes at this place; whether all of it is ASCII, and free of escapes.
    fn string(&mut self) -> Result<(bool, bool), Why> {
        let mut at = self.at + 1;
        let (mut is_ascii, mut is_plain) = (true, true);
        loop {
            let (n, ascii) = plain_bytes(&self.record[at..]);
            is_ascii &= ascii;
            at += n;
            match self.record.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok((is_ascii, is_plain));
                }
                Some(b'\\') => {
                    is_plain = false;
                    at += 2;
                    if at > self.record.len() {
                        self.at = self.record.len();
                        return self.expected("the end of a text");
                    }
                    is_ascii &= self.record[at - 1].is_ascii();
                }
                Some(_) => {
                    self.at = at;
                    return self.expected("no control character in a text");
                }
                None => {
                    self.at = at;
                    return self.expected("the end of a text");
                }
            }
        }
    }

    fn number(&mut self, node: u32) -> Result<(), Why> {
        let first = self.at;
        self.skip(b'-');
        let integer = self.at;
        let n_digits = self.digits();
        if n_digits == 0 || n_digits > 1 && self.record[integer] == b'0' {
            self.at = integer;
            return self.expected("a number");
        }
        if self.skip(b'.') && self.digits() == 0 {
            return self.expected("a digit");
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            if self.digits() == 0 {
                return self.expected("a digit");
            }
        }
        let field = self.field(node);
        self.event.push_slice(field, Kind::Number, first, self.at);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let n = self.record[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += n;
        n
    }

    fn word(&mut self, node: u32, word: &[u8]) -> Result<(), Why> {
        let end = self.at + word.len();
        if !self.record[self.at..].starts_with(word) {
            return self.expected("a value");
        }
        if word != b"null" {
            let field = self.field(node);
            self.event.push_slice(field, Kind::Boolean, self.at, end);
        }
        self.at = end;
        Ok(())
    }

    /// Adds a text that is not in the record as it is.
    fn made(&mut self, node: u32, text: &str) -> Result<(), Why> {
        let field = self.field(node);
        self.event.push_text(field, Kind::Text, text);
        Ok(())
    }

    fn field(&mut self, node: u32) -> FieldId {
        match node {
            ROOT => self.fields.intern(VALUE),
            _ => self.paths.field(node, self.fields),
        }
    }

    #[inline]
    fn white(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.record.get(self.at) {
            self.at += 1;
        }
    }

    #[inline]
    fn skip(&mut self, byte: u8) -> bool {
        let is_there = self.record.get(self.at) == Some(&byte);
        self.at += is_there as usize;
        is_there
    }

    fn expected<T>(&self, what: &'static str) -> Result<T, Why> {
        Err(Why::Json { expected: what, offset: self.at as u64 })
    }
}

/// How many bytes come before the next quote, backslash or control character; and whether all are ASCII.
#[inline]
fn plain_bytes(bytes: &[u8]) -> (usize, bool) {
    let mut at = 0;
    let mut seen = 0_u8;
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    while let Some(block) = bytes[at..].first_chunk::<16>() {
        use core::arch::wasm32::*;
        // SAFETY: the load reads the sixteen bytes of the block and needs no alignment.
        let lane = unsafe { v128_load(block.as_ptr().cast()) };
        let special = v128_or(
            v128_or(i8x16_eq(lane, i8x16_splat(b'"' as i8)), i8x16_eq(lane, i8x16_splat(b'\\' as i8))),
            u8x16_lt(lane, u8x16_splat(0x20)),
        );
        let found = i8x16_bitmask(special);
        let high = i8x16_bitmask(lane);
        if found != 0 {
            let n = found.trailing_zeros();
            let is_ascii = seen < 0x80 && high & ((1_u32 << n) - 1) as u16 == 0;
            return (at + n as usize, is_ascii);
        }
        seen |= if high != 0 { 0x80 } else { 0 };
        at += 16;
    }
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    while let Some(block) = bytes[at..].first_chunk::<8>() {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGHS: u64 = 0x8080_8080_8080_8080;
        let word = u64::from_le_bytes(*block);
        let zero_in = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        let found = zero_in(word ^ (ONES * b'"' as u64))
            | zero_in(word ^ (ONES * b'\\' as u64))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGHS);
        if found != 0 {
            break;
        }
        seen |= if word & HIGHS != 0 { 0x80 } else { 0 };
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        seen |= byte;
        at += 1;
    }
    (at, seen < 0x80)
}

/// Appends what `raw`, the inside of a text in quotes, stands for; on a wrong escape sequence, its offset.
pub fn unescape(raw: &[u8], text: &mut Vec<u8>) -> Result<(), usize> {
    let mut at = 0;
    while let Some(n) = memchr::memchr(b'\\', &raw[at..]) {
        text.extend_from_slice(&raw[at..at + n]);
        at += n;
        let byte = match raw.get(at + 1) {
            Some(b'u') => {
                let (n, character) = unescape_unicode(&raw[at..]).ok_or(at)?;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                at += n;
                continue;
            }
            Some(&byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            _ => return Err(at),
        };
        text.push(byte);
        at += 2;
    }
    text.extend_from_slice(&raw[at..]);
    Ok(())
}

/// The character of the `\uXXXX` or the surrogate pair that `raw` begins with, and its bytes.
fn unescape_unicode(raw: &[u8]) -> Option<(usize, char)> {
    let unit = |at: usize| {
        let digits = raw.get(at + 2..at + 6).filter(|_| raw[at..].starts_with(b"\\u"))?;
        digits.iter().try_fold(0, |n, &digit| Some(n * 16 + (digit as char).to_digit(16)?))
    };
    let first = unit(0)?;
    if let 0xd800..0xdc00 = first
        && let Some(second @ 0xdc00..0xe000) = unit(6)
    {
        let point = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((12, char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    Some((6, char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)))
}

/// The keys of `object` at its outermost level, as written, and where their values stand; ends where it is no JSON. What
/// stands inside the values is not looked at.
pub fn entries(object: &[u8]) -> impl Iterator<Item = (&[u8], Range<usize>)> {
    let mut at = solid(object, 0).filter(|&at| object[at] == b'{').map(|at| at + 1);
    std::iter::from_fn(move || {
        let key = solid(object, at?).filter(|&at| object[at] == b'"')?;
        let key_end = value_end(object, key)?;
        let colon = solid(object, key_end).filter(|&at| object[at] == b':')?;
        let value = solid(object, colon + 1)?;
        let end = value_end(object, value)?;
        at = solid(object, end).filter(|&at| object[at] == b',').map(|at| at + 1);
        Some((&object[key + 1..key_end - 1], value..end))
    })
}

/// Where the value stands that `object` has under `key`, at its outermost level.
pub fn entry(object: &[u8], key: &str) -> Option<Range<usize>> {
    entries(object).find(|(name, _)| *name == key.as_bytes()).map(|(_, at)| at)
}

/// Where the elements of `array` stand; ends where it is no JSON.
pub fn elements(array: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = solid(array, 0).filter(|&at| array[at] == b'[').map(|at| at + 1);
    std::iter::from_fn(move || {
        let first = solid(array, at?).filter(|&at| array[at] != b']')?;
        let end = value_end(array, first)?;
        at = solid(array, end).filter(|&at| array[at] == b',').map(|at| at + 1);
        Some(first..end)
    })
}

/// What a JSON text in quotes stands for; `None` for anything else.
pub fn text_of(value: &[u8]) -> Option<Cow<'_, str>> {
    let [b'"', inside @ .., b'"'] = value else { return None };
    if memchr::memchr(b'\\', inside).is_none() {
        return Some(String::from_utf8_lossy(inside));
    }
    let mut text = Vec::with_capacity(inside.len());
    unescape(inside, &mut text).ok()?;
    Some(match String::from_utf8(text) {
        Ok(text) => Cow::Owned(text),
        Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    })
}

/// The first byte from `from` on that is no white space.
fn solid(text: &[u8], from: usize) -> Option<usize> {
    text.get(from..)?.iter().position(|byte| !byte.is_ascii_whitespace()).map(|n| from + n)
}

/// Where the value ends that begins at `first`.
pub fn value_end(text: &[u8], first: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = first;
    loop {
        match *text.get(at)? {
            b'"' => {
                at += 1;
                loop {
                    at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
                    if text[at] == b'"' {
                        break;
                    }
                    at += 2;
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => {
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let n = text[at..].iter().take_while(|byte| is_word(byte)).count();
                return (n > 0).then_some(at + n);
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// An object near the beginning of a member, for sniffing.
pub struct Object<'a> {
    /// From its brace on, with what follows it.
    pub bytes: &'a [u8],
    /// The key of the first object in whose array it is the first element; else empty.
    pub under: &'a [u8],
    keys: Vec<&'a [u8]>,
}

impl Object<'_> {
    /// Whether it has `key` at its outermost level.
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains(&key.as_bytes())
    }

    /// How many of `keys` it has.
    pub fn count(&self, keys: &[&str]) -> usize {
        keys.iter().filter(|key| self.has(key)).count()
    }
}

/// The objects that `head`, the beginning of a member, has: the first one, the first elements of its arrays, and those that
/// begin a line.
pub fn objects(head: &[u8]) -> Vec<Object<'_>> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let is_skipped = |byte: &u8| byte.is_ascii_whitespace() || b"[,".contains(byte);
    let first_object = |text: &[u8]| {
        let n = text.iter().position(|byte| !is_skipped(byte))?;
        (text[n] == b'{').then_some(n)
    };
    let object = |bytes, under| Object { bytes, under, keys: keys_of(bytes).map(|(key, _)| key).collect() };
    let first = first_object(head).map(|first| &head[first..]);
    let mut objects: Vec<Object<'_>> = first.map(|first| object(first, &b""[..])).into_iter().collect();
    for (key, value) in keys_of(first.unwrap_or_default()) {
        let value = first.and_then(|first| first.get(value..)).unwrap_or_default().trim_ascii_start();
        if value.first() == Some(&b'[')
            && let Some(n) = first_object(value)
        {
            objects.push(object(&value[n..], key));
        }
    }
    let lines = memchr::memmem::find_iter(head, b"\n{").map(|at| at + 1).take(8);
    objects.extend(lines.map(|at| object(&head[at..], &b""[..])));
    objects
}

/// Where in `head`, the beginning of a member, records may begin: at its first object, at the first element of the
/// array that this object has under one of `keys`, and at its first lines. For sniffing.
pub fn record_heads<'a>(head: &'a [u8], keys: &[&str]) -> Vec<&'a [u8]> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first_solid = |from: usize| {
        let is_skipped = |byte: &u8| byte.is_ascii_whitespace() || b"[,".contains(byte);
        let solid = head.get(from..)?.iter().position(|byte| !is_skipped(byte)).map(|n| from + n)?;
        (head[solid] == b'{').then_some(solid)
    };
    let first = first_solid(0);
    let mut heads: Vec<usize> = first.into_iter().collect();
    if let Some(first) = first {
        let wrapped =
            keys_of(&head[first..]).find(|(key, _)| keys.iter().any(|known| known.as_bytes() == *key));
        heads.extend(wrapped.and_then(|(_, value)| first_solid(first + value)));
    }
    heads.extend(memchr::memmem::find_iter(head, b"\n{").map(|at| at + 1).take(8));
    heads.into_iter().map(|at| &head[at..]).collect()
}

/// How many of `keys` are keys of the object that `object` begins with, at its outermost level. The object may be
/// cut off.
pub fn count_keys(object: &[u8], keys: &[&str]) -> usize {
    keys_of(object).filter(|(key, _)| keys.iter().any(|known| known.as_bytes() == *key)).count()
}

/// How far into an object [`keys_of`] looks.
const SNIFF_BYTES: usize = 8 << 10;

/// The keys of the object that `object` begins with, as written, and where their values begin: at its outermost
/// level, as far as it goes.
fn keys_of(object: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let object = &object[..object.len().min(SNIFF_BYTES)];
    let (mut depth, mut at) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let &byte = object.get(at)?;
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 1 => return None,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    let first = at;
                    while let Some(n) = memchr::memchr2(b'"', b'\\', object.get(at..)?) {
                        at += n;
                        if object[at] == b'"' {
                            break;
                        }
                        at += 2;
                    }
                    if object.get(at) != Some(&b'"') {
                        return None;
                    }
                    let text = &object[first..at];
                    at += 1;
                    let colon =
                        object[at..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|n| at + n);
                    if let Some(colon) = colon.filter(|&colon| depth == 1 && object[colon] == b':') {
                        return Some((text, colon + 1));
                    }
                }
                _ => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (mut fields, mut event) = (Fields::new(), Event::default());
        let result = Flattener::default().flatten(text.as_bytes(), &mut fields, &mut event);
        let leaf = |leaf| String::from_utf8_lossy(event.bytes(text.as_bytes(), leaf)).into_owned();
        let leaves = event.leaves().iter().map(|l| format!("{}={}", fields.name(l.field), leaf(l)));
        let found = result.map_or_else(|why| why.to_string(), |()| leaves.collect::<Vec<_>>().join(" "));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_leaf_has_a_path() {
        check(r#"{"a":{"b":1,"c":[true,{"d":"x"}]},"e":null}"#, "a.b=1 a.c[]=true a.c[].d=x");
        check(r#"{"a":[[1],[]],"b":{},"c":[]}"#, "a[][]=1 a[]=[] b={} c=[]");
        check(r#""alone""#, "value=alone");
    }

    #[test]
    fn escapes_are_read_in_names_and_values() {
        check(r#"{"k\u00e9\n":"\ud83d\ude00 \ud83d \/"}"#, "k\u{e9}\n=\u{1f600} \u{fffd} /");
    }

    #[test]
    fn both_values_of_a_key_count() {
        check(r#"{"a":1,"a":2}"#, "a=1 a=2");
    }

    #[test]
    fn errors_say_where_and_what() {
        check(r#"{"a":01}"#, "not JSON: expected a number at byte 5");
        check(r#"{"a":1,}"#, "not JSON: expected a key in quotes at byte 7");
        check("{\"a\":\"\n\"}", "not JSON: expected no control character in a text at byte 6");
        check(r#"{"a":"\x"}"#, "not JSON: expected an escape sequence at byte 6");
        check(r#"{"a":1} x"#, "not JSON: expected the end of the record at byte 8");
    }

    #[test]
    fn keys_count_at_the_outermost_level_only() {
        assert_eq!(count_keys(br#"{"a":{"b":1},"c":"b","d"#, &["b", "c", "d"]), 1);
    }
}
