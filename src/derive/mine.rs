//! Finds templates of the lines that a program writes: which words are constant and which words vary.
//!
//! A line consists of words and of separators between the words. Lines with the same separators and mostly the same
//! words belong to one template. A word is a variable of the template if it differs between lines, or if it is a
//! number, an address or a time.

use std::fmt::Write;
use std::net::IpAddr;

/// The number of templates that are kept while reading, and the number that are returned.
const TEMPLATES: usize = 100;
const GIVEN: usize = 4;
/// The number of words of a line that are compared; the rest of the line is one variable.
const WORDS: usize = 40;

/// The kind of a word, whatever its text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Number,
    Address,
    Time,
    Hexadecimal,
}

impl Class {
    fn of(word: &str) -> Class {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return Class::Number;
        }
        if word.parse::<IpAddr>().is_ok() {
            return Class::Address;
        }
        let is_hex = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex && word.bytes().any(|byte| byte.is_ascii_digit()) {
            return Class::Hexadecimal;
        }
        let has_date = crate::base::time::iso(word.as_bytes()).is_some_and(|(_, n)| n == word.len());
        if has_date { Class::Time } else { Class::Word }
    }

    /// The name of the grok pattern for words of this kind.
    fn pattern(self) -> &'static str {
        match self {
            Class::Word => "NOTSPACE",
            Class::Number => "INT",
            Class::Address => "IP",
            Class::Time => "TIMESTAMP_ISO8601",
            Class::Hexadecimal => "BASE16NUM",
        }
    }
}

/// A word of a template: its text, if all lines have the same.
#[derive(Debug, Clone)]
struct Word<'v> {
    class: Class,
    constant: Option<&'v str>,
}

#[derive(Debug)]
struct Template<'v> {
    /// The separators before each word and after the last word.
    between: Vec<&'v str>,
    words: Vec<Word<'v>>,
    n_lines: usize,
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || "_.:/@+-".contains(c)
}

impl<'v> Template<'v> {
    fn of(line: &'v str) -> Template<'v> {
        let (mut between, mut words) = (Vec::new(), Vec::new());
        let mut rest = line;
        while words.len() < WORDS {
            let Some(first) = rest.find(is_of_word) else { break };
            let end = rest[first..].find(|c| !is_of_word(c)).map_or(rest.len(), |end| first + end);
            // The full stop of a sentence is not part of its last word.
            let word = rest[first..end].trim_end_matches(['.', ':', '-']);
            if word.is_empty() {
                between.push(&rest[..end]);
                words.push(Word { class: Class::Word, constant: Some("") });
                rest = &rest[end..];
                continue;
            }
            let class = Class::of(word);
            between.push(&rest[..first]);
            words.push(Word { class, constant: Some(word).filter(|_| class == Class::Word) });
            rest = &rest[first + word.len()..];
        }
        between.push(rest);
        Template { between, words, n_lines: 1 }
    }

    /// Whether the line belongs to this template: it has the same separators and most of the constant words.
    fn takes(&self, line: &Template<'_>) -> bool {
        if self.between != line.between {
            return false;
        }
        let pairs = || self.words.iter().zip(&line.words);
        let n_same = pairs().filter(|(a, b)| a.class != Class::Word || a.constant == b.constant).count();
        let is_alike = pairs().all(|(a, b)| a.class == b.class || a.constant.is_none());
        is_alike && n_same * 10 >= self.words.len() * 7
    }

    fn add(&mut self, line: &Template<'v>) {
        self.n_lines += 1;
        for (word, other) in self.words.iter_mut().zip(&line.words) {
            if word.constant != other.constant {
                word.constant = None;
            }
            if word.class != other.class {
                word.class = Class::Word;
            }
        }
    }

    /// Whether the template is useful: it has constant words and variables.
    fn is_telling(&self) -> bool {
        let n_constant =
            self.words.iter().filter(|word| word.constant.is_some_and(|text| !text.is_empty())).count();
        self.n_lines >= 2 && n_constant > 0 && self.words.iter().any(|word| word.constant.is_none())
    }

    /// The template as a grok pattern. A variable gets the name of the word before it.
    fn pattern(&self) -> String {
        let mut pattern = "^".to_owned();
        let mut names: Vec<String> = Vec::new();
        let mut before = "";
        for (between, word) in self.between.iter().zip(&self.words) {
            escape(between, &mut pattern);
            match word.constant {
                Some(text) => {
                    escape(text, &mut pattern);
                    before = text;
                }
                None => {
                    let name = name_of(word.class, before, &names);
                    write!(pattern, "%{{{}:{name}}}", word.class.pattern()).expect("a string takes all");
                    names.push(name);
                    before = "";
                }
            }
        }
        match self.between.last() {
            Some(rest) if self.words.len() == WORDS && !rest.is_empty() => pattern.push_str("(?s:.*)"),
            Some(rest) => escape(rest, &mut pattern),
            None => {}
        }
        pattern.push('$');
        pattern
    }
}

fn name_of(class: Class, before: &str, taken: &[String]) -> String {
    let before = before.to_ascii_lowercase();
    let is_name =
        !before.is_empty() && before.len() <= 20 && before.bytes().all(|byte| byte.is_ascii_alphabetic());
    let name = match class {
        Class::Address => "ip",
        Class::Time => "time",
        _ if ["for", "user", "by"].contains(&before.as_str()) => "user",
        _ if is_name => before.as_str(),
        Class::Number => "number",
        Class::Hexadecimal => "id",
        Class::Word => "word",
    };
    let is_free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|n| format!("{name}{n}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).expect("numbers do not end")
}

/// Appends the pattern that matches `text` literally.
fn escape(text: &str, pattern: &mut String) {
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
}

/// The patterns of the templates that most of `values` belong to, the most frequent first.
pub(super) fn templates(values: &[&str]) -> Vec<String> {
    let mut templates: Vec<Template<'_>> = Vec::new();
    for line in values.iter().map(|value| Template::of(value)) {
        match templates.iter().position(|template| template.takes(&line)) {
            Some(at) => templates[at].add(&line),
            None if templates.len() < TEMPLATES => templates.push(line),
            None => {}
        }
    }
    templates.retain(Template::is_telling);
    templates.sort_by_key(|template| std::cmp::Reverse(template.n_lines));
    templates.iter().take(GIVEN).map(Template::pattern).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_change_are_variables() {
        let lines = [
            "Failed password for root from 192.0.2.7 port 40022 ssh2",
            "Failed password for admin from 192.0.2.7 port 40028 ssh2",
            "session opened for user root by (uid=0)",
            "Failed password for root from 198.51.100.3 port 40030 ssh2",
        ];
        assert_eq!(
            templates(&lines),
            ["^Failed password for %{NOTSPACE:user} from %{IP:ip} port %{INT:port} ssh2$"]
        );
    }
}
