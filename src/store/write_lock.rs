//! Waiting for the write lock of a file that other processes use, too.

use std::time::Duration;

use rusqlite::Connection;

use super::OpenTransaction;
use crate::error::Result;

/// Takes the write lock, waiting up to `patience` for others.
///
/// SQLite's own wait asks at longer and longer intervals, so that those who came last are served first, and of eight busy
/// processes one may wait in vain. Asking after a millisecond or two, by chance, gives everyone who waits the same prospects.
#[cfg(not(target_family = "wasm"))]
pub(super) fn take(conn: &Connection, patience: Duration) -> Result<OpenTransaction<'_>> {
    use std::hash::{BuildHasher, RandomState};
    use std::time::Instant;

    use crate::error::Error;

    let mut waits_since = None;
    loop {
        conn.busy_timeout(Duration::ZERO)?;
        let taken = OpenTransaction::begin(conn, "BEGIN IMMEDIATE");
        conn.busy_timeout(patience)?;
        let since = *waits_since.get_or_insert_with(Instant::now);
        if !matches!(taken, Err(Error::Busy)) || since.elapsed() >= patience {
            return taken;
        }
        let by_chance = RandomState::new().hash_one(0) % 1_500;
        std::thread::sleep(Duration::from_micros(500 + by_chance));
    }
}

/// Nobody else has the file.
#[cfg(target_family = "wasm")]
pub(super) fn take(conn: &Connection, _: Duration) -> Result<OpenTransaction<'_>> {
    OpenTransaction::begin(conn, "BEGIN IMMEDIATE")
}
