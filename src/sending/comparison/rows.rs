//! The SQL of comparisons.

use crate::error::Result;
use crate::id::{CampaignId, NodeId, VariantId};
use crate::sending::task::mark::Mark;
use crate::store::{Snapshot, decode_all, row};

row! {
    struct Columns as columns {
        node_id, variant_id, sent = "count(*)", opened = "count(opened_ms)", replied = "sum(marks & ?2 <> 0)",
        bounced = "sum(status = 'bounced' OR marks & ?3 <> 0)", unsubscribed = "sum(marks & ?4 <> 0)",
        complained = "sum(marks & ?5 <> 0)"
    }
}

const AT: Columns<usize> = Columns::at(0);

/// The messages of a campaign that were sent, by their variants, read from an index that has all that is counted.
pub(super) const SENT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM task INDEXED BY task_of_variant
      WHERE campaign_id = ?1 AND variant_id IS NOT NULL AND (status = 'sent' OR status = 'bounced')
      GROUP BY node_id, variant_id"
);

/// What became of the messages of a variant that were sent.
pub(super) struct Counts {
    pub(super) node: NodeId,
    pub(super) variant: VariantId,
    pub(super) sent: u32,
    pub(super) opened: u32,
    pub(super) replied: u32,
    pub(super) bounced: u32,
    pub(super) unsubscribed: u32,
    pub(super) complained: u32,
}

/// The counts of each variant that was sent, in the order of their ids.
pub(super) fn counts(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<Counts>> {
    let mut statement = snapshot.statement(SENT)?;
    let [replied, bounced, unsubscribed, complained] =
        [Mark::Replied, Mark::Bounced, Mark::Unsubscribed, Mark::Complained].map(Mark::bit);
    decode_all(statement.query((campaign, replied, bounced, unsubscribed, complained))?, |row| {
        Ok(Counts {
            node: row.get(AT.node_id)?,
            variant: row.get(AT.variant_id)?,
            sent: row.get(AT.sent)?,
            opened: row.get(AT.opened)?,
            replied: row.get(AT.replied)?,
            bounced: row.get(AT.bounced)?,
            unsubscribed: row.get(AT.unsubscribed)?,
            complained: row.get(AT.complained)?,
        })
    })
}
