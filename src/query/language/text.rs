//! Tests for one text.

use std::ops::Range;

use regex_automata::meta;
use regex_automata::util::syntax;

use super::ast::{At, Comparison};
use super::value::{Network, Number};
use super::word::Word;
use crate::base::{Error, ErrorKind, Timestamp, limits};
use crate::query::find::Finder;

/// A test for one text. It is made once for each plan, and applied once to each distinct text.
#[derive(Debug)]
pub(in crate::query) enum TextTest {
    /// Any text.
    Anything,
    /// Exactly this text, with its upper and lower case.
    Exactly(String),
    /// Text that matches a pattern in any case, or that is an address in a network or a time in a range.
    Like { pattern: Pattern, network: Option<Network>, moment: Option<Range<i64>> },
    /// A number or a time that compares in this way with the given one.
    Compare { comparison: Comparison, number: Option<Number>, moment: Option<Range<i64>> },
    /// A regular expression.
    Matches(Box<meta::Regex>),
    /// A regular expression that asks only for a word.
    Word(Word),
}

impl TextTest {
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            TextTest::Anything => true,
            TextTest::Exactly(wanted) => text == wanted,
            TextTest::Like { pattern, network, moment } => {
                pattern.accepts(text)
                    || network.is_some_and(|network| network.contains(text))
                    || moment.as_ref().is_some_and(|moment| is_within(text, moment))
            }
            TextTest::Compare { comparison, number, moment } => compare(*comparison, *number, moment, text),
            TextTest::Matches(regex) => regex.is_match(text),
            TextTest::Word(word) => word.accepts(text),
        }
    }

    /// The needle that every accepted text contains. It can be searched in all texts at once.
    pub fn needle(&self) -> Option<&Finder> {
        match self {
            TextTest::Word(word) => Some(word.finder()),
            TextTest::Like { pattern: Pattern::Contains(finder), network: None, moment: None } => {
                Some(finder)
            }
            _ => None,
        }
    }

    /// Whether a text with the needle may still be refused, because the needle must be a whole word.
    pub fn is_word(&self) -> bool {
        matches!(self, TextTest::Word(_))
    }

    /// Whether testing one text is slow.
    pub fn is_slow(&self) -> bool {
        !matches!(self, TextTest::Anything | TextTest::Exactly(_))
            && !matches!(self, TextTest::Like { pattern: Pattern::Whole(_), .. })
    }
}

/// Compiles a regular expression. Matching takes linear time; `\w`, `\d`, `\b` and case are ASCII, and `.` is one
/// byte.
pub(in crate::query) fn compile_pattern(pattern: &str, at: &At) -> Result<meta::Regex, Error> {
    let wrong = |message: String, expected: &str| {
        Error::new(ErrorKind::Query, message).at(at.0.clone()).expecting(expected)
    };
    if pattern.len() > limits::PATTERN_BYTES {
        let message = format!("pattern is {} bytes long, limit {}", pattern.len(), limits::PATTERN_BYTES);
        return Err(wrong(message, "a shorter pattern"));
    }
    // The prefilter is off, because texts are short: if a prefilter first looks for all case variants of a literal,
    // wasm takes up to fifteen times as long as with the automaton alone.
    let config = meta::Config::new()
        .utf8_empty(false)
        .auto_prefilter(false)
        .nfa_size_limit(Some(limits::PATTERN_COMPILED_BYTES));
    // The tables of Unicode would be larger than the rest of the engine.
    let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(true);
    meta::Builder::new().configure(config).syntax(syntax).build(pattern).map_err(|error| {
        if error.size_limit().is_some() {
            let limit = limits::PATTERN_COMPILED_BYTES;
            return wrong(format!("pattern compiles to more than {limit} bytes"), "a simpler pattern");
        }
        // The parser prints the pattern with a mark under it; the reason follows after it.
        let text = error.syntax_error().map_or_else(|| error.to_string(), |error| error.to_string());
        let reason = text.rsplit("error: ").next().unwrap_or(&text).trim_end();
        wrong(format!("pattern cannot be read: {reason}"), "a regular expression")
    })
}

fn is_within(text: &str, moment: &Range<i64>) -> bool {
    Timestamp::parse_rfc3339(text.as_bytes()).is_some_and(|time| moment.contains(&time.0))
}

fn compare(comparison: Comparison, number: Option<Number>, moment: &Option<Range<i64>>, text: &str) -> bool {
    if let Some(number) = number
        && let Some(found) = Number::parse(text)
    {
        return found.compare(number).is_some_and(|order| match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        });
    }
    moment.as_ref().is_some_and(|moment| is_within(text, &side_of(comparison, moment)))
}

/// The times that compare in this way with `moment`: `<=` a day includes all times of that day.
pub(in crate::query) fn side_of(comparison: Comparison, moment: &Range<i64>) -> Range<i64> {
    match comparison {
        Comparison::Less => i64::MIN..moment.start,
        Comparison::LessOrEqual => i64::MIN..moment.end,
        Comparison::Greater => moment.end..i64::MAX,
        Comparison::GreaterOrEqual => moment.start..i64::MAX,
    }
}

/// A text with wildcards that ignores case. If all parts are ASCII, only the case of ASCII letters is ignored;
/// otherwise, texts are compared in the lower case of Unicode.
#[derive(Debug)]
pub(in crate::query) enum Pattern {
    /// The whole text equals this ASCII text, which is in lower case.
    Whole(String),
    /// The text contains this ASCII text.
    Contains(Finder),
    /// The text contains these ASCII texts in this order without overlap: `first` at its start, `last` at its end.
    Ascii { first: String, middle: Vec<Finder>, last: String },
    /// The same for parts that are not ASCII. The parts are in lower case; `["", "é", ""]` asks for a text that
    /// contains `é`.
    Unicode(Vec<String>),
}

impl Pattern {
    /// The pattern of `parts` with wildcards between them.
    pub fn new(parts: &[impl AsRef<str>]) -> Pattern {
        // The parts before they are lowered: the lower case of the Kelvin sign is an ASCII k, but a text must match
        // itself.
        let is_ascii = parts.iter().all(|part| part.as_ref().is_ascii());
        let parts: Vec<String> = parts.iter().map(|part| lower(part.as_ref())).collect();
        if !is_ascii {
            return Pattern::Unicode(parts);
        }
        let [first, inner @ .., last] = &parts[..] else { return Pattern::Whole(parts.concat()) };
        let needles = inner.iter().filter(|part| !part.is_empty());
        let mut middle: Vec<Finder> = needles.map(|part| Finder::new(part.as_bytes())).collect();
        match middle.pop() {
            Some(needle) if first.is_empty() && last.is_empty() && middle.is_empty() => {
                Pattern::Contains(needle)
            }
            needle => {
                middle.extend(needle);
                Pattern::Ascii { first: first.clone(), middle, last: last.clone() }
            }
        }
    }

    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Pattern::Whole(wanted) => text.eq_ignore_ascii_case(wanted),
            Pattern::Contains(finder) => finder.find(text.as_bytes(), 0).is_some(),
            Pattern::Ascii { first, middle, last } => ascii(text.as_bytes(), first, middle, last),
            Pattern::Unicode(parts) => {
                let is_out = text.is_ascii() && parts.iter().any(|part| !part.is_ascii());
                !is_out && unicode(&lower(text), parts)
            }
        }
    }
}

/// The lower case of a text, letter by letter. Both small sigmas become the same letter: which sigma is right depends
/// on the next letter, and a wildcard has no next letter.
pub(in crate::query) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

fn ascii(text: &[u8], first: &str, middle: &[Finder], last: &str) -> bool {
    let Some(end) = text.len().checked_sub(last.len()).filter(|&end| end >= first.len()) else {
        return false;
    };
    if !text[..first.len()].eq_ignore_ascii_case(first.as_bytes())
        || !text[end..].eq_ignore_ascii_case(last.as_bytes())
    {
        return false;
    }
    let mut at = first.len();
    middle.iter().all(|finder| match finder.find(&text[..end], at) {
        Some(found) => {
            at = found + finder.len();
            true
        }
        None => false,
    })
}

fn unicode(text: &str, parts: &[String]) -> bool {
    let [first, middle @ .., last] = parts else { return parts.first().is_some_and(|whole| whole == text) };
    let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
    middle.iter().all(|part| match rest.find(part.as_str()) {
        Some(found) => {
            rest = &rest[found + part.len()..];
            true
        }
        None => false,
    })
}
