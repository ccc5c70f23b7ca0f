//! What a log's clock showed to moments: the zone and the year that its records do not say.
//!
//! A record's reading is kept as it is, so that another zone or year re-reads nothing. The years of a source follow one
//! another: a reading that goes back by more than 60 days begins a new year. Where the newest record stands first,
//! as `journalctl --reverse` and many exports write it, they fall: one that goes ahead by as much ends in the year before.
//! Both are followed while a source is read, for only its end tells which it is.
//!
//! | file | does |
//! |---|---|
//! | `zone` | what the clocks of a zone showed when |
//! | `local_time` | what a record's clock showed, as it is kept, and its moment |
//! | `years` | which year the records of a source are of, and why |
//! | `keeper` | the three together, while a source is read |

mod keeper;
mod local_time;
mod years;
mod zone;

pub use keeper::Keeper;
pub use local_time::{Clock, Follower, Kept};
pub use years::{Evidence, Siblings, Unsaid, YearReason, joined, years};
pub use zone::Zone;
