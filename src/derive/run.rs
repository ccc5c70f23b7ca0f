//! Applies steps: to the distinct texts of a column, or row by row if a step reads several columns.

use std::collections::HashMap;
use std::sync::Arc;

use super::operation::Parts;
use super::options::wrong;
use super::step::{How, Step, Steps, misfit_field};
use super::text::{Became, Value};
use crate::base::event::TIMESTAMP;
use crate::base::{Bitmap, Error, FieldId, Fields, Timestamp};
use crate::store::derived::{Derivations, Derive, Input, Made, Origin};
use crate::store::{Column, ColumnBuilder, Mapping, View};

/// A step whose names are resolved to the fields of a shard.
#[derive(Debug)]
pub struct Bound {
    step: Step,
    origins: Vec<Origin>,
    fields: Vec<FieldId>,
    unmatched_field: FieldId,
}

impl Bound {
    /// Resolves the names of `step` in a shard with these fields.
    pub fn new(step: Step, fields: &mut Fields) -> Bound {
        let origin = |name: &String| match name.as_str() {
            TIMESTAMP => Origin::Times,
            name => Origin::Field(fields.intern(name)),
        };
        let origins = step.from.iter().map(origin).collect();
        let made = step.columns.iter().map(|column| fields.intern(&column.name)).collect();
        let unmatched_field = fields.intern(&misfit_field(&step.id));
        Bound { step, origins, fields: made, unmatched_field }
    }

    /// As `new`, but only for a preview: the columns belong to fields that no question can name.
    pub fn trial(step: Step, fields: &Fields) -> Bound {
        let origin = |name: &String| match name.as_str() {
            TIMESTAMP => Origin::Times,
            name => Origin::Field(fields.get(name).unwrap_or(FieldId(u32::MAX))),
        };
        let origins = step.from.iter().map(origin).collect();
        let made = (0..step.columns.len() as u32).map(|nth| FieldId(u32::MAX - 2 - nth)).collect();
        Bound { step, origins, fields: made, unmatched_field: FieldId(u32::MAX - 1) }
    }

    /// The step.
    pub fn step(&self) -> &Step {
        &self.step
    }
}

/// Resolves the steps of a list for a shard. `kept` holds the steps that were resolved before: a step that is equal
/// and reads equal columns is taken from there, so that its columns stay.
///
/// # Errors
/// `Step`, if the text is not a valid list of steps.
pub fn bind(
    text: &str,
    fields: &mut Fields,
    kept: &mut HashMap<String, Arc<dyn Derive>>,
) -> Result<Arc<Derivations>, Error> {
    let steps = Steps::parse(text)?;
    let mut bound: Vec<Arc<dyn Derive>> = Vec::new();
    let mut keys: HashMap<String, String> = HashMap::new();
    let mut fresh = HashMap::new();
    for step in steps.iter().filter(|step| !step.is_off) {
        let mut key = step.json().to_string();
        for from in &step.from {
            key.push_str(keys.get(from).map_or("", String::as_str));
        }
        let step = Step::new(step.json()).map_err(|error| wrong(error.message()))?;
        // A hash keeps the keys of a long chain of steps short.
        let digest = format!("{:016x}", crate::base::event::hash(key.as_bytes()));
        for column in &step.columns {
            keys.insert(column.name.clone(), digest.clone());
        }
        let made = kept.remove(&key).unwrap_or_else(|| Arc::new(Bound::new(step, fields)));
        fresh.insert(key, made.clone());
        bound.push(made);
    }
    *kept = fresh;
    Ok(Arc::new(Derivations::new(bound)))
}

impl Derive for Bound {
    fn origins(&self) -> &[Origin] {
        &self.origins
    }

    fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    fn unmatched_field(&self) -> FieldId {
        self.unmatched_field
    }

    fn derive(&self, inputs: &[Input<'_>], n_rows: usize) -> Made {
        match &self.step.how {
            How::Cut(_) => match inputs[0] {
                Input::None => self.by_row(n_rows, |_, _| false),
                Input::Times(times) => self.of_times(times),
                Input::Column(column) => self.of_column(column, n_rows),
            },
            How::Combine(template) => {
                self.of_rows(inputs, n_rows, |values, made| template.write(values, made))
            }
            How::Difference(difference) => {
                self.of_rows(inputs, n_rows, |values, made| difference.write(values, made))
            }
        }
    }
}

impl Bound {
    /// Reads each distinct text once.
    fn of_column(&self, column: &Column, n_rows: usize) -> Made {
        let mut mappings: Vec<Mapping> =
            self.fields.iter().map(|_| Mapping::new(column.dictionary.len())).collect();
        let mut is_unmatched = vec![false; column.dictionary.len() + 1];
        let (mut parts, mut buffer) = (Parts::default(), String::new());
        for (code, text) in column.dictionary.iter() {
            let fits = self
                .each_value(text, &mut parts, &mut buffer, |place, value| mappings[place].push(code, value));
            is_unmatched[code.0 as usize] = !fits;
        }
        let adds_text = parts.has_made() || self.step.columns.iter().any(|column| column.cast.is_some());
        let mut unmatched = Bitmap::none(n_rows);
        column.for_each(|row, code| {
            if is_unmatched[code.0 as usize] {
                unmatched.set(row);
            }
        });
        let columns = mappings.into_iter().zip(&self.fields);
        let columns = columns.map(|(mapping, &field)| mapping.finish(column, field, n_rows)).collect();
        Made { columns, unmatched: self.mark(&unmatched), adds_text }
    }

    /// Calls `visit` with the place and the text of every value made from `text`, and returns whether all of the text
    /// fits.
    #[inline]
    fn each_value(
        &self,
        text: &str,
        parts: &mut Parts,
        buffer: &mut String,
        mut visit: impl FnMut(usize, &str),
    ) -> bool {
        let How::Cut(operation) = &self.step.how else { return false };
        parts.clear();
        if !operation.cut(text, parts) {
            return false;
        }
        let mut fits = true;
        for (place, value) in parts.iter(text) {
            match &self.step.columns[place].cast {
                None => visit(place, value),
                Some(cast) => {
                    buffer.clear();
                    match cast.value(value, buffer) {
                        Some(Became::Part(range)) => visit(place, &value[range]),
                        Some(Became::Made) => visit(place, buffer),
                        None => fits = false,
                    }
                }
            }
        }
        fits
    }

    fn of_times(&self, times: &[i64]) -> Made {
        let (mut parts, mut buffer) = (Parts::default(), String::new());
        let (mut last, mut values, mut fits) = (View::NO_TIME, Vec::<(usize, String)>::new(), true);
        self.by_row(times.len(), |row, builders| {
            if times[row] == View::NO_TIME {
                return false;
            }
            // Neighbouring rows often have the same time.
            if times[row] != last {
                last = times[row];
                values.clear();
                let text = Timestamp(last).to_text();
                let add = |place, value: &str| values.push((place, value.to_owned()));
                fits = self.each_value(&text, &mut parts, &mut buffer, add);
            }
            values.iter().for_each(|(place, value)| builders[*place].push_text(row, value));
            !fits
        })
    }

    fn of_rows(
        &self,
        inputs: &[Input<'_>],
        n_rows: usize,
        write: impl Fn(&[Option<&str>], &mut String) -> bool,
    ) -> Made {
        let mut made = String::new();
        self.by_row(n_rows, |row, builders| {
            let times: Vec<Option<String>> = inputs.iter().map(|input| time_text(input, row)).collect();
            let texts = inputs.iter().zip(&times).map(|(input, time)| match *input {
                Input::Column(column) => first_text(column, row),
                _ => time.as_deref(),
            });
            let values: Vec<Option<&str>> = texts.collect();
            made.clear();
            let has_any = values.iter().any(Option::is_some);
            has_any && !(write(&values, &mut made) && self.push_made(row, &made, builders))
        })
    }

    fn push_made(&self, row: usize, made: &str, builders: &mut [ColumnBuilder]) -> bool {
        match &self.step.columns[0].cast {
            None => builders[0].push_text(row, made),
            Some(cast) => {
                let mut cast_text = String::new();
                match cast.value(made, &mut cast_text) {
                    Some(Became::Part(range)) => builders[0].push_text(row, &made[range]),
                    Some(Became::Made) => builders[0].push_text(row, &cast_text),
                    None => return false,
                }
            }
        }
        true
    }

    /// Makes columns row by row: `push` adds the values of a row, and returns whether the step does not fit the row.
    fn by_row(&self, n_rows: usize, mut push: impl FnMut(usize, &mut [ColumnBuilder]) -> bool) -> Made {
        let mut builders: Vec<ColumnBuilder> =
            self.fields.iter().map(|&field| ColumnBuilder::new(field)).collect();
        let unmatched = Bitmap::from_fn(n_rows, |row| push(row, &mut builders));
        let columns = builders.into_iter().map(|builder| builder.finish(n_rows)).collect();
        Made { columns, unmatched: self.mark(&unmatched), adds_text: true }
    }

    fn mark(&self, rows: &Bitmap) -> Column {
        let mut builder = ColumnBuilder::new(self.unmatched_field);
        rows.iter().for_each(|row| builder.push_text(row, "true"));
        builder.finish(rows.len())
    }
}

fn time_text(input: &Input<'_>, row: usize) -> Option<String> {
    match input {
        Input::Times(times) => {
            Some(times[row]).filter(|&time| time != View::NO_TIME).map(|time| Timestamp(time).to_text())
        }
        _ => None,
    }
}

fn first_text(column: &Column, row: usize) -> Option<&str> {
    let mut first = None;
    column.for_row(row, |code| first = first.or(Some(column.dictionary.text(code))));
    first
}
