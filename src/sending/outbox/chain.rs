//! Puts a person back to an earlier one of the messages that were claimed ahead for them (`docs/rules.md#claiming-ahead`).

use crate::campaign::Campaign;
use crate::error::Result;
use crate::sending::progress::{Progress, QueueKey, SenderQueue};
use crate::sending::task::rows::StoredTask;
use crate::sending::task::{self, TaskStatus, chain};
use crate::store::{Tx, or_corrupt};

/// Where a person stands to whom a task is handed out, when those after it are given up.
pub(super) fn back_to(tx: &Tx<'_>, campaign: &Campaign, task: &StoredTask, progress: Progress) -> Result<Progress> {
    if let Some(last) = progress.task {
        chain::lose_after(tx, Some(task.id), last)?;
    }
    let sender = or_corrupt(progress.sender)?;
    let handed = task::rows::of_prospect(tx, task.prospect)?;
    Ok(Progress {
        lane: QueueKey::bound(SenderQueue::Handed, sender, task.kind),
        position: or_corrupt(campaign.position(task.node))?,
        failures: task.failures.unwrap_or(0),
        first_failed: None,
        task: Some(task.id),
        place: task.at,
        is_first: handed.iter().all(|handed| handed.status != TaskStatus::Sent) && task.after.is_none(),
        is_unresolved: false,
        ..progress
    })
}
