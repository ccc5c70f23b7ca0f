//! faillog and tallylog: how often every user was refused, and when last. Binary records of a fixed size; the number of a
//! record is that of the user.
//!
//! Spec: faillog(5) and `lib/faillog.h` of shadow; `modules/pam_tally2/tallylog.h` of Linux-PAM 1.3.
//! Shape: faillog: 32 bytes, or 24 where times have 32 bits. tallylog: 64 bytes. Both byte orders; all are tried and the
//! best is taken.
//! Time: `fail_time`, seconds since the Unix epoch: that of the last failure. What came before it is in no record.
//! Differs from the spec: the files are sparse, so users who were never refused are blank records, and none are made of
//! them. A record of limits alone is an event without time and action.
//! Rejects: a record whose count is below zero or whose time cannot be; what is cut off at the end.

use super::layout::{
    self, Fit, NO, Order, Part, choose, fit_of_time, is_padded, push_number, push_text, text_of,
};
use super::utmp::address_of;
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::inner::Desk;
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// What login and `pam_tally` keep.
pub struct Faillog;

/// What `pam_tally2` keeps.
pub struct Tallylog;

const ALIASES: &[(&str, &str)] = &[("user.id", "fail_uid")];

/// Where the parts of a record stand.
struct Layout {
    size: usize,
    order: Order,
    count: Part,
    max: Part,
    line: Part,
    seconds: Part,
    lock_time: Part,
}

const FAILLOG_64: Layout = Layout {
    size: 32,
    order: Order::Little,
    count: Part(0, 2),
    max: Part(2, 2),
    line: Part(4, 12),
    seconds: Part(16, 8),
    lock_time: Part(24, 8),
};
const FAILLOG_32: Layout = Layout { size: 24, seconds: Part(16, 4), lock_time: Part(20, 4), ..FAILLOG_64 };
const TALLYLOG: Layout = Layout {
    size: 64,
    order: Order::Little,
    count: Part(54, 2),
    max: NO,
    line: Part(0, 52),
    seconds: Part(56, 8),
    lock_time: NO,
};

static FAILLOGS: &[Layout] = &[
    FAILLOG_64,
    FAILLOG_32,
    Layout { order: Order::Big, ..FAILLOG_64 },
    Layout { order: Order::Big, ..FAILLOG_32 },
];
static TALLYLOGS: &[Layout] = &[TALLYLOG, Layout { order: Order::Big, ..TALLYLOG }];

/// What a count of faillog is at most: it has 16 bits and a sign. That of tallylog has none.
const MOST: u64 = 0x7fff;

impl layout::Layout for Layout {
    fn size(&self) -> usize {
        self.size
    }

    fn fit(&self, record: &[u8]) -> Fit {
        let number = |part| self.order.number(record, part);
        let line = &record[self.line.range()];
        let is_counted = !self.max.is_there() || number(self.count) <= MOST && number(self.max) <= MOST;
        // A year of seconds: locks are minutes.
        let is_lock = number(self.lock_time) < 31_536_000;
        let is_of_line = |byte: &u8| byte.is_ascii_alphanumeric() || b"/:._-~".contains(byte);
        let is_line = is_padded(line) && text_of(line).iter().all(is_of_line);
        if !(is_counted && is_lock && is_line) {
            return Fit::Not;
        }
        match fit_of_time(number(self.seconds), 0, 1) {
            Fit::Well if !text_of(line).is_empty() && number(self.count) > 0 => Fit::Well,
            Fit::Well => Fit::Perhaps,
            // Who was never refused may have limits.
            _ if number(self.seconds) == 0 && number(self.count) == 0 && text_of(line).is_empty() => {
                Fit::Perhaps
            }
            _ => Fit::Not,
        }
    }
}

fn sniff(layouts: &'static [Layout], head: &Head<'_>) -> Confidence {
    // Hardly any other file has such a number where the time stands, and a text before it that is padded.
    choose(layouts, head.bytes).map_or(Confidence::NONE, |_| Confidence(97))
}

fields! {
    struct FaillogFields {
        count: "fail_cnt" "failures since the last success";
        max: "fail_max" "failures after which the user is locked out; 0 for never";
        line: "fail_line" "the terminal of the last failure, or where the user came from";
        lock_time: "fail_locktime" "seconds for which the user is locked out after a failure";
        uid: "fail_uid" "the number of the user, which is that of the record";
        dataset: "event.dataset";
        action: "event.action";
        outcome: "event.outcome";
        address: "source.ip";
    }
}

impl Format for Faillog {
    fn name(&self) -> &'static str {
        "linux.faillog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FaillogFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../tests/formats/linux.faillog/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff(FAILLOGS, head)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Records::new(Faillog.name(), FAILLOGS, fields)))
    }
}

impl Format for Tallylog {
    fn name(&self) -> &'static str {
        "linux.tallylog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FaillogFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        ALIASES
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../tests/formats/linux.tallylog/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff(TALLYLOGS, head)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Records::new(Tallylog.name(), TALLYLOGS, fields)))
    }
}

struct Records {
    format: usize,
    name: &'static str,
    layouts: &'static [Layout],
    ids: FaillogFields,
}

impl Records {
    fn new(name: &'static str, layouts: &'static [Layout], fields: &mut Fields) -> Records {
        Records { format: number_of(name), name, layouts, ids: FaillogFields::new(fields) }
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
        let layout = choose(self.layouts, record).map_or(&self.layouts[0], |(layout, _)| layout);
        let expected = "count, line and time of a failure";
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
        let number = |part| layout.order.number(record, part);
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        push_number(event, self.ids.uid, uid);
        push_number(event, self.ids.count, number(layout.count));
        for (field, part) in [(self.ids.max, layout.max), (self.ids.lock_time, layout.lock_time)] {
            if part.is_there() && number(part) > 0 {
                push_number(event, field, number(part));
            }
        }
        push_text(event, self.ids.line, record, layout.line);
        let seconds = number(layout.seconds) as i64;
        if seconds == 0 {
            return;
        }
        event.time = seconds.checked_mul(1_000_000_000).map(|nanos| Reading::Utc(Timestamp(nanos)));
        event.push_text(self.ids.action, Kind::Text, "login");
        event.push_text(self.ids.outcome, Kind::Text, "failure");
        if let Some(address) = address_of(text_of(&record[layout.line.range()])) {
            event.push_text(self.ids.address, Kind::Text, &address.to_string());
        }
    }
}
