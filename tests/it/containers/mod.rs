//! What files are wrapped in: whole, damaged and hostile.

mod files;
mod gzip;
mod hostile;
mod pack;
mod streams;
mod tar;
mod wide;
mod zip;

use trailglass::base::Problem;
use trailglass::container::{Member, Members, Unwrapper};

/// What a file unwraps to, what is wrong with it, and in what it was wrapped.
pub type Unwrapped = (Vec<u8>, Option<Problem>, Vec<&'static str>);

/// One member of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub member: Member,
    pub bytes: Vec<u8>,
    pub problems: Vec<Problem>,
    is_ended: bool,
}

/// Keeps all members of a file.
#[derive(Default)]
pub struct Keep(pub Vec<Found>);

impl Members for Keep {
    fn begin(&mut self, member: Member) {
        assert!(self.0.last().is_none_or(|before| before.is_ended), "members come one behind the other");
        self.0.push(Found { member, ..Found::default() });
    }

    fn push(&mut self, bytes: &[u8]) {
        let member = self.0.last_mut().filter(|member| !member.is_ended);
        member.expect("bytes belong to a member").bytes.extend_from_slice(bytes);
    }

    fn end(&mut self, problems: Vec<Problem>) {
        let member = self.0.last_mut().filter(|member| !member.is_ended).expect("a member has begun");
        (member.problems, member.is_ended) = (problems, true);
    }
}

/// The members of a file, and what is wrong with its archives. The file is unwrapped `n_piece` bytes at a time, so that
/// its outermost layer is cut there; as many as the page reads for `usize::MAX`.
pub fn members(file: &[u8], n_piece: usize) -> (Vec<Found>, Vec<Problem>) {
    let mut unwrapper =
        if n_piece == usize::MAX { Unwrapper::default() } else { Unwrapper::in_pieces(n_piece) };
    let mut keep = Keep::default();
    unwrapper.push(file, &mut keep);
    let problems = unwrapper.finish(&mut keep);
    assert!(keep.0.iter().all(|member| member.is_ended), "every member ends");
    (keep.0, problems)
}

pub fn unwrap(file: &[u8], n_chunk: usize) -> Unwrapped {
    let (mut found, problems) = members(file, n_chunk);
    let Found { member, bytes, problems: own, .. } = found.pop().expect("a file is a member");
    assert_eq!((found.len(), problems, own.len() < 2), (0, Vec::new(), true));
    (bytes, own.into_iter().next(), member.containers)
}

/// The file gives `bytes` and `problem`, however it is cut.
#[track_caller]
pub fn check(file: &[u8], bytes: &[u8], problem: Option<Problem>) {
    for n_chunk in [usize::MAX, 1, 2, 7, 64] {
        let (found, wrong, _) = unwrap(file, n_chunk);
        assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(bytes), "chunks of {n_chunk}");
        assert_eq!(wrong, problem, "chunks of {n_chunk}");
    }
}

/// A member of an archive: its path, its bytes and what is wrong with it.
pub type Listed = (String, Vec<u8>, Vec<Problem>);

/// The members of an archive by path, with their bytes and what is wrong with them; and what is wrong with it. It says the
/// same in whatever pieces it is read.
#[track_caller]
pub fn listed(file: &[u8]) -> (Vec<Listed>, Vec<Problem>) {
    let whole = members(file, usize::MAX);
    for n_piece in [1, 2, 7, 64] {
        assert_eq!(members(file, n_piece), whole, "pieces of {n_piece}");
    }
    let path = |found: &Found| found.member.path.clone().expect("members of archives have paths");
    (whole.0.into_iter().map(|found| (path(&found), found.bytes, found.problems)).collect(), whole.1)
}
