//! The SQL of the event table.

use uuid::Uuid;

use super::{Change, Event, Seen};
use crate::error::Result;
use crate::id::UserId;
use crate::page::Slice;
use crate::store::{Snapshot, Tx, decode_all, known};

impl Tx<'_> {
    /// Records what this transaction did, so that it is known exactly if the transaction is.
    pub(crate) fn record(&self, user: UserId, change: Change) -> Result<()> {
        let (word, object, part_of) = change.stored();
        let (object, part_of) = (object.as_bytes(), part_of.as_ref().map(Uuid::as_bytes));
        self.sql()
            .prepare_cached("INSERT INTO event (user_id, at_ms, type, subject, part_of) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((user, self.now(), word, object, part_of))?;
        Ok(())
    }
}

pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, slice: Slice<Seen>) -> Result<Vec<Event>> {
    let after = slice.after.map_or(0, |seen| seen.0);
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT number, at_ms, type, subject, part_of FROM event WHERE user_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
    )?;
    decode_all(statement.query((user, after, i64::from(slice.limit) + 1))?, |row| {
        let word: String = row.get(2)?;
        let subject: [u8; 16] = row.get(3)?;
        let part_of: Option<[u8; 16]> = row.get(4)?;
        let change = Change::from_stored(&word, Uuid::from_bytes(subject), part_of.map(Uuid::from_bytes));
        let change = known(change)?;
        Ok(Event { number: row.get(0)?, at: row.get(1)?, change })
    })
}
