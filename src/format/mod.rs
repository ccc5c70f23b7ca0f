//! Records to events. A format is one file: its spec, fields, samples, sniff and parser; and one line in
//! [`FORMATS`], from which detection, help and tests follow. A parser knows no store.
//!
//! | room | holds |
//! |---|---|
//! | [`aws`] | what services of AWS write |
//! | [`web`] | what serves and watches the web writes: servers, proxies, firewalls, sensors |
//! | [`linux`] | what a Linux system writes: logs, records of logins, packages, shells, containers |
//! | [`database`] | what databases write |
//! | [`generic`] | what no one system owns: tables, JSON, `key=value`, text, and wrappers around records of others |
//! | [`read`] | no formats: what their readers share |

pub mod aws;
pub mod database;
pub mod generic;
pub mod linux;
pub mod read;
pub mod web;

use std::cell::OnceCell;
use std::ops::Range;

use crate::base::event::{FieldSpec, Framing};
use crate::base::{Event, FieldId, Fields, Reading, Why, limits};

/// One log format: how to know it, cut it into records, and read one record.
pub trait Format: Sync {
    /// Its name, which is the `event.dataset` of its events: `aws.cloudtrail`.
    fn name(&self) -> &'static str;
    /// The fields it is known to produce, with unit and meaning; the help page is made from these.
    fn fields(&self) -> &'static [FieldSpec];
    /// Common names of native fields that are always the same: (common, native).
    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
    /// Real members, identifiers replaced. One test reads the samples of every format.
    fn samples(&self) -> &'static [&'static [u8]];
    /// How its records stand in a member.
    fn framing(&self) -> Framing;
    /// The kind of header that a record is, if it says how the ones behind it are to be read: the order of their fields,
    /// their date. Of each kind the first among [`HEADER_RECORDS`] holds for a member from its start; where another one
    /// comes later, the rest of a large file is not dealt out. Asked of every record, so it must be cheap; by default no
    /// record is a header, and a large file is cut without reading it.
    fn header_kind(&self) -> Option<HeaderKind> {
        None
    }
    /// How they stand in a member that begins with `head`: by default as in all.
    fn framing_of(&self, _head: &[u8]) -> Framing {
        self.framing()
    }
    /// What the analyst can say of it, which [`Parser::start`] is given as settings: in words, for the page. By default
    /// nothing.
    fn settings(&self) -> Option<&'static str> {
        None
    }
    /// How surely a member that begins with `head` is of this format. Never trusts a file name.
    fn sniff(&self, head: &Head<'_>) -> Confidence;
    /// What reads its records.
    fn reader(&self, fields: &mut Fields) -> Reader;
}

/// The kind of header that a record is, if it is one.
pub type HeaderKind = fn(&[u8]) -> Option<&'static str>;

/// How sure a format is of a member, in percent; 0 is "not at all".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Confidence(pub u8);

impl Confidence {
    /// It is not of this format.
    pub const NONE: Confidence = Confidence(0);
    /// It can be of no other one.
    pub const CERTAIN: Confidence = Confidence(100);

    /// `CERTAIN` or `NONE`.
    pub fn certain_if(is_so: bool) -> Confidence {
        if is_so { Confidence::CERTAIN } else { Confidence::NONE }
    }
}

/// The beginning of a member, for [`Format::sniff`].
pub struct Head<'a> {
    /// Its first bytes, at most [`HEAD_BYTES`].
    pub bytes: &'a [u8],
    /// Whether these are all.
    pub is_whole: bool,
    lines: OnceCell<Vec<String>>,
    objects: OnceCell<Vec<read::json::Object<'a>>>,
}

/// Among how many records of a member a header stands that holds from its start: see [`Format::header_kind`].
pub const HEADER_RECORDS: usize = 10;

/// Lines of a head that are looked at.
const HEAD_LINES: usize = 100;

impl<'a> Head<'a> {
    /// Of a member that begins with `bytes`; `is_whole` where it also ends with them.
    pub fn new(bytes: &'a [u8], is_whole: bool) -> Head<'a> {
        let is_whole = is_whole && bytes.len() <= HEAD_BYTES;
        // However much came at once, the same bytes decide.
        let bytes = &bytes[..bytes.len().min(HEAD_BYTES)];
        Head { bytes, is_whole, lines: OnceCell::new(), objects: OnceCell::new() }
    }

    /// The JSON objects that it begins with; none where it is no JSON.
    pub fn objects(&self) -> &[read::json::Object<'a>] {
        self.objects.get_or_init(|| read::json::objects(self.bytes))
    }

    /// The first lines that are not blank, as a line framer would hand them on; none where it is no text.
    pub fn lines(&self) -> &[String] {
        self.lines.get_or_init(|| {
            let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
            let mut lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
            // A stray control code stands in logs, too, and runs of NUL that a crash has left.
            let is_odd = |byte: &&u8| (1..0x20).contains(*byte) && !b"\t\n\r\x0c\x1b\x1d".contains(byte);
            let n_odd = bytes.iter().filter(is_odd).count();
            let n_runs = bytes.windows(2).filter(|pair| pair[0] == 0 && pair[1] != 0).count();
            if n_odd > bytes.len() / 8 || n_runs > 2 + lines.len() / 2 {
                return Vec::new();
            }
            if !self.is_whole && lines.len() > 1 {
                lines.pop();
            }
            let texts = lines.into_iter().map(|line| crate::base::text::clean(line.trim_ascii_end()).0);
            let texts = texts.map(|text| String::from_utf8_lossy(&text).into_owned());
            texts.filter(|text| !text.trim().is_empty()).take(HEAD_LINES).collect()
        })
    }

    /// The share of lines of which `is_so` is true, below certainty; `NONE` below a half.
    pub fn share(&self, is_so: impl Fn(&str) -> bool) -> Confidence {
        let lines = self.lines();
        let n = lines.iter().filter(|line| is_so(line)).count();
        if n * 2 < lines.len().max(1) {
            return Confidence::NONE;
        }
        Confidence((n * 99 / lines.len()) as u8)
    }
}

/// What becomes of a member of a format.
pub enum Reader {
    /// Each of its records is an event.
    Events(Box<dyn Parser>),
    /// A record may hold several events.
    Many(Box<dyn Unfolder>),
    /// It is no log; what it is.
    SetAside(&'static str),
}

/// What is known of a member before its first record.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// How it begins: a header may stand there. Of a member that is read in pieces each piece has the same.
    pub head: &'a [u8],
    /// What the analyst said of the format: the order of fields, say. Each format says what it takes.
    pub settings: &'a str,
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    /// An event, which is complete.
    Event,
    /// Part of the format, and no event: a header, a comment. It is not counted.
    Nothing,
}

/// Reads the records of one member.
pub trait Parser {
    /// Reads one record into `event`, which the caller has cleared.
    ///
    /// # Errors
    /// Why the record is no event.
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why>;

    /// Comes before the first record of each member: what the last one said of itself is forgotten, what was learned
    /// of the format stays.
    fn start(&mut self, _start: Start<'_>) {}

    /// What reads the rest of records whose time [`Parser::quick_time`] gave. By default it is nothing.
    fn deferred(&self, _fields: &mut Fields) -> Option<Box<dyn DeferredParser>> {
        None
    }

    /// The time of a record whose rest may be deferred to [`Parser::deferred`], which reads it when a question first needs it,
    /// and the bytes at its start that say nothing more; `None` for one that is to be read at once, and by default for each.
    fn quick_time(&mut self, _record: &[u8]) -> Option<(Reading, usize)> {
        None
    }
}

/// Reads what [`Parser::quick_time`] deferred.
pub trait DeferredParser: Send {
    /// The fields that they may have values of.
    fn fields(&self) -> &[FieldId];
    /// Adds the values of a record to `event`, which the caller has cleared. `rest` is what it says behind the bytes that
    /// [`Parser::quick_time`] has read.
    fn read(&mut self, rest: &[u8], event: &mut Event);
}

/// Reads records that hold several events: a binary file, a wrapper around messages.
pub trait Unfolder {
    /// Reads one record and hands on what it holds. `event` is for its use.
    ///
    /// # Errors
    /// Why there is nothing in the record; single parts that are no events are handed on as such.
    fn unfold(
        &mut self,
        record: &[u8],
        fields: &mut Fields,
        event: &mut Event,
        out: &mut dyn Unfolded,
    ) -> Result<(), Why>;

    /// See [`Parser::start`].
    fn start(&mut self, _start: Start<'_>) {}

    /// Says how many wrappers it stands in: one that reads others in turn stops at [`crate::base::limits::WRAPPERS`].
    fn nest(&mut self, _depth: usize) {}
}

/// Takes what an [`Unfolder`] finds.
pub trait Unfolded {
    /// An event that stands at `at` of the record and was read from `text`, in which its leaves stand. `format` is the
    /// index in [`FORMATS`] of the format it is of: a wrapper holds events of others.
    fn event(&mut self, format: usize, fields: &Fields, event: &Event, text: &[u8], at: Range<usize>);
    /// Something at `at` of the record that is no event.
    fn reject(&mut self, at: Range<usize>, why: Why);
}

/// All formats, most specific first: of formats that are equally sure of a member, [`detect`] takes the first.
pub static FORMATS: &[&dyn Format] = &[
    &aws::cloudtrail_digest::CloudTrailDigest,
    &aws::cloudtrail::CloudTrail,
    &linux::journal::BinaryJournal,
    &linux::journal::export::JournalExport,
    &linux::journal::json::JournalJson,
    &linux::journal::json::JournalEvents,
    &linux::wtmpdb::Wtmpdb,
    &linux::wtmpdb::Lastlog2,
    &linux::acct::Acct,
    &linux::utmp::Utmp,
    &linux::faillog::Faillog,
    &linux::faillog::Tallylog,
    &linux::lastlog::Lastlog,
    &aws::cloudtrail_lookup::CloudTrailLookup,
    &aws::cloudtrail_printed::CloudTrailPrinted,
    &aws::cloudtrail_table::CloudTrailRows,
    &aws::cloudwatch::CloudWatch,
    &aws::eventbridge::EventBridge,
    &aws::guardduty::GuardDuty,
    &aws::securityhub::SECURITY_HUB,
    &aws::inventory::INSPECTOR,
    &aws::inventory::CONFIG,
    &aws::waf::Waf,
    &aws::route53::RESOLVER,
    &database::postgres::tables::PostgresJson,
    &web::modsecurity::ModSecurityJson,
    &web::suricata::NETWORK_FIREWALL,
    &web::suricata::EVE,
    &linux::kubernetes_audit::AUDIT,
    &generic::ocsf::OCSF,
    &aws::inventory::OSQUERY,
    &generic::envelope::Envelope,
    &aws::cloudtrail_table::CloudTrailCsv,
    &aws::cloudwatch_lines::CloudWatchCsv,
    &generic::envelope::EnvelopeCsv,
    &generic::csv::CredentialReport,
    &aws::route53::HostedZone,
    &aws::cloudwatch_lines::CloudWatchLines,
    &aws::vpcflow::VpcFlow,
    &linux::container_log::Docker,
    &linux::auditd::Auditd,
    &linux::dpkg::Dpkg,
    &linux::apt::AptHistory,
    &linux::apt::AptTerm,
    &linux::yum::Yum,
    &linux::yum::Dnf,
    &linux::zypp::Zypp,
    &linux::cloud_init::CloudInit,
    &linux::fail2ban::Fail2ban,
    &linux::container_log::Cri,
    &database::postgres::tables::PostgresCsv,
    &database::postgres::PostgresLog,
    &database::redis::Redis,
    &web::modsecurity::ModSecurity,
    &database::mysql_slowlog::MysqlSlowlog,
    &database::mysql_error::MysqlError,
    &linux::shell_history::Bash,
    &linux::shell_history::Zsh,
    &linux::shell_history::Fish,
    &aws::access::S3,
    &aws::access::ALB,
    &aws::access::NLB,
    &aws::access::ELB,
    &web::w3c::CLOUDFRONT,
    &web::w3c::IIS,
    &web::mixed::ApacheAccess,
    &web::mixed::ApacheError,
    &web::mixed::NginxError,
    &web::php_error::PhpError,
    &web::proxy::HaProxy,
    &web::proxy::Squid,
    &linux::dmesg::Dmesg,
    &linux::boot::Boot,
    &linux::syslog::stream::SyslogStream,
    &linux::syslog::Syslog,
    &generic::json_records::JsonRecords,
    &generic::csv::Csv,
    &generic::key_value::KeyValue,
    &generic::text::Text,
];

/// How many bytes of a member [`detect`] looks at.
pub const HEAD_BYTES: usize = 64 << 10;

/// The format of a member: its index in [`FORMATS`], and how sure that is.
pub fn detect(head: &Head<'_>) -> Option<(usize, Confidence)> {
    let mut best = None;
    for (number, format) in FORMATS.iter().enumerate() {
        let confidence = format.sniff(head);
        if confidence == Confidence::CERTAIN {
            return Some((number, confidence));
        }
        if confidence > best.map_or(Confidence::NONE, |(_, best)| best) {
            best = Some((number, confidence));
        }
    }
    best
}

/// The format called `name`: its index in [`FORMATS`].
pub fn by_name(name: &str) -> Option<usize> {
    FORMATS.iter().position(|format| format.name() == name)
}

/// The number of the format that calls itself `name`: for a format that hands on events of its own, or of another.
///
/// # Panics
/// If there is none.
pub fn number_of(name: &str) -> usize {
    by_name(name).expect("a format is known by its name")
}

/// What the field called `name` means, by the first format that says so; empty where none does.
pub fn meaning_of(name: &str) -> &'static str {
    let specs = FORMATS.iter().flat_map(|format| format.fields());
    let of = |name: &str| specs.clone().find(|spec| spec.name == name).map(|spec| spec.meaning);
    let aliases = FORMATS.iter().flat_map(|format| format.aliases());
    let native = || aliases.clone().find(|(common, _)| *common == name).and_then(|(_, native)| of(native));
    of(name).or_else(native).unwrap_or("")
}

/// Whether `text` is an IP address: names and placeholders stand in its place, too.
fn is_address(text: &[u8]) -> bool {
    let may_be =
        text.len() >= 2 && text.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'));
    may_be && std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok())
}

/// The field that data names: there is no end to what it may say. Beyond the limits of [`limits`], values gather under `…`.
fn named(name: &str, fields: &mut Fields) -> FieldId {
    if let Some(known) = fields.get(name) {
        return known;
    }
    let is_too_much = fields.len() >= limits::FIELDS || name.len() > limits::NAME_BYTES;
    fields.intern(if is_too_much { "…" } else { name })
}

/// What bytes of no format look like, for the message that says so.
pub fn looks_like(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"LZIP", "lzip data, which is not unpacked"),
        (b"\x89LZO\0\r\n\x1a\n", "lzo data, which is not unpacked"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not unpacked"),
        (b"Rar!\x1a\x07", "a rar archive, which is not unpacked"),
        (b"070701", "a cpio archive, which is not unpacked"),
        (b"070702", "a cpio archive, which is not unpacked"),
        (b"070707", "a cpio archive, which is not unpacked"),
        (b"\xc7\x71", "a cpio archive, which is not unpacked"),
        (b"\x1f\x9d", "data of compress, which is not unpacked"),
        (b"\x1f\xa0", "data of compress, which is not unpacked"),
        (b"PAR1", "a Parquet file, which is not read yet"),
        (
            b"SQLite format 3\0",
            "an SQLite database, of which wtmpdb and lastlog2 are read and others are not",
        ),
        (
            b"\x37\x7f\x06\x82",
            "the write-ahead log of an SQLite database: its rows, which the database may lack, are not read",
        ),
        (
            b"\x37\x7f\x06\x83",
            "the write-ahead log of an SQLite database: its rows, which the database may lack, are not read",
        ),
        (b"\x18\xe2\x2d\0", "the index of an SQLite database's write-ahead log, in which no rows are"),
        (
            b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",
            "the rollback journal of an SQLite database, which is not read",
        ),
        (b"\x7fELF", "a program"),
    ];
    SIGNATURES.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, what)| what)
}
