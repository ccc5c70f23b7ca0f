//! Records to events. A format is one file: its spec, fields, samples, sniff and parser; and one line in
//! [`FORMATS`], from which detection, help and tests follow. A parser knows no store.

pub mod cloudtrail;
pub mod cloudtrail_digest;
pub mod json;
pub mod json_records;

use crate::base::event::{FieldSpec, Framing};
use crate::base::{Event, Fields, Why};

/// One log format: how to know it, cut it into records, and read one record.
pub trait Format: Sync {
    /// Its name, which is the `event.dataset` of its events: `aws.cloudtrail`.
    fn name(&self) -> &'static str;
    /// The fields it is known to produce, with unit and meaning; the help page is made from these.
    fn fields(&self) -> &'static [FieldSpec];
    /// Common names of native fields that are always the same: (common, native).
    fn aliases(&self) -> &'static [(&'static str, &'static str)];
    /// Real records, identifiers replaced. One test parses the samples of every format.
    fn samples(&self) -> &'static [&'static str];
    /// How its records stand in a member.
    fn framing(&self) -> Framing;
    /// Whether `head`, the first bytes of a member, looks like this format. Never trusts a file name.
    fn sniff(&self, head: &[u8]) -> bool;
    /// What reads its records.
    fn reader(&self, fields: &mut Fields) -> Reader;
}

/// What becomes of a member of a format.
pub enum Reader {
    /// Its records are events.
    Events(Box<dyn Parser>),
    /// It is no log; what it is.
    SetAside(&'static str),
}

/// Reads the records of one member.
pub trait Parser {
    /// Reads one record into `event`, which the caller has cleared. `&mut self`: a header may set the order.
    ///
    /// # Errors
    /// Why the record is no event.
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<(), Why>;

    /// Forgets what the last member said of itself, before another one; what was learned of the format stays.
    fn restart(&mut self) {}
}

/// All formats, most specific first: [`detect`] asks in this order.
pub static FORMATS: &[&dyn Format] =
    &[&cloudtrail_digest::CloudTrailDigest, &cloudtrail::CloudTrail, &json_records::JsonRecords];

/// How many bytes of a member [`detect`] looks at.
pub const HEAD_BYTES: usize = 64 << 10;

/// The format of a member that begins with `head`: its index in [`FORMATS`].
pub fn detect(head: &[u8]) -> Option<usize> {
    // However much came at once, the same bytes decide.
    let head = &head[..head.len().min(HEAD_BYTES)];
    FORMATS.iter().position(|format| format.sniff(head))
}

/// The format called `name`: its index in [`FORMATS`].
pub fn by_name(name: &str) -> Option<usize> {
    FORMATS.iter().position(|format| format.name() == name)
}

/// What the field called `name` means, by the first format that says so; empty where none does.
pub fn meaning_of(name: &str) -> &'static str {
    let specs = FORMATS.iter().flat_map(|format| format.fields());
    let of = |name: &str| specs.clone().find(|spec| spec.name == name).map(|spec| spec.meaning);
    let aliases = FORMATS.iter().flat_map(|format| format.aliases());
    let native = || aliases.clone().find(|(common, _)| *common == name).and_then(|(_, native)| of(native));
    of(name).or_else(native).unwrap_or("")
}

/// What bytes of no format look like, for the message that says so.
pub fn looks_like(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b\x08", "gzip data inside gzip data, which is not unpacked yet"),
        (b"PK\x03\x04", "a zip archive, which is not unpacked yet"),
        (b"\x28\xb5\x2f\xfd", "zstd data, which is not unpacked yet"),
        (b"\xfd7zXZ\0", "xz data, which is not unpacked yet"),
        (b"BZh", "bzip2 data, which is not unpacked yet"),
        (b"\x04\x22\x4d\x18", "lz4 data, which is not unpacked yet"),
        (b"LPKSHHRH", "a systemd journal, which is not read yet"),
        (b"PAR1", "a Parquet file, which is not read yet"),
        (b"SQLite format 3\0", "an SQLite database, which is not read yet"),
        (b"\x7fELF", "a program"),
    ];
    let signature = SIGNATURES.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, what)| what);
    let is_tar = head.get(257..262) == Some(b"ustar".as_slice());
    let tar = is_tar.then_some("a tar archive, which is not unpacked yet");
    let is_text = !head.is_empty()
        && !head.contains(&0)
        && std::str::from_utf8(head).map_or_else(|e| e.valid_up_to() > 0, |_| true);
    signature.or(tar).or(is_text.then_some("text of a format that is not read yet"))
}
