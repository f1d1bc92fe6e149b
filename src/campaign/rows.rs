//! The SQL of the campaign and campaign sender tables.

use rusqlite::ToSql;
use uuid::Uuid;

use super::fingerprint::Fingerprint;
use super::request::check_late_after;
use super::{Campaign, CampaignStatus, EmailSettings, LinkedinSettings, Settings, Status};
use crate::account::{self, Account};
use crate::bounds::{DAILY_LIMIT, SIGNATURE_MAX};
use crate::campaign::schedule::Schedule;
use crate::campaign::sequence;
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::{AccountId, CampaignId, Id, NodeId, ProspectId, UserId};
use crate::people::prospect::status::open_statuses;
use crate::request::name::Name;
use crate::request::page::{AgeCursor, Page};
use crate::request::text;
use crate::sending::{scheduler, stats};
use crate::store::{Row, Snapshot, Statement, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns {
        id, user_id, kind = "type", created_ms, end_id, fingerprint, ..changes: Changes as changes
    }
}

row! {
    /// What changes of a campaign, but for its senders and its sequence.
    struct Changes as changes {
        name, status, revision, updated_ms, launched_ms, completed_ms, daily_limit, stop_on_reply, open_tracking, signature,
        skip_other_campaigns, operating_hours, stay_open, late_after_minutes, follow_prospect_zone
    }
}

const AT: Columns<usize> = Columns::at(0);

row! {
    struct SenderColumns as sender_columns { campaign_id, account_id, position, assigned, follow_up_ms }
}

const AT_SENDER: SenderColumns<usize> = SenderColumns::at(0);

/// Calls `store` with what changes of a campaign.
fn with_changes(campaign: &Campaign, store: impl FnOnce(Changes<&dyn ToSql>) -> Result<usize>) -> Result<usize> {
    let (email, linkedin) = (campaign.settings.email(), campaign.settings.linkedin());
    let operating_hours = linkedin.map(|linkedin| serde_json::to_string(&linkedin.operating_hours)).transpose();
    store(Changes {
        name: &campaign.name.as_str(),
        status: &campaign.status(),
        revision: &campaign.revision,
        updated_ms: &campaign.updated_at,
        launched_ms: &campaign.status.launched_at(),
        completed_ms: &campaign.status.completed_at(),
        daily_limit: &email.map(|email| email.daily_limit),
        stop_on_reply: &email.map(|email| email.stop_on_reply),
        open_tracking: &email.map(|email| email.open_tracking),
        signature: &email.map(|email| email.signature.as_str()),
        skip_other_campaigns: &linkedin.map(|linkedin| linkedin.skip_other_campaigns),
        operating_hours: &or_bug(operating_hours.ok())?,
        stay_open: &campaign.stay_open,
        late_after_minutes: &campaign.late_after_minutes,
        follow_prospect_zone: &campaign.follow_prospect_zone,
    })
}

/// Stores a new campaign with its senders and nodes; `false` if its name is taken or an account cannot be its sender, after
/// which the transaction must end.
pub(crate) fn insert(tx: &Tx<'_>, campaign: &Campaign, fingerprint: Option<&Fingerprint>) -> Result<bool> {
    let (end, steps) = or_bug(campaign.sequence_nodes.split_last())?;
    let mut statement = tx.statement(concat!(
        "INSERT INTO campaign (",
        columns!(),
        ") VALUES (",
        columns!(?),
        ") ON CONFLICT (user_id, name) DO NOTHING"
    ))?;
    let inserted = with_changes(campaign, |changes| {
        let values = Columns {
            changes,
            id: &campaign.id,
            user_id: &campaign.user_id,
            kind: &campaign.settings.channel(),
            created_ms: &campaign.created_at,
            end_id: &end.id,
            fingerprint: &fingerprint.map(Fingerprint::bytes),
        };
        values.insert(&mut statement)
    })?;
    if inserted == 0 || !insert_senders(tx, campaign)? {
        return Ok(false);
    }
    sequence::rows::insert(tx, campaign.id, steps)?;
    Ok(true)
}

/// `false` if one of them is no account of the user and the channel.
fn insert_senders(tx: &Tx<'_>, campaign: &Campaign) -> Result<bool> {
    let mut sender = tx.statement(
        "INSERT INTO campaign_sender (campaign_id, account_id, position)
             SELECT ?1, id, ?3 FROM account WHERE id = ?2 AND user_id = ?4 AND type = ?5 AND removed_ms IS NULL",
    )?;
    for (position, account) in (0_i64..).zip(&campaign.sender_account_ids) {
        if sender.execute((campaign.id, account, position, campaign.user_id, campaign.settings.channel()))? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds an account to the senders of a campaign, as the last one.
pub(crate) fn insert_sender(tx: &Tx<'_>, campaign: &Campaign, account: AccountId) -> Result<()> {
    tx.statement(
        "INSERT INTO campaign_sender (campaign_id, account_id, position)
             SELECT ?1, ?2, count(*) FROM campaign_sender WHERE campaign_id = ?1",
    )?
    .execute((campaign.id, account))?;
    Ok(())
}

/// Numbers the senders of a campaign anew, of which some may be gone.
pub(crate) fn number_senders(tx: &Tx<'_>, campaign: &Campaign) -> Result<()> {
    let mut sender =
        tx.statement("UPDATE campaign_sender SET position = ?3 WHERE campaign_id = ?1 AND account_id = ?2")?;
    for (position, account) in (0_i64..).zip(&campaign.sender_account_ids) {
        sender.execute((campaign.id, account, position))?;
    }
    Ok(())
}

/// Stores what is different from `before`.
pub(crate) fn update(tx: &Tx<'_>, campaign: &Campaign, before: &Campaign) -> Result<()> {
    update_fields(tx, campaign)?;
    if campaign.sender_account_ids != before.sender_account_ids {
        tx.statement("DELETE FROM campaign_sender WHERE campaign_id = ?1")?.execute((campaign.id,))?;
        or_bug(insert_senders(tx, campaign)?.then_some(()))?;
    }
    if campaign.sequence_nodes != before.sequence_nodes {
        let (_, steps) = or_bug(campaign.sequence_nodes.split_last())?;
        sequence::rows::replace(tx, campaign.id, steps)?;
    }
    Ok(())
}

/// Stores what can change of a campaign but its senders and its sequence.
pub(crate) fn update_fields(tx: &Tx<'_>, campaign: &Campaign) -> Result<()> {
    let mut statement = tx.statement(concat!("UPDATE campaign SET ", changes!(= ?), " WHERE id = ?"))?;
    with_changes(campaign, |changes| changes.update(&mut statement, &[&campaign.id]))?;
    scheduler::rows::set_active(tx, campaign.id, campaign.status() == CampaignStatus::Active)
}

/// Takes a campaign from its user, which hides all of it: whatever is of a user is found by the user.
pub(super) fn disown(tx: &Tx<'_>, id: CampaignId) -> Result<()> {
    tx.statement("UPDATE campaign SET user_id = NULL WHERE id = ?1")?.execute((id,))?;
    Ok(())
}

/// The campaigns that were deleted and of which something is left: few, since each deletion removes what is left of others.
pub(crate) fn deleted(snapshot: &Snapshot<'_>) -> Result<Vec<CampaignId>> {
    let mut statement =
        snapshot.statement("SELECT id FROM campaign INDEXED BY campaign_by_status WHERE user_id IS NULL")?;
    statement.all([], |row| row.get(0))
}

/// Deletes a campaign, of which no prospects and no tasks are left; its nodes and senders go with it.
pub(super) fn delete(tx: &Tx<'_>, id: CampaignId) -> Result<()> {
    tx.statement("DELETE FROM campaign WHERE id = ?1")?.execute((id,))?;
    Ok(())
}

/// The user's campaign that has a name.
pub(crate) fn of_name(snapshot: &Snapshot<'_>, user: UserId, name: &Name) -> Result<Option<CampaignId>> {
    let mut statement = snapshot.statement("SELECT id FROM campaign WHERE user_id = ?1 AND name = ?2")?;
    statement.find((user, name.as_str()), |row| row.get(0))
}

/// Whether a client-made id belongs to another object that is known by its id alone.
pub(crate) fn is_id_in_use(snapshot: &Snapshot<'_>, id: CampaignId) -> Result<bool> {
    let mut statement = snapshot.statement(
        "SELECT 1 FROM campaign WHERE id = ?1
         UNION ALL SELECT 1 FROM account WHERE id = ?1
         UNION ALL SELECT 1 FROM prospect WHERE id = ?1
         UNION ALL SELECT 1 FROM list WHERE id = ?1
         UNION ALL SELECT 1 FROM lead WHERE id = ?1
         UNION ALL SELECT 1 FROM suppression WHERE id = ?1
         UNION ALL SELECT 1 FROM user WHERE id = ?1",
    )?;
    statement.exists((id,))
}

/// The fingerprint of the request that made a campaign of the user under an id of the caller's.
pub(crate) fn fingerprint(snapshot: &Snapshot<'_>, user: UserId, id: CampaignId) -> Result<Option<Vec<u8>>> {
    let mut statement = snapshot.statement("SELECT fingerprint FROM campaign WHERE id = ?1 AND user_id = ?2")?;
    Ok(statement.find((id, user), |row| row.get(0))?.flatten())
}

/// Whether a campaign that is not completed sends from an account.
pub(crate) fn is_sender_of_unfinished(snapshot: &Snapshot<'_>, account: AccountId) -> Result<bool> {
    let mut statement = snapshot.statement(
        "SELECT 1 FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
         WHERE account_id = ?1 AND status <> 'completed' AND user_id IS NOT NULL",
    )?;
    statement.exists((account,))
}

/// The channel of a campaign, if it is the user's.
pub(crate) fn channel(snapshot: &Snapshot<'_>, user: UserId, id: CampaignId) -> Result<Option<Channel>> {
    let mut statement = snapshot.statement("SELECT type FROM campaign WHERE id = ?1 AND user_id = ?2")?;
    statement.find((id, user), |row| row.get(0))
}

/// The user's campaigns in the order of their ids, or one of them, each with its channel; from one on, if it is given.
pub(crate) fn channels(
    snapshot: &Snapshot<'_>,
    user: UserId,
    campaign: Option<CampaignId>,
    from: Option<CampaignId>,
) -> Result<Vec<(CampaignId, Channel)>> {
    let mut statement = snapshot.statement(
        "SELECT id, type FROM campaign
         WHERE user_id = ?1 AND id = ifnull(?2, id) AND id >= ifnull(?3, x'') ORDER BY id",
    )?;
    statement.all((user, campaign, from), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The accounts that a campaign sends from, in its order; a completed one may have lost some.
pub(crate) fn sender_accounts(snapshot: &Snapshot<'_>, campaign: &Campaign) -> Result<Vec<Account>> {
    let mut senders = Vec::new();
    for id in &campaign.sender_account_ids {
        senders.push(account::rows::find(snapshot, campaign.user_id, *id)?);
    }
    if campaign.status() == CampaignStatus::Completed {
        return Ok(senders.into_iter().flatten().collect());
    }
    let senders: Option<Vec<Account>> = senders.into_iter().collect();
    or_corrupt(senders.filter(|senders| !senders.is_empty()))
}

pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: CampaignId) -> Result<Option<Campaign>> {
    let mut statement =
        snapshot.statement(concat!("SELECT ", columns!(), " FROM campaign WHERE id = ?1 AND user_id = ?2"))?;
    statement.find((id, user), |row| decode(snapshot, row))
}

/// Those of each status are a range of an index; a list without a status merges them.
macro_rules! listed {
    () => {
        concat!(
            listed!("draft"),
            " UNION ALL ",
            listed!("active"),
            " UNION ALL ",
            listed!("paused"),
            " UNION ALL ",
            listed!("completed"),
            " ORDER BY created_ms DESC, id DESC LIMIT ?4"
        )
    };
    ($status:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM campaign WHERE user_id = ?1 AND status = '",
            $status,
            "' AND ifnull(?2, '",
            $status,
            "') = '",
            $status,
            "' AND (?3 IS NULL OR type = ?3) AND (created_ms, id) < (?5, ?6)"
        )
    };
}

/// The user's campaigns, newest first.
pub(super) fn list(
    snapshot: &Snapshot<'_>,
    user: UserId,
    status: Option<CampaignStatus>,
    channel: Option<Channel>,
    after: Option<AgeCursor<CampaignId>>,
    limit: u32,
) -> Result<Page<Campaign>> {
    let most = i64::from(limit) + 1;
    let (created, id) = AgeCursor::bounds(after);
    let mut statement = snapshot.statement(listed!())?;
    let rows = statement.query((user, status, channel, most, created, id))?;
    Page::read(limit, rows, |row| decode(snapshot, row))
}

/// The user's campaigns of a status and a channel: the id, the name, and when it was created.
pub(super) fn names(
    snapshot: &Snapshot<'_>,
    user: UserId,
    status: Option<CampaignStatus>,
    channel: Option<Channel>,
) -> Result<Vec<(CampaignId, String, Instant)>> {
    let mut statement = snapshot.statement(
        "SELECT id, name, created_ms
         FROM (SELECT column1 AS word FROM (VALUES ('draft'), ('active'), ('paused'), ('completed')))
         CROSS JOIN campaign ON user_id = ?1 AND status = word
         WHERE word = ifnull(?2, word) AND (?3 IS NULL OR type = ?3)",
    )?;
    statement.all((user, status, channel), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The user's active campaigns, of one channel or of all.
pub(crate) fn active(snapshot: &Snapshot<'_>, user: UserId, channel: Option<Channel>) -> Result<Vec<Campaign>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM campaign INDEXED BY campaign_active
          WHERE user_id = ?1 AND status = 'active' AND (?2 IS NULL OR type = ?2) ORDER BY id"
    ))?;
    statement.all((user, channel), |row| decode(snapshot, row))
}

/// The user's active LinkedIn campaigns that will be completed by now if the people who are left only wait for an end that has
/// come, each with the last of these ends.
pub(crate) fn over(tx: &Tx<'_>, user: UserId) -> Result<Vec<(CampaignId, Instant)>> {
    let mut statement = tx.statement(
        "SELECT id, (SELECT max(due_ms) FROM progress WHERE campaign_id = campaign.id AND lane = 0) AS last
         FROM campaign INDEXED BY campaign_active
         WHERE user_id = ?1 AND status = 'active' AND type = 'linkedin' AND stay_open = 0 AND last <= ?2
           AND NOT EXISTS (SELECT 1 FROM progress WHERE campaign_id = campaign.id AND lane > 0)",
    )?;
    statement.all((user, tx.now()), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Completes a campaign at an instant, or not, of which nothing is recorded: it is taken back in the same transaction.
pub(crate) fn suppose_completed(tx: &Tx<'_>, campaign: CampaignId, at: Option<Instant>) -> Result<()> {
    tx.statement(
        "UPDATE campaign SET status = iif(?2 IS NULL, 'active', 'completed'), completed_ms = ?2 WHERE id = ?1",
    )?
    .execute((campaign, at))?;
    Ok(())
}

/// The user's campaigns of a channel that are active or paused.
pub(crate) fn running(snapshot: &Snapshot<'_>, user: UserId, channel: Channel) -> Result<Vec<CampaignId>> {
    let mut statement = snapshot.statement(
        "SELECT id FROM campaign WHERE user_id = ?1 AND type = ?2 AND (status = 'active' OR status = 'paused') ORDER BY id",
    )?;
    statement.all((user, channel), |row| row.get(0))
}

pub(crate) fn status(snapshot: &Snapshot<'_>, id: CampaignId) -> Result<Option<CampaignStatus>> {
    let mut statement = snapshot.statement("SELECT status FROM campaign WHERE id = ?1")?;
    statement.find((id,), |row| row.get(0))
}

/// Whether a reply ends the prospects of a campaign, which it always does on LinkedIn.
pub(crate) fn stops_on_reply(snapshot: &Snapshot<'_>, id: CampaignId) -> Result<bool> {
    let mut statement = snapshot.statement("SELECT ifnull(stop_on_reply, 1) FROM campaign WHERE id = ?1")?;
    statement.query_row((id,), |row| row.get(0))
}

/// To how many prospects each sender of a campaign was assigned, in its order.
pub(crate) fn assigned(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<(AccountId, u32)>> {
    let mut statement = snapshot
        .statement("SELECT account_id, assigned FROM campaign_sender WHERE campaign_id = ?1 ORDER BY position")?;
    statement.all((campaign,), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn set_assigned(tx: &Tx<'_>, campaign: CampaignId, account: AccountId, assigned: u32) -> Result<()> {
    tx.statement("UPDATE campaign_sender SET assigned = ?3 WHERE campaign_id = ?1 AND account_id = ?2")?
        .execute((campaign, account, assigned))?;
    Ok(())
}

/// How many campaigns have hours in a zone that this version does not know.
pub(crate) fn count_unknown_zones(snapshot: &Snapshot<'_>) -> Result<u64> {
    let mut statement = Statement::once(
        snapshot.sql(),
        "SELECT operating_hours, count(*) FROM campaign WHERE operating_hours IS NOT NULL GROUP BY operating_hours",
    )?;
    let hours = statement.all([], |row| Ok((row.get::<String>(0)?, row.get::<u32>(1)?)))?;
    let is_unknown = |hours: &str| {
        Schedule::stored(hours).is_some_and(|hours| hours.time_zone().is_some_and(|zone| !zone.is_known()))
    };
    let unknown = hours.iter().filter(|(hours, _)| is_unknown(hours));
    Ok(unknown.map(|(_, campaigns)| u64::from(*campaigns)).sum())
}

pub(crate) const TABLE: Table = Table {
    table: "campaign",
    promise: "a campaign has a line for a name, hours that can be read, a daily limit within its bounds, and one for late messages",
    columns: columns!(),
    key: &["id"],
    read: |row| {
        let user: Option<UserId> = row.get(AT.user_id)?;
        let campaign = decode_own(row, user.unwrap_or(UserId::from_uuid(Uuid::nil())))?;
        let email = campaign.settings.email();
        let fingerprint: Option<Vec<u8>> = row.get(AT.fingerprint)?;
        row.get::<NodeId>(AT.end_id)?;
        Ok(text::is_line(campaign.name.as_str())
            && email.is_none_or(|email| {
                DAILY_LIMIT.contains(&i64::from(email.daily_limit)) && text::are_lines(&email.signature, SIGNATURE_MAX)
            })
            && fingerprint.is_none_or(|fingerprint| matches!(fingerprint.len(), 16 | 17))
            && check_late_after(campaign.late_after_minutes).is_ok()
            && row.has_instant(AT.created_ms)?
            && row.has_instant(AT.changes.updated_ms)?
            && row.has_instant(AT.changes.launched_ms)?
            && row.has_instant(AT.changes.completed_ms)?)
    },
};

/// The prospects of a campaign that are not final and among its senders, in their order.
pub(crate) fn prospects_among_senders(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT prospect.id
         FROM campaign_sender CROSS JOIN account ON account.id = account_id
         CROSS JOIN prospect INDEXED BY prospect_by_identity
            ON prospect.campaign_id = ?1 AND prospect.identity = account.identity
         WHERE campaign_sender.campaign_id = ?1 AND prospect.status IN ",
        open_statuses!(),
        " ORDER BY prospect.id"
    ))?;
    statement.all((campaign,), |row| row.get(0))
}

pub(crate) const SENDERS: Table = Table {
    table: "campaign_sender",
    promise: "a sender has a place in its campaign, and so many prospects",
    columns: sender_columns!(),
    key: &["campaign_id", "account_id"],
    read: |row| {
        row.get::<CampaignId>(AT_SENDER.campaign_id)?;
        row.get::<AccountId>(AT_SENDER.account_id)?;
        row.get::<u16>(AT_SENDER.position)?;
        row.get::<u32>(AT_SENDER.assigned)?;
        row.has_instant(AT_SENDER.follow_up_ms)
    },
};

/// A campaign with what belongs to it.
fn decode(snapshot: &Snapshot<'_>, row: Row<'_>) -> Result<Campaign> {
    let mut campaign = decode_own(row, row.get(AT.user_id)?)?;
    campaign.sender_account_ids = senders(snapshot, campaign.id)?;
    campaign.sequence_nodes = sequence::rows::of_campaign(snapshot, campaign.id, row.get(AT.end_id)?)?;
    if campaign.status != Status::Draft {
        campaign.stats = stats::rows::find(snapshot, campaign.id)?;
    }
    Ok(campaign)
}

/// What stands in its own row, with neither senders nor nodes nor counts.
fn decode_own(row: Row<'_>, user_id: UserId) -> Result<Campaign> {
    let name: String = row.get(AT.changes.name)?;
    let settings = match row.get(AT.kind)? {
        Channel::Email => Settings::Email(EmailSettings {
            daily_limit: row.get(AT.changes.daily_limit)?,
            stop_on_reply: row.get(AT.changes.stop_on_reply)?,
            open_tracking: row.get(AT.changes.open_tracking)?,
            signature: row.get(AT.changes.signature)?,
        }),
        Channel::Linkedin => Settings::Linkedin(LinkedinSettings {
            skip_other_campaigns: row.get(AT.changes.skip_other_campaigns)?,
            operating_hours: or_corrupt(Schedule::stored(&row.get::<String>(AT.changes.operating_hours)?))?,
        }),
    };
    let status = match row.get(AT.changes.status)? {
        CampaignStatus::Draft => Status::Draft,
        CampaignStatus::Active => Status::Active { launched_at: row.get(AT.changes.launched_ms)? },
        CampaignStatus::Paused => Status::Paused { launched_at: row.get(AT.changes.launched_ms)? },
        CampaignStatus::Completed => Status::Completed {
            launched_at: row.get(AT.changes.launched_ms)?,
            completed_at: row.get(AT.changes.completed_ms)?,
        },
    };
    Ok(Campaign {
        id: row.get(AT.id)?,
        user_id,
        name: or_corrupt(Name::stored(name))?,
        status,
        settings,
        sender_account_ids: Vec::new(),
        stay_open: row.get(AT.changes.stay_open)?,
        late_after_minutes: row.get(AT.changes.late_after_minutes)?,
        follow_prospect_zone: row.get(AT.changes.follow_prospect_zone)?,
        sequence_nodes: Vec::new(),
        stats: None,
        revision: row.get(AT.changes.revision)?,
        created_at: row.get(AT.created_ms)?,
        updated_at: row.get(AT.changes.updated_ms)?,
    })
}

fn senders(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<AccountId>> {
    let mut statement =
        snapshot.statement("SELECT account_id FROM campaign_sender WHERE campaign_id = ?1 ORDER BY position")?;
    statement.all((campaign,), |row| row.get(0))
}
