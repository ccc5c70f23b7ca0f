//! Records of several lines. Each line names the event that it belongs to, and lines of several events may be
//! interleaved.
//!
//! A window of open groups is kept. A line joins the open group with its key, or begins a new group. Groups leave the
//! window in the order of their first lines: when there are too many groups or too many bytes in it, and at the end.
//! Which lines are joined depends only on the order of the lines, and never on how the bytes are cut into chunks.

use std::collections::VecDeque;

use super::lines::LineFramer;
use super::{Context, Records};
use crate::base::event::{GroupKey, Lines};
use crate::base::{Problem, Reject, Span, Why, limits};

/// Joins lines that have the same key.
pub struct GroupFramer {
    lines: LineFramer,
    window: Window,
}

struct Window {
    key_of: GroupKey,
    open: VecDeque<Group>,
    /// How many groups have left the window.
    n_left: usize,
    /// The number of the group that the last line joined, counted from the first group of the member.
    last: usize,
    /// Bytes of all open groups.
    n_bytes: usize,
}

struct Group {
    key: Option<[u64; 3]>,
    text: Vec<u8>,
    /// The span of all lines of the group or, as soon as another line lies between them, of the first line.
    at: Span,
    first_length: u64,
    is_interleaved: bool,
}

impl GroupFramer {
    /// A framer for the start of a member.
    pub fn new(key_of: GroupKey) -> GroupFramer {
        let window = Window { key_of, open: VecDeque::new(), n_left: 0, last: usize::MAX, n_bytes: 0 };
        GroupFramer { lines: LineFramer::new(Lines::Each), window }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], records: &mut dyn Records) {
        self.lines.push(chunk, &mut Joining { window: &mut self.window, records });
    }

    /// Ends the member.
    pub fn finish(&mut self, records: &mut dyn Records) -> Option<Problem> {
        let problem = self.lines.finish(&mut Joining { window: &mut self.window, records });
        while self.window.let_go(records) {}
        problem
    }
}

impl Window {
    fn add(&mut self, line: &[u8], at: Span, records: &mut dyn Records) {
        let key = (self.key_of)(line);
        // A line without a key is a record of its own: it takes its turn in the window, and no other line joins it.
        let found = key.and_then(|_| self.open.iter().rposition(|group| group.key == key));
        let index = match found {
            Some(index) => {
                self.open[index].add(line, at, self.n_left + index == self.last);
                self.n_bytes += line.len() + 1;
                index
            }
            None => {
                self.open.push_back(Group::new(key, line, at));
                self.n_bytes += line.len();
                self.open.len() - 1
            }
        };
        self.last = self.n_left + index;
        while self.open.len() > limits::OPEN_GROUPS || self.n_bytes > limits::OPEN_GROUP_BYTES {
            self.let_go(records);
        }
    }

    /// Passes on the oldest group, and returns whether there was one.
    fn let_go(&mut self, records: &mut dyn Records) -> bool {
        let Some(group) = self.open.pop_front() else { return false };
        self.n_left += 1;
        self.n_bytes -= group.text.len();
        if let Err(why) = records.record(&group.text, group.at, Context::default()) {
            records.reject(Reject { at: group.at, why });
        }
        true
    }
}

impl Group {
    fn new(key: Option<[u64; 3]>, line: &[u8], at: Span) -> Group {
        Group { key, text: line.to_vec(), at, first_length: at.length, is_interleaved: false }
    }

    fn add(&mut self, line: &[u8], at: Span, is_next: bool) {
        self.text.push(b'\n');
        self.text.extend_from_slice(line);
        self.is_interleaved |= !is_next;
        self.at.length = match self.is_interleaved {
            true => self.first_length,
            false => at.offset + at.length - self.at.offset,
        };
    }
}

/// Takes lines and passes on groups.
struct Joining<'a> {
    window: &'a mut Window,
    records: &'a mut dyn Records,
}

impl Records for Joining<'_> {
    fn record(&mut self, line: &[u8], at: Span, _: Context) -> Result<(), Why> {
        self.window.add(line, at, self.records);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) {
        self.records.reject(reject);
    }
}
