//! The SQL of the table of people who were erased.

use super::{Hash, Salt, hash};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::UserId;
use crate::people::person::Person;
use crate::store::{Snapshot, Statement, Table, Tx, row};
use crate::user;

row! {
    struct Columns as columns { user_id, hash }
}

const AT: Columns<usize> = Columns::at(0);

pub(super) fn insert(tx: &Tx<'_>, user: UserId, hash: &Hash) -> Result<bool> {
    let mut statement = tx.statement(concat!(
        "INSERT INTO erased (",
        columns!(),
        ") VALUES (",
        columns!(?),
        ") ON CONFLICT DO NOTHING"
    ))?;
    Ok(statement.execute((user, hash))? == 1)
}

pub(super) fn delete(tx: &Tx<'_>, user: UserId, hash: &Hash) -> Result<bool> {
    let mut statement = tx.statement("DELETE FROM erased WHERE user_id = ?1 AND hash = ?2")?;
    Ok(statement.execute((user, hash))? == 1)
}

/// Who was erased and must not be contacted by a user, for looking up many people in one snapshot.
pub(crate) struct ErasedPeople<'s> {
    statement: Statement<'s>,
    user: UserId,
    salt: Salt,
}

impl<'s> ErasedPeople<'s> {
    /// None, where nothing is kept of anybody.
    pub(crate) fn of(snapshot: &Snapshot<'s>, user: UserId) -> Result<Option<Self>> {
        let Some(salt) = user::rows::erased_salt(snapshot, user)? else { return Ok(None) };
        let statement = snapshot.statement("SELECT 1 FROM erased WHERE user_id = ?1 AND hash = ?2")?;
        Ok(Some(Self { statement, user, salt }))
    }

    /// Whether somebody was erased who is known by what a person is known by.
    pub(crate) fn has_person(&mut self, person: &Person) -> Result<bool> {
        for channel in [Channel::Email, Channel::Linkedin] {
            if let Some(identity) = person.identity(channel)
                && self.has(channel, identity)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody of this identity, in normal form, was erased.
    pub(crate) fn has(&mut self, channel: Channel, identity: &str) -> Result<bool> {
        self.statement.exists((self.user, hash(&self.salt, channel, identity)))
    }
}

pub(crate) const TABLE: Table = Table {
    table: "erased",
    promise: "of somebody who was erased a hash is kept",
    columns: columns!(),
    key: &["user_id", "hash"],
    read: |row| {
        let _: (UserId, Hash) = (row.get(AT.user_id)?, row.get(AT.hash)?);
        Ok(true)
    },
};
