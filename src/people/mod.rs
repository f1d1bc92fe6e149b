//! People: their fields, saved lists, the prospects of campaigns, and those that nothing is sent to,
//! for good or for a time.

pub(crate) mod bounced_address;
pub(crate) mod hold;
pub(crate) mod list;
pub(crate) mod overlap;
pub(crate) mod person;
pub(crate) mod prospect;
pub(crate) mod skipped;
pub(crate) mod suppression;
