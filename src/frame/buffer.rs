//! The bytes of a text that a framer still needs.

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The last bytes of the member so far, from the first byte that the framer still needs.
pub(super) struct Buffer {
    pub bytes: Vec<u8>,
    /// Bytes of the member before `bytes`.
    pub offset: u64,
    /// The line on which `bytes` begin, 1-based.
    pub line_number: u64,
    /// Whether the start of the member was checked for a byte-order mark.
    is_started: bool,
}

impl Buffer {
    /// An empty buffer. Only at offset 0 a byte-order mark is looked for.
    pub fn new(offset: u64, line_number: u64) -> Buffer {
        Buffer { bytes: Vec::new(), offset, line_number, is_started: offset > 0 }
    }

    /// Whether the start of the member was checked, so that further bytes need not pass through this buffer.
    pub fn is_started(&self) -> bool {
        self.is_started
    }

    /// Drops a byte-order mark at the start of the member. Returns `false` while more bytes are needed to check.
    pub fn start(&mut self, is_end: bool) -> bool {
        if !self.is_started && (self.bytes.len() >= BYTE_ORDER_MARK.len() || is_end) {
            self.is_started = true;
            if self.bytes.starts_with(BYTE_ORDER_MARK) {
                self.let_go(BYTE_ORDER_MARK.len());
            }
        }
        self.is_started
    }

    /// Drops the first `n` bytes.
    pub fn let_go(&mut self, n: usize) {
        self.bytes.drain(..n);
        self.offset += n as u64;
    }
}
