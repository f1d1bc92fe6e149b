//! The SQL of the column of marks.

use super::Mark;
use crate::error::Result;
use crate::id::{ProspectId, TaskId};
use crate::store::Tx;

/// Marks a task.
pub(crate) fn set(tx: &Tx<'_>, id: TaskId, mark: Mark) -> Result<()> {
    tx.statement("UPDATE task SET marks = marks | ?2 WHERE id = ?1")?.execute((id, mark.bit()))?;
    Ok(())
}

/// Marks the last message that was sent to a prospect, or may have been, if there is one.
pub(crate) fn set_last(tx: &Tx<'_>, prospect: ProspectId, mark: Mark) -> Result<()> {
    tx.statement(
        "UPDATE task SET marks = marks | ?2 WHERE id = (
                 SELECT id FROM task
                 WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND (?3 = 0 OR type = 'connection_request')
                 ORDER BY at_ms DESC LIMIT 1)",
    )?
    .execute((prospect, mark.bit(), mark.is_of_invitations()))?;
    Ok(())
}

/// Takes back that the messages of a prospect were given up or not accepted in time: it is tried again.
pub(crate) fn take_back(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    let bits = Mark::GivenUp.bit() | Mark::TimedOut.bit();
    tx.statement("UPDATE task SET marks = marks & ~?2 WHERE prospect_id = ?1 AND marks & ?2 <> 0")?
        .execute((prospect, bits))?;
    Ok(())
}
