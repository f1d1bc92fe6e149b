//! The thread of a shared store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use super::Overflow;
use super::due_loop::DueLoop;
use super::reply::{Call, Reply};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::host::time_until;

/// Something for the thread to do.
pub(super) type Job = Box<dyn FnOnce(&mut Engine) + Send>;

/// How long the thread sleeps at most while a loop waits: the clock may be set, and another process may change the file.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// The most jobs that are performed in one transaction.
const BATCH: usize = 64;

/// A call, which the thread performs, and its result. `stored` runs when what it did is stored.
pub(super) fn job<T: Send + 'static>(
    operation: impl FnOnce(&mut Store) -> Result<T> + Send + 'static,
    stored: impl FnOnce() + Send + 'static,
) -> (Job, Call<T>) {
    let (reply, call) = Call::begin();
    let job = Box::new(move |engine: &mut Engine| {
        let result = caught(|| operation(&mut engine.store));
        let send = move |failure: Option<&Error>| match (failure, result) {
            (Some(error), _) => reply.send(Err(error.again())),
            (None, Ok(value)) => {
                stored();
                reply.send(Ok(value));
            }
            (None, error) => reply.send(error),
        };
        // A waker may panic, and so may a result that nobody waits for any more, when it is dropped.
        engine.store.reply(Box::new(|failure| {
            let _ = caught(|| {
                send(failure);
                Ok(())
            });
        }));
    });
    (job, call)
}

pub(super) struct Engine {
    pub(super) store: Store,
    pub(super) loops: Vec<DueLoop>,
    /// The end was asked for, by the one who gets its result.
    pub(super) closing: Option<Reply<()>>,
    overflow: Overflow,
    /// A job that was taken from the inbox, and is yet to be performed.
    next: Option<Job>,
}

impl Engine {
    pub(super) fn new(store: Store, overflow: Overflow) -> Self {
        Self { store, loops: Vec::new(), closing: None, overflow, next: None }
    }

    /// Performs jobs until the store is closed or nobody has a handle any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        while self.closing.is_none() {
            let job = self.next_job(jobs);
            // Before the job, which may claim what a loop has leased.
            self.tend(DueLoop::keep_leases);
            match job {
                Ok(job) => self.perform_with_waiting(job, jobs),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            for job in self.overflow.take() {
                self.perform(job);
            }
            self.tend(DueLoop::serve);
            // After what loops asked for before.
            self.store.send_replies();
            self.loops.retain(|due| !due.is_over());
        }
        self.tend(DueLoop::end);
        let closed = self.store.close();
        if let Some(reply) = self.closing {
            reply.send(closed);
        }
    }

    /// Performs a job, and in the same transaction those that wait already.
    fn perform_with_waiting(&mut self, first: Job, jobs: &Receiver<Job>) {
        self.next = jobs.try_recv().ok();
        if self.next.is_none() {
            return self.perform(first);
        }
        self.store.begin_ending_batch();
        self.perform(first);
        for _ in 1..BATCH {
            if !self.goes_on() {
                break;
            }
            let Some(job) = self.next.take().or_else(|| jobs.try_recv().ok()) else { break };
            self.perform(job);
        }
        // The replies have its error.
        let _ = caught(|| self.store.commit_batch());
        // An observer that panics ends no call.
        while caught(|| {
            self.store.tell_observer();
            Ok(())
        })
        .is_err()
        {}
    }

    /// Whether the batch takes another job: it has not ended, nobody asked for the end of the store, and no loop has to
    /// extend or to release something before.
    fn goes_on(&mut self) -> bool {
        if !self.store.is_in_batch() || self.closing.is_some() {
            return false;
        }
        self.loops.is_empty() || {
            let now = self.store.now();
            !self.loops.iter().any(|due| due.comes_first(now))
        }
    }

    fn perform(&mut self, job: Job) {
        // The job of a loop may panic, too.
        let _ = caught(|| {
            job(self);
            Ok(())
        });
    }

    fn tend(&mut self, each: fn(&mut DueLoop, &mut Store)) {
        for due in &mut self.loops {
            // The host gets the error of its next task, if there is one.
            let _ = caught(|| {
                each(due, &mut self.store);
                Ok(())
            });
        }
    }

    fn next_job(&mut self, jobs: &Receiver<Job>) -> Result<Job, RecvTimeoutError> {
        if let Some(job) = self.next.take() {
            return Ok(job);
        }
        match jobs.try_recv() {
            Err(TryRecvError::Empty) => {}
            job => return job.map_err(|_| RecvTimeoutError::Disconnected),
        }
        match self.time_to_sleep() {
            Some(time) => jobs.recv_timeout(time),
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// How long there is nothing to do unless somebody calls; none for as long as nobody does.
    fn time_to_sleep(&mut self) -> Option<Duration> {
        if self.loops.is_empty() {
            return None;
        }
        let next = self.loops.iter().filter_map(DueLoop::next_ms).min();
        let is_idle = self.loops.iter().all(DueLoop::is_idle);
        let host = self.store.host();
        let time = match next {
            Some(next_ms) if is_idle => host.begin_wait(next_ms),
            Some(next_ms) => time_until(host.now_ms(), next_ms),
            None => LONGEST_SLEEP,
        };
        Some(time.min(LONGEST_SLEEP))
    }
}

/// The result of work on a store, also where it panics. A transaction that a panic leaves is rolled back when it is
/// dropped, and a store has no other state that could be left half-done.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Bug(None)))
}
