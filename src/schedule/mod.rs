//! Weekly operating hours and time zones (SPEC §6): pure values, and how JSON becomes them.

mod week;
mod zone;

pub use week::{DayTime, Interval, Schedule};
#[cfg(feature = "typescript")]
pub(crate) use week::{NewScheduleShape, ScheduleShape};
pub use zone::TimeZone;
