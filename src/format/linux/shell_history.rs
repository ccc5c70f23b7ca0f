//! Histories of shells that say when a command was run: bash (and tcsh), zsh, fish.
//!
//! Spec: bash(1), HISTORY EXPANSION and HISTTIMEFORMAT; zshoptions(1), EXTENDED_HISTORY; fish `src/history.cpp`.
//! Shape: bash: a line `#SECONDS` (tcsh `#+SECONDS`), then the command, which may have several lines. zsh: `: SECONDS:DURATION;command`, where a
//! backslash at the end of a line goes before the next one. fish: `- cmd: command`, `  when: SECONDS`, with `\n` and `\\` for line end and backslash.
//! Time: seconds since the epoch, UTC. A bash command without a time line before it is an event without a time.
//! Differs: histories without any time are plain text.

use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// Of bash and tcsh; see the module.
pub struct Bash;
/// The history file of zsh with times.
pub struct Zsh;
/// The history file of fish.
pub struct Fish;

/// The moment of decimal seconds since the epoch, if they are of our time.
fn moment(digits: &[u8]) -> Option<Reading> {
    let text = std::str::from_utf8(digits).ok().filter(|text| (9..=10).contains(&text.len()))?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = text.parse().ok().filter(|_| is_number)?;
    Some(Reading::Utc(Timestamp(seconds * 1_000_000_000)))
}

/// `#1647964082`
fn bash_time(line: &[u8]) -> Option<Reading> {
    let rest = line.strip_prefix(b"#")?;
    moment(rest.strip_prefix(b"+").unwrap_or(rest).trim_ascii_end())
}

/// `: 1647964082:0;`: the moment, where the duration ends, and the command begins behind that.
fn zsh_time(line: &[u8]) -> Option<(Reading, std::ops::Range<usize>)> {
    let rest = line.strip_prefix(b": ")?;
    let n_space = rest.iter().take_while(|&&byte| byte == b' ').count();
    let first = 2 + n_space;
    let colon = first + memchr::memchr(b':', &line[first..])?;
    let end = colon + memchr::memchr(b';', &line[colon..])?;
    let is_number = line[colon + 1..end].iter().all(u8::is_ascii_digit);
    moment(&line[first..colon]).filter(|_| is_number).map(|reading| (reading, colon + 1..end))
}

fields! {
    struct HistoryFields {
        command: "process.command_line" "the command that was typed";
        message: "message" "the same";
        duration: "duration" "how long it ran, in seconds";
        dataset: "event.dataset";
    }
}

struct HistoryParser {
    name: &'static str,
    ids: HistoryFields,
}

impl HistoryParser {
    fn reader(name: &'static str, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(HistoryParser { name, ids: HistoryFields::new(fields) }))
    }
}

impl Format for Bash {
    fn name(&self) -> &'static str {
        "shell.bash"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        HistoryFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"#1647964082\nid\n#1647964090\nfor i in a b\ndo echo $i\ndone\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| bash_time(line).is_some()))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        let is_possible = start.starts_with(b"#") || memchr::memmem::find(start, b"\n#").is_some();
        if !is_possible {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| bash_time(line.as_bytes()).is_some()).count();
        if n > 0 && n * 5 >= lines.len() { Confidence(80) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        HistoryParser::reader(self.name(), fields)
    }
}

impl Format for Zsh {
    fn name(&self) -> &'static str {
        "shell.zsh"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        HistoryFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b": 1647964082:0;id\n: 1647964090:12;make \\\n  all\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| zsh_time(line).is_some()))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        if !start.starts_with(b": ") && memchr::memmem::find(start, b"\n: ").is_none() {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| zsh_time(line.as_bytes()).is_some()).count();
        if n > 0 && n * 5 >= lines.len() { Confidence(80) } else { Confidence::NONE }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        HistoryParser::reader(self.name(), fields)
    }
}

impl Format for Fish {
    fn name(&self) -> &'static str {
        "shell.fish"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        HistoryFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[b"- cmd: for i in a b\\necho $i\\nend\n  when: 1647964082\n- cmd: ls /tmp\n  when: 1647964090\n  paths:\n    - /tmp\n"]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(|line| line.starts_with(b"- cmd: ")))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        let has_command =
            start.starts_with(b"- cmd: ") || memchr::memmem::find(start, b"\n- cmd: ").is_some();
        Confidence::certain_if(has_command && memchr::memmem::find(start, b"\n  when: ").is_some())
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        HistoryParser::reader(self.name(), fields)
    }
}

impl Parser for HistoryParser {
    fn parse(&mut self, record: &[u8], _: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let end = memchr::memchr(b'\n', record).unwrap_or(record.len());
        let first_line = &record[..end];
        if self.name == Fish.name() {
            let lines = record[end..].split(|&byte| byte == b'\n');
            let mut times = lines.filter_map(|line| moment(line.strip_prefix(b"  when: ")?.trim_ascii_end()));
            event.time = times.next();
            let command = first_line.strip_prefix(b"- cmd: ").unwrap_or(first_line);
            event.push_text(self.ids.command, Kind::Text, &without_escapes(command));
        } else if let Some((reading, duration)) = zsh_time(first_line).filter(|_| self.name == Zsh.name()) {
            event.time = Some(reading);
            event.push_slice(self.ids.duration, Kind::Number, duration.start, duration.end);
            let command = std::str::from_utf8(&record[duration.end + 1..]).unwrap_or("");
            event.push_text(self.ids.command, Kind::Text, &command.replace("\\\n", "\n"));
        } else {
            let time = bash_time(first_line).filter(|_| self.name == Bash.name());
            event.time = time;
            let first = if time.is_some() { (end + 1).min(record.len()) } else { 0 };
            if first < record.len() {
                event.push_slice(self.ids.command, Kind::Text, first, record.len());
            }
        }
        if let Some(&command) = event.leaves().iter().rfind(|leaf| leaf.field == self.ids.command) {
            event.push_copy(self.ids.message, command);
        }
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        Ok(Parsed::Event)
    }
}

/// fish writes a line end as `\n` and a backslash as `\\`.
fn without_escapes(text: &[u8]) -> String {
    let text = std::str::from_utf8(text).unwrap_or("").trim_end();
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('\\')) => plain.push('\\'),
            _ => {
                plain.push(c);
                continue;
            }
        }
        chars.next();
    }
    plain
}
