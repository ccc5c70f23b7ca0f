//! The Linux audit log, as auditd writes it: one event a group of lines, `key=value`.
//!
//! Spec: "Audit record types" and "Audit event fields" of linux-audit/audit-documentation; `auparse` of
//! audit-userspace for what is encoded how; `linux/audit.h` for numbers of types and architectures.
//! Shape: `[node=NAME ]type=TYPE msg=audit(SECONDS.MILLIS:SERIAL): key=value …`, raw or enriched (behind a byte 0x1D
//! the same keys in upper case, with names). Lines of one node, time and serial are one event, also where those of
//! others stand between them. Separators and times that `ausearch` adds are no events.
//! Fields: native keys as they are; those of records that stand beside another one in the same event, and have its keys, behind their
//! type: `PATH.name`, `SOCKADDR.address`, `EXECVE.a0`, `SYSCALL.a0`. Several PATH records give several values.
//! `type` has the types of all records. Decoded: hexadecimal text, socket addresses (`SOCKADDR.family`, `.address`,
//! `.port`, `.path`), the parts of long arguments (`process.args`), numbers of system calls (`SYSCALL`) and
//! architectures (`ARCH`), for which an enriched log has the same names; the nested keys of `msg='…'`.
//! Common: `event.action` is the type of the record that says what happened, in lower case with hyphens (`user-login`); where that is SYSCALL it is the
//! name of the call, for execve and execveat `executed`. `event.outcome` from `success`, `res` or the verdict of
//! SELinux or AppArmor. `user.name` from `acct`, else AUID, else UID; `user.id` from `auid`, else `uid`.
//! Time: seconds since the epoch with milliseconds, UTC.
//! Placeholders: `?`, `(none)`, `(null)` without quotes are no values; an `auid` or `ses` of 4294967295 is "unset": it is no `user.id`.
//! Rejects: lines without such a head.

mod decode;
mod record;
mod syscalls;

use crate::base::event::{FieldSpec, Framing, hash};
use crate::base::{Event, Fields, Why};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

use record::AuditFields;
pub use record::Records;

/// The Linux audit log: one event a group of lines.
pub struct Auditd;

impl Format for Auditd {
    fn name(&self) -> &'static str {
        "linux.auditd"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        AuditFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("host.name", "node"),
            ("process.pid", "pid"),
            ("process.parent.pid", "ppid"),
            ("process.name", "comm"),
            ("process.executable", "exe"),
            ("process.working_directory", "cwd"),
            ("process.title", "proctitle"),
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"type=USER_LOGIN msg=audit(1647964082.003:501): pid=811 uid=0 auid=1000 ses=3 msg='op=login acct=\"alice\" exe=\"/usr/sbin/sshd\" hostname=203.0.113.7 addr=203.0.113.7 terminal=ssh res=success'\x1dUID=\"root\" AUID=\"alice\"\n\
            type=SYSCALL msg=audit(1647964083.110:502): arch=c000003e syscall=59 success=yes exit=0 a0=55df a1=55e0 a2=55e1 a3=1 items=1 ppid=811 pid=812 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm=\"id\" exe=\"/usr/bin/id\" key=\"exec\"\n\
            type=EXECVE msg=audit(1647964083.110:502): argc=2 a0=\"id\" a1=2D612062\n\
            type=PATH msg=audit(1647964083.110:502): item=0 name=\"/usr/bin/id\" inode=155 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL\n\
            type=PROCTITLE msg=audit(1647964083.110:502): proctitle=6964002D612062\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Grouped(|line| {
            let head = LineHead::of(line)?;
            let node = head.node.map_or(0, hash);
            Some([node, head.time.timestamp().0 as u64, head.serial])
        })
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(8 << 10)];
        if memchr::memmem::find(start, b"msg=audit(").is_none() {
            return Confidence::NONE;
        }
        head.share(|line| LineHead::of(line.as_bytes()).is_some() || is_separator(line.as_bytes()))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(AuditdParser { records: Records::new(fields) }))
    }
}

/// How a line begins.
pub(super) struct LineHead<'a> {
    node: Option<&'a [u8]>,
    kind: &'a [u8],
    time: crate::base::Reading,
    serial: u64,
    /// Where time and serial stand.
    id: std::ops::Range<usize>,
    /// Where the keys begin.
    body: usize,
}

impl LineHead<'_> {
    /// Of `[node=NAME ]type=TYPE msg=audit(…): …`.
    fn of(line: &[u8]) -> Option<LineHead<'_>> {
        let word = |at: usize| memchr::memchr(b' ', line.get(at..)?).map(|n| at + n);
        let (node, at) = match line.strip_prefix(b"node=") {
            Some(_) => word(5).map(|end| (Some(&line[5..end]), end + 1))?,
            None => (None, 0),
        };
        let kind = line.get(at..)?.strip_prefix(b"type=").and_then(|_| word(at))?;
        let (time, serial, id, body) = stamp(line, kind + 1)?;
        Some(LineHead { node, kind: &line[at + 5..kind], time, serial, id, body })
    }
}

type Stamp = (crate::base::Reading, u64, std::ops::Range<usize>, usize);

/// `[msg=]audit(SECONDS.MILLIS:SERIAL):` at `at`: the time, the serial, where both stand, and where it ends.
fn stamp(line: &[u8], at: usize) -> Option<Stamp> {
    let rest = line.get(at..)?;
    let n_name = if rest.starts_with(b"msg=") { 4 } else { 0 };
    rest[n_name..].strip_prefix(b"audit(")?;
    let first = at + n_name + 6;
    let end = first + memchr::memchr(b')', line[first..].get(..48.min(line.len() - first))?)?;
    let id = std::str::from_utf8(&line[first..end]).ok()?;
    let (time, serial) = id.split_once(':')?;
    let (seconds, millis) = time.split_once('.')?;
    let millis: i64 = millis.parse().ok().filter(|millis| (0..1_000).contains(millis))?;
    let nanos =
        seconds.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(millis)?.checked_mul(1_000_000)?;
    let time = crate::base::Reading::Utc(crate::base::Timestamp(nanos));
    let colon = line[end + 1..].iter().take(2).position(|&byte| byte == b':')?;
    Some((time, serial.parse().ok()?, first..end, end + 2 + colon))
}

/// What `ausearch` puts between events.
fn is_separator(line: &[u8]) -> bool {
    line == b"----" || line.starts_with(b"time->") || line.starts_with(b"#")
}

struct AuditdParser {
    records: Records,
}

impl Parser for AuditdParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if is_separator(record) {
            return Ok(Parsed::Nothing);
        }
        let Some(head) = LineHead::of(record) else {
            return Err(Why::NotAnEvent { expected: "type=… msg=audit(…):" });
        };
        if head.kind == b"EOE" && !record.contains(&b'\n') {
            return Ok(Parsed::Nothing);
        }
        event.time = Some(head.time);
        self.records.begin(head, record, event);
        let mut first = 0;
        for line in record.split(|&byte| byte == b'\n') {
            if let Some(LineHead { kind, body, .. }) = LineHead::of(line) {
                let kind = String::from_utf8_lossy(kind);
                self.records.add(&kind, record, first + body..first + line.len(), fields, event);
            }
            first += line.len() + 1;
        }
        self.records.finish(Auditd.name(), record, fields, event);
        Ok(Parsed::Event)
    }
}
