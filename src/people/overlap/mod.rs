//! Overlap: to which of a user's active LinkedIn campaigns a person belongs (`docs/rules.md#overlap`).
//!
//! A campaign takes a person by handing out a message to them while no other active one has them. It has them, whatever
//! becomes of them there, until it is no longer active or they are removed from it, and again from its resume on unless
//! another has taken them meanwhile. A person that no campaign has belongs to the campaign launched first in which they are
//! and are not `skipped`.

mod in_plans;
mod rows;

use crate::campaign::Campaign;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::store::{Snapshot, Tx};
use crate::time::Instant;
pub(crate) use in_plans::Shared;

/// How a person stands in a campaign that is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    campaign: CampaignId,
    launched: Instant,
    /// Whether it took the person, and no other one since.
    has: bool,
}

impl Standing {
    /// A person belongs to the campaign where they stand lowest.
    fn rank(self) -> (bool, Instant, CampaignId) {
        (!self.has, self.launched, self.campaign)
    }
}

/// How someone stands in a campaign if it is active at an instant.
fn own(campaign: &Campaign, has: bool, now: Instant) -> Standing {
    Standing { campaign: campaign.id, launched: campaign.status.launched_at().unwrap_or(now), has }
}

/// The campaign to which a person belongs, of those that come before a campaign in which they are.
fn before(own: Standing, others: impl IntoIterator<Item = Standing>) -> Option<CampaignId> {
    let first = others.into_iter().min_by_key(|other| other.rank())?;
    (first.rank() < own.rank()).then_some(first.campaign)
}

/// The campaign to which a person belongs at an instant, if it is another one than `campaign`, as if that were active and
/// they were in it and not skipped.
pub(crate) fn other(
    snapshot: &Snapshot<'_>,
    campaign: &Campaign,
    identity: &str,
    now: Instant,
) -> Result<Option<CampaignId>> {
    let standings = rows::of_person(snapshot, campaign.user_id, campaign.id, identity, now)?;
    let (own_rows, others): (Vec<_>, Vec<_>) = standings.into_iter().partition(|one| one.campaign == campaign.id);
    let has = own_rows.iter().any(|one| one.has);
    Ok(before(own(campaign, has, now), others))
}

/// Those of a LinkedIn campaign who are not final and belong to another one at an instant, as if this one were active: in
/// their order, each with the other one.
pub(crate) fn others(
    snapshot: &Snapshot<'_>,
    campaign: &Campaign,
    now: Instant,
) -> Result<Vec<(ProspectId, CampaignId)>> {
    let standings = rows::of_open(snapshot, campaign.user_id, campaign.id, now)?;
    let of_one = standings.chunk_by(|one, next| one.prospect == next.prospect);
    let belonging = of_one.filter_map(|found| {
        let first = found.first()?;
        let other = before(own(campaign, first.is_taken, now), found.iter().map(|found| found.other))?;
        Some((first.prospect, other))
    });
    Ok(belonging.collect())
}

/// Remembers that a message is handed out to a prospect of an active LinkedIn campaign: the campaign takes the person,
/// unless another active one has them.
pub(crate) fn take(tx: &Tx<'_>, user: UserId, prospect: ProspectId, identity: &str) -> Result<()> {
    if let Some((taken, is_had)) = rows::taken(tx, user, identity)? {
        if is_had || taken == prospect {
            return Ok(());
        }
        rows::set_taken(tx, taken, false)?;
    }
    rows::set_taken(tx, prospect, true)
}

/// Those of an email campaign who are not final and are in another active one of the user, and not skipped there: email
/// campaigns do not own people.
pub(crate) fn in_other_campaigns(snapshot: &Snapshot<'_>, campaign: &Campaign) -> Result<Vec<ProspectId>> {
    rows::in_other_campaigns(snapshot, campaign.user_id, campaign.id)
}

#[cfg(test)]
mod tests;
