//! What was sent, as it counts in the limits of campaigns and accounts. A task counts since it took its place, until it gives
//! that back (`docs/rules.md#limits`).

pub(crate) mod rows;
