//! Revising the texts of a launched campaign, for what is not handed out yet (`docs/rules.md#live-edit`).

mod effect;
mod ops;

use serde::Serialize;

use crate::id::ProspectId;
use crate::request::notice::Notice;

/// The result of revising a node, or what it would be.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Revised {
    /// How many messages of the node are not handed out yet: they say the new texts.
    pub messages: u32,
    /// How many of these are to people who were sent an earlier message.
    pub between: u32,
    /// How many messages that were written by hand for one prospect become stale by it; they are sent as they were written.
    pub stale_drafts: u32,
    /// Those of these people for whom the message cannot be written.
    pub unresolved: UnresolvedProspects,
    /// The revision of the campaign now.
    pub revision: u32,
    /// The fields that were ignored; at most 20.
    pub notices: Vec<Notice>,
    /// How many notices there are beyond those, where there are more.
    #[serde(skip_serializing_if = "crate::error::issues::is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional))]
    pub more_notices: u32,
}

/// Prospects for whom a variable has neither a value nor a fallback.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UnresolvedProspects {
    /// How many.
    pub prospects: u32,
    /// The first of them; at most 5.
    pub prospect_ids: Vec<ProspectId>,
}
