//! Makes one value from several columns of a row: by a template, or as the difference of two times.

use super::cast::{TimeFormat, decimal_text, zone};
use super::options::{Options, wrong};
use crate::base::{Error, Timestamp, limits};

/// `{user.name}@{source.ip}`: the first value of each field in braces; `{{` and `}}` are literal braces. A row without
/// a value in one of the fields does not fit, unless `missing` gives a text for missing values. A row whose value
/// would be longer than `limits::MADE_BYTES` does not fit.
#[derive(Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    fields: Vec<String>,
    missing: Option<String>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    /// The index of a field.
    Field(usize),
}

impl Template {
    pub fn new(options: &mut Options<'_>) -> Result<Template, Error> {
        let typed =
            options.text("template", limits::PATTERN_BYTES)?.ok_or_else(|| wrong("template is missing"))?;
        let missing = options.text("missing", limits::STEP_TEXT_BYTES)?.map(str::to_owned);
        let mut template = Template { pieces: Vec::new(), fields: Vec::new(), missing };
        let marked = |message: &str, at: std::ops::Range<usize>, what: &str| {
            wrong(message).at(at).within(typed).expecting(what)
        };
        let (mut at, mut text) = (0, String::new());
        while let Some(next) = typed[at..].find(['{', '}']).map(|next| at + next) {
            text.push_str(&typed[at..next]);
            let rest = &typed[next..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                at = next + 2;
                continue;
            }
            if rest.starts_with('}') {
                return Err(marked(
                    "\"}\" closes nothing",
                    next..next + 1,
                    "\"}}\" for the character itself",
                ));
            }
            let end = rest.find('}').map(|end| next + end);
            let end =
                end.ok_or_else(|| marked("\"{\" is never closed", next..typed.len(), "\"}\" further on"))?;
            let field = &typed[next + 1..end];
            if field.is_empty() {
                return Err(marked(
                    "no field is named",
                    next..end + 1,
                    "the name of a field between the braces",
                ));
            }
            if !text.is_empty() {
                template.pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            template.add(field);
            at = end + 1;
        }
        text.push_str(&typed[at..]);
        if template.fields.is_empty() {
            return Err(marked("template names no field", 0..typed.len(), "a field in braces: {user.name}"));
        }
        if !text.is_empty() {
            template.pieces.push(Piece::Text(text));
        }
        Ok(template)
    }

    fn add(&mut self, field: &str) {
        let known = self.fields.iter().position(|name| name == field);
        let number = known.unwrap_or_else(|| {
            self.fields.push(field.to_owned());
            self.fields.len() - 1
        });
        self.pieces.push(Piece::Field(number));
    }

    /// The fields that the template names, each once.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Appends the text of a row with these values, and returns whether the row fits.
    pub fn write(&self, values: &[Option<&str>], made: &mut String) -> bool {
        for piece in &self.pieces {
            let text = match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Field(number) => values[*number].or(self.missing.as_deref()),
            };
            match text {
                Some(text) if made.len() + text.len() <= limits::MADE_BYTES => made.push_str(text),
                _ => return false,
            }
        }
        true
    }
}

/// The time from the first to the second time of a row, as a number of `unit`: `ms`, `s`, `m`, `h` or `d`.
#[derive(Debug)]
pub(super) struct Difference {
    unit_nanos: i64,
    format: TimeFormat,
}

impl Difference {
    pub fn new(options: &mut Options<'_>) -> Result<Difference, Error> {
        const SECOND: i64 = 1_000_000_000;
        let units = [
            ("s", SECOND),
            ("ms", SECOND / 1_000),
            ("m", 60 * SECOND),
            ("h", 3_600 * SECOND),
            ("d", 86_400 * SECOND),
        ];
        Ok(Difference {
            unit_nanos: options.word("unit", &units)?,
            format: TimeFormat::in_zone(zone(options)?),
        })
    }

    /// Appends the difference of two times, and returns whether both values are times.
    pub fn write(&self, values: &[Option<&str>], made: &mut String) -> bool {
        let [Some(Some(first)), Some(Some(second))] = [values.first(), values.get(1)] else { return false };
        let (Some(Timestamp(first)), Some(Timestamp(second))) =
            (self.format.read(first), self.format.read(second))
        else {
            return false;
        };
        made.push_str(&decimal_text(second as i128 - first as i128, self.unit_nanos as i128));
        true
    }
}
