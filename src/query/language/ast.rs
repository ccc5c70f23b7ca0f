//! A query as a tree of names, which [`Query::parse`] makes, and how the tree is printed.
//!
//! The printed text parses to the same tree, so a query can be converted from text to pills and back. The children of
//! an outermost `and` are the clauses of the query: [`Query::clauses`].

use std::fmt;
use std::ops::Range;

use super::lexical::{is_bare, is_hidden, is_keyword};
use crate::base::event::TIMESTAMP;

/// A question about events. A query without a root accepts every event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The outermost `or`, `and`, `not` or clause.
    pub root: Option<Tree<Clause>>,
}

/// Byte range of a node in the text that it was parsed from. All ranges count as equal, so two queries are equal if
/// they ask the same, wherever their nodes are in the text.
#[derive(Debug, Clone, Default)]
pub struct At(pub Range<usize>);

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}

impl Eq for At {}

/// `and`, `or` and `not` over leaves: over clauses in a query, over values in `field: (a or b)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree<T> {
    /// The content of the node.
    pub node: Node<T>,
    /// The place of the node, including its brackets.
    pub at: At,
}

/// One node of a [`Tree`]; lists have at least two children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node<T> {
    /// All of these must hold. Two terms side by side mean the same.
    And(Vec<Tree<T>>),
    /// At least one of these must hold.
    Or(Vec<Tree<T>>),
    /// This must not hold.
    Not(Box<Tree<T>>),
    /// One clause, or one value.
    Leaf(T),
}

/// One yes/no test on an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// A part of a value of any field.
    Any(Glob),
    /// A test on the values of the fields of a name.
    Field {
        /// The field's name, or a pattern for names.
        name: Glob,
        /// The test for its values.
        test: Test,
    },
}

/// The test for the values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `field: value`: the whole value or part of it, whatever the case; a network; a time of any precision.
    Is(Tree<Glob>),
    /// `field = value`: exactly this text.
    Equals(Tree<Glob>),
    /// `field >= value`: a number or a time.
    Compare(Comparison, Glob),
    /// `field ~ /pattern/`: a regular expression, in which `\/` was already replaced by `/`.
    Matches(String, At),
}

/// How one value is compared with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The operator in the text of a query.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

/// A text with wildcards: the parts between them, so `Run*` is `["Run", ""]` and `RunInstances` one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    /// At least one part; no part in the middle is empty.
    pub parts: Vec<String>,
    /// The place of the text, including its quotes.
    pub at: At,
}

impl Glob {
    /// A text without wildcards.
    pub fn text(text: impl Into<String>) -> Glob {
        Glob { parts: vec![text.into()], at: At::default() }
    }

    /// The text, if it has no wildcard.
    pub fn as_text(&self) -> Option<&str> {
        match &self.parts[..] {
            [text] => Some(text),
            _ => None,
        }
    }

    /// Whether the glob is `*` alone.
    pub fn is_anything(&self) -> bool {
        self.parts.len() > 1 && self.parts.iter().all(String::is_empty)
    }
}

/// A field that a query names without a wildcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldName<'q> {
    /// The name in the query.
    pub name: &'q str,
    /// The place of the name in the query's text.
    pub at: Range<usize>,
    /// Whether upper and lower case differ: only with the operator `=`.
    pub is_exact: bool,
}

impl FieldName<'_> {
    /// Whether this names the field called `known`.
    pub fn names(&self, known: &str) -> bool {
        if self.is_exact { self.name == known } else { self.name.eq_ignore_ascii_case(known) }
    }
}

impl<T> Tree<T> {
    /// The leaves, in the order of the text.
    pub fn leaves(&self) -> Vec<&T> {
        let mut leaves = Vec::new();
        self.collect(&mut leaves);
        leaves
    }

    fn collect<'t>(&'t self, leaves: &mut Vec<&'t T>) {
        match &self.node {
            Node::And(children) | Node::Or(children) => {
                children.iter().for_each(|child| child.collect(leaves));
            }
            Node::Not(child) => child.collect(leaves),
            Node::Leaf(leaf) => leaves.push(leaf),
        }
    }
}

impl Query {
    /// The clauses that all must hold, one for each pill: the children of an outermost `and`, or the whole query.
    pub fn clauses(&self) -> &[Tree<Clause>] {
        match &self.root {
            None => &[],
            Some(Tree { node: Node::And(children), .. }) => children,
            Some(root) => std::slice::from_ref(root),
        }
    }

    /// The query that asks for all of `clauses`, which may come from [`Query::clauses`].
    pub fn from_clauses(mut clauses: Vec<Tree<Clause>>) -> Query {
        let root = match clauses.len() {
            0 | 1 => clauses.pop(),
            _ => Some(Tree { node: Node::And(clauses), at: At::default() }),
        };
        Query { root }
    }

    /// Asks for rows in which a value of any field, or of one of `fields`, contains `text`. An empty text is in no
    /// value.
    pub fn containing(text: &str, fields: Option<&[String]>) -> Query {
        fn tree<T>(node: Node<T>) -> Tree<T> {
            Tree { node, at: At::default() }
        }
        let part = |parts: Vec<String>| Glob { parts, at: At::default() };
        let anywhere = || part(vec![String::new(), text.to_owned(), String::new()]);
        let in_field = |field: &String| {
            let test = Test::Is(tree(Node::Leaf(anywhere())));
            tree(Node::Leaf(Clause::Field { name: Glob::text(field), test }))
        };
        let nothing = || {
            let anything = tree(Node::Leaf(Clause::Any(part(vec![String::new(); 2]))));
            tree(Node::Not(Box::new(anything)))
        };
        let root = match fields {
            _ if text.is_empty() => nothing(),
            None => tree(Node::Leaf(Clause::Any(Glob::text(text)))),
            Some([]) => nothing(),
            Some([field]) => in_field(field),
            Some(fields) => tree(Node::Or(fields.iter().map(in_field).collect())),
        };
        Query { root: Some(root) }
    }

    /// The same query without the clauses that test only `field`.
    pub fn without_field(&self, field: &str) -> Query {
        let asks_it = |clause: &&Clause| match clause {
            Clause::Field { name, .. } => name.as_text().is_some_and(|name| name.eq_ignore_ascii_case(field)),
            Clause::Any(_) => false,
        };
        let others = self.clauses().iter().filter(|clause| !clause.leaves().iter().all(asks_it));
        Query::from_clauses(others.cloned().collect())
    }

    /// Every field that is named without a wildcard, in the order of the text. `@timestamp`, which every event has, is
    /// left out. A caller that knows the fields of all shards checks these names, and reports a wrong name with
    /// [`unknown_field_error`](crate::query::unknown_field_error).
    pub fn field_names(&self) -> Vec<FieldName<'_>> {
        let clauses = self.root.as_ref().map_or(Vec::new(), Tree::leaves);
        let named = clauses.into_iter().filter_map(|clause| match clause {
            Clause::Field { name, test } => Some(FieldName {
                name: name.as_text()?,
                at: name.at.0.clone(),
                is_exact: matches!(test, Test::Equals(_)),
            }),
            Clause::Any(_) => None,
        });
        named.filter(|field| !field.name.eq_ignore_ascii_case(TIMESTAMP)).collect()
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Some(root) => write!(f, "{root}"),
            None => Ok(()),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Tree<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Or(children) => join(f, children, " or ", |node| matches!(node, Node::Or(_))),
            Node::And(children) => {
                join(f, children, " and ", |node| matches!(node, Node::Or(_) | Node::And(_)))
            }
            Node::Not(child) => {
                f.write_str("not ")?;
                bracket(f, child, matches!(child.node, Node::Or(_) | Node::And(_)))
            }
            Node::Leaf(leaf) => write!(f, "{leaf}"),
        }
    }
}

fn join<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    children: &[Tree<T>],
    between: &str,
    needs_brackets: impl Fn(&Node<T>) -> bool,
) -> fmt::Result {
    for (index, child) in children.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { between })?;
        bracket(f, child, needs_brackets(&child.node))?;
    }
    Ok(())
}

fn bracket<T: fmt::Display>(f: &mut fmt::Formatter<'_>, tree: &Tree<T>, needs_brackets: bool) -> fmt::Result {
    if needs_brackets { write!(f, "({tree})") } else { write!(f, "{tree}") }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clause::Any(glob) => write!(f, "{glob}"),
            Clause::Field { name, test } => match test {
                Test::Is(values) => {
                    write!(f, "{name}: ")?;
                    bracket(f, values, !matches!(values.node, Node::Leaf(_)))
                }
                Test::Equals(values) => {
                    write!(f, "{name} = ")?;
                    bracket(f, values, !matches!(values.node, Node::Leaf(_)))
                }
                Test::Compare(comparison, value) => write!(f, "{name} {} {value}", comparison.sign()),
                Test::Matches(pattern, _) => {
                    write!(f, "{name} ~ /")?;
                    write_pattern(f, pattern)?;
                    f.write_str("/")
                }
            },
        }
    }
}

fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &str) -> fmt::Result {
    let mut is_escaped = false;
    for c in pattern.chars() {
        if c == '/' && !is_escaped {
            f.write_str("\\")?;
        }
        is_escaped = c == '\\' && !is_escaped;
        write!(f, "{c}")?;
    }
    Ok(())
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_text()
            && (text.is_empty() || is_keyword(text) || !text.chars().all(is_bare))
        {
            f.write_str("\"")?;
            text.chars().try_for_each(|c| write_char(f, c, matches!(c, '"' | '\\')))?;
            return f.write_str("\"");
        }
        for (index, part) in self.parts.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "*" })?;
            part.chars().try_for_each(|c| write_char(f, c, !is_bare(c)))?;
        }
        Ok(())
    }
}

fn write_char(f: &mut fmt::Formatter<'_>, c: char, needs_escape: bool) -> fmt::Result {
    match c {
        c if is_hidden(c) => write!(f, "\\u{{{:x}}}", c as u32),
        c if needs_escape => write!(f, "\\{c}"),
        c => write!(f, "{c}"),
    }
}
