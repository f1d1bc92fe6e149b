//! A week of open intervals.

use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;
use serde::{Serialize, Serializer};

use super::TimeZone;
use crate::error::{Problem, Result};
use crate::request::notice::Notices;
use crate::request::{Fields, Input, Issues, Plain, Request, RequestType};

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const FIELDS: [&str; 8] = ["time_zone", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Minutes in a day, and the longest that one interval can be.
const DAY: u16 = 24 * 60;

/// A time of day to the minute, from `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayTime(u16);

impl DayTime {
    /// The time this number of minutes after midnight: up to 1,440.
    #[must_use]
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= DAY { Some(Self(minutes)) } else { None }
    }

    /// Minutes after midnight.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let digits = |digits: &str| match digits.as_bytes() {
            [tens @ b'0'..=b'9', units @ b'0'..=b'9'] => Some(u16::from(tens - b'0') * 10 + u16::from(units - b'0')),
            _ => None,
        };
        let time = text.split_once(':').and_then(|(hour, minute)| {
            let (hour, minute) = (digits(hour)?, digits(minute)?);
            if minute > 59 { None } else { Self::from_minutes(hour * 60 + minute) }
        });
        time.ok_or(Problem::MalformedTime)
    }
}

impl std::fmt::Display for DayTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for DayTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A half-open stretch of time that starts on a day. An end that is not after its start lies on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Interval {
    /// When it opens, as `HH:MM`; before `24:00`.
    start: DayTime,
    /// When it closes, as `HH:MM`; `24:00` is the end of the day. Not after the start: it closes on the next day.
    end: DayTime,
}

impl Interval {
    /// From `start` to `end`.
    ///
    /// # Errors
    /// [`Problem::MalformedTime`] for a start of `24:00`, which is no time of the day that it would belong to.
    pub fn new(start: DayTime, end: DayTime) -> Result<Self, Problem> {
        if start.0 == DAY { Err(Problem::MalformedTime) } else { Ok(Self { start, end }) }
    }

    /// When it opens.
    #[must_use]
    pub const fn start(self) -> DayTime {
        self.start
    }

    /// When it closes; on the next day if this is not after the start.
    #[must_use]
    pub const fn end(self) -> DayTime {
        self.end
    }

    /// Its length in minutes: 1–1,440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        let end = if self.end.0 > self.start.0 { self.end.0 } else { self.end.0 + DAY };
        end - self.start.0
    }

    /// Both as one, if they overlap and the result is not longer than a day.
    fn join(self, later: Self) -> Option<Self> {
        let overlap = later.start.0 < self.start.0 + self.minutes();
        let end = (self.start.0 + self.minutes()).max(later.start.0 + later.minutes());
        if !overlap || end - self.start.0 > DAY {
            return None;
        }
        Some(Self { start: self.start, end: DayTime(if end > DAY { end - DAY } else { end }) })
    }
}

/// When a LinkedIn campaign may act: the open intervals of each weekday, in a time zone.
///
/// Intervals are in order of their start, overlapping ones merged as far as one interval can say it (24 hours).
/// At least one is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    time_zone: Option<TimeZone>,
    days: [Vec<Interval>; 7],
}

impl Schedule {
    /// The hours of each weekday, Monday first, in a time zone; without one, in the user's, whatever that becomes.
    ///
    /// # Errors
    /// [`Problem::NeverOpen`] if no interval is given; [`Problem::TooMany`] for more than 1,440 of one day.
    pub fn new(time_zone: Option<TimeZone>, days: [Vec<Interval>; 7]) -> Result<Self, Problem> {
        if days.iter().all(Vec::is_empty) {
            return Err(Problem::NeverOpen);
        }
        if days.iter().any(|day| day.len() > INTERVALS_MAX) {
            return Err(Problem::TooMany { max: INTERVALS_MAX });
        }
        Ok(Self { time_zone, days: days.map(merge) })
    }

    /// The zone in which the hours are meant; `None` follows the user's.
    #[must_use]
    pub const fn time_zone(&self) -> Option<&TimeZone> {
        self.time_zone.as_ref()
    }

    /// The same hours, read in another zone.
    pub(crate) fn in_zone(&self, zone: &TimeZone) -> Self {
        Self { time_zone: Some(zone.clone()), days: self.days.clone() }
    }

    /// The intervals that start on each weekday, Monday first.
    #[must_use]
    pub const fn days(&self) -> &[Vec<Interval>; 7] {
        &self.days
    }

    /// Reads a schedule out of a request, with the notices for fields that it does not know.
    pub(crate) fn read(value: Plain, path: &str, issues: &mut Issues, notices: &mut Notices) -> Option<Self> {
        Self::read_in(TimeZone::parse, value, path, issues, notices)
    }

    /// Stored hours, in any zone; none if they are damaged.
    pub(crate) fn stored(json: &str) -> Option<Self> {
        let mut issues = Issues::default();
        let zone = |name: &str| TimeZone::stored(name).ok_or(Problem::UnknownTimeZone { suggestions: Vec::new() });
        let schedule = Self::read_in(zone, Input::from_json(json).ok()?.0, "", &mut issues, &mut Notices::default());
        schedule.filter(|_| issues.is_empty())
    }

    /// Reads a schedule whose zone is found by `zone`.
    fn read_in(
        zone: impl FnOnce(&str) -> Result<TimeZone, Problem>,
        value: Plain,
        path: &str,
        issues: &mut Issues,
        notices: &mut Notices,
    ) -> Option<Self> {
        let mut fields = Fields::of(value, path.to_owned(), issues);
        let is_object = fields.is_object();
        let time_zone = fields.text("time_zone").map(|name| zone(&name));
        let time_zone = match time_zone {
            Some(parsed) => {
                let path = fields.path("time_zone");
                Some(fields.issues().keep(&path, parsed))
            }
            None => None,
        };
        let days = DAYS.map(|day| read_day(&mut fields, day, notices));
        fields.notice_rest(&FIELDS, notices);
        let (Some(days), false) = (all(days), time_zone == Some(None)) else {
            return None;
        };
        if !is_object {
            return None;
        }
        issues.keep(path, Self::new(time_zone.flatten(), days))
    }
}

fn all(days: [Option<Vec<Interval>>; 7]) -> Option<[Vec<Interval>; 7]> {
    days.iter().all(Option::is_some).then(|| days.map(Option::unwrap_or_default))
}

/// The most intervals of one day: one for each minute at which one can start.
const INTERVALS_MAX: usize = DAY as usize;

fn read_day(fields: &mut Fields<'_>, day: &str, notices: &mut Notices) -> Option<Vec<Interval>> {
    let items = fields.list(day, INTERVALS_MAX)?;
    let count = items.len();
    let mut intervals = Vec::with_capacity(count);
    for (index, item) in items.into_iter().enumerate() {
        let path = fields.path(&format!("{day}[{index}]"));
        let mut item = Fields::of(item, path, fields.issues());
        let (start, end) = (read_time(&mut item, "start"), read_time(&mut item, "end"));
        item.notice_rest(&["start", "end"], notices);
        if let (Some(start), Some(end)) = (start, end) {
            let path = item.path("start");
            intervals.extend(item.issues().keep(&path, Interval::new(start, end)));
        }
    }
    (intervals.len() == count).then_some(intervals)
}

fn read_time(fields: &mut Fields<'_>, name: &str) -> Option<DayTime> {
    let text = fields.required_text(name)?;
    let path = fields.path(name);
    fields.issues().keep(&path, DayTime::parse(&text))
}

fn merge(intervals: Vec<Interval>) -> Vec<Interval> {
    let mut sorted: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        let key = |interval: &Interval| (interval.start, interval.minutes());
        let place = sorted.partition_point(|earlier| key(earlier) < key(&interval));
        sorted.insert(place, interval);
    }
    let mut merged: Vec<Interval> = Vec::with_capacity(sorted.len());
    for interval in sorted {
        match merged.last_mut().and_then(|last| last.join(interval).map(|joined| (last, joined))) {
            Some((last, joined)) => *last = joined,
            None => merged.push(interval),
        }
    }
    merged
}

impl Default for Schedule {
    /// Monday to Friday from 09:00 to 17:00 in the user's time zone (`docs/rules.md#creating-a-campaign`).
    fn default() -> Self {
        let working = vec![Interval { start: DayTime(9 * 60), end: DayTime(17 * 60) }];
        let days = DAYS.map(|day| if day.starts_with('s') { Vec::new() } else { working.clone() });
        Self { time_zone: None, days }
    }
}

/// As its JSON.
impl ToSql for Schedule {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json =
            serde_json::to_string(self).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(json.into())
    }
}

impl RequestType for Schedule {
    type Checked = Self;
}

impl Request<Schedule> for Input {
    /// Reads the JSON form of `docs/rules.md#schedules`; unknown fields are ignored, a missing weekday is closed.
    fn parse(self) -> Result<Schedule> {
        let mut issues = Issues::default();
        let schedule = Schedule::read(self.0, "", &mut issues, &mut Notices::default());
        issues.finish(schedule)
    }
}

impl std::str::FromStr for Schedule {
    type Err = crate::error::Error;

    /// Reads the JSON form of `docs/rules.md#schedules`.
    fn from_str(json: &str) -> Result<Self> {
        Request::<Self>::parse(Input::from_json(json)?)
    }
}
