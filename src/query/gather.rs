//! How every question is answered over many segments and shards.
//!
//! ```text
//! each shard    Asked::partial ─collect, segment by segment─> write ─bytes─┐
//! the hub       Asked::partial ─merge, shard by shard────────> finish ─> answer
//! ```

use super::numbering::{Columns, Numberings};
use crate::base::wire::{Reader, Writer};
use crate::base::{Bitmap, FieldId, Fields};
use crate::store::View;

/// The segments of a shard, as a question sees them.
pub struct Table<'s> {
    /// In the order of the shard's rows.
    pub segments: &'s [&'s View],
    /// The names of fields.
    pub fields: &'s Fields,
    /// What is kept of the texts of fields.
    pub numberings: &'s mut Numberings,
}

impl<'s> Table<'s> {
    /// The field of this name, if the shard knows it.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.get(name)
    }

    /// The columns of a field.
    pub fn columns(&self, field: FieldId) -> Columns<'s> {
        Columns::new(self.segments, field)
    }
}

/// What is asked, as it crosses to the shards.
pub trait Asked: Sized {
    /// What answers it; texts of merged partials are borrowed from their bytes.
    type Partial<'p>: Partial<'p>;

    /// Appends it to a message.
    fn write(&self, writer: &mut Writer);

    /// The next one of a message.
    ///
    /// # Panics
    /// When there is none.
    fn read(reader: &mut Reader<'_>) -> Self;

    /// The partial of no row.
    fn partial<'p>(&self) -> Self::Partial<'p>;

    /// The answer, from what the partials of all shards wrote, in the order of the shards.
    fn answer<'p>(&self, partials: &'p [Vec<u8>]) -> <Self::Partial<'p> as Partial<'p>>::Answer {
        let mut all = self.partial();
        partials.iter().for_each(|partial| all.merge(&mut Reader::new(partial)));
        all.finish()
    }
}

/// What is known of an answer: of some rows of a shard while it collects them, of all shards while the hub merges.
pub trait Partial<'p> {
    /// What the analyst is told.
    type Answer;

    /// Takes segment `number` of a shard; `rows` are those of it that each query of the question accepts.
    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]);

    /// Appends what was collected to a message.
    fn write(self, table: &mut Table<'_>, writer: &mut Writer);

    /// Takes what the partial of one more shard wrote.
    fn merge(&mut self, reader: &mut Reader<'p>);

    /// The answer, of all that was merged.
    fn finish(self) -> Self::Answer;
}

/// The shard's half of a [`Partial`], whatever its answer is.
pub trait Collect {
    /// See [`Partial::collect`].
    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]);

    /// See [`Partial::write`].
    fn write(self: Box<Self>, table: &mut Table<'_>) -> Vec<u8>;
}

impl<P: Partial<'static>> Collect for P {
    fn collect(&mut self, table: &mut Table<'_>, number: usize, rows: &[Bitmap]) {
        Partial::collect(self, table, number, rows);
    }

    fn write(self: Box<Self>, table: &mut Table<'_>) -> Vec<u8> {
        let mut writer = Writer::new();
        Partial::write(*self, table, &mut writer);
        writer.into_bytes()
    }
}
