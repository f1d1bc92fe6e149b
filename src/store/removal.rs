//! Deletions of what may be large: done in one transaction, after which nobody sees anything of it, while its rows are removed
//! in others.

use crate::error::{Error, Result};
use crate::id::UserId;
use crate::store::event::Change;
use crate::store::pace::{MaybeSend, Pace, PacedWork};
use crate::store::{Movable, Store, Tx, WideCache, WriteTransaction};

/// On how many pages, of indexes that have addresses, profiles and ids of others in no order, the rows are that one transaction
/// removes: 48 MB of its log, which has some for what is in order besides and stays below 64 MB. The more rows, the more of
/// them are on the same page, which is written once.
const PAGES: u64 = 12_288;

/// Removes the next rows of what was deleted, as many as take a fraction of a millisecond. Returns how many, and on how many such
/// pages they can have been.
pub(crate) type RemoveNext = fn(&Tx<'_>) -> Result<(u64, u64)>;

impl Store {
    /// Runs `begin`, which hides what is deleted from everybody, removes the first rows in the same transaction and the others
    /// in some more. `begin` returns what it did and how much there is to do.
    ///
    /// The deletion is done with the first transaction: whatever stops the others leaves rows for the next deletion.
    pub(crate) fn delete_paced(
        &mut self,
        user: UserId,
        pace: &mut dyn Pace,
        remove_next: RemoveNext,
        begin: impl FnOnce(&Tx<'_>, UserId) -> Result<(Change, u64)> + MaybeSend,
    ) -> impl Future<Output = Result<()>> + MaybeSend {
        Movable::of((self, pace, begin), async move |(store, pace, begin)| {
            let mut work = PacedWork::of_write(pace);
            let mut writing = WriteTransaction::begin_long(store)?;
            let (change, rows) = begin(&writing.tx, user)?;
            work.begin(rows, 1);
            let cache = WideCache::widest(writing.tx.sql())?;
            let is_over = work.exhaust(PAGES, || remove_next(&writing.tx)).await?;
            // In the room that they leave, where a disk is full.
            writing.tx.record(user, change)?;
            work.last_chance().await?;
            writing.commit()?;
            drop((writing, cache));
            if !is_over {
                let _ = remove_rest(store, &mut work, remove_next).await;
            }
            work.stored().await;
            Ok(())
        })
    }

    /// Removes the rows that deletions left.
    ///
    /// # Errors
    /// `cancelled`, and those of the storage; what was removed until then stays so.
    pub(crate) fn remove_deleted(
        &mut self,
        work: &mut PacedWork<'_>,
        remove_next: RemoveNext,
    ) -> impl Future<Output = Result<()>> + MaybeSend {
        Movable::of((self, work), async move |(store, work)| remove_rest(store, work, remove_next).await)
    }
}

async fn remove_rest(store: &mut Store, work: &mut PacedWork<'_>, remove_next: RemoveNext) -> Result<()> {
    loop {
        let mut writing = WriteTransaction::begin(store, None)?;
        // With less memory, pages are written and read again before the transaction is done with them.
        let _cache = WideCache::widest(writing.tx.sql())?;
        let removed = work.exhaust(PAGES, || remove_next(&writing.tx)).await;
        if let Ok(_) | Err(Error::Cancelled) = removed {
            writing.commit()?;
        }
        if removed? {
            return Ok(());
        }
    }
}
