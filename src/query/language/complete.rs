//! Completion: the place of the cursor in a text, and the choices for this place.

use std::ops::Range;

use super::ast::{Glob, Query};
use super::parse::{Parser, Role};
use super::tokens::{Token, TokenKind, tokens};
use crate::base::limits;

/// The kind of text that a place takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The name of a field, or a keyword.
    Field {
        /// Whether a clause precedes the place, so that `and` and `or` may follow.
        is_after_clause: bool,
        /// Whether an operator already follows the place.
        has_operator: bool,
    },
    /// An operator.
    Operator,
    /// A value of a field.
    Value {
        /// The name of the field, as the text has it.
        field: String,
    },
    /// `and` or `or`, also between the values in brackets.
    Keyword {
        /// Whether a space must separate the keyword from the text before it.
        needs_space: bool,
    },
    /// Nothing that can be proposed: a place in a pattern or in a quoted text.
    Nothing,
}

/// The place of the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The kind of text that the place takes.
    pub wanted: Wanted,
    /// The bytes that a choice replaces: the word that contains the cursor.
    pub at: Range<usize>,
    /// The word up to the cursor, without quotes and escapes.
    pub typed: String,
    /// The query without the clause that contains the cursor: values are chosen among its rows.
    pub others: String,
}

/// A proposed text for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The text that replaces [`Place::at`].
    pub insert: String,
    /// The label of the choice: the name of the field, the value without quotes, or the operator.
    pub label: String,
    /// The meaning of the choice.
    pub detail: String,
    /// The number of rows that have the value, if it is known.
    pub count: Option<u64>,
}

impl Choice {
    fn word(insert: &str, label: &str, detail: &str) -> Choice {
        Choice { insert: insert.into(), label: label.into(), detail: detail.into(), count: None }
    }
}

impl Place {
    /// The place of the byte `cursor` in `text`; `is_field` tells which names are fields.
    pub fn of(text: &str, cursor: usize, is_field: impl Fn(&str) -> bool) -> Place {
        let cursor = text.floor_char_boundary(cursor);
        let head = tokens(&text[..cursor]);
        let last = head.last().filter(|last| last.at.end == cursor);
        let (wanted, at, typed) = match last.filter(|last| is_word(last)) {
            Some(word) => {
                let whole = tokens(text).into_iter().find(|token| token.at.start == word.at.start);
                let end = whole.as_ref().map_or(cursor, |token| token.at.end);
                let typed = &text[word.at.clone()];
                let wanted = match word.field {
                    Some(field) => Wanted::Value { field: name(&text[head[field].at.clone()]) },
                    None if typed.starts_with('"') => Wanted::Nothing,
                    None => Wanted::Field {
                        is_after_clause: is_end_of_clause(text, head.iter().nth_back(1)),
                        has_operator: whole.is_some_and(|token| token.kind == TokenKind::Field),
                    },
                };
                (wanted, word.at.start..end, name(typed))
            }
            None => {
                let wanted = wanted_after(text, cursor, &head, is_field);
                let first = match (&wanted, head.last()) {
                    (Wanted::Operator, Some(last)) => last.at.end,
                    _ => cursor,
                };
                (wanted, first..cursor, String::new())
            }
        };
        let is_value = matches!(wanted, Wanted::Value { .. });
        let others = if is_value { without_clause(text, &at) } else { String::new() };
        Place { wanted, at, typed, others }
    }

    /// The fields that fit the typed text, and keywords. `all` are the fields, each with its meaning and its number of
    /// rows with a value.
    pub fn fields<'f>(&self, all: impl Iterator<Item = (&'f str, &'f str, u64)>) -> Vec<Choice> {
        let Wanted::Field { is_after_clause, has_operator } = self.wanted else { return Vec::new() };
        let typed = self.typed.to_lowercase();
        let mut fitting: Vec<_> = all
            .filter_map(|(name, meaning, n_rows)| {
                Some((fit(&typed, name)?, u64::MAX - n_rows, name, meaning))
            })
            .collect();
        fitting.sort_unstable();
        let choices = fitting.into_iter().map(|(_, rest, name, meaning)| {
            let written = Glob::text(name).to_string();
            Choice {
                insert: if has_operator { written } else { format!("{written}: ") },
                label: name.to_owned(),
                detail: meaning.to_owned(),
                count: Some(u64::MAX - rest),
            }
        });
        let keywords = KEYWORDS.iter().filter(|(word, _)| {
            !typed.is_empty()
                && word.starts_with(&typed)
                && (is_after_clause || *word == "not")
                && !has_operator
        });
        let keywords = keywords.map(|(word, meaning)| Choice::word(&format!("{word} "), word, meaning));
        keywords.chain(choices).take(limits::CHOICES).collect()
    }

    /// The operators or the keywords for this place.
    pub fn words(&self) -> Vec<Choice> {
        match self.wanted {
            Wanted::Operator => OPERATORS
                .iter()
                .map(|(insert, label, meaning)| Choice::word(insert, label, meaning))
                .collect(),
            Wanted::Keyword { needs_space } => {
                let space = if needs_space { " " } else { "" };
                let joining = KEYWORDS[..2].iter();
                joining
                    .map(|(word, meaning)| Choice::word(&format!("{space}{word} "), word, meaning))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The values as choices, in this order, each with its number of rows if it is known.
    pub fn values<'v>(&self, all: impl Iterator<Item = (&'v str, Option<u64>)>) -> Vec<Choice> {
        let choices = all.take(limits::CHOICES).map(|(value, n_rows)| Choice {
            insert: Glob::text(value).to_string(),
            label: value.to_owned(),
            detail: String::new(),
            count: n_rows,
        });
        choices.collect()
    }
}

/// `and` and `or`, which join clauses, and then `not`.
const KEYWORDS: [(&str, &str); 3] =
    [("and", "both must hold"), ("or", "one of the two is enough"), ("not", "what follows must not hold")];

/// The text of an operator, its label and its meaning.
const OPERATORS: [(&str, &str, &str); 9] = [
    (": ", ":", "is, whatever the case; has as a part, in free text"),
    (" = ", "=", "is exactly, case and all"),
    (": *", ": *", "has a value"),
    (": (", ": ( … )", "is any of these: (a or b)"),
    (" ~ /", "~", "matches a regular expression: /pattern/"),
    (" > ", ">", "more than, later than"),
    (" >= ", ">=", "at least, from then on"),
    (" < ", "<", "less than, before"),
    (" <= ", "<=", "at most, until then"),
];

/// Whether further letters would extend this token.
fn is_word(token: &Token) -> bool {
    match token.kind {
        TokenKind::Word | TokenKind::Value => true,
        // `or` may be the beginning of a field's name.
        TokenKind::Keyword => token.field.is_none(),
        _ => false,
    }
}

/// The kind of text that may follow the tokens, if no word is being typed.
fn wanted_after(text: &str, cursor: usize, head: &[Token], is_field: impl Fn(&str) -> bool) -> Wanted {
    let Some(last) = head.last() else {
        return Wanted::Field { is_after_clause: false, has_operator: false };
    };
    let written = &text[last.at.clone()];
    let is_touched = last.at.end == cursor;
    match last.kind {
        TokenKind::Operator if written == "~" => Wanted::Nothing,
        TokenKind::Pattern if is_touched => Wanted::Nothing,
        TokenKind::Word if is_field(&name(written)) => Wanted::Operator,
        _ if is_end_of_clause(text, Some(last)) => Wanted::Keyword { needs_space: is_touched },
        _ => match last.field {
            Some(field) => Wanted::Value { field: name(&text[head[field].at.clone()]) },
            None => Wanted::Field { is_after_clause: false, has_operator: false },
        },
    }
}

/// Whether a clause, or a value in brackets, may end with this token.
fn is_end_of_clause(text: &str, token: Option<&Token>) -> bool {
    token.is_some_and(|token| match token.kind {
        TokenKind::Word | TokenKind::Value | TokenKind::Pattern => true,
        TokenKind::Bracket => &text[token.at.clone()] == ")",
        TokenKind::Field | TokenKind::Operator | TokenKind::Keyword => false,
    })
}

/// The text that a word means: without quotes, of which the closing one may be missing, without escapes, and up to its
/// first `*`.
fn name(word: &str) -> String {
    if word.starts_with('"') {
        let closed = format!("{word}\"");
        let text = Parser::new(word).quoted_text().or_else(|_| Parser::new(&closed).quoted_text());
        return text.unwrap_or_else(|_| word[1..].to_owned());
    }
    let mut parser = Parser::new(word);
    match parser.escaped_keyword(Role::Value) {
        Some(keyword) => keyword.parts.concat(),
        None => {
            parser.bare_parts(Role::Value).map_or_else(|_| word.to_owned(), |mut parts| parts.swap_remove(0))
        }
    }
}

/// `text` with the clause whose value is at `at` replaced by `*`, which accepts every row.
fn without_clause(text: &str, at: &Range<usize>) -> String {
    // The inserted `*` keeps the next word from being read as the value that is still missing.
    let text =
        if at.is_empty() { format!("{}* {}", &text[..at.start], &text[at.start..]) } else { text.to_owned() };
    let tokens = tokens(&text);
    let value = tokens.iter().find(|token| token.at.start == at.start);
    let Some(field) = value.and_then(|value| value.field) else { return String::new() };
    let n_nots = tokens[..field]
        .iter()
        .rev()
        .take_while(|token| {
            token.kind == TokenKind::Keyword && text[token.at.clone()].eq_ignore_ascii_case("not")
        })
        .count();
    let first = tokens[field - n_nots].at.start;
    let last = tokens[field + 1..].iter().take_while(|token| token.field == Some(field)).last();
    let end = last.map_or(text.len(), |token| token.at.end);
    let others = format!("{}*{}", &text[..first], &text[end..]);
    Query::parse(&others).map(|_| others.trim().to_owned()).unwrap_or_default()
}

/// How well a name fits the typed text; lower is better. `None` if it does not fit. `typed` must be in lower case.
fn fit(typed: &str, name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name.starts_with(typed) {
        return Some(0);
    }
    if name.split(['.', ']']).any(|part| part.starts_with(typed)) {
        return Some(1);
    }
    name.contains(typed).then_some(2)
}
