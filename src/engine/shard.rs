//! The segments of one worker, and its answers in partials.

use std::collections::HashMap;
use std::sync::Arc;

use super::RowRef;
use super::asking::{Accepted, Ask, Asking, Kept as KeptRows, OfAccepted, OfRows, Segments, Work};
use super::clock::{Clock, Follower, Kept};
use super::left::LeftReader;
use super::reading::{Desk, Hand, Opening, Reading, Sink};
use super::report::{MemberName, Report};
use super::steps::ShardSteps;
use super::trying::{Misfits, Surveyor, read_step};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, Error, Event, FieldId, Fields, Problem, Reject, limits};
use crate::format::{self, Later};

use crate::query::numbering::Numberings;
use crate::query::{Plan, Query, Table};
use crate::store::builder::{Alias, Paths};
use crate::store::{Derivations, ReadLeft, Segment, SegmentBuilder};

/// The field that names the source of an event.
const PATH: &str = "log.file.path";

/// The first source number of a shard's own: those of members, which it finds itself.
///
/// ```text
/// bits   31 whether it is a member      30…27 shard      26…0 member of the shard
/// ```
pub(super) const MEMBERS: u32 = 1 << 31;
pub(super) const MEMBER_BITS: u32 = 27;

/// A sealed segment and where its rows begin among the shard's.
pub(super) struct Sealed {
    pub segment: Segment,
    pub first_row: usize,
}

/// Rows that stand one behind the other in a source, as a shard tells them to the hub.
pub(super) struct Stretch {
    /// Behind its last row, of those that are told; it begins where the one before it ends.
    pub end: u32,
    pub source: u32,
    /// The byte offset to which those of its rows are relative.
    pub base: u64,
}

impl Stretch {
    fn write_all(stretches: &[Stretch], writer: &mut Writer) {
        writer.u64(stretches.len() as u64);
        for &Stretch { end, source, base } in stretches {
            writer.u32(end);
            writer.u32(source);
            writer.u64(base);
        }
    }

    pub fn read_all(reader: &mut Reader<'_>) -> Vec<Stretch> {
        let n = reader.u64();
        (0..n).map(|_| Stretch { end: reader.u32(), source: reader.u32(), base: reader.u64() }).collect()
    }
}

/// What is on its way into segments, and the segments.
pub(super) struct Store {
    builders: Vec<SegmentBuilder>,
    aliases: Vec<Vec<Alias>>,
    /// By format what reads on where its parser leaves something.
    left: Vec<Option<Arc<dyn ReadLeft>>>,
    pub sealed: Vec<Sealed>,
    pub n_rows: usize,
    /// What is derived of them.
    pub derivations: Arc<Derivations>,
    path: FieldId,
    paths: HashMap<u32, Box<str>>,
    /// The number of its first member, and what its members are.
    first_member: u32,
    members: Vec<MemberName>,
    rejects: Vec<(u32, Reject)>,
}

impl Store {
    /// The first `n` segments.
    fn segments(&self, n: usize) -> Vec<&Segment> {
        self.sealed[..n].iter().map(|sealed| &sealed.segment).collect()
    }

    fn seal(&mut self, format: usize) {
        if self.builders[format].n_rows() > 0 {
            let paths = &self.paths;
            let path_of = |source| paths.get(&source).map_or("", |path| &**path);
            let paths = Paths { field: self.path, of: &path_of };
            let mut segment = self.builders[format].seal(&self.aliases[format], Some(paths));
            segment.set_derivations(&self.derivations);
            if let Some(reader) = &self.left[format] {
                segment.set_left(reader.clone());
            }
            let first_row = self.n_rows;
            self.n_rows += segment.n_rows();
            self.sealed.push(Sealed { segment, first_row });
        }
    }
}

impl Sink for Store {
    fn member(&mut self, member: MemberName) -> u32 {
        let number = self.first_member + self.members.len() as u32;
        self.paths.insert(number, member.path.as_str().into());
        self.members.push(member);
        number
    }

    fn builder(&mut self, format: usize) -> &mut SegmentBuilder {
        if self.builders[format].is_full() {
            self.seal(format);
        }
        &mut self.builders[format]
    }

    fn leave(&mut self, format: usize, later: Box<dyn Later>) {
        self.left[format] = Some(Arc::new(LeftReader::new(format::FORMATS[format].name(), later)));
    }

    fn reject(&mut self, source: u32, reject: Reject) {
        if self.rejects.len() < limits::REJECTS_KEPT {
            self.rejects.push((source, reject));
        }
    }
}

/// The segments of one worker. It reads one source or piece at a time.
pub struct Shard {
    number: usize,
    pub(super) fields: Fields,
    event: Event,
    hands: Vec<Option<Hand>>,
    pub(super) store: Store,
    /// Which of the sealed rows are nobody's copy, and not forgotten.
    pub(super) alive: Bitmap,
    forgotten: Bitmap,
    n_forgotten: usize,
    reading: Option<Reading>,
    kept: KeptRows,
    numberings: Numberings,
    /// Grows when sealed segments change.
    version: u64,
    pub(super) steps: ShardSteps,
}

impl Shard {
    /// Without a row; `number` is its place among the shards.
    pub fn new(number: usize) -> Shard {
        let mut fields = Fields::new();
        let path = fields.intern(PATH);
        let mut alias = |&(common, native): &(&str, &str)| Alias {
            common: fields.intern(common),
            native: fields.intern(native),
        };
        let aliases =
            format::FORMATS.iter().map(|format| format.aliases().iter().map(&mut alias).collect()).collect();
        let store = Store {
            builders: format::FORMATS.iter().map(|_| SegmentBuilder::new()).collect(),
            aliases,
            left: format::FORMATS.iter().map(|_| None).collect(),
            sealed: Vec::new(),
            n_rows: 0,
            derivations: Arc::default(),
            path,
            paths: HashMap::new(),
            first_member: MEMBERS | (number as u32) << MEMBER_BITS,
            members: Vec::new(),
            rejects: Vec::new(),
        };
        Shard {
            number,
            fields,
            event: Event::default(),
            hands: format::FORMATS.iter().map(|_| None).collect(),
            store,
            alive: Bitmap::default(),
            forgotten: Bitmap::default(),
            n_forgotten: 0,
            reading: None,
            kept: KeptRows::default(),
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
        self.reading = Some(Reading::new(opening, &mut self.desk()));
    }

    /// Takes the next bytes of the open source.
    ///
    /// # Panics
    /// When none is open.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut reading = self.reading.take().expect("a source is open");
        reading.push(chunk, &mut self.desk());
        self.reading = Some(reading);
        self.mark_sealed();
    }

    /// Ends the open source: what became of it, and of its members. `problem` is what kept the caller from reading all of it.
    ///
    /// # Panics
    /// When none is open.
    pub fn close(&mut self, problem: Option<Problem>) -> Vec<Report> {
        let reading = self.reading.take().expect("a source is open");
        let reports = reading.finish(&mut self.desk(), problem.as_ref());
        self.mark_sealed();
        reports
    }

    fn desk(&mut self) -> Desk<'_> {
        Desk {
            fields: &mut self.fields,
            event: &mut self.event,
            hands: &mut self.hands,
            sink: &mut self.store,
        }
    }

    /// Makes the events read so far rows that can be asked for.
    pub fn seal(&mut self) {
        for format in 0..format::FORMATS.len() {
            self.store.seal(format);
        }
        self.mark_sealed();
    }

    /// Rows are sealed while reading, too, where a segment is full: they are nobody's copy until the hub says so.
    fn mark_sealed(&mut self) {
        self.alive.extend_to(self.store.n_rows, true);
        self.forgotten.extend_to(self.store.n_rows, false);
    }

    /// Reads the times of a source by another clock; the rows are to be told anew.
    pub fn set_clock(&mut self, source: u32, clock: &Clock) {
        self.seal();
        let mut follower = Follower::default();
        for Sealed { segment, .. } in &mut self.store.sealed {
            segment.set_times(source, |offset, nanos, what| {
                follower.moment(clock, offset, Kept { nanos, what })
            });
        }
        self.forget_answers();
    }

    /// Sealed segments have changed: what is kept for the next question holds no more.
    pub(super) fn forget_answers(&mut self) {
        self.kept.clear();
        self.numberings.clear();
        self.version += 1;
    }

    /// Forgets what was read of a source, which is to be read again; the rows are to be told anew.
    pub fn forget(&mut self, source: u32) {
        self.seal();
        for Sealed { segment, first_row } in &self.store.sealed {
            for row in segment.rows_of(source) {
                self.forgotten.set(first_row + row);
                self.alive.clear(first_row + row);
            }
        }
        self.n_forgotten = self.forgotten.count();
        self.store.rejects.retain(|(of, _)| *of != source);
    }

    /// Bytes that what was left of events will take at most, as soon as somebody asks for all of it.
    pub fn n_left_bytes(&self) -> usize {
        let left = self.store.sealed.iter().filter(|sealed| sealed.segment.has_left());
        left.map(|sealed| sealed.segment.n_rows() * limits::LEFT_ROW_BYTES).sum()
    }

    /// How many events wait to be sealed.
    pub fn n_unsealed(&self) -> usize {
        self.store.builders.iter().map(SegmentBuilder::n_rows).sum()
    }

    /// For the hub: time, place, identity and content of the rows from `first` on, their order, those among them that are
    /// forgotten, the names of fields from `first_field` on, and the members from `first_member` on. Where no row has an
    /// identity there are neither identities nor contents, and no order where it is that of the rows. A row that is
    /// forgotten stands in no order; there is one where any is.
    pub fn rows_since(&self, first: usize, first_field: usize, first_member: usize) -> Vec<u8> {
        let n_rows = self.store.n_rows - first;
        let (mut times, mut offsets) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
        let mut stretches: Vec<Stretch> = Vec::new();
        let [mut identities, mut contents] = [Vec::new(), Vec::new()];
        let n_known =
            self.store.sealed.partition_point(|sealed| sealed.first_row + sealed.segment.n_rows() <= first);
        for Sealed { segment, first_row } in &self.store.sealed[n_known..] {
            let skip = first.saturating_sub(*first_row);
            if !segment.identities().is_empty() {
                for (hashes, of_segment) in
                    [(&mut identities, segment.identities()), (&mut contents, segment.contents())]
                {
                    hashes.resize(times.len(), 0);
                    hashes.extend_from_slice(&of_segment[skip..]);
                }
            }
            let n_before = times.len();
            times.extend_from_slice(&segment.times()[skip..]);
            offsets.extend_from_slice(&segment.offsets()[skip..]);
            stretches.extend(segment.stretches(skip).map(|(rows, source, base)| {
                let end = n_before + rows.end - skip;
                Stretch { end: end as u32, source, base }
            }));
        }
        if !identities.is_empty() {
            identities.resize(times.len(), 0);
            contents.resize(times.len(), 0);
        }
        let is_forgotten = |row: u32| self.forgotten.get(first + row as usize);
        let n_told = times.len() as u32;
        let forgotten: Vec<u32> = match self.n_forgotten {
            0 => Vec::new(),
            _ => (0..n_told).filter(|&row| is_forgotten(row)).collect(),
        };
        let order = match forgotten.is_empty() && self.is_in_order(&times, &offsets, &stretches) {
            true => Vec::new(),
            false => self.order_of(&times, &offsets, &stretches, |row| !is_forgotten(row)),
        };
        for &row in &forgotten {
            identities.get_mut(row as usize).into_iter().for_each(|identity| *identity = 0);
        }
        let mut writer = Writer::new();
        writer.u32(first as u32);
        writer.i64s(&times);
        writer.u32s(&offsets);
        Stretch::write_all(&stretches, &mut writer);
        writer.u64s(&identities);
        writer.u64s(&contents);
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
    fn is_in_order(&self, times: &[i64], offsets: &[u32], stretches: &[Stretch]) -> bool {
        let mut first = 0;
        let mut last: Option<(i64, &str, u32, u64)> = None;
        stretches.iter().all(|&Stretch { end, source, base }| {
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
        stretches: &[Stretch],
        wanted: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut places: Vec<(u32, u64)> = Vec::with_capacity(times.len());
        for &Stretch { end, source, base } in stretches {
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

    fn path_of(&self, source: u32) -> &str {
        self.store.paths.get(&source).map_or("", |path| path)
    }

    /// The hub found these rows to be copies of others: no answer holds them from now on.
    pub fn bury(&mut self, rows: &[u32]) {
        for &row in rows {
            self.alive.clear(row as usize);
        }
    }

    /// No row is a copy any more: the hub begins anew.
    pub fn unbury(&mut self) {
        self.alive = Bitmap::all(self.store.n_rows);
        for row in self.forgotten.iter() {
            self.alive.clear(row);
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
            alive: self.alive.clone(),
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
        let Sealed { segment, first_row } = &self.store.sealed[number];
        let alive = asking.alive.part(*first_row, segment.n_rows());
        let Accepted { queries, settings, .. } = &asking.accepted;
        let rows_of = |query| {
            let mut rows = alive.clone();
            rows.and(self.kept.rows(query, *settings, (number, segment)));
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

    pub(super) fn row(&self, row: u32) -> (&Segment, usize) {
        let row = row as usize;
        let sealed =
            &self.store.sealed[self.store.sealed.partition_point(|sealed| sealed.first_row <= row) - 1];
        (&sealed.segment, row - sealed.first_row)
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
        self.store.sealed.iter().map(|sealed| sealed.segment.memory_bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::wire::Reader;
    use crate::query::Settings;
    use crate::query::rows::Rows;

    #[test]
    fn rows_of_a_full_segment_can_be_buried_before_the_rest_is_sealed() {
        let mut shard = Shard::new(0);
        shard.open(Opening::default());
        for n in 0..limits::SEGMENT_ROWS + 2 {
            let event = format!(r#"{{"eventVersion":"1","eventID":"e{n}","eventName":"a","awsRegion":"b"}}"#);
            shard.push(event.as_bytes());
        }
        assert_eq!(shard.n_rows(), limits::SEGMENT_ROWS);
        shard.bury(&[0, limits::SEGMENT_ROWS as u32 - 1]);
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
