//! The SQL of reports.

use crate::campaign;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, UserId};
use crate::sending::task::TaskStatus;
use crate::store::{Rows, Snapshot, Statement, row};
use crate::time::Instant;

row! {
    struct Columns as columns { campaign_id, status, marks, is_opened = "opened_ms IS NOT NULL" }
}

const AT: Columns<usize> = Columns::at(0);

/// The instant at which a task counts follows the columns.
const AT_INSTANT: usize = AT.is_opened + 1;

/// The tasks of an account that took place in a time. Of each type and status they are a range of an index that has all
/// these columns.
macro_rules! tasks {
    ($at:literal, $in_time:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", ",
            $at,
            " FROM task INDEXED BY task_of_account_by_claim
              WHERE account_id = ?1 AND type IN ('email', 'connection_request', 'message')
                AND status IN ('claimed', 'sent', 'failed', 'bounced', 'lost', 'deferred') AND ",
            $in_time
        )
    };
}

pub(super) const CLAIMED: &str = tasks!("claimed_ms", "claimed_ms >= ?2 AND claimed_ms < ?3");
pub(super) const BEFORE: &str = tasks!("at_ms", "claimed_ms IS NULL AND at_ms >= ?2 AND at_ms < ?3");

/// Every account of a user, those that were removed included.
pub(super) fn accounts(snapshot: &Snapshot<'_>, user: UserId) -> Result<Vec<AccountId>> {
    let mut statement = snapshot.statement("SELECT id FROM account INDEXED BY account_by_age WHERE user_id = ?1")?;
    statement.all((user,), |row| row.get(0))
}

/// The tasks of accounts that were claimed in a time: those of which that is known, or those of version 0.1, which count at
/// the instant at which they took their place in limits, if they kept it.
pub(super) struct Tasks<'s> {
    statement: Statement<'s>,
    /// The campaigns that nobody has any more.
    deleted: Vec<CampaignId>,
}

impl<'s> Tasks<'s> {
    pub(super) fn of(snapshot: &Snapshot<'s>, is_claim_known: bool) -> Result<Self> {
        let statement = snapshot.statement(if is_claim_known { CLAIMED } else { BEFORE })?;
        Ok(Self { statement, deleted: campaign::rows::deleted(snapshot)? })
    }

    pub(super) fn of_account(&mut self, account: AccountId, since: Instant, until: i64) -> Result<TaskRows<'_>> {
        Ok(TaskRows { rows: self.statement.query((account, since, until))?, deleted: &self.deleted })
    }
}

/// Tasks, one after the other.
pub(super) struct TaskRows<'r> {
    rows: Rows<'r>,
    deleted: &'r [CampaignId],
}

/// A task as a report counts it.
pub(super) struct Counted {
    pub(super) campaign: Option<CampaignId>,
    pub(super) at: Instant,
    pub(super) status: TaskStatus,
    pub(super) is_opened: bool,
    /// What followed it, as bits of [`Mark`](crate::sending::task::mark::Mark).
    pub(super) marks: u32,
}

impl TaskRows<'_> {
    pub(super) fn next(&mut self) -> Result<Option<Counted>> {
        let Some(row) = self.rows.next()? else { return Ok(None) };
        let campaign: Option<CampaignId> = row.get(AT.campaign_id)?;
        Ok(Some(Counted {
            campaign: campaign.filter(|id| !self.deleted.contains(id)),
            at: row.get(AT_INSTANT)?,
            status: row.get(AT.status)?,
            is_opened: row.get(AT.is_opened)?,
            marks: row.get(AT.marks)?,
        }))
    }
}
