//! What a database survives: files of other versions and other programs, damage, full disks, power cuts, kills and
//! garbage.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "../child/mod.rs"]
mod child;
#[path = "../inputs/mod.rs"]
mod inputs;
#[path = "../operations/mod.rs"]
mod operations;
#[path = "../power/mod.rs"]
mod power;
#[path = "../world/mod.rs"]
mod world;

mod backup;
mod crash;
mod damage;
mod erasure;
mod faults;
mod garbage;
mod hostile;
mod migration;
mod promises;
mod recovery;
mod storage;
mod together;
