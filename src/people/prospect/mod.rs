//! Prospects: the people enrolled in a campaign.

mod find;
mod listing;
mod ops;
mod request;
pub(crate) mod rows;
pub(crate) mod status;
pub(crate) mod stored;

use crate::id::{CampaignId, ProspectId};
use crate::people::person::Person;
use crate::request::result_size::{ROW, TextSize};
use crate::time::Instant;
pub use find::{FindBy, FindProspects};
pub(crate) use ops::{change, remove};
pub use request::{ListProspects, ProspectFilter, UpdateProspect};
pub use status::ProspectStatus;

/// A person enrolled in a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Identifies the prospect.
    pub id: ProspectId,
    /// The campaign that it is enrolled in.
    pub campaign_id: CampaignId,
    /// Its status.
    pub status: ProspectStatus,
    /// The person.
    pub person: Person,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl TextSize for Prospect {
    fn text_size(&self) -> usize {
        ROW + self.person.text_size()
    }
}

/// A page of prospects.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProspectPage {
    /// The prospects.
    pub prospects: Vec<Prospect>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
    /// How many there are on all pages, where the request asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub total: Option<u32>,
}
