//! JSON text to fields.

use std::collections::HashMap;

use super::operation::{Operation, Parts};
use super::pairs::named_places;
use crate::base::{Error, Json, limits};

/// The leaves of an object or a list, by their paths: `user.name`, `items[].id`. `null`, an empty object and an empty list
/// are no values. A text that is no object and no list does not fit.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    places: HashMap<String, usize>,
}

/// Calls `see` with the path and the value of every leaf, but for paths that no column can ask for.
fn leaves(json: &Json, path: &mut String, see: &mut impl FnMut(&str, &Json)) {
    if path.len() > limits::STEP_TEXT_BYTES {
        return;
    }
    match json {
        Json::Null => {}
        Json::Object(entries) => {
            for (key, value) in entries {
                let before = path.len();
                path.push_str(if before == 0 { "" } else { "." });
                path.push_str(key);
                leaves(value, path, see);
                path.truncate(before);
            }
        }
        Json::List(values) => {
            let before = path.len();
            path.push_str("[]");
            values.iter().for_each(|value| leaves(value, path, see));
            path.truncate(before);
        }
        leaf => see(path, leaf),
    }
}

fn parse(text: &str) -> Option<Json> {
    let is_container = text.trim_ascii_start().starts_with(['{', '[']);
    is_container.then(|| Json::parse(text).ok())?
}

impl Operation for Leaves {
    fn usual_parts(&self) -> Option<Vec<String>> {
        None
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        self.places = named_places(parts)?;
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        let Some(json) = parse(text) else { return false };
        leaves(&json, &mut String::new(), &mut |path, leaf| {
            if let Some(&place) = self.places.get(path) {
                parts.make(place, |made| match leaf {
                    Json::Text(text) => made.push_str(text),
                    other => made.push_str(&other.to_string()),
                });
            }
        });
        true
    }

    fn survey(&self, text: &str, see: &mut dyn FnMut(&str)) {
        if let Some(json) = parse(text) {
            leaves(&json, &mut String::new(), &mut |path, _| see(path));
        }
    }
}
