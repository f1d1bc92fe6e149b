//! Bounces: the addresses from which something came back, of which whoever writes to them again is told
//! (`docs/rules.md#suppressions`).

pub(crate) mod rows;
