//! What steps change in the engine: the hub keeps the list and all shards make it. Steps and lists cross as JSON.

use super::SourceState;
use super::hub::Hub;
use super::segment_store::Sealed;
use super::shard::Shard;
use crate::base::event::TIMESTAMP;
use crate::base::wire::Writer;
use crate::base::{Error, ErrorKind, FieldId, Json};
use crate::clock::YearReason;
use crate::derive::recipe::{Rule, pattern_of};
use crate::derive::{Recipe, Step, Steps, bind, misfit_field};
use crate::query::{Glob, Query, edit};

impl Shard {
    /// Makes these steps from now on, a JSON list as [`Hub::steps_text`] has it; what the same steps have made stays.
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
}

impl Hub {
    /// Keeps these steps in place of those before; the list as all shards are to be given it.
    pub(super) fn keep_steps(&mut self, steps: Steps) -> String {
        let made = steps.names().map(str::to_owned);
        self.steps.names = made.chain(steps.iter().map(|step| misfit_field(&step.id))).collect();
        self.steps.steps = steps;
        self.steps_text()
    }

    /// The steps, a JSON list for [`Shard::set_steps`].
    pub fn steps_text(&self) -> String {
        self.steps.steps.json().to_string()
    }

    /// The steps and one more, which has its columns.
    ///
    /// # Errors
    /// `Step`, where it does not go with the others.
    pub(super) fn with_step(&self, step: &Step) -> Result<Steps, Error> {
        let list = self.steps.steps.iter().chain([step]).map(|step| step.json().clone());
        Steps::new(&Json::List(list.collect()))
    }

    /// Each step and what keeps it from making anything, or `null`: a JSON object `{step, misfits, problem}`.
    pub fn step_states(&self) -> Vec<Json> {
        let state = |step: &Step| {
            let problem = self.problem_of(step).map_or(Json::Null, Json::Text);
            Json::object([
                ("step", step.json().clone()),
                ("misfits", Json::text(format!("{}: *", Glob::text(misfit_field(&step.id))))),
                ("problem", problem),
            ])
        };
        self.steps.steps.iter().map(state).collect()
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

    /// The query, and that one of `fields` has a value.
    ///
    /// # Errors
    /// `Query`, where it is wrong.
    pub(super) fn with_value(&self, query: &str, fields: &[String]) -> Result<String, Error> {
        self.check(query).map_err(|error| error.of_text(query))?;
        Ok(edit::and(&Query::parse(query)?, edit::has_value(fields)).to_string())
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

    /// Reads a recipe: a JSON object of what is to be done, `steps` a list of steps.
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
