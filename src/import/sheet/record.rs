//! Rows, and the lines they are on.

use super::{Fault, exported_file};
use crate::bounds::{CELL_MAX, COLUMNS_MAX};

/// Replaces the delimiter if there is none: UTF-8 has no such byte.
const NO_DELIMITER: u8 = 0xFF;

/// Reads a text row by row, into one buffer. A row of blank cells is skipped like a blank line.
///
/// RFC 4180, and variants that programs write: any line end, blanks before an opening quote, `="text"` for a text that
/// must not become a number, an apostrophe before something that would become a formula, quotes within an unquoted
/// cell.
pub(crate) struct Rows<'a> {
    text: &'a [u8],
    delimiter: u8,
    at: usize,
    /// The line on which `at` is.
    line: u32,
    /// The line on which the current row starts, and where.
    start: (usize, u32),
    /// The line from which on the first row is searched for.
    first: u32,
    /// The cells of the current row, one directly after the other, and where each of them ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// Which cell of the current row is too large, if there is one; the row then has no cells.
    large: Option<usize>,
}

impl<'a> Rows<'a> {
    /// Starts at a position in the text, which is on the given line.
    pub(super) fn new(text: &'a str, (at, line): (usize, u32), delimiter: Option<u8>) -> Self {
        Self {
            text: text.as_bytes(),
            delimiter: delimiter.unwrap_or(NO_DELIMITER),
            at,
            line,
            start: (at, line),
            first: line,
            cells: Vec::new(),
            ends: Vec::new(),
            large: None,
        }
    }

    /// Where the search for the next row begins.
    pub(super) const fn position(&self) -> (usize, u32) {
        (self.at, self.line)
    }

    /// Where the current row starts.
    pub(super) const fn start(&self) -> (usize, u32) {
        self.start
    }

    /// How many lines were read: all before the one where the search for the next row begins.
    pub(crate) const fn lines(&self) -> u32 {
        self.line - self.first
    }

    /// The next row. After a fault, further results mean nothing.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, Fault> {
        while self.advance()? {
            let has_letter = self.cells.iter().any(u8::is_ascii_graphic);
            if self.large.is_some() || has_letter || !self.row().text.trim_start().is_empty() {
                return Ok(Some(self.row()));
            }
        }
        Ok(None)
    }

    fn row(&self) -> Row<'_> {
        Row {
            line: self.start.1,
            // The text between quotes and delimiters, which are ASCII, is valid UTF-8.
            text: std::str::from_utf8(&self.cells).unwrap_or_default(),
            ends: &self.ends,
            large: self.large,
        }
    }

    /// Parses one row, blank or not; false at the end of the text.
    fn advance(&mut self) -> Result<bool, Fault> {
        let blank = self.rest().iter().take_while(|byte| is_line_end(**byte)).count();
        self.count_lines(self.rest().get(..blank).unwrap_or_default());
        self.at += blank;
        self.start = self.position();
        self.cells.clear();
        self.ends.clear();
        self.large = None;
        if self.rest().is_empty() {
            return Ok(false);
        }
        let mut at = self.at;
        loop {
            at = self.read_cell(at)?;
            self.end_cell()?;
            if self.text.get(at) != Some(&self.delimiter) {
                break;
            }
            at += 1;
        }
        let rest = self.text.get(at..).unwrap_or_default();
        let line_end = rest.get(..2).filter(|end| *end == b"\r\n").or(rest.get(..1)).unwrap_or_default();
        self.count_lines(line_end);
        self.at = at + line_end.len();
        Ok(true)
    }

    /// Reads the cell that starts here; returns where it ends.
    fn read_cell(&mut self, at: usize) -> Result<usize, Fault> {
        let rest = self.text.get(at..).unwrap_or_default();
        let is_blank = |byte: &&u8| **byte == b' ' || (**byte == b'\t' && self.delimiter != b'\t');
        let blanks = rest.iter().take_while(is_blank).count();
        match rest.get(blanks..).unwrap_or_default() {
            [b'"', ..] => {
                let end = self.read_quoted(at + blanks + 1)?;
                self.read_plain(end)
            }
            [b'=', b'"', formula @ ..] => match self.formula(formula) {
                Some(text) => {
                    self.push(text)?;
                    Ok(at + blanks + text.len() + 3)
                }
                None => self.read_plain(at),
            },
            _ => self.read_plain(at),
        }
    }

    /// Reads up to the delimiter or the line end.
    fn read_plain(&mut self, at: usize) -> Result<usize, Fault> {
        let rest = self.text.get(at..).unwrap_or_default();
        let text = rest.get(..self.plain(rest)).unwrap_or_default();
        self.push(text)?;
        Ok(at + text.len())
    }

    fn plain(&self, rest: &[u8]) -> usize {
        let delimiter = self.delimiter;
        rest.iter().position(|byte| *byte == delimiter || is_line_end(*byte)).unwrap_or(rest.len())
    }

    /// Reads to the end of the closing quote.
    fn read_quoted(&mut self, mut at: usize) -> Result<usize, Fault> {
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let quote = rest.iter().position(|byte| *byte == b'"');
            let quote = quote.ok_or(Fault::UnterminatedQuote { line: self.start.1 })?;
            at += quote + 1;
            // Of two quotes, the first one belongs to the text.
            let is_doubled = self.text.get(at) == Some(&b'"');
            let piece = rest.get(..quote + usize::from(is_doubled)).unwrap_or_default();
            self.count_lines(piece);
            self.push(piece)?;
            if !is_doubled {
                return Ok(at);
            }
            at += 1;
        }
    }

    /// The text between the quotes of `="text"`, if nothing follows the second one.
    fn formula(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let end = rest.iter().position(|byte| *byte == b'"' || is_line_end(*byte))?;
        let (text, after) = rest.split_at_checked(end)?;
        let after = after.strip_prefix(b"\"")?;
        (self.plain(after) == 0).then_some(text)
    }

    /// Adds a piece to the current cell. A row with a too large cell keeps none of its cells.
    fn push(&mut self, piece: &[u8]) -> Result<(), Fault> {
        if self.large.is_some() {
            return Ok(());
        }
        let needed = self.cells.len() + piece.len();
        if needed - self.ends.last().copied().unwrap_or_default() > CELL_MAX {
            self.large = Some(self.ends.len());
            self.cells.clear();
            self.ends.clear();
            return Ok(());
        }
        if needed > self.cells.capacity() {
            // A row cannot have more than the text.
            let capacity = needed.max(self.text.len().min(2 * self.cells.capacity()));
            self.cells.try_reserve_exact(capacity - self.cells.len()).map_err(|_| Fault::NoMemory)?;
        }
        self.cells.extend_from_slice(piece);
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Fault> {
        if self.large.is_some() {
            return Ok(());
        }
        if self.ends.len() == COLUMNS_MAX {
            return Err(Fault::TooManyColumns { line: self.start.1 });
        }
        let start = self.ends.last().copied().unwrap_or_default();
        let text = match self.cells.get(start..) {
            Some([b'=', b'"', text @ .., b'"']) if !text.contains(&b'"') => start + 2..self.cells.len() - 1,
            Some([b'\'', text @ ..]) if exported_file::is_marked(text) => start + 1..self.cells.len(),
            _ => start..self.cells.len(),
        };
        if text.start > start {
            self.cells.copy_within(text.clone(), start);
            self.cells.truncate(start + text.len());
        }
        self.ends.try_reserve(1).map_err(|_| Fault::NoMemory)?;
        self.ends.push(self.cells.len());
        Ok(())
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Nothing else than line ends between rows and pieces between quotes has any.
    fn count_lines(&mut self, passed: &[u8]) {
        self.line = self.line.saturating_add(line_ends(passed));
    }
}

pub(super) const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Counts line ends in whole lines: LF, CRLF and a lone CR.
pub(super) fn line_ends(text: &[u8]) -> u32 {
    // In pieces whose sums are bytes, since the compiler then looks at several pairs at once.
    let pieces = text.chunks(128).zip(text.get(1..).unwrap_or_default().chunks(128));
    let later = pieces.map(|(before, bytes)| {
        let ends =
            before.iter().zip(bytes).map(|(before, byte)| (*byte == b'\r') | ((*byte == b'\n') & (*before != b'\r')));
        ends.fold(0_u8, |count, is_end| count.wrapping_add(u8::from(is_end)))
    });
    let first = text.first().is_some_and(|byte| is_line_end(*byte));
    later.map(u32::from).fold(u32::from(first), u32::saturating_add)
}

/// One row of a sheet.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    line: u32,
    text: &'a str,
    ends: &'a [usize],
    large: Option<usize>,
}

impl<'a> Row<'a> {
    /// The physical line on which it starts, from 1.
    pub(crate) const fn line(&self) -> u32 {
        self.line
    }

    /// The position of its first cell of more than [`CELL_MAX`] bytes. The row then has no cells.
    pub(crate) const fn large(&self) -> Option<usize> {
        self.large
    }

    /// How many cells it has, which may be more or fewer than there are columns.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells as they stand between the delimiters.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &'a str> {
        let mut start = 0;
        self.ends.iter().filter_map(move |end| self.text.get(std::mem::replace(&mut start, *end)..*end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_cell_is_passed_over_in_little_memory() {
        let text = "x".repeat(16 << 20);
        for (text, place) in [(&text, 0), (&format!("\"{text}\""), 0), (&format!("a,b,{text},c"), 2)] {
            let mut rows = Rows::new(text, (0, 1), Some(b','));
            let large = rows.next().map(|row| row.map(|row| (row.large(), row.len())));
            assert_eq!(large, Ok(Some((Some(place), 0))));
            assert!(rows.cells.capacity() <= 2 * CELL_MAX, "{}", rows.cells.capacity());
        }
    }

    #[test]
    fn a_row_takes_no_more_memory_than_it_has_text() {
        let text = format!("{}\nx", vec!["x".repeat(CELL_MAX); 9].join(","));
        let mut rows = Rows::new(&text, (0, 1), Some(b','));
        assert_eq!(rows.next().map(|row| row.map(|row| row.len())), Ok(Some(9)));
        assert!(rows.cells.capacity() <= text.len(), "{}", rows.cells.capacity());
    }
}
