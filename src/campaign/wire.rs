//! The wire shape of a campaign (SPEC §2).

use serde::{Serialize, Serializer};

use super::{Campaign, Settings, StatusWord};
use crate::id::{AccountId, CampaignId, UserId};
use crate::schedule::Schedule;
use crate::sequence::Nodes;
use crate::time::Instant;

/// A named outreach over one channel. Fields of the other channel are `null`.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Campaign"))]
pub(crate) struct CampaignShape<'a> {
    /// Identifies the campaign.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    id: CampaignId,
    /// Whose it is.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    user_id: UserId,
    /// Its name: 1–255 characters, unique among the user's campaigns.
    name: &'a str,
    /// How far it has come.
    status: StatusWord,
    /// The accounts that it sends from, without duplicates, in the order given.
    #[cfg_attr(feature = "typescript", ts(type = "Array<string>"))]
    sender_account_ids: &'a [AccountId],
    #[serde(flatten)]
    settings: SettingsShape<'a>,
    /// Its figures once it runs.
    stats: (),
    /// Counts its changes, from 1.
    revision: u32,
    /// When it was created, as RFC 3339.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    created_at: Instant,
    /// When it was last changed, as RFC 3339.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    updated_at: Instant,
    /// When it was launched, as RFC 3339.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    launched_at: Option<Instant>,
    /// When it was completed, as RFC 3339.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    completed_at: Option<Instant>,
    /// Its steps in order; the last is `end`.
    #[cfg_attr(feature = "typescript", ts(as = "Vec<crate::sequence::NodeShape<'static>>"))]
    sequence_nodes: Nodes<'a>,
}

/// The part of a campaign that depends on its channel.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CampaignSettings"))]
pub(crate) enum SettingsShape<'a> {
    /// An email campaign.
    Email {
        /// Messages per day across all senders: 1–500.
        daily_limit: u16,
        /// Whether a reply ends the prospect.
        stop_on_reply: bool,
        /// Whether tasks carry a tracking-pixel token.
        open_tracking: bool,
        /// The template that follows the body of each email.
        signature: &'a str,
        /// Only LinkedIn campaigns have it.
        skip_other_campaigns: (),
        /// Only LinkedIn campaigns have them.
        operating_hours: (),
    },
    /// A LinkedIn campaign.
    Linkedin {
        /// Only email campaigns have one.
        daily_limit: (),
        /// Only email campaigns have it.
        stop_on_reply: (),
        /// Only email campaigns have it.
        open_tracking: (),
        /// Only email campaigns have one.
        signature: (),
        /// Whether launching skips prospects that are in another active LinkedIn campaign of the user.
        skip_other_campaigns: bool,
        /// When the campaign may act; `time_zone` null follows the user's.
        #[cfg_attr(feature = "typescript", ts(as = "crate::schedule::ScheduleShape"))]
        operating_hours: &'a Schedule,
    },
}

impl Serialize for Campaign {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CampaignShape {
            id: self.id,
            user_id: self.user_id,
            name: self.name.as_str(),
            status: self.status.word(),
            sender_account_ids: &self.sender_account_ids,
            settings: match &self.settings {
                Settings::Email(email) => SettingsShape::Email {
                    daily_limit: email.daily_limit,
                    stop_on_reply: email.stop_on_reply,
                    open_tracking: email.open_tracking,
                    signature: &email.signature,
                    skip_other_campaigns: (),
                    operating_hours: (),
                },
                Settings::Linkedin(linkedin) => SettingsShape::Linkedin {
                    daily_limit: (),
                    stop_on_reply: (),
                    open_tracking: (),
                    signature: (),
                    skip_other_campaigns: linkedin.skip_other_campaigns,
                    operating_hours: &linkedin.operating_hours,
                },
            },
            stats: (),
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
            launched_at: self.status.launched_at(),
            completed_at: self.status.completed_at(),
            sequence_nodes: Nodes { campaign: self.id, nodes: &self.sequence_nodes },
        }
        .serialize(serializer)
    }
}
