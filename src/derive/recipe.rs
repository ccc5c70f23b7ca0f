//! What an analyst did with a case, without the case: a small document that can be saved and applied to other files.
//!
//! ```json
//! {"trailglass": "recipe", "version": 1, "zone": "Europe/Berlin",
//!  "sources": [{"path": "secure-*", "format": "text", "year": 2022}],
//!  "steps": [{"id": "s1", "kind": "split", "from": "message", "columns": [{"part": "1", "name": "month"}]}],
//!  "view": {}}
//! ```
//!
//! A recipe holds no log data except the names of fields and parts of the names of files. `view` belongs to the page
//! (filters, sorts, columns), and the core keeps it unchanged. A recipe is hostile input: an unknown key is an error.

use super::options::{Options, expected, wrong};
use super::step::Steps;
use crate::base::{Error, Json, limits};

/// The only version so far.
const VERSION: i64 = 1;

/// The steps, zones, years and formats that the analyst set, without any log data.
#[derive(Debug, Default)]
pub struct Recipe {
    /// The zone of times without a zone, unless a source has a zone of its own.
    pub zone: Option<String>,
    /// The settings of sources.
    pub sources: Vec<Rule>,
    /// The steps.
    pub steps: Steps,
    /// The settings of the page.
    pub view: Option<Json>,
}

/// The settings of the sources whose name matches `path`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// The last part of a source's path, in which `*` stands for any text.
    pub path: String,
    /// The name of the format, and its settings.
    pub format: Option<(String, String)>,
    /// The zone of times without a zone.
    pub zone: Option<String>,
    /// The year of the last record that has no year.
    pub year: Option<i64>,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// `Step`, if the text is not a recipe: it has another version, an unknown key, or a step that is not valid.
    pub fn parse(text: &str) -> Result<Recipe, Error> {
        if text.len() > limits::RECIPE_BYTES {
            return Err(wrong(format!(
                "recipe is {} bytes long, limit {}",
                text.len(),
                limits::RECIPE_BYTES
            )));
        }
        let json = Json::parse(text).map_err(|error| {
            wrong(format!("recipe is no JSON at byte {}: expected {}", error.at, error.expected))
        })?;
        if depth(&json) > limits::RECIPE_DEPTH {
            return Err(wrong(format!("recipe nests deeper than {}", limits::RECIPE_DEPTH)));
        }
        let mut options = Options::new(&json)?;
        if options.text("trailglass", limits::STEP_TEXT_BYTES)? != Some("recipe") {
            return Err(wrong("this is no recipe of Trailglass"));
        }
        match options.get("version").and_then(Json::as_whole) {
            Some(VERSION) => {}
            _ => return Err(wrong(format!("recipe is of another version, expected {VERSION}"))),
        }
        let zone = options.text("zone", limits::STEP_TEXT_BYTES)?.map(str::to_owned);
        let sources = match options.get("sources") {
            None => Vec::new(),
            Some(Json::List(list)) if list.len() <= limits::MAP_ROWS => {
                list.iter().map(rule).collect::<Result<Vec<Rule>, Error>>()?
            }
            Some(other) => return Err(expected("sources", "a list", other)),
        };
        let steps = options.get("steps").map_or_else(|| Ok(Steps::default()), Steps::new)?;
        let view = match options.get("view") {
            Some(other) if !matches!(other, Json::Object(_)) => {
                return Err(expected("view", "an object", other));
            }
            view => view.cloned(),
        };
        options.finish()?;
        Ok(Recipe { zone, sources, steps, view })
    }

    /// The recipe as a document.
    pub fn json(&self) -> Json {
        let zone = self.zone.iter().map(|zone| ("zone", Json::text(zone)));
        let sources = Json::List(self.sources.iter().map(Rule::json).collect());
        let view = self.view.iter().map(|view| ("view", view.clone()));
        Json::object(
            [("trailglass", Json::text("recipe")), ("version", Json::number(VERSION))]
                .into_iter()
                .chain(zone)
                .chain([("sources", sources), ("steps", self.steps.json())])
                .chain(view),
        )
    }
}

impl Rule {
    fn json(&self) -> Json {
        let format = self.format.iter().flat_map(|(format, settings)| {
            let settings = (!settings.is_empty()).then(|| ("settings", Json::text(settings)));
            [("format", Json::text(format))].into_iter().chain(settings)
        });
        let zone = self.zone.iter().map(|zone| ("zone", Json::text(zone)));
        let year = self.year.iter().map(|year| ("year", Json::number(year)));
        Json::object([("path", Json::text(&self.path))].into_iter().chain(format).chain(zone).chain(year))
    }

    /// Whether the rule applies to the source with this path.
    pub fn matches(&self, path: &str) -> bool {
        is_like(&self.path, last_of(path))
    }
}

fn rule(json: &Json) -> Result<Rule, Error> {
    let in_sources = |error: Error| error.of("sources");
    let read = || {
        let mut options = Options::new(json)?;
        let path = options.text("path", limits::NAME_BYTES)?.unwrap_or("").to_owned();
        if path.is_empty() {
            return Err(wrong("path is missing"));
        }
        let format = options.text("format", limits::STEP_TEXT_BYTES)?;
        let settings = options.text("settings", limits::NAME_BYTES)?.unwrap_or("");
        let rule = Rule {
            path,
            format: format.map(|format| (format.to_owned(), settings.to_owned())),
            zone: options.text("zone", limits::STEP_TEXT_BYTES)?.map(str::to_owned),
            year: options.whole("year", 1970..=2200)?,
        };
        options.finish()?;
        Ok(rule)
    };
    read().map_err(in_sources)
}

fn depth(json: &Json) -> usize {
    match json {
        Json::List(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Json::Object(entries) => 1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}

fn last_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The pattern of the sources of the same kind as `path`: its last part, with `*` for numbers. `secure-20220322` and
/// `secure-20220329` are of one kind.
pub fn pattern_of(path: &str) -> String {
    let mut pattern = String::new();
    for c in last_of(path).chars() {
        match c {
            c if c.is_ascii_digit() || c == '*' => {
                if !pattern.ends_with('*') {
                    pattern.push('*');
                }
            }
            c => pattern.push(c),
        }
    }
    pattern
}

/// Whether `name` matches `pattern`, in which `*` stands for any text.
fn is_like(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_like_others_of_its_kind() {
        assert_eq!(pattern_of("logs.tar!/var/log/secure-20220322.1"), "secure-*.*");
        for (pattern, name, is_it) in [
            ("secure-*", "secure-20220329", true),
            ("secure-*", "secure", false),
            ("secure", "secure", true),
            ("secure", "secure2", false),
            ("*", "", true),
            ("a*b*a", "aba", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(is_like(pattern, name), is_it, "{pattern} {name}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let text = r#"{"trailglass":"recipe","version":1,"zone":"+02:00","sources":[{"path":"secure-*","format":"text","settings":"x","zone":"UTC","year":2022}],"steps":[{"id":"s1","kind":"rename","from":"a","columns":[{"part":"value","name":"b"}]}],"view":{"filters":[1]}}"#;
        assert_eq!(Recipe::parse(text).expect("it is one").json().to_string(), text);
    }

    #[test]
    fn what_is_none_is_refused() {
        let deep = format!(
            r#"{{"trailglass":"recipe","version":1,"view":{{"a":{}{}}}}}"#,
            "[".repeat(20),
            "]".repeat(20)
        );
        for (text, message) in [
            ("{}", "this is no recipe of Trailglass"),
            (r#"{"trailglass":"recipe","version":2}"#, "recipe is of another version, expected 1"),
            (r#"{"trailglass":"recipe","version":1,"__proto__":{}}"#, "\"__proto__\" is not known here"),
            (r#"{"trailglass":"recipe","version":1,"view":[]}"#, "view: expected an object, found a list"),
            (r#"{"trailglass":"recipe","version":1,"sources":[{}]}"#, "sources: path is missing"),
            (
                r#"{"trailglass":"recipe","version":1,"steps":[{"kind":"evil"}]}"#,
                "step 1: unknown kind of step \"evil\"",
            ),
            ("[", "recipe is no JSON at byte 1: expected a value"),
            (deep.as_str(), "recipe nests deeper than 16"),
        ] {
            let error = Recipe::parse(text).expect_err(text);
            assert_eq!(error.message(), message);
        }
    }
}
