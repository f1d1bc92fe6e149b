//! Limits: how many messages a day, and in any seven days.

use std::collections::VecDeque;

use crate::campaign::schedule::Span;
use crate::time::Instant;

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// At most so many messages per calendar day.
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

    fn used(&self, today: Span) -> u32 {
        if self.day == today.start { self.used } else { 0 }
    }

    /// The first instant from `at` on with room for a message; `today` is the present day, `at` on it or later.
    pub(crate) fn open(&self, at: Instant, today: Span) -> Instant {
        if self.used(today) < self.limit { at } else { at.max(today.end) }
    }

    pub(crate) fn take(&mut self, today: Span) {
        self.used = self.used(today) + 1;
        self.day = today.start;
    }
}

/// At most so many messages in any 7 days: that is, after an instant and up to the one 7 days later.
#[derive(Clone, Debug)]
pub(crate) struct Weekly {
    limit: usize,
    /// The last ones, oldest first; never more than the limit.
    recent: VecDeque<Instant>,
}

impl Weekly {
    /// `recent` is what was sent in the last 7 days, oldest first.
    pub(crate) fn new(limit: u32, recent: impl Iterator<Item = Instant>) -> Self {
        let mut weekly = Self { limit: limit as usize, recent: VecDeque::new() };
        for at in recent {
            weekly.take(at);
        }
        weekly
    }

    /// The first instant from `at` on with room for a message.
    pub(crate) fn open(&self, at: Instant) -> Instant {
        match self.recent.front() {
            Some(oldest) if self.recent.len() >= self.limit => at.max(oldest.plus_ms(WEEK_MS)),
            _ => at,
        }
    }

    pub(crate) fn take(&mut self, at: Instant) {
        self.recent.push_back(at);
        if self.recent.len() > self.limit {
            self.recent.pop_front();
        }
    }
}

/// How far back messages count.
pub(crate) fn week_before(at: Instant) -> Instant {
    at.plus_ms(-WEEK_MS)
}
