//! Years that no record says: whichever way a file is written, its events have the times that they had.

use proptest::prelude::*;
use trailglass::base::Timestamp;

use crate::case::{Case, Load};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// 2018-01-01.
const START: i64 = 17_532 * DAY;

/// A line of syslog, which says no year.
fn line(number: usize, nanos: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = Timestamp(nanos).to_text();
    let month: usize = text[5..7].parse().expect("a month");
    let day: usize = text[8..10].parse().expect("a day");
    format!("{} {day:2} {} web1 app[{number}]: something happened\n", MONTHS[month - 1], &text[11..19])
}

/// The times of the events of a file with these lines, in their order.
fn times(name: &str, lines: &[String], load: Load) -> Vec<i64> {
    let mut case = Case::load(&vec![(name.to_owned(), lines.concat().into_bytes())], load);
    case.check_sums();
    let mut events: Vec<(u64, i64)> = Vec::new();
    for row in case.rows("", &[]) {
        let event = case.event(row);
        events.push((event.at.offset, event.time.expect("a time")));
    }
    events.sort_unstable();
    events.into_iter().map(|(_, time)| time).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Silences are shorter than two months, which begin a new year if time goes back by them.
    #[test]
    fn a_reversed_file_has_the_same_times(gaps in prop::collection::vec(1_i64..55 * 86_400, 6..60)) {
        let mut at = START;
        let moments: Vec<i64> = gaps.iter().map(|gap| { at += gap * SECOND; at }).collect();
        let lines: Vec<String> = moments.iter().enumerate().map(|(n, &at)| line(n, at)).collect();
        let name = format!("messages-{}", Timestamp(at).to_text()[..10].replace('-', ""));
        let reversed: Vec<String> = lines.iter().rev().cloned().collect();
        let backwards: Vec<i64> = moments.iter().rev().copied().collect();
        for load in [Load::default(), Load { n_shards: 5, n_chunk: 64, cut_from: 0, ..Load::default() }] {
            prop_assert_eq!(&times(&name, &lines, load), &moments);
            prop_assert_eq!(&times(&name, &reversed, load), &backwards);
        }
    }
}
