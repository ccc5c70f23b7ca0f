//! Events to columns.

pub mod builder;
pub mod column;
pub mod column_builder;
pub mod derived;
pub mod dictionary;
pub mod left;
pub mod mapping;
pub mod readings;
pub mod segment;

pub use builder::SegmentBuilder;
pub use column_builder::{ColumnBuilder, ColumnsBuilder};
pub use column::{Cells, Codes, Column};
pub use derived::{Derivations, Derive};
pub use dictionary::{Code, Dictionary};
pub use mapping::Mapping;
pub use left::{ReadLeft, Unread};
pub use readings::Moment;
pub use segment::{Place, Segment};
