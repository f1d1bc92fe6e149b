//! The SQL of comparisons.

use crate::error::Result;
use crate::id::{CampaignId, NodeId, VariantId};
use crate::sending::task::mark::Mark;
use crate::store::{Snapshot, row};

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
    /// How many were sent, opened, replied to, bounced, and followed by an unsubscription and by a complaint.
    pub(super) counts: [u32; 6],
}

/// The counts of each variant that was sent, in the order of their ids.
pub(super) fn counts(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<Counts>> {
    let mut statement = snapshot.statement(SENT)?;
    let [replied, bounced, unsubscribed, complained] =
        [Mark::Replied, Mark::Bounced, Mark::Unsubscribed, Mark::Complained].map(Mark::bit);
    statement.all((campaign, replied, bounced, unsubscribed, complained), |row| {
        let mut counts = [0; 6];
        for (index, count) in counts.iter_mut().enumerate() {
            *count = row.get(AT.sent + index)?;
        }
        Ok(Counts { node: row.get(AT.node_id)?, variant: row.get(AT.variant_id)?, counts })
    })
}
