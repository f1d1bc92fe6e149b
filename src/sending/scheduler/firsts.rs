//! The order of first messages, with which campaigns take turns (`docs/rules.md#order`).

use crate::id::CampaignId;
use crate::time::Instant;

/// Orders campaigns by who is next with a first message: the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seniority {
    /// The number of its last one, over all campaigns; none where it had none.
    pub(crate) last: Option<i64>,
    pub(crate) launched: Instant,
    pub(crate) campaign: CampaignId,
}
