//! Tasks that were claimed ahead for one person, each to be sent after another (`docs/rules.md#claiming-ahead`).

use super::{TaskStatus, rows};
use crate::error::Result;
use crate::id::TaskId;
use crate::sending::failing_sender;
use crate::store::{Snapshot, Tx};

/// The tasks up to one, the last one first, each with its status.
fn up_to(snapshot: &Snapshot<'_>, last: TaskId) -> Result<Vec<(TaskId, TaskStatus)>> {
    let mut statement = snapshot.statement(
        "WITH RECURSIVE chain (id, after_id, status) AS (
             SELECT id, after_id, status FROM task WHERE id = ?1
             UNION SELECT task.id, task.after_id, task.status FROM chain JOIN task ON task.id = chain.after_id)
         SELECT id, status FROM chain",
    )?;
    statement.all((last,), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Whether a task is to be sent before another one.
pub(crate) fn is_before(snapshot: &Snapshot<'_>, task: TaskId, last: TaskId) -> Result<bool> {
    Ok(task != last && up_to(snapshot, last)?.iter().any(|(id, _)| *id == task))
}

/// The first task whose outcome is not known of those that are to be sent before another one, and after what was sent.
pub(crate) fn first_unfinished(snapshot: &Snapshot<'_>, last: TaskId) -> Result<Option<TaskId>> {
    let mut first = None;
    for (id, status) in up_to(snapshot, last)?.into_iter().skip(1) {
        match status {
            TaskStatus::Claimed => first = Some(id),
            TaskStatus::Sent | TaskStatus::Bounced => break,
            TaskStatus::Failed | TaskStatus::Lost | TaskStatus::Deferred => {}
        }
    }
    Ok(first)
}

/// Whether something was sent of the tasks after one, up to the last.
pub(crate) fn was_sent_after(snapshot: &Snapshot<'_>, task: TaskId, last: TaskId) -> Result<bool> {
    let mut after = up_to(snapshot, last)?.into_iter().take_while(|(id, _)| *id != task);
    Ok(after.any(|(_, status)| status == TaskStatus::Sent))
}

/// Gives up the tasks after one, or all, up to the last, whose outcome is not known, with their places in the limits.
pub(crate) fn lose_after(tx: &Tx<'_>, task: Option<TaskId>, last: TaskId) -> Result<()> {
    let after = up_to(tx, last)?.into_iter().take_while(|(id, _)| Some(*id) != task);
    for (id, _) in after.filter(|(_, status)| *status == TaskStatus::Claimed) {
        rows::set_status(tx, id, TaskStatus::Lost)?;
        rows::leave_place(tx, id)?;
        failing_sender::learned_nothing(tx, id)?;
    }
    Ok(())
}
