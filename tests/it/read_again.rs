//! Sources that are read a second time: what was read of them before is gone.

use proptest::prelude::*;
use trailglass::engine::inquiry::{Filter, ask};
use trailglass::engine::{Hub, Opening, Shard};

/// Reads a source that says `n_lines`.
fn read(shard: &mut Shard, hub: &mut Hub, source: u32, n_lines: usize) {
    shard.open(Opening { source, path: format!("{source}.log"), ..Opening::default() });
    (0..n_lines).for_each(|n| shard.push(format!("Mar 22 14:11:53 web1 app[{n}]: of {source}\n").as_bytes()));
    hub.report(0, shard.close(None));
}

fn tell(shard: &mut Shard, hub: &mut Hub) {
    shard.seal();
    let (row, field, member) = hub.known_of(0);
    hub.merge_rows(&[shard.rows_since(row, field, member)]);
}

/// How many rows there are, as the hub counts them and as the shard finds them.
fn counts(shard: &mut Shard, hub: &mut Hub) -> [usize; 3] {
    let shards = std::slice::from_mut(shard);
    let mut count = |query: &str| {
        let asked = Filter { query: query.to_owned(), sort: Vec::new() };
        ask(hub, shards, asked).expect("every row has a path").n_rows
    };
    let [n_all, n_with_path] = [count(""), count("log.file.path: *")];
    [hub.n_rows(), n_all, n_with_path]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_source_that_is_read_again_is_there_once(
        n_lines in prop::collection::vec(1_usize..20, 1..4),
        again in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..4),
    ) {
        let (mut shard, mut hub) = (Shard::new(0), Hub::new(1));
        for &n in &n_lines {
            let source = hub.add_source("app.log", 0, None);
            read(&mut shard, &mut hub, source, n);
        }
        tell(&mut shard, &mut hub);
        let n_all: usize = n_lines.iter().sum();
        prop_assert_eq!(counts(&mut shard, &mut hub), [n_all; 3]);
        for (which, is_told_between) in again {
            let which = which.index(n_lines.len());
            hub.forget_source(which as u32).into_iter().for_each(|number| shard.forget(number));
            hub.begin_anew();
            shard.include_duplicates();
            if is_told_between {
                tell(&mut shard, &mut hub);
                prop_assert_eq!(counts(&mut shard, &mut hub), [n_all - n_lines[which]; 3]);
            }
            read(&mut shard, &mut hub, which as u32, n_lines[which]);
            tell(&mut shard, &mut hub);
            prop_assert_eq!(counts(&mut shard, &mut hub), [n_all; 3]);
        }
    }
}
