//! Other tools' archives and compressed files: all wrappings of one file must unwrap to the same bytes.

use std::collections::BTreeMap;

use trailglass::format::looks_like;

use crate::containers::{Found, members};
use crate::suite::{Suite, data_below, more_data};

/// What a file is called without the endings that say how it is wrapped.
fn wrapped_name(path: &str) -> &str {
    const WRAPPINGS: &[&str] =
        &["gz", "bz2", "xz", "lz4", "zst", "zip", "tar", "lzo", "lz", "log", "0", "1", "2"];
    match path.rsplit_once('.') {
        Some((name, end)) if WRAPPINGS.contains(&end) || end.starts_with("UTF-") => wrapped_name(name),
        _ => path,
    }
}

/// The bytes of the only member, without the mark of UTF-8, which is not unwrapped; `None` if there are more.
fn only_member(found: &[Found]) -> Option<&[u8]> {
    let [Found { bytes, .. }] = found else { return None };
    Some(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
}

fn check(name: &'static str, folder: &str) {
    let Some(data) = more_data() else { return };
    let mut files = data_below(&data.join("archives").join(folder));
    files.retain(|(path, _)| !path.ends_with("expected.txt") && !path.ends_with(".json"));
    let unwrapped: Vec<_> = files.iter().map(|(_, file)| members(file, usize::MAX)).collect();
    let mut same: BTreeMap<(&str, &[u8]), usize> = BTreeMap::new();
    let mut suite = Suite::new(name);
    for ((path, _), (found, _)) in files.iter().zip(&unwrapped) {
        if let Some(bytes) = only_member(found) {
            *same.entry((wrapped_name(path), bytes)).or_default() += 1;
        }
    }
    for ((path, file), (found, problems)) in files.iter().zip(&unwrapped) {
        let wrong = found.iter().flat_map(|found| &found.problems).chain(problems);
        let wrong: Vec<String> = wrong.map(ToString::to_string).collect();
        let n_same = only_member(found).map_or(0, |bytes| same[&(wrapped_name(path), bytes)]);
        let n_most = same.iter().filter(|((name, _), _)| *name == wrapped_name(path)).map(|(_, &n)| n).max();
        let is_named = looks_like(file).is_some_and(|what| what.ends_with("which is not unpacked"));
        if is_named {
            suite.differ(path, "is named, and not unwrapped");
        } else if !wrong.is_empty() {
            suite.fail(path, wrong.join("; "));
        } else if members(file, 997).0 != *found {
            suite.fail(path, "depends on the pieces in which it is read");
        } else {
            let is_alone = only_member(found).is_none();
            suite.check(is_alone || Some(n_same) == n_most, path, "unlike the others of this name");
        }
    }
    suite.finish(0);
}

#[test]
fn super_speedy_syslog_searcher() {
    check("s4 archives, compressors, encodings", "s4-logs");
}

#[test]
fn vector() {
    check("vector compressed files", "vector");
}
