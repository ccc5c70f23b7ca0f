//! Values whose names are in the text itself: keys and paths.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::operation::{Operation, Parts};
use super::options::wrong;
use crate::base::Error;

/// Finds the named values in a text.
pub(super) trait Entries: fmt::Debug + Send + Sync {
    /// Calls `visit` with every name in `text` and its value, in order, and returns whether the text fits.
    fn entries(&self, text: &str, visit: &mut dyn FnMut(&str, Value<'_>)) -> bool;
}

/// The value of a name.
pub(super) enum Value<'v> {
    /// The name has no value.
    Missing,
    /// This range of the text.
    Part(Range<usize>),
    /// The text that this function appends.
    Made(&'v dyn Fn(&mut String)),
}

/// The operation whose parts are named by the values themselves.
#[derive(Debug)]
pub(super) struct Named<E> {
    entries: E,
    /// For each wanted name, the place of its part.
    places: HashMap<String, usize>,
}

impl<E> Named<E> {
    pub fn new(entries: E) -> Named<E> {
        Named { entries, places: HashMap::new() }
    }
}

impl<E: Entries> Operation for Named<E> {
    fn usual_parts(&self) -> Option<Vec<String>> {
        None
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        self.places.clear();
        for (place, part) in parts.iter().enumerate() {
            if self.places.insert((*part).to_owned(), place).is_some() {
                return Err(wrong(format!("part {part:?} is there twice")));
            }
        }
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        self.entries.entries(text, &mut |name, value| {
            let Some(&place) = self.places.get(name) else { return };
            match value {
                Value::Missing => {}
                Value::Part(range) => parts.put(place, range),
                Value::Made(write) => parts.make(place, write),
            }
        })
    }

    fn survey(&self, text: &str, visit: &mut dyn FnMut(&str)) {
        self.entries.entries(text, &mut |name, _| visit(name));
    }
}
