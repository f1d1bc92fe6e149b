//! The SQL of the account table.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::profile_fields::{Kind as _, ProfileColumns, WeeklyLimit};
use super::{Account, AccountFilter, Address, Pacing, Profile, RampUp};
use crate::campaign::schedule::Schedule;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::{AgeCursor, Page};
use crate::store::{Row, Snapshot, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns {
        id, user_id, kind = "type", identity, address, created_ms, removed_ms, hand_outs, handed_out_ms, ramp_up_began_ms,
        ..changes: Changes as changes
    }
}

row! {
    /// What changes of an account.
    struct Changes as changes {
        status, is_premium, weekly_connection_limit, weekly_message_limit, spread_invitations, sending_hours,
        min_gap_seconds, gap_jitter_seconds, ramp_up_start, ramp_up_increase, ramp_up_days, updated_ms,
        ..profile: ProfileColumns as profile_columns
    }
}

const AT: Columns<usize> = Columns::at(0);

fn changes(account: &Account) -> Changes<&dyn ToSql> {
    const NONE: &dyn ToSql = &Null;
    let [is_premium, weekly_connection_limit, weekly_message_limit, spread_invitations] = match &account.address {
        Address::Email(_) => [NONE; 4],
        Address::Linkedin { is_premium, weekly_connection_limit, weekly_message_limit, spread_invitations, .. } => {
            [is_premium as &dyn ToSql, weekly_connection_limit, weekly_message_limit, spread_invitations]
        }
    };
    let Pacing { sending_hours, min_gap_seconds, gap_jitter_seconds, ramp_up } = &account.pacing;
    let (ramp_up_start, ramp_up_increase, ramp_up_days) = match ramp_up {
        Some(RampUp { start, increase, every_days }) => {
            (start as &dyn ToSql, increase as &dyn ToSql, every_days as &dyn ToSql)
        }
        None => (NONE, NONE, NONE),
    };
    Changes {
        status: &account.status,
        is_premium,
        weekly_connection_limit,
        weekly_message_limit,
        spread_invitations,
        sending_hours,
        min_gap_seconds,
        gap_jitter_seconds,
        ramp_up_start,
        ramp_up_increase,
        ramp_up_days,
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
        hand_outs: &0,
        handed_out_ms: &Null,
        ramp_up_began_ms: &Null,
    };
    if values.insert(&mut statement)? == 0 {
        return Ok(false);
    }
    // Its gap goes on where that of the one before ended.
    tx.statement(
        "UPDATE account SET hand_outs = before.hand_outs, handed_out_ms = before.handed_out_ms
         FROM (SELECT hand_outs, handed_out_ms FROM account INDEXED BY account_removed
               WHERE user_id = ?2 AND type = ?3 AND identity = ?4 AND removed_ms IS NOT NULL
               ORDER BY hand_outs DESC LIMIT 1) AS before
         WHERE id = ?1",
    )?
    .execute((account.id, account.user_id, account.channel(), account.address.identity()))?;
    Ok(true)
}

/// What an account handed out so far, which its gap and the beginning of its ramp-up depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HandOuts {
    /// How many messages, by its identity.
    pub(crate) count: i64,
    /// When the last one was.
    pub(crate) last: Option<Instant>,
    /// When the first one was since its ramp-up was set.
    pub(crate) ramp_up_began: Option<Instant>,
}

pub(crate) fn hand_outs(snapshot: &Snapshot<'_>, id: AccountId) -> Result<HandOuts> {
    let mut statement =
        snapshot.statement("SELECT hand_outs, handed_out_ms, ramp_up_began_ms FROM account WHERE id = ?1")?;
    statement.query_row((id,), |row| Ok(HandOuts { count: row.get(0)?, last: row.get(1)?, ramp_up_began: row.get(2)? }))
}

pub(crate) fn set_hand_outs(tx: &Tx<'_>, id: AccountId, hand_outs: HandOuts) -> Result<()> {
    let HandOuts { count, last, ramp_up_began } = hand_outs;
    tx.statement("UPDATE account SET hand_outs = ?2, handed_out_ms = ?3, ramp_up_began_ms = ?4 WHERE id = ?1")?
        .execute((id, count, last, ramp_up_began))?;
    Ok(())
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
    let (created, id) = AgeCursor::bounds(filter.slice.after);
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM account WHERE user_id = ?1 AND removed_ms IS NULL AND (?2 IS NULL OR type = ?2)
          AND (created_ms, id) < (?4, ?5)
          ORDER BY created_ms DESC, id DESC LIMIT ?3"
    ))?;
    let rows = statement.query((user, filter.channel, limit, created, id))?;
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
            && account.pacing.is_sound()
            && row.get::<i64>(AT.hand_outs)? >= 0
            && row.has_instant(AT.handed_out_ms)?
            && row.has_instant(AT.ramp_up_began_ms)?
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
            spread_invitations: row.get::<Option<bool>>(AT.changes.spread_invitations)?.unwrap_or(false),
        },
    };
    let hours: Option<String> = row.get(AT.changes.sending_hours)?;
    let ramp_up = match row.get(AT.changes.ramp_up_start)? {
        Some(start) => Some(RampUp {
            start,
            increase: row.get(AT.changes.ramp_up_increase)?,
            every_days: row.get(AT.changes.ramp_up_days)?,
        }),
        None => None,
    };
    let pacing = Pacing {
        sending_hours: hours.map(|hours| or_corrupt(Schedule::stored(&hours))).transpose()?,
        min_gap_seconds: row.get(AT.changes.min_gap_seconds)?,
        gap_jitter_seconds: row.get(AT.changes.gap_jitter_seconds)?,
        ramp_up,
    };
    Ok(Account {
        id: row.get(AT.id)?,
        user_id: row.get(AT.user_id)?,
        address,
        status: row.get(AT.changes.status)?,
        profile: Profile::decode(row, &AT.changes.profile)?,
        pacing,
        created_at: row.get(AT.created_ms)?,
        updated_at: row.get(AT.changes.updated_ms)?,
    })
}
