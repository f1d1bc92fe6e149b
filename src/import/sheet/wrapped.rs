//! Rows that are quoted as a whole: what becomes of a table that a program took for one column.

use super::Fault;
use super::record::is_line_end;

/// How many rows show whether all are.
const ROWS: usize = 20;

/// Whether every row is one quoted cell, but perhaps the first, as far as a sample goes.
pub(super) fn is_wrapped(sample: &str) -> bool {
    let rows = Pieces(sample).filter(|row| !row.text.trim().is_empty()).take(ROWS);
    let (mut count, mut wrapped, mut is_first) = (0, 0, true);
    for row in rows {
        // The last row of a sample may lack its end.
        let is_cut = row.end.is_empty() && row.inner.is_none();
        if !is_first && !is_cut {
            count += 1;
            wrapped += usize::from(row.inner.is_some());
        } else if is_first && row.inner.is_some() {
            wrapped += 1;
            count += 1;
        }
        is_first = false;
    }
    count > 0 && wrapped == count
}

/// The text with the rows that are quoted cells as the rows that are in them, each on the lines on which it was.
pub(super) fn unwrap(text: &str) -> Result<String, Fault> {
    let mut unwrapped = String::new();
    unwrapped.try_reserve_exact(text.len()).map_err(|_| Fault::NoMemory)?;
    for row in Pieces(text) {
        match row.inner {
            Some(inner) => {
                for (index, part) in inner.split("\"\"").enumerate() {
                    unwrapped.push_str(if index == 0 { "" } else { "\"" });
                    unwrapped.push_str(part);
                }
            }
            None => unwrapped.push_str(row.text),
        }
        unwrapped.push_str(row.end);
    }
    Ok(unwrapped)
}

/// A row of a text.
struct Piece<'a> {
    text: &'a str,
    /// What is in its quotes, if it is one quoted cell; doubled quotes are not single ones yet.
    inner: Option<&'a str>,
    /// Its line end.
    end: &'a str,
}

/// The rows that are left of a text.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let (length, inner) = match wrapped(self.0) {
            Some((length, inner)) => (length, Some(inner)),
            None => (plain(self.0), None),
        };
        let (text, rest) = self.0.split_at(length);
        let (end, rest) = rest.split_at(if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) });
        self.0 = rest;
        Some(Piece { text, inner, end })
    }
}

/// How long the first row is, and what is in it, if it is one quoted cell. Delimiters behind it are what a program adds to
/// make rows equally wide.
fn wrapped(text: &str) -> Option<(usize, &str)> {
    let inside = text.trim_start_matches([' ', '\t']).strip_prefix('"')?;
    let mut close = 0;
    loop {
        close += inside.get(close..)?.find('"')?;
        if !inside.get(close + 1..)?.starts_with('"') {
            break;
        }
        close += 2;
    }
    let (inner, after) = inside.split_at(close);
    let rest = after.get(1..)?.trim_start_matches([',', ';', '\t', '|', ' ']);
    let is_end = rest.is_empty() || rest.starts_with(['\r', '\n']);
    is_end.then_some((text.len() - rest.len(), inner))
}

/// Up to the line end that is in no quotes.
fn plain(text: &str) -> usize {
    let mut is_quoted = false;
    let is_end = |byte: u8| {
        is_quoted ^= byte == b'"';
        is_line_end(byte) && !is_quoted
    };
    text.bytes().position(is_end).unwrap_or(text.len())
}
