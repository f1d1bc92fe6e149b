//! Campaigns: a named outreach over one channel, from a draft to its end.

mod copy;
mod fingerprint;
mod listing;
mod ops;
mod request;
pub(crate) mod rows;
pub(crate) mod schedule;
pub(crate) mod sequence;
mod shape;
mod update_ops;
mod update_request;

use serde::Serialize;

use crate::campaign::schedule::Schedule;
use crate::campaign::sequence::{SequenceNode, Step};
use crate::channel::Channel;
use crate::id::{AccountId, CampaignId, NodeId, UserId};
use crate::request::name::Name;
use crate::request::notice::{Notice, Notices};
use crate::request::result_size::{ROW, TextSize};
use crate::request::setters::setters;
use crate::sending::stats::Stats;
use crate::time::Instant;
pub use copy::CloneCampaign;
pub(crate) use copy::copy;
use fingerprint::ClientMade;
pub(crate) use ops::{add_sender, complete_if_over, remove_next, reopen, set_status};
pub(crate) use request::CampaignFilter;
pub use request::{CreateCampaign, ListCampaigns, NewChannel, NewEmail, Parsed};
#[cfg(feature = "typescript")]
pub(crate) use shape::NodeShape;
pub use update_request::UpdateCampaign;

/// The status of a campaign, with its instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was not launched yet and can be edited.
    Draft,
    /// It is running.
    Active {
        /// When it was launched.
        launched_at: Instant,
    },
    /// It is paused.
    Paused {
        /// When it was launched.
        launched_at: Instant,
    },
    /// Nothing is left to do.
    Completed {
        /// When it was launched.
        launched_at: Instant,
        /// When its last prospect became final.
        completed_at: Instant,
    },
}

impl Status {
    /// The word for it, without its instants.
    #[must_use]
    pub const fn word(self) -> CampaignStatus {
        match self {
            Self::Draft => CampaignStatus::Draft,
            Self::Active { .. } => CampaignStatus::Active,
            Self::Paused { .. } => CampaignStatus::Paused,
            Self::Completed { .. } => CampaignStatus::Completed,
        }
    }

    /// When the campaign was launched, if it was.
    #[must_use]
    pub const fn launched_at(self) -> Option<Instant> {
        match self {
            Self::Draft => None,
            Self::Active { launched_at } | Self::Paused { launched_at } | Self::Completed { launched_at, .. } => {
                Some(launched_at)
            }
        }
    }

    /// When the campaign was completed, if it was.
    #[must_use]
    pub const fn completed_at(self) -> Option<Instant> {
        match self {
            Self::Completed { completed_at, .. } => Some(completed_at),
            _ => None,
        }
    }
}

/// Prints the [word](Status::word).
impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.word().fmt(f)
    }
}

/// The `status` of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum CampaignStatus {
    /// It was not launched yet and can be edited.
    Draft,
    /// It is running.
    Active,
    /// It is paused.
    Paused,
    /// Nothing is left to do.
    Completed,
}

crate::request::choice::words!(CampaignStatus { Draft = "draft", Active = "active", Paused = "paused", Completed = "completed" });

/// The settings of an email campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailSettings {
    pub(crate) daily_limit: u16,
    /// Whether a reply ends the prospect.
    pub stop_on_reply: bool,
    /// Whether tasks carry a tracking-pixel token.
    pub open_tracking: bool,
    pub(crate) signature: String,
}

impl EmailSettings {
    /// Messages per day across all senders, within [`DAILY_LIMIT`](crate::bounds::DAILY_LIMIT).
    #[must_use]
    pub const fn daily_limit(&self) -> u16 {
        self.daily_limit
    }

    /// The template that follows the body of each email: at most 10,000 characters.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }
}

/// The settings of a LinkedIn campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NewLinkedin"))]
pub struct LinkedinSettings {
    /// Whether it skips people who belong to another active LinkedIn campaign of the user; by default it does.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub skip_other_campaigns: bool,
    /// When the campaign may act; by default Monday to Friday from 09:00 to 17:00 in the user's time zone.
    #[cfg_attr(feature = "typescript", ts(as = "Option<crate::typescript::NewSchedule>", optional = nullable))]
    pub operating_hours: Schedule,
}

setters!(LinkedinSettings {
    plain skip_other_campaigns: bool;
    plain operating_hours: Schedule;
});

impl Default for LinkedinSettings {
    /// Skips prospects of other campaigns; Monday to Friday from 09:00 to 17:00 in the user's time zone
    /// (`docs/rules.md#creating-a-campaign`).
    fn default() -> Self {
        Self { skip_other_campaigns: true, operating_hours: Schedule::default() }
    }
}

/// The channel of a campaign, with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// An email campaign.
    Email(EmailSettings),
    /// A LinkedIn campaign.
    Linkedin(LinkedinSettings),
}

impl Settings {
    /// The settings of an email campaign.
    #[must_use]
    pub const fn email(&self) -> Option<&EmailSettings> {
        match self {
            Self::Email(email) => Some(email),
            Self::Linkedin(_) => None,
        }
    }

    /// The settings of a LinkedIn campaign.
    #[must_use]
    pub const fn linkedin(&self) -> Option<&LinkedinSettings> {
        match self {
            Self::Email(_) => None,
            Self::Linkedin(linkedin) => Some(linkedin),
        }
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Linkedin(_) => Channel::Linkedin,
        }
    }
}

/// A named outreach over one channel.
///
/// Serializes to the shape of `docs/rules.md#campaigns`, in which the fields of the other channel are `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Identifies the campaign.
    pub id: CampaignId,
    /// The user that it belongs to.
    pub user_id: UserId,
    /// Its name, unique among the user's campaigns.
    pub name: Name,
    /// Its status.
    pub status: Status,
    /// Its channel with its settings.
    pub settings: Settings,
    /// The accounts that it sends from, without duplicates, in the order given.
    pub sender_account_ids: Vec<AccountId>,
    /// Whether it stays active when everyone in it is final, and waits for others.
    pub stay_open: bool,
    /// After how many minutes a follow-up that could not go in its hours is late.
    pub late_after_minutes: u32,
    /// Whether messages go in the hours and on the dates of the time zone of their prospect, where they have one.
    pub follow_prospect_zone: bool,
    /// Its steps in order; the last is `end`.
    pub sequence_nodes: Vec<SequenceNode>,
    /// Its results so far; none for a draft.
    pub stats: Option<Stats>,
    /// Counts its changes, from 1.
    pub revision: u32,
    /// When it was created.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl TextSize for Campaign {
    fn text_size(&self) -> usize {
        let signature = self.settings.email().map_or(0, |email| email.signature.len());
        let nodes = self.sequence_nodes.iter().map(TextSize::text_size).sum::<usize>();
        ROW + self.name.as_str().len() + signature + nodes
    }
}

/// A request to create a campaign, in types that cannot be wrong; whether the senders exist is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCampaignRequest {
    pub(crate) client_made: Option<ClientMade>,
    pub(crate) name: Name,
    /// Each with its index in the request.
    pub(crate) senders: Vec<(usize, AccountId)>,
    pub(crate) settings: Settings,
    pub(crate) stay_open: bool,
    pub(crate) late_after_minutes: u32,
    pub(crate) follow_prospect_zone: bool,
}

impl Campaign {
    /// A draft with its seeded sequence (`docs/rules.md#creating-a-campaign`).
    fn draft(id: CampaignId, user: UserId, request: NewCampaignRequest, node_ids: [NodeId; 2], now: Instant) -> Self {
        let steps = Step::seed(request.settings.channel());
        Self {
            id,
            user_id: user,
            name: request.name,
            status: Status::Draft,
            settings: request.settings,
            sender_account_ids: request.senders.into_iter().map(|(_, id)| id).collect(),
            stay_open: request.stay_open,
            late_after_minutes: request.late_after_minutes,
            follow_prospect_zone: request.follow_prospect_zone,
            sequence_nodes: node_ids
                .into_iter()
                .zip(steps)
                .map(|(id, step)| SequenceNode { id, step, variants: Vec::new() })
                .collect(),
            stats: None,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Its status without instants: `{}` prints it as the wire has it, such as `active`.
    #[must_use]
    pub const fn status(&self) -> CampaignStatus {
        self.status.word()
    }

    /// Whether it leaves those alone who belong to another active LinkedIn campaign (`docs/rules.md#overlap`).
    pub(crate) fn skips_other_campaigns(&self) -> bool {
        self.settings.linkedin().is_some_and(|linkedin| linkedin.skip_other_campaigns)
    }

    /// The place of a node in the sequence.
    pub(crate) fn position(&self, node: NodeId) -> Option<u16> {
        let place = self.sequence_nodes.iter().position(|known| known.id == node)?;
        u16::try_from(place).ok()
    }

    /// Counts a change.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.revision = self.revision.saturating_add(1);
        self.updated_at = now;
    }
}

/// The result of creating a campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Created {
    /// The campaign as it is now.
    pub campaign: Campaign,
    /// Fields that the engine ignored or adjusted; at most 20.
    pub notices: Vec<Notice>,
    /// How many notices there are beyond those, where there are more.
    #[serde(skip_serializing_if = "crate::error::issues::is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional))]
    pub more_notices: u32,
}

impl Created {
    fn of(campaign: Campaign, notices: Notices) -> Self {
        Self { campaign, notices: notices.told, more_notices: notices.more }
    }
}

/// The result of changing a campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Updated {
    /// The campaign as it is now.
    pub campaign: Campaign,
    /// Fields that the engine ignored or adjusted; at most 20.
    pub notices: Vec<Notice>,
    /// How many notices there are beyond those, where there are more.
    #[serde(skip_serializing_if = "crate::error::issues::is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional))]
    pub more_notices: u32,
}

/// A page of campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CampaignPage {
    /// The campaigns.
    pub campaigns: Vec<Campaign>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
    /// How many there are on all pages, where the request asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub total: Option<u32>,
}
