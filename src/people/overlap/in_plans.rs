//! The same rule for plans: people in several campaigns, as messages are sent and campaigns end.

use std::collections::HashMap;

use super::{Standing, before, rows};
use crate::campaign::Campaign;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::store::Snapshot;
use crate::time::Instant;

/// The people who are in several LinkedIn campaigns of a user that are active, or become active now.
#[derive(Default)]
pub(crate) struct Shared {
    people: Vec<Vec<Membership>>,
    /// Where in `people` each prospect is.
    by_prospect: HashMap<ProspectId, usize>,
    campaigns: HashMap<CampaignId, Activity>,
}

/// A person in one campaign.
pub(super) struct Membership {
    pub(super) prospect: ProspectId,
    pub(super) campaign: CampaignId,
    pub(super) is_skipped: bool,
    pub(super) is_taken: bool,
}

struct Activity {
    launched: Instant,
    /// The last instant at which it is active, once that is known.
    until: Option<Instant>,
}

impl Shared {
    /// Those of `campaigns`, and of what was completed by what it handed out at this very instant.
    pub(crate) fn load(snapshot: &Snapshot<'_>, user: UserId, campaigns: &[&Campaign], now: Instant) -> Result<Self> {
        let mut shared = Self::default();
        for campaign in campaigns {
            let launched = campaign.status.launched_at().unwrap_or(now);
            shared.campaigns.insert(campaign.id, Activity { launched, until: None });
        }
        for (campaign, launched) in rows::completed(snapshot, user, now)? {
            shared.campaigns.insert(campaign, Activity { launched, until: Some(now) });
        }
        let ids: Vec<CampaignId> = shared.campaigns.keys().copied().collect();
        let mut by_identity: HashMap<String, Vec<Membership>> = HashMap::new();
        // In one alone nobody is shared.
        for campaign in ids.iter().filter(|_| ids.len() > 1) {
            rows::each_shared(snapshot, user, *campaign, |identity, membership| {
                by_identity.entry(identity).or_default().push(membership);
            })?;
        }
        for memberships in by_identity.into_values() {
            let person = shared.people.len();
            shared.by_prospect.extend(memberships.iter().map(|membership| (membership.prospect, person)));
            shared.people.push(memberships);
        }
        Ok(shared)
    }

    fn standing(&self, membership: &Membership, at: Instant) -> Option<Standing> {
        let activity = self.campaigns.get(&membership.campaign)?;
        let is_active = activity.until.is_none_or(|until| at <= until);
        is_active.then_some(Standing {
            campaign: membership.campaign,
            launched: activity.launched,
            has: membership.is_taken,
        })
    }

    /// The campaign to which a person who is open in one belongs at an instant, if it is another one.
    pub(crate) fn other(&self, prospect: ProspectId, at: Instant) -> Option<CampaignId> {
        let memberships = self.people.get(*self.by_prospect.get(&prospect)?)?;
        let own = memberships.iter().find(|membership| membership.prospect == prospect)?;
        let others = memberships
            .iter()
            .filter(|membership| membership.prospect != prospect && (membership.is_taken || !membership.is_skipped));
        before(self.standing(own, at)?, others.filter_map(|membership| self.standing(membership, at)))
    }

    /// A message is handed out to a prospect at an instant: the campaign takes the person, unless another one has them.
    pub(crate) fn take(&mut self, prospect: ProspectId, at: Instant) {
        let Some(person) = self.by_prospect.get(&prospect).copied() else { return };
        let Some(memberships) = self.people.get(person) else { return };
        let has_them = |membership: &Membership| membership.is_taken && self.standing(membership, at).is_some();
        if memberships.iter().any(has_them) {
            return;
        }
        for membership in self.people.get_mut(person).into_iter().flatten() {
            membership.is_taken = membership.prospect == prospect;
        }
    }

    /// A prospect is skipped.
    pub(crate) fn skip(&mut self, prospect: ProspectId) {
        let person = self.by_prospect.get(&prospect).and_then(|person| self.people.get_mut(*person));
        if let Some(membership) = person.into_iter().flatten().find(|membership| membership.prospect == prospect) {
            membership.is_skipped = true;
        }
    }

    /// A campaign is active no longer than until an instant.
    pub(crate) fn end(&mut self, campaign: CampaignId, until: Instant) {
        if let Some(activity) = self.campaigns.get_mut(&campaign) {
            activity.until = Some(until);
        }
    }
}
