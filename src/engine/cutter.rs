//! Deals a large file out: finds the places where it can be cut without reading what its records say.
//!
//! Where the beginning of a record shows by itself, only a window at each mark is looked at; elsewhere all of the file.
//! The caller brings the bytes that [`Cutter::wanted`] asks for.

use std::ops::Range;
use std::rc::Rc;

use crate::base::event::Framing;
use crate::base::{Reject, Span, Why};
use crate::container::is_plain;
use crate::format::{self, Confidence, Format, Head};
use crate::frame::{Context, Framer, Records, SeamFinder};

/// Bytes of a piece; the same for any number of shards, so that the pieces are the same, too. To begin one costs time, so
/// they are large as long as much is to come, and small in the end, where a shard waits for the others.
const PIECE_BYTES: Range<u64> = 4 << 20..64 << 20;
/// A piece is this share of what is to come.
const PIECE_ONE_IN: u64 = 8;
/// Bytes that are looked at at a time where all of a file is.
const LOOK_BYTES: u64 = 8 << 20;
/// Bytes of the first piece: its rows are the first on the screen.
const FIRST_PIECE_BYTES: u64 = 1 << 20;

/// Bytes of the first window at a mark; each that follows it is twice as large, up to [`LOOK_BYTES`].
const WINDOW_BYTES: u64 = 16 << 10;

/// A part of a source that begins with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Byte offset and line of its first byte; the length is that of the piece. The line is 0 where it is not known.
    pub at: Span,
    /// In what its first record stands.
    pub context: Context,
    /// Whether the source ends with it.
    pub is_last: bool,
}

/// Reads a file in order, as much of it as it needs, and says where it can be cut.
#[derive(Default)]
pub struct Cutter {
    state: State,
    /// Bytes of the file.
    n_bytes: u64,
    /// What the analyst said of the file.
    forced: Option<(usize, Confidence)>,
    format: Option<(usize, Confidence)>,
    head: Rc<[u8]>,
    /// The next byte that is needed.
    at: u64,
}

enum State {
    Head(Vec<u8>),
    /// All of the file is framed.
    Framing(Box<(Framer, Cuts)>),
    Seeking(Box<Seeking>),
    /// Wrapped, or of no format whose records can be found without reading them.
    Whole,
}

impl Default for State {
    fn default() -> Self {
        State::Head(Vec::new())
    }
}

impl Cutter {
    /// For a file of so many bytes, of which the analyst may have said the format.
    pub fn new(n_bytes: u64, format: Option<&str>) -> Cutter {
        let forced = format.and_then(format::by_name).map(|format| (format, Confidence::CERTAIN));
        Cutter { n_bytes, forced, ..Cutter::default() }
    }

    /// Which bytes of the file [`Cutter::push`] is to be given next: some of the first of these. If the file ends before
    /// they begin, it is known in full.
    pub fn wanted(&self) -> Range<u64> {
        let n_bytes = match &self.state {
            State::Head(head) => (format::HEAD_BYTES - head.len()) as u64,
            State::Framing(_) => LOOK_BYTES,
            State::Seeking(seeking) => seeking.n_window,
            State::Whole => 0,
        };
        self.at..self.at + n_bytes
    }

    /// Takes bytes that are wanted; the pieces that are known now.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Piece> {
        self.at += chunk.len() as u64;
        match &mut self.state {
            State::Whole => Vec::new(),
            State::Head(head) => {
                head.extend_from_slice(chunk);
                if head.len() >= format::HEAD_BYTES {
                    let head = std::mem::take(head);
                    self.recognise(&head);
                }
                Vec::new()
            }
            State::Framing(cutting) => {
                let (framer, cuts) = &mut **cutting;
                framer.push(chunk, cuts);
                std::mem::take(&mut cuts.pieces)
            }
            State::Seeking(seeking) => {
                let piece = seeking.push(chunk, self.at);
                if piece.is_some() {
                    self.at = seeking.mark();
                }
                piece.into_iter().collect()
            }
        }
    }

    /// Says that there are no more bytes; the last pieces.
    pub fn finish(self) -> Vec<Piece> {
        let Cutter { state, n_bytes, .. } = self;
        match state {
            State::Framing(cutting) => {
                let (mut framer, mut cuts) = *cutting;
                framer.finish(&mut cuts);
                cuts.cut(n_bytes, None);
                cuts.pieces
            }
            State::Seeking(seeking) => vec![seeking.piece(n_bytes, true)],
            State::Head(_) | State::Whole => Vec::new(),
        }
    }

    /// The format of the pieces and how sure that is; `None` while it is unknown, or where the file is to be read whole.
    pub fn format(&self) -> Option<(usize, Confidence)> {
        self.format
    }

    /// How the file begins, if pieces are to know that.
    pub fn head(&self) -> Rc<[u8]> {
        self.head.clone()
    }

    /// Whether the file is to be read whole: then nothing more is wanted.
    pub fn is_whole(&self) -> bool {
        matches!(self.state, State::Whole)
    }

    fn recognise(&mut self, head: &[u8]) {
        self.state = State::Whole;
        let Some(known) = self.forced.or_else(|| format::detect(&Head::new(head, false))) else { return };
        let format = format::FORMATS[known.0];
        let framing = format.framing_of(head);
        if !is_plain(head) || !Framer::can_resume(framing) {
            return;
        }
        self.format = Some(known);
        // A piece of JSON says all that is to be known of it.
        if !matches!(framing, Framing::Json { .. }) {
            self.head = head.into();
        }
        self.state = match Seeking::new(framing, self.n_bytes).filter(|_| format.header_kind().is_none()) {
            Some(seeking) => {
                self.at = seeking.mark();
                State::Seeking(Box::new(seeking))
            }
            None => {
                let (mut framer, mut cuts) = (Framer::new(framing), Cuts::of(format, self.n_bytes));
                framer.push(head, &mut cuts);
                State::Framing(Box::new((framer, cuts)))
            }
        };
    }
}

/// Looks for the record with which the next piece begins.
struct Seeking {
    framing: Framing,
    finder: SeamFinder,
    /// Bytes of the file.
    n_bytes: u64,
    /// Where the piece before it begins.
    start: u64,
    n_window: u64,
}

impl Seeking {
    /// For the first piece of a file; `None` where a record does not show by itself.
    fn new(framing: Framing, n_bytes: u64) -> Option<Seeking> {
        Seeking::from(framing, n_bytes, 0)
    }

    fn from(framing: Framing, n_bytes: u64, start: u64) -> Option<Seeking> {
        let finder = SeamFinder::new(framing, mark_behind(start, n_bytes))?;
        Some(Seeking { framing, finder, n_bytes, start, n_window: WINDOW_BYTES })
    }

    /// Where to look from.
    fn mark(&self) -> u64 {
        mark_behind(self.start, self.n_bytes)
    }

    /// Takes the bytes up to `end`; the piece that ends there.
    fn push(&mut self, chunk: &[u8], end: u64) -> Option<Piece> {
        let Some(seam) = self.finder.push(chunk) else {
            if end >= self.mark() + self.n_window {
                self.n_window = (self.n_window * 2).min(LOOK_BYTES);
            }
            return None;
        };
        let piece = self.piece(seam, false);
        *self = Seeking::from(self.framing, self.n_bytes, seam)?;
        Some(piece)
    }

    fn piece(&self, end: u64, is_last: bool) -> Piece {
        let at = Span { offset: self.start, length: end - self.start, line_number: 0 };
        Piece { at, context: Context::default(), is_last }
    }
}

/// The least offset of the record that ends a piece which begins at `start` of a file of `n_bytes`.
fn mark_behind(start: u64, n_bytes: u64) -> u64 {
    let share = n_bytes.saturating_sub(start) / PIECE_ONE_IN;
    start + if start == 0 { FIRST_PIECE_BYTES } else { share.clamp(PIECE_BYTES.start, PIECE_BYTES.end) }
}

/// Looks at where records begin.
struct Cuts {
    /// Bytes of the file.
    n_bytes: u64,
    format: &'static dyn Format,
    pieces: Vec<Piece>,
    /// Where the next piece begins.
    start: Span,
    context: Context,
    /// The headers of each kind that every piece knows: see [`Format::header_kind`].
    headers: Vec<(&'static str, Vec<u8>)>,
    /// Whether another header was met: what follows is read in one piece, which begins with it.
    is_changed: bool,
    n_records: usize,
}

impl Cuts {
    fn of(format: &'static dyn Format, n_bytes: u64) -> Cuts {
        let (start, context) = (Span::default(), Context::default());
        Cuts {
            n_bytes,
            format,
            pieces: Vec::new(),
            start,
            context,
            headers: Vec::new(),
            is_changed: false,
            n_records: 0,
        }
    }

    fn cut(&mut self, end: u64, next: Option<(Span, Context)>) {
        let start = Span { line_number: self.start.line_number.max(1), ..self.start };
        if end > start.offset {
            let at = Span { length: end - start.offset, ..start };
            self.pieces.push(Piece { at, context: self.context, is_last: next.is_none() });
        }
        if let Some((at, context)) = next {
            (self.start, self.context) = (at, context);
        }
    }
}

impl Records for Cuts {
    fn record(&mut self, record: &[u8], at: Span, context: Context) -> Result<(), Why> {
        if self.is_changed {
            return Ok(());
        }
        self.n_records += 1;
        if let Some(kind) = self.format.header_kind().and_then(|kind_of| kind_of(record)) {
            let known = self.headers.iter().find(|(known, _)| *known == kind);
            match known {
                Some((_, known)) if known == record => {}
                None if self.n_records <= format::HEADER_RECORDS => {
                    self.headers.push((kind, record.to_vec()))
                }
                _ => {
                    self.is_changed = true;
                    self.cut(at.offset, Some((at, context)));
                }
            }
            return Ok(());
        }
        if at.offset >= mark_behind(self.start.offset, self.n_bytes) {
            self.cut(at.offset, Some((at, context)));
        }
        Ok(())
    }

    /// What belongs to no record is found again by who reads the piece.
    fn reject(&mut self, _: Reject) {}
}
