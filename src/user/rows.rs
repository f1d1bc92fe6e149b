//! The SQL of the user table.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::{ExternalId, User};
use crate::campaign::schedule::{BlackoutDates, TimeZone};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::UserId;
use crate::request::page::{AgeCursor, Page, PageRequest};
use crate::request::text;
use crate::store::{Row, Snapshot, Statement, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns { id, created_ms, email_claimed_ms, linkedin_claimed_ms, ..changes: Changes as changes }
}

row! {
    /// What a request changes of a user.
    struct Changes as changes { time_zone, acceptance_days, blackout_dates, name, external_id }
}

const AT: Columns<usize> = Columns::at(0);

fn changes<'u>(user: &'u User, time_zone: &'u &str) -> Changes<&'u dyn ToSql> {
    Changes {
        time_zone,
        acceptance_days: &user.acceptance_days,
        blackout_dates: &user.blackout_dates,
        name: &user.name,
        external_id: &user.external_id,
    }
}

pub(crate) fn insert(tx: &Tx<'_>, user: &User) -> Result<()> {
    let time_zone = user.time_zone.name();
    let values: Columns<&dyn ToSql> = Columns {
        id: &user.id,
        created_ms: &user.created_at,
        email_claimed_ms: &Null,
        linkedin_claimed_ms: &Null,
        changes: changes(user, &time_zone),
    };
    let mut statement = tx.statement(concat!("INSERT INTO user (", columns!(), ") VALUES (", columns!(?), ")"))?;
    values.insert(&mut statement)?;
    Ok(())
}

pub(crate) fn update(tx: &Tx<'_>, user: &User) -> Result<()> {
    let mut statement = tx.statement(concat!("UPDATE user SET ", changes!(= ?), " WHERE id = ?"))?;
    changes(user, &user.time_zone.name()).update(&mut statement, &[&user.id])?;
    // Days and hours may begin earlier.
    tx.statement("UPDATE campaign_turn SET wake_ms = 0 WHERE user_id = ?1 AND wake_ms > 0")?.execute((user.id,))?;
    Ok(())
}

/// How many first messages were handed out for a user, over all campaigns.
pub(crate) fn first_messages(snapshot: &Snapshot<'_>, id: UserId) -> Result<i64> {
    let mut statement = snapshot.statement("SELECT first_messages FROM user WHERE id = ?1")?;
    statement.query_row((id,), |row| row.get(0))
}

/// Whether messages of a user may wait for a link to unsubscribe.
pub(crate) fn awaits_link(snapshot: &Snapshot<'_>, id: UserId) -> Result<bool> {
    let mut statement = snapshot.statement("SELECT awaits_link FROM user WHERE id = ?1")?;
    statement.query_row((id,), |row| row.get(0))
}

pub(crate) fn set_awaits_link(tx: &Tx<'_>, id: UserId, awaits_link: bool) -> Result<()> {
    tx.statement("UPDATE user SET awaits_link = ?2 WHERE id = ?1")?.execute((id, awaits_link))?;
    Ok(())
}

/// What the hashes of people begin with whom the user erased, if there are any.
pub(crate) fn erased_salt(snapshot: &Snapshot<'_>, id: UserId) -> Result<Option<[u8; 16]>> {
    let mut statement = snapshot.statement("SELECT erased_salt FROM user WHERE id = ?1")?;
    statement.query_row((id,), |row| row.get(0))
}

pub(crate) fn set_erased_salt(tx: &Tx<'_>, id: UserId, salt: &[u8; 16]) -> Result<()> {
    tx.statement("UPDATE user SET erased_salt = ?2 WHERE id = ?1")?.execute((id, salt))?;
    Ok(())
}

/// When someone last claimed messages of a channel of a user.
pub(crate) fn claimed(snapshot: &Snapshot<'_>, id: UserId, channel: Channel) -> Result<Option<Instant>> {
    let mut statement = snapshot.statement(match channel {
        Channel::Email => "SELECT email_claimed_ms FROM user WHERE id = ?1",
        Channel::Linkedin => "SELECT linkedin_claimed_ms FROM user WHERE id = ?1",
    })?;
    statement.query_row((id,), |row| row.get(0))
}

pub(crate) fn set_claimed(tx: &Tx<'_>, id: UserId, channel: Channel) -> Result<()> {
    let mut statement = tx.statement(match channel {
        Channel::Email => "UPDATE user SET email_claimed_ms = ?2 WHERE id = ?1",
        Channel::Linkedin => "UPDATE user SET linkedin_claimed_ms = ?2 WHERE id = ?1",
    })?;
    statement.execute((id, tx.now()))?;
    Ok(())
}

pub(crate) fn exists(snapshot: &Snapshot<'_>, id: UserId) -> Result<bool> {
    snapshot.statement("SELECT 1 FROM user WHERE id = ?1")?.exists((id,))
}

pub(crate) fn find(snapshot: &Snapshot<'_>, id: UserId) -> Result<Option<User>> {
    let mut statement = snapshot.statement(concat!("SELECT ", columns!(), " FROM user WHERE id = ?1"))?;
    statement.find((id,), decode)
}

/// The user whom another system knows by this.
pub(super) fn find_external(snapshot: &Snapshot<'_>, id: &ExternalId) -> Result<Option<User>> {
    let mut statement = snapshot.statement(concat!("SELECT ", columns!(), " FROM user WHERE external_id = ?1"))?;
    statement.find((id,), decode)
}

pub(crate) fn list(snapshot: &Snapshot<'_>, slice: PageRequest<AgeCursor<UserId>>) -> Result<Page<User>> {
    let limit = i64::from(slice.limit) + 1;
    let (_, id) = AgeCursor::bounds(slice.after);
    // Ids grow with the clock that they were made by, so their order is that of the list.
    let mut statement =
        snapshot.statement(concat!("SELECT ", columns!(), " FROM user WHERE id < ?2 ORDER BY id DESC LIMIT ?1"))?;
    let rows = statement.query((limit, id))?;
    Page::read(slice.limit, rows, decode)
}

/// How many users live in a zone that this version does not know.
pub(crate) fn count_unknown_zones(snapshot: &Snapshot<'_>) -> Result<u64> {
    let mut statement = Statement::once(snapshot.sql(), "SELECT time_zone, count(*) FROM user GROUP BY time_zone")?;
    let zones = statement.all([], |row| Ok((row.get::<String>(0)?, row.get::<u32>(1)?)))?;
    let unknown = zones.iter().filter(|(zone, _)| TimeZone::parse(zone).is_err());
    Ok(unknown.map(|(_, users)| u64::from(*users)).sum())
}

pub(crate) const TABLE: Table = Table {
    table: "user",
    promise: "a user has the name of a time zone, dates that a request could give, a line for a name and one for an external id, and instants",
    columns: columns!(),
    key: &["id"],
    read: |row| {
        let user = decode(row)?;
        Ok(user.name.as_deref().is_none_or(text::is_line)
            && row.has_instant(AT.created_ms)?
            && row.has_instant(AT.email_claimed_ms)?
            && row.has_instant(AT.linkedin_claimed_ms)?)
    },
};

fn decode(row: Row<'_>) -> Result<User> {
    let time_zone: String = row.get(AT.changes.time_zone)?;
    let external_id: Option<String> = row.get(AT.changes.external_id)?;
    let dates: Option<String> = row.get(AT.changes.blackout_dates)?;
    Ok(User {
        id: row.get(AT.id)?,
        time_zone: or_corrupt(TimeZone::stored(&time_zone))?,
        acceptance_days: row.get(AT.changes.acceptance_days)?,
        blackout_dates: match dates {
            Some(json) => or_corrupt(BlackoutDates::stored(&json))?,
            None => BlackoutDates::default(),
        },
        name: row.get(AT.changes.name)?,
        external_id: external_id.map(|id| or_corrupt(ExternalId::stored(id))).transpose()?,
        created_at: row.get(AT.created_ms)?,
    })
}
