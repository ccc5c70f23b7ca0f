//! The lowest room: what every other room shares. This room imports no other room.

pub mod bitmap;
pub mod error;
pub mod event;
pub mod fields;
pub mod ids;
pub mod json;
pub mod limits;
pub mod problem;
pub mod reject;
pub mod stamp;
pub mod text;
pub mod time;
pub mod wire;

pub use bitmap::Bitmap;
pub use error::{Error, ErrorKind};
pub use event::{Event, FieldId, Fields, Kind, Kinds};
pub use ids::{Rank, RowRef, SelectionId, SourceId};
pub use json::Json;
pub use problem::Problem;
pub use reject::{Reject, Span, Why};
pub use time::{Reading, Timestamp};
