//! A query's text and what a click or a key asks for -> the new text: what `+` and `−` and the pills do.
//!
//! A text is taken apart into its clauses ([`Query::clauses`]) and put together with `and`. A clause that an edit does
//! not concern keeps its wording. Whoever else needs clauses makes them with the functions at the end.

use std::ops::Range;

use super::plan::is_free_text;
use super::text::Pattern;
use super::value::{Moment, Network, Number};
use super::{At, Clause, Comparison, Glob, Node, Query, Test, Tree, word_pattern};
use crate::base::event::TIMESTAMP;
use crate::base::{Error, ErrorKind, Timestamp, limits};

/// A change of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A test of a value, as its cell says it.
    Add {
        /// The field's name, as it is; of no account for [`How::Anywhere`].
        field: String,
        /// The value; of no account for [`How::Exists`] and [`How::Missing`].
        value: String,
        /// What is asked of it.
        how: How,
        /// Whether another value or field is the same but for case or spelling, so that only `=` tells them apart.
        has_twins: bool,
    },
    /// Without this clause.
    Remove(usize),
    /// `not` before this clause, or away from it.
    Negate(usize),
    /// Another text for this clause; an empty one removes it.
    Replace(usize, String),
    /// Only times from `first` to `last`, both among them; in place of other bounds of time.
    Around {
        /// Nanoseconds.
        first: i64,
        /// Nanoseconds. All of what its text says is among them: a whole second, if it is one.
        last: i64,
    },
    /// Only times in this range; in place of other bounds of time.
    Between(Range<i64>),
}

/// What is asked of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Only rows that have it, beside other values of the field that are kept.
    Keep,
    /// No row that has it.
    Exclude,
    /// Rows that have a value in the field.
    Exists,
    /// Rows that have none.
    Missing,
    /// Rows that have it in any field, as part of a value.
    Anywhere,
}

/// One clause of a query, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseText {
    /// Its text; joined by `and`, those of all clauses ask the same as the query.
    pub text: String,
    /// Where it stands in the query's text, in bytes.
    pub at: Range<usize>,
    /// The field, where all of it asks one that is named without a wildcard.
    pub field: Option<String>,
    /// Whether it is a `not`.
    pub is_negated: bool,
    /// Whether it is one test of a field or a word, perhaps with a `not`.
    pub is_simple: bool,
}

/// The clauses of `query`, which was read from `text`.
pub fn clauses(text: &str, query: &Query) -> Vec<ClauseText> {
    let clauses = query.clauses();
    let of = |tree: &Tree<Clause>| {
        let is_negated = matches!(tree.node, Node::Not(_));
        let inner = match &tree.node {
            Node::Not(child) => child,
            _ => tree,
        };
        ClauseText {
            text: wording(text, tree, clauses.len() == 1),
            at: tree.at.0.clone(),
            field: one_field(tree).map(str::to_owned),
            is_negated,
            is_simple: matches!(inner.node, Node::Leaf(_)),
        }
    };
    clauses.iter().map(of).collect()
}

/// The clause as it is written. An `or` that is the whole query gets brackets: beside another clause it needs them.
fn wording(text: &str, tree: &Tree<Clause>, is_alone: bool) -> String {
    let written = &text[tree.at.0.clone()];
    let is_bracketed = || Query::parse(&format!("{written} x")).is_ok_and(|query| query.clauses().len() == 2);
    match &tree.node {
        Node::Or(_) if is_alone && !is_bracketed() => format!("({written})"),
        _ => written.to_owned(),
    }
}

/// The field that all leaves of `tree` ask.
fn one_field(tree: &Tree<Clause>) -> Option<&str> {
    let mut names = tree.leaves().into_iter().map(|clause| match clause {
        Clause::Field { name, .. } => name.as_text(),
        Clause::Any(_) => None,
    });
    let first = names.next()??;
    names.all(|name| name.is_some_and(|name| name.eq_ignore_ascii_case(first))).then_some(first)
}

/// `text` after an edit. It can be asked.
///
/// # Errors
/// Where `text` cannot be read; where there is no clause of that number; where the new text would be too long.
pub fn edit(text: &str, edit: &Edit) -> Result<String, Error> {
    let query = Query::parse(text)?;
    let mut parts: Vec<Part> = clauses(text, &query)
        .into_iter()
        .zip(query.clauses())
        .map(|(clause, tree)| Part { text: clause.text, tree: Some(tree.clone()) })
        .collect();
    match edit {
        Edit::Add { field, value, how, has_twins } => add(&mut parts, field, value, *how, *has_twins),
        Edit::Remove(index) => {
            check_index(&parts, *index)?;
            parts.remove(*index);
        }
        Edit::Negate(index) => {
            check_index(&parts, *index)?;
            parts[*index].text = negated(text, &parts[*index]);
        }
        Edit::Replace(index, new) => {
            check_index(&parts, *index)?;
            let new_query = Query::parse(new)?;
            let new =
                clauses(new, &new_query).into_iter().map(|clause| Part { text: clause.text, tree: None });
            parts.splice(index..=index, new);
        }
        Edit::Around { first, last } => {
            bound(&mut parts, *first, Comparison::LessOrEqual, *last);
        }
        Edit::Between(range) => bound(&mut parts, range.start, Comparison::Less, range.end),
    }
    let edited = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" and ");
    Query::parse(&edited)?;
    Ok(edited)
}

/// The query for rows that have a value, or a field, that is the same as these but for case or spelling. `None` where
/// that makes no difference to [`How::Keep`] and [`How::Exclude`].
pub fn twins(field: &str, value: &str) -> Option<String> {
    let is_asked = sign_of(field, value, false) == Sign::Is && !field.eq_ignore_ascii_case(TIMESTAMP);
    let (name, value) = (Glob::text(field), Glob::text(value));
    is_asked.then(|| format!("{name}: {value} and not {name} = {value}"))
}

/// A clause on its way into the new text.
struct Part {
    text: String,
    /// As it was read; `None` for a new one.
    tree: Option<Tree<Clause>>,
}

fn check_index(parts: &[Part], index: usize) -> Result<(), Error> {
    if index < parts.len() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Range, format!("clause {index} is not there: the query has {}", parts.len())))
}

fn negated(text: &str, part: &Part) -> String {
    match part.tree.as_ref().map(|tree| &tree.node) {
        Some(Node::Not(child)) => text[child.at.0.clone()].to_owned(),
        _ => format!("not {}", part.text),
    }
}

/// How a value is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `:`
    Is,
    /// `=`
    Equals,
}

/// A longer value, in bytes, is asked for exactly: written twice, its twins might not fit a query.
const LONG_VALUE_BYTES: usize = 1 << 10;

/// `:` where that means this value and nothing else but its twins, as people write it; `=` elsewhere.
fn sign_of(field: &str, value: &str, has_twins: bool) -> Sign {
    if field.eq_ignore_ascii_case(TIMESTAMP) {
        return Sign::Is;
    }
    let is_time = Moment::parse(value).is_some() && Number::parse(value).is_none();
    let is_network = value.contains('/') && Network::parse(value).is_some();
    let is_long = value.len() > LONG_VALUE_BYTES;
    match has_twins || is_time || is_network || is_long || is_free_text(field) {
        true => Sign::Equals,
        false => Sign::Is,
    }
}

/// Values of one field, any of which will do: `field: a`, `field: (a or b)`, `(field: a or field = b)`.
struct AnyOf {
    values: Vec<(Sign, Glob)>,
}

impl AnyOf {
    /// Reads `tree`, if it is such and of `field`.
    fn of(tree: &Tree<Clause>, field: &str) -> Option<AnyOf> {
        let clauses = match &tree.node {
            Node::Or(children) => children.iter().map(leaf).collect::<Option<Vec<_>>>()?,
            _ => vec![leaf(tree)?],
        };
        let mut values = Vec::new();
        for clause in clauses {
            let Clause::Field { name, test } = clause else { return None };
            let name = name.as_text()?;
            let (sign, of_clause) = match test {
                Test::Is(of_clause) if name.eq_ignore_ascii_case(field) => (Sign::Is, of_clause),
                Test::Equals(of_clause) if name == field => (Sign::Equals, of_clause),
                _ => return None,
            };
            let of_clause = match &of_clause.node {
                Node::Or(children) => children.iter().map(leaf).collect::<Option<Vec<_>>>()?,
                _ => vec![leaf(of_clause)?],
            };
            values.extend(of_clause.into_iter().map(|value| (sign, value.clone())));
        }
        Some(AnyOf { values })
    }

    fn has(&self, sign: Sign, value: &str) -> bool {
        self.values.iter().any(|(own, glob)| *own == sign && glob.as_text() == Some(value))
    }

    /// Whether it accepts `value` of `field`.
    fn accepts(&self, field: &str, value: &str) -> bool {
        self.values.iter().any(|(sign, glob)| match (sign, glob.as_text()) {
            (Sign::Equals, text) => text == Some(value),
            // As part of a value, or as the start of a time: it may be.
            (Sign::Is, Some(_)) if is_free_text(field) || field.eq_ignore_ascii_case(TIMESTAMP) => true,
            (Sign::Is, text) => {
                let network = text.and_then(Network::parse).and_then(Result::ok);
                let is_time = text.is_some_and(|text| Moment::parse(text).is_some());
                Pattern::new(&glob.parts).accepts(value)
                    || network.is_some_and(|network| network.contains(value))
                    || is_time
            }
        })
    }

    fn remove(&mut self, sign: Sign, value: &str) {
        self.values.retain(|(own, glob)| *own != sign || glob.as_text() != Some(value));
    }

    /// Its text, which needs no further brackets.
    fn text(&self, field: &str) -> String {
        let of_sign = |sign: Sign, operator: &str| {
            let values: Vec<String> = self
                .values
                .iter()
                .filter(|(own, _)| *own == sign)
                .map(|(_, glob)| glob.to_string())
                .collect();
            let name = Glob::text(field);
            match &values[..] {
                [] => None,
                [value] => Some(format!("{name}{operator} {value}")),
                _ => Some(format!("{name}{operator} ({})", values.join(" or "))),
            }
        };
        match (of_sign(Sign::Is, ":"), of_sign(Sign::Equals, " =")) {
            (Some(is), Some(equals)) => format!("({is} or {equals})"),
            (is, equals) => is.or(equals).unwrap_or_default(),
        }
    }
}

fn leaf<T>(tree: &Tree<T>) -> Option<&T> {
    match &tree.node {
        Node::Leaf(leaf) => Some(leaf),
        _ => None,
    }
}

fn add(parts: &mut Vec<Part>, field: &str, value: &str, how: How, has_twins: bool) {
    let sign = sign_of(field, value, has_twins);
    let anything = format!("{}: *", Glob::text(field));
    match how {
        How::Keep => {
            remove_clause(parts, |tree| not_of(tree).is_some_and(|child| is_exists(child, field)));
            change_values(parts, field, true, |values| values.remove(sign, value));
            add_value(parts, field, value, sign, false);
        }
        How::Exclude => {
            change_values(parts, field, false, |values| values.remove(sign, value));
            add_value(parts, field, value, sign, true);
        }
        How::Exists => {
            remove_clause(parts, |tree| not_of(tree).is_some_and(|child| is_exists(child, field)));
            add_clause(parts, anything, |tree| is_exists(tree, field));
        }
        How::Missing => {
            remove_clause(parts, |tree| is_exists(tree, field));
            add_clause(parts, format!("not {anything}"), |tree| {
                not_of(tree).is_some_and(|child| is_exists(child, field))
            });
        }
        How::Anywhere => add_clause(
            parts,
            Glob::text(value).to_string(),
            |tree| matches!(leaf(tree), Some(Clause::Any(glob)) if glob.as_text() == Some(value)),
        ),
    }
}

fn not_of(tree: &Tree<Clause>) -> Option<&Tree<Clause>> {
    match &tree.node {
        Node::Not(child) => Some(child),
        _ => None,
    }
}

fn is_exists(tree: &Tree<Clause>, field: &str) -> bool {
    AnyOf::of(tree, field).is_some_and(|any| matches!(&any.values[..], [(_, glob)] if glob.is_anything()))
}

fn remove_clause(parts: &mut Vec<Part>, is_it: impl Fn(&Tree<Clause>) -> bool) {
    parts.retain(|part| !part.tree.as_ref().is_some_and(&is_it));
}

/// Adds a clause unless there is one like it.
fn add_clause(parts: &mut Vec<Part>, text: String, is_it: impl Fn(&Tree<Clause>) -> bool) {
    if !parts.iter().any(|part| part.tree.as_ref().is_some_and(&is_it)) {
        parts.push(Part { text, tree: None });
    }
}

/// The values that a clause keeps, or excludes if it `is_negated`.
fn values_of(part: &Part, field: &str, is_negated: bool) -> Option<AnyOf> {
    let tree = part.tree.as_ref()?;
    let any = AnyOf::of(if is_negated { not_of(tree)? } else { tree }, field)?;
    // `field: *` asks for no value.
    let is_of_values = any.values.iter().all(|(_, glob)| !glob.is_anything());
    is_of_values.then_some(any)
}

/// Changes the values of all clauses that keep or exclude some; one without any values left goes.
fn change_values(parts: &mut Vec<Part>, field: &str, is_negated: bool, change: impl Fn(&mut AnyOf)) {
    parts.retain_mut(|part| {
        let Some(mut any) = values_of(part, field, is_negated) else { return true };
        let n_before = any.values.len();
        change(&mut any);
        if any.values.len() < n_before {
            part.text = with_not(any.text(field), is_negated);
            part.tree = Query::parse(&part.text).ok().and_then(|query| query.root);
        }
        !any.values.is_empty()
    });
}

/// Adds a value to the clause that keeps or excludes other values of the field, or as a clause of its own.
fn add_value(parts: &mut Vec<Part>, field: &str, value: &str, sign: Sign, is_negated: bool) {
    for part in parts.iter_mut() {
        let Some(mut any) = values_of(part, field, is_negated) else { continue };
        if any.has(sign, value) {
            return;
        }
        // One of several that are accepted is asked for: that narrows. Excluding it besides does no harm.
        if !any.accepts(field, value) {
            any.values.push((sign, Glob::text(value)));
            part.text = with_not(any.text(field), is_negated);
            return;
        }
    }
    let any = AnyOf { values: vec![(sign, Glob::text(value))] };
    parts.push(Part { text: with_not(any.text(field), is_negated), tree: None });
}

fn with_not(text: String, is_negated: bool) -> String {
    if is_negated { format!("not {text}") } else { text }
}

/// Puts bounds of time in place of those that there are.
fn bound(parts: &mut Vec<Part>, first: i64, comparison: Comparison, last: i64) {
    let is_bound = |part: &Part| match part.tree.as_ref().and_then(leaf) {
        Some(Clause::Field { name, test: Test::Compare(..) }) => {
            name.as_text().is_some_and(|name| name.eq_ignore_ascii_case(TIMESTAMP))
        }
        _ => false,
    };
    let at = parts.iter().position(is_bound).unwrap_or(parts.len());
    parts.retain(|part| !is_bound(part));
    let clause = |comparison: Comparison, time: i64| Part {
        text: format!("{TIMESTAMP} {} \"{}\"", comparison.sign(), Timestamp(time).to_text()),
        tree: None,
    };
    parts.splice(at..at, [clause(Comparison::GreaterOrEqual, first), clause(comparison, last)]);
}

/// The rows that `query` accepts, and all of these clauses.
pub fn and(query: &Query, clauses: impl IntoIterator<Item = Tree<Clause>>) -> Query {
    Query::from_clauses(query.clauses().iter().cloned().chain(clauses).collect())
}

/// The rows that have a value in one of `fields`; `None` without a field.
pub fn has_value(fields: &[String]) -> Option<Tree<Clause>> {
    any_of(fields.iter().map(|field| anything(field)).collect())
}

/// The rows in which `value` occurs, as a whole value or as a word in one.
///
/// # Errors
/// `Query`, where the value is longer than a query.
pub fn mentions(value: &str) -> Result<Query, Error> {
    let pattern = word_pattern(value);
    let clause = match pattern.len() <= limits::PATTERN_BYTES && value.is_ascii() {
        true => format!("* ~ /{}/", pattern.replace('/', r"\/")),
        false => Glob::text(value).to_string(),
    };
    Query::parse(&clause)
}

/// The rows that none of `others` accepts; each of those is some clauses on `field`, all of which a row is to pass.
pub(super) fn none_of(field: &str, others: Vec<Vec<Tree<Clause>>>) -> Vec<Tree<Clause>> {
    let (mut values, mut rest) = (Vec::new(), Vec::new());
    for clauses in others {
        match &clauses[..] {
            [Tree { node: Node::Leaf(Clause::Field { test: Test::Equals(value), .. }), .. }] => {
                values.push(value.clone());
            }
            _ => rest.extend(all_of(clauses)),
        }
    }
    let listed = any_of(values).map(|values| equals(field, values));
    listed.into_iter().chain(any_of(rest)).map(not).collect()
}

/// The rows that have a value in `field`.
pub(super) fn anything(field: &str) -> Tree<Clause> {
    is(field, value(Glob { parts: vec![String::new(); 2], at: At::default() }))
}

/// `field: values`
pub(super) fn is(field: &str, values: Tree<Glob>) -> Tree<Clause> {
    clause(field, Test::Is(values))
}

/// `field = values`
pub(super) fn equals(field: &str, values: Tree<Glob>) -> Tree<Clause> {
    clause(field, Test::Equals(values))
}

/// `field >= text`, and what else can be compared.
pub(super) fn compares(field: &str, comparison: Comparison, text: impl Into<String>) -> Tree<Clause> {
    clause(field, Test::Compare(comparison, Glob::text(text)))
}

/// One value of a clause.
pub(super) fn value(glob: Glob) -> Tree<Glob> {
    tree(Node::Leaf(glob))
}

/// `not`, but for what is one already.
pub(super) fn not(clause: Tree<Clause>) -> Tree<Clause> {
    match clause.node {
        Node::Not(inner) => *inner,
        _ => tree(Node::Not(Box::new(clause))),
    }
}

/// `or` over trees; `None` where there are none.
pub(super) fn any_of<T>(mut trees: Vec<Tree<T>>) -> Option<Tree<T>> {
    if trees.len() > 1 { Some(tree(Node::Or(trees))) } else { trees.pop() }
}

/// `and` over trees; `None` where there are none.
fn all_of<T>(mut trees: Vec<Tree<T>>) -> Option<Tree<T>> {
    if trees.len() > 1 { Some(tree(Node::And(trees))) } else { trees.pop() }
}

fn clause(field: &str, test: Test) -> Tree<Clause> {
    tree(Node::Leaf(Clause::Field { name: Glob::text(field), test }))
}

fn tree<T>(node: Node<T>) -> Tree<T> {
    Tree { node, at: At::default() }
}
