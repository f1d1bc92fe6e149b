//! The gap between two messages of a sender (`docs/rules.md#pacing`).

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::account::rows::HandOuts;
use crate::account::{Account, Pacing};
use crate::time::Instant;

/// When a sender may send again.
pub(crate) struct Gap {
    min_seconds: u32,
    jitter_seconds: u32,
    /// Of its identity.
    seed: u64,
    /// How many messages it handed out.
    count: i64,
    last: Option<Instant>,
    /// The first instant at which the next message may be handed out; none: at any.
    over: Option<Instant>,
}

impl Gap {
    pub(crate) fn of(account: &Account, so_far: HandOuts) -> Self {
        let Pacing { min_gap_seconds, gap_jitter_seconds, .. } = account.pacing;
        let mut hasher = SipHasher13::new();
        hasher.write(account.identity().as_bytes());
        let HandOuts { count, last, .. } = so_far;
        let (min_seconds, jitter_seconds, seed) = (min_gap_seconds, gap_jitter_seconds, hasher.finish());
        let mut gap = Self { min_seconds, jitter_seconds, seed, count, last, over: None };
        gap.over = gap.after_last();
        gap
    }

    /// The first instant at which the next message may be handed out; none: at any.
    pub(crate) const fn over(&self) -> Option<Instant> {
        self.over
    }

    fn after_last(&self) -> Option<Instant> {
        if self.min_seconds == 0 && self.jitter_seconds == 0 {
            return None;
        }
        let seconds = i64::from(self.min_seconds) + i64::from(self.jitter());
        // Two messages never go at one instant.
        Some(self.last?.plus_ms((seconds * 1_000).max(1)))
    }

    /// A number of whole seconds that depends on the sender and on how many messages it handed out alone.
    fn jitter(&self) -> u32 {
        let mut hasher = SipHasher13::new_with_keys(self.seed, 0);
        hasher.write(&self.count.to_le_bytes());
        let parts = u64::from(self.jitter_seconds) + 1;
        u32::try_from(hasher.finish() % parts).unwrap_or(0)
    }

    /// Counts a message that is handed out.
    pub(crate) fn take(&mut self, now: Instant) {
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
        self.over = self.after_last();
    }

    /// How many were handed out, and when the last one was.
    pub(super) const fn so_far(&self) -> (i64, Option<Instant>) {
        (self.count, self.last)
    }
}
