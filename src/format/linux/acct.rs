//! Process accounting: every program that ended, as the kernel writes it. Binary records of 64 bytes.
//!
//! Spec: acct(5), Linux `include/uapi/linux/acct.h`: versions 1 and 2 (`struct acct`) and 3 (`struct acct_v3`).
//! Shape: one record after the other; the second byte is the version, its highest bit set where numbers have the highest
//! byte first.
//! Time: `ac_btime`, when the process began, whole seconds since the Unix epoch; it ended `ac_etime` later.
//! Units: times of processors are hundredths of seconds, told as seconds; memory is KiB. Numbers of 16 bits have an
//! exponent of three bits, base 8.
//! Differs from the spec: the terminal is told by its usual name where it has one, else by its numbers.
//! Rejects: records of no version, or that began at no likely time; what is cut off at the end.

use super::layout::{self, Fit, Layout as _, Order, Part, fit_of_time, is_padded, push_number, push_text};
use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::inner::Desk;
use crate::format::{Confidence, Format, Head, Reader, Unfolded, Unfolder, number_of};

/// Process accounting: one ended program a record, binary and 64 bytes long.
pub struct Acct;

const SIZE: usize = 64;

fields! {
    struct AcctFields {
        comm: "ac_comm" "the name of the program, its first 15 characters";
        flag: "ac_flag" "FORK without exec, SU with the rights of root, CORE dumped, XSIG killed";
        tty: "ac_tty" "the terminal";
        exit: "ac_exitcode" "how it ended: status times 256 plus signal";
        uid: "ac_uid" "the user";
        gid: "ac_gid" "the group";
        pid: "ac_pid" "the process";
        ppid: "ac_ppid" "the process that started it";
        elapsed: "ac_etime" "how long it ran, in seconds";
        utime: "ac_utime" "time of a processor in the program, in seconds";
        stime: "ac_stime" "time of a processor in the kernel, in seconds";
        mem: "ac_mem" "memory on average, in KiB";
        dataset: "event.dataset";
        action: "event.action";
    }
}

impl Format for Acct {
    fn name(&self) -> &'static str {
        "linux.acct"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        AcctFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("process.name", "ac_comm"), ("process.pid", "ac_pid"), ("user.id", "ac_uid")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[include_bytes!("../../../tests/formats/linux.acct/basic.log")]
    }

    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !head.bytes.get(1).is_some_and(|version| matches!(version & 0x7f, 1..=3)) {
            return Confidence::NONE;
        }
        let share = layout::share(head.bytes, SIZE, |record| AllVersions.fit(record));
        if share > 50 { Confidence(share.min(98)) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Many(Box::new(Records { format: number_of(Acct.name()), ids: AcctFields::new(fields) }))
    }
}

/// Where the parts of a record stand.
struct Layout {
    tty: Part,
    exit: Part,
    uid: Part,
    gid: Part,
    begin: Part,
    utime: Part,
    stime: Part,
    mem: Part,
    comm: Part,
}

const OLD: Layout = Layout {
    tty: Part(6, 2),
    exit: Part(32, 4),
    uid: Part(56, 4),
    gid: Part(60, 4),
    begin: Part(8, 4),
    utime: Part(12, 2),
    stime: Part(14, 2),
    mem: Part(18, 2),
    comm: Part(36, 17),
};

const THIRD: Layout = Layout {
    tty: Part(2, 2),
    exit: Part(4, 4),
    uid: Part(8, 4),
    gid: Part(12, 4),
    begin: Part(24, 4),
    utime: Part(32, 2),
    stime: Part(34, 2),
    mem: Part(36, 2),
    comm: Part(48, 16),
};

/// Version, layout and order of a record of 64 bytes.
fn layout_of(record: &[u8]) -> Option<(u8, &'static Layout, Order)> {
    let order = if record[1] & 0x80 == 0 { Order::Little } else { Order::Big };
    match record[1] & 0x7f {
        version @ 1..=2 => Some((version, &OLD, order)),
        3 => Some((3, &THIRD, order)),
        _ => None,
    }
}

/// Records of all versions: they have one size.
struct AllVersions;

impl layout::Layout for AllVersions {
    fn size(&self) -> usize {
        SIZE
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn fit(&self, record: &[u8]) -> Fit {
        let Some((version, layout, order)) = layout_of(record) else { return Fit::Not };
        // The kernel clears a record and ends the name with a NUL; a program may name itself anything.
        let name = &record[layout.comm.range()];
        let is_name = name[0] != 0 && is_padded(name) && name.ends_with(b"\0");
        let is_of_kernel = match version {
            3 => [Part(16, 4), Part(20, 4)].iter().all(|&part| order.number(record, part) <= MAX_PID),
            // `ac_ahz`, of how many parts a second is.
            _ => (50..=1_024).contains(&order.number(record, Part(30, 2))),
        };
        match fit_of_time(order.number(record, layout.begin), 0, 1) {
            Fit::Well if is_name && is_of_kernel && record[0] & 0xc0 == 0 => Fit::Well,
            Fit::Well => Fit::Perhaps,
            _ => Fit::Not,
        }
    }
}

/// Numbers of processes end here.
const MAX_PID: u64 = 1 << 22;

struct Records {
    format: usize,
    ids: AcctFields,
}

impl Unfolder for Records {
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why> {
        let expected = "a record of a process";
        layout::unfold(
            &AllVersions,
            self.format,
            expected,
            record,
            Desk { fields, event, out },
            |_, record, event| self.read(record, event),
        );
        Ok(())
    }
}

impl Records {
    fn read(&self, record: &[u8], event: &mut Event) {
        let Some((version, layout, order)) = layout_of(record) else { return };
        let number = |part: Part| order.number(record, part);
        event.time = Some(Reading::Utc(Timestamp(number(layout.begin) as i64 * 1_000_000_000)));
        event.push_text(self.ids.dataset, Kind::Text, Acct.name());
        event.push_text(self.ids.action, Kind::Text, "exit");
        push_text(event, self.ids.comm, record, layout.comm);
        for (bit, name) in [(1, "FORK"), (2, "SU"), (8, "CORE"), (16, "XSIG")] {
            if record[0] & bit != 0 {
                event.push_text(self.ids.flag, Kind::Text, name);
            }
        }
        if let Some(terminal) = terminal(number(layout.tty)) {
            event.push_text(self.ids.tty, Kind::Text, &terminal);
        }
        push_number(event, self.ids.exit, number(layout.exit));
        push_number(event, self.ids.uid, number(layout.uid));
        push_number(event, self.ids.gid, number(layout.gid));
        if version == 3 {
            push_number(event, self.ids.pid, number(Part(16, 4)));
            push_number(event, self.ids.ppid, number(Part(20, 4)));
        }
        let elapsed = match version {
            3 => f32::from_bits(number(Part(28, 4)) as u32) as f64,
            _ => expanded(number(Part(16, 2))) as f64,
        };
        if elapsed.is_finite() {
            push_number(event, self.ids.elapsed, elapsed / 100.0);
        }
        for (field, part) in [(self.ids.utime, layout.utime), (self.ids.stime, layout.stime)] {
            push_number(event, field, expanded(number(part)) as f64 / 100.0);
        }
        push_number(event, self.ids.mem, expanded(number(layout.mem)));
    }
}

/// The value of a `comp_t`: thirteen bits, times eight to the power of the three above.
fn expanded(number: u64) -> u64 {
    (number & 0x1fff) << (3 * (number >> 13 & 7))
}

/// The name of the terminal with a device number of 16 bits; `None` for no terminal.
fn terminal(number: u64) -> Option<String> {
    let (major, minor) = (number >> 8, number & 0xff);
    match (major, minor) {
        (0, 0) => None,
        (4, 0..64) => Some(format!("tty{minor}")),
        (4, _) => Some(format!("ttyS{}", minor - 64)),
        (5, 1) => Some("console".to_owned()),
        (136..144, _) => Some(format!("pts/{}", (major - 136) * 256 + minor)),
        _ => Some(format!("{major}:{minor}")),
    }
}
