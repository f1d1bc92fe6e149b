//! A loop of a host on the thread of the store: it claims, keeps leases, and hands out tasks one by one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::due::Until;
use super::engine::caught;
use super::reply::Reply;
use crate::bounds::{LEASE_SECONDS, LEASE_SECONDS_DEFAULT};
use crate::error::Result;
use crate::id::{TaskId, UserId};
use crate::sending::outbox::{ClaimDue, CompleteTask, Outcome};
use crate::sending::task::Task;
use crate::store::Store;
use crate::time::Instant;

/// How many tasks are leased at once, unless the host asks for another number.
const BATCH: u32 = 10;

/// When to claim again where something is due that a claim passes over, such as messages of the other channel.
const PASSED_OVER_MS: i64 = 15_000;

/// When to try again to extend leases, where that failed.
const RETRY_MS: i64 = 3_000;

/// A task on its way to a host, and what the host has of it.
pub(super) type HandedTask = (Task, Arc<Hand>);

/// What became of a task that was handed out. While the host has it, its lease is extended.
#[derive(Debug, Default)]
pub(super) struct Hand(AtomicU8);

/// The reply is on its way to the host.
const OFFERED: u8 = 0;
/// The host has it.
const RECEIVED: u8 = 1;
/// The outcome is recorded.
const DONE: u8 = 2;
/// The loop ended before the host had it, and releases it.
const WITHDRAWN: u8 = 3;

impl Hand {
    /// The host takes the task, unless it was withdrawn.
    pub(super) fn receive(&self) -> bool {
        self.leave_offer(RECEIVED)
    }

    /// The loop takes the task back, unless it was received.
    fn withdraw(&self) -> bool {
        self.leave_offer(WITHDRAWN)
    }

    fn leave_offer(&self, to: u8) -> bool {
        self.0.compare_exchange(OFFERED, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// The outcome is recorded.
    pub(super) fn finish(&self) {
        self.0.store(DONE, Ordering::Release);
    }

    fn is_offered(&self) -> bool {
        self.0.load(Ordering::Acquire) == OFFERED
    }

    fn is_done(&self) -> bool {
        self.0.load(Ordering::Acquire) == DONE
    }
}

/// The host wants no more tasks.
pub(super) type Stopped = Arc<AtomicBool>;

pub(super) struct DueLoop {
    user: UserId,
    request: ClaimDue,
    until: Until,
    stopped: Stopped,
    /// Claimed and not handed out.
    queue: VecDeque<Task>,
    in_hand: Vec<(TaskId, Arc<Hand>)>,
    extend_at: Option<Instant>,
    /// The host waits for a task.
    waiting: Option<Waiting>,
    is_over: bool,
}

struct Waiting {
    reply: Reply<Option<HandedTask>>,
    /// The last claim, if there was one while the host waits.
    nothing: Option<NothingDue>,
}

/// A claim handed out nothing.
#[derive(Clone, Copy)]
struct NothingDue {
    /// The user's last event then.
    last_event: i64,
    /// When to claim again if nothing happens before.
    again_at: Option<Instant>,
}

enum Step {
    HandOut(Box<Task>),
    Wait(NothingDue),
    End,
}

impl DueLoop {
    pub(super) fn new(user: UserId, request: ClaimDue, until: Until, stopped: Stopped) -> Self {
        // It claims whenever something is due, and nothing before.
        let request = ClaimDue { max: request.max.or(Some(BATCH)), ahead_seconds: None, ..request };
        Self {
            user,
            request,
            until,
            stopped,
            queue: VecDeque::new(),
            in_hand: Vec::new(),
            extend_at: None,
            waiting: None,
            is_over: false,
        }
    }

    /// Whether it is the loop that this stops.
    pub(super) fn is_of(&self, stopped: &Stopped) -> bool {
        Arc::ptr_eq(&self.stopped, stopped)
    }

    /// Whether it hands out nothing more, and no host has a task of it, whose lease it would extend.
    pub(super) fn is_over(&self) -> bool {
        self.is_over && !self.in_hand.iter().any(is_held)
    }

    /// The host waits for the next task.
    pub(super) fn ask(&mut self, reply: Reply<Option<HandedTask>>) {
        if self.is_over {
            return reply.send(Ok(None));
        }
        self.waiting = Some(Waiting { reply, nothing: None });
    }

    /// Whether the host waits and has no task in hand.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_some() && self.queue.is_empty() && !self.in_hand.iter().any(is_held)
    }

    /// When there is something to do unless something happens before, in milliseconds since the Unix epoch.
    pub(super) fn next_ms(&self) -> Option<i64> {
        let again_at = self.waiting.as_ref().and_then(|waiting| waiting.nothing?.again_at);
        let extend_at = self.extend_at.filter(|_| !self.is_idle());
        again_at.into_iter().chain(extend_at).min().map(Instant::unix_ms)
    }

    /// Hands out a task if the host waits for one and there is one, or ends.
    pub(super) fn serve(&mut self, store: &mut Store) {
        if self.has_to_end() {
            return self.end(store);
        }
        let Some(waiting) = self.waiting.take() else { return };
        match caught(|| self.step(store, waiting.nothing)) {
            Ok(Step::HandOut(task)) => {
                let hand = Arc::new(Hand::default());
                self.in_hand.push((task.id, hand.clone()));
                waiting.reply.send(Ok(Some((*task, hand))));
            }
            Ok(Step::Wait(nothing)) => self.waiting = Some(Waiting { nothing: Some(nothing), ..waiting }),
            Ok(Step::End) => {
                self.waiting = Some(waiting);
                self.end(store);
            }
            Err(error) => {
                self.end(store);
                waiting.reply.send(Err(error));
            }
        }
    }

    fn step(&mut self, store: &mut Store, nothing: Option<NothingDue>) -> Result<Step> {
        let now = store.now();
        let end = if let Until::At(end) = self.until { Some(end) } else { None };
        if end.is_some_and(|end| now >= end) {
            return Ok(Step::End);
        }
        let seconds = self.lease_seconds();
        let mut me = store.session(self.user)?;
        while let Some(task) = self.queue.front() {
            let is_leased = me.is_leased(task.id)? || me.extend_lease(task.id, seconds).is_ok();
            let Some(task) = self.queue.pop_front() else { break };
            if is_leased {
                return Ok(Step::HandOut(Box::new(task)));
            }
            // Since it was claimed, its person was erased, unsubscribed, or has replied.
            let _ = me.release_task(task.id);
        }
        if let Some(nothing) = nothing
            && nothing.again_at.is_none_or(|again_at| now < again_at)
            && nothing.last_event == me.last_event()?
        {
            return Ok(Step::Wait(nothing));
        }
        let claimed = me.claim_due(self.request_at(now))?;
        let last_event = me.last_event()?;
        self.queue.extend(claimed.tasks);
        if let Some(task) = self.queue.pop_front() {
            let half = now.plus_ms(self.half_lease_ms());
            // What an earlier claim leased may still be in hand.
            self.extend_at = Some(self.extend_at.map_or(half, |extend_at| extend_at.min(half)));
            return Ok(Step::HandOut(Box::new(task)));
        }
        if self.until == Until::Idle || self.until == Until::Finished && claimed.next_due_at.is_none() {
            return Ok(Step::End);
        }
        let next = claimed.next_due_at.map(|next| if next > now { next } else { now.plus_ms(PASSED_OVER_MS) });
        Ok(Step::Wait(NothingDue { last_event, again_at: next.into_iter().chain(end).min() }))
    }

    /// What to claim. Leases count from the instant of the claim, which may be some time ago.
    fn request_at(&self, now: Instant) -> ClaimDue {
        let Some(then) = self.request.now else { return self.request.clone() };
        let ago_seconds = u32::try_from((now.unix_ms() - then.unix_ms()).max(0) / 1_000).unwrap_or(u32::MAX);
        let longest = u32::try_from(*LEASE_SECONDS.end()).unwrap_or(u32::MAX);
        let lease_seconds = Some(self.lease_seconds().saturating_add(ago_seconds).min(longest));
        ClaimDue { lease_seconds, ..self.request.clone() }
    }

    fn half_lease_ms(&self) -> i64 {
        i64::from(self.lease_seconds()) * 500
    }

    fn lease_seconds(&self) -> u32 {
        self.request.lease_seconds.unwrap_or(LEASE_SECONDS_DEFAULT)
    }

    /// Whether it has something to do before anybody else.
    pub(super) fn comes_first(&self, now: Instant) -> bool {
        self.must_extend(now) || self.has_to_end()
    }

    fn has_to_end(&self) -> bool {
        !self.is_over && self.stopped.load(Ordering::Acquire)
    }

    /// Whether it is time to extend leases.
    fn must_extend(&self, now: Instant) -> bool {
        self.extend_at.is_some_and(|extend_at| extend_at <= now)
    }

    /// Extends the leases of all tasks that the loop or the host has, in one transaction, when half of them is over. One
    /// that is gone for good is left alone; any other failure may pass, and is tried again soon.
    pub(super) fn keep_leases(&mut self, store: &mut Store) {
        self.in_hand.retain(|task| is_held(task) || task.1.is_offered());
        let now = store.now();
        if !self.must_extend(now) {
            return;
        }
        let tasks: Vec<_> =
            self.queue.iter().map(|task| task.id).chain(self.in_hand.iter().map(|(id, _)| *id)).collect();
        if tasks.is_empty() {
            self.extend_at = None;
            return;
        }
        let half_ms = self.half_lease_ms();
        self.extend_at = Some(now.plus_ms(half_ms.min(RETRY_MS)));
        let seconds = self.lease_seconds();
        if let Ok(gone) = store.session(self.user).and_then(|mut me| me.extend_leases(&tasks, seconds)) {
            self.in_hand.retain(|(id, _)| !gone.contains(id));
            self.extend_at = Some(now.plus_ms(half_ms));
        }
    }

    /// Releases what no host has, and hands out nothing more. What a host has stays leased; what cannot be released is due
    /// when its lease ends.
    pub(super) fn end(&mut self, store: &mut Store) {
        let lost = self.in_hand.extract_if(.., |(_, hand)| hand.withdraw());
        let left = lost.map(|(id, _)| id).chain(self.queue.drain(..).map(|task| task.id));
        let outcome = Outcome::Deferred { retry_at: Some(store.now()) };
        let left: Vec<_> =
            left.map(|task_id| CompleteTask { task_id, outcome, note: None, provider_id: None }).collect();
        if !left.is_empty() {
            let _ = store.session(self.user).and_then(|mut me| me.complete_tasks(left));
        }
        self.is_over = true;
        if let Some(waiting) = self.waiting.take() {
            waiting.reply.send(Ok(None));
        }
    }
}

/// Whether a host holds a task that it has yet to complete.
fn is_held((_, hand): &(TaskId, Arc<Hand>)) -> bool {
    Arc::strong_count(hand) > 1 && !hand.is_done()
}
