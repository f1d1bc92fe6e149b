//! Comparing variants.

use super::rates::Replies;
use super::rows::{self, Counts};
use super::{ComparedNode, ComparedVariant, VariantComparison};
use crate::campaign;
use crate::campaign::sequence::SequenceNode;
use crate::error::{Error, Result};
use crate::id::{CampaignId, VariantId};
use crate::request::Request;
use crate::store::session::Session;

impl Session<'_> {
    /// Counts what became of the variants of a campaign's nodes, and compares the replies to each with those to the first of
    /// its node (`docs/rules.md#variants`).
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input`.
    pub fn compare_variants(&mut self, campaign: impl Request<CampaignId>) -> Result<VariantComparison> {
        let id = campaign.parse()?;
        self.read(|snapshot, user| {
            let campaign = campaign::rows::find(snapshot, user, id)?.ok_or(Error::CampaignNotFound)?;
            let counts = rows::counts(snapshot, id)?;
            let nodes = campaign.sequence_nodes.iter().enumerate().map(|(position, node)| ComparedNode {
                node_id: node.id,
                position,
                variants: compare(node, counts.iter().filter(|counts| counts.node == node.id).collect()),
            });
            Ok(VariantComparison { nodes: nodes.filter(|node| !node.variants.is_empty()).collect() })
        })
    }
}

/// The variants of a node and those that it has not any more, with what became of their messages.
fn compare(node: &SequenceNode, counts: Vec<&Counts>) -> Vec<ComparedVariant> {
    let of = |id: VariantId| counts.iter().find(|counts| counts.variant == id).copied();
    let is_known = |id: VariantId| node.variants.iter().any(|known| known.id == id);
    let known = node.variants.iter().map(|variant| (variant.id, Some(variant.weight), of(variant.id)));
    let gone =
        counts.iter().filter(|counts| !is_known(counts.variant)).map(|counts| (counts.variant, None, Some(*counts)));
    let all = known.chain(gone);
    let mut first = None;
    let compared = all.map(|(variant_id, weight, counts)| {
        let count = |read: fn(&Counts) -> u32| counts.map_or(0, read);
        let replies = Replies { sent: count(|counts| counts.sent), replied: count(|counts| counts.replied) };
        let other = first.filter(|first: &Replies| first.is_enough() && replies.is_enough());
        first.get_or_insert(replies);
        ComparedVariant {
            variant_id,
            weight,
            sent: replies.sent,
            opened: count(|counts| counts.opened),
            replied: replies.replied,
            bounced: count(|counts| counts.bounced),
            unsubscribed: count(|counts| counts.unsubscribed),
            complained: count(|counts| counts.complained),
            reply_rate: replies.rate(),
            is_enough: replies.is_enough(),
            against_first: other.and_then(|first| replies.above(first)),
        }
    });
    compared.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OpenOptions, SimulatedHost};

    #[test]
    fn a_comparison_reads_an_index_that_has_all_that_it_counts_in_its_order() -> Result<()> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let snapshot = store.snapshot();
        let mut statement = snapshot.sql().prepare(&format!("EXPLAIN QUERY PLAN {}", rows::SENT))?;
        let mut steps = statement.raw_query();
        let mut plan = Vec::new();
        while let Some(step) = steps.next()? {
            plan.push(step.get::<_, String>(3)?);
        }
        assert_eq!(plan, ["SEARCH task USING COVERING INDEX task_of_variant (campaign_id=?)"]);
        Ok(())
    }
}
