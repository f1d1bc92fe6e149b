//! The SQL of the event table.

use rusqlite::ToSql;
use uuid::Uuid;

use super::{Change, Event};
use crate::error::Result;
use crate::id::{ProspectId, UserId};
use crate::request::page::Page;
use crate::store::{Row, Snapshot, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns { user_id, number, at_ms, kind = "type", subject, part_of }
}

const AT: Columns<usize> = Columns::at(0);

macro_rules! last_number {
    () => {
        "coalesce((SELECT max(number) FROM event WHERE user_id = ?1), (SELECT max(number) FROM event_before), 0)"
    };
}

impl Tx<'_> {
    /// Records what this transaction did, so that it is known exactly if the transaction is.
    pub(crate) fn record(&self, user: UserId, change: Change) -> Result<()> {
        let (word, object, part_of) = change.stored();
        let (object, part_of) = (object.as_bytes(), part_of.as_ref().map(Uuid::as_bytes));
        let values: Columns<&dyn ToSql> = Columns {
            user_id: &user,
            number: &1,
            at_ms: &self.began(),
            kind: &word,
            subject: &object,
            part_of: &part_of,
        };
        let mut statement = self.statement(concat!(
            "INSERT INTO event (",
            columns!(),
            ") VALUES (?1, ?2 + ",
            last_number!(),
            ", ?3, ?4, ?5, ?6)"
        ))?;
        values.insert(&mut statement)?;
        self.note(user, || Ok(Event { number: last(self, user)?, at: self.began(), change }))
    }
}

/// The events of a user after a number, oldest first. Those of before events were counted for each user lie in a table of
/// their own, in which they are found by their number only.
pub(crate) fn after(snapshot: &Snapshot<'_>, user: UserId, number: i64, limit: u32) -> Result<Page<Event>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM event_before WHERE number > ?2 AND user_id = ?1 UNION ALL SELECT ",
        columns!(),
        " FROM event WHERE user_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3"
    ))?;
    Page::read(limit, statement.query((user, number, i64::from(limit) + 1))?, decode)
}

/// When a prospect first replied, and when something first came back from them.
pub(crate) fn answers(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<[Option<Instant>; 2]> {
    let mut statement = snapshot.statement(
        "SELECT min(iif(type = 'prospect_replied', at_ms, NULL)), min(iif(type = 'prospect_bounced', at_ms, NULL)) FROM (
             SELECT type, at_ms FROM event
             WHERE subject = ?1 AND (type = 'prospect_replied' OR type = 'prospect_bounced')
             UNION ALL
             SELECT type, at_ms FROM event_before
             WHERE subject = ?1 AND (type = 'prospect_replied' OR type = 'prospect_bounced'))",
    )?;
    statement.query_row((prospect,), |row| Ok([row.get(0)?, row.get(1)?]))
}

/// The number of the last event of a user; of one who did nothing yet, that after which they will be counted.
pub(crate) fn last(snapshot: &Snapshot<'_>, user: UserId) -> Result<i64> {
    let mut statement = snapshot.statement(concat!("SELECT ", last_number!()))?;
    statement.query_row((user,), |row| row.get(0))
}

/// The largest number that JavaScript counts exactly.
const NUMBER_MAX: i64 = 0x1f_ffff_ffff_ffff;

pub(crate) const TABLE: Table = Table {
    table: "event",
    promise: "an event says what happened to what, and when",
    columns: columns!(),
    key: &["user_id", "number"],
    read: is_sound,
};

pub(crate) const TABLE_BEFORE: Table =
    Table { table: "event_before", promise: "an event of before says what happened to what, and when", ..TABLE };

fn is_sound(row: Row<'_>) -> Result<bool> {
    let event = decode(row)?;
    row.get::<UserId>(AT.user_id)?;
    let (_, _, part_of) = event.change.stored();
    let is_part: Option<[u8; 16]> = row.get(AT.part_of)?;
    Ok((1..=NUMBER_MAX).contains(&event.number)
        && part_of.is_some() == is_part.is_some()
        && row.has_instant(AT.at_ms)?)
}

fn decode(row: Row<'_>) -> Result<Event> {
    let word: String = row.get(AT.kind)?;
    let subject: [u8; 16] = row.get(AT.subject)?;
    let part_of: Option<[u8; 16]> = row.get(AT.part_of)?;
    let change = Change::from_stored(&word, Uuid::from_bytes(subject), part_of.map(Uuid::from_bytes));
    Ok(Event { number: row.get(AT.number)?, at: row.get(AT.at_ms)?, change: or_corrupt(change)? })
}
