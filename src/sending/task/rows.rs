//! The SQL of the tables of tasks and of recorded events.

use rusqlite::{OptionalExtension, Row};

use super::{IdempotencyKey, OpenToken, TaskFilter, TaskRecord, TaskStatus, TaskType};
use crate::bounds::LINE_MAX;
use crate::campaign::schedule::Span;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, NodeId, ProspectId, TaskId, UserId};
use crate::request::page::Page;
use crate::request::text::within;
use crate::store::{Snapshot, Table, Tx, decode_all};
use crate::time::Instant;

/// A task as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredTask {
    pub(crate) id: TaskId,
    pub(crate) account: AccountId,
    pub(crate) campaign: CampaignId,
    pub(crate) prospect: ProspectId,
    pub(crate) node: NodeId,
    pub(crate) kind: TaskType,
    pub(crate) status: TaskStatus,
    /// When it took its place in the limits, if it has one.
    pub(crate) at: Option<Instant>,
    pub(crate) open_token: Option<OpenToken>,
    pub(crate) opened_at: Option<Instant>,
    /// How often the keys of its prospect had been made anew.
    pub(crate) generation: u32,
}

macro_rules! columns {
    () => {
        "task.id, account_id, campaign_id, prospect_id, node_id, task.type, task.status, open_token, opened_ms, at_ms,
         task.generation"
    };
}

/// Stores a task that is claimed now. Its message has one place in the limits, however often it was handed out before.
pub(crate) fn insert(tx: &Tx<'_>, task: &StoredTask) -> Result<()> {
    tx.sql()
        .prepare_cached(
            "UPDATE task SET at_ms = NULL
             WHERE prospect_id = ?1 AND node_id = ?2 AND at_ms IS NOT NULL AND (status = 'failed' OR status = 'lost')",
        )?
        .execute((task.prospect, task.node))?;
    tx.sql()
        .prepare_cached(
            "INSERT INTO task (id, account_id, campaign_id, prospect_id, node_id, type, status, at_ms, open_token, opened_ms,
                 generation, message_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, ?10, ?11)",
        )?
        .execute((
            task.id,
            task.account,
            task.campaign,
            task.prospect,
            task.node,
            task.kind,
            task.status,
            task.at,
            task.open_token,
            task.generation,
            IdempotencyKey::of(task.prospect, task.node, task.generation),
        ))?;
    Ok(())
}

/// Stores the status of a task.
pub(crate) fn set_status(tx: &Tx<'_>, id: TaskId, status: TaskStatus) -> Result<()> {
    tx.sql().prepare_cached("UPDATE task SET status = ?2 WHERE id = ?1")?.execute((id, status))?;
    Ok(())
}

/// Gives back the place that a task has in the limits.
pub(crate) fn leave_place(tx: &Tx<'_>, id: TaskId) -> Result<()> {
    tx.sql().prepare_cached("UPDATE task SET at_ms = NULL WHERE id = ?1")?.execute((id,))?;
    Ok(())
}

pub(crate) fn set_opened(tx: &Tx<'_>, id: TaskId) -> Result<()> {
    tx.sql().prepare_cached("UPDATE task SET opened_ms = ?2 WHERE id = ?1")?.execute((id, tx.now()))?;
    Ok(())
}

/// Detaches the next tasks from a campaign that is about to be deleted, which they outlive. Returns how many.
pub(crate) fn leave_next(tx: &Tx<'_>, campaign: CampaignId) -> Result<u64> {
    let mut statement = tx.sql().prepare_cached(
        "UPDATE task SET campaign_id = NULL, prospect_id = NULL WHERE id IN (
             SELECT id FROM task INDEXED BY task_by_campaign WHERE campaign_id = ?1 LIMIT 16)",
    )?;
    Ok(statement.execute((campaign,))? as u64)
}

/// How many of a campaign were handed out.
pub(crate) fn count(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<u32> {
    let mut statement = snapshot
        .sql()
        .prepare_cached("SELECT count(*) FROM task INDEXED BY task_by_campaign WHERE campaign_id = ?1")?;
    Ok(statement.query_row((campaign,), |row| row.get(0))?)
}

/// A task of the user, unless its prospect is gone.
pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: TaskId) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM task JOIN campaign ON campaign.id = campaign_id
          WHERE task.id = ?1 AND user_id = ?2 AND prospect_id IS NOT NULL"
    ))?;
    statement.query_row((id, user), |row| Ok(decode(row))).optional()?.transpose()
}

/// The task of the user whose email has this tracking pixel.
pub(crate) fn of_open_token(snapshot: &Snapshot<'_>, user: UserId, token: OpenToken) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM task JOIN campaign ON campaign.id = campaign_id
          WHERE open_token = ?1 AND user_id = ?2 AND prospect_id IS NOT NULL"
    ))?;
    statement.query_row((token, user), |row| Ok(decode(row))).optional()?.transpose()
}

/// The last task of the user that has this key.
pub(crate) fn of_key(snapshot: &Snapshot<'_>, user: UserId, key: IdempotencyKey) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM task JOIN campaign ON campaign.id = campaign_id
          WHERE message_key = ?1 AND user_id = ?2 AND prospect_id IS NOT NULL ORDER BY task.id DESC LIMIT 1"
    ))?;
    statement.query_row((key, user), |row| Ok(decode(row))).optional()?.transpose()
}

/// The last task of a prospect that was sent, or may have been.
pub(crate) fn last_of(snapshot: &Snapshot<'_>, user: UserId, prospect: ProspectId) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM task JOIN campaign ON campaign.id = campaign_id
          WHERE prospect_id = ?1 AND user_id = ?2 AND at_ms IS NOT NULL ORDER BY at_ms DESC LIMIT 1"
    ))?;
    statement.query_row((prospect, user), |row| Ok(decode(row))).optional()?.transpose()
}

/// The last email that was sent to a prospect, or may have been, and the generation of its key.
pub(crate) fn last_node(
    snapshot: &Snapshot<'_>,
    prospect: ProspectId,
    other_than: NodeId,
) -> Result<Option<(NodeId, u32)>> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT node_id, generation FROM task WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND node_id <> ?2 ORDER BY at_ms DESC LIMIT 1",
    )?;
    Ok(statement.query_row((prospect, other_than), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// What was sent to a prospect so far.
#[derive(Debug, Default)]
pub(crate) struct Contact {
    pub(crate) first_at: Option<Instant>,
    pub(crate) last_at: Option<Instant>,
    /// When an email was first opened.
    pub(crate) opened_at: Option<Instant>,
    /// The node of the last message, and the account that sent it.
    pub(crate) last: Option<(NodeId, AccountId)>,
}

pub(crate) fn contact(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Contact> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT at_ms, opened_ms, node_id, account_id FROM task
         WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND (status = 'sent' OR status = 'bounced') ORDER BY at_ms, id",
    )?;
    let mut rows = statement.query((prospect,))?;
    let mut contact = Contact::default();
    while let Some(row) = rows.next()? {
        let (at, opened_at): (Instant, Option<Instant>) = (row.get(0)?, row.get(1)?);
        contact.first_at.get_or_insert(at);
        contact.last_at = Some(at);
        contact.opened_at = contact.opened_at.into_iter().chain(opened_at).min();
        contact.last = Some((row.get(2)?, row.get(3)?));
    }
    Ok(contact)
}

/// Removes the places in the limits of messages to a prospect that were tried and not sent.
pub(crate) fn leave_places(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.sql()
        .prepare_cached(
            "UPDATE task SET at_ms = NULL
             WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND (status = 'failed' OR status = 'lost')",
        )?
        .execute((prospect,))?;
    Ok(())
}

/// A message as it was handed out.
pub(crate) struct HandedOut {
    pub(crate) node: NodeId,
    pub(crate) account: AccountId,
    pub(crate) kind: TaskType,
    pub(crate) status: TaskStatus,
    pub(crate) at: Option<Instant>,
    pub(crate) generation: u32,
}

/// What was handed out for a prospect, in that order.
pub(crate) fn of_prospect(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Vec<HandedOut>> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT node_id, account_id, type, status, at_ms, generation FROM task WHERE prospect_id = ?1 ORDER BY id",
    )?;
    decode_all(statement.query((prospect,))?, |row| {
        Ok(HandedOut {
            node: row.get(0)?,
            account: row.get(1)?,
            kind: row.get(2)?,
            status: row.get(3)?,
            at: row.get(4)?,
            generation: row.get(5)?,
        })
    })
}

/// How many messages of a campaign count on a day.
pub(crate) fn count_of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId, day: Span) -> Result<u32> {
    let mut statement = snapshot
        .sql()
        .prepare_cached("SELECT count(*) FROM task WHERE campaign_id = ?1 AND at_ms >= ?2 AND at_ms < ?3")?;
    Ok(statement.query_row((campaign, day.start, day.end), |row| row.get(0))?)
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
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT count(*) FROM task WHERE account_id IN ",
        accounts!(),
        " AND at_ms >= ?2 AND at_ms < ?3"
    ))?;
    Ok(statement.query_row((account, day.start, day.end), |row| row.get(0))?)
}

/// What an account, by its identity, sent after an instant, oldest first.
pub(crate) fn since(snapshot: &Snapshot<'_>, account: AccountId, after: Instant) -> Result<Vec<(Instant, TaskType)>> {
    let mut statement = snapshot.sql().prepare_cached(concat!(
        "SELECT at_ms, type FROM task WHERE account_id IN ",
        accounts!(),
        " AND at_ms > ?2 ORDER BY at_ms"
    ))?;
    decode_all(statement.query((account, after))?, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Those of a campaign by the instant that counts, newest first, then those without one; one more than the page has.
pub(crate) fn list(snapshot: &Snapshot<'_>, campaign: CampaignId, filter: TaskFilter) -> Result<Page<TaskRecord>> {
    const WITHOUT_INSTANT: Instant = Instant::from_unix_ms(0);
    let after = filter.slice.after;
    let mut tasks = Page::of(filter.slice.limit);
    if after.is_none_or(|after| after.created > WITHOUT_INSTANT) {
        let (at, id) = after.map(|after| (after.created, after.id)).unzip();
        let mut counted = snapshot.sql().prepare_cached(
            "SELECT id, campaign_id, prospect_id, account_id, node_id, type, status, at_ms, opened_ms FROM task
             WHERE campaign_id = ?1 AND (at_ms, id) < (ifnull(?2, 9223372036854775807), ifnull(?3, x''))
               AND status = ifnull(?4, status)
             ORDER BY at_ms DESC, id DESC LIMIT ?5",
        )?;
        tasks.extend(counted.query((campaign, at, id, filter.status, tasks.missing()))?, decode_record)?;
    }
    if tasks.missing() > 0 {
        let id = after.filter(|after| after.created == WITHOUT_INSTANT).map(|after| after.id);
        let mut failed = snapshot.sql().prepare_cached(
            "SELECT id, campaign_id, prospect_id, account_id, node_id, type, status, at_ms, opened_ms FROM task
             WHERE campaign_id = ?1 AND at_ms IS NULL AND (?2 IS NULL OR id < ?2) AND status = ifnull(?3, status)
             ORDER BY id DESC LIMIT ?4",
        )?;
        tasks.extend(failed.query((campaign, id, filter.status, tasks.missing()))?, decode_record)?;
    }
    Ok(tasks)
}

fn decode_record(row: &Row<'_>) -> Result<TaskRecord> {
    Ok(TaskRecord {
        id: row.get(0)?,
        campaign_id: row.get(1)?,
        prospect_id: row.get(2)?,
        account_id: row.get(3)?,
        node_id: row.get(4)?,
        kind: row.get(5)?,
        status: row.get(6)?,
        at: row.get(7)?,
        opened_at: row.get(8)?,
    })
}

pub(crate) const TABLE: Table = Table {
    table: "task",
    promise: "a task has a type, a status and instants; only an email can be opened",
    columns:
        "id, ifnull(campaign_id, zeroblob(16)), ifnull(prospect_id, zeroblob(16)), account_id, node_id, type, status,
        at_ms, opened_ms, open_token, campaign_id, prospect_id, message_key, generation",
    key: &["id"],
    read: |row| {
        let task = decode_record(row)?;
        let token: Option<OpenToken> = row.get(9)?;
        let _: (Option<CampaignId>, Option<ProspectId>, Option<[u8; 16]>) = (row.get(10)?, row.get(11)?, row.get(12)?);
        let _: u32 = row.get(13)?;
        Ok((task.kind == TaskType::Email || (token.is_none() && task.opened_at.is_none()))
            && Instant::is_stored(row, 7)?
            && Instant::is_stored(row, 8)?)
    },
};

pub(crate) const RECORDED_EVENTS: Table = Table {
    table: "recorded_event",
    promise: "an event that was recorded has an id of 1 to 255 characters",
    columns: "user_id, event_id",
    key: &["user_id", "event_id"],
    read: |row| {
        row.get::<_, UserId>(0)?;
        let id: String = row.get(1)?;
        Ok(!id.is_empty() && within(id, LINE_MAX).is_ok())
    },
};

fn decode(row: &Row<'_>) -> Result<StoredTask> {
    Ok(StoredTask {
        id: row.get(0)?,
        account: row.get(1)?,
        campaign: row.get(2)?,
        prospect: row.get(3)?,
        node: row.get(4)?,
        kind: row.get(5)?,
        status: row.get(6)?,
        open_token: row.get(7)?,
        opened_at: row.get(8)?,
        at: row.get(9)?,
        generation: row.get(10)?,
    })
}

/// Stores the id of an event that a host recorded; `false` if it was recorded before.
pub(crate) fn insert_recorded_event(tx: &Tx<'_>, user: UserId, id: &str) -> Result<bool> {
    let inserted = tx
        .sql()
        .prepare_cached("INSERT INTO recorded_event (user_id, event_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute((user, id))?;
    Ok(inserted == 1)
}
