//! The SQL of the account table.

use rusqlite::types::Null;
use rusqlite::{OptionalExtension, Row, ToSql};

use super::profile::{Kind as _, WeeklyLimit};
use super::{Account, AccountFilter, Address, Profile};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::Page;
use crate::store::{Snapshot, Table, Tx, or_corrupt};
use crate::time::Instant;

/// The columns in the order in which [`decode`] reads them.
macro_rules! columns {
    () => {
        concat!(
            "id, user_id, type, address, status, is_premium, weekly_connection_limit, weekly_message_limit, created_ms, updated_ms",
            profile_columns!()
        )
    };
}

const PROFILE: usize = 10;

/// The columns that change, with their values.
fn values(account: &Account) -> Vec<(&'static str, &dyn ToSql)> {
    let (is_premium, weekly_connection_limit, weekly_message_limit) = match &account.address {
        Address::Email(_) => (&Null as &dyn ToSql, &Null as &dyn ToSql, &Null as &dyn ToSql),
        Address::Linkedin { is_premium, weekly_connection_limit, weekly_message_limit, .. } => {
            (is_premium as &dyn ToSql, weekly_connection_limit as &dyn ToSql, weekly_message_limit as &dyn ToSql)
        }
    };
    let mut values: Vec<(&str, &dyn ToSql)> = vec![
        (":id", &account.id),
        (":status", &account.status),
        (":is_premium", is_premium),
        (":weekly_connection_limit", weekly_connection_limit),
        (":weekly_message_limit", weekly_message_limit),
        (":updated_ms", &account.updated_at),
    ];
    values.extend(account.profile.values());
    values
}

/// Stores a new account; `false` if the user has one of this type and identity.
pub(crate) fn insert(tx: &Tx<'_>, account: &Account) -> Result<bool> {
    let (channel, identity, address) = (account.channel(), account.address.identity(), account.address());
    let mut values = values(account);
    values.extend([
        (":user_id", &account.user_id as &dyn ToSql),
        (":type", &channel),
        (":identity", &identity),
        (":address", &address),
        (":created_ms", &account.created_at),
    ]);
    let inserted = tx
        .sql()
        .prepare_cached(concat!(
            "INSERT INTO account (identity, ",
            columns!(),
            ") VALUES (:identity, :id, :user_id, :type, :address, :status, :is_premium, :weekly_connection_limit,
                 :weekly_message_limit, :created_ms, :updated_ms",
            profile_columns!(:),
            ") ON CONFLICT (user_id, type, identity) WHERE removed_ms IS NULL DO NOTHING",
        ))?
        .execute(&*values)?;
    Ok(inserted == 1)
}

pub(crate) fn update(tx: &Tx<'_>, account: &Account) -> Result<()> {
    tx.sql()
        .prepare_cached(concat!(
            "UPDATE account
             SET status = :status, is_premium = :is_premium, weekly_connection_limit = :weekly_connection_limit,
                 weekly_message_limit = :weekly_message_limit, updated_ms = :updated_ms",
            profile_columns!(= :),
            " WHERE id = :id",
        ))?
        .execute(&*values(account))?;
    Ok(())
}

/// Removes an account, whose row stays for what was sent from it; the campaigns that sent from it forget it.
pub(crate) fn remove(tx: &Tx<'_>, id: AccountId) -> Result<()> {
    tx.sql().prepare_cached("UPDATE account SET removed_ms = ?2 WHERE id = ?1")?.execute((id, tx.now()))?;
    tx.sql().prepare_cached("DELETE FROM campaign_sender WHERE account_id = ?1")?.execute((id,))?;
    Ok(())
}

/// The channel of an account, if it is the user's.
pub(crate) fn channel(snapshot: &Snapshot<'_>, user: UserId, id: AccountId) -> Result<Option<Channel>> {
    let mut statement = snapshot
        .sql()
        .prepare_cached("SELECT type FROM account WHERE id = ?1 AND user_id = ?2 AND removed_ms IS NULL")?;
    Ok(statement.query_row((id, user), |row| row.get(0)).optional()?)
}

pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: AccountId) -> Result<Option<Account>> {
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM account WHERE id = ?1 AND user_id = ?2 AND removed_ms IS NULL"
    ))?;
    statement.query_row((id, user), |row| Ok(decode(row))).optional()?.transpose()
}

/// The mailbox or the URL of the profile of an account, which may have been removed since.
pub(crate) fn address(snapshot: &Snapshot<'_>, id: AccountId) -> Result<Option<String>> {
    let mut statement = snapshot.sql().prepare_cached("SELECT address FROM account WHERE id = ?1")?;
    Ok(statement.query_row((id,), |row| row.get(0)).optional()?)
}

pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, filter: AccountFilter) -> Result<Page<Account>> {
    let conn = snapshot.sql();
    let limit = i64::from(filter.slice.limit) + 1;
    let mut statement;
    let rows = match filter.slice.after {
        None => {
            statement = conn.prepare_cached(concat!(
                "SELECT ",
                columns!(),
                " FROM account WHERE user_id = ?1 AND removed_ms IS NULL AND (?2 IS NULL OR type = ?2)
                  ORDER BY created_ms DESC, id DESC LIMIT ?3"
            ))?;
            statement.query((user, filter.channel, limit))?
        }
        Some(after) => {
            statement = conn.prepare_cached(concat!(
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
    columns: concat!(columns!(), ", identity, removed_ms"),
    key: &["id"],
    read: |row| {
        let account = decode(row)?;
        let (connections, messages) = account.weekly_limits();
        let beyond = PROFILE + Profile::FIELDS.len();
        Ok(account.address() == row.get_ref(3)?.as_str().unwrap_or_default()
            && !account.address().contains(char::is_control)
            && account.address.has_identity(row.get_ref(beyond)?.as_str().unwrap_or_default())
            && account.profile.is_sound()
            && [connections, messages].into_iter().flatten().all(|limit| WeeklyLimit::is_sound(&limit))
            && Instant::is_stored(row, 8)?
            && Instant::is_stored(row, 9)?
            && Instant::is_stored(row, beyond + 1)?)
    },
};

fn decode(row: &Row<'_>) -> Result<Account> {
    let address: String = row.get(3)?;
    let address = match row.get(2)? {
        Channel::Email => Address::Email(or_corrupt(EmailAddress::stored(&address))?),
        Channel::Linkedin => Address::Linkedin {
            url: or_corrupt(ProfileUrl::stored(&address))?,
            is_premium: row.get(5)?,
            weekly_connection_limit: row.get(6)?,
            weekly_message_limit: row.get(7)?,
        },
    };
    Ok(Account {
        id: row.get(0)?,
        user_id: row.get(1)?,
        address,
        status: row.get(4)?,
        profile: Profile::decode(row, PROFILE)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}
