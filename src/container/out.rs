//! What all layers of a dropped file share: the receiver of its members, and how much of each limit is used.

use super::{Member, Members};
use crate::base::{Problem, limits};

/// The number of bytes that are decompressed at a time.
const ROOM_BYTES: usize = 256 << 10;

/// The receiver of the members of a file, and how much of each limit the file has used.
pub struct Out<'a> {
    /// Takes the members.
    pub members: &'a mut dyn Members,
    /// How much of each limit is used.
    pub budget: &'a mut Budget,
}

impl Out<'_> {
    /// Keeps the problems of the archive `archive`.
    pub fn say(&mut self, archive: &Member, problems: impl Iterator<Item = Problem>) {
        for problem in problems {
            if self.budget.problems.len() < limits::ARCHIVE_PROBLEMS {
                self.budget.problems.push(match archive.path.clone() {
                    None => problem,
                    Some(path) => Problem::Inside { path, problem: Box::new(problem) },
                });
            }
        }
    }
}

/// How much of each limit a file has used, and the problems of its archives.
#[derive(Default)]
pub struct Budget {
    /// Bytes of the dropped file read so far.
    pub n_in: u64,
    /// Problems of archives that do not belong to one member.
    pub problems: Vec<Problem>,
    /// Bytes unwrapped from the layers of each depth.
    n_out: [u64; limits::CONTAINER_DEPTH],
    n_members: usize,
    n_left_out: u64,
    /// Buffers for decoded bytes. Each layer that is decoding borrows one buffer.
    rooms: Vec<Vec<u8>>,
}

impl Budget {
    /// Counts `n` bytes that were unwrapped from a layer inside `depth` others.
    ///
    /// # Errors
    /// If the sum is more than a limit allows; then the caller must not pass the bytes on.
    pub fn spend(&mut self, depth: usize, n: u64) -> Result<(), &'static str> {
        let n_out = self.n_out[depth].saturating_add(n);
        if n_out > limits::MEMBER_BYTES {
            return Err("the limit of 64 GiB");
        }
        if n_out > 1 << 20 && n_out / limits::EXPANSION_RATIO > self.n_in {
            return Err("the limit of 1,000 times its size");
        }
        self.n_out[depth] = n_out;
        Ok(())
    }

    /// Bytes unwrapped so far from layers inside `depth` others.
    pub fn spent(&self, depth: usize) -> u64 {
        self.n_out[depth]
    }

    /// Counts one member, and returns whether the limit allows it.
    pub fn spend_member(&mut self) -> bool {
        let is_left = self.n_members < limits::MEMBERS;
        self.n_members += is_left as usize;
        self.n_left_out += !is_left as u64;
        is_left
    }

    /// The problems of the archives and of the whole file.
    pub fn finish(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.n_left_out > 0 {
            problems.push(Problem::TooManyFiles { limit: limits::MEMBERS, n_left_out: self.n_left_out });
        }
        problems
    }

    /// Lends a buffer for decoded bytes.
    pub fn take_room(&mut self) -> Vec<u8> {
        self.rooms.pop().unwrap_or_else(|| vec![0; ROOM_BYTES])
    }

    /// Takes a lent buffer back.
    pub fn give_room(&mut self, room: Vec<u8>) {
        self.rooms.push(room);
    }
}
