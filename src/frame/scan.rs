//! Finds the end of a JSON value by its brackets, 64 bytes at a time.

/// One bit for each of 64 bytes: quotes, backslashes, brackets of either direction, and line ends.
struct Masks {
    quotes: u64,
    backslashes: u64,
    opens: u64,
    closes: u64,
    line_ends: u64,
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn masks(block: &[u8; 64]) -> Masks {
    use core::arch::wasm32::*;
    let mut masks = Masks { quotes: 0, backslashes: 0, opens: 0, closes: 0, line_ends: 0 };
    for lane in 0..4 {
        // SAFETY: the sixteen bytes from 16 * lane lie inside the block; the load needs no alignment.
        let bytes = unsafe { v128_load(block.as_ptr().add(16 * lane).cast()) };
        let equal = |byte: u8| i8x16_eq(bytes, i8x16_splat(byte as i8));
        let bits = |matched| (i8x16_bitmask(matched) as u64) << (16 * lane);
        masks.quotes |= bits(equal(b'"'));
        masks.backslashes |= bits(equal(b'\\'));
        masks.opens |= bits(v128_or(equal(b'{'), equal(b'[')));
        masks.closes |= bits(v128_or(equal(b'}'), equal(b']')));
        masks.line_ends |= bits(equal(b'\n'));
    }
    masks
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn masks(block: &[u8; 64]) -> Masks {
    let bits = |accepts: fn(u8) -> bool| {
        block.iter().enumerate().fold(0_u64, |mask, (i, &byte)| mask | (accepts(byte) as u64) << i)
    };
    Masks {
        quotes: bits(|byte| byte == b'"'),
        backslashes: bits(|byte| byte == b'\\'),
        opens: bits(|byte| byte == b'{' || byte == b'['),
        closes: bits(|byte| byte == b'}' || byte == b']'),
        line_ends: bits(|byte| byte == b'\n'),
    }
}

/// Where a JSON array or object ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At its last bracket, which is the byte before this index.
    Closed(usize),
    /// The value is broken: it cannot continue at this index, and another record may begin there.
    Broken(usize),
    /// After these bytes.
    Open,
}

/// Follows an array or object from its first bracket on, and keeps its state between calls.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    depth: u32,
    /// For each of the innermost 128 levels, whether it is an object; the lowest bit is the innermost level.
    objects: u128,
    is_in_string: bool,
    is_escaped: bool,
    /// The last byte before the next block that is not white space.
    before: u8,
}

impl Scan {
    /// Reads `bytes[from..]`. In the first call, its first byte is the opening bracket; each further call continues
    /// after the bytes of the last call. A value is broken at a bracket that JSON does not allow in its place, and at
    /// a line end inside a text: another record begins there.
    pub fn run(&mut self, bytes: &[u8], from: usize) -> End {
        let mut at = from;
        while at < bytes.len() {
            let mut padded = [b' '; 64];
            let (block, n_bytes) = match bytes[at..].first_chunk::<64>() {
                Some(block) => (block, 64),
                None => {
                    padded[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                    (&padded, bytes.len() - at)
                }
            };
            match self.block(block, n_bytes) {
                End::Open => at += n_bytes,
                End::Closed(end) => return End::Closed(at + end),
                End::Broken(end) => return End::Broken(at + end),
            }
        }
        End::Open
    }

    /// Reads the first `n_bytes` of `block`; the bytes after them are spaces.
    fn block(&mut self, block: &[u8; 64], n_bytes: usize) -> End {
        let masks = masks(block);
        let quotes = masks.quotes & !self.escaped(masks.backslashes, n_bytes);
        let inside = prefix_xor(quotes) ^ if self.is_in_string { !0 } else { 0 };
        self.is_in_string = inside >> 63 == 1;
        let opens = masks.opens & !inside;
        let broken_lines = masks.line_ends & inside;
        let mut brackets = (masks.opens | masks.closes) & !inside | broken_lines;
        while brackets != 0 {
            let i = brackets.trailing_zeros() as usize;
            brackets &= brackets - 1;
            if broken_lines >> i & 1 == 1 {
                return End::Broken(i);
            }
            if opens >> i & 1 == 0 {
                self.depth -= 1;
                self.objects >>= 1;
                if self.depth == 0 {
                    return End::Closed(i + 1);
                }
                continue;
            }
            if self.depth > 0 && !self.may_open(last_solid(&block[..i]).unwrap_or(self.before)) {
                return End::Broken(i);
            }
            self.depth += 1;
            self.objects = self.objects << 1 | (block[i] == b'{') as u128;
        }
        self.before = last_solid(block).unwrap_or(self.before);
        End::Open
    }

    /// Whether a value may follow the byte `before` at this level.
    fn may_open(&self, before: u8) -> bool {
        // The bits do not reach deeper levels, but such a record is refused anyway.
        self.depth > 128
            || if self.objects & 1 == 1 { before == b':' } else { before == b',' || before == b'[' }
    }

    /// The bytes that are escaped, because an odd number of backslashes precedes them. `backslashes` are the places of
    /// backslashes in the first `n_bytes`.
    fn escaped(&mut self, backslashes: u64, n_bytes: usize) -> u64 {
        let mut escaped = self.is_escaped as u128;
        let mut rest = backslashes;
        while rest != 0 {
            let i = rest.trailing_zeros();
            rest &= rest - 1;
            if escaped >> i & 1 == 0 {
                escaped |= 2 << i;
            }
        }
        self.is_escaped = escaped >> n_bytes & 1 == 1;
        escaped as u64
    }
}

fn last_solid(bytes: &[u8]) -> Option<u8> {
    bytes.iter().rev().copied().find(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
}

/// For each bit, the exclusive or of this bit and all lower bits: ones from each odd quote up to the next quote.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the bytes are cut, the end is the same.
    #[track_caller]
    fn check(text: &str, expected: End) {
        let bytes = text.as_bytes();
        assert_eq!(Scan::default().run(bytes, 0), expected, "whole: {text}");
        for cut in 1..bytes.len() {
            let mut scan = Scan::default();
            let end = match scan.run(&bytes[..cut], 0) {
                End::Open => scan.run(bytes, cut),
                end => end,
            };
            assert_eq!(end, expected, "cut at {cut}: {text}");
        }
    }

    #[test]
    fn brackets_in_texts_do_not_count() {
        check(r#"{"a":"}]\"}","b":[{}]} rest"#, End::Closed(22));
        check(r#"{"a":"\\","b":"\\\""}"#, End::Closed(21));
    }

    #[test]
    fn a_new_record_breaks_the_one_before() {
        check("{\"a\":1\n{\"b\":2}", End::Broken(7));
        check("{\"a\":\"cut\n{\"b\":2}", End::Broken(9));
        check("{\"a\":1,{\"b\":2}", End::Broken(7));
        check("{\"a\":[1,{\"b\":2}", End::Open);
    }

    #[test]
    fn long_values_go_over_many_blocks() {
        let text = format!(r#"{{"a":"{}","b":[{}]}}"#, "x\\\"".repeat(100), "[],".repeat(99) + "[]");
        check(&text, End::Closed(text.len()));
    }
}
