//! Texts within their bounds.

use std::borrow::Cow;

use crate::error::Problem;

/// The most characters of a name, title or company.
pub(crate) const LINE_MAX: usize = 255;

/// The most characters of a signature (SPEC §2).
pub(crate) const SIGNATURE_MAX: usize = 10_000;

/// The text, if it has at most `max` characters (Unicode scalar values).
pub(crate) fn within(text: String, max: usize) -> Result<String, Problem> {
    // Bytes bound characters from above, so most texts need no count.
    if text.len() <= max || text.chars().nth(max).is_none() { Ok(text) } else { Err(Problem::TooLong { max }) }
}

/// The text without white space, and characters that nobody sees, around it.
pub(crate) fn trim(text: &str) -> &str {
    // Zero-width spaces and joiners, word joiner, byte order mark, soft hyphen: exports have cells of nothing else.
    let is_unseen = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// The text with a space for each line break and each tab.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    const BREAKS: [char; 5] = ['\n', '\r', '\t', '\u{2028}', '\u{2029}'];
    if text.contains(BREAKS) { text.replace("\r\n", " ").replace(BREAKS, " ").into() } else { text.into() }
}

/// A line without surrounding white space; nothing, if nothing is left.
pub(crate) fn line(text: &str) -> Result<Option<String>, Problem> {
    let trimmed = text.trim();
    if trimmed.is_empty() { Ok(None) } else { within(trimmed.to_owned(), LINE_MAX).map(Some) }
}

/// The text, if it has no control characters but those of `allowed`.
pub(crate) fn without_control(text: String, allowed: &[char]) -> Result<String, Problem> {
    let is_control = |c: char| c.is_control() && !allowed.contains(&c);
    if text.chars().any(is_control) { Err(Problem::ControlCharacter) } else { Ok(text) }
}
