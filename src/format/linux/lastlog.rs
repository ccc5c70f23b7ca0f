//! lastlog: the last login of every user. Binary records of a fixed size; the number of a record is that of the user.
//!
//! Spec: lastlog(8) of shadow, glibc `bits/utmp.h` (`struct lastlog`); OpenBSD `include/utmp.h`, NetBSD `include/utmp.h`.
//! Shape: Linux with 32-bit times (292 bytes: x86, RISC-V) or 64-bit times (296 bytes: aarch64, s390x), OpenBSD (272) and
//! NetBSD (32), in both byte orders; all are tried and the best is taken.
//! Time: `ll_time`, seconds since the Unix epoch.
//! Differs from the spec: the file is sparse, so users who never logged in are blank records, and none are made of them.
//! Rejects: a record whose time cannot be, or which has a time and nothing else; what is cut off at the end.

use super::layout::{
    self, Fit, Order, Part, choose, fit_of_time, is_padded, push_number, push_text, text_of,
};
use super::utmp::address_of;
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::inner::Desk;
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// The last login of every user, as binary records of a fixed size.
pub struct Lastlog;

fields! {
    struct LastlogFields {
        line: "ll_line" "the terminal of the last login";
        host: "ll_host" "where the user came from";
        uid: "ll_uid" "the number of the user, which is that of the record";
        dataset: "event.dataset";
        action: "event.action";
        outcome: "event.outcome";
        address: "source.ip";
    }
}

impl Format for Lastlog {
    fn name(&self) -> &'static str {
        "linux.lastlog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        LastlogFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("user.id", "ll_uid")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../tests/formats/linux.lastlog/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        match choose(LAYOUTS, head.bytes) {
            Some((_, share)) => Confidence(share.min(96)),
            // A head of nothing may be anything, and a whole disk of it would be kept in memory.
            None => Confidence::NONE,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Records { format: number_of(Lastlog.name()), ids: LastlogFields::new(fields) }))
    }
}

/// Where the parts of a record stand.
struct Layout {
    size: usize,
    order: Order,
    seconds: Part,
    line: Part,
    host: Part,
}

const LINUX_32: Layout =
    Layout { size: 292, order: Order::Little, seconds: Part(0, 4), line: Part(4, 32), host: Part(36, 256) };
const LINUX_64: Layout =
    Layout { size: 296, seconds: Part(0, 8), line: Part(8, 32), host: Part(40, 256), ..LINUX_32 };
const OPENBSD: Layout = Layout { size: 272, line: Part(8, 8), host: Part(16, 256), ..LINUX_64 };
const NETBSD: Layout = Layout { size: 32, line: Part(8, 8), host: Part(16, 16), ..LINUX_64 };

static LAYOUTS: &[Layout] = &[
    LINUX_32,
    LINUX_64,
    Layout { order: Order::Big, ..LINUX_32 },
    Layout { order: Order::Big, ..LINUX_64 },
    OPENBSD,
    Layout { order: Order::Big, ..OPENBSD },
    NETBSD,
    Layout { order: Order::Big, ..NETBSD },
];

impl layout::Layout for Layout {
    fn size(&self) -> usize {
        self.size
    }

    fn fit(&self, record: &[u8]) -> Fit {
        let seconds = self.order.number(record, self.seconds);
        let (line, host) = (&record[self.line.range()], &record[self.host.range()]);
        // Some programs do not clear the host before they write it: what stands behind its NUL is anything.
        let is_host = text_of(host).iter().all(|&byte| byte >= 0x20 && byte != 0x7f);
        let is_of_line = |byte: &u8| byte.is_ascii_alphanumeric() || b"/:._-~".contains(byte);
        let is_line = !text_of(line).is_empty() && text_of(line).iter().all(is_of_line);
        match fit_of_time(seconds, 0, 1) {
            Fit::Well if is_line && is_host && is_padded(line) => Fit::Well,
            Fit::Well if is_line => Fit::Perhaps,
            _ => Fit::Not,
        }
    }
}

struct Records {
    format: usize,
    ids: LastlogFields,
}

impl Unfolder for Records {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let Some((layout, _)) = choose(LAYOUTS, record) else {
            return Err(Why::NotAnEvent { expected: "last logins" });
        };
        let expected = "time, line and host of a login";
        layout::unfold(
            layout,
            self.format,
            expected,
            record,
            Desk { fields, event, out },
            |at, record, event| self.read(layout, at / layout.size, record, event),
        );
        Ok(())
    }
}

impl Records {
    fn read(&self, layout: &Layout, uid: usize, record: &[u8], event: &mut Event) {
        let seconds = layout.order.number(record, layout.seconds) as i64;
        event.time = seconds.checked_mul(1_000_000_000).map(|nanos| Reading::Utc(Timestamp(nanos)));
        event.push_text(self.ids.dataset, Kind::Text, Lastlog.name());
        push_number(event, self.ids.uid, uid);
        push_text(event, self.ids.line, record, layout.line);
        push_text(event, self.ids.host, record, layout.host);
        event.push_text(self.ids.action, Kind::Text, "login");
        event.push_text(self.ids.outcome, Kind::Text, "success");
        if let Some(address) = address_of(text_of(&record[layout.host.range()])) {
            event.push_text(self.ids.address, Kind::Text, &address.to_string());
        }
    }
}
