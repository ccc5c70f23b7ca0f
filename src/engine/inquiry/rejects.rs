//! The records that are no events, of all sources.

use super::event::{read_span, write_span};
use super::{Reply, Round, done, put};
use crate::base::wire::{Reader, Writer};
use crate::base::{Error, Span};
use crate::engine::asking::Ask;
use crate::engine::{Hub, Shard};

/// Asks for rejects `first..end` by path and position.
pub struct Rejects {
    /// The first one.
    pub first: usize,
    /// After the last one.
    pub end: usize,
}

/// Some rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectsPage {
    /// How many there are, kept or not.
    pub n_rejects: u64,
    /// Those that were asked for, as far as they were kept.
    pub rejects: Vec<RejectState>,
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

impl Rejects {
    pub(super) fn begin(self, _: &mut Hub) -> Result<Round, Error> {
        let Rejects { first, end } = self;
        put(Ask::Rejects, move |hub, partials| {
            let rejects = merged(hub, partials).into_iter().take(end).skip(first).collect();
            done(Reply::Rejects(RejectsPage { n_rejects: hub.totals().n_rejects, rejects }))
        })
    }
}

impl Shard {
    /// The rejects that were kept.
    pub(in crate::engine) fn rejects(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u64(self.kept_rejects().len() as u64);
        for (source, reject) in self.kept_rejects() {
            writer.u32(*source);
            write_span(reject.at, &mut writer);
            writer.str(&reject.why.to_string());
        }
        writer.into_bytes()
    }
}

/// The rejects of all shards, by path and position.
fn merged(hub: &Hub, partials: &[Vec<u8>]) -> Vec<RejectState> {
    let mut rejects = Vec::new();
    for partial in partials {
        let reader = &mut Reader::new(partial);
        for _ in 0..reader.u64() {
            let source = reader.u32();
            let at = read_span(reader);
            rejects.push(RejectState { source, at, reason: reader.str().to_owned() });
        }
    }
    // Members of a file that is still being read may not be known yet.
    rejects.retain(|reject: &RejectState| hub.find_source(reject.source).is_some());
    for RejectState { source, at, .. } in &mut rejects {
        *at = hub.source(*source).placed(*at);
    }
    let ranks = hub.source_ranks();
    rejects.sort_by_key(|reject| (ranks.of(reject.source), reject.at));
    rejects
}
