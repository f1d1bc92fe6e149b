//! Comparing the variants of nodes by what became of their messages (`docs/rules.md#variants`).

mod ops;
mod rates;
mod rows;

use serde::Serialize;

use crate::id::{NodeId, VariantId};
pub use rates::RateDifference;

/// What became of the variants of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VariantComparison {
    /// The nodes that have variants, or of which some were handed out, in the order of the sequence.
    pub nodes: Vec<ComparedNode>,
}

/// What became of the variants of a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComparedNode {
    /// The node.
    pub node_id: NodeId,
    /// Its place in the sequence, from 0.
    pub position: usize,
    /// Its variants in their order; after them those that it has not any more and that were handed out.
    pub variants: Vec<ComparedVariant>,
}

/// What became of the messages of a variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComparedVariant {
    /// The variant.
    pub variant_id: VariantId,
    /// Its weight; none where the node does not have it any more.
    pub weight: Option<u32>,
    /// How many of its messages were sent, those that bounced included. What follows counts among them.
    pub sent: u32,
    /// How many emails were opened, as far as that is known.
    pub opened: u32,
    /// How many were the last that was sent before a reply.
    pub replied: u32,
    /// How many came back.
    pub bounced: u32,
    /// How many were the last before the prospect unsubscribed.
    pub unsubscribed: u32,
    /// How many were the last before the prospect complained.
    pub complained: u32,
    /// The part of those sent that was replied to, from 0 to 1; none where none was sent.
    pub reply_rate: Option<f64>,
    /// Whether enough of them were sent (100) and replied to (5) to compare them with others.
    pub is_enough: bool,
    /// By how much its reply rate is above that of the first variant; none for the first itself, and while there is not
    /// enough of either.
    pub against_first: Option<RateDifference>,
}
