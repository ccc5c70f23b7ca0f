//! A text between word boundaries: `10.0.0.1` is in `from 10.0.0.1 port 22`, but not in `10.0.0.10`.
//!
//! A word has the meaning of the pattern `\b10\.0\.0\.1\b`, but is searched as a plain text, which is faster: a search
//! for a value in all fields reads every text.

use crate::query::find::Finder;

/// A text between word boundaries, in any case.
#[derive(Debug, Clone)]
pub(in crate::query) struct Word {
    text: String,
    finder: Finder,
    bounds: [bool; 2],
}

/// The characters that have a meaning in a pattern, and stand for themselves after a backslash.
const META: &str = r"\.+*?()|[]{}^$#&-~";

/// Letters, digits and `_`, as `\w` in a pattern.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Word {
    /// The word that a pattern asks for; `None` if it asks for more than a literal text with `\b` at its ends.
    pub fn of_pattern(pattern: &str) -> Option<Word> {
        let (start, rest) = cut(pattern, pattern.strip_prefix(r"\b"));
        let (end, rest) = cut(rest, rest.strip_suffix(r"\b"));
        let mut needle = Vec::new();
        let mut bytes = rest.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                // A backslash before a letter makes a class.
                b'\\' => needle.push(bytes.next().filter(|byte| META.contains(*byte as char))?),
                byte if byte.is_ascii() && (byte == b'-' || !META.contains(byte as char)) => {
                    needle.push(byte)
                }
                _ => return None,
            }
        }
        let [first, .., last] = needle.as_slice() else { return None };
        // A word boundary beside a sign, such as `\b-`, would demand a letter before the sign.
        let is_meant = (start || end) && (!start || is_word(*first)) && (!end || is_word(*last));
        let text = String::from_utf8(needle.to_ascii_lowercase()).ok().filter(|_| is_meant)?;
        Some(Word { finder: Finder::new(text.as_bytes()), text, bounds: [start, end] })
    }

    /// The text of the word, in lower case.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The finder of the text of the word.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Whether `text` contains the word.
    pub fn accepts(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let mut from = 0;
        while let Some(first) = self.finder.find(text, from) {
            let end = first + self.finder.len();
            let is_free = |at: Option<&u8>| !at.copied().is_some_and(is_word);
            let before = first.checked_sub(1).and_then(|at| text.get(at));
            if (!self.bounds[0] || is_free(before)) && (!self.bounds[1] || is_free(text.get(end))) {
                return true;
            }
            from = first + 1;
        }
        false
    }
}

fn cut<'a>(whole: &'a str, rest: Option<&'a str>) -> (bool, &'a str) {
    rest.map_or((false, whole), |rest| (true, rest))
}

/// The pattern that asks for `text` as a word.
pub fn word_pattern(text: &str) -> String {
    let bound = |byte: Option<&u8>| if byte.copied().is_some_and(is_word) { r"\b" } else { "" };
    let bytes = text.as_bytes();
    let mut pattern = bound(bytes.first()).to_owned();
    for c in text.chars() {
        if META.contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + bound(bytes.last())
}

#[cfg(test)]
mod tests {
    use regex_automata::meta::Regex;
    use regex_automata::util::syntax;

    use super::*;

    #[test]
    fn a_word_is_what_its_pattern_says() {
        let words =
            ["10.0.0.1", "root", "i-0abc", "/var/log", "(none)", "a_b", "AKIA1", "x y", "2001:db8::1"];
        let texts = [
            "10.0.0.1",
            "10.0.0.10",
            "110.0.0.1",
            "a 10.0.0.1:22",
            "10.0.0.1_",
            "root",
            "rootkit",
            "ROOT,",
            "é root",
            "éroot",
            "i-0abc/x",
            "AROA:i-0ABC",
            "/var/log/x",
            "x/var/log",
            "(none)",
            "a_b-c",
            "aa_b",
            "akia1 akia12",
            "akia12 akia1",
            "x yz",
            "x y",
            "[2001:db8::1]",
            "2001:db8::12",
            "",
        ];
        for word in words {
            let pattern = word_pattern(word);
            let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(true);
            let regex = Regex::builder().syntax(syntax).build(&pattern).expect("it is a pattern");
            let Some(found) = Word::of_pattern(&pattern) else {
                assert!(!word.starts_with(is_word_char) && !word.ends_with(is_word_char), "{word}");
                continue;
            };
            for text in texts {
                assert_eq!(found.accepts(text), regex.is_match(text), "{word} in {text}");
            }
        }
    }

    fn is_word_char(c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_'
    }

    #[test]
    fn other_patterns_are_none() {
        for pattern in
            [r"\ba.c\b", r"\ba\dc\b", "abc", r"\b\b", r"\b(a|b)\b", r"\b\.a\b", r"\ba*\b", r"\bé\b"]
        {
            assert!(Word::of_pattern(pattern).is_none(), "{pattern}");
        }
    }
}
