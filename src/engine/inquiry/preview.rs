//! What a step would make: its columns, the rows that have something to read, those of them that it would not fit, and
//! the first cells.

use std::sync::Arc;

use super::filter::{select, selected};
use super::rows::RowsPage;
use super::survey::surveyed;
use super::{Reply, Round, done, put};
use crate::base::Error;
use crate::base::wire::Writer;
use crate::derive::Step;
use crate::engine::asking::{Ask, OfAccepted, OfRows};
use crate::engine::trying::Trial;
use crate::engine::{Hub, Shard};
use crate::query::rows::{clip_column, write_cell};

/// Asks what a step would make.
pub struct Preview {
    /// The step; its columns are found where it says none.
    pub step: Step,
    /// Of which rows.
    pub query: String,
    /// How many rows to show.
    pub n_rows: usize,
    /// Whether to show those that do not fit.
    pub misfits: bool,
}

/// What a step would make.
pub struct Previewed {
    /// The step with its columns.
    pub step: Step,
    /// Rows that have something to read.
    pub n_rows: usize,
    /// Those of them that do not fit.
    pub n_misfits: usize,
    /// The first cells: what is read, then what is made.
    pub cells: RowsPage,
}

impl Preview {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        let Preview { step, query, n_rows, misfits } = self;
        let readable = hub.with_value(&query, &step.from)?;
        hub.check(&readable).map_err(|error| error.of_text(&readable))?;
        surveyed(hub, step, move |hub, step| {
            select(hub, readable, Vec::new(), move |hub, all| {
                let accepted = hub.accepting(query);
                let text = step.json().to_string();
                let ask = Ask::Accepted(accepted.clone(), OfAccepted::Misfits(text.clone()));
                put(ask, move |hub, partials| {
                    let unfit = selected(hub, accepted, &[], partials);
                    hub.check_current(&all)?;
                    let shown = if misfits { &unfit } else { &all };
                    let rows = shown.rows(0, n_rows);
                    let (n_rows, n_misfits) = (all.n_rows(), unfit.n_rows());
                    put(Ask::Rows(rows.clone(), OfRows::TryCells(text)), move |_, partials| {
                        let n_fields = step.from.len() + step.columns.len();
                        let cells = RowsPage::merge(&rows, n_fields, partials);
                        done(Reply::Preview(Previewed { step, n_rows, n_misfits, cells }))
                    })
                })
            })
        })
    }
}

impl Shard {
    /// The step that is looked at, with what it has made so far.
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub(in crate::engine) fn trial(&mut self, step: &str) -> Result<Arc<Trial>, Error> {
        let kept = self.steps.trial.take();
        let trial = Trial::of(kept, step, &self.fields, self.store.sealed.len())?;
        self.steps.trial = Some(trial.clone());
        Ok(trial)
    }

    /// The cells of `rows`: of what a step would read, then of what it would make.
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub(in crate::engine) fn try_cells(&mut self, step: &str, rows: &[u32]) -> Result<Vec<u8>, Error> {
        let trial = self.trial(step)?;
        let mut writer = Writer::new();
        writer.append(&self.cells(rows, &trial.step().from));
        for nth in 0..trial.step().columns.len() {
            for &row in rows {
                let of = self.store.sealed.partition_point(|sealed| sealed.first_row <= row as usize) - 1;
                let sealed = &self.store.sealed[of];
                let column = &trial.made(of, &sealed.view).columns[nth];
                write_cell(&mut writer, clip_column(column, row as usize - sealed.first_row));
            }
        }
        Ok(writer.into_bytes())
    }
}
