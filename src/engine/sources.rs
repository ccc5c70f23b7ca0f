//! Every source: the files that were dropped, and the members of archives among them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::report::{MemberName, Report};
use crate::base::ids::{member_id, member_of};
use crate::base::time::NO_YEAR;
use crate::base::{Problem, Span};
use crate::clock::{Clock, Evidence, Siblings, Unsaid, YearReason, Zone, joined, years};

/// What became of the records of one source: `n_records = n_events + n_duplicates + n_rejects`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Events that are rows.
    pub n_events: u64,
    /// Events that are copies of others.
    pub n_duplicates: u64,
    /// Records that are no events.
    pub n_rejects: u64,
}

/// One source, as far as it has been read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceState {
    /// Its path among the sources; that of a member begins with its file's.
    pub path: String,
    /// The file it is a member of, and which one, from 0.
    pub parent: Option<(u32, u32)>,
    /// How many members it has that are sources of their own.
    pub n_members: u64,
    /// Its size; 0 for a member.
    pub n_bytes: u64,
    /// When it was last modified, in nanoseconds since the epoch.
    pub modified: Option<i64>,
    /// Hexadecimal, once all of it has been read.
    pub sha256: Option<String>,
    /// What it is wrapped in, outermost first.
    pub containers: Vec<String>,
    /// The name of its format.
    pub format: Option<String>,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// Whether the analyst said the format.
    pub is_forced: bool,
    /// What is wrong with it: code and message.
    pub problems: Vec<(String, String)>,
    /// What became of its records.
    pub counts: Counts,
    /// The times of its first and last event.
    pub times: Option<(i64, i64)>,
    /// The clock that its times are read by.
    pub clock: Clock,
    /// Whether the analyst said the zone.
    pub is_zone_set: bool,
    /// Events whose records say no zone, and no year.
    pub n_unsaid: (u64, u64),
    /// The year of its newest record without one, and why.
    pub year: Option<(i64, YearReason)>,
    /// The year of its newest record, if the analyst said it.
    set_year: Option<i64>,
    /// The zone in which the shards have read it, and the clock by which they read it since it was settled.
    read_zone: Rc<Zone>,
    taken: Option<Clock>,
    /// By offset: what its parts did not say.
    parts: BTreeMap<u64, Unsaid>,
    /// What each shard has read of it.
    by_shard: BTreeMap<usize, Read>,
    /// Of pieces whose lines are counted from their start: by offset, their bytes and line ends.
    lines: BTreeMap<u64, (u64, u64)>,
}

/// What one shard has read of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Read {
    n_events: u64,
    n_rejects: u64,
    /// Records that are no UTF-8.
    n_latin1: u64,
}

impl SourceState {
    /// What is read of it is lost with `shard`.
    pub(super) fn forget_shard(&mut self, shard: usize) {
        self.by_shard.remove(&shard);
    }

    /// A place in the source whose line may be that of a piece; the line is 0 while what comes before has not been read.
    pub(super) fn placed(&self, at: Span) -> Span {
        let Some(line) = at.line_number.checked_sub(Span::OF_PIECE) else { return at };
        let (mut end, mut n_before) = (0, 0);
        for (&offset, &(n_bytes, n_lines)) in &self.lines {
            if offset != end {
                break;
            }
            end += n_bytes;
            if at.offset < end {
                return Span { line_number: n_before + line, ..at };
            }
            n_before += n_lines;
        }
        Span { line_number: 0, ..at }
    }

    /// Nothing is known of the copies among its events.
    pub(super) fn forget_rows(&mut self) {
        self.counts.n_duplicates = 0;
        self.times = None;
        self.count();
    }

    pub(super) fn add_duplicate(&mut self) {
        self.counts.n_duplicates += 1;
        self.count();
    }

    fn count(&mut self) {
        let sum = |of: fn(&Read) -> u64| self.by_shard.values().map(of).sum::<u64>();
        let [n_events, n_rejects, n_latin1] =
            [sum(|read| read.n_events), sum(|read| read.n_rejects), sum(|read| read.n_latin1)];
        // Rows of a file that is still being read are told before it is reported.
        self.counts.n_events = n_events.saturating_sub(self.counts.n_duplicates);
        self.counts.n_rejects = n_rejects;
        // Said once of all pieces.
        let latin1 = Problem::Latin1 { records: n_latin1 };
        self.problems.retain(|(code, _)| code != latin1.code());
        self.problems.extend((n_latin1 > 0).then(|| (latin1.code().to_owned(), latin1.to_string())));
    }

    fn report(&mut self, shard: usize, report: Report) {
        let read = self.by_shard.entry(shard).or_default();
        read.n_events += report.n_events;
        read.n_rejects += report.n_rejects;
        read.n_latin1 += report.n_latin1;
        if report.format.is_some() {
            (self.format, self.confidence, self.is_forced) =
                (report.format, report.confidence, report.is_forced);
        }
        self.sha256 = report.sha256.or(self.sha256.take());
        self.modified = self.modified.or(report.modified);
        self.n_members = self.n_members.max(report.n_members);
        if self.containers.is_empty() {
            self.containers = report.containers;
        }
        for problem in report.problems {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        if report.n_bytes > 0 {
            self.lines.insert(report.offset, (report.n_bytes, report.n_lines));
        }
        if report.unsaid != Unsaid::default() {
            self.parts.insert(report.offset, report.unsaid);
            // These rows were read by what the shard guessed, whatever clock the others have by now.
            self.taken = None;
            let sums = self.parts.values().map(|part| (part.n_zoneless, part.n_yearless));
            self.n_unsaid = sums.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        }
        self.count();
    }

    /// The years that the shards have taken for its parts.
    fn taken_years(&self) -> Vec<(u64, i64)> {
        let year = |part: &Unsaid| if part.n_yearless > 0 { part.year } else { NO_YEAR };
        self.parts.iter().map(|(&offset, part)| (offset, year(part))).collect()
    }
}

/// See the module.
#[derive(Default)]
pub(super) struct Sources {
    files: Vec<SourceState>,
    /// By shard; a member that was forgotten has no path.
    members: Vec<Vec<SourceState>>,
    /// The zone of times that say none.
    zone: Rc<Zone>,
}

impl Sources {
    pub fn new(n_shards: usize) -> Sources {
        Sources { members: vec![Vec::new(); n_shards], ..Sources::default() }
    }

    /// A new file; its number.
    pub fn add(&mut self, path: &str, n_bytes: u64, modified: Option<i64>) -> u32 {
        let clock = Clock { zone: self.zone.clone(), years: Vec::new() };
        let state = SourceState { path: path.to_owned(), n_bytes, modified, clock, ..SourceState::default() };
        self.files.push(state);
        self.files.len() as u32 - 1
    }

    /// A member that a shard has found; it may be known. Those before it are known or will be told.
    pub fn add_member(&mut self, number: u32, member: MemberName) {
        let Some((shard, index)) = member_of(number) else { return };
        let members = &mut self.members[shard];
        if index >= members.len() {
            members.resize(index + 1, SourceState::default());
        }
        let state = &mut members[index];
        if state.parent.is_none() {
            state.path = member.path;
            state.parent = Some((member.parent, member.ordinal));
            let file = &self.files[member.parent as usize];
            state.read_zone = file.read_zone.clone();
            state.is_zone_set = file.is_zone_set;
            state.clock = Clock { zone: file.clock.zone.clone(), years: Vec::new() };
        }
    }

    /// Whether there is such a source.
    pub fn knows(&self, number: u32) -> bool {
        match member_of(number) {
            None => (number as usize) < self.files.len(),
            Some((shard, index)) => {
                self.members[shard].get(index).is_some_and(|state| !state.path.is_empty())
            }
        }
    }

    pub fn n_members(&self, shard: usize) -> usize {
        self.members[shard].len()
    }

    pub fn get(&self, number: u32) -> &SourceState {
        match member_of(number) {
            None => &self.files[number as usize],
            Some((shard, index)) => &self.members[shard][index],
        }
    }

    pub fn get_mut(&mut self, number: u32) -> &mut SourceState {
        match member_of(number) {
            None => &mut self.files[number as usize],
            Some((shard, index)) => &mut self.members[shard][index],
        }
    }

    /// All of them with their numbers: files, then members.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &SourceState)> {
        let members = self.members.iter().enumerate().flat_map(|(shard, members)| {
            let first = member_id(shard, 0);
            members.iter().zip(first..).map(|(state, number)| (number, state))
        });
        let members = members.filter(|(_, state)| !state.path.is_empty());
        self.files.iter().zip(0..).map(|(state, number)| (number, state)).chain(members)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut SourceState> {
        self.files.iter_mut().chain(self.members.iter_mut().flatten())
    }

    pub fn report(&mut self, shard: usize, reports: Vec<Report>) {
        for mut report in reports {
            if let Some(member) = report.member.take() {
                self.add_member(report.source, member);
            }
            self.get_mut(report.source).report(shard, report);
        }
    }

    /// The members that a lost shard had found.
    pub fn forget_members(&mut self, shard: usize) {
        self.members[shard].clear();
    }

    /// What was read of a source is to be read again. A member is read again as another source, and a file's members are
    /// found again.
    pub fn forget(&mut self, number: u32) {
        let old = std::mem::take(self.get_mut(number));
        if member_of(number).is_some() {
            // Its number is not given away again.
            self.get_mut(number).parent = old.parent;
        } else {
            let SourceState { path, n_bytes, modified, sha256, clock, is_zone_set, set_year, .. } = old;
            let kept = SourceState {
                path,
                n_bytes,
                modified,
                sha256,
                clock,
                is_zone_set,
                set_year,
                ..SourceState::default()
            };
            *self.get_mut(number) = kept;
        }
    }

    /// The numbers of a file's members.
    pub fn members_of(&self, file: u32) -> Vec<u32> {
        let own = |(_, state): &(u32, &SourceState)| state.parent.is_some_and(|(parent, _)| parent == file);
        self.iter().filter(own).map(|(number, _)| number).collect()
    }

    pub fn totals(&self) -> Counts {
        self.iter().fold(Counts::default(), |sum, (_, source)| Counts {
            n_events: sum.n_events + source.counts.n_events,
            n_duplicates: sum.n_duplicates + source.counts.n_duplicates,
            n_rejects: sum.n_rejects + source.counts.n_rejects,
        })
    }

    /// For each source its place among all: by path, then in the order in which they were dropped and found.
    pub fn ranks(&self) -> Ranks {
        let mut by_path: Vec<(u32, &SourceState)> = self.iter().collect();
        by_path.sort_by_key(|&(number, state)| (&state.path, state.parent.unwrap_or((number, 0))));
        let mut ranks = Ranks {
            files: vec![0; self.files.len()],
            members: self.members.iter().map(|members| vec![0; members.len()]).collect(),
        };
        for (rank, (number, _)) in by_path.into_iter().enumerate() {
            match member_of(number) {
                None => ranks.files[number as usize] = rank as u32,
                Some((shard, index)) => ranks.members[shard][index] = rank as u32,
            }
        }
        ranks
    }

    /// Sets the zone of times that say none: of all sources, or of one and its members.
    pub fn set_zone(&mut self, source: Option<u32>, zone: Zone) {
        let zone = Rc::new(zone);
        match source {
            Some(number) => {
                for number in self.members_of(number).into_iter().chain([number]) {
                    let source = self.get_mut(number);
                    (source.clock.zone, source.is_zone_set) = (zone.clone(), true);
                }
            }
            None => {
                self.zone = zone.clone();
                let others = self.iter_mut().filter(|source| !source.is_zone_set);
                others.for_each(|source| source.clock.zone = zone.clone());
            }
        }
    }

    /// Sets the year of the last record of a source; `None` to have it found again.
    pub fn set_year(&mut self, number: u32, year: Option<i64>) {
        self.get_mut(number).set_year = year;
    }

    /// The zone in which a shard is to read a file, and its members.
    pub fn zone_to_read(&mut self, number: u32) -> Rc<Zone> {
        let source = self.get_mut(number);
        source.read_zone = source.clock.zone.clone();
        source.clock.zone.clone()
    }

    /// Finds the years of all sources by what is known of all; the clocks by which rows are to be read anew. What the
    /// shards have taken is known from their reports, or from the last call.
    pub fn settle(&mut self) -> Vec<(u32, Clock)> {
        let siblings = Siblings::of(self.iter().map(|(_, source)| source.path.as_str()));
        let dated = self.iter().flat_map(|(_, source)| source.parts.values()).filter_map(|part| part.dated);
        let case = dated.reduce(joined);
        let is_open = |source: &SourceState| source.n_unsaid != (0, 0);
        let numbers: Vec<u32> =
            self.iter().filter(|(_, source)| is_open(source)).map(|(number, _)| number).collect();
        let mut changed = Vec::new();
        for number in numbers {
            let source = self.get_mut(number);
            let evidence = Evidence {
                path: &source.path,
                modified: source.modified,
                parts: &source.parts,
                siblings: &siblings,
                case,
                set: source.set_year,
            };
            let (years, year, reason) = years(&evidence);
            source.year = (source.n_unsaid.1 > 0).then_some((year, reason));
            let clock = Clock { zone: source.clock.zone.clone(), years };
            let read_by = Clock { zone: source.read_zone.clone(), years: source.taken_years() };
            if *source.taken.get_or_insert(read_by) != clock {
                changed.push((number, clock.clone()));
            }
            source.taken = Some(clock.clone());
            source.clock = clock;
        }
        changed
    }
}

/// See [`Sources::ranks`].
pub(super) struct Ranks {
    files: Vec<u32>,
    members: Vec<Vec<u32>>,
}

impl Ranks {
    pub fn of(&self, number: u32) -> u32 {
        match member_of(number) {
            None => self.files[number as usize],
            Some((shard, index)) => self.members[shard][index],
        }
    }
}
