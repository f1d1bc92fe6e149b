//! The SQL of the scheduler's marks on campaigns and senders, so that a claim loads only campaigns in which something may
//! happen.

use super::Seniority;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, ProspectId, UserId};
use crate::sending::progress::{self, QueueKey, SenderQueue};
use crate::sort::sorted;
use crate::store::{Snapshot, Table, Tx, row};
use crate::time::Instant;

row! {
    struct Columns as columns { campaign_id, user_id, wake_ms, last_first }
}

const AT: Columns<usize> = Columns::at(0);

/// Adds a campaign that is launched.
pub(crate) fn begin(tx: &Tx<'_>, user: UserId, campaign: CampaignId) -> Result<()> {
    tx.statement(concat!("INSERT INTO campaign_turn (", columns!(), ") VALUES (?1, ?2, NULL, NULL)"))?
        .execute((campaign, user))?;
    Ok(())
}

/// Adds a campaign to the order of turns, or removes it. A draft has no place there.
pub(crate) fn set_active(tx: &Tx<'_>, campaign: CampaignId, is_active: bool) -> Result<()> {
    let changed = tx
        .statement(
            "UPDATE campaign_turn SET wake_ms = iif(?2, 0, NULL) WHERE campaign_id = ?1 AND (wake_ms IS NOT NULL) <> ?2",
        )?
        .execute((campaign, is_active))?;
    if changed == 0 {
        return wake(tx, campaign);
    }
    if !is_active {
        // The room that its senders kept for it is free.
        tx.statement(
            "UPDATE account SET has_new_room = 1
                 WHERE has_new_room = 0 AND id IN (SELECT account_id FROM campaign_sender WHERE campaign_id = ?1)
                     AND EXISTS (SELECT 1 FROM campaign_sender WHERE account_id = account.id AND is_waiting = 1)",
        )?
        .execute((campaign,))?;
    }
    tx.statement(
        "UPDATE campaign_sender
             SET is_waiting = 0, follow_up_ms = iif(?2, 0, NULL) WHERE campaign_id = ?1",
    )?
    .execute((campaign, is_active))?;
    Ok(())
}

/// Lets the next claim look at a campaign.
pub(crate) fn wake(tx: &Tx<'_>, campaign: CampaignId) -> Result<()> {
    tx.statement("UPDATE campaign_turn SET wake_ms = 0 WHERE campaign_id = ?1 AND wake_ms > 0")?
        .execute((campaign,))?;
    Ok(())
}

/// The same for the campaign in which a prospect stands in a queue.
pub(crate) fn wake_of(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.statement(
        "UPDATE campaign_turn SET wake_ms = 0
             WHERE campaign_id = (SELECT campaign_id FROM progress WHERE prospect_id = ?1) AND wake_ms > 0",
    )?
    .execute((prospect,))?;
    Ok(())
}

/// Lets the next claim look at all campaigns of a user.
pub(crate) fn wake_all(tx: &Tx<'_>, user: UserId) -> Result<()> {
    tx.statement("UPDATE campaign_turn SET wake_ms = 0 WHERE user_id = ?1 AND wake_ms > 0")?.execute((user,))?;
    Ok(())
}

/// Skips a campaign until an instant; with none, until something changes.
pub(crate) fn set_wake(tx: &Tx<'_>, campaign: CampaignId, wake: Option<Instant>) -> Result<()> {
    tx.statement(
        "UPDATE campaign_turn SET wake_ms = ?2 WHERE campaign_id = ?1 AND wake_ms IS NOT NULL AND wake_ms <> ?2",
    )?
    .execute((campaign, wake.unwrap_or(Instant::LAST)))?;
    Ok(())
}

/// Whether a campaign waits for room of its senders, in their order.
pub(crate) fn set_waiting(tx: &Tx<'_>, campaign: CampaignId, is_waiting: impl Iterator<Item = bool>) -> Result<()> {
    let before: Vec<bool> = tx
        .statement("SELECT is_waiting FROM campaign_sender WHERE campaign_id = ?1 ORDER BY position")?
        .all((campaign,), |row| row.get(0))?;
    let mut statement =
        tx.statement("UPDATE campaign_sender SET is_waiting = ?3 WHERE campaign_id = ?1 AND position = ?2")?;
    for (position, (is_waiting, before)) in (0_u16..).zip(is_waiting.zip(before)) {
        if is_waiting != before {
            statement.execute((campaign, position, is_waiting))?;
        }
    }
    Ok(())
}

/// Lets the next claim look at the campaigns that wait for the sender of a prospect, which is about to have more room.
pub(crate) fn stir(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.statement(
            "UPDATE account SET has_new_room = 1
             WHERE has_new_room = 0 AND id = (
                     SELECT account_id FROM progress
                     JOIN campaign_sender AS link ON link.campaign_id = progress.campaign_id AND link.position = progress.sender
                     WHERE progress.prospect_id = ?1)
                 AND EXISTS (SELECT 1 FROM campaign_sender WHERE account_id = account.id AND is_waiting = 1)",
        )?
        .execute((prospect,))?;
    Ok(())
}

/// The same for a sender.
pub(crate) fn stir_sender(tx: &Tx<'_>, account: AccountId) -> Result<()> {
    tx.statement(
        "UPDATE account SET has_new_room = 1
             WHERE has_new_room = 0 AND id = ?1
                 AND EXISTS (SELECT 1 FROM campaign_sender WHERE account_id = ?1 AND is_waiting = 1)",
    )?
    .execute((account,))?;
    Ok(())
}

/// Stores that a follow-up of a sender, by its position in a campaign, is due at this instant or earlier.
pub(crate) fn expect(tx: &Tx<'_>, campaign: CampaignId, sender: u16, due: Instant) -> Result<()> {
    tx.statement(
        "UPDATE campaign_sender SET follow_up_ms = ?3
             WHERE campaign_id = ?1 AND position = ?2 AND ifnull(follow_up_ms, 9223372036854775807) > ?3
                 AND EXISTS (SELECT 1 FROM campaign_turn WHERE campaign_turn.campaign_id = ?1 AND wake_ms IS NOT NULL)",
    )?
    .execute((campaign, sender, due))?;
    Ok(())
}

/// Stores when the first follow-ups of senders, by their positions in campaigns, are due.
pub(crate) fn refresh_follow_ups(tx: &Tx<'_>, of: Vec<(CampaignId, u16)>) -> Result<()> {
    let mut statement =
        tx.statement("UPDATE campaign_sender SET follow_up_ms = ?3 WHERE campaign_id = ?1 AND position = ?2")?;
    let mut of = sorted(of);
    of.dedup();
    for of_campaign in of.chunk_by(|one, other| one.0 == other.0) {
        let Some((campaign, _)) = of_campaign.first().copied() else { continue };
        let mut firsts: Vec<Option<Instant>> = vec![None; of_campaign.len()];
        for lane in progress::rows::lanes(tx, campaign)? {
            let QueueKey::Bound { line, sender, .. } = lane.queue else { continue };
            let place = of_campaign.binary_search(&(campaign, sender)).ok();
            let Some(first) = place.and_then(|place| firsts.get_mut(place)) else { continue };
            let due = match line {
                SenderQueue::First => None,
                SenderQueue::Handed => Some(Instant::from_unix_ms(0)),
                SenderQueue::Begun | SenderQueue::Late => {
                    progress::rows::due(tx, campaign, lane, None, Instant::LAST, 1)?.first().map(|place| place.due)
                }
            };
            *first = [*first, due].into_iter().flatten().min();
        }
        for ((_, position), first) in of_campaign.iter().zip(firsts) {
            statement.execute((campaign, *position, first))?;
        }
    }
    Ok(())
}

/// The active campaigns of a user, of one channel or of all, in which something may happen by an instant.
pub(crate) fn awake(
    snapshot: &Snapshot<'_>,
    user: UserId,
    channel: Option<Channel>,
    now: Instant,
) -> Result<Vec<CampaignId>> {
    let mut statement = snapshot.statement(
        "SELECT campaign.id FROM (
             SELECT campaign_id FROM campaign_turn WHERE user_id = ?1 AND wake_ms <= ?2
             UNION
             SELECT waiting.campaign_id FROM account INDEXED BY account_with_new_room
             JOIN campaign_sender AS waiting ON waiting.account_id = account.id AND waiting.is_waiting = 1
             WHERE account.user_id = ?1 AND has_new_room = 1) AS awake
         CROSS JOIN campaign ON campaign.id = awake.campaign_id
         WHERE campaign.status = 'active' AND (?3 IS NULL OR type = ?3) ORDER BY campaign.id",
    )?;
    statement.all((user, now, channel), |row| row.get(0))
}

/// The campaigns that wait for room of a sender.
pub(crate) fn waiting_for(snapshot: &Snapshot<'_>, account: AccountId) -> Result<Vec<CampaignId>> {
    let mut statement = snapshot.statement(
        "SELECT campaign_id FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
         WHERE account_id = ?1 AND is_waiting = 1 AND campaign.status = 'active'",
    )?;
    statement.all((account,), |row| row.get(0))
}

/// The next active campaigns of the user after one, in the order in which something may happen in them, each with that
/// instant.
pub(crate) fn wakes(
    snapshot: &Snapshot<'_>,
    user: UserId,
    after: Option<(Instant, CampaignId)>,
    limit: usize,
) -> Result<Vec<(Instant, CampaignId)>> {
    let mut statement = snapshot.statement(
        "SELECT wake_ms, campaign.id FROM campaign_turn CROSS JOIN campaign ON campaign.id = campaign_id
         WHERE campaign_turn.user_id = ?1 AND (wake_ms, campaign_id) > (?2, ?3) AND wake_ms < ?4
             AND campaign.status = 'active'
         ORDER BY wake_ms, campaign_id LIMIT ?5",
    )?;
    let (wake, campaign) = match after {
        Some((wake, campaign)) => (wake, campaign.as_bytes().to_vec()),
        None => (Instant::from_unix_ms(0), Vec::new()),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement.all((user, wake, campaign, Instant::LAST, limit), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The first instant after one at which something may happen in an active campaign of the user.
pub(crate) fn next_wake(snapshot: &Snapshot<'_>, user: UserId, after: Instant) -> Result<Option<Instant>> {
    let mut statement = snapshot.statement(
        "SELECT wake_ms FROM campaign_turn CROSS JOIN campaign ON campaign.id = campaign_id
         WHERE campaign_turn.user_id = ?1 AND wake_ms > ?2 AND wake_ms < ?3 AND campaign.status = 'active'
         ORDER BY wake_ms LIMIT 1",
    )?;
    statement.find((user, after, Instant::LAST), |row| row.get(0))
}

/// The active campaigns of the user that wait for room of senders that have more of it.
pub(crate) fn stirred(snapshot: &Snapshot<'_>, user: UserId) -> Result<Vec<CampaignId>> {
    let mut statement = snapshot.statement(
        "SELECT DISTINCT campaign.id FROM account INDEXED BY account_with_new_room
         JOIN campaign_sender ON account_id = account.id AND is_waiting = 1
         JOIN campaign ON campaign.id = campaign_id
         WHERE account.user_id = ?1 AND has_new_room = 1 AND campaign.status = 'active'",
    )?;
    statement.all((user,), |row| row.get(0))
}

/// Clears the marks of senders that got more room.
pub(crate) fn clear_stirred(tx: &Tx<'_>, accounts: impl Iterator<Item = AccountId>) -> Result<()> {
    let mut statement = tx.statement("UPDATE account SET has_new_room = 0 WHERE id = ?1 AND has_new_room = 1")?;
    for account in accounts {
        statement.execute((account,))?;
    }
    Ok(())
}

/// An active campaign in which a sender has follow-ups.
pub(crate) struct WithFollowUps {
    pub(crate) campaign: CampaignId,
    /// The position of the sender there.
    pub(crate) position: u16,
    /// The hours of the campaign, as JSON.
    pub(crate) hours: Option<String>,
    pub(crate) follows_zones: bool,
}

/// The active campaigns in which a sender has follow-ups that are due before an instant.
pub(crate) fn follow_ups(snapshot: &Snapshot<'_>, account: AccountId, before: Instant) -> Result<Vec<WithFollowUps>> {
    let mut statement = snapshot.statement(
        "SELECT campaign_id, position, operating_hours, follow_prospect_zone
         FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
         WHERE account_id = ?1 AND follow_up_ms < ?2 AND campaign.status = 'active' ORDER BY campaign_id",
    )?;
    statement.all((account, before), |row| {
        let (campaign, position) = (row.get(0)?, row.get(1)?);
        Ok(WithFollowUps { campaign, position, hours: row.get(2)?, follows_zones: row.get(3)? })
    })
}

/// The active campaigns of a user, of one channel or of all, that have follow-ups which are due by an instant.
pub(crate) fn overdue(
    snapshot: &Snapshot<'_>,
    user: UserId,
    channel: Option<Channel>,
    now: Instant,
) -> Result<Vec<CampaignId>> {
    let mut statement = snapshot.statement(
        "SELECT DISTINCT campaign.id FROM account
         CROSS JOIN campaign_sender INDEXED BY campaign_sender_by_follow_up ON account_id = account.id
         CROSS JOIN campaign ON campaign.id = campaign_id
         WHERE account.user_id = ?1 AND follow_up_ms <= ?2 AND campaign.status = 'active'
             AND (?3 IS NULL OR campaign.type = ?3) ORDER BY campaign.id",
    )?;
    statement.all((user, now, channel), |row| row.get(0))
}

/// The place of a launched campaign in the order of first messages.
pub(crate) fn seniority(snapshot: &Snapshot<'_>, campaign: CampaignId, launched: Instant) -> Result<Seniority> {
    let mut statement = snapshot.statement("SELECT last_first FROM campaign_turn WHERE campaign_id = ?1")?;
    let last = statement.find((campaign,), |row| row.get(0))?.flatten();
    Ok(Seniority { last, launched, campaign })
}

/// Stores the number of the last first message of a campaign, which is the last of all up to now.
pub(crate) fn set_last_first(tx: &Tx<'_>, user: UserId, campaign: CampaignId, last: i64) -> Result<()> {
    tx.statement("UPDATE campaign_turn SET last_first = ?2 WHERE campaign_id = ?1")?.execute((campaign, last))?;
    tx.statement("UPDATE user SET first_messages = max(first_messages, ?2) WHERE id = ?1")?.execute((user, last))?;
    Ok(())
}

pub(crate) const TABLE: Table = Table {
    table: "campaign_turn",
    promise: "a campaign that was launched has a place in the order of turns",
    columns: columns!(),
    key: &["campaign_id"],
    read: |row| {
        let (_, _, last): (CampaignId, UserId, Option<i64>) =
            (row.get(AT.campaign_id)?, row.get(AT.user_id)?, row.get(AT.last_first)?);
        Ok(last.is_none_or(|last| last >= 0) && row.has_instant(AT.wake_ms)?)
    },
};
