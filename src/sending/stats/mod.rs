//! The stats of a launched campaign: counts of its prospects and messages, kept in the table `tally`. What counts in the limits
//! of senders is read from the tasks (`limit_usage/rows.rs`).

pub(crate) mod rows;

use serde::Serialize;

use crate::people::prospect::ProspectStatus;
use crate::request::Choice as _;

/// The counts of a launched campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Stats {
    /// How many prospects it has.
    pub prospects: u32,
    /// Of these, those that were sent nothing yet.
    pub pending: u32,
    /// Those that were sent an email and will be sent more.
    pub sent: u32,
    /// Those that were sent an invitation.
    pub connection_sent: u32,
    /// Those that accepted it.
    pub connected: u32,
    /// Those that were sent a LinkedIn message and will be sent more.
    pub message_sent: u32,
    /// Those that replied.
    pub replied: u32,
    /// Those whose message bounced.
    pub bounced: u32,
    /// Those that were sent everything.
    pub completed: u32,
    /// Those that did not accept the invitation in time.
    pub timed_out: u32,
    /// Those that were cancelled.
    pub cancelled: u32,
    /// Those that were skipped.
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

impl Stats {
    /// How many are not final.
    pub(crate) const fn open(&self) -> u32 {
        self.pending + self.sent + self.connection_sent + self.connected + self.message_sent
    }
}

/// The counts beside those of the statuses of prospects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    MessagesSent,
    Opened,
    Accepted,
    Replies,
    Unsubscribed,
}

const STATUSES: usize = ProspectStatus::WORDS.len();

/// A change of a tally: by the order of the statuses, then of [`Count`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally([i64; STATUSES + Count::Unsubscribed as usize + 1]);

impl Tally {
    fn bump(&mut self, index: usize, by: i64) {
        if let Some(count) = self.0.get_mut(index) {
            *count += by;
        }
    }

    /// This number of prospects joined, or left, with a status.
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
        self.bump(STATUSES + count as usize, 1);
        self
    }
}
