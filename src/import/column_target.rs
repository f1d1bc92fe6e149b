//! What the columns of a CSV file hold.

use serde::{Serialize, Serializer};

use crate::error::{Problem, Result};
use crate::import::sheet::Own;
use crate::people::person::Field;
use crate::request::Choice;

/// What a column of a CSV file holds: a field of the person, nothing (`ignore`), or (`null`) a custom field under
/// the name of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(untagged))]
pub enum ColumnTarget {
    /// A field of the person.
    Field(Field),
    /// Nothing: the column is ignored.
    #[cfg_attr(feature = "typescript", ts(type = "\"ignore\""))]
    Ignore,
    /// A custom field under the name of the column.
    #[cfg_attr(feature = "typescript", ts(type = "null"))]
    CustomField,
}

impl ColumnTarget {
    const WORDS: [&str; 10] = [
        "email",
        "linkedin_url",
        "name",
        "first_name",
        "last_name",
        "company",
        "position",
        "headline",
        "time_zone",
        "ignore",
    ];

    pub(super) fn from_word(word: &str) -> Result<Self, Problem> {
        match Field::from_word(word) {
            Some(field) => Ok(Self::Field(field)),
            None if word == "ignore" => Ok(Self::Ignore),
            None => Err(Problem::UnknownValue { allowed: &Self::WORDS }),
        }
    }

    pub(super) const fn field(self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(field),
            Self::CustomField | Self::Ignore => None,
        }
    }
}

impl From<Option<Field>> for ColumnTarget {
    fn from(field: Option<Field>) -> Self {
        field.map_or(Self::CustomField, Self::Field)
    }
}

impl From<Own> for ColumnTarget {
    fn from(own: Own) -> Self {
        match own {
            Own::Field(field) => Self::Field(field),
            Own::Custom => Self::CustomField,
            Own::Told => Self::Ignore,
        }
    }
}

impl Serialize for ColumnTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Field(field) => serializer.serialize_str(field.word()),
            Self::Ignore => serializer.serialize_str("ignore"),
            Self::CustomField => serializer.serialize_none(),
        }
    }
}
