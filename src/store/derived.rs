//! Columns that are made of others, when they are first asked for.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::column::Column;
use super::column_builder::first_of;
use super::deferred::Deferred;
use super::segment::Segment;
use crate::base::FieldId;

/// What a derived column is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The time of each row.
    Times,
    /// The column of a field.
    Field(FieldId),
}

/// What an [`Origin`] is in one segment.
#[derive(Debug, Clone, Copy)]
pub enum Input<'s> {
    /// No row has a value.
    None,
    /// Nanoseconds a row, `View::NO_TIME` where it has none.
    Times(&'s [i64]),
    /// A column.
    Column(&'s Column),
}

/// Makes columns of others, one segment at a time; the same rows give the same values in every segment.
pub trait Derive: fmt::Debug + Send + Sync {
    /// What it reads.
    fn origins(&self) -> &[Origin];
    /// The fields whose columns it makes, no two the same.
    fn fields(&self) -> &[FieldId];
    /// The field that marks rows which have something to read and do not fit.
    fn unmatched_field(&self) -> FieldId;
    /// The columns of all its fields in a segment of `n_rows`; `inputs` are what its origins are there.
    fn derive(&self, inputs: &[Input<'_>], n_rows: usize) -> Made;
}

/// What came of a step in one segment.
#[derive(Debug)]
pub struct Made {
    /// One for each field, in their order.
    pub columns: Vec<Column>,
    /// Has a value in the rows that do not fit.
    pub unmatched: Column,
    /// Whether a value may be no part of one that was read. Else a word that is in one of its columns is in what they were
    /// made of, too.
    pub adds_text: bool,
}

/// Steps in the order in which they are made: one may read what those before it made.
#[derive(Debug, Default)]
pub struct Derivations {
    steps: Vec<Arc<dyn Derive>>,
    by_field: HashMap<FieldId, Vec<At>>,
}

/// Which column of which step.
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
    /// Of these steps.
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

    /// The steps in their order.
    pub fn steps(&self) -> &[Arc<dyn Derive>] {
        &self.steps
    }

    /// Where `field` is made last among the first `n_steps`.
    fn find(&self, field: FieldId, n_steps: usize) -> Option<At> {
        self.by_field.get(&field)?.iter().rev().find(|at| at.step < n_steps).copied()
    }
}

/// The derived columns of one segment, as far as somebody asked for them.
#[derive(Debug, Default)]
pub(super) struct Derived {
    derivations: Arc<Derivations>,
    made: Vec<OnceLock<Made>>,
}

/// What a segment has beside derived columns.
#[derive(Clone, Copy)]
pub(super) struct Own<'s> {
    pub segment: &'s Segment,
    pub times: &'s [i64],
    pub deferred: &'s Deferred,
}

impl<'s> Own<'s> {
    /// The values of `field` that records had.
    pub fn column(&self, field: FieldId) -> Option<&'s Column> {
        self.deferred.column(field, self.segment).or_else(|| self.segment.column(field))
    }

    /// Every column once, common names of it left out.
    pub fn columns(self) -> impl Iterator<Item = &'s Column> {
        let deferred = self.deferred.columns(self.segment);
        let is_other = |column: &&Column| deferred.iter().all(|deferred| deferred.field != column.field);
        self.segment.columns().iter().filter(is_other).chain(deferred)
    }

    /// Every name a column can be asked by, common names among them.
    pub fn fields(self) -> impl Iterator<Item = (FieldId, &'s Column)> {
        let deferred = self.deferred.columns(self.segment);
        let is_other = |field: FieldId| deferred.iter().all(|deferred| deferred.field != field);
        let at_once = self.segment.fields().filter(move |&(field, _)| is_other(field));
        at_once.chain(deferred.iter().map(|column| (column.field, column)))
    }
}

impl Derived {
    /// Makes these from now on; what the same steps have made stays.
    pub fn set(&mut self, derivations: &Arc<Derivations>) {
        let mut old: Vec<OnceLock<Made>> = std::mem::take(&mut self.made);
        let mut kept = |step: &Arc<dyn Derive>| {
            let same = self.derivations.steps.iter().position(|own| Arc::ptr_eq(own, step));
            same.map_or_else(OnceLock::new, |same| std::mem::take(&mut old[same]))
        };
        self.made = derivations.steps.iter().map(&mut kept).collect();
        self.derivations = derivations.clone();
    }

    /// Forgets what was made: what it was made of has changed.
    pub fn forget(&mut self) {
        self.made.iter_mut().for_each(|made| *made = OnceLock::new());
    }

    /// The column of `field` that a step makes; of its own ones, `None`.
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

    /// What the step of this number makes; it reads only what those before it make, so this ends.
    fn made<'s>(&'s self, step: usize, own: &Own<'s>) -> &'s Made {
        self.made[step].get_or_init(|| self.make(step, &*self.derivations.steps[step], own))
    }

    /// What a step would make behind all others.
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

    /// Every field that a step makes, with its column where it has a value; fields that mark unmatched rows are left out.
    pub fn fields<'s>(&'s self, own: &Own<'s>) -> Vec<(FieldId, Option<&'s Column>)> {
        let fields = self.derivations.steps.iter().flat_map(|step| step.fields().iter().copied());
        fields.filter_map(|field| Some((field, self.column(field, own)?))).collect()
    }

    /// Of these only the columns that say what no other does: a search of all need look at no more.
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

    /// Bytes of memory that the columns made so far take.
    pub fn memory_bytes(&self) -> usize {
        let made = self.made.iter().filter_map(OnceLock::get);
        made.flat_map(|made| made.columns.iter().chain([&made.unmatched])).map(Column::memory_bytes).sum()
    }
}
