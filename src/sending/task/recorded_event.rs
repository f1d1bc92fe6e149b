//! The SQL of the table of the ids of events that hosts recorded.

use rusqlite::ToSql;

use super::rows::is_id;
use crate::error::Result;
use crate::id::UserId;
use crate::store::{Table, Tx, Values, row};

row! {
    struct RecordedColumns as recorded_columns { user_id, event_id }
}

const AT_RECORDED: RecordedColumns<usize> = RecordedColumns::at(0);

/// Stores the id of an event that a host recorded; `false` if it was recorded before.
pub(crate) fn insert(tx: &Tx<'_>, user: UserId, id: &str) -> Result<bool> {
    let values: RecordedColumns<&dyn ToSql> = RecordedColumns { user_id: &user, event_id: &id };
    let mut statement = tx.statement(concat!(
        "INSERT INTO recorded_event (",
        recorded_columns!(),
        ") VALUES (",
        recorded_columns!(?),
        ") ON CONFLICT DO NOTHING"
    ))?;
    Ok(values.insert(&mut statement)? == 1)
}

pub(crate) const TABLE: Table = Table {
    table: "recorded_event",
    promise: "an event that was recorded has an id of 1 to 255 characters",
    columns: recorded_columns!(),
    key: &["user_id", "event_id"],
    read: |row| {
        row.get::<UserId>(AT_RECORDED.user_id)?;
        Ok(is_id(row.get(AT_RECORDED.event_id)?))
    },
};
