//! Sequences: the steps of a campaign in order, the last of which is always `end`.

pub(crate) mod rows;

use serde::{Serialize, Serializer};

use crate::channel::Channel;
use crate::id::{CampaignId, NodeId};

/// One step of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceNode {
    /// Identifies the node.
    pub id: NodeId,
    /// What the step does.
    pub step: Step,
}

/// What a sequence node does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Invites to connect on LinkedIn, with an optional note.
    ConnectionRequest {
        /// The note, a template (SPEC §7).
        body: Option<String>,
    },
    /// Sends a LinkedIn message.
    Message {
        /// The text, a template (SPEC §7).
        body: String,
    },
    /// Sends an email.
    Email {
        /// The subject, a template (SPEC §7).
        subject: String,
        /// The text, a template (SPEC §7).
        body: String,
        /// Whether it answers in the thread of the email before.
        is_reply: bool,
    },
    /// Waits.
    Delay {
        /// Calendar days.
        days: u32,
        /// Elapsed hours.
        hours: u32,
        /// Elapsed minutes.
        minutes: u32,
    },
    /// Ends the sequence.
    End,
}

impl Step {
    /// The steps of a new campaign (SPEC §2).
    pub(crate) fn seed(channel: Channel) -> [Self; 2] {
        let first = match channel {
            Channel::Email => Self::Email { subject: String::new(), body: String::new(), is_reply: false },
            Channel::Linkedin => Self::ConnectionRequest { body: None },
        };
        [first, Self::End]
    }
}

/// One step of a campaign.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SequenceNode"))]
pub(crate) struct NodeShape<'a> {
    /// Identifies the node.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub(crate) id: NodeId,
    /// The campaign that it is a step of.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub(crate) campaign_id: CampaignId,
    /// Its place in the sequence, from 0.
    pub(crate) position: u32,
    #[serde(flatten)]
    pub(crate) step: StepShape<'a>,
}

/// The part of a sequence node that depends on what it does.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Step"))]
pub(crate) enum StepShape<'a> {
    /// Invites to connect on LinkedIn, with an optional note.
    ConnectionRequest {
        /// The note, a template.
        body: Option<&'a str>,
    },
    /// Sends a LinkedIn message.
    Message {
        /// The text, a template.
        body: &'a str,
    },
    /// Sends an email.
    Email {
        /// The subject, a template.
        subject: &'a str,
        /// The text, a template.
        body: &'a str,
        /// Whether it answers in the thread of the email before.
        is_reply: bool,
    },
    /// Waits.
    Delay {
        /// Calendar days.
        delay_days: u32,
        /// Elapsed hours.
        delay_hours: u32,
        /// Elapsed minutes.
        delay_minutes: u32,
    },
    /// Ends the sequence.
    End,
}

impl<'a> From<&'a Step> for StepShape<'a> {
    fn from(step: &'a Step) -> Self {
        match step {
            Step::ConnectionRequest { body } => Self::ConnectionRequest { body: body.as_deref() },
            Step::Message { body } => Self::Message { body },
            Step::Email { subject, body, is_reply } => Self::Email { subject, body, is_reply: *is_reply },
            Step::Delay { days, hours, minutes } => {
                Self::Delay { delay_days: *days, delay_hours: *hours, delay_minutes: *minutes }
            }
            Step::End => Self::End,
        }
    }
}

/// Serializes the nodes of one campaign.
pub(crate) struct Nodes<'a> {
    pub(crate) campaign: CampaignId,
    pub(crate) nodes: &'a [SequenceNode],
}

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..).zip(self.nodes).map(|(position, node)| NodeShape {
            id: node.id,
            campaign_id: self.campaign,
            position,
            step: StepShape::from(&node.step),
        }))
    }
}
