//! A set of rows, with one bit for each row.

/// A set of rows out of the rows `0..len`.
///
/// ```text
/// words   [ row 63 … row 0 ] [ row 127 … row 64 ] …     bits at and beyond `len` are 0
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// The empty set, out of `len` rows.
    pub fn none(len: usize) -> Bitmap {
        Bitmap { words: vec![0; len.div_ceil(64)], len }
    }

    /// The set of all `len` rows.
    pub fn all(len: usize) -> Bitmap {
        let mut bitmap = Bitmap { words: vec![!0; len.div_ceil(64)], len };
        bitmap.trim();
        bitmap
    }

    /// The rows for which `accepts` is true.
    pub fn from_fn(len: usize, mut accepts: impl FnMut(usize) -> bool) -> Bitmap {
        let mut bitmap = Bitmap::none(len);
        for (w, word) in bitmap.words.iter_mut().enumerate() {
            let rows = (len - w * 64).min(64);
            for bit in 0..rows {
                *word |= (accepts(w * 64 + bit) as u64) << bit;
            }
        }
        bitmap
    }

    /// The number of rows, whether in the set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row at all, in the set or not.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Grows to `len` rows. The new rows are in the set if `value` is true.
    pub fn extend_to(&mut self, len: usize, value: bool) {
        let old = self.len;
        self.words.resize(len.div_ceil(64), if value { !0 } else { 0 });
        self.len = len;
        if value && !old.is_multiple_of(64) {
            self.words[old / 64] |= !0 << (old % 64);
        }
        self.trim();
    }

    /// Appends the rows of `other` after the rows of this set.
    pub fn append(&mut self, other: &Bitmap) {
        let (first, shift) = (self.len / 64, self.len % 64);
        self.len += other.len;
        self.words.resize(self.len.div_ceil(64), 0);
        for (w, &word) in other.words.iter().enumerate() {
            self.words[first + w] |= word << shift;
            if shift > 0 && first + w + 1 < self.words.len() {
                self.words[first + w + 1] |= word >> (64 - shift);
            }
        }
    }

    /// The rows `first..first + len`, numbered from 0.
    pub fn part(&self, first: usize, len: usize) -> Bitmap {
        assert!(first + len <= self.len, "a part lies inside the rows");
        let (from, shift) = (first / 64, first % 64);
        let word = |w: usize| self.words.get(from + w).copied().unwrap_or(0);
        let words = (0..len.div_ceil(64)).map(|w| match shift {
            0 => word(w),
            _ => word(w) >> shift | word(w + 1) << (64 - shift),
        });
        Bitmap::from_words(words.collect(), len)
    }

    /// Whether `row` is in the set.
    #[inline]
    pub fn get(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Adds `row` to the set.
    #[inline]
    pub fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Removes `row` from the set.
    #[inline]
    pub fn clear(&mut self, row: usize) {
        self.words[row / 64] &= !(1 << (row % 64));
    }

    /// The number of rows in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Removes the rows that are not in `other`.
    pub fn and(&mut self, other: &Bitmap) {
        assert_eq!(self.len, other.len, "bitmaps of one segment have one length");
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a &= b;
        }
    }

    /// Adds the rows of `other`.
    pub fn or(&mut self, other: &Bitmap) {
        assert_eq!(self.len, other.len, "bitmaps of one segment have one length");
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a |= b;
        }
    }

    /// Turns the set into its complement.
    pub fn not(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        self.trim();
    }

    /// The rows in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(w, &word)| {
            std::iter::successors(Some(word), |&rest| Some(rest & rest.wrapping_sub(1)))
                .take_while(|&rest| rest != 0)
                .map(move |rest| w * 64 + rest.trailing_zeros() as usize)
        })
    }

    /// The 64-row words, the first row in the lowest bit.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The 64-row words, to be written by the caller; bits at and beyond `len` must stay 0.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// A set of `len` rows from its words.
    pub fn from_words(words: Vec<u64>, len: usize) -> Bitmap {
        assert_eq!(words.len(), len.div_ceil(64), "a bitmap has one word for 64 rows");
        let mut bitmap = Bitmap { words, len };
        bitmap.trim();
        bitmap
    }

    fn trim(&mut self) {
        if !self.len.is_multiple_of(64)
            && let Some(last) = self.words.last_mut()
        {
            *last &= !(!0 << (self.len % 64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complement_stays_inside_the_rows() {
        let mut bitmap = Bitmap::from_fn(70, |row| row % 3 == 0);
        let count = bitmap.count();
        bitmap.not();
        assert_eq!(bitmap.count(), 70 - count);
        assert_eq!(bitmap.iter().find(|row| row % 3 == 0), None);
    }

    #[test]
    fn growing_fills_only_new_rows() {
        let mut bitmap = Bitmap::none(3);
        bitmap.extend_to(67, true);
        assert_eq!(bitmap.iter().next(), Some(3));
        assert_eq!(bitmap.count(), 64);
    }

    #[test]
    fn parts_put_together_are_the_whole() {
        let whole = Bitmap::from_fn(300, |row| row * row % 7 < 3);
        for cuts in [[0, 64, 300], [1, 65, 200], [63, 128, 299], [0, 0, 300]] {
            let mut joined = Bitmap::default();
            let mut first = 0;
            for end in cuts.into_iter().chain([300]) {
                joined.append(&whole.part(first, end - first));
                first = end;
            }
            assert_eq!(joined, whole, "{cuts:?}");
        }
    }

    #[test]
    fn iteration_is_ascending_and_whole() {
        let rows: Vec<usize> =
            Bitmap::from_fn(200, |row| row == 0 || row == 63 || row == 64 || row == 199).iter().collect();
        assert_eq!(rows, [0, 63, 64, 199]);
    }
}
