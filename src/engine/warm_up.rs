//! A first run of everything on next to nothing: a browser compiles a function when it is first called, and the
//! analyst should not wait for it.

use super::inquiry::{Filter, Filtered, Rows, ask};
use super::{Hub, Opening, Shard};
use crate::format::Format;
use crate::format::aws::cloudtrail::CloudTrail;
use crate::format::generic::json_records::JsonRecords;
use crate::format::linux::syslog::Syslog;

/// Some CloudTrail events, gzipped.
const GZIPPED: &[u8] = include_bytes!("warm_up.json.gz");

/// The formats that most cases hold: a run over all would take the time in which these are compiled well.
const FIRST: &[&dyn Format] = &[&CloudTrail, &JsonRecords, &Syslog];

/// How often the lines of a sample are read.
const LINES_AGAIN: usize = 400;

/// Reads samples of the first formats and asks for them; the rows that came of it, which a test counts.
pub fn warm_up() -> usize {
    let (mut hub, mut shard) = (Hub::new(1), Shard::new(0));
    let samples = FIRST.iter().flat_map(|format| format.samples()).copied();
    // Lines are many: what reads them is to be compiled well before there are any.
    let lines = Syslog.samples()[0].repeat(LINES_AGAIN);
    for (number, bytes) in samples.chain([GZIPPED, &lines]).enumerate() {
        let path = "warm-up".to_owned();
        hub.add_source(&path, bytes.len() as u64, None);
        shard.open(Opening { source: number as u32, path, hashes: true, ..Opening::default() });
        shard.push(bytes);
        hub.report(0, shard.close(None));
    }
    shard.seal();
    hub.merge_rows(&[shard.rows_since(0, 0, 0)]);
    shard.exclude_duplicates(&hub.take_duplicates(0));
    let shards = std::slice::from_mut(&mut shard);
    let query = "eventName: RunInstances or alice".to_owned();
    let sort = vec![("eventName".to_owned(), false)];
    let Ok(_) = ask(&mut hub, shards, Filter { query, sort }) else { return 0 };
    let all = Filter { query: String::new(), sort: Vec::new() };
    let Ok(Filtered { selection, n_rows, .. }) = ask(&mut hub, shards, all) else { return 0 };
    let fields = ["@timestamp", "eventName"].map(str::to_owned).to_vec();
    match ask(&mut hub, shards, Rows { selection, first: 0, end: n_rows, fields }) {
        Ok(page) => page.n_rows,
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_reaches_rows() {
        assert!(super::warm_up() >= 48);
    }
}
