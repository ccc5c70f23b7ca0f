//! Records of which only the time was read: their columns are made when they are first asked for.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::column::Column;
use super::column_builder::first_of;
use super::segment::Segment;
use crate::base::FieldId;

/// Reads the deferred records of a segment.
pub trait ReadDeferred: fmt::Debug + Send + Sync {
    /// The fields that may have values then, in the order of their numbers.
    fn fields(&self) -> &[FieldId];
    /// The columns of a segment of `n_rows`, each with a value at least, from its `records`.
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

    /// Adds the record of `row`, which is UTF-8; rows come in their order.
    #[inline]
    pub(super) fn push(&mut self, row: usize, record: &[u8]) {
        if self.lengths.len() < row {
            self.lengths.resize(row, 0);
        }
        self.text.extend_from_slice(record);
        self.lengths.push(record.len() as u16);
    }

    /// How many bytes the texts have.
    pub fn n_bytes(&self) -> usize {
        self.text.len()
    }

    /// Calls `see` with every row that has a deferred record, and the record.
    pub fn for_each(&self, mut see: impl FnMut(usize, &[u8])) {
        let mut first = 0;
        for (row, &length) in self.lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let end = first + length as usize;
            see(row, &self.text[first..end]);
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

/// What was deferred in one segment.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    reader: Option<Arc<dyn ReadDeferred>>,
    /// Empty as soon as it was read.
    records: Mutex<DeferredRecords>,
    read: OnceLock<Vec<Column>>,
}

impl Deferred {
    pub fn new(records: DeferredRecords) -> Deferred {
        Deferred { reader: None, records: Mutex::new(records), read: OnceLock::new() }
    }

    /// Says what reads it, if there is anything.
    pub fn set_reader(&mut self, reader: Arc<dyn ReadDeferred>) {
        let records = self.records.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.reader = (records.n_bytes() > 0).then_some(reader);
    }

    /// Whether records are deferred that no question has needed yet.
    pub fn is_waiting(&self) -> bool {
        self.reader.is_some() && self.read.get().is_none()
    }

    /// The column of `field`, values that `segment` has included; `None` where no record of it was deferred.
    pub fn column(&self, field: FieldId, segment: &Segment) -> Option<&Column> {
        self.reader.as_ref()?.fields().binary_search(&field).ok()?;
        self.columns(segment).iter().find(|column| column.field == field)
    }

    /// All columns with values of deferred records.
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

    /// Bytes of memory that the records take, or the columns, if they were read.
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
