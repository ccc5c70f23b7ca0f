//! The records of one event to its leaves. Other formats that carry audit records use it, too.

use std::net::IpAddr;
use std::ops::Range;

use super::LineHead;
use super::decode::{SocketAddress, is_escaped, kind_name, socket_address, unhex};
use super::syscalls::{arch_name, syscall_name};
use crate::base::event::Leaf;
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind};
use crate::format::read::keyed::{field, is_number, text_of};

/// What "unset" is as a number: -1 of 32 bits.
const UNSET: &[u8] = b"4294967295";

/// Arguments that are fields of their own.
const OWN_ARGS: usize = 10;

/// Reads the records of one event after the other.
pub struct Records {
    ids: AuditFields,
    seen: Seen,
    /// A name that is being made.
    name: String,
}

fields! {
    /// What records say, but for keys that they name themselves.
    pub(super) struct AuditFields {
        kind: "type" "the types of the event's records";
        node: "node" "the host that wrote the record";
        sequence: "event.sequence" "the serial number of the event";
        "pid" "the process that did it";
        "ppid" "the parent of that process";
        "comm" "the name of the process, at most 15 bytes";
        "exe" "the program that the process runs";
        "cwd" "the directory that the process was in";
        "proctitle" "the command line of the process, at most 128 bytes";
        "auid" "the number of the user who logged in; 4294967295 if nobody did";
        "uid" "the number of the user that the process runs as";
        "euid" "the effective user, whose rights the process has";
        "ses" "the number of the session; 4294967295 if there is none";
        "acct" "the account that it is about";
        "addr" "where the user came from";
        "hostname" "where the user came from, by name";
        "terminal" "the terminal of the user";
        "res" "whether it worked: success or failed, 1 or 0";
        "success" "whether the system call worked: yes or no";
        "exit" "what the system call returned; below zero an error's number";
        "arch" "the architecture of the system call, by number";
        arch_name: "ARCH" "the architecture of the system call, by name";
        "syscall" "the number of the system call";
        syscall_name: "SYSCALL" "the name of the system call";
        "SYSCALL.*" "the first arguments of the system call, as numbers";
        "key" "the names of the rules that the event matched";
        op: "op" "what was done";
        "cmd" "the command that was run through sudo";
        "EXECVE.*" "the first arguments of the program that was run";
        args: "process.args" "all arguments of the program that was run";
        command_line: "process.command_line" "those arguments with spaces between them";
        "PATH.*" "the files that the system call was about";
        "SOCKADDR.*" "the socket address that the system call was about";
        avc_result: "AVC.result" "what SELinux decided: denied or granted";
        avc_permission: "AVC.permission" "the permissions that were asked for";
        "subj" "the SELinux context of the process";
        dataset: "event.dataset";
        id: "event.id";
        action: "event.action";
        outcome: "event.outcome";
        user_name: "user.name";
        user_id: "user.id";
        source_ip: "source.ip";
        source_port: "source.port";
        destination_ip: "destination.ip";
        destination_port: "destination.port";
        auid_name: "AUID";
    }
}

/// What was seen of the event so far.
#[derive(Default)]
struct Seen {
    /// The type that says what happened.
    main: String,
    acct: Option<Leaf>,
    auid: Option<Leaf>,
    uid: Option<Leaf>,
    auid_name: Option<Leaf>,
    uid_name: Option<Leaf>,
    address: Option<Leaf>,
    port: Option<Leaf>,
    is_success: Option<bool>,
    is_allowed: Option<bool>,
    arch: Option<&'static str>,
    syscall: Option<u32>,
    syscall_leaf: Option<Leaf>,
    has_arch_name: bool,
    socket: Option<SocketAddress>,
    /// Arguments, one after the other, and where each ends.
    args: Vec<u8>,
    arg_ends: Vec<usize>,
}

/// Types of records that say more of another one.
fn is_beside(kind: &str) -> bool {
    const KINDS: &[&str] = &[
        "SYSCALL",
        "PATH",
        "CWD",
        "EXECVE",
        "SOCKADDR",
        "PROCTITLE",
        "EOE",
        "IPC",
        "IPC_SET_PERM",
        "SOCKETCALL",
        "MQ_OPEN",
        "MQ_SENDRECV",
        "MQ_NOTIFY",
        "MQ_GETSETATTR",
        "FD_PAIR",
        "OBJ_PID",
        "BPRM_FCAPS",
        "CAPSET",
        "MMAP",
        "AVC_PATH",
        "OPENAT2",
        "FS_INODE",
        "BPF",
    ];
    KINDS.contains(&kind)
}

/// Types of records whose keys are those of other records of the same event.
fn is_prefixed(kind: &str) -> bool {
    const KINDS: &[&str] = &[
        "PATH",
        "SOCKADDR",
        "EXECVE",
        "IPC",
        "IPC_SET_PERM",
        "SOCKETCALL",
        "MQ_OPEN",
        "MQ_SENDRECV",
        "MQ_NOTIFY",
        "MQ_GETSETATTR",
        "BPRM_FCAPS",
        "CAPSET",
        "MMAP",
        "OPENAT2",
    ];
    KINDS.contains(&kind)
}

impl Records {
    /// Interns the fields that all events have.
    pub fn new(fields: &mut Fields) -> Records {
        Records { ids: AuditFields::new(fields), seen: Seen::default(), name: String::new() }
    }

    pub(super) fn begin(&mut self, head: LineHead<'_>, record: &[u8], event: &mut Event) {
        self.seen = Seen::default();
        let LineHead { node, id, .. } = head;
        // OK because a node stands behind `node=`, at the start.
        if let Some(node) = node {
            event.push_slice(self.ids.node, Kind::Text, 5, 5 + node.len());
        }
        let serial = record[id.clone()].iter().position(|&byte| byte == b':').unwrap_or(0);
        event.push_slice(self.ids.id, Kind::Text, id.start, id.end);
        event.push_slice(self.ids.sequence, Kind::Number, id.start + serial + 1, id.end);
    }

    /// Reads an audit record inside another log, where it stands alone at `message` of `record`: `audit: type=1400
    /// audit(…): …` of the kernel, or `USER_AUTH pid=…` of a program. Sets no time and no dataset. Whether it is one.
    pub fn message(
        &mut self,
        record: &[u8],
        message: Range<usize>,
        fields: &mut Fields,
        event: &mut Event,
    ) -> bool {
        let Some(text) = record.get(message.clone()) else { return false };
        let text = text.strip_prefix(b"audit: ").unwrap_or(text);
        let first = message.end - text.len();
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        let (mut kind, word) = (String::new(), &text[..end]);
        match word.strip_prefix(b"type=") {
            Some(number) if number.iter().all(u8::is_ascii_digit) => {
                kind_name(crate::base::time::number(number).unwrap_or(0), &mut kind);
            }
            named => kind.push_str(&String::from_utf8_lossy(named.unwrap_or(word))),
        }
        let is_kind = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_[]".contains(&byte);
        if kind.len() < 3 || !kind.bytes().all(is_kind) {
            return false;
        }
        let at = (first + end + 1).min(message.end);
        let stamp = super::stamp(&record[..message.end], at);
        if stamp.is_none() && memchr::memchr(b'=', &record[at..message.end]).is_none() {
            return false;
        }
        self.seen = Seen::default();
        let body = stamp.map_or(at, |(_, _, _, body)| body);
        self.add(&kind, record, body..message.end, fields, event);
        self.common(record, fields, event);
        true
    }

    /// Adds a record of type `kind`, whose keys stand at `body` of `text`.
    pub(super) fn add(
        &mut self,
        kind: &str,
        text: &[u8],
        body: Range<usize>,
        fields: &mut Fields,
        event: &mut Event,
    ) {
        let mut named = String::new();
        let number = kind.strip_prefix("UNKNOWN[").and_then(|rest| rest.strip_suffix(']'));
        let kind = match number.and_then(|number| number.parse().ok()) {
            Some(number) => {
                kind_name(number, &mut named);
                &named
            }
            None => kind,
        };
        if kind == "EOE" {
            return;
        }
        let is_known = event
            .leaves()
            .iter()
            .take(16)
            .any(|leaf| leaf.field == self.ids.kind && event.bytes(text, leaf) == kind.as_bytes());
        if !is_known {
            event.push_text(self.ids.kind, Kind::Text, kind);
        }
        let rank = |kind: &str| (!is_beside(kind)) as u8 * 2 + (kind == "SYSCALL") as u8;
        if self.seen.main.is_empty() || rank(kind) > rank(&self.seen.main) && rank(&self.seen.main) < 2 {
            self.seen.main = kind.to_owned();
        }
        self.keys(kind, text, body, false, fields, event);
    }

    /// Reads `key=value` words, and those between the quotes of `msg='…'`, which nests no deeper.
    fn keys(
        &mut self,
        kind: &str,
        text: &[u8],
        body: Range<usize>,
        is_nested: bool,
        fields: &mut Fields,
        event: &mut Event,
    ) {
        let first = self.verdict(text, body.clone(), event).unwrap_or(body.start);
        let mut words = Words { text, at: first, end: body.end };
        let mut preamble: Option<Range<usize>> = None;
        let mut is_first = true;
        let mut before: &[u8] = b"";
        while let Some(word) = words.next() {
            match word {
                Word::Plain(range) => {
                    before = &text[range.clone()];
                    if is_first && before != b"user" && before != b"for" {
                        let start = preamble.map_or(range.start, |range| range.start);
                        preamble = Some(start..range.end);
                    }
                }
                Word::Pair { key, value, is_quoted } => {
                    if let Some(range) = preamble.take() {
                        self.preamble(text, range, event);
                    }
                    is_first = false;
                    let is_message = &text[key.clone()] == b"msg" && text[value.clone()].starts_with(b"'");
                    if is_message && !is_nested {
                        let is_closed = value.len() > 1 && text[..value.end].ends_with(b"'");
                        let inner = value.start + 1..value.end - is_closed as usize;
                        self.keys(kind, text, inner, true, fields, event);
                    } else {
                        self.pair(kind, text, Pair { before, key, value, is_quoted }, fields, event);
                    }
                    before = b"";
                }
            }
        }
        if let Some(range) = preamble {
            self.preamble(text, range, event);
        }
    }

    /// Words before the first key: what older programs say of what was done.
    fn preamble(&mut self, text: &[u8], range: Range<usize>, event: &mut Event) {
        let words = &text[range.clone()];
        let n_end = words.iter().rev().take_while(|byte| b": ,".contains(*byte)).count();
        if n_end < words.len() {
            event.push_slice(self.ids.op, Kind::Text, range.start, range.end - n_end);
        }
    }

    /// `avc:  denied  { read write } for`, and where it ends.
    fn verdict(&mut self, text: &[u8], body: Range<usize>, event: &mut Event) -> Option<usize> {
        let rest = &text[body.clone()];
        let n_space = rest.iter().take_while(|&&byte| byte == b' ').count();
        rest[n_space..].strip_prefix(b"avc:")?;
        let mut words = Words { text, at: body.start + n_space + 4, end: body.end };
        let result = words.plain()?;
        if !matches!(&text[result.clone()], b"denied" | b"granted") {
            return Some(body.start + n_space + 4);
        }
        self.seen.is_allowed = Some(&text[result.clone()] == b"granted");
        event.push_slice(self.ids.avc_result, Kind::Text, result.start, result.end);
        let mut end = words.at;
        if words.plain().is_some_and(|word| &text[word] == b"{") {
            while let Some(word) = words.plain() {
                end = words.at;
                if &text[word.clone()] == b"}" {
                    break;
                }
                event.push_slice(self.ids.avc_permission, Kind::Text, word.start, word.end);
            }
        }
        Some(end)
    }

    fn pair(&mut self, kind: &str, text: &[u8], pair: Pair<'_>, fields: &mut Fields, event: &mut Event) {
        let (key, value) = (&text[pair.key.clone()], &text[pair.value.clone()]);
        let is_placeholder = matches!(value, b"?" | b"(none)" | b"(null)" | b"{" | b"(unset)");
        if value.is_empty() || !pair.is_quoted && is_placeholder {
            return;
        }
        match (kind, key) {
            ("EXECVE", [b'a', b'0'..=b'9', ..]) => return self.argument(key, value, pair.is_quoted),
            ("SOCKADDR", b"saddr") => {
                if let Some(socket) = unhex(value).and_then(|bytes| socket_address(&bytes)) {
                    self.seen.socket = Some(socket);
                }
            }
            // The same in words, as an enriched log has it.
            ("SOCKADDR", b"saddr_fam" | b"laddr" | b"lport" | b"path") if self.seen.socket.is_some() => {
                return;
            }
            _ => {}
        }
        let id = self.field(kind, pair.before, key, fields);
        let is_hex = !pair.is_quoted
            && is_escaped(key)
            && value.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
        match unhex(value).filter(|_| is_hex) {
            Some(bytes) if key == b"key" => {
                bytes.split(|&byte| byte == 1).for_each(|key| event.push_text(id, Kind::Text, &text_of(key)));
            }
            Some(mut bytes) => {
                let n_end = bytes.iter().rev().take_while(|&&byte| byte == 0).count();
                bytes.truncate(bytes.len() - n_end);
                // Between the arguments of a command line stand NUL bytes.
                bytes.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b' ');
                event.push_text(id, Kind::Text, &text_of(&bytes));
            }
            None => {
                let is_same = |leaf: &Leaf| leaf.field == id && event.bytes(text, leaf) == value;
                if !is_prefixed(kind) && event.leaves().iter().take(64).any(is_same) {
                    return;
                }
                let kind = if !pair.is_quoted && is_number(value) { Kind::Number } else { Kind::Text };
                event.push_slice(id, kind, pair.value.start, pair.value.end);
            }
        }
        if let Some(&leaf) = event.leaves().last() {
            self.see(kind, key, value, leaf);
        }
    }

    /// The field of a key.
    fn field(&mut self, kind: &str, before: &[u8], key: &[u8], fields: &mut Fields) -> FieldId {
        let name = &mut self.name;
        name.clear();
        let is_argument = matches!(key, [b'a', b'0'..=b'3']);
        if is_prefixed(kind) || kind == "SYSCALL" && is_argument {
            name.push_str(kind);
            name.push('.');
        } else if before == b"old" {
            // As RHEL 5 and 6 write `old-auid`.
            name.push_str("old-");
        }
        name.push_str(&String::from_utf8_lossy(key));
        field(name, fields)
    }

    /// Keeps what the common fields are made of.
    fn see(&mut self, kind: &str, key: &[u8], value: &[u8], leaf: Leaf) {
        let seen = &mut self.seen;
        match key {
            b"acct" => seen.acct = Some(leaf),
            b"auid" if kind != "OBJ_PID" => seen.auid = (value != UNSET && value != b"-1").then_some(leaf),
            b"uid" => seen.uid = seen.uid.or(Some(leaf)),
            b"AUID" => seen.auid_name = (value != b"unset").then_some(leaf),
            b"UID" => seen.uid_name = seen.uid_name.or(Some(leaf)),
            b"addr" => seen.address = Some(leaf),
            b"rport" => seen.port = Some(leaf),
            b"success" | b"res" => {
                seen.is_success = match value {
                    b"yes" | b"success" | b"1" => Some(true),
                    b"no" | b"failed" | b"0" => Some(false),
                    _ => seen.is_success,
                };
            }
            b"apparmor" => {
                seen.is_allowed = match value {
                    b"DENIED" => Some(false),
                    b"ALLOWED" => Some(true),
                    _ => None,
                };
            }
            b"arch" => seen.arch = std::str::from_utf8(value).ok().and_then(arch_name),
            b"ARCH" => seen.has_arch_name = true,
            b"syscall" => seen.syscall = crate::base::time::number(value),
            b"SYSCALL" => seen.syscall_leaf = Some(leaf),
            _ => {}
        }
    }

    /// `a0="ls"`, `a0=6C73`, `a1_len=9000`, `a1[0]=6C…`: a part of an argument, in the order of the records.
    fn argument(&mut self, key: &[u8], value: &[u8], is_quoted: bool) {
        if key.ends_with(b"_len") {
            return;
        }
        let is_continued = key.ends_with(b"]") && !key.ends_with(b"[0]");
        let seen = &mut self.seen;
        if !is_continued || seen.arg_ends.is_empty() {
            seen.arg_ends.push(seen.args.len());
        }
        match unhex(value).filter(|_| !is_quoted) {
            Some(bytes) => seen.args.extend(bytes),
            None => seen.args.extend_from_slice(value),
        }
        if let Some(end) = seen.arg_ends.last_mut() {
            *end = seen.args.len();
        }
    }

    pub(super) fn finish(&mut self, dataset: &str, text: &[u8], fields: &mut Fields, event: &mut Event) {
        self.common(text, fields, event);
        event.push_text(self.ids.dataset, Kind::Text, dataset);
    }

    /// Adds what was decoded, and the common fields.
    fn common(&mut self, text: &[u8], fields: &mut Fields, event: &mut Event) {
        let call = self.call(text, event);
        self.arguments(fields, event);
        let Records { ids, seen, .. } = self;
        match &*seen.main {
            "SYSCALL" | "EXECVE" if seen.main == "EXECVE" || matches!(&*call, "execve" | "execveat") => {
                event.push_text(ids.action, Kind::Text, "executed");
            }
            "SYSCALL" if !call.is_empty() => event.push_text(ids.action, Kind::Text, &call),
            kind => event.push_text(ids.action, Kind::Text, &kind.to_ascii_lowercase().replace('_', "-")),
        }
        if let Some(is_success) = seen.is_success.or(seen.is_allowed) {
            event.push_text(ids.outcome, Kind::Text, if is_success { "success" } else { "failure" });
        }
        if let Some(leaf) = seen.acct.or(seen.auid_name).or(seen.uid_name) {
            event.push_copy(ids.user_name, leaf);
        }
        if let Some(leaf) = seen.auid.or(seen.uid) {
            event.push_copy(ids.user_id, leaf);
        }
        let is_address = |leaf: &Leaf| {
            std::str::from_utf8(event.bytes(text, leaf)).is_ok_and(|addr| addr.parse::<IpAddr>().is_ok())
        };
        if let Some(leaf) = seen.address.filter(is_address) {
            event.push_copy(ids.source_ip, leaf);
        }
        if let Some(leaf) = seen.port {
            event.push_copy(ids.source_port, leaf);
        }
        self.socket(&call, fields, event);
    }

    /// Names what the record has in numbers; the name of the system call.
    fn call(&mut self, text: &[u8], event: &mut Event) -> String {
        let Records { ids, seen, .. } = self;
        if let (false, Some(name)) = (seen.has_arch_name, seen.arch) {
            event.push_text(ids.arch_name, Kind::Text, name);
        }
        let is_auid = event.leaves().iter().take(64).any(|leaf| leaf.field == ids.auid_name);
        let is_unset = |leaf: &Leaf| event.bytes(text, leaf) == UNSET;
        let auids = event.leaves().iter().take(64);
        if !is_auid && seen.auid.is_none() && auids.clone().any(is_unset) && seen.uid.is_some() {
            event.push_text(ids.auid_name, Kind::Text, "unset");
        }
        if let Some(leaf) = &seen.syscall_leaf {
            return String::from_utf8_lossy(event.bytes(text, leaf)).into_owned();
        }
        let name = seen.arch.zip(seen.syscall).and_then(|(arch, number)| syscall_name(arch, number));
        if let Some(name) = name {
            event.push_text(ids.syscall_name, Kind::Text, name);
        }
        name.unwrap_or("").to_owned()
    }

    fn arguments(&mut self, fields: &mut Fields, event: &mut Event) {
        let Seen { args, arg_ends, .. } = &self.seen;
        if arg_ends.is_empty() {
            return;
        }
        let mut line = String::with_capacity(args.len() + arg_ends.len());
        let mut first = 0;
        for (number, &end) in arg_ends.iter().enumerate() {
            let arg = text_of(&args[first..end]);
            first = end;
            event.push_text(self.ids.args, Kind::Text, &arg);
            if number < OWN_ARGS {
                let id = field(&format!("EXECVE.a{number}"), fields);
                event.push_text(id, Kind::Text, &arg);
            }
            line.push_str(if number > 0 { " " } else { "" });
            line.push_str(&arg);
        }
        event.push_text(self.ids.command_line, Kind::Text, &line);
    }

    fn socket(&mut self, call: &str, fields: &mut Fields, event: &mut Event) {
        let Some(socket) = self.seen.socket.take() else { return };
        let mut push = |event: &mut Event, name: &str, kind: Kind, value: &str| {
            event.push_text(field(name, fields), kind, value);
        };
        push(event, "SOCKADDR.family", Kind::Text, &socket.family);
        if let Some(path) = &socket.path {
            push(event, "SOCKADDR.path", Kind::Text, &text_of(path));
        }
        let (Some(address), Some(port)) = (&socket.address, socket.port.map(|port| port.to_string())) else {
            return;
        };
        push(event, "SOCKADDR.address", Kind::Text, address);
        push(event, "SOCKADDR.port", Kind::Number, &port);
        let ids = &self.ids;
        let (ip, number) = match call {
            "connect" | "sendto" | "sendmsg" | "sendmmsg" => (ids.destination_ip, ids.destination_port),
            "accept" | "accept4" | "recvfrom" | "recvmsg" | "recvmmsg" => (ids.source_ip, ids.source_port),
            _ => return,
        };
        event.push_text(ip, Kind::Text, address);
        event.push_text(number, Kind::Number, &port);
    }
}

struct Pair<'a> {
    /// The word before the key.
    before: &'a [u8],
    key: Range<usize>,
    value: Range<usize>,
    is_quoted: bool,
}

/// The words of a body.
struct Words<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
}

enum Word {
    Plain(Range<usize>),
    Pair { key: Range<usize>, value: Range<usize>, is_quoted: bool },
}

/// What separates words: an enriched record has 0x1D before its names.
fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x1d)
}

impl Words<'_> {
    fn skip(&mut self) {
        while self.at < self.end && (is_gap(self.text[self.at]) || self.text[self.at] == b',') {
            self.at += 1;
        }
    }

    /// Where the word ends that begins at `at`.
    fn word_end(&self, at: usize) -> usize {
        self.text[at..self.end].iter().position(|&byte| is_gap(byte)).map_or(self.end, |n| at + n)
    }

    fn plain(&mut self) -> Option<Range<usize>> {
        self.skip();
        let first = self.at;
        self.at = self.word_end(first);
        (first < self.at).then_some(first..self.at)
    }

    fn next(&mut self) -> Option<Word> {
        self.skip();
        if self.at >= self.end {
            return None;
        }
        let text = self.text;
        let first = self.at + (text[self.at] == b'(') as usize;
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-[].".contains(byte);
        let n = text[first..self.end].iter().take_while(|byte| is_key(byte)).count();
        if n == 0 || text.get(first + n).filter(|_| first + n < self.end) != Some(&b'=') {
            return self.plain().map(Word::Plain);
        }
        let key = first..first + n;
        let at = first + n + 1;
        let is_message = &text[key.clone()] == b"msg";
        match text[at..self.end].first() {
            Some(b'"') => {
                let end = memchr::memchr(b'"', &text[at + 1..self.end]).map_or(self.end, |n| at + 1 + n);
                self.at = (end + 1).min(self.end);
                Some(Word::Pair { key, value: at + 1..end, is_quoted: true })
            }
            Some(b'\'') if is_message => {
                let until = memchr::memchr(0x1d, &text[at..self.end]).map_or(self.end, |n| at + n);
                let close = memchr::memrchr(b'\'', &text[at + 1..until]).map_or(until, |n| at + 2 + n);
                self.at = close;
                Some(Word::Pair { key, value: at..close, is_quoted: false })
            }
            _ => {
                self.at = self.word_end(at);
                if &text[key.clone()] == b"op" {
                    self.more_words();
                }
                let mut value = at..self.at;
                while value.end > value.start && is_stop(&text[value.clone()]) {
                    value.end -= 1;
                }
                Some(Word::Pair { key, value, is_quoted: false })
            }
        }
    }

    /// Goes on to the last word before the next key: `op=adding group to /etc/group id=1004`.
    fn more_words(&mut self) {
        loop {
            let n_gap = self.text[self.at..self.end].iter().take_while(|&&byte| byte == b' ').count();
            let first = self.at + n_gap;
            let end = self.word_end(first);
            let word = &self.text[first..end];
            if n_gap == 0 || first >= end || word.contains(&b'=') || word[0] == b'"' {
                return;
            }
            self.at = end;
        }
    }
}

/// Whether a value ends with what does not belong to it.
fn is_stop(value: &[u8]) -> bool {
    match value.last() {
        Some(b',') => true,
        Some(b')') => !value.contains(&b'('),
        _ => false,
    }
}
