//! Marks of tasks: what followed a message that was handed out, which reports count (`docs/rules.md#reports`).

pub(crate) mod rows;

use super::rows::StoredTask;

/// What followed a message: a bit of the column `marks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The prospect replied.
    Replied = 1,
    /// The prospect unsubscribed.
    Unsubscribed = 2,
    /// The prospect complained.
    Complained = 4,
    /// The invitation was accepted.
    Accepted = 8,
    /// The invitation was not accepted in time.
    TimedOut = 16,
    /// It failed and is not tried again.
    GivenUp = 32,
    /// It came back after it was sent.
    Bounced = 64,
}

impl Mark {
    /// The bit of the column.
    pub(crate) const fn bit(self) -> u32 {
        self as u32
    }

    /// Whether it follows invitations only.
    const fn is_of_invitations(self) -> bool {
        matches!(self, Self::Accepted | Self::TimedOut)
    }
}

impl StoredTask {
    /// Whether it was sent, whatever its host says. What else may follow a message may follow one before it.
    pub(crate) const fn is_known_sent(&self) -> bool {
        self.marks & Mark::Accepted.bit() != 0 || self.opened_at.is_some()
    }
}
