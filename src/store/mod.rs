//! Events to columns.

pub mod builder;
pub mod column;
pub mod derived;
pub mod dictionary;
pub mod left;
pub mod segment;

pub use builder::{Moment, SegmentBuilder};
pub use column::{Cells, Code, Codes, Column};
pub use derived::{Derivations, Derive};
pub use dictionary::Dictionary;
pub use left::{ReadLeft, Unread};
pub use segment::{Place, Segment};
