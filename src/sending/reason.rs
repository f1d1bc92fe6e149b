//! The reasons that `explain` gives, and claims in `held_back`; the scheduler finds those that prevent a message.

use serde::Serialize;

/// Why a prospect is sent nothing at present, or that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Reason {
    /// Nothing prevents it: a claim hands the message out.
    Due,
    /// The message is handed out, and not completed yet.
    Claimed,
    /// The person belongs to another LinkedIn campaign, and this campaign skips such people.
    HeldByCampaign,
    /// The person is held: nothing is sent to them for some time, or until they are released.
    HeldUntil,
    /// Sending from the account failed for several people: it rests, and is then tried with one message.
    SenderFailing,
    /// The time zone of the campaign's hours, or the user's, is not one that this version knows.
    UnknownTimeZone,
    /// Nothing of the user goes on this date.
    BlackoutDate,
    /// The account, or the campaign, does not send at this time.
    OutsideHours,
    /// The campaign sent all that it may on this day, or keeps the room that is left for follow-ups.
    CampaignDailyLimit,
    /// The account sent all that it may on this day, or keeps the room that is left for follow-ups.
    AccountDailyLimit,
    /// The same, while the account's limit grows.
    AccountRampUp,
    /// The account sent all that it may in seven days.
    AccountWeeklyLimit,
    /// The account sent another message just before.
    AccountGap,
    /// The invitation is not accepted yet.
    AwaitingAcceptance,
    /// The delay in the sequence is not over.
    DelayNotElapsed,
    /// Sending failed, or was deferred, and is tried again after a pause.
    RetryLater,
    /// No sender is connected, or one lacks a value that the messages need.
    SenderNotReady,
    /// The message has a variable without a value, or is too long.
    MessageUnresolved,
    /// The message has the unsubscribe link, and no claim named one since it is due.
    UnsubscribeUrlMissing,
    /// The campaign is paused.
    Paused,
    /// The campaign is a draft.
    Draft,
    /// Nothing more will happen: the prospect is final, is suppressed, or waited until it was over.
    Final,
}

/// Prints the word for it on every wire.
impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}
