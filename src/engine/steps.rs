//! Steps in the engine: the hub keeps the list and all shards make it. What a question needs of a step that is not of the
//! list yet, to look at what it would make, is here, too. Steps and lists cross as JSON.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::asking::Ask;
use super::hub::Hub;
use super::segment_store::Sealed;
use super::shard::Shard;
use super::{RowRef, SourceState};
use crate::base::event::TIMESTAMP;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, ErrorKind, FieldId, Json, limits};
use crate::clock::YearReason;
use crate::derive::recipe::{Rule, pattern_of};
use crate::derive::{Bound, Recipe, Step, Steps, Survey, bind, misfit_field, suggest};
use crate::query::ast::{At, Clause, Glob, Node, Query, Test, Tree};
use crate::query::rows::{clip_column, cut, write_cell};
use crate::store::Derive;
use crate::store::derived::Made;

/// The steps of a shard.
#[derive(Default)]
pub(super) struct ShardSteps {
    /// What each step was, and became.
    kept: HashMap<String, Arc<dyn Derive>>,
    /// Fields that a step named before any record did.
    fields: BTreeSet<FieldId>,
    trial: Option<Trial>,
}

/// A step that is looked at, and what it makes of the segments.
struct Trial {
    text: String,
    bound: Bound,
    made: Vec<OnceCell<Made>>,
}

impl Trial {
    fn made(&self, nth: usize, sealed: &Sealed) -> &Made {
        self.made[nth].get_or_init(|| sealed.view.try_step(&self.bound))
    }
}

impl Shard {
    /// Makes these steps from now on, a list as [`Hub::set_steps`] answered it; what the same steps have made stays.
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub fn set_steps(&mut self, list: &str) -> Result<(), Error> {
        let n_known = self.fields.len() as u32;
        self.store.derivations = bind(list, &mut self.fields, &mut self.steps.kept)?;
        self.steps.fields.extend((n_known..self.fields.len() as u32).map(FieldId));
        self.steps.trial = None;
        for Sealed { view, .. } in &mut self.store.sealed {
            view.set_derivations(&self.store.derivations);
        }
        self.forget_answers();
        Ok(())
    }

    /// The names of fields from `first` on, for the hub: of one that only steps name an empty text, and behind them those
    /// that a record named later, all of them each time.
    pub(super) fn write_names(&self, first: usize, writer: &mut Writer) {
        let has_own = |field: FieldId| self.store.sealed.iter().any(|sealed| sealed.view.has_own(field));
        for (field, name) in self.fields.iter().skip(first) {
            writer.str(if self.steps.fields.contains(&field) { "" } else { name });
        }
        let late: Vec<&FieldId> = self.steps.fields.iter().filter(|&&field| has_own(field)).collect();
        writer.u64(late.len() as u64);
        late.iter().for_each(|&&field| writer.str(self.fields.name(field)));
    }

    /// Counts what parts the values have that a step would read: a partial for [`Hub::finish_survey`].
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub fn survey(&self, step: &str) -> Result<Vec<u8>, Error> {
        let step = read_step(step)?;
        let mut survey = Survey::default();
        if let Some(field) = step.from.first().and_then(|from| self.fields.get(from)) {
            for Sealed { view, first_row } in &self.store.sealed {
                let Some(column) = view.column(field) else { continue };
                let mut n_rows = vec![0_u64; column.dictionary.len() + 1];
                column.for_each(|row, code| {
                    n_rows[code.0 as usize] += self.included.get(first_row + row) as u64
                });
                for (code, text) in column.dictionary.iter() {
                    match n_rows[code.0 as usize] {
                        0 => {}
                        n => step.survey(text, n, &mut survey),
                    }
                }
            }
        }
        let mut writer = Writer::new();
        writer.u64(survey.parts.len() as u64);
        for (part, &n_rows) in &survey.parts {
            writer.str(part);
            writer.u64(n_rows);
        }
        Ok(writer.into_bytes())
    }

    /// The rows that `ask` accepts, a question for rows alone, and a step would not fit: a partial for
    /// [`Hub::finish_filter`].
    ///
    /// # Errors
    /// `Step` or `Query`, as the hub has found before.
    pub fn try_misfits(&mut self, step: &str, ask: Ask) -> Result<Vec<u8>, Error> {
        let answer = self.answer(ask)?;
        let reader = &mut Reader::new(&answer);
        let (words, n_rows) = (reader.u64s(), reader.u64() as usize);
        let asked = Bitmap::from_words(words, n_rows);
        let trial = self.trial(step)?;
        let mut rows = Bitmap::none(n_rows);
        for (nth, sealed) in self.store.sealed.iter().enumerate() {
            trial.made(nth, sealed).unmatched.for_each(|row, _| {
                let row = sealed.first_row + row;
                if row < n_rows {
                    rows.set(row);
                }
            });
        }
        rows.and(&asked);
        self.steps.trial = Some(trial);
        let mut writer = Writer::new();
        writer.u64s(rows.words());
        writer.u64(rows.len() as u64);
        Ok(writer.into_bytes())
    }

    /// The cells of `rows`: of what a step would read, then of what it would make: a partial for [`Hub::finish_rows`].
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub fn try_cells(&mut self, step: &str, rows: &[u32]) -> Result<Vec<u8>, Error> {
        let trial = self.trial(step)?;
        let mut writer = Writer::new();
        writer.append(&self.cells(rows, &trial.bound.step().from));
        for nth in 0..trial.bound.step().columns.len() {
            for &row in rows {
                let of = self.store.sealed.partition_point(|sealed| sealed.first_row <= row as usize) - 1;
                let sealed = &self.store.sealed[of];
                let column = &trial.made(of, sealed).columns[nth];
                write_cell(&mut writer, clip_column(column, row as usize - sealed.first_row));
            }
        }
        self.steps.trial = Some(trial);
        Ok(writer.into_bytes())
    }

    /// The step that is looked at, with what it has made so far.
    fn trial(&mut self, step: &str) -> Result<Trial, Error> {
        let n_segments = self.store.sealed.len();
        let mut trial = match self.steps.trial.take().filter(|trial| trial.text == step) {
            Some(trial) => trial,
            None => {
                let bound = Bound::trial(read_step(step)?, &self.fields);
                Trial { text: step.to_owned(), bound, made: Vec::new() }
            }
        };
        trial.made.resize_with(n_segments, OnceCell::new);
        Ok(trial)
    }

    /// The first value of `rows` in a field, cut, where it has one: a partial for [`Hub::suggest`].
    pub fn texts(&self, rows: &[u32], field: &str) -> Vec<u8> {
        let mut writer = Writer::new();
        for &row in rows {
            let (view, row) = self.row(row);
            let mut text = None;
            if let Some(column) = self.fields.get(field).and_then(|field| view.column(field)) {
                column.for_row(row, |code| text = text.or(Some(column.dictionary.text(code))));
            } else if field == TIMESTAMP {
                let time = view.time(row).map_or(String::new(), |time| time.to_text());
                writer.str(&time);
                continue;
            }
            writer.str(cut(text.unwrap_or(""), limits::SUGGEST_BYTES).0);
        }
        writer.into_bytes()
    }
}

fn read_step(text: &str) -> Result<Step, Error> {
    let wrong = |message: String| Error::new(ErrorKind::Step, message);
    if text.len() > limits::RECIPE_BYTES {
        return Err(wrong(format!("step is {} bytes long, limit {}", text.len(), limits::RECIPE_BYTES)));
    }
    let json = Json::parse(text).map_err(|error| {
        wrong(format!("step is no JSON at byte {}: expected {}", error.at, error.expected))
    })?;
    Step::new(&json)
}

/// The steps of the hub.
#[derive(Default)]
pub(super) struct HubSteps {
    steps: Steps,
    /// What can be asked for because of them: columns, and what marks misfits.
    names: Vec<String>,
}

impl HubSteps {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

impl Hub {
    /// Keeps these steps, a JSON list, in place of those before; the list as all shards are to be given it.
    ///
    /// # Errors
    /// `Step`, where it is none; those before stay.
    pub fn set_steps(&mut self, list: &str) -> Result<String, Error> {
        let steps = Steps::parse(list)?;
        let made = steps.names().map(str::to_owned);
        self.steps.names = made.chain(steps.iter().map(|step| misfit_field(&step.id))).collect();
        self.steps.steps = steps;
        Ok(self.steps.steps.json().to_string())
    }

    /// The steps, a JSON list for [`Shard::set_steps`].
    pub fn steps_text(&self) -> String {
        self.steps.steps.json().to_string()
    }

    /// The list with one more step, which needs its columns.
    ///
    /// # Errors
    /// `Step`, where it does not go with the others.
    pub fn with_step(&self, step: &str) -> Result<String, Error> {
        let step = read_step(step)?;
        let Json::List(mut list) = self.steps.steps.json() else { return Ok(String::new()) };
        list.push(step.json().clone());
        Ok(Steps::new(&Json::List(list))?.json().to_string())
    }

    /// Each step and what keeps it from making anything, or `null`: a JSON list of `{step, misfits, problem}`.
    pub fn step_states(&self) -> String {
        let states = self.steps.steps.iter().map(|step| {
            let problem = self.problem_of(step).map_or(Json::Null, Json::Text);
            Json::object([
                ("step", step.json().clone()),
                ("misfits", Json::text(format!("{}: *", Glob::text(misfit_field(&step.id))))),
                ("problem", problem),
            ])
        });
        Json::List(states.collect()).to_string()
    }

    fn problem_of(&self, step: &Step) -> Option<String> {
        if step.is_off {
            return None;
        }
        let is_known = |name: &&String| {
            let is_made = self.steps.steps.names().any(|made| made == **name);
            *name == TIMESTAMP || is_made || self.field_names.contains(*name)
        };
        let unknown = step.from.iter().find(|name| !is_known(name))?;
        Some(format!("no log has a field {unknown:?}, and no step makes it"))
    }

    /// Whether a step has no columns, and the values are to say which: [`Shard::survey`] of all shards is next.
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub fn needs_survey(&self, step: &str) -> Result<bool, Error> {
        Ok(read_step(step)?.needs_survey())
    }

    /// The step with its columns; with no partials where it needs no survey.
    ///
    /// # Errors
    /// `Step`, where there are none.
    pub fn finish_survey(&self, step: &str, partials: &[Vec<u8>]) -> Result<String, Error> {
        let step = read_step(step)?;
        if !step.needs_survey() {
            return Ok(step.json().to_string());
        }
        let mut survey = Survey::default();
        for partial in partials {
            let reader = &mut Reader::new(partial);
            for _ in 0..reader.u64() {
                let part = reader.str();
                survey.count(part, reader.u64());
            }
        }
        Ok(step.surveyed(&survey)?.json().to_string())
    }

    /// What to ask for the rows that `query` accepts and that have something for a step to read.
    ///
    /// # Errors
    /// `Step` or `Query`, where one of them is wrong.
    pub fn readable(&self, step: &str, query: &str) -> Result<String, Error> {
        let from = read_step(step)?.from;
        self.with_value(query, &from)
    }

    /// The fields that a step reads, a JSON list.
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub fn origins_of(&self, step: &str) -> Result<String, Error> {
        Ok(Json::List(read_step(step)?.from.iter().map(Json::text).collect()).to_string())
    }

    /// The query, and that one of `fields` has a value.
    ///
    /// # Errors
    /// `Query`, where it is wrong.
    pub fn with_value(&self, query: &str, fields: &[String]) -> Result<String, Error> {
        self.check(query)?;
        fn tree<T>(node: Node<T>) -> Tree<T> {
            Tree { node, at: At::default() }
        }
        let anything = || Glob { parts: vec![String::new(), String::new()], at: At::default() };
        let has_value = |field: &String| {
            let test = Test::Is(tree(Node::Leaf(anything())));
            tree(Node::Leaf(Clause::Field { name: Glob::text(field.as_str()), test }))
        };
        let mut any: Vec<Tree<Clause>> = fields.iter().map(has_value).collect();
        let any = if any.len() == 1 { any.remove(0) } else { tree(Node::Or(any)) };
        let mut clauses = Query::parse(query)?.clauses().to_vec();
        clauses.push(any);
        Ok(Query::from_clauses(clauses).to_string())
    }

    /// Up to `limits::SUGGEST_VALUES` rows of an answer, from all over it.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn sample(&self, selection: u32, count: usize) -> Result<Vec<RowRef>, Error> {
        let n = count.min(limits::SUGGEST_VALUES);
        let mut rows = Vec::with_capacity(n);
        for nth in 0..n {
            let row = (nth as u64 * count as u64 / n as u64) as usize;
            rows.extend(self.rows(selection, row, row + 1)?);
        }
        Ok(rows)
    }

    /// Steps that a column could be read by, from [`Shard::texts`] of `rows`: see [`suggest`].
    pub fn suggest(&self, field: &str, rows: &[RowRef], partials: &[Vec<u8>]) -> String {
        let mut readers: Vec<Reader<'_>> = partials.iter().map(|partial| Reader::new(partial)).collect();
        let values: Vec<&str> = rows.iter().map(|row| readers[row.shard()].str()).collect();
        suggest(field, &values).to_string()
    }

    /// The recipe of what was said so far. `formats` is what sources were said to be, a JSON list of `[path, format,
    /// settings]`, `zone` the one of all times of which nothing else was said, `view` the page's own object.
    ///
    /// # Errors
    /// `Step`, where `view` is none.
    pub fn recipe(&self, formats: &str, zone: Option<&str>, view: Option<&str>) -> Result<String, Error> {
        let wrong = |what: &str| Error::new(ErrorKind::Step, format!("{what} is no JSON"));
        let formats = Json::parse(formats).map_err(|_| wrong("formats"))?;
        let view = view.map(Json::parse).transpose().map_err(|_| wrong("view"))?;
        let rule = |source: &SourceState| {
            let said = formats.as_list()?.iter().find_map(|said| match said.as_list()? {
                [path, format, settings] if path.as_text() == Some(&source.path) => {
                    Some((format.as_text()?.to_owned(), settings.as_text()?.to_owned()))
                }
                _ => None,
            });
            Some(Rule {
                path: String::new(),
                format: said.filter(|_| source.is_forced),
                zone: source.is_zone_set.then(|| source.clock.zone.name.clone()),
                year: source.year.filter(|(_, reason)| *reason == YearReason::Set).map(|(year, _)| year),
            })
        };
        let rules =
            rules(self.sources().filter_map(|(_, source)| Some((source.path.as_str(), rule(source)?))));
        let steps = Steps::new(&self.steps.steps.json())?;
        let recipe = Recipe { zone: zone.map(str::to_owned), sources: rules, steps, view }.json().to_string();
        // What cannot be replayed is not to be saved.
        Recipe::parse(&recipe)?;
        Ok(recipe)
    }

    /// Reads a recipe: a JSON object of what is to be done, `steps` a list for [`Hub::set_steps`].
    ///
    /// # Errors
    /// `Step`, where it is none.
    pub fn read_recipe(&self, text: &str) -> Result<String, Error> {
        Ok(Recipe::parse(text)?.json().to_string())
    }

    /// The sources whose names are like `pattern`.
    pub fn sources_like(&self, pattern: &str) -> Vec<u32> {
        let rule = Rule { path: pattern.to_owned(), ..Rule::default() };
        let like = self.sources().filter(|(_, source)| rule.matches(&source.path));
        like.map(|(number, _)| number).collect()
    }
}

/// One rule for all sources of a kind, where the same was said of all of them; else one for each name.
fn rules<'s>(said: impl Iterator<Item = (&'s str, Rule)>) -> Vec<Rule> {
    let mut kinds: Vec<(String, Vec<(&str, Rule)>)> = Vec::new();
    for (path, rule) in said {
        let pattern = pattern_of(path);
        match kinds.iter_mut().find(|(own, _)| *own == pattern) {
            Some((_, rules)) => rules.push((path, rule)),
            None => kinds.push((pattern, vec![(path, rule)])),
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for (pattern, said) in kinds {
        if said.iter().all(|(_, rule)| *rule == said[0].1) {
            rules.push(Rule { path: pattern, ..said[0].1.clone() });
            continue;
        }
        for (path, rule) in said {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
            rules.push(Rule { path: name, ..rule });
        }
    }
    rules.retain(|rule| rule.format.is_some() || rule.zone.is_some() || rule.year.is_some());
    rules.dedup();
    rules
}
