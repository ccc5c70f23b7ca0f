//! Steps that are looked at before they are made: which columns the values would give, and what would fit them.

use std::sync::{Arc, OnceLock};

use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, ErrorKind, Fields, Json, limits};
use crate::derive::{Bound, Step, Survey};
use crate::query::rows::{Rows, RowsPartial};
use crate::query::{Asked, Collect, Partial, Table};
use crate::store::View;
use crate::store::derived::Made;

/// The step that a text is, as JSON.
///
/// # Errors
/// `Step`, where it is none.
pub fn read_step(text: &str) -> Result<Step, Error> {
    let wrong = |message: String| Error::new(ErrorKind::Step, message);
    if text.len() > limits::RECIPE_BYTES {
        return Err(wrong(format!("step is {} bytes long, limit {}", text.len(), limits::RECIPE_BYTES)));
    }
    let json = Json::parse(text).map_err(|error| {
        wrong(format!("step is no JSON at byte {}: expected {}", error.at, error.expected))
    })?;
    Step::new(&json)
}

/// The parts that values have.
pub(super) struct Surveyor {
    step: Step,
    survey: Survey,
}

impl Surveyor {
    pub fn new(step: Step) -> Surveyor {
        Surveyor { step, survey: Survey::default() }
    }
}

impl<'p> Partial<'p> for Surveyor {
    /// The step with its columns; a `Step` error, where there are none.
    type Answer = Result<Step, Error>;

    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        let field = self.step.from.first().and_then(|from| table.field(from));
        let Some(column) = field.and_then(|field| table.segments[number].column(field)) else { return };
        let mut n_rows = vec![0_u64; column.dictionary.len() + 1];
        column.for_each(|row, code| n_rows[code.0 as usize] += rows[0].get(row) as u64);
        for (code, text) in column.dictionary.iter() {
            match n_rows[code.0 as usize] {
                0 => {}
                n => self.step.survey(text, n, &mut self.survey),
            }
        }
    }

    fn write(self, _: &mut Table<'_>, writer: &mut Writer) {
        writer.u64(self.survey.parts.len() as u64);
        for (part, &n_rows) in &self.survey.parts {
            writer.str(part);
            writer.u64(n_rows);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        for _ in 0..reader.u64() {
            let part = reader.str();
            self.survey.count(part, reader.u64());
        }
    }

    fn finish(self) -> Result<Step, Error> {
        self.step.surveyed(&self.survey)
    }
}

/// A step that is looked at, and what it makes of the segments.
pub(super) struct Trial {
    text: String,
    bound: Bound,
    made: Vec<OnceLock<Made>>,
}

impl Trial {
    /// The trial of a step on so many segments; with what it has made so far, where it is the one before.
    ///
    /// # Errors
    /// `Step`, where the text is none.
    pub fn of(
        kept: Option<Arc<Trial>>,
        step: &str,
        fields: &Fields,
        n_segments: usize,
    ) -> Result<Arc<Trial>, Error> {
        let mut trial = match kept.filter(|trial| trial.text == step).map(Arc::try_unwrap) {
            Some(Ok(trial)) => trial,
            _ => {
                let bound = Bound::trial(read_step(step)?, fields);
                Trial { text: step.to_owned(), bound, made: Vec::new() }
            }
        };
        trial.made.resize_with(n_segments, OnceLock::new);
        Ok(Arc::new(trial))
    }

    /// The step.
    pub fn step(&self) -> &Step {
        self.bound.step()
    }

    /// What it makes of a segment.
    pub fn made(&self, number: usize, view: &View) -> &Made {
        self.made[number].get_or_init(|| view.try_step(&self.bound))
    }
}

/// The accepted rows that a step would not fit, as [`Rows`] has them.
pub(super) struct Misfits {
    trial: Arc<Trial>,
    rows: RowsPartial<'static>,
}

impl Misfits {
    pub fn new(trial: Arc<Trial>) -> Misfits {
        Misfits { trial, rows: Rows::default().partial() }
    }
}

impl Collect for Misfits {
    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        let view = table.segments[number];
        let mut unmatched = Bitmap::none(view.n_rows());
        self.trial.made(number, view).unmatched.for_each(|row, _| unmatched.set(row));
        unmatched.and(&rows[0]);
        Partial::collect(&mut self.rows, table, number, &[unmatched]);
    }

    fn write(self: Box<Self>, table: &mut Table<'_>) -> Vec<u8> {
        Collect::write(Box::new(self.rows), table)
    }
}
