//! Bounces: the addresses from which a message came back, which imports and `validate` report
//! (`docs/rules.md#suppressions`).

pub(crate) mod rows;
