//! Writes archives, right and wrong, as small as they can be.

/// A header of tar with its checksum; `size` is what it says.
pub fn tar_header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[136..148].copy_from_slice(b"14000000000\0");
    header[156] = kind;
    header[257..263].copy_from_slice(b"ustar\0");
    tar_sum(&mut header);
    header
}

/// Puts the right checksum into a header.
pub fn tar_sum(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| byte as u32).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A header with data, padded to whole blocks.
pub fn tar_entry(name: &str, kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut entry = tar_header(name, kind, bytes.len() as u64);
    entry.extend_from_slice(bytes);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

/// An archive of files.
pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive: Vec<u8> = files.iter().flat_map(|(name, bytes)| tar_entry(name, b'0', bytes)).collect();
    archive.extend_from_slice(&[0; 1_024]);
    archive
}

/// Records of an extended header.
pub fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let record = |&(key, value): &(&str, &str)| {
        let length = key.len() + value.len() + 3;
        let mut n = length + 1;
        while format!("{n}").len() + length != n {
            n += 1;
        }
        format!("{n} {key}={value}\n").into_bytes()
    };
    records.iter().flat_map(record).collect()
}

/// A file in a zip archive.
#[derive(Clone)]
pub struct Zipped {
    pub name: &'static str,
    pub method: u16,
    pub flags: u16,
    /// What stands in the archive.
    pub packed: Vec<u8>,
    pub unpacked: Vec<u8>,
    /// Whether sizes and checksum follow the data, with a signature or without.
    pub descriptor: Option<bool>,
}

pub fn stored(name: &'static str, bytes: &[u8]) -> Zipped {
    let (packed, unpacked) = (bytes.to_vec(), bytes.to_vec());
    Zipped { name, method: 0, flags: 0, packed, unpacked, descriptor: None }
}

pub fn deflated(name: &'static str, bytes: &[u8]) -> Zipped {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).expect("memory takes all");
    let packed = encoder.finish().expect("memory takes all");
    Zipped { method: 8, packed, ..stored(name, bytes) }
}

impl Zipped {
    /// With sizes and checksum behind the data.
    pub fn streamed(mut self, has_signature: bool) -> Zipped {
        self.descriptor = Some(has_signature);
        self.flags |= 8;
        self
    }

    fn numbers(&self) -> Vec<u8> {
        let mut crc = flate2::Crc::new();
        crc.update(&self.unpacked);
        let numbers = [crc.sum(), self.packed.len() as u32, self.unpacked.len() as u32];
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// The record ahead of it, the data, and what follows it.
    pub fn local(&self) -> Vec<u8> {
        let mut local =
            [&b"PK\x03\x04\x14\0"[..], &self.flags.to_le_bytes(), &self.method.to_le_bytes()].concat();
        // 2025-11-03 10:00:02
        local.extend_from_slice(&[0x01, 0x50, 0x63, 0x5b]);
        local.extend(if self.descriptor.is_some() { vec![0; 12] } else { self.numbers() });
        local.extend_from_slice(&(self.name.len() as u32).to_le_bytes());
        local.extend_from_slice(self.name.as_bytes());
        local.extend_from_slice(&self.packed);
        if let Some(has_signature) = self.descriptor {
            local.extend_from_slice(if has_signature { b"PK\x07\x08" } else { b"" });
            local.extend(self.numbers());
        }
        local
    }

    /// Its entry in the directory.
    pub fn entry(&self, place: u32) -> Vec<u8> {
        let mut entry = b"PK\x01\x02\x14\0\x14\0".to_vec();
        entry.extend_from_slice(&self.flags.to_le_bytes());
        entry.extend_from_slice(&self.method.to_le_bytes());
        entry.extend_from_slice(&[0x01, 0x50, 0x63, 0x5b]);
        entry.extend(self.numbers());
        entry.extend_from_slice(&(self.name.len() as u32).to_le_bytes());
        entry.extend_from_slice(&[0; 10]);
        entry.extend_from_slice(&place.to_le_bytes());
        entry.extend_from_slice(self.name.as_bytes());
        entry
    }
}

/// The end of an archive's directory.
pub fn zip_end(n_files: u16, n_directory: usize, place: usize) -> Vec<u8> {
    let numbers = [&n_files.to_le_bytes()[..], &n_files.to_le_bytes()].concat();
    let sizes = [(n_directory as u32).to_le_bytes(), (place as u32).to_le_bytes()].concat();
    [&b"PK\x05\x06\0\0\0\0"[..], &numbers, &sizes, &[0, 0]].concat()
}

/// An archive of files.
pub fn zip(files: &[Zipped]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        directory.extend(file.entry(archive.len() as u32));
        archive.extend(file.local());
    }
    let end = zip_end(files.len() as u16, directory.len(), archive.len());
    [archive, directory, end].concat()
}
