//! A zone: its offsets from UTC over time, and the moment of a local time.

use crate::base::wire::{Reader, Writer};

pub(super) const SECOND: i64 = 1_000_000_000;
pub(super) const DAY: i64 = 86_400 * SECOND;

/// A time zone: its offset from UTC over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The name that the analyst gave: `UTC`, `Europe/Berlin`, `+02:00`.
    pub name: String,
    /// (start, offset), ascending by start: from `start` (seconds since the epoch) on, clocks are `offset` seconds ahead
    /// of UTC. The first offset also holds before its start.
    pub changes: Vec<(i64, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Zone { name: "UTC".to_owned(), changes: vec![(i64::MIN, 0)] }
    }
}

impl Zone {
    /// The moment of the local time `local` (nanoseconds), and whether clocks of the zone showed `local` twice. Of two
    /// moments, `is_second` chooses the later. A local time that clocks skipped, because they were put forward, is
    /// converted by the offset before the change.
    pub(super) fn moment(&self, local: i64, is_second: bool) -> (i64, bool) {
        let offset_of = |at: usize| self.changes[at].1 as i64;
        if let [(_, offset)] = self.changes[..] {
            return (local.saturating_sub(offset as i64 * SECOND), false);
        }
        let seconds = local.div_euclid(SECOND);
        // Changes that may matter: no zone is more than 18 hours ahead of UTC.
        let near = self.changes.partition_point(|&(from, _)| from <= seconds.saturating_add(18 * 3_600));
        let range = near.saturating_sub(4)..near;
        let is_shown = |at: &usize| {
            let until = self.changes.get(at + 1).map_or(i64::MAX, |&(next, _)| next);
            let moment = seconds - offset_of(*at);
            (*at == 0 || moment >= self.changes[*at].0) && moment < until
        };
        let mut shown = range.clone().filter(is_shown).map(offset_of);
        let (offset, is_twice) = match (shown.next(), shown.next()) {
            (Some(first), Some(second)) => (if is_second { second } else { first }, true),
            (Some(only), None) => (only, false),
            (None, _) => {
                let is_gap = |&at: &usize| at > 0 && seconds - offset_of(at - 1) >= self.changes[at].0;
                (range.rev().find(is_gap).map_or(0, |at| offset_of(at - 1)), false)
            }
        };
        (local.saturating_sub(offset * SECOND), is_twice)
    }

    /// As a message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_bytes()
    }

    /// From a message; an empty message means UTC.
    pub fn from_bytes(bytes: &[u8]) -> Zone {
        if bytes.is_empty() { Zone::default() } else { Zone::read(&mut Reader::new(bytes)) }
    }

    /// As part of a message.
    pub fn write(&self, writer: &mut Writer) {
        writer.str(&self.name);
        writer.u64(self.changes.len() as u64);
        for &(from, offset) in &self.changes {
            writer.i64(from);
            writer.i64(offset as i64);
        }
    }

    /// From a message.
    pub fn read(reader: &mut Reader<'_>) -> Zone {
        let name = reader.str().to_owned();
        let n = reader.u64();
        Zone { name, changes: (0..n).map(|_| (reader.i64(), reader.i64() as i32)).collect() }
    }
}
