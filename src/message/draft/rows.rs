//! The SQL of the draft table.

use std::collections::HashSet;

use rusqlite::ToSql;

use super::{MessageInput, WrittenMessage};
use crate::campaign::sequence::{is_body, is_subject};
use crate::error::Result;
use crate::id::{CampaignId, NodeId, ProspectId};
use crate::store::{Row, Snapshot, Table, Tx, Values, row};

row! {
    struct Columns as columns { prospect_id, node_id, ..content: Content as content }
}

row! {
    struct Content as content { origin, subject, body, input, updated_ms, variant_id }
}

const AT: Columns<usize> = Columns::at(0);

/// Stores a draft in place of the one that was there.
pub(crate) fn store(tx: &Tx<'_>, draft: &WrittenMessage) -> Result<()> {
    let content: Content<&dyn ToSql> = Content {
        origin: &draft.origin,
        subject: &draft.subject,
        body: &draft.body,
        input: &draft.input.0,
        updated_ms: &draft.updated_at,
        variant_id: &draft.variant,
    };
    let mut statement = tx.statement(concat!(
        "INSERT INTO draft (",
        columns!(),
        ") VALUES (",
        columns!(?),
        ") ON CONFLICT (prospect_id, node_id) DO UPDATE SET ",
        content!(= excluded)
    ))?;
    Columns { content, prospect_id: &draft.prospect, node_id: &draft.node }.insert(&mut statement)?;
    Ok(())
}

/// Forgets a draft; `false` if there is none.
pub(crate) fn delete(tx: &Tx<'_>, prospect: ProspectId, node: NodeId) -> Result<bool> {
    let deleted =
        tx.statement("DELETE FROM draft WHERE prospect_id = ?1 AND node_id = ?2")?.execute((prospect, node))?;
    Ok(deleted == 1)
}

pub(crate) fn find(snapshot: &Snapshot<'_>, prospect: ProspectId, node: NodeId) -> Result<Option<WrittenMessage>> {
    let mut statement =
        snapshot.statement(concat!("SELECT ", columns!(), " FROM draft WHERE prospect_id = ?1 AND node_id = ?2"))?;
    statement.find((prospect, node), decode)
}

/// The messages of a node that were written by hand for one prospect each.
pub(crate) fn by_hand(snapshot: &Snapshot<'_>, node: NodeId) -> Result<Vec<WrittenMessage>> {
    let mut statement =
        snapshot.statement(concat!("SELECT ", columns!(), " FROM draft WHERE node_id = ?1 AND origin = 'edited'"))?;
    statement.all((node,), decode)
}

/// The messages of a campaign that were written for one prospect each.
pub(crate) fn of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<HashSet<(ProspectId, NodeId)>> {
    let mut statement = snapshot.statement(
        "SELECT prospect_id, node_id FROM draft CROSS JOIN prospect ON prospect.id = prospect_id WHERE campaign_id = ?1",
    )?;
    let written = statement.all((campaign,), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(written.into_iter().collect())
}

pub(crate) const TABLE: Table = Table {
    table: "draft",
    promise: "a message that was written has texts within their lengths",
    columns: columns!(),
    key: &["prospect_id", "node_id"],
    read: |row| {
        let draft = decode(row)?;
        Ok(draft.subject.as_deref().is_none_or(is_subject)
            && is_body(&draft.body)
            && row.has_instant(AT.content.updated_ms)?)
    },
};

fn decode(row: Row<'_>) -> Result<WrittenMessage> {
    Ok(WrittenMessage {
        prospect: row.get(AT.prospect_id)?,
        node: row.get(AT.node_id)?,
        origin: row.get(AT.content.origin)?,
        variant: row.get(AT.content.variant_id)?,
        subject: row.get(AT.content.subject)?,
        body: row.get(AT.content.body)?,
        input: MessageInput(row.get(AT.content.input)?),
        updated_at: row.get(AT.content.updated_ms)?,
    })
}
