//! The checks that the targets share with the tests on stable Rust: what must hold for any input.
//!
//! `cargo xtask soak fuzz` runs each; to run one, in the repository's root:
//! `cargo +nightly fuzz run --sanitizer none csv fuzz/corpus/csv fuzz/seeds/csv -- -dict=fuzz/words.dict`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "as in tests")]

#[path = "../../tests/child/mod.rs"]
mod child;
#[path = "../../tests/inputs/mod.rs"]
pub mod inputs;
#[path = "../../tests/operations/mod.rs"]
mod operations;
#[path = "../../tests/power/mod.rs"]
mod power;
#[path = "../../tests/world/mod.rs"]
mod world;
