//! Steps, which make columns from other columns. A [`Step`] is what the analyst defined, as a JSON document. [`bind`]
//! turns a list of steps into the derivations of a segment's columns, which are made lazily and once for each distinct
//! text.
//!
//! ```json
//! {"id": "s1", "kind": "split", "from": "message", "delimiter": ",", "columns": [{"part": "1", "name": "user"}]}
//! ```
//!
//! | kind | parts | options |
//! |---|---|---|
//! | `split` | `1`, `2`, … counted from `side` | `delimiter` (white space without), `quotes`, `atMost`, `side` |
//! | `fixed` | `1`, `2`, … | `widths` in characters; a last 0 is the rest |
//! | `regex`, `grok` | the named groups | `pattern`, `ignoreCase` |
//! | `keyValue` | the keys | `delimiter` (white space without), `assign` |
//! | `query` | the keys of a query string or of a URL's | |
//! | `json` | the paths of the leaves | |
//! | `url`, `email`, `arn`, `ipPort`, `path`, `userAgent` | what they have: see [`shapes`] | |
//! | `rename`, `trim`, `case`, `replace`, `extract`, `map` | `value` | see [`text`] |
//! | `cast` | `value` | `to`: `number`, `time`, `address`, `duration` (in seconds); `format`, `zone`, `year` |
//! | `bucket`, `hour`, `weekday` | `value`, of a time | `every`; `zone` |
//! | `combine` | `value` | `template`: `{user.name}@{source.ip}`; `missing` |
//! | `difference` | `value` | `from` two times; `unit` |
//!
//! A column may have a `type`, which casts its values. A row is unmatched if it has a value to read and the step makes
//! no value of it, or if the type does not fit a value: such a row has a value in the field `misfit.ID`.

mod cast;
mod combine;
mod grok;
mod json;
mod mine;
mod named;
mod operation;
mod options;
mod pairs;
mod pattern;
pub mod recipe;
mod run;
mod shapes;
mod split;
mod step;
mod suggest;
mod text;
mod times;

pub use grok::PATTERNS;
pub use recipe::Recipe;
pub use run::{Bound, bind};
pub use step::{Step, Steps, Survey, misfit_field};
pub use suggest::suggest;
