//! Bounces: the addresses from which something came back, of which whoever writes to them again is told (SPEC §3).

pub(crate) mod rows;
