//! Sequences: the steps of a campaign in order, the last of which is always `end`.

pub(crate) mod rows;

use serde::ser::{Serialize, SerializeStruct, Serializer};

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
    /// The `type` of a node that does this.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::ConnectionRequest { .. } => "connection_request",
            Self::Message { .. } => "message",
            Self::Email { .. } => "email",
            Self::Delay { .. } => "delay",
            Self::End => "end",
        }
    }

    /// The steps of a new campaign (SPEC §2).
    pub(crate) fn seed(channel: Channel) -> [Self; 2] {
        let first = match channel {
            Channel::Email => Self::Email { subject: String::new(), body: String::new(), is_reply: false },
            Channel::Linkedin => Self::ConnectionRequest { body: None },
        };
        [first, Self::End]
    }
}

/// Serializes the nodes of one campaign.
pub(crate) struct Nodes<'a> {
    pub(crate) campaign: CampaignId,
    pub(crate) nodes: &'a [SequenceNode],
}

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = |(position, node)| Place { campaign: self.campaign, position, node };
        serializer.collect_seq((0..).zip(self.nodes).map(place))
    }
}

/// A node in its place.
struct Place<'a> {
    campaign: CampaignId,
    position: u32,
    node: &'a SequenceNode,
}

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("SequenceNode", 7)?;
        shape.serialize_field("id", &self.node.id)?;
        shape.serialize_field("campaign_id", &self.campaign)?;
        shape.serialize_field("position", &self.position)?;
        shape.serialize_field("type", self.node.step.word())?;
        match &self.node.step {
            Step::ConnectionRequest { body } => shape.serialize_field("body", body)?,
            Step::Message { body } => shape.serialize_field("body", body)?,
            Step::Email { subject, body, is_reply } => {
                shape.serialize_field("subject", subject)?;
                shape.serialize_field("body", body)?;
                shape.serialize_field("is_reply", is_reply)?;
            }
            Step::Delay { days, hours, minutes } => {
                shape.serialize_field("delay_days", days)?;
                shape.serialize_field("delay_hours", hours)?;
                shape.serialize_field("delay_minutes", minutes)?;
            }
            Step::End => {}
        }
        shape.end()
    }
}
