//! Exported files (`docs/rules.md#exports`): the names of their columns, and how they are recognised.

use crate::people::person::Field;

/// The columns with a person's fields, in their order.
pub(crate) const PERSON: [Field; 9] = [
    Field::Email,
    Field::LinkedinUrl,
    Field::FirstName,
    Field::LastName,
    Field::Name,
    Field::Company,
    Field::Position,
    Field::Headline,
    Field::TimeZone,
];

/// The columns after those, which are not imported: a prospect's progress is not a property of the person.
pub(crate) const TOLD: [&str; 10] = [
    "status",
    "sender",
    "step",
    "first_contact_at",
    "last_contact_at",
    "replied_at",
    "bounced_at",
    "opened_at",
    "suppressed_reason",
    "prospect_id",
];

/// The prefix of a custom field's key.
pub(crate) const CUSTOM: &str = "custom_fields.";

/// Spreadsheets take a cell that begins like this for a formula, or for a marked text.
const MARKED: [u8; 7] = *b"=+-@\t\r'";

/// Whether a text is exported with an apostrophe before it, so that spreadsheets leave it alone.
pub(crate) fn is_marked(text: &[u8]) -> bool {
    text.first().is_some_and(|first| MARKED.contains(first))
}

/// The meaning of a column in such a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    Field(Field),
    Custom,
    Told,
}

/// Whether a header is that of such a file; people may have removed, moved or added columns.
pub(super) fn is_own<'a>(mut header: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = [false; 2];
    header.any(|cell| {
        seen[0] |= cell == "suppressed_reason";
        seen[1] |= cell == "prospect_id";
        seen == [true; 2] || cell.starts_with(CUSTOM)
    })
}

/// The meanings of the columns of such a file; added columns are custom fields.
pub(super) fn columns<'a>(header: impl Iterator<Item = &'a str>) -> Vec<Own> {
    let column = |cell| {
        if TOLD.contains(&cell) {
            return Own::Told;
        }
        PERSON.into_iter().find(|field| field.word() == cell).map_or(Own::Custom, Own::Field)
    };
    header.map(column).collect()
}
