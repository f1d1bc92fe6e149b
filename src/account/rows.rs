//! The SQL of the account table.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::profile_fields::{Kind as _, ProfileColumns, WeeklyLimit};
use super::{Account, AccountFilter, Address, Profile};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::Page;
use crate::store::{Row, Snapshot, Table, Tx, Values, or_corrupt, row};

row! {
    struct Columns as columns {
        id, user_id, kind = "type", identity, address, created_ms, removed_ms, ..changes: Changes as changes
    }
}

row! {
    /// What changes of an account.
    struct Changes as changes {
        status, is_premium, weekly_connection_limit, weekly_message_limit, updated_ms,
        ..profile: ProfileColumns as profile_columns
    }
}

const AT: Columns<usize> = Columns::at(0);

fn changes(account: &Account) -> Changes<&dyn ToSql> {
    let (is_premium, weekly_connection_limit, weekly_message_limit) = match &account.address {
        Address::Email(_) => (&Null as &dyn ToSql, &Null as &dyn ToSql, &Null as &dyn ToSql),
        Address::Linkedin { is_premium, weekly_connection_limit, weekly_message_limit, .. } => {
            (is_premium as &dyn ToSql, weekly_connection_limit as &dyn ToSql, weekly_message_limit as &dyn ToSql)
        }
    };
    Changes {
        status: &account.status,
        is_premium,
        weekly_connection_limit,
        weekly_message_limit,
        updated_ms: &account.updated_at,
        profile: account.profile.columns(),
    }
}

/// Stores a new account; `false` if the user has one of this type and identity.
pub(crate) fn insert(tx: &Tx<'_>, account: &Account) -> Result<bool> {
    let mut statement = tx.statement(concat!(
        "INSERT INTO account (",
        columns!(),
        ") VALUES (",
        columns!(?),
        ") ON CONFLICT (user_id, type, identity) WHERE removed_ms IS NULL DO NOTHING",
    ))?;
    let values = Columns {
        changes: changes(account),
        id: &account.id,
        user_id: &account.user_id,
        kind: &account.channel(),
        identity: &account.address.identity(),
        address: &account.address(),
        created_ms: &account.created_at,
        removed_ms: &Null,
    };
    Ok(values.insert(&mut statement)? == 1)
}

pub(crate) fn update(tx: &Tx<'_>, account: &Account) -> Result<()> {
    let mut statement = tx.statement(concat!("UPDATE account SET ", changes!(= ?), " WHERE id = ?"))?;
    changes(account).update(&mut statement, &[&account.id])?;
    Ok(())
}

/// Removes an account, whose row stays for what was sent from it; the campaigns that sent from it forget it.
pub(crate) fn remove(tx: &Tx<'_>, id: AccountId) -> Result<()> {
    tx.statement("UPDATE account SET removed_ms = ?2 WHERE id = ?1")?.execute((id, tx.now()))?;
    tx.statement("DELETE FROM campaign_sender WHERE account_id = ?1")?.execute((id,))?;
    Ok(())
}

/// The channel of an account, if it is the user's.
pub(crate) fn channel(snapshot: &Snapshot<'_>, user: UserId, id: AccountId) -> Result<Option<Channel>> {
    let mut statement =
        snapshot.statement("SELECT type FROM account WHERE id = ?1 AND user_id = ?2 AND removed_ms IS NULL")?;
    statement.find((id, user), |row| row.get(0))
}

pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: AccountId) -> Result<Option<Account>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM account WHERE id = ?1 AND user_id = ?2 AND removed_ms IS NULL"
    ))?;
    statement.find((id, user), decode)
}

/// Whether an account, which may have been removed since, is the user's.
pub(crate) fn is_of(snapshot: &Snapshot<'_>, user: UserId, id: AccountId) -> Result<bool> {
    let mut statement = snapshot.statement("SELECT 1 FROM account WHERE id = ?1 AND user_id = ?2")?;
    statement.exists((id, user))
}

/// The mailbox or the URL of the profile of an account, which may have been removed since.
pub(crate) fn address(snapshot: &Snapshot<'_>, id: AccountId) -> Result<Option<String>> {
    let mut statement = snapshot.statement("SELECT address FROM account WHERE id = ?1")?;
    statement.find((id,), |row| row.get(0))
}

pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, filter: AccountFilter) -> Result<Page<Account>> {
    let limit = i64::from(filter.slice.limit) + 1;
    let mut statement;
    let rows = match filter.slice.after {
        None => {
            statement = snapshot.statement(concat!(
                "SELECT ",
                columns!(),
                " FROM account WHERE user_id = ?1 AND removed_ms IS NULL AND (?2 IS NULL OR type = ?2)
                  ORDER BY created_ms DESC, id DESC LIMIT ?3"
            ))?;
            statement.query((user, filter.channel, limit))?
        }
        Some(after) => {
            statement = snapshot.statement(concat!(
                "SELECT ",
                columns!(),
                " FROM account WHERE user_id = ?1 AND removed_ms IS NULL AND (?2 IS NULL OR type = ?2)
                  AND (created_ms, id) < (?4, ?5)
                  ORDER BY created_ms DESC, id DESC LIMIT ?3"
            ))?;
            statement.query((user, filter.channel, limit, after.created, after.id))?
        }
    };
    Page::read(filter.slice.limit, rows, decode)
}

pub(crate) const TABLE: Table = Table {
    table: "account",
    promise: "an account has an address of its type in normal form, lines for names, and positive limits",
    columns: columns!(),
    key: &["id"],
    read: |row| {
        let account = decode(row)?;
        let (connections, messages) = account.weekly_limits();
        Ok(account.address() == row.get_ref(AT.address)?.as_str().unwrap_or_default()
            && !account.address().contains(char::is_control)
            && account.address.has_identity(row.get_ref(AT.identity)?.as_str().unwrap_or_default())
            && account.profile.is_sound()
            && [connections, messages].into_iter().flatten().all(|limit| WeeklyLimit::is_sound(&limit))
            && row.has_instant(AT.created_ms)?
            && row.has_instant(AT.changes.updated_ms)?
            && row.has_instant(AT.removed_ms)?)
    },
};

fn decode(row: Row<'_>) -> Result<Account> {
    let address: String = row.get(AT.address)?;
    let address = match row.get(AT.kind)? {
        Channel::Email => Address::Email(or_corrupt(EmailAddress::stored(&address))?),
        Channel::Linkedin => Address::Linkedin {
            url: or_corrupt(ProfileUrl::stored(&address))?,
            is_premium: row.get(AT.changes.is_premium)?,
            weekly_connection_limit: row.get(AT.changes.weekly_connection_limit)?,
            weekly_message_limit: row.get(AT.changes.weekly_message_limit)?,
        },
    };
    Ok(Account {
        id: row.get(AT.id)?,
        user_id: row.get(AT.user_id)?,
        address,
        status: row.get(AT.changes.status)?,
        profile: Profile::decode(row, &AT.changes.profile)?,
        created_at: row.get(AT.created_ms)?,
        updated_at: row.get(AT.changes.updated_ms)?,
    })
}
