//! Weekly operating hours and time zones (SPEC §6): pure values, and how JSON becomes them.

mod week;
mod zone;

pub use week::{DayTime, Interval, Schedule};
pub use zone::TimeZone;
