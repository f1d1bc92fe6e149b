//! A value that the thread of a store sends back once.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use crate::error::{Error, Result};

/// A call that is under way: a future of its result, which no runtime has to drive. The call is performed whether or not
/// this is polled, and also if it is dropped.
///
/// # Errors
/// Those of the call; `closed` if the store was closed before.
#[must_use = "the result of the call is lost"]
pub struct Call<T>(Arc<Mutex<Slot<T>>>);

/// The other end of a [`Call`].
pub(super) struct Reply<T>(Arc<Mutex<Slot<T>>>);

struct Slot<T> {
    value: Option<Result<T>>,
    waker: Option<Waker>,
}

impl<T> Call<T> {
    /// A call that has yet to get its result.
    pub(super) fn begin() -> (Reply<T>, Self) {
        let slot = Arc::new(Mutex::new(Slot { value: None, waker: None }));
        (Reply(slot.clone()), Self(slot))
    }

    /// A call that has its result.
    pub(super) fn ready(value: Result<T>) -> Self {
        Self(Arc::new(Mutex::new(Slot { value: Some(value), waker: None })))
    }

    /// Waits for the result.
    pub(super) fn wait(self) -> Result<T> {
        let waker = Arc::new(Unpark(std::thread::current())).into();
        let (mut call, mut context) = (pin!(self), Context::from_waker(&waker));
        loop {
            match call.as_mut().poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

impl<T> std::fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

impl<T> Future for Call<T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let mut slot = lock(&self.0);
        match slot.value.take() {
            Some(result) => Poll::Ready(result),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> Reply<T> {
    pub(super) fn send(self, result: Result<T>) {
        self.put(result);
    }

    fn put(&self, result: Result<T>) {
        let mut slot = lock(&self.0);
        slot.value = Some(result);
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Reply<T> {
    /// Nobody is left to reply, unless there was a reply before.
    fn drop(&mut self) {
        // The caller may have taken that reply: it does not ask again.
        if lock(&self.0).value.is_none() {
            self.put(Err(Error::Closed));
        }
    }
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
