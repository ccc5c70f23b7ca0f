//! A line of the tables: what a message looks like, and what it means.

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done, or allowed.
    Success,
    /// It was not.
    Failure,
    /// The message does not say.
    Unsaid,
}

/// A template, the action it tells of (or none) and how that went.
pub type Spec = (&'static str, &'static str, Outcome);
