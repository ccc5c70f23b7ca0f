//! One step, and the list of all steps.

use std::collections::BTreeMap;

use super::cast::Cast;
use super::combine::{Difference, Template};
use super::named::Named;
use super::operation::Operation;
use super::options::{Options, expected, with, wrong};
use super::{cast, json, pairs, pattern, shapes, split, text, times};
use crate::base::event::TIMESTAMP;
use crate::base::text::quoted;
use crate::base::{Error, Json, limits};

/// The field that marks unmatched rows: rows that a step does not fit.
pub fn misfit_field(id: &str) -> String {
    format!("{MISFIT}{id}")
}

const MISFIT: &str = "misfit.";

/// A column that a step makes.
#[derive(Debug, Clone)]
pub struct Target {
    /// The part of the text.
    pub part: String,
    /// The name of the field.
    pub name: String,
    pub(super) cast: Option<Cast>,
}

/// How a step makes values.
#[derive(Debug)]
pub(super) enum How {
    /// From one column, text by text.
    Cut(Box<dyn Operation>),
    /// From several columns, row by row.
    Combine(Template),
    /// From two times.
    Difference(Difference),
}

/// A step as the analyst defined it. The head of the room lists the kinds and their options.
#[derive(Debug)]
pub struct Step {
    /// The identifier, which is unique in its list.
    pub id: String,
    /// Whether the step is switched off, so that it makes nothing.
    pub is_off: bool,
    /// The fields that it reads.
    pub from: Vec<String>,
    /// The columns that it makes.
    pub columns: Vec<Target>,
    pub(super) how: How,
    json: Json,
}

/// What only the values can tell about a step: the parts that they have, each with its number of rows.
#[derive(Debug, Default)]
pub struct Survey {
    /// The number of rows with each part.
    pub parts: BTreeMap<String, u64>,
}

impl Survey {
    /// Counts `n_rows` more rows for a part. If there are too many parts, those that came later are not counted.
    pub fn count(&mut self, part: &str, n_rows: u64) {
        if let Some(n) = self.parts.get_mut(part) {
            *n += n_rows;
        } else if self.parts.len() < limits::FOUND_KEYS && part.len() <= limits::STEP_TEXT_BYTES {
            self.parts.insert(part.to_owned(), n_rows);
        }
    }
}

fn operation(kind: &str, options: &mut Options<'_>) -> Result<How, Error> {
    Ok(How::Cut(match kind {
        "split" => Box::new(split::Split::new(options)?),
        "fixed" => Box::new(split::Fixed::new(options)?),
        "regex" => Box::new(pattern::Groups::regex(options)?),
        "grok" => Box::new(pattern::Groups::grok(options)?),
        "keyValue" => Box::new(Named::new(pairs::KeyValue::new(options)?)),
        "query" => Box::new(Named::new(pairs::QueryString)),
        "json" => Box::new(Named::new(json::Leaves)),
        "rename" => Box::new(text::One::new(text::Rename)),
        "trim" => Box::new(text::One::new(text::Trim::new(options)?)),
        "case" => Box::new(text::One::new(text::Case::new(options)?)),
        "replace" => Box::new(text::One::new(text::Replace::new(options)?)),
        "extract" => Box::new(text::One::new(text::Extract::new(options)?)),
        "map" => Box::new(text::One::new(text::Map::new(options)?)),
        "cast" => Box::new(text::One::new(Cast::of_step(options)?)),
        "bucket" => Box::new(text::One::new(times::Bucket::new(options)?)),
        "hour" => Box::new(text::One::new(times::Hour::new(options)?)),
        "weekday" => Box::new(text::One::new(times::Weekday::new(options)?)),
        "combine" => return Ok(How::Combine(Template::new(options)?)),
        "difference" => return Ok(How::Difference(Difference::new(options)?)),
        _ => match shapes::Shape::new(kind) {
            Some(shape) => Box::new(shape),
            None => return Err(wrong(format!("unknown kind of step {}", quoted(kind)))),
        },
    }))
}

impl Step {
    /// Reads a step. A step without an id does not belong to a list yet, and a step without columns may need a
    /// [`Survey`].
    ///
    /// # Errors
    /// `Step`, if the step is not valid. The range of the error refers to the step's pattern or template.
    pub fn new(json: &Json) -> Result<Step, Error> {
        let options = &mut Options::new(json)?;
        let kind = options.some_text("kind")?;
        let id = options.text("id", 32)?.unwrap_or("").to_owned();
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            return Err(wrong(format!("id: expected letters and digits, found {}", quoted(&id))));
        }
        let is_off = options.flag("off", false)?;
        options.text("note", limits::STEP_TEXT_BYTES * 16)?;
        let columns = options.get("columns");
        let prefix = options.text("prefix", limits::STEP_TEXT_BYTES)?;
        let mut from = origins(options)?;
        let mut how = operation(kind, options)?;
        let (n_least, n_most) = match &how {
            How::Cut(_) => (1, 1),
            How::Combine(template) => {
                from = template.fields().to_vec();
                (1, limits::STEP_ORIGINS)
            }
            How::Difference(_) => (2, 2),
        };
        if !(n_least..=n_most).contains(&from.len()) {
            let expected = match (n_least, n_most) {
                (1, 1) => "one field".to_owned(),
                (2, 2) => "two fields".to_owned(),
                _ => format!("{n_least} to {n_most} fields"),
            };
            return Err(wrong(format!("from: expected {expected}, found {}", from.len())));
        }
        let columns = match columns {
            Some(columns) => {
                let mut columns = read_columns(columns)?;
                for column in columns.iter_mut().filter(|column| column.part.is_empty()) {
                    let first = how.usual_parts().and_then(|parts| parts.into_iter().next());
                    column.part = first.unwrap_or_else(|| "1".to_owned());
                }
                columns
            }
            None => {
                let parts = how.usual_parts().unwrap_or_default();
                let name = |part: &str| column_name(&how, kind, prefix, &from, part);
                parts.iter().map(|part| Target { part: part.clone(), name: name(part), cast: None }).collect()
            }
        };
        options.finish()?;
        check_names(&columns, &from)?;
        let parts: Vec<&str> = columns.iter().map(|column| column.part.as_str()).collect();
        match &mut how {
            How::Cut(operation) => operation.want(&parts)?,
            _ if parts == ["value"] => {}
            _ => return Err(wrong("columns: expected one of the part \"value\"")),
        }
        let json = json.clone();
        Ok(Step { id, is_off, from, columns, how, json }.with_columns())
    }

    /// Whether the step has no columns yet, and only the values can tell which it needs.
    pub fn needs_survey(&self) -> bool {
        self.columns.is_empty()
    }

    /// Counts the parts of `text`, a value of `n_rows` rows.
    pub fn survey(&self, text: &str, n_rows: u64, survey: &mut Survey) {
        if let How::Cut(operation) = &self.how {
            // A key that occurs twice in a text does not add rows.
            let mut seen = std::collections::HashSet::new();
            operation.survey(text, &mut |part| {
                if seen.len() < limits::STEP_COLUMNS && !seen.contains(part) {
                    seen.insert(part.to_owned());
                    survey.count(part, n_rows);
                }
            });
        }
    }

    /// The step with columns for the parts that were found: numbered parts up to the last, or the most frequent named
    /// parts.
    ///
    /// # Errors
    /// `Step`, if no part was found.
    pub fn surveyed(&self, survey: &Survey) -> Result<Step, Error> {
        let How::Cut(operation) = &self.how else { return Ok(self.clone_as(self.json.clone())) };
        let parts: Vec<String> = if operation.is_counted() {
            let last = survey.parts.keys().filter_map(|part| part.parse().ok()).max().unwrap_or(0);
            (1..=last.min(limits::FOUND_COLUMNS)).map(|part| part.to_string()).collect()
        } else {
            let mut parts: Vec<(&String, u64)> = survey.parts.iter().map(|(part, &n)| (part, n)).collect();
            parts.sort_by_key(|&(part, n)| (std::cmp::Reverse(n), part));
            parts.into_iter().take(limits::FOUND_COLUMNS).map(|(part, _)| part.clone()).collect()
        };
        if parts.is_empty() {
            return Err(wrong(format!("no value of {} fits", quoted(&self.from[0]))));
        }
        let kind = self.json.get("kind").and_then(Json::as_text).unwrap_or("");
        let prefix = self.json.get("prefix").and_then(Json::as_text);
        let column = |part: &String| {
            let name = column_name(&self.how, kind, prefix, &self.from, part);
            Json::object([("part", Json::text(part)), ("name", Json::text(name))])
        };
        Step::new(&with(&self.json, "columns", Json::List(parts.iter().map(column).collect())))
    }

    /// The same step under another id.
    ///
    /// # Errors
    /// None, unless this crate has a bug.
    pub fn with_id(&self, id: &str) -> Result<Step, Error> {
        Step::new(&with(&self.json, "id", Json::text(id)))
    }

    /// The step as the analyst defined it, completed with its columns.
    pub fn json(&self) -> &Json {
        &self.json
    }

    fn clone_as(&self, json: Json) -> Step {
        Step::new(&json).expect("a step that was read reads again")
    }

    /// Writes the columns into the definition of the step.
    fn with_columns(mut self) -> Step {
        if !self.columns.is_empty() {
            let defined = self.json.get("columns").and_then(Json::as_list).unwrap_or(&[]);
            let column = |(index, column): (usize, &Target)| match defined
                .iter()
                .filter(|defined| **defined != Json::Null)
                .nth(index)
            {
                Some(defined @ Json::Object(_)) => with(defined, "part", Json::text(&column.part)),
                _ => Json::object([("part", Json::text(&column.part)), ("name", Json::text(&column.name))]),
            };
            let columns = self.columns.iter().enumerate().map(column).collect();
            self.json = with(&self.json, "columns", Json::List(columns));
        }
        self
    }
}

impl How {
    fn usual_parts(&self) -> Option<Vec<String>> {
        match self {
            How::Cut(operation) => operation.usual_parts(),
            How::Combine(_) | How::Difference(_) => Some(vec!["value".to_owned()]),
        }
    }
}

fn column_name(how: &How, kind: &str, prefix: Option<&str>, from: &[String], part: &str) -> String {
    let names_columns = matches!(how, How::Cut(operation) if operation.names_columns());
    let last = match part {
        "value" if from.len() == 1 => kind,
        "value" => return format!("{}{kind}", prefix.unwrap_or("")),
        part => part,
    };
    match prefix {
        Some(prefix) => format!("{prefix}{last}"),
        None if names_columns => last.to_owned(),
        None => format!("{}.{last}", from[0].trim_start_matches('@')),
    }
}

/// Reads `from`: a field, or a list of fields.
fn origins(options: &mut Options<'_>) -> Result<Vec<String>, Error> {
    let name = |value: &Json| match value.as_text() {
        Some("") => Err(wrong("from: expected a field, found an empty text")),
        Some(name) if name.len() <= limits::NAME_BYTES => Ok(name.to_owned()),
        _ => Err(expected("from", "a field", value)),
    };
    match options.get("from") {
        None => Ok(Vec::new()),
        Some(Json::List(list)) if list.len() <= limits::STEP_ORIGINS => list.iter().map(name).collect(),
        Some(value) => Ok(vec![name(value)?]),
    }
}

/// Reads `columns`: objects, or names of numbered parts in order, with `null` for a part that is left out.
fn read_columns(json: &Json) -> Result<Vec<Target>, Error> {
    let list = json.as_list().ok_or_else(|| expected("columns", "a list", json))?;
    if list.len() > limits::STEP_COLUMNS {
        return Err(wrong(format!("step has {} columns, limit {}", list.len(), limits::STEP_COLUMNS)));
    }
    let mut columns = Vec::new();
    for (index, column) in list.iter().enumerate() {
        // A single column is the first part, whatever the name of that part is.
        let counted = if list.len() == 1 { String::new() } else { (index + 1).to_string() };
        columns.push(match column {
            Json::Null => continue,
            Json::Text(name) => Target { part: counted, name: name.clone(), cast: None },
            column => {
                let mut options = Options::new(column).map_err(|error| error.of("columns"))?;
                let part = options.text("part", limits::STEP_TEXT_BYTES)?.unwrap_or(&counted).to_owned();
                let name = options.some_text("name")?.to_owned();
                let cast = cast::Cast::of_column(&mut options)?;
                options.finish()?;
                Target { part, name, cast }
            }
        });
    }
    if columns.is_empty() {
        return Err(wrong("columns: expected at least one"));
    }
    Ok(columns)
}

fn check_names(columns: &[Target], from: &[String]) -> Result<(), Error> {
    let mut names = std::collections::BTreeSet::new();
    for Target { name, .. } in columns {
        let reason = match name.as_str() {
            "" => "is empty",
            name if name.len() > limits::STEP_TEXT_BYTES => "is too long",
            TIMESTAMP => "is the time of every row",
            name if name.starts_with(MISFIT) => "begins as those that mark misfits do",
            name if from.iter().any(|from| from == name) => "is that of the column that is read",
            name if !names.insert(name) => "is there twice",
            _ => continue,
        };
        return Err(wrong(format!("name {} {reason}", quoted(name))));
    }
    Ok(())
}

/// The steps of a case, in the order in which they are made.
#[derive(Debug, Default)]
pub struct Steps {
    steps: Vec<Step>,
}

impl Steps {
    /// Reads a list of steps. A step without an id gets an id.
    ///
    /// # Errors
    /// `Step`, if the text is not a list or a step is not valid, if two steps have the same id or make the same
    /// column, or if a step reads a column that only a later step makes.
    pub fn parse(text: &str) -> Result<Steps, Error> {
        if text.len() > limits::RECIPE_BYTES {
            return Err(wrong(format!(
                "steps are {} bytes long, limit {}",
                text.len(),
                limits::RECIPE_BYTES
            )));
        }
        let json = Json::parse(text).map_err(|error| {
            wrong(format!("steps are no JSON at byte {}: expected {}", error.at, error.expected))
        })?;
        Steps::new(&json)
    }

    /// Reads a list of steps, as [`Steps::parse`] does.
    ///
    /// # Errors
    /// The errors of [`Steps::parse`], except those of the text.
    pub fn new(json: &Json) -> Result<Steps, Error> {
        let list = json.as_list().ok_or_else(|| expected("steps", "a list", json))?;
        if list.len() > limits::STEPS {
            return Err(wrong(format!("there are {} steps, limit {}", list.len(), limits::STEPS)));
        }
        let mut steps = Steps::default();
        for (index, json) in list.iter().enumerate() {
            let step = Step::new(json).map_err(|error| error.of(format_args!("step {}", index + 1)))?;
            let step = if step.id.is_empty() { step.with_id(&free_id(list, &steps))? } else { step };
            if step.needs_survey() {
                return Err(wrong(format!("step {}: columns are missing", index + 1)));
            }
            steps.steps.push(step);
        }
        steps.check()?;
        Ok(steps)
    }

    fn check(&self) -> Result<(), Error> {
        let mut made: BTreeMap<&str, usize> = BTreeMap::new();
        let mut ids = std::collections::BTreeSet::new();
        for (index, step) in self.steps.iter().enumerate() {
            let at_step = |error: Error| error.of(format_args!("step {}", index + 1));
            if !ids.insert(&step.id) {
                return Err(at_step(wrong(format!("id {:?} is there twice", step.id))));
            }
            for Target { name, .. } in &step.columns {
                if made.insert(name, index).is_some() {
                    return Err(at_step(wrong(format!("another step makes {}, too", quoted(name)))));
                }
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            if let Some((from, by)) = step
                .from
                .iter()
                .find_map(|from| made.get(from.as_str()).filter(|&&by| by > index).map(|by| (from, by)))
            {
                let reads = format!("reads {}, which step {} makes later", quoted(from), by + 1);
                return Err(wrong(reads).of(format_args!("step {}", index + 1)));
            }
        }
        Ok(())
    }

    /// The steps, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter()
    }

    /// The names of the columns that the steps make.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let on = self.steps.iter().filter(|step| !step.is_off);
        on.flat_map(|step| step.columns.iter().map(|column| column.name.as_str()))
    }

    /// The steps as a JSON list.
    pub fn json(&self) -> Json {
        Json::List(self.steps.iter().map(|step| step.json.clone()).collect())
    }
}

/// An id that no step of the list has.
fn free_id(list: &[Json], steps: &Steps) -> String {
    let defined = list.iter().filter_map(|json| json.get("id")?.as_text());
    let given = steps.steps.iter().map(|step| step.id.as_str());
    let numbers = defined.chain(given).filter_map(|id| id.strip_prefix('s')?.parse::<u32>().ok());
    format!("s{}", numbers.max().unwrap_or(0).saturating_add(1))
}
