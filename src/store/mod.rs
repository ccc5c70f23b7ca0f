//! Turns events into columns.
//!
//! ```text
//! SegmentBuilder ─seal─> View { segment: Segment, times, deferred, derived }
//!                                    └─ columns ─ dictionaries
//! ```

pub mod builder;
pub mod column;
pub mod column_builder;
pub mod deferred;
pub mod derived;
pub mod dictionary;
pub mod mapping;
pub mod segment;
pub mod times;
pub mod view;

pub use builder::SegmentBuilder;
pub use column::{Cells, Codes, Column};
pub use column_builder::{ColumnBuilder, ColumnsBuilder};
pub use deferred::{DeferredRecords, ReadDeferred};
pub use derived::{Derivations, Derive};
pub use dictionary::{Code, Dictionary};
pub use mapping::Mapping;
pub use segment::{Place, Segment};
pub use times::Moment;
pub use view::View;
