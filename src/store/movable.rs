//! Futures that hold the connection, and go on in whichever thread polls them.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::store::pace::MaybeSend;

/// A future that can go to another thread between two polls, with the references to the connection, the statements and the
/// rows in it. The compiler refuses that for each of them, as it cannot know that all of them go together.
pub(crate) struct Movable<F>(Pin<Box<F>>);

// SAFETY: A future is polled by one thread at a time, and moved as a whole. `of` alone makes one: what the future gets from
// outside is `Send`, so nobody else has a part that is not; what it makes of that stays in it. None of that belongs to a
// thread: SQLite's connections and statements may be used by any, one after the other (rusqlite's `Connection` is `Send` for
// the same reason), and this crate has no lock or thread-local value that is held while it waits.
unsafe impl<F> Send for Movable<F> {}

impl<F> Movable<F> {
    /// The future of `work`, which has what it gets by `parts` alone.
    pub(crate) fn of<P: MaybeSend>(parts: P, work: impl FnOnce(P) -> F + MaybeSend) -> Self {
        Self(Box::pin(work(parts)))
    }
}

impl<F: Future> Future for Movable<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.0.as_mut().poll(context)
    }
}
