//! The journal of systemd, as journald keeps it: binary, with an index.
//!
//! Spec: "Journal File Format", systemd.io, and `src/libsystemd/sd-journal/journal-def.h` of systemd 257;
//! systemd.journal-fields(7).
//! Shape: a header, then objects: data (`FIELD=value`, each text once), entries that name their data by place, arrays that
//! name entries. Data is plain or packed with xz, LZ4 or zstd; a compact file has 32-bit places.
//! Fields: those of the journal under their own names. A field that an entry has several times has several values. What
//! only the entry itself says has the names that `journalctl -o export` gives it: `__SEQNUM`, `__MONOTONIC_TIMESTAMP`
//! (microseconds since boot), and `_BOOT_ID` where there is no such field. Messages of well-known programs are read as in
//! syslog.
//! Time: when journald received the entry, microseconds since the Unix epoch (`__REALTIME_TIMESTAMP`).
//! Differs from the spec: entries are taken from the arrays *and* from a walk over all objects, so a file that was not
//! closed, is cut off or damaged gives all that is left; hashes and seals are not checked. Values that are no UTF-8 have
//! U+FFFD for what is none.
//! Rejects: what is no object, objects that are not what they should be, values longer than a record may be.

mod data;
mod entry;
pub mod export;
mod file;
pub mod json;

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing};
use crate::base::{Event, Fields, Kind, Reading, Why, limits};
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};
use data::{Place, Values};
use entry::{JournalFields, Meaning};
use file::{Entry, Journal};

/// Journal files as journald stores them: binary, with an index.
pub struct BinaryJournal;

/// The signature of a journal file.
const SIGNATURE: &[u8] = b"LPKSHHRH";

/// What all forms of the journal have in common.
const ALIASES: &[(&str, &str)] =
    &[("message", "MESSAGE"), ("host.name", "_HOSTNAME"), ("process.pid", "_PID")];

impl Format for BinaryJournal {
    fn name(&self) -> &'static str {
        "linux.journal"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        JournalFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../../tests/formats/linux.journal/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        Confidence::certain_if(head.bytes.starts_with(SIGNATURE))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Entries {
            format: number_of(BinaryJournal.name()),
            meaning: Meaning::new(fields),
            values: Values::default(),
        }))
    }
}

struct Entries {
    format: usize,
    meaning: Meaning,
    values: Values,
}

impl Unfolder for Entries {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let journal = Journal::open(record)?;
        self.values.begin();
        // A text is kept once and may be named often: a small file must not become everything.
        let mut room = (record.len() as u64).saturating_mul(limits::EXPANSION_RATIO);
        let places = journal.entries(&mut |at, why| out.reject(at, why));
        for (index, &at) in places.iter().enumerate() {
            let end = places.get(index + 1).map_or(record.len(), |&next| next);
            let Some(entry) = journal.entry(at, end) else { continue };
            event.clear();
            match self.read(&journal, &entry, fields, event, &mut room, out) {
                Ok(text) => {
                    out.event(self.format, fields, event, text.as_deref().unwrap_or(record), entry.at)
                }
                Err(why) => out.reject(entry.at, why),
            }
        }
        self.values.begin();
        Ok(())
    }
}

impl Entries {
    /// Reads an entry. The leaves stand in the text that is handed back, or else in the file.
    fn read(
        &mut self,
        journal: &Journal<'_>,
        entry: &Entry,
        fields: &mut Fields,
        event: &mut Event,
        room: &mut u64,
        out: &mut dyn Unfolded,
    ) -> Result<Option<Vec<u8>>, Why> {
        let mut n_bytes = 0;
        for place in journal.items(entry) {
            let (at, damage) = self.values.learn(journal, place, fields);
            if let Some(why) = damage {
                out.reject(at, why);
            }
            n_bytes += self.values.get(place).map_or(0, |value| value.len());
        }
        *room = room.checked_sub(n_bytes as u64).ok_or(Why::TooLong { limit: limits::EXPANSION_RATIO })?;
        if n_bytes > limits::RECORD_BYTES {
            return Err(Why::TooLong { limit: limits::RECORD_BYTES as u64 });
        }
        event.time = entry.time().map(Reading::Utc);
        // A message that does not stand in the file as it is becomes the text that everything stands in.
        let of_message =
            |place: &usize| self.values.get(*place).filter(|value| value.field == self.meaning.ids.message);
        let message = journal.items(entry).find_map(|place| of_message(&place).map(|value| &value.place));
        let text = match message {
            Some(Place::Made(text)) => Some(text.as_bytes().to_vec()),
            _ => None,
        };
        let range = match message {
            Some(Place::Made(text)) => Some(0..text.len()),
            Some(Place::File(range)) => Some(range.clone()),
            _ => None,
        };
        let mut has_boot = false;
        for value in journal.items(entry).filter_map(|place| self.values.get(place)) {
            has_boot |= value.field == self.meaning.ids.boot;
            match &value.place {
                Place::File(range) if text.is_none() => {
                    event.push_slice(value.field, value.kind, range.start, range.end);
                }
                place => event.push_text(value.field, value.kind, place.text(journal.bytes)),
            }
        }
        if event.leaves().is_empty() {
            return Err(Why::Damaged { expected: "an entry of which something is left" });
        }
        event.push_text(self.meaning.ids.seqnum, Kind::Number, &entry.seqnum.to_string());
        event.push_text(self.meaning.ids.monotonic, Kind::Number, &entry.monotonic.to_string());
        if !has_boot && entry.boot != 0 {
            event.push_text(self.meaning.ids.boot, Kind::Text, &format!("{:032x}", entry.boot));
        }
        self.meaning.finish(text.as_deref().unwrap_or(journal.bytes), range, event);
        Ok(text)
    }
}

/// A part of a file, as it is told to the analyst.
type Damage = (Range<usize>, Option<Why>);
