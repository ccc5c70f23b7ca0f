//! What holds for every set of files, however they are loaded.

use crate::case::{Case, Load};

#[test]
fn a_large_file_reads_the_same_in_pieces() {
    let record = |n: usize| {
        format!(
            r#"{{"eventVersion":"1.08","eventID":"e{n}","eventTime":"2022-03-22T15:48:02Z","eventName":"A","x":"{}"}}"#,
            "y".repeat(900)
        )
    };
    let records: Vec<String> = (0..12_000).map(record).collect();
    let files = vec![(
        "a.json".to_owned(),
        format!("\u{feff}{{\"Records\":[{}]}}\n", records.join(",")).into_bytes(),
    )];
    let whole = Case::load(&files, Load::default()).everything();
    for n_shards in [1, 2, 5] {
        let mut case = Case::load(&files, Load { n_shards, cut_from: 0, ..Load::default() });
        assert!(case.everything() == whole, "{:?}", case.hub.sources());
    }
}
