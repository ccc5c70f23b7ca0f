//! Regular expressions with named groups, and grok patterns.

use std::ops::Range;

use regex_automata::meta::{self, Regex};
use regex_automata::util::syntax;

use super::grok;
use super::operation::{Operation, Parts};
use super::options::{Options, wrong};
use crate::base::text::quoted;
use crate::base::{Error, limits};

/// Compiles a regular expression. Matching takes linear time; `\w`, `\d`, `\b` and case are ASCII. `place` maps a
/// range of `pattern` to the range of `typed`, the text that the analyst typed.
pub(super) fn compile(
    pattern: &str,
    typed: &str,
    ignores_case: bool,
    place: impl Fn(Range<usize>) -> Range<usize>,
) -> Result<Regex, Error> {
    let marked = |message: String, at: Range<usize>, expected: &str| {
        wrong(message).at(at).within(typed).expecting(expected)
    };
    if typed.len() > limits::PATTERN_BYTES {
        let message = format!("pattern is {} bytes long, limit {}", typed.len(), limits::PATTERN_BYTES);
        return Err(marked(message, 0..typed.len(), "a shorter pattern"));
    }
    let config = meta::Config::new().utf8_empty(false).nfa_size_limit(Some(limits::PATTERN_COMPILED_BYTES));
    // Unicode's tables would weigh more than the rest of the engine.
    let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(ignores_case);
    meta::Builder::new().configure(config).syntax(syntax).build(pattern).map_err(|error| {
        if error.size_limit().is_some() {
            let limit = limits::PATTERN_COMPILED_BYTES;
            let message = format!("pattern compiles to more than {limit} bytes");
            return marked(message, 0..typed.len(), "a simpler pattern");
        }
        let (reason, at) = match error.syntax_error() {
            Some(regex_syntax::Error::Parse(error)) => (error.kind().to_string(), Some(error.span())),
            Some(regex_syntax::Error::Translate(error)) => (error.kind().to_string(), Some(error.span())),
            _ => (error.to_string(), None),
        };
        let at = at.map_or(0..typed.len(), |span| place(span.start.offset..span.end.offset));
        marked(format!("pattern cannot be read: {reason}"), at, "a regular expression")
    })
}

/// The named groups of a pattern. A range that would cut a character is extended to the whole character.
#[derive(Debug)]
pub(super) struct Groups {
    regex: Regex,
    /// The number and name of each named group.
    names: Vec<(usize, String)>,
    /// The number of each wanted group, and the place of its part.
    wanted: Vec<(usize, usize)>,
}

impl Groups {
    pub fn regex(options: &mut Options<'_>) -> Result<Groups, Error> {
        let typed = pattern_of(options)?;
        let regex = compile(typed, typed, options.flag("ignoreCase", false)?, |at| at)?;
        let names = regex.group_info().pattern_names(regex_automata::PatternID::ZERO).enumerate();
        let names: Vec<(usize, String)> =
            names.filter_map(|(group, name)| Some((group, name?.to_owned()))).collect();
        Groups::of(regex, names, typed, "(?<name>…)")
    }

    pub fn grok(options: &mut Options<'_>) -> Result<Groups, Error> {
        let typed = pattern_of(options)?;
        let expanded = grok::expand(typed)?;
        let ignores_case = options.flag("ignoreCase", false)?;
        let regex = compile(&expanded.pattern, typed, ignores_case, |at| expanded.place(at))?;
        let names = regex.group_info().pattern_names(regex_automata::PatternID::ZERO).enumerate();
        let name = |name: &str| expanded.names.get(name).cloned().unwrap_or_else(|| name.to_owned());
        let names: Vec<(usize, String)> =
            names.filter_map(|(group, group_name)| Some((group, name(group_name?)))).collect();
        Groups::of(regex, names, typed, "%{WORD:name}")
    }

    fn of(regex: Regex, names: Vec<(usize, String)>, typed: &str, example: &str) -> Result<Groups, Error> {
        if names.is_empty() {
            let error = wrong("pattern has no named group").at(0..typed.len()).within(typed);
            return Err(error.expecting(format!("a group with a name: {example}")));
        }
        Ok(Groups { regex, names, wanted: Vec::new() })
    }
}

fn pattern_of<'j>(options: &mut Options<'j>) -> Result<&'j str, Error> {
    options.text("pattern", limits::GROK_BYTES)?.ok_or_else(|| wrong("pattern is missing"))
}

impl Operation for Groups {
    fn usual_parts(&self) -> Option<Vec<String>> {
        // Alternatives in a grok pattern may have the same name.
        let mut parts: Vec<String> = Vec::new();
        for (_, name) in &self.names {
            if !parts.contains(name) {
                parts.push(name.clone());
            }
        }
        Some(parts)
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        self.wanted.clear();
        for (place, part) in parts.iter().enumerate() {
            let before = self.wanted.len();
            let groups = self.names.iter().filter(|(_, name)| name == part);
            self.wanted.extend(groups.map(|&(group, _)| (group, place)));
            if self.wanted.len() == before {
                return Err(wrong(format!("pattern has no group {}", quoted(part))));
            }
        }
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        let mut captures = self.regex.create_captures();
        self.regex.captures(text, &mut captures);
        for &(group, place) in &self.wanted {
            if let Some(span) = captures.get_group(group) {
                parts.put(place, whole_characters(text, span.range()));
            }
        }
        captures.is_match()
    }

    fn names_columns(&self) -> bool {
        true
    }
}

/// The range, extended until it cuts no character.
pub(super) fn whole_characters(text: &str, range: Range<usize>) -> Range<usize> {
    let (mut first, mut end) = (range.start, range.end);
    while !text.is_char_boundary(first) {
        first -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    first..end
}
