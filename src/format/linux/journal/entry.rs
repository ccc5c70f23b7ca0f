//! What an entry means, whichever form of the journal it comes from.

use std::ops::Range;

use super::BinaryJournal;
use crate::base::fields::fields;
use crate::base::time::Timestamp;
use crate::base::{Event, FieldId, Fields, Kind, limits};
use crate::format::Format;
use crate::messages::Programs;

fields! {
    /// What all forms of the journal say of an entry.
    pub struct JournalFields {
        message: "MESSAGE" "the message as its sender wrote it";
        "MESSAGE_ID" "the kind of message, a UUID of its sender's";
        "PRIORITY" "0 emergency to 7 debug, as its sender says";
        identifier: "SYSLOG_IDENTIFIER" "the program, as it says itself";
        "SYSLOG_FACILITY" "the facility of syslog, a number";
        "SYSLOG_PID" "the process, as it says itself";
        "_PID" "the process that sent the message, as the kernel says";
        "_UID" "the user of that process";
        "_GID" "the group of that process";
        comm: "_COMM" "the name of that process";
        "_EXE" "the program file of that process";
        "_CMDLINE" "the command line of that process";
        "_SYSTEMD_UNIT" "the unit of that process";
        "_HOSTNAME" "the host";
        "_MACHINE_ID" "the machine, as /etc/machine-id says";
        boot: "_BOOT_ID" "the boot at which the message was sent";
        "_TRANSPORT" "how it came: journal, syslog, stdout, kernel, audit, driver";
        "_SOURCE_REALTIME_TIMESTAMP" "when it was sent, microseconds since 1970, UTC";
        seqnum: "__SEQNUM" "the number of the entry in its journal";
        monotonic: "__MONOTONIC_TIMESTAMP" "when it was received, microseconds since boot";
        realtime: "__REALTIME_TIMESTAMP" "when it was received, microseconds since 1970, UTC";
        "__CURSOR" "where the entry stands in its journal";
        process: "process.name";
        dataset: "event.dataset";
    }
}

/// Adds the common fields of an entry.
pub struct Meaning {
    programs: Programs,
    /// The numbers of its fields.
    pub ids: JournalFields,
}

impl Meaning {
    /// Interns the fields.
    pub fn new(fields: &mut Fields) -> Meaning {
        Meaning { programs: Programs::new(fields), ids: JournalFields::new(fields) }
    }

    /// Adds what follows from the fields of `event`, whose leaves stand in `text`, its first message at `message`. As in
    /// syslog the program is what the sender calls itself; `_COMM` tells what the kernel knew.
    pub fn finish(&self, text: &[u8], message: Option<Range<usize>>, event: &mut Event) {
        let find = |field: FieldId| event.leaves().iter().find(|leaf| leaf.field == field).copied();
        let program = find(self.ids.identifier).or_else(|| find(self.ids.comm));
        let mut is_auth = false;
        if let Some(leaf) = program {
            if let Some(message) = message {
                let name = String::from_utf8_lossy(event.bytes(text, &leaf)).into_owned();
                is_auth = self.programs.read(&name, text, message, event);
            }
            event.push_copy(self.ids.process, leaf);
        }
        let dataset = if is_auth { "system.auth" } else { BinaryJournal.name() };
        event.push_text(self.ids.dataset, Kind::Text, dataset);
    }
}

/// Fields of the journal whose values are numbers.
const NUMBERS: &[&[u8]] = &[
    b"PRIORITY",
    b"SYSLOG_FACILITY",
    b"SYSLOG_PID",
    b"ERRNO",
    b"CODE_LINE",
    b"TID",
    b"_PID",
    b"_UID",
    b"_GID",
    b"_AUDIT_SESSION",
    b"_AUDIT_LOGINUID",
    b"_AUDIT_TYPE",
    b"_SYSTEMD_OWNER_UID",
    b"_SOURCE_REALTIME_TIMESTAMP",
    b"_SOURCE_MONOTONIC_TIMESTAMP",
    b"_SOURCE_BOOTTIME_TIMESTAMP",
    b"__REALTIME_TIMESTAMP",
    b"__MONOTONIC_TIMESTAMP",
    b"__SEQNUM",
    b"OBJECT_PID",
    b"OBJECT_UID",
    b"OBJECT_GID",
    b"EXIT_STATUS",
    b"N_RESTARTS",
];

/// What kind of value stands in the field called `name`.
pub fn kind_of(name: &[u8], value: &[u8]) -> Kind {
    let is_number = !value.is_empty()
        && value.len() <= 20
        && value.iter().all(u8::is_ascii_digit)
        && NUMBERS.contains(&name);
    if is_number { Kind::Number } else { Kind::Text }
}

/// Whether a field can be called `name`: capital letters, digits and `_`, at most 64 of them.
///
/// Source: `journal_field_valid` of systemd, which lets no digit stand first.
pub fn is_name(name: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    (1..=64).contains(&name.len()) && name.iter().all(is_of_name) && !name[0].is_ascii_digit()
}

/// The field called `name`, which [`is_name`] has accepted. Senders may invent names: beyond a limit their values share
/// one.
pub fn field_of(name: &[u8], fields: &mut Fields) -> FieldId {
    let name = std::str::from_utf8(name).unwrap_or("…");
    match fields.get(name) {
        Some(field) => field,
        None if fields.len() >= limits::FIELDS => fields.intern("…"),
        None => fields.intern(name),
    }
}

/// The moment of microseconds since the Unix epoch.
pub fn moment(micros: u64) -> Option<Timestamp> {
    i64::try_from(micros).ok()?.checked_mul(1_000).map(Timestamp)
}
