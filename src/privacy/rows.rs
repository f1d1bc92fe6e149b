//! The SQL that goes over everything that is stored of a person. As a repair does, it changes tables of other rooms: where a
//! new one names people, it belongs here, too, and a test looks for it.

use rusqlite::ToSql;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use super::{Identity, PersonRecord, PersonRow, PersonValue};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{LeadId, ListId, ProspectId, TaskId, UserId};
use crate::message::draft;
use crate::people::person::rows::decode_custom_fields;
use crate::people::{bounced_address, hold, list, prospect, suppression};
use crate::sending::{failing_sender, progress, task, unsubscribe};
use crate::store::{Row, Rows, Snapshot, Statement, Table, Tx, event};
use crate::time::Instant;

/// Takes rows one by one, until it returns `false`.
pub(super) type Visit<'v> = &'v mut (dyn FnMut(PersonRecord) -> Result<bool> + 'v);

/// Rows of a table that fulfil a condition.
type Part = (&'static Table, &'static str);

/// What is of a prospect, whose id is the parameter.
pub(super) const OF_PROSPECT: &[Part] = &[
    (&prospect::rows::TABLE, "id = ?1"),
    (&progress::rows::TABLE, "prospect_id = ?1"),
    (&draft::rows::TABLE, "prospect_id = ?1"),
    (&task::message::rows::TABLE, "prospect_id = ?1"),
    (&task::rows::TABLE, "prospect_id = ?1"),
];

/// The token of a prospect, whose id is the parameter.
pub(super) const TOKEN: &[Part] = &[(&unsubscribe::rows::TABLE, "prospect_id = ?1")];

/// A lead, whose id is the parameter.
pub(super) const OF_LEAD: &[Part] = &[(&list::rows::LEADS, "id = ?1")];

/// An event, by the user and its number.
pub(super) const EVENT: &[Part] = &[
    (&event::rows::TABLE, "user_id = ?1 AND number = ?2"),
    (&event::rows::TABLE_BEFORE, "user_id = ?1 AND number = ?2"),
];

/// How what names a person by an identity alone is erased.
enum Erasure {
    /// The rows go.
    Rows,
    /// Rows that have something in the second column go on without the first.
    Column(&'static str, &'static str),
    /// The rows go whose key, an id of an event, names the person.
    Mentions,
}

const OF_FAILURE: Part =
    (&failing_sender::rows::FAILURES, "identity = ?2 AND account_id IN (SELECT id FROM account WHERE user_id = ?1)");
const OF_RECORDED: Part = (&task::recorded_event::TABLE, "user_id = ?1 AND instr(lower(event_id), ?2) > 0");

/// What names a person by an identity alone, and how it is erased; the parameters are the user and the identity.
const fn of_identity(channel: Channel) -> &'static [(Part, Erasure)] {
    match channel {
        Channel::Email => &[
            ((&unsubscribe::rows::TABLE, "user_id = ?1 AND identity = ?2"), Erasure::Rows),
            ((&hold::rows::TABLE, "user_id = ?1 AND email = ?2"), Erasure::Column("email", "profile")),
            ((&suppression::rows::TABLE, "user_id = ?1 AND type = 'email_address' AND value = ?2"), Erasure::Rows),
            ((&bounced_address::rows::TABLE, "user_id = ?1 AND address = ?2"), Erasure::Rows),
            (OF_FAILURE, Erasure::Rows),
            (OF_RECORDED, Erasure::Mentions),
        ],
        Channel::Linkedin => &[
            ((&hold::rows::TABLE, "user_id = ?1 AND profile = ?2"), Erasure::Column("profile", "email")),
            ((&suppression::rows::TABLE, "user_id = ?1 AND type = 'linkedin_profile' AND value = ?2"), Erasure::Rows),
            (OF_FAILURE, Erasure::Rows),
            (OF_RECORDED, Erasure::Mentions),
        ],
    }
}

/// Visits what names a person by an identity alone; whether it is to go on.
pub(super) fn visit_identity(
    snapshot: &Snapshot<'_>,
    user: UserId,
    person: &Identity,
    take: Visit<'_>,
) -> Result<bool> {
    for (part, erasure) in of_identity(person.channel) {
        let mut take_mention = |record: PersonRecord| match (erasure, record.row.get("event_id")) {
            (Erasure::Mentions, Some(PersonValue::Text(id))) if !person.is_named_in(id) => Ok(true),
            _ => take(record),
        };
        if !visit(snapshot, &[*part], &[&user, &person.value], &mut take_mention)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Visits rows; whether it is to go on.
pub(super) fn visit(
    snapshot: &Snapshot<'_>,
    parts: &[Part],
    parameters: &[&dyn ToSql],
    visit: Visit<'_>,
) -> Result<bool> {
    for (table, condition) in parts {
        let query = format!("SELECT {} FROM {} WHERE {condition}", table.columns, table.table);
        let mut statement = snapshot.statement(&query)?;
        let names = statement.column_names();
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            if !visit(decode(table.table, &names, row)?)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn decode(table: &'static str, names: &[String], row: Row<'_>) -> Result<PersonRecord> {
    let mut record = PersonRecord { table, row: PersonRow::default() };
    for (place, name) in names.iter().enumerate() {
        let value = match row.get_ref(place)? {
            ValueRef::Integer(number) => match name.strip_suffix("_ms") {
                Some(_) => PersonValue::Text(Instant::from_unix_ms(number).to_string()),
                None if name.starts_with("is_") => PersonValue::Flag(number != 0),
                None => PersonValue::Number(number),
            },
            ValueRef::Text(_) if name == "custom_fields" => {
                PersonValue::Fields(decode_custom_fields(row.get_ref(place)?.as_str().map_err(rusqlite::Error::from)?)?)
            }
            ValueRef::Text(_) => PersonValue::Text(row.get(place)?),
            ValueRef::Blob(bytes) => PersonValue::Text(match Uuid::from_slice(bytes) {
                Ok(id) if !name.ends_with("token") && name != "input" => id.as_hyphenated().to_string(),
                _ => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            }),
            ValueRef::Null | ValueRef::Real(_) => PersonValue::None,
        };
        let name = match name.strip_suffix("_ms") {
            Some("at") => "at".to_owned(),
            Some(name) => format!("{name}_at"),
            None => name.clone(),
        };
        record.row.0.push((name, value));
    }
    Ok(record)
}

/// The leads of the user's lists that have an identity, each with its list.
pub(super) fn leads(snapshot: &Snapshot<'_>, user: UserId, person: &Identity) -> Result<Vec<(LeadId, ListId)>> {
    let mut statement = snapshot.statement(match person.channel {
        Channel::Email => {
            "SELECT lead.id, list.id FROM list CROSS JOIN lead INDEXED BY lead_by_email ON list_id = list.id AND email = ?2
             WHERE user_id = ?1"
        }
        Channel::Linkedin => {
            "SELECT lead.id, list.id FROM list CROSS JOIN lead INDEXED BY lead_by_profile
                 ON list_id = list.id AND profile = ?2
             WHERE user_id = ?1"
        }
    })?;
    statement.all((user, &person.value), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The address and the profile of a lead.
pub(super) fn identities_of_lead(snapshot: &Snapshot<'_>, id: LeadId) -> Result<[Option<String>; 2]> {
    let mut statement = snapshot.statement("SELECT email, profile FROM lead WHERE id = ?1")?;
    statement.query_row((id,), |row| Ok([row.get(0)?, row.get(1)?]))
}

/// The tasks of a prospect.
pub(super) fn tasks(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Vec<TaskId>> {
    let mut statement = snapshot.statement("SELECT id FROM task WHERE prospect_id = ?1")?;
    statement.all((prospect,), |row| row.get(0))
}

/// Erases what names a prospect and is not removed with it: their tasks stay, since they count in limits and reports. Returns
/// how many rows are gone.
pub(super) fn erase_of_prospect(tx: &Tx<'_>, prospect: ProspectId) -> Result<usize> {
    tx.statement("UPDATE task SET message_key = NULL, open_token = NULL WHERE prospect_id = ?1")?
        .execute((prospect,))?;
    tx.statement("DELETE FROM unsubscribe_token WHERE prospect_id = ?1")?.execute((prospect,))
}

/// Erases what names a person by an identity alone.
pub(super) fn erase_of_identity(tx: &Tx<'_>, user: UserId, person: &Identity) -> Result<()> {
    for ((Table { table, .. }, condition), erasure) in of_identity(person.channel) {
        let delete = format!("DELETE FROM {table} WHERE {condition}");
        match erasure {
            Erasure::Rows => {
                tx.statement(&delete)?.execute((user, &person.value))?;
            }
            Erasure::Column(column, other) => {
                let update = format!("UPDATE {table} SET {column} = NULL WHERE {condition}");
                for sql in [format!("{delete} AND {other} IS NULL"), update] {
                    tx.statement(&sql)?.execute((user, &person.value))?;
                }
            }
            Erasure::Mentions => {
                let mut candidates = tx.statement(&format!("SELECT event_id FROM {table} WHERE {condition}"))?;
                let ids: Vec<String> = candidates.all((user, &person.value), |row| row.get(0))?;
                let mut delete = tx.statement(&format!("DELETE FROM {table} WHERE user_id = ?1 AND event_id = ?2"))?;
                for id in ids.iter().filter(|id| person.is_named_in(id)) {
                    delete.execute((user, id))?;
                }
            }
        }
    }
    Ok(())
}

/// The events of a user, each with its number and its subject.
pub(super) struct Events<'s>(Statement<'s>, UserId);

impl<'s> Events<'s> {
    pub(super) fn of(snapshot: &Snapshot<'s>, user: UserId) -> Result<Self> {
        let statement = snapshot.statement(
            "SELECT number, subject FROM event_before WHERE user_id = ?1
             UNION ALL SELECT number, subject FROM event WHERE user_id = ?1",
        )?;
        Ok(Self(statement, user))
    }

    pub(super) fn rows(&mut self) -> Result<EventRows<'_>> {
        Ok(EventRows(self.0.query((self.1,))?))
    }
}

/// Events, one after the other.
pub(super) struct EventRows<'r>(Rows<'r>);

impl EventRows<'_> {
    pub(super) fn next(&mut self) -> Result<Option<(i64, Uuid)>> {
        let Some(row) = self.0.next()? else { return Ok(None) };
        Ok(Some((row.get(0)?, Uuid::from_bytes(row.get(1)?))))
    }
}
