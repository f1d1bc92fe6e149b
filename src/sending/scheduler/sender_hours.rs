//! Shifts: a sender in operating hours that several campaigns share, which are evaluated once for all of them.

use std::collections::BTreeSet;

use super::{
    Arena, CampaignIndex, CampaignSenderIndex, Kept, OpeningHoursIndex, PerClass, PoolIndex, QueueKind, SenderIndex,
    ShiftIndex,
};
use crate::sending::progress::{LimitClass, QueueEntry};
use crate::time::Instant;

/// The first entry of one queue of one campaign sender.
pub(super) type Head = (QueueEntry, CampaignIndex, CampaignSenderIndex, QueueKind);

/// A sender in the hours of some campaigns.
pub(super) struct Shift {
    pub(super) sender: SenderIndex,
    pub(super) opening: OpeningHoursIndex,
    /// Messages that have a place in the limits of the day.
    pub(super) placed: BTreeSet<Head>,
    /// Follow-ups.
    pub(super) begun: PerClass<BTreeSet<Head>>,
    /// The pools in which it is.
    pub(super) pools: Vec<PoolIndex>,
    /// In how many of these first messages are due, and whether it can send them now.
    pub(super) waiting: PerClass<u32>,
    pub(super) lets_firsts: PerClass<bool>,
    pub(super) kept: PerClass<Kept>,
    /// Its entry in the order of the scheduler.
    pub(super) head: Option<Head>,
    /// Whether it must be evaluated before the next message.
    pub(super) is_stale: bool,
    /// Whether it may send now.
    pub(super) is_active: bool,
    /// If not, it sends nothing before.
    pub(super) wake: Option<Instant>,
    /// On how many of the seven days from a day on it is open.
    pub(super) open_days: Option<(Instant, usize)>,
}

impl Shift {
    pub(super) fn new(sender: SenderIndex, opening: OpeningHoursIndex) -> Self {
        Self {
            sender,
            opening,
            placed: BTreeSet::new(),
            begun: Default::default(),
            pools: Vec::new(),
            waiting: Default::default(),
            lets_firsts: Default::default(),
            kept: Default::default(),
            head: None,
            is_stale: false,
            is_active: false,
            wake: None,
            open_days: None,
        }
    }

    /// Whether it can send a first message that is due.
    pub(super) fn has_firsts(&self) -> bool {
        LimitClass::ALL.into_iter().any(|class| self.waiting[class] > 0 && self.lets_firsts[class])
    }

    /// Whether anything is due, whether it can send it or not.
    pub(super) fn has_due(&self, now: Instant) -> bool {
        let of_class = |class| self.waiting[class] > 0 || is_first_due(&self.begun[class], now);
        is_first_due(&self.placed, now) || LimitClass::ALL.into_iter().any(of_class)
    }

    pub(super) fn heads_mut(&mut self, from: QueueKind, class: LimitClass) -> &mut BTreeSet<Head> {
        if from == QueueKind::Placed { &mut self.placed } else { &mut self.begun[class] }
    }
}

fn is_first_due(heads: &BTreeSet<Head>, now: Instant) -> bool {
    heads.first().is_some_and(|head| head.0.due <= now)
}

/// The shifts that must be evaluated before the next message.
#[derive(Default)]
pub(super) struct Stale(Vec<ShiftIndex>);

impl Stale {
    pub(super) fn mark(&mut self, shifts: &mut Arena<ShiftIndex, Shift>, shift: ShiftIndex) {
        if !std::mem::replace(&mut shifts[shift].is_stale, true) {
            self.0.push(shift);
        }
    }

    pub(super) fn pop(&mut self, shifts: &mut Arena<ShiftIndex, Shift>) -> Option<ShiftIndex> {
        let shift = self.0.pop()?;
        shifts[shift].is_stale = false;
        Some(shift)
    }
}
