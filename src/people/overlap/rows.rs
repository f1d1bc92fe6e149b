//! The SQL of who has taken whom: a column of the prospect table.

use super::Standing;
use super::in_plans::Membership;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::prospect::status::in_order;
use crate::store::{Snapshot, Tx};
use crate::time::Instant;

/// Whether a campaign is active at an instant: one that what it handed out then completed then still is, so that what a claim
/// does is the same however many messages are claimed at once.
macro_rules! is_active {
    ($now:literal) => {
        concat!(
            "(campaign.status = 'active' OR (ifnull(campaign.completed_ms >= ",
            $now,
            ", 0) AND EXISTS (SELECT 1 FROM task WHERE task.campaign_id = campaign.id AND task.at_ms >= ",
            $now,
            ")))"
        )
    };
}

/// How a person stands in a campaign, if they are in it, and in the user's active LinkedIn campaigns.
pub(super) fn of_person(
    snapshot: &Snapshot<'_>,
    user: UserId,
    campaign: CampaignId,
    identity: &str,
    now: Instant,
) -> Result<Vec<Standing>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT campaign.id, ifnull(launched_ms, ?4), is_taken
         FROM prospect INDEXED BY prospect_by_identity
         CROSS JOIN campaign ON campaign.id = prospect.campaign_id
         WHERE identity = ?3 AND type = 'linkedin' AND user_id = ?1
           AND (campaign.id = ?2 OR ((is_taken = 1 OR prospect.status <> 'skipped') AND ",
        is_active!("?4"),
        "))"
    ))?;
    statement.all((user, campaign, identity, now), |row| {
        Ok(Standing { campaign: row.get(0)?, launched: row.get(1)?, has: row.get(2)? })
    })
}

/// Whether the user launched another campaign over a channel. Where they did not, nobody has to be looked up, each on another
/// page of the index.
fn has_other(snapshot: &Snapshot<'_>, user: UserId, campaign: CampaignId, channel: Channel) -> Result<bool> {
    let mut statement = snapshot
        .statement("SELECT 1 FROM campaign WHERE user_id = ?1 AND id <> ?2 AND type = ?3 AND status <> 'draft'")?;
    statement.exists((user, campaign, channel))
}

/// How someone of a campaign stands in another one.
pub(super) struct OtherMembership {
    pub(super) prospect: ProspectId,
    /// Whether the campaign of the prospect took the person.
    pub(super) is_taken: bool,
    pub(super) other: Standing,
}

/// How those of a campaign who are not final stand in the user's other active LinkedIn campaigns, in their order.
pub(super) fn of_open(
    snapshot: &Snapshot<'_>,
    user: UserId,
    campaign: CampaignId,
    now: Instant,
) -> Result<Vec<OtherMembership>> {
    if !has_other(snapshot, user, campaign, Channel::Linkedin)? {
        return Ok(Vec::new());
    }
    let mut statement = snapshot.statement(concat!(
        "SELECT mine.id, mine.is_taken, campaign.id, campaign.launched_ms, theirs.is_taken
         FROM ",
        in_order!(open, "campaign_id = ?2", "-1", "mine"),
        " CROSS JOIN prospect AS theirs INDEXED BY prospect_by_identity
            ON theirs.identity = mine.identity AND theirs.campaign_id <> ?2
         CROSS JOIN campaign ON campaign.id = theirs.campaign_id
         WHERE campaign.user_id = ?1 AND type = 'linkedin' AND (theirs.is_taken = 1 OR theirs.status <> 'skipped') AND ",
        is_active!("?3")
    ))?;
    statement.all((user, campaign, now), |row| {
        let other = Standing { campaign: row.get(2)?, launched: row.get(3)?, has: row.get(4)? };
        Ok(OtherMembership { prospect: row.get(0)?, is_taken: row.get(1)?, other })
    })
}

/// The user's LinkedIn campaigns that were completed at an instant by what they handed out then, each with its launch.
pub(super) fn completed(snapshot: &Snapshot<'_>, user: UserId, now: Instant) -> Result<Vec<(CampaignId, Instant)>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT id, launched_ms FROM campaign
         WHERE user_id = ?1 AND type = 'linkedin' AND status = 'completed' AND ",
        is_active!("?2")
    ))?;
    statement.all((user, now), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Calls `visit` with those of a campaign who are in another LinkedIn campaign of the user, too: the identity, and how they
/// are there.
pub(super) fn each_shared(
    snapshot: &Snapshot<'_>,
    user: UserId,
    campaign: CampaignId,
    mut visit: impl FnMut(String, Membership),
) -> Result<()> {
    let mut statement = snapshot.statement(
        "SELECT identity, id, status = 'skipped', is_taken FROM prospect AS one INDEXED BY prospect_by_status
         WHERE campaign_id = ?2 AND EXISTS (
             SELECT 1 FROM prospect AS other INDEXED BY prospect_by_identity
             CROSS JOIN campaign ON campaign.id = other.campaign_id
             WHERE other.identity = one.identity AND other.campaign_id <> ?2 AND user_id = ?1 AND type = 'linkedin')",
    )?;
    let mut rows = statement.query((user, campaign))?;
    while let Some(row) = rows.next()? {
        let membership = Membership { prospect: row.get(1)?, campaign, is_skipped: row.get(2)?, is_taken: row.get(3)? };
        visit(row.get(0)?, membership);
    }
    Ok(())
}

/// Who a person is in the campaign of the user that took them last, and whether that has them now.
pub(super) fn taken(tx: &Tx<'_>, user: UserId, identity: &str) -> Result<Option<(ProspectId, bool)>> {
    let mut statement = tx.statement(concat!(
        "SELECT prospect.id, ",
        is_active!("?3"),
        " FROM prospect INDEXED BY prospect_by_identity
         CROSS JOIN campaign ON campaign.id = prospect.campaign_id
         WHERE identity = ?2 AND type = 'linkedin' AND is_taken = 1 AND user_id = ?1"
    ))?;
    statement.find((user, identity, tx.now()), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn set_taken(tx: &Tx<'_>, prospect: ProspectId, is_taken: bool) -> Result<()> {
    tx.statement("UPDATE prospect SET is_taken = ?2 WHERE id = ?1")?.execute((prospect, is_taken))?;
    Ok(())
}

/// Those of an email campaign who are not final and are in another active one of the user and not skipped there, in their
/// order.
pub(super) fn in_other_campaigns(
    snapshot: &Snapshot<'_>,
    user: UserId,
    campaign: CampaignId,
) -> Result<Vec<ProspectId>> {
    if !has_other(snapshot, user, campaign, Channel::Email)? {
        return Ok(Vec::new());
    }
    let mut statement = snapshot.statement(concat!(
        "SELECT next_id FROM ",
        in_order!(open, "campaign_id = ?2", "-1", "mine"),
        " WHERE EXISTS (
             SELECT 1 FROM prospect AS theirs INDEXED BY prospect_by_identity
             CROSS JOIN campaign ON campaign.id = theirs.campaign_id
             WHERE theirs.identity = mine.identity AND theirs.campaign_id <> ?2 AND theirs.status <> 'skipped'
               AND user_id = ?1 AND campaign.status = 'active' AND type = 'email')"
    ))?;
    statement.all((user, campaign), |row| row.get(0))
}
