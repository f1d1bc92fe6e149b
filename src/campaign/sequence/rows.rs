//! The SQL of the sequence node table.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::{SequenceNode, Step, Variant};
use crate::bounds::VARIANTS_MAX;
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

row! {
    struct VariantColumns as variant_columns { campaign_id, node_id, position, id, weight, subject, body }
}

const AT_VARIANT: VariantColumns<usize> = VariantColumns::at(0);

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
        for (position, variant) in (0_u32..).zip(&node.variants) {
            insert_variant(tx, campaign, node.id, position, variant)?;
        }
    }
    Ok(())
}

fn insert_variant(tx: &Tx<'_>, campaign: CampaignId, node: NodeId, position: u32, variant: &Variant) -> Result<()> {
    let values: VariantColumns<&dyn ToSql> = VariantColumns {
        campaign_id: &campaign,
        node_id: &node,
        position: &position,
        id: &variant.id,
        weight: &variant.weight,
        subject: &variant.subject,
        body: &variant.body,
    };
    let mut statement =
        tx.statement(concat!("INSERT INTO variant (", variant_columns!(), ") VALUES (", variant_columns!(?), ")"))?;
    values.insert(&mut statement)?;
    Ok(())
}

/// Stores other nodes before the end than there were.
pub(crate) fn replace(tx: &Tx<'_>, campaign: CampaignId, nodes: &[SequenceNode]) -> Result<()> {
    tx.statement("DELETE FROM sequence_node WHERE campaign_id = ?1")?.execute((campaign,))?;
    tx.statement("DELETE FROM variant WHERE campaign_id = ?1")?.execute((campaign,))?;
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
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        variant_columns!(),
        " FROM variant WHERE campaign_id = ?1 ORDER BY node_id, position"
    ))?;
    let mut rows = statement.query((campaign,))?;
    while let Some(row) = rows.next()? {
        let node: NodeId = row.get(AT_VARIANT.node_id)?;
        let node = or_corrupt(nodes.iter_mut().find(|known| known.id == node))?;
        node.variants.push(decode_variant(row)?);
    }
    nodes.push(SequenceNode { id: end, step: Step::End, variants: Vec::new() });
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

pub(crate) const VARIANTS: Table = Table {
    table: "variant",
    promise: "a variant has a weight and texts within their lengths",
    columns: variant_columns!(),
    key: &["campaign_id", "node_id", "position"],
    read: |row| {
        let _: (CampaignId, NodeId) = (row.get(AT_VARIANT.campaign_id)?, row.get(AT_VARIANT.node_id)?);
        let position: u32 = row.get(AT_VARIANT.position)?;
        Ok((position as usize) < VARIANTS_MAX && decode_variant(row)?.is_storable())
    },
};

fn decode_variant(row: Row<'_>) -> Result<Variant> {
    Ok(Variant {
        id: row.get(AT_VARIANT.id)?,
        weight: row.get(AT_VARIANT.weight)?,
        subject: row.get(AT_VARIANT.subject)?,
        body: row.get(AT_VARIANT.body)?,
    })
}

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
    Ok(SequenceNode { id: row.get(AT.id)?, step: or_corrupt(step)?, variants: Vec::new() })
}
