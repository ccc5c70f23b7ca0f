//! zip: a record before each file, the data of the file, and a directory at the end.
//!
//! Spec: APPNOTE.TXT 6.3.10 (PKWARE), with the extra fields of Info-ZIP's `proginfo/extrafld.txt`.
//! Shape: read from the front by the records before the files, because this room cannot seek. So files are found that
//! no directory lists, and facts that only the directory holds (that a file is a link) stay unknown. Folders are not
//! members.
//! The end of a file is known from the record before its data, or from the compressed data itself. The end of stored
//! data may only be known from the descriptor after it: then the descriptor is looked for that matches all data before
//! it. The entries of the directory are compared with the files that were read. A file that is encrypted or needs an
//! unsupported feature is a member without bytes, with a problem that names the reason.

mod file;
mod record;

use super::out::Out;
use super::{Member, path_in};
use crate::base::Problem;
use file::{Came, File};
use record::{DESCRIPTOR, DIRECTORY, END, END_64, LOCAL, Local, directory_entry, record_bytes};

/// The name in the containers of a member.
const NAME: &str = "zip";

/// Bytes of the longest descriptor, and of the shortest.
const DESCRIPTOR_BYTES: usize = 24;
const LEAST_DESCRIPTOR_BYTES: usize = 12;

/// The part of the archive that the next bytes belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    /// A record, whose bytes so far are in `Zip::held`.
    Record,
    /// The data of a file.
    Data,
    /// The data of a file, whose end must be searched.
    Search,
    /// The descriptor after the data of a file.
    Descriptor,
    /// Unknown bytes: the next record is searched.
    Lost,
    /// After the end of the archive.
    Done,
}

/// Reads one archive.
pub struct Zip {
    member: Member,
    at: At,
    held: Vec<u8>,
    /// Bytes read so far, without bytes that are still held by a search.
    n_in: u64,
    /// The offset of the first file of the archive; another archive may precede it.
    base: u64,
    file: Option<File>,
    /// The offsets of the files, ascending.
    places: Vec<u64>,
    n_files: u64,
    is_ended: bool,
    n_missing: u64,
    first_missing: String,
    n_skipped: u64,
    n_skips: u64,
    first_skipped: u64,
    trailing: Option<Problem>,
}

impl Zip {
    /// The name in the containers of a member.
    pub const NAME: &'static str = NAME;

    /// The archive at the place that `member` describes.
    pub fn new(member: Member) -> Zip {
        Zip {
            member,
            at: At::Record,
            held: Vec::new(),
            n_in: 0,
            base: 0,
            file: None,
            places: Vec::new(),
            n_files: 0,
            is_ended: false,
            n_missing: 0,
            first_missing: String::new(),
            n_skipped: 0,
            n_skips: 0,
            first_skipped: 0,
            trailing: None,
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Out<'_>) {
        while !bytes.is_empty() {
            let n_used = match self.at {
                At::Record => self.record(bytes, out),
                At::Data => self.data(bytes, out),
                At::Descriptor => self.gather_descriptor(bytes, out),
                At::Search | At::Lost => {
                    // The searched record may begin in the held bytes.
                    let mut held = std::mem::take(&mut self.held);
                    let n_before = held.len();
                    held.extend_from_slice(bytes);
                    let n_used = if self.at == At::Lost { self.lost(&held) } else { self.search(&held, out) };
                    match n_used.checked_sub(n_before) {
                        Some(n) if self.at != At::Search && self.at != At::Lost => n,
                        _ => {
                            self.held = held.split_off(n_used);
                            if self.at != At::Search && self.at != At::Lost {
                                self.again(out);
                            }
                            bytes.len()
                        }
                    }
                }
                At::Done => bytes.len(),
            };
            bytes = &bytes[n_used..];
        }
    }

    /// Ends the archive, and returns its problems.
    pub fn finish(mut self, out: &mut Out<'_>) -> Vec<Problem> {
        if self.at == At::Descriptor && self.held.len() >= LEAST_DESCRIPTOR_BYTES {
            self.descriptor(out);
        }
        let mut problems = Vec::new();
        if let Some(mut file) = self.file.take() {
            // Bytes held by the search for the end of the data are data.
            let held = std::mem::take(&mut self.held);
            if self.at == At::Search {
                file.push(&held, out);
            }
            file.cut(out);
        } else if !self.is_ended {
            problems.push(Problem::Truncated { container: NAME, offset: self.n_in });
        }
        if self.n_skips > 0 {
            let (offset, n_bytes, n_places) = (self.first_skipped, self.n_skipped, self.n_skips);
            problems.push(Problem::Skipped { container: NAME, offset, n_bytes, n_places });
        }
        if self.n_missing > 0 {
            let (n_files, first) = (self.n_missing, self.first_missing);
            problems.push(Problem::Missing { container: NAME, n_files, first });
        }
        if self.n_files == 0 {
            problems.push(Problem::NoFiles { container: NAME });
        }
        problems.extend(self.trailing);
        problems
    }

    /// Reads the held bytes again.
    fn again(&mut self, out: &mut Out<'_>) {
        let held = std::mem::take(&mut self.held);
        self.push(&held, out);
    }

    /// Takes bytes of a record, and returns how many.
    fn record(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        if self.is_ended && self.held.is_empty() && bytes[0] == 0 {
            self.n_in += 1;
            return 1;
        }
        let mut n_used = 0;
        loop {
            match record_bytes(&self.held) {
                None => {
                    self.no_record(out);
                    return n_used;
                }
                Some(n_wanted) if n_wanted == self.held.len() => {
                    let record = std::mem::take(&mut self.held);
                    self.whole_record(&record, out);
                    return n_used;
                }
                Some(n_wanted) => {
                    let n = (n_wanted - self.held.len()).min(bytes.len() - n_used);
                    if n == 0 {
                        return n_used;
                    }
                    self.held.extend_from_slice(&bytes[n_used..n_used + n]);
                    self.n_in += n as u64;
                    n_used += n;
                }
            }
        }
    }

    /// Handles held bytes that do not begin a record.
    fn no_record(&mut self, out: &mut Out<'_>) {
        let offset = self.n_in - self.held.len() as u64;
        if self.is_ended {
            self.trailing = Some(Problem::Trailing { container: NAME, offset });
            self.at = At::Done;
            return;
        }
        if self.n_skips == 0 {
            self.first_skipped = offset;
        }
        self.n_skips += 1;
        self.n_skipped += 1;
        self.at = At::Lost;
        self.n_in -= self.held.len() as u64 - 1;
        self.held.remove(0);
        self.again(out);
    }

    fn whole_record(&mut self, record: &[u8], out: &mut Out<'_>) {
        let signature = record.first_chunk::<4>().copied().unwrap_or_default();
        let place = self.n_in - record.len() as u64;
        match signature {
            LOCAL => {
                if std::mem::take(&mut self.is_ended) {
                    self.base = place;
                }
                self.places.push(place);
                if let Some(local) = Local::parse(record) {
                    self.begin(local, out);
                }
            }
            DIRECTORY => self.directory(record),
            END => self.is_ended = true,
            _ => {}
        }
    }

    fn begin(&mut self, local: Local, out: &mut Out<'_>) {
        let path = Some(path_in(self.member.path.as_deref(), &local.name));
        let containers = self.member.containers.clone();
        let member = Member { path, containers, modified: local.modified };
        let file = File::new(local, self.n_files + 1, member, out);
        self.n_files += !file.is_folder() as u64;
        self.at = if file.must_be_searched() { At::Search } else { At::Data };
        self.file = Some(file);
        self.end_if_whole(out);
    }

    /// Compares an entry of the directory with the files that were read.
    fn directory(&mut self, record: &[u8]) {
        let Some((name, place)) = directory_entry(record) else { return };
        let is_there =
            self.base.checked_add(place).is_some_and(|place| self.places.binary_search(&place).is_ok());
        if !is_there {
            if self.n_missing == 0 {
                self.first_missing = path_in(None, name);
            }
            self.n_missing += 1;
        }
    }

    fn data(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        let Some(file) = &mut self.file else {
            self.at = At::Record;
            return 0;
        };
        let n_left = file.n_left();
        let n = n_left.map_or(bytes.len(), |n_left| n_left.min(bytes.len() as u64) as usize);
        let n_used = match file.push(&bytes[..n], out) {
            Came::More => n,
            Came::End(n_used) => {
                file.decoded(n_left.is_some_and(|n_left| n_left > n_used as u64));
                if n_left.is_none() {
                    self.at = At::Descriptor;
                }
                n_used
            }
            Came::Lost => {
                if n_left.is_none() {
                    self.at = At::Search;
                }
                0
            }
        };
        self.n_in += n_used as u64;
        self.end_if_whole(out);
        n_used
    }

    /// Ends the file if all of its data has been read and no descriptor follows.
    fn end_if_whole(&mut self, out: &mut Out<'_>) {
        let Some(file) = self.file.as_mut().filter(|file| file.n_left() == Some(0)) else { return };
        file.whole(out);
        if file.has_descriptor() {
            self.at = At::Descriptor;
        } else {
            self.end(out);
        }
    }

    fn end(&mut self, out: &mut Out<'_>) {
        self.at = At::Record;
        if let Some(file) = self.file.take() {
            file.finish(out);
        }
    }

    fn gather_descriptor(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        let n = (DESCRIPTOR_BYTES - self.held.len()).min(bytes.len());
        self.held.extend_from_slice(&bytes[..n]);
        self.n_in += n as u64;
        if self.held.len() == DESCRIPTOR_BYTES {
            self.descriptor(out);
        }
        n
    }

    /// Reads the descriptor after a file. The bytes after the descriptor are held with it.
    fn descriptor(&mut self, out: &mut Out<'_>) {
        let head = std::mem::take(&mut self.held);
        let n = self.file.as_mut().and_then(|file| {
            let n = file.descriptor(&head);
            if n.is_none() {
                file.say_checksum();
            }
            n
        });
        let is_next = |at: usize| head.get(at..at + 2) == Some(b"PK");
        let guess = || match head.starts_with(&DESCRIPTOR) {
            true if is_next(16) => 16,
            true => DESCRIPTOR_BYTES,
            false if is_next(12) => 12,
            false => 0,
        };
        self.held = head[n.unwrap_or_else(guess).min(head.len())..].to_vec();
        self.n_in -= self.held.len() as u64;
        self.end(out);
        self.again(out);
    }

    /// Takes the data of a file up to its end, if the end is in `bytes`, and returns how many bytes. The few bytes
    /// that may belong to the end are left.
    fn search(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        let Some(file) = &mut self.file else {
            self.at = At::Record;
            return 0;
        };
        let mut at = 0;
        loop {
            let found = find(&bytes[at..]);
            let n = found.unwrap_or(bytes.len() - at - bytes.ends_with(b"P") as usize);
            file.push(&bytes[at..at + n], out);
            self.n_in += n as u64;
            at += n;
            let head = &bytes[at..];
            if found.is_none() || head.len() < Local::CERTAIN_BYTES {
                return at;
            }
            let n_descriptor = file.descriptor(head).filter(|_| head.starts_with(&DESCRIPTOR));
            let is_next = !file.is_stored() && (Local::is_certain(head) || head.starts_with(&DIRECTORY));
            if n_descriptor.is_some() || is_next {
                let n = n_descriptor.unwrap_or(0);
                self.n_in += n as u64;
                self.end(out);
                return at + n;
            }
            file.push(&head[..2], out);
            self.n_in += 2;
            at += 2;
        }
    }

    /// Skips bytes up to the next record, and returns how many. The few last bytes that may begin a record are left.
    fn lost(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        loop {
            let found = find(&bytes[at..]);
            at += found.unwrap_or(bytes.len() - at - bytes.ends_with(b"P") as usize);
            let head = &bytes[at..];
            let is_record = [DIRECTORY, END, END_64].iter().any(|signature| head.starts_with(signature))
                || Local::is_certain(head);
            if is_record {
                self.at = At::Record;
            }
            let may_be = head.len() < 4 || head.starts_with(&LOCAL) && head.len() < Local::CERTAIN_BYTES;
            if is_record || found.is_none() || may_be {
                self.n_in += at as u64;
                self.n_skipped += at as u64;
                return at;
            }
            at += 2;
        }
    }
}

/// The next place where a signature may begin.
fn find(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, b"PK")
}
