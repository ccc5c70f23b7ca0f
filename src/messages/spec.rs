//! A row of the tables: the template of a message, and its meaning.

/// The outcome of the action that a message reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The action was done, or allowed.
    Success,
    /// The action failed, or was refused.
    Failure,
    /// The message does not tell the outcome.
    Unsaid,
}

/// A template, the action that its messages report (or an empty text), and the outcome of this action.
pub type Spec = (&'static str, &'static str, Outcome);
