//! The error log of MySQL, MariaDB and Percona Server: what the server says of itself, and who was refused.
//!
//! Spec: "The Error Log", MySQL reference manual 8.0 ("Error Log Output Format") and 5.7; MariaDB "Error Log".
//! Shape: `STAMP [THREAD] [LEVEL] [CODE] [SUBSYSTEM] message`. MySQL 8 has all of it, 5.7 neither code nor subsystem, 5.5
//! and MariaDB `160322 15:48:02` for the stamp; `mysqld_safe` and, once, InnoDB write their name for the level.
//! Fields: `event.action` is `mysql_login` where an account was refused.
//! Time: with an offset, or local.
//! Differs: the name of an account may hold anything, the address behind it not: the last `'@'` parts them.
//! Rejects: none; other text is an event with a message.

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::line::Line;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The error log of MySQL, MariaDB and Percona Server.
pub struct MysqlError;

const LEVELS: &[&[u8]] = &[b"System", b"Error", b"ERROR", b"Warning", b"Note"];

/// What stands before a message.
struct Start {
    thread: Option<Range<usize>>,
    level: Option<Range<usize>>,
}

/// Reads on behind the stamp; `None` where it is of another log.
fn start(record: &[u8], line: &mut Line<'_>) -> Option<Start> {
    line.spaces();
    let mut after = *line;
    let thread = after.word().filter(|word| record[word.clone()].iter().all(u8::is_ascii_digit));
    if thread.is_some() {
        *line = after;
    } else if record.get(6) != Some(&b' ') {
        // Only those who write `220322 15:48:02` leave it out; many others have a level behind a full date.
        return None;
    }
    if line.skip("[") {
        let level = line.until("]").filter(|level| LEVELS.contains(&&record[level.clone()]))?;
        line.spaces();
        return Some(Start { thread, level: Some(level) });
    }
    let name = record.get(line.rest()).unwrap_or(b"");
    let is_named = [&b"mysqld_safe "[..], b"InnoDB: "].iter().any(|known| name.starts_with(known));
    is_named.then_some(Start { thread, level: None })
}

fn begins(text: &[u8]) -> bool {
    let mut line = Line::new(text);
    line.stamp().is_some() && start(text, &mut line).is_some()
}

fields! {
    struct MysqlErrorFields {
        thread: "mysql.thread_id" "the number of the connection, 0 for the server itself";
        level: "log.level" "System, Error, Warning or Note";
        code: "error.code" "the number of the message, as MY-010926";
        subsystem: "mysql.subsystem" "the part of the server that wrote the line";
        action: "event.action" "mysql_login where an account was refused";
        user: "user.name" "the account that was refused";
        source_ip: "source.ip" "the address of the client";
        domain: "source.domain" "the name of the client's host";
        message: "message" "the text";
        dataset: "event.dataset";
        outcome: "event.outcome";
    }
}

impl Format for MysqlError {
    fn name(&self) -> &'static str {
        "mysql.error"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        MysqlErrorFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"2022-03-22T15:48:02.398440Z 89 [Note] [MY-010926] [Server] Access denied for user 'app'@'203.0.113.7' (using password: YES)\n",
            b"220322 15:48:02 mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql\n2022-03-22T15:48:03.335060Z 0 [Warning] Insecure configuration for --secure-file-priv\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(begins))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !head.bytes.first().is_some_and(u8::is_ascii_digit) {
            return Confidence::NONE;
        }
        head.share(|line| begins(line.as_bytes()))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(ErrorParser { ids: MysqlErrorFields::new(fields) }))
    }
}

struct ErrorParser {
    ids: MysqlErrorFields,
}

impl Parser for ErrorParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut line = Line::new(record);
        let mut after = line;
        if let Some(stamp) = after.stamp()
            && let Some(Start { thread, level }) = start(record, &mut after)
        {
            line = after;
            event.time = Some(stamp.reading);
            if let Some(thread) = thread {
                event.push_slice(self.ids.thread, Kind::Number, thread.start, thread.end);
            }
            if let Some(level) = level {
                event.push_slice(self.ids.level, Kind::Text, level.start, level.end);
                self.brackets(record, &mut line, event);
            }
        }
        let message = line.rest();
        event.push_slice(self.ids.message, Kind::Text, message.start, message.end);
        self.refusal(line.text(&message), message.start, event);
        event.push_text(self.ids.dataset, Kind::Text, MysqlError.name());
        Ok(Parsed::Event)
    }
}

impl ErrorParser {
    /// Code and subsystem, where they stand.
    fn brackets(&self, record: &[u8], line: &mut Line<'_>, event: &mut Event) {
        let mut after = *line;
        if !(after.skip("[")) {
            return;
        }
        let Some(code) = after.until("]").filter(|code| record[code.clone()].starts_with(b"MY-")) else {
            return;
        };
        event.push_slice(self.ids.code, Kind::Text, code.start, code.end);
        after.spaces();
        *line = after;
        if after.skip("[")
            && let Some(subsystem) = after.until("]")
        {
            event.push_slice(self.ids.subsystem, Kind::Text, subsystem.start, subsystem.end);
            after.spaces();
            *line = after;
        }
    }

    /// `Access denied for user 'app'@'203.0.113.7' (using password: YES)`; `text` begins at `at` of its record.
    fn refusal(&self, text: &str, at: usize, event: &mut Event) {
        const START: &str = "Access denied for user '";
        // Lines without a stamp may follow.
        let text = text.lines().next().unwrap_or(text);
        let Some(rest) = text.strip_prefix(START) else { return };
        event.push_text(self.ids.action, Kind::Text, "mysql_login");
        event.push_text(self.ids.outcome, Kind::Text, "failure");
        let account = ["' (using password: YES)", "' (using password: NO)"]
            .iter()
            .find_map(|end| rest.strip_suffix(end));
        let Some(account) = account else { return };
        let Some((user, host)) = account.rsplit_once("'@'") else { return };
        let at = at + START.len();
        event.push_slice(self.ids.user, Kind::Text, at, at + user.len());
        let first = at + user.len() + 3;
        let is_address = host.parse::<std::net::IpAddr>().is_ok();
        let field = if is_address { self.ids.source_ip } else { self.ids.domain };
        event.push_slice(field, Kind::Text, first, first + host.len());
    }
}
