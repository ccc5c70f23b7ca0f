//! The groups of one side of a pivot: a tree of keys, one level a field; and which of them each row is in.
//!
//! ```text
//! node    0 everything
//!         1 ├ alice            level 0: user.name
//!         2 │ ├ success        level 1: event.outcome
//!         3 │ └ failure
//!         4 └ (others)         rows in none of the listed groups; has no groups inside
//! ```
//!
//! A growing axis takes every key it meets; a fixed one knows the keys that are asked for, a node behind its parent.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::bucket::Bucket;
use super::plan::Settings;
use super::scan::{for_each_cell, for_each_row};
use super::texts::Texts;
use crate::base::event::TIMESTAMP;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Fields};
use crate::store::{Cells, Code, Codes, Column, View};

/// What the rows of one level are grouped by.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The field's name.
    pub field: String,
    /// How its values are gathered.
    pub bucket: Bucket,
}

/// What a group stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key<'a> {
    /// A key, as [`Bucket`] says.
    Text(&'a str),
    /// Rows that have no value.
    Missing,
    /// Rows in none of the groups beside it.
    Others,
}

/// Numbers of keys: of a text its own; these two; and of a text that a fixed axis does not know.
const MISSING: u32 = u32::MAX;
const OTHERS: u32 = u32::MAX - 1;
const UNLISTED: u32 = u32::MAX - 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    parent: u32,
    depth: u32,
    key: u32,
}

/// The groups of one side of a pivot.
#[derive(Debug, Clone)]
pub struct Axis {
    levels: Vec<(Level, Texts)>,
    nodes: Vec<Node>,
    by_key: HashMap<(u32, u32), u32, FixedState>,
    is_fixed: bool,
}

/// Which nodes the rows of a segment are in.
pub(super) struct Members {
    /// The deepest node of each row; the others are those around it. [`Members::MANY`] where there are several. Of a row
    /// that was not asked for it says nothing.
    pub deepest: Vec<u32>,
    /// All nodes of rows that are in several of one level, by row.
    pub many: Vec<(u32, Vec<u32>)>,
}

impl Members {
    pub const MANY: u32 = u32::MAX;

    /// Of an axis that has no level.
    pub fn in_everything(n_rows: usize) -> Members {
        Members { deepest: vec![0; n_rows], many: Vec::new() }
    }

    /// All nodes of a row.
    pub fn of(&self, axis: &Axis, row: usize) -> Vec<u32> {
        match self.deepest[row] {
            Members::MANY => {
                let at = self.many.binary_search_by_key(&(row as u32), |(row, _)| *row);
                self.many[at.expect("a row of many nodes has them")].1.clone()
            }
            node => axis.around(node),
        }
    }
}

/// Those nodes of a row of several values that have groups inside.
type Frontier = Vec<u32>;

impl Axis {
    /// One that takes every key it meets.
    pub fn growing(levels: &[Level]) -> Axis {
        Axis::new(levels, false)
    }

    /// One that knows what is added to it.
    pub fn fixed(levels: &[Level]) -> Axis {
        Axis::new(levels, true)
    }

    fn new(levels: &[Level], is_fixed: bool) -> Axis {
        let root = Node { parent: 0, depth: 0, key: MISSING };
        Axis {
            levels: levels.iter().map(|level| (level.clone(), Texts::default())).collect(),
            nodes: vec![root],
            by_key: HashMap::default(),
            is_fixed,
        }
    }

    /// How many nodes there are; node 0 is everything.
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The node around `node`; of node 0 itself.
    pub fn parent(&self, node: u32) -> u32 {
        self.nodes[node as usize].parent
    }

    /// How many nodes are around `node`.
    pub fn depth(&self, node: u32) -> usize {
        self.nodes[node as usize].depth as usize
    }

    /// What `node`, which is not 0, stands for.
    pub fn key(&self, node: u32) -> Key<'_> {
        let Node { depth, key, .. } = self.nodes[node as usize];
        match key {
            MISSING => Key::Missing,
            OTHERS => Key::Others,
            key => Key::Text(self.levels[depth as usize - 1].1.text(key)),
        }
    }

    /// What `node`, which is not 0, is a group of.
    pub fn level(&self, node: u32) -> &Level {
        &self.levels[self.depth(node) - 1].0
    }

    /// The nodes in each node, in their order.
    pub fn children(&self) -> Vec<Vec<u32>> {
        let mut children = vec![Vec::new(); self.nodes.len()];
        for (node, Node { parent, .. }) in self.nodes.iter().enumerate().skip(1) {
            children[*parent as usize].push(node as u32);
        }
        children
    }

    /// Adds the group of `key` in `parent`, if it is not there; its number.
    pub fn add(&mut self, parent: u32, key: Key<'_>) -> u32 {
        let depth = self.depth(parent);
        let key = match key {
            Key::Missing => MISSING,
            Key::Others => OTHERS,
            Key::Text(text) => self.levels[depth].1.intern(text),
        };
        self.child(parent, key)
    }

    fn child(&mut self, parent: u32, key: u32) -> u32 {
        let Axis { nodes, by_key, .. } = self;
        *by_key.entry((parent, key)).or_insert_with(|| {
            let depth = nodes[parent as usize].depth + 1;
            nodes.push(Node { parent, depth, key });
            nodes.len() as u32 - 1
        })
    }

    /// The node in `parent` that the rows of `key` are in; `None` where that is not asked for.
    fn enter(&mut self, parent: u32, key: u32) -> Option<u32> {
        match self.is_fixed {
            true => self.by_key.get(&(parent, key)).copied(),
            false => Some(self.child(parent, key)),
        }
    }

    /// Where the rows of `parent` go that no listed group took.
    fn others(&self, parent: u32) -> Option<u32> {
        self.by_key.get(&(parent, OTHERS)).copied()
    }

    /// Which nodes the selected `rows` of a segment are in.
    pub(super) fn place(
        &mut self,
        segment: &View,
        fields: &Fields,
        rows: &Bitmap,
        settings: Settings,
    ) -> Members {
        let mut deepest = vec![0; segment.n_rows()];
        let mut many: Vec<(u32, Vec<u32>, Frontier)> = Vec::new();
        let first = self.place_outermost(segment, fields, rows, &mut deepest) as usize;
        for depth in first..self.levels.len() {
            let level = self.levels[depth].0.clone();
            let coded = Coded::new(segment, fields, &level, rows, settings);
            let keys = self.keys(depth, &coded, rows);
            for (row, _) in coded.many.iter().filter(|(row, _)| rows.get(*row as usize)) {
                let node = deepest[*row as usize];
                if node != Members::MANY && self.is_open(node, depth) {
                    many.push((*row, self.around(node), vec![node]));
                    deepest[*row as usize] = Members::MANY;
                }
            }
            for (row, all, frontier) in &mut many {
                let codes = match coded.codes[*row as usize] {
                    MANY_CODES => {
                        let at = coded.many.binary_search_by_key(row, |(row, _)| *row);
                        &coded.many[at.expect("a row of many codes has them")].1
                    }
                    _ => std::slice::from_ref(&coded.codes[*row as usize]),
                };
                let keys: Vec<u32> = codes.iter().map(|&code| keys[code as usize]).collect();
                *frontier = self.step(frontier, &keys, all);
            }
            self.place_single(depth, &coded.codes, &keys, rows, &mut deepest);
        }
        let mut many: Vec<(u32, Vec<u32>)> = many
            .into_iter()
            .map(|(row, mut nodes, _)| {
                nodes.sort_unstable();
                nodes.dedup();
                (row, nodes)
            })
            .collect();
        many.sort_unstable_by_key(|(row, _)| *row);
        Members { deepest, many }
    }

    /// Takes all rows into the outermost groups where those are values of a column with a cell for every row: in one loop,
    /// for most pivots are of such columns. Whether they are.
    fn place_outermost(
        &mut self,
        segment: &View,
        fields: &Fields,
        rows: &Bitmap,
        deepest: &mut [u32],
    ) -> bool {
        const UNKNOWN: u32 = u32::MAX;
        let Some((level, _)) = self.levels.first() else { return false };
        let column = match level.bucket {
            Bucket::Value if level.field != TIMESTAMP => fields.get(&level.field),
            _ => None,
        };
        let Some(column) = column.and_then(|field| segment.column(field)) else { return false };
        if !matches!(column.cells, Cells::Dense(_)) {
            return false;
        }
        let mut nodes = vec![UNKNOWN; column.dictionary.len() + 1];
        for_each_cell(column, rows, |row, code| {
            let mut node = nodes[code.0 as usize];
            if node == UNKNOWN {
                node = self.enter_outermost(column, code);
                nodes[code.0 as usize] = node;
            }
            deepest[row] = node;
        });
        true
    }

    /// The outermost group of a code. Not a part of the loop that asks for it, once for each code.
    #[cold]
    #[inline(never)]
    fn enter_outermost(&mut self, column: &Column, code: Code) -> u32 {
        let key = match code {
            Code::NONE => MISSING,
            code => self.key_of(0, column.dictionary.text(code)),
        };
        self.enter(0, key).or_else(|| self.others(0)).unwrap_or(0)
    }

    /// The number of a key's text.
    fn key_of(&mut self, depth: usize, text: &str) -> u32 {
        let texts = &mut self.levels[depth].1;
        match self.is_fixed {
            true => texts.find(text).unwrap_or(UNLISTED),
            false => texts.intern(text),
        }
    }

    /// Whether `node` is of the level above `depth`, with groups inside.
    fn is_open(&self, node: u32, depth: usize) -> bool {
        let Node { depth: own, key, .. } = self.nodes[node as usize];
        own as usize == depth && (own == 0 || key != OTHERS)
    }

    /// `node` and all nodes around it.
    pub(super) fn around(&self, node: u32) -> Vec<u32> {
        let up = |&node: &u32| (node != 0).then(|| self.parent(node));
        std::iter::successors(Some(node), up).collect()
    }

    /// Takes a row of several values one level down.
    fn step(&mut self, frontier: &[u32], keys: &[u32], all: &mut Vec<u32>) -> Frontier {
        let mut next = Vec::new();
        for &parent in frontier {
            let before = next.len();
            for &key in keys {
                next.extend(self.enter(parent, key));
            }
            if next.len() == before {
                // Nothing is in others: it is no part of the frontier.
                all.extend(self.others(parent));
            }
        }
        all.extend_from_slice(&next);
        next.sort_unstable();
        next.dedup();
        next
    }

    /// Takes the rows of one value one level down.
    fn place_single(
        &mut self,
        depth: usize,
        codes: &[u32],
        keys: &[u32],
        rows: &Bitmap,
        deepest: &mut [u32],
    ) {
        const UNKNOWN: u32 = u32::MAX;
        let node_of = |axis: &mut Axis, parent: u32, code: u32| {
            let entered = axis.enter(parent, keys[code as usize]);
            entered.or_else(|| axis.others(parent)).unwrap_or(parent)
        };
        if depth == 0 {
            let mut nodes = vec![UNKNOWN; keys.len()];
            for_each_row(rows, |row| {
                let code = codes[row];
                if code == MANY_CODES {
                    return;
                }
                let node = &mut nodes[code as usize];
                if *node == UNKNOWN {
                    *node = node_of(self, 0, code);
                }
                deepest[row] = *node;
            });
            return;
        }
        let mut nodes: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
        for_each_row(rows, |row| {
            let (parent, code) = (deepest[row], codes[row]);
            if parent != Members::MANY && self.is_open(parent, depth) {
                deepest[row] = *nodes.entry((parent, code)).or_insert_with(|| node_of(self, parent, code));
            }
        });
    }

    /// For each code the number of its key; of codes that no selected row has, anything.
    fn keys(&mut self, depth: usize, coded: &Coded<'_>, rows: &Bitmap) -> Vec<u32> {
        const UNKNOWN: u32 = u32::MAX - 3;
        let mut keys = vec![UNKNOWN; coded.n_texts() + 1];
        keys[0] = MISSING;
        let mut see = |code: u32| {
            if keys[code as usize] == UNKNOWN {
                keys[code as usize] = self.key_of(depth, coded.text(code));
            }
        };
        for_each_row(rows, |row| match coded.codes[row] {
            MANY_CODES => {}
            code => see(code),
        });
        let many = coded.many.iter().filter(|(row, _)| rows.get(*row as usize));
        many.flat_map(|(_, codes)| codes).for_each(|&code| see(code));
        keys
    }

    /// Appends it to a partial.
    pub fn write(&self, writer: &mut Writer) {
        self.levels.iter().for_each(|(_, texts)| texts.write(writer));
        let column = |of: fn(&Node) -> u32| self.nodes[1..].iter().map(of).collect::<Vec<u32>>();
        writer.u32s(&column(|node| node.parent));
        writer.u32s(&column(|node| node.key));
    }

    /// Takes the groups that [`Axis::write`] wrote of an axis of the same levels: the number of each here, by its number
    /// there.
    pub fn merge(&mut self, reader: &mut Reader<'_>) -> Vec<u32> {
        let texts: Vec<Vec<u32>> = self.levels.iter_mut().map(|(_, texts)| texts.merge(reader)).collect();
        let (parents, keys) = (reader.u32s(), reader.u32s());
        let mut numbers = vec![0];
        for (parent, key) in parents.into_iter().zip(keys) {
            let parent = numbers[parent as usize];
            let key = match key {
                MISSING | OTHERS => key,
                text => texts[self.depth(parent)][text as usize],
            };
            let node = self.child(parent, key);
            numbers.push(node);
        }
        numbers
    }
}

const MANY_CODES: u32 = u32::MAX;

/// A field of a segment as codes of keys.
struct Coded<'s> {
    /// For each row its code, 0 for no value, or [`MANY_CODES`].
    codes: Vec<u32>,
    /// Distinct codes of rows that have several, by row.
    many: Vec<(u32, Vec<u32>)>,
    texts: CodedTexts<'s>,
}

/// Codes count from 1.
enum CodedTexts<'s> {
    Column(&'s Column),
    Made(Texts),
}

impl<'s> Coded<'s> {
    fn new(
        segment: &'s View,
        fields: &Fields,
        level: &Level,
        rows: &Bitmap,
        settings: Settings,
    ) -> Coded<'s> {
        if level.field == TIMESTAMP {
            return Coded::of_times(segment.times(), level.bucket, rows, settings);
        }
        let Some(column) = fields.get(&level.field).and_then(|field| segment.column(field)) else {
            let texts = CodedTexts::Made(Texts::default());
            return Coded { codes: vec![0; segment.n_rows()], many: Vec::new(), texts };
        };
        match level.bucket {
            Bucket::Value => {
                let (codes, many) = Coded::spread(column, segment.n_rows(), |code| code.0);
                Coded { codes, many, texts: CodedTexts::Column(column) }
            }
            bucket => {
                let mut texts = Texts::default();
                let mut code_of = |text| {
                    let key = bucket.key_of_text(text, settings.offset_seconds);
                    key.map_or(0, |key| texts.intern(&key) + 1)
                };
                let table = column.dictionary.iter().map(|(_, text)| code_of(text));
                let table: Vec<u32> = std::iter::once(0).chain(table).collect();
                let (codes, many) = Coded::spread(column, segment.n_rows(), |code| table[code.0 as usize]);
                Coded { codes, many, texts: CodedTexts::Made(texts) }
            }
        }
    }

    fn of_times(times: &[i64], bucket: Bucket, rows: &Bitmap, settings: Settings) -> Coded<'s> {
        let mut texts = Texts::default();
        let mut codes = vec![0; times.len()];
        let mut numbers: HashMap<i64, u32, FixedState> = HashMap::default();
        let mut last = (i64::MIN, 0);
        for_each_row(rows, |row| {
            if times[row] == View::NO_TIME {
                return;
            }
            let bucket_of = bucket.of_time(times[row], settings.offset_seconds);
            if last.1 == 0 || last.0 != bucket_of {
                let intern = || texts.intern(&bucket.key_of_time(bucket_of)) + 1;
                last = (bucket_of, *numbers.entry(bucket_of).or_insert_with(intern));
            }
            codes[row] = last.1;
        });
        Coded { codes, many: Vec::new(), texts: CodedTexts::Made(texts) }
    }

    /// The codes of all rows of a column, renamed by `code_of`.
    fn spread(
        column: &Column,
        n_rows: usize,
        code_of: impl Fn(Code) -> u32,
    ) -> (Vec<u32>, Vec<(u32, Vec<u32>)>) {
        match &column.cells {
            Cells::Dense(Codes::Byte(codes)) => {
                (codes.iter().map(|&code| code_of(Code(code as u32))).collect(), Vec::new())
            }
            Cells::Dense(codes) => {
                let mut spread = Vec::with_capacity(n_rows);
                codes.for_each(|_, code| spread.push(code_of(code)));
                (spread, Vec::new())
            }
            Cells::Sparse { rows, codes } => {
                let mut spread = vec![0; n_rows];
                let mut many: Vec<(u32, Vec<u32>)> = Vec::new();
                codes.for_each(|index, code| {
                    let (row, code) = (rows[index] as usize, code_of(code));
                    match (spread[row], code) {
                        (0, code) => spread[row] = code,
                        (_, 0) => {}
                        (MANY_CODES, code) => {
                            many.last_mut().expect("its row was the last").1.push(code);
                        }
                        (before, code) if before != code => {
                            spread[row] = MANY_CODES;
                            many.push((row as u32, vec![before, code]));
                        }
                        _ => {}
                    }
                });
                (spread, many)
            }
        }
    }

    fn n_texts(&self) -> usize {
        match &self.texts {
            CodedTexts::Column(column) => column.dictionary.len(),
            CodedTexts::Made(texts) => texts.len(),
        }
    }

    fn text(&self, code: u32) -> &str {
        match &self.texts {
            CodedTexts::Column(column) => column.dictionary.text(Code(code)),
            CodedTexts::Made(texts) => texts.text(code - 1),
        }
    }
}
