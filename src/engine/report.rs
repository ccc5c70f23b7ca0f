//! What a shard tells the hub of what it has read.

use crate::base::Problem;
use crate::base::wire::{Reader, Writer};
use crate::clock::Unsaid;

/// A member of an archive that is a source of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberName {
    /// The number of the file.
    pub parent: u32,
    /// Which member of the file it is, from 0.
    pub ordinal: u32,
    /// Its path, which begins with that of the file.
    pub path: String,
}

impl MemberName {
    /// As part of a message.
    pub fn write(&self, writer: &mut Writer) {
        writer.u32(self.parent);
        writer.u32(self.ordinal);
        writer.str(&self.path);
    }

    /// From a message.
    pub fn read(reader: &mut Reader<'_>) -> MemberName {
        MemberName { parent: reader.u32(), ordinal: reader.u32(), path: reader.str().to_owned() }
    }
}

/// What became of the bytes of one source, or of one piece of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The source's number.
    pub source: u32,
    /// Which member of which file it is, if it is one.
    pub member: Option<MemberName>,
    /// Where the piece begins.
    pub offset: u64,
    /// Bytes and line ends of a piece whose lines are counted from its start; else 0.
    pub n_bytes: u64,
    /// See `n_bytes`.
    pub n_lines: u64,
    /// What it was wrapped in, outermost first.
    pub containers: Vec<String>,
    /// How many members it has that are sources of their own.
    pub n_members: u64,
    /// The format's name.
    pub format: Option<String>,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// Whether the analyst said it.
    pub is_forced: bool,
    /// Records that became events; copies among them are not known here.
    pub n_events: u64,
    /// Records that did not.
    pub n_rejects: u64,
    /// Records with bytes that were read as Latin-1.
    pub n_latin1: u64,
    /// What is wrong with it: code and message.
    pub problems: Vec<(String, String)>,
    /// SHA-256 of the bytes as they came, in hexadecimal, if it was asked for.
    pub sha256: Option<String>,
    /// When it was last modified.
    pub modified: Option<i64>,
    /// What its records did not say of their times.
    pub unsaid: Unsaid,
}

impl Report {
    /// Adds a problem; what is of single records is counted, for the pieces of a source are read apart.
    pub fn add(&mut self, problem: &Problem) {
        if let Problem::Latin1 { records } = problem {
            self.n_latin1 += records;
            return;
        }
        self.problems.push((problem.code().to_owned(), problem.to_string()));
    }

    /// Reports as a message.
    pub fn list_to_bytes(reports: &[Report]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u64(reports.len() as u64);
        reports.iter().for_each(|report| report.write(&mut writer));
        writer.into_bytes()
    }

    /// From a message.
    pub fn list_from_bytes(bytes: &[u8]) -> Vec<Report> {
        let reader = &mut Reader::new(bytes);
        let n = reader.u64();
        (0..n).map(|_| Report::read(reader)).collect()
    }

    fn write(&self, writer: &mut Writer) {
        writer.u32(self.source);
        writer.bool(self.member.is_some());
        self.member.iter().for_each(|member| member.write(writer));
        writer.u64(self.offset);
        writer.u64(self.containers.len() as u64);
        self.containers.iter().for_each(|name| writer.str(name));
        for text in [&self.format, &self.sha256] {
            writer.bool(text.is_some());
            writer.str(text.as_deref().unwrap_or(""));
        }
        writer.bool(self.modified.is_some());
        writer.i64(self.modified.unwrap_or(0));
        writer.u8(self.confidence);
        writer.bool(self.is_forced);
        let numbers =
            [self.n_members, self.n_events, self.n_rejects, self.n_latin1, self.n_bytes, self.n_lines];
        numbers.iter().for_each(|&n| writer.u64(n));
        writer.u64(self.problems.len() as u64);
        for (code, message) in &self.problems {
            writer.str(code);
            writer.str(message);
        }
        self.unsaid.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Report {
        let (source, is_member) = (reader.u32(), reader.bool());
        let member = is_member.then(|| MemberName::read(reader));
        let (offset, n_containers) = (reader.u64(), reader.u64());
        let containers = (0..n_containers).map(|_| reader.str().to_owned()).collect();
        let mut optional = || {
            let is_some = reader.bool();
            Some(reader.str().to_owned()).filter(|_| is_some)
        };
        let [format, sha256] = [optional(), optional()];
        let is_modified = reader.bool();
        let modified = Some(reader.i64()).filter(|_| is_modified);
        let (confidence, is_forced) = (reader.u8(), reader.bool());
        let [n_members, n_events, n_rejects, n_latin1, n_bytes, n_lines, n_problems] =
            std::array::from_fn(|_| reader.u64());
        let problems = (0..n_problems).map(|_| (reader.str().to_owned(), reader.str().to_owned())).collect();
        Report {
            source,
            member,
            offset,
            n_bytes,
            n_lines,
            containers,
            n_members,
            format,
            confidence,
            is_forced,
            n_events,
            n_rejects,
            n_latin1,
            problems,
            sha256,
            modified,
            unsaid: Unsaid::read(reader),
        }
    }
}
