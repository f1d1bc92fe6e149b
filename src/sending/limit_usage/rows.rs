//! The SQL that counts tasks.

use crate::campaign::schedule::Span;
use crate::error::Result;
use crate::id::{AccountId, CampaignId};
use crate::sending::task::TaskType;
use crate::store::Snapshot;
use crate::time::Instant;

/// How many messages of a campaign count on a day.
pub(crate) fn count_of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId, day: Span) -> Result<u32> {
    let mut statement =
        snapshot.statement("SELECT count(*) FROM task WHERE campaign_id = ?1 AND at_ms >= ?2 AND at_ms < ?3")?;
    statement.query_row((campaign, day.start, day.end), |row| row.get(0))
}

/// An account and those that were removed and had its identity: what any of them sent counts.
macro_rules! accounts {
    () => {
        "(SELECT ?1 UNION ALL
          SELECT removed.id FROM account AS own
          JOIN account AS removed INDEXED BY account_removed
            ON removed.user_id = own.user_id AND removed.type = own.type AND removed.identity = own.identity
          WHERE own.id = ?1 AND removed.removed_ms IS NOT NULL)"
    };
}

/// How many messages from an account, by its identity, count on a day.
pub(crate) fn count_of_account(snapshot: &Snapshot<'_>, account: AccountId, day: Span) -> Result<u32> {
    let mut statement = snapshot.statement(concat!(
        "SELECT count(*) FROM task WHERE account_id IN ",
        accounts!(),
        " AND at_ms >= ?2 AND at_ms < ?3"
    ))?;
    statement.query_row((account, day.start, day.end), |row| row.get(0))
}

/// When the messages of a campaign count from an instant on, which were claimed ahead.
pub(crate) fn of_campaign_from(snapshot: &Snapshot<'_>, campaign: CampaignId, from: Instant) -> Result<Vec<Instant>> {
    let mut statement =
        snapshot.statement("SELECT at_ms FROM task WHERE campaign_id = ?1 AND at_ms >= ?2 ORDER BY at_ms")?;
    statement.all((campaign, from), |row| row.get(0))
}

/// The same for an account, by its identity.
pub(crate) fn of_account_from(snapshot: &Snapshot<'_>, account: AccountId, from: Instant) -> Result<Vec<Instant>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT at_ms FROM task WHERE account_id IN ",
        accounts!(),
        " AND at_ms >= ?2 ORDER BY at_ms"
    ))?;
    statement.all((account, from), |row| row.get(0))
}

/// What an account, by its identity, sent after an instant, oldest first.
pub(crate) fn since(snapshot: &Snapshot<'_>, account: AccountId, after: Instant) -> Result<Vec<(Instant, TaskType)>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT at_ms, type FROM task WHERE account_id IN ",
        accounts!(),
        " AND at_ms > ?2 ORDER BY at_ms"
    ))?;
    statement.all((account, after), |row| Ok((row.get(0)?, row.get(1)?)))
}
