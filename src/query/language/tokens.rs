//! Splits any text into tokens, even if it is not a valid query: for colours while the analyst types, and for
//! completion.
//!
//! A valid query is split as [`Query::parse`](crate::query::Query::parse) splits it. After a mistake, reading
//! continues with the next token.

use std::ops::Range;

use super::parse::{Operator, Parser, Role};

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A field's name.
    Field,
    /// The operator between a field and its value, including operators that do not exist, such as `!=`.
    Operator,
    /// A value, including its quotes.
    Value,
    /// A word or a quoted text that is searched in all fields.
    Word,
    /// `and`, `or`, `not`.
    Keyword,
    /// `(` or `)`.
    Bracket,
    /// A regular expression, including its slashes.
    Pattern,
}

/// A part of a query's text. White space is not a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The kind of the token.
    pub kind: TokenKind,
    /// The range of the token in the text, in bytes.
    pub at: Range<usize>,
    /// For an operator or a value: the index of the token with the name of its field.
    pub field: Option<usize>,
}

/// The tokens of `text`, in order.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer =
        Lexer { parser: Parser::new(text), text, tokens: Vec::new(), brackets: Vec::new(), awaited: None };
    loop {
        lexer.parser.skip_space();
        let Some(c) = lexer.parser.peek() else { return lexer.tokens };
        lexer.token(c);
    }
}

struct Lexer<'t> {
    parser: Parser<'t>,
    text: &'t str,
    tokens: Vec<Token>,
    /// For each open bracket the field whose values it contains; `None` if it contains terms.
    brackets: Vec<Option<usize>>,
    /// The field whose operator was the last token.
    awaited: Option<usize>,
}

impl Lexer<'_> {
    fn token(&mut self, c: char) {
        let first = self.parser.at;
        let awaited = self.awaited.take();
        let field = awaited.or(self.brackets.last().copied().flatten());
        match c {
            '(' => {
                self.brackets.push(field);
                self.parser.at += 1;
                self.push(TokenKind::Bracket, first, field);
            }
            ')' => {
                let field = self.brackets.pop().flatten();
                self.parser.at += 1;
                self.push(TokenKind::Bracket, first, field);
            }
            _ => match field {
                Some(field) => self.value(field, c),
                None => self.term(c),
            },
        }
    }

    fn push(&mut self, kind: TokenKind, first: usize, field: Option<usize>) {
        self.tokens.push(Token { kind, at: first..self.parser.at, field });
    }

    fn value(&mut self, field: usize, c: char) {
        let first = self.parser.at;
        if let Some((_, end)) = self.parser.keyword(Role::Value) {
            self.parser.at = end;
            return self.push(TokenKind::Keyword, first, Some(field));
        }
        self.word(c, Role::Value);
        if self.parser.at == first {
            self.parser.at += c.len_utf8();
        }
        self.push(TokenKind::Value, first, Some(field));
    }

    fn term(&mut self, c: char) {
        let first = self.parser.at;
        if let Some((_, end)) = self.parser.keyword(Role::Term) {
            self.parser.at = end;
            return self.push(TokenKind::Keyword, first, None);
        }
        if self.parser.word_with_colons().is_some() {
            return self.push(TokenKind::Word, first, None);
        }
        self.word(c, Role::Term);
        let end = self.parser.at;
        self.parser.skip_space();
        let operator_first = self.parser.at;
        let operator = self.parser.operator();
        if operator.is_err() {
            // All operators that do not exist are two characters long.
            self.parser.at += 2;
        }
        let operator_end = self.parser.at;
        let is_alone = end == first;
        self.parser.at = end;
        if operator_end == operator_first {
            self.parser.at += if is_alone { c.len_utf8() } else { 0 };
            return self.push(TokenKind::Word, first, None);
        }
        if !is_alone {
            self.push(TokenKind::Field, first, None);
        }
        let field = self.tokens.len().checked_sub(1).filter(|_| !is_alone);
        self.parser.at = operator_end;
        self.push(TokenKind::Operator, operator_first, field);
        self.parser.skip_space();
        match operator {
            Ok(Some(Operator::Matches)) if self.parser.peek() == Some('/') => {
                let first = self.parser.at;
                // A pattern that is never closed reaches to the end of the text; the parser reports the mistake.
                let _ = self.parser.pattern();
                self.push(TokenKind::Pattern, first, field);
            }
            _ => self.awaited = field,
        }
    }

    /// Skips to the end of a bare or quoted word.
    fn word(&mut self, c: char, role: Role) {
        let first = self.parser.at;
        if c == '"' {
            if self.parser.quoted_text().is_err() {
                self.parser.at = quote_end(self.text, first);
            }
        } else if self.parser.escaped_keyword(role).is_none() {
            while self.parser.bare_parts(role).is_err() && self.parser.peek().is_some_and(|c| c != '"') {}
        }
    }
}

/// The end of a quoted text that is not valid: after its closing quote, or at the end of `text`.
fn quote_end(text: &str, first: usize) -> usize {
    let mut is_escaped = false;
    for (at, c) in text[first..].char_indices().skip(1) {
        if c == '"' && !is_escaped {
            return first + at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    text.len()
}
