//! The shapes of what is planned.

use serde::Serialize;

use super::{Explained, PlannedTask, Reason, local_time};
use crate::id::{AccountId, NodeId, ProspectId};
use crate::sending::task::TaskType;
use crate::shape::serializes_as;
use crate::time::Instant;

/// A message that will be sent.
#[derive(Serialize)]
#[serde(rename = "PlannedTask")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct PlannedShape<'a> {
    /// The recipient.
    prospect_id: ProspectId,
    /// The node that will send it.
    node_id: NodeId,
    /// The place of the node in the sequence, from 0.
    position: u16,
    /// What it sends.
    r#type: TaskType,
    /// The sender.
    account_id: AccountId,
    /// When, as RFC 3339 in UTC.
    at: Instant,
    /// The wall-clock time then with its offset, as RFC 3339.
    local_time: String,
    /// The subject of an email; `null` while something in it is unresolved.
    subject: Option<&'a str>,
}

serializes_as!(PlannedTask, PlannedShape<'_>);

impl<'a> From<&'a PlannedTask> for PlannedShape<'a> {
    fn from(task: &'a PlannedTask) -> Self {
        Self {
            prospect_id: task.prospect_id,
            node_id: task.node_id,
            position: task.position,
            r#type: task.kind,
            account_id: task.account_id,
            at: task.at,
            local_time: task.local_time(),
            subject: task.subject.as_deref(),
        }
    }
}

/// When a prospect will be sent something, and why not now.
#[derive(Serialize)]
#[serde(rename = "Explained")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct ExplainedShape {
    /// Why not now.
    reason: Reason,
    /// The first instant at which a claim hands the next message out, if all others are sent when they are due, as RFC
    /// 3339 in UTC; `null` where that depends on an action of somebody.
    at: Option<Instant>,
    /// The wall-clock time then in the user's time zone with its offset, as RFC 3339.
    local_time: Option<String>,
}

serializes_as!(Explained, ExplainedShape);

impl From<&Explained> for ExplainedShape {
    fn from(explained: &Explained) -> Self {
        Self {
            reason: explained.reason,
            at: explained.at,
            local_time: explained.at.map(|at| local_time(at, explained.offset_seconds)),
        }
    }
}
