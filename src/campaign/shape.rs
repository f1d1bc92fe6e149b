//! The shape of a campaign and of its nodes (`docs/rules.md#campaigns`).

use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use super::{Campaign, CampaignStatus};
use crate::campaign::schedule::Schedule;
use crate::campaign::sequence::{SequenceNode, Step, Variant};
use crate::channel::Channel;
use crate::id::{AccountId, CampaignId, NodeId, UserId};
use crate::request::name::Name;
use crate::sending::stats::Stats;
use crate::shape::{channel_shape, serializes_as};
use crate::time::Instant;

channel_shape! {
    /// A named outreach over one channel. Fields of the other channel are `null`.
    struct CampaignShape<'a> as "Campaign" {
        /// Identifies the campaign.
        id: CampaignId,
        /// The user that it belongs to.
        user_id: UserId,
        /// Its channel.
        r#type: Channel = "\"email\"" | "\"linkedin\"",
        /// Its name: 1–255 characters, unique among the user's campaigns.
        name: &'a Name,
        /// Its status.
        status: CampaignStatus,
        /// The accounts that it sends from, without duplicates, in the order given.
        sender_account_ids: &'a [AccountId],
        /// Messages per day across all senders.
        daily_limit: email u16,
        /// Whether a reply ends the prospect.
        stop_on_reply: email bool,
        /// Whether tasks carry a tracking-pixel token.
        open_tracking: email bool,
        /// The template that follows the body of each email.
        signature: email &'a str,
        /// Whether launching skips prospects that are in another active LinkedIn campaign of the user.
        skip_other_campaigns: linkedin bool,
        /// When the campaign may act; `time_zone` null follows the user's.
        operating_hours: linkedin &'a Schedule,
        /// Whether it stays active when everyone in it is final, and waits for others.
        stay_open: bool,
        /// After how many minutes a follow-up that could not go in its hours is late: 1–10,080.
        late_after_minutes: u32,
        /// Whether messages go in the hours and on the dates of the time zone of their prospect, where they have one.
        follow_prospect_zone: bool,
        /// Its figures since it was launched.
        stats: Option<&'a Stats>,
        /// Counts its changes, from 1.
        revision: u32,
        /// When it was created, as RFC 3339.
        created_at: Instant,
        /// When it was last changed, as RFC 3339.
        updated_at: Instant,
        /// When it was launched, as RFC 3339.
        launched_at: Option<Instant>,
        /// When it was completed, as RFC 3339.
        completed_at: Option<Instant>,
        /// Its steps in order; the last is `end`.
        sequence_nodes: Nodes<'a>,
    }
}

serializes_as!(Campaign, CampaignShape<'_>);

impl<'a> From<&'a Campaign> for CampaignShape<'a> {
    fn from(campaign: &'a Campaign) -> Self {
        let (email, linkedin) = (campaign.settings.email(), campaign.settings.linkedin());
        Self {
            id: campaign.id,
            user_id: campaign.user_id,
            r#type: campaign.settings.channel(),
            name: &campaign.name,
            status: campaign.status(),
            sender_account_ids: &campaign.sender_account_ids,
            daily_limit: email.map(|email| email.daily_limit),
            stop_on_reply: email.map(|email| email.stop_on_reply),
            open_tracking: email.map(|email| email.open_tracking),
            signature: email.map(|email| email.signature.as_str()),
            skip_other_campaigns: linkedin.map(|linkedin| linkedin.skip_other_campaigns),
            operating_hours: linkedin.map(|linkedin| &linkedin.operating_hours),
            stay_open: campaign.stay_open,
            late_after_minutes: campaign.late_after_minutes,
            follow_prospect_zone: campaign.follow_prospect_zone,
            stats: campaign.stats.as_ref(),
            revision: campaign.revision,
            created_at: campaign.created_at,
            updated_at: campaign.updated_at,
            launched_at: campaign.status.launched_at(),
            completed_at: campaign.status.completed_at(),
            sequence_nodes: Nodes { campaign_id: campaign.id, nodes: &campaign.sequence_nodes },
        }
    }
}

/// The nodes of a campaign, which do not know their places themselves.
struct Nodes<'a> {
    campaign_id: CampaignId,
    nodes: &'a [SequenceNode],
}

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nodes = (0..).zip(self.nodes);
        serializer.collect_seq(nodes.map(|(position, node)| NodeShape::new(self.campaign_id, position, node)))
    }
}

#[cfg(feature = "typescript")]
crate::shape::is_declared_as!(Nodes<'_>, Vec<NodeShape<'_>>);

/// One step of a campaign.
#[derive(Serialize)]
#[serde(rename = "SequenceNode")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(crate) struct NodeShape<'a> {
    /// Identifies the node.
    id: NodeId,
    /// The campaign that it is a step of.
    campaign_id: CampaignId,
    /// Its place in the sequence, from 0.
    position: u32,
    // What it does: declared as the union that it is, and serialized by the fields below.
    #[serde(skip_serializing)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    step: PhantomData<Step>,
    #[cfg_attr(feature = "typescript", ts(skip))]
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    body: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    is_reply: Option<bool>,
    // Only where it is: a node that says nothing of it is one that older versions know.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    text_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    delay_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    delay_hours: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    delay_minutes: Option<u32>,
    /// The texts of an email or a message of which each person is sent one, instead of that of the node; absent where all are
    /// sent the same.
    #[serde(skip_serializing_if = "<[Variant]>::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<Variant>>", optional))]
    variants: &'a [Variant],
}

impl<'a> NodeShape<'a> {
    fn new(campaign_id: CampaignId, position: u32, node: &'a SequenceNode) -> Self {
        let end = Self {
            id: node.id,
            campaign_id,
            position,
            step: PhantomData,
            r#type: node.step.word(),
            subject: None,
            body: None,
            is_reply: None,
            text_only: false,
            delay_days: None,
            delay_hours: None,
            delay_minutes: None,
            variants: &node.variants,
        };
        match &node.step {
            Step::ConnectionRequest { body } => Self { body: Some(body.as_deref()), ..end },
            Step::Message { body } => Self { body: Some(Some(body)), ..end },
            Step::Email { subject, body, is_reply, text_only } => Self {
                subject: Some(subject),
                body: Some(Some(body)),
                is_reply: Some(*is_reply),
                text_only: *text_only,
                ..end
            },
            Step::Delay { days, hours, minutes } => {
                Self { delay_days: Some(*days), delay_hours: Some(*hours), delay_minutes: Some(*minutes), ..end }
            }
            Step::End => end,
        }
    }
}
