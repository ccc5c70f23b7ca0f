//! Reads the options of a step carefully, because a recipe is hostile input.

use crate::base::text::quoted;
use crate::base::{Error, ErrorKind, Json, limits};

/// An error of a step.
pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Step, message)
}

/// The entries of an object, which are read by their names.
pub(super) struct Options<'j> {
    entries: &'j [(String, Json)],
    is_known: Vec<bool>,
}

impl<'j> Options<'j> {
    /// # Errors
    /// If `json` is not an object.
    pub fn new(json: &'j Json) -> Result<Options<'j>, Error> {
        match json {
            Json::Object(entries) => Ok(Options { entries, is_known: vec![false; entries.len()] }),
            other => Err(wrong(format!("expected an object, found {}", other.noun()))),
        }
    }

    /// The value under `key`; `null` counts as missing.
    pub fn get(&mut self, key: &str) -> Option<&'j Json> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        self.is_known[at] = true;
        Some(&self.entries[at].1).filter(|value| **value != Json::Null)
    }

    /// A text of at most `n_bytes` bytes.
    pub fn text(&mut self, key: &str, n_bytes: usize) -> Result<Option<&'j str>, Error> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.as_text().ok_or_else(|| expected(key, "a text", value))?;
        if text.len() > n_bytes {
            return Err(wrong(format!("{key} is {} bytes long, limit {n_bytes}", text.len())));
        }
        Ok(Some(text))
    }

    /// A text of at most `limits::STEP_TEXT_BYTES` bytes, which must not be missing or empty.
    pub fn some_text(&mut self, key: &str) -> Result<&'j str, Error> {
        let text = self.text(key, limits::STEP_TEXT_BYTES)?;
        text.filter(|text| !text.is_empty()).ok_or_else(|| wrong(format!("{key} is missing")))
    }

    /// A yes or no; `default` if it is missing.
    pub fn flag(&mut self, key: &str, default: bool) -> Result<bool, Error> {
        match self.get(key) {
            None => Ok(default),
            Some(Json::Bool(value)) => Ok(*value),
            Some(other) => Err(expected(key, "true or false", other)),
        }
    }

    /// A whole number in `range`.
    pub fn whole(&mut self, key: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, Error> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.as_whole().filter(|number| range.contains(number));
        let what = || format!("a whole number from {} to {}", range.start(), range.end());
        number.map(Some).ok_or_else(|| expected(key, &what(), value))
    }

    /// The value of one of these words; that of the first word if the option is missing.
    pub fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Result<T, Error> {
        let Some(value) = self.get(key) else { return Ok(words[0].1) };
        let found = words.iter().find(|(word, _)| value.as_text() == Some(word));
        let all = || words.iter().map(|(word, _)| format!("{word:?}")).collect::<Vec<_>>().join(" or ");
        found.map(|&(_, value)| value).ok_or_else(|| expected(key, &all(), value))
    }

    /// # Errors
    /// If the object has an entry that was never read.
    pub fn finish(&self) -> Result<(), Error> {
        match self.is_known.iter().position(|is_known| !is_known) {
            Some(at) => Err(wrong(format!("{} is not known here", quoted(&self.entries[at].0)))),
            None => Ok(()),
        }
    }
}

/// The error for a value of the wrong kind.
pub(super) fn expected(key: &str, what: &str, found: &Json) -> Error {
    let found = match found {
        Json::Text(text) => quoted(text),
        Json::Number(number) => quoted(number),
        other => other.noun().to_owned(),
    };
    wrong(format!("{key}: expected {what}, found {found}"))
}

/// A copy of the object with `value` under `key`.
pub(super) fn with(object: &Json, key: &str, value: Json) -> Json {
    let Json::Object(entries) = object else { return object.clone() };
    let mut entries = entries.clone();
    match entries.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) => *old = value,
        None => entries.push((key.to_owned(), value)),
    }
    Json::Object(entries)
}
