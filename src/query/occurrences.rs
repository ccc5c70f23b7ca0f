//! Where a value occurs: in which fields of which datasets, as the whole value or as a word in it.

use std::collections::BTreeMap;

use super::aggregate::Tally;
use super::gather::{Asked, Partial, Table};
use super::scan::for_each_cell;
use super::word::{Word, word_pattern};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId};
use crate::store::{Code, Column};

const DATASET: &str = "event.dataset";

/// A field of one dataset in which a value occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// `event.dataset`; `None` where there is none.
    pub dataset: Option<String>,
    /// The field's own name.
    pub field: String,
    /// Rows in which it is a whole value, whatever its case.
    pub whole: Tally,
    /// Rows in which it is a word in a value, and no whole value.
    pub part: Tally,
}

/// Asks where a value occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// The value.
    pub value: String,
}

impl Asked for Occurrences {
    type Partial<'p> = OccurrencesPartial;

    fn write(&self, writer: &mut Writer) {
        writer.str(&self.value);
    }

    fn read(reader: &mut Reader<'_>) -> Occurrences {
        Occurrences { value: reader.str().to_owned() }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        let word = Word::of_pattern(&word_pattern(&self.value));
        OccurrencesPartial { value: self.value.clone(), word, found: BTreeMap::new() }
    }
}

/// Rows by dataset and field: those that have it as a whole value, and as a part.
pub struct OccurrencesPartial {
    value: String,
    word: Option<Word>,
    found: BTreeMap<(Option<String>, String), (Tally, Tally)>,
}

/// How a text has the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Not,
    Part,
    Whole,
}

impl OccurrencesPartial {
    fn how(&self, text: &str) -> How {
        if text.eq_ignore_ascii_case(&self.value) {
            return How::Whole;
        }
        let is_part = match &self.word {
            Some(word) => word.accepts(text),
            None => text.contains(&self.value),
        };
        if is_part { How::Part } else { How::Not }
    }

    /// How each code of a column has the value; `None` where none does.
    fn codes(&self, column: &Column, rows: &Bitmap, n_rows: usize) -> Option<Vec<How>> {
        let mut codes = vec![How::Not; column.dictionary.len() + 1];
        if n_rows < column.dictionary.len() {
            let mut is_met = vec![false; codes.len()];
            for_each_cell(column, rows, |_, code| is_met[code.0 as usize] = true);
            let met = (1..codes.len()).filter(|&code| is_met[code]);
            met.for_each(|code| codes[code] = self.how(column.dictionary.text(Code(code as u32))));
        } else {
            let texts = column.dictionary.iter();
            texts.for_each(|(code, text)| codes[code.0 as usize] = self.how(text));
        }
        codes.iter().any(|&how| how != How::Not).then_some(codes)
    }

    /// For each row how it has the value in a column, best first: rows that have it only.
    fn rows(&self, column: &Column, rows: &Bitmap, n_rows: usize) -> Vec<(usize, How)> {
        let Some(codes) = self.codes(column, rows, n_rows) else { return Vec::new() };
        let mut found: Vec<(usize, How)> = Vec::new();
        for_each_cell(column, rows, |row, code| {
            let how = codes[code.0 as usize];
            match found.last_mut() {
                _ if how == How::Not => {}
                Some((last, best)) if *last == row => *best = how.max(*best),
                _ => found.push((row, how)),
            }
        });
        found
    }
}

impl<'p> Partial<'p> for OccurrencesPartial {
    type Answer = Vec<Occurrence>;

    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        let segment = table.segments[number];
        let (rows, n_rows) = (&rows[0], rows[0].count());
        if n_rows == 0 {
            return;
        }
        let datasets = table.field(DATASET).and_then(|field: FieldId| segment.column(field));
        let dataset_of = |row: usize| {
            let mut first = None;
            datasets?.for_row(row, |code| _ = first.get_or_insert(code));
            Some(datasets?.dictionary.text(first?))
        };
        for column in segment.columns() {
            let name = table.fields.name(column.field);
            let mut of_datasets: BTreeMap<Option<&str>, (Tally, Tally)> = BTreeMap::new();
            for (row, how) in self.rows(column, rows, n_rows) {
                let (whole, part) = of_datasets.entry(dataset_of(row)).or_default();
                let tally = if how == How::Whole { whole } else { part };
                tally.add(segment.times()[row]);
            }
            for (dataset, (whole, part)) in of_datasets {
                let key = (dataset.map(str::to_owned), name.to_owned());
                let found = self.found.entry(key).or_default();
                found.0.merge(&whole);
                found.1.merge(&part);
            }
        }
    }

    fn write(self, _: &mut Table<'_>, writer: &mut Writer) {
        writer.u64(self.found.len() as u64);
        for ((dataset, field), (whole, part)) in self.found {
            writer.strs(dataset.as_slice());
            writer.str(&field);
            whole.write(writer);
            part.write(writer);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        for _ in 0..reader.u64() {
            let key = (reader.strs().pop(), reader.str().to_owned());
            let (whole, part) = self.found.entry(key).or_default();
            whole.merge(&Tally::read(reader));
            part.merge(&Tally::read(reader));
        }
    }

    /// Those with the most rows first, then by dataset and field.
    fn finish(self) -> Vec<Occurrence> {
        let of = |((dataset, field), (whole, part))| Occurrence { dataset, field, whole, part };
        let mut all: Vec<Occurrence> = self.found.into_iter().map(of).collect();
        all.sort_by_key(|found| std::cmp::Reverse(found.whole.n_rows + found.part.n_rows));
        all
    }
}
