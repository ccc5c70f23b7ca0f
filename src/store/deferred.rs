//! Records of which only the time was read: the columns of their fields are made when a question first needs them.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::column::Column;
use super::column_builder::first_of;
use super::segment::Segment;
use crate::base::FieldId;

/// Reads the deferred records of a segment.
pub trait ReadDeferred: fmt::Debug + Send + Sync {
    /// The fields that may have values in deferred records, in the order of their numbers.
    fn fields(&self) -> &[FieldId];
    /// The columns of a segment of `n_rows` rows, read from its deferred `records`. Each column has at least one
    /// value.
    fn read(&self, records: &DeferredRecords, n_rows: usize) -> Vec<Column>;
}

/// The deferred parts of records, as UTF-8, one after the other.
///
/// ```text
/// text     w e b 1   s s h d …w e b 1   …
/// lengths  0    46   47                   bytes of row r; 0 where it was read at once
/// ```
#[derive(Debug, Default)]
pub struct DeferredRecords {
    text: Vec<u8>,
    lengths: Vec<u16>,
}

impl DeferredRecords {
    /// The longest record that can be deferred, in bytes.
    pub const RECORD_BYTES: usize = u16::MAX as usize;

    pub(super) fn with_capacity(n_rows: usize, n_bytes: usize) -> DeferredRecords {
        DeferredRecords { text: Vec::with_capacity(n_bytes), lengths: Vec::with_capacity(n_rows) }
    }

    /// Adds the record of `row`, which must be UTF-8. The caller adds rows in ascending order.
    #[inline]
    pub(super) fn push(&mut self, row: usize, record: &[u8]) {
        if self.lengths.len() < row {
            self.lengths.resize(row, 0);
        }
        self.text.extend_from_slice(record);
        self.lengths.push(record.len() as u16);
    }

    /// The number of bytes of all texts.
    pub fn n_bytes(&self) -> usize {
        self.text.len()
    }

    /// Calls `visit` with every row that has a deferred record, and its record.
    pub fn for_each(&self, mut visit: impl FnMut(usize, &[u8])) {
        let mut first = 0;
        for (row, &length) in self.lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let end = first + length as usize;
            visit(row, &self.text[first..end]);
            first = end;
        }
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.lengths.shrink_to_fit();
    }

    fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.lengths.capacity() * 2
    }
}

/// The deferred records of one segment, or the columns read from them.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    reader: Option<Arc<dyn ReadDeferred>>,
    /// The records; empty after they were read.
    records: Mutex<DeferredRecords>,
    read: OnceLock<Vec<Column>>,
}

impl Deferred {
    pub fn new(records: DeferredRecords) -> Deferred {
        Deferred { reader: None, records: Mutex::new(records), read: OnceLock::new() }
    }

    /// Sets the reader of the deferred records, if there are deferred records.
    pub fn set_reader(&mut self, reader: Arc<dyn ReadDeferred>) {
        let records = self.records.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.reader = (records.n_bytes() > 0).then_some(reader);
    }

    /// Whether there are deferred records that no question has needed yet.
    pub fn is_waiting(&self) -> bool {
        self.reader.is_some() && self.read.get().is_none()
    }

    /// The column of `field`, including the values that `segment` has; `None` if the field has no values in deferred
    /// records.
    pub fn column(&self, field: FieldId, segment: &Segment) -> Option<&Column> {
        self.reader.as_ref()?.fields().binary_search(&field).ok()?;
        self.columns(segment).iter().find(|column| column.field == field)
    }

    /// All columns that have values in deferred records.
    pub fn columns(&self, segment: &Segment) -> &[Column] {
        let Some(reader) = &self.reader else { return &[] };
        self.read.get_or_init(|| {
            let records = std::mem::take(&mut *self.records.lock().unwrap_or_else(PoisonError::into_inner));
            let mut columns = reader.read(&records, segment.n_rows());
            for column in &mut columns {
                if let Some(first) = segment.column(column.field) {
                    let kinds = column.kinds;
                    *column = first_of(first, column, segment.n_rows());
                    column.kinds.merge(kinds);
                }
            }
            columns
        })
    }

    /// The memory of the records or, after they were read, of the columns, in bytes.
    pub fn memory_bytes(&self) -> usize {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner).memory_bytes();
        records + self.read.get().into_iter().flatten().map(Column::memory_bytes).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_read_at_once_have_no_record() {
        let mut records = DeferredRecords::default();
        records.push(1, b"one");
        records.push(2, b"two");
        records.push(5, b"five");
        let mut seen = Vec::new();
        records.for_each(|row, record| seen.push((row, record.to_vec())));
        assert_eq!(seen, [(1, b"one".to_vec()), (2, b"two".to_vec()), (5, b"five".to_vec())]);
    }
}
