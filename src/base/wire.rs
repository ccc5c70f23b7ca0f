//! How partials cross from one instance of the core to another: little-endian values, in order, without names. The
//! same core writes and reads, so too few bytes are a bug, and the reader panics.

/// Writes a partial.
#[derive(Default)]
pub struct Writer(Vec<u8>);

/// Reads what a [`Writer`] wrote, in the same order.
pub struct Reader<'a>(&'a [u8]);

macro_rules! scalars {
    ($($name:ident $list:ident $each:ident $type:ty),*) => {
        impl Writer {
            $(
                #[doc = concat!("Appends one `", stringify!($type), "`.")]
                pub fn $name(&mut self, value: $type) {
                    self.0.extend_from_slice(&value.to_le_bytes());
                }
                #[doc = concat!("Appends a length and that many `", stringify!($type), "`.")]
                pub fn $list(&mut self, values: &[$type]) {
                    self.u64(values.len() as u64);
                    let first = self.0.len();
                    self.0.resize(first + size_of_val(values), 0);
                    let places = self.0[first..].chunks_exact_mut(size_of::<$type>());
                    places.zip(values).for_each(|(place, value)| place.copy_from_slice(&value.to_le_bytes()));
                }
            )*
        }
        impl<'a> Reader<'a> {
            $(
                #[doc = concat!("The next `", stringify!($type), "`.")]
                pub fn $name(&mut self) -> $type {
                    <$type>::from_le_bytes(self.take(size_of::<$type>()).try_into().expect("as long as asked for"))
                }
                #[doc = concat!("The next list of `", stringify!($type), "`.")]
                pub fn $list(&mut self) -> Vec<$type> {
                    self.$each().collect()
                }
                #[doc = concat!("The next list of `", stringify!($type), "`, as an iterator that copies nothing.")]
                pub fn $each(&mut self) -> impl ExactSizeIterator<Item = $type> + use<'a> {
                    let n = self.u64() as usize;
                    let values = self.take(n * size_of::<$type>()).chunks_exact(size_of::<$type>());
                    values.map(|b| <$type>::from_le_bytes(b.try_into().expect("a whole chunk")))
                }
            )*
        }
    };
}

scalars!(
    u8 u8s each_u8 u8, u16 u16s each_u16 u16, u32 u32s each_u32 u32, u64 u64s each_u64 u64, i64 i64s each_i64 i64,
    i128 i128s each_i128 i128, f64 f64s each_f64 f64
);

impl Writer {
    /// An empty partial.
    pub fn new() -> Writer {
        Writer::default()
    }

    /// Appends a text.
    pub fn str(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends a length and that many texts.
    pub fn strs(&mut self, texts: &[impl AsRef<str>]) {
        self.u64(texts.len() as u64);
        texts.iter().for_each(|text| self.str(text.as_ref()));
    }

    /// Appends a yes or no as one byte.
    pub fn bool(&mut self, value: bool) {
        self.u8(value as u8);
    }

    /// Appends the bytes of another writer.
    pub fn append(&mut self, written: &[u8]) {
        self.0.extend_from_slice(written);
    }

    /// The bytes written so far.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    fn take(&mut self, n: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at_checked(n).expect("a partial is as long as it says");
        self.0 = rest;
        head
    }

    /// The next text.
    pub fn str(&mut self) -> &'a str {
        let n = self.u64() as usize;
        std::str::from_utf8(self.take(n)).expect("a partial's text is UTF-8")
    }

    /// The next list of texts.
    pub fn strs(&mut self) -> Vec<String> {
        let n_texts = self.u64();
        (0..n_texts).map(|_| self.str().to_owned()).collect()
    }

    /// The next yes or no.
    pub fn bool(&mut self) -> bool {
        self.u8() != 0
    }

    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut writer = Writer::new();
        writer.u32s(&[1, u32::MAX]);
        writer.str("é");
        writer.strs(&["a", ""]);
        writer.i64(-7);
        writer.bool(true);
        writer.i64s(&[]);
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u32s(), [1, u32::MAX]);
        assert_eq!(reader.str(), "é");
        assert_eq!(reader.strs(), ["a", ""]);
        assert_eq!(reader.i64(), -7);
        assert!(reader.bool());
        assert!(reader.i64s().is_empty());
        assert!(reader.is_empty());
    }
}
