//! The SQL of the table of tasks.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::mark::Mark;
use super::message::rows::MessageRef;
use super::{IdempotencyKey, OpenToken, TaskFilter, TaskRecord, TaskStatus, TaskType, message};
use crate::bounds::{LINE_MAX, TASK_NOTE_MAX};
use crate::campaign;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, NodeId, ProspectId, TaskId, UserId, VariantId};
use crate::request::page::Page;
use crate::request::text::{are_lines, within};
use crate::store::{Row, Snapshot, Table, Tx, Values, row};
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
    /// When it is to be sent, if it was claimed ahead of that.
    pub(crate) send_at: Option<Instant>,
    /// The task of the same prospect that is to be sent before it.
    pub(crate) after: Option<TaskId>,
    pub(crate) open_token: Option<OpenToken>,
    pub(crate) opened_at: Option<Instant>,
    /// How often the keys of its prospect had been made anew.
    pub(crate) generation: u32,
    /// How often sending its message had failed before it was claimed, where that is known.
    pub(crate) failures: Option<u32>,
    /// Which variant of its node it is, if that has some.
    pub(crate) variant: Option<VariantId>,
    /// What followed it.
    pub(crate) marks: u32,
}

row! {
    struct Columns as columns {
        id, account_id, campaign_id, prospect_id, node_id, kind = "type", status, at_ms, open_token, opened_ms, generation,
        message_key, claimed_ms, send_ms, after_id, note, provider_id, failures, variant_id, marks
    }
}

const AT: Columns<usize> = Columns::at(0);

/// The tasks that fulfil a condition of the first parameter and are of the user, unless their prospects are gone.
macro_rules! of_user {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM task
              WHERE prospect_id IS NOT NULL
                AND EXISTS (SELECT 1 FROM campaign WHERE campaign.id = campaign_id AND user_id = ?2) AND ",
            $condition
        )
    };
}

/// Stores a task that is claimed now. Its message has one place in the limits, however often it was handed out before.
pub(crate) fn insert(tx: &Tx<'_>, task: &StoredTask) -> Result<()> {
    tx.statement(
        "UPDATE task SET at_ms = NULL
             WHERE prospect_id = ?1 AND node_id = ?2 AND at_ms IS NOT NULL AND (status = 'failed' OR status = 'lost')",
    )?
    .execute((task.prospect, task.node))?;
    let values: Columns<&dyn ToSql> = Columns {
        id: &task.id,
        account_id: &task.account,
        campaign_id: &task.campaign,
        prospect_id: &task.prospect,
        node_id: &task.node,
        kind: &task.kind,
        status: &task.status,
        at_ms: &task.at,
        open_token: &task.open_token,
        opened_ms: &Null,
        generation: &task.generation,
        message_key: &IdempotencyKey::of(task.prospect, task.node, task.generation),
        claimed_ms: &tx.began(),
        send_ms: &task.send_at,
        after_id: &task.after,
        note: &Null,
        provider_id: &Null,
        failures: &task.failures,
        variant_id: &task.variant,
        marks: &task.marks,
    };
    let mut statement = tx.statement(concat!("INSERT INTO task (", columns!(), ") VALUES (", columns!(?), ")"))?;
    values.insert(&mut statement)?;
    Ok(())
}

/// Stores the outcome of a task, with what the host says of it.
pub(crate) fn set_outcome(
    tx: &Tx<'_>,
    id: TaskId,
    status: TaskStatus,
    note: Option<&str>,
    provider_id: Option<&str>,
) -> Result<()> {
    tx.statement("UPDATE task SET status = ?2, note = ?3, provider_id = ?4 WHERE id = ?1")?.execute((
        id,
        status,
        note,
        provider_id,
    ))?;
    Ok(())
}

/// Stores the status of a task.
pub(crate) fn set_status(tx: &Tx<'_>, id: TaskId, status: TaskStatus) -> Result<()> {
    tx.statement("UPDATE task SET status = ?2 WHERE id = ?1")?.execute((id, status))?;
    Ok(())
}

/// Gives back the place that a task has in the limits.
pub(crate) fn leave_place(tx: &Tx<'_>, id: TaskId) -> Result<()> {
    tx.statement("UPDATE task SET at_ms = NULL WHERE id = ?1")?.execute((id,))?;
    Ok(())
}

pub(crate) fn set_opened(tx: &Tx<'_>, id: TaskId) -> Result<()> {
    tx.statement("UPDATE task SET opened_ms = ?2 WHERE id = ?1")?.execute((id, tx.now()))?;
    Ok(())
}

/// Detaches the tasks of the next prospects that a deleted campaign loses, which they outlive. Returns how many.
pub(crate) fn leave_next_prospects(tx: &Tx<'_>, campaign: CampaignId) -> Result<u64> {
    let mut statement = tx.statement(
        "UPDATE task SET campaign_id = NULL, prospect_id = NULL, note = NULL, provider_id = NULL WHERE prospect_id IN (
             SELECT id FROM prospect INDEXED BY prospect_by_status WHERE campaign_id = ?1
             ORDER BY status, id LIMIT 16)",
    )?;
    Ok(statement.execute((campaign,))? as u64)
}

/// Detaches the next tasks of a deleted campaign that has no prospects left. Returns how many.
pub(crate) fn leave_next(tx: &Tx<'_>, campaign: CampaignId) -> Result<u64> {
    let mut statement = tx.statement(
        "UPDATE task SET campaign_id = NULL, prospect_id = NULL, note = NULL, provider_id = NULL WHERE id IN (
             SELECT id FROM task INDEXED BY task_by_campaign WHERE campaign_id = ?1 LIMIT 16)",
    )?;
    Ok(statement.execute((campaign,))? as u64)
}

/// Forgets what hosts said of the tasks of a prospect that is about to be removed, which they outlive.
pub(crate) fn forget_words(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.statement("UPDATE task SET note = NULL, provider_id = NULL WHERE prospect_id = ?1")?.execute((prospect,))?;
    Ok(())
}

/// How many of a campaign were handed out.
pub(crate) fn count(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<u32> {
    let mut statement =
        snapshot.statement("SELECT count(*) FROM task INDEXED BY task_by_campaign WHERE campaign_id = ?1")?;
    statement.query_row((campaign,), |row| row.get(0))
}

/// A task of the user, unless its prospect is gone.
pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: TaskId) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.statement(of_user!("id = ?1"))?;
    statement.find((id, user), decode)
}

/// The task of the user whose email has this tracking pixel.
pub(crate) fn of_open_token(snapshot: &Snapshot<'_>, user: UserId, token: OpenToken) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.statement(of_user!("open_token = ?1"))?;
    statement.find((token, user), decode)
}

/// The user whose email has this tracking pixel.
pub(crate) fn user_of(snapshot: &Snapshot<'_>, token: OpenToken) -> Result<Option<UserId>> {
    let mut statement =
        snapshot.statement("SELECT user_id FROM task JOIN account ON account.id = account_id WHERE open_token = ?1")?;
    statement.find((token,), |row| row.get(0))
}

/// The last task of the user that has this key.
pub(crate) fn of_key(snapshot: &Snapshot<'_>, user: UserId, key: IdempotencyKey) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.statement(of_user!("message_key = ?1 ORDER BY id DESC LIMIT 1"))?;
    statement.find((key, user), decode)
}

/// When the last message that was sent to a prospect was claimed.
pub(crate) fn last_contact(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Option<Instant>> {
    let mut statement = snapshot.statement(
        "SELECT at_ms FROM task WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND (status = 'sent' OR status = 'bounced')
         ORDER BY at_ms DESC LIMIT 1",
    )?;
    statement.find((prospect,), |row| row.get(0))
}

/// The same of a campaign, of which prospects may be gone.
pub(crate) fn last_contact_of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Option<Instant>> {
    let mut statement = snapshot.statement(
        "SELECT at_ms FROM task WHERE campaign_id = ?1 AND at_ms IS NOT NULL AND (status = 'sent' OR status = 'bounced')
         ORDER BY at_ms DESC LIMIT 1",
    )?;
    statement.find((campaign,), |row| row.get(0))
}

/// The last task of the user that has this id at its provider.
pub(crate) fn of_provider_id(snapshot: &Snapshot<'_>, user: UserId, id: &str) -> Result<Option<StoredTask>> {
    let mut statement = snapshot.statement(of_user!("provider_id = ?1 ORDER BY id DESC LIMIT 1"))?;
    statement.find((id, user), decode)
}

/// The last task of a prospect that was sent, or may have been.
pub(crate) fn last_of(snapshot: &Snapshot<'_>, user: UserId, prospect: ProspectId) -> Result<Option<StoredTask>> {
    let mut statement =
        snapshot.statement(of_user!("prospect_id = ?1 AND at_ms IS NOT NULL ORDER BY at_ms DESC LIMIT 1"))?;
    statement.find((prospect, user), decode)
}

/// The variant of a node that was handed out for a prospect last.
pub(crate) fn variant(snapshot: &Snapshot<'_>, prospect: ProspectId, node: NodeId) -> Result<Option<VariantId>> {
    const LAST: &str = "SELECT variant_id FROM task WHERE prospect_id = ?1 AND node_id = ?2 AND variant_id IS NOT NULL
                        ORDER BY id DESC LIMIT 1";
    snapshot.statement(LAST)?.find((prospect, node), |row| row.get(0))
}

/// The last email that was sent to a prospect, or may have been, and the generation of its key.
pub(crate) fn last_node(
    snapshot: &Snapshot<'_>,
    prospect: ProspectId,
    other_than: NodeId,
) -> Result<Option<(NodeId, u32)>> {
    let mut statement = snapshot.statement(
        "SELECT node_id, generation FROM task WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND node_id <> ?2 ORDER BY at_ms DESC LIMIT 1",
    )?;
    statement.find((prospect, other_than), |row| Ok((row.get(0)?, row.get(1)?)))
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
    let mut statement = snapshot.statement(
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

/// Removes the places in the limits of messages to a prospect that were tried and are not known to have been sent.
pub(crate) fn leave_places(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.statement(
        "UPDATE task SET at_ms = NULL
             WHERE prospect_id = ?1 AND at_ms IS NOT NULL AND (status = 'failed' OR status = 'lost')
               AND marks & ?2 = 0 AND opened_ms IS NULL",
    )?
    .execute((prospect, Mark::Accepted.bit()))?;
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
    let mut statement = snapshot.statement(
        "SELECT node_id, account_id, type, status, at_ms, generation FROM task WHERE prospect_id = ?1 ORDER BY id",
    )?;
    statement.all((prospect,), |row| {
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

/// When the lease of a task ends, if it is handed out.
macro_rules! lease {
    () => {
        "(SELECT ifnull(ready_ms, due_ms) FROM progress
          WHERE progress.prospect_id = task.prospect_id AND progress.task_id = task.id)"
    };
}

/// It follows the columns.
const AT_LEASE: usize = AT.marks + 1;

/// A task of the user, also of one who is gone, with its generation and its token.
pub(crate) fn record(
    snapshot: &Snapshot<'_>,
    user: UserId,
    id: TaskId,
) -> Result<Option<(TaskRecord, u32, Option<OpenToken>)>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        ", ",
        lease!(),
        " FROM task
         WHERE id = ?1 AND EXISTS (SELECT 1 FROM account WHERE account.id = account_id AND user_id = ?2)"
    ))?;
    let deleted = campaign::rows::deleted(snapshot)?;
    let decode =
        |row: Row<'_>| Ok((decode_record(row)?.without(&deleted), row.get(AT.generation)?, row.get(AT.open_token)?));
    statement.find((id, user), decode)
}

/// The first tasks of a list. Those of one account, type and status are a range of an index, in the order of the list: it
/// takes the first of each, and the first of these.
macro_rules! listed {
    ($part:literal, $order:literal, $of_campaign:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", ",
            lease!(),
            " FROM (
                 SELECT account.id AS of_account, kind AS of_type, word AS of_status FROM account
                 CROSS JOIN (SELECT column1 AS kind FROM (VALUES ('email'), ('connection_request'), ('message')))
                 CROSS JOIN (SELECT column1 AS word FROM (
                     VALUES ('claimed'), ('sent'), ('failed'), ('bounced'), ('lost'), ('deferred')))
                 WHERE user_id = ?1 AND account.id = ifnull(?2, account.id)
                     AND (account.type = 'email') = (kind = 'email') AND kind = ifnull(?3, kind) AND word = ifnull(?4, word))
             CROSS JOIN task ON id IN (
                 SELECT its.id FROM task AS its
                 WHERE its.account_id = of_account AND its.type = of_type AND its.status = of_status AND ",
            $of_campaign,
            " AND ",
            $part,
            " ORDER BY ",
            $order,
            " LIMIT ?5)
             ORDER BY claimed_ms DESC, id DESC LIMIT ?5"
        )
    };
    (claimed, $of_campaign:literal) => {
        listed!(
            "(its.claimed_ms, its.id) < (?8, ?7) AND its.claimed_ms >= ?9",
            "its.claimed_ms DESC, its.id DESC",
            $of_campaign
        )
    };
    (before, $of_campaign:literal) => {
        listed!("its.claimed_ms IS NULL AND its.id < ?7", "its.id DESC", $of_campaign)
    };
}

/// The tasks of a user by when they were claimed, the last first, then those of which that is not known; one more than the
/// page has.
pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, filter: TaskFilter) -> Result<Page<TaskRecord>> {
    const UNKNOWN: Instant = Instant::from_unix_ms(0);
    // Behind all ids.
    const LAST: [u8; 17] = [u8::MAX; 17];
    let TaskFilter { campaign, account, status, kind, since, until, messages, slice } = filter;
    let deleted = campaign::rows::deleted(snapshot)?;
    let decode = |row: Row<'_>| Ok(decode_listed(snapshot, row, messages)?.without(&deleted));
    let (claimed, before) = match campaign {
        None => (listed!(claimed, "?6 IS NULL"), listed!(before, "?6 IS NULL")),
        Some(_) => (listed!(claimed, "its.campaign_id = ?6"), listed!(before, "its.campaign_id = ?6")),
    };
    let after = slice.after.as_ref().map(|after| (after.created, after.id.as_bytes().as_slice()));
    let mut tasks = Page::of(slice.limit);
    if after.is_none_or(|(at, _)| at > UNKNOWN) {
        let until = until.map(|until| (until, [].as_slice()));
        let (at, id) = until.into_iter().chain(after).min().unwrap_or((Instant::LAST, &LAST));
        let since = since.unwrap_or(UNKNOWN);
        let mut statement = snapshot.statement(claimed)?;
        let rows = statement.query((user, account, kind, status, tasks.missing(), campaign, id, at, since))?;
        tasks.extend(rows, decode)?;
    }
    if tasks.missing() > 0 && since.is_none() && until.is_none() {
        let id = after.filter(|(at, _)| *at == UNKNOWN).map_or(LAST.as_slice(), |(_, id)| id);
        let mut statement = snapshot.statement(before)?;
        let rows = statement.query((user, account, kind, status, tasks.missing(), campaign, id))?;
        tasks.extend(rows, decode)?;
    }
    Ok(tasks)
}

/// A task of a list, with what it said if that is asked for.
fn decode_listed(snapshot: &Snapshot<'_>, row: Row<'_>, with_message: bool) -> Result<TaskRecord> {
    let record = decode_record(row)?;
    let message = match record.prospect_id.filter(|_| with_message) {
        Some(prospect) => {
            let of = MessageRef { prospect, node: record.node_id, generation: row.get(AT.generation)? };
            let token = row.get(AT.open_token)?;
            message::rows::find(snapshot, of)?.map(|message| message.of_task(token))
        }
        None => None,
    };
    Ok(TaskRecord { message, ..record })
}

fn decode_record(row: Row<'_>) -> Result<TaskRecord> {
    Ok(TaskRecord {
        id: row.get(AT.id)?,
        idempotency_key: row.get(AT.message_key)?,
        campaign_id: row.get(AT.campaign_id)?,
        prospect_id: row.get(AT.prospect_id)?,
        account_id: row.get(AT.account_id)?,
        node_id: row.get(AT.node_id)?,
        variant_id: row.get(AT.variant_id)?,
        kind: row.get(AT.kind)?,
        status: row.get(AT.status)?,
        attempts: row.get(AT.failures)?,
        claimed_at: row.get(AT.claimed_ms)?,
        send_at: row.get::<Option<Instant>>(AT.send_ms)?.or(row.get(AT.claimed_ms)?),
        leased_until: row.get(AT_LEASE)?,
        at: row.get(AT.at_ms)?,
        opened_at: row.get(AT.opened_ms)?,
        note: row.get(AT.note)?,
        provider_id: row.get(AT.provider_id)?,
        message: None,
    })
}

pub(crate) const TABLE: Table = Table {
    table: "task",
    promise: "a task has a type, a status, instants, and a note and an id of its provider within their lengths; only an email \
              can be opened",
    columns: columns!(),
    key: &["id"],
    read: |row| {
        let _: (TaskId, AccountId, NodeId) = (row.get(AT.id)?, row.get(AT.account_id)?, row.get(AT.node_id)?);
        let _: (Option<CampaignId>, Option<ProspectId>) = (row.get(AT.campaign_id)?, row.get(AT.prospect_id)?);
        let _: (TaskStatus, u32) = (row.get(AT.status)?, row.get(AT.generation)?);
        let (kind, opened_at): (TaskType, Option<Instant>) = (row.get(AT.kind)?, row.get(AT.opened_ms)?);
        let (token, _): (Option<OpenToken>, Option<IdempotencyKey>) =
            (row.get(AT.open_token)?, row.get(AT.message_key)?);
        let (note, provider_id): (Option<String>, Option<String>) = (row.get(AT.note)?, row.get(AT.provider_id)?);
        let _: (Option<u32>, Option<VariantId>) = (row.get(AT.failures)?, row.get(AT.variant_id)?);
        row.get::<Option<TaskId>>(AT.after_id)?;
        Ok((kind == TaskType::Email || (token.is_none() && opened_at.is_none()))
            && note.is_none_or(|note| !note.is_empty() && are_lines(&note, TASK_NOTE_MAX))
            && provider_id.is_none_or(is_id)
            && row.has_instant(AT.at_ms)?
            && row.has_instant(AT.opened_ms)?
            && row.has_instant(AT.claimed_ms)?
            && row.has_instant(AT.send_ms)?)
    },
};

/// Whether a stored text is an id that a host gave: of an event, or of a message at its provider.
pub(super) fn is_id(id: String) -> bool {
    !id.is_empty() && within(id, LINE_MAX).is_ok()
}

fn decode(row: Row<'_>) -> Result<StoredTask> {
    Ok(StoredTask {
        id: row.get(AT.id)?,
        account: row.get(AT.account_id)?,
        campaign: row.get(AT.campaign_id)?,
        prospect: row.get(AT.prospect_id)?,
        node: row.get(AT.node_id)?,
        kind: row.get(AT.kind)?,
        status: row.get(AT.status)?,
        open_token: row.get(AT.open_token)?,
        opened_at: row.get(AT.opened_ms)?,
        at: row.get(AT.at_ms)?,
        send_at: row.get(AT.send_ms)?,
        after: row.get(AT.after_id)?,
        generation: row.get(AT.generation)?,
        failures: row.get(AT.failures)?,
        variant: row.get(AT.variant_id)?,
        marks: row.get(AT.marks)?,
    })
}
