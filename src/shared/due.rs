//! The loop of a host: tasks, one by one, as they become due.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::SharedStore;
use super::due_loop::{DueLoop, Hand, HandedTask, Stopped};
use super::engine::{Engine, Job, job};
use super::reply::Call;
use crate::error::{Error, Result};
use crate::id::{TaskId, UserId};
use crate::sending::outbox::{ClaimDue, Completion, Reported};
use crate::sending::task::Task;
use crate::store::session::Session;
use crate::time::Instant;

/// When a loop of [`SharedStore::due`] ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// Never by itself: it waits also when nothing is going to be due, for what other threads or processes change.
    #[default]
    Stopped,
    /// At an instant: it hands out no task from then on.
    At(Instant),
    /// When nothing is due.
    Idle,
    /// When nothing is due and nothing will be by itself, as when all campaigns are completed.
    Finished,
}

/// Hands out the tasks of a user, one by one, as they become due, and waits where none is. Made by [`SharedStore::due`];
/// it begins with the first task that is asked for.
///
/// ```
/// use campaignkit::{ClaimDue, Outcome, SharedStore, Task, Until, UserId};
/// # fn send(_: &Task) -> Result<(), std::io::Error> { Ok(()) }
///
/// fn run(store: &SharedStore, user: UserId) -> Result<(), campaignkit::Error> {
///     for task in store.due(user, ClaimDue::default()).until(Until::Finished) {
///         let task = task?;
///         let outcome = if send(&task).is_ok() { Outcome::Sent } else { Outcome::FAILED };
///         task.complete(outcome)?;
///     }
///     Ok(())
/// }
/// # let clock = campaignkit::SimulatedHost::new(1, 1_776_852_000_000);
/// # let store = campaignkit::OpenOptions::new(clock).open_in_memory()?.into_shared();
/// # let user = store.call(|store| store.create_user(campaignkit::CreateUser::default()))?.id;
/// # run(&store, user)?;
/// # Ok::<(), campaignkit::Error>(())
/// ```
///
/// At most 10 tasks are leased at once, or `max` of the request. While a task is there, and while it waits in the loop,
/// the thread of the store extends its lease, so sending may take as long as it takes, also after the loop ended. When the
/// loop is dropped, ends or is stopped, the tasks that it did not hand out are released. One whose person has become final
/// since it was leased, such as by an unsubscription, is not handed out.
///
/// It waits until the next instant at which something is due, or until something of the user is changed: at once for
/// changes by handles of the store, within 5 seconds for those of other processes. Where something is due that the request
/// passes over, such as messages of another channel, it looks again every 15 seconds.
///
/// With a [`SimulatedHost`](crate::SimulatedHost) nothing sleeps: when all loops wait and no task is in hand, the clock moves
/// to the next instant.
///
/// # Errors
/// Those of [`Session::claim_due`](crate::Session::claim_due); `user_not_found`; `bug`. After an error it has ended.
#[must_use = "it does nothing unless tasks are taken from it"]
pub struct Due {
    store: SharedStore,
    user: UserId,
    stopped: Stopped,
    /// Until it begins.
    setup: Option<(ClaimDue, Until)>,
    is_over: bool,
}

impl Due {
    pub(super) fn new(store: SharedStore, user: UserId, request: ClaimDue) -> Self {
        Self { store, user, stopped: Stopped::default(), setup: Some((request, Until::default())), is_over: false }
    }

    /// When it ends; by default never. It has no effect on a loop that has begun.
    pub fn until(mut self, end: Until) -> Self {
        if let Some((_, until)) = &mut self.setup {
            *until = end;
        }
        self
    }

    /// Stops the loop from elsewhere, such as from a handler of signals.
    #[must_use]
    pub fn stopper(&self) -> StopDue {
        StopDue { store: self.store.clone(), stopped: self.stopped.clone() }
    }

    /// The same loop as a stream.
    #[cfg(feature = "stream")]
    pub fn into_stream(self) -> super::DueStream {
        super::DueStream::new(self)
    }

    /// Asks the thread of the store for the next task.
    pub(super) fn ask(&mut self) -> Result<Call<Option<HandedTask>>> {
        let (reply, call) = Call::begin();
        let stopped = self.stopped.clone();
        let begun = self.setup.clone().map(|(request, until)| DueLoop::new(self.user, request, until, stopped.clone()));
        let job = move |engine: &mut Engine| {
            engine.loops.extend(begun);
            match engine.loops.iter_mut().find(|due| due.is_of(&stopped)) {
                Some(due) => due.ask(reply),
                None => reply.send(Ok(None)),
            }
        };
        self.store.send_soon(Box::new(job))?;
        self.setup = None;
        Ok(call)
    }

    #[cfg(feature = "stream")]
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Takes the reply of the store.
    pub(super) fn receive(&mut self, reply: Result<Option<HandedTask>>) -> Option<Result<DueTask>> {
        match reply {
            Ok(Some((task, hand))) if hand.receive() => {
                Some(Ok(DueTask { task, hand, user: self.user, store: self.store.clone() }))
            }
            Err(error) if !matches!(error, Error::Closed) => {
                self.is_over = true;
                Some(Err(error))
            }
            // The end of the loop, also one that took back what was on its way.
            Ok(_) | Err(_) => {
                self.is_over = true;
                None
            }
        }
    }
}

impl Iterator for Due {
    type Item = Result<DueTask>;

    fn next(&mut self) -> Option<Result<DueTask>> {
        if self.is_over {
            return None;
        }
        let reply = self.store.may_wait().and_then(|()| self.ask()?.wait());
        self.receive(reply)
    }
}

impl std::iter::FusedIterator for Due {}

impl Drop for Due {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        self.store.wake();
    }
}

impl std::fmt::Debug for Due {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Due").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Stops a loop of [`SharedStore::due`] from elsewhere. It is a handle of the store, too, which stays open while it is there.
#[derive(Clone, Debug)]
pub struct StopDue {
    store: SharedStore,
    stopped: Stopped,
}

impl StopDue {
    /// Ends the loop after the task that it has at present; at once where it waits.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.store.wake();
    }
}

/// A [`Task`] of a loop. While it is there its lease is extended. One that is dropped before its outcome is recorded is
/// left alone: it is handed out again when its lease ends.
#[derive(Debug)]
pub struct DueTask {
    task: Task,
    hand: Arc<Hand>,
    user: UserId,
    store: SharedStore,
}

impl Deref for DueTask {
    type Target = Task;

    fn deref(&self) -> &Task {
        &self.task
    }
}

impl DueTask {
    /// Records the outcome, as [`Session::complete`](crate::Session::complete). Its lease is not extended any more then.
    ///
    /// # Errors
    /// Those of [`Session::complete`](crate::Session::complete) and of [`SharedStore::session`].
    pub fn complete(&self, completion: impl Into<Completion>) -> Result<Reported> {
        let completion = completion.into();
        self.store.wait_for(self.last_job(|me, id| me.complete(id, completion)))
    }

    /// The same, for code that must not wait: the future of the result.
    ///
    /// # Errors
    /// Those of [`Session::complete`](crate::Session::complete) and of [`SharedStore::session_async`].
    pub fn complete_async(&self, completion: impl Into<Completion>) -> Call<Reported> {
        let completion = completion.into();
        self.store.begin(self.last_job(|me, id| me.complete(id, completion)))
    }

    /// Releases a task that was not tried, as [`Session::release_task`](crate::Session::release_task): its message may be
    /// handed out again at once, also by this loop.
    ///
    /// # Errors
    /// As of [`complete`](Self::complete).
    pub fn release(&self) -> Result<Reported> {
        self.store.wait_for(self.last_job(|me, id| me.release_task(id)))
    }

    /// A job after which the lease is not extended any more.
    fn last_job(
        &self,
        operation: impl FnOnce(&mut Session<'_>, TaskId) -> Result<Reported> + Send + 'static,
    ) -> (Job, Call<Reported>) {
        let (id, user, hand) = (self.task.id, self.user, self.hand.clone());
        job(move |store| operation(&mut store.session(user)?, id), move || hand.finish())
    }
}

impl Drop for DueTask {
    fn drop(&mut self) {
        self.store.wake();
    }
}
