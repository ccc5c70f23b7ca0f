//! Which columns a step makes, where only the values can say so: the parts that they have, counted.

use super::{Round, put};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, ErrorKind, Json, limits};
use crate::derive::{Step, Survey};
use crate::engine::Hub;
use crate::engine::asking::{Ask, OfAccepted};
use crate::query::{Partial, Table};

/// Goes on with the step once it has its columns: at once where somebody said them, else after a look at all values.
///
/// # Errors
/// `Step`, where no value has a part.
pub(super) fn surveyed(
    hub: &mut Hub,
    step: Step,
    next: impl FnOnce(&mut Hub, Step) -> Result<Round, Error> + 'static,
) -> Result<Round, Error> {
    if !step.needs_survey() {
        return next(hub, step);
    }
    let ask = Ask::Accepted(hub.accepting(String::new()), OfAccepted::Survey(step.json().to_string()));
    put(ask, move |hub, partials| {
        let mut surveyor = Surveyor::new(step);
        partials.iter().for_each(|partial| surveyor.merge(&mut Reader::new(partial)));
        next(hub, surveyor.finish()?)
    })
}

/// The step that a text is.
///
/// # Errors
/// `Step`, where it is none.
pub(in crate::engine) fn read_step(text: &str) -> Result<Step, Error> {
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
pub(in crate::engine) struct Surveyor {
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
