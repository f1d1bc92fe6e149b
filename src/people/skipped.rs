//! Who must not be contacted by a campaign that runs.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{overlap, suppression};
use crate::campaign::Campaign;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId};
use crate::store::Snapshot;
use crate::time::Instant;

/// A prospect who is not contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The prospect.
    pub prospect_id: ProspectId,
    /// The active campaign to which it belongs; none for one that is suppressed.
    pub campaign_id: Option<CampaignId>,
}

impl Serialize for Skipped {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("Skipped", 3)?;
        shape.serialize_field("prospect_id", &self.prospect_id)?;
        shape.serialize_field("reason", if self.campaign_id.is_some() { "other_campaign" } else { "suppressed" })?;
        shape.serialize_field("campaign_id", &self.campaign_id)?;
        shape.end()
    }
}

/// Who must not be contacted if the campaign becomes active at an instant, in the order in which they were added.
pub(crate) fn skipped(snapshot: &Snapshot<'_>, campaign: &Campaign, now: Instant) -> Result<Vec<Skipped>> {
    let (user, channel) = (campaign.user_id, campaign.settings.channel());
    let suppressed = suppression::rows::among_prospects(snapshot, user, campaign.id, channel)?;
    let others = if campaign.skips_other_campaigns() { overlap::others(snapshot, campaign, now)? } else { Vec::new() };
    let suppressed = suppressed.into_iter().map(|prospect_id| Skipped { prospect_id, campaign_id: None });
    let others = others.into_iter().map(|(prospect_id, other)| Skipped { prospect_id, campaign_id: Some(other) });
    // Stable: of someone who is both, what comes first is the suppression.
    let mut skipped: Vec<Skipped> = suppressed.chain(others).collect();
    skipped.sort_by_key(|skipped| skipped.prospect_id);
    skipped.dedup_by_key(|skipped| skipped.prospect_id);
    Ok(skipped)
}
