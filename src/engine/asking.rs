//! A question on its way: what the hub puts to the shards, and what a shard is about to answer.

use std::collections::VecDeque;

use super::RowRef;
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, limits};
use crate::query::{Collect, Plan, Question, Settings, select};
use crate::store::View;

/// What the hub puts to shards.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Something about the rows that queries accept: every shard answers, segment by segment.
    Accepted(Accepted, OfAccepted),
    /// Something about single rows: each shard that has some of them answers at once, in their order.
    Rows(Vec<RowRef>, OfRows),
    /// The rejects: every shard answers.
    Rejects,
    /// To make these steps from now on, a JSON list: every shard answers nothing.
    SetSteps(String),
}

/// The rows that queries accept.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The queries: for each its own rows.
    pub queries: Vec<String>,
    /// What the queries are read by.
    pub settings: Settings,
    /// How many rows of each shard are asked: those that the hub knew. What is read meanwhile changes no answer.
    pub n_rows: Vec<u32>,
}

/// What is asked about accepted rows.
#[derive(Debug, Clone)]
pub enum OfAccepted {
    /// What the query room can answer.
    Question(Question),
    /// Which parts the values have that a step (as JSON) would read.
    Survey(String),
    /// Which of them a step (as JSON) would not fit.
    Misfits(String),
}

/// What is asked about single rows.
#[derive(Debug, Clone)]
pub enum OfRows {
    /// Their cells in these fields.
    Cells(Vec<String>),
    /// The cells that a step (as JSON) would read, and those that it would make.
    TryCells(String),
    /// The first value of each in a field, cut.
    Texts(String),
    /// Everything about them.
    Event,
    /// Where their records are.
    Places,
}

/// An [`Ask`] as it crosses: nothing for a shard that is not asked.
pub enum Messages {
    /// The same for every shard. A shard that takes the place of a lost one can be asked again.
    All(Vec<u8>),
    /// By shard. Where one of them is lost its rows are, too, and the question ends.
    Owners(Vec<Vec<u8>>),
}

impl Accepted {
    /// A question about these rows.
    pub fn ask(self, question: impl Into<Question>) -> Ask {
        Ask::Accepted(self, OfAccepted::Question(question.into()))
    }
}

impl Ask {
    /// What each of `n_shards` is sent.
    pub fn messages(&self, n_shards: usize) -> Messages {
        let Ask::Rows(rows, of) = self else { return Messages::All(self.to_bytes()) };
        let message = |shard: usize| {
            let own: Vec<RowRef> = rows.iter().copied().filter(|row| row.shard() == shard).collect();
            match own.is_empty() {
                true => Vec::new(),
                false => Ask::Rows(own, of.clone()).to_bytes(),
            }
        };
        Messages::Owners((0..n_shards).map(message).collect())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        match self {
            Ask::Accepted(accepted, of) => {
                writer.u8(0);
                writer.strs(&accepted.queries);
                writer.i64(accepted.settings.offset_seconds);
                writer.u32s(&accepted.n_rows);
                of.write(&mut writer);
            }
            Ask::Rows(rows, of) => {
                writer.u8(1);
                writer.u32s(&rows.iter().map(|row| row.to_bits()).collect::<Vec<u32>>());
                of.write(&mut writer);
            }
            Ask::Rejects => writer.u8(2),
            Ask::SetSteps(list) => {
                writer.u8(3);
                writer.str(list);
            }
        }
        writer.into_bytes()
    }

    /// Reads one of the [`Messages`].
    ///
    /// # Panics
    /// When it is none.
    pub fn from_bytes(bytes: &[u8]) -> Ask {
        let reader = &mut Reader::new(bytes);
        match reader.u8() {
            0 => {
                let accepted = Accepted {
                    queries: reader.strs(),
                    settings: Settings { offset_seconds: reader.i64() },
                    n_rows: reader.u32s(),
                };
                Ask::Accepted(accepted, OfAccepted::read(reader))
            }
            1 => {
                let rows = reader.each_u32().map(RowRef::from_bits).collect();
                Ask::Rows(rows, OfRows::read(reader))
            }
            2 => Ask::Rejects,
            3 => Ask::SetSteps(reader.str().to_owned()),
            other => panic!("{other} is nothing that is asked"),
        }
    }
}

impl OfAccepted {
    fn write(&self, writer: &mut Writer) {
        match self {
            OfAccepted::Question(question) => {
                writer.u8(0);
                question.write(writer);
            }
            OfAccepted::Survey(step) => {
                writer.u8(1);
                writer.str(step);
            }
            OfAccepted::Misfits(step) => {
                writer.u8(2);
                writer.str(step);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> OfAccepted {
        match reader.u8() {
            0 => OfAccepted::Question(Question::read(reader)),
            1 => OfAccepted::Survey(reader.str().to_owned()),
            2 => OfAccepted::Misfits(reader.str().to_owned()),
            other => panic!("{other} is nothing that is asked about accepted rows"),
        }
    }
}

impl OfRows {
    fn write(&self, writer: &mut Writer) {
        match self {
            OfRows::Cells(fields) => {
                writer.u8(0);
                writer.strs(fields);
            }
            OfRows::TryCells(step) => {
                writer.u8(1);
                writer.str(step);
            }
            OfRows::Texts(field) => {
                writer.u8(2);
                writer.str(field);
            }
            OfRows::Event => writer.u8(3),
            OfRows::Places => writer.u8(4),
        }
    }

    fn read(reader: &mut Reader<'_>) -> OfRows {
        match reader.u8() {
            0 => OfRows::Cells(reader.strs()),
            1 => OfRows::TryCells(reader.str().to_owned()),
            2 => OfRows::Texts(reader.str().to_owned()),
            3 => OfRows::Event,
            4 => OfRows::Places,
            other => panic!("{other} is nothing that is asked about rows"),
        }
    }
}

/// What a shard is about to answer: [`super::Shard::begin`] makes it, [`super::Shard::step`] takes it from segment to
/// segment, [`super::Shard::finish`] answers.
pub struct Asking(pub(super) Work);

pub(super) enum Work {
    Segments(Box<Segments>),
    /// The answer itself.
    Done(Vec<u8>),
}

/// What is asked of segments, and how far it has come.
pub(super) struct Segments {
    pub accepted: Accepted,
    pub of: OfAccepted,
    /// For each query, by the fields that there were: those of later rows are not asked for.
    pub plans: Vec<Plan>,
    pub collector: Box<dyn Collect>,
    /// The rows that were nobody's copy, and not forgotten, when it began.
    pub included: Bitmap,
    /// The segments that it is about, and the next one to look at.
    pub n_segments: usize,
    pub next: usize,
    /// What the segments were when it began: where they change, it begins anew.
    pub version: u64,
}

/// The rows that the last few queries accepted, by segment. Segments do not change, so cached rows hold until times
/// are read by another clock or a derived column is another; which rows are copies comes on top.
#[derive(Default)]
pub(super) struct RowCache {
    /// The last one asked for comes first.
    answers: VecDeque<CachedRows>,
}

struct CachedRows {
    query: String,
    settings: Settings,
    by_segment: Vec<Option<Bitmap>>,
}

impl RowCache {
    /// The rows of `segment`, the shard's segment `number`, that `query` accepts, which `plan` is the plan of.
    pub fn rows(
        &mut self,
        (query, plan): (&str, &Plan),
        settings: Settings,
        (number, segment): (usize, &View),
    ) -> &Bitmap {
        let is_same = |cached: &CachedRows| cached.query == query && cached.settings == settings;
        let cached = match self.answers.iter().position(is_same).and_then(|at| self.answers.remove(at)) {
            Some(cached) => cached,
            None => {
                self.answers.truncate(limits::KEPT_QUERIES - 1);
                CachedRows { query: query.to_owned(), settings, by_segment: Vec::new() }
            }
        };
        self.answers.push_front(cached);
        let by_segment = &mut self.answers[0].by_segment;
        if by_segment.len() <= number {
            by_segment.resize(number + 1, None);
        }
        by_segment[number].get_or_insert_with(|| select(segment, plan))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.answers.clear();
    }
}
