//! Which columns a step makes, where only the values can say so: the parts that they have, counted.

use super::{Round, put};
use crate::base::Error;
use crate::base::wire::Reader;
use crate::derive::Step;
use crate::engine::Hub;
use crate::engine::asking::{Ask, OfAccepted};
use crate::engine::trying::Surveyor;
use crate::query::Partial;

/// Goes on with the step once it has its columns: at once where somebody said them, else after a look at all values.
///
/// # Errors
/// `Step`, where no value has a part.
pub(super) fn surveyed(
    hub: &mut Hub,
    step: Step,
    next: impl FnOnce(&mut Hub, Step) -> Result<Round, Error> + 'static,
) -> Result<Round, Error> {
    if !step.needs_survey() {
        return next(hub, step);
    }
    let ask = Ask::Accepted(hub.accepting(String::new()), OfAccepted::Survey(step.json().to_string()));
    put(ask, move |hub, partials| {
        let mut surveyor = Surveyor::new(step);
        partials.iter().for_each(|partial| surveyor.merge(&mut Reader::new(partial)));
        next(hub, surveyor.finish()?)
    })
}
