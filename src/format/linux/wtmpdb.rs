//! wtmpdb and lastlog2: what became of wtmp and lastlog where time has 64 bits. SQLite databases.
//!
//! Spec: wtmpdb(8) and `lib/sqlite.c` of wtmpdb 0.11; lastlog2(8) and `liblastlog2/src/lastlog2.c` of util-linux 2.40.
//! Shape: a table `wtmp`, a session or a boot a row; a table `Lastlog2`, a user a row. See [`sqlite`](crate::format::read::sqlite).
//! Time: of a session its `Login`, microseconds since the Unix epoch; its end stays a field, `Logout`. Of a last login
//! its `Time`, seconds.
//! Differs from the spec: the codes of `Type` are not those of utmp; the field has their names.
//! Rejects: damaged pages and rows.

use std::ops::Range;

use super::utmp::address_of;
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::sqlite::{Database, Row, SIGNATURE, Table, Value};
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// Sessions and boots.
pub struct Wtmpdb;

/// Last logins.
pub struct Lastlog2;

/// The only table of a database of ours, and columns by which it is known.
const WTMP: (&str, &[&str]) = ("wtmp", &["Type", "User", "Login", "TTY"]);
const LASTLOG2: (&str, &[&str]) = ("Lastlog2", &["Name", "Time", "TTY"]);

fn table_of(bytes: &[u8], (name, columns): (&str, &[&str])) -> Option<Table> {
    Database::open(bytes)?.table(name).filter(|table| table.has(columns))
}

fn sniffed(head: &Head<'_>, known: (&str, &[&str])) -> Confidence {
    Confidence::certain_if(head.bytes.starts_with(SIGNATURE) && table_of(head.bytes, known).is_some())
}

fields! {
    struct WtmpdbFields {
        kind: "Type" "BOOT_TIME, RUNLEVEL or USER_PROCESS";
        "User" "the user; `reboot` for a boot";
        "Login" "when the session or the boot began, microseconds since 1970";
        "Logout" "when it ended, microseconds since 1970";
        "TTY" "the terminal";
        "RemoteHost" "where the user came from; the kernel's version for a boot";
        "Service" "the service of PAM that let the user in";
        dataset: "event.dataset";
        action: "event.action";
        outcome: "event.outcome";
        address: "source.ip";
        user_name: "user.name";
    }
}

impl Format for Wtmpdb {
    fn name(&self) -> &'static str {
        "linux.wtmpdb"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        WtmpdbFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../tests/formats/linux.wtmpdb/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniffed(head, WTMP)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Rows::new(&Wtmpdb, WTMP, "User", fields)))
    }
}

impl Format for Lastlog2 {
    fn name(&self) -> &'static str {
        "linux.lastlog2"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            FieldSpec { name: "Name", meaning: "the user" },
            FieldSpec { name: "Time", meaning: "when the user logged in last, seconds since 1970" },
            FieldSpec { name: "TTY", meaning: "the terminal" },
            FieldSpec { name: "RemoteHost", meaning: "where the user came from" },
            FieldSpec { name: "Service", meaning: "the service of PAM that let the user in" },
        ]
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("user.name", "Name")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../tests/formats/linux.lastlog2/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniffed(head, LASTLOG2)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Rows::new(&Lastlog2, LASTLOG2, "Name", fields)))
    }
}

struct Rows {
    format: usize,
    name: &'static str,
    known: (&'static str, &'static [&'static str]),
    /// The column of the user.
    user: &'static str,
    ids: WtmpdbFields,
    /// The columns that are told as they are.
    columns: Vec<(&'static str, FieldId)>,
}

impl Rows {
    fn new(
        format: &dyn Format,
        known: (&'static str, &'static [&'static str]),
        user: &'static str,
        fields: &mut Fields,
    ) -> Rows {
        Rows {
            format: number_of(format.name()),
            name: format.name(),
            known,
            user,
            ids: WtmpdbFields::new(fields),
            // `Type` is told by name.
            columns: format
                .fields()
                .iter()
                .filter(|spec| spec.name != "Type")
                .map(|spec| (spec.name, fields.intern(spec.name)))
                .collect(),
        }
    }
}

impl Unfolder for Rows {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let database = Database::open(record);
        let table = database.as_ref().and_then(|database| database.table(self.known.0));
        let (Some(database), Some(table)) = (database, table) else {
            return Err(Why::NotAnEvent { expected: "a table of logins" });
        };
        let each = &mut |at: Range<usize>, row: Result<Row, Why>| match row {
            Ok(row) => {
                event.clear();
                self.read(&table, &row, event);
                out.event(self.format, fields, event, b"", at);
            }
            Err(why) => out.reject(at, why),
        };
        database.rows_of(&table, each);
        Ok(())
    }
}

impl Rows {
    fn read(&self, table: &Table, row: &Row, event: &mut Event) {
        let integer = |name: &str| match table.value(row, name) {
            Value::Integer(number) => Some(*number),
            _ => None,
        };
        let nanos = match integer("Login") {
            Some(micros) => micros.checked_mul(1_000),
            None => integer("Time").and_then(|seconds| seconds.checked_mul(1_000_000_000)),
        };
        event.time = nanos.filter(|&nanos| nanos != 0).map(|nanos| Reading::Utc(Timestamp(nanos)));
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        for &(name, field) in &self.columns {
            match table.value(row, name) {
                Value::Null => {}
                Value::Integer(number) => event.push_text(field, Kind::Number, &number.to_string()),
                Value::Real(number) => event.push_text(field, Kind::Number, &number.to_string()),
                Value::Text(text) => event.push_text(field, Kind::Text, text),
            }
        }
        let (kind, action) = match integer("Type") {
            Some(1) => (Some("BOOT_TIME"), Some("boot")),
            Some(2) => (Some("RUNLEVEL"), Some("runlevel")),
            Some(3) => (Some("USER_PROCESS"), Some("login")),
            Some(_) => (None, None),
            // A user who never logged in has no time.
            None => (None, event.time.map(|_| "login")),
        };
        match (kind, integer("Type")) {
            (Some(kind), _) => event.push_text(self.ids.kind, Kind::Text, kind),
            (None, Some(code)) => event.push_text(self.ids.kind, Kind::Number, &code.to_string()),
            (None, None) => {}
        }
        if let Some(action) = action {
            event.push_text(self.ids.action, Kind::Text, action);
        }
        if action != Some("login") {
            return;
        }
        event.push_text(self.ids.outcome, Kind::Text, "success");
        if let Value::Text(user) = table.value(row, self.user)
            && self.user == "User"
        {
            event.push_text(self.ids.user_name, Kind::Text, user);
        }
        if let Value::Text(host) = table.value(row, "RemoteHost")
            && let Some(address) = address_of(host.as_bytes())
        {
            event.push_text(self.ids.address, Kind::Text, &address.to_string());
        }
    }
}
