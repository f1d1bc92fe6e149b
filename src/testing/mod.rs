//! For property tests of other people's: strategies for requests, and the invariants of a store.

pub mod invariants;
pub mod strategies;
