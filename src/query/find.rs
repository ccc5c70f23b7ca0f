//! Finding a text inside many, whatever the case of its ASCII letters.

use super::lanes::{LANES, packed};

/// How often bytes occur in logs, the most frequent first (counted over CloudTrail and `/var/log`, letters folded);
/// what is not here is rarer.
const FREQUENT: &[u8] = b" eatsnir21oc:\"d,3m-0lu.p4v67859gwfbhyk/zxq_=[]()";

/// One byte of the needle, to look for in a whole block at once.
#[derive(Debug, Clone, Copy)]
struct Probe {
    offset: usize,
    /// Lower case.
    byte: u8,
    /// 0x20 for a letter: setting this bit folds its case, and no other byte becomes that letter.
    fold: u8,
}

/// Finds one non-empty ASCII needle. Two of its rarest bytes are tested at 64 positions a step; only where both
/// stand is the whole needle compared.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    /// Lower case.
    needle: Box<[u8]>,
    rarest: Probe,
    second: Probe,
}

impl Finder {
    /// A finder of `needle`, which is not empty and in lower case.
    pub fn new(needle: &[u8]) -> Finder {
        assert!(!needle.is_empty(), "every text has an empty one in it: that is no search");
        let frequency = |&offset: &usize| {
            FREQUENT.iter().position(|&c| c == needle[offset]).map_or(0, |rank| FREQUENT.len() - rank)
        };
        let probe = |offset: usize| {
            let byte = needle[offset];
            Probe { offset, byte, fold: if byte.is_ascii_alphabetic() { 0x20 } else { 0 } }
        };
        let rarest = (0..needle.len()).min_by_key(frequency).unwrap_or(0);
        let others = (0..needle.len()).filter(|&offset| offset != rarest);
        // Another byte says more than the same one again.
        let second = others.min_by_key(|offset| (needle[*offset] == needle[rarest], frequency(offset)));
        Finder { needle: needle.into(), rarest: probe(rarest), second: probe(second.unwrap_or(rarest)) }
    }

    /// How many bytes the needle has.
    pub fn len(&self) -> usize {
        self.needle.len()
    }

    /// Where the needle first stands at or behind `from`.
    pub fn find(&self, haystack: &[u8], from: usize) -> Option<usize> {
        let end = (haystack.len() + 1).checked_sub(self.needle.len())?;
        let mut at = from;
        while at + LANES <= end {
            let a = block(haystack, at + self.rarest.offset);
            let b = block(haystack, at + self.second.offset);
            if self.may_be_in(a, b) {
                let mut candidates = self.candidates(a, b);
                while candidates != 0 {
                    let candidate = at + candidates.trailing_zeros() as usize;
                    if self.is_at(haystack, candidate) {
                        return Some(candidate);
                    }
                    candidates &= candidates - 1;
                }
            }
            at += LANES;
        }
        (at..end).find(|&at| self.is_at(haystack, at))
    }

    /// Whether the needle stands at `at`, whatever the case.
    pub fn is_at(&self, haystack: &[u8], at: usize) -> bool {
        haystack
            .get(at..at + self.needle.len())
            .is_some_and(|candidate| candidate.eq_ignore_ascii_case(&self.needle))
    }

    #[inline(always)]
    fn may_be(&self, a: u8, b: u8) -> bool {
        (a | self.rarest.fold == self.rarest.byte) & (b | self.second.fold == self.second.byte)
    }

    #[inline(always)]
    fn may_be_in(&self, a: &[u8; LANES], b: &[u8; LANES]) -> bool {
        a.iter().zip(b).fold(0, |any, (&a, &b)| any | self.may_be(a, b) as u8) != 0
    }

    /// The places of a block where both rare bytes stand, the first the lowest bit.
    #[inline(always)]
    fn candidates(&self, a: &[u8; LANES], b: &[u8; LANES]) -> u64 {
        let mut flags = [0; LANES];
        for ((flag, &a), &b) in flags.iter_mut().zip(a).zip(b) {
            *flag = self.may_be(a, b) as u8;
        }
        packed(&flags)
    }
}

#[inline(always)]
fn block(haystack: &[u8], at: usize) -> &[u8; LANES] {
    haystack[at..at + LANES].try_into().expect("a slice of that length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_at_every_place() {
        for needle in ["x", "xx", "run instances", "10.0.0.5", "@[`{", "a?a"] {
            let finder = Finder::new(needle.as_bytes());
            for n_before in 0..130 {
                let mut haystack = "r".repeat(n_before);
                assert_eq!(finder.find(haystack.as_bytes(), 0), None);
                haystack.push_str(&needle.to_ascii_uppercase());
                for n_behind in [0, 1, 70] {
                    let haystack = haystack.clone() + &"q".repeat(n_behind);
                    assert_eq!(finder.find(haystack.as_bytes(), 0), Some(n_before), "{needle} {n_before}");
                    assert_eq!(finder.find(haystack.as_bytes(), n_before + 1), None);
                }
            }
        }
    }

    #[test]
    fn folds_letters_only() {
        assert_eq!(Finder::new(b"[a]").find(b"{a} [A]", 0), Some(4));
        assert_eq!(Finder::new(b"@").find(b"`@", 0), Some(1));
        assert_eq!(Finder::new(b"k").find("\u{212a}".as_bytes(), 0), None);
    }
}
