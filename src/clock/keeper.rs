//! Converts the times of a source while the source is read.

use std::rc::Rc;

use super::local_time::{Clock, Follower, Kept};
use super::years::{MAX_FALLS, Order, SLACK_NANOS, Unsaid, date_in, latest_year};
use super::zone::{DAY, Zone};
use crate::base::time::NO_YEAR;
use crate::base::{Reading, Timestamp};

/// Stores the local times of a source while it is read. Missing zones and years are assumed until all sources are read.
pub struct Keeper {
    clock: Clock,
    follower: Follower,
    /// The last record was written before this moment, as the file's name or modification shows.
    end: Option<i64>,
    /// The last time and its conversion: most records share their second with their predecessor.
    last: Option<(Reading, i64, Kept)>,
    /// Reported once the source is read.
    pub unsaid: Unsaid,
}

impl Keeper {
    /// For a source, or for the piece of a source that begins at byte `offset`.
    pub fn new(path: &str, modified: Option<i64>, zone: Rc<Zone>, offset: u64) -> Keeper {
        Keeper {
            clock: Clock { zone, years: vec![(offset, NO_YEAR)] },
            follower: Follower::default(),
            end: date_in(path)
                .map(|day| (day + 1) * DAY + SLACK_NANOS)
                .or(modified.map(|at| at + SLACK_NANOS)),
            last: None,
            unsaid: Unsaid::default(),
        }
    }

    /// The moment of the time read at byte `offset`, and the local time to store.
    pub fn keep(&mut self, reading: Reading, offset: u64) -> (i64, Kept) {
        if let Some((last, moment, kept)) = self.last
            && last == reading
        {
            self.unsaid.n_zoneless += kept.lacks_zone() as u64;
            self.unsaid.n_yearless += matches!(reading, Reading::Yearless { .. }) as u64;
            return (moment, kept);
        }
        let kept = match reading {
            Reading::Utc(Timestamp(nanos)) => Kept { nanos, what: 0 },
            Reading::Local(Timestamp(nanos)) => Kept { nanos, what: 1 },
            Reading::Yearless { shown, offset: zone } => {
                Kept::yearless(shown.0, zone, self.cycle_of(shown.0, offset))
            }
        };
        if kept.what < 2 {
            self.see_date(kept.nanos);
        }
        self.unsaid.n_zoneless += kept.lacks_zone() as u64;
        let moment = self.follower.moment(&self.clock, offset, kept);
        self.last = Some((reading, moment, kept));
        (moment, kept)
    }

    fn see_date(&mut self, nanos: i64) {
        let (from, to) = self.unsaid.dated.get_or_insert((nanos, nanos));
        (*from, *to) = ((*from).min(nanos), (*to).max(nanos));
    }

    /// Counts a time without a year at byte `offset`; returns its cycle in a source that is written oldest first.
    fn cycle_of(&mut self, nanos: i64, offset: u64) -> i64 {
        let unsaid = &mut self.unsaid;
        let is_first = unsaid.n_yearless == 0;
        if is_first {
            unsaid.first = nanos;
            unsaid.year = self.end.map_or(NO_YEAR, |end| latest_year(nanos, end));
            self.clock.years[0].1 = unsaid.year;
        } else {
            unsaid.count_step(unsaid.last, nanos);
        }
        unsaid.n_yearless += 1;
        unsaid.last = nanos;
        let cycle = unsaid.rising.follow(Order::Rising, nanos, is_first);
        let more = unsaid.falling.follow(Order::Falling, nanos, is_first) - cycle;
        if unsaid.falls.last().map_or(0, |&(_, more)| more) != more && unsaid.falls.len() <= MAX_FALLS {
            unsaid.falls.push((offset, more));
        }
        cycle
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::years::{Evidence, Siblings, years};
    use super::super::zone::SECOND;
    use super::*;

    fn local(text: &str) -> i64 {
        Timestamp::parse_rfc3339(format!("{text}Z").as_bytes()).expect("a time").0
    }

    /// Berlin in 2022.
    fn berlin() -> Zone {
        let at = |text: &str| local(text) / SECOND;
        let changes =
            vec![(i64::MIN, 3_600), (at("2022-03-27T01:00:00"), 7_200), (at("2022-10-30T01:00:00"), 3_600)];
        Zone { name: "Europe/Berlin".to_owned(), changes }
    }

    #[test]
    fn local_times_to_moments() {
        let clock = Clock { zone: Rc::new(berlin()), years: Vec::new() };
        let mut follower = Follower::default();
        for (shown, expected) in [
            ("2022-01-01T00:00:00", "2021-12-31T23:00:00Z"),
            ("2022-03-27T01:59:59", "2022-03-27T00:59:59Z"),
            ("2022-03-27T02:30:00", "2022-03-27T01:30:00Z"),
            ("2022-03-27T03:00:00", "2022-03-27T01:00:00Z"),
            ("2022-10-30T02:10:00", "2022-10-30T00:10:00Z"),
            ("2022-10-30T02:59:59", "2022-10-30T00:59:59Z"),
            ("2022-10-30T02:00:00", "2022-10-30T01:00:00Z"),
            ("2022-10-30T02:10:00", "2022-10-30T01:10:00Z"),
            ("2022-10-30T03:10:00", "2022-10-30T02:10:00Z"),
        ] {
            let moment = follower.moment(&clock, 0, Kept { nanos: local(shown), what: 1 });
            assert_eq!(Timestamp(moment).to_text(), expected, "{shown}");
        }
    }

    /// Records that name their offset but no year: the zone of the source moves none of them, and the new year begins
    /// when their local time does.
    #[test]
    fn a_zone_without_a_year() {
        let mut keeper = Keeper::new("secure-20220327", None, Rc::new(berlin()), 0);
        let mut moment = |shown: &str, offset: Option<i32>| {
            let shown = Timestamp(local(&format!("1972-{shown}")));
            let (_, kept) = keeper.keep(Reading::Yearless { shown, offset }, 0);
            Timestamp(keeper.follower.moment(
                &Clock { zone: Rc::new(berlin()), years: vec![(0, 2021)] },
                0,
                kept,
            ))
            .to_text()
        };
        assert_eq!(moment("12-31T23:00:00", Some(-9 * 3_600)), "2022-01-01T08:00:00Z");
        assert_eq!(moment("01-01T00:00:00.5", Some(-9 * 3_600)), "2022-01-01T09:00:00.500Z");
        assert_eq!(moment("01-01T14:45:00", Some(5 * 3_600 + 45 * 60)), "2022-01-01T09:00:00Z");
        assert_eq!(moment("01-01T10:00:00", None), "2022-01-01T09:00:00Z");
        // A record out of order.
        assert_eq!(moment("12-31T23:59:59", Some(-12 * 3_600)), "2022-01-01T11:59:59Z");
        assert_eq!(moment("03-01T01:00:00", Some(14 * 3_600)), "2022-02-28T11:00:00Z");
        assert_eq!((keeper.unsaid.n_zoneless, keeper.unsaid.n_yearless), (1, 6));
    }

    #[test]
    fn dates_in_names() {
        let day = |text: &str| Some(local(&format!("{text}T00:00:00")) / DAY);
        for (path, expected) in [
            ("var/log/secure-20220327", day("2022-03-27")),
            ("secure-20220327.gz", day("2022-03-27")),
            ("app.2022-03-27.log", day("2022-03-27")),
            ("x_20220327T1200Z.log", day("2022-03-27")),
            ("20220327120000.log", day("2022-03-27")),
            ("1647964082.log", None),
            ("secure", None),
            ("2022/03/27/secure", None),
            ("v1.20221.log", None),
        ] {
            assert_eq!(date_in(path), expected, "{path}");
        }
    }

    /// The year of the last of these readings, and why.
    #[track_caller]
    fn check(readings: &[&str], path: &str, modified: &str, others: &[&str], expected: (i64, &str)) {
        let modified = Some(modified).filter(|text| !text.is_empty()).map(local);
        let mut keeper = Keeper::new(path, modified, Rc::default(), 0);
        for reading in readings {
            let reading = match reading.strip_prefix("-") {
                Some(text) => {
                    let shown = Timestamp(local(&format!("1972-{text}T12:00:00")));
                    Reading::Yearless { shown, offset: None }
                }
                None => Reading::Local(Timestamp(local(&format!("{reading}T12:00:00")))),
            };
            keeper.keep(reading, 0);
        }
        let evidence = Evidence {
            path,
            modified,
            parts: &BTreeMap::from([(0, keeper.unsaid)]),
            siblings: &Siblings::of(others.iter().copied()),
            case: Some((local("2019-05-01T00:00:00"), local("2019-06-01T00:00:00"))),
            set: None,
        };
        let (_, year, reason) = years(&evidence);
        assert_eq!((year, reason.code()), expected, "{readings:?} {path}");
    }

    #[test]
    fn the_year_comes_from_what_surrounds_it() {
        check(&["-03-20", "-03-27"], "secure-20220327", "", &[], (2022, "name"));
        check(&["-12-30", "-01-02"], "secure-20230102", "", &[], (2023, "name"));
        check(&["-12-30", "-12-31"], "secure-20230101", "", &[], (2022, "name"));
        check(&["-03-28"], "log/secure", "", &["log/secure-20220327"], (2022, "sibling"));
        check(&["-12-30", "-01-02"], "log/secure", "", &["log/secure-20221225.gz"], (2023, "sibling"));
        check(&["-03-28", "2021-03-29"], "secure", "2024-01-01T00:00:00", &[], (2021, "records"));
        check(&["-03-28"], "secure", "2022-03-28T12:00:05", &[], (2022, "modified"));
        check(&["-12-30"], "secure", "", &[], (2018, "case"));
        check(&["-05-12"], "secure", "2022-09-28T12:00:05", &["other/secure-20220101"], (2019, "case"));
        check(&["-02-28", "-02-29"], "secure-20220401", "", &[], (2020, "name"));
    }

    /// The dates of readings, read in pieces that begin with the readings of these numbers.
    fn dates(readings: &[&str], starts: &[usize], path: &str) -> Vec<String> {
        let mut parts = BTreeMap::new();
        let mut kept = Vec::new();
        for (number, &start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(readings.len());
            let mut keeper = Keeper::new(path, None, Rc::default(), start as u64);
            for (index, reading) in readings.iter().enumerate().take(end).skip(start) {
                let shown = Timestamp(local(&format!("1972-{reading}T12:00:00")));
                kept.push((
                    index as u64,
                    keeper.keep(Reading::Yearless { shown, offset: None }, index as u64).1,
                ));
            }
            parts.insert(start as u64, keeper.unsaid);
        }
        let siblings = Siblings::default();
        let evidence =
            Evidence { path, modified: None, parts: &parts, siblings: &siblings, case: None, set: None };
        let (years, _, _) = years(&evidence);
        let (clock, mut follower) = (Clock { zone: Rc::default(), years }, Follower::default());
        let moments = kept.into_iter().map(|(offset, kept)| follower.moment(&clock, offset, kept));
        moments.map(|moment| Timestamp(moment).to_text()[..10].to_owned()).collect()
    }

    #[test]
    fn the_newest_record_may_stand_first() {
        for (readings, path, expected) in [
            (
                &[
                    "02-10", "01-02", "01-01", "12-31", "12-01", "10-20", "09-01", "07-15", "03-01", "02-29",
                    "01-01", "12-31",
                ][..],
                "messages-20210210",
                "2021-02-10 2021-01-02 2021-01-01 2020-12-31 2020-12-01 2020-10-20 2020-09-01 2020-07-15 2020-03-01 \
                 2020-02-29 2020-01-01 2019-12-31",
            ),
            // One line out of order, and a gap.
            (
                &[
                    "01-03", "01-02", "12-31", "01-01", "12-30", "12-29", "09-30", "09-29", "09-28", "09-27",
                    "09-26", "09-25", "09-24",
                ][..],
                "messages-20210103",
                "2021-01-03 2021-01-02 2020-12-31 2021-01-01 2020-12-30 2020-12-29 2020-09-30 2020-09-29 2020-09-28 \
                 2020-09-27 2020-09-26 2020-09-25 2020-09-24",
            ),
            // Oldest first.
            (
                &["10-20", "12-30", "12-31", "01-01", "12-31", "01-02", "03-01"][..],
                "messages-20210301",
                "2020-10-20 2020-12-30 2020-12-31 2021-01-01 2020-12-31 2021-01-02 2021-03-01",
            ),
        ] {
            for cut in 1..readings.len() {
                let found = [dates(readings, &[0], path), dates(readings, &[0, cut], path)];
                for found in found {
                    assert_eq!(found.join(" "), expected, "{readings:?} cut at {cut}");
                }
            }
        }
    }
}
