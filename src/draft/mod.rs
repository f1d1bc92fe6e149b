//! Drafts: messages written for one prospect each, in place of the template of a node (SPEC §7).

pub(crate) mod rows;

use crate::error::Result;
use crate::message::Message;
use crate::prospect::Prospect;
use crate::store::Snapshot;

/// The message with the texts that were written for a prospect, if there are any that count.
pub(crate) fn of_message(_: &Snapshot<'_>, _: &Message, _: &Prospect) -> Result<Option<Message>> {
    Ok(None)
}
