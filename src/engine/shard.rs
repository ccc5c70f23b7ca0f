//! The segments of one worker, and its answers in partials.

use super::RowRef;
use super::asking::{Accepted, Ask, Asking, OfAccepted, OfRows, RowCache, Segments, Work};
use super::reading::{Opening, ReaderPool, Reading};
use super::report::Report;
use super::run::Run;
use super::segment_store::{Sealed, SegmentStore};
use super::step_lists::ShardSteps;
use super::trying::{Misfits, Surveyor, read_step};
use crate::base::wire::Writer;
use crate::base::{Bitmap, Error, Event, Fields, Problem, Reject, SourceId, limits};
use crate::clock::{Clock, Follower, Kept};
use crate::format;
use crate::query::numbering::Numberings;
use crate::query::{Plan, Query, Table};
use crate::store::{SegmentBuilder, View};

/// The segments of one worker. It reads one source or piece at a time.
pub struct Shard {
    number: usize,
    pub(super) fields: Fields,
    event: Event,
    /// One a format, while it is not in use.
    readers: Vec<Option<format::Reader>>,
    pub(super) store: SegmentStore,
    /// The sealed rows that questions are asked of: those that are neither duplicates nor forgotten.
    pub(super) included: Bitmap,
    forgotten: Bitmap,
    n_forgotten: usize,
    reading: Option<Reading>,
    row_cache: RowCache,
    numberings: Numberings,
    /// Grows when sealed segments change.
    version: u64,
    pub(super) steps: ShardSteps,
}

impl Shard {
    /// Without a row; `number` is its place among the shards.
    pub fn new(number: usize) -> Shard {
        let mut fields = Fields::new();
        let store = SegmentStore::new(number, &mut fields);
        Shard {
            number,
            fields,
            event: Event::default(),
            readers: format::FORMATS.iter().map(|_| None).collect(),
            store,
            included: Bitmap::default(),
            forgotten: Bitmap::default(),
            n_forgotten: 0,
            reading: None,
            row_cache: RowCache::default(),
            numberings: Numberings::default(),
            version: 0,
            steps: ShardSteps::default(),
        }
    }

    /// Begins a source, whole or in a piece.
    ///
    /// # Panics
    /// While another one is open.
    pub fn open(&mut self, opening: Opening) {
        assert!(self.reading.is_none(), "one source is read at a time");
        self.store.paths.insert(opening.source, opening.path.as_str().into());
        self.reading = Some(Reading::new(opening, &mut self.pool()));
    }

    /// Takes the next bytes of the open source.
    ///
    /// # Panics
    /// When none is open.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut reading = self.reading.take().expect("a source is open");
        reading.push(chunk, &mut self.pool());
        self.reading = Some(reading);
        self.mark_sealed();
    }

    /// Ends the open source: what became of it, and of its members. `problem` is what kept the caller from reading all of it.
    ///
    /// # Panics
    /// When none is open.
    pub fn close(&mut self, problem: Option<Problem>) -> Vec<Report> {
        let reading = self.reading.take().expect("a source is open");
        let reports = reading.finish(&mut self.pool(), problem.as_ref());
        self.mark_sealed();
        reports
    }

    fn pool(&mut self) -> ReaderPool<'_> {
        ReaderPool {
            fields: &mut self.fields,
            event: &mut self.event,
            readers: &mut self.readers,
            store: &mut self.store,
        }
    }

    /// Makes the events read so far rows that can be asked for.
    pub fn seal(&mut self) {
        for format in 0..format::FORMATS.len() {
            self.store.seal(format);
        }
        self.mark_sealed();
    }

    /// Rows are sealed while reading, too, where a segment is full: they are no duplicates until the hub says so.
    fn mark_sealed(&mut self) {
        self.included.extend_to(self.store.n_rows, true);
        self.forgotten.extend_to(self.store.n_rows, false);
    }

    /// Reads the times of a source by another clock; the rows are to be told anew.
    pub fn set_clock(&mut self, source: SourceId, clock: &Clock) {
        self.seal();
        let mut follower = Follower::default();
        for Sealed { view, .. } in &mut self.store.sealed {
            view.set_times(source, |offset, nanos, what| {
                follower.moment(clock, offset, Kept { nanos, what })
            });
        }
        self.forget_answers();
    }

    /// Sealed segments have changed: what is kept for the next question holds no more.
    pub(super) fn forget_answers(&mut self) {
        self.row_cache.clear();
        self.numberings.clear();
        self.version += 1;
    }

    /// Forgets what was read of a source, which is to be read again; the rows are to be told anew.
    pub fn forget(&mut self, source: SourceId) {
        self.seal();
        for Sealed { view, first_row } in &self.store.sealed {
            for row in view.segment.rows_of(source) {
                self.forgotten.set(first_row + row);
                self.included.clear(first_row + row);
            }
        }
        self.n_forgotten = self.forgotten.count();
        self.store.rejects.retain(|(of, _)| *of != source);
    }

    /// Bytes that the columns of deferred records will take at most, once a question needs all of them.
    pub fn n_deferred_bytes(&self) -> usize {
        let deferred = self.store.sealed.iter().filter(|sealed| sealed.view.has_deferred());
        deferred.map(|sealed| sealed.view.n_rows() * limits::DEFERRED_ROW_BYTES).sum()
    }

    /// How many events wait to be sealed.
    pub fn n_unsealed(&self) -> usize {
        self.store.builders.iter().map(SegmentBuilder::n_rows).sum()
    }

    /// What the hub does not know yet: rows from `first` on, fields from `first_field` on, members from `first_member` on.
    ///
    /// Written in this order:
    /// - the number of the first row; for each row its time and its offset; the runs, which say what source a row is of;
    /// - for each row a hash of its event id, 0 where it has none or is forgotten, and a hash of the row; both lists are
    ///   empty where no row has an event id;
    /// - the rows in their order, forgotten ones left out; empty where all rows are in order as they stand;
    /// - the forgotten rows;
    /// - the names of fields, and the members.
    pub fn rows_since(&self, first: usize, first_field: usize, first_member: usize) -> Vec<u8> {
        let n_rows = self.store.n_rows - first;
        let (mut times, mut offsets) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
        let mut runs: Vec<Run> = Vec::new();
        let [mut event_id_hashes, mut row_hashes] = [Vec::new(), Vec::new()];
        let n_known =
            self.store.sealed.partition_point(|sealed| sealed.first_row + sealed.view.n_rows() <= first);
        for Sealed { view, first_row } in &self.store.sealed[n_known..] {
            let skip = first.saturating_sub(*first_row);
            if !view.segment.event_id_hashes().is_empty() {
                for (hashes, of_segment) in [
                    (&mut event_id_hashes, view.segment.event_id_hashes()),
                    (&mut row_hashes, view.segment.row_hashes()),
                ] {
                    hashes.resize(times.len(), 0);
                    hashes.extend_from_slice(&of_segment[skip..]);
                }
            }
            let n_before = times.len();
            times.extend_from_slice(&view.times()[skip..]);
            offsets.extend_from_slice(&view.segment.offsets()[skip..]);
            runs.extend(view.segment.runs(skip).map(|(rows, source, base)| {
                let end = n_before + rows.end - skip;
                Run { end: end as u32, source, base }
            }));
        }
        if !event_id_hashes.is_empty() {
            event_id_hashes.resize(times.len(), 0);
            row_hashes.resize(times.len(), 0);
        }
        let is_forgotten = |row: u32| self.forgotten.get(first + row as usize);
        let n_told = times.len() as u32;
        let forgotten: Vec<u32> = match self.n_forgotten {
            0 => Vec::new(),
            _ => (0..n_told).filter(|&row| is_forgotten(row)).collect(),
        };
        let order = match forgotten.is_empty() && self.is_in_order(&times, &offsets, &runs) {
            true => Vec::new(),
            false => self.order_of(&times, &offsets, &runs, |row| !is_forgotten(row)),
        };
        for &row in &forgotten {
            event_id_hashes.get_mut(row as usize).into_iter().for_each(|hash| *hash = 0);
        }
        let mut writer = Writer::new();
        writer.u32(first as u32);
        writer.i64s(&times);
        writer.u32s(&offsets);
        Run::write_all(&runs, &mut writer);
        writer.u64s(&event_id_hashes);
        writer.u64s(&row_hashes);
        writer.u32s(&order);
        writer.u32s(&forgotten);
        writer.u64(first_field as u64);
        writer.u64((self.fields.len() - first_field) as u64);
        self.write_names(first_field, &mut writer);
        let members = &self.store.members[first_member.min(self.store.members.len())..];
        writer.u32(self.store.first_member + first_member as u32);
        writer.u64(members.len() as u64);
        members.iter().for_each(|member| member.write(&mut writer));
        writer.into_bytes()
    }

    /// Whether rows are in their order as they stand.
    fn is_in_order(&self, times: &[i64], offsets: &[u32], runs: &[Run]) -> bool {
        let mut first = 0;
        let mut last: Option<(i64, &str, u32, u64)> = None;
        runs.iter().all(|&Run { end, source, base }| {
            let (times, offsets) = (&times[first..end as usize], &offsets[first..end as usize]);
            first = end as usize;
            let key =
                |index: usize| (times[index], self.path_of(source), source, base + offsets[index] as u64);
            let comes_behind = last.replace(key(times.len() - 1)).is_none_or(|last| last < key(0));
            let pairs = times.windows(2).zip(offsets.windows(2));
            comes_behind && pairs.into_iter().all(|(t, o)| t[0] < t[1] || t[0] == t[1] && o[0] < o[1])
        })
    }

    /// The rows that are `wanted`, in their order: by time, path, source and offset.
    fn order_of(
        &self,
        times: &[i64],
        offsets: &[u32],
        runs: &[Run],
        wanted: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut places: Vec<(u32, u64)> = Vec::with_capacity(times.len());
        for &Run { end, source, base } in runs {
            let rows = places.len()..end as usize;
            places.extend(offsets[rows].iter().map(|&offset| (source, base + offset as u64)));
        }
        let mut order: Vec<u32> = (0..times.len() as u32).filter(|&row| wanted(row)).collect();
        order.sort_unstable_by(|&a, &b| {
            let ((source_a, offset_a), (source_b, offset_b)) = (places[a as usize], places[b as usize]);
            let by_source = || match source_a == source_b {
                true => std::cmp::Ordering::Equal,
                false => (self.path_of(source_a), source_a).cmp(&(self.path_of(source_b), source_b)),
            };
            let by_time = times[a as usize].cmp(&times[b as usize]);
            by_time.then_with(by_source).then(offset_a.cmp(&offset_b)).then(a.cmp(&b))
        });
        order
    }

    fn path_of(&self, source: SourceId) -> &str {
        self.store.paths.get(&source).map_or("", |path| path)
    }

    /// The hub found these rows to be duplicates of others: no answer holds them from now on.
    pub fn exclude_duplicates(&mut self, rows: &[u32]) {
        for &row in rows {
            self.included.clear(row as usize);
        }
    }

    /// No row is a duplicate until the hub has compared all of them again.
    pub fn include_duplicates(&mut self) {
        self.included = Bitmap::all(self.store.n_rows);
        for row in self.forgotten.iter() {
            self.included.clear(row);
        }
    }

    /// Begins to answer, about the rows that there are now.
    ///
    /// # Errors
    /// `Query` and `Step`, as the hub has found before.
    pub fn begin(&mut self, ask: Ask) -> Result<Asking, Error> {
        Ok(Asking(match ask {
            Ask::Accepted(accepted, of) => Work::Segments(Box::new(self.begin_segments(accepted, of)?)),
            Ask::Rows(rows, of) => Work::Done(self.of_rows(&rows, of)?),
            Ask::Rejects => Work::Done(self.rejects()),
            Ask::SetSteps(list) => {
                self.set_steps(&list)?;
                Work::Done(Vec::new())
            }
        }))
    }

    fn begin_segments(&mut self, accepted: Accepted, of: OfAccepted) -> Result<Segments, Error> {
        let plan = |query: &String| Plan::new(&Query::parse(query)?, &self.fields, accepted.settings);
        let plans = accepted.queries.iter().map(plan).collect::<Result<_, _>>()?;
        let n_rows = accepted.n_rows[self.number] as usize;
        let collector = match &of {
            OfAccepted::Question(question) => question.collector(),
            OfAccepted::Survey(step) => Box::new(Surveyor::new(read_step(step)?)),
            OfAccepted::Misfits(step) => Box::new(Misfits::new(self.trial(step)?)),
        };
        Ok(Segments {
            plans,
            collector,
            included: self.included.clone(),
            n_segments: self.store.sealed.partition_point(|sealed| sealed.first_row < n_rows),
            next: 0,
            version: self.version,
            accepted,
            of,
        })
    }

    fn of_rows(&mut self, rows: &[RowRef], of: OfRows) -> Result<Vec<u8>, Error> {
        let rows: Vec<u32> = rows.iter().map(|row| row.row()).collect();
        Ok(match of {
            OfRows::Cells(fields) => self.cells(&rows, &fields),
            OfRows::TryCells(step) => self.try_cells(&step, &rows)?,
            OfRows::Texts(field) => self.texts(&rows, &field),
            OfRows::Event => self.events(&rows),
            OfRows::Places => self.places(&rows),
        })
    }

    /// Goes on by one segment; whether there is more to do.
    pub fn step(&mut self, asking: &mut Asking) -> bool {
        let Work::Segments(asking) = &mut asking.0 else { return false };
        if asking.version != self.version
            && let Ok(again) = self.begin_segments(asking.accepted.clone(), asking.of.clone())
        {
            **asking = again;
        }
        let number = asking.next;
        if number == asking.n_segments {
            return false;
        }
        let Sealed { view, first_row } = &self.store.sealed[number];
        let included = asking.included.part(*first_row, view.n_rows());
        let Accepted { queries, settings, .. } = &asking.accepted;
        let rows_of = |query| {
            let mut rows = included.clone();
            rows.and(self.row_cache.rows(query, *settings, (number, view)));
            rows
        };
        let rows: Vec<Bitmap> = queries.iter().map(String::as_str).zip(&asking.plans).map(rows_of).collect();
        let segments = self.store.segments(asking.n_segments);
        let mut table = Table { segments: &segments, fields: &self.fields, numberings: &mut self.numberings };
        asking.collector.collect(&mut table, number, &rows);
        asking.next += 1;
        true
    }

    /// The partial, once all segments have been looked at.
    pub fn finish(&mut self, mut asking: Asking) -> Vec<u8> {
        // What has changed since the last step is looked at again.
        while self.step(&mut asking) {}
        let asking = match asking.0 {
            Work::Done(partial) => return partial,
            Work::Segments(asking) => asking,
        };
        let segments = self.store.segments(asking.n_segments);
        let mut table = Table { segments: &segments, fields: &self.fields, numberings: &mut self.numberings };
        asking.collector.write(&mut table)
    }

    /// Answers at once.
    ///
    /// # Errors
    /// Those of [`Shard::begin`].
    pub fn answer(&mut self, ask: Ask) -> Result<Vec<u8>, Error> {
        let asking = self.begin(ask)?;
        Ok(self.finish(asking))
    }

    pub(super) fn row(&self, row: u32) -> (&View, usize) {
        let row = row as usize;
        let sealed =
            &self.store.sealed[self.store.sealed.partition_point(|sealed| sealed.first_row <= row) - 1];
        (&sealed.view, row - sealed.first_row)
    }

    /// The rejects that were kept, each with its source.
    pub(super) fn kept_rejects(&self) -> &[(u32, Reject)] {
        &self.store.rejects
    }

    /// Sealed rows, copies among them.
    pub fn n_rows(&self) -> usize {
        self.store.n_rows
    }

    /// Bytes of memory the segments take.
    pub fn memory_bytes(&self) -> usize {
        self.store.sealed.iter().map(|sealed| sealed.view.memory_bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::wire::Reader;
    use crate::query::Settings;
    use crate::query::rows::Rows;

    #[test]
    fn duplicates_in_a_full_segment_can_be_excluded_before_the_rest_is_sealed() {
        let mut shard = Shard::new(0);
        shard.open(Opening::default());
        for n in 0..limits::SEGMENT_ROWS + 2 {
            let event = format!(r#"{{"eventVersion":"1","eventID":"e{n}","eventName":"a","awsRegion":"b"}}"#);
            shard.push(event.as_bytes());
        }
        assert_eq!(shard.n_rows(), limits::SEGMENT_ROWS);
        shard.exclude_duplicates(&[0, limits::SEGMENT_ROWS as u32 - 1]);
        let all = Accepted {
            queries: vec![String::new()],
            settings: Settings::default(),
            n_rows: vec![shard.n_rows() as u32],
        };
        let rows = shard.answer(all.ask(Rows::default())).expect("everything can be asked for");
        let words = Reader::new(&rows).u64s();
        let n_rows: u32 = words.iter().map(|word| word.count_ones()).sum();
        assert_eq!(n_rows as usize, limits::SEGMENT_ROWS - 2);
    }

    #[test]
    fn nothing_is_said_of_an_end_that_was_not_reached() {
        let record = r#"{"eventVersion":"1","eventID":"e","eventName":"a","awsRegion":"b"}"#;
        let cut = format!(r#"{{"Records":[{record},"#);
        for bytes in [b"".as_slice(), b"\x1f\x8b\x08\0\0\0\0\0\0\x03", cut.as_bytes()] {
            for problem in [Problem::Cancelled, Problem::Unreadable("gone".to_owned())] {
                let mut shard = Shard::new(0);
                shard.open(Opening { hashes: true, ..Opening::default() });
                shard.push(bytes);
                let report = &shard.close(Some(problem.clone()))[0];
                assert_eq!(report.problems, [(problem.code().to_owned(), problem.to_string())]);
                assert_eq!(report.sha256, None);
            }
        }
    }
}
