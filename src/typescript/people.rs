//! Prospects, leads, and what became of those who were to be taken in.

use ts_rs::TS;

use crate::people::person::Field;

/// What a column of a CSV file holds: a field of the person, nothing (`ignore`), or (`null`) a custom field under
/// the name of the column.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum ColumnTarget {
    Field(Field),
    Other(#[ts(type = "\"ignore\" | null")] ()),
}
