//! Comparing variants.

use super::rates::Replies;
use super::rows::{self, Counts};
use super::{ComparedNode, ComparedVariant, VariantComparison};
use crate::campaign;
use crate::campaign::sequence::SequenceNode;
use crate::error::{Error, Result};
use crate::id::CampaignId;
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
                variants: compare(node, &counts),
            });
            Ok(VariantComparison { nodes: nodes.filter(|node| !node.variants.is_empty()).collect() })
        })
    }
}

/// The variants of a node and those that it has not any more, with what became of their messages.
fn compare(node: &SequenceNode, counts: &[Counts]) -> Vec<ComparedVariant> {
    let mut all: Vec<_> = node.variants.iter().map(|variant| (variant.id, Some(variant.weight), [0; 6])).collect();
    for found in counts.iter().filter(|counts| counts.node == node.id) {
        match all.iter_mut().find(|(id, ..)| *id == found.variant) {
            Some((.., counts)) => *counts = found.counts,
            None => all.push((found.variant, None, found.counts)),
        }
    }
    let mut compared = Vec::with_capacity(all.len());
    let mut first = None;
    for (variant_id, weight, [sent, opened, replied, bounced, unsubscribed, complained]) in all {
        let replies = Replies { sent, replied };
        let other = first.filter(|first: &Replies| first.is_enough() && replies.is_enough());
        first.get_or_insert(replies);
        compared.push(ComparedVariant {
            variant_id,
            weight,
            sent,
            opened,
            replied,
            bounced,
            unsubscribed,
            complained,
            reply_rate: replies.rate(),
            is_enough: replies.is_enough(),
            against_first: other.and_then(|first| replies.above(first)),
        });
    }
    compared
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
