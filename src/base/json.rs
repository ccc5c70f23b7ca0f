//! Reads and writes small JSON documents: steps, recipes, and JSON inside a value. Logs have a reader of their own,
//! because they are large.

use std::fmt;

use super::limits;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as the text wrote it.
    Number(String),
    /// A text, with its escapes decoded.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object: keys and values in the order of the text. No key occurs twice.
    Object(Vec<(String, Json)>),
}

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotJson {
    /// The byte of the text at which it stops being JSON.
    pub at: usize,
    /// What the grammar of JSON expects there.
    pub expected: &'static str,
}

impl Json {
    /// Reads one value and nothing else.
    ///
    /// # Errors
    /// If the text is not one JSON value, nests deeper than `limits::JSON_DEPTH`, or repeats a key in one object.
    pub fn parse(text: &str) -> Result<Json, NotJson> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        parser.skip_space();
        let value = parser.value()?;
        parser.skip_space();
        if parser.at < text.len() { Err(parser.wrong("the end")) } else { Ok(value) }
    }

    /// An object with these keys and values.
    pub fn object<'k>(entries: impl IntoIterator<Item = (&'k str, Json)>) -> Json {
        Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// A whole number.
    pub fn number(number: impl fmt::Display) -> Json {
        Json::Number(number.to_string())
    }

    /// The value of `key`, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if this value is a text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list, if this value is a list.
    pub fn as_list(&self) -> Option<&[Json]> {
        match self {
            Json::List(list) => Some(list),
            _ => None,
        }
    }

    /// The number, if this value is a whole number that fits 64 bits.
    pub fn as_whole(&self) -> Option<i64> {
        match self {
            Json::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// The kind of this value, for messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Number(number) => f.write_str(number),
            Json::Text(text) => write_text(f, text),
            Json::List(list) => {
                f.write_str("[")?;
                for (index, value) in list.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    value.fmt(f)?;
                }
                f.write_str("]")
            }
            Json::Object(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    write_text(f, key)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            c if c < ' ' || c == '\u{7f}' => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn wrong(&self, expected: &'static str) -> NotJson {
        NotJson { at: self.at.min(self.text.len()), expected }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += is_there as usize;
        is_there
    }

    fn value(&mut self) -> Result<Json, NotJson> {
        match self.peek() {
            Some(b'{') => self.nested(Parser::object),
            Some(b'[') => self.nested(Parser::list),
            Some(b'"') => self.string().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let words = [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))];
                let word = words.into_iter().find(|(word, _)| self.text[self.at..].starts_with(word));
                let (word, value) = word.ok_or_else(|| self.wrong("a value"))?;
                self.at += word.len();
                Ok(value)
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Json, NotJson>) -> Result<Json, NotJson> {
        if self.depth == limits::JSON_DEPTH {
            return Err(self.wrong("less nesting"));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Json, NotJson> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        let mut keys = std::collections::BTreeSet::new();
        if self.take(b'}') {
            return Ok(Json::Object(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a key"));
            }
            let first = self.at;
            let key = self.string()?;
            if !keys.insert(key.clone()) {
                self.at = first;
                return Err(self.wrong("another key"));
            }
            self.skip_space();
            if !self.take(b':') {
                return Err(self.wrong("\":\""));
            }
            self.skip_space();
            entries.push((key, self.value()?));
            self.skip_space();
            if self.take(b'}') {
                return Ok(Json::Object(entries));
            }
            if !self.take(b',') {
                return Err(self.wrong("\",\" or \"}\""));
            }
            self.skip_space();
        }
    }

    fn list(&mut self) -> Result<Json, NotJson> {
        let mut values = Vec::new();
        if self.take(b']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Json::List(values));
            }
            if !self.take(b',') {
                return Err(self.wrong("\",\" or \"]\""));
            }
            self.skip_space();
        }
    }

    fn number(&mut self) -> Result<Json, NotJson> {
        let first = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += matches!(self.peek(), Some(b'+' | b'-')) as usize;
            self.digits()?;
        }
        Ok(Json::Number(self.text[first..self.at].to_owned()))
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let first = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > first { Ok(()) } else { Err(self.wrong("a digit")) }
    }

    fn string(&mut self) -> Result<String, NotJson> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
            let plain = plain.ok_or(NotJson { at: self.text.len(), expected: "\"\\\"\"" })?;
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.wrong("an escape instead of a control character")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        let c = match self.text.as_bytes().get(self.at + 1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(&c @ (b'"' | b'\\' | b'/')) => c as char,
            Some(b'u') => return self.unicode(),
            _ => return Err(self.wrong("an escape")),
        };
        self.at += 2;
        Ok(c)
    }

    /// `\u00e9`, or two of them for a character beyond 16 bits; a half alone becomes U+FFFD.
    fn unicode(&mut self) -> Result<char, NotJson> {
        let first = self.hex().ok_or_else(|| self.wrong("four hexadecimal digits"))?;
        self.at += 6;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        match self.hex().filter(|second| (0xdc00..0xe000).contains(second)) {
            Some(second) => {
                self.at += 6;
                let number = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                Ok(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            None => Ok(char::REPLACEMENT_CHARACTER),
        }
    }

    fn hex(&self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = r#"{"a":[1,-2.5e3,"é\"\\\n\u0000😀",null,true],"":{},"b":[]}"#;
        let value = Json::parse(text).expect("it is JSON");
        assert_eq!(value.to_string(), text);
        assert_eq!(Json::parse(r#""\ud83d\ude00 \ud83d x""#), Ok(Json::text("😀 \u{fffd} x")));
    }

    #[test]
    fn what_is_none_says_where() {
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            (r#"{"a":1,"a":2}"#, 7),
            ("01", 1),
            ("\"a", 2),
            ("\"\n\"", 1),
            ("1 2", 2),
            ("nul", 0),
            (r#""\u12""#, 1),
            ("é", 0),
        ] {
            assert_eq!(Json::parse(text).map_err(|error| error.at), Err(at), "{text}");
        }
        let deep = "[".repeat(limits::JSON_DEPTH + 1);
        assert_eq!(Json::parse(&deep).map_err(|error| error.expected), Err("less nesting"));
    }
}
