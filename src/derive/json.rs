//! Makes fields of JSON text.

use super::named::{Entries, Value};
use crate::base::{Json, limits};

/// The leaves of an object or a list, by their paths: `user.name`, `items[].id`. `null`, an empty object and an empty
/// list are not values. A text that is neither an object nor a list does not fit.
#[derive(Debug)]
pub(super) struct Leaves;

/// Calls `visit` with the path and the value of every leaf. Paths that are too long to be asked for are skipped.
fn leaves(json: &Json, path: &mut String, visit: &mut impl FnMut(&str, &Json)) {
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
                leaves(value, path, visit);
                path.truncate(before);
            }
        }
        Json::List(values) => {
            let before = path.len();
            path.push_str("[]");
            values.iter().for_each(|value| leaves(value, path, visit));
            path.truncate(before);
        }
        leaf => visit(path, leaf),
    }
}

fn parse(text: &str) -> Option<Json> {
    let is_container = text.trim_ascii_start().starts_with(['{', '[']);
    is_container.then(|| Json::parse(text).ok())?
}

impl Entries for Leaves {
    fn entries(&self, text: &str, visit: &mut dyn FnMut(&str, Value<'_>)) -> bool {
        let Some(json) = parse(text) else { return false };
        leaves(&json, &mut String::new(), &mut |path, leaf| match leaf {
            Json::Text(text) => visit(path, Value::Made(&|made| made.push_str(text))),
            other => visit(path, Value::Made(&|made| made.push_str(&other.to_string()))),
        });
        true
    }
}
