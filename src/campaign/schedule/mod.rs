//! Weekly operating hours, dates on which nothing is sent, and time zones (`docs/rules.md#schedules`): pure values, and how JSON
//! becomes them.

mod blackout;
mod calendar;
mod rules;
mod shape;
mod suggest_zone;
#[cfg(test)]
mod tests;
mod week;
mod zone;

pub use blackout::{BlackoutDate, BlackoutDates, CivilDate};
pub(crate) use blackout::{ClosedDates, OpenDates};
pub(crate) use calendar::{Calendar, Hours, Span};
pub use rules::zone_data_version;
pub use week::{DayTime, Interval, Schedule};
pub use zone::TimeZone;
