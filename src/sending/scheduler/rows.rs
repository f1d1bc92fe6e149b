//! The SQL of the scheduler's marks on campaigns and senders, so that a claim loads only campaigns in which something may
//! happen.

use std::ops::ControlFlow;

use super::Seniority;
use crate::campaign::schedule::Schedule;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, ProspectId, UserId};
use crate::sending::progress::{self, QueueKey, SenderQueue};
use crate::sort::sorted;
use crate::store::{Snapshot, Table, Tx, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns { campaign_id, user_id, wake_ms, last_first }
}

const AT: Columns<usize> = Columns::at(0);

/// Whether something waits for room of an account that did not get any since someone last claimed.
macro_rules! is_awaited {
    () => {
        "has_new_room = 0 AND (awaits_room = 1
             OR EXISTS (SELECT 1 FROM campaign_sender WHERE account_id = account.id AND is_waiting = 1))"
    };
}

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
        tx.statement(concat!(
            "UPDATE account SET has_new_room = 1
                 WHERE id IN (SELECT account_id FROM campaign_sender WHERE campaign_id = ?1) AND ",
            is_awaited!()
        ))?
        .execute((campaign,))?;
    }
    tx.statement(
        "UPDATE campaign_sender
             SET is_waiting = 0, turn = NULL, begun_ms = NULL, follow_up_ms = iif(?2, 0, NULL) WHERE campaign_id = ?1",
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

/// The same for a campaign in which somebody goes on whose next message is due at an instant. Where others wait for the gap of its
/// senders, it is looked at from then on alone.
pub(crate) fn wake_by(tx: &Tx<'_>, campaign: CampaignId, due: Instant) -> Result<()> {
    tx.statement(
        "UPDATE campaign_turn
             SET wake_ms = iif(EXISTS (
                     SELECT 1 FROM campaign_sender
                     WHERE campaign_sender.campaign_id = ?1 AND (turn IS NOT NULL OR begun_ms IS NOT NULL)),
                 min(wake_ms, ?2), 0)
             WHERE campaign_id = ?1 AND wake_ms > 0",
    )?
    .execute((campaign, due))?;
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

/// What a campaign waits for of one of its senders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Awaited {
    /// Whether for room.
    pub(crate) is_room: bool,
    /// Its [turn](Seniority::turn), where first messages wait for the gap alone.
    pub(crate) turn: Option<i64>,
    /// When the first of the begun messages is due that wait for the gap alone.
    pub(crate) begun: Option<Instant>,
}

/// Stores what a campaign waits for of its senders, in their order.
pub(crate) fn set_awaited(tx: &Tx<'_>, campaign: CampaignId, awaited: impl Iterator<Item = Awaited>) -> Result<()> {
    let before: Vec<Awaited> = tx
        .statement("SELECT is_waiting, turn, begun_ms FROM campaign_sender WHERE campaign_id = ?1 ORDER BY position")?
        .all((campaign,), |row| Ok(Awaited { is_room: row.get(0)?, turn: row.get(1)?, begun: row.get(2)? }))?;
    let mut statement = tx.statement(
        "UPDATE campaign_sender SET is_waiting = ?3, turn = ?4, begun_ms = ?5 WHERE campaign_id = ?1 AND position = ?2",
    )?;
    for (position, (awaited, before)) in (0_u16..).zip(awaited.zip(before)) {
        if awaited != before {
            statement.execute((campaign, position, awaited.is_room, awaited.turn, awaited.begun))?;
        }
    }
    Ok(())
}

/// The order of what waits for the gap of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PacedOrder {
    Turn,
    Begun,
}

/// The next campaign, after one, of which messages wait for the gap of a sender, with its place in the order.
pub(crate) fn next_paced(
    snapshot: &Snapshot<'_>,
    account: AccountId,
    order: PacedOrder,
    after: Option<(i64, CampaignId)>,
) -> Result<Option<(i64, CampaignId)>> {
    let mut statement = snapshot.statement(match order {
        PacedOrder::Turn => {
            "SELECT turn, campaign_id FROM campaign_sender
             WHERE account_id = ?1 AND turn IS NOT NULL AND (turn, campaign_id) > (?2, ?3)
             ORDER BY turn, campaign_id LIMIT 1"
        }
        PacedOrder::Begun => {
            "SELECT begun_ms, campaign_id FROM campaign_sender
             WHERE account_id = ?1 AND begun_ms IS NOT NULL AND (begun_ms, campaign_id) > (?2, ?3)
             ORDER BY begun_ms, campaign_id LIMIT 1"
        }
    })?;
    let (key, campaign) = after.map_or((i64::MIN, Vec::new()), |(key, campaign)| (key, campaign.as_bytes().to_vec()));
    statement.find((account, key, campaign), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The accounts of a user, of one channel or of all, that may send by an instant what waits for their gap alone.
pub(crate) fn free(
    snapshot: &Snapshot<'_>,
    user: UserId,
    channel: Option<Channel>,
    now: Instant,
) -> Result<Vec<AccountId>> {
    let mut statement = snapshot.statement(
        "SELECT id FROM (
             SELECT id, type FROM account INDEXED BY account_by_free WHERE user_id = ?1 AND free_ms <= ?2
             UNION
             SELECT id, type FROM account INDEXED BY account_with_new_room
             WHERE user_id = ?1 AND has_new_room = 1 AND awaits_room = 1)
         WHERE ?3 IS NULL OR type = ?3 ORDER BY id",
    )?;
    statement.all((user, now, channel), |row| row.get(0))
}

/// Stores when a sender may send again what waits for its gap, none if nothing does; and whether it waits for its room.
pub(crate) fn set_free(tx: &Tx<'_>, account: AccountId, free: Option<Instant>, awaits_room: bool) -> Result<()> {
    tx.statement(
        "UPDATE account SET free_ms = ?2, awaits_room = ?3
             WHERE id = ?1 AND (free_ms IS NOT ?2 OR awaits_room <> ?3)",
    )?
    .execute((account, free, awaits_room))?;
    Ok(())
}

/// The same for something that waits beside what did before.
pub(crate) fn add_free(tx: &Tx<'_>, account: AccountId, free: Instant, awaits_room: bool) -> Result<()> {
    tx.statement(
        "UPDATE account SET free_ms = min(ifnull(free_ms, ?2), ?2), awaits_room = max(awaits_room, ?3)
             WHERE id = ?1 AND (free_ms IS NULL OR free_ms > ?2 OR awaits_room < ?3)",
    )?
    .execute((account, free, awaits_room))?;
    Ok(())
}

/// Lets the next claim look at the campaigns that wait for the sender of a prospect, which is about to have more room.
pub(crate) fn stir(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.statement(concat!(
        "UPDATE account SET has_new_room = 1
             WHERE id = (
                     SELECT account_id FROM progress
                     JOIN campaign_sender AS link ON link.campaign_id = progress.campaign_id AND link.position = progress.sender
                     WHERE progress.prospect_id = ?1)
                 AND ",
        is_awaited!()
    ))?
    .execute((prospect,))?;
    Ok(())
}

/// The same for a sender.
pub(crate) fn stir_sender(tx: &Tx<'_>, account: AccountId) -> Result<()> {
    tx.statement(concat!("UPDATE account SET has_new_room = 1 WHERE id = ?1 AND ", is_awaited!()))?
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

/// Where something may happen: in a campaign, or in those that wait for the gap of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Waker {
    Campaign(CampaignId),
    Sender(AccountId),
}

/// Up to `limit` of the user's campaigns and senders after one, in the order in which something may happen, each with that
/// instant.
pub(crate) fn wakes(
    snapshot: &Snapshot<'_>,
    user: UserId,
    after: Option<(Instant, Waker)>,
    limit: usize,
) -> Result<Vec<(Instant, Waker)>> {
    let mut statement = snapshot.statement(
        "SELECT wake_ms AS at, campaign_id AS id, 0 FROM campaign_turn CROSS JOIN campaign ON campaign.id = campaign_id
         WHERE campaign_turn.user_id = ?1 AND wake_ms < ?4 AND (wake_ms, campaign_id) > (?2, ?3)
             AND campaign.status = 'active'
         UNION ALL
         SELECT free_ms, id, 1 FROM account INDEXED BY account_by_free
         WHERE user_id = ?1 AND free_ms < ?4 AND (free_ms, id) > (?2, ?3)
         ORDER BY at, id LIMIT ?5",
    )?;
    let (at, id) = match after {
        Some((at, Waker::Campaign(campaign))) => (at, campaign.as_bytes().to_vec()),
        Some((at, Waker::Sender(account))) => (at, account.as_bytes().to_vec()),
        None => (Instant::from_unix_ms(0), Vec::new()),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement.all((user, at, id, Instant::LAST, limit), |row| {
        let waker = if row.get(2)? { Waker::Sender(row.get(1)?) } else { Waker::Campaign(row.get(1)?) };
        Ok((row.get(0)?, waker))
    })
}

/// The first instant after one at which something may happen in an active campaign of the user.
pub(crate) fn next_wake(snapshot: &Snapshot<'_>, user: UserId, after: Instant) -> Result<Option<Instant>> {
    let mut statement = snapshot.statement(
        "SELECT at FROM (
             SELECT wake_ms AS at FROM campaign_turn CROSS JOIN campaign ON campaign.id = campaign_id
             WHERE campaign_turn.user_id = ?1 AND wake_ms > ?2 AND wake_ms < ?3 AND campaign.status = 'active'
             UNION ALL
             SELECT free_ms FROM account INDEXED BY account_by_free
             WHERE user_id = ?1 AND free_ms > ?2 AND free_ms < ?3
             ORDER BY at LIMIT 1)",
    )?;
    statement.find((user, after, Instant::LAST), |row| row.get(0))
}

/// The active campaigns of the user that wait for room of senders that have more of it, and such senders.
pub(crate) fn stirred(snapshot: &Snapshot<'_>, user: UserId) -> Result<Vec<Waker>> {
    let mut statement = snapshot.statement(
        "SELECT 0, campaign.id FROM account INDEXED BY account_with_new_room
         JOIN campaign_sender ON account_id = account.id AND is_waiting = 1
         JOIN campaign ON campaign.id = campaign_id
         WHERE account.user_id = ?1 AND has_new_room = 1 AND campaign.status = 'active'
         UNION
         SELECT 1, id FROM account INDEXED BY account_with_new_room
         WHERE user_id = ?1 AND has_new_room = 1 AND awaits_room = 1",
    )?;
    statement
        .all((user,), |row| Ok(if row.get(0)? { Waker::Sender(row.get(1)?) } else { Waker::Campaign(row.get(1)?) }))
}

/// Lets the next claim look at what waits for the gap of a sender, if anything does.
pub(crate) fn free_now(tx: &Tx<'_>, account: AccountId) -> Result<()> {
    tx.statement("UPDATE account SET free_ms = ?2 WHERE id = ?1 AND free_ms > ?2")?.execute((account, tx.now()))?;
    Ok(())
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
    /// The hours of the campaign, where it has some.
    pub(crate) hours: Option<Schedule>,
    pub(crate) follows_zones: bool,
}

/// Visits the active campaigns in which a sender has follow-ups that are due before an instant, until `visit` breaks off.
pub(crate) fn each_follow_up(
    snapshot: &Snapshot<'_>,
    account: AccountId,
    before: Instant,
    mut visit: impl FnMut(WithFollowUps) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut statement = snapshot.statement(
        "SELECT campaign_id, position, operating_hours, follow_prospect_zone
         FROM campaign_sender CROSS JOIN campaign ON campaign.id = campaign_id
         WHERE account_id = ?1 AND follow_up_ms < ?2 AND campaign.status = 'active' ORDER BY follow_up_ms, campaign_id",
    )?;
    let mut rows = statement.query((account, before))?;
    while let Some(row) = rows.next()? {
        let hours = row.get::<Option<String>>(2)?;
        let hours = hours.map(|hours| or_corrupt(Schedule::stored(&hours))).transpose()?;
        let with = WithFollowUps { campaign: row.get(0)?, position: row.get(1)?, hours, follows_zones: row.get(3)? };
        if visit(with)?.is_break() {
            break;
        }
    }
    Ok(())
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
