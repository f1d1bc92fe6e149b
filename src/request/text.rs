//! Texts within their bounds: one line, or several.

use std::borrow::Cow;

use crate::bounds::LINE_MAX;
use crate::error::Problem;

/// What a text of several lines may have of the control characters.
const LAYOUT: [char; 3] = ['\t', '\n', '\r'];

/// The text, if it has at most `max` characters (Unicode scalar values).
pub(crate) fn within(text: String, max: usize) -> Result<String, Problem> {
    if is_within(&text, max) { Ok(text) } else { Err(Problem::TooLong { max }) }
}

fn is_within(text: &str, max: usize) -> bool {
    // Bytes bound characters from above, so most texts need no count.
    text.len() <= max || text.chars().nth(max).is_none()
}

/// The text without white space and invisible characters around it.
pub(crate) fn trim(text: &str) -> &str {
    let is_seen = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_seen(text.as_bytes().first()) && is_seen(text.as_bytes().last()) {
        return text;
    }
    // Zero-width spaces and joiners, word joiner, byte order mark, soft hyphen: exports have cells of nothing else.
    let is_unseen = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// Soft hyphens, zero-width characters, joiners, marks of direction and of byte order: texts that differ in them look the
/// same.
pub(crate) const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a text stands for no value: what programs and people write into a cell that has none
/// (`docs/rules.md#identity`).
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = trim(text);
    ["N/A", "#N/A", "null", "none", "undefined", "-", "--", "?", "."].iter().any(|none| text.eq_ignore_ascii_case(none))
}

/// Whether a line ends here: with the line feed, the vertical tab, the form feed, the carriage return, the next line, and
/// the separators of lines and paragraphs (UAX #14).
pub(crate) const fn is_line_break(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The text with a space for each line break and each tab.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let is_space = |c| c == '\t' || is_line_break(c);
    if text.contains(is_space) { text.replace("\r\n", " ").replace(is_space, " ").into() } else { text.into() }
}

/// What a person or a header shows as one line: without control characters, wherever the text is from.
pub(crate) fn shown_line(text: &str) -> Cow<'_, str> {
    let line = one_line(text);
    if line.contains(char::is_control) { line.replace(char::is_control, "").into() } else { line }
}

/// Whether a text has nothing but visible characters of ASCII and spaces, as most have: there is no need to look at its
/// characters then.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The one reading of every text that is a line: trimmed, with spaces for line breaks and tabs, of at most 255
/// characters, and none of them a control character. Nothing, if nothing is left.
pub(crate) fn line(text: &str) -> Result<Option<String>, Problem> {
    let text = trim(text);
    if text.len() <= LINE_MAX && is_plain(text) {
        return Ok((!text.is_empty()).then(|| text.to_owned()));
    }
    // CRLF is one space: what is longer than twice as much is too long, and not copied to be counted.
    if text.chars().nth(2 * LINE_MAX).is_some() {
        return Err(Problem::TooLong { max: LINE_MAX });
    }
    let line = within(one_line(text).into_owned(), LINE_MAX)?;
    if line.is_empty() { Ok(None) } else { without_control(line, &[]).map(Some) }
}

/// The one reading of every text of several lines: of at most `max` characters, none of them a control character but
/// line feeds, carriage returns and tabs.
pub(crate) fn lines(text: String, max: usize) -> Result<String, Problem> {
    without_control(within(text, max)?, &LAYOUT)
}

/// Whether a stored text is one that [`line`] gives.
pub(crate) fn is_line(text: &str) -> bool {
    let is_unfit = |c: char| c.is_control() || is_line_break(c);
    !text.is_empty() && trim(text).len() == text.len() && !text.contains(is_unfit) && is_within(text, LINE_MAX)
}

/// Whether a stored text is one that [`lines`] gives.
pub(crate) fn are_lines(text: &str, max: usize) -> bool {
    is_within(text, max) && !text.contains(|c: char| c.is_control() && !LAYOUT.contains(&c))
}

/// The text, if it has no control characters but those of `allowed`.
pub(crate) fn without_control(text: String, allowed: &[char]) -> Result<String, Problem> {
    let is_control = |c: char| c.is_control() && !allowed.contains(&c);
    if !is_plain(&text) && text.chars().any(is_control) { Err(Problem::ControlCharacter) } else { Ok(text) }
}

/// A text that was stored before [`line`] read it, as what `line` accepts: empty, if nothing is left.
pub(crate) fn clean_line(text: &str) -> String {
    let line = shown_line(text);
    let line = trim(&line);
    let end = line.char_indices().nth(LINE_MAX).map_or(line.len(), |(end, _)| end);
    trim(line.get(..end).unwrap_or_default()).to_owned()
}

/// A text that was stored before [`lines`] read it, as what `lines` accepts.
pub(crate) fn clean_lines(text: &str) -> String {
    text.replace(|c: char| c.is_control() && !LAYOUT.contains(&c), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that has no place in a line, C0, DEL and C1, but for the breaks.
    fn controls() -> impl Iterator<Item = char> {
        ('\0'..='\u{9f}').filter(|c| c.is_control() && *c != '\t' && !is_line_break(*c))
    }

    const SPACES: [char; 8] = ['\t', '\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

    #[test]
    fn a_line_has_spaces_for_breaks_and_no_control_characters() {
        for space in SPACES {
            assert_eq!(line(&format!("{space}a{space}b{space}")), Ok(Some("a b".into())), "{space:?}");
            assert_eq!(line(&space.to_string()), Ok(None), "{space:?}");
        }
        assert_eq!(line("a\r\nb\n\rc"), Ok(Some("a b  c".into())));
        for control in controls() {
            for text in [format!("a{control}b"), format!("{control}a"), control.to_string()] {
                assert_eq!(line(&text), Err(Problem::ControlCharacter), "{text:?}");
            }
        }
        assert_eq!(line(&"é".repeat(255)), Ok(Some("é".repeat(255))));
        assert_eq!(line(&"é".repeat(256)), Err(Problem::TooLong { max: 255 }));
    }

    #[test]
    fn what_is_cleaned_is_accepted_as_it_is() {
        let cases = [
            ("Ana\r\nBcc: eve@example.com", "Ana Bcc: eve@example.com"),
            ("\u{1b}[31mAna\u{1b}[0m", "[31mAna[0m"),
            (" \0 Ana \u{85}\u{feff}", "Ana"),
            ("A\0n\u{7f}a", "Ana"),
            ("A\u{2028}n\ta", "A n a"),
            ("\0\u{1b}\u{9f} \n", ""),
            ("", ""),
        ];
        for (stored, expected) in cases {
            assert_eq!(clean_line(stored), expected, "{stored:?}");
        }
        assert_eq!(clean_line(&("é".repeat(254) + " é")), "é".repeat(254), "cut, and trimmed after");
        for control in controls().chain(SPACES) {
            let text = format!("{control}a{control} b{control}");
            let cleaned = clean_line(&text);
            assert_eq!(line(&cleaned), Ok(Some(cleaned.clone())), "{text:?}");
            assert_eq!(lines(clean_lines(&text), 100), Ok(clean_lines(&text)), "{text:?}");
        }
        assert_eq!(clean_lines("Best,\r\n\tAna\0\u{1b}\u{b}"), "Best,\r\n\tAna");
    }

    #[test]
    fn what_is_shown_in_one_line_keeps_all_that_can_be_seen() {
        assert_eq!(shown_line(" Hi\u{85}you\r\n"), " Hi you ");
        assert_eq!(shown_line("H\0i\u{1b}\u{9b}"), "Hi");
        assert!(matches!(shown_line("Hi %"), Cow::Borrowed("Hi %")));
    }
}
