//! What a shard has read: events on their way into segments, the segments, members and rejects.

use std::collections::HashMap;
use std::sync::Arc;

use super::deferred::DeferredReader;
use super::report::MemberName;
use crate::base::ids::member_id;
use crate::base::{FieldId, Fields, Reject, SourceId, limits};
use crate::format::{DeferredParser, FORMATS};
use crate::store::builder::{Alias, Paths};
use crate::store::{Derivations, ReadDeferred, SegmentBuilder, View};

/// The field that names the source of an event.
const PATH: &str = "log.file.path";

/// A sealed segment and where its rows begin among the shard's.
pub(super) struct Sealed {
    pub view: View,
    pub first_row: usize,
}

/// What is on its way into segments, and the segments.
pub(super) struct SegmentStore {
    pub builders: Vec<SegmentBuilder>,
    aliases: Vec<Vec<Alias>>,
    /// By format, what reads the records that its parser defers.
    deferred: Vec<Option<Arc<dyn ReadDeferred>>>,
    pub sealed: Vec<Sealed>,
    pub n_rows: usize,
    /// What is derived of them.
    pub derivations: Arc<Derivations>,
    path: FieldId,
    pub paths: HashMap<SourceId, Box<str>>,
    /// The number of its first member, and what its members are.
    pub first_member: SourceId,
    pub members: Vec<MemberName>,
    pub rejects: Vec<(SourceId, Reject)>,
}

impl SegmentStore {
    /// Without an event, for the shard of this number.
    pub fn new(shard: usize, fields: &mut Fields) -> SegmentStore {
        let path = fields.intern(PATH);
        let mut alias = |&(common, native): &(&str, &str)| Alias {
            common: fields.intern(common),
            native: fields.intern(native),
        };
        let aliases =
            FORMATS.iter().map(|format| format.aliases().iter().map(&mut alias).collect()).collect();
        SegmentStore {
            builders: FORMATS.iter().map(|_| SegmentBuilder::new()).collect(),
            aliases,
            deferred: FORMATS.iter().map(|_| None).collect(),
            sealed: Vec::new(),
            n_rows: 0,
            derivations: Arc::default(),
            path,
            paths: HashMap::new(),
            first_member: member_id(shard, 0),
            members: Vec::new(),
            rejects: Vec::new(),
        }
    }

    /// The first `n` segments.
    pub fn segments(&self, n: usize) -> Vec<&View> {
        self.sealed[..n].iter().map(|sealed| &sealed.view).collect()
    }

    /// Makes rows of the events of a format.
    pub fn seal(&mut self, format: usize) {
        if self.builders[format].n_rows() > 0 {
            let paths = &self.paths;
            let path_of = |source| paths.get(&source).map_or("", |path| &**path);
            let paths = Paths { field: self.path, of: &path_of };
            let mut view = self.builders[format].seal(&self.aliases[format], Some(paths));
            view.set_derivations(&self.derivations);
            if let Some(reader) = &self.deferred[format] {
                view.set_reader(reader.clone());
            }
            let first_row = self.n_rows;
            self.n_rows += view.n_rows();
            self.sealed.push(Sealed { view, first_row });
        }
    }

    /// A member that is a source of its own; its number.
    pub fn member(&mut self, member: MemberName) -> SourceId {
        let number = self.first_member + self.members.len() as u32;
        self.paths.insert(number, member.path.as_str().into());
        self.members.push(member);
        number
    }

    /// The builder for the next event of a format; there is room in it.
    pub fn builder(&mut self, format: usize) -> &mut SegmentBuilder {
        if self.builders[format].is_full() {
            self.seal(format);
        }
        &mut self.builders[format]
    }

    /// Events of a format may be deferred to `parser`.
    pub fn defer(&mut self, format: usize, parser: Box<dyn DeferredParser>) {
        self.deferred[format] = Some(Arc::new(DeferredReader::new(FORMATS[format].name(), parser)));
    }

    /// Keeps a reject, as long as there are few.
    pub fn reject(&mut self, source: SourceId, reject: Reject) {
        if self.rejects.len() < limits::REJECTS_KEPT {
            self.rejects.push((source, reject));
        }
    }
}
