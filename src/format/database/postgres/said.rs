//! What a PostgreSQL server's messages say of connections: who came, from where, and whether they were let in.
//!
//! Spec: `src/backend/libpq/auth.c`, `src/backend/utils/init/postinit.c` and `src/backend/tcop/postgres.c` of PostgreSQL 17.
//! Fields: `event.action` is postgresql_connect (a client came), postgresql_authenticate, postgresql_login (it was let in or
//! refused) or postgresql_disconnect. The user is the one that the message names, or else the session's.
//! Differs: a message of a refusal is one only where its severity is FATAL; in others the same words may be a client's.

use super::fields::PostgresFields;
use crate::base::{Event, FieldId, Fields, Kind};
use crate::format::is_address;

/// Adds the common fields to an event that has the native ones.
pub struct Said {
    ids: PostgresFields,
}

/// What a message says.
#[derive(Default)]
struct Told<'a> {
    action: &'static str,
    outcome: &'static str,
    user: &'a str,
    host: &'a str,
    port: &'a str,
}

impl Said {
    pub fn new(fields: &mut Fields) -> Said {
        Said { ids: PostgresFields::new(fields) }
    }

    pub fn add(&self, record: &[u8], event: &mut Event) {
        let severity = event.leaf(self.ids.severity).map(|leaf| event.bytes(record, &leaf));
        let is_fatal = severity == Some(b"FATAL");
        let message = event.leaf(self.ids.message).map(|leaf| event.bytes(record, &leaf)).unwrap_or_default();
        let line = message.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let told = told(std::str::from_utf8(line).unwrap_or(""), is_fatal).map(|told| {
            let texts = [told.user, told.host, told.port].map(str::to_owned);
            (told.action, told.outcome, texts)
        });
        let (action, outcome, [user, host, port]) = told.unwrap_or_default();
        for (field, text) in [(self.ids.action, action), (self.ids.outcome, outcome)] {
            if !text.is_empty() {
                event.push_text(field, Kind::Text, text);
            }
        }
        self.push(self.ids.user_name, self.ids.user, &user, event);
        let is_said = !host.is_empty();
        let field = |is_address| if is_address { self.ids.source_ip } else { self.ids.source_domain };
        if is_said && host != "[local]" {
            event.push_text(field(is_address(host.as_bytes())), Kind::Text, &host);
        } else if let Some(leaf) = event.leaf(self.ids.host).filter(|_| !is_said)
            && !matches!(event.bytes(record, &leaf), b"" | b"[local]")
        {
            let is_address = is_address(event.bytes(record, &leaf));
            event.push_copy(field(is_address), leaf);
        }
        self.push(self.ids.source_port, self.ids.port, &port, event);
        if let Some(leaf) = event.leaf(self.ids.state).filter(|leaf| event.bytes(record, leaf) != b"00000") {
            event.push_copy(self.ids.error_code, leaf);
        }
    }

    /// Adds what a message says, or what its session does.
    fn push(&self, field: FieldId, native: FieldId, said: &str, event: &mut Event) {
        let kind = if field == self.ids.source_port { Kind::Number } else { Kind::Text };
        if !said.is_empty() {
            event.push_text(field, kind, said);
        } else if let Some(leaf) = event.leaf(native) {
            event.push_copy(field, leaf);
        }
    }
}

/// The first line of a message; `None` where it says nothing of connections.
fn told(line: &str, is_fatal: bool) -> Option<Told<'_>> {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // `203.0.113.7 port=54321`
    let client = |text| match str::rsplit_once(text, " port=") {
        Some((host, port)) if is_port(port) => (host, port),
        _ => (text, ""),
    };
    if let Some(rest) = line.strip_prefix("connection received: host=") {
        let (host, port) = client(rest);
        return Some(Told { action: "postgresql_connect", host, port, ..Told::default() });
    }
    if let Some(rest) = line.strip_prefix("connection authenticated: identity=\"") {
        let user = rest.rsplit_once("\" method=").map_or("", |(user, _)| user);
        return Some(Told { action: "postgresql_authenticate", outcome: "success", user, ..Told::default() });
    }
    let authorized = line.strip_prefix("replication ").unwrap_or(line);
    if let Some(rest) = authorized.strip_prefix("connection authorized: user=") {
        let ends = [" database=", " application_name=", " SSL enabled", " GSS "];
        let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        return Some(Told {
            action: "postgresql_login",
            outcome: "success",
            user: &rest[..end],
            ..Told::default()
        });
    }
    if let Some(rest) = line.strip_prefix("disconnection: session time: ") {
        let (rest, host) = rest.rsplit_once(" host=").unwrap_or((rest, ""));
        let (host, port) = client(host);
        let user = rest.split_once(" user=").map_or("", |(_, rest)| rest);
        let user = user.rsplit_once(" database=").map_or(user, |(user, _)| user);
        return Some(Told { action: "postgresql_disconnect", user, host, port, ..Told::default() });
    }
    let (user, host) = if is_fatal { refused(line)? } else { return None };
    Some(Told { action: "postgresql_login", outcome: "failure", user, host, port: "" })
}

/// The user and the host that a message of a refusal names; `None` where it is none.
fn refused(line: &str) -> Option<(&str, &str)> {
    let before = line.split('"').next().unwrap_or(line);
    let inside = line.get(before.len() + 1..).unwrap_or("");
    if before.ends_with("authentication failed for user ") || before == "authentication failed for user " {
        let user = inside.strip_suffix("\": host rejected").or(inside.strip_suffix('"')).unwrap_or(inside);
        return Some((user, ""));
    }
    if before.starts_with("no pg_hba.conf entry for ") || before.starts_with("pg_hba.conf rejects ") {
        let (host, rest) = inside.split_once("\", user \"")?;
        let end = rest.rfind("\", database \"").or_else(|| rest.rfind("\", ")).or_else(|| rest.rfind('"'));
        return Some((&rest[..end.unwrap_or(rest.len())], host));
    }
    if before == "role " {
        let ends = ["\" does not exist", "\" is not permitted to log in"];
        return ends.iter().find_map(|end| inside.strip_suffix(end)).map(|user| (user, ""));
    }
    let is_refusal = before == "database " && inside.ends_with("\" does not exist")
        || before.starts_with("permission denied for database ")
        || before.starts_with("too many connections for ")
        || line == "empty password returned by client";
    is_refusal.then_some(("", ""))
}
