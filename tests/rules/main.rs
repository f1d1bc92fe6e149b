//! What requests may contain, what operations do with them, and whom they concern.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "../kinds/mod.rs"]
mod kinds;
#[path = "../operations/mod.rs"]
mod operations;
#[path = "../world/mod.rs"]
mod world;

mod accounts;
mod answers;
mod bounds;
mod cloning;
mod create_campaign;
mod csv;
mod deleting;
mod documents;
mod encodings;
mod error_messages;
mod export;
mod finding;
mod import;
mod isolation;
mod launch;
mod layouts;
mod lists;
mod memory;
mod messages;
mod patterns;
mod person_zones;
mod privacy;
mod prospects;
mod randomness;
mod reading;
mod requests;
mod schedule;
mod sequence;
mod suppressed_files;
mod suppressions;
mod templates;
mod typed_requests;
mod update_campaign;
mod zones;
