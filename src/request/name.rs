//! Names of campaigns and lists.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::bounds::LINE_MAX;
use crate::error::{Error, Problem, Result};
use crate::request::text::line;
use crate::request::{Input, Request, RequestType};

/// The name of a campaign or a list: one line of 1–255 characters (Unicode scalar values) without surrounding white space
/// and control characters (`docs/rules.md#texts`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// Trims, makes one line of it, with spaces for line breaks and tabs, and checks.
    ///
    /// # Errors
    /// [`Problem::Empty`], [`Problem::TooLong`] or [`Problem::ControlCharacter`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        line(text)?.map(Self).ok_or(Problem::Empty)
    }

    /// A name that was stored: the first versions took control characters.
    pub(crate) fn stored(text: String) -> Option<Self> {
        (!text.is_empty() && text.len() <= 4 * LINE_MAX).then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first name of the form `NAME (2)`, `NAME (3)`, … that is free, shortened to keep within 255 characters.
    pub(crate) fn suggest<E>(&self, mut is_taken: impl FnMut(&Self) -> Result<bool, E>) -> Result<Self, E> {
        let mut n: u64 = 2;
        loop {
            let suffix = format!(" ({n})");
            let room = LINE_MAX - suffix.len();
            let stem: String = self.0.chars().take(room).collect();
            let candidate = Self(format!("{}{suffix}", stem.trim_end()));
            if !is_taken(&candidate)? {
                return Ok(candidate);
            }
            n += 1;
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl RequestType for Name {
    type Checked = Self;
}

impl Request<Self> for Name {
    fn parse(self) -> Result<Self> {
        Ok(self)
    }
}

impl Request<Name> for &str {
    fn parse(self) -> Result<Name> {
        Name::parse(self).map_err(|problem| Error::invalid("name", problem))
    }
}

impl Request<Name> for Input {
    fn parse(self) -> Result<Name> {
        Request::<Name>::parse(self.into_text("name")?.as_str())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_the_first_free_one_and_keeps_within_the_length() {
        let name = |text: &str| Name::parse(text).map_err(|_| "a name");
        let suggest = |name: Name, taken: u64| {
            let mut left = taken;
            name.suggest::<()>(|_| {
                let is_taken = left > 0;
                left = left.saturating_sub(1);
                Ok(is_taken)
            })
        };
        assert_eq!(name("Q2").map(|name| suggest(name, 0)), Ok(Ok(Name("Q2 (2)".into()))));
        assert_eq!(name("Q2").map(|name| suggest(name, 8)), Ok(Ok(Name("Q2 (10)".into()))));
        let long = "é".repeat(250) + " " + &"é".repeat(4);
        let expected = "é".repeat(250) + " (2)"; // one more é would fit, but not the space before it
        assert_eq!(name(&long).map(|name| suggest(name, 0)), Ok(Ok(Name(expected))));
    }
}
