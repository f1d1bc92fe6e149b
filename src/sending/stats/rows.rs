//! The SQL of the tally table.

use rusqlite::ToSql;

use super::{STATUSES, Stats, Tally};
use crate::error::Result;
use crate::id::CampaignId;
use crate::people::prospect::status::statuses;
use crate::store::{Row, Snapshot, Statement, Table, Tx, Values, or_corrupt, row};

row! {
    /// The counts of the statuses, in their order, and then the others.
    struct Columns as columns {
        pending, sent, connection_sent, connected, message_sent, replied, bounced, completed, timed_out, cancelled, skipped,
        messages_sent, opened, accepted, replies, unsubscribed
    }
}

const AT: Columns<usize> = Columns::at(0);

/// Begins the tally of a campaign with the prospects that it has.
pub(crate) fn begin(tx: &Tx<'_>, campaign: CampaignId) -> Result<()> {
    tx.statement(concat!(
        "INSERT INTO tally (campaign_id, ",
        columns!(),
        ") SELECT ?1, ",
        statuses!("ifnull(sum(people) FILTER (WHERE status = '", "'), 0)"),
        ", 0, 0, 0, 0, 0
             FROM (SELECT status, count(*) AS people FROM prospect WHERE campaign_id = ?1 GROUP BY status)"
    ))?
    .execute((campaign,))?;
    Ok(())
}

impl Values for Tally {
    fn bind(&self, statement: &mut Statement<'_>, first: usize) -> Result<usize> {
        statement.bind(first, &self.0.each_ref().map(|by| by as &dyn ToSql))
    }
}

/// Counts a change; nothing, for a draft.
pub(crate) fn add(tx: &Tx<'_>, campaign: CampaignId, change: &Tally) -> Result<()> {
    if *change == Tally::default() {
        return Ok(());
    }
    let mut statement = tx.statement(concat!("UPDATE tally SET ", columns!(+= ?), " WHERE campaign_id = ?"))?;
    change.update(&mut statement, &[&campaign])?;
    Ok(())
}

/// The tally of a campaign that was launched.
pub(crate) fn find(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Option<Stats>> {
    let mut statement = snapshot.statement(concat!("SELECT ", columns!(), " FROM tally WHERE campaign_id = ?1"))?;
    statement.find((campaign,), decode)
}

pub(crate) const TABLE: Table = Table {
    table: "tally",
    promise: "a tally has counts",
    columns: columns!(),
    key: &["campaign_id"],
    read: |row| {
        decode(row)?;
        Ok(true)
    },
};

fn decode(row: Row<'_>) -> Result<Stats> {
    let mut prospects = 0_u32;
    for status in 0..STATUSES {
        let sum = prospects.checked_add(row.get(status)?);
        prospects = or_corrupt(sum)?;
    }
    Ok(Stats {
        prospects,
        pending: row.get(AT.pending)?,
        sent: row.get(AT.sent)?,
        connection_sent: row.get(AT.connection_sent)?,
        connected: row.get(AT.connected)?,
        message_sent: row.get(AT.message_sent)?,
        replied: row.get(AT.replied)?,
        bounced: row.get(AT.bounced)?,
        completed: row.get(AT.completed)?,
        timed_out: row.get(AT.timed_out)?,
        cancelled: row.get(AT.cancelled)?,
        skipped: row.get(AT.skipped)?,
        messages_sent: row.get(AT.messages_sent)?,
        opened: row.get(AT.opened)?,
        accepted: row.get(AT.accepted)?,
        replies: row.get(AT.replies)?,
        unsubscribed: row.get(AT.unsubscribed)?,
    })
}
