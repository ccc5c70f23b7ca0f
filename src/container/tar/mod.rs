//! tar: for each file a header and its data, in blocks of 512 bytes; two blocks of zeros mark the end.
//!
//! Spec: POSIX.1-2024, pax ("ustar Interchange Format", "pax Interchange Format"); "Basic Tar Format" and "Storing
//! Sparse Files" of the GNU tar manual.
//! Shape: folders, links and devices are not members. Holes of sparse files are read as zero bytes, within the limits.
//! Differs from the spec: archives after the end mark are read too, because `cat` can join archives. A header with a
//! wrong checksum is skipped with all bytes up to the next header with a right one; one problem for each archive
//! reports all skipped bytes.

pub(super) mod header;
mod sparse;

use super::layer::Layer;
use super::out::Out;
use super::{Member, path_in};
use crate::base::{Problem, Timestamp, limits};
use header::{BLOCK_BYTES, Extension, Header, is_header};
use sparse::{Next, STRETCHES, Sparse};

/// The part of the archive that the next bytes belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Header,
    /// A header that extends the next header, or all following headers.
    Extension {
        kind: u8,
        n_left: u64,
    },
    /// More stretches of a sparse file of the old format, before its data.
    OldMap,
    /// The stretches of a sparse file, as decimal digits.
    Map {
        n_lines: u64,
    },
    Data,
    Padding(usize),
    /// After the end of the archive.
    Done,
}

/// Reads one archive.
pub struct Tar {
    member: Member,
    at: At,
    /// The bytes of a part that is not complete yet.
    held: Vec<u8>,
    n_in: u64,
    /// What extended headers set for the next file.
    next: Extension,
    /// What extended headers set for all files.
    all: Extension,
    /// The file whose data is being read; `None` if its data is skipped.
    file: Option<Layer>,
    sparse: Option<Sparse>,
    /// The text that lists the stretches of a sparse file, as far as it has come.
    map: Vec<u8>,
    /// Bytes of the file that were passed on.
    n_out: u64,
    /// Bytes of the data that are still to be read.
    n_left: u64,
    /// Bytes between the data and the end of its last block.
    n_padding: usize,
    n_files: u64,
    n_zero_blocks: u64,
    skipped: Skipped,
    trailing: Option<Problem>,
}

/// The bytes that were skipped in search of a header.
#[derive(Debug, Clone, Default)]
struct Skipped {
    is_lost: bool,
    first: u64,
    n_bytes: u64,
    n_places: u64,
}

impl Tar {
    /// The name in the containers of a member.
    pub const NAME: &'static str = "tar";

    /// The archive at the place that `member` describes.
    pub fn new(member: Member) -> Tar {
        Tar {
            member,
            at: At::Header,
            held: Vec::new(),
            n_in: 0,
            next: Extension::default(),
            all: Extension::default(),
            file: None,
            sparse: None,
            map: Vec::new(),
            n_out: 0,
            n_left: 0,
            n_padding: 0,
            n_files: 0,
            n_zero_blocks: 0,
            skipped: Skipped::default(),
            trailing: None,
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Out<'_>) {
        while !bytes.is_empty() {
            let n_used = match self.at {
                At::Done => bytes.len(),
                At::Header | At::OldMap | At::Map { .. } => self.gather_block(bytes, out),
                At::Extension { kind, n_left } => self.extension(kind, n_left, bytes),
                At::Data => self.data(bytes, out),
                At::Padding(n_left) => {
                    let n = n_left.min(bytes.len());
                    self.at = if n == n_left { At::Header } else { At::Padding(n_left - n) };
                    n
                }
            };
            self.n_in += n_used as u64;
            bytes = &bytes[n_used..];
        }
    }

    /// Ends the archive, and returns its problems.
    pub fn finish(mut self, out: &mut Out<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(file) = self.file.take() {
            file.finish(vec![Problem::Truncated { container: Tar::NAME, offset: self.n_out }], out);
        } else if !self.is_ended() {
            problems.push(Problem::Truncated { container: Tar::NAME, offset: self.n_in });
        }
        let Skipped { first, n_bytes, n_places, .. } = self.skipped;
        if n_places > 0 {
            problems.push(Problem::Skipped { container: Tar::NAME, offset: first, n_bytes, n_places });
        }
        if self.n_files == 0 {
            problems.push(Problem::NoFiles { container: Tar::NAME });
        }
        problems.extend(self.trailing);
        problems
    }

    /// Whether the archive is complete. One block of zeros is enough, as for other tools.
    fn is_ended(&self) -> bool {
        let has_mark = self.at == At::Header && self.n_zero_blocks > 0;
        let is_padding = self.held.iter().all(|&byte| byte == 0);
        has_mark && is_padding || self.at == At::Done || self.skipped.is_lost
    }

    /// Takes bytes of a block, and returns how many.
    fn gather_block(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        if self.held.is_empty()
            && let Some(block) = bytes.first_chunk::<BLOCK_BYTES>()
        {
            self.block(block, out);
            return BLOCK_BYTES;
        }
        let n = (BLOCK_BYTES - self.held.len()).min(bytes.len());
        self.held.extend_from_slice(&bytes[..n]);
        if self.held.len() == BLOCK_BYTES {
            // The offset of a block is the offset of its first byte.
            let n_before = (BLOCK_BYTES - n) as u64;
            let held = std::mem::take(&mut self.held);
            self.n_in -= n_before;
            self.block(&held, out);
            self.n_in += n_before;
        }
        n
    }

    fn block(&mut self, block: &[u8], out: &mut Out<'_>) {
        match self.at {
            At::OldMap => self.old_map(block, out),
            At::Map { n_lines } => self.map(n_lines, block, out),
            _ if is_header(block) => match Header::parse(block) {
                Some(header) => self.header(header, block, out),
                None => self.skip(),
            },
            _ if !self.skipped.is_lost && block.iter().all(|&byte| byte == 0) => self.n_zero_blocks += 1,
            _ if self.n_zero_blocks > 1 => {
                self.trailing = Some(Problem::Trailing { container: Tar::NAME, offset: self.n_in });
                self.at = At::Done;
            }
            _ => self.skip(),
        }
    }

    /// Skips a block that is not a header.
    fn skip(&mut self) {
        let skipped = &mut self.skipped;
        if skipped.n_places == 0 {
            skipped.first = self.n_in;
        }
        skipped.n_places += !skipped.is_lost as u64;
        skipped.n_bytes += BLOCK_BYTES as u64;
        skipped.is_lost = true;
    }

    fn header(&mut self, header: Header, block: &[u8], out: &mut Out<'_>) {
        self.skipped.is_lost = false;
        self.n_zero_blocks = 0;
        self.n_padding = (BLOCK_BYTES - (header.size % BLOCK_BYTES as u64) as usize) % BLOCK_BYTES;
        if matches!(header.kind, b'L' | b'K' | b'x' | b'X' | b'g') {
            self.at = At::Extension { kind: header.kind, n_left: header.size };
            if header.size == 0 {
                self.extension(header.kind, 0, &[]);
            }
            return;
        }
        let next = std::mem::take(&mut self.next);
        let size = next.size.or(self.all.size).unwrap_or(header.size);
        // A link has no data, whatever its size field holds.
        self.n_left = if header.kind == b'1' { 0 } else { size };
        self.n_padding = (BLOCK_BYTES - (self.n_left % BLOCK_BYTES as u64) as usize) % BLOCK_BYTES;
        let names = [&next.sparse_name, &next.name, &self.all.name];
        let name = names.into_iter().flatten().next().unwrap_or(&header.name).clone();
        let is_file = !matches!(header.kind, b'1'..=b'6' | b'D' | b'N' | b'V') && !name.ends_with(b"/");
        self.at = At::Data;
        if is_file {
            let modified = next.modified.or(self.all.modified).or(header.modified);
            self.begin(&name, modified);
            self.begin_sparse(header.kind, next, block);
        }
        self.end_if_whole(out);
    }

    fn begin(&mut self, name: &[u8], modified: Option<Timestamp>) {
        let path = path_in(self.member.path.as_deref(), name);
        let containers = self.member.containers.clone();
        self.file = Some(Layer::new(Member { path: Some(path), containers, modified }));
        self.n_files += 1;
        self.n_out = 0;
    }

    fn begin_sparse(&mut self, kind: u8, next: Extension, block: &[u8]) {
        let real_size = match kind {
            b'S' => header::number(&block[483..495]),
            _ => next.real_size,
        };
        let Some(real_size) = real_size else { return };
        let mut stretches = next.stretches;
        if kind == b'S' {
            Sparse::read_old(&mut stretches, &block[386..482]);
            self.at = if block[482] != 0 { At::OldMap } else { At::Data };
        } else if next.has_map_in_data {
            self.at = At::Map { n_lines: 0 };
        }
        self.sparse = Some(Sparse::new(stretches, real_size));
    }

    fn old_map(&mut self, block: &[u8], out: &mut Out<'_>) {
        let Some(sparse) = &mut self.sparse else { return };
        Sparse::read_old(&mut sparse.stretches, &block[..504]);
        if block[504] == 0 {
            self.at = At::Data;
            self.end_if_whole(out);
        }
    }

    /// Takes a block of a list of stretches: lines with the number of stretches, then the offset and the length of
    /// each.
    fn map(&mut self, n_lines: u64, block: &[u8], out: &mut Out<'_>) {
        let n_lines = n_lines + memchr::memchr_iter(b'\n', block).count() as u64;
        self.n_left = self.n_left.saturating_sub(BLOCK_BYTES as u64);
        self.map.extend_from_slice(block);
        let first_end = memchr::memchr(b'\n', &self.map).map_or(0, |end| end + 1);
        let (first, rest) = self.map.split_at(first_end);
        let n_stretches = header::decimal(first.trim_ascii_end()).unwrap_or(u64::MAX);
        if n_stretches <= STRETCHES as u64 && n_lines > 2 * n_stretches {
            let mut stretches = header::pairs(rest, b'\n');
            stretches.truncate(n_stretches as usize);
            if let Some(sparse) = &mut self.sparse {
                sparse.stretches = stretches;
            }
            self.map.clear();
            self.at = At::Data;
            self.end_if_whole(out);
        } else if n_stretches > STRETCHES as u64 || self.n_left == 0 || self.map.len() > limits::HEADER_BYTES
        {
            self.map.clear();
            self.give_up(Problem::Damaged { container: Tar::NAME, offset: 0 }, out);
        } else {
            self.at = At::Map { n_lines };
        }
    }

    fn extension(&mut self, kind: u8, n_left: u64, bytes: &[u8]) -> usize {
        let n = n_left.min(bytes.len() as u64) as usize;
        let n_kept = n.min(limits::HEADER_BYTES.saturating_sub(self.held.len()));
        self.held.extend_from_slice(&bytes[..n_kept]);
        if (n as u64) < n_left {
            self.at = At::Extension { kind, n_left: n_left - n as u64 };
            return n;
        }
        let held = std::mem::take(&mut self.held);
        match kind {
            b'L' => {
                let end = memchr::memchr(0, &held).unwrap_or(held.len());
                self.next.name = Some(held[..end].to_vec());
            }
            b'g' => self.all.read(&held),
            b'K' => {}
            _ => self.next.read(&held),
        }
        self.at = if self.n_padding == 0 { At::Header } else { At::Padding(self.n_padding) };
        n
    }

    fn data(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        let n = self.n_left.min(bytes.len() as u64) as usize;
        self.n_left -= n as u64;
        if self.sparse.is_some() {
            self.sparse_data(&bytes[..n], out);
        } else if let Some(file) = &mut self.file {
            self.n_out += n as u64;
            file.push(&bytes[..n], out);
        }
        self.end_if_whole(out);
        n
    }

    /// Writes data of a sparse file, and the hole before the data; at the end of the data also the hole after it.
    fn sparse_data(&mut self, mut data: &[u8], out: &mut Out<'_>) {
        while let (Some(sparse), Some(file)) = (&mut self.sparse, &mut self.file) {
            match sparse.next() {
                _ if data.is_empty() && self.n_left > 0 => return,
                Next::Hole(n) => self.hole(n, out),
                Next::End if data.is_empty() => self.sparse = None,
                Next::Data(n) if !data.is_empty() => {
                    let n = n.min(data.len() as u64);
                    let (first, rest) = data.split_at(n as usize);
                    sparse.wrote_data(n);
                    self.n_out += n;
                    file.push(first, out);
                    data = rest;
                }
                // Data outside the stretches, or a stretch without data.
                Next::Data(_) | Next::End | Next::Wrong => {
                    self.give_up(Problem::Damaged { container: Tar::NAME, offset: self.n_out }, out);
                }
            }
        }
    }

    /// Writes zero bytes to the file, if the limits allow.
    fn hole(&mut self, n: u64, out: &mut Out<'_>) {
        const ZEROS: [u8; 16 << 10] = [0; 16 << 10];
        let (Some(sparse), Some(file)) = (&mut self.sparse, &mut self.file) else { return };
        if let Err(limit) = out.budget.spend(self.member.containers.len() - 1, n) {
            return self.give_up(Problem::TooLarge { offset: self.n_out, limit }, out);
        }
        sparse.wrote_hole(n);
        self.n_out += n;
        let mut n_left = n;
        while n_left > 0 {
            let n = n_left.min(ZEROS.len() as u64);
            file.push(&ZEROS[..n as usize], out);
            n_left -= n;
        }
    }

    /// Ends a file before its data ends: the rest of the data is skipped.
    fn give_up(&mut self, problem: Problem, out: &mut Out<'_>) {
        self.sparse = None;
        if let Some(file) = self.file.take() {
            file.finish(vec![problem], out);
        }
        if matches!(self.at, At::Map { .. } | At::OldMap) {
            self.at = At::Data;
            self.end_if_whole(out);
        }
    }

    /// Ends the file if all of its data has been read.
    fn end_if_whole(&mut self, out: &mut Out<'_>) {
        if self.at != At::Data || self.n_left > 0 {
            return;
        }
        self.sparse_data(&[], out);
        self.sparse = None;
        if let Some(file) = self.file.take() {
            file.finish(Vec::new(), out);
        }
        self.at = if self.n_padding == 0 { At::Header } else { At::Padding(self.n_padding) };
    }
}
