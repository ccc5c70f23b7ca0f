//! Turns local times into moments (nanoseconds UTC): finds the zone and the year that the records of a source leave out.
//!
//! The local time of a record is stored as the record wrote it, so that another zone or year reads no file again. The
//! years of a source rise: a local time that lies more than 60 days before its predecessor begins a new year. In a source
//! that is written newest first, as `journalctl --reverse` and many exports do, the years fall: a local time that lies
//! more than 60 days after its predecessor belongs to the year before. Both orders are counted while a source is read,
//! because only the whole source shows which order holds.
//!
//! | file | does |
//! |---|---|
//! | `zone` | the offset from UTC of a zone's clocks, over time |
//! | `local_time` | a stored local time, and its moment by a clock |
//! | `years` | the years of a source's records, and the evidence for them |
//! | `keeper` | uses the three while a source is read |

mod keeper;
mod local_time;
mod years;
mod zone;

pub use keeper::Keeper;
pub use local_time::{Clock, Follower, Kept};
pub use years::{Evidence, Siblings, Unsaid, YearReason, joined, years};
pub use zone::Zone;
