//! Sequences: the steps of a campaign in order, the last of which is always `end`.

mod request;
pub(crate) mod rows;
mod variant;

use serde::Serialize;

use crate::channel::Channel;
use crate::error::{Error, Result};
use crate::id::NodeId;
use crate::request::result_size::TextSize;
use crate::request::setters::Nullable;
use crate::store::Tx;
pub(crate) use request::{GivenNode, is_body, is_subject, read_body, read_nodes, read_subject};
pub use request::{InsertNode, MoveNode, NewNode, ReviseNode, UpdateNode};
pub(crate) use variant::identified;
pub use variant::{NewVariant, Variant};

/// One step of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceNode {
    /// Identifies the node.
    pub id: NodeId,
    /// What the step does.
    pub step: Step,
    /// Texts of an email or a LinkedIn message of which each person is sent one, instead of that of the step; none where all
    /// are sent the same.
    pub variants: Vec<Variant>,
}

/// The bytes that a node takes beside its texts.
const NODE: usize = 300;

impl TextSize for SequenceNode {
    fn text_size(&self) -> usize {
        let texts = match &self.step {
            Step::ConnectionRequest { body } => body.text_size(),
            Step::Message { body } => body.len(),
            Step::Email { subject, body, .. } => subject.len() + body.len(),
            Step::Delay { .. } | Step::End => 0,
        };
        NODE + texts + self.variants.iter().map(TextSize::text_size).sum::<usize>()
    }
}

/// What a sequence node does.
///
/// Serializes with its `type` and the fields that a node of this type has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Step {
    /// Invites to connect on LinkedIn, with an optional note.
    ConnectionRequest {
        /// The note, a template (`docs/rules.md#templates`).
        body: Option<String>,
    },
    /// Sends a LinkedIn message.
    Message {
        /// The text, a template (`docs/rules.md#templates`).
        body: String,
    },
    /// Sends an email.
    Email {
        /// The subject, a template (`docs/rules.md#templates`).
        subject: String,
        /// The text, a template (`docs/rules.md#templates`).
        body: String,
        /// Whether it is a reply in the thread of the email before.
        is_reply: bool,
        /// Whether it goes as text alone, without HTML (`docs/rules.md#html`).
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional))]
        text_only: bool,
    },
    /// Waits.
    Delay {
        /// Calendar days.
        #[serde(rename = "delay_days")]
        days: u32,
        /// Elapsed hours.
        #[serde(rename = "delay_hours")]
        hours: u32,
        /// Elapsed minutes.
        #[serde(rename = "delay_minutes")]
        minutes: u32,
    },
    /// Ends the sequence.
    End,
}

/// Shorter ways to write steps, for [`UpdateCampaign::sequence_nodes`](crate::UpdateCampaign::sequence_nodes).
impl Step {
    /// Sends an email in a thread of its own.
    pub fn email(subject: impl Into<String>, body: impl Into<String>) -> Self {
        Self::Email { subject: subject.into(), body: body.into(), is_reply: false, text_only: false }
    }

    /// Sends an email in the thread of the one before, under its subject.
    pub fn reply(body: impl Into<String>) -> Self {
        Self::Email { subject: String::new(), body: body.into(), is_reply: true, text_only: false }
    }

    /// Invites to connect on LinkedIn, with this note or with `None`.
    pub fn connection_request(note: impl Nullable<String>) -> Self {
        Self::ConnectionRequest { body: note.nullable() }
    }

    /// Sends a LinkedIn message.
    pub fn message(body: impl Into<String>) -> Self {
        Self::Message { body: body.into() }
    }

    /// Waits for calendar days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self::Delay { days, hours: 0, minutes: 0 }
    }

    /// Waits for hours.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        Self::Delay { days: 0, hours, minutes: 0 }
    }

    /// Waits for minutes.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self::Delay { days: 0, hours: 0, minutes }
    }
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

    /// Whether it invites to connect, of which a sequence has at most one.
    const fn is_request(&self) -> bool {
        matches!(self, Self::ConnectionRequest { .. })
    }

    /// Whether it sends a message.
    pub(crate) const fn is_sendable(&self) -> bool {
        matches!(self, Self::ConnectionRequest { .. } | Self::Message { .. } | Self::Email { .. })
    }

    /// The steps of a new campaign (`docs/rules.md#creating-a-campaign`).
    pub(crate) fn seed(channel: Channel) -> [Self; 2] {
        let first = match channel {
            Channel::Email => Self::email("", ""),
            Channel::Linkedin => Self::ConnectionRequest { body: None },
        };
        [first, Self::End]
    }
}

/// The place of a node in its sequence; never of the end, which no operation may touch.
fn place_of(nodes: &[SequenceNode], id: NodeId) -> Result<usize> {
    let place = nodes.iter().position(|node| node.id == id).ok_or(Error::NodeNotFound)?;
    if place + 1 == nodes.len() { Err(Error::EndFixed) } else { Ok(place) }
}

/// Replaces everything before the end. A node that carries the id of one that was there keeps it, and so do its variants.
pub(crate) fn replace(tx: &mut Tx<'_>, nodes: &mut Vec<SequenceNode>, given: Vec<GivenNode>) -> Result<()> {
    let Some(end) = nodes.pop() else { return Ok(()) };
    let known = std::mem::take(nodes);
    for GivenNode { id, step, variants } in given {
        let known = known.iter().find(|known| Some(known.id) == id);
        let id = known.map_or_else(|| tx.new_id(), |known| Ok(known.id))?;
        let variants = identified(tx, variants, known.map_or(&[], |known| &known.variants))?;
        nodes.push(SequenceNode { id, step, variants });
    }
    nodes.push(end);
    Ok(())
}

/// Puts a node into a place before the end, by default the last of these.
pub(crate) fn insert(nodes: &mut Vec<SequenceNode>, position: Option<usize>, node: SequenceNode) {
    let last = nodes.len().saturating_sub(1);
    nodes.insert(position.unwrap_or(last).min(last), node);
}

/// A node that is not the end, with its place.
pub(crate) fn find(nodes: &[SequenceNode], id: NodeId) -> Result<(usize, &SequenceNode)> {
    let place = place_of(nodes, id)?;
    nodes.get(place).map(|node| (place, node)).ok_or(Error::NodeNotFound)
}

/// Changes what a node does, and its variants where some are given; never the end.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    nodes: &mut [SequenceNode],
    id: NodeId,
    step: Step,
    variants: Option<Vec<NewVariant>>,
) -> Result<()> {
    let place = place_of(nodes, id)?;
    let node = nodes.get_mut(place).ok_or(Error::NodeNotFound)?;
    node.step = step;
    if let Some(given) = variants {
        node.variants = identified(tx, given, &node.variants)?;
    }
    Ok(())
}

/// Takes a node out of its sequence; never the end.
pub(crate) fn take(nodes: &mut Vec<SequenceNode>, id: NodeId) -> Result<SequenceNode> {
    let place = place_of(nodes, id)?;
    Ok(nodes.remove(place))
}
