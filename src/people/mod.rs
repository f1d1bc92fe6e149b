//! People: their fields, saved lists, the prospects of campaigns, and those that nothing is sent to,
//! for good or for a time.

// Its columns are parts of those of others.
#[macro_use]
pub(crate) mod person;

pub(crate) mod bounced_address;
pub(crate) mod erased;
pub(crate) mod hold;
pub(crate) mod list;
pub(crate) mod overlap;
pub(crate) mod prospect;
pub(crate) mod shape;
pub(crate) mod skipped;
pub(crate) mod suppression;
