//! Values that a parser left for later: columns that are read when they are first asked for.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::column::Column;
use super::derived::first_of;
use crate::base::FieldId;

/// Reads of the rows of a segment what their parser left.
pub trait ReadLeft: fmt::Debug + Send + Sync {
    /// The fields that it reads it from.
    fn origins(&self) -> &[FieldId];
    /// The fields that may have values then, in the order of their numbers.
    fn fields(&self) -> &[FieldId];
    /// The columns of a segment of `n_rows`, each with a value at least; `origins` are those of its origins there.
    fn read(&self, origins: &[Option<&Column>], n_rows: usize) -> Vec<Column>;
}

/// What is left of one segment.
#[derive(Debug, Default)]
pub(super) struct Left {
    reader: Option<Arc<dyn ReadLeft>>,
    read: OnceLock<Vec<Column>>,
}

impl Left {
    pub fn new(reader: Arc<dyn ReadLeft>) -> Left {
        Left { reader: Some(reader), read: OnceLock::new() }
    }

    /// Whether something is left that nobody has asked for yet.
    pub fn is_waiting(&self) -> bool {
        self.reader.is_some() && self.read.get().is_none()
    }

    /// The column of `field` with what was left and what was not, which `own` tells; `None` where nothing was left.
    pub fn column<'s>(
        &'s self,
        field: FieldId,
        n_rows: usize,
        own: impl Fn(FieldId) -> Option<&'s Column>,
    ) -> Option<&'s Column> {
        self.reader.as_ref()?.fields().binary_search(&field).ok()?;
        self.columns(n_rows, own).iter().find(|column| column.field == field)
    }

    /// All columns in which something was left.
    pub fn columns<'s>(&self, n_rows: usize, own: impl Fn(FieldId) -> Option<&'s Column>) -> &[Column] {
        let Some(reader) = &self.reader else { return &[] };
        self.read.get_or_init(|| {
            let origins: Vec<Option<&Column>> = reader.origins().iter().map(|&field| own(field)).collect();
            let mut columns = reader.read(&origins, n_rows);
            for column in &mut columns {
                if let Some(first) = own(column.field) {
                    let kinds = column.kinds;
                    *column = first_of(first, column, n_rows);
                    column.kinds.merge(kinds);
                }
            }
            columns
        })
    }

    /// Bytes of memory that the columns take, if they were read.
    pub fn memory_bytes(&self) -> usize {
        self.read.get().into_iter().flatten().map(Column::memory_bytes).sum()
    }
}
