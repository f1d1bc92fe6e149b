//! How much SQLite does, counted without a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Result;
use crate::store::Store;

/// What `work` gives, and how many steps of SQLite's virtual machine it takes.
pub(crate) fn steps_of<T>(store: &mut Store, work: impl FnOnce(&mut Store) -> Result<T>) -> Result<(T, u64)> {
    let steps = Arc::new(AtomicU64::new(0));
    let counted = steps.clone();
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    store.connection().progress_handler(1, Some(count))?;
    let value = work(store);
    store.connection().progress_handler(0, None::<fn() -> bool>)?;
    Ok((value?, steps.load(Ordering::Relaxed)))
}
