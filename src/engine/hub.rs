//! What knows every source and the order of all rows, and makes answers of partials. It holds no event.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hashbrown::HashTable;

use super::RowRef;
use super::asking::Accepted;
use super::report::MemberName;
use super::report::Report;
use super::row_list::{Row, RowList};
use super::run::Run;
use super::selection::{Order, Selection};
use super::sources::{Counts, Ranks as SourceRanks, SourceState, Sources};
use super::step_lists::HubSteps;
use crate::base::wire::Reader;
use crate::base::{Bitmap, Error, ErrorKind, Problem, limits};
use crate::clock::{Clock, Zone};
use crate::format::FORMATS;
use crate::query::complete::Place;
use crate::query::edit::{self, ClauseText, clauses};
use crate::query::tokens::{Token, tokens};
use crate::query::{Query, Settings, unknown_field_error};
use crate::store::View;

/// The rows of one shard, as far as the hub knows them; by the shard's row number.
#[derive(Default)]
pub(super) struct Rows {
    pub list: RowList,
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

/// See the module.
#[derive(Default)]
pub struct Hub {
    sources: Sources,
    pub(super) shards: Vec<Rows>,
    /// The order of all rows.
    pub(super) base: Rc<Vec<RowRef>>,
    originals: HashTable<Original>,
    /// Duplicates: hash of the event id, hash of the row, row.
    copies: Vec<(u64, u64, RowRef)>,
    selections: BTreeMap<u32, Selection>,
    /// Rows in which something was found: places in the order of their selection, ascending.
    pub(super) hits: BTreeMap<u32, Vec<u32>>,
    next_selection: u32,
    /// How often it has forgotten all rows.
    n_anew: u64,
    /// The names of fields that shards have told; those that formats promise are known besides.
    pub(super) field_names: BTreeSet<String>,
    /// What is derived.
    pub(super) steps: HubSteps,
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

    /// How many shards there are.
    pub fn n_shards(&self) -> usize {
        self.shards.len()
    }

    /// How many events there are that are no duplicates, of those that are known.
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
        self.n_anew += 1;
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
    pub(super) fn known_fields(&self) -> impl Iterator<Item = &str> {
        let specs = FORMATS.iter().flat_map(|format| format.fields()).map(|spec| spec.name);
        let aliases = FORMATS.iter().flat_map(|format| format.aliases()).map(|&(common, _)| common);
        let promised = specs.filter(|name| !name.ends_with('*')).chain(aliases);
        self.field_names.iter().map(String::as_str).chain(promised).chain(self.steps.names())
    }

    /// Those of all rows that are known now which `query` accepts.
    pub(super) fn accepting(&self, query: String) -> Accepted {
        let n_rows = self.shards.iter().map(|rows| rows.list.len() as u32).collect();
        Accepted { queries: vec![query], settings: Settings::default(), n_rows }
    }

    /// The rows of a selection, as many as there were when it was made.
    ///
    /// # Errors
    /// `Range`, where it was closed, or its rows are told anew.
    pub(super) fn rows_of(&self, selection: u32) -> Result<Accepted, Error> {
        Ok(self.selection(selection)?.accepted.clone())
    }

    /// A selection that is not kept: these of all rows.
    pub(super) fn selection_of(&self, order: Order, accepted: Accepted) -> Selection {
        Selection::new(self.base.clone(), order, accepted, self.n_anew)
    }

    /// Keeps a selection; its number.
    pub(super) fn keep(&mut self, selection: Selection) -> u32 {
        let number = self.next_number();
        self.selections.insert(number, selection);
        number
    }

    /// Keeps hits; their number.
    pub(super) fn keep_hits(&mut self, hits: Vec<u32>) -> u32 {
        let number = self.next_number();
        self.hits.insert(number, hits);
        number
    }

    fn next_number(&mut self) -> u32 {
        self.next_selection += 1;
        self.next_selection - 1
    }

    /// A selection that is kept.
    ///
    /// # Errors
    /// `Range`, where it was closed, or its rows are told anew.
    pub(super) fn selection(&self, number: u32) -> Result<&Selection, Error> {
        self.selections.get(&number).ok_or_else(gone)
    }

    /// The rows `first..end` of a selection, as far as there are so many.
    ///
    /// # Errors
    /// `Range`, where it was closed, or its rows are told anew.
    pub fn rows(&self, selection: u32, first: usize, end: usize) -> Result<Vec<RowRef>, Error> {
        Ok(self.selection(selection)?.rows(first, end))
    }

    /// Whether a selection is still there.
    ///
    /// # Errors
    /// As [`Hub::selection`].
    pub(super) fn check_selection(&self, number: u32) -> Result<(), Error> {
        self.selection(number).map(|_| ())
    }

    /// Whether the rows of a selection that is not kept are still those that there are.
    ///
    /// # Errors
    /// As [`Hub::selection`].
    pub(super) fn check_current(&self, selection: &Selection) -> Result<(), Error> {
        if selection.n_anew == self.n_anew { Ok(()) } else { Err(gone()) }
    }

    /// Forgets a selection.
    pub fn close_selection(&mut self, number: u32) {
        self.selections.remove(&number);
    }

    /// Forgets hits.
    pub fn close_hits(&mut self, hits: u32) {
        self.hits.remove(&hits);
    }

    /// Where a row stands: source and offset.
    pub fn place(&self, row: RowRef) -> (u32, u64) {
        let rows = &self.shards[row.shard()];
        let Row { source, offset, .. } = rows.list[row.row() as usize];
        (source, offset)
    }

    /// The copies of a row whose event has this identity and content, by path and position.
    pub(super) fn copies_of(&self, row: RowRef, (identity, content): (u64, u64)) -> Vec<RowRef> {
        let is_duplicate = |&&(i, c, other): &&(u64, u64, RowRef)| {
            identity != 0 && (i, c) == (identity, content) && other != row
        };
        let mut copies: Vec<RowRef> =
            self.copies.iter().filter(is_duplicate).map(|&(_, _, row)| row).collect();
        copies.sort_by(|&a, &b| self.compare_places(a, b));
        copies
    }

    /// The order of sources by path.
    pub(super) fn source_ranks(&self) -> SourceRanks {
        self.sources.ranks()
    }

    /// The query that accepts the rows in which `value` occurs, as a whole value or as a word in one, and which `query`
    /// accepts.
    ///
    /// # Errors
    /// `Query`, where `query` is not of the language.
    pub fn query_about(&self, value: &str, query: &str) -> Result<String, Error> {
        let own = edit::mentions(value)?;
        let asked = Query::parse(query).map_err(|error| error.of_text(query))?;
        Ok(edit::and(&asked, own.clauses().iter().cloned()).to_string())
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Range, "the selection was closed, or a shard was lost")
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
