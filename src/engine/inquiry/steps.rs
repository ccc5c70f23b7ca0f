//! Other steps from now on: the hub keeps the list, and all shards make it.

use super::survey::surveyed;
use super::{Reply, Round, done, put};
use crate::base::{Error, Json};
use crate::derive::{Step, Steps};
use crate::engine::Hub;
use crate::engine::asking::Ask;

/// Asks for one more step; its columns are found where it says none.
pub struct Derive {
    /// The step.
    pub step: Step,
}

/// Asks for these steps in place of all others.
pub struct SetSteps {
    /// The steps.
    pub steps: Steps,
}

impl Derive {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        surveyed(hub, self.step, |hub, step| {
            set(hub, hub.with_step(&step)?, |mut states| Reply::Derive(states.pop().unwrap_or(Json::Null)))
        })
    }
}

impl SetSteps {
    pub(super) fn begin(self, hub: &mut Hub) -> Result<Round, Error> {
        set(hub, self.steps, |states| Reply::SetSteps(Json::List(states)))
    }
}

fn set(hub: &mut Hub, steps: Steps, reply: fn(Vec<Json>) -> Reply) -> Result<Round, Error> {
    let list = hub.keep_steps(steps);
    put(Ask::SetSteps(list), move |hub, _| done(reply(hub.step_states())))
}
