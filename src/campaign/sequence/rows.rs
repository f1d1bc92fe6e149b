//! The SQL of the sequence node table.

use rusqlite::Row;

use super::{SequenceNode, Step};
use crate::error::Result;
use crate::id::{CampaignId, NodeId};
use crate::store::{Snapshot, Table, Tx, decode_all, or_corrupt};

/// Stores the nodes before the end, which the campaign itself holds: no sequence can be without one or have two.
pub(crate) fn insert(tx: &Tx<'_>, campaign: CampaignId, nodes: &[SequenceNode]) -> Result<()> {
    let mut statement = tx.sql().prepare_cached(
        "INSERT INTO sequence_node (campaign_id, position, id, type, subject, body, is_reply, delay_days, delay_hours,
             delay_minutes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (position, node) in (0_u32..).zip(nodes) {
        let mut columns = Columns::default();
        match &node.step {
            Step::ConnectionRequest { body } => columns.body = body.as_deref(),
            Step::Message { body } => columns.body = Some(body.as_str()),
            Step::Email { subject, body, is_reply } => {
                (columns.subject, columns.body, columns.is_reply) =
                    (Some(subject.as_str()), Some(body.as_str()), Some(*is_reply));
            }
            Step::Delay { days, hours, minutes } => columns.delay = (Some(*days), Some(*hours), Some(*minutes)),
            Step::End => {}
        }
        statement.execute((
            campaign,
            position,
            node.id,
            node.step.word(),
            columns.subject,
            columns.body,
            columns.is_reply,
            columns.delay.0,
            columns.delay.1,
            columns.delay.2,
        ))?;
    }
    Ok(())
}

/// Stores other nodes before the end than there were.
pub(crate) fn replace(tx: &Tx<'_>, campaign: CampaignId, nodes: &[SequenceNode]) -> Result<()> {
    tx.sql().prepare_cached("DELETE FROM sequence_node WHERE campaign_id = ?1")?.execute((campaign,))?;
    insert(tx, campaign, nodes)
}

/// The columns of which a step fills only some.
#[derive(Default)]
struct Columns<'a> {
    subject: Option<&'a str>,
    body: Option<&'a str>,
    is_reply: Option<bool>,
    delay: (Option<u32>, Option<u32>, Option<u32>),
}

/// The nodes of a campaign with its end.
pub(crate) fn of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId, end: NodeId) -> Result<Vec<SequenceNode>> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT id, type, subject, body, is_reply, delay_days, delay_hours, delay_minutes
         FROM sequence_node WHERE campaign_id = ?1 ORDER BY position",
    )?;
    let mut nodes = decode_all(statement.query((campaign,))?, decode)?;
    nodes.push(SequenceNode { id: end, step: Step::End });
    Ok(nodes)
}

pub(crate) const TABLE: Table = Table {
    table: "sequence_node",
    promise: "a node has the texts of its type, or a delay of 1 minute to 30 days",
    columns: "id, type, subject, body, is_reply, delay_days, delay_hours, delay_minutes, campaign_id, position",
    key: &["campaign_id", "position"],
    read: |row| {
        let _: (CampaignId, u16) = (row.get(8)?, row.get(9)?);
        Ok(decode(row)?.step.is_storable())
    },
};

fn decode(row: &Row<'_>) -> Result<SequenceNode> {
    let kind: String = row.get(1)?;
    let step = match kind.as_str() {
        "connection_request" => Some(Step::ConnectionRequest { body: row.get(3)? }),
        "message" => Some(Step::Message { body: row.get(3)? }),
        "email" => Some(Step::Email { subject: row.get(2)?, body: row.get(3)?, is_reply: row.get(4)? }),
        "delay" => Some(Step::Delay { days: row.get(5)?, hours: row.get(6)?, minutes: row.get(7)? }),
        _ => None,
    };
    Ok(SequenceNode { id: row.get(0)?, step: or_corrupt(step)? })
}
