//! Extending leases and releasing tasks.

use super::complete::complete;
use super::completion::Outcome;
use super::request::Extension;
use super::{Extended, Reported};
use crate::error::{Error, Result};
use crate::id::{TaskId, UserId};
use crate::request::Request;
use crate::sending::failing_sender;
use crate::sending::progress::{self, Progress};
use crate::sending::task::rows::StoredTask;
use crate::sending::task::{self, TaskStatus, chain};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Snapshot, Tx};

impl Session<'_> {
    /// Extends the lease of a task to 1–86,400 seconds from now, or from when it is to be sent if that is later, also one whose lease ran out as long as its message
    /// was not handed out again. A host that sends slowly keeps its tasks this way.
    ///
    /// # Errors
    /// `task_not_found`; `task_completed` if its outcome is known; `lease_lost` if its message was handed out again,
    /// or its prospect became final; `invalid_input`.
    pub fn extend_lease(&mut self, task: impl Request<TaskId>, lease_seconds: impl Request<u32>) -> Result<Extended> {
        let id = task.parse()?;
        let Extension(lease_ms) = lease_seconds.parse()?;
        self.write(|tx, user| extend(tx, user, id, lease_ms))
    }

    /// Extends the leases of several tasks in one transaction, each as [`extend_lease`](Self::extend_lease) does. Returns
    /// those whose lease is gone for good.
    #[cfg(feature = "shared")]
    pub(crate) fn extend_leases(&mut self, tasks: &[TaskId], lease_seconds: u32) -> Result<Vec<TaskId>> {
        let Extension(lease_ms) = lease_seconds.parse()?;
        self.write(|tx, user| {
            let mut gone = Vec::new();
            for id in tasks {
                match extend(tx, user, *id, lease_ms) {
                    // These are found before anything is changed.
                    Err(Error::TaskNotFound | Error::TaskCompleted | Error::LeaseLost) => gone.push(*id),
                    extended => drop(extended?),
                }
            }
            Ok(gone)
        })
    }

    /// Whether a task is to be sent: it is leased, and its prospect has not become final.
    #[cfg(feature = "shared")]
    pub(crate) fn is_leased(&mut self, id: TaskId) -> Result<bool> {
        let now = self.now();
        self.read(|snapshot, user| {
            let task = task::rows::find(snapshot, user, id)?.filter(|task| task.status == TaskStatus::Claimed);
            let Some(task) = task else { return Ok(false) };
            Ok(holder(snapshot, &task)?.is_some_and(|progress| progress.is_leased(now)))
        })
    }

    /// Releases a task that was not tried: its message may be handed out again at once, with its sender and its key, and
    /// counts towards no limit. The same as completing it as deferred until now.
    ///
    /// # Errors
    /// As of [`complete`](Self::complete).
    pub fn release_task(&mut self, task: impl Request<TaskId>) -> Result<Reported> {
        let id = task.parse()?;
        self.write(|tx, user| {
            let retry_at = Some(tx.now());
            complete(tx, user, id, &Outcome::Deferred { retry_at }.into())
        })
    }
}

/// Where a prospect stands to whom a task is handed out, or one after it that was claimed ahead with it.
fn holder(snapshot: &Snapshot<'_>, task: &StoredTask) -> Result<Option<Progress>> {
    let Some(progress) = progress::rows::find(snapshot, task.prospect)? else { return Ok(None) };
    let is_its = match progress.task {
        Some(last) => last == task.id || chain::is_before(snapshot, task.id, last)?,
        None => false,
    };
    Ok(Some(progress).filter(|_| is_its))
}

fn extend(tx: &mut Tx<'_>, user: UserId, id: TaskId, lease_ms: i64) -> Result<Extended> {
    let task = task::rows::find(tx, user, id)?.ok_or(Error::TaskNotFound)?;
    match task.status {
        TaskStatus::Claimed => {}
        TaskStatus::Lost => return Err(Error::LeaseLost),
        _ => return Err(Error::TaskCompleted),
    }
    let progress = holder(tx, &task)?.ok_or(Error::LeaseLost)?;
    let leased_until = task.send_at.map_or(tx.now(), |send_at| send_at.max(tx.now())).plus_ms(lease_ms);
    let is_last = progress.task == Some(id);
    let ready = if is_last { leased_until } else { progress.ready.max(leased_until) };
    progress::rows::update(tx, &Progress { ready, ..progress })?;
    failing_sender::extended(tx, id, leased_until)?;
    tx.record(user, Change::LeaseExtended { task_id: id, campaign_id: task.campaign })?;
    Ok(Extended { leased_until })
}
