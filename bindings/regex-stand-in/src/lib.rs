//! The part of `regex` that refinery-core 0.10.1 uses, under that name. The workspace patches it in, because refinery
//! only uses it to read the names of migration files, and the full engine costs half a megabyte of wasm. Any other
//! pattern is an error; `build.rs` stops the build if refinery-core has another version.

use std::fmt;
use std::ops::Index;

const STEM: &str = r"^([U|V])(\d+(?:\.\d+)?)__(\w+)";

/// One of the three patterns: the stem of a migration's file, followed by nothing that matters or by an extension.
#[derive(Clone, Debug)]
pub struct Regex {
    endings: &'static [&'static str],
}

/// The pattern is not one of refinery's.
#[derive(Clone, Debug)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only the patterns of refinery are known here")
    }
}

impl std::error::Error for Error {}

impl Regex {
    /// Accepts a pattern of refinery's.
    ///
    /// # Errors
    /// For every other pattern.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        match pattern.strip_prefix(STEM) {
            Some("") => Ok(Self { endings: &[] }),
            Some(r"\.sql$") => Ok(Self { endings: &[".sql"] }),
            Some(r"\.(rs|sql)$") => Ok(Self { endings: &[".rs", ".sql"] }),
            _ => Err(Error),
        }
    }

    /// The whole, the kind, the version and the name of a migration.
    #[must_use]
    pub fn captures<'h>(&self, text: &'h str) -> Option<Captures<'h>> {
        let kind = text.get(..1).filter(|kind| ["U", "|", "V"].contains(kind))?;
        let rest = text.get(1..)?;
        let digits = digits(rest)?;
        let version = match rest.strip_prefix(digits)?.strip_prefix('.').and_then(self::digits) {
            Some(fraction) => rest.get(..digits.len() + 1 + fraction.len())?,
            None => digits,
        };
        let rest = rest.strip_prefix(version)?.strip_prefix("__")?;
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (name, ending) = rest.split_at(end);
        let is_whole = self.endings.is_empty() || self.endings.contains(&ending);
        let whole = text.get(..text.len() - if self.endings.is_empty() { ending.len() } else { 0 })?;
        (!name.is_empty() && is_whole).then_some(Captures([whole, kind, version, name]))
    }

    /// Whether a text is the name of a migration.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.captures(text).is_some()
    }
}

/// The digits that a text begins with.
fn digits(text: &str) -> Option<&str> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).filter(|digits| !digits.is_empty())
}

/// The groups of a match, the whole match first.
#[derive(Debug)]
#[allow(clippy::len_without_is_empty, reason = "as in regex")]
pub struct Captures<'h>([&'h str; 4]);

impl Captures<'_> {
    /// How many groups there are, including the whole match.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl Index<usize> for Captures<'_> {
    type Output = str;

    #[allow(clippy::indexing_slicing, reason = "as in regex: refinery asks for groups that exist")]
    fn index(&self, group: usize) -> &str {
        self.0[group]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn groups<'h>(regex: &Regex, text: &'h str) -> Option<[&'h str; 4]> {
        regex.captures(text).map(|captures| captures.0)
    }

    #[test]
    fn the_stem_of_a_migration_is_read() {
        let stem = Regex::new(STEM).unwrap();
        for (text, expected) in [
            ("V1__foundation", ["V1__foundation", "V", "1", "foundation"]),
            ("U12__a_2", ["U12__a_2", "U", "12", "a_2"]),
            ("V1.25__x", ["V1.25__x", "V", "1.25", "x"]),
            ("V1___x", ["V1___x", "V", "1", "_x"]),
            ("V1__größe", ["V1__größe", "V", "1", "größe"]),
            ("V1__x.sql", ["V1__x", "V", "1", "x"]),
            ("|1__x y", ["|1__x", "|", "1", "x"]),
        ] {
            assert_eq!(groups(&stem, text), Some(expected), "{text}");
            assert_eq!(stem.captures(text).unwrap().len(), 4);
            assert_eq!(&stem.captures(text).unwrap()[2], expected[2]);
        }
        for text in ["", "V", "v1__x", "V1_x", "V__x", "V1__", "V1__ x", "V1.__x", "V.1__x", " V1__x", "É1__x", "X1__x"]
        {
            assert_eq!(groups(&stem, text), None, "{text}");
        }
    }

    #[test]
    fn a_file_has_the_extension_that_was_asked_for() {
        let sql = Regex::new(&[STEM, r"\.sql$"].concat()).unwrap();
        let all = Regex::new(&[STEM, r"\.(rs|sql)$"].concat()).unwrap();
        for (name, is_sql, is_any) in [
            ("V1__x.sql", true, true),
            ("V1__x.rs", false, true),
            ("V1__x", false, false),
            ("V1__x.sql2", false, false),
            ("V1__x.y.sql", false, false),
            ("V1__.sql", false, false),
        ] {
            assert_eq!((sql.is_match(name), all.is_match(name)), (is_sql, is_any), "{name}");
        }
    }

    #[test]
    fn no_other_pattern_is_known() {
        for pattern in ["", "a", r"\d+", &[STEM, "x"].concat()] {
            assert!(Regex::new(pattern).is_err(), "{pattern}");
        }
    }
}
