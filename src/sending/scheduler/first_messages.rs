//! First messages by the senders that can send them: campaigns with the same senders in the same hours share one order.

use std::collections::VecDeque;

use super::{CampaignIndex, PerClass, PoolIndex, Scheduler, Seniority, ShiftIndex};
use crate::sending::progress::LimitClass;
use crate::sort::sorted;

/// A campaign with a first message that is due, in the pool of those that can send it.
pub(super) type First = (Seniority, CampaignIndex, PoolIndex, LimitClass);

/// Campaigns in their order. One that had a turn comes last, so most are inserted at the end.
#[derive(Default)]
pub(super) struct Firsts(VecDeque<First>);

impl Firsts {
    pub(super) fn insert(&mut self, first: First) {
        let place = if self.0.back().is_none_or(|last| *last < first) {
            self.0.len()
        } else {
            self.0.partition_point(|other| *other < first)
        };
        if self.0.get(place) != Some(&first) {
            self.0.insert(place, first);
        }
    }

    pub(super) fn remove(&mut self, first: &First) {
        if self.0.front() == Some(first) {
            self.0.pop_front();
        } else if let Ok(place) = self.0.binary_search(first) {
            self.0.remove(place);
        }
    }

    fn first(&self) -> Option<&First> {
        self.0.front()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Shifts of which each can send the same first messages.
pub(super) struct Pool {
    pub(super) shifts: Vec<ShiftIndex>,
    pub(super) firsts: PerClass<Firsts>,
    /// Whether the shifts count it as waiting.
    is_waiting: PerClass<bool>,
    /// How many of the shifts can send one now.
    open: PerClass<u32>,
    /// The campaign that is in the order of the scheduler.
    head: PerClass<Option<First>>,
}

impl Scheduler {
    /// The pool of these shifts.
    pub(super) fn pool(&mut self, shifts: Vec<ShiftIndex>) -> PoolIndex {
        let shifts = sorted(shifts);
        if let Some(pool) = self.pool_of.get(&shifts) {
            return *pool;
        }
        let count_open = |class| shifts.iter().filter(|shift| self.shifts[**shift].lets_firsts[class]).count();
        let open = PerClass::of(|class| u32::try_from(count_open(class)).unwrap_or(u32::MAX));
        let pool = self.pools.push(Pool {
            shifts: shifts.clone(),
            firsts: Default::default(),
            is_waiting: Default::default(),
            open,
            head: Default::default(),
        });
        for shift in &shifts {
            self.shifts[*shift].pools.push(pool);
        }
        self.pool_of.insert(shifts, pool);
        pool
    }

    /// One shift more of a pool can send first messages now, or one less.
    pub(super) fn set_open(&mut self, pool: PoolIndex, class: LimitClass, is_more: bool) {
        let open = &mut self.pools[pool].open[class];
        *open = if is_more { *open + 1 } else { open.saturating_sub(1) };
        self.rank(pool, class);
    }

    /// Updates which campaign of a pool is next with a first message.
    pub(super) fn rank(&mut self, pool: PoolIndex, class: LimitClass) {
        let its = &mut self.pools[pool];
        let is_waiting = !its.firsts[class].is_empty();
        if its.is_waiting[class] != is_waiting {
            its.is_waiting[class] = is_waiting;
            for shift in &its.shifts {
                let waiting = &mut self.shifts[*shift].waiting[class];
                *waiting = if is_waiting { *waiting + 1 } else { waiting.saturating_sub(1) };
                self.stale.mark(&mut self.shifts, *shift);
            }
        }
        let head = its.firsts[class].first().filter(|_| its.open[class] > 0).copied();
        if its.head[class] == head {
            return;
        }
        if let Some(before) = std::mem::replace(&mut its.head[class], head) {
            self.firsts.remove(&before);
        }
        self.firsts.extend(head);
    }
}
