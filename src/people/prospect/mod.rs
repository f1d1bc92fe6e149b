//! Prospects: the people enrolled in a campaign.

mod ops;
mod request;
pub(crate) mod rows;
pub(crate) mod stored;

use crate::channel::Channel;
use crate::id::{CampaignId, ProspectId};
use crate::people::person::Person;
use crate::request::result_size::{ROW, TextSize};
use crate::time::Instant;
pub(crate) use ops::change;
pub use request::{ListProspects, ProspectFilter, ProspectUpdate, UpdateProspect};

/// The status of a prospect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ProspectStatus {
    /// Nothing was sent yet.
    Pending,
    /// An email was sent.
    Sent,
    /// An invitation was sent.
    ConnectionSent,
    /// The invitation was accepted.
    Connected,
    /// A LinkedIn message was sent.
    MessageSent,
    /// Final: the prospect replied.
    Replied,
    /// Final: a message to them came back.
    Bounced,
    /// Final: everything was sent.
    Completed,
    /// Final: the invitation was not accepted in time.
    TimedOut,
    /// Final: cancelled.
    Cancelled,
    /// Final: not contacted any more, being suppressed or held by another campaign.
    Skipped,
}

crate::request::choice::words!(ProspectStatus {
    Pending = "pending",
    Sent = "sent",
    ConnectionSent = "connection_sent",
    Connected = "connected",
    MessageSent = "message_sent",
    Replied = "replied",
    Bounced = "bounced",
    Completed = "completed",
    TimedOut = "timed_out",
    Cancelled = "cancelled",
    Skipped = "skipped",
});

impl ProspectStatus {
    /// Whether nothing more will happen to the prospect (`docs/rules.md#prospects`).
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Sent | Self::ConnectionSent | Self::Connected | Self::MessageSent => false,
            Self::Replied | Self::Bounced | Self::Completed | Self::TimedOut | Self::Cancelled | Self::Skipped => true,
        }
    }

    /// Whether a prospect of this channel can have it.
    const fn is_of(self, channel: Channel) -> bool {
        match self {
            Self::Sent => matches!(channel, Channel::Email),
            Self::ConnectionSent | Self::Connected | Self::MessageSent | Self::TimedOut => {
                matches!(channel, Channel::Linkedin)
            }
            _ => true,
        }
    }
}

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

/// A page of prospects, in the order in which they were added.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProspectPage {
    /// The prospects.
    pub prospects: Vec<Prospect>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}
