//! Syslog as text, however a daemon wrote it: `/var/log/messages`, `secure`, `auth.log`, `syslog`, `cron`, `maillog`.
//!
//! Spec: RFC 3164 and RFC 5424; RFC 6587 for counts before records; and what rsyslog, syslog-ng, sysklogd, busybox,
//! FreeBSD, macOS, ChromeOS, ESXi and Cisco make of them, line by line: one file may hold all of it.
//! Shape: a line a record, `Mmm dd hh:mm:ss host program[pid]: message`, in which all but the stamp may be missing; or
//! `<PRI>1 STAMP HOST APP PROCID MSGID [DATA] MSG`. A line with neither stamp nor priority belongs to the one before.
//! Time: in the zone of the machine, and without a year, where the stamp does not say them.
//! Fields: what well-known programs write into the message, see `programs`.
//! Differs from the specs: tags are as long as they are; a word without a colon is a tag, too, as for rsyslog; of
//! `message repeated 3 times: [message]` the message inside is read, and the record is one event, with `repeat.count`.

pub(super) mod header;
pub mod stream;
mod structured;

use std::collections::BTreeMap;

use crate::base::event::{FieldSpec, Framing, Lines, hash};
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why, limits, time};
use crate::format::{Confidence, DeferredParser, Format, Head, Parsed, Parser, Reader};
use crate::messages::{MessageFields, Programs};
use header::{FACILITIES, Header, Part, SEVERITIES};

/// Syslog as text, one message a line, in every common layout of the header.
pub struct Syslog;

/// Bytes of a usual stamp, `Mar 22 14:11:53`.
const STAMP_BYTES: usize = 15;

impl Format for Syslog {
    fn name(&self) -> &'static str {
        "system.syslog"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        MessageFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"Mar 22 14:11:53 web1 sshd[2741]: Accepted password for root from 203.0.113.77 port 50022 ssh2\n\
              Mar 22 14:11:53 web1 sshd[2741]: pam_unix(sshd:session): session opened for user root by (uid=0)\n\
              Mar 22 14:12:05 web1 sudo: alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls\n\
              Mar 22 14:13:01 web1 CROND[2801]: (root) CMD (run-parts /etc/cron.hourly)\n\
              Mar 22 14:13:02 web1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=198.51.100.9 DST=192.0.2.5 LEN=40 PROTO=TCP SPT=4000 DPT=22\n",
            b"<34>1 2022-03-22T15:48:02.003Z web1.example.com su 12 ID47 [origin@32473 ip=\"192.0.2.5\"] 'su root' failed for alice on /dev/pts/8\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(header::begins))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if head.bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_none_or(|byte| b"{[".contains(byte))
        {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let begun =
            || lines.iter().filter_map(|line| header::read(line.as_bytes()).map(|header| (line, header)));
        let n_begun = begun().count();
        let n_like = begun().filter(|(line, header)| is_like(line.as_bytes(), header)).count();
        // Records of many lines and words before the first one leave few that begin any.
        if n_like * 2 < n_begun || n_like * 8 < lines.len() || n_like == 0 {
            return Confidence::NONE;
        }
        let (sure, of_all) = (90 * n_like / n_begun, 45 + 50 * n_like / lines.len());
        Confidence(sure.min(of_all) as u8)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(SyslogParser::new(fields)))
    }
}

/// Whether a header is one that only syslog has: formats of their own begin with a stamp, too.
fn is_like(line: &[u8], header: &Header) -> bool {
    if line.starts_with(b"<") {
        return header.time.is_some() || !header.program.is_empty();
    }
    let has_pid = !header.pid.is_empty();
    let is_named = !header.host.is_empty() || has_pid || header.severity.is_some();
    let is_usual = time::month(&line[..line.len().min(3)]).is_some();
    if is_usual {
        return is_named && (!header.code.is_empty() || !header.program.is_empty());
    }
    let is_ended =
        line.get(header.program.end) == Some(&b':') && line.get(header.program.end + 1) == Some(&b' ');
    // A date in digits says little: there must be a host and a zone, as rsyslog writes it, or a number of a process.
    let host = &line[header.host.first..header.host.end];
    let is_host = !host.is_empty() && !host.iter().all(u8::is_ascii_uppercase);
    let is_precise = is_host && matches!(header.time, Some(Reading::Utc(_)));
    is_named
        && !header.program.is_empty()
        && line.get(10) == Some(&b'T')
        && (has_pid || is_precise && is_ended)
        || !header.data.is_empty()
        || !header.code.is_empty() && line[header.code.first - 1] == b'%'
}

struct SyslogParser {
    reader: LineReader,
    data: DataFields,
}

impl SyslogParser {
    fn new(fields: &mut Fields) -> SyslogParser {
        SyslogParser { reader: LineReader::new(fields), data: DataFields::default() }
    }
}

impl Parser for SyslogParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let header = self.reader.header(record);
        event.time = header.time;
        if !header.data.is_empty() {
            self.data.push(record, header.data, fields, event);
        }
        self.reader.read(record, &header, event);
        Ok(Parsed::Event)
    }

    fn deferred(&self, fields: &mut Fields) -> Option<Box<dyn DeferredParser>> {
        Some(Box::new(LineReader::new(fields)))
    }

    fn quick_time(&mut self, record: &[u8]) -> Option<(Reading, usize)> {
        let time = self.reader.usual_time(record)?;
        has_usual_tag(&record[STAMP_BYTES + 1..]).then_some((time, STAMP_BYTES))
    }
}

/// Whether text begins with `host program…: ` or `program…: `: then it has no structured data.
fn has_usual_tag(text: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b':', text) else { return false };
    let n_spaces = text[..end].iter().filter(|byte| **byte == b' ').count();
    text.get(end + 1) == Some(&b' ') && n_spaces <= 1
}

/// Reads lines, all but their structured data: at once, or later.
struct LineReader {
    programs: Programs,
    ids: MessageFields,
    /// The fields that a usual line may have values of.
    fields: Vec<FieldId>,
    /// The stamp of the last usual line, and its time: most lines come within the same second as another.
    last: ([u8; STAMP_BYTES], Option<Reading>),
}

impl LineReader {
    fn new(fields: &mut Fields) -> LineReader {
        let ids = MessageFields::new(fields);
        let MessageFields { host, program, pid, message, facility, severity, code, dataset, .. } = ids;
        let of_lines = [host, program, pid, message, facility, severity, code, dataset];
        let of_messages = MessageFields::SPECS.iter().map(|spec| fields.intern(spec.name));
        LineReader {
            fields: of_messages.chain(of_lines).chain([ids.pam_module, ids.seconds, ids.count]).collect(),
            programs: Programs::new(fields),
            ids,
            last: ([0; STAMP_BYTES], None),
        }
    }

    /// The time of a line that begins as nearly all do, with a stamp that names neither year nor zone.
    #[inline]
    fn usual_time(&mut self, line: &[u8]) -> Option<Reading> {
        let is_same = line.get(STAMP_BYTES) == Some(&b' ') && line[..STAMP_BYTES] == self.last.0;
        if !is_same {
            if !header::is_usual(line) {
                return None;
            }
            let stamp: [u8; STAMP_BYTES] = std::array::from_fn(|at| line[at]);
            self.last = (stamp, time::bsd(&stamp).map(|(reading, _)| reading));
        }
        // A year or a zone may follow.
        self.last.1.filter(|_| !header::may_go_on(&line[STAMP_BYTES + 1..]))
    }

    /// The header of a line: nearly all have the same form.
    fn header(&mut self, line: &[u8]) -> Header {
        let Some(time) = self.usual_time(line) else { return header::read(line).unwrap_or_default() };
        let mut header = Header { time: Some(time), ..Header::default() };
        header.names(line, STAMP_BYTES);
        header
    }

    /// Adds what a line says, but for its time and its structured data.
    fn read(&self, record: &[u8], header: &Header, event: &mut Event) {
        for (field, kind, part) in [
            (self.ids.host, Kind::Text, header.host),
            (self.ids.program, Kind::Text, header.program),
            (self.ids.pid, number_or_text(record, header.pid), header.pid),
            (self.ids.code, Kind::Text, header.code),
            (self.ids.pam_module, Kind::Text, header.module),
        ] {
            if !part.is_empty() {
                event.push_slice(field, kind, part.first, part.end);
            }
        }
        if let Some(facility) = header.facility {
            event.push_text(self.ids.facility, Kind::Text, FACILITIES[facility as usize % 24]);
        }
        if let Some(severity) = header.severity {
            event.push_text(self.ids.severity, Kind::Text, SEVERITIES[severity as usize % 8]);
        }
        event.push_slice(self.ids.message, Kind::Text, header.message, record.len());
        let program = &record[header.program.first..header.program.end];
        self.message(program, record, header.message, event);
    }

    /// Adds what `program` says in its message, which begins at `first` of `record` and ends with it.
    fn message(&self, program: &[u8], record: &[u8], mut first: usize, event: &mut Event) {
        let mut end = record.len();
        if let Some((number, inner)) = header::repetition(&record[first..]) {
            event.push_slice(self.ids.count, Kind::Number, first + number.first, first + number.end);
            (first, end) = (first + inner.first, first + inner.end);
        }
        if program == b"kernel" {
            first = self.seconds(record, first, event).min(end);
        }
        let is_auth = self.programs.read_of(program, record, first..end, event);
        event.push_text(self.ids.dataset, Kind::Text, if is_auth { "system.auth" } else { Syslog.name() });
    }

    /// `[12345.678] message` of the kernel: adds the seconds, and says where the message begins.
    fn seconds(&self, record: &[u8], at: usize, event: &mut Event) -> usize {
        let Some((first, end, behind)) = super::dmesg::seconds(&record[at..]) else { return at };
        event.push_slice(self.ids.seconds, Kind::Number, at + first, at + end);
        at + behind
    }
}

impl DeferredParser for LineReader {
    fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    fn read(&mut self, rest: &[u8], event: &mut Event) {
        let mut header = Header::default();
        header.names(rest, 0);
        LineReader::read(self, rest, &header, event);
    }
}

fn number_or_text(record: &[u8], part: Part) -> Kind {
    let is_number = record[part.first..part.end].iter().all(u8::is_ascii_digit);
    if is_number { Kind::Number } else { Kind::Text }
}

/// The fields of structured data, `sd.ID.PARAM`: names are made once.
#[derive(Default)]
struct DataFields {
    known: BTreeMap<u64, FieldId>,
    name: String,
}

impl DataFields {
    fn push(&mut self, record: &[u8], data: Part, fields: &mut Fields, event: &mut Event) {
        structured::each(&record[data.first..data.end], |id, name, first, end| {
            let field = self.field(id, name, fields);
            let value = &record[data.first + first..data.first + end];
            if memchr::memchr(b'\\', value).is_none() {
                event.push_slice(field, Kind::Text, data.first + first, data.first + end);
            } else {
                event.push_text(field, Kind::Text, &unescaped(value));
            }
        });
    }

    fn field(&mut self, id: &[u8], name: &[u8], fields: &mut Fields) -> FieldId {
        let key = hash(id).rotate_left(1) ^ hash(name);
        if let Some(&field) = self.known.get(&key) {
            return field;
        }
        if self.known.len() >= limits::DATA_FIELDS || id.len() + name.len() > limits::NAME_BYTES {
            return fields.intern("sd.…");
        }
        self.name.clear();
        for part in ["sd.", &String::from_utf8_lossy(id), ".", &String::from_utf8_lossy(name)] {
            self.name.push_str(part);
        }
        let field = fields.intern(&self.name);
        self.known.insert(key, field);
        field
    }
}

/// Without the `\` before `"`, `\` and `]`; before others it stands for itself.
fn unescaped(value: &[u8]) -> String {
    let mut plain = Vec::with_capacity(value.len());
    let mut at = 0;
    while at < value.len() {
        if value[at] == b'\\' && matches!(value.get(at + 1), Some(b'"' | b'\\' | b']')) {
            at += 1;
        }
        plain.push(value[at]);
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::event::Leaf;

    /// Field and text of each value.
    fn values(event: &Event, record: &[u8]) -> Vec<(FieldId, Kind, String)> {
        let text = |leaf: &Leaf| String::from_utf8_lossy(event.bytes(record, leaf)).into_owned();
        event.leaves().iter().map(|leaf| (leaf.field, leaf.kind, text(leaf))).collect()
    }

    /// Lines of words that mean something to who reads them, in any order.
    fn line() -> impl Strategy<Value = String> {
        const WORDS: [&str; 34] = [
            "web1",
            "[10.0.0.1]",
            "fe80::1",
            "a:b",
            "-",
            "12",
            "ID47",
            "sshd",
            "sshd[12]:",
            "sshd:",
            "su(pam_unix)[3]:",
            "kernel:",
            "[12.5]",
            "[x@1 a=\"b\"]",
            "[x@1",
            "auth.info",
            "<3>",
            "last",
            "message",
            "repeated",
            "2",
            "times:",
            "[Accepted",
            "Accepted",
            "password",
            "for",
            "root",
            "from",
            "192.0.2.1",
            "port",
            "22",
            "%ASA-4-10:",
            "1:",
            "",
        ];
        let word = prop::sample::select(&WORDS[..]);
        (prop::collection::vec(word, 0..12), any::<bool>()).prop_map(|(words, has_end)| {
            format!("Mar 22 14:11:53 {}{}", words.join(" "), if has_end { " " } else { "" })
        })
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_would_have_been_read(line in line()) {
            let (mut fields, mut at_once, mut late) = (Fields::new(), Event::default(), Event::default());
            let mut parser = SyslogParser::new(&mut fields);
            let mut deferred = parser.deferred(&mut fields).expect("lines may be deferred");
            parser.parse(line.as_bytes(), &mut fields, &mut at_once).expect("every line is an event");
            if let Some((time, n_read)) = parser.quick_time(line.as_bytes()) {
                let rest = &line.as_bytes()[n_read..];
                deferred.read(rest, &mut late);
                prop_assert_eq!(Some(time), at_once.time);
                prop_assert_eq!(values(&late, rest), values(&at_once, line.as_bytes()));
            }
        }
    }

    #[test]
    fn structured_data_is_read_at_once() {
        let mut parser = SyslogParser::new(&mut Fields::new());
        let line = |text: &str| format!("Mar 22 14:11:53 {text}").into_bytes();
        for text in [
            "app 12 ID47 [x@1 a=\"b\"] text: of it",
            "fe80::1 app 12 - [x@1 a=\"b\"] text",
            "app 12 - - text",
        ] {
            assert_eq!(parser.quick_time(&line(text)), None, "{text}");
        }
        for text in ["web1 sshd[12]: text", "sshd: text", "web1 kernel: [12.5] text"] {
            assert!(parser.quick_time(&line(text)).is_some(), "{text}");
        }
    }
}
