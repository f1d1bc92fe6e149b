//! Limits: how many messages a day, and in any seven days.

use std::collections::VecDeque;

use crate::campaign::schedule::Span;
use crate::time::Instant;

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// A limit of messages per calendar day.
#[derive(Clone, Debug)]
pub(crate) struct Daily {
    limit: u32,
    used: u32,
    /// The start of the day of `used`.
    day: Instant,
}

impl Daily {
    /// `used` messages were sent on the day that starts at `day`.
    pub(crate) const fn new(limit: u32, used: u32, day: Instant) -> Self {
        Self { limit, used, day }
    }

    /// The number of messages left on a day.
    pub(crate) fn room(&self, today: Span) -> u32 {
        self.limit.saturating_sub(if self.day == today.start { self.used } else { 0 })
    }

    /// The first instant from `at` on with room for a message; `today` is the present day, `at` on it or later.
    pub(crate) fn open(&self, at: Instant, today: Span) -> Instant {
        if self.room(today) > 0 { at } else { at.max(today.end) }
    }

    pub(crate) fn take(&mut self, today: Span) {
        self.used = if self.day == today.start { self.used + 1 } else { 1 };
        self.day = today.start;
    }
}

/// A limit of messages in any 7 days: that is, after an instant and up to the one 7 days later.
#[derive(Clone, Debug)]
pub(crate) struct Weekly {
    limit: usize,
    /// The last ones, oldest first.
    recent: VecDeque<Instant>,
}

impl Weekly {
    /// `recent` is what was sent in the last 7 days, oldest first.
    pub(crate) fn new(limit: u32, recent: impl Iterator<Item = Instant>) -> Self {
        Self { limit: limit as usize, recent: recent.collect() }
    }

    /// The first instant from `at` on with room for a message.
    pub(crate) fn open(&self, at: Instant) -> Instant {
        match self.recent.len().checked_sub(self.limit).and_then(|over| self.recent.get(over)) {
            Some(oldest) => at.max(oldest.plus_ms(WEEK_MS)),
            None => at,
        }
    }

    /// The number of messages left now.
    pub(crate) fn room(&self, now: Instant) -> u32 {
        let before = self.recent.partition_point(|at| *at <= week_before(now));
        u32::try_from(self.limit.saturating_sub(self.recent.len() - before)).unwrap_or(u32::MAX)
    }

    pub(crate) fn take(&mut self, at: Instant) {
        self.recent.push_back(at);
        // What remains beyond the limit is enough to know when there is room again.
        while self.recent.front().is_some_and(|first| *first <= week_before(at)) {
            self.recent.pop_front();
        }
    }

    /// Removes the message that was counted at an instant.
    pub(crate) fn give_back(&mut self, at: Instant) {
        if let Ok(place) = self.recent.binary_search(&at) {
            self.recent.remove(place);
        }
    }
}

/// How far back messages count.
pub(crate) fn week_before(at: Instant) -> Instant {
    at.plus_ms(-WEEK_MS)
}
