//! Days and opening hours on the time line: civil times of a zone as instants (RFC 5545 §3.3.5: a time in a gap moves
//! forward by the gap, a repeated one is its first occurrence).

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz};

use super::blackout::ClosedDates;
use super::rules::Rules;
use super::{Schedule, TimeZone};
use crate::error::{Result, or_bug};
use crate::time::Instant;

/// A half-open stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Instant,
    pub(crate) end: Instant,
}

impl Span {
    pub(crate) fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }
}

/// The civil time of a zone.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    rules: Rules,
}

impl Calendar {
    /// Replaces an unknown zone: UTC, whose days continue delays; nothing is sent by it.
    pub(crate) fn of(zone: &TimeZone) -> Result<Self> {
        let rules = if zone.is_known() { or_bug(zone.rules())? } else { Rules::UTC };
        Ok(Self { rules })
    }

    fn civil(&self, at: Instant) -> DateTime {
        let at = Timestamp::from_millisecond(at.unix_ms()).unwrap_or_default();
        self.rules.offset(at).to_datetime(at)
    }

    /// The instant at which a date begins.
    pub(super) fn midnight(&self, date: Date) -> Instant {
        self.instant(date.to_datetime(Time::midnight()))
    }

    fn instant(&self, civil: DateTime) -> Instant {
        // Nothing is planned beyond the years that jiff knows.
        Instant::from_unix_ms(self.rules.instant(civil).map_or(i64::MAX, Timestamp::as_millisecond))
    }

    /// The calendar day of an instant, with its date.
    pub(crate) fn day(&self, at: Instant) -> (Date, Span) {
        let mut date = self.civil(at).date();
        let mut start = self.midnight(date);
        loop {
            let next = date.tomorrow().unwrap_or(Date::MAX);
            let end = self.midnight(next);
            // If a clock goes back across midnight, the hour before it repeats on the next day.
            if at < end || next == date {
                return (date, Span { start, end });
            }
            (date, start) = (next, end);
        }
    }

    /// The offset from UTC at an instant, in seconds.
    pub(crate) fn offset_seconds(&self, at: Instant) -> i32 {
        self.rules.offset(Timestamp::from_millisecond(at.unix_ms()).unwrap_or_default()).seconds()
    }

    /// The instant that is `days` calendar days (the same wall-clock time) and then `minutes` minutes later.
    pub(crate) fn after(&self, at: Instant, days: u32, minutes: u32) -> Instant {
        self.after_open(at, days, minutes, &ClosedDates::default())
    }

    /// The same, where the days go on to the next date that is not closed.
    pub(crate) fn after_open(&self, at: Instant, days: u32, minutes: u32, closed: &ClosedDates) -> Instant {
        let mut at = at;
        if days > 0 {
            let civil = self.civil(at);
            let date = closed.open_from(date_after(civil.date(), days));
            at = self.instant(date.to_datetime(civil.time()));
        }
        at.plus_ms(i64::from(minutes) * 60_000)
    }
}

/// Operating hours on the time line.
#[derive(Clone, Debug)]
pub(crate) struct Hours {
    calendar: Calendar,
    schedule: Schedule,
    /// The last result, and the instant that it is for.
    last: Option<(Instant, Span)>,
}

impl Hours {
    pub(crate) fn new(schedule: Schedule, user: &TimeZone) -> Result<Self> {
        Ok(Self { calendar: Calendar::of(schedule.time_zone().unwrap_or(user))?, schedule, last: None })
    }

    /// The first open stretch that ends after `from`; it may have started before.
    pub(crate) fn window(&mut self, from: Instant) -> Option<Span> {
        if let Some((asked, span)) = self.last
            && asked <= from
            && from < span.end
        {
            return Some(span);
        }
        // The day before may extend past midnight. One of the next weeks has an interval that no gap swallows.
        let mut date = self.calendar.civil(from).date().yesterday().ok()?;
        for _ in 0..60 {
            let spans = self.spans(date).filter(|span| from < span.end);
            let next = date.tomorrow().ok()?;
            if let Some(first) = spans.chain(self.spans(next).filter(|span| from < span.end)).min_by_key(|s| s.start) {
                self.last = Some((from, first));
                return Some(first);
            }
            date = next;
        }
        None
    }

    /// The stretches that start on a date.
    fn spans(&self, date: Date) -> impl Iterator<Item = Span> {
        let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        let intervals = self.schedule.days().get(weekday).map(Vec::as_slice).unwrap_or_default();
        intervals.iter().filter_map(move |interval| {
            let start = self.at(date, interval.start().minutes())?;
            let end = self.at(date, interval.start().minutes() + interval.minutes())?;
            (start < end).then_some(Span { start, end })
        })
    }

    /// The instant this number of wall-clock minutes after the midnight that starts a date.
    fn at(&self, date: Date, minutes: u16) -> Option<Instant> {
        let day = date_after(date, u32::from(minutes / DAY));
        let (hour, minute) = (minutes % DAY / 60, minutes % 60);
        let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
        Some(self.calendar.instant(day.to_datetime(time)))
    }
}

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// The date this number of days later; at most the last one of the calendar.
pub(super) fn date_after(date: Date, days: u32) -> Date {
    if days == 0 {
        return date;
    }
    // Days of UTC all have the same length, so counting seconds takes less code than jiff's spans; code size counts in
    // wasm.
    let utc = tz::Offset::UTC;
    let start = utc.to_timestamp(date.to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX);
    let later = Timestamp::from_second(start.as_second().saturating_add(i64::from(days) * 86_400));
    later.map_or(Date::MAX, |later| utc.to_datetime(later).date())
}
