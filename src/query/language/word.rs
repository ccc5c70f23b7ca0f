//! A text between word boundaries: `10.0.0.1` in `from 10.0.0.1 port 22`, and not in `10.0.0.10`.
//!
//! It means what the pattern `\b10\.0\.0\.1\b` means, and is looked for as a text is: a question for a value anywhere goes
//! through every text there is.

use crate::query::find::Finder;

/// A text that stands between word boundaries, whatever the case of its letters.
#[derive(Debug, Clone)]
pub(in crate::query) struct Word {
    text: String,
    finder: Finder,
    bounds: [bool; 2],
}

/// What has a meaning in a pattern, and means itself behind a backslash.
const META: &str = r"\.+*?()|[]{}^$#&-~";

/// Letters, digits and `_`, as in a pattern.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Word {
    /// The word that a pattern asks for, where it asks for nothing else: a literal text with `\b` at its ends.
    pub fn of_pattern(pattern: &str) -> Option<Word> {
        let (start, rest) = cut(pattern, pattern.strip_prefix(r"\b"));
        let (end, rest) = cut(rest, rest.strip_suffix(r"\b"));
        let mut needle = Vec::new();
        let mut bytes = rest.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                // A letter behind it is a class.
                b'\\' => needle.push(bytes.next().filter(|byte| META.contains(*byte as char))?),
                byte if byte.is_ascii() && (byte == b'-' || !META.contains(byte as char)) => {
                    needle.push(byte)
                }
                _ => return None,
            }
        }
        let [first, .., last] = needle.as_slice() else { return None };
        // At a sign, a boundary would ask for a letter beside it.
        let is_meant = (start || end) && (!start || is_word(*first)) && (!end || is_word(*last));
        let text = String::from_utf8(needle.to_ascii_lowercase()).ok().filter(|_| is_meant)?;
        Some(Word { finder: Finder::new(text.as_bytes()), text, bounds: [start, end] })
    }

    /// The text itself, in lower case.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What finds the text itself.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Whether `text` has the word.
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
            let Some(own) = Word::of_pattern(&pattern) else {
                assert!(!word.starts_with(is_word_char) && !word.ends_with(is_word_char), "{word}");
                continue;
            };
            for text in texts {
                assert_eq!(own.accepts(text), regex.is_match(text), "{word} in {text}");
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
