//! Figures by groups of rows and groups of columns: the pivot table, and the groups of the grid.
//!
//! It is asked in two steps, so that what is left out of the table never leaves a shard, and the others are exact:
//!
//! ```text
//! PivotKeys     each shard: every group of either side, with what its side is ordered by
//!               the hub: order, the first n, others, the page -> Table
//! PivotCells    each shard: the states of all cells of that table
//!               the hub: figures -> Answer
//! ```
//!
//! A row with several values is in the group of each, and once in each total: a total is what the rows have that it is a
//! total of, and more than the sum of its parts says so. Rows are in `others` that are in none of the groups listed beside
//! it, whatever their values.

use std::cmp::Ordering;

use super::axis::{Axis, Key, Level, Members};
use super::bucket::{self, Bucket};
use super::edit;
use super::figures::{Figure, Measure, NO_GROUP, States};
use super::gather::{self, Asked, Partial};
use super::rows::cut;
use super::scan::for_each_row;
use super::{Clause, Query, Settings, Tree};
use crate::base::event::TIMESTAMP;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, ErrorKind, Fields, limits};
use crate::store::View;

/// By what the groups of a level are ordered.
#[derive(Debug, Clone, PartialEq)]
pub enum By {
    /// Their keys: numbers, addresses, texts; no value last.
    Key,
    /// The measure of this number; its share is ordered as the count is. Equal groups by their keys.
    Measure(usize),
}

/// One level of a side.
#[derive(Debug, Clone, PartialEq)]
pub struct Well {
    /// What its groups are.
    pub level: Level,
    /// Their order; those of which there is no figure come last either way.
    pub by: By,
    /// Whether the greatest comes first.
    pub is_descending: bool,
    /// So many groups are listed in each group around them; all others are one.
    pub limit: Option<usize>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pivot {
    /// Levels of the groups of rows, outermost first.
    pub rows: Vec<Well>,
    /// Levels of the groups of columns.
    pub columns: Vec<Well>,
    /// The figures of each cell.
    pub measures: Vec<Measure>,
    /// The groups of columns by whose cells the rows are ordered, outermost first; none for the total.
    pub order_at: Vec<PathKey>,
    /// Which of the outermost groups of rows are asked for: `first..end`, by their order.
    pub page: Option<(usize, usize)>,
}

/// A key of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathKey {
    /// See [`Key::Text`].
    Text(String),
    /// See [`Key::Missing`].
    Missing,
}

/// The groups of a table, in their order, each group before those in it.
#[derive(Debug, Clone)]
pub struct Table {
    /// Groups of rows.
    pub rows: Side,
    /// Groups of columns.
    pub columns: Side,
}

/// One side of a [`Table`].
#[derive(Debug, Clone)]
pub struct Side {
    /// The groups.
    pub axis: Axis,
    /// How many groups there are in each of them, listed or not.
    pub n_inside: Vec<u64>,
}

/// A table with all figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The total, then the groups of rows.
    pub rows: Vec<Group>,
    /// The total, then the groups of columns.
    pub columns: Vec<Group>,
    /// Of each measure the figures of all cells: row by row.
    pub figures: Vec<Vec<Figure>>,
}

/// One group of an [`Answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How many groups are around it: 0 for the total.
    pub depth: usize,
    /// The group around it; of the total itself.
    pub parent: u32,
    /// What it stands for.
    pub kind: GroupKind,
    /// The key as it is shown: of a span of time its first moment, of a weekday its name. At most `limits::CELL_CHARS`
    /// characters.
    pub text: String,
    /// The key itself, for [`PathKey::Text`]; `None` where it is longer than the text may be, and where there is none.
    pub key: Option<String>,
    /// First nanosecond, and the first behind it, of a span of time.
    pub span: Option<(i64, i64)>,
    /// How many groups there are in it, listed or not.
    pub n_inside: u64,
    /// The query that accepts its rows among those that were asked for; `None` where it would be longer than a query can
    /// be. Of the total, it is empty. Of a bucket of a field with several values a row, it may accept more.
    pub query: Option<String>,
}

/// What a [`Group`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// Everything that was asked for.
    Total,
    /// One key.
    Key,
    /// Rows without a value.
    Missing,
    /// Rows in none of the groups beside it.
    Others,
}

impl Pivot {
    /// Whether it can be asked.
    ///
    /// # Errors
    /// `Query`, where a bucket or a measure has no meaning.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |message: String| Err(Error::new(ErrorKind::Query, message));
        for Well { level: Level { field, bucket }, by, .. } in self.rows.iter().chain(&self.columns) {
            match bucket {
                Bucket::Time { nanos } if *nanos < 1 => {
                    return wrong(format!("expected an interval above 0, found {nanos} ns"));
                }
                Bucket::Number { width } if !(width.is_finite() && *width > 0.0) => {
                    return wrong(format!("expected a width above 0, found {width}"));
                }
                Bucket::Hour | Bucket::Weekday if field != TIMESTAMP => {
                    return wrong(format!("hours and weekdays are those of {TIMESTAMP}, found {field:?}"));
                }
                _ => {}
            }
            if let By::Measure(number) = by
                && *number >= self.measures.len()
            {
                return wrong(format!(
                    "expected one of {} values to order by, found {number}",
                    self.measures.len()
                ));
            }
        }
        for measure in &self.measures {
            if let Measure::Quantile(_, part) = measure
                && !(0.0..=1.0).contains(part)
            {
                return wrong(format!("expected a quantile from 0 to 1, found {part}"));
            }
        }
        Ok(())
    }
}

/// States of groups of both sides together: group `row * n_columns + column`. Rows that are in one group of each level are
/// added to the deepest ones only, until the end.
struct Sums {
    deepest: States,
    all: States,
    n_columns: usize,
}

impl Sums {
    fn new(measures: &[Measure], times: bool, n_columns: usize) -> Sums {
        let states = States::new(measures, times);
        Sums { deepest: states.clone(), all: states, n_columns }
    }

    fn grow(&mut self, n_rows: usize) {
        self.deepest.grow(n_rows * self.n_columns);
        self.all.grow(n_rows * self.n_columns);
    }

    /// Adds the selected `rows` of a segment, of which the sides say in which groups they are.
    fn add(&mut self, segment: &View, fields: &Fields, rows: &Bitmap, sides: [(&Axis, &Members); 2]) {
        self.grow(sides[0].0.n_nodes());
        let n_columns = self.n_columns as u32;
        let [row_nodes, column_nodes] = sides.map(|(_, members)| &members.deepest);
        let is_simple = sides.iter().all(|(_, members)| members.many.is_empty());
        if is_simple && let Some(counts) = self.deepest.counts_alone() {
            return for_each_row(rows, |row| {
                counts[(row_nodes[row] * n_columns + column_nodes[row]) as usize] += 1;
            });
        }
        let mut groups = vec![NO_GROUP; rows.len()];
        if is_simple {
            for_each_row(rows, |row| groups[row] = row_nodes[row] * n_columns + column_nodes[row]);
        } else {
            for_each_row(rows, |row| {
                if row_nodes[row] != Members::MANY && column_nodes[row] != Members::MANY {
                    groups[row] = row_nodes[row] * n_columns + column_nodes[row];
                    return;
                }
                let [row_nodes, column_nodes] = sides.map(|(axis, members)| members.of(axis, row));
                let pairs =
                    row_nodes.iter().flat_map(|&r| column_nodes.iter().map(move |&c| r * n_columns + c));
                self.all.add_row(segment, fields, row, &pairs.collect::<Vec<u32>>());
            });
        }
        self.deepest.add_rows(segment, fields, &groups);
    }

    /// Adds those of a partial, whose groups have the numbers `into` here.
    fn merge(&mut self, reader: &mut Reader<'_>, into: impl Fn(u32) -> u32) {
        self.deepest.merge(reader, &into);
        self.all.merge(reader, into);
    }

    fn write(&self, writer: &mut Writer) {
        self.deepest.write(writer);
        self.all.write(writer);
    }

    /// The states of all groups.
    fn finish(mut self, rows: &Axis, columns: &Axis) -> States {
        let (n_rows, n_columns) = (rows.n_nodes() as u32, columns.n_nodes() as u32);
        self.grow(n_rows as usize);
        let of_columns = (1..n_columns).rev().flat_map(|column| {
            let parent = columns.parent(column);
            (0..n_rows).map(move |row| (row * n_columns + column, row * n_columns + parent))
        });
        let of_rows = (1..n_rows).rev().flat_map(|row| {
            let parent = rows.parent(row);
            (0..n_columns).map(move |column| (row * n_columns + column, parent * n_columns + column))
        });
        let around = |group: u32| {
            let (row, column) = (group / n_columns, group % n_columns);
            let pairs = rows.around(row).into_iter().flat_map(|row| {
                columns.around(column).into_iter().map(move |column| row * n_columns + column)
            });
            pairs.filter(|&other| other != group).collect()
        };
        self.deepest.roll_up(of_columns.chain(of_rows), around);
        self.all.absorb(self.deepest);
        self.all
    }
}

/// Asks for the groups of both sides of a pivot.
#[derive(Debug, Clone, PartialEq)]
pub struct PivotKeys {
    /// The pivot.
    pub pivot: Pivot,
    /// What its buckets of time go by.
    pub settings: Settings,
}

impl Asked for PivotKeys {
    type Partial<'p> = KeysPartial;

    fn write(&self, writer: &mut Writer) {
        self.pivot.write(writer);
        writer.i64(self.settings.offset_seconds);
    }

    fn read(reader: &mut Reader<'_>) -> PivotKeys {
        PivotKeys { pivot: Pivot::read(reader), settings: Settings { offset_seconds: reader.i64() } }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        let side = |wells: &[Well]| {
            let mut sums = Sums::new(&self.pivot.order_of(wells), false, 1);
            sums.grow(1);
            (Axis::growing(&levels(wells)), sums)
        };
        let sides = [side(&self.pivot.rows), side(&self.pivot.columns)];
        KeysPartial { asked: self.clone(), sides }
    }
}

/// What is known of the groups of both sides.
pub struct KeysPartial {
    asked: PivotKeys,
    sides: [(Axis, Sums); 2],
}

impl<'p> Partial<'p> for KeysPartial {
    /// The table: groups in their order, the first n of each level, others, and the page. A `Limit` error, where it
    /// would have more cells than `limits::PIVOT_CELLS`.
    type Answer = Result<Box<Table>, Error>;

    fn collect(&mut self, table: &mut gather::Table<'_>, number: usize, rows: &[Bitmap]) {
        let (segment, fields, rows) = (table.segments[number], table.fields, &rows[0]);
        let PivotKeys { pivot, settings } = &self.asked;
        let everything = (Axis::fixed(&[]), Members::in_everything(segment.n_rows()));
        let counted = pivot.order_rows(segment, fields, rows, *settings);
        for ((axis, sums), counted) in self.sides.iter_mut().zip([&counted, &None]) {
            let members = axis.place(segment, fields, rows, *settings);
            let counted = counted.as_ref().unwrap_or(rows);
            sums.add(segment, fields, counted, [(axis, &members), (&everything.0, &everything.1)]);
        }
    }

    fn write(self, _: &mut gather::Table<'_>, writer: &mut Writer) {
        for (axis, sums) in &self.sides {
            axis.write(writer);
            sums.write(writer);
        }
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        for (axis, sums) in &mut self.sides {
            let numbers = axis.merge(reader);
            sums.grow(axis.n_nodes());
            sums.merge(reader, |group| numbers[group as usize]);
        }
    }

    fn finish(self) -> Result<Box<Table>, Error> {
        let pivot = &self.asked.pivot;
        let everything = Axis::fixed(&[]);
        let [rows, columns] = self.sides.map(|(axis, sums)| {
            let states = sums.finish(&axis, &everything);
            (axis, states)
        });
        let table = Table {
            rows: Side::new(pivot, &pivot.rows, &rows.0, &rows.1, pivot.page),
            columns: Side::new(pivot, &pivot.columns, &columns.0, &columns.1, None),
        };
        let n_groups = |side: &Side| (side.axis.n_nodes() - 1).max(1);
        let n_cells = n_groups(&table.rows) * n_groups(&table.columns);
        if n_cells > limits::PIVOT_CELLS {
            let [n_cells, limit] = [n_cells, limits::PIVOT_CELLS].map(|n| grouped(n as u64));
            let message = format!("pivot would have {n_cells} cells, limit {limit}");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(Box::new(table))
    }
}

/// `81920` as `81,920`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn levels(wells: &[Well]) -> Vec<Level> {
    wells.iter().map(|well| well.level.clone()).collect()
}

impl Pivot {
    /// The measures that `wells` are ordered by.
    fn order_of(&self, wells: &[Well]) -> Vec<Measure> {
        let measure = |well: &Well| match well.by {
            By::Key => None,
            By::Measure(number) => self.measures.get(number).cloned(),
        };
        wells.iter().filter_map(measure).collect()
    }

    /// Those of `rows` by which the groups of rows are ordered; `None` for all.
    fn order_rows(
        &self,
        segment: &View,
        fields: &Fields,
        rows: &Bitmap,
        settings: Settings,
    ) -> Option<Bitmap> {
        if self.order_at.is_empty() {
            return None;
        }
        let mut axis = Axis::fixed(&levels(&self.columns));
        let group = self.order_at.iter().take(self.columns.len()).fold(0, |parent, key| match key {
            PathKey::Text(text) => axis.add(parent, Key::Text(text)),
            PathKey::Missing => axis.add(parent, Key::Missing),
        });
        let members = axis.place(segment, fields, rows, settings);
        let mut inside = Bitmap::none(rows.len());
        for_each_row(rows, |row| {
            if members.of(&axis, row).contains(&group) {
                inside.set(row);
            }
        });
        Some(inside)
    }

    /// Every field that it names.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let wells = self.rows.iter().chain(&self.columns).map(|well| well.level.field.as_str());
        wells.chain(self.measures.iter().filter_map(Measure::field))
    }

    fn needs_times(&self) -> bool {
        self.rows.iter().chain(&self.columns).any(|well| well.level.bucket == Bucket::Weekday)
    }
}

impl Side {
    /// The groups of `axis` that are listed, and their order.
    fn new(
        pivot: &Pivot,
        wells: &[Well],
        axis: &Axis,
        states: &States,
        page: Option<(usize, usize)>,
    ) -> Side {
        let figures: Vec<Vec<Figure>> = wells
            .iter()
            .map(|well| match well.by {
                By::Key => Vec::new(),
                By::Measure(number) => states.figures(&pivot.measures[number]),
            })
            .collect();
        let children = axis.children();
        let mut side = Side { axis: Axis::fixed(&levels(wells)), n_inside: vec![0] };
        side.list(wells, axis, &figures, &children, (0, 0), page);
        side
    }

    /// Lists the groups in group `from` of `axis` in group `to`.
    fn list(
        &mut self,
        wells: &[Well],
        axis: &Axis,
        figures: &[Vec<Figure>],
        children: &[Vec<u32>],
        (from, to): (u32, u32),
        page: Option<(usize, usize)>,
    ) {
        let nodes = &children[from as usize];
        self.n_inside[to as usize] = nodes.len() as u64;
        let Some(well) = wells.get(axis.depth(from)) else { return };
        let n_listed = well.limit.unwrap_or(usize::MAX).min(nodes.len());
        let (first, end) = page.unwrap_or((0, n_listed));
        let (first, end) = (first.min(n_listed), end.min(n_listed));
        let listed = in_order(well, axis, &figures[axis.depth(from)], nodes, end);
        for &node in &listed[first.min(listed.len())..] {
            let group = self.axis.add(to, axis.key(node));
            self.n_inside.push(0);
            self.list(wells, axis, figures, children, (node, group), None);
        }
        if n_listed < nodes.len() && end == n_listed {
            self.axis.add(to, Key::Others);
            self.n_inside.push((nodes.len() - n_listed) as u64);
        }
    }
}

/// The first `n` of `nodes` by the order of a level.
fn in_order(well: &Well, axis: &Axis, figures: &[Figure], nodes: &[u32], n: usize) -> Vec<u32> {
    let key_of = |node: u32| match axis.key(node) {
        Key::Text(text) => Some(well.level.bucket.order_of(text)),
        _ => None,
    };
    let mut keyed: Vec<(Option<bucket::Order<'_>>, u32)> =
        nodes.iter().map(|&node| (key_of(node), node)).collect();
    let by_key =
        |a: &Option<bucket::Order<'_>>, b: &Option<bucket::Order<'_>>, is_descending: bool| match (a, b) {
            (Some(a), Some(b)) if is_descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        };
    let compare = |a: &(Option<bucket::Order<'_>>, u32), b: &(Option<bucket::Order<'_>>, u32)| -> Ordering {
        match well.by {
            By::Key => by_key(&a.0, &b.0, well.is_descending),
            By::Measure(_) => figures[a.1 as usize]
                .compare(&figures[b.1 as usize], well.is_descending)
                .then_with(|| by_key(&a.0, &b.0, false)),
        }
    };
    if n < keyed.len() {
        keyed.select_nth_unstable_by(n, compare);
        keyed.truncate(n);
    }
    keyed.sort_unstable_by(compare);
    keyed.into_iter().map(|(_, node)| node).collect()
}

impl Table {
    fn write(&self, writer: &mut Writer) {
        self.rows.axis.write(writer);
        self.columns.axis.write(writer);
        writer.u64s(&self.rows.n_inside);
        writer.u64s(&self.columns.n_inside);
    }

    /// What [`Table::write`] wrote of a table of `pivot`.
    fn read(pivot: &Pivot, reader: &mut Reader<'_>) -> Table {
        let [mut rows, mut columns] = [&pivot.rows, &pivot.columns].map(|wells| Axis::fixed(&levels(wells)));
        rows.merge(reader);
        columns.merge(reader);
        Table {
            rows: Side { axis: rows, n_inside: reader.u64s() },
            columns: Side { axis: columns, n_inside: reader.u64s() },
        }
    }
}

/// Asks for the cells of a table.
#[derive(Debug, Clone)]
pub struct PivotCells {
    /// The pivot, and what its buckets of time go by.
    pub keys: PivotKeys,
    /// The groups of both sides.
    pub table: Box<Table>,
}

impl Asked for PivotCells {
    type Partial<'p> = CellsPartial;

    fn write(&self, writer: &mut Writer) {
        self.keys.write(writer);
        self.table.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> PivotCells {
        let keys = PivotKeys::read(reader);
        PivotCells { table: Box::new(Table::read(&keys.pivot, reader)), keys }
    }

    fn partial<'p>(&self) -> Self::Partial<'p> {
        let PivotCells { keys: PivotKeys { pivot, .. }, table } = self;
        let mut sums = Sums::new(&pivot.measures, pivot.needs_times(), table.columns.axis.n_nodes());
        sums.grow(table.rows.axis.n_nodes());
        CellsPartial { asked: self.clone(), sums }
    }
}

/// The states of the cells of a table.
pub struct CellsPartial {
    asked: PivotCells,
    sums: Sums,
}

impl<'p> Partial<'p> for CellsPartial {
    type Answer = Answer;

    fn collect(&mut self, table: &mut gather::Table<'_>, number: usize, rows: &[Bitmap]) {
        let (segment, fields, rows) = (table.segments[number], table.fields, &rows[0]);
        let PivotCells { keys: PivotKeys { settings, .. }, table } = &mut self.asked;
        let (row_axis, columns) = (&mut table.rows.axis, &mut table.columns.axis);
        let row_members = row_axis.place(segment, fields, rows, *settings);
        let column_members = columns.place(segment, fields, rows, *settings);
        self.sums.add(segment, fields, rows, [(row_axis, &row_members), (columns, &column_members)]);
    }

    fn write(self, _: &mut gather::Table<'_>, writer: &mut Writer) {
        self.sums.write(writer);
    }

    fn merge(&mut self, reader: &mut Reader<'p>) {
        self.sums.merge(reader, |group| group);
    }

    fn finish(self) -> Answer {
        let CellsPartial { asked: PivotCells { keys: PivotKeys { pivot, settings }, table }, sums } = self;
        let n_columns = table.columns.axis.n_nodes() as u32;
        let states = sums.finish(&table.rows.axis, &table.columns.axis);
        let figures = pivot.measures.iter().map(|measure| {
            let mut figures = states.figures(measure);
            let total_of: fn(u32, u32) -> u32 = match measure {
                Measure::ShareOfRow => |group, n| group / n * n,
                Measure::ShareOfColumn => |group, n| group % n,
                Measure::ShareOfTotal => |_, _| 0,
                _ => return figures,
            };
            for (group, figure) in figures.iter_mut().enumerate() {
                let group = group as u32;
                *figure = match states.count(total_of(group, n_columns)) {
                    0 => Figure::None,
                    total => Figure::Number(states.count(group) as f64 / total as f64),
                };
            }
            figures
        });
        Answer {
            figures: figures.collect(),
            rows: table.rows.groups(settings, |row| states.times(row * n_columns)),
            columns: table.columns.groups(settings, |column| states.times(column)),
        }
    }
}

impl Side {
    /// The groups as they are told; `times` are the first and last of each.
    fn groups(&self, settings: Settings, times: impl Fn(u32) -> Option<(i64, i64)>) -> Vec<Group> {
        let axis = &self.axis;
        let children = axis.children();
        let clauses: Vec<Vec<Tree<Clause>>> = (0..axis.n_nodes() as u32)
            .map(|node| match node {
                0 => Vec::new(),
                node => clauses_of(axis, node, &children[axis.parent(node) as usize], &times, settings),
            })
            .collect();
        let group = |node: u32| {
            let mut path = axis.around(node);
            path.reverse();
            let all = path.iter().flat_map(|&node| clauses[node as usize].iter().cloned()).collect();
            let query = Query::from_clauses(all).to_string();
            let (kind, key, text, span) = match node {
                0 => (GroupKind::Total, None, String::new(), None),
                node => match axis.key(node) {
                    Key::Missing => (GroupKind::Missing, None, String::new(), None),
                    Key::Others => (GroupKind::Others, None, String::new(), None),
                    Key::Text(key) => {
                        let (text, span) = axis.level(node).bucket.shown(key);
                        let own = (!cut(key, limits::CELL_CHARS).1).then(|| key.to_owned());
                        (GroupKind::Key, own, cut(&text, limits::CELL_CHARS).0.to_owned(), span)
                    }
                },
            };
            Group {
                depth: axis.depth(node),
                parent: axis.parent(node),
                kind,
                text,
                key,
                span,
                n_inside: self.n_inside[node as usize],
                query: Some(query).filter(|query| query.len() <= limits::QUERY_BYTES),
            }
        };
        (0..axis.n_nodes() as u32).map(group).collect()
    }
}

/// The clauses that, beside those of the groups around it, accept the rows of `node`.
fn clauses_of(
    axis: &Axis,
    node: u32,
    beside: &[u32],
    times: &impl Fn(u32) -> Option<(i64, i64)>,
    settings: Settings,
) -> Vec<Tree<Clause>> {
    let Level { field, bucket } = axis.level(node);
    match axis.key(node) {
        Key::Text(text) => bucket.clauses(field, text, times(node), settings.offset_seconds),
        Key::Missing => vec![bucket.missing(field)],
        Key::Others => {
            let (mut others, mut clauses) = (Vec::new(), Vec::new());
            for &other in beside {
                match axis.key(other) {
                    Key::Others => {}
                    Key::Missing => clauses.push(edit::not(bucket.missing(field))),
                    Key::Text(text) => {
                        let days = times(axis.parent(node));
                        others.push(bucket.clauses(field, text, days, settings.offset_seconds));
                    }
                }
            }
            clauses.extend(edit::none_of(field, others));
            clauses
        }
    }
}

impl Pivot {
    fn write(&self, writer: &mut Writer) {
        for wells in [&self.rows, &self.columns] {
            writer.u64(wells.len() as u64);
            wells.iter().for_each(|well| well.write(writer));
        }
        writer.u64(self.measures.len() as u64);
        self.measures.iter().for_each(|measure| measure.write(writer));
        writer.u64(self.order_at.len() as u64);
        for key in &self.order_at {
            match key {
                PathKey::Text(text) => writer.strs(&[text]),
                PathKey::Missing => writer.strs(&[""; 0]),
            }
        }
        let page = self.page.map(|(first, end)| [first as u64, end as u64]);
        writer.u64s(page.as_ref().map_or(&[], |page| page));
    }

    fn read(reader: &mut Reader<'_>) -> Pivot {
        let wells = |reader: &mut Reader<'_>| (0..reader.u64()).map(|_| Well::read(reader)).collect();
        let (rows, columns) = (wells(reader), wells(reader));
        let measures = (0..reader.u64()).map(|_| Measure::read(reader)).collect();
        let key = |mut texts: Vec<String>| texts.pop().map_or(PathKey::Missing, PathKey::Text);
        let order_at = (0..reader.u64()).map(|_| key(reader.strs())).collect();
        let page = match reader.u64s()[..] {
            [first, end] => Some((first as usize, end as usize)),
            _ => None,
        };
        Pivot { rows, columns, measures, order_at, page }
    }
}

impl Well {
    fn write(&self, writer: &mut Writer) {
        writer.str(&self.level.field);
        let (kind, nanos, width) = match self.level.bucket {
            Bucket::Value => (0, 0, 0.0),
            Bucket::Time { nanos } => (1, nanos, 0.0),
            Bucket::Hour => (2, 0, 0.0),
            Bucket::Weekday => (3, 0, 0.0),
            Bucket::Number { width } => (4, 0, width),
        };
        writer.u8(kind);
        writer.i64(nanos);
        writer.f64(width);
        writer.u64(match self.by {
            By::Key => 0,
            By::Measure(number) => number as u64 + 1,
        });
        writer.bool(self.is_descending);
        writer.u64(self.limit.map_or(u64::MAX, |limit| limit as u64));
    }

    fn read(reader: &mut Reader<'_>) -> Well {
        let field = reader.str().to_owned();
        let (kind, nanos, width) = (reader.u8(), reader.i64(), reader.f64());
        let bucket = match kind {
            0 => Bucket::Value,
            1 => Bucket::Time { nanos },
            2 => Bucket::Hour,
            3 => Bucket::Weekday,
            _ => Bucket::Number { width },
        };
        let by = match reader.u64() {
            0 => By::Key,
            number => By::Measure(number as usize - 1),
        };
        let is_descending = reader.bool();
        let limit = Some(reader.u64()).filter(|&limit| limit < u64::MAX).map(|limit| limit as usize);
        Well { level: Level { field, bucket }, by, is_descending, limit }
    }
}
