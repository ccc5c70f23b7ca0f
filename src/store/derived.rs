//! Columns that are made from other columns, when a question first needs them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::column::Column;
use super::column_builder::first_of;
use super::deferred::Deferred;
use super::segment::Segment;
use crate::base::FieldId;

/// What a derived column is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The time of each row.
    Times,
    /// The column of a field.
    Field(FieldId),
}

/// The value of an [`Origin`] in one segment.
#[derive(Debug, Clone, Copy)]
pub enum Input<'s> {
    /// No row has a value.
    None,
    /// Nanoseconds for each row; `View::NO_TIME` for a row without a time.
    Times(&'s [i64]),
    /// A column.
    Column(&'s Column),
}

/// Makes columns from other columns, one segment at a time. Equal rows give equal values in every segment.
pub trait Derive: fmt::Debug + Send + Sync {
    /// The columns that the step reads.
    fn origins(&self) -> &[Origin];
    /// The fields of the columns that the step makes; no field occurs twice.
    fn fields(&self) -> &[FieldId];
    /// The field that marks unmatched rows: rows that have a value to read which the step does not fit.
    fn unmatched_field(&self) -> FieldId;
    /// The columns of all fields in a segment of `n_rows` rows. `inputs` are the values of the origins in this
    /// segment.
    fn derive(&self, inputs: &[Input<'_>], n_rows: usize) -> Made;
}

/// The columns that a step makes in one segment.
#[derive(Debug)]
pub struct Made {
    /// One column for each field, in the order of the fields.
    pub columns: Vec<Column>,
    /// A column with a value in each unmatched row.
    pub unmatched: Column,
    /// Whether a value may contain text that no origin has. If not, every word in these columns is also in the columns
    /// that they were made from.
    pub adds_text: bool,
}

/// Steps in the order in which they are made: a step may read columns of the steps before it.
#[derive(Debug, Default)]
pub struct Derivations {
    steps: Vec<Arc<dyn Derive>>,
    by_field: HashMap<FieldId, Vec<At>>,
}

/// One column of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct At {
    step: usize,
    column: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Nth(usize),
    Unmatched,
}

impl Derivations {
    /// Derivations that consist of these steps.
    pub fn new(steps: Vec<Arc<dyn Derive>>) -> Derivations {
        let mut by_field: HashMap<FieldId, Vec<At>> = HashMap::new();
        for (step, made) in steps.iter().enumerate() {
            for (nth, &field) in made.fields().iter().enumerate() {
                by_field.entry(field).or_default().push(At { step, column: Which::Nth(nth) });
            }
            by_field.entry(made.unmatched_field()).or_default().push(At { step, column: Which::Unmatched });
        }
        Derivations { steps, by_field }
    }

    /// The steps, in order.
    pub fn steps(&self) -> &[Arc<dyn Derive>] {
        &self.steps
    }

    /// The last column of `field` among those of the first `n_steps` steps.
    fn find(&self, field: FieldId, n_steps: usize) -> Option<At> {
        self.by_field.get(&field)?.iter().rev().find(|at| at.step < n_steps).copied()
    }
}

/// The derived columns of one segment that were needed so far.
#[derive(Debug, Default)]
pub(super) struct Derived {
    derivations: Arc<Derivations>,
    made: Vec<OnceLock<Made>>,
}

/// The values of a segment that no step made.
#[derive(Clone, Copy)]
pub(super) struct Own<'s> {
    pub segment: &'s Segment,
    pub times: &'s [i64],
    pub deferred: &'s Deferred,
}

impl<'s> Own<'s> {
    /// The values that records have in `field`.
    pub fn column(&self, field: FieldId) -> Option<&'s Column> {
        self.deferred.column(field, self.segment).or_else(|| self.segment.column(field))
    }

    /// Every column once, without its common names.
    pub fn columns(self) -> impl Iterator<Item = &'s Column> {
        let deferred = self.deferred.columns(self.segment);
        let is_other = |column: &&Column| deferred.iter().all(|deferred| deferred.field != column.field);
        self.segment.columns().iter().filter(is_other).chain(deferred)
    }

    /// Every name of a column, including its common names.
    pub fn fields(self) -> impl Iterator<Item = (FieldId, &'s Column)> {
        let deferred = self.deferred.columns(self.segment);
        let is_other = |field: FieldId| deferred.iter().all(|deferred| deferred.field != field);
        let at_once = self.segment.fields().filter(move |&(field, _)| is_other(field));
        at_once.chain(deferred.iter().map(|column| (column.field, column)))
    }
}

impl Derived {
    /// Sets the steps whose columns are made from now on. Columns that were already made by a step that stays are
    /// kept.
    pub fn set(&mut self, derivations: &Arc<Derivations>) {
        let mut old: Vec<OnceLock<Made>> = std::mem::take(&mut self.made);
        let mut kept = |step: &Arc<dyn Derive>| {
            let same = self.derivations.steps.iter().position(|made| Arc::ptr_eq(made, step));
            same.map_or_else(OnceLock::new, |same| std::mem::take(&mut old[same]))
        };
        self.made = derivations.steps.iter().map(&mut kept).collect();
        self.derivations = derivations.clone();
    }

    /// Drops the columns made so far, because values that they were made from have changed.
    pub fn forget(&mut self) {
        self.made.iter_mut().for_each(|made| *made = OnceLock::new());
    }

    /// The column of `field` that a step makes; the inner `None` means that no row has a value. `None` if no step
    /// makes `field`.
    pub fn column<'s>(&'s self, field: FieldId, own: &Own<'s>) -> Option<Option<&'s Column>> {
        self.column_before(self.made.len(), field, own)
    }

    fn column_before<'s>(
        &'s self,
        n_steps: usize,
        field: FieldId,
        own: &Own<'s>,
    ) -> Option<Option<&'s Column>> {
        let at = self.derivations.find(field, n_steps)?;
        let made = self.made(at.step, own);
        let column = match at.column {
            Which::Nth(nth) => &made.columns[nth],
            Which::Unmatched => &made.unmatched,
        };
        Some(Some(column).filter(|column| column.n_rows_with_value > 0))
    }

    /// The columns of the step with the index `step`. A step reads only columns of the steps before it, so this
    /// recursion ends.
    fn made<'s>(&'s self, step: usize, own: &Own<'s>) -> &'s Made {
        self.made[step].get_or_init(|| self.make(step, &*self.derivations.steps[step], own))
    }

    /// The columns that `step` would make after all other steps.
    pub fn try_step(&self, step: &dyn Derive, own: &Own<'_>) -> Made {
        self.make(self.made.len(), step, own)
    }

    fn make(&self, n_before: usize, step: &dyn Derive, own: &Own<'_>) -> Made {
        let input = |origin: &Origin| match *origin {
            Origin::Times => Input::Times(own.times),
            Origin::Field(field) => {
                let derived = self.column_before(n_before, field, own);
                derived.unwrap_or_else(|| own.column(field)).map_or(Input::None, Input::Column)
            }
        };
        let inputs: Vec<Input<'_>> = step.origins().iter().map(input).collect();
        let mut made = step.derive(&inputs, own.times.len());
        for (column, &field) in made.columns.iter_mut().zip(step.fields()) {
            if let Some(first) = own.column(field) {
                *column = first_of(first, column, own.times.len());
            }
        }
        made
    }

    /// Every field that a step makes, with its column if a row has a value. Fields that mark unmatched rows are left
    /// out.
    pub fn fields<'s>(&'s self, own: &Own<'s>) -> Vec<(FieldId, Option<&'s Column>)> {
        let fields = self.derivations.steps.iter().flat_map(|step| step.fields().iter().copied());
        fields.filter_map(|field| Some((field, self.column(field, own)?))).collect()
    }

    /// As `fields`, but only the columns that may have text that no other column has: a search in all columns can skip
    /// the others.
    pub fn telling_fields<'s>(&'s self, own: &Own<'s>) -> Vec<(FieldId, Option<&'s Column>)> {
        let is_telling = |field: FieldId| {
            let at = self.derivations.find(field, self.made.len());
            own.column(field).is_some() || at.is_some_and(|at| self.made(at.step, own).adds_text)
        };
        let fields = self.derivations.steps.iter().flat_map(|step| step.fields().iter().copied());
        fields
            .filter(|&field| is_telling(field))
            .filter_map(|field| Some((field, self.column(field, own)?)))
            .collect()
    }

    /// The memory of the columns made so far, in bytes.
    pub fn memory_bytes(&self) -> usize {
        let made = self.made.iter().filter_map(OnceLock::get);
        made.flat_map(|made| made.columns.iter().chain([&made.unmatched])).map(Column::memory_bytes).sum()
    }
}
