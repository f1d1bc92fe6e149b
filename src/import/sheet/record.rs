//! Rows, and the lines they are on.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{CELL_MAX, COLUMNS_MAX, Fault};

/// In place of a delimiter where there is none: UTF-8 has no such byte.
const NO_DELIMITER: u8 = 0xFF;

/// Reads a text row by row, into one buffer. A row of blank cells is passed over like a blank line.
///
/// It stands on the parser of the `csv` crate and not on that crate's reader, which counts line feeds only, gives a row
/// the line on which the row before it ended, and takes a quote that is never closed to end with the file.
pub(crate) struct Rows<'a> {
    parser: Reader,
    text: &'a [u8],
    at: usize,
    /// The line on which `at` is.
    line: u32,
    /// The line on which the current row starts.
    start: u32,
    /// The line on which the first row is looked for.
    first: u32,
    /// The cells of the current row, without a gap, and where each of them ends; both with room behind.
    cells: Vec<u8>,
    ends: Vec<usize>,
    length: usize,
    width: usize,
    /// Which cell of the current row is too large, if one is: then the row has none.
    large: Option<usize>,
}

impl<'a> Rows<'a> {
    /// From a position in the text, and the line it is on.
    pub(super) fn new(text: &'a str, (at, line): (usize, u32), delimiter: Option<u8>) -> Self {
        let mut parser = ReaderBuilder::new().delimiter(delimiter.unwrap_or(NO_DELIMITER)).build();
        // A parser that has read nothing takes the first character for a byte order mark, if it could be one.
        parser.read_record(b"\n", &mut [0], &mut [0]);
        Self {
            parser,
            text: text.as_bytes(),
            at,
            line,
            start: line,
            first: line,
            cells: vec![0; 1 << 10],
            ends: vec![0; 1 << 5],
            length: 0,
            width: 0,
            large: None,
        }
    }

    /// Where the next row is looked for.
    pub(super) const fn position(&self) -> (usize, u32) {
        (self.at, self.line)
    }

    /// How many lines are behind: all before the one where the next row is looked for.
    pub(crate) const fn lines(&self) -> u32 {
        self.line - self.first
    }

    /// The next row. After a fault there is none that means anything.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, Fault> {
        while self.advance()? {
            if self.large.is_some() || !self.row().text.trim_start().is_empty() {
                return Ok(Some(self.row()));
            }
        }
        Ok(None)
    }

    fn row(&self) -> Row<'_> {
        let cells = self.cells.get(..self.length).unwrap_or_default();
        Row {
            line: self.start,
            // Pieces of a text between quotes and delimiters, which are ASCII, are text.
            text: std::str::from_utf8(cells).unwrap_or_default(),
            ends: self.ends.get(..self.width).unwrap_or_default(),
            large: self.large,
        }
    }

    /// Parses one row, blank or not; false at the end of the text.
    fn advance(&mut self) -> Result<bool, Fault> {
        self.pass_over(self.rest().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count());
        self.start = self.line;
        (self.length, self.width, self.large) = (0, 0, None);
        let mut read = 0;
        loop {
            let rest = self.text.get(self.at + read..).unwrap_or_default();
            // The last row may lack its line end. Inside of quotes this one is text, anywhere else it ends a row.
            let input = if rest.is_empty() { b"\n" } else { rest };
            let (result, consumed, written, ended) = self.parser.read_record(
                input,
                self.cells.get_mut(self.length..).unwrap_or_default(),
                self.ends.get_mut(self.width..).unwrap_or_default(),
            );
            read += consumed.min(rest.len());
            self.length += written;
            self.width += ended;
            match result {
                ReadRecordResult::Record => break,
                // What a cell that is too large has beside it is not kept, and nothing of the cell.
                ReadRecordResult::OutputFull if self.is_large() => (self.length, self.width) = (0, 0),
                ReadRecordResult::OutputEndsFull if self.large.is_some() => self.width = 0,
                ReadRecordResult::OutputFull => {
                    // What is left of the text is the most that a row can still have.
                    let more = self.cells.len().min(rest.len().saturating_sub(consumed) + 1);
                    grow(&mut self.cells, more)?;
                }
                ReadRecordResult::OutputEndsFull if self.width < COLUMNS_MAX => {
                    let more = self.ends.len();
                    grow(&mut self.ends, more)?;
                }
                ReadRecordResult::OutputEndsFull => return Err(Fault::TooManyColumns { line: self.start }),
                ReadRecordResult::InputEmpty if !rest.is_empty() => {}
                _ if written > 0 => return Err(Fault::UnterminatedQuote { line: self.start }),
                _ => return Ok(false),
            }
        }
        if self.is_large() {
            (self.length, self.width) = (0, 0);
        }
        // The parser takes a row to end with the first half of CRLF.
        let is_half = self.text.get(..self.at + read).is_some_and(|row| row.ends_with(b"\r"));
        let next = self.text.get(self.at + read);
        self.pass_over(read + usize::from(is_half && next == Some(&b'\n')));
        Ok(true)
    }

    /// Whether the row has a cell that is too large, the one that is being read included.
    fn is_large(&mut self) -> bool {
        if self.large.is_none() && self.length > CELL_MAX {
            let ends = self.ends.get(..self.width).unwrap_or_default().iter().chain([&self.length]);
            let mut start = 0;
            let mut sizes = ends.map(|end| end.saturating_sub(std::mem::replace(&mut start, *end)));
            self.large = sizes.position(|size| size > CELL_MAX);
        }
        self.large.is_some()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn pass_over(&mut self, count: usize) {
        self.line = self.line.saturating_add(line_ends(self.rest().get(..count).unwrap_or_default()));
        self.at += count;
    }
}

/// Adds so much room.
fn grow<T: Clone + Default>(buffer: &mut Vec<T>, more: usize) -> Result<(), Fault> {
    buffer.try_reserve_exact(more).map_err(|_| Fault::NoMemory)?;
    buffer.resize(buffer.len() + more, T::default());
    Ok(())
}

/// Line ends in whole lines: LF, CRLF and a lone CR.
pub(super) fn line_ends(text: &[u8]) -> u32 {
    let (mut count, mut after_return) = (0_u32, false);
    for byte in text {
        count = count.saturating_add(u32::from(*byte == b'\r' || (*byte == b'\n' && !after_return)));
        after_return = *byte == b'\r';
    }
    count
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

    /// The place of its first cell that has more than [`CELL_MAX`] bytes. The row has no cells then.
    pub(crate) const fn large(&self) -> Option<usize> {
        self.large
    }

    /// How many cells it has, which may be more or fewer than there are columns.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells as they are between the delimiters.
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
