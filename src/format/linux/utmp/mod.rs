//! utmp, wtmp and btmp: who is logged in, who was, and who failed to. Binary records of a fixed size.
//!
//! Spec: utmp(5) of Linux (man-pages 6), glibc `bits/utmp.h` and `bits/utmpx.h`; FreeBSD `lib/libc/gen/utxdb.c`; NetBSD
//! `include/utmpx.h`, `include/utmp.h`; OpenBSD `include/utmp.h`.
//! Shape: one record after the other, as C structures of the system that wrote them; nothing in the file says which. So
//! all layouts are tried, and the one that the records fit best is taken: Linux with 32-bit times (x86, 32-bit ARM,
//! RISC-V, POWER) or 64-bit times (aarch64, s390x, musl), in both byte orders; NetBSD; OpenBSD; FreeBSD, where `utx.log`
//! has a length before each record.
//! Time: `ut_tv`, seconds and microseconds since the Unix epoch.
//! Outcome: the files have one shape, so only a record itself can tell a failed login: `ssh:notty` is the line of sshd's
//! failures, and a LOGIN_PROCESS that has another user than `LOGIN` is one of login(1). A USER_PROCESS is a success where
//! the file also tells of boots or ends of sessions, as no btmp does; else nothing is said of its outcome.
//! Differs from the spec: bytes behind the NUL that ends a text are not looked at. A blank record is none. `ut_pid` of a
//! RUN_LVL is no process but the runlevels.
//! Rejects: records with a type, process or time that cannot be; what is cut off at the end.

mod systems;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::layout::{self, Fit, Layout as _, Part, push_number, push_text};
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};
use systems::{LAYOUTS, Layout, System, Type};

/// Login records (utmp, wtmp, btmp), binary and of a fixed size.
pub struct Utmp;

fields! {
    struct UtmpFields {
        kind: "ut_type" "the kind of record: USER_PROCESS, DEAD_PROCESS, BOOT_TIME, …";
        pid: "ut_pid" "the process; the runlevels of a RUN_LVL";
        line: "ut_line" "the terminal, without `/dev/`; `~` for the system";
        id: "ut_id" "the end of the terminal's name, or init's name for it";
        user: "ut_user" "the user; `reboot`, `shutdown` or `runlevel` for the system";
        host: "ut_host" "where the user came from; the kernel's version for the system";
        termination: "ut_exit.e_termination" "the signal that ended the process";
        exit: "ut_exit.e_exit" "the exit status of the process";
        session: "ut_session" "the session";
        ut_addr: "ut_addr" "the address where the user came from";
        dataset: "event.dataset";
        action: "event.action";
        outcome: "event.outcome";
        address: "source.ip";
        user_name: "user.name";
        process: "process.pid";
    }
}

impl Format for Utmp {
    fn name(&self) -> &'static str {
        "linux.utmp"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        UtmpFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../../tests/formats/linux.utmp/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        match choose(head.bytes, head.is_whole) {
            // Binary records with a likely time and type each: little else looks like that, and what has a signature is
            // asked before.
            Some(chosen) => Confidence(chosen.share.min(97)),
            None => Confidence::NONE,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Records::new(fields)))
    }
}

/// A layout, and how well the records fit it.
struct Chosen {
    layout: &'static Layout,
    /// Where the first record begins: before it stands the rest of one that is cut off.
    first: usize,
    share: u8,
}

/// Of a file that is cut at its start, so much of the head is searched for the first whole record.
const MAX_PHASES: usize = 4 << 10;

/// The layout that `bytes` fit best, if they fit one.
fn choose(bytes: &[u8], is_whole: bool) -> Option<Chosen> {
    // Every record has NUL bytes, and so soon.
    let is_binary = memchr::memchr(0, &bytes[..bytes.len().min(512)]).is_some();
    if !is_binary || bytes.len() < 2 {
        return None;
    }
    let rank = |layout: &'static Layout| {
        let share = layout.share(bytes, is_whole);
        let is_exact = is_whole && layout.size > 0 && bytes.len().is_multiple_of(layout.size);
        (share, is_exact, layout)
    };
    let ranked = LAYOUTS.iter().map(rank);
    let (share, _, layout) =
        ranked.reduce(|best, next| if (next.0, next.1) > (best.0, best.1) { next } else { best })?;
    if share > 50 {
        return Some(Chosen { layout, first: 0, share });
    }
    let searched = &bytes[..bytes.len().min(MAX_PHASES)];
    LAYOUTS.iter().filter(|layout| layout.is_strict()).find_map(|layout| {
        let first = layout::resume(searched, 1, layout.size, |record| layout.fit(record))?;
        let share = layout.share(&bytes[first..], is_whole);
        let has_two = bytes.len() - first >= 2 * layout.size;
        (share > 90 && has_two).then_some(Chosen { layout, first, share })
    })
}

struct Records {
    format: usize,
    ids: UtmpFields,
}

impl Records {
    fn new(fields: &mut Fields) -> Records {
        Records { format: number_of(Utmp.name()), ids: UtmpFields::new(fields) }
    }
}

impl Unfolder for Records {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let Some(Chosen { layout, first, .. }) = choose(record, true) else {
            return Err(Why::NotAnEvent { expected: "records of logins" });
        };
        if first > 0 {
            out.reject(0..first, Why::CutOff);
        }
        let is_history = layout.walk(record, first).any(|(at, fit)| {
            let kind = layout.kind(&layout.read(&record[at]));
            fit != Fit::Not && matches!(kind, Some(Type::Boot | Type::RunLevel | Type::Dead | Type::Shutdown))
        });
        for (at, fit) in layout.walk(record, first) {
            let bytes = layout.read(&record[at.clone()]);
            match fit {
                Fit::Not if layout.is_cut(&at, record.len()) => out.reject(at, Why::CutOff),
                Fit::Not => out.reject(at, Why::Damaged { expected: "a record of a login" }),
                _ if layout.kind(&bytes) == Some(Type::Signature) => {}
                _ => {
                    event.clear();
                    self.read(layout, &bytes, is_history, event);
                    out.event(self.format, fields, event, &bytes, at);
                }
            }
        }
        Ok(())
    }
}

impl Records {
    /// Reads one record. `is_history` says that the file tells of more than logins.
    fn read(&self, layout: &Layout, record: &[u8], is_history: bool, event: &mut Event) {
        event.time = layout.time(record).map(Reading::Utc);
        event.push_text(self.ids.dataset, Kind::Text, Utmp.name());
        let kind = layout.kind(record);
        if layout.kind.is_there() {
            let code = layout.order.number(record, layout.kind);
            match kind {
                Some(kind) => event.push_text(self.ids.kind, Kind::Text, kind.name()),
                None => push_number(event, self.ids.kind, code),
            }
        }
        let pid = layout.order.number(record, layout.pid);
        if layout.pid.is_there() {
            push_number(event, self.ids.pid, pid);
        }
        for (field, part) in [
            (self.ids.line, layout.line),
            (self.ids.id, layout.id),
            (self.ids.user, layout.user),
            (self.ids.host, layout.host),
        ] {
            push_text(event, field, record, part);
        }
        for (field, part) in [
            (self.ids.termination, layout.termination),
            (self.ids.exit, layout.exit),
            (self.ids.session, layout.session),
        ] {
            let number = layout.order.number(record, part);
            if number != 0 {
                push_number(event, field, number);
            }
        }
        let address = layout.address(record);
        if let Some(address) = address {
            event.push_text(self.ids.ut_addr, Kind::Text, &address.to_string());
        }
        let source = address.or_else(|| address_of(layout::text_of(&record[layout.host.range()])));
        if let Some(source) = source {
            event.push_text(self.ids.address, Kind::Text, &source.to_string());
        }
        if pid != 0 && kind != Some(Type::RunLevel) {
            push_number(event, self.ids.process, pid);
        }
        self.meaning(layout, record, kind, is_history, event);
    }

    /// What a record means: action, outcome, user.
    fn meaning(
        &self,
        layout: &Layout,
        record: &[u8],
        kind: Option<Type>,
        is_history: bool,
        event: &mut Event,
    ) {
        let user = layout::text_of(&record[layout.user.range()]);
        let line = layout::text_of(&record[layout.line.range()]);
        let kind = kind.unwrap_or_else(|| Type::of_old(line, user));
        let is_failure =
            line.starts_with(b"ssh:notty") || kind == Type::Login && !user.is_empty() && user != b"LOGIN";
        let action = match kind {
            Type::RunLevel if user == b"shutdown" => Some("shutdown"),
            Type::Login if !is_failure => Some("login-prompt"),
            kind => kind.action(),
        };
        if let Some(action) = action {
            event.push_text(self.ids.action, Kind::Text, action);
        }
        let outcome = match kind {
            Type::User | Type::Login if is_failure => Some("failure"),
            Type::User if is_history || layout.system == System::FreeBsd => Some("success"),
            _ => None,
        };
        if let Some(outcome) = outcome {
            event.push_text(self.ids.outcome, Kind::Text, outcome);
        }
        if matches!(kind, Type::User | Type::Dead) || is_failure {
            push_text(event, self.ids.user_name, record, layout.user);
        }
    }
}

/// The address that `text` is, unless it is that of no host.
pub fn address_of(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_suffix(']').and_then(|text| text.strip_prefix('[')).unwrap_or(text);
    let text = text.split_once('%').map_or(text, |(address, _)| address);
    let address: IpAddr = text.parse().ok()?;
    (!address.is_unspecified()).then_some(address)
}

/// The address in the sixteen bytes of `ut_addr_v6`: of version 4 where only the first four are set.
fn address_v6(bytes: [u8; 16]) -> Option<IpAddr> {
    let [a, b, c, d, rest @ ..] = bytes;
    let address = match rest {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] => IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
        _ => Ipv6Addr::from(bytes).to_canonical(),
    };
    (!address.is_unspecified()).then_some(address)
}

/// The moment of seconds and microseconds; `None` where it does not fit.
fn moment(seconds: u64, micros: u64) -> Option<Timestamp> {
    let nanos = i64::try_from(seconds).ok()?.checked_mul(1_000_000_000)?;
    nanos.checked_add(i64::try_from(micros).ok()?.checked_mul(1_000)?).map(Timestamp)
}

/// A range of the member that is one record, or none.
type Walked = (Range<usize>, Fit);

/// Where a part of `record` stands, for layouts that have it.
fn bytes_of(record: &[u8], part: Part) -> &[u8] {
    record.get(part.range()).unwrap_or_default()
}
