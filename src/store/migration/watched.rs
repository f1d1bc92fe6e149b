//! Work of SQLite that does not come back for long, such as building an index: it asks now and then whether it goes on.

use std::ops::Range;

use rusqlite::Connection;

use crate::error::Result;
use crate::store::pace::PacedWork;

/// Does a part of some work, which goes from the start of `share` to at most its end.
///
/// # Errors
/// `cancelled`, and those of the part.
#[cfg(not(target_family = "wasm"))]
pub(super) fn watched<T>(
    conn: &Connection,
    work: &mut PacedWork<'_>,
    share: Range<u64>,
    part: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let mut watch = native::Watch { work, done: share.start, end: share.end, stopped: None };
    let set = native::Handler::set(conn, &mut watch);
    let done = part();
    drop(set);
    match watch.stopped {
        Some(Ok(())) => Err(crate::error::Error::Cancelled),
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => done,
    }
}

/// SQLite is compiled to wasm without that, which costs something in every call: there it is asked between two parts alone.
#[cfg(target_family = "wasm")]
pub(super) fn watched<T>(
    _: &Connection,
    _: &mut PacedWork<'_>,
    _: Range<u64>,
    part: impl FnOnce() -> Result<T>,
) -> Result<T> {
    part()
}

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::any::Any;
    use std::ffi::{c_int, c_void};
    use std::marker::PhantomData;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use rusqlite::{Connection, ffi};

    use crate::store::pace::PacedWork;

    /// How many steps of its virtual machine SQLite makes between two questions: a fraction of a millisecond.
    const STEPS: c_int = 4_096;

    pub(super) struct Watch<'w, 'p> {
        pub(super) work: &'w mut PacedWork<'p>,
        pub(super) done: u64,
        pub(super) end: u64,
        /// Whether it was broken off, or its pace panicked.
        pub(super) stopped: Option<Result<(), Box<dyn Any + Send>>>,
    }

    impl Watch<'_, '_> {
        fn goes_on(&mut self) -> bool {
            self.done = (self.done + STEPS.unsigned_abs() as u64).min(self.end);
            let (work, done) = (&mut *self.work, self.done);
            match catch_unwind(AssertUnwindSafe(|| work.glance(done))) {
                Ok(true) => return true,
                Ok(false) => self.stopped = Some(Ok(())),
                Err(panic) => self.stopped = Some(Err(panic)),
            }
            false
        }
    }

    /// Makes a connection ask a watch for as long as this is there.
    pub(super) struct Handler<'w>(*mut ffi::sqlite3, PhantomData<&'w mut ()>);

    impl<'w> Handler<'w> {
        pub(super) fn set(conn: &'w Connection, watch: &'w mut Watch<'_, '_>) -> Self {
            // SAFETY: The connection and the watch outlive the handler, which nobody forgets; nobody uses the watch meanwhile
            // but `ask`, which SQLite calls in this thread, and which returns before it calls it again.
            unsafe {
                let db = conn.handle();
                ffi::sqlite3_progress_handler(db, STEPS, Some(ask), std::ptr::from_mut(watch).cast());
                Self(db, PhantomData)
            }
        }
    }

    impl Drop for Handler<'_> {
        fn drop(&mut self) {
            // SAFETY: The connection is still there.
            unsafe { ffi::sqlite3_progress_handler(self.0, 0, None, std::ptr::null_mut()) }
        }
    }

    unsafe extern "C" fn ask(watch: *mut c_void) -> c_int {
        // SAFETY: It is the one that `Handler::set` gave, of which there is no other reference.
        let watch = unsafe { &mut *watch.cast::<Watch<'_, '_>>() };
        // What does not go on is interrupted.
        c_int::from(!watch.goes_on())
    }
}
