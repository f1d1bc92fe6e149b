//! The tally of a launched campaign: what became of its prospects and messages so far.

pub(crate) mod rows;

use serde::Serialize;

use crate::people::prospect::ProspectStatus;

/// What became of a launched campaign so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Stats {
    /// How many prospects it has.
    pub prospects: u32,
    /// Of these, to whom nothing was sent yet.
    pub pending: u32,
    /// To whom an email was sent and more will be.
    pub sent: u32,
    /// Whom an invitation was sent.
    pub connection_sent: u32,
    /// Who accepted it.
    pub connected: u32,
    /// To whom a LinkedIn message was sent and more will be.
    pub message_sent: u32,
    /// Who ended with a reply.
    pub replied: u32,
    /// Whose address does not exist.
    pub bounced: u32,
    /// To whom everything was sent.
    pub completed: u32,
    /// Who did not accept the invitation in time.
    pub timed_out: u32,
    /// Who was called off.
    pub cancelled: u32,
    /// Who was skipped.
    pub skipped: u32,
    /// How many messages were sent.
    pub messages_sent: u32,
    /// How many of them were opened, as far as that is known.
    pub opened: u32,
    /// How many invitations were accepted.
    pub accepted: u32,
    /// How many replies came.
    pub replies: u32,
    /// How many unsubscribed.
    pub unsubscribed: u32,
}

/// What is counted beside the statuses of prospects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    MessagesSent,
    Opened,
    Accepted,
    Replies,
    Unsubscribed,
}

/// A change of a tally: by the order of the statuses, then of [`Count`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally([i64; 16]);

impl Tally {
    fn bump(&mut self, index: usize, by: i64) {
        if let Some(count) = self.0.get_mut(index) {
            *count += by;
        }
    }

    /// So many prospects joined, or left, with a status.
    pub(crate) fn joined(mut self, status: ProspectStatus, prospects: i64) -> Self {
        self.bump(status as usize, prospects);
        self
    }

    /// A prospect has another status.
    pub(crate) fn moved(self, from: ProspectStatus, to: ProspectStatus) -> Self {
        self.joined(from, -1).joined(to, 1)
    }

    /// One more of something.
    pub(crate) fn counted(mut self, count: Count) -> Self {
        self.bump(ProspectStatus::Skipped as usize + 1 + count as usize, 1);
        self
    }
}
