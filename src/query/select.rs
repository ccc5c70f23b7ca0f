//! Evaluates a [`Plan`] on a segment, and returns the accepted rows. Texts are tested once for each distinct text;
//! then the codes of the rows are looked up, in one loop for each kind of column.

use super::find::Finder;
use super::lanes::{LANES, packed};
use super::language::text::TextTest;
use super::plan::{Leaf, Plan, Step, Targets, TimeTest};
use crate::base::time::civil_from_days;
use crate::base::{Bitmap, FieldId};
use crate::store::{Cells, Code, Codes, Column, Dictionary, View};

/// If an `and` leaves at most this number of rows, and the column has more distinct texts than that, the rows are
/// tested one by one.
const FEW_ROWS: usize = 1_024;

/// The rows of `segment` that `plan` accepts.
pub fn select(segment: &View, plan: &Plan) -> Bitmap {
    evaluate(&plan.step, segment, None)
}

/// The rows that `step` accepts. If `within` is given, the result for rows outside of it does not matter.
fn evaluate(step: &Step, segment: &View, within: Option<&Bitmap>) -> Bitmap {
    match step {
        Step::All => Bitmap::all(segment.n_rows()),
        Step::And(steps) => all_of(steps, segment, within),
        Step::Or(steps) => {
            let mut found = Bitmap::none(segment.n_rows());
            for step in steps {
                found.or(&evaluate(step, segment, within));
            }
            found
        }
        Step::Not(step) => {
            let mut found = evaluate(step, segment, within);
            found.not();
            found
        }
        Step::Test(leaf) => test(leaf, segment, within),
    }
}

fn all_of(steps: &[Step], segment: &View, within: Option<&Bitmap>) -> Bitmap {
    let mut kept: Option<Bitmap> = None;
    for step in steps {
        let found = evaluate(step, segment, kept.as_ref().or(within));
        match &mut kept {
            None => {
                // `within` may have fewer rows than `found`: the next step only needs the rows that are in both.
                let mut found = found;
                within.into_iter().for_each(|within| found.and(within));
                kept = Some(found);
            }
            Some(kept) => kept.and(&found),
        }
        if kept.as_ref().is_some_and(is_none) {
            break;
        }
    }
    kept.unwrap_or_else(|| Bitmap::all(segment.n_rows()))
}

fn is_none(rows: &Bitmap) -> bool {
    rows.words().iter().all(|&word| word == 0)
}

fn test(leaf: &Leaf, segment: &View, within: Option<&Bitmap>) -> Bitmap {
    let few = within.filter(|rows| rows.count() <= FEW_ROWS).map(|rows| rows.iter().collect::<Vec<usize>>());
    let mut found = match &leaf.time {
        None => Bitmap::none(segment.n_rows()),
        Some(time) => select_times(time, &leaf.whole, segment.times(), few.as_deref()),
    };
    for (column, is_free) in columns(&leaf.targets, segment) {
        let test = leaf.part.as_ref().filter(|_| is_free).unwrap_or(&leaf.whole);
        match &few {
            Some(rows) if rows.len() < column.dictionary.len() => {
                mark_rows(column, test, rows, &mut found);
            }
            _ => mark_column(column, test, &mut found),
        }
    }
    found
}

/// The columns that a leaf tests, each once under any of its names, and whether they hold free text.
fn columns<'s>(targets: &Targets, segment: &'s View) -> Vec<(&'s Column, bool)> {
    let fields = match targets {
        Targets::Every => return segment.columns().map(|column| (column, false)).collect(),
        Targets::Fields(fields) => fields,
    };
    let named = fields.iter().filter_map(|&(field, is_free)| Some((segment.column(field)?, is_free)));
    let mut columns: Vec<(&Column, bool)> = named.collect();
    columns.sort_by_key(|(column, is_free)| (column.field, !is_free));
    columns.dedup_by_key(|(column, _)| -> FieldId { column.field });
    columns
}

/// Adds the rows of `rows` that have a value which `test` accepts.
fn mark_rows(column: &Column, test: &TextTest, rows: &[usize], found: &mut Bitmap) {
    for &row in rows {
        let mut is_accepted = false;
        column.for_row(row, |code| is_accepted = is_accepted || test.accepts(column.dictionary.text(code)));
        if is_accepted {
            found.set(row);
        }
    }
}

/// Adds the rows of a column that have a value which `test` accepts.
fn mark_column(column: &Column, test: &TextTest, found: &mut Bitmap) {
    match accepted_codes(&column.dictionary, test) {
        Accepted::None => {}
        Accepted::All => mark_codes(column, |code| code != Code::NONE.0, found),
        Accepted::One(wanted) => match &column.cells {
            // The codes are compared in their own width, so that more of them fit a vector.
            Cells::Dense(Codes::Byte(codes)) => mark_dense(codes, |code| code == wanted.0 as u8, found),
            Cells::Dense(Codes::Short(codes)) => mark_dense(codes, |code| code == wanted.0 as u16, found),
            _ => mark_codes(column, |code| code == wanted.0, found),
        },
        Accepted::Some(table) => mark_codes(column, |code| table[code as usize], found),
    }
}

/// The accepted codes of a dictionary.
enum Accepted {
    None,
    One(Code),
    All,
    /// More than one code, but not all. The table holds for each code whether it is accepted; "no value" is not.
    Some(Vec<bool>),
}

fn accepted_codes(dictionary: &Dictionary, test: &TextTest) -> Accepted {
    let mut codes = Gathered::new(dictionary.len());
    match test {
        TextTest::Anything => return if dictionary.is_empty() { Accepted::None } else { Accepted::All },
        TextTest::Exactly(wanted) if dictionary.is_distinct() => {
            let found = dictionary.iter().find(|(_, text)| text == wanted);
            return found.map_or(Accepted::None, |(code, _)| Accepted::One(code));
        }
        _ => {}
    }
    match test.needle() {
        Some(finder) if test.is_word() => each_containing(dictionary, finder, |code| {
            if test.accepts(dictionary.text(code)) {
                codes.push(code);
            }
        }),
        Some(finder) => each_containing(dictionary, finder, |code| codes.push(code)),
        None => {
            dictionary.iter().filter(|(_, text)| test.accepts(text)).for_each(|(code, _)| codes.push(code));
        }
    }
    codes.finish()
}

/// Collects ascending codes. A table is made only for the second code.
struct Gathered {
    n_texts: usize,
    n_codes: usize,
    first: Code,
    table: Vec<bool>,
}

impl Gathered {
    fn new(n_texts: usize) -> Gathered {
        Gathered { n_texts, n_codes: 0, first: Code::NONE, table: Vec::new() }
    }

    fn push(&mut self, code: Code) {
        self.n_codes += 1;
        if self.n_codes == 1 {
            self.first = code;
            return;
        }
        if self.table.is_empty() {
            self.table = vec![false; self.n_texts + 1];
            self.table[self.first.0 as usize] = true;
        }
        self.table[code.0 as usize] = true;
    }

    fn finish(self) -> Accepted {
        match self.n_codes {
            0 => Accepted::None,
            n if n == self.n_texts => Accepted::All,
            1 => Accepted::One(self.first),
            _ => Accepted::Some(self.table),
        }
    }
}

/// Calls `visit` with each code whose text contains the needle, ascending. All texts are searched at once; a match
/// that crosses the end of a text does not count.
fn each_containing(dictionary: &Dictionary, finder: &Finder, mut visit: impl FnMut(Code)) {
    let haystack = dictionary.bytes();
    let (mut from, mut next) = (0, Code(1));
    while let Some(at) = finder.find(haystack, from) {
        let code = match dictionary.range(next) {
            // A frequent needle is often in the very next text; then its code need not be searched.
            text if text.contains(&at) => next,
            _ => dictionary.code_at(at),
        };
        let text = dictionary.range(code);
        // If a match crosses the end of the text, so do all further matches in this text.
        if at + finder.len() <= text.end {
            visit(code);
        }
        from = text.end;
        next = Code(code.0 + 1);
        if code.0 as usize == dictionary.len() {
            break;
        }
    }
}

/// Adds the rows with an accepted code.
fn mark_codes(column: &Column, accepts: impl Fn(u32) -> bool, found: &mut Bitmap) {
    match &column.cells {
        Cells::Dense(Codes::Byte(codes)) => mark_dense(codes, |code| accepts(code as u32), found),
        Cells::Dense(Codes::Short(codes)) => mark_dense(codes, |code| accepts(code as u32), found),
        Cells::Dense(Codes::Word(codes)) => mark_dense(codes, accepts, found),
        Cells::Sparse { rows, codes } => codes.for_each(|index, code| {
            if accepts(code.0) {
                found.set(rows[index] as usize);
            }
        }),
    }
}

/// Adds the rows whose value is accepted, 64 rows at a time: first one byte for each row, which the compiler turns
/// into vector instructions, then one bit for each row.
fn mark_dense<T: Copy>(values: &[T], accepts: impl Fn(T) -> bool, found: &mut Bitmap) {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let words = found.words_mut();
    for (word, chunk) in words.iter_mut().zip(chunks) {
        *word |= packed(&chunk.map(|value| accepts(value) as u8));
    }
    let mut last = [0; LANES];
    for (flag, &value) in last.iter_mut().zip(rest) {
        *flag = accepts(value) as u8;
    }
    if !rest.is_empty() {
        words[chunks.len()] |= packed(&last);
    }
}

fn select_times(time: &TimeTest, leaf_test: &TextTest, times: &[i64], few: Option<&[usize]>) -> Bitmap {
    let mut found = Bitmap::none(times.len());
    match time {
        TimeTest::Within(range) => {
            // `NO_TIME` is in no range: the end is exclusive, and no end is greater than `NO_TIME`.
            let (first, end) = (range.start, range.end);
            mark_dense(times, |time| (time >= first) & (time < end), &mut found);
        }
        TimeTest::Text { offset_seconds, test } => {
            let test = test.as_ref().unwrap_or(leaf_test);
            let mut iso = IsoText::new(*offset_seconds);
            let mut accepts = |row: usize| times[row] != View::NO_TIME && test.accepts(iso.text(times[row]));
            match few {
                Some(rows) => rows.iter().filter(|&&row| accepts(row)).for_each(|&row| found.set(row)),
                None => found = Bitmap::from_fn(times.len(), accepts),
            }
        }
    }
    found
}

/// Writes times as `2022-03-22T15:48:02Z` in the display zone: with three, six or nine digits of fraction if the
/// fraction is not zero, and without the `Z` if the zone is not UTC. The date is reused if the next time is on the
/// same day.
struct IsoText {
    offset_nanos: i64,
    /// The day and the second that the first characters of `text` show.
    days: i64,
    seconds: i64,
    text: String,
}

const NANOS: i64 = 1_000_000_000;

impl IsoText {
    fn new(offset_seconds: i64) -> IsoText {
        IsoText {
            offset_nanos: offset_seconds.saturating_mul(NANOS),
            days: i64::MIN,
            seconds: i64::MIN,
            text: String::new(),
        }
    }

    fn text(&mut self, time: i64) -> &str {
        let time = time.saturating_add(self.offset_nanos);
        let (seconds, nanos) = (time.div_euclid(NANOS), time.rem_euclid(NANOS));
        self.text.truncate("2022-03-22T15:48:02".len());
        if seconds != self.seconds {
            self.second(seconds);
        }
        match nanos {
            0 => {}
            n if n % 1_000_000 == 0 => self.fraction(n / 1_000_000, 3),
            n if n % 1_000 == 0 => self.fraction(n / 1_000, 6),
            n => self.fraction(n, 9),
        }
        if self.offset_nanos == 0 {
            self.text.push('Z');
        }
        &self.text
    }

    fn second(&mut self, seconds: i64) {
        let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        self.text.truncate("2022-03-22".len());
        if days != self.days {
            let (year, month, day) = civil_from_days(days);
            self.text = format!("{year:04}-{month:02}-{day:02}");
        }
        for (before, n) in [('T', of_day / 3_600), (':', of_day / 60 % 60), (':', of_day % 60)] {
            self.text.push(before);
            self.digits(n, 2);
        }
        (self.days, self.seconds) = (days, seconds);
    }

    fn fraction(&mut self, n: i64, width: u32) {
        self.text.push('.');
        self.digits(n, width);
    }

    fn digits(&mut self, n: i64, width: u32) {
        for place in (0..width).rev() {
            self.text.push((b'0' + (n / 10_i64.pow(place) % 10) as u8) as char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;

    #[test]
    fn a_time_reads_as_everywhere_else() {
        let mut iso = IsoText::new(0);
        for time in
            [0, -1, 1_647_964_082_000_000_000, 1_647_964_082_120_000_000, 5_000, i64::MAX - 1, i64::MIN]
        {
            assert_eq!(iso.text(time), Timestamp(time).to_text());
        }
    }
}
