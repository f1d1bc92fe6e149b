//! The columns that every table of people has.

use rusqlite::ToSql;

use super::Person;
use crate::campaign::schedule::TimeZone;
use crate::error::{Result, or_bug};
use crate::request::identity::ProfileUrl;
use crate::store::{Row, Snapshot, Statement, or_corrupt, row};

row! {
    pub(crate) struct PersonColumns as person_columns { custom_fields, ..texts: TextColumns as text_columns }
}

row! {
    pub(crate) struct TextColumns as text_columns {
        linkedin_url, name, first_name, last_name, company, position, headline, time_zone
    }
}

/// Calls `store` with the values of the columns; custom fields are JSON, if there are any.
pub(crate) fn with_columns(
    person: &Person,
    store: impl FnOnce(PersonColumns<&dyn ToSql>) -> Result<usize>,
) -> Result<usize> {
    let custom_fields = Some(&person.custom_fields).filter(|fields| !fields.is_empty());
    let custom_fields = or_bug(custom_fields.map(serde_json::to_string).transpose().ok())?;
    store(PersonColumns {
        custom_fields: &custom_fields,
        texts: TextColumns {
            linkedin_url: &person.profile.as_ref().map(ProfileUrl::as_str),
            name: &person.name,
            first_name: &person.first_name,
            last_name: &person.last_name,
            company: &person.company,
            position: &person.position,
            headline: &person.headline,
            time_zone: &person.time_zone.as_ref().map(TimeZone::name),
        },
    })
}

/// The person whose columns are at these places.
pub(crate) fn decode(row: Row<'_>, at: &PersonColumns<usize>, email: Option<String>) -> Result<Person> {
    let url: Option<String> = row.get(at.texts.linkedin_url)?;
    let profile = url.map(|url| or_corrupt(ProfileUrl::stored(&url))).transpose()?;
    let zone: Option<String> = row.get(at.texts.time_zone)?;
    let custom_fields = or_corrupt(row.get_ref(at.custom_fields)?.as_str_or_null().ok())?;
    Ok(Person {
        email,
        profile,
        name: row.get(at.texts.name)?,
        first_name: row.get(at.texts.first_name)?,
        last_name: row.get(at.texts.last_name)?,
        company: row.get(at.texts.company)?,
        position: row.get(at.texts.position)?,
        headline: row.get(at.texts.headline)?,
        time_zone: zone.map(|zone| or_corrupt(TimeZone::stored(&zone))).transpose()?,
        custom_fields: custom_fields.map_or_else(|| Ok(Default::default()), decode_custom_fields)?,
    })
}

/// How many people have a zone that this version does not know, by a query for all zones with how many have each.
pub(crate) fn count_unknown_zones(snapshot: &Snapshot<'_>, query: &str) -> Result<u64> {
    let mut statement = Statement::once(snapshot.sql(), query)?;
    let zones = statement.all([], |row| Ok((row.get::<String>(0)?, row.get::<u32>(1)?)))?;
    let is_unknown = |zone: &str| TimeZone::stored(zone).is_some_and(|zone| !zone.is_known());
    Ok(zones.iter().filter(|(zone, _)| is_unknown(zone)).map(|(_, people)| u64::from(*people)).sum())
}

/// The custom fields of a column.
pub(crate) fn decode_custom_fields(json: &str) -> Result<std::collections::BTreeMap<String, String>> {
    or_corrupt(serde_json::from_str(json).ok())
}
