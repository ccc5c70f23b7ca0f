//! Parses the text of an analyst into a [`Query`].
//!
//! ```text
//! query   = [ any ]
//! any     = all { "or" all }                                          of terms, and of values in brackets
//! all     = one { [ "and" ] one }
//! one     = "not" one | "(" any ")" | term
//! term    = word | name ":" value | name "=" value | name compare value | name "~" "/" pattern "/"
//! value   = word | "(" any ")"
//! compare = "<" | "<=" | ">" | ">="
//! ```
//!
//! A word is bare or quoted. A bare word ends at white space, a bracket or a quote; a bare term also ends at `:`, `=`,
//! `<`, `>`, `~` and `!=`, because the text before them is a name. As an exception, a bare term that is an IPv6
//! address or a time may contain colons. `*` in a bare word is a wildcard.
//! A backslash removes the special meaning of the character after it. Before a letter or a digit a backslash is an
//! ordinary character, so that `CORP\alice` and `"C:\Windows"` mean what they show; but `\and`, `\or` and `\not` are
//! words, and `\u{202e}` is the character with that number.
//! Upper and lower case are equal: `AND` is `and`, and a pattern ignores case unless it contains `(?-i)`. Only `=`
//! distinguishes case.

use std::ops::Range;
use std::str::FromStr;

use super::ast::{At, Clause, Comparison, Glob, Node, Query, Test, Tree};
use super::text::compile_pattern;
use super::value::{Moment, Network, Number};
use crate::base::event::TIMESTAMP;
use crate::base::text::quoted;
use crate::base::{Error, ErrorKind, limits};

impl Query {
    /// Reads a query. Empty text accepts every event.
    ///
    /// # Errors
    /// If the text breaks the grammar; the error has the wrong range and what the grammar expects there. Also if a
    /// value is not valid for its operator: a number, a time, or a pattern that compiles.
    pub fn parse(text: &str) -> Result<Query, Error> {
        if text.len() > limits::QUERY_BYTES {
            let message = format!("query is {} bytes long, limit {}", text.len(), limits::QUERY_BYTES);
            return Err(error(0..text.len(), message, "a shorter query"));
        }
        let mut parser = Parser::new(text);
        parser.skip_space();
        if parser.rest().is_empty() {
            return Ok(Query::default());
        }
        let root = parser.any::<Clause>()?;
        match parser.peek() {
            None => Ok(Query { root: Some(root) }),
            Some(c) => Err(error(parser.span(c), "\")\" closes no bracket", "a term, \"and\" or \"or\"")),
        }
    }
}

impl FromStr for Query {
    type Err = Error;

    fn from_str(text: &str) -> Result<Query, Error> {
        Query::parse(text)
    }
}

fn error(at: Range<usize>, message: impl Into<String>, expected: &str) -> Error {
    Error::new(ErrorKind::Query, message).at(at).expecting(expected)
}

/// The role of a bare word, which decides where the word ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Term,
    Value,
}

impl Role {
    fn noun(self) -> &'static str {
        match self {
            Role::Term => "a term",
            Role::Value => "a value",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
}

#[derive(Clone, Copy)]
pub(super) enum Operator {
    Is,
    Equals,
    Compare(Comparison),
    Matches,
}

/// A leaf in a tree of `and`, `or` and `not`.
trait Leaf: Sized {
    const ROLE: Role;
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error>;
}

impl Leaf for Clause {
    const ROLE: Role = Role::Term;
    fn read(parser: &mut Parser<'_>) -> Result<Clause, Error> {
        parser.clause()
    }
}

impl Leaf for Glob {
    const ROLE: Role = Role::Value;
    fn read(parser: &mut Parser<'_>) -> Result<Glob, Error> {
        parser.value()
    }
}

pub(super) struct Parser<'t> {
    text: &'t str,
    /// The cursor, in bytes.
    pub(super) at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Parser<'t> {
        Parser { text, at: 0, depth: 0 }
    }

    fn any<T: Leaf>(&mut self) -> Result<Tree<T>, Error> {
        let mut children = vec![self.all()?];
        while self.take_keyword(Keyword::Or, T::ROLE) {
            children.push(self.all()?);
        }
        Ok(joined(children, Node::Or))
    }

    fn all<T: Leaf>(&mut self) -> Result<Tree<T>, Error> {
        let mut children = vec![self.one()?];
        while self.take_keyword(Keyword::And, T::ROLE) || self.is_before_term(T::ROLE) {
            children.push(self.one()?);
        }
        Ok(joined(children, Node::And))
    }

    fn one<T: Leaf>(&mut self) -> Result<Tree<T>, Error> {
        self.skip_space();
        let first = self.at;
        if self.take_keyword(Keyword::Not, T::ROLE) {
            self.enter(first..first + 3)?;
            let child = self.one()?;
            self.depth -= 1;
            let at = At(first..child.at.0.end);
            return Ok(Tree { node: Node::Not(Box::new(child)), at });
        }
        if self.peek() == Some('(') {
            return self.bracket();
        }
        let leaf = T::read(self)?;
        let at = At(first..self.at);
        self.skip_space();
        Ok(Tree { node: Node::Leaf(leaf), at })
    }

    /// Reads brackets and their content. The range of the tree includes the brackets.
    fn bracket<T: Leaf>(&mut self) -> Result<Tree<T>, Error> {
        let first = self.at;
        self.enter(first..first + 1)?;
        self.at += 1;
        self.skip_space();
        let mut tree = self.any::<T>()?;
        if self.peek() != Some(')') {
            return Err(error(first..first + 1, "\"(\" is never closed", "\")\" further on"));
        }
        self.at += 1;
        self.depth -= 1;
        tree.at = At(first..self.at);
        self.skip_space();
        Ok(tree)
    }

    fn enter(&mut self, at: Range<usize>) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > limits::QUERY_DEPTH {
            let message = format!("brackets and \"not\" are nested deeper than {}", limits::QUERY_DEPTH);
            return Err(error(at, message, "fewer brackets"));
        }
        Ok(())
    }

    fn clause(&mut self) -> Result<Clause, Error> {
        if let Some(word) = self.word_with_colons() {
            return Ok(Clause::Any(word));
        }
        let name = self.word(Role::Term)?;
        let after_name = self.at;
        self.skip_space();
        let Some(operator) = self.operator()? else {
            self.at = after_name;
            return self.any_field(name);
        };
        if name.parts.iter().all(String::is_empty) && name.as_text().is_some() {
            return Err(error(name.at.0, "field name is empty", "a field name"));
        }
        self.skip_space();
        let test = match operator {
            Operator::Is => Test::Is(self.values()?),
            Operator::Equals => Test::Equals(self.values()?),
            Operator::Compare(comparison) => Test::Compare(comparison, self.value()?),
            Operator::Matches => {
                let (pattern, at) = self.pattern()?;
                Test::Matches(pattern, at)
            }
        };
        check(&name, &test)?;
        Ok(Clause::Field { name, test })
    }

    fn any_field(&self, word: Glob) -> Result<Clause, Error> {
        let at = word.at.0.clone();
        let hint = match &self.text[at.clone()] {
            "\"\"" => return Err(error(at, "nothing between the quotes", "text to look for")),
            "&&" => "\"and\"",
            "||" | "|" => "\"or\"",
            _ => return Ok(Clause::Any(word)),
        };
        let message = format!("{} is no operator: write {hint}", quoted(&self.text[at.clone()]));
        Err(error(at, message, &format!("{hint}, or quotes around it")))
    }

    /// Reads a bare term that is an IPv6 address or a time, although it contains colons.
    pub(super) fn word_with_colons(&mut self) -> Option<Glob> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || "()\"\\*".contains(c)).unwrap_or(rest.len());
        let text = &rest[..end];
        let is_word = text.contains(':') && (Network::parse(text).is_some() || Moment::parse(text).is_some());
        let first = self.at;
        is_word.then(|| {
            self.at += end;
            Glob { at: At(first..self.at), ..Glob::text(text) }
        })
    }

    pub(super) fn operator(&mut self) -> Result<Option<Operator>, Error> {
        let rest = self.rest();
        let wrong = [
            ("!=", "there is no \"!=\": write not field = value", "\"not\" before the field, and \"=\""),
            ("==", "there is no \"==\": write field = value", "\"=\""),
            ("=~", "there is no \"=~\": write field ~ /pattern/", "\"~\""),
            ("=>", "there is no \"=>\": write field >= value", "\">=\""),
            ("=<", "there is no \"=<\": write field <= value", "\"<=\""),
        ];
        if let Some((sign, message, expected)) = wrong.iter().find(|(sign, ..)| rest.starts_with(sign)) {
            return Err(error(self.at..self.at + sign.len(), *message, expected));
        }
        let known = [
            ("<=", Operator::Compare(Comparison::LessOrEqual)),
            (">=", Operator::Compare(Comparison::GreaterOrEqual)),
            ("<", Operator::Compare(Comparison::Less)),
            (">", Operator::Compare(Comparison::Greater)),
            (":", Operator::Is),
            ("=", Operator::Equals),
            ("~", Operator::Matches),
        ];
        let found = known.into_iter().find(|(sign, _)| rest.starts_with(sign));
        self.at += found.map_or(0, |(sign, _)| sign.len());
        Ok(found.map(|(_, operator)| operator))
    }

    fn values(&mut self) -> Result<Tree<Glob>, Error> {
        let first = self.at;
        if self.peek() == Some('(') {
            let tree = self.bracket()?;
            // The range of a clause ends with its last value, without the space after it.
            self.at = tree.at.0.end;
            return Ok(tree);
        }
        let value = self.value()?;
        Ok(Tree { node: Node::Leaf(value), at: At(first..self.at) })
    }

    fn value(&mut self) -> Result<Glob, Error> {
        if let Some(c) = self.peek().filter(|c| "<>".contains(*c)) {
            let message = format!("expected a value, found {:?}: write field {c} value", c.to_string());
            return Err(error(self.span(c), message, "a value; quote it to look for the sign itself"));
        }
        self.word(Role::Value)
    }

    /// A bare or a quoted word.
    fn word(&mut self, role: Role) -> Result<Glob, Error> {
        let noun = role.noun();
        let Some(c) = self.peek() else {
            let message = format!("expected {noun}, found the end");
            return Err(error(self.at..self.at, message, noun));
        };
        let first = self.at;
        if c == '"' {
            let text = self.quoted_text()?;
            return Ok(Glob { at: At(first..self.at), ..Glob::text(text) });
        }
        if let Some((keyword, end)) = self.keyword(role) {
            let found = &self.text[first..end];
            let is_misplaced = keyword == Keyword::Not && role == Role::Value;
            let hint = if is_misplaced { ": write not field: value" } else { "" };
            let message = format!("expected {noun}, found {found:?}{hint}");
            return Err(error(first..end, message, &format!("{noun}; quote {found:?} to look for it")));
        }
        if let Some(word) = self.escaped_keyword(role) {
            return Ok(word);
        }
        let parts = self.bare_parts(role)?;
        if self.at == first {
            return Err(self.no_word(c, role));
        }
        Ok(Glob { parts, at: At(first..self.at) })
    }

    fn no_word(&self, c: char, role: Role) -> Error {
        let found = quoted(&c.to_string());
        if ":=<>~!".contains(c) && role == Role::Term {
            let expected = "a field name; quote the text to look for it";
            return error(self.span(c), format!("expected a field name before {found}"), expected);
        }
        error(self.span(c), format!("expected {}, found {found}", role.noun()), role.noun())
    }

    pub(super) fn bare_parts(&mut self, role: Role) -> Result<Vec<String>, Error> {
        let first = self.at;
        let mut parts = vec![String::new()];
        while let Some(c) = self.peek() {
            let part = parts.last_mut().expect("there is a part from the start");
            match c {
                '"' if self.at > first => {
                    let message = "a quote inside a word: write \\\", or quotes around all of it";
                    return Err(error(self.span(c), message, "a space, or \\\""));
                }
                _ if self.is_end(role) => break,
                '\\' => part.push_str(&self.escape()?),
                '*' => {
                    self.at += 1;
                    // `**` is one wildcard.
                    if parts.len() == 1 || parts.last().is_some_and(|part| !part.is_empty()) {
                        parts.push(String::new());
                    }
                }
                c => {
                    self.at += c.len_utf8();
                    part.push(c);
                }
            }
        }
        Ok(parts)
    }

    /// Whether a bare word ends here.
    fn is_end(&self, role: Role) -> bool {
        match self.peek() {
            None | Some('(' | ')' | '"') => true,
            Some(c) if c.is_whitespace() => true,
            Some(':' | '=' | '<' | '>' | '~') => role == Role::Term,
            Some('!') => role == Role::Term && self.rest().starts_with("!="),
            Some(_) => false,
        }
    }

    /// Reads `\and`, `\or` or `\not` as a word.
    pub(super) fn escaped_keyword(&mut self, role: Role) -> Option<Glob> {
        let first = self.at;
        self.rest().strip_prefix('\\')?;
        self.at += 1;
        let Some((_, end)) = self.keyword(role) else {
            self.at = first;
            return None;
        };
        let text = &self.text[self.at..end];
        self.at = end;
        Some(Glob { at: At(first..end), ..Glob::text(text) })
    }

    /// Reads a backslash and the character after it, and returns the text that they mean.
    fn escape(&mut self) -> Result<String, Error> {
        let first = self.at;
        self.at += 1;
        match self.peek() {
            None => {
                let message = "nothing after the backslash: write \\\\ for a backslash";
                Err(error(first..self.at, message, "a character to take as it is"))
            }
            Some('u') if self.rest().starts_with("u{") => self.escaped_number(first),
            Some(c) if c.is_alphanumeric() => Ok("\\".to_owned()),
            Some(c) => {
                self.at += c.len_utf8();
                Ok(c.to_string())
            }
        }
    }

    /// Reads `\u{202e}` when the cursor is at the `u`.
    fn escaped_number(&mut self, first: usize) -> Result<String, Error> {
        let digits = &self.rest()[2..];
        let digits = &digits[..digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len())];
        let end = self.at + 2 + digits.len();
        let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        match c {
            Some(c) if self.text[end..].starts_with('}') => {
                self.at = end + 1;
                Ok(c.to_string())
            }
            _ => {
                let message =
                    "expected the number of a character, as in \\u{202e}; write \\\\ for a backslash";
                Err(error(first..end, message, "hexadecimal digits and \"}\""))
            }
        }
    }

    /// Reads a quoted text when the cursor is at its opening quote.
    pub(super) fn quoted_text(&mut self) -> Result<String, Error> {
        let first = self.at;
        let mut text = String::new();
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(error(first..first + 1, "the quote is never closed", "\" further on")),
                Some('"') => break,
                Some('\\') if self.rest().len() > 1 => text.push_str(&self.escape()?),
                Some(c) => {
                    self.at += c.len_utf8();
                    text.push(c);
                }
            }
        }
        self.at += 1;
        Ok(text)
    }

    /// Reads a regular expression between slashes. Its range includes the slashes.
    pub(super) fn pattern(&mut self) -> Result<(String, At), Error> {
        let first = self.at;
        if self.peek() != Some('/') {
            let end = first + self.peek().map_or(0, char::len_utf8);
            return Err(error(first..end, "expected a pattern between slashes", "/pattern/"));
        }
        self.at += 1;
        let mut pattern = String::new();
        loop {
            match self.peek() {
                None => {
                    let message = "the pattern is never closed";
                    return Err(error(first..first + 1, message, "/ further on; \\/ for a slash inside"));
                }
                Some('/') => break,
                Some('\\') if self.rest().starts_with("\\/") => {
                    self.at += 2;
                    pattern.push('/');
                }
                Some('\\') => {
                    self.at += 1;
                    pattern.push('\\');
                    if let Some(c) = self.peek() {
                        self.at += c.len_utf8();
                        pattern.push(c);
                    }
                }
                Some(c) => {
                    self.at += c.len_utf8();
                    pattern.push(c);
                }
            }
        }
        self.at += 1;
        if let Some(c) = self.peek().filter(|c| c.is_alphanumeric()) {
            let message = "a pattern takes no flags after it: case is ignored unless it says (?-i)";
            return Err(error(self.span(c), message, "a space"));
        }
        Ok((pattern, At(first..self.at)))
    }

    /// The keyword at the cursor, and where the keyword ends.
    pub(super) fn keyword(&self, role: Role) -> Option<(Keyword, usize)> {
        let rest = self.rest();
        let keywords = [("and", Keyword::And), ("or", Keyword::Or), ("not", Keyword::Not)];
        let (word, keyword) = keywords
            .into_iter()
            .find(|(word, _)| rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))?;
        let end = self.at + word.len();
        let after = Parser { at: end, ..Parser::new(self.text) };
        after.is_end(role).then_some((keyword, end))
    }

    fn take_keyword(&mut self, wanted: Keyword, role: Role) -> bool {
        self.skip_space();
        let Some((_, end)) = self.keyword(role).filter(|(found, _)| *found == wanted) else { return false };
        self.at = end;
        true
    }

    fn is_before_term(&mut self, role: Role) -> bool {
        self.skip_space();
        !matches!(self.peek(), None | Some(')'))
            && self.keyword(role).is_none_or(|(keyword, _)| keyword == Keyword::Not)
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn span(&self, c: char) -> Range<usize> {
        self.at..self.at + c.len_utf8()
    }

    pub(super) fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }
}

fn joined<T>(mut children: Vec<Tree<T>>, node: fn(Vec<Tree<T>>) -> Node<T>) -> Tree<T> {
    if children.len() == 1 {
        return children.swap_remove(0);
    }
    let at = At(children[0].at.0.start..children[children.len() - 1].at.0.end);
    Tree { node: node(children), at }
}

/// Refuses a value that is not valid for its operator.
fn check(name: &Glob, test: &Test) -> Result<(), Error> {
    let is_time = name.as_text().is_some_and(|name| name.eq_ignore_ascii_case(TIMESTAMP));
    match test {
        Test::Is(values) => values.leaves().into_iter().try_for_each(|value| match value.as_text() {
            Some(text) if is_time => expect_time(value, text, ":"),
            Some(text) => expect_prefix(value, text),
            None => Ok(()),
        }),
        Test::Equals(values) => values.leaves().into_iter().try_for_each(|value| match value.as_text() {
            Some(text) if is_time => expect_time(value, text, "="),
            Some(_) => Ok(()),
            None => {
                let message = "\"=\" takes no wildcard: write \":\", or quote the value to mean a star";
                Err(error(value.at.0.clone(), message, "a value without *"))
            }
        }),
        Test::Compare(comparison, value) => match value.as_text() {
            Some(text) if is_time => expect_time(value, text, comparison.sign()),
            Some(text) if Number::parse(text).is_some() || Moment::parse(text).is_some() => Ok(()),
            _ => {
                let expected = "a number, or a time like \"2022-03-22T15:40\"";
                Err(expected_error(value, expected, comparison.sign()))
            }
        },
        Test::Matches(pattern, at) => compile_pattern(pattern, at).map(|_| ()),
    }
}

fn expect_time(value: &Glob, text: &str, sign: &str) -> Result<(), Error> {
    match Moment::parse(text) {
        Some(_) => Ok(()),
        None => Err(expected_error(value, "a time like \"2022-03-22T15:40\"", sign)),
    }
}

fn expected_error(value: &Glob, expected: &str, sign: &str) -> Error {
    let found = quoted(&value.parts.join("*"));
    error(value.at.0.clone(), format!("expected {expected} after {sign:?}, found {found}"), expected)
}

fn expect_prefix(value: &Glob, text: &str) -> Result<(), Error> {
    match Network::parse(text) {
        Some(Err(longest)) => {
            let message = format!("expected a prefix of 0 to {longest}, found {}", quoted(text));
            let expected = format!("a prefix of 0 to {longest}; \"=\" takes the text as it is");
            Err(error(value.at.0.clone(), message, &expected))
        }
        _ => Ok(()),
    }
}
