//! Rows that are quoted as a whole: a table that a program took for one column.

use std::borrow::Cow;
use std::ops::Range;

use super::Fault;
use super::record::is_line_end;

/// How many rows decide whether all are.
const ROWS: usize = 20;

/// Whether every row but perhaps the first is one quoted cell, judged by a sample.
pub(super) fn is_wrapped(sample: &str) -> bool {
    let is_blank = |row: &[u8]| std::str::from_utf8(row).is_ok_and(|row| row.trim().is_empty());
    let rows = Pieces(sample.as_bytes()).filter(|(row, _)| !is_blank(row)).take(ROWS);
    let (mut count, mut wrapped, mut is_first) = (0, 0, true);
    for (_, row) in rows {
        // The last row of a sample may be cut before its end.
        let is_cut = row.end == 0 && row.inner.is_none();
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

/// The text with the rows inside quoted cells in place of these, from `table`, where its table begins. Each row stays
/// on the lines on which it was. The rows replace the quoted ones in the same buffer, so that a large file is not held
/// twice.
pub(super) fn unwrap(text: Cow<'_, str>, table: usize) -> Result<String, Fault> {
    let mut bytes = owned(text)?.into_bytes();
    let (mut read, mut written) = (table, table);
    while let Some(row) = first(bytes.get(read..).unwrap_or_default()) {
        let end = read + row.length;
        match row.inner {
            Some(inner) => {
                let (mut at, inner_end) = (read + inner.start, read + inner.end);
                while at < inner_end {
                    // Of two quotes, the first one is kept.
                    let part = bytes.get(at..inner_end).unwrap_or_default();
                    let quote = part.iter().position(|byte| *byte == b'"');
                    let kept = quote.map_or(part.len(), |quote| quote + 1);
                    bytes.copy_within(at..at + kept, written);
                    written += kept;
                    at += kept + 1;
                }
            }
            None => {
                bytes.copy_within(read..end, written);
                written += row.length;
            }
        }
        bytes.copy_within(end..end + row.end, written);
        written += row.end;
        read = end + row.end;
    }
    bytes.truncate(written);
    // The text between quotes and line ends, which are ASCII, is valid UTF-8.
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn owned(text: Cow<'_, str>) -> Result<String, Fault> {
    match text {
        Cow::Owned(text) => Ok(text),
        Cow::Borrowed(text) => {
            let mut owned = String::new();
            owned.try_reserve_exact(text.len()).map_err(|_| Fault::NoMemory)?;
            owned.push_str(text);
            Ok(owned)
        }
    }
}

/// A row of a text.
struct Piece {
    /// Its length without the line end.
    length: usize,
    /// The range inside its quotes, if it is one quoted cell; doubled quotes are still doubled there.
    inner: Option<Range<usize>>,
    /// The length of its line end.
    end: usize,
}

/// The remaining rows of a text.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a [u8], Piece);

    fn next(&mut self) -> Option<Self::Item> {
        let piece = first(self.0)?;
        let (row, rest) = self.0.split_at(piece.length);
        self.0 = rest.get(piece.end..).unwrap_or_default();
        Some((row, piece))
    }
}

/// The first row of the remaining text.
fn first(text: &[u8]) -> Option<Piece> {
    if text.is_empty() {
        return None;
    }
    let (length, inner) = match wrapped(text) {
        Some((length, inner)) => (length, Some(inner)),
        None => (plain(text), None),
    };
    let end = match text.get(length..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        [..] => 1,
    };
    Some(Piece { length, inner, end })
}

/// The length of the first row, and the range inside its quotes, if it is one quoted cell. Delimiters after it are
/// those that a program adds to make rows equally wide.
fn wrapped(text: &[u8]) -> Option<(usize, Range<usize>)> {
    let open =
        text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).filter(|open| text.get(*open) == Some(&b'"'))?;
    let mut close = open + 1;
    loop {
        close += text.get(close..)?.iter().position(|byte| *byte == b'"')?;
        if text.get(close + 1) != Some(&b'"') {
            break;
        }
        close += 2;
    }
    let is_filling = |byte: &&u8| matches!(**byte, b',' | b';' | b'\t' | b'|' | b' ');
    let end = close + 1 + text.get(close + 1..)?.iter().take_while(is_filling).count();
    text.get(end).is_none_or(|byte| is_line_end(*byte)).then_some((end, open + 1..close))
}

/// Up to the first line end outside quotes.
fn plain(text: &[u8]) -> usize {
    let mut is_quoted = false;
    let is_end = |byte: &u8| {
        is_quoted ^= *byte == b'"';
        is_line_end(*byte) && !is_quoted
    };
    text.iter().position(is_end).unwrap_or(text.len())
}
