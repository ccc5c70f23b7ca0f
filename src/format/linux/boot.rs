//! What a machine prints while it boots, `/var/log/boot.log`: one service a line, with how it went.
//!
//! Spec: systemd, src/core/manager.c and show-status.c; the functions of SysV init scripts.
//! Shape: `[  OK  ] Started Command Scheduler.`, `[FAILED] Failed to start …`, `         Starting …`; or
//! `Starting crond:  [  OK  ]`. Terminal colours are gone before.
//! Time: only of the line that begins a boot, `------------ Tue Mar 22 15:48:02 UTC 2022 ------------`.

use super::syslog::header::behind_weekday;
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// The console output of a boot: one service a line, with its result.
pub struct Boot;

fields! {
    struct BootFields {
        message: "message" "what was printed, without the mark of how it went";
        status: "boot.status" "the mark: OK, FAILED, DEPEND, WARN, INFO, …";
        outcome: "event.outcome" "success of OK and PASSED, failure of FAILED and DEPEND";
        dataset: "event.dataset";
    }
}

impl Format for Boot {
    fn name(&self) -> &'static str {
        "system.boot"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        BootFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"[  OK  ] Started Command Scheduler.\n         Starting OpenSSH server daemon...\n[FAILED] Failed to start Postfix Mail Transport Agent.\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if memchr::memmem::find(head.bytes, b"OK").is_none() {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let is_like =
            |line: &&String| !line.as_bytes()[0].is_ascii_digit() && status(line.as_bytes()).is_some();
        let n = lines.iter().filter(is_like).count();
        if n * 4 < lines.len().max(1) {
            return Confidence::NONE;
        }
        Confidence((60 + n * 30 / lines.len()) as u8)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(BootParser { ids: BootFields::new(fields) }))
    }
}

/// The mark of a line and what the line says beside it, each from its first byte to behind its last.
fn status(line: &[u8]) -> Option<([usize; 2], [usize; 2])> {
    let text = line.trim_ascii_end();
    let (open, close) = if text.first() == Some(&b'[') {
        (0, text.iter().take(10).position(|&byte| byte == b']')?)
    } else {
        let close = text.len().checked_sub(1).filter(|&at| text[at] == b']')?;
        (text[..close].iter().rposition(|&byte| byte == b'[').filter(|open| close - open < 10)?, close)
    };
    let mark = &text[open + 1..close];
    let is_mark = mark.len() >= 4
        && mark.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b' ' || *byte == b'*');
    let first = open + 1 + (mark.len() - mark.trim_ascii_start().len());
    let end = first + mark.trim_ascii().len();
    let rest = if open == 0 {
        [(close + 2).min(text.len()), text.len()]
    } else {
        [0, text[..open].trim_ascii_end().len()]
    };
    (is_mark && first < end).then_some(([first, end], rest))
}

struct BootParser {
    ids: BootFields,
}

impl Parser for BootParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if let Some(inner) = record.strip_prefix(b"------------ ") {
            event.time = behind_weekday(inner).map(|(reading, _)| reading);
        }
        let white = record.len() - record.trim_ascii_start().len();
        let [first, end] = match status(record) {
            Some((mark, rest)) => {
                let name = &record[mark[0]..mark[1]];
                event.push_slice(self.ids.status, Kind::Text, mark[0], mark[1]);
                match name {
                    b"OK" | b"PASSED" => event.push_text(self.ids.outcome, Kind::Text, "success"),
                    b"FAILED" | b"DEPEND" | b"TIME" => {
                        event.push_text(self.ids.outcome, Kind::Text, "failure")
                    }
                    _ => {}
                }
                rest
            }
            None => [white, record.len()],
        };
        event.push_slice(self.ids.message, Kind::Text, first, end);
        event.push_text(self.ids.dataset, Kind::Text, Boot.name());
        Ok(Parsed::Event)
    }
}
