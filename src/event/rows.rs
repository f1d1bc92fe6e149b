//! The SQL of the event table.

use rusqlite::Row;
use uuid::Uuid;

use super::{Change, Commit, Event, Seen};
use crate::error::Result;
use crate::id::UserId;
use crate::page::{Page, Slice};
use crate::store::{Snapshot, Tx, decode_all, known};

impl Tx<'_> {
    /// Records what this transaction did, so that it is known exactly if the transaction is.
    pub(crate) fn record(&self, user: UserId, change: Change) -> Result<()> {
        let (word, object, part_of) = change.stored();
        let (object, part_of) = (object.as_bytes(), part_of.as_ref().map(Uuid::as_bytes));
        self.sql()
            .prepare_cached("INSERT INTO event (user_id, at_ms, type, subject, part_of) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((user, self.now(), word, object, part_of))?;
        self.note(user, || Event { number: self.sql().last_insert_rowid(), at: self.now(), change });
        Ok(())
    }
}

pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, slice: Slice<Seen>) -> Result<Page<Event>> {
    let after = slice.after.map_or(0, |seen| seen.0);
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT number, at_ms, type, subject, part_of FROM event WHERE user_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
    )?;
    Page::read(slice.limit, statement.query((user, after, i64::from(slice.limit) + 1))?, decode)
}

/// What was committed after the event of this number, whoever's it is: the events of one user at one instant are taken
/// for one transaction's.
pub(crate) fn after(snapshot: &Snapshot<'_>, number: i64) -> Result<Vec<Commit>> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT number, at_ms, type, subject, part_of, user_id FROM event WHERE number > ?1 ORDER BY number",
    )?;
    let events = decode_all(statement.query((number,))?, |row| Ok((row.get(5)?, decode(row)?)))?;
    let mut commits: Vec<Commit> = Vec::new();
    for (user_id, event) in events {
        let last = commits.last_mut().filter(|commit| commit.user_id == user_id);
        match last.filter(|commit| commit.events.last().is_some_and(|last| last.at == event.at)) {
            Some(commit) => commit.events.push(event),
            None => commits.push(Commit { user_id, events: vec![event] }),
        }
    }
    Ok(commits)
}

/// The number of the last event; 0 where nothing happened yet.
pub(crate) fn last(snapshot: &Snapshot<'_>) -> Result<i64> {
    let mut statement = snapshot.sql().prepare_cached("SELECT ifnull(max(number), 0) FROM event")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

fn decode(row: &Row<'_>) -> Result<Event> {
    let word: String = row.get(2)?;
    let subject: [u8; 16] = row.get(3)?;
    let part_of: Option<[u8; 16]> = row.get(4)?;
    let change = Change::from_stored(&word, Uuid::from_bytes(subject), part_of.map(Uuid::from_bytes));
    Ok(Event { number: row.get(0)?, at: row.get(1)?, change: known(change)? })
}
