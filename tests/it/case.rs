//! A case in this process: the core's shards and hub, without browser or workers.

use std::fmt::Write;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use trailglass::base::{Error, Event, Fields, Reject, Span, Why};
use trailglass::engine::inquiry::{
    self, Derive, Event as AskEvent, EventState, Fields as AskFields, Filter, Filtered, Inquiry, Preview,
    Previewed, RejectState, Rejects, Rows, RowsPage, Suggest,
};
use trailglass::engine::{
    Cutter, FieldSum, Hasher, Hub, Opening, Piece, PieceOf, RowRef, Shard, SourceState, Zone, read_step,
};
use trailglass::format::{FORMATS, Parsed, Parser, Reader, Start, Unfolded, Unfolder};
use trailglass::frame::{Context, Framer, Records};

/// What is dropped: paths with bytes.
pub type Files = Vec<(String, Vec<u8>)>;

/// All files below `root`, named by their path from there.
pub fn files_below(root: &Path) -> Files {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below its root").to_string_lossy().into_owned();
                files.push((name, std::fs::read(&path).expect("a file can be read")));
            }
        }
    }
    files.sort();
    files
}

/// The bytes as a gzip file of one member.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// What reads records: one event each, or many.
enum Hand {
    One(Box<dyn Parser>),
    Many(Box<dyn Unfolder>),
}

/// What the framer of format number `format` finds in chunks of `n_chunk` bytes, and what the format says to it. A
/// shard hands the first `format::HEAD_BYTES` of a file on as one chunk, so only this cuts small files.
pub fn framed(format: usize, bytes: &[u8], n_chunk: usize) -> Vec<String> {
    struct Found {
        hand: Hand,
        fields: Fields,
        found: Vec<String>,
    }
    struct Count(usize);
    impl Unfolded for Count {
        fn event(&mut self, _: usize, _: &Fields, _: &Event, _: &[u8], _: std::ops::Range<usize>) {
            self.0 += 1;
        }
        fn reject(&mut self, _: std::ops::Range<usize>, _: Why) {
            self.0 += 1;
        }
    }
    impl Records for Found {
        fn record(&mut self, bytes: &[u8], at: Span, context: Context) -> Result<(), Why> {
            let (fields, event) = (&mut self.fields, &mut Event::default());
            let mut count = Count(0);
            let parsed = match &mut self.hand {
                Hand::One(parser) => parser.parse(bytes, fields, event),
                Hand::Many(unfolder) => {
                    unfolder.unfold(bytes, fields, event, &mut count).map(|()| Parsed::Event)
                }
            };
            let text = String::from_utf8_lossy(bytes);
            self.found.push(format!("{parsed:?} {} {at:?} {context:?} {text}", count.0));
            parsed.map(|_| ())
        }

        fn reject(&mut self, reject: Reject) {
            self.found.push(format!("{reject:?}"));
        }
    }
    let mut fields = Fields::new();
    let mut hand = match FORMATS[format].reader(&mut fields) {
        Reader::Events(parser) => Hand::One(parser),
        Reader::Many(unfolder) => Hand::Many(unfolder),
        Reader::SetAside(_) => return Vec::new(),
    };
    let start = Start { head: &bytes[..bytes.len().min(trailglass::format::HEAD_BYTES)], settings: "" };
    match &mut hand {
        Hand::One(parser) => parser.start(start),
        Hand::Many(unfolder) => unfolder.start(start),
    }
    let mut found = Found { hand, fields, found: Vec::new() };
    let mut framer = Framer::new(FORMATS[format].framing());
    bytes.chunks(n_chunk).for_each(|chunk| framer.push(chunk, &mut found));
    let problem = framer.finish(&mut found);
    found.found.extend(problem.map(|problem| problem.to_string()));
    found.found
}

/// The bytes come out of the framer of every format alike, however they are cut.
#[track_caller]
pub fn check_framing(bytes: &[u8], n_chunks: &[usize]) {
    (0..FORMATS.len()).for_each(|format| check_framing_of(format, bytes, n_chunks));
}

/// The bytes come out of the framer of one format alike, however they are cut.
#[track_caller]
pub fn check_framing_of(format: usize, bytes: &[u8], n_chunks: &[usize]) {
    let whole = framed(format, bytes, usize::MAX);
    for &n_chunk in n_chunks {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)]);
        let name = FORMATS[format].name();
        assert_eq!(framed(format, bytes, n_chunk), whole, "{name} by {n_chunk}: {text:?}");
    }
}

/// How a case is loaded; no part of it may change an answer.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub n_shards: usize,
    /// Bytes of a chunk.
    pub n_chunk: usize,
    /// Files of this size or more are cut into pieces.
    pub cut_from: usize,
    /// Rows are brought into their order after so many files, and at the end.
    pub merge_every: usize,
}

/// When every file of a case was last modified: 2023-01-01T00:00:00Z.
const MODIFIED: i64 = 1_672_531_200_000_000_000;

impl Default for Load {
    fn default() -> Self {
        Load { n_shards: 1, n_chunk: 1 << 20, cut_from: usize::MAX, merge_every: 7 }
    }
}

/// Shards and their hub.
pub struct Case {
    pub hub: Hub,
    pub shards: Vec<Shard>,
}

impl Case {
    /// Loads all files, dealt out in turn.
    pub fn load(files: &Files, load: Load) -> Case {
        Case::load_as(files, load, Zone::default(), &|_| Some(MODIFIED))
    }

    /// As `load`, with the zone of times that say none, and with when each file was modified.
    pub fn load_as(files: &Files, load: Load, zone: Zone, modified_of: &dyn Fn(&str) -> Option<i64>) -> Case {
        let mut case =
            Case { hub: Hub::new(load.n_shards), shards: (0..load.n_shards).map(Shard::new).collect() };
        case.hub.set_zone(None, zone);
        let mut turn = 0;
        for (path, bytes) in files {
            let source = case.hub.add_source(path, bytes.len() as u64, modified_of(path));
            if bytes.len() >= load.cut_from
                && case.read_in_pieces(source, path, bytes, load.n_chunk, &mut turn)
            {
                continue;
            }
            turn += 1;
            case.read(turn % load.n_shards, source, path, bytes.chunks(load.n_chunk), None);
            // Answers while loading must not disturb the end.
            if turn % load.merge_every == 0 {
                case.merge();
            }
        }
        case.merge();
        case.settle();
        case
    }

    /// Reads times anew where all that was read says more of them than was known.
    pub fn settle(&mut self) {
        let clocks = self.hub.settle_clocks();
        if clocks.is_empty() {
            return;
        }
        for shard in &mut self.shards {
            clocks.iter().for_each(|(source, clock)| shard.set_clock(*source, clock));
        }
        self.begin_anew();
    }

    /// All shards tell their rows again.
    pub fn begin_anew(&mut self) {
        self.hub.begin_anew();
        self.shards.iter_mut().for_each(Shard::include_duplicates);
        self.merge();
    }

    fn read<'a>(
        &mut self,
        shard: usize,
        source: u32,
        path: &str,
        chunks: impl Iterator<Item = &'a [u8]>,
        piece: Option<PieceOf>,
    ) {
        let (zone, hashes) = (self.hub.zone_to_read(source), piece.is_none());
        let (path, modified) = (path.to_owned(), self.hub.source(source).modified);
        let opening = Opening { source, path, modified, zone, hashes, piece, ..Opening::default() };
        self.shards[shard].open(opening);
        chunks.for_each(|chunk| self.shards[shard].push(chunk));
        let reports = self.shards[shard].close(None);
        self.hub.report(shard, reports);
    }

    fn read_in_pieces(
        &mut self,
        source: u32,
        path: &str,
        bytes: &[u8],
        n_chunk: usize,
        turn: &mut usize,
    ) -> bool {
        let mut cutter = Cutter::new(bytes.len() as u64, None);
        let mut pieces = Vec::new();
        while !cutter.is_whole() && cutter.wanted().start < bytes.len() as u64 {
            let wanted = cutter.wanted();
            let [first, end] = [wanted.start, wanted.end].map(|at| (at as usize).min(bytes.len()));
            pieces.extend(cutter.push(&bytes[first..end.min(first + n_chunk)]));
        }
        let Some((format, confidence)) = cutter.format() else { return false };
        let head = cutter.head();
        pieces.extend(cutter.finish());
        for piece in pieces {
            *turn += 1;
            let range = piece.at.offset as usize..(piece.at.offset + piece.at.length) as usize;
            let shard = *turn % self.shards.len();
            let (confidence, head) = (confidence.0, head.clone());
            let Piece { at, context, is_last } = piece;
            let piece = PieceOf { format, confidence, at, context, is_last, head };
            self.read(shard, source, path, bytes[range].chunks(n_chunk), Some(piece));
        }
        let mut hasher = Hasher::default();
        hasher.push(bytes);
        self.hub.set_sha256(source, hasher.finish());
        true
    }

    /// Brings all rows into their order.
    pub fn merge(&mut self) {
        self.shards.iter_mut().for_each(Shard::seal);
        let partial = |(number, shard): (usize, &Shard)| {
            let (row, field, member) = self.hub.known_of(number);
            shard.rows_since(row, field, member)
        };
        let partials: Vec<_> = self.shards.iter().enumerate().map(partial).collect();
        self.hub.merge_rows(&partials);
        for (number, shard) in self.shards.iter_mut().enumerate() {
            shard.exclude_duplicates(&self.hub.take_duplicates(number));
        }
    }

    /// Asks all shards, round by round.
    pub fn ask<I: Inquiry>(&mut self, asked: I) -> Result<I::Reply, Error> {
        inquiry::ask(&mut self.hub, &mut self.shards, asked)
    }

    /// Filters; the number of the answer and its count.
    pub fn filter(&mut self, query: &str, sort: &[(&str, bool)]) -> Result<(u32, usize), Error> {
        let sort = sort.iter().map(|&(field, down)| (field.to_owned(), down)).collect();
        let Filtered { selection, n_rows, .. } = self.ask(Filter { query: query.to_owned(), sort })?;
        Ok((selection, n_rows))
    }

    /// Adds a step, with its columns found if it says none; all steps.
    pub fn derive(&mut self, step: &str) -> Result<String, Error> {
        self.ask(Derive { step: read_step(step)? })?;
        Ok(self.hub.steps_text())
    }

    /// How many rows a step would read and how many of them it would not fit, and the cells of the first `n_rows`.
    pub fn preview(&mut self, step: &str, query: &str, n_rows: usize) -> (usize, usize, RowsPage) {
        let step = read_step(step).expect("a step");
        let asked = Preview { step, query: query.to_owned(), n_rows, misfits: false };
        let Previewed { n_rows, n_misfits, cells, .. } = self.ask(asked).expect("a query");
        (n_rows, n_misfits, cells)
    }

    /// Proposals for a column.
    pub fn suggest(&mut self, field: &str) -> String {
        let asked = Suggest { field: field.to_owned(), query: String::new() };
        self.ask(asked).expect("a field").to_string()
    }

    /// How many rows `query` accepts.
    pub fn count(&mut self, query: &str) -> usize {
        self.filter(query, &[]).unwrap_or_else(|error| panic!("{query}: {error}")).1
    }

    /// The cells of rows `first..end` of an answer, row by row; "∅" for no value.
    pub fn cells(&mut self, selection: u32, first: usize, end: usize, fields: &[&str]) -> Vec<Vec<String>> {
        let names = fields.iter().map(|field| field.to_string()).collect();
        let page = self.ask(Rows { selection, first, end, fields: names }).expect("the selection is open");
        let RowsPage { n_rows, window } = page;
        let text: Vec<u16> = window.text.encode_utf16().collect();
        let cell = |column: usize, row: usize| {
            let index = column * n_rows + row;
            let first = index.checked_sub(1).map_or(0, |before| window.ends[before] as usize);
            match window.has_value[index] {
                0 => "∅".to_owned(),
                _ => String::from_utf16_lossy(&text[first..window.ends[index] as usize]),
            }
        };
        (0..n_rows).map(|row| (0..fields.len()).map(|column| cell(column, row)).collect()).collect()
    }

    /// The source called `path`.
    pub fn source(&self, path: &str) -> &SourceState {
        let found = self.hub.sources().find(|(_, source)| source.path == path);
        found.unwrap_or_else(|| panic!("{path} is no source")).1
    }

    /// All rejects, by path and position.
    pub fn rejects(&mut self) -> Vec<RejectState> {
        self.ask(Rejects { first: 0, end: usize::MAX }).expect("rejects can be asked for").rejects
    }

    /// All fields with their number of distinct values, by name.
    pub fn fields(&mut self) -> Vec<FieldSum> {
        self.ask(AskFields { selection: None, counts_distinct: true }).expect("everything can be asked for")
    }

    /// The rows that `query` accepts, in the order of `sort`.
    pub fn rows(&mut self, query: &str, sort: &[(&str, bool)]) -> Vec<RowRef> {
        let (selection, count) = self.filter(query, sort).unwrap_or_else(|error| panic!("{query}: {error}"));
        let rows = self.hub.rows(selection, 0, count).expect("the selection is open");
        assert_eq!(rows.len(), count, "{query}: an answer has as many rows as it says");
        self.hub.close_selection(selection);
        rows
    }

    /// Everything about one row.
    pub fn event(&mut self, row: RowRef) -> EventState {
        self.ask(AskEvent::Row(row)).expect("the row is there")
    }

    /// Bytes of memory that all segments take.
    pub fn memory_bytes(&self) -> usize {
        self.shards.iter().map(Shard::memory_bytes).sum()
    }

    /// Holds every source to its sum: all that was read is a row, a copy or a reject, and the kept rejects and the
    /// rows are as many as the counts say.
    pub fn check_sums(&mut self) {
        let rows = self.rows("", &[]);
        let rejects = self.rejects();
        for (number, source) in self.hub.sources() {
            let n_rows = rows.iter().filter(|&&row| self.hub.place(row).0 == number).count() as u64;
            let n_rejects = rejects.iter().filter(|reject| reject.source == number).count() as u64;
            let is_named = source.format.is_some() || !source.problems.is_empty() || source.n_members > 0;
            assert!(is_named, "{} has neither format nor problem", source.path);
            assert_eq!(source.counts.n_events, n_rows, "rows of {}", source.path);
            assert_eq!(source.counts.n_rejects, n_rejects, "rejects of {}", source.path);
        }
    }

    /// All that can be asked of a case, as text: how it was loaded must not show in it.
    pub fn everything(&mut self) -> String {
        let mut text = String::new();
        let mut sources: Vec<&SourceState> = self.hub.sources().map(|(_, source)| source).collect();
        sources.sort_by_key(|source| (&source.path, source.parent.map(|(_, ordinal)| ordinal)));
        for source in sources {
            let SourceState { path, n_bytes, sha256, containers, format, confidence, .. } = source;
            let SourceState { problems, counts, times, clock, year, n_unsaid, .. } = source;
            writeln!(
                text,
                "{path} {n_bytes} {sha256:?} {containers:?} {format:?} {confidence} {counts:?} {times:?} {problems:?} \
                 {clock:?} {year:?} {n_unsaid:?}"
            )
            .expect("a string takes all");
        }
        for RejectState { source, at, reason } in self.rejects() {
            let path = &self.hub.source(source).path;
            writeln!(text, "reject {path} {at:?} {reason}").expect("a string takes all");
        }
        for FieldSum { name, kinds, n_rows, n_distinct, is_multiple } in self.fields() {
            writeln!(text, "field {name} {kinds:?} {n_rows} {n_distinct:?} {is_multiple}")
                .expect("a string takes all");
        }
        for row in self.rows("", &[]) {
            writeln!(text, "{}", self.whole_row(row)).expect("a string takes all");
        }
        text
    }

    /// All values of a row, where it stands and where its copies stand.
    fn whole_row(&mut self, row: RowRef) -> String {
        let EventState { source, at, time, fields, copies } = self.event(row);
        let path = |source: u32| &self.hub.source(source).path;
        let copies: Vec<_> =
            copies.into_iter().map(|(source, at)| (path(source), at.offset, at.line_number)).collect();
        format!("{} {at:?} {time:?} {fields:?} {copies:?}", path(source))
    }
}
