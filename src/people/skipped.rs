//! The people that an active campaign must not contact.

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

/// Who must not be contacted if the campaign becomes active at an instant, in the order in which they were added.
pub(crate) fn skipped(snapshot: &Snapshot<'_>, campaign: &Campaign, now: Instant) -> Result<Vec<Skipped>> {
    let (user, channel) = (campaign.user_id, campaign.settings.channel());
    let suppressed = suppression::rows::among_prospects(snapshot, user, campaign.id, channel)?;
    let others = if campaign.skips_other_campaigns() { overlap::others(snapshot, campaign, now)? } else { Vec::new() };
    let mut skipped = Vec::with_capacity(suppressed.len() + others.len());
    let others = others.into_iter().map(|(prospect_id, other)| Skipped { prospect_id, campaign_id: Some(other) });
    let mut others = others.peekable();
    for prospect_id in suppressed {
        skipped.extend(std::iter::from_fn(|| others.next_if(|other| other.prospect_id < prospect_id)));
        // Of someone who is both, the suppression counts.
        others.next_if(|other| other.prospect_id == prospect_id);
        skipped.push(Skipped { prospect_id, campaign_id: None });
    }
    skipped.extend(others);
    Ok(skipped)
}

/// The most skipped prospects in one result: about 13 MB.
const SKIPPED_MAX: usize = 100_000;

/// The skipped prospects that a result lists, and how many more there are.
pub(crate) fn told(mut skipped: Vec<Skipped>) -> (Vec<Skipped>, Option<u32>) {
    let more = u32::try_from(skipped.len().saturating_sub(SKIPPED_MAX)).unwrap_or(u32::MAX);
    skipped.truncate(SKIPPED_MAX);
    (skipped, Some(more).filter(|more| *more > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Id, ProspectId};

    #[test]
    fn an_answer_tells_of_100_000_skipped_prospects_and_counts_the_rest() {
        let skipped = Skipped { prospect_id: ProspectId::from_uuid(uuid::Uuid::nil()), campaign_id: None };
        for (all, more) in [(0, None), (100_000, None), (100_001, Some(1)), (250_000, Some(150_000))] {
            let (told, counted) = told(vec![skipped; all]);
            assert_eq!((told.len(), counted), (all.min(100_000), more));
        }
    }
}
