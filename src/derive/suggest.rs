//! Suggests steps for a column, from some of its values.

use super::mine;
use super::operation::Parts;
use super::step::{How, Step, Survey};
use crate::base::{Json, limits};

/// Known grammars, the most specific first. The rest of a line may continue over line ends.
const GRAMMARS: &[&str] = &[
    r#"^%{COMBINEDAPACHELOG}$"#,
    r#"^%{COMMONAPACHELOG}$"#,
    r"^%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:host.name} %{PROG:process.name}(?:\[%{POSINT:process.pid}\])?: (?<text>(?s:.*))$",
    r"^%{TIMESTAMP_ISO8601:timestamp} %{SYSLOGHOST:host.name} %{PROG:process.name}(?:\[%{POSINT:process.pid}\])?: (?<text>(?s:.*))$",
    r"^%{TIMESTAMP_ISO8601:timestamp}(?:[,.]\d+)?[ \t]+\[?%{LOGLEVEL:log.level}\]?:?[ \t]+(?<text>(?s:.*))$",
    r"^%{TIMESTAMP_ISO8601:timestamp} (?<text>(?s:.*))$",
];

/// Kinds of whole values, each with a score for how good a suggestion it is.
const SHAPES: &[(&str, f64)] = &[("arn", 1.0), ("url", 0.95), ("ipPort", 0.95), ("email", 0.9)];

/// Delimiters, each with a score for how good a suggestion it is.
const DELIMITERS: &[(&str, f64)] = &[("\t", 0.85), ("|", 0.8), (";", 0.75), (",", 0.7), (" - ", 0.6)];

/// A suggestion: a step, how many of the values it fits, and its score.
struct Proposal {
    step: Step,
    n_fit: usize,
    score: f64,
}

/// Suggests steps for the column `field`, whose values include `values`. The best step comes first, each with the
/// number of values that it fits. A step that fits fewer than half of the values is not suggested; templates are an
/// exception, because a column may need several of them.
///
/// ```json
/// [{"step": {"kind": "arn", "from": "userIdentity.arn", "columns": [{"part": "partition", "name": "…"}]}, "fits": 97, "values": 100}]
/// ```
pub fn suggest(field: &str, values: &[&str]) -> Json {
    let values: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    let mut proposals = Vec::new();
    let mut propose = |score: f64, options: Vec<(&str, Json)>, least: f64| {
        let step = Json::object([("from", Json::text(field))].into_iter().chain(options));
        if let Some(proposal) = proposal(&step, &values, score)
            .filter(|proposal| proposal.n_fit > 0 && proposal.n_fit as f64 >= least * values.len() as f64)
        {
            proposals.push(proposal);
        }
    };
    propose(1.1, vec![kind("json")], 0.5);
    for &(shape, score) in SHAPES {
        propose(score, vec![kind(shape)], 0.5);
    }
    let share = |is_so: fn(&str) -> bool| {
        values.iter().filter(|value| is_so(value)).count() as f64 / values.len().max(1) as f64
    };
    if share(is_path) > 0.5 {
        propose(0.8, vec![kind("path")], 0.5);
    }
    if share(is_agent) > 0.5 {
        propose(0.9, vec![kind("userAgent")], 0.5);
    }
    if share(is_query) > 0.5 {
        propose(0.85, vec![kind("query")], 0.5);
    }
    for (nth, pattern) in GRAMMARS.iter().enumerate() {
        propose(1.05 - nth as f64 / 100.0, vec![kind("grok"), ("pattern", Json::text(*pattern))], 0.5);
    }
    // A single pair in a sentence does not make the text a list of pairs.
    if share(|value| value.split_ascii_whitespace().filter(|word| word.contains('=')).count() >= 2) > 0.5 {
        propose(0.88, vec![kind("keyValue")], 0.5);
    }
    for &(delimiter, score) in DELIMITERS {
        let evenness = evenness(&values, |value| value.matches(delimiter).count());
        propose(score * evenness, vec![kind("split"), ("delimiter", Json::text(delimiter))], 0.5);
    }
    for pattern in mine::templates(&values) {
        propose(0.7, vec![kind("grok"), ("pattern", Json::text(pattern))], 0.02);
    }
    let evenness = evenness(&values, |value| value.split_ascii_whitespace().count() - 1);
    propose(0.2 + 0.4 * evenness, vec![kind("split")], 0.3);
    proposals.sort_by(|a, b| b.score.total_cmp(&a.score));
    let json = |proposal: &Proposal| {
        Json::object([
            ("step", proposal.step.json().clone()),
            ("fits", Json::number(proposal.n_fit)),
            ("values", Json::number(values.len())),
        ])
    };
    Json::List(proposals.iter().map(json).collect())
}

fn kind(kind: &str) -> (&'static str, Json) {
    ("kind", Json::text(kind))
}

fn proposal(json: &Json, values: &[&str], score: f64) -> Option<Proposal> {
    let mut step = Step::new(json).ok()?;
    if step.needs_survey() {
        let mut survey = Survey::default();
        values.iter().for_each(|value| step.survey(value, 1, &mut survey));
        step = step.surveyed(&survey).ok()?;
    }
    let How::Cut(operation) = &step.how else { return None };
    let mut parts = Parts::default();
    let fits = values.iter().filter(|value| {
        parts.clear();
        operation.cut(value, &mut parts)
    });
    let n_fit = fits.count();
    Some(Proposal { step, n_fit, score: score * n_fit as f64 / values.len().max(1) as f64 })
}

/// The share of values with the most frequent number of delimiters. Values without a delimiter have no share.
fn evenness(values: &[&str], count: impl Fn(&str) -> usize) -> f64 {
    let mut counts: Vec<usize> = values.iter().map(|value| count(value)).filter(|&n| n > 0).collect();
    counts.sort_unstable();
    let most = counts.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0);
    most as f64 / values.len().max(1) as f64
}

fn is_path(value: &str) -> bool {
    let is_rooted = value.starts_with('/') || value.get(1..3) == Some(":\\") || value.starts_with("\\\\");
    is_rooted && !value.contains([' ', '?']) && value.len() < limits::SUGGEST_BYTES
}

/// `aws-cli/2.4.23 Python/3.8.8 …`
fn is_agent(value: &str) -> bool {
    let word = value.split_ascii_whitespace().next().unwrap_or("");
    word.split_once('/').is_some_and(|(name, version)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && version.starts_with(|c: char| c.is_ascii_digit())
    })
}

fn is_query(value: &str) -> bool {
    let query = value.split_once('?').map_or(value, |(_, query)| query);
    query.contains('=') && !query.contains(' ') && (query.contains('&') || value.contains('?'))
}
