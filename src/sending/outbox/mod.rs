//! The outbox: handing out messages that are due, and recording their outcomes (`docs/rules.md#claims`).

mod chain;
mod claim;
mod complete;
mod completed_task;
mod completion;
mod event_subject;
mod extend_release;
mod record_event;
mod request;

use serde::Serialize;

use crate::campaign::{self, CampaignStatus};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, ProspectId, TaskId, UserId};
use crate::people::bounced_address;
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::{self, SuppressionReason, SuppressionType};
use crate::sending::progress;
use crate::sending::reason::Reason;
use crate::sending::stats::{self, Tally};
use crate::sending::task::Task;
use crate::store::event::Change;
use crate::store::{Tx, or_corrupt};
use crate::time::Instant;
pub use completion::{CompleteTask, Completion, Outcome};
pub(crate) use record_event::unsubscribed;
pub use request::{ClaimDue, EventSubject, LatePolicy, RecordEvent, RecordedEventType};

/// The result of claiming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Claimed {
    /// The messages to send now, in this order.
    pub tasks: Vec<Task>,
    /// When to claim next: what [`next_due`](crate::Session::next_due) returns after this claim; now, if there is more.
    pub next_due_at: Option<Instant>,
    /// Whether the same claim at the same instant would hand out more: `max` or the bound of 16 MiB of text cut it short.
    pub more: bool,
    /// What is due and was not handed out, of the messages that this claim looked at: it looks again at what waits when that
    /// may go, and no sooner.
    pub held_back: Vec<HeldBack>,
}

/// Messages that a claim looked at, that are due, and that it did not hand out for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HeldBack {
    /// What prevents them.
    pub reason: Reason,
    /// Their sender; none for first messages, which have none so far.
    pub account_id: Option<AccountId>,
    /// To how many prospects they are.
    pub prospects: u32,
}

/// When to claim next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NextDue {
    /// The first instant at which a claim would change something; none if nothing will happen by itself.
    pub next_due_at: Option<Instant>,
}

/// The result of completing a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reported {
    /// Whether it changed anything: the same report again does not.
    pub changed: bool,
    /// The status of the prospect now.
    pub prospect_status: ProspectStatus,
    /// The status of its campaign now.
    pub campaign_status: CampaignStatus,
}

/// The result of completing several tasks.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CompletedTasks {
    /// The outcome of each, in the order of the request.
    pub outcomes: Vec<CompletedTask>,
}

/// The result of completing one of several tasks.
#[derive(Debug)]
pub struct CompletedTask {
    /// The task.
    pub task_id: TaskId,
    /// What [`complete`](crate::Session::complete) returned for it.
    pub result: Result<Reported>,
}

/// The result of recording an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EventReported {
    /// Whether it changed anything: the same event again does not.
    pub changed: bool,
    /// The status of the prospect now; none for an event of an address or a profile, which several prospects may have.
    pub prospect_status: Option<ProspectStatus>,
    /// The status of its campaign now.
    pub campaign_status: Option<CampaignStatus>,
    /// The prospects that it concerns, in the order in which they were added: one, but for an address or a profile.
    pub prospects: Vec<ReportedProspect>,
}

/// A prospect that an event concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReportedProspect {
    /// The prospect.
    pub id: ProspectId,
    /// Whether the event changed it.
    pub changed: bool,
}

/// The result of extending a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Extended {
    /// When the lease ends.
    pub leased_until: Instant,
}

/// Records that prospects became final, or went on, without a message.
pub(in crate::sending) fn record_closed(tx: &Tx<'_>, user: UserId, campaign: CampaignId, tally: &Tally) -> Result<()> {
    if *tally == Tally::default() {
        return Ok(());
    }
    tx.record(user, Change::ProspectsClosed { campaign_id: campaign })?;
    store_tally(tx, user, campaign, tally)
}

/// Remembers that something which was sent to a prospect came back: an import of the address reports that, and where it
/// does not exist, it is suppressed.
fn remember_bounce(tx: &mut Tx<'_>, user: UserId, id: ProspectId, permanent: bool) -> Result<()> {
    let (campaign, _) = or_corrupt(prospect::rows::status(tx, user, id)?)?;
    let channel = or_corrupt(campaign::rows::channel(tx, user, campaign)?)?;
    let identity = or_corrupt(prospect::rows::identity(tx, id)?)?;
    if channel == Channel::Email {
        bounced_address::rows::insert(tx, user, &identity)?;
    }
    if permanent {
        suppression::add(tx, user, SuppressionType::of_person(channel), identity, SuppressionReason::Bounced)?;
    }
    Ok(())
}

/// Stores what changed in a campaign, and completes it if nobody is left to contact.
fn store_tally(tx: &Tx<'_>, user: UserId, id: CampaignId, tally: &Tally) -> Result<()> {
    stats::rows::add(tx, id, tally)?;
    if progress::rows::has_any(tx, id)? {
        return Ok(());
    }
    match campaign::rows::find(tx, user, id)? {
        Some(mut campaign) => campaign::complete_if_over(tx, &mut campaign),
        None => Ok(()),
    }
}
