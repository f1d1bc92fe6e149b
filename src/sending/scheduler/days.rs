//! The days of limits: when the hours of each end, and the room kept on them for follow-ups.

use std::collections::BTreeMap;

use crate::campaign::schedule::{Calendar, Hours, OpenDates, Span};
use crate::time::Instant;

/// A day of the user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    pub(crate) span: Span,
    /// When the last hours of it end; none where it has none.
    pub(crate) close: Option<Instant>,
}

/// Hours that messages have in common, on the user's days: all that apply must be open, and the date none that is blacked out.
#[derive(Default)]
pub(crate) struct OpeningHours {
    /// None of them, and no dates: it is always open.
    hours: Vec<Hours>,
    /// None where every date is open.
    dates: Option<OpenDates>,
    /// Whether the hours were found to have nothing in common.
    never_meet: bool,
    days: BTreeMap<Instant, Day>,
    /// The days looked up last: mostly the present one and another.
    last: [Option<Day>; 2],
}

/// How far hours that have to meet are looked for: zones change their clocks once or twice a year.
const MEETING_MS: i64 = 400 * 24 * 60 * 60 * 1_000;

/// The longest stretch that counts as one: hours that are open for more than a week are always open.
const ALWAYS_MS: i64 = 8 * 24 * 60 * 60 * 1_000;

impl OpeningHours {
    pub(crate) fn of(hours: Vec<Hours>) -> Self {
        Self { hours, ..Self::default() }
    }

    /// The same hours on these dates only.
    pub(crate) fn on(self, dates: Option<OpenDates>) -> Self {
        Self { dates, ..self }
    }

    fn is_always_open(&self) -> bool {
        self.hours.is_empty() && self.dates.is_none()
    }

    /// Whether nothing goes on the date of an instant.
    pub(crate) fn is_blacked_out(&mut self, now: Instant) -> bool {
        self.dates.as_mut().is_some_and(|dates| !dates.window(now).contains(now))
    }

    pub(crate) fn is_open(&mut self, now: Instant) -> bool {
        self.hours.iter_mut().all(|hours| hours.window(now).is_some_and(|window| window.contains(now)))
            && !self.is_blacked_out(now)
    }

    /// The first instant from `at` on at which it is open, if it ever is.
    pub(crate) fn open(&mut self, at: Instant) -> Option<Instant> {
        if self.is_always_open() { Some(at) } else { Some(self.window(at)?.start.max(at)) }
    }

    /// The first open stretch that ends after `from`; it may have started before.
    fn window(&mut self, from: Instant) -> Option<Span> {
        let mut from = from;
        while from < Instant::LAST {
            let hours = self.meeting(from)?;
            let Some(dates) = &mut self.dates else { return Some(hours) };
            let open = dates.window(from.max(hours.start));
            if open.start < hours.end {
                return Some(Span { start: open.start.max(hours.start), end: open.end.min(hours.end) });
            }
            from = open.start;
        }
        None
    }

    /// The first stretch that ends after `from` in which all hours are open, whatever the date.
    fn meeting(&mut self, from: Instant) -> Option<Span> {
        let last = from.plus_ms(MEETING_MS);
        let mut from = from;
        while !self.never_meet {
            let mut common = Span { start: from, end: Instant::LAST };
            for hours in &mut self.hours {
                let Span { start, end } = hours.window(from)?;
                common = Span { start: common.start.max(start), end: common.end.min(end) };
            }
            if common.start < common.end {
                return Some(common);
            }
            self.never_meet = common.start > last;
            // Whatever is common begins here or later.
            from = common.start;
        }
        None
    }

    /// When the open time that contains `at`, or else the next one, ends; adjacent stretches count as one. None if it
    /// never ends.
    fn close_after(&mut self, at: Instant) -> Option<Instant> {
        let mut end = self.window(at)?.end;
        let always = end.plus_ms(ALWAYS_MS);
        loop {
            match self.window(end) {
                Some(next) if next.start <= end && next.end < always => end = next.end,
                Some(next) if next.start <= end => return None,
                _ => return Some(end),
            }
        }
    }

    /// The last instant at which hours ended, at or before `now`, of those that end after `since`; without hours, days end.
    pub(crate) fn last_end(&mut self, calendar: &Calendar, since: Instant, now: Instant) -> Option<Instant> {
        if self.hours.is_empty() {
            return Some(calendar.day(now).1.start).filter(|start| *start > since);
        }
        let (mut at, mut last) = (since, None);
        while let Some(end) = self.close_after(at).filter(|end| *end <= now) {
            (at, last) = (end, Some(end));
        }
        last
    }

    /// The day of an instant.
    pub(crate) fn day(&mut self, calendar: &Calendar, at: Instant) -> Day {
        let [last, before] = self.last;
        if let Some(day) = [last, before].into_iter().flatten().find(|day| day.span.contains(at)) {
            return day;
        }
        self.last[1] = last;
        if let Some((_, day)) = self.days.range(..=at).next_back().filter(|(_, day)| day.span.contains(at)) {
            self.last[0] = Some(*day);
            return *day;
        }
        let (_, span) = calendar.day(at);
        let close = if self.is_always_open() { Some(span.end) } else { self.last_close(span) };
        let day = Day { span, close };
        self.days.insert(span.start, day);
        self.last[0] = Some(day);
        day
    }

    /// When the last hours of a day end.
    fn last_close(&mut self, day: Span) -> Option<Instant> {
        let (mut at, mut close) = (day.start, None);
        while let Some(window) = self.window(at).filter(|window| window.start < day.end) {
            (at, close) = (window.end, Some(window.end.min(day.end)));
            if at >= day.end {
                break;
            }
        }
        close
    }

    /// When the hours of the day of an instant end, if they did not yet.
    pub(crate) fn closes_after(&mut self, calendar: &Calendar, now: Instant) -> Option<Instant> {
        self.day(calendar, now).close.filter(|close| now < *close)
    }

    /// The start of the first day on which room is kept for a message that is due at `due`.
    pub(crate) fn kept_from(&mut self, calendar: &Calendar, due: Instant) -> Instant {
        let day = self.day(calendar, due);
        if day.close.is_some_and(|close| due < close) { day.span.start } else { day.span.end }
    }
}

/// For how many messages room is kept, by the first day on which it is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    by_day: BTreeMap<Instant, u32>,
    /// Those of days up to the one that was last looked up.
    so_far: u32,
    day: Option<Instant>,
}

impl Kept {
    pub(crate) fn add(&mut self, from: Instant) {
        if self.day.is_some_and(|day| from <= day) {
            self.so_far += 1;
        } else {
            *self.by_day.entry(from).or_default() += 1;
        }
    }

    pub(crate) fn remove(&mut self, from: Instant) {
        if self.day.is_some_and(|day| from <= day) {
            self.so_far = self.so_far.saturating_sub(1);
        } else if let Some(count) = self.by_day.get_mut(&from) {
            *count = count.saturating_sub(1);
        }
    }

    /// How many on the day that begins at `day`, which is never before the one looked up last.
    pub(crate) fn on(&mut self, day: Instant) -> u32 {
        while let Some(entry) = self.by_day.first_entry().filter(|entry| *entry.key() <= day) {
            self.so_far += entry.remove();
        }
        self.day = Some(day);
        self.so_far
    }

    /// Sets the number for the present day, of which nothing was known.
    pub(crate) fn tell(&mut self, day: Instant, messages: u32) {
        self.day = Some(day);
        self.so_far += messages;
    }

    /// Removes all.
    pub(crate) fn clear(&mut self) {
        *self = Self { day: self.day, ..Self::default() };
    }
}
