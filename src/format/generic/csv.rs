//! Rows under a header: CSV and its relatives, of no known format; and the IAM credential report, which is one.
//!
//! Spec: RFC 4180; "Understanding the credential report format", AWS IAM user guide.
//! Shape: a header, then rows. Cells end at a comma, a semicolon, a tab or a bar, whichever the header has most of.
//! Fields: as the header names them; an unnamed column is `column` and its number. Common fields where a column has one of
//! the usual names.
//! Time: of the first column whose name speaks of time and that holds one, else of the first that holds one; `date` and
//! `time` together are one. A number is a time only in the former.
//! Differs from the spec: a row may have fewer cells than there are columns. `N/A` in the credential report is no value.
//! Rejects: a row with more cells than there are columns.

use super::json_records::COMMON;
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why};
use crate::format::read::delimited::{Cell, is_number, names, rows, split};
use crate::format::read::json::Flattener;
use crate::format::read::mapped::Mapper;
use crate::format::read::moment;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, Start, named};

/// Rows under a header, of an unknown format.
pub struct Csv;

/// The IAM credential report: one user a row.
pub struct CredentialReport;

const DELIMITERS: &[u8] = b",;\t|";

/// The delimiter of a header, if it is one.
fn delimiter_of(header: &[u8]) -> Option<u8> {
    let mut cells = Vec::new();
    let mut count = |delimiter: u8| {
        split(header, delimiter, &mut cells);
        cells.len()
    };
    let best = DELIMITERS.iter().map(|&delimiter| (count(delimiter), delimiter));
    // Of equals the first.
    best.rev().max_by_key(|&(n, _)| n).filter(|&(n, _)| n > 1).map(|(_, delimiter)| delimiter)
}

/// Whether a cell may be the name of a column.
fn is_name(name: &str) -> bool {
    let is_ok = |c: char| c.is_alphanumeric() || " _-.@/#:()[]%$&*+?'".contains(c);
    let is_word = name.chars().any(char::is_alphabetic) && name.chars().all(is_ok);
    // A sentence is no name, and neither is a path.
    is_word
        && name.len() <= 64
        && name.split(' ').count() <= 4
        && !name.contains(": ")
        && !name.starts_with('/')
        && moment::of(name.as_bytes()).is_none()
}

/// The names of the columns and the delimiter of a member that is rows under a header.
fn header_of(rows: &[&[u8]]) -> Option<(Vec<String>, u8)> {
    let (header, rows) = rows.split_first().filter(|(header, _)| header.len() <= 8_192)?;
    let delimiter = delimiter_of(header)?;
    let names = names(header, delimiter);
    let mut sorted: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    sorted.sort_unstable();
    let is_header = sorted.len() * 10 >= names.len() * 9
        && sorted.iter().all(|name| is_name(name))
        && sorted.windows(2).all(|pair| pair[0] != pair[1]);
    let mut cells = Vec::new();
    let mut has_as_many = |row: &&&[u8]| {
        split(row, delimiter, &mut cells);
        cells.len() == names.len()
    };
    let n_fitting = rows.iter().filter(|row| has_as_many(row)).count();
    // Two words with a comma between them head no table, unless every line below is in two, too.
    let is_table = n_fitting * 10 >= rows.len() * if names.len() > 2 { 8 } else { 10 };
    (is_header && is_table && !rows.is_empty()).then_some((names, delimiter))
}

fields! {
    struct CsvFields {
        "column1" "the cells of a column without a name";
        dataset: "event.dataset";
    }
}

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CsvFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"time,user,action\n2022-03-22T15:48:02Z,alice,login\n",
            b"when\tsrc_ip\tnote\n1647964082\t203.0.113.7\tfirst seen\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Quoted)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let first = head.bytes.iter().take(2_048).position(|byte| DELIMITERS.contains(byte));
        let line_end = memchr::memchr(b'\n', head.bytes);
        let may_be = first.zip(line_end).is_some_and(|(first, end)| first < end);
        if !may_be || head.bytes.trim_ascii_start().first() == Some(&b'{') || head.lines().is_empty() {
            return Confidence::NONE;
        }
        if header_of(&rows(head.bytes, head.is_whole, 50)).is_some() {
            Confidence(45)
        } else {
            Confidence::NONE
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CsvParser::new(self.name(), fields)))
    }
}

impl Format for CredentialReport {
    fn name(&self) -> &'static str {
        "aws.iam.credential_report"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[
            FieldSpec { name: "user", meaning: "the name of the user" },
            FieldSpec { name: "arn", meaning: "the ARN of the user" },
            FieldSpec { name: "user_creation_time", meaning: "when the user was made" },
            FieldSpec { name: "password_last_used", meaning: "when the password was last used to sign in" },
            FieldSpec { name: "mfa_active", meaning: "whether a second factor is asked for" },
            FieldSpec { name: "access_key_1_active", meaning: "whether the first access key can be used" },
            FieldSpec {
                name: "access_key_1_last_used_date",
                meaning: "when the first access key was last used",
            },
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active\nalice,arn:aws:iam::111122223333:user/alice,2021-01-02T03:04:05+00:00,true,2022-03-22T15:48:02+00:00,false,true\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Quoted)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let head = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
        Confidence::certain_if(head.starts_with(b"user,arn,user_creation_time,"))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CsvParser::new(self.name(), fields)))
    }
}

struct CsvParser {
    name: &'static str,
    mapper: Mapper,
    header: Vec<FieldId>,
    delimiter: u8,
    /// Columns in which a time may stand: those whose names say so.
    times: Vec<usize>,
    /// A column of dates and one of times of day.
    halves: Option<(usize, usize)>,
    cells: Vec<Cell>,
    has_header: bool,
    ids: CsvFields,
}

impl CsvParser {
    fn new(name: &'static str, fields: &mut Fields) -> CsvParser {
        CsvParser {
            name,
            mapper: Mapper::new(COMMON, Flattener::default(), fields),
            header: Vec::new(),
            delimiter: b',',
            times: Vec::new(),
            halves: None,
            cells: Vec::new(),
            has_header: false,
            ids: CsvFields::new(fields),
        }
    }

    fn read_header(&mut self, header: &[u8], fields: &mut Fields) {
        self.delimiter = delimiter_of(header).unwrap_or(b',');
        let names = names(header, self.delimiter);
        let field = |(number, name): (usize, &String)| match &**name {
            "" => named(&format!("column{}", number + 1), fields),
            name => named(name, fields),
        };
        self.header = names.iter().enumerate().map(field).collect();
        let small: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        const SPEAKING: &[&str] = &["time", "date", "ts", "when", "created", "seen", "epoch", "start", "utc"];
        let speaks = |name: &String| {
            let mut words = name.split(|c: char| !c.is_alphanumeric());
            name.contains("time") || name.contains("date") || words.any(|word| SPEAKING.contains(&word))
        };
        self.times = (0..small.len()).filter(|&column| speaks(&small[column])).collect();
        let column = |wanted: &str| small.iter().position(|name| name == wanted);
        self.halves = column("date").zip(column("time"));
        self.has_header = true;
    }

    fn time(&self, record: &[u8]) -> Option<Reading> {
        let text = |column: usize| self.cells.get(column).map(|cell| cell.text(record));
        if let Some((date, time)) = self.halves.and_then(|(date, time)| text(date).zip(text(time))) {
            let both = [&*date, b" ", &*time].concat();
            if let Some(reading) = moment::of(&both) {
                return Some(reading);
            }
        }
        let named = self.times.iter().filter_map(|&column| moment::of(&text(column)?));
        let any = || {
            let cells = self.cells.iter().map(|cell| cell.text(record));
            cells.filter(|text| !is_number(text)).find_map(|text| moment::of(&text))
        };
        { named }.next().or_else(any)
    }
}

impl Parser for CsvParser {
    fn start(&mut self, _: Start<'_>) {
        self.has_header = false;
    }

    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        if !self.has_header {
            self.read_header(record, fields);
            return Ok(Parsed::Nothing);
        }
        split(record, self.delimiter, &mut self.cells);
        if self.cells.len() > self.header.len() {
            let (expected, found) = (self.header.len() as u64, self.cells.len() as u64);
            return Err(Why::FieldCount { expected, found });
        }
        for (&field, cell) in self.header.iter().zip(&self.cells) {
            let text = cell.text(record);
            let is_none =
                self.name != "csv" && matches!(&*text, b"N/A" | b"no_information" | b"not_supported");
            if !is_none {
                let kind = if is_number(&text) { Kind::Number } else { Kind::Text };
                cell.push(record, field, kind, event);
            }
        }
        event.time = self.time(record);
        let time = event.time;
        self.mapper.apply(record, event);
        // The order of columns is not that of the map.
        event.time = time;
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        Ok(Parsed::Event)
    }
}
