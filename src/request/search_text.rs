//! What people type to find something, which is compared whatever the case.

use crate::error::Problem;
use crate::request::text;

/// A line that is looked for, in lower case.
#[derive(Clone, Debug)]
pub(crate) struct SearchText(String);

impl SearchText {
    /// Nothing, where nothing but white space is given.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Problem> {
        Ok(text::line(text)?.map(|line| Self(lowered(&line))))
    }

    /// Whether a text begins with it.
    pub(crate) fn begins(&self, text: &str) -> bool {
        let mut letters = letters(text);
        self.0.chars().all(|letter| letters.next() == Some(letter))
    }

    /// Whether a text has it anywhere.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        lowered(text).contains(&self.0)
    }
}

/// A text in lower case (Unicode), each letter by itself: the same at the beginning of a text and in it.
pub(crate) fn lowered(text: &str) -> String {
    letters(text).collect()
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_whatever_the_case_in_every_alphabet() {
        let sought = |text: &str| {
            SearchText::parse(text).map(|text| text.map(|text| (text.begins("ÉMILE ΣΟΦΟΣ"), text.is_in("ÉMILE ΣΟΦΟΣ"))))
        };
        assert_eq!(sought(" émile "), Ok(Some((true, true))));
        assert_eq!(sought("Émile σοφΟσ"), Ok(Some((true, true))));
        assert_eq!(sought("ΟΦΟ"), Ok(Some((false, true))));
        assert_eq!(sought("émile σοφος"), Ok(Some((false, false))), "ς is another letter than σ");
        assert_eq!(sought("émile σοφοσ σ"), Ok(Some((false, false))));
        assert_eq!(sought(" \t"), Ok(None));
        assert_eq!(sought(&"x".repeat(256)), Err(Problem::TooLong { max: 255 }));
    }
}
