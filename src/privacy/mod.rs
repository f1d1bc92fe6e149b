//! What is stored of a person: all of it as one answer, and all of it erased (`docs/privacy.md`).

mod ops;
mod request;
mod rows;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::channel::Channel;
use crate::people::suppression::SuppressionType;
use crate::request::result_size::{ROW, TextSize};
pub(crate) use ops::REMOVALS;
pub use request::{ErasePerson, ExportPerson, ParsedErasure, ParsedPersonExport, PersonIdentity};

/// What a person is known by on a channel, in normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    channel: Channel,
    value: String,
}

impl Identity {
    fn kind(&self) -> SuppressionType {
        SuppressionType::of_person(self.channel)
    }

    /// Whether a text names the identity, and not a longer one that contains it. Hyphens around an address separate, as in
    /// `reply-bo@example.com-2`, unless a domain goes on.
    fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let is_email = self.channel == Channel::Email;
        text.match_indices(self.value.as_str()).any(|(start, found)| {
            let before = text.get(..start).unwrap_or_default().chars().next_back();
            let is_longer = before.is_some_and(|before| is_word(before) || (is_email && matches!(before, '.' | '+')));
            !is_longer && !goes_on(text.get(start + found.len()..).unwrap_or_default(), is_email)
        })
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '%')
}

/// Whether what stands before this text, a domain or a slug, goes on in it.
fn goes_on(text: &str, is_domain: bool) -> bool {
    let dot = |text: &str| text.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_word));
    match text.strip_prefix('-') {
        Some(rest) if is_domain => dot(rest.trim_start_matches(|character| is_word(character) || character == '-')),
        Some(_) => true,
        None => dot(text) || text.starts_with(is_word),
    }
}

/// A row of the database that is of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PersonRecord {
    /// The table: `prospect`, `progress` (where a prospect stands in the sequence), `draft` (a message written for them),
    /// `message` (what a message said), `task`, `unsubscribe_token`, `lead`, `hold`, `suppression`, `bounce`,
    /// `sender_failure`, `recorded_event` or `event`.
    pub table: &'static str,
    /// The values of its columns by their names. Ids, tokens and keys are texts, instants are RFC 3339 and end with `_at`,
    /// flags are `true` or `false`, and custom fields are an object of texts.
    #[cfg_attr(feature = "typescript", ts(type = "{ [column: string]: PersonValue }"))]
    pub row: PersonRow,
}

/// The values of the columns of a row, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRow(Vec<(String, PersonValue)>);

impl PersonRow {
    /// The value of a column, if the table has it.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&PersonValue> {
        self.iter().find(|(name, _)| *name == column).map(|(_, value)| value)
    }

    /// Every column with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &PersonValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Serialize for PersonRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A value in a row that is of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PersonValue {
    /// There is none.
    None,
    /// A flag.
    Flag(bool),
    /// A number.
    Number(i64),
    /// A text, an instant, an id, a token or a key.
    Text(String),
    /// Custom fields.
    Fields(BTreeMap<String, String>),
}

impl TextSize for PersonRecord {
    fn text_size(&self) -> usize {
        let size = |value: &PersonValue| match value {
            PersonValue::Text(text) => text.len(),
            PersonValue::Fields(fields) => fields.iter().map(|(key, text)| key.len() + text.len()).sum(),
            PersonValue::None | PersonValue::Flag(_) | PersonValue::Number(_) => 0,
        };
        ROW + self.row.iter().map(|(_, value)| size(value)).sum::<usize>()
    }
}

/// A page of all that is stored of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExportedPerson {
    /// The rows: each prospect with what belongs to it, then leads, what is kept by the address or the profile alone, and
    /// events.
    pub records: Vec<PersonRecord>,
    /// Whether the person was erased and is not to be contacted.
    pub is_erased: bool,
    /// Where the next page begins; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// The result of erasing a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ErasedPerson {
    /// How many prospects were erased, each with its messages.
    pub prospects: u32,
    /// How many leads of saved lists.
    pub leads: u32,
    /// How many rows of other tables that named the person.
    pub others: u32,
    /// Whether a hash of the person is kept, by which they are suppressed.
    pub is_suppressed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_an_identity_where_nothing_makes_it_another_one() {
        let named = |channel, value: &str, text| Identity { channel, value: value.to_owned() }.is_named_in(text);
        for text in
            ["jo@x.com", "reply-JO@x.com", "1:jo@x.com/2", "<jo@x.com>.", "marijo@x.com jo@x.com", "jo@x.com-2-a"]
        {
            assert!(named(Channel::Email, "jo@x.com", text), "{text}");
        }
        for text in ["reply-marijo@x.com", "a.jo@x.com", "a+jo@x.com", "a_jo@x.com", "jo@x.com.au", "jo@x.com-pany.de"]
        {
            assert!(!named(Channel::Email, "jo@x.com", text), "{text}");
        }
        for text in ["linkedin.com/in/ed", "https://www.LinkedIn.com/in/ed/?x=1", "1-linkedin.com/in/ed: replied"] {
            assert!(named(Channel::Linkedin, "linkedin.com/in/ed", text), "{text}");
        }
        for text in
            ["linkedin.com/in/eddy", "linkedin.com/in/ed-2", "linkedin.com/in/ed.b", "linkedin.com/in/ed_", "in/ed"]
        {
            assert!(!named(Channel::Linkedin, "linkedin.com/in/ed", text), "{text}");
        }
    }
}
