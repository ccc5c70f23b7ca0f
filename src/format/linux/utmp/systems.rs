//! The layouts of login records, by system.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{Walked, address_v6, bytes_of, moment};
use crate::base::Timestamp;
use crate::format::linux::layout::{
    self, Fit, Layout as _, NO, Order, Part, fit_of_time, is_blank, is_padded, text_of,
};

/// Who wrote the records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum System {
    Linux,
    FreeBsd,
    NetBsd,
    /// NetBSD and OpenBSD before `utmpx`: records without a type.
    OldBsd,
}

/// What a record tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Type {
    Empty,
    RunLevel,
    Boot,
    NewTime,
    OldTime,
    Init,
    Login,
    User,
    Dead,
    Accounting,
    Signature,
    Shutdown,
}

impl Type {
    /// Its name in C.
    pub fn name(self) -> &'static str {
        match self {
            Type::Empty => "EMPTY",
            Type::RunLevel => "RUN_LVL",
            Type::Boot => "BOOT_TIME",
            Type::NewTime => "NEW_TIME",
            Type::OldTime => "OLD_TIME",
            Type::Init => "INIT_PROCESS",
            Type::Login => "LOGIN_PROCESS",
            Type::User => "USER_PROCESS",
            Type::Dead => "DEAD_PROCESS",
            Type::Accounting => "ACCOUNTING",
            Type::Signature => "SIGNATURE",
            Type::Shutdown => "SHUTDOWN_TIME",
        }
    }

    /// What happened, where that is said.
    pub fn action(self) -> Option<&'static str> {
        match self {
            Type::Empty | Type::Signature => None,
            Type::RunLevel => Some("runlevel"),
            Type::Boot => Some("boot"),
            Type::NewTime | Type::OldTime => Some("time-change"),
            Type::Init => Some("init"),
            Type::Login | Type::User => Some("login"),
            Type::Dead => Some("logout"),
            Type::Accounting => Some("accounting"),
            Type::Shutdown => Some("shutdown"),
        }
    }

    /// Of a record without a type: what its line and user say.
    ///
    /// Source: utmp(5) of OpenBSD.
    pub fn of_old(line: &[u8], user: &[u8]) -> Type {
        match (line, user) {
            (b"~", b"shutdown" | b"halt") => Type::Shutdown,
            (b"~", _) => Type::Boot,
            (b"|", _) => Type::OldTime,
            (b"{", _) => Type::NewTime,
            (_, b"") => Type::Dead,
            _ => Type::User,
        }
    }
}

/// Where the parts of a record stand.
pub struct Layout {
    /// Bytes of a record; 0 where a length stands before each.
    pub size: usize,
    pub order: Order,
    pub system: System,
    pub kind: Part,
    pub pid: Part,
    pub line: Part,
    pub id: Part,
    pub user: Part,
    pub host: Part,
    pub termination: Part,
    pub exit: Part,
    pub session: Part,
    pub seconds: Part,
    pub micros: Part,
    /// `ut_addr_v6`, or a `sockaddr_storage`.
    pub addr: Part,
    /// What is always blank.
    pub unused: Part,
}

const LINUX_32: Layout = Layout {
    size: 384,
    order: Order::Little,
    system: System::Linux,
    kind: Part(0, 2),
    pid: Part(4, 4),
    line: Part(8, 32),
    id: Part(40, 4),
    user: Part(44, 32),
    host: Part(76, 256),
    termination: Part(332, 2),
    exit: Part(334, 2),
    session: Part(336, 4),
    seconds: Part(340, 4),
    micros: Part(344, 4),
    addr: Part(348, 16),
    unused: Part(364, 20),
};

const LINUX_64: Layout = Layout {
    size: 400,
    session: Part(336, 8),
    seconds: Part(344, 8),
    micros: Part(352, 8),
    addr: Part(360, 16),
    unused: Part(376, 24),
    ..LINUX_32
};

const NETBSD_64: Layout = Layout {
    size: 520,
    system: System::NetBsd,
    user: Part(0, 32),
    id: Part(32, 4),
    line: Part(36, 32),
    host: Part(68, 256),
    session: Part(324, 2),
    kind: Part(326, 2),
    pid: Part(328, 4),
    termination: Part(332, 2),
    exit: Part(334, 2),
    addr: Part(336, 128),
    seconds: Part(464, 8),
    micros: Part(472, 4),
    unused: Part(480, 40),
    ..LINUX_32
};

/// Structures that hold 64-bit numbers are aligned to four bytes on i386.
const NETBSD_32: Layout = Layout { size: 516, unused: Part(476, 40), ..NETBSD_64 };

const OLD_BSD: Layout = Layout {
    size: 304,
    order: Order::Little,
    system: System::OldBsd,
    kind: NO,
    pid: NO,
    line: Part(0, 8),
    id: NO,
    user: Part(8, 32),
    host: Part(40, 256),
    termination: NO,
    exit: NO,
    session: NO,
    seconds: Part(296, 8),
    micros: NO,
    addr: NO,
    unused: NO,
};

const OLD_NETBSD: Layout =
    Layout { size: 40, user: Part(8, 8), host: Part(16, 16), seconds: Part(32, 8), ..OLD_BSD };

/// `struct futx`, whose numbers are in network order and whose time is in microseconds.
const FREEBSD: Layout = Layout {
    size: 197,
    order: Order::Big,
    system: System::FreeBsd,
    kind: Part(0, 1),
    seconds: NO,
    micros: Part(1, 8),
    id: Part(9, 8),
    pid: Part(17, 4),
    user: Part(21, 32),
    line: Part(53, 16),
    host: Part(69, 128),
    ..OLD_BSD
};

/// All layouts; of those that fit equally well the first is taken.
pub static LAYOUTS: &[Layout] = &[
    LINUX_32,
    LINUX_64,
    Layout { order: Order::Big, ..LINUX_32 },
    Layout { order: Order::Big, ..LINUX_64 },
    NETBSD_64,
    NETBSD_32,
    Layout { order: Order::Big, ..NETBSD_64 },
    OLD_BSD,
    Layout { order: Order::Big, ..OLD_BSD },
    OLD_NETBSD,
    Layout { order: Order::Big, ..OLD_NETBSD },
    FREEBSD,
    Layout { size: 0, ..FREEBSD },
];

/// Numbers of processes end here on Linux; on other systems before.
const MAX_PID: u64 = 1 << 22;

const MICROS: u64 = 1_000_000;

/// Bytes of the length before a record of `utx.log`.
const LENGTH_BYTES: usize = 2;

impl Layout {
    /// What a record tells, by its code; `None` where the layout has no types, or the code is of none.
    pub fn kind(&self, record: &[u8]) -> Option<Type> {
        use Type::*;
        const LINUX: &[Type] =
            &[Empty, RunLevel, Boot, NewTime, OldTime, Init, Login, User, Dead, Accounting];
        const FREEBSD: &[Type] = &[Empty, Boot, OldTime, NewTime, User, Init, Login, Dead, Shutdown];
        const NETBSD: &[Type] = &[
            Empty, RunLevel, Boot, OldTime, NewTime, Init, Login, User, Dead, Accounting, Signature, Shutdown,
        ];
        let types = match self.system {
            System::Linux => LINUX,
            System::FreeBsd => FREEBSD,
            System::NetBsd => NETBSD,
            System::OldBsd => return None,
        };
        types.get(self.order.number(record, self.kind) as usize).copied()
    }

    /// When it happened; a record that says 0 does not say.
    pub fn time(&self, record: &[u8]) -> Option<Timestamp> {
        let (seconds, micros) = self.moment(record);
        moment(seconds, micros).filter(|&Timestamp(nanos)| nanos != 0)
    }

    fn moment(&self, record: &[u8]) -> (u64, u64) {
        let (seconds, micros) =
            (self.order.number(record, self.seconds), self.order.number(record, self.micros));
        if self.seconds.is_there() { (seconds, micros) } else { (micros / MICROS, micros % MICROS) }
    }

    /// The address where the user came from.
    pub fn address(&self, record: &[u8]) -> Option<IpAddr> {
        let bytes = bytes_of(record, self.addr);
        let address = match (self.system, bytes) {
            (System::Linux, _) => return address_v6(bytes.try_into().ok()?),
            // AF_INET and AF_INET6 of a `sockaddr_storage`.
            (System::NetBsd, [_, 2, _, _, a, b, c, d, ..]) => IpAddr::V4(Ipv4Addr::new(*a, *b, *c, *d)),
            (System::NetBsd, [_, 24, ..]) => {
                let bytes: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
                Ipv6Addr::from(bytes).to_canonical()
            }
            _ => return None,
        };
        (!address.is_unspecified()).then_some(address)
    }

    /// How well all records of `bytes` fit, in percent.
    pub fn share(&self, bytes: &[u8], is_whole: bool) -> u8 {
        if self.size == 0 {
            return self.share_of_lengths(bytes, is_whole);
        }
        layout::share(bytes, self.size, |record| self.fit(record))
    }

    fn share_of_lengths(&self, bytes: &[u8], is_whole: bool) -> u8 {
        let (mut n, mut n_good) = (0, 0);
        for (at, fit) in self.walk(bytes, 0) {
            let is_cut = at.end == bytes.len() && !is_whole;
            n += !is_cut as usize;
            n_good += (fit == Fit::Well && !is_cut) as usize;
            if n == 8 && n_good == 0 {
                return 0;
            }
        }
        (n_good * 100 / n.max(1)) as u8
    }

    /// Whether what stands at `at` of a file of `n_bytes` is no whole record.
    pub fn is_cut(&self, at: &Range<usize>, n_bytes: usize) -> bool {
        if self.size == 0 { at.end == n_bytes } else { at.len() < self.size }
    }

    /// The record that stands in `bytes`, as long as the layout wants it.
    pub fn read<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.size > 0 && bytes.len() >= self.size {
            return Cow::Borrowed(&bytes[..self.size]);
        }
        // `utx.log` leaves out what is blank at the end.
        let n_before = if self.size == 0 { LENGTH_BYTES } else { 0 };
        let mut record = bytes.get(n_before..).unwrap_or_default().to_vec();
        record.resize(if self.size == 0 { FREEBSD.size } else { self.size }, 0);
        Cow::Owned(record)
    }

    /// See [`layout::walk`]; records of `utx.log` have their length before them.
    pub fn walk<'a>(&'a self, bytes: &'a [u8], first: usize) -> impl Iterator<Item = Walked> + 'a {
        layout::walk_by(bytes, first, move |bytes, at| match self.size {
            0 => self.with_length(&bytes[at..]),
            _ => layout::next(self, bytes, at),
        })
    }

    fn with_length(&self, rest: &[u8]) -> (usize, Option<Fit>) {
        let length = self.order.number(rest, Part(0, LENGTH_BYTES)) as usize;
        let is_there = (1..=FREEBSD.size).contains(&length) && rest.len() >= LENGTH_BYTES + length;
        let bytes = if is_there { &rest[..LENGTH_BYTES + length] } else { rest };
        let fit = || if is_there { self.fit(&self.read(bytes)) } else { Fit::Not };
        (bytes.len(), (!is_blank(bytes)).then(fit))
    }
}

impl layout::Layout for Layout {
    fn size(&self) -> usize {
        self.size
    }

    fn fit(&self, record: &[u8]) -> Fit {
        let (seconds, micros) = self.moment(record);
        let fit = fit_of_time(seconds, micros, MICROS);
        let number = |part| self.order.number(record, part);
        if fit == Fit::Not || number(self.pid) > MAX_PID {
            return Fit::Not;
        }
        let fit = if is_blank(bytes_of(record, self.unused)) { fit } else { Fit::Perhaps };
        match self.system {
            System::OldBsd => {
                match [self.line, self.user, self.host].iter().all(|part| is_padded(&record[part.range()])) {
                    true if !text_of(&record[self.line.range()]).is_empty() && fit == Fit::Well => fit,
                    _ => Fit::Not,
                }
            }
            System::FreeBsd => match self.kind(record) {
                None | Some(Type::Empty) => Fit::Not,
                Some(_)
                    if [self.line, self.user, self.host]
                        .iter()
                        .all(|part| is_padded(&record[part.range()])) =>
                {
                    fit
                }
                Some(_) => Fit::Not,
            },
            System::NetBsd if self.kind(record) == Some(Type::Signature) => {
                if text_of(record).starts_with(b"utmpx-") { Fit::Well } else { Fit::Not }
            }
            System::Linux if !is_blank(&record[2..4]) => Fit::Not,
            System::Linux | System::NetBsd => match self.kind(record) {
                None => Fit::Not,
                // Not in use any more: what is left of an entry.
                Some(Type::Empty) => Fit::Perhaps,
                Some(_) => fit,
            },
        }
    }

    // The type of a record is a number of its own.
    fn is_strict(&self) -> bool {
        matches!(self.system, System::Linux | System::NetBsd)
    }
}
