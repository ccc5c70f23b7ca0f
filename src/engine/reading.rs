//! One member on its way from bytes to events.

use sha2::{Digest, Sha256};

use crate::base::wire::{Reader as WireReader, Writer};
use crate::base::{Event, Fields, Problem, Reject, Span, Why};
use crate::container::{Member, Members, Unwrapper};
use crate::format::{self, Parser};
use crate::frame::{Context, Framer, Records};
use crate::store::SegmentBuilder;

use super::PieceOf;

/// What became of the bytes of one source, or of one piece of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The source's number.
    pub source: u32,
    /// What it was wrapped in, outermost first.
    pub containers: Vec<String>,
    /// The format's name.
    pub format: Option<String>,
    /// Records that became events; copies among them are not known here.
    pub n_events: u64,
    /// Records that did not.
    pub n_rejects: u64,
    /// What is wrong with it: code and message.
    pub problems: Vec<(String, String)>,
    /// SHA-256 of the bytes as they came, in hexadecimal, if it was asked for.
    pub sha256: Option<String>,
}

impl Report {
    /// Adds a problem.
    pub fn add(&mut self, problem: &Problem) {
        self.problems.push((problem.code().to_owned(), problem.to_string()));
    }

    /// As a message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u32(self.source);
        writer.u64(self.containers.len() as u64);
        self.containers.iter().for_each(|name| writer.str(name));
        for text in [&self.format, &self.sha256] {
            writer.bool(text.is_some());
            writer.str(text.as_deref().unwrap_or(""));
        }
        writer.u64(self.n_events);
        writer.u64(self.n_rejects);
        writer.u64(self.problems.len() as u64);
        for (code, message) in &self.problems {
            writer.str(code);
            writer.str(message);
        }
        writer.into_bytes()
    }

    /// From a message.
    pub fn from_bytes(bytes: &[u8]) -> Report {
        let reader = &mut WireReader::new(bytes);
        let source = reader.u32();
        let n_containers = reader.u64();
        let containers = (0..n_containers).map(|_| reader.str().to_owned()).collect();
        let mut optional = || {
            let is_some = reader.bool();
            Some(reader.str().to_owned()).filter(|_| is_some)
        };
        let [format, sha256] = [optional(), optional()];
        let (n_events, n_rejects, n_problems) = (reader.u64(), reader.u64(), reader.u64());
        let problems = (0..n_problems).map(|_| (reader.str().to_owned(), reader.str().to_owned())).collect();
        Report { source, containers, format, n_events, n_rejects, problems, sha256 }
    }
}

/// Where the events of a member go.
pub(super) trait Sink {
    /// The builder for the next event of format number `format`; there is room in it.
    fn builder(&mut self, format: usize) -> &mut SegmentBuilder;
    /// Keeps a reject.
    fn reject(&mut self, source: u32, reject: Reject);
}

/// How far the format of a member is known.
enum Stage {
    /// Not yet: the first bytes.
    Head(Vec<u8>),
    Events {
        framer: Box<Framer>,
        parser: Box<dyn Parser>,
        format: usize,
    },
    /// Nothing more is read of it.
    Ignored,
}

/// A member that is being read.
pub(super) struct Reading {
    unwrapper: Option<Unwrapper>,
    stage: Stage,
    sha256: Option<Sha256>,
    report: Report,
    /// Whether the member ends where the bytes do.
    is_last: bool,
}

/// What reads records: lent to a [`Reading`] for the time of a call.
pub(super) struct Desk<'a> {
    pub fields: &'a mut Fields,
    pub event: &'a mut Event,
    /// One parser a format, taken out while it is in use.
    pub parsers: &'a mut [Option<Box<dyn Parser>>],
    pub sink: &'a mut dyn Sink,
}

impl Reading {
    /// A whole source from its first byte on; whether to hash it.
    pub fn whole(source: u32, hashes: bool) -> Reading {
        Reading {
            unwrapper: Some(Unwrapper::default()),
            stage: Stage::Head(Vec::new()),
            sha256: hashes.then(Sha256::new),
            report: Report { source, ..Report::default() },
            is_last: true,
        }
    }

    /// A piece of a source that is not wrapped, whose format is known.
    pub fn piece(source: u32, piece: PieceOf, desk: &mut Desk<'_>) -> Reading {
        let PieceOf { format, at, context, is_last } = piece;
        let mut reading = Reading { unwrapper: None, is_last, ..Reading::whole(source, false) };
        reading.begin(format, |framing| Framer::resume(framing, at, context), desk);
        reading
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], desk: &mut Desk<'_>) {
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(chunk);
        }
        match self.unwrapper.take() {
            None => self.unwrapped(chunk, desk),
            Some(mut unwrapper) => {
                unwrapper.push(chunk, &mut Unwrapped { reading: self, desk });
                self.unwrapper = Some(unwrapper);
            }
        }
    }

    /// Says that there are no more bytes; what became of them. `problem` is what kept the caller from reading all of
    /// it: then nothing is said of an end that nobody has seen.
    pub fn finish(mut self, desk: &mut Desk<'_>, problem: Option<&Problem>) -> Report {
        self.is_last &= problem.is_none();
        if let Some(mut unwrapper) = self.unwrapper.take() {
            let problems = unwrapper.finish(&mut Unwrapped { reading: &mut self, desk });
            problems.iter().for_each(|problem| self.report.add(problem));
        }
        if let Stage::Head(head) = &mut self.stage {
            let head = std::mem::take(head);
            if !head.is_empty() {
                self.recognise(head, desk);
            } else if self.report.problems.is_empty() && self.is_last {
                self.report.add(&Problem::Empty);
            }
        }
        if let Stage::Events { mut framer, parser, format } = self.stage {
            let mut records = ToEvents { parser, format, desk, report: &mut self.report };
            let problem = framer.finish(&mut records);
            let ToEvents { parser, desk, .. } = records;
            desk.parsers[format] = Some(parser);
            if let Some(problem) = problem.filter(|_| self.is_last) {
                self.report.add(&problem);
            }
        }
        match problem {
            Some(problem) => self.report.add(problem),
            None => self.report.sha256 = self.sha256.map(|sha256| hex(&sha256.finalize())),
        }
        self.report
    }

    fn unwrapped(&mut self, bytes: &[u8], desk: &mut Desk<'_>) {
        match &mut self.stage {
            Stage::Ignored => {}
            Stage::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() >= format::HEAD_BYTES {
                    let head = std::mem::take(head);
                    self.recognise(head, desk);
                }
            }
            Stage::Events { .. } => self.frame(bytes, desk),
        }
    }

    fn recognise(&mut self, head: Vec<u8>, desk: &mut Desk<'_>) {
        match format::detect(&head) {
            Some(format) => {
                self.begin(format, Framer::new, desk);
                self.unwrapped(&head, desk);
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
        framer: impl FnOnce(crate::base::event::Framing) -> Framer,
        desk: &mut Desk<'_>,
    ) {
        let format = format::FORMATS[number];
        self.report.format = Some(format.name().to_owned());
        let parser = match desk.parsers[number].take() {
            Some(mut parser) => {
                parser.restart();
                parser
            }
            None => match format.reader(desk.fields) {
                format::Reader::Events(parser) => parser,
                format::Reader::SetAside(what) => {
                    self.report.add(&Problem::SetAside { what });
                    self.stage = Stage::Ignored;
                    return;
                }
            },
        };
        self.stage = Stage::Events { framer: Box::new(framer(format.framing())), parser, format: number };
    }

    fn frame(&mut self, bytes: &[u8], desk: &mut Desk<'_>) {
        let Stage::Events { mut framer, parser, format } = std::mem::replace(&mut self.stage, Stage::Ignored)
        else {
            unreachable!("only events are framed");
        };
        let mut records = ToEvents { parser, format, desk, report: &mut self.report };
        framer.push(bytes, &mut records);
        let ToEvents { parser, .. } = records;
        self.stage = Stage::Events { framer, parser, format };
    }
}

/// Takes what a source unwraps to.
struct Unwrapped<'a, 'b> {
    reading: &'a mut Reading,
    desk: &'a mut Desk<'b>,
}

impl Members for Unwrapped<'_, '_> {
    fn begin(&mut self, member: Member) {
        self.reading.report.containers = member.containers.iter().map(|&name| name.to_owned()).collect();
    }

    fn push(&mut self, bytes: &[u8]) {
        self.reading.unwrapped(bytes, self.desk);
    }

    fn end(&mut self, problems: Vec<Problem>) {
        let is_of_end = |problem: &&Problem| matches!(problem, Problem::GzipTruncated { .. });
        let reading = &mut *self.reading;
        let said = problems.iter().filter(|problem| reading.is_last || !is_of_end(problem));
        said.for_each(|problem| reading.report.add(problem));
    }
}

/// Reads records and hands their events on.
struct ToEvents<'a, 'b> {
    parser: Box<dyn Parser>,
    format: usize,
    desk: &'a mut Desk<'b>,
    report: &'a mut Report,
}

impl Records for ToEvents<'_, '_> {
    fn record(&mut self, bytes: &[u8], at: Span, _: Context) -> Result<(), Why> {
        let Desk { fields, event, sink, .. } = self.desk;
        event.clear();
        self.parser.parse(bytes, fields, event)?;
        sink.builder(self.format).push(fields, event, bytes, self.report.source, at);
        self.report.n_events += 1;
        Ok(())
    }

    fn reject(&mut self, reject: Reject) {
        self.report.n_rejects += 1;
        self.desk.sink.reject(self.report.source, reject);
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
