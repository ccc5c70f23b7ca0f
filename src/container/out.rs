//! What all layers of a dropped file share: where its members go, and what of its limits is spent.

use super::{Member, Members};
use crate::base::{Problem, limits};

/// Bytes that are decompressed at a time.
const ROOM_BYTES: usize = 256 << 10;

/// What all layers of a file share: where its members go, and what is spent of its limits.
pub struct Out<'a> {
    /// Takes the members.
    pub members: &'a mut dyn Members,
    /// What is spent.
    pub budget: &'a mut Budget,
}

impl Out<'_> {
    /// Keeps what is wrong with the archive that stands where `archive` says.
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

/// What a file has spent of its limits, and what was said of its archives.
#[derive(Default)]
pub struct Budget {
    /// Bytes of the file so far.
    pub n_in: u64,
    /// What is wrong with archives, of which no member is to blame.
    pub problems: Vec<Problem>,
    /// Bytes that came out of the layers of each depth.
    n_out: [u64; limits::CONTAINER_DEPTH],
    n_members: usize,
    n_left_out: u64,
    /// Where decoders put their bytes; one is taken for each layer that is at work.
    rooms: Vec<Vec<u8>>,
}

impl Budget {
    /// Spends `n` bytes that come out of a layer in `depth` others.
    ///
    /// # Errors
    /// They are more than a limit allows; then they must not be handed on.
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

    /// Bytes that came out of layers in `depth` others so far.
    pub fn spent(&self, depth: usize) -> u64 {
        self.n_out[depth]
    }

    /// Spends one member; whether the limit allows it.
    pub fn spend_member(&mut self) -> bool {
        let is_left = self.n_members < limits::MEMBERS;
        self.n_members += is_left as usize;
        self.n_left_out += !is_left as u64;
        is_left
    }

    /// What is wrong with the archives, and the file.
    pub fn finish(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.n_left_out > 0 {
            problems.push(Problem::TooManyFiles { limit: limits::MEMBERS, n_left_out: self.n_left_out });
        }
        problems
    }

    /// Lends a place for bytes on their way out of a decoder.
    pub fn take_room(&mut self) -> Vec<u8> {
        self.rooms.pop().unwrap_or_else(|| vec![0; ROOM_BYTES])
    }

    /// Takes it back.
    pub fn give_room(&mut self, room: Vec<u8>) {
        self.rooms.push(room);
    }
}
