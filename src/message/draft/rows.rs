//! The SQL of the draft table.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, Row};

use super::{MessageInput, WrittenMessage};
use crate::campaign::sequence::{is_body, is_subject};
use crate::error::Result;
use crate::id::{CampaignId, NodeId, ProspectId};
use crate::store::{Snapshot, Table, Tx};
use crate::time::Instant;

/// Stores a draft in place of the one that was there.
pub(crate) fn store(tx: &Tx<'_>, draft: &WrittenMessage) -> Result<()> {
    tx.sql()
        .prepare_cached(
            "INSERT INTO draft (prospect_id, node_id, origin, subject, body, input, updated_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (prospect_id, node_id) DO UPDATE
             SET origin = excluded.origin, subject = excluded.subject, body = excluded.body, input = excluded.input,
                 updated_ms = excluded.updated_ms",
        )?
        .execute((
            draft.prospect,
            draft.node,
            draft.origin,
            &draft.subject,
            &draft.body,
            draft.input.0,
            draft.updated_at,
        ))?;
    Ok(())
}

/// Forgets a draft; `false` if there is none.
pub(crate) fn delete(tx: &Tx<'_>, prospect: ProspectId, node: NodeId) -> Result<bool> {
    let deleted = tx
        .sql()
        .prepare_cached("DELETE FROM draft WHERE prospect_id = ?1 AND node_id = ?2")?
        .execute((prospect, node))?;
    Ok(deleted == 1)
}

pub(crate) fn find(snapshot: &Snapshot<'_>, prospect: ProspectId, node: NodeId) -> Result<Option<WrittenMessage>> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT prospect_id, node_id, origin, subject, body, input, updated_ms FROM draft
         WHERE prospect_id = ?1 AND node_id = ?2",
    )?;
    statement.query_row((prospect, node), |row| Ok(decode(row))).optional()?.transpose()
}

/// The messages of a campaign that were written for one prospect each.
pub(crate) fn of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<HashSet<(ProspectId, NodeId)>> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT prospect_id, node_id FROM draft CROSS JOIN prospect ON prospect.id = prospect_id WHERE campaign_id = ?1",
    )?;
    let written = statement.query_map((campaign,), |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    Ok(written)
}

pub(crate) const TABLE: Table = Table {
    table: "draft",
    promise: "a message that was written has texts within their lengths",
    columns: "prospect_id, node_id, origin, subject, body, input, updated_ms",
    key: &["prospect_id", "node_id"],
    read: |row| {
        let draft = decode(row)?;
        Ok(draft.subject.as_deref().is_none_or(is_subject) && is_body(&draft.body) && Instant::is_stored(row, 6)?)
    },
};

fn decode(row: &Row<'_>) -> Result<WrittenMessage> {
    Ok(WrittenMessage {
        prospect: row.get(0)?,
        node: row.get(1)?,
        origin: row.get(2)?,
        subject: row.get(3)?,
        body: row.get(4)?,
        input: MessageInput(row.get(5)?),
        updated_at: row.get(6)?,
    })
}
