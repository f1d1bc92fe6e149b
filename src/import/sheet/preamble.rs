//! What programs write above a table.

/// The delimiter that a first line `sep=;` names, and the text after byte order marks and everything else that is not
/// part of the table.
pub(super) fn split(text: &str) -> (Option<u8>, &str) {
    let text = text.trim_start_matches('\u{feff}');
    let (first, below) = split_line(text);
    match named_delimiter(first) {
        Some(delimiter) => (delimiter, below),
        None if unpadded(first) == "Notes:" => (None, below_gap(below).unwrap_or(text)),
        None => (None, text),
    }
}

/// The content of a line `sep=…`, if it is one. A program that took it for a row may have quoted or padded it.
fn named_delimiter(line: &str) -> Option<Option<u8>> {
    let line = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line);
    let value = line.split_at_checked(4).filter(|(key, _)| key.eq_ignore_ascii_case("sep="))?.1;
    match value.as_bytes() {
        [] => Some(None),
        [b'"', ..] => None,
        [first, rest @ ..] => {
            let is_delimiter = matches!(first, b'\t' | b' ') || first.is_ascii_punctuation();
            (is_delimiter && rest.iter().all(|byte| byte == first)).then_some(Some(*first))
        }
    }
}

/// LinkedIn's export of connections begins with a note, which a blank line separates from the table.
fn below_gap(mut text: &str) -> Option<&str> {
    while !text.is_empty() {
        let (line, below) = split_line(text);
        if unpadded(line).is_empty() {
            return Some(below);
        }
        text = below;
    }
    None
}

/// A line without the delimiters that a spreadsheet program adds to make every row as wide as the widest.
fn unpadded(line: &str) -> &str {
    line.trim_end_matches([',', ';', '\t', '|', ' '])
}

/// The first line without its end, and the text below it.
fn split_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_at(text.find(['\r', '\n']).unwrap_or(text.len()));
    (line, rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest))
}
