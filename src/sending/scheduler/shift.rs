//! Senders in the hours of campaigns: what they have in common is looked at once for all of these.

use std::collections::BTreeSet;

use super::{From, Kept, LinkIndex, OpeningIndex, PerAllowance, RunIndex, SenderIndex, Seniority};
use crate::sending::queue::{Allowance, Place};
use crate::time::Instant;

/// Who is first in one queue of one link.
pub(super) type Head = (Place, RunIndex, LinkIndex, From);

/// A sender in the hours of some campaigns.
pub(super) struct Shift {
    pub(super) sender: SenderIndex,
    pub(super) opening: OpeningIndex,
    /// What has its place in the limits of the day.
    pub(super) placed: BTreeSet<Head>,
    /// What was begun.
    pub(super) begun: PerAllowance<BTreeSet<Head>>,
    /// The campaigns that have a first message that is due.
    pub(super) firsts: PerAllowance<BTreeSet<(Seniority, RunIndex)>>,
    pub(super) kept: PerAllowance<Kept>,
    /// Nothing of it has a turn before.
    pub(super) wake: Option<Instant>,
}

impl Shift {
    pub(super) fn new(sender: SenderIndex, opening: OpeningIndex) -> Self {
        Self {
            sender,
            opening,
            placed: BTreeSet::new(),
            begun: Default::default(),
            firsts: Default::default(),
            kept: Default::default(),
            wake: None,
        }
    }

    pub(super) fn heads_mut(&mut self, from: From, allowance: Allowance) -> &mut BTreeSet<Head> {
        if from == From::Placed { &mut self.placed } else { &mut self.begun[allowance] }
    }
}
