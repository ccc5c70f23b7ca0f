//! The log of a Redis or Valkey server, or of its Sentinel.
//!
//! Spec: `src/server.c` (`serverLogRaw`) of Redis 7.4 and Valkey 8.1, `src/redis.c` of Redis 2.8.
//! Shape: `PID:ROLE STAMP LEVEL message`; before 3.0 `[PID] STAMP LEVEL message`, and before 2.4 without the process.
//! Stamps are `22 Mar 2022 15:48:02.123`, without a year before 3.2, and what `log-timestamp-format` of Valkey says. What
//! its signal handler writes has seconds since the epoch: `PID:signal-handler (1647964082) message`.
//! Fields: `event.action` is redis_connect, redis_replicaof, redis_module_load, redis_config_rewrite, redis_attack or
//! redis_shutdown. Only at the verbose level clients are logged.
//! Time: local.
//! Rejects: none; other text is an event with a message.

use std::ops::Range;

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::stamp::Shape;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why};
use crate::format::read::line::Line;
use crate::format::read::moment;
use crate::format::read::values::{address_and_port, is_number};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The log of Redis, Valkey and Sentinel.
pub struct Redis;

/// What stands before a message.
struct Start {
    pid: Option<Range<usize>>,
    role: Option<Range<usize>>,
    time: Option<Reading>,
    level: Option<usize>,
    /// Where the message begins.
    message: usize,
}

const HANDLER: &str = "signal-handler (";

fn start(record: &[u8]) -> Option<Start> {
    let mut line = Line::new(record);
    let mut start = Start { pid: None, role: None, time: None, level: None, message: 0 };
    let is_bracketed = line.skip("[");
    let mut after = line;
    let mark = if is_bracketed { "]" } else { ":" };
    if let Some(pid) = after.until(mark).filter(|pid| pid.len() <= 10 && is_number(&record[pid.clone()])) {
        line = after;
        start.pid = Some(pid);
        if line.skip(HANDLER) {
            let seconds = line.until(") ")?;
            start.time = Some(moment::epoch(&record[seconds])?);
            start.message = line.rest().start;
            return Some(start);
        }
        // X a sentinel, C a child that writes, S a replica, M a master.
        let role = if is_bracketed { None } else { Some(line.until(" ")?) };
        start.role = role.filter(|role| matches!(&record[role.clone()], b"X" | b"C" | b"S" | b"M"));
        if start.role.is_some() == is_bracketed {
            return None;
        }
        line.spaces();
    } else if is_bracketed {
        return None;
    }
    let (reading, level) = stamp(record, line, start.role.is_some())?;
    let [b' ', b'.' | b'-' | b'*' | b'#', b' '] = record.get(level - 1..level + 2)? else { return None };
    start.time = Some(reading);
    start.level = Some(level);
    start.message = level + 2;
    Some(start)
}

/// The stamp that stands next, and where the level stands behind it.
fn stamp(record: &[u8], mut line: Line<'_>, has_role: bool) -> Option<(Reading, usize)> {
    let first = line.rest().start;
    if let Some(stamp) = line.stamp() {
        let is_known = matches!(stamp.shape, Shape::DayFirst | Shape::Iso) || has_role;
        return is_known.then_some((stamp.reading, stamp.at.end + 1));
    }
    let millis = line.until(" ").filter(|_| has_role)?;
    Some((moment::epoch(&record[millis.clone()])?, first + millis.len() + 1))
}

fields! {
    struct RedisFields {
        role: "redis.role" "who wrote it: M a master, S a replica, C a child that saves, X a sentinel";
        level: "log.level" "debug, verbose, notice or warning";
        action: "event.action"
            "redis_connect, redis_replicaof, redis_module_load, redis_config_rewrite, redis_attack or redis_shutdown";
        destination_ip: "destination.ip" "the master that is replicated from";
        file: "file.path" "the module that was loaded";
        message: "message" "the text";
        dataset: "event.dataset";
        pid: "process.pid";
        source_ip: "source.ip";
        source_port: "source.port";
        destination_port: "destination.port";
    }
}

impl Format for Redis {
    fn name(&self) -> &'static str {
        "redis.log"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        RedisFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"1:M 22 Mar 2022 15:48:02.123 * Ready to accept connections\n1:S 22 Mar 2022 15:48:03.456 * REPLICAOF 203.0.113.7:6379 enabled (user request from 'id=4 addr=203.0.113.7:54321 fd=8 name=')\n",
            b"[2932] 31 May 04:32:08 * Server started, Redis version 2.4.6\n[2932] 31 May 04:32:08 - Accepted 203.0.113.7:54321\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| start(line).is_some()))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let is_start = |byte: &u8| byte.is_ascii_digit() || *byte == b'[';
        if !head.bytes.first().is_some_and(is_start) {
            return Confidence::NONE;
        }
        // Without a process, many a log has such lines.
        let has_pid = |line: &String| start(line.as_bytes()).is_some_and(|start| start.pid.is_some());
        let is_named = || head.lines().iter().any(|line| line.contains("Redis version"));
        match head.lines().iter().any(has_pid) || is_named() {
            true => head.share(|line| start(line.as_bytes()).is_some()),
            false => Confidence::NONE,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(RedisParser { ids: RedisFields::new(fields) }))
    }
}

struct RedisParser {
    ids: RedisFields,
}

impl Parser for RedisParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let mut first = 0;
        if let Some(start) = start(record) {
            event.time = start.time;
            first = start.message;
            for (field, kind, at) in
                [(self.ids.pid, Kind::Number, start.pid), (self.ids.role, Kind::Text, start.role)]
            {
                if let Some(at) = at {
                    event.push_slice(field, kind, at.start, at.end);
                }
            }
            let level = start.level.map(|level| match record[level] {
                b'.' => "debug",
                b'-' => "verbose",
                b'*' => "notice",
                _ => "warning",
            });
            if let Some(level) = level {
                event.push_text(self.ids.level, Kind::Text, level);
            }
        }
        event.push_slice(self.ids.message, Kind::Text, first, record.len());
        self.said(record, first, event);
        event.push_text(self.ids.dataset, Kind::Text, Redis.name());
        Ok(Parsed::Event)
    }
}

/// How a message begins, and what it says happened.
const ACTIONS: &[(&str, &str)] = &[
    ("Accepted ", "redis_connect"),
    ("REPLICAOF ", "redis_replicaof"),
    ("SLAVEOF ", "redis_replicaof"),
    ("SLAVE OF ", "redis_replicaof"),
    ("MASTER MODE enabled", "redis_replicaof"),
    ("Module '", "redis_module_load"),
    ("CONFIG REWRITE executed with success", "redis_config_rewrite"),
    ("Possible SECURITY ATTACK detected", "redis_attack"),
    ("User requested shutdown", "redis_shutdown"),
];

impl RedisParser {
    /// What the message that begins at `first` says.
    fn said(&self, record: &[u8], first: usize, event: &mut Event) {
        let mut line = Line::new(&record[..memchr::memchr(b'\n', record).unwrap_or(record.len())]);
        if !line.go_to(first) {
            return;
        }
        let message = line.rest();
        let text = line.text(&message);
        let whole = line;
        let Some(&(start, action)) = ACTIONS.iter().find(|(start, _)| text.starts_with(start)) else {
            return;
        };
        let source = [self.ids.source_ip, self.ids.source_port];
        match action {
            "redis_connect" => {
                line.skip(start);
                let client = line.word();
                self.address(record, client, source, event);
            }
            "redis_replicaof" => {
                // Its words are the client's, but for those behind the last one of these.
                let mut after = line;
                while after.until("(user request from '").is_some() {
                    line = after;
                }
                let client = line.until(" addr=").and_then(|_| line.word());
                self.address(record, client, source, event);
                line = whole;
                line.skip(start);
                let master = line.word();
                let destination = [self.ids.destination_ip, self.ids.destination_port];
                self.address(record, master, destination, event);
            }
            "redis_module_load" => {
                let Some(_) = line.until("' loaded from ") else { return };
                let path = line.rest();
                event.push_slice(self.ids.file, Kind::Text, path.start, path.end);
            }
            "redis_attack" if line.until("Connection from ").is_some() => {
                let client = line.word();
                self.address(record, client, source, event);
            }
            _ => {}
        }
        event.push_text(self.ids.action, Kind::Text, action);
    }

    /// Adds the address and the port of a word, if it has them.
    fn address(&self, record: &[u8], word: Option<Range<usize>>, to: [FieldId; 2], event: &mut Event) {
        let Some(word) = word else { return };
        let Some((address, port)) = address_and_port(&record[word.clone()]) else { return };
        event.push_slice(to[0], Kind::Text, word.start + address.start, word.start + address.end);
        if let Some(port) = port {
            event.push_slice(to[1], Kind::Number, word.start + port, word.end);
        }
    }
}
