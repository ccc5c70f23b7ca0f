//! Other tools' test data as suites: each is counted, and a line of a table is printed that `scripts/suites` collects.
//!
//! The script counts: it takes any half of the data, and stops at no case that comes out wrong. The tests themselves pin
//! what is known of the data that they were made with.

use std::path::{Path, PathBuf};

use crate::case::{Files, files_below};

/// Whether cases are counted only, whatever comes of them, and suites that the data lacks are passed over.
fn is_counting() -> bool {
    std::env::var_os("TRAILGLASS_SUITES").is_some_and(|how| how == "count")
}

/// The files below a folder of the data; none where the data has no such folder.
pub fn data_below(folder: &Path) -> Files {
    if folder.is_dir() { files_below(folder) } else { Files::new() }
}

/// The folder of more data, if one is named.
pub fn more_data() -> Option<PathBuf> {
    let folder = std::env::var_os("TRAILGLASS_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TRAILGLASS_DATA names no folder with more data");
    }
    folder
}

/// What became of the cases of one suite.
pub struct Suite {
    name: String,
    n_passed: usize,
    /// Cases that we answer otherwise on purpose, with the reason.
    differs: Vec<(String, &'static str)>,
    /// Cases that we get wrong, with what was found.
    failed: Vec<(String, String)>,
}

impl Suite {
    /// Without a case.
    pub fn new(name: impl Into<String>) -> Suite {
        Suite { name: name.into(), n_passed: 0, differs: Vec::new(), failed: Vec::new() }
    }

    /// A case that came out right.
    pub fn pass(&mut self) {
        self.n_passed += 1;
    }

    /// A case that comes out otherwise on purpose.
    pub fn differ(&mut self, case: impl Into<String>, reason: &'static str) {
        self.differs.push((case.into(), reason));
    }

    /// A case that came out wrong.
    pub fn fail(&mut self, case: impl Into<String>, found: impl Into<String>) {
        self.failed.push((case.into(), found.into()));
    }

    /// A case that is right if `is_right`.
    pub fn check(&mut self, is_right: bool, case: impl Into<String>, found: impl Into<String>) {
        if is_right { self.pass() } else { self.fail(case, found) }
    }

    /// Prints the line of the table and the misses by name; no more than `n_failed` may be wrong.
    ///
    /// # Panics
    /// If more are, or if there is no case at all, unless cases are only counted.
    pub fn finish(self, n_failed: usize) {
        let Suite { name, n_passed, differs, failed } = self;
        let n_cases = n_passed + differs.len() + failed.len();
        if n_cases == 0 && is_counting() {
            println!("the data has no case of {name}");
            return;
        }
        let mut reasons: Vec<&str> = differs.iter().map(|&(_, reason)| reason).collect();
        reasons.sort_unstable();
        let counted: Vec<String> =
            reasons.chunk_by(|a, b| a == b).map(|same| format!("{} {}", same.len(), same[0])).collect();
        println!(
            "SUITE | {name} | {n_cases} | {n_passed} | {} | {} |",
            if differs.is_empty() {
                "0".to_owned()
            } else {
                format!("{} ({})", differs.len(), counted.join("; "))
            },
            failed.len()
        );
        for (case, reason) in &differs {
            println!("  differs {case}: {reason}");
        }
        for (case, found) in &failed {
            println!("  failed {case}: {found}");
        }
        if !is_counting() {
            assert!(n_cases > 0, "{name} has no case");
            assert!(
                failed.len() <= n_failed,
                "{name}: {} cases are wrong, {n_failed} are known",
                failed.len()
            );
        }
    }
}
