//! Plans, forecasts and explanations of what will be sent (`docs/rules.md#plans-and-forecasts`), by the scheduler that
//! claims.

mod describe;
mod explain;
mod gather;
mod ops;
mod projection;
mod request;
mod shape;

use serde::Serialize;

use crate::id::{AccountId, NodeId, ProspectId};
use crate::request::result_size::TextSize;
use crate::sending::reason::Reason;
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
    /// What keeps other messages that are due on this day from going: `campaign_daily_limit`, or of the senders
    /// `account_daily_limit`, `account_ramp_up`, `account_weekly_limit`, or `outside_hours`, where their hours and gaps leave
    /// no time; none where all go.
    pub limit: Option<Reason>,
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
