//! A question on its way: asked by the hub, answered by each shard segment by segment.

use std::collections::VecDeque;

use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, limits};
use crate::query::{Collect, Plan, Question, Settings, select};
use crate::store::View;

/// What the hub puts to all shards.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whose rows are asked about.
    pub queries: Vec<String>,
    /// What the queries are read by.
    pub settings: Settings,
    /// How many rows of each shard are asked: those that the hub knew. What is read meanwhile changes no answer.
    pub n_rows: Vec<u32>,
    /// What is asked about them.
    pub question: Question,
}

impl Ask {
    /// As it crosses to the shards.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.strs(&self.queries);
        writer.i64(self.settings.offset_seconds);
        writer.u32s(&self.n_rows);
        self.question.write(&mut writer);
        writer.into_bytes()
    }

    /// What [`Ask::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Ask {
        let reader = &mut Reader::new(bytes);
        Ask {
            queries: reader.strs(),
            settings: Settings { offset_seconds: reader.i64() },
            n_rows: reader.u32s(),
            question: Question::read(reader),
        }
    }
}

/// A question that a shard is about to answer: [`super::Shard::begin`] makes it, [`super::Shard::step`] takes it from
/// segment to segment, [`super::Shard::finish`] answers.
pub struct Asking {
    pub(super) ask: Ask,
    /// For each query of the ask, by the fields that there were: those of later rows are not asked for.
    pub(super) plans: Vec<Plan>,
    pub(super) collector: Box<dyn Collect>,
    /// The rows that were nobody's copy, and not forgotten, when it began.
    pub(super) included: Bitmap,
    /// The segments that it is about, and the next one to look at.
    pub(super) n_segments: usize,
    pub(super) next: usize,
    /// What the segments were when it began: where they change, it begins anew.
    pub(super) version: u64,
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
