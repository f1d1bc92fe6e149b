//! The SQL of the tally table.

use rusqlite::{OptionalExtension, Row};

use super::{Stats, Tally};
use crate::error::Result;
use crate::id::CampaignId;
use crate::store::{Snapshot, Table, Tx};

/// The columns in the order in which [`decode`] reads them.
macro_rules! columns {
    () => {
        "pending + sent + connection_sent + connected + message_sent + replied + bounced + completed + timed_out
             + cancelled + skipped, pending, sent, connection_sent, connected, message_sent, replied, bounced, completed,
             timed_out, cancelled, skipped, messages_sent, opened, accepted, replies, unsubscribed"
    };
}

/// Begins the tally of a campaign with the prospects that it has.
pub(crate) fn begin(tx: &Tx<'_>, campaign: CampaignId) -> Result<()> {
    tx.sql()
        .prepare_cached(
            "INSERT INTO tally (campaign_id, pending, sent, connection_sent, connected, message_sent, replied, bounced,
                 completed, timed_out, cancelled, skipped, messages_sent, opened, accepted, replies, unsubscribed)
             SELECT ?1, count(*) FILTER (WHERE status = 'pending'), 0, 0, 0, 0, 0, 0, 0, 0, 0,
                 count(*) FILTER (WHERE status = 'skipped'), 0, 0, 0, 0, 0
             FROM prospect WHERE campaign_id = ?1",
        )?
        .execute((campaign,))?;
    Ok(())
}

/// Counts a change; nothing, for a draft.
pub(crate) fn add(tx: &Tx<'_>, campaign: CampaignId, change: &Tally) -> Result<()> {
    if *change == Tally::default() {
        return Ok(());
    }
    let mut statement = tx.sql().prepare_cached(
        "UPDATE tally
         SET pending = pending + ?2, sent = sent + ?3, connection_sent = connection_sent + ?4,
             connected = connected + ?5, message_sent = message_sent + ?6, replied = replied + ?7,
             bounced = bounced + ?8, completed = completed + ?9, timed_out = timed_out + ?10,
             cancelled = cancelled + ?11, skipped = skipped + ?12, messages_sent = messages_sent + ?13,
             opened = opened + ?14, accepted = accepted + ?15, replies = replies + ?16, unsubscribed = unsubscribed + ?17
         WHERE campaign_id = ?1",
    )?;
    statement.raw_bind_parameter(1, campaign)?;
    for (index, by) in (2..).zip(change.0) {
        statement.raw_bind_parameter(index, by)?;
    }
    statement.raw_execute()?;
    Ok(())
}

/// The tally of a campaign that was launched.
pub(crate) fn find(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Option<Stats>> {
    let mut statement =
        snapshot.sql().prepare_cached(concat!("SELECT ", columns!(), " FROM tally WHERE campaign_id = ?1"))?;
    Ok(statement.query_row((campaign,), decode).optional()?)
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

fn decode(row: &Row<'_>) -> rusqlite::Result<Stats> {
    Ok(Stats {
        prospects: row.get(0)?,
        pending: row.get(1)?,
        sent: row.get(2)?,
        connection_sent: row.get(3)?,
        connected: row.get(4)?,
        message_sent: row.get(5)?,
        replied: row.get(6)?,
        bounced: row.get(7)?,
        completed: row.get(8)?,
        timed_out: row.get(9)?,
        cancelled: row.get(10)?,
        skipped: row.get(11)?,
        messages_sent: row.get(12)?,
        opened: row.get(13)?,
        accepted: row.get(14)?,
        replies: row.get(15)?,
        unsubscribed: row.get(16)?,
    })
}
