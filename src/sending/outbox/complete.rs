//! Taking back what became of a task.

use super::request::{Completion, Outcome};
use super::{Reported, settle};
use crate::campaign;
use crate::error::{Error, Result, or_bug};
use crate::id::{ProspectId, TaskId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::request::Request;
use crate::sending::counts::{Count, Tally};
use crate::sending::queue::{self, Progress, end};
use crate::sending::scheduler::load::route;
use crate::sending::task::rows::Stored;
use crate::sending::task::{self, TaskStatus, TaskType};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Snapshot, Tx, known};
use crate::user;

/// How often a message is tried before the prospect is cancelled.
const ATTEMPTS_MAX: u32 = 8;

/// After the first failure it waits a minute, then twice as long each time.
const FIRST_PAUSE_MS: i64 = 60_000;

impl Session<'_> {
    /// Records what became of a task: it was sent, it failed (and is tried again after a pause that grows from 1 to 64
    /// minutes, 8 times at most, where that is of use; otherwise the prospect is cancelled), or it bounced.
    ///
    /// A task whose lease ran out can still be completed as long as its message was not handed out again. The same outcome
    /// again changes nothing.
    ///
    /// # Errors
    /// `task_not_found`; `task_completed` if something else became of it; `lease_lost` if its message was handed out again;
    /// `invalid_input`.
    pub fn complete(&mut self, task: impl Request<TaskId>, outcome: impl Request<Completion>) -> Result<Reported> {
        let id = task.parse()?;
        let Completion { outcome, now } = outcome.parse()?;
        self.write_at(now, |tx, user| {
            let task = task::rows::find(tx, user, id)?.ok_or(Error::TaskNotFound)?;
            let status = match outcome {
                Outcome::Sent => TaskStatus::Sent,
                Outcome::Failed { .. } => TaskStatus::Failed,
                Outcome::Bounced => TaskStatus::Bounced,
            };
            match task.status {
                TaskStatus::Claimed => {}
                TaskStatus::Lost => return Err(Error::LeaseLost),
                before if before == status => return reported(tx, user, task.prospect, false),
                _ => return Err(Error::TaskCompleted),
            }
            task::rows::set_status(tx, id, status)?;
            let mut tally = Tally::default();
            if status != TaskStatus::Failed {
                tally = tally.counted(Count::MessagesSent);
            }
            // No progress: the prospect became final while the task was handed out.
            if let Some(progress) = queue::rows::find(tx, task.prospect)?.filter(|found| found.task == Some(id)) {
                match outcome {
                    Outcome::Sent => sent(tx, user, &task, progress, &mut tally)?,
                    Outcome::Bounced => {
                        end(tx, user, task.prospect, ProspectStatus::Bounced, &mut tally)?;
                        let (prospect_id, campaign_id) = (task.prospect, task.campaign);
                        tx.record(user, Change::ProspectBounced { prospect_id, campaign_id })?;
                    }
                    Outcome::Failed { retryable: true } if progress.failures < ATTEMPTS_MAX - 1 => {
                        let ready = tx.now().plus_ms(FIRST_PAUSE_MS << progress.failures);
                        let failures = progress.failures + 1;
                        queue::rows::update(tx, &Progress { ready, failures, task: None, ..progress })?;
                    }
                    Outcome::Failed { .. } => end(tx, user, task.prospect, ProspectStatus::Cancelled, &mut tally)?,
                }
            }
            tx.record(user, Change::TaskCompleted { task_id: id, campaign_id: task.campaign })?;
            settle(tx, user, task.campaign, &tally)?;
            reported(tx, user, task.prospect, true)
        })
    }
}

/// Lets a prospect go on after a message.
fn sent(tx: &Tx<'_>, user: UserId, task: &Stored, progress: Progress, tally: &mut Tally) -> Result<()> {
    let owner = or_bug(user::rows::find(tx, user)?)?;
    let campaign = known(campaign::rows::find(tx, user, task.campaign)?)?;
    let (_, from) = known(prospect::rows::status(tx, user, task.prospect)?)?;
    let next = route(&owner, &campaign)?.after(progress.position, tx.now(), progress.is_connected);
    let to = match task.kind {
        TaskType::Email => ProspectStatus::Sent,
        TaskType::ConnectionRequest if progress.is_connected => ProspectStatus::Connected,
        TaskType::ConnectionRequest => ProspectStatus::ConnectionSent,
        TaskType::Message => ProspectStatus::MessageSent,
    };
    if queue::go_on(tx, progress, next, from, tally)? && to != from {
        queue::mark(tx, task.prospect, from, to, tally)?;
    }
    Ok(())
}

/// How a prospect and its campaign stand now.
pub(super) fn reported(snapshot: &Snapshot<'_>, user: UserId, id: ProspectId, changed: bool) -> Result<Reported> {
    let (campaign, prospect_status) = known(prospect::rows::status(snapshot, user, id)?)?;
    let campaign_status = or_bug(campaign::rows::status(snapshot, campaign)?)?;
    Ok(Reported { changed, prospect_status, campaign_status })
}
