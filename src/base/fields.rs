//! Names each field of a format once: [`fields!`] makes of one table the list for the help page and the numbers for
//! the parser.

use super::event::FieldSpec;

/// Makes a struct from a table of fields. The struct has a [`FieldId`](crate::base::FieldId) for each row that begins
/// with an identifier. Its constant `SPECS` has the [`FieldSpec`](crate::base::event::FieldSpec) of each row with a
/// meaning.
///
/// ```text
/// fields! {
///     struct ErrorFields {
///         level: "log.level" "how grave it is, in the server's words";
///         "http.request.method" "the method of the request";       filled by a part that has numbers of its own
///         dataset: "event.dataset";                                explained elsewhere
///     }
/// }
/// ```
macro_rules! fields {
    ($(#[$doc:meta])* $vis:vis struct $Ids:ident {
        $($($id:ident:)? $name:literal $($meaning:literal)?;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        $vis struct $Ids {
            $($(#[doc = $name] $vis $id: $crate::base::FieldId,)?)*
        }

        impl $Ids {
            /// The names and meanings of the fields, in the order of the table.
            // OK because the fields of a helper may be explained by the formats that use it.
            #[allow(dead_code)]
            $vis const SPECS: &'static [$crate::base::event::FieldSpec] = &[
                $($($crate::base::event::FieldSpec { name: $name, meaning: $meaning },)?)*
            ];

            /// Interns the fields.
            $vis fn new(fields: &mut $crate::base::Fields) -> $Ids {
                $Ids { $($($id: fields.intern($name),)?)* }
            }
        }
    };
}

pub(crate) use fields;

/// Joins several lists of specs into one list of `N` specs, for a format that also has the fields of other formats.
///
/// # Panics
/// If the lists do not have `N` specs together. As all uses are constants, this is a compile error.
pub const fn joined<const N: usize>(lists: &[&[FieldSpec]]) -> [FieldSpec; N] {
    let mut all = [FieldSpec { name: "", meaning: "" }; N];
    let (mut n, mut list) = (0, 0);
    while list < lists.len() {
        let mut i = 0;
        while i < lists[list].len() {
            all[n] = lists[list][i];
            (n, i) = (n + 1, i + 1);
        }
        list += 1;
    }
    assert!(n == N, "the lists have as many specs as the list of all");
    all
}
