//! JSON text to fields.

use super::named::{Entries, Value};
use crate::base::{Json, limits};

/// The leaves of an object or a list, by their paths: `user.name`, `items[].id`. `null`, an empty object and an empty list
/// are no values. A text that is no object and no list does not fit.
#[derive(Debug)]
pub(super) struct Leaves;

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

impl Entries for Leaves {
    fn entries(&self, text: &str, see: &mut dyn FnMut(&str, Value<'_>)) -> bool {
        let Some(json) = parse(text) else { return false };
        leaves(&json, &mut String::new(), &mut |path, leaf| match leaf {
            Json::Text(text) => see(path, Value::Made(&|made| made.push_str(text))),
            other => see(path, Value::Made(&|made| made.push_str(&other.to_string()))),
        });
        true
    }
}
