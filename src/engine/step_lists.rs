//! The steps that a shard and the hub hold.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::trying::Trial;
use crate::base::FieldId;
use crate::derive::Steps;
use crate::store::Derive;

/// The steps of a shard.
#[derive(Default)]
pub(super) struct ShardSteps {
    /// What each step was, and became.
    pub kept: HashMap<String, Arc<dyn Derive>>,
    /// Fields that a step named before any record did.
    pub fields: BTreeSet<FieldId>,
    /// The step that is looked at.
    pub trial: Option<Arc<Trial>>,
}

/// The steps of the hub.
#[derive(Default)]
pub(super) struct HubSteps {
    pub steps: Steps,
    /// What can be asked for because of them: columns, and what marks misfits.
    pub names: Vec<String>,
}

impl HubSteps {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}
