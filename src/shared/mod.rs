//! A store for many threads: one thread has it, and performs what the others ask it to, one after another.

mod due;
mod due_loop;
mod engine;
mod reply;
#[cfg(feature = "stream")]
mod stream;

use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, ThreadId};

use crate::error::{Error, Result};
use crate::id::UserId;
use crate::sending::outbox::ClaimDue;
use crate::store::Store;
use crate::store::session::Session;
pub use due::{Due, DueTask, StopDue, Until};
use engine::{Engine, Job, job};
pub use reply::Call;
#[cfg(feature = "stream")]
pub use stream::DueStream;

/// The most calls that wait for the thread of a store.
const INBOX: usize = 256;

/// A [`Store`] that many threads and tasks share: clone the handle and pass it on. One thread has the store and performs
/// the calls of all handles, one after another in the order of arrival. It needs no async runtime.
///
/// ```
/// use campaignkit::{AddAccount, CreateUser, ListAccounts, Store};
///
/// let store = Store::open_in_memory()?.into_shared();
/// let user = store.call(|store| store.create_user(CreateUser::default()))?.id;
///
/// let other = store.clone();
/// let adding = std::thread::spawn(move || {
///     other.session(user, |me| me.add_account(AddAccount::email("ana@example.com")))
/// });
/// assert!(adding.join().is_ok_and(|added| added.is_ok()));
/// let accounts = store.session(user, |me| me.list_accounts(ListAccounts::default()))?.accounts;
/// assert_eq!(accounts.len(), 1);
/// store.close()?;
/// # Ok::<(), campaignkit::Error>(())
/// ```
///
/// At most 256 calls wait. Beyond that [`call`](Self::call) waits for a place, and [`call_async`](Self::call_async)
/// returns `busy`.
///
/// Calls that wait are stored together, up to 64 in one transaction, each of which fails alone. Their results come after
/// the common commit; if that fails, all of them fail with its error. So what a closure does besides writing, such as
/// sending on a channel, may happen before its writes are stored, and it must not wait for the result of another call.
///
/// A closure that panics ends only its own call, with the error `bug`: what it was writing is rolled back, what it wrote
/// before stays, and the store goes on with the next call.
///
/// When the last handle is dropped, the calls that were made are finished, the store is closed and its thread has ended.
#[derive(Clone)]
pub struct SharedStore(Arc<Handle>);

/// What all handles share.
struct Handle {
    /// None when it is dropped.
    inbox: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    id: ThreadId,
    overflow: Overflow,
}

/// What loops asked for while the inbox was full: at most one job of each.
#[derive(Clone, Default)]
struct Overflow(Arc<Mutex<Vec<Job>>>);

impl Overflow {
    fn push(&self, job: Job) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(job);
    }

    fn take(&self) -> Vec<Job> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// Gives the store to a thread of its own, for many threads and tasks to use.
    ///
    /// # Panics
    /// If the operating system fails to start a thread, as [`std::thread::spawn`].
    #[must_use]
    pub fn into_shared(self) -> SharedStore {
        let (inbox, jobs) = sync_channel(INBOX);
        let overflow = Overflow::default();
        let asked = overflow.clone();
        let thread = std::thread::spawn(move || {
            Engine::new(self, asked.clone()).run(&jobs);
            drop(jobs);
            // From now on `send_soon` finds the inbox closed.
            drop(asked.take());
        });
        let id = thread.thread().id();
        SharedStore(Arc::new(Handle { inbox: Some(inbox), thread: Some(thread), id, overflow }))
    }
}

impl std::fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedStore").finish_non_exhaustive()
    }
}

impl SharedStore {
    /// Performs `operation` on the store and waits for its result.
    ///
    /// # Errors
    /// Those of `operation`; `bug` if it panics; `closed` after [`close`](Self::close); `busy` when called in a closure
    /// that the store performs, since it would wait for itself.
    pub fn call<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.wait_for(job(operation, || ()))
    }

    /// The same, for code that must not wait: the future of the result. The operation is performed whether or not the
    /// future is polled.
    ///
    /// A closure that the store performs may begin one for others to await. It must not block on it itself: the store would
    /// wait for ever.
    ///
    /// # Errors
    /// As of [`call`](Self::call), all by the future; `busy` if 256 calls wait: nothing was done then.
    pub fn call_async<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Store) -> Result<T> + Send + 'static,
    ) -> Call<T> {
        self.begin(job(operation, || ()))
    }

    /// Performs `operation` for a user and waits for its result.
    ///
    /// # Errors
    /// As of [`call`](Self::call); `user_not_found`.
    pub fn session<T: Send + 'static>(
        &self,
        user: UserId,
        operation: impl FnOnce(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.call(move |store| operation(&mut store.session(user)?))
    }

    /// The same, for code that must not wait: the future of the result.
    ///
    /// # Errors
    /// As of [`call_async`](Self::call_async); `user_not_found`.
    pub fn session_async<T: Send + 'static>(
        &self,
        user: UserId,
        operation: impl FnOnce(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Call<T> {
        self.call_async(move |store| operation(&mut store.session(user)?))
    }

    /// The loop of a host: an iterator over the tasks of a user as they become due (`docs/hosting.md#the-loop`). The
    /// request is that of [`Session::claim_due`]. With its `now`, nothing is handed out that is due after that instant.
    pub fn due(&self, user: UserId, request: ClaimDue) -> Due {
        Due::new(self.clone(), user, request)
    }

    /// Finishes the calls that were made before and closes the store. Later calls of all handles are `closed`. A loop of
    /// [`due`](Self::due) ends, and the lease of what its host has in hand is not extended any more.
    ///
    /// # Errors
    /// Those of [`Store::close`]; `closed` if it was closed before; `busy` when called in a closure that the store
    /// performs.
    pub fn close(self) -> Result<()> {
        let (reply, closed) = Call::begin();
        self.send(Box::new(|engine| engine.closing = Some(reply)))?;
        closed.wait()
    }

    fn wait_for<T>(&self, (job, call): (Job, Call<T>)) -> Result<T> {
        self.send(job)?;
        call.wait()
    }

    fn begin<T>(&self, (job, call): (Job, Call<T>)) -> Call<T> {
        self.try_send(job).map_or_else(|error| Call::ready(Err(error)), |()| call)
    }

    /// `busy` on the thread of the store, which would wait for itself.
    fn may_wait(&self) -> Result<()> {
        if std::thread::current().id() == self.0.id { Err(Error::Busy) } else { Ok(()) }
    }

    fn send(&self, job: Job) -> Result<()> {
        self.may_wait()?;
        self.0.inbox.as_ref().and_then(|inbox| inbox.send(job).ok()).ok_or(Error::Closed)
    }

    fn try_send(&self, job: Job) -> Result<()> {
        self.offer(job)?.map_or(Ok(()), |_| Err(Error::Busy))
    }

    /// Does not wait, and is not refused: what loops ask for goes first where the inbox is full.
    fn send_soon(&self, job: Job) -> Result<()> {
        let Some(job) = self.offer(job)? else { return Ok(()) };
        self.0.overflow.push(job);
        // The thread may have emptied the inbox meanwhile, and sleep, or have ended.
        self.offer(Box::new(|_| ())).map(drop).inspect_err(|_| drop(self.0.overflow.take()))
    }

    /// Returns the job if the inbox is full.
    fn offer(&self, job: Job) -> Result<Option<Job>> {
        match self.0.inbox.as_ref().map(|inbox| inbox.try_send(job)) {
            Some(Ok(())) => Ok(None),
            Some(Err(TrySendError::Full(job))) => Ok(Some(job)),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(Error::Closed),
        }
    }

    /// Lets the thread look at its loops. If the inbox is full it looks soon in any case.
    fn wake(&self) {
        let _ = self.try_send(Box::new(|_| ()));
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.inbox = None;
        // The thread itself drops the last handle where a closure had it.
        if let Some(thread) = self.thread.take().filter(|_| std::thread::current().id() != self.id) {
            // It catches the panics of calls, so it ends in order.
            let _ = thread.join();
        }
    }
}
