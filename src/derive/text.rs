//! Makes a value from another value: `rename`, `trim` (white space, or `characters`), `case` (`to`: `lower` or
//! `upper`), `replace` (`find` or `pattern`, `with`), `extract` (`pattern`: its first group, or the whole match),
//! `map` (`table`: pairs of a value and its replacement; `otherwise`: `keep`, `none`; `ignoreCase`).

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use regex_automata::meta::Regex;
use regex_automata::util::interpolate;

use super::operation::{Operation, Parts};
use super::options::{Options, expected, wrong};
use super::pattern::{compile, whole_characters};
use crate::base::{Error, Json, limits};

/// The result of an operation on a value.
pub(super) enum Became {
    /// A part of the value.
    Part(Range<usize>),
    /// The text that was appended.
    Made,
}

/// Makes one value from another value.
pub(super) trait Value: fmt::Debug + Send + Sync {
    /// Makes a value from `text`: a part of `text`, or a text that is appended to `made`. `None` if `text` does not
    /// fit.
    fn value(&self, text: &str, made: &mut String) -> Option<Became>;
}

/// A [`Value`] as an operation with one part.
#[derive(Debug)]
pub(super) struct One<V> {
    value: V,
    is_wanted: bool,
}

impl<V: Value> One<V> {
    pub fn new(value: V) -> One<V> {
        One { value, is_wanted: false }
    }
}

impl<V: Value> Operation for One<V> {
    fn usual_parts(&self) -> Option<Vec<String>> {
        Some(vec!["value".to_owned()])
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        if parts != ["value"] {
            return Err(wrong("columns: expected one of the part \"value\""));
        }
        self.is_wanted = true;
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        let mut became = None;
        parts.make(0, |made| became = self.value.value(text, made));
        match became {
            Some(Became::Made) => return true,
            Some(Became::Part(range)) => {
                parts.clear();
                parts.put(0, range);
                return true;
            }
            None => parts.clear(),
        }
        false
    }
}

/// Keeps the value, under another name.
#[derive(Debug)]
pub(super) struct Rename;

impl Value for Rename {
    fn value(&self, text: &str, _: &mut String) -> Option<Became> {
        Some(Became::Part(0..text.len()))
    }
}

#[derive(Debug)]
pub(super) struct Trim {
    characters: Option<Vec<char>>,
}

impl Trim {
    pub fn new(options: &mut Options<'_>) -> Result<Trim, Error> {
        let characters = options.text("characters", limits::STEP_TEXT_BYTES)?;
        Ok(Trim { characters: characters.map(|characters| characters.chars().collect()) })
    }
}

impl Value for Trim {
    fn value(&self, text: &str, _: &mut String) -> Option<Became> {
        let is_out = |c: char| match &self.characters {
            Some(characters) => characters.contains(&c),
            None => c.is_whitespace(),
        };
        let first = text.len() - text.trim_start_matches(is_out).len();
        Some(Became::Part(first..first + text[first..].trim_end_matches(is_out).len()))
    }
}

#[derive(Debug)]
pub(super) struct Case {
    is_upper: bool,
}

impl Case {
    pub fn new(options: &mut Options<'_>) -> Result<Case, Error> {
        Ok(Case { is_upper: options.word("to", &[("lower", false), ("upper", true)])? })
    }
}

impl Value for Case {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        made.push_str(&if self.is_upper { text.to_uppercase() } else { text.to_lowercase() });
        Some(Became::Made)
    }
}

/// Replaces every match. A text without a match stays unchanged. A text that becomes longer than `limits::MADE_BYTES`
/// does not fit.
#[derive(Debug)]
pub(super) struct Replace {
    find: Find,
    with: String,
}

#[derive(Debug)]
enum Find {
    Text(String),
    Pattern(Box<Regex>),
}

impl Replace {
    pub fn new(options: &mut Options<'_>) -> Result<Replace, Error> {
        let with = options.text("with", limits::STEP_TEXT_BYTES)?.unwrap_or("").to_owned();
        let ignores_case = options.flag("ignoreCase", false)?;
        let pattern = options.text("pattern", limits::GROK_BYTES)?;
        let find = match (options.text("find", limits::STEP_TEXT_BYTES)?, pattern) {
            (Some(text), None) if !text.is_empty() && !ignores_case => Find::Text(text.to_owned()),
            (None, Some(pattern)) => {
                Find::Pattern(Box::new(compile(pattern, pattern, ignores_case, |at| at)?))
            }
            _ => return Err(wrong("expected a text to find, or a pattern (which may ignore case)")),
        };
        Ok(Replace { find, with })
    }
}

impl Value for Replace {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        let mut at = 0;
        let mut is_changed = false;
        let mut add = |made: &mut String, found: Range<usize>, with: &dyn Fn(&mut String)| {
            let found = found.start.max(at)..found.end.max(at);
            made.push_str(&text[at..found.start]);
            with(made);
            at = found.end;
            is_changed = true;
            made.len() <= limits::MADE_BYTES.max(text.len())
        };
        let fits = match &self.find {
            Find::Text(find) => text
                .match_indices(find.as_str())
                .all(|(found, _)| add(made, found..found + find.len(), &|made| made.push_str(&self.with))),
            Find::Pattern(regex) => regex.captures_iter(text).all(|captures| {
                let found = captures.get_match().map_or(0..0, |found| found.range());
                add(made, whole_characters(text, found), &|made| {
                    let group = |group: usize, made: &mut String| {
                        let span = captures.get_group(group);
                        made.push_str(span.map_or("", |span| &text[whole_characters(text, span.range())]));
                    };
                    let names =
                        |name: &str| regex.group_info().to_index(regex_automata::PatternID::ZERO, name);
                    interpolate::string(&self.with, group, names, made);
                })
            }),
        };
        if !is_changed {
            return Some(Became::Part(0..text.len()));
        }
        made.push_str(&text[at..]);
        (fits && made.len() <= limits::MADE_BYTES.max(text.len())).then_some(Became::Made)
    }
}

#[derive(Debug)]
pub(super) struct Extract {
    regex: Regex,
}

impl Extract {
    pub fn new(options: &mut Options<'_>) -> Result<Extract, Error> {
        let typed =
            options.text("pattern", limits::GROK_BYTES)?.ok_or_else(|| wrong("pattern is missing"))?;
        Ok(Extract { regex: compile(typed, typed, options.flag("ignoreCase", false)?, |at| at)? })
    }
}

impl Value for Extract {
    fn value(&self, text: &str, _: &mut String) -> Option<Became> {
        let mut captures = self.regex.create_captures();
        self.regex.captures(text, &mut captures);
        let group = if captures.group_len() > 1 { 1 } else { 0 };
        Some(Became::Part(whole_characters(text, captures.get_group(group)?.range())))
    }
}

/// Replaces a value by the second entry of its line in the table.
#[derive(Debug)]
pub(super) struct Map {
    table: HashMap<String, String>,
    ignores_case: bool,
    keeps_others: bool,
}

impl Map {
    pub fn new(options: &mut Options<'_>) -> Result<Map, Error> {
        let ignores_case = options.flag("ignoreCase", false)?;
        let keeps_others = options.word("otherwise", &[("keep", true), ("none", false)])?;
        let json = options.get("table").ok_or_else(|| wrong("table is missing"))?;
        let rows = json.as_list().ok_or_else(|| expected("table", "a list of pairs", json))?;
        if rows.len() > limits::MAP_ROWS {
            return Err(wrong(format!("table has {} lines, limit {}", rows.len(), limits::MAP_ROWS)));
        }
        let mut table = HashMap::new();
        for row in rows {
            let pair = match row.as_list() {
                Some([Json::Text(value), Json::Text(becomes)]) => Some((value, becomes)),
                _ => None,
            };
            let (value, becomes) = pair
                .filter(|(a, b)| a.len().max(b.len()) <= limits::SUGGEST_BYTES)
                .ok_or_else(|| expected("table", "pairs of texts", row))?;
            let value = if ignores_case { value.to_lowercase() } else { value.clone() };
            // If a value has two lines, the first counts, as in a spreadsheet.
            table.entry(value).or_insert_with(|| becomes.clone());
        }
        Ok(Map { table, ignores_case, keeps_others })
    }
}

impl Value for Map {
    fn value(&self, text: &str, made: &mut String) -> Option<Became> {
        let found = match self.ignores_case {
            true => self.table.get(&text.to_lowercase()),
            false => self.table.get(text),
        };
        match found {
            Some(becomes) => {
                made.push_str(becomes);
                Some(Became::Made)
            }
            None => self.keeps_others.then_some(Became::Part(0..text.len())),
        }
    }
}
