//! The SQL of the account table.

use rusqlite::{OptionalExtension, Row, named_params};

use super::{Account, AccountFilter, Address, Profile};
use crate::bounds::{ACCOUNT_LIMIT, SIGNATURE_MAX};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::Page;
use crate::request::text;
use crate::store::{Snapshot, Table, Tx, or_corrupt};
use crate::time::Instant;

/// The columns in the order in which [`decode`] reads them.
macro_rules! columns {
    () => {
        "id, user_id, type, address, status, display_name, first_name, last_name, company, title, signature,
         daily_limit, is_premium, weekly_connection_limit, weekly_message_limit, created_ms, updated_ms"
    };
}

/// Stores a new account; `false` if the user has one of this type and identity.
pub(crate) fn insert(tx: &Tx<'_>, account: &Account) -> Result<bool> {
    let inserted = tx
        .sql()
        .prepare_cached(
            "INSERT INTO account (id, user_id, type, identity, address, status, display_name, first_name, last_name,
                 company, title, signature, daily_limit, is_premium, weekly_connection_limit, weekly_message_limit,
                 created_ms, updated_ms)
             VALUES (:id, :user_id, :type, :identity, :address, :status, :display_name, :first_name, :last_name,
                 :company, :title, :signature, :daily_limit, :is_premium, :weekly_connection_limit,
                 :weekly_message_limit, :created_ms, :updated_ms)
             ON CONFLICT (user_id, type, identity) WHERE removed_ms IS NULL DO NOTHING",
        )?
        .execute(named_params! {
            ":id": account.id,
            ":user_id": account.user_id,
            ":type": account.channel(),
            ":identity": account.address.identity(),
            ":address": account.address(),
            ":status": account.status,
            ":display_name": account.profile.display_name,
            ":first_name": account.profile.first_name,
            ":last_name": account.profile.last_name,
            ":company": account.profile.company,
            ":title": account.profile.title,
            ":signature": account.profile.signature,
            ":daily_limit": account.profile.daily_limit,
            ":is_premium": account.is_premium(),
            ":weekly_connection_limit": account.weekly_limits().0,
            ":weekly_message_limit": account.weekly_limits().1,
            ":created_ms": account.created_at,
            ":updated_ms": account.updated_at,
        })?;
    Ok(inserted == 1)
}

pub(crate) fn update(tx: &Tx<'_>, account: &Account) -> Result<()> {
    tx.sql()
        .prepare_cached(
            "UPDATE account
             SET status = :status, display_name = :display_name, first_name = :first_name, last_name = :last_name,
                 company = :company, title = :title, signature = :signature, daily_limit = :daily_limit,
                 is_premium = :is_premium, weekly_connection_limit = :weekly_connection_limit,
                 weekly_message_limit = :weekly_message_limit, updated_ms = :updated_ms
             WHERE id = :id",
        )?
        .execute(named_params! {
            ":id": account.id,
            ":status": account.status,
            ":display_name": account.profile.display_name,
            ":first_name": account.profile.first_name,
            ":last_name": account.profile.last_name,
            ":company": account.profile.company,
            ":title": account.profile.title,
            ":signature": account.profile.signature,
            ":daily_limit": account.profile.daily_limit,
            ":is_premium": account.is_premium(),
            ":weekly_connection_limit": account.weekly_limits().0,
            ":weekly_message_limit": account.weekly_limits().1,
            ":updated_ms": account.updated_at,
        })?;
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
    promise: "an account has an address of its type in normal form, lines for names, and limits of 1 to 100,000",
    columns: concat!(columns!(), ", identity, removed_ms"),
    key: &["id"],
    read: |row| {
        let account = decode(row)?;
        let profile = &account.profile;
        let lines = [&profile.display_name, &profile.first_name, &profile.last_name, &profile.company, &profile.title];
        let (connections, messages) = account.weekly_limits();
        let limits = [profile.daily_limit, connections, messages];
        Ok(account.address() == row.get_ref(3)?.as_str().unwrap_or_default()
            && !account.address().contains(char::is_control)
            && account.address.has_identity(row.get_ref(17)?.as_str().unwrap_or_default())
            && lines.into_iter().flatten().all(|text| text::is_line(text))
            && profile.signature.as_deref().is_none_or(|text| text::are_lines(text, SIGNATURE_MAX))
            && limits.into_iter().flatten().all(|limit| ACCOUNT_LIMIT.contains(&limit.into()))
            && Instant::is_stored(row, 15)?
            && Instant::is_stored(row, 16)?
            && Instant::is_stored(row, 18)?)
    },
};

fn decode(row: &Row<'_>) -> Result<Account> {
    let address: String = row.get(3)?;
    let address = match row.get(2)? {
        Channel::Email => Address::Email(or_corrupt(EmailAddress::stored(&address))?),
        Channel::Linkedin => Address::Linkedin {
            url: or_corrupt(ProfileUrl::stored(&address))?,
            is_premium: row.get(12)?,
            weekly_connection_limit: row.get(13)?,
            weekly_message_limit: row.get(14)?,
        },
    };
    Ok(Account {
        id: row.get(0)?,
        user_id: row.get(1)?,
        address,
        status: row.get(4)?,
        profile: Profile {
            display_name: row.get(5)?,
            first_name: row.get(6)?,
            last_name: row.get(7)?,
            company: row.get(8)?,
            title: row.get(9)?,
            signature: row.get(10)?,
            daily_limit: row.get(11)?,
        },
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
    })
}
