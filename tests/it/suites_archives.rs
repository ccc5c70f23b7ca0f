//! Real archives and compressed files: each wrapping of one file must unwrap to the same bytes. With `TRAILGLASS_DATA`
//! set to a folder, the files below its `archives` are asked the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trailglass::base::Problem;

use crate::case::files_below;
use crate::containers::{Found, members};

/// What became of a file.
#[derive(Debug, PartialEq)]
enum Verdict {
    Passed,
    Differs(String),
    Failed(String),
}

/// The name of what a file wraps: what stands before the endings that only say how.
fn wrapped_name(path: &str) -> String {
    const WRAPPINGS: &[&str] = &[
        "gz", "bz2", "xz", "lz4", "zst", "zip", "tar", "lzma", "zlib", "log", "1", "2", "0", "lzo", "lz",
        "txt",
    ];
    let mut name = path.to_owned();
    while let Some((start, end)) = name.rsplit_once('.') {
        let is_wrapping = WRAPPINGS.contains(&end) || end.starts_with("UTF-");
        if !is_wrapping {
            break;
        }
        name = start.to_owned();
    }
    name
}

fn is_wrapped(found: &[Found]) -> bool {
    found.iter().any(|found| found.member.path.is_some() || !found.member.containers.is_empty())
}

/// Unwraps all files, and holds those of one name to one another.
fn check(suite: &str, files: &[(String, Vec<u8>)]) {
    let mut by_name: BTreeMap<String, BTreeMap<Vec<u8>, Vec<&str>>> = BTreeMap::new();
    let mut verdicts: BTreeMap<&str, Verdict> = BTreeMap::new();
    for (path, bytes) in files {
        let (found, problems) = members(bytes, usize::MAX);
        assert_eq!((&found, &problems), (&members(bytes, 997).0, &members(bytes, 997).1), "{path} in pieces");
        let all: Vec<Problem> =
            found.iter().flat_map(|found| found.problems.clone()).chain(problems).collect();
        let verdict = match all.first() {
            None => Verdict::Passed,
            Some(problem) => Verdict::Failed(problem.to_string()),
        };
        verdicts.insert(path, verdict);
        let [only] = &found[..] else { continue };
        // A mark at the beginning is the framer's to skip.
        let plain = only.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&only.bytes).to_vec();
        by_name.entry(wrapped_name(path)).or_default().entry(plain).or_default().push(path);
        let _ = is_wrapped(&found);
    }
    for variants in by_name.values().filter(|variants| variants.len() > 1) {
        let most = variants.values().map(Vec::len).max().unwrap_or(0);
        for (bytes, paths) in variants.iter().filter(|(_, paths)| paths.len() < most) {
            for path in paths {
                let reason = format!("{} bytes, unlike {most} others of this name", bytes.len());
                verdicts.insert(path, Verdict::Differs(reason));
            }
        }
    }
    let count = |is: fn(&Verdict) -> bool| verdicts.values().filter(|verdict| is(verdict)).count();
    let n_passed = count(|verdict| *verdict == Verdict::Passed);
    let n_differs = count(|verdict| matches!(verdict, Verdict::Differs(_)));
    let n_failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    println!("suite                cases passed differs failed");
    println!("{suite:20} {:5} {n_passed:6} {n_differs:7} {n_failed:6}", verdicts.len());
    for (path, verdict) in verdicts.iter().filter(|(_, verdict)| **verdict != Verdict::Passed) {
        println!("  {path}: {verdict:?}");
    }
}

#[test]
fn archives_of_more_data() {
    let Some(folder) = std::env::var_os("TRAILGLASS_DATA").map(PathBuf::from) else {
        println!("skipped: TRAILGLASS_DATA names no folder with more data");
        return;
    };
    let folder = folder.join("archives");
    for suite in std::fs::read_dir(&folder).expect("the folder is there") {
        let suite = suite.expect("an entry").path();
        let mut files = files_below(&suite);
        files.retain(|(path, _)| !path.ends_with("expected.txt") && !path.ends_with(".json"));
        check(&Path::new(&suite).file_name().expect("it has a name").to_string_lossy(), &files);
    }
}
