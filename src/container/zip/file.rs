//! A file in a zip archive, while its data is read.

use flate2::Crc;

use super::record::{DESCRIPTOR, Local, u32_at, u64_at};
use crate::base::Problem;
use crate::container::Member;
use crate::container::codec::{Bzip2, Decode, Inflate, Lzma, Sink, Step, Wrong, Xz, Zstd};
use crate::container::layer::Layer;
use crate::container::out::Out;

/// The number of the method zstd.
const ZSTD: u16 = 93;

/// What happens to the data.
enum Way {
    Stored,
    Decode(Box<dyn Decode>),
    /// The data is skipped, because it is decoded already or cannot be decoded.
    Skip,
}

/// A file whose data is being read.
pub struct File {
    local: Local,
    /// The number of the file in the archive, counted from 1.
    number: u64,
    /// `None` for a folder.
    layer: Option<Layer>,
    way: Way,
    /// Whether all data of the file is decoded, so that its checksum can be compared.
    is_read: bool,
    /// The number of containers that the archive is in.
    depth: usize,
    /// The checksum of the decoded bytes.
    crc: Crc,
    n_out: u64,
    n_in: u64,
    problems: Vec<Problem>,
}

/// How far the data of a file was read.
pub enum Came {
    /// The file took all of the bytes and needs more.
    More,
    /// The data ends after this number of bytes.
    End(usize),
    /// Reading cannot continue, from the first of these bytes on.
    Lost,
}

impl File {
    /// The file whose record is `local`. `member` is the place of its archive, with the file's name.
    pub fn new(local: Local, number: u64, member: Member, out: &mut Out<'_>) -> File {
        let depth = member.containers.len() - 1;
        let way = if local.is_encrypted {
            Err(Problem::Encrypted { container: super::NAME })
        } else {
            way(&local).map_err(|what| Problem::Unsupported { container: super::NAME, what })
        };
        let is_folder = local.name.ends_with(b"/") && local.n_unpacked == 0;
        let (way, layer, problems) = match way {
            _ if is_folder => (Way::Skip, None, Vec::new()),
            Ok(way) => (way, Some(Layer::new(member)), Vec::new()),
            Err(problem) => (Way::Skip, Some(Layer::unread(member, out)), vec![problem]),
        };
        let is_read = !matches!(way, Way::Skip);
        File { local, number, layer, way, is_read, depth, crc: Crc::new(), n_out: 0, n_in: 0, problems }
    }

    /// Whether the file is a folder.
    pub fn is_folder(&self) -> bool {
        self.layer.is_none()
    }

    /// The length of the data, if it is known before the data ends.
    pub fn n_packed(&self) -> Option<u64> {
        let is_unknown = self.local.has_descriptor && self.local.n_packed == 0;
        (!is_unknown).then_some(self.local.n_packed)
    }

    /// The number of bytes of the data that are still to be read, if it is known.
    pub fn n_left(&self) -> Option<u64> {
        self.n_packed().map(|n_packed| n_packed - self.n_in)
    }

    /// Whether the end of the data can only be found by searching for the record after it.
    pub fn must_be_searched(&self) -> bool {
        self.n_packed().is_none() && !matches!(self.way, Way::Decode(_))
    }

    /// Whether the data is stored uncompressed: then bytes that look like the next file may be data of this file.
    pub fn is_stored(&self) -> bool {
        matches!(self.way, Way::Stored)
    }

    /// Whether a descriptor with checksum and sizes follows the data.
    pub fn has_descriptor(&self) -> bool {
        self.local.has_descriptor
    }

    /// Takes the next bytes of the data.
    pub fn push(&mut self, bytes: &[u8], out: &mut Out<'_>) -> Came {
        let Way::Decode(decoder) = &mut self.way else {
            self.n_in += bytes.len() as u64;
            if matches!(self.way, Way::Stored) {
                self.hand_on(bytes, out);
            }
            return Came::More;
        };
        let mut room = out.budget.take_room();
        let target =
            Target { layer: &mut self.layer, depth: self.depth, crc: &mut self.crc, n_out: &mut self.n_out };
        let step = target.with(out, |sink| decoder.decode(bytes, &mut room, sink));
        let came = match step {
            Ok(Step::More) => Came::More,
            Ok(Step::End { n_in, .. }) => Came::End(n_in),
            Err(wrong) => {
                self.stop(wrong, &mut room, out);
                Came::Lost
            }
        };
        out.budget.give_room(room);
        self.n_in += match came {
            Came::More => bytes.len() as u64,
            Came::End(n) => n as u64,
            Came::Lost => 0,
        };
        came
    }

    /// Ends the decoded stream. If `has_more`, the data continues: with another frame, as some tools write, or with
    /// bytes that are skipped.
    pub fn decoded(&mut self, has_more: bool) {
        self.way = match self.local.method {
            ZSTD if has_more => Way::Decode(Box::<Zstd>::default()),
            _ => Way::Skip,
        };
    }

    fn stop(&mut self, wrong: Wrong, room: &mut [u8], out: &mut Out<'_>) {
        let Way::Decode(mut decoder) = std::mem::replace(&mut self.way, Way::Skip) else { return };
        let problem = match wrong {
            Wrong::Refused(problem) => problem,
            Wrong::Unsupported(what) => Problem::Unsupported { container: super::NAME, what },
            Wrong::Damaged => {
                let salvaged = self.salvage(&mut *decoder, room, out);
                salvaged.unwrap_or(Problem::Damaged { container: super::NAME, offset: self.n_out })
            }
        };
        self.is_read = false;
        self.problems.push(problem);
    }

    fn salvage(&mut self, decoder: &mut dyn Decode, room: &mut [u8], out: &mut Out<'_>) -> Option<Problem> {
        let target =
            Target { layer: &mut self.layer, depth: self.depth, crc: &mut self.crc, n_out: &mut self.n_out };
        target.with(out, |sink| decoder.salvage(room, sink)).err()
    }

    fn hand_on(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        self.crc.update(bytes);
        self.n_out += bytes.len() as u64;
        if let Some(layer) = &mut self.layer {
            layer.push(bytes, out);
        }
    }

    /// The length of the descriptor that begins with `head`, if its values match the data.
    pub fn descriptor(&self, head: &[u8]) -> Option<usize> {
        let n_signature = if head.starts_with(&DESCRIPTOR) { 4 } else { 0 };
        let length_after = |n_signature: usize| Some(n_signature + self.fits(head.get(n_signature..)?)?);
        length_after(n_signature).or_else(|| length_after(0))
    }

    /// The length of the fields of a descriptor, if they match the data. The checksum is compared only if the data was
    /// decoded.
    fn fits(&self, fields: &[u8]) -> Option<usize> {
        if self.is_read && u32_at(fields, 0)? != self.crc.sum() {
            return None;
        }
        let is_size = |n_packed: u64, n_unpacked: u64| {
            n_packed == self.n_in && (!self.is_read || n_unpacked == self.n_out)
        };
        let narrow = is_size(u32_at(fields, 4)? as u64, u32_at(fields, 8)? as u64);
        let wide = || is_size(u64_at(fields, 4)?, u64_at(fields, 12)?).then_some(20);
        if narrow { Some(12) } else { wide() }
    }

    /// Ends data that has come whole, and reports its problems, as far as the record before the data shows them.
    pub fn whole(&mut self, out: &mut Out<'_>) {
        if matches!(self.way, Way::Decode(_)) {
            let mut room = out.budget.take_room();
            self.stop(Wrong::Damaged, &mut room, out);
            out.budget.give_room(room);
        }
        let is_right = self.local.crc == self.crc.sum() && self.local.n_unpacked == self.n_out;
        if !self.local.has_descriptor && !is_right {
            self.say_checksum();
        }
    }

    /// Reports that the data does not match its checksum.
    pub fn say_checksum(&mut self) {
        if self.is_read && !self.is_folder() {
            self.problems.push(Problem::Checksum { container: super::NAME, member: self.number });
        }
    }

    /// Ends the file.
    pub fn finish(self, out: &mut Out<'_>) {
        if let Some(layer) = self.layer {
            layer.finish(self.problems, out);
        }
    }

    /// Ends the file inside its data, because the archive ends there.
    pub fn cut(mut self, out: &mut Out<'_>) {
        if let Way::Decode(mut decoder) = std::mem::replace(&mut self.way, Way::Skip) {
            let mut room = out.budget.take_room();
            let refused = self.salvage(&mut *decoder, &mut room, out);
            self.problems.extend(refused);
            out.budget.give_room(room);
        }
        self.problems.push(Problem::Truncated { container: super::NAME, offset: self.n_out });
        self.finish(out);
    }
}

/// Takes the decoded bytes of a file.
struct Target<'a> {
    layer: &'a mut Option<Layer>,
    depth: usize,
    crc: &'a mut Crc,
    n_out: &'a mut u64,
}

impl Target<'_> {
    /// Calls `decode` with a sink that counts the bytes, adds them to the checksum and passes them on.
    fn with<T>(self, out: &mut Out<'_>, decode: impl FnOnce(&mut Sink<'_>) -> T) -> T {
        decode(&mut |bytes| {
            if let Some(layer) = self.layer {
                layer.take(self.depth, bytes, out)?;
            }
            self.crc.update(bytes);
            *self.n_out += bytes.len() as u64;
            Ok(())
        })
    }
}

/// How to read the data of a file.
///
/// # Errors
/// The name of the feature that the data needs and this reader does not have.
fn way(local: &Local) -> Result<Way, &'static str> {
    Ok(match local.method {
        _ if local.n_packed == 0 && local.n_unpacked == 0 && !local.has_descriptor => Way::Stored,
        0 => Way::Stored,
        8 => Way::Decode(Box::new(Inflate::bare())),
        12 => Way::Decode(Box::<Bzip2>::default()),
        14 if local.has_descriptor => return Err("the method lzma with a size that follows it"),
        14 => Way::Decode(Box::new(ZipLzma { head: Vec::new(), n_out: local.n_unpacked, stream: None })),
        ZSTD => Way::Decode(Box::<Zstd>::default()),
        95 => Way::Decode(Box::<Xz>::default()),
        1 => return Err("the method shrink"),
        2..=5 => return Err("the method reduce"),
        6 => return Err("the method implode"),
        9 => return Err("the method deflate64"),
        98 => return Err("the method ppmd"),
        _ => return Err("a method that is not known here"),
    })
}

/// A stream of lzma after the header that zip gives it: a version, the length of the properties, and the properties.
struct ZipLzma {
    head: Vec<u8>,
    n_out: u64,
    stream: Option<Lzma>,
}

impl Decode for ZipLzma {
    fn decode(&mut self, input: &[u8], room: &mut [u8], sink: &mut Sink<'_>) -> Result<Step, Wrong> {
        const HEAD_BYTES: usize = 9;
        let n = (HEAD_BYTES - self.head.len()).min(input.len());
        self.head.extend_from_slice(&input[..n]);
        let Some(head) = self.head.first_chunk::<HEAD_BYTES>() else { return Ok(Step::More) };
        if self.stream.is_none() {
            if head[2..4] != [5, 0] {
                return Err(Wrong::Damaged);
            }
            let n_dictionary = u32::from_le_bytes([head[5], head[6], head[7], head[8]]);
            self.stream = Some(Lzma::bare(head[4], n_dictionary, Some(self.n_out))?);
        }
        let Some(stream) = &mut self.stream else { return Err(Wrong::Damaged) };
        Ok(match stream.decode(&input[n..], room, sink)? {
            Step::More => Step::More,
            Step::End { n_in, is_right } => Step::End { n_in: n + n_in, is_right },
        })
    }

    fn salvage(&mut self, room: &mut [u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        self.stream.as_mut().map_or(Ok(()), |stream| stream.salvage(room, sink))
    }
}
