//! The questions that shards answer about the rows which queries accept: one line each.

use super::explain::Explain;
use super::facet::Facets;
use super::fields::FieldList;
use super::gather::{Asked, Collect};
use super::occurrences::Occurrences;
use super::pivot::{PivotCells, PivotKeys};
use super::rows::Rows;
use super::timeline::{Counts, Scope};
use crate::base::wire::{Reader, Writer};

macro_rules! questions {
    ($($(#[$doc:meta])* $number:literal $name:ident,)*) => {
        /// What is asked about the rows that one or more queries accept.
        #[derive(Debug, Clone)]
        pub enum Question {
            $($(#[$doc])* $name($name),)*
        }

        impl Question {
            /// What collects the answer in a shard.
            pub fn collector(&self) -> Box<dyn Collect> {
                match self {
                    $(Question::$name(asked) => Box::new(asked.partial()),)*
                }
            }

            /// Appends it to a message.
            pub fn write(&self, writer: &mut Writer) {
                match self {
                    $(Question::$name(asked) => {
                        writer.u8($number);
                        asked.write(writer);
                    })*
                }
            }

            /// The next question of a message.
            ///
            /// # Panics
            /// When there is none.
            pub fn read(reader: &mut Reader<'_>) -> Question {
                match reader.u8() {
                    $($number => Question::$name(Asked::read(reader)),)*
                    other => panic!("{other} is no question"),
                }
            }
        }

        $(impl From<$name> for Question {
            fn from(asked: $name) -> Question {
                Question::$name(asked)
            }
        })*
    };
}

questions! {
    /// Which rows all the queries accept, and how their values order them.
    0 Rows,
    /// The values of fields.
    1 Facets,
    /// From when to when there are rows, and how often each value of a field occurs.
    2 Scope,
    /// How many rows there are in each bucket of time, by the values of a field.
    3 Counts,
    /// How many rows each query accepts, and how many all others do.
    4 Explain,
    /// Which fields have values.
    5 FieldList,
    /// The groups of both sides of a pivot.
    6 PivotKeys,
    /// The cells of a pivot.
    7 PivotCells,
    /// In which fields a value occurs.
    8 Occurrences,
}
