//! The one representation of an instant: milliseconds in UTC, stored as an integer, printed as RFC 3339.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment in UTC with a resolution of one millisecond, between 1970 and the end of the year 9999
/// (30 December, the last day that every time zone can show).
///
/// Prints as RFC 3339 with `Z` (`docs/rules.md#ids-and-instants`): `2026-04-22T10:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    const LAST_MS: i64 = 253_402_207_199_999;

    /// The last instant there is.
    pub(crate) const LAST: Self = Self(Self::LAST_MS);

    pub(crate) const BEFORE_LAST: Self = Self(Self::LAST_MS - 1);

    /// The instant that is `ms` milliseconds after the Unix epoch; values outside 1970–9999 become the nearest end,
    /// so a host with a broken clock cannot make a row that nobody can read.
    #[must_use]
    pub const fn from_unix_ms(ms: i64) -> Self {
        if ms < 0 {
            Self(0)
        } else if ms > Self::LAST_MS {
            Self(Self::LAST_MS)
        } else {
            Self(ms)
        }
    }

    /// Reads RFC 3339; what is beyond the millisecond is cut off. None for anything else, and for an instant before 1970
    /// or after 9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        let ms = i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000_000)).ok()?;
        Some(Self::from_unix_ms(ms)).filter(|instant| instant.0 == ms)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// The instant that is `ms` milliseconds later, or earlier for a negative number; never beyond the ends.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_unix_ms(self.0.saturating_add(ms))
    }
}

/// The millisecond in which it is; before 1970 or after 9999 the nearest end, as of [`Instant::from_unix_ms`].
impl From<SystemTime> for Instant {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Exact.
impl From<Instant> for SystemTime {
    fn from(instant: Instant) -> Self {
        Self::UNIX_EPOCH + Duration::from_millis(instant.0.unsigned_abs())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        // Whole seconds, or all three digits: as JavaScript would write it.
        if self.0 % 1_000 == 0 { timestamp.fmt(f) } else { write!(f, "{timestamp:.3}") }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl ToSql for Instant {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_unix_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_from_rfc_3339_and_nothing_else() {
        let read = |text: &str| Instant::parse(text).map(|instant| instant.to_string());
        for (text, instant) in [
            ("2026-04-22T10:00:00Z", "2026-04-22T10:00:00Z"),
            ("2026-04-22t12:00:00.5009+02:00", "2026-04-22T10:00:00.500Z"),
            ("1970-01-01T00:00:00-00:00", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(instant), "{text}");
        }
        for text in
            ["", "2026-04-22", "2026-04-22T10:00:00", "2026-02-30T10:00:00Z", "1969-12-31T23:59:59Z", "1776852000"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_comes_from_the_time_of_the_system_and_goes_back() {
        let noon = SystemTime::UNIX_EPOCH + Duration::new(1_776_852_000, 999_999_999);
        let instant = Instant::from(noon);
        assert_eq!(instant.to_string(), "2026-04-22T10:00:00.999Z");
        assert_eq!(SystemTime::from(instant), SystemTime::UNIX_EPOCH + Duration::from_millis(1_776_852_000_999));
        for (time, end) in [
            (SystemTime::UNIX_EPOCH - Duration::from_secs(1), Instant::from_unix_ms(0)),
            (SystemTime::from(Instant::LAST) + Duration::from_secs(1), Instant::LAST),
        ] {
            assert_eq!(Instant::from(time), end);
        }
    }

    #[test]
    fn an_instant_prints_as_rfc_3339_and_stays_within_four_digit_years() {
        assert_eq!(Instant::from_unix_ms(1_776_852_000_000).to_string(), "2026-04-22T10:00:00Z");
        assert_eq!(Instant::from_unix_ms(1_776_852_000_500).to_string(), "2026-04-22T10:00:00.500Z");
        assert_eq!(Instant::from_unix_ms(i64::MIN).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Instant::from_unix_ms(i64::MAX).to_string(), "9999-12-30T21:59:59.999Z");
    }
}
