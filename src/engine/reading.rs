//! One dropped file, or a piece of one, on its way from bytes to events.

use std::ops::Range;
use std::rc::Rc;

use super::hasher::Hasher;
use super::report::{MemberName, Report};
use super::segment_store::SegmentStore;
use crate::base::{self, Event, Fields, Problem, Reject, SourceId, Span, Why};
use crate::clock::{Keeper, Zone};
use crate::container::{Member, Members, Unwrapper};
use crate::format::{self, Confidence, Head, Parsed, Reader, Start, Unfolded};
use crate::frame::{Context, Framer, Records};
use crate::store::{DeferredRecords, Moment};

/// How a source is to be read.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Its number.
    pub source: SourceId,
    /// Its path among the sources.
    pub path: String,
    /// When it was last modified, in nanoseconds since the epoch.
    pub modified: Option<i64>,
    /// The zone of its times, where they say none.
    pub zone: Rc<Zone>,
    /// Whether to hash it.
    pub hashes: bool,
    /// The format to read it as; by default it is recognised.
    pub treat_as: Option<TreatAs>,
    /// The only member of it that is to be read, counted from 0; by default all.
    pub member: Option<u32>,
    /// Members that are not to be read.
    pub skip: Vec<u32>,
    /// What of it is to be read; by default all.
    pub piece: Option<PieceOf>,
}

/// What the analyst said of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreatAs {
    /// The name of its format.
    pub format: String,
    /// What that format is to know: see [`format::Start::settings`].
    pub settings: String,
}

/// A piece of a source that is not wrapped, as the hub hands it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceOf {
    /// Index of its format in `format::FORMATS`.
    pub format: usize,
    /// How sure that format is, in percent.
    pub confidence: u8,
    /// Where it begins; the line is 0 where it is not known.
    pub at: Span,
    /// In what its first record stands.
    pub context: Context,
    /// Whether the source ends with it.
    pub is_last: bool,
    /// How the source begins.
    pub head: Rc<[u8]>,
}

/// How far the format of a member is known.
enum Stage {
    /// Not yet: the first bytes.
    Head(Vec<u8>),
    Events {
        framer: Box<Framer>,
        reader: Reader,
        format: usize,
    },
    /// Nothing more is read of it.
    Ignored,
}

/// What a shard lends a [`Reading`] for the time of a call.
pub(super) struct ReaderPool<'a> {
    pub fields: &'a mut Fields,
    pub event: &'a mut Event,
    /// One a format, taken out while it is in use.
    pub readers: &'a mut [Option<Reader>],
    /// Where the events go.
    pub store: &'a mut SegmentStore,
}

/// A file that is being read.
pub(super) struct Reading {
    opening: Opening,
    unwrapper: Option<Unwrapper>,
    hasher: Option<Hasher>,
    /// The member that is being read.
    member: Option<MemberReading>,
    n_members: u32,
    /// Of the members that were read.
    reports: Vec<Report>,
    /// Whether the caller has read all of it.
    is_whole: bool,
}

impl Reading {
    /// From its first byte on.
    pub fn new(opening: Opening, pool: &mut ReaderPool<'_>) -> Reading {
        let mut reading = Reading {
            unwrapper: None,
            hasher: opening.hashes.then(Hasher::default),
            member: None,
            n_members: 0,
            reports: Vec::new(),
            is_whole: true,
            opening,
        };
        match reading.opening.piece.take() {
            None => reading.unwrapper = Some(Unwrapper::default()),
            Some(piece) => {
                reading.is_whole = piece.is_last;
                reading.member = Some(MemberReading::piece(&reading.opening, piece, pool));
            }
        }
        reading
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], pool: &mut ReaderPool<'_>) {
        if let Some(hasher) = &mut self.hasher {
            hasher.push(chunk);
        }
        match self.unwrapper.take() {
            None => self.member.iter_mut().for_each(|member| member.push(chunk, pool)),
            Some(mut unwrapper) => {
                unwrapper.push(chunk, &mut Unwrapped { reading: self, pool });
                self.unwrapper = Some(unwrapper);
            }
        }
    }

    /// Says that there are no more bytes; what became of them, the file first. `problem` is what kept the caller from
    /// reading all of it: then nothing is said of an end that nobody has seen.
    pub fn finish(mut self, pool: &mut ReaderPool<'_>, problem: Option<&Problem>) -> Vec<Report> {
        self.is_whole &= problem.is_none();
        let mut problems = Vec::new();
        if let Some(mut unwrapper) = self.unwrapper.take() {
            problems = unwrapper.finish(&mut Unwrapped { reading: &mut self, pool });
        }
        if let Some(member) = self.member.take() {
            self.reports.push(member.finish(pool, self.is_whole));
        }
        // A file that is no archive is its own member.
        let own = self.reports.iter().position(|report| report.source == self.opening.source);
        let mut file = own
            .map(|index| self.reports.remove(index))
            .unwrap_or_else(|| Report { source: self.opening.source, ..Report::default() });
        problems
            .iter()
            .filter(|problem| self.is_whole || !is_of_end(problem))
            .for_each(|problem| file.add(problem));
        file.problems.extend(problem.map(|problem| (problem.code().to_owned(), problem.to_string())));
        if file.containers.is_empty() {
            file.containers = common_start(self.reports.iter().map(|report| &report.containers[..]));
        }
        file.n_members = self.reports.len() as u64;
        if problem.is_none() {
            file.sha256 = self.hasher.map(Hasher::finish);
        }
        self.reports.insert(0, file);
        self.reports
    }
}

/// What all lists begin with: an archive is what all its members stand in.
fn common_start<'a>(lists: impl Iterator<Item = &'a [String]>) -> Vec<String> {
    let shared = lists.reduce(|a, b| {
        let n = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        &a[..n]
    });
    shared.unwrap_or_default().to_vec()
}

/// Whether a problem is of the end of the bytes, which nobody has seen if reading was stopped.
fn is_of_end(problem: &Problem) -> bool {
    match problem {
        Problem::Inside { problem, .. } => is_of_end(problem),
        Problem::Truncated { .. } | Problem::NoFiles { .. } | Problem::CutOff | Problem::Empty => true,
        _ => false,
    }
}

/// Takes what a file unwraps to.
struct Unwrapped<'a, 'b> {
    reading: &'a mut Reading,
    pool: &'a mut ReaderPool<'b>,
}

impl Members for Unwrapped<'_, '_> {
    fn begin(&mut self, member: Member) {
        let reading = &mut *self.reading;
        let ordinal = reading.n_members;
        reading.n_members += 1;
        let Opening { member: wanted, skip, .. } = &reading.opening;
        if wanted.is_some_and(|wanted| wanted != ordinal) || skip.contains(&ordinal) {
            return;
        }
        let Opening { source, path, .. } = &reading.opening;
        let named = member.path.as_ref().map(|inner| MemberName {
            parent: *source,
            ordinal,
            path: format!("{path}!/{inner}"),
        });
        let source = named.clone().map_or(*source, |named| self.pool.store.member(named));
        let path = named.as_ref().map_or(path, |named| &named.path);
        let mut opened = MemberReading::new(source, path, member.modified.map(|at| at.0), &reading.opening);
        opened.report.member = named;
        opened.report.containers = member.containers.iter().map(|&name| name.to_owned()).collect();
        if let Some(TreatAs { format, settings }) = &reading.opening.treat_as {
            opened.forced = format::by_name(format);
            opened.settings = settings.clone();
        }
        reading.member = Some(opened);
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(member) = &mut self.reading.member {
            member.push(bytes, self.pool);
        }
    }

    fn end(&mut self, problems: Vec<Problem>) {
        let Some(mut member) = self.reading.member.take() else { return };
        let is_whole = self.reading.is_whole;
        problems.iter().filter(|problem| is_whole || !is_of_end(problem)).for_each(|p| member.report.add(p));
        self.reading.reports.push(member.finish(self.pool, is_whole));
    }
}

/// A member that is being read.
struct MemberReading {
    stage: Stage,
    keeper: Keeper,
    report: Report,
    /// What the analyst said of it.
    forced: Option<usize>,
    settings: String,
    /// Whether its lines are counted from its start, for it is a piece.
    counts_lines: bool,
}

impl MemberReading {
    fn new(source: SourceId, path: &str, modified: Option<i64>, opening: &Opening) -> MemberReading {
        MemberReading {
            stage: Stage::Head(Vec::new()),
            keeper: Keeper::new(path, modified.or(opening.modified), opening.zone.clone(), 0),
            report: Report { source, modified: modified.or(opening.modified), ..Report::default() },
            forced: None,
            settings: String::new(),
            counts_lines: false,
        }
    }

    fn piece(opening: &Opening, piece: PieceOf, pool: &mut ReaderPool<'_>) -> MemberReading {
        let PieceOf { format, confidence, mut at, context, head, .. } = piece;
        let mut member = MemberReading::new(opening.source, &opening.path, None, opening);
        member.keeper = Keeper::new(&opening.path, opening.modified, opening.zone.clone(), at.offset);
        member.report.offset = at.offset;
        member.report.is_forced = opening.treat_as.is_some();
        member.settings =
            opening.treat_as.as_ref().map(|as_said| as_said.settings.clone()).unwrap_or_default();
        if at.line_number == 0 {
            member.counts_lines = true;
            at.line_number = Span::OF_PIECE + 1;
        }
        let resume = |framing| Framer::resume(framing, at, context);
        member.begin(format, Confidence(confidence), resume, &head, pool);
        member
    }

    fn push(&mut self, bytes: &[u8], pool: &mut ReaderPool<'_>) {
        self.report.n_bytes += if self.counts_lines { bytes.len() as u64 } else { 0 };
        match &mut self.stage {
            Stage::Ignored => {}
            Stage::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() >= format::HEAD_BYTES {
                    let head = std::mem::take(head);
                    self.recognise(head, false, pool);
                }
            }
            Stage::Events { .. } => self.frame(bytes, pool),
        }
    }

    /// Says that there are no more bytes; `is_whole` if that is the end of the member.
    fn finish(mut self, pool: &mut ReaderPool<'_>, is_whole: bool) -> Report {
        if let Stage::Head(head) = &mut self.stage {
            let head = std::mem::take(head);
            if !head.is_empty() {
                self.recognise(head, true, pool);
            } else if self.report.problems.is_empty() && is_whole {
                self.report.add(&Problem::Empty);
            }
        }
        if let Stage::Events { mut framer, reader, format } = self.stage {
            let mut records = RecordReader::new(reader, format, pool, &mut self.report, &mut self.keeper);
            let problem = framer.finish(&mut records);
            let reader = records.reader;
            pool.readers[format] = Some(reader);
            if let Some(line) = framer.line_number().filter(|_| self.counts_lines) {
                self.report.n_lines = line - Span::OF_PIECE - 1;
            }
            if let Some(problem) = problem.filter(|problem| is_whole || !is_of_end(problem)) {
                self.report.add(&problem);
            }
        }
        self.report.unsaid = self.keeper.unsaid;
        self.report
    }

    fn recognise(&mut self, head: Vec<u8>, is_whole: bool, pool: &mut ReaderPool<'_>) {
        self.report.is_forced = self.forced.is_some();
        let forced = self.forced.map(|format| (format, Confidence::CERTAIN));
        match forced.or_else(|| format::detect(&Head::new(&head, is_whole))) {
            Some((format, confidence)) => {
                self.begin(format, confidence, Framer::new, &head, pool);
                self.push(&head, pool);
            }
            None => {
                self.stage = Stage::Ignored;
                self.report.add(&Problem::NotRecognised { looks_like: format::looks_like(&head) });
            }
        }
    }

    fn begin(
        &mut self,
        number: usize,
        confidence: Confidence,
        framer: impl FnOnce(crate::base::event::Framing) -> Framer,
        head: &[u8],
        pool: &mut ReaderPool<'_>,
    ) {
        let format = format::FORMATS[number];
        self.report.format = Some(format.name().to_owned());
        self.report.confidence = confidence.0;
        let mut reader = match pool.readers[number].take() {
            Some(reader) => reader,
            None => {
                let reader = format.reader(pool.fields);
                if let Reader::Events(parser) = &reader
                    && let Some(deferred) = parser.deferred(pool.fields)
                {
                    pool.store.defer(number, deferred);
                }
                reader
            }
        };
        let start = Start { head, settings: &self.settings };
        match &mut reader {
            Reader::Events(parser) => parser.start(start),
            Reader::Many(unfolder) => unfolder.start(start),
            Reader::SetAside(what) => {
                self.report.add(&Problem::SetAside { what });
                self.stage = Stage::Ignored;
                return;
            }
        }
        self.stage =
            Stage::Events { framer: Box::new(framer(format.framing_of(head))), reader, format: number };
    }

    fn frame(&mut self, bytes: &[u8], pool: &mut ReaderPool<'_>) {
        let Stage::Events { mut framer, reader, format } = std::mem::replace(&mut self.stage, Stage::Ignored)
        else {
            unreachable!("only events are framed");
        };
        let mut records = RecordReader::new(reader, format, pool, &mut self.report, &mut self.keeper);
        framer.push(bytes, &mut records);
        let reader = records.reader;
        self.stage = Stage::Events { framer, reader, format };
    }
}

/// Reads the records that a framer finds.
struct RecordReader<'a> {
    reader: Reader,
    format: usize,
    fields: &'a mut Fields,
    event: &'a mut Event,
    sink: EventSink<'a>,
}

impl<'a> RecordReader<'a> {
    fn new(
        reader: Reader,
        format: usize,
        pool: &'a mut ReaderPool<'_>,
        report: &'a mut Report,
        keeper: &'a mut Keeper,
    ) -> RecordReader<'a> {
        let sink = EventSink { store: pool.store, report, keeper, at: Span::default() };
        RecordReader { reader, format, fields: pool.fields, event: pool.event, sink }
    }
}

impl Records for RecordReader<'_> {
    fn record(&mut self, bytes: &[u8], at: Span, _: Context) -> Result<(), Why> {
        let RecordReader { reader, format, fields, event, sink } = self;
        match reader {
            Reader::Events(parser) => match parser.quick_time(bytes).filter(|_| can_be_deferred(bytes)) {
                Some((time, n_read)) => sink.defer(*format, time, &bytes[n_read..], at),
                None => {
                    event.clear();
                    match parser.parse(bytes, fields, event)? {
                        Parsed::Event => sink.put(*format, fields, event, bytes, at),
                        Parsed::Nothing => {}
                    }
                }
            },
            Reader::Many(unfolder) => {
                event.clear();
                sink.at = at;
                unfolder.unfold(bytes, fields, event, sink)?;
            }
            Reader::SetAside(_) => unreachable!("nothing is framed of what is set aside"),
        }
        Ok(())
    }

    fn reject(&mut self, reject: Reject) {
        self.sink.keep_reject(reject);
    }
}

/// Whether a record is short enough to be deferred.
fn can_be_deferred(record: &[u8]) -> bool {
    record.len() <= DeferredRecords::RECORD_BYTES
}

/// Takes the events of a member.
struct EventSink<'a> {
    store: &'a mut SegmentStore,
    report: &'a mut Report,
    keeper: &'a mut Keeper,
    /// Where the record stands that is being unfolded.
    at: Span,
}

impl EventSink<'_> {
    fn put(&mut self, format: usize, fields: &Fields, event: &Event, text: &[u8], at: Span) {
        let moment = event.time.map(|time| self.moment(time, at));
        self.store.builder(format).push(fields, event, moment, text, self.report.source, at);
        self.report.n_events += 1;
    }

    fn defer(&mut self, format: usize, time: base::Reading, rest: &[u8], at: Span) {
        let moment = self.moment(time, at);
        self.store.builder(format).push_deferred(rest, moment, self.report.source, at);
        self.report.n_events += 1;
    }

    fn moment(&mut self, time: base::Reading, at: Span) -> Moment {
        let (nanos, kept) = self.keeper.keep(time, at.offset);
        Moment { nanos, reading: kept.nanos, unsaid: kept.what }
    }

    fn keep_reject(&mut self, reject: Reject) {
        self.report.n_rejects += 1;
        self.store.reject(self.report.source, reject);
    }

    fn span(&self, range: Range<usize>) -> Span {
        let offset = self.at.offset + range.start as u64;
        Span { offset, length: range.len() as u64, line_number: self.at.line_number }
    }
}

impl Unfolded for EventSink<'_> {
    fn event(&mut self, format: usize, fields: &Fields, event: &Event, text: &[u8], at: Range<usize>) {
        let at = self.span(at);
        self.put(format, fields, event, text, at);
    }

    fn reject(&mut self, at: Range<usize>, why: Why) {
        let at = self.span(at);
        self.keep_reject(Reject { at, why });
    }
}
