//! Yes or no to one text.

use std::ops::Range;

use regex_automata::meta;
use regex_automata::util::syntax;

use super::ast::{At, Comparison};
use super::value::{Network, Number};
use super::word::Word;
use crate::base::{Error, ErrorKind, Timestamp, limits};
use crate::query::find::Finder;

/// Yes or no to one text: made once a plan, asked once a distinct text.
#[derive(Debug)]
pub(in crate::query) enum TextTest {
    /// Any text.
    Anything,
    /// This text, case and all.
    Exactly(String),
    /// A pattern, whatever the case; or what its text means beside itself.
    Like { pattern: Pattern, network: Option<Network>, moment: Option<Range<i64>> },
    /// A number or a time on one side of another.
    Compare { comparison: Comparison, number: Option<Number>, moment: Option<Range<i64>> },
    /// A regular expression.
    Matches(Box<meta::Regex>),
    /// One that asks for a word and nothing else.
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

    /// The needle to look for in all texts at once: what a text without it is not asked for.
    pub fn needle(&self) -> Option<&Finder> {
        match self {
            TextTest::Word(word) => Some(word.finder()),
            TextTest::Like { pattern: Pattern::Contains(finder), network: None, moment: None } => {
                Some(finder)
            }
            _ => None,
        }
    }

    /// Whether a text with its needle is still to be asked.
    pub fn is_word(&self) -> bool {
        matches!(self, TextTest::Word(_))
    }

    /// Whether a test of one text is dear.
    pub fn is_slow(&self) -> bool {
        !matches!(self, TextTest::Anything | TextTest::Exactly(_))
            && !matches!(self, TextTest::Like { pattern: Pattern::Whole(_), .. })
    }
}

/// Compiles a regular expression: linear in time, ASCII for `\w`, `\d`, `\b` and case, `.` one byte.
pub(in crate::query) fn compile_pattern(pattern: &str, at: &At) -> Result<meta::Regex, Error> {
    let wrong = |message: String, expected: &str| {
        Error::new(ErrorKind::Query, message).at(at.0.clone()).expecting(expected)
    };
    if pattern.len() > limits::PATTERN_BYTES {
        let message = format!("pattern is {} bytes long, limit {}", pattern.len(), limits::PATTERN_BYTES);
        return Err(wrong(message, "a shorter pattern"));
    }
    // No prefilter: a text is short, and where all case variants of a literal are looked for first, wasm takes up to
    // fifteen times as long as the automaton alone.
    let config = meta::Config::new()
        .utf8_empty(false)
        .auto_prefilter(false)
        .nfa_size_limit(Some(limits::PATTERN_COMPILED_BYTES));
    // Unicode's tables would weigh more than the rest of the engine.
    let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(true);
    meta::Builder::new().configure(config).syntax(syntax).build(pattern).map_err(|error| {
        if error.size_limit().is_some() {
            let limit = limits::PATTERN_COMPILED_BYTES;
            return wrong(format!("pattern compiles to more than {limit} bytes"), "a simpler pattern");
        }
        // The parser shows the pattern with a mark under it; what is wrong stands behind it.
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

/// The times that stand so to `moment`: all of a day is `<=` that day.
pub(in crate::query) fn side_of(comparison: Comparison, moment: &Range<i64>) -> Range<i64> {
    match comparison {
        Comparison::Less => i64::MIN..moment.start,
        Comparison::LessOrEqual => i64::MIN..moment.end,
        Comparison::Greater => moment.end..i64::MAX,
        Comparison::GreaterOrEqual => moment.start..i64::MAX,
    }
}

/// A text with wildcards that ignores case: of ASCII letters where the pattern is ASCII, by Unicode's lower case
/// where it is not.
#[derive(Debug)]
pub(in crate::query) enum Pattern {
    /// The whole text is this ASCII text, given in lower case.
    Whole(String),
    /// It has this ASCII text somewhere.
    Contains(Finder),
    /// It has these ASCII texts in this order and not overlapping, the first at its start, the last at its end.
    Ascii { first: String, middle: Vec<Finder>, last: String },
    /// The same beyond ASCII: the parts in lower case, `["", "é", ""]` for a text somewhere.
    Unicode(Vec<String>),
}

impl Pattern {
    /// The pattern of `parts` with wildcards between them.
    pub fn new(parts: &[impl AsRef<str>]) -> Pattern {
        // As written: the Kelvin sign's lower case is an ASCII k, and a text must find itself.
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

/// Lower case letter by letter. Both small sigmas are one: which is written depends on the letter behind it, and a
/// wildcard has none.
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
