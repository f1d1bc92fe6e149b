//! The columns that every table of people has.

use rusqlite::Row;

use super::Person;
use crate::error::{Result, or_bug};
use crate::request::identity::ProfileUrl;
use crate::store::or_corrupt;

/// The columns in the order in which [`encode`] and [`decode`] have them: with the next one, all.
macro_rules! texts {
    () => {
        "linkedin_url, name, first_name, last_name, company, position, headline"
    };
}

macro_rules! columns {
    () => {
        concat!(crate::people::person::rows::texts!(), ", custom_fields")
    };
}

pub(crate) use {columns, texts};

/// The values of the columns; the last is JSON, if there is any.
pub(crate) fn encode(person: &Person) -> Result<([Option<&str>; 7], Option<String>)> {
    let custom_fields = if person.custom_fields.is_empty() {
        None
    } else {
        Some(or_bug(serde_json::to_string(&person.custom_fields).ok())?)
    };
    let columns = [
        person.profile.as_ref().map(ProfileUrl::as_str),
        person.name.as_deref(),
        person.first_name.as_deref(),
        person.last_name.as_deref(),
        person.company.as_deref(),
        person.position.as_deref(),
        person.headline.as_deref(),
    ];
    Ok((columns, custom_fields))
}

/// The person whose columns begin at `first`.
pub(crate) fn decode(row: &Row<'_>, first: usize, email: Option<String>) -> Result<Person> {
    let url: Option<String> = row.get(first)?;
    let profile = url.map(|url| or_corrupt(ProfileUrl::stored(&url))).transpose()?;
    let custom_fields = or_corrupt(row.get_ref(first + 7)?.as_str_or_null().ok())?;
    Ok(Person {
        email,
        profile,
        name: row.get(first + 1)?,
        first_name: row.get(first + 2)?,
        last_name: row.get(first + 3)?,
        company: row.get(first + 4)?,
        position: row.get(first + 5)?,
        headline: row.get(first + 6)?,
        custom_fields: custom_fields.map_or_else(|| Ok(Default::default()), decode_custom_fields)?,
    })
}

/// The custom fields of a column.
pub(crate) fn decode_custom_fields(json: &str) -> Result<std::collections::BTreeMap<String, String>> {
    or_corrupt(serde_json::from_str(json).ok())
}
