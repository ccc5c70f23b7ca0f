//! Deals a large file out: finds the places where it can be cut without reading what its records say.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::reading::hex;
use crate::base::event::Framing;
use crate::base::{Reject, Span, Why};
use crate::container::is_plain;
use crate::format::{self, Confidence, Format, Head};
use crate::frame::{Context, Framer, Records};

/// Bytes of a piece; the same for any number of shards, so that the pieces are the same, too.
const PIECE_BYTES: u64 = 8 << 20;
/// Bytes of the first piece: its rows are the first on the screen.
const FIRST_PIECE_BYTES: u64 = 1 << 20;

/// A part of a source that begins with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Byte offset and line of its first byte; the length is that of the piece.
    pub at: Span,
    /// In what its first record stands.
    pub context: Context,
    /// Whether the source ends with it.
    pub is_last: bool,
}

/// Reads a file once, in order, and says where it can be cut. Hashes it on the way.
pub struct Cutter {
    state: State,
    /// What the analyst said of the file.
    forced: Option<(usize, Confidence)>,
    sha256: Sha256,
    n_bytes: u64,
}

enum State {
    Head(Vec<u8>),
    Cutting(Box<Cutting>),
    /// Wrapped, or of no format whose records can be found without reading them.
    Whole,
}

struct Cutting {
    framer: Framer,
    format: (usize, Confidence),
    head: Rc<[u8]>,
    cuts: Cuts,
}

impl Default for Cutter {
    fn default() -> Self {
        Cutter { state: State::Head(Vec::new()), forced: None, sha256: Sha256::new(), n_bytes: 0 }
    }
}

impl Cutter {
    /// For a file of which the analyst has said the format.
    pub fn treating_as(format: Option<&str>) -> Cutter {
        let forced = format.and_then(format::by_name).map(|format| (format, Confidence::CERTAIN));
        Cutter { forced, ..Cutter::default() }
    }

    /// Takes the next bytes; the pieces that are known now.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Piece> {
        self.n_bytes += chunk.len() as u64;
        self.sha256.update(chunk);
        match &mut self.state {
            State::Whole => {}
            State::Head(head) => {
                head.extend_from_slice(chunk);
                if head.len() >= format::HEAD_BYTES {
                    let head = std::mem::take(head);
                    self.recognise(&head);
                }
            }
            State::Cutting(cutting) => cutting.framer.push(chunk, &mut cutting.cuts),
        }
        self.pieces()
    }

    /// Says that there are no more bytes; the last piece, and the hash of the file.
    pub fn finish(mut self) -> (Vec<Piece>, String) {
        if let State::Cutting(cutting) = &mut self.state {
            cutting.framer.finish(&mut cutting.cuts);
            cutting.cuts.cut(self.n_bytes, None);
        }
        (self.pieces(), hex(&self.sha256.finalize()))
    }

    /// The format of the pieces and how sure that is; `None` while it is unknown, or where the file is to be read whole.
    pub fn format(&self) -> Option<(usize, Confidence)> {
        match &self.state {
            State::Cutting(cutting) => Some(cutting.format),
            _ => None,
        }
    }

    /// How the file begins, if pieces are to know that.
    pub fn head(&self) -> Rc<[u8]> {
        match &self.state {
            State::Cutting(cutting) => cutting.head.clone(),
            _ => Rc::default(),
        }
    }

    /// Whether the file is to be read whole: then only its hash is of use here.
    pub fn is_whole(&self) -> bool {
        matches!(self.state, State::Whole)
    }

    fn recognise(&mut self, head: &[u8]) {
        self.state = State::Whole;
        let Some(format) = self.forced.or_else(|| format::detect(&Head::new(head, false))) else { return };
        let framing = format::FORMATS[format.0].framing_of(head);
        if !is_plain(head) || !Framer::can_resume(framing) {
            return;
        }
        let (mut framer, mut cuts) = (Framer::new(framing), Cuts::of(format::FORMATS[format.0]));
        framer.push(head, &mut cuts);
        // A piece of JSON says all that is to be known of it.
        let head = if matches!(framing, Framing::Json { .. }) { Rc::default() } else { head.into() };
        self.state = State::Cutting(Box::new(Cutting { framer, format, head, cuts }));
    }

    fn pieces(&mut self) -> Vec<Piece> {
        match &mut self.state {
            State::Cutting(cutting) => std::mem::take(&mut cutting.cuts.pieces),
            _ => Vec::new(),
        }
    }
}

/// Looks at where records begin.
struct Cuts {
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
    fn of(format: &'static dyn Format) -> Cuts {
        let (start, context) = (Span::default(), Context::default());
        Cuts {
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
        if let Some(kind) = self.format.header_kind(record) {
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
        let wanted = if self.start.offset == 0 { FIRST_PIECE_BYTES } else { PIECE_BYTES };
        if at.offset - self.start.offset >= wanted {
            self.cut(at.offset, Some((at, context)));
        }
        Ok(())
    }

    /// What belongs to no record is found again by who reads the piece.
    fn reject(&mut self, _: Reject) {}
}
