//! What can be asked, one file a question: from the request to the reply, round by round.
//!
//! ```text
//! Request ─begin─> Turn::Put(ask) ─shards─> partials ─next─> Turn::Put … ─shards─> partials ─next─> Turn::Done(reply)
//! ```
//!
//! A round is a function of the hub and of what the shards said; what it needs from the rounds before, it holds. A new
//! question is a file with its request, a line of `inquiries!` below, and, where no [`Question`](crate::query::Question)
//! gathers what it needs, one more of those.

mod complete;
mod edit;
mod event;
mod explain;
mod facets;
mod fields;
mod filter;
mod find;
mod occurrences;
mod pivot;
mod preview;
mod rejects;
mod rows;
mod steps;
mod suggest;
mod survey;
mod timeline;

pub use complete::{Complete, Completion};
pub use edit::EditQuery;
pub use event::{Event, EventState};
pub use explain::{ClauseState, Explain, Explanation};
pub use facets::Facets;
pub use fields::Fields;
pub use filter::{Filter, Filtered};
pub use find::{Find, Hits};
pub use occurrences::Occurrences;
pub use pivot::AskPivot;
pub use preview::{Preview, Previewed};
pub use rejects::{RejectState, Rejects, RejectsPage};
pub use rows::{Rows, RowsPage};
pub use steps::{Derive, SetSteps};
pub use suggest::Suggest;
pub use timeline::AskTimeline;

use std::collections::BTreeMap;

use super::asking::{Ask, Messages};
use super::{Hub, Shard};
use crate::base::{Error, ErrorKind, Json};
use crate::query::facet::Facet;
use crate::query::fields::FieldSum;
use crate::query::occurrences::Occurrence;
use crate::query::pivot::Answer;
use crate::query::timeline::Timeline;

macro_rules! inquiries {
    ($($(#[$doc:meta])* $name:ident -> $reply:ty,)*) => {
        /// What can be asked.
        pub enum Request {
            $($(#[$doc])* $name($name),)*
        }

        /// What is answered to the [`Request`] of the same name.
        pub enum Reply {
            $($(#[$doc])* $name($reply),)*
        }

        impl Request {
            fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
                match self {
                    $(Request::$name(request) => request.begin(hub),)*
                }
            }
        }

        $(impl Inquiry for $name {
            type Reply = $reply;

            fn request(self) -> Request {
                Request::$name(self)
            }

            fn reply(reply: Reply) -> Option<$reply> {
                match reply {
                    Reply::$name(reply) => Some(reply),
                    _ => None,
                }
            }
        })*
    };
}

inquiries! {
    /// Which rows a query accepts, in which order. The answer is kept.
    Filter -> Filtered,
    /// The values of fields.
    Facets -> Vec<Facet>,
    /// The rows over time.
    AskTimeline -> Timeline,
    /// Figures by groups of rows and columns.
    AskPivot -> Answer,
    /// Which fields have values.
    Fields -> Vec<FieldSum>,
    /// What each clause of the query does.
    Explain -> Explanation,
    /// In which rows a text is found. The hits are kept.
    Find -> Hits,
    /// In which fields a value occurs.
    Occurrences -> Vec<Occurrence>,
    /// The cells of some rows.
    Rows -> RowsPage,
    /// Everything about one row but its original.
    Event -> EventState,
    /// The records that are no events.
    Rejects -> RejectsPage,
    /// What can be typed at a place of a query.
    Complete -> Completion,
    /// The text of a query after an edit.
    EditQuery -> String,
    /// What a step would make.
    Preview -> Previewed,
    /// Steps that a column could be read by, as JSON.
    Suggest -> Json,
    /// One more step; its state as JSON.
    Derive -> Json,
    /// These steps in place of all others; their states as JSON.
    SetSteps -> Json,
}

/// A request, and the type of its reply.
pub trait Inquiry {
    /// What is answered.
    type Reply;

    /// As one of all requests.
    fn request(self) -> Request;

    /// The reply, if it is the one to such a request.
    fn reply(reply: Reply) -> Option<Self::Reply>;
}

/// What comes next of a question.
pub enum Turn {
    /// To put this to the shards, and their partials to [`Questions::next`].
    Put(Ask),
    /// To tell the analyst: the question has ended.
    Done(Reply),
}

/// What one round of a question ends with.
enum Round {
    /// What is put to the shards, and the round that takes what they say.
    Put(Ask, Next),
    /// The end.
    Done(Reply),
}

/// A round, with all that it needs from those before.
type Next = Box<dyn FnOnce(&mut Hub, &[Vec<u8>]) -> Result<Round, Error>>;

/// Puts `ask` to the shards, and goes on with `next`.
fn put(
    ask: Ask,
    next: impl FnOnce(&mut Hub, &[Vec<u8>]) -> Result<Round, Error> + 'static,
) -> Result<Round, Error> {
    Ok(Round::Put(ask, Box::new(next)))
}

fn done(reply: Reply) -> Result<Round, Error> {
    Ok(Round::Done(reply))
}

/// Questions that wait for what the shards say, by number.
#[derive(Default)]
pub struct Questions(BTreeMap<u32, Next>);

impl Questions {
    /// Begins question `number`, of which no other that is open has the number.
    ///
    /// # Errors
    /// Those of the question; it has ended then.
    pub fn begin(&mut self, hub: &mut Hub, number: u32, request: Request) -> Result<Turn, Error> {
        let round = request.begin(hub)?;
        Ok(self.turn(number, round))
    }

    /// Goes on with question `number`. `partials` is what the shards said to the [`Ask`] before, in their order; nothing
    /// for those that were not asked.
    ///
    /// # Errors
    /// Those of the question, which has ended then; `Range`, where it had ended or was cancelled before.
    pub fn next(&mut self, hub: &mut Hub, number: u32, partials: &[Vec<u8>]) -> Result<Turn, Error> {
        let ended = || Error::new(ErrorKind::Range, format!("question {number} has ended"));
        let next = self.0.remove(&number).ok_or_else(ended)?;
        let round = next(hub, partials)?;
        Ok(self.turn(number, round))
    }

    fn turn(&mut self, number: u32, round: Round) -> Turn {
        match round {
            Round::Done(reply) => Turn::Done(reply),
            Round::Put(ask, next) => {
                self.0.insert(number, next);
                Turn::Put(ask)
            }
        }
    }

    /// Ends a question that nobody waits for any more, if it is open.
    pub fn cancel(&mut self, number: u32) {
        self.0.remove(&number);
    }
}

/// Asks shards of this thread, and waits for the reply.
///
/// # Errors
/// Those of the question.
pub fn ask<I: Inquiry>(hub: &mut Hub, shards: &mut [Shard], inquiry: I) -> Result<I::Reply, Error> {
    let mut questions = Questions::default();
    let mut turn = questions.begin(hub, 0, inquiry.request())?;
    loop {
        let ask = match turn {
            Turn::Done(reply) => return Ok(I::reply(reply).expect("a reply is that to its request")),
            Turn::Put(ask) => ask,
        };
        turn = questions.next(hub, 0, &put_here(&ask, shards)?)?;
    }
}

/// What the shards say to `ask`.
fn put_here(ask: &Ask, shards: &mut [Shard]) -> Result<Vec<Vec<u8>>, Error> {
    let messages = ask.messages(shards.len());
    let answer = |(number, shard): (usize, &mut Shard)| {
        let message = match &messages {
            Messages::All(message) => message,
            Messages::Owners(messages) => &messages[number],
        };
        match message.is_empty() {
            true => Ok(Vec::new()),
            false => shard.answer(Ask::from_bytes(message)),
        }
    };
    shards.iter_mut().enumerate().map(answer).collect()
}
