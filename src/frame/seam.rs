//! Finds the start of a record in the middle of a member of lines, without the bytes before.

use super::lines::trimmed;
use crate::base::event::{Framing, Lines};
use crate::base::limits;
use crate::base::text::clean;

/// Looks for the first record that begins after a given place. However the bytes are cut, the result is the same.
pub struct SeamFinder {
    lines: Lines,
    /// The bytes of lines that were not checked yet. The first is byte `offset` of the member.
    buffer: Vec<u8>,
    offset: u64,
    /// The index up to which line ends were looked for.
    scanned: usize,
    /// Whether the buffer begins inside a line.
    is_inside: bool,
}

impl SeamFinder {
    /// A finder for a member from byte `offset` on, which must be greater than 0. `None` for a framing in which the
    /// start of a record depends on the bytes before it.
    pub fn new(framing: Framing, offset: u64) -> Option<SeamFinder> {
        match framing {
            Framing::Lines(lines @ (Lines::Each | Lines::From(_) | Lines::Until(_) | Lines::Stamped(_))) => {
                Some(SeamFinder { lines, buffer: Vec::new(), offset, scanned: 0, is_inside: true })
            }
            _ => None,
        }
    }

    /// Takes the next bytes, and returns the offset at which a record begins as soon as it is known.
    pub fn push(&mut self, chunk: &[u8]) -> Option<u64> {
        self.buffer.extend_from_slice(chunk);
        let buffer = std::mem::take(&mut self.buffer);
        let mut start = 0;
        while let Some(n) = memchr::memchr(b'\n', &buffer[self.scanned..]) {
            let next = self.scanned + n + 1;
            if let Some(at) = self.seam(&buffer, start, next) {
                return Some(self.offset + at as u64);
            }
            (self.is_inside, self.scanned, start) = (false, next, next);
        }
        if buffer.len() - start > limits::RECORD_BYTES {
            // A line that is longer than a record.
            (self.is_inside, start) = (true, buffer.len());
        }
        self.buffer = buffer[start..].to_vec();
        self.offset += start as u64;
        self.scanned = self.buffer.len();
        None
    }

    /// The start of a record in the line `buffer[start..next]` or directly after it, if a record surely begins there.
    fn seam(&self, buffer: &[u8], start: usize, next: usize) -> Option<usize> {
        let line = trimmed(&buffer[start..next]);
        match self.lines {
            Lines::Each => Some(next),
            _ if self.is_inside => None,
            Lines::From(begins) => begins(&clean(line).0).then_some(start),
            Lines::Stamped(places) => places.begins(&clean(line).0).then_some(start),
            Lines::Until(ends) => ends(line).then_some(next),
            Lines::Quoted => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each byte, the start of the first record after it, as found in chunks of `n_chunk` bytes.
    fn seams(lines: Lines, text: &[u8], n_chunk: usize) -> Vec<Option<u64>> {
        let find = |at: usize| {
            let mut finder = SeamFinder::new(Framing::Lines(lines), at as u64).expect("lines have seams");
            text[at..].chunks(n_chunk).find_map(|chunk| finder.push(chunk))
        };
        (1..text.len()).map(find).collect()
    }

    #[test]
    fn a_seam_is_where_a_record_begins() {
        let text = b"a1\n b\na2\n\n b\na3";
        let from = Lines::From(|line| line.starts_with(b"a"));
        let until = Lines::Until(|line| line.ends_with(b"b"));
        for (lines, records) in [(Lines::Each, &[3, 6, 9, 10, 13][..]), (from, &[6]), (until, &[6, 13])] {
            let expected = seams(lines, text, text.len());
            for found in expected.iter().flatten() {
                assert!(records.contains(found), "{lines:?}: {found}");
            }
            assert_eq!(expected[0], Some(records[0]), "{lines:?}");
            for n_chunk in [1, 2, 5] {
                assert_eq!(seams(lines, text, n_chunk), expected, "{lines:?} by {n_chunk}");
            }
        }
        assert!(SeamFinder::new(Framing::Lines(Lines::Quoted), 1).is_none());
    }
}
