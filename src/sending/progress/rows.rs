//! The SQL of the progress table.

use rusqlite::ToSql;

use super::{AT_A_LINK, Lane, Progress, QueueEntry, QueueKey, SenderQueue, ZoneNumber};
use crate::campaign::sequence::{SequenceNode, Step};
use crate::error::Result;
use crate::id::{AccountId, CampaignId, ProspectId, UserId};
use crate::sending::scheduler;
use crate::store::{Row, Snapshot, Statement, Table, Tx, Values, row};
use crate::time::Instant;

row! {
    struct Columns as columns { campaign_id, prospect_id, ..changes: Changes as changes }
}

row! {
    /// Where someone stands in a queue.
    struct Changes as changes {
        lane, due_ms, position, sender, failures, task_id, is_connected, is_unresolved, is_first, first_failed_ms, place_ms,
        hold_ms, ready_ms, generation, resume_position
    }
}

const AT: Columns<usize> = Columns::at(0);

/// The columns of someone who enters the queue of those without a sender, and their values: the campaign is the first
/// parameter, the instant the second, the position the third.
macro_rules! entry {
    () => {
        "campaign_id, lane, due_ms, prospect_id, position, sender, failures, task_id, is_connected, is_unresolved, is_first"
    };
    ($lane:literal, $prospect:literal) => {
        concat!("?1, ", $lane, ", ?2, ", $prospect, ", ?3, NULL, 0, NULL, 0, 0, 1")
    };
}

/// Puts up to 1,000 prospects of a campaign after one, which wait for the first message, into the queue of those without a
/// sender. Returns how many, and the last of them.
pub(crate) fn enter_next(
    tx: &Tx<'_>,
    campaign: CampaignId,
    position: u16,
    due: Instant,
    after: Option<ProspectId>,
) -> Result<(usize, Option<ProspectId>)> {
    let entered = tx
        .statement(concat!(
            "INSERT INTO progress (",
            entry!(),
            ") SELECT ",
            entry!("1", "id"),
            " FROM prospect
             WHERE campaign_id = ?1 AND status = 'pending' AND id > ifnull(?4, x'') ORDER BY id LIMIT 1000",
        ))?
        .execute((campaign, due, position, after))?;
    let mut last = tx.statement(
        "SELECT prospect_id FROM progress WHERE campaign_id = ?1 AND lane = 1 AND due_ms = ?2
         ORDER BY prospect_id DESC LIMIT 1",
    )?;
    Ok((entered, last.find((campaign, due), |row| row.get(0))?))
}

/// Puts prospects of one campaign into the queue of those without a sender, one by one.
pub(crate) struct EnterQueue<'s> {
    insert: Statement<'s>,
    campaign: CampaignId,
}

impl<'s> EnterQueue<'s> {
    pub(crate) fn into_campaign(tx: &Tx<'s>, campaign: CampaignId) -> Result<Self> {
        let insert =
            tx.statement(concat!("INSERT INTO progress (", entry!(), ") VALUES (", entry!("?5", "?4"), ")"))?;
        scheduler::rows::wake(tx, campaign)?;
        Ok(Self { insert, campaign })
    }

    /// Stores a prospect of a zone whose message of a place in the sequence is due at an instant.
    pub(crate) fn store(&mut self, prospect: ProspectId, zone: ZoneNumber, position: u16, due: Instant) -> Result<()> {
        let lane = Lane { zone, queue: QueueKey::Fresh };
        self.insert.execute((self.campaign, due, position, prospect, lane))?;
        Ok(())
    }
}

/// Stores where a prospect stands now.
pub(crate) fn update(tx: &Tx<'_>, progress: &Progress) -> Result<()> {
    scheduler::rows::stir(tx, progress.prospect)?;
    scheduler::rows::wake(tx, progress.campaign)?;
    store(tx, progress)
}

/// The same for a claim, which updates the order of turns itself.
pub(crate) fn store(tx: &Tx<'_>, progress: &Progress) -> Result<()> {
    let due = progress.due();
    let changes: Changes<&dyn ToSql> = Changes {
        lane: &progress.queue(),
        due_ms: &due,
        position: &progress.position,
        sender: &progress.sender,
        failures: &progress.failures,
        task_id: &progress.task,
        is_connected: &progress.is_connected,
        is_unresolved: &progress.is_unresolved,
        is_first: &progress.is_first,
        first_failed_ms: &progress.first_failed,
        place_ms: &progress.place,
        hold_ms: &progress.hold,
        ready_ms: &Some(progress.ready).filter(|ready| *ready != due),
        generation: &progress.generation,
        resume_position: &progress.resume,
    };
    let mut statement = tx.statement(concat!("UPDATE progress SET ", changes!(= ?), " WHERE prospect_id = ?"))?;
    changes.update(&mut statement, &[&progress.prospect])?;
    match progress.lane {
        QueueKey::Bound { line: SenderQueue::Begun | SenderQueue::Late, sender, .. } => {
            scheduler::rows::expect(tx, progress.campaign, sender, due)
        }
        // What follows is due some time after it was handed out.
        QueueKey::Bound { line: SenderQueue::Handed, sender, .. } => {
            scheduler::rows::expect(tx, progress.campaign, sender, Instant::from_unix_ms(0))
        }
        QueueKey::Wait | QueueKey::Fresh | QueueKey::Bound { line: SenderQueue::First, .. } => Ok(()),
    }
}

/// Removes a prospect that is final.
pub(crate) fn delete(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    scheduler::rows::stir(tx, prospect)?;
    scheduler::rows::wake_of(tx, prospect)?;
    tx.statement("DELETE FROM progress WHERE prospect_id = ?1")?.execute((prospect,))?;
    Ok(())
}

/// Lets the next claim try again to write the message of a prospect.
pub(crate) fn release(tx: &Tx<'_>, prospect: ProspectId) -> Result<()> {
    tx.statement("UPDATE progress SET due_ms = ?2 WHERE prospect_id = ?1 AND is_unresolved = 1")?
        .execute((prospect, tx.now()))?;
    scheduler::rows::wake_of(tx, prospect)
}

/// Lets the next claim try again to write the messages of the node in a place that could not be written.
pub(crate) fn release_of_node(tx: &Tx<'_>, campaign: CampaignId, position: u16) -> Result<()> {
    tx.statement(
        "UPDATE progress SET due_ms = ?3 WHERE campaign_id = ?1 AND lane = 0 AND is_unresolved = 1 AND position = ?2",
    )?
    .execute((campaign, position, tx.now()))?;
    Ok(())
}

/// Lets the next claim try again to write all messages that could not be written and may come from an account.
pub(crate) fn release_of_account(tx: &Tx<'_>, account: AccountId) -> Result<()> {
    tx.statement(
        "UPDATE progress SET due_ms = ?2
             WHERE lane = 0 AND is_unresolved = 1
               AND campaign_id IN (SELECT campaign_id FROM campaign_sender WHERE account_id = ?1)",
    )?
    .execute((account, tx.now()))?;
    Ok(())
}

/// Lets all messages of a user that wait for an unsubscribe link try again now.
pub(crate) fn release_with_link(tx: &Tx<'_>, user: UserId) -> Result<()> {
    tx.statement(
        "UPDATE progress SET due_ms = ?3
             WHERE lane = 0 AND due_ms = ?2 AND is_unresolved = 1
               AND campaign_id IN (SELECT id FROM campaign WHERE user_id = ?1)",
    )?
    .execute((user, AT_A_LINK, tx.now()))?;
    scheduler::rows::wake_all(tx, user)
}

pub(crate) fn find(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Option<Progress>> {
    let mut statement = snapshot.statement(concat!("SELECT ", columns!(), " FROM progress WHERE prospect_id = ?1"))?;
    statement.find((prospect,), decode)
}

/// The prospects of a campaign to whom the message of the node in a place is not handed out yet, in the order in which they
/// were added.
pub(crate) fn ahead_of(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    position: u16,
    node: &SequenceNode,
) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot.statement(
        "SELECT prospect_id FROM progress
         WHERE campaign_id = ?1 AND (position = ?2 OR (position < ?2 AND ifnull(resume_position, 0) <= ?2))
             AND NOT (?4 AND is_connected)
             AND NOT EXISTS (
                 SELECT 1 FROM message
                 WHERE message.prospect_id = progress.prospect_id AND node_id = ?3
                     AND message.generation = progress.generation)
         ORDER BY prospect_id",
    )?;
    let is_invitation = matches!(node.step, Step::ConnectionRequest { .. });
    statement.all((campaign, position, node.id, is_invitation), |row| row.get(0))
}

/// The sender of a prospect that is not final, once it has one.
pub(crate) fn sender(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Option<AccountId>> {
    let mut statement = snapshot.statement(
        "SELECT account_id FROM progress JOIN campaign_sender USING (campaign_id)
         WHERE prospect_id = ?1 AND sender = campaign_sender.position",
    )?;
    statement.find((prospect,), |row| row.get(0))
}

/// The prospects of a campaign with this sender, by its position, in the order in which they were added.
pub(crate) fn of_sender(snapshot: &Snapshot<'_>, campaign: CampaignId, sender: u16) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot
        .statement("SELECT prospect_id FROM progress WHERE campaign_id = ?1 AND sender = ?2 ORDER BY prospect_id")?;
    statement.all((campaign, sender), |row| row.get(0))
}

/// Whether any prospect of a launched campaign is not final.
pub(crate) fn has_any(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<bool> {
    snapshot.statement("SELECT 1 FROM progress WHERE campaign_id = ?1")?.exists((campaign,))
}

/// Whether a wait of a prospect of a campaign is over.
pub(crate) fn has_waited(snapshot: &Snapshot<'_>, campaign: CampaignId, now: Instant) -> Result<bool> {
    let mut statement =
        snapshot.statement("SELECT 1 FROM progress WHERE campaign_id = ?1 AND lane = 0 AND due_ms <= ?2")?;
    statement.exists((campaign, now))
}

/// The prospects of a campaign whose wait is over.
pub(crate) fn waited(snapshot: &Snapshot<'_>, campaign: CampaignId, now: Instant) -> Result<Vec<Progress>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM progress WHERE campaign_id = ?1 AND lane = 0 AND due_ms <= ?2 ORDER BY due_ms, prospect_id"
    ))?;
    statement.all((campaign, now), decode)
}

/// The first entries of a lane, after one, that are due by an instant.
pub(crate) fn due(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    lane: Lane,
    after: Option<QueueEntry>,
    now: Instant,
    limit: u32,
) -> Result<Vec<QueueEntry>> {
    let mut statement = snapshot.statement(
        "SELECT due_ms, prospect_id, position FROM progress
         WHERE campaign_id = ?1 AND lane = ?2 AND due_ms <= ?3 AND (due_ms, prospect_id) > (?4, ?5)
         ORDER BY due_ms, prospect_id LIMIT ?6",
    )?;
    let (due, prospect) = start(after);
    statement.all((campaign, lane, now, due, prospect, limit), |row| {
        Ok(QueueEntry { due: row.get(0)?, prospect: row.get(1)?, position: row.get(2)? })
    })
}

/// The lanes of a campaign that are not empty.
pub(crate) fn lanes(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<Lane>> {
    let mut statement = snapshot.statement(
        "WITH RECURSIVE found (lane) AS (
             SELECT min(lane) FROM progress WHERE campaign_id = ?1
             UNION ALL SELECT (SELECT min(lane) FROM progress WHERE campaign_id = ?1 AND lane > found.lane) FROM found
             WHERE found.lane IS NOT NULL)
         SELECT lane FROM found WHERE lane IS NOT NULL",
    )?;
    statement.all((campaign,), |row| row.get(0))
}

/// When the next entry of a lane is due after an instant.
pub(crate) fn next_due(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    lane: Lane,
    now: Instant,
) -> Result<Option<Instant>> {
    let mut statement =
        snapshot.statement("SELECT min(due_ms) FROM progress WHERE campaign_id = ?1 AND lane = ?2 AND due_ms > ?3")?;
    let next: Option<Instant> = statement.query_row((campaign, lane, now), |row| row.get(0))?;
    Ok(next.filter(|next| *next < AT_A_LINK))
}

/// The prospects of a lane whose messages were handed out before.
pub(crate) fn handed(snapshot: &Snapshot<'_>, campaign: CampaignId, lane: Lane) -> Result<Vec<Progress>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM progress WHERE campaign_id = ?1 AND lane = ?2 ORDER BY due_ms, prospect_id"
    ))?;
    statement.all((campaign, lane), decode)
}

/// How many entries of a lane are due before an instant, up to a number.
pub(crate) fn count_due(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    lane: Lane,
    before: Instant,
    most: u32,
) -> Result<u32> {
    let mut statement = snapshot.statement(
        "SELECT count(*) FROM (
             SELECT 1 FROM progress WHERE campaign_id = ?1 AND lane = ?2 AND due_ms < ?3 LIMIT ?4)",
    )?;
    statement.query_row((campaign, lane, before, most), |row| row.get(0))
}

/// Moves the entries of a lane that are due between two instants, both excluded, to another lane.
pub(crate) fn transfer(
    tx: &Tx<'_>,
    campaign: CampaignId,
    from: Lane,
    to: Lane,
    after: Instant,
    before: Instant,
) -> Result<()> {
    tx.statement(
        "UPDATE progress SET lane = ?3
             WHERE campaign_id = ?1 AND lane = ?2 AND due_ms > ?4 AND due_ms < ?5 AND failures = 0",
    )?
    .execute((campaign, from, to, after, before))?;
    Ok(())
}

/// The prospects of a zone without a sender after one, in order, and those of them that are connected.
pub(crate) fn fresh(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    zone: ZoneNumber,
    after: Option<QueueEntry>,
    limit: u32,
) -> Result<(Vec<QueueEntry>, Vec<ProspectId>)> {
    let mut statement = snapshot.statement(
        "SELECT due_ms, prospect_id, position, is_connected FROM progress
         WHERE campaign_id = ?1 AND lane = ?6 AND due_ms < ?4 AND (due_ms, prospect_id) > (?2, ?3)
         ORDER BY due_ms, prospect_id LIMIT ?5",
    )?;
    let (due, prospect) = start(after);
    let lane = Lane { zone, queue: QueueKey::Fresh };
    let mut rows = statement.query((campaign, due, prospect, Instant::LAST, limit, lane))?;
    let (mut places, mut connected) = (Vec::with_capacity(limit as usize), Vec::new());
    while let Some(row) = rows.next()? {
        let place = QueueEntry { due: row.get(0)?, prospect: row.get(1)?, position: row.get(2)? };
        if row.get(3)? {
            connected.push(place.prospect);
        }
        places.push(place);
    }
    Ok((places, connected))
}

/// The key after which to read: the first, without an entry.
fn start(after: Option<QueueEntry>) -> (Instant, Vec<u8>) {
    match after {
        Some(place) => (place.due, place.prospect.as_bytes().to_vec()),
        None => (Instant::from_unix_ms(0), Vec::new()),
    }
}

/// Calls `visit` with every row of a campaign but those without a sender.
pub(crate) fn each_bound(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    mut visit: impl FnMut(Progress) -> Result<()>,
) -> Result<()> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM progress WHERE campaign_id = ?1 AND lane = 0 UNION ALL SELECT ",
        columns!(),
        " FROM progress WHERE campaign_id = ?1 AND lane > 1 AND lane & 1023 <> 1"
    ))?;
    let mut rows = statement.query((campaign,))?;
    while let Some(row) = rows.next()? {
        visit(decode(row)?)?;
    }
    Ok(())
}

pub(crate) const TABLE: Table = Table {
    table: "progress",
    promise: "who stands in a queue has a place in it and in the sequence",
    columns: columns!(),
    key: &["prospect_id"],
    read: |row| {
        let progress = decode(row)?;
        let at = &AT.changes;
        Ok(progress.due() == row.get(at.due_ms)?
            && row.has_instant(at.due_ms)?
            && row.has_instant(at.first_failed_ms)?
            && row.has_instant(at.place_ms)?
            && row.has_instant(at.hold_ms)?
            && row.has_instant(at.ready_ms)?)
    },
};

fn decode(row: Row<'_>) -> Result<Progress> {
    let at = &AT.changes;
    let (due, ready): (Instant, Option<Instant>) = (row.get(at.due_ms)?, row.get(at.ready_ms)?);
    let Lane { zone, queue } = row.get(at.lane)?;
    Ok(Progress {
        campaign: row.get(AT.campaign_id)?,
        prospect: row.get(AT.prospect_id)?,
        lane: queue,
        zone,
        ready: ready.unwrap_or(due),
        hold: row.get(at.hold_ms)?,
        position: row.get(at.position)?,
        sender: row.get(at.sender)?,
        failures: row.get(at.failures)?,
        first_failed: row.get(at.first_failed_ms)?,
        task: row.get(at.task_id)?,
        place: row.get(at.place_ms)?,
        is_first: row.get(at.is_first)?,
        is_connected: row.get(at.is_connected)?,
        is_unresolved: row.get(at.is_unresolved)?,
        generation: row.get(at.generation)?,
        resume: row.get(at.resume_position)?,
    })
}
