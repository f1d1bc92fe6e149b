//! People in requests, and how they are checked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Field, Person};
use crate::bounds::CUSTOM_FIELDS_MAX;
use crate::error::{Error, Problem, Result};
use crate::request::setters::setters;
use crate::request::{Fields, Issues, Plain};

/// A person to add. Texts are lines of at most 255 characters, trimmed, with spaces for line breaks and tabs and without
/// other control characters; a blank one counts as none.
///
/// ```
/// use campaignkit::NewPerson;
///
/// let bo = NewPerson::email("bo@example.com").first_name("Bo").custom_field("city", "Bern");
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Person", optional_fields = nullable))]
pub struct NewPerson {
    /// The email address; kept in lower case.
    pub email: Option<String>,
    /// The URL of the LinkedIn profile, with or without `https://www.`.
    pub linkedin_url: Option<String>,
    /// The whole name; first and last name where none is given.
    pub name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The position in the company.
    pub position: Option<String>,
    /// The headline of the LinkedIn profile.
    pub headline: Option<String>,
    /// The IANA time zone, by its name or a link's, in any case.
    pub time_zone: Option<String>,
    /// At most 200 more fields, for templates: keys of 1–255 characters without `%`, `|` and control characters, trimmed,
    /// no two the same, and texts of at most 10,000 characters.
    #[cfg_attr(feature = "typescript", ts(as = "Option<std::collections::HashMap<String, String>>", optional = nullable))]
    pub custom_fields: BTreeMap<String, String>,
}

setters!(NewPerson {
    text linkedin_url;
    text name;
    text first_name;
    text last_name;
    text company;
    text position;
    text headline;
    text time_zone;
});

impl NewPerson {
    /// Adds one of its [`custom_fields`](#structfield.custom_fields).
    #[must_use]
    pub fn custom_field(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.custom_fields.insert(key.into(), text.into());
        self
    }
}

impl NewPerson {
    /// Someone with this email address.
    #[must_use]
    pub fn email(address: impl Into<String>) -> Self {
        Self { email: Some(address.into()), ..Self::default() }
    }

    /// Someone with this LinkedIn profile.
    #[must_use]
    pub fn linkedin(url: impl Into<String>) -> Self {
        Self { linkedin_url: Some(url.into()), ..Self::default() }
    }
}

const FIELDS: [&str; 10] = [
    "email",
    "linkedin_url",
    "name",
    "first_name",
    "last_name",
    "company",
    "position",
    "headline",
    "time_zone",
    "custom_fields",
];

impl Person {
    /// Reads the person at `path`, with what is wrong in every field.
    pub(crate) fn read(value: Plain, path: String, issues: &mut Issues) -> Self {
        let mut fields = Fields::of(value, path, issues);
        let mut person = Self::default();
        for field in Field::ALL {
            if let Some(text) = fields.text(field.word()) {
                let set = person.set(field, &text);
                fields.keep(field.word(), set);
            }
        }
        if let Some(given) = fields.take("custom_fields") {
            let path = fields.path("custom_fields");
            let mut custom = Fields::of(given, path, fields.issues());
            let mut keys = BTreeSet::new();
            for (key, value) in custom.drain_at_most(CUSTOM_FIELDS_MAX).into_iter().flatten() {
                if value != Plain::Null
                    && let Some(text) = custom.as_text(&key, value)
                {
                    let set = person.set_custom(&key, &text);
                    custom.keep(&key, set.and_then(|()| once(&mut keys, &key)));
                }
            }
        }
        fields.refuse_rest(&FIELDS);
        person
    }
}

/// Whether the key is given for the first time: those that differ in the white space around them are one.
fn once(keys: &mut BTreeSet<String>, key: &str) -> Result<(), Problem> {
    if keys.insert(key.trim().to_owned()) { Ok(()) } else { Err(Problem::Duplicate) }
}

/// What to change of a person: the fields given, the others stay.
#[derive(Clone, Debug)]
pub(crate) struct PersonUpdate {
    given: Vec<Field>,
    /// The values of the fields given; none clears a field.
    person: Person,
    /// Custom fields to set or, with nothing, to remove.
    custom_fields: BTreeMap<String, Option<String>>,
}

impl PersonUpdate {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let mut update = Self { given: Vec::new(), person: Person::default(), custom_fields: BTreeMap::new() };
        for field in Field::ALL {
            if let Some(text) = fields.text_or_clear(field.word()) {
                let set = update.person.set(field, &text.unwrap_or_default());
                fields.keep(field.word(), set);
                update.given.push(field);
            }
        }
        if let Some(given) = fields.take("custom_fields") {
            let path = fields.path("custom_fields");
            let mut custom = Fields::of(given, path, fields.issues());
            let mut keys = BTreeSet::new();
            for (key, value) in custom.drain_at_most(CUSTOM_FIELDS_MAX).into_iter().flatten() {
                let text = if value == Plain::Null { Some(String::new()) } else { custom.as_text(&key, value) };
                let Some(text) = text else { continue };
                let set = update.person.set_custom(&key, &text);
                custom.keep(&key, set.and_then(|()| once(&mut keys, &key)));
                let key = key.trim();
                update.custom_fields.insert(key.to_owned(), update.person.custom_fields.get(key).cloned());
            }
        }
        fields.refuse_rest(&FIELDS);
        update
    }

    /// Changes `person`, all of it or nothing; the field `fixed` tells it apart and stays.
    pub(crate) fn apply(self, person: &mut Person, fixed: Field) -> Result<()> {
        let mut issues = Issues::default();
        let mut changed = person.clone();
        for field in self.given {
            // Another form of the same profile is another text.
            let is_same = match field {
                Field::LinkedinUrl => {
                    self.person.profile.as_ref().map(|profile| profile.identity())
                        == person.profile.as_ref().map(|profile| profile.identity())
                }
                _ => self.person.text(field) == person.text(field),
            };
            if field == fixed && !is_same {
                issues.push(field.word(), Problem::Immutable);
                continue;
            }
            let text = self.person.text(field).unwrap_or_default();
            changed.set(field, text).map_err(|problem| Error::invalid(field.word(), problem))?;
        }
        for (key, value) in self.custom_fields {
            match value {
                Some(text) => changed.custom_fields.insert(key, text),
                None => changed.custom_fields.remove(&key),
            };
        }
        if changed.custom_fields.len() > CUSTOM_FIELDS_MAX {
            issues.push("custom_fields", Problem::TooMany { max: CUSTOM_FIELDS_MAX });
        }
        issues.finish(Some(()))?;
        *person = changed;
        Ok(())
    }
}
