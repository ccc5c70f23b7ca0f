//! Messages of `KEY=value` pairs: the commands that sudo ran, and the packets that a firewall reports.

use std::ops::Range;

use super::fields::MessageFields;
use super::template::address;
use crate::base::{Event, FieldId, Kind};

/// sudo: `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls`, with the reason of a refusal before `TTY`.
///
/// Source: sudo, lib/eventlog/eventlog.c. The command comes last and may contain any text. If a key occurs twice, the
/// first counts.
pub struct Sudo {
    ids: MessageFields,
    /// The keys, in the order in which sudo writes them.
    keys: [(&'static [u8], FieldId); 9],
}

impl Sudo {
    /// A reader that adds values to the fields `ids`.
    pub fn new(ids: MessageFields) -> Sudo {
        let keys = [
            ("HOST=", ids.sudo_host),
            ("TTY=", ids.sudo_tty),
            ("CHROOT=", ids.sudo_chroot),
            ("PWD=", ids.sudo_pwd),
            ("USER=", ids.sudo_user),
            ("GROUP=", ids.sudo_group),
            ("TSID=", ids.sudo_tsid),
            ("ENV=", ids.sudo_env),
            ("COMMAND=", ids.sudo_command),
        ];
        Sudo { ids, keys: keys.map(|(key, field)| (key.as_bytes(), field)) }
    }

    /// Reads a message, and returns whether sudo ran the command; `None` if it is not such a message.
    pub fn read(&self, record: &[u8], message: Range<usize>, event: &mut Event) -> Option<bool> {
        let text = &record[message.clone()];
        let n_user = memchr::memmem::find(text, b" : ")?;
        let mut at = n_user + 3;
        let has_key = |part: &[u8]| self.keys.iter().any(|(key, _)| part.starts_with(key));
        let mut reason = 0..0;
        if !has_key(&text[at..]) {
            let n = memchr::memmem::find(&text[at..], b" ; ")?;
            reason = at..at + n;
            at += n + 3;
            if !has_key(&text[at..]) {
                return None;
            }
        }
        self.push(self.ids.user_name, record, &message, 0..n_user, event);
        self.push(self.ids.sudo_reason, record, &message, reason.clone(), event);
        let mut next = 0;
        while let Some((index, (key, field))) =
            (next..).zip(&self.keys[next..]).find(|(_, (key, _))| text[at..].starts_with(key))
        {
            let first = at + key.len();
            let end = self.end_of_value(text, first, index);
            self.push(*field, record, &message, first..end, event);
            (at, next) = ((end + 3).min(text.len()), index + 1);
        }
        Some(reason.is_empty())
    }

    /// The end of a value: before ` ; ` and one of the keys that may follow.
    fn end_of_value(&self, text: &[u8], first: usize, index: usize) -> usize {
        let later = &self.keys[index + 1..];
        if later.is_empty() {
            return text.len();
        }
        let ends = memchr::memmem::find_iter(&text[first..], b" ; ").map(|n| first + n);
        let is_end = |end: &usize| later.iter().any(|(key, _)| text[end + 3..].starts_with(key));
        ends.into_iter().find(is_end).unwrap_or(text.len())
    }

    fn push(&self, field: FieldId, _: &[u8], message: &Range<usize>, part: Range<usize>, event: &mut Event) {
        if !part.is_empty() {
            event.push_slice(field, Kind::Text, message.start + part.start, message.start + part.end);
        }
    }
}

/// The kernel's firewall: `[UFW BLOCK] IN=eth0 OUT= MAC=… SRC=… DST=… LEN=40 PROTO=TCP SPT=4000 DPT=22 …`.
///
/// Source: Linux, net/ipv4/netfilter/nf_log_ipv4.c and nf_log_syslog.c. The text before `IN=` is the prefix of the
/// rule.
pub struct Firewall {
    ids: MessageFields,
    keys: [(&'static [u8], FieldId, Kind); 7],
}

impl Firewall {
    /// A reader that adds values to the fields `ids`.
    pub fn new(ids: MessageFields) -> Firewall {
        let keys = [
            ("IN", ids.firewall_in, Kind::Text),
            ("OUT", ids.firewall_out, Kind::Text),
            ("LEN", ids.firewall_length, Kind::Number),
            ("PROTO", ids.firewall_protocol, Kind::Text),
            ("SPT", ids.source_port, Kind::Number),
            ("DPT", ids.destination_port, Kind::Number),
            ("TYPE", ids.firewall_icmp_type, Kind::Number),
        ];
        Firewall { ids, keys: keys.map(|(key, field, kind)| (key.as_bytes(), field, kind)) }
    }

    /// Reads a message, and returns whether it is a message of the firewall.
    pub fn read(&self, record: &[u8], message: Range<usize>, event: &mut Event) -> bool {
        let text = &record[message.clone()];
        let Some(at) = memchr::memmem::find(text, b"IN=") else { return false };
        let is_whole = at == 0 || matches!(text[at - 1], b' ' | b']' | b':');
        let rest = &text[at..];
        if !is_whole
            || memchr::memmem::find(rest, b" OUT=").is_none()
            || memchr::memmem::find(rest, b" SRC=").is_none()
        {
            return false;
        }
        let prefix = text[..at].trim_ascii_end();
        if !prefix.is_empty() {
            event.push_slice(
                self.ids.firewall_prefix,
                Kind::Text,
                message.start,
                message.start + prefix.len(),
            );
        }
        event.push_text(self.ids.action, Kind::Text, action_of(prefix));
        let mut first = message.start + at;
        for word in rest.split(|&byte| byte == b' ') {
            // For an ICMP error, the packet inside the packet follows in brackets.
            if word.starts_with(b"[") {
                break;
            }
            if let Some(n_key) = memchr::memchr(b'=', word) {
                self.value(&word[..n_key], &word[n_key + 1..], first + n_key + 1, event);
            }
            first += word.len() + 1;
        }
        true
    }

    fn value(&self, key: &[u8], value: &[u8], first: usize, event: &mut Event) {
        let field = match key {
            b"SRC" | b"DST" => {
                let field = if key == b"SRC" { self.ids.source_ip } else { self.ids.destination_ip };
                if let Some(part) = address(value) {
                    event.push_slice(field, Kind::Text, first + part.start, first + part.end);
                }
                return;
            }
            _ => self.keys.iter().find(|(known, ..)| *known == key),
        };
        if let Some(&(_, field, kind)) = field
            && !value.is_empty()
            && (kind != Kind::Number || value.iter().all(u8::is_ascii_digit))
        {
            event.push_slice(field, kind, first, first + value.len());
        }
    }
}

/// The action of a rule, recognised by the words that people put into its prefix.
fn action_of(prefix: &[u8]) -> &'static str {
    let has = |words: &[&[u8]]| {
        words.iter().any(|word| prefix.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
    };
    if prefix.len() > 128 {
        "firewall_logged"
    } else if has(&[b"block", b"drop", b"den", b"reject", b"refuse"]) {
        "firewall_blocked"
    } else if has(&[b"allow", b"accept", b"pass"]) {
        "firewall_allowed"
    } else {
        "firewall_logged"
    }
}
