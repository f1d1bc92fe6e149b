//! Senders in the hours of campaigns: what they have in common is looked at once for all of these.

use std::collections::BTreeSet;

use super::{
    Arena, CampaignIndex, CampaignSenderIndex, Kept, OpeningHoursIndex, PerClass, PoolIndex, QueueKind, SenderIndex,
    ShiftIndex,
};
use crate::sending::queue::{LimitClass, QueueEntry};
use crate::time::Instant;

/// Who is first in one queue of one link.
pub(super) type Head = (QueueEntry, CampaignIndex, CampaignSenderIndex, QueueKind);

/// A sender in the hours of some campaigns.
pub(super) struct Shift {
    pub(super) sender: SenderIndex,
    pub(super) opening: OpeningHoursIndex,
    /// What has its place in the limits of the day.
    pub(super) placed: BTreeSet<Head>,
    /// What was begun.
    pub(super) begun: PerClass<BTreeSet<Head>>,
    /// Where it appears.
    pub(super) pools: Vec<PoolIndex>,
    /// In how many of these first messages are due, and whether it can send them now.
    pub(super) waiting: PerClass<u32>,
    pub(super) lets_firsts: PerClass<bool>,
    pub(super) kept: PerClass<Kept>,
    /// Who of it is in the order of turns.
    pub(super) head: Option<Head>,
    /// Whether it is to be looked at before the next turn.
    pub(super) is_stale: bool,
    /// Whether it may have a turn now.
    pub(super) is_active: bool,
    /// If it has none, nothing of it has one before.
    pub(super) wake: Option<Instant>,
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
        }
    }

    /// Whether it can send a first message that is due.
    pub(super) fn has_firsts(&self) -> bool {
        LimitClass::ALL.into_iter().any(|class| self.waiting[class] > 0 && self.lets_firsts[class])
    }

    pub(super) fn heads_mut(&mut self, from: QueueKind, class: LimitClass) -> &mut BTreeSet<Head> {
        if from == QueueKind::Placed { &mut self.placed } else { &mut self.begun[class] }
    }
}

/// The shifts that are to be looked at before the next turn.
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
