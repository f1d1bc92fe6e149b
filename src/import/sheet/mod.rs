//! Tables in text, as spreadsheet programs and exports write them (SPEC §3): pure values, which know no campaign.

mod column;
mod delimiter;
mod encoding;
mod preamble;
mod record;
mod suggestion;
#[cfg(test)]
mod tests;

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

pub(crate) use encoding::{Encoding, NotCsv, Text};
pub(crate) use record::{Row, Rows};
pub(crate) use suggestion::suggest;

/// The most cells of a row: the width of a sheet in the common spreadsheet programs.
pub(crate) const COLUMNS_MAX: usize = 16_384;

/// The most bytes of a cell, in UTF-8 (SPEC §3).
pub(crate) const CELL_MAX: usize = 1 << 20;

/// Why a file cannot be read. Lines are physical ones, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing but blank lines, delimiters and quotes.
    Empty,
    /// This line is no text in the encoding that was given or guessed; others in which the file can be read.
    Encoding { line: u32, encoding: &'static str, suggestions: Vec<&'static str> },
    /// A file of another kind.
    NotCsv(NotCsv),
    /// A quote of the row that starts here is never closed.
    UnterminatedQuote { line: u32 },
    /// The first row has a NUL character: these bytes are not text.
    NulByte { line: u32 },
    /// The row that starts here has more than [`COLUMNS_MAX`] cells.
    TooManyColumns { line: u32 },
    /// The first row, which starts here, has a cell of more than [`CELL_MAX`] bytes.
    LargeCell { line: u32 },
    /// There is no memory for its text, or for a row of it.
    NoMemory,
}

/// How a cell shows by itself whom it identifies.
#[derive(Clone, Copy)]
pub(crate) struct Identities {
    pub(crate) is_email: fn(&str) -> bool,
    pub(crate) is_profile: fn(&str) -> bool,
}

impl Identities {
    fn has(self, cell: &str) -> bool {
        (self.is_email)(cell) || (self.is_profile)(cell)
    }
}

/// A file of which the form is known, and the rows not yet.
pub(crate) struct Sheet<'a> {
    text: Text<'a>,
    delimiter: Option<u8>,
    has_header: bool,
    columns: Vec<String>,
    /// Where in the text the rows begin, and on which line.
    body: (usize, u32),
}

impl<'a> Sheet<'a> {
    /// Finds out delimiter and columns. There is no header if the first row identifies somebody.
    pub(crate) fn read(source: Text<'a>, identities: Identities) -> Result<Self, Fault> {
        let text = source.text.as_ref();
        let (hint, table) = preamble::split(text);
        if table.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"')).is_empty() {
            return Err(Fault::Empty);
        }
        let above = text.len() - table.len();
        let line = 1 + record::line_ends(text.as_bytes().get(..above).unwrap_or_default());
        let delimiter = hint.or_else(|| delimiter::detect(table, identities));
        let mut rows = Rows::new(text, (above, line), delimiter);
        let begin = rows.position();
        let first = rows.next()?.ok_or(Fault::Empty)?;
        if first.large().is_some() {
            return Err(Fault::LargeCell { line: first.line() });
        }
        if first.cells().any(|cell| cell.contains('\0')) {
            return Err(Fault::NulByte { line: first.line() });
        }
        let has_header = !first.cells().any(|cell| identities.has(cell));
        let columns = column::names(first.cells().map(|cell| if has_header { cell } else { "" }));
        let body = if has_header { rows.position() } else { begin };
        Ok(Self { delimiter, has_header, columns, body, text: source })
    }

    pub(crate) const fn encoding(&self) -> Encoding {
        self.text.encoding
    }

    /// Whether the encoding was guessed from what the file says in it.
    pub(crate) const fn is_encoding_guessed(&self) -> bool {
        self.text.is_guessed
    }

    /// What separates cells; nothing does in a file of one column.
    pub(crate) fn delimiter(&self) -> Option<char> {
        self.delimiter.map(char::from)
    }

    pub(crate) const fn has_header(&self) -> bool {
        self.has_header
    }

    /// The names of the columns, each once, and each fit to be the key of a custom field.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many lines the rows take, with blank ones.
    pub(crate) fn lines(&self) -> u32 {
        let body = self.text.text.as_bytes().get(self.body.0..).unwrap_or_default();
        let is_open = body.last().is_some_and(|byte| !matches!(byte, b'\r' | b'\n'));
        record::line_ends(body).saturating_add(u32::from(is_open))
    }

    /// The rows below the header, from the first one.
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows::new(&self.text.text, self.body, self.delimiter)
    }
}

/// A fingerprint of the bytes of a file and of the encoding in which they are read: 32 hexadecimal digits.
pub(crate) fn content_hash(bytes: &[u8], encoding: Encoding) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    if encoding != Encoding::UTF_8 {
        hasher.write(encoding.word().as_bytes());
    }
    format!("{:032x}", hasher.finish128().as_u128())
}
