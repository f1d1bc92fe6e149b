//! Giving room back that the database does not need any more.

use serde::Serialize;

use crate::error::Result;
use crate::privacy::REMOVALS;
use crate::store::Store;
use crate::store::pace::{PacedWork, Unpaced, at_once};

/// What a compaction did to the size of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Compacted {
    /// The bytes that it took before, without its log.
    pub size_before: u64,
    /// The bytes that it takes now.
    pub size: u64,
}

impl Store {
    /// Removes what deletions left and writes the database anew without free pages, which makes its file as small as it can
    /// be; nothing where it has none. Its content stays the same.
    ///
    /// It takes the time of writing the whole database twice, has no pauses, and needs as much free room on the disk as the
    /// result takes, twice: for a copy in a temporary file and for the log. Where the database is in memory or on a VFS of its
    /// own, the copy is in memory. Killed at any moment, it has made the file smaller or left it as it was.
    ///
    /// # Errors
    /// `in_scope` in a [scope](Self::scope); `busy`, where another process uses the database meanwhile; `storage_full`,
    /// `storage_unavailable` and `corrupt`. The content stays the same.
    pub fn compact(&mut self) -> Result<Compacted> {
        self.be_alone()?;
        let size_before = self.info()?.size;
        for remove_next in REMOVALS {
            at_once(self.remove_deleted(&mut PacedWork::of_write(&mut Unpaced), remove_next))?;
        }
        self.give_back()?;
        Ok(Compacted { size_before, size: self.info()?.size })
    }
}
