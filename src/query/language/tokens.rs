//! Any text -> its tokens, right or wrong: what colours it while it is typed, and what completion goes by.
//!
//! A text that parses is cut as [`Query::parse`](crate::query::Query::parse) cuts it; one that does not is read on behind
//! the mistake.

use std::ops::Range;

use super::parse::{Operator, Parser, Role};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A field's name.
    Field,
    /// What stands between a field and its value; one that there is not, such as `!=`, among them.
    Operator,
    /// A value, its quotes included.
    Value,
    /// A word or a quoted text that is looked for in all fields.
    Word,
    /// `and`, `or`, `not`.
    Keyword,
    /// `(` or `)`.
    Bracket,
    /// A regular expression, its slashes included.
    Pattern,
}

/// A part of a query's text; white space is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes in the text.
    pub at: Range<usize>,
    /// Which token is the name of the field that this one belongs to: for an operator, and for what is behind it.
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
    /// Of each open bracket the field whose values it holds; `None` for terms.
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
            // All that there are not are two characters long.
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
                // Where it is never closed, it goes on to the end; what is wrong is for the parser to say.
                let _ = self.parser.pattern();
                self.push(TokenKind::Pattern, first, field);
            }
            _ => self.awaited = field,
        }
    }

    /// Goes to the end of a bare or quoted word.
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

/// Where a quoted text that cannot be read ends: behind its closing quote, or at the end of `text`.
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
