//! Plans, forecasts and explanations of what will be sent (`docs/rules.md#plans-and-forecasts`), by the scheduler that
//! claims.

mod describe;
mod explain;
mod ops;
mod projection;
mod request;
mod shape;

use serde::Serialize;

use crate::id::{AccountId, NodeId, ProspectId};
use crate::request::answer::TextSize;
use crate::sending::task::TaskType;
use crate::time::Instant;
pub(crate) use request::Planned;
pub use request::{ParsedPlanQuery, PlanQuery};

/// The messages that will be sent, if every message is sent when it is due and nobody replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Plan {
    /// The messages, in the order in which they will be claimed.
    pub tasks: Vec<PlannedTask>,
    /// Continues the plan after the last message; `null` when these are all.
    pub next_cursor: Option<String>,
}

/// A message that will be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTask {
    /// The recipient.
    pub prospect_id: ProspectId,
    /// The node that will send it.
    pub node_id: NodeId,
    /// The place of the node in the sequence, from 0.
    pub position: u16,
    /// What it sends.
    pub kind: TaskType,
    /// The sender.
    pub account_id: AccountId,
    /// When it will be sent.
    pub at: Instant,
    /// The offset of local time from UTC then, in seconds.
    pub offset_seconds: i32,
    /// The subject of an email; none while something in it is unresolved, or it is too long.
    pub subject: Option<String>,
}

impl PlannedTask {
    /// The wall-clock time with its offset, as RFC 3339.
    #[must_use]
    pub fn local_time(&self) -> String {
        local_time(self.at, self.offset_seconds)
    }
}

/// The bytes that a message takes beside its subject.
const TASK: usize = 400;

impl TextSize for PlannedTask {
    fn text_size(&self) -> usize {
        TASK + self.subject.text_size()
    }
}

fn local_time(at: Instant, offset_seconds: i32) -> String {
    let (sign, offset) = if offset_seconds < 0 { ('-', -offset_seconds) } else { ('+', offset_seconds) };
    let local = at.plus_ms(i64::from(offset_seconds) * 1_000).to_string();
    let local = local.strip_suffix('Z').unwrap_or(&local);
    format!("{local}{sign}{:02}:{:02}", offset / 3_600, offset / 60 % 60)
}

/// How many messages will be sent on which day, if every message is sent when it is due and nobody replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Forecast {
    /// The days on which something will be sent, in order.
    pub days: Vec<ForecastDay>,
    /// How many messages will be sent.
    pub messages: u64,
    /// The day of the last one, in the user's time zone; none if nothing will be sent.
    pub finish_date: Option<String>,
    /// How many prospects wait for an account that is not connected: they are sent nothing until it is connected or they are
    /// handed over.
    pub stuck: u32,
    /// How many later days there are that `days` has no room for; none where it has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub more_days: Option<u32>,
}

/// What will be sent on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForecastDay {
    /// The day in the user's time zone, as `YYYY-MM-DD`.
    pub date: String,
    /// How many messages.
    pub messages: u32,
    /// How many from each account, in the order of the campaign's senders; those that send none are left out.
    pub accounts: Vec<SentByAccount>,
}

/// What will be sent from an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SentByAccount {
    /// The account.
    pub account_id: AccountId,
    /// How many messages.
    pub messages: u32,
}

/// Why a prospect is sent nothing at present, or that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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
    /// The campaign does not act at this time.
    OutsideHours,
    /// The campaign sent all that it may on this day, or keeps the room that is left for follow-ups.
    CampaignDailyLimit,
    /// The account sent all that it may on this day, or keeps the room that is left for follow-ups.
    AccountDailyLimit,
    /// The account sent all that it may in seven days.
    AccountWeeklyLimit,
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

/// When a prospect will be sent something, and why not now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Why not now.
    pub reason: Reason,
    /// The first instant at which a claim hands the next message out, if all others are sent when they are due; none where
    /// that depends on an action of somebody.
    pub at: Option<Instant>,
    /// The offset of local time from UTC then, in seconds.
    pub offset_seconds: i32,
}
