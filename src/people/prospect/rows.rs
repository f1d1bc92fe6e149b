//! The SQL of the prospect table.

use super::status::{in_order, open_statuses};
use super::{Prospect, ProspectStatus};
use crate::campaign;
use crate::campaign::schedule::TimeZone;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::person::rows::PersonColumns;
use crate::people::person::{self, Person};
use crate::request::Choice;
use crate::request::page::{IdCursor, Page, PageRequest};
use crate::store::{Row, Snapshot, Statement, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    /// What is stored of a new prospect.
    struct Whole as whole { channel, is_taken, ..columns: Columns as columns }
}

row! {
    struct Columns as columns { id, campaign_id, identity, created_ms, ..changes: Changes as changes }
}

row! {
    /// What a request changes of a prospect.
    struct Changes as changes { status, email, updated_ms, ..person: PersonColumns as person_columns }
}

const AT: Columns<usize> = Columns::at(0);
const AT_WHOLE: Whole<usize> = Whole::at(0);

/// Prospects that fulfil a condition of the second parameter, of the user of the first; only those of the campaign of the
/// third, if there is one.
macro_rules! of_user {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            whole!(),
            " FROM prospect ",
            $condition,
            " AND campaign_id = ifnull(?3, campaign_id)
              AND EXISTS (SELECT 1 FROM campaign WHERE campaign.id = campaign_id AND user_id = ?1)"
        )
    };
}

/// Stores new prospects of one campaign.
pub(crate) struct Insert<'s> {
    insert: Statement<'s>,
    find: Statement<'s>,
    campaign: CampaignId,
    channel: Channel,
    now: Instant,
}

impl<'s> Insert<'s> {
    pub(crate) fn into_campaign(tx: &Tx<'s>, campaign: CampaignId, channel: Channel) -> Result<Self> {
        let insert = tx.statement(concat!(
            "INSERT INTO prospect (",
            whole!(),
            ") VALUES (",
            whole!(?),
            ") ON CONFLICT (identity, campaign_id) DO NOTHING"
        ))?;
        let find = tx.statement("SELECT id FROM prospect WHERE campaign_id = ?1 AND identity = ?2")?;
        Ok(Self { insert, find, campaign, channel, now: tx.now() })
    }

    /// The prospect that the campaign has under this identity.
    pub(crate) fn existing(&mut self, identity: &str) -> Result<Option<ProspectId>> {
        self.find.find((self.campaign, identity), |row| row.get(0))
    }

    /// Stores a prospect; `false`, and nothing done, if the campaign has one of this identity.
    pub(crate) fn store(
        &mut self,
        id: ProspectId,
        identity: &str,
        status: ProspectStatus,
        person: &Person,
    ) -> Result<bool> {
        let email = stored_email(person, self.channel);
        let inserted = person::rows::with_columns(person, |person| {
            let changes = Changes { person, status: &status, email: &email, updated_ms: &self.now };
            let columns =
                Columns { changes, id: &id, campaign_id: &self.campaign, identity: &identity, created_ms: &self.now };
            Whole { columns, channel: &self.channel, is_taken: &false }.insert(&mut self.insert)
        })?;
        Ok(inserted == 1)
    }
}

/// The address that is stored beside the identity.
fn stored_email(person: &Person, channel: Channel) -> Option<&str> {
    match channel {
        Channel::Email => None,
        Channel::Linkedin => person.identity(Channel::Email),
    }
}

/// Stores what can change of a prospect.
pub(crate) fn update(tx: &Tx<'_>, prospect: &Prospect, channel: Channel) -> Result<()> {
    let mut statement =
        tx.statement(concat!("UPDATE prospect SET ", changes!(= ?), " WHERE campaign_id = ? AND id = ?"))?;
    person::rows::with_columns(&prospect.person, |person| {
        let changes = Changes {
            person,
            status: &prospect.status,
            email: &stored_email(&prospect.person, channel),
            updated_ms: &prospect.updated_at,
        };
        changes.update(&mut statement, &[&prospect.campaign_id, &prospect.id])
    })?;
    Ok(())
}

/// Stores another status of a prospect.
pub(crate) fn set_status(tx: &Tx<'_>, id: ProspectId, status: ProspectStatus) -> Result<()> {
    tx.statement("UPDATE prospect SET status = ?2, updated_ms = ?3 WHERE id = ?1")?.execute((
        id,
        status,
        tx.began(),
    ))?;
    Ok(())
}

/// The prospects of a campaign with a status, in their order.
pub(crate) fn of_status(snapshot: &Snapshot<'_>, campaign: CampaignId, status: &str) -> Result<Vec<ProspectId>> {
    let mut statement =
        snapshot.statement("SELECT id FROM prospect WHERE campaign_id = ?1 AND status = ?2 ORDER BY id")?;
    statement.all((campaign, status), |row| row.get(0))
}

/// Whether a prospect is one of a campaign.
pub(crate) fn is_of(snapshot: &Snapshot<'_>, campaign: CampaignId, id: ProspectId) -> Result<bool> {
    let mut statement = snapshot.statement("SELECT 1 FROM prospect WHERE campaign_id = ?1 AND id = ?2")?;
    statement.exists((campaign, id))
}

/// Keeps whether a prospect accepted to be connected, beyond its place in a queue.
pub(crate) fn remember_connected(tx: &Tx<'_>, id: ProspectId) -> Result<()> {
    tx.statement(
        "UPDATE prospect SET was_connected = is_connected FROM progress
             WHERE prospect.id = ?1 AND prospect_id = ?1 AND was_connected <> is_connected",
    )?
    .execute((id,))?;
    Ok(())
}

/// Whether a prospect had accepted to be connected when it became final.
pub(crate) fn was_connected(snapshot: &Snapshot<'_>, id: ProspectId) -> Result<bool> {
    let mut statement = snapshot.statement("SELECT was_connected FROM prospect WHERE id = ?1")?;
    statement.query_row((id,), |row| row.get(0))
}

/// The campaign and the status of a prospect of the user.
pub(crate) fn status(
    snapshot: &Snapshot<'_>,
    user: UserId,
    id: ProspectId,
) -> Result<Option<(CampaignId, ProspectStatus)>> {
    let mut statement = snapshot.statement(
        "SELECT campaign_id, prospect.status FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE prospect.id = ?1 AND user_id = ?2",
    )?;
    statement.find((id, user), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The prospects of a campaign that are not final, in their order.
pub(crate) fn open(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<ProspectId>> {
    let mut statement =
        snapshot.statement(concat!("SELECT next_id FROM ", in_order!(open, "campaign_id = ?1", "-1")))?;
    statement.all((campaign,), |row| row.get(0))
}

/// The one of a campaign with this identity, unless they are final, with the status.
pub(crate) fn open_with(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    identity: &str,
) -> Result<Option<(ProspectId, ProspectStatus)>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT id, status FROM prospect WHERE campaign_id = ?1 AND identity = ?2 AND status IN ",
        open_statuses!()
    ))?;
    statement.find((campaign, identity), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The next 1,000 prospects of a campaign after one that are not final: each with the status and the identity.
pub(crate) fn next_open(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    after: Option<ProspectId>,
) -> Result<Vec<(ProspectId, ProspectStatus, String)>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT id, status, identity FROM ",
        in_order!(open, "campaign_id = ?1 AND id > ifnull(?2, x'')", "1000")
    ))?;
    statement.all((campaign, after), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// A page of the prospects of a campaign that are not final.
pub(crate) fn list_open(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    channel: Channel,
    slice: PageRequest<IdCursor<ProspectId>>,
) -> Result<Page<Prospect>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM ",
        in_order!(open, "campaign_id = ?1 AND id > ifnull(?2, x'')", "?3")
    ))?;
    let after = slice.after.map(|after| after.0);
    let rows = statement.query((campaign, after, i64::from(slice.limit) + 1))?;
    Page::read(slice.limit, rows, |row| decode(row, channel))
}

/// The prospects of a campaign that wait for their first message, in their order.
pub(crate) fn pending(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<ProspectId>> {
    let mut statement =
        snapshot.statement("SELECT id FROM prospect WHERE campaign_id = ?1 AND status = 'pending' ORDER BY id")?;
    statement.all((campaign,), |row| row.get(0))
}

/// The next 1,000 prospects of a campaign after one that wait for the first message, with their zones.
pub(crate) fn pending_zones(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    after: Option<ProspectId>,
) -> Result<Vec<(ProspectId, Option<TimeZone>)>> {
    let mut statement = snapshot.statement(
        "SELECT id, time_zone FROM prospect
         WHERE campaign_id = ?1 AND status = 'pending' AND id > ifnull(?2, x'') ORDER BY id LIMIT 1000",
    )?;
    statement.all((campaign, after), |row| {
        let zone: Option<String> = row.get(1)?;
        Ok((row.get(0)?, zone.map(|zone| or_corrupt(TimeZone::stored(&zone))).transpose()?))
    })
}

/// Marks prospects of a campaign as skipped.
pub(crate) fn skip(tx: &Tx<'_>, campaign: CampaignId, prospects: impl Iterator<Item = ProspectId>) -> Result<()> {
    let mut statement =
        tx.statement("UPDATE prospect SET status = 'skipped', updated_ms = ?3 WHERE campaign_id = ?1 AND id = ?2")?;
    for prospect in prospects {
        statement.execute((campaign, prospect, tx.now()))?;
    }
    Ok(())
}

pub(crate) fn delete(tx: &Tx<'_>, prospect: &Prospect) -> Result<()> {
    tx.statement("DELETE FROM prospect WHERE campaign_id = ?1 AND id = ?2")?
        .execute((prospect.campaign_id, prospect.id))?;
    Ok(())
}

/// Deletes the next of a campaign with all that is of them, as many as take a fraction of a millisecond. Returns how many, and
/// on how many pages of the indexes of addresses and profiles they can have been.
pub(crate) fn delete_next(tx: &Tx<'_>, campaign: CampaignId) -> Result<(u64, u64)> {
    let mut statement = tx.statement(
        "DELETE FROM prospect WHERE rowid IN (
             SELECT rowid FROM prospect INDEXED BY prospect_by_status WHERE campaign_id = ?1
             ORDER BY status, id LIMIT 16)
         RETURNING 1 + (email IS NOT NULL)",
    )?;
    let pages: Vec<u32> = statement.all((campaign,), |row| row.get(0))?;
    Ok((pages.len() as u64, pages.iter().map(|pages| u64::from(*pages)).sum()))
}

/// The last that was added to a campaign.
pub(crate) fn last(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Option<ProspectId>> {
    let mut statement = snapshot.statement(
        "SELECT max(id) FROM prospect INDEXED BY prospect_by_status WHERE campaign_id = ?1 AND status = ?2",
    )?;
    let mut last = None;
    for status in ProspectStatus::WORDS {
        last = last.max(statement.query_row((campaign, *status), |row| row.get(0))?);
    }
    Ok(last)
}

/// How many a campaign has.
pub(crate) fn count(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<u32> {
    let mut statement =
        snapshot.statement("SELECT count(*) FROM prospect INDEXED BY prospect_by_status WHERE campaign_id = ?1")?;
    statement.query_row((campaign,), |row| row.get(0))
}

/// How many of a campaign have a status.
pub(crate) fn count_of(snapshot: &Snapshot<'_>, campaign: CampaignId, status: ProspectStatus) -> Result<u32> {
    let mut statement = snapshot.statement(
        "SELECT count(*) FROM prospect INDEXED BY prospect_by_status WHERE campaign_id = ?1 AND status = ?2",
    )?;
    statement.query_row((campaign, status), |row| row.get(0))
}

/// The prospects of the user's campaigns, or of one, that have this identity on the channel of their campaign.
pub(crate) fn of_identity(
    snapshot: &Snapshot<'_>,
    user: UserId,
    identity: &str,
    campaign: Option<CampaignId>,
) -> Result<Vec<Prospect>> {
    let mut statement = snapshot.statement(of_user!("INDEXED BY prospect_by_identity WHERE identity = ?2"))?;
    statement.all((user, identity, campaign), decode_whole)
}

/// The same on LinkedIn by the email address, of which several people may have one.
pub(crate) fn of_email(
    snapshot: &Snapshot<'_>,
    user: UserId,
    email: &str,
    campaign: Option<CampaignId>,
) -> Result<Vec<Prospect>> {
    let mut statement = snapshot.statement(of_user!("INDEXED BY prospect_by_email WHERE email = ?2"))?;
    statement.all((user, email, campaign), decode_whole)
}

/// A prospect of the user.
pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: ProspectId) -> Result<Option<Prospect>> {
    let mut statement = snapshot.statement(concat!("SELECT ", columns!(), " FROM prospect WHERE id = ?1"))?;
    let mut rows = statement.query((id,))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let channel = campaign::rows::channel(snapshot, user, row.get(AT.campaign_id)?)?;
    channel.map(|channel| decode(row, channel)).transpose()
}

/// What a prospect is known by on the channel of its campaign.
pub(crate) fn identity(snapshot: &Snapshot<'_>, id: ProspectId) -> Result<Option<String>> {
    let mut statement = snapshot.statement("SELECT identity FROM prospect WHERE id = ?1")?;
    statement.find((id,), |row| row.get(0))
}

/// The prospects of the user's active and paused campaigns over a channel, or of one campaign, that have an identity.
pub(crate) fn with_identity(
    snapshot: &Snapshot<'_>,
    user: UserId,
    channel: Channel,
    identity: &str,
    campaign: Option<CampaignId>,
) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot.statement(
        "SELECT prospect.id
         FROM prospect INDEXED BY prospect_by_identity CROSS JOIN campaign ON campaign.id = campaign_id
         WHERE identity = ?3 AND user_id = ?1 AND type = ?2
           AND iif(?4 IS NULL, campaign.status = 'active' OR campaign.status = 'paused', campaign.id = ?4)
         ORDER BY prospect.id",
    )?;
    statement.all((user, channel, identity, campaign), |row| row.get(0))
}

/// A prospect of a campaign over this channel.
pub(crate) fn get(snapshot: &Snapshot<'_>, id: ProspectId, channel: Channel) -> Result<Option<Prospect>> {
    let mut statement = snapshot.statement(concat!("SELECT ", columns!(), " FROM prospect WHERE id = ?1"))?;
    statement.find((id,), |row| decode(row, channel))
}

pub(crate) fn list(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    channel: Channel,
    status: Option<ProspectStatus>,
    after: Option<ProspectId>,
    limit: u32,
) -> Result<Page<Prospect>> {
    let most = i64::from(limit) + 1;

    let mut statement;
    let rows = match status {
        None => {
            statement = snapshot.statement(concat!(
                "SELECT ",
                columns!(),
                " FROM ",
                in_order!(all, "campaign_id = ?1 AND id > ifnull(?2, x'')", "?3")
            ))?;
            statement.query((campaign, after, most))?
        }
        Some(status) => {
            statement = snapshot.statement(concat!(
                "SELECT ",
                columns!(),
                " FROM prospect WHERE campaign_id = ?1 AND status = ?4 AND id > ifnull(?2, x'') ORDER BY id LIMIT ?3"
            ))?;
            statement.query((campaign, after, most, status))?
        }
    };
    Page::read(limit, rows, |row| decode(row, channel))
}

/// How many of a campaign are not final.
pub(crate) fn count_open(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<u32> {
    let mut statement = snapshot.statement(concat!(
        "SELECT count(*) FROM prospect INDEXED BY prospect_by_status WHERE campaign_id = ?1 AND status IN ",
        open_statuses!()
    ))?;
    statement.query_row((campaign,), |row| row.get(0))
}

/// How many prospects have a time zone that this version does not know.
pub(crate) fn count_unknown_zones(snapshot: &Snapshot<'_>) -> Result<u64> {
    let query = "SELECT time_zone, count(*) FROM prospect WHERE time_zone IS NOT NULL GROUP BY time_zone";
    person::rows::count_unknown_zones(snapshot, query)
}

pub(crate) const TABLE: Table = Table {
    table: "prospect",
    promise: "a prospect has an identity and a status of its channel, lines, the name of a time zone if any, and custom \
              fields that can be read",
    columns: whole!(),
    key: &["id"],
    read: |row| {
        let channel = row.get(AT_WHOLE.channel)?;
        let at = &AT_WHOLE.columns;
        let prospect = decode_at(at, row, channel)?;
        let identity: String = row.get(at.identity)?;
        row.get::<bool>(AT_WHOLE.is_taken)?;
        let is_alone =
            channel == Channel::Linkedin || row.get_ref(at.changes.email)? == rusqlite::types::ValueRef::Null;
        Ok(prospect.person.is_storable()
            && prospect.person.identity(channel) == Some(identity.as_str())
            && is_alone
            && prospect.status.is_of(channel)
            && row.has_instant(at.created_ms)?
            && row.has_instant(at.changes.updated_ms)?)
    },
};

fn decode_whole(row: Row<'_>) -> Result<Prospect> {
    decode_at(&AT_WHOLE.columns, row, row.get(AT_WHOLE.channel)?)
}

fn decode(row: Row<'_>, channel: Channel) -> Result<Prospect> {
    decode_at(&AT, row, channel)
}

fn decode_at(at: &Columns<usize>, row: Row<'_>, channel: Channel) -> Result<Prospect> {
    let email = match channel {
        Channel::Email => Some(row.get(at.identity)?),
        Channel::Linkedin => row.get(at.changes.email)?,
    };
    Ok(Prospect {
        id: row.get(at.id)?,
        campaign_id: row.get(at.campaign_id)?,
        status: row.get(at.changes.status)?,
        person: person::rows::decode(row, &at.changes.person, email)?,
        created_at: row.get(at.created_ms)?,
        updated_at: row.get(at.changes.updated_ms)?,
    })
}
