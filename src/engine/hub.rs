//! What knows every source and the order of all rows, and makes answers of partials. It holds no event.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use hashbrown::HashTable;

use super::RowRef;
use super::asking::Ask;
use super::report::MemberName;
use super::report::Report;
use super::row_list::{Row, RowList};
use super::run::Run;
use super::sources::{Counts, Ranks as SourceRanks, SourceState, Sources};
use super::steps::HubSteps;
use crate::base::event::TIMESTAMP;
use crate::base::wire::Reader;
use crate::base::{Bitmap, Error, ErrorKind, Problem, Span, limits};
use crate::clock::{Clock, Zone};
use crate::format::FORMATS;
use crate::query::bucket::Bucket;
use crate::query::complete::Place;
use crate::query::edit::{ClauseText, clauses};
use crate::query::explain::Explain;
use crate::query::facet::{Facet, FacetOf, FacetOrder, Facets};
use crate::query::fields::{FieldList, FieldSum};
use crate::query::occurrences::Occurrences;
use crate::query::pivot::{Answer, Pivot, PivotCells, PivotKeys};
use crate::query::rows::{Rows as AcceptedRows, Window};
use crate::query::sort::{self, NO_VALUE, Ranks};
use crate::query::timeline::{Counts as TimelineCounts, Found, Timeline, Wish};
use crate::query::tokens::{Token, tokens};
use crate::query::{Asked, Clause, Glob, Query, Question, Settings, Tree, unknown_field_error, word_pattern};
use crate::store::View;

/// The rows of one shard, as far as the hub knows them; by the shard's row number.
#[derive(Default)]
struct Rows {
    list: RowList,
    /// Whether the row is a copy of another.
    is_duplicate: Bitmap,
    /// How many names of fields the shard has told.
    n_fields: usize,
    /// Copies that the shard has not been told of.
    duplicates: Vec<u32>,
}

/// One event that may have duplicates, by its hashes, and the copy that is a row.
struct Original {
    event_id_hash: u64,
    row_hash: u64,
    row: RowRef,
}

/// An answer that is kept: which rows, in which order.
struct Selection {
    /// The order of all rows when it was made.
    base: Rc<Vec<RowRef>>,
    order: Order,
    /// What its rows were asked by, to ask more about them.
    query: String,
    settings: Settings,
    n_rows: Vec<u32>,
}

enum Order {
    /// The rows of the set of ranks, ascending; with the number of rows before each 64th word.
    ByRank { ranks: Bitmap, before: Vec<u32> },
    /// Ranks, one behind the other.
    Sorted(Vec<u32>),
}

/// See the module.
#[derive(Default)]
pub struct Hub {
    sources: Sources,
    shards: Vec<Rows>,
    base: Rc<Vec<RowRef>>,
    originals: HashTable<Original>,
    /// Duplicates: hash of the event id, hash of the row, row.
    copies: Vec<(u64, u64, RowRef)>,
    selections: BTreeMap<u32, Selection>,
    /// Rows in which something was found: places in the order of their selection, ascending.
    hits: BTreeMap<u32, Vec<u32>>,
    next_selection: u32,
    /// The names of fields that shards have told; those that formats promise are known besides.
    pub(super) field_names: BTreeSet<String>,
    /// What is derived.
    pub(super) steps: HubSteps,
}

/// What one clause of a query does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseState {
    /// Where it stands in the query: bytes.
    pub at: Range<usize>,
    /// Rows that it alone accepts.
    pub n_alone: u64,
    /// Rows that there would be without it.
    pub n_without: u64,
}

/// A query's text, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadText {
    /// What to colour.
    pub tokens: Vec<Token>,
    /// Its clauses; none where it cannot be read.
    pub clauses: Vec<ClauseText>,
    /// Why it cannot be asked.
    pub problem: Option<Error>,
}

/// A reject, as the analyst sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectState {
    /// The source's number.
    pub source: u32,
    /// Where it stands; the line is 0 while it is not known.
    pub at: Span,
    /// Why it is no event.
    pub reason: String,
}

/// Everything about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventState {
    /// The source's number.
    pub source: u32,
    /// Where its record stands, after unwrapping; the line is 0 while it is not known.
    pub at: Span,
    /// Nanoseconds, UTC.
    pub time: Option<i64>,
    /// Name and values, by name.
    pub fields: Vec<(String, Vec<String>)>,
    /// Its copies.
    pub copies: Vec<RowRef>,
}

impl Hub {
    /// For this many shards, at most 16.
    pub fn new(n_shards: usize) -> Hub {
        assert!((1..=16).contains(&n_shards), "a row's shard is four bits");
        Hub {
            sources: Sources::new(n_shards),
            shards: (0..n_shards).map(|_| Rows::default()).collect(),
            ..Hub::default()
        }
    }

    /// A new file, and when it was last modified (nanoseconds since the epoch); its number.
    pub fn add_source(&mut self, path: &str, n_bytes: u64, modified: Option<i64>) -> u32 {
        self.sources.add(path, n_bytes, modified)
    }

    /// All sources with their numbers: files, then members of archives.
    pub fn sources(&self) -> impl Iterator<Item = (u32, &SourceState)> {
        self.sources.iter()
    }

    /// One source.
    pub fn source(&self, number: u32) -> &SourceState {
        self.sources.get(number)
    }

    /// One source, if there is such a one.
    pub fn find_source(&self, number: u32) -> Option<&SourceState> {
        self.sources.knows(number).then(|| self.sources.get(number))
    }

    /// Takes what `shard` says of a file, or a piece of one, and its members. Members must be known: a shard tells them
    /// with its rows.
    pub fn report(&mut self, shard: usize, reports: Vec<Report>) {
        self.sources.report(shard, reports);
    }

    /// Adds what is wrong with a source that no shard could report.
    pub fn add_problem(&mut self, source: u32, problem: &Problem) {
        let said = (problem.code().to_owned(), problem.to_string());
        let problems = &mut self.sources.get_mut(source).problems;
        if !problems.contains(&said) {
            problems.push(said);
        }
    }

    /// Sets the hash of a file that was not hashed while it was read.
    pub fn set_sha256(&mut self, source: u32, sha256: String) {
        self.sources.get_mut(source).sha256 = Some(sha256);
    }

    /// The zone in which a shard is to read a file whose times say none.
    pub fn zone_to_read(&mut self, source: u32) -> Rc<Zone> {
        self.sources.zone_to_read(source)
    }

    /// Sets the zone of times that say none: of all sources of which nothing else was said, or of one.
    pub fn set_zone(&mut self, source: Option<u32>, zone: Zone) {
        self.sources.set_zone(source, zone);
    }

    /// Sets the year of the last record of a source whose records say none; `None` to have it found.
    pub fn set_year(&mut self, source: u32, year: Option<i64>) {
        self.sources.set_year(source, year);
    }

    /// Finds the years of all sources by what is known of all now: the clocks that [`Shard::set_clock`] is to be given in
    /// all shards. Where there are any, [`Hub::begin_anew`] is next.
    pub fn settle_clocks(&mut self) -> Vec<(u32, Clock)> {
        self.sources.settle()
    }

    /// A source is to be read again: the numbers that [`Shard::forget`] is to be given in all shards. [`Hub::begin_anew`]
    /// is next. A member is read again under another number, and so are the members of a file.
    pub fn forget_source(&mut self, source: u32) -> Vec<u32> {
        let mut forgotten = self.sources.members_of(source);
        forgotten.push(source);
        forgotten.iter().for_each(|&number| self.sources.forget(number));
        forgotten
    }

    /// How many rows, names of fields and members of `shard` are known: where [`super::Shard::rows_since`] is to go on.
    pub fn known_of(&self, shard: usize) -> (usize, usize, usize) {
        let Rows { list, n_fields, .. } = &self.shards[shard];
        (list.len(), *n_fields, self.sources.n_members(shard))
    }

    /// How many of the known events are no duplicates.
    pub fn n_rows(&self) -> usize {
        self.base.len()
    }

    /// What became of the records of all sources so far.
    pub fn totals(&self) -> Counts {
        self.sources.totals()
    }

    /// Takes the new rows of all shards ([`super::Shard::rows_since`]; empty bytes for one that told none), finds the copies among them and brings all
    /// rows into their order.
    pub fn merge_rows(&mut self, partials: &[Vec<u8>]) {
        let n_copies = self.copies.len();
        let lists: Vec<Vec<RowRef>> =
            partials.iter().enumerate().map(|(shard, partial)| self.take_rows(shard, partial)).collect();
        let path_ranks = self.sources.ranks();
        let mut fresh: Vec<RowRef> = Vec::new();
        for mut rows in lists {
            if self.copies.len() > n_copies {
                rows.retain(|&row| !self.is_duplicate(row));
            }
            fresh = self.merge_two(fresh, rows, &path_ranks);
        }
        // What stands before all that is new, or a copy now, stays as it is.
        let mut base = std::mem::take(&mut self.base);
        let mut n_same = match fresh.first() {
            None => base.len(),
            Some(&row) => {
                let first = self.key(row, &path_ranks);
                base.partition_point(|&row| self.key(row, &path_ranks) <= first)
            }
        };
        for &(_, _, row) in &self.copies[n_copies..] {
            let rank = &mut self.shards[row.shard()].list[row.row() as usize].rank;
            n_same = n_same.min(std::mem::replace(rank, Row::NO_RANK) as usize);
        }
        let all = Rc::make_mut(&mut base);
        let mut rest = all.split_off(n_same);
        if self.copies.len() > n_copies {
            rest.retain(|&row| !self.is_duplicate(row));
        }
        all.extend(self.merge_two(rest, fresh, &path_ranks));
        for (row, rank) in base[n_same..].iter().zip(n_same as u32..) {
            self.shards[row.shard()].list[row.row() as usize].rank = rank;
        }
        self.base = base;
    }

    /// Adds the rows of one shard; in their order.
    fn take_rows(&mut self, shard: usize, partial: &[u8]) -> Vec<RowRef> {
        if partial.is_empty() {
            return Vec::new();
        }
        let reader = &mut Reader::new(partial);
        let first = reader.u32();
        let mut placed = reader.each_i64().zip(reader.each_u32());
        let (n_rows, runs) = (placed.len(), Run::read_all(reader));
        let (event_id_hashes, row_hashes) = (reader.u64s(), reader.u64s());
        let (order, forgotten) = (reader.u32s(), reader.u32s());
        let (first_name, n_names) = (reader.u64() as usize, reader.u64());
        // One that only steps name is empty; told once more are those that the data names, too, by now.
        let names: Vec<&str> = (0..n_names).map(|_| reader.str()).collect();
        let late: Vec<&str> = (0..reader.u64()).map(|_| reader.str()).collect();
        let told = names.iter().chain(&late).filter(|name| !name.is_empty());
        self.field_names.extend(told.map(|&name| name.to_owned()));
        let (first_member, n_members) = (reader.u32(), reader.u64());
        for number in (first_member..).take(n_members as usize) {
            self.sources.add_member(number, MemberName::read(reader));
        }
        let rows = &mut self.shards[shard];
        // Those of another answer may have come meanwhile.
        rows.n_fields = rows.n_fields.max(first_name + n_names as usize);
        assert_eq!(rows.list.len(), first as usize, "rows come one behind the other");
        assert!(first as usize + n_rows <= limits::SHARD_ROWS, "a row of a shard is 28 bits");
        rows.is_duplicate.extend_to(first as usize + n_rows, false);
        forgotten.iter().for_each(|&row| rows.is_duplicate.set((first + row) as usize));
        let mut begin = 0;
        for Run { end, source, base } in runs {
            let numbers = first + std::mem::replace(&mut begin, end)..first + end;
            let mut span = (i64::MAX, i64::MIN);
            let is_duplicate = &rows.is_duplicate;
            rows.list.extend(numbers.zip(placed.by_ref()).map(|(row, (time, offset))| {
                if forgotten.is_empty() || !is_duplicate.get(row as usize) {
                    // `NO_TIME` is the greatest there is.
                    span = (span.0.min(time), if time == View::NO_TIME { span.1 } else { span.1.max(time) });
                }
                Row { time, offset: base + offset as u64, source, rank: Row::NO_RANK }
            }));
            if span.0 <= span.1 {
                let (from, to) = self.sources.get_mut(source).times.get_or_insert(span);
                (*from, *to) = ((*from).min(span.0), (*to).max(span.1));
            }
        }
        for (i, (&event_id_hash, &row_hash)) in
            event_id_hashes.iter().zip(&row_hashes).enumerate().filter(|(_, (id, _))| **id != 0)
        {
            self.find_copy(event_id_hash, row_hash, RowRef::new(shard, first + i as u32));
        }
        if order.is_empty() && forgotten.is_empty() {
            return (first..first + n_rows as u32).map(|row| RowRef::new(shard, row)).collect();
        }
        order.iter().map(|&row| RowRef::new(shard, first + row)).collect()
    }

    /// Of two copies of one event the first by path and position stays a row.
    fn find_copy(&mut self, event_id_hash: u64, row_hash: u64, row: RowRef) {
        let is_same =
            |original: &Original| original.event_id_hash == event_id_hash && original.row_hash == row_hash;
        let copy = match self.originals.find(event_id_hash, is_same).map(|original| original.row) {
            None => {
                self.originals.insert_unique(
                    event_id_hash,
                    Original { event_id_hash, row_hash, row },
                    |original| original.event_id_hash,
                );
                return;
            }
            Some(old) if self.compare_places(old, row) == Ordering::Greater => {
                let original = self.originals.find_mut(event_id_hash, is_same).expect("it was just found");
                original.row = row;
                old
            }
            Some(_) => row,
        };
        self.copies.push((event_id_hash, row_hash, copy));
        let rows = &mut self.shards[copy.shard()];
        rows.is_duplicate.set(copy.row() as usize);
        rows.duplicates.push(copy.row());
        self.sources.get_mut(rows.list[copy.row() as usize].source).add_duplicate();
    }

    fn is_duplicate(&self, row: RowRef) -> bool {
        self.shards[row.shard()].is_duplicate.get(row.row() as usize)
    }

    fn compare_places(&self, a: RowRef, b: RowRef) -> Ordering {
        let place = |row: RowRef| {
            let rows = &self.shards[row.shard()];
            let Row { source, offset, .. } = rows.list[row.row() as usize];
            let SourceState { path, parent, .. } = self.sources.get(source);
            (path, parent.unwrap_or((source, 0)), offset, row)
        };
        place(a).cmp(&place(b))
    }

    fn key(&self, row: RowRef, path_ranks: &SourceRanks) -> (i64, u32, u64) {
        let Row { time, source, offset, .. } = self.shards[row.shard()].list[row.row() as usize];
        (time, path_ranks.of(source), offset)
    }

    fn merge_two(&self, a: Vec<RowRef>, b: Vec<RowRef>, path_ranks: &SourceRanks) -> Vec<RowRef> {
        if a.is_empty() || b.is_empty() {
            return if a.is_empty() { b } else { a };
        }
        let key = |row: RowRef| self.key(row, path_ranks);
        let mut merged = Vec::with_capacity(a.len() + b.len());
        let (mut a, mut b) = (&a[..], &b[..]);
        while let (Some(_), Some(&next_b)) = (a.first(), b.first()) {
            let next_b = key(next_b);
            let (run, rest) = a.split_at(n_leading(a, |row| key(row) <= next_b));
            merged.extend_from_slice(run);
            a = rest;
            let Some(&next_a) = a.first() else { break };
            let next_a = key(next_a);
            let (run, rest) = b.split_at(n_leading(b, |row| key(row) < next_a));
            merged.extend_from_slice(run);
            b = rest;
        }
        merged.extend_from_slice(a);
        merged.extend_from_slice(b);
        merged
    }

    /// Rows of `shard` that turned out to be copies since the last call: for [`super::Shard::exclude_duplicates`].
    pub fn take_duplicates(&mut self, shard: usize) -> Vec<u32> {
        std::mem::take(&mut self.shards[shard].duplicates)
    }

    /// A shard was lost, and with it all that it held: forgets every row, for all shards to tell theirs again, and
    /// what the lost one had read of the sources.
    pub fn forget_shard(&mut self, shard: usize) {
        self.sources.iter_mut().for_each(|source| source.forget_shard(shard));
        self.begin_anew();
        self.sources.forget_members(shard);
        self.shards[shard] = Rows::default();
    }

    /// Forgets every row, for all shards to tell theirs again ([`super::Shard::include_duplicates`] first).
    pub fn begin_anew(&mut self) {
        self.sources.iter_mut().for_each(SourceState::forget_rows);
        for rows in &mut self.shards {
            *rows = Rows { n_fields: rows.n_fields, ..Rows::default() };
        }
        self.base = Rc::default();
        self.originals.clear();
        self.copies.clear();
        self.selections.clear();
        self.hits.clear();
    }

    /// Whether `query` can be asked.
    ///
    /// # Errors
    /// `Query`, where it is not of the language or names a field that nobody knows.
    pub fn check(&self, query: &str) -> Result<(), Error> {
        self.check_fields(&Query::parse(query)?)
    }

    /// What the page shows of a query's text, right or wrong.
    pub fn read(&self, query: &str) -> ReadText {
        let (clauses, problem) = match Query::parse(query) {
            Ok(parsed) => (clauses(query, &parsed), self.check_fields(&parsed).err()),
            Err(error) => (Vec::new(), Some(error)),
        };
        ReadText { tokens: tokens(query), clauses, problem }
    }

    /// The place of the byte `cursor` in `query`.
    pub fn place_in(&self, query: &str, cursor: usize) -> Place {
        let mut place = Place::of(query, cursor, |name| {
            self.known_fields().any(|known| known.eq_ignore_ascii_case(name))
        });
        // Whose other clauses cannot be asked is offered the values of all rows.
        if self.check(&place.others).is_err() {
            place.others.clear();
        }
        place
    }

    fn check_fields(&self, query: &Query) -> Result<(), Error> {
        for field in query.field_names() {
            let is_known = self.known_fields().any(|known| field.names(known));
            if !is_known {
                return Err(unknown_field_error(field.name, field.at.clone(), self.known_fields()));
            }
        }
        Ok(())
    }

    /// Every name of a field that can be asked for: those of the data, and those that formats promise.
    fn known_fields(&self) -> impl Iterator<Item = &str> {
        let specs = FORMATS.iter().flat_map(|format| format.fields()).map(|spec| spec.name);
        let aliases = FORMATS.iter().flat_map(|format| format.aliases()).map(|&(common, _)| common);
        let promised = specs.filter(|name| !name.ends_with('*')).chain(aliases);
        self.field_names.iter().map(String::as_str).chain(promised).chain(self.steps.names())
    }

    /// Asks which rows `query` accepts, to be brought into the order of `sort`: field, whether descending.
    ///
    /// # Errors
    /// Those of [`Hub::check`].
    pub fn ask_filter(&self, query: &str, sort: &[(String, bool)]) -> Result<Ask, Error> {
        self.check(query)?;
        Ok(self.ask_all(query, AcceptedRows { sort: ranked(sort).map(str::to_owned).collect() }.into()))
    }

    /// Asks about those of all rows that are known now which `query` accepts.
    fn ask_all(&self, query: &str, question: Question) -> Ask {
        Ask {
            queries: vec![query.to_owned()],
            settings: Settings::default(),
            n_rows: self.shards.iter().map(|rows| rows.list.len() as u32).collect(),
            question,
        }
    }

    /// Puts the answer to [`Hub::ask_filter`] together from the partials of all shards. Its number and its count.
    pub fn finish_filter(
        &mut self,
        ask: &Ask,
        partials: &[Vec<u8>],
        sort: &[(String, bool)],
    ) -> (u32, usize) {
        let n_ranks = self.base.len();
        let mut selected = Bitmap::none(n_ranks);
        let asked = AcceptedRows { sort: ranked(sort).map(str::to_owned).collect() };
        let mut rows_of_shards: Vec<Vec<u32>> = Vec::new();
        let mut ranks_of_shards = Vec::new();
        for (shard, rows) in asked.answer(partials).into_iter().zip(&self.shards) {
            let rank_of = |row: usize| rows.list.get(row).map_or(Row::NO_RANK, |row| row.rank);
            let ranks: Vec<u32> = shard.rows.iter().map(rank_of).collect();
            for &rank in ranks.iter().filter(|&&rank| rank != Row::NO_RANK) {
                selected.set(rank as usize);
            }
            rows_of_shards.push(if sort.is_empty() { Vec::new() } else { ranks });
            ranks_of_shards.push(shard.ranks.into_iter());
        }
        let count = selected.count();
        let order = if sort.is_empty() {
            Order::by_rank(selected)
        } else {
            let mut order: Vec<u32> = selected.iter().map(|rank| rank as u32).collect();
            let keys: Vec<(Vec<u32>, usize)> = sort
                .iter()
                .map(|(field, _)| match field == TIMESTAMP {
                    true => self.time_keys(),
                    false => {
                        let ranks = ranks_of_shards.iter_mut().filter_map(Iterator::next).collect();
                        value_keys(ranks, &rows_of_shards, n_ranks)
                    }
                })
                .collect();
            for ((keys, n_values), (_, is_descending)) in keys.iter().zip(sort).rev() {
                sort::sort_stably(&mut order, |rank| keys[rank as usize], *n_values, *is_descending);
            }
            Order::Sorted(order)
        };
        let number = self.next_selection;
        self.next_selection += 1;
        let Ask { queries, settings, n_rows, .. } = ask.clone();
        let query = queries.into_iter().next().unwrap_or_default();
        let base = self.base.clone();
        self.selections.insert(number, Selection { base, order, query, settings, n_rows });
        (number, count)
    }

    /// For each rank the place of its time among all times.
    fn time_keys(&self) -> (Vec<u32>, usize) {
        let mut n_values = 0;
        let mut last = None;
        let keys = self.base.iter().map(|row| {
            let time = self.shards[row.shard()].list[row.row() as usize].time;
            if time == View::NO_TIME {
                return NO_VALUE;
            }
            n_values += (last != Some(time)) as usize;
            last = Some(time);
            n_values as u32 - 1
        });
        let keys = keys.collect();
        (keys, n_values)
    }

    /// Forgets an answer.
    pub fn close_selection(&mut self, number: u32) {
        self.selections.remove(&number);
    }

    /// The rows `first..end` of an answer, as far as there are so many.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn rows(&self, selection: u32, first: usize, end: usize) -> Result<Vec<RowRef>, Error> {
        let Selection { base, order, .. } = self.selection(selection)?;
        Ok(order.slice(first, end).into_iter().map(|rank| base[rank as usize]).collect())
    }

    fn selection(&self, number: u32) -> Result<&Selection, Error> {
        let gone = || Error::new(ErrorKind::Range, "the selection was closed, or a shard was lost");
        self.selections.get(&number).ok_or_else(gone)
    }

    /// Asks for the values of `fields` among the rows of a selection; `search` for those that have it in them. Where
    /// `ignoring_own` is said, the rows of each field are those that the other clauses accept.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn ask_facets(
        &self,
        selection: u32,
        fields: &[String],
        search: Option<&str>,
        ignoring_own: bool,
    ) -> Result<Ask, Error> {
        let mut ask = self.ask_about(selection, AcceptedRows::default().into())?;
        let query = Query::parse(&ask.queries[0])?;
        let facet = |field: &String| {
            let others = if ignoring_own { query.without_field(field) } else { query.clone() };
            let own = if others == query { ask.queries[0].clone() } else { others.to_string() };
            let known = ask.queries.iter().position(|query| *query == own);
            let number = known.unwrap_or_else(|| {
                ask.queries.push(own);
                ask.queries.len() - 1
            });
            let search = search.filter(|search| !search.is_empty()).map(str::to_owned);
            FacetOf { field: field.clone(), query: number as u32, search }
        };
        let fields = fields.iter().map(facet).collect();
        ask.question = Facets { fields, limit: 0, order: FacetOrder::Count }.into();
        Ok(ask)
    }

    /// Puts the answer to [`Hub::ask_facets`] together: of each field at most `limit` values.
    pub fn finish_facets(
        &self,
        ask: &Ask,
        partials: &[Vec<u8>],
        limit: usize,
        order: FacetOrder,
    ) -> Vec<Facet> {
        let Question::Facets(asked) = &ask.question else { return Vec::new() };
        Facets { limit, order, ..asked.clone() }.answer(partials)
    }

    /// Asks from when to when the rows of a selection are, and for the values that may become series; with
    /// `ignoring_own` of the rows that the clauses on other fields than the time accept.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn ask_scope(&self, selection: u32, wish: &Wish, ignoring_own: bool) -> Result<Ask, Error> {
        let mut ask = self.ask_about(selection, wish.scope().into())?;
        if ignoring_own {
            ask.queries = vec![Query::parse(&ask.queries[0])?.without_field(TIMESTAMP).to_string()];
        }
        Ok(ask)
    }

    /// Asks for the counts of a timeline, by what the shards answered to [`Hub::ask_scope`].
    ///
    /// # Errors
    /// `Range`, where the interval is none or makes too many buckets.
    pub fn ask_counts(&self, scope: &Ask, wish: &Wish, found: &Found) -> Result<Ask, Error> {
        let buckets = found.buckets(wish, scope.settings.offset_seconds)?;
        let asked = TimelineCounts { buckets, by: wish.by.clone(), values: found.values.clone() };
        Ok(Ask { question: asked.into(), ..scope.clone() })
    }

    /// Puts the answer to [`Hub::ask_counts`] together.
    pub fn finish_timeline(&self, ask: &Ask, found: Found, partials: &[Vec<u8>]) -> Timeline {
        let Question::Counts(asked) = &ask.question else { panic!("no counts were asked for") };
        found.timeline(asked.buckets, asked.answer(partials))
    }

    /// Asks for the groups of both sides of a pivot of the rows of a selection. Intervals of time that are 0 are chosen by
    /// what the shards answered to [`Hub::ask_scope`]: about `n_buckets`.
    ///
    /// # Errors
    /// `Range`, where there is no such answer; `Query`, where the pivot has no meaning or names a field that nobody knows.
    pub fn ask_pivot(
        &self,
        selection: u32,
        mut pivot: Pivot,
        found: Option<&Found>,
        n_buckets: usize,
    ) -> Result<Ask, Error> {
        let Selection { settings, .. } = self.selection(selection)?;
        let wish = Wish { n_buckets, ..Wish::default() };
        let buckets = found.map(|found| found.buckets(&wish, settings.offset_seconds)).transpose()?;
        for well in pivot.rows.iter_mut().chain(&mut pivot.columns) {
            if let Bucket::Time { nanos } = &mut well.level.bucket
                && *nanos == 0
            {
                // Without a time there is no bucket, however long it were.
                *nanos = buckets.map_or(0, |buckets| buckets.interval).max(1);
            }
        }
        pivot.check()?;
        for field in pivot.fields() {
            if field != TIMESTAMP && !self.known_fields().any(|known| known == field) {
                return Err(unknown_field_error(field, 0..0, self.known_fields()));
            }
        }
        self.ask_about(selection, PivotKeys { pivot, settings: *settings }.into())
    }

    /// Asks for the cells of a pivot, by what the shards answered to [`Hub::ask_pivot`].
    ///
    /// # Errors
    /// `Limit`, where there would be too many.
    pub fn ask_cells(&self, keys: &Ask, partials: &[Vec<u8>]) -> Result<Ask, Error> {
        let Question::PivotKeys(asked) = &keys.question else { panic!("no pivot was asked for") };
        let cells = PivotCells { keys: asked.clone(), table: asked.answer(partials)? };
        Ok(Ask { question: cells.into(), ..keys.clone() })
    }

    /// Puts the answer to [`Hub::ask_cells`] together.
    pub fn finish_pivot(&self, cells: &Ask, partials: &[Vec<u8>]) -> Answer {
        let Question::PivotCells(asked) = &cells.question else { panic!("no cells were asked for") };
        asked.answer(partials)
    }

    /// The query that accepts the rows in which `value` occurs, as a whole value or as a word in one, and which `query`
    /// accepts.
    pub fn query_about(&self, value: &str, query: &str) -> Result<String, Error> {
        let pattern = word_pattern(value);
        let clause = match pattern.len() <= limits::PATTERN_BYTES && value.is_ascii() {
            true => format!("* ~ /{}/", pattern.replace('/', r"\/")),
            false => Glob::text(value).to_string(),
        };
        let own = Query::parse(&clause)?;
        let asked = Query::parse(query)?;
        Ok(Query::from_clauses([asked.clauses(), own.clauses()].concat()).to_string())
    }

    /// Asks in which fields of the rows of a selection `value` occurs.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn ask_occurrences(&self, selection: u32, value: &str) -> Result<Ask, Error> {
        self.ask_about(selection, Occurrences { value: value.to_owned() }.into())
    }

    /// Whether an answer is still there: not closed, and its rows not told anew.
    ///
    /// # Errors
    /// `Range`, where it is not.
    pub fn check_selection(&self, number: u32) -> Result<(), Error> {
        self.selection(number).map(|_| ())
    }

    /// Asks about the rows of a selection, as many as there were when it was made.
    fn ask_about(&self, selection: u32, question: Question) -> Result<Ask, Error> {
        let Selection { query, settings, n_rows, .. } = self.selection(selection)?;
        Ok(Ask { queries: vec![query.clone()], settings: *settings, n_rows: n_rows.clone(), question })
    }

    /// Puts a window together from [`super::Shard::cells`] of all shards.
    pub fn finish_rows(&self, rows: &[RowRef], n_fields: usize, partials: &[Vec<u8>]) -> Window {
        let shards: Vec<usize> = rows.iter().map(|row| row.shard()).collect();
        Window::merge(&shards, n_fields, partials)
    }

    /// Asks which fields the rows of a selection have values in, or all rows that there are.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn ask_fields(&self, selection: Option<u32>, counts_distinct: bool) -> Result<Ask, Error> {
        let question = FieldList { counts_distinct }.into();
        match selection {
            Some(selection) => self.ask_about(selection, question),
            None => Ok(self.ask_all("", question)),
        }
    }

    /// Puts the list of fields together, by name.
    pub fn finish_fields(&self, partials: &[Vec<u8>], counts_distinct: bool) -> Vec<FieldSum> {
        FieldList { counts_distinct }.answer(partials)
    }

    /// Asks what each clause of a selection's query does.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn ask_explain(&self, selection: u32) -> Result<Ask, Error> {
        let mut ask = self.ask_about(selection, AcceptedRows::default().into())?;
        let query = Query::parse(&ask.queries[0])?;
        ask.question = Explain { n_clauses: query.clauses().len() }.into();
        let alone = |clause: &Tree<Clause>| Query::from_clauses(vec![clause.clone()]).to_string();
        ask.queries = std::iter::once(String::new()).chain(query.clauses().iter().map(alone)).collect();
        Ok(ask)
    }

    /// Puts the answer to [`Hub::ask_explain`] together, clause by clause.
    ///
    /// # Errors
    /// `Range`, where there is no such answer.
    pub fn finish_explain(&self, selection: u32, partials: &[Vec<u8>]) -> Result<Vec<ClauseState>, Error> {
        let query = Query::parse(&self.selection(selection)?.query)?;
        let explained = Explain { n_clauses: query.clauses().len() }.answer(partials);
        let state = |(clause, (n_alone, n_without)): (&Tree<Clause>, (u64, u64))| ClauseState {
            at: clause.at.0.clone(),
            n_alone,
            n_without,
        };
        Ok(query.clauses().iter().zip(explained).map(state).collect())
    }

    /// Asks in which rows of a selection a value has `text` in it: one of these fields, or any.
    ///
    /// # Errors
    /// `Range`, where there is no such answer; `Query`, where the text is longer than a query.
    pub fn ask_find(&self, selection: u32, text: &str, fields: Option<&[String]>) -> Result<Ask, Error> {
        let mut ask = self.ask_about(selection, AcceptedRows::default().into())?;
        ask.queries.push(Query::containing(text, fields).to_string());
        Query::parse(&ask.queries[1])?;
        Ok(ask)
    }

    /// Keeps the answer to [`Hub::ask_find`]; its number and how many rows it has.
    ///
    /// # Errors
    /// `Range`, where there is no such selection.
    pub fn finish_find(&mut self, selection: u32, partials: &[Vec<u8>]) -> Result<(u32, usize), Error> {
        let Selection { base, order, .. } = self.selection(selection)?;
        let found = AcceptedRows::default().answer(partials);
        let is_hit = |rank: u32| {
            let row = base[rank as usize];
            let rows = &found[row.shard()].rows;
            (row.row() as usize) < rows.len() && rows.get(row.row() as usize)
        };
        let hits: Vec<u32> =
            (0..).zip(order.iter()).filter(|&(_, rank)| is_hit(rank)).map(|(at, _)| at).collect();
        let (number, count) = (self.next_selection, hits.len());
        self.next_selection += 1;
        self.hits.insert(number, hits);
        Ok((number, count))
    }

    /// The next hit behind `row` of the selection, or before it, and the how-manieth it is; `None` goes in from the
    /// end.
    ///
    /// # Errors
    /// `Range`, where the hits were closed.
    pub fn next_hit(
        &self,
        hits: u32,
        row: Option<u32>,
        is_backwards: bool,
    ) -> Result<Option<(u32, usize)>, Error> {
        let gone = || Error::new(ErrorKind::Range, "the hits were closed, or a shard was lost");
        let hits = self.hits.get(&hits).ok_or_else(gone)?;
        let nth = match (row, is_backwards) {
            (Some(row), false) => Some(hits.partition_point(|&hit| hit <= row)),
            (Some(row), true) => hits.partition_point(|&hit| hit < row).checked_sub(1),
            (None, false) => Some(0),
            (None, true) => hits.len().checked_sub(1),
        };
        Ok(nth.and_then(|nth| Some((*hits.get(nth)?, nth))))
    }

    /// Forgets hits.
    pub fn close_hits(&mut self, hits: u32) {
        self.hits.remove(&hits);
    }

    /// Reads [`super::Shard::event`], and finds the event's copies.
    pub fn finish_event(&self, partial: &[u8], row: RowRef) -> EventState {
        let reader = &mut Reader::new(partial);
        let source = reader.u32();
        let at = Span { offset: reader.u64(), length: reader.u64(), line_number: reader.u64() };
        let at = self.sources.get(source).placed(at);
        let time = Some(reader.i64()).filter(|&time| time != View::NO_TIME);
        let (event_id_hash, row_hash) = (reader.u64(), reader.u64());
        let n_fields = reader.u64();
        let field = |_| {
            let (name, n_values) = (reader.str().to_owned(), reader.u64());
            (name, (0..n_values).map(|_| reader.str().to_owned()).collect())
        };
        let fields = (0..n_fields).map(field).collect();
        let is_copy = |&&(i, c, other): &&(u64, u64, RowRef)| {
            event_id_hash != 0 && (i, c) == (event_id_hash, row_hash) && other != row
        };
        let mut copies: Vec<RowRef> = self.copies.iter().filter(is_copy).map(|&(_, _, row)| row).collect();
        copies.sort_by(|&a, &b| self.compare_places(a, b));
        EventState { source, at, time, fields, copies }
    }

    /// Where a row stands: source and offset.
    pub fn place(&self, row: RowRef) -> (u32, u64) {
        let rows = &self.shards[row.shard()];
        let Row { source, offset, .. } = rows.list[row.row() as usize];
        (source, offset)
    }

    /// Reads [`super::Shard::places`]: source and place of each row; the length is not among it.
    pub fn finish_places(&self, partial: &[u8]) -> Vec<(u32, Span)> {
        let mut reader = Reader::new(partial);
        let mut places = Vec::new();
        while !reader.is_empty() {
            let source = reader.u32();
            let at = Span { offset: reader.u64(), length: 0, line_number: reader.u64() };
            places.push((source, self.sources.get(source).placed(at)));
        }
        places
    }

    /// Puts the list of rejects together from [`super::Shard::rejects`] of all shards, by path and position.
    pub fn finish_rejects(&self, partials: &[Vec<u8>]) -> Vec<RejectState> {
        let mut rejects = Vec::new();
        for partial in partials {
            let reader = &mut Reader::new(partial);
            for _ in 0..reader.u64() {
                let source = reader.u32();
                let at = Span { offset: reader.u64(), length: reader.u64(), line_number: reader.u64() };
                rejects.push(RejectState { source, at, reason: reader.str().to_owned() });
            }
        }
        // Members of a file that is still being read may not be known yet.
        rejects.retain(|reject: &RejectState| self.sources.knows(reject.source));
        for RejectState { source, at, .. } in &mut rejects {
            *at = self.sources.get(*source).placed(*at);
        }
        let ranks = self.sources.ranks();
        rejects.sort_by_key(|reject| (ranks.of(reject.source), reject.at));
        rejects
    }
}

/// How many of the first rows `accepts` likes, which then likes no other: few looks where many or few are.
fn n_leading(rows: &[RowRef], accepts: impl Fn(RowRef) -> bool) -> usize {
    let (mut n, mut step) = (0, 1);
    while n + step <= rows.len() && accepts(rows[n + step - 1]) {
        n += step;
        step *= 2;
    }
    let end = rows.len().min(n + step - 1);
    n + rows[n..end].partition_point(|&row| accepts(row))
}

impl Order {
    fn by_rank(ranks: Bitmap) -> Order {
        let mut n = 0;
        let before = ranks.words().chunks(64).map(|words| {
            let before = n;
            n += words.iter().map(|word| word.count_ones()).sum::<u32>();
            before
        });
        let before = before.collect();
        Order::ByRank { ranks, before }
    }

    /// All ranks in order.
    fn iter(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Order::Sorted(ranks) => Box::new(ranks.iter().copied()),
            Order::ByRank { ranks, .. } => Box::new(ranks.iter().map(|rank| rank as u32)),
        }
    }

    fn slice(&self, first: usize, end: usize) -> Vec<u32> {
        match self {
            Order::Sorted(ranks) => ranks[first.min(ranks.len())..end.min(ranks.len())].to_vec(),
            Order::ByRank { ranks, before } => {
                let block = before.partition_point(|&n| n as usize <= first).saturating_sub(1);
                let skip = first - before.get(block).map_or(0, |&n| n as usize);
                let words = ranks.words().iter().enumerate().skip(block * 64);
                let set = words.flat_map(|(w, &word)| {
                    std::iter::successors(Some(word), |&rest| Some(rest & rest.wrapping_sub(1)))
                        .take_while(|&rest| rest != 0)
                        .map(move |rest| w as u32 * 64 + rest.trailing_zeros())
                });
                set.skip(skip).take(end.saturating_sub(first)).collect()
            }
        }
    }
}

/// The fields that shards rank rows by: the hub knows the times itself.
fn ranked(sort: &[(String, bool)]) -> impl Iterator<Item = &str> {
    sort.iter().map(|(field, _)| field.as_str()).filter(|&field| field != TIMESTAMP)
}

/// For each rank the place of its value, from the ranks of all shards.
fn value_keys(mut shards: Vec<Ranks<'_>>, rows_of_shards: &[Vec<u32>], n_ranks: usize) -> (Vec<u32>, usize) {
    let n_values = sort::unify(&mut shards);
    let mut keys = vec![NO_VALUE; n_ranks];
    for (ranks, rows) in shards.iter().zip(rows_of_shards) {
        for (&rank, &value) in rows.iter().zip(&ranks.of_rows).filter(|(rank, _)| **rank != Row::NO_RANK) {
            keys[rank as usize] = value;
        }
    }
    (keys, n_values)
}
