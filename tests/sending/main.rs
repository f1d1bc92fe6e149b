//! What a running campaign does: who is contacted when, by which account, and what is reported.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "../child/mod.rs"]
mod child;
#[path = "../world/mod.rs"]
mod world;

mod ahead;
mod asleep;
mod blackout_dates;
mod due;
mod following;
mod foresight;
mod journey;
mod limits;
mod month;
mod outages;
mod outbox;
mod paced;
mod pacing;
mod race;
mod reports;
mod shared;
mod shares;
mod zones;
