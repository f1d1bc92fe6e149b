//! The shape of a schedule (`docs/rules.md#schedules`).

use serde::Serialize;

use super::{Interval, Schedule, TimeZone};
use crate::shape::serializes_as;

/// Weekly operating hours: the open intervals that start on each weekday.
#[derive(Serialize)]
#[serde(rename = "Schedule")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(super) struct ScheduleShape<'a> {
    /// The IANA time zone in which the hours are meant; `null` follows the user's.
    time_zone: Option<&'a TimeZone>,
    monday: &'a [Interval],
    tuesday: &'a [Interval],
    wednesday: &'a [Interval],
    thursday: &'a [Interval],
    friday: &'a [Interval],
    saturday: &'a [Interval],
    sunday: &'a [Interval],
}

serializes_as!(Schedule, ScheduleShape<'_>);

impl<'a> From<&'a Schedule> for ScheduleShape<'a> {
    fn from(schedule: &'a Schedule) -> Self {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = schedule.days();
        Self { time_zone: schedule.time_zone(), monday, tuesday, wednesday, thursday, friday, saturday, sunday }
    }
}
