//! Limits: how many messages a day, and in any seven days. All that limit a sender are in [`SenderLimits`].
//! What was sent is counted in `limit_usage/rows.rs`; `load.rs` brings it here.

use std::collections::VecDeque;

use super::PerClass;
use crate::account::{Account, RampUp};
use crate::campaign::schedule::Span;
use crate::sending::progress::LimitClass;
use crate::sending::reason::Reason;
use crate::sending::task::TaskType;
use crate::time::Instant;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const WEEK_MS: i64 = 7 * DAY_MS;

/// All limits of a sender, over all campaigns.
pub(crate) struct SenderLimits {
    daily: Daily,
    ramp_up: Option<Growth>,
    /// None for email.
    weekly: Option<PerClass<Weekly>>,
    spreads_invitations: bool,
}

impl SenderLimits {
    /// Of an account that sent `recent` messages since a [week](week_before) ago, oldest first; for email these are not
    /// loaded, as nothing limits them.
    pub(crate) fn of(
        account: &Account,
        ramp_up_began: Option<Instant>,
        daily: Daily,
        recent: &[(Instant, TaskType)],
    ) -> Self {
        let weekly = |class, limit| {
            let recent = recent.iter().filter(|(_, kind)| LimitClass::of(*kind) == class);
            Weekly::new(limit, recent.map(|(at, _)| *at))
        };
        let limits = account.weekly_connection_limit().zip(account.weekly_message_limit());
        let weekly = limits.map(|(connections, messages)| {
            PerClass::of(|class| match class {
                LimitClass::Connections => weekly(class, connections),
                LimitClass::Messages => weekly(class, messages),
            })
        });
        let ramp_up = account.pacing.ramp_up.map(|ramp_up| Growth { ramp_up, began: ramp_up_began });
        let spreads_invitations = account.spread_invitations() == Some(true);
        Self { daily, ramp_up, weekly, spreads_invitations }
    }

    /// The first instant from `at` on with room for a message; `today` is the present day.
    pub(crate) fn open(&self, class: LimitClass, at: Instant, today: Span) -> Instant {
        // A limit that grows is at least 1 on the next day.
        let daily = if self.room(today) > 0 { at } else { at.max(today.end) };
        self.weekly.as_ref().map_or(daily, |weekly| weekly[class].open(daily))
    }

    /// Whether a day takes only its part of the weekly limit of a class.
    pub(crate) fn spreads(&self, class: LimitClass) -> bool {
        self.spreads_invitations && class == LimitClass::Connections
    }

    /// Whether the present day took its part of the weekly limit of a class: one of this many.
    pub(crate) fn took_part(&self, class: LimitClass, parts: usize, today: Span) -> bool {
        let weekly = self.weekly.as_ref().map(|weekly| &weekly[class]);
        weekly.is_some_and(|weekly| weekly.within(today) >= weekly.limit.div_ceil(parts.max(1)))
    }

    /// The number of messages left today, whatever their class.
    pub(crate) fn room(&self, today: Span) -> u32 {
        let room = self.daily.room(today);
        self.ramp_up.map_or(room, |growth| room.min(growth.limit(today).saturating_sub(self.daily.used(today))))
    }

    /// The limit of the present day that leaves the least room.
    pub(crate) fn daily_reason(&self, today: Span) -> Reason {
        match self.ramp_up {
            Some(growth) if growth.limit(today) < self.daily.limit => Reason::AccountRampUp,
            _ => Reason::AccountDailyLimit,
        }
    }

    /// When the first message was handed out since a ramp-up was set.
    pub(crate) fn ramp_up_began(&self) -> Option<Instant> {
        self.ramp_up.and_then(|growth| growth.began)
    }

    /// Of this many messages of a class, how many those limits leave room for that are of the class alone.
    pub(crate) fn most(&self, class: LimitClass, messages: u32, now: Instant) -> u32 {
        self.weekly.as_ref().map_or(messages, |weekly| messages.min(weekly[class].room(now)))
    }

    /// Counts a message that is handed out now: one more today, unless it `keeps_day`, and in the seven days instead of `before`,
    /// where it was handed out before.
    pub(crate) fn take(
        &mut self,
        class: LimitClass,
        now: Instant,
        today: Span,
        before: Option<Instant>,
        keeps_day: bool,
    ) {
        if let Some(weekly) = &mut self.weekly {
            before.into_iter().for_each(|before| weekly[class].give_back(before));
            weekly[class].take(now);
        }
        if !keeps_day {
            self.daily.take(today);
        }
        if let Some(growth) = &mut self.ramp_up {
            growth.began.get_or_insert(today.start);
        }
    }

    /// The limit that leaves no room now.
    pub(crate) fn reached(&self, class: LimitClass, now: Instant, today: Span) -> Option<Reason> {
        if self.weekly.as_ref().is_some_and(|weekly| weekly[class].open(now) > now) {
            return Some(Reason::AccountWeeklyLimit);
        }
        (self.room(today) == 0).then(|| self.daily_reason(today))
    }
}

/// A limit of messages per calendar day.
#[derive(Clone, Debug)]
pub(crate) struct Daily {
    limit: u32,
    used: u32,
    /// The start of the day of `used`.
    day: Instant,
    /// What was claimed ahead, of days after that, in order.
    ahead: Vec<Instant>,
}

impl Daily {
    /// `used` messages were sent on the day that starts at `day`.
    pub(crate) const fn new(limit: u32, used: u32, day: Instant) -> Self {
        Self { limit, used, day, ahead: Vec::new() }
    }

    /// The same with messages of later days, which were claimed ahead.
    pub(crate) fn with_ahead(self, ahead: Vec<Instant>) -> Self {
        Self { ahead, ..self }
    }

    /// The number of messages left on a day.
    pub(crate) fn room(&self, today: Span) -> u32 {
        self.limit.saturating_sub(self.used(today))
    }

    fn used(&self, today: Span) -> u32 {
        let used = if self.day == today.start { self.used } else { 0 };
        if self.ahead.is_empty() {
            return used;
        }
        let before = |end| self.ahead.partition_point(|at| *at < end);
        used + u32::try_from(before(today.end) - before(today.start)).unwrap_or(u32::MAX)
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

/// A limit that grows from day to day.
#[derive(Clone, Copy, Debug)]
struct Growth {
    ramp_up: RampUp,
    /// The start of its first day; none before a message was handed out.
    began: Option<Instant>,
}

impl Growth {
    fn limit(self, today: Span) -> u32 {
        let since_ms = self.began.map_or(0, |began| today.start.unix_ms() - began.unix_ms());
        // Days of 23 and 25 hours are days, too.
        self.ramp_up.limit(u32::try_from((since_ms + DAY_MS / 2) / DAY_MS).unwrap_or(0))
    }
}

/// A limit of messages in any 7 days: that is, after an instant and up to the one 7 days later.
#[derive(Clone, Debug)]
struct Weekly {
    limit: usize,
    /// The last ones, oldest first.
    recent: VecDeque<Instant>,
}

impl Weekly {
    /// `recent` is what was sent in the last 7 days, oldest first.
    fn new(limit: u32, recent: impl Iterator<Item = Instant>) -> Self {
        Self { limit: limit as usize, recent: recent.collect() }
    }

    /// The first instant from `at` on with room for a message.
    fn open(&self, at: Instant) -> Instant {
        match self.recent.len().checked_sub(self.limit).and_then(|over| self.recent.get(over)) {
            Some(oldest) => at.max(oldest.plus_ms(WEEK_MS)),
            None => at,
        }
    }

    /// The number of messages left now.
    fn room(&self, now: Instant) -> u32 {
        let before = self.recent.partition_point(|at| *at <= week_before(now));
        u32::try_from(self.limit.saturating_sub(self.recent.len() - before)).unwrap_or(u32::MAX)
    }

    /// How many were sent in a span.
    fn within(&self, span: Span) -> usize {
        self.recent.partition_point(|sent| *sent < span.end) - self.recent.partition_point(|sent| *sent < span.start)
    }

    fn take(&mut self, at: Instant) {
        // What was claimed ahead may come after it.
        let place = self.recent.partition_point(|sent| *sent <= at);
        self.recent.insert(place, at);
        // What remains beyond the limit is enough to know when there is room again.
        while self.recent.front().is_some_and(|first| *first <= week_before(at)) {
            self.recent.pop_front();
        }
    }

    /// Removes the message that was counted at an instant.
    fn give_back(&mut self, at: Instant) {
        if let Ok(place) = self.recent.binary_search(&at) {
            self.recent.remove(place);
        }
    }
}

/// How far back messages count.
pub(crate) fn week_before(at: Instant) -> Instant {
    at.plus_ms(-WEEK_MS)
}
