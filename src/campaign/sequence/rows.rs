//! The SQL of the sequence node table.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::{SequenceNode, Step};
use crate::error::Result;
use crate::id::{CampaignId, NodeId};
use crate::store::{Row, Snapshot, Table, Tx, Values, or_corrupt, row};

row! {
    struct Columns as columns { campaign_id, position, id, kind = "type", ..content: Content as content }
}

row! {
    /// The columns of which a step fills only some.
    struct Content as content { subject, body, is_reply, text_only, delay_days, delay_hours, delay_minutes }
}

const AT: Columns<usize> = Columns::at(0);

impl<'a> From<&'a Step> for Content<&'a dyn ToSql> {
    fn from(step: &'a Step) -> Self {
        let mut content = Self {
            subject: &Null,
            body: &Null,
            is_reply: &Null,
            text_only: &false,
            delay_days: &Null,
            delay_hours: &Null,
            delay_minutes: &Null,
        };
        match step {
            Step::ConnectionRequest { body } => content.body = body,
            Step::Message { body } => content.body = body,
            Step::Email { subject, body, is_reply, text_only } => {
                (content.subject, content.body) = (subject, body);
                (content.is_reply, content.text_only) = (is_reply, text_only);
            }
            Step::Delay { days, hours, minutes } => {
                (content.delay_days, content.delay_hours, content.delay_minutes) = (days, hours, minutes);
            }
            Step::End => {}
        }
        content
    }
}

/// Stores the nodes before the end, which the campaign itself holds: no sequence can be without one or have two.
pub(crate) fn insert(tx: &Tx<'_>, campaign: CampaignId, nodes: &[SequenceNode]) -> Result<()> {
    let mut statement =
        tx.statement(concat!("INSERT INTO sequence_node (", columns!(), ") VALUES (", columns!(?), ")"))?;
    for (position, node) in (0_u32..).zip(nodes) {
        let values = Columns {
            content: Content::from(&node.step),
            campaign_id: &campaign,
            position: &position,
            id: &node.id,
            kind: &node.step.word(),
        };
        values.insert(&mut statement)?;
    }
    Ok(())
}

/// Stores other nodes before the end than there were.
pub(crate) fn replace(tx: &Tx<'_>, campaign: CampaignId, nodes: &[SequenceNode]) -> Result<()> {
    tx.statement("DELETE FROM sequence_node WHERE campaign_id = ?1")?.execute((campaign,))?;
    insert(tx, campaign, nodes)
}

/// The nodes of a campaign with its end.
pub(crate) fn of_campaign(snapshot: &Snapshot<'_>, campaign: CampaignId, end: NodeId) -> Result<Vec<SequenceNode>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM sequence_node WHERE campaign_id = ?1 ORDER BY position"
    ))?;
    let mut nodes = statement.all((campaign,), decode)?;
    nodes.push(SequenceNode { id: end, step: Step::End });
    Ok(nodes)
}

pub(crate) const TABLE: Table = Table {
    table: "sequence_node",
    promise: "a node has the texts of its type, or a delay of 1 minute to 30 days",
    columns: columns!(),
    key: &["campaign_id", "position"],
    read: |row| {
        let _: (CampaignId, u16) = (row.get(AT.campaign_id)?, row.get(AT.position)?);
        Ok(decode(row)?.step.is_storable())
    },
};

fn decode(row: Row<'_>) -> Result<SequenceNode> {
    let at = &AT.content;
    let kind: String = row.get(AT.kind)?;
    let step = match kind.as_str() {
        "connection_request" => Some(Step::ConnectionRequest { body: row.get(at.body)? }),
        "message" => Some(Step::Message { body: row.get(at.body)? }),
        "email" => Some(Step::Email {
            subject: row.get(at.subject)?,
            body: row.get(at.body)?,
            is_reply: row.get(at.is_reply)?,
            text_only: row.get(at.text_only)?,
        }),
        "delay" => Some(Step::Delay {
            days: row.get(at.delay_days)?,
            hours: row.get(at.delay_hours)?,
            minutes: row.get(at.delay_minutes)?,
        }),
        _ => None,
    };
    Ok(SequenceNode { id: row.get(AT.id)?, step: or_corrupt(step)? })
}
