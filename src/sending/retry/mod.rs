//! Retrying prospects that are final (`docs/rules.md#retries`).

mod ops;
mod request;

use serde::Serialize;

use crate::campaign::Campaign;
use crate::error::Result;
use crate::id::{AccountId, ProspectId};
use crate::people::prospect::ProspectStatus;
use crate::people::skipped::Skipped;
use crate::sending::handover::moved;
use crate::sending::progress::{Next, Progress, QueueKey, Route, ZoneNumber, status_after};
use crate::sending::task::TaskStatus;
use crate::sending::task::rows::HandedOut;
use crate::time::Instant;
pub use request::{Retry, RetryProspects, RetryStatus};

/// The result of retrying prospects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Retried {
    /// The campaign: active again, if it was completed and somebody continues.
    pub campaign: Campaign,
    /// How many prospects continue.
    pub retried: u32,
    /// The prospects that cannot, in the order in which they were added; at most 100,000 of them.
    pub skipped: Vec<Skipped>,
    /// How many more cannot; none where `skipped` has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub more_skipped: Option<u32>,
}

/// What happened to a prospect before it became final.
struct History<'p> {
    /// In the order in which it was handed out.
    handed: &'p [HandedOut],
    was_connected: bool,
}

impl History<'_> {
    /// What was sent, each with its place in the sequence.
    fn sent(&self, campaign: &Campaign) -> impl DoubleEndedIterator<Item = (u16, &HandedOut)> {
        let sent = self.handed.iter().filter(|handed| handed.status == TaskStatus::Sent);
        sent.filter_map(|handed| Some((campaign.position(handed.node)?, handed)))
    }

    /// A message that bounced was seen by its provider: another one needs another key.
    fn generation(&self) -> u32 {
        let last = self.handed.iter().map(|handed| handed.generation).max().unwrap_or_default();
        let bounced = |handed: &HandedOut| handed.generation == last && handed.status == TaskStatus::Bounced;
        last + u32::from(self.handed.iter().any(bounced))
    }
}

/// A sender of a campaign, by its position in it, and whether it is another one than before.
#[derive(Clone, Copy)]
struct Successor {
    sender: u16,
    is_another: bool,
}

/// Where a prospect stands who goes on at an instant, and with which status; nowhere, where everything was sent. Someone who
/// was sent something has the sender that `successor` says.
fn put_back(
    prospect: ProspectId,
    campaign: &Campaign,
    (route, zone): (&Route, ZoneNumber),
    past: &History<'_>,
    now: Instant,
    successor: impl FnOnce(AccountId) -> Result<Successor>,
) -> Result<Option<(Progress, ProspectStatus)>> {
    let (is_connected, last) = (past.was_connected, past.sent(campaign).last());
    let successor = last.map(|(_, sent)| successor(sent.account)).transpose()?;
    let reached = past.sent(campaign).map(|(position, _)| position).max();
    let start = Progress {
        campaign: campaign.id,
        prospect,
        lane: QueueKey::Fresh,
        zone,
        ready: now,
        hold: None,
        position: last.map_or(0, |(position, _)| position),
        sender: successor.map(|successor| successor.sender),
        failures: 0,
        first_failed: None,
        task: None,
        place: None,
        is_first: last.is_none(),
        is_connected,
        is_unresolved: false,
        generation: past.generation(),
        // Someone who was handed over was invited again after other messages.
        resume: reached.map(|reached| reached.saturating_add(1)),
    };
    let (next, status) = match last {
        None if is_connected => (route.accepted(0, now), ProspectStatus::Connected),
        None => (route.first(now), ProspectStatus::Pending),
        Some((_, sent)) => {
            let status = status_after(sent.kind, is_connected);
            (start.after(route, sent.at.unwrap_or(now)), status)
        }
    };
    let next = match next {
        Next::Send { position, kind, due } => Next::Send { position, kind, due: due.max(now) },
        // A new wait.
        Next::Accept { .. } => start.after(route, now),
        end @ Next::End { .. } => end,
    };
    let Some(progress) = start.proceed(next, now) else { return Ok(None) };
    let progress = match successor.zip(last) {
        // A message of a sender before, and no acceptance by the present one.
        Some((Successor { sender, is_another }, (position, _)))
            if is_another || (route.invites(0..position) && !is_connected) =>
        {
            moved(progress, route, sender, reached, now)
        }
        _ => progress,
    };
    Ok(Some((progress, status)))
}
