//! Formats whose records are JSON and whose common fields stand under known paths: a table is all there is to them.

use super::json::{Flattener, Object};
use super::moment;
use crate::base::event::{FieldSpec, Framing, Leaf};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, is_address};

/// What a value is good for beside itself.
#[derive(Clone, Copy)]
pub enum To {
    /// The value of a common field.
    Field(&'static str),
    /// The value of a common field, where it is an IP address.
    Address(&'static str),
    /// The time of the event, in any form.
    Time,
    /// What the value says of `event.outcome`: `success`, `failure` or nothing.
    Outcome(fn(&[u8]) -> &'static str),
}

/// Native paths and what they are good for. Of those that are good for the same, the first in the table wins.
pub type Map = &'static [(&'static str, To)];

fields! {
    struct MappedFields {
        outcome: "event.outcome";
        dataset: "event.dataset";
    }
}

/// A format that is a table.
pub struct Mapped {
    /// See [`Format::name`].
    pub name: &'static str,
    /// See [`Framing::Json`].
    pub keys: &'static [&'static str],
    /// See [`Format::fields`].
    pub fields: &'static [FieldSpec],
    /// See [`Format::samples`].
    pub samples: &'static [&'static [u8]],
    /// Whether an object is a record of it.
    pub is_record: fn(&Object<'_>) -> bool,
    /// What its fields are good for.
    pub map: Map,
}

impl Format for Mapped {
    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> &'static [FieldSpec] {
        self.fields
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        self.samples
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: self.keys }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff_objects(head, self.keys, self.is_record)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(MappedParser {
            mapper: Mapper::new(self.map, Flattener::default(), fields),
            ids: MappedFields::new(fields),
            name: self.name,
        }))
    }
}

/// Certain where an object that is alone, or in an array under one of `keys`, is a record.
pub fn sniff_objects(head: &Head<'_>, keys: &[&str], is_record: fn(&Object<'_>) -> bool) -> Confidence {
    let is_here = |object: &Object<'_>| {
        object.under.is_empty() || keys.iter().any(|key| key.as_bytes() == object.under)
    };
    Confidence::certain_if(head.objects().iter().any(|object| is_here(object) && is_record(object)))
}

struct MappedParser {
    mapper: Mapper,
    ids: MappedFields,
    name: &'static str,
}

impl Parser for MappedParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.mapper.read(record, fields, event)?;
        event.push_text(self.ids.dataset, Kind::Text, self.name);
        Ok(Parsed::Event)
    }
}

/// Reads JSON records by a [`Map`].
pub struct Mapper {
    flattener: Flattener,
    /// By field number, the lines of the map; shorter than there are fields.
    rules: Vec<Vec<u8>>,
    map: Map,
    /// By line of the map, the field it gives a value.
    targets: Vec<Option<FieldId>>,
    ids: MappedFields,
    /// By line of the map, what was found.
    found: Vec<Option<Leaf>>,
}

impl Mapper {
    /// For a map, over records that `flattener` reads.
    pub fn new(map: Map, flattener: Flattener, fields: &mut Fields) -> Mapper {
        let mut rules: Vec<Vec<u8>> = Vec::new();
        for (line, (native, _)) in map.iter().enumerate() {
            let field = fields.intern(native).0 as usize;
            if field >= rules.len() {
                rules.resize(field + 1, Vec::new());
            }
            rules[field].push(line as u8);
        }
        let mut target = |to: &To| match to {
            To::Field(name) | To::Address(name) => Some(fields.intern(name)),
            To::Time | To::Outcome(_) => None,
        };
        let targets = map.iter().map(|(_, to)| target(to)).collect();
        Mapper {
            flattener,
            rules,
            map,
            targets,
            ids: MappedFields::new(fields),
            found: vec![None; map.len()],
        }
    }

    /// Reads a record: all its leaves, and the common fields.
    ///
    /// # Errors
    /// Where it is no JSON object.
    pub fn read(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<(), Why> {
        self.flattener.flatten(record, fields, event)?;
        if record.trim_ascii_start().first() != Some(&b'{') {
            return Err(Why::NotAnEvent { expected: "an object" });
        }
        self.apply(record, event);
        Ok(())
    }

    /// Adds the common fields to an event that has its native ones.
    pub fn apply(&mut self, record: &[u8], event: &mut Event) {
        self.found.fill(None);
        for leaf in event.leaves() {
            for &line in self.rules.get(leaf.field.0 as usize).map_or(&[][..], |lines| lines) {
                let found = &mut self.found[line as usize];
                if found.is_none() && is_good(self.map[line as usize].1, event.bytes(record, leaf)) {
                    *found = Some(*leaf);
                }
            }
        }
        let (mut time, mut outcome): (Option<Reading>, &str) = (None, "");
        for line in 0..self.map.len() {
            let Some(leaf) = self.found[line] else { continue };
            match (self.map[line].1, self.targets[line]) {
                (To::Time, _) => time = time.or_else(|| moment::of(event.bytes(record, &leaf))),
                (To::Outcome(says), _) if outcome.is_empty() => outcome = says(event.bytes(record, &leaf)),
                (_, Some(field)) if event.leaf(field).is_none() => event.push_copy(field, leaf),
                _ => {}
            }
        }
        event.time = event.time.or(time);
        if !outcome.is_empty() {
            event.push_text(self.ids.outcome, Kind::Text, outcome);
        }
    }
}

/// Whether a value is one that can be used so.
fn is_good(to: To, value: &[u8]) -> bool {
    match to {
        To::Field(_) => !matches!(value, b"" | b"-" | b"{}" | b"[]"),
        To::Address(_) => is_address(value),
        To::Time => moment::of(value).is_some(),
        To::Outcome(says) => !says(value).is_empty(),
    }
}
