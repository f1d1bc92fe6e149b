//! Tables in text, as spreadsheet programs and exports write them (`docs/rules.md#csv-files`): pure values that know
//! nothing of campaigns.

mod delimiter;
mod encoding;
pub(crate) mod exported_file;
mod header;
mod known_columns;
mod preamble;
mod preview_findings;
mod record;
mod suggestion;
#[cfg(test)]
mod tests;
mod unique_names;
mod whole_name;
mod wrapped;

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

pub(crate) use encoding::{Encoding, NotCsv, Text};
pub(crate) use exported_file::Own;
pub(crate) use known_columns::Words;
pub(crate) use preview_findings::{Finding, Findings};
pub(crate) use record::{Row, Rows};
pub(crate) use suggestion::{Samples, suggest};
pub(crate) use whole_name::split as split_name;

/// The most bytes of a cell that identifies somebody: several addresses, or a link with all that trackers add to it.
const IDENTITIES_MAX: usize = 1 << 12;

/// Why a file cannot be read. Lines are physical ones, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing but blank lines, delimiters and quotes.
    Empty,
    /// This line is not text in the given or guessed encoding; `suggestions` are others in which the file can be read.
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
    /// The file has no row on the line that was given for the header, nor below it; `last` is the line of the last row.
    NoHeader { last: u32 },
    /// There is no memory for the file's text, or for one of its rows.
    NoMemory,
}

/// What the caller says about a file; the rest is detected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// What separates the cells.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) delimiter: Option<u8>,
    /// The line of the header; 0 for none.
    pub(crate) header_line: Option<u32>,
}

impl Given {
    /// The delimiters that can be given.
    pub(crate) const DELIMITERS: [u8; 4] = delimiter::CANDIDATES;
}

/// How a cell shows by itself whom it identifies.
#[derive(Clone, Copy)]
pub(crate) struct Identities {
    pub(crate) is_email: fn(&str) -> bool,
    pub(crate) is_profile: fn(&str) -> bool,
}

impl Identities {
    fn of(self, cell: &str) -> Held {
        if cell.len() > IDENTITIES_MAX {
            return Held::Nothing;
        }
        if (self.is_email)(cell) {
            return Held::Emails;
        }
        if (self.is_profile)(cell) {
            return Held::Profile;
        }
        if !cell.contains('@') {
            return Held::Nothing;
        }
        let parts = cell.split([',', ';', '|', '\t', '\r', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let (mut emails, mut count) = (0, 0);
        for part in parts {
            count += 1;
            emails += usize::from((self.is_email)(part));
        }
        match emails {
            0 => Held::Nothing,
            _ if emails == count => Held::Emails,
            _ => Held::Among,
        }
    }
}

/// Whom a cell identifies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    /// An email address, or several.
    Emails,
    Profile,
    /// Email addresses among other things.
    Among,
}

/// A file whose layout is known, before its rows are read.
pub(crate) struct Sheet<'a> {
    text: Text<'a>,
    delimiter: Option<u8>,
    header_line: Option<u32>,
    columns: Vec<String>,
    /// The meaning of each column, in an exported file.
    own: Option<Vec<Own>>,
    /// Where the rows begin in the text, and on which line.
    body: (usize, u32),
    given: Given,
}

impl<'a> Sheet<'a> {
    /// Detects delimiter, header and columns unless they are given.
    pub(crate) fn read(source: Text<'a>, words: &Words, identities: Identities, given: Given) -> Result<Self, Fault> {
        let Text { text, encoding, is_guessed } = source;
        let (hint, table) = preamble::split(&text);
        if table.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"')).is_empty() {
            return Err(Fault::Empty);
        }
        let above = text.len() - table.len();
        let top = (above, 1 + record::line_ends(text.as_bytes().get(..above).unwrap_or_default()));
        let told = given.delimiter.or(hint);
        let detected = delimiter::detect(table, told, words, identities)?;
        let text = if detected.is_wrapped { wrapped::unwrap(text, above)?.into() } else { text };
        let found = hint.or(detected.delimiter);
        let delimiter = given.delimiter.or(found);
        let outlines = header::outlines(Rows::new(&text, top, delimiter), words, identities);
        let header = header::find(&outlines).and_then(|index| outlines.get(index)).map(|row| row.start);
        let is_known = header.is_some() || outlines.is_empty();
        let no_header = |top| Fault::NoHeader { last: last_line(Rows::new(&text, top, delimiter)) };
        let (begin, has_header) = match given.header_line {
            None => (header.or(outlines.first().map(|row| row.start)).unwrap_or(top), is_known),
            Some(0) => (top, false),
            // Text outside the table does not belong to its first row either.
            Some(line) if line == top.1 => (top, true),
            Some(line) => (line_start(&text, line).ok_or_else(|| no_header(top))?, true),
        };
        let mut rows = Rows::new(&text, begin, delimiter);
        let first = rows.next()?.ok_or_else(|| no_header(top))?;
        if first.large().is_some() {
            return Err(Fault::LargeCell { line: first.line() });
        }
        if first.cells().any(|cell| cell.contains('\0')) {
            return Err(Fault::NulByte { line: first.line() });
        }
        let header_line = has_header.then_some(first.line());
        let own = (has_header && exported_file::is_own(first.cells())).then(|| exported_file::columns(first.cells()));
        let columns = if has_header {
            unique_names::names(first.cells(), own.as_deref().unwrap_or_default())
        } else {
            let widest = outlines.iter().map(|row| row.width).max().unwrap_or_default();
            unique_names::names(std::iter::repeat_n("", widest.max(first.len())), &[])
        };
        let body = if has_header { rows.position() } else { begin };
        // A given value that would have been detected anyway makes no difference.
        let is_other = header_line != header.map(|(_, line)| line);
        let given = Given {
            delimiter: given.delimiter.filter(|given| Some(*given) != found),
            header_line: given.header_line.filter(|_| is_other).map(|_| header_line.unwrap_or_default()),
            ..given
        };
        Ok(Self { delimiter, header_line, columns, own, body, given, text: Text { text, encoding, is_guessed } })
    }

    pub(crate) const fn encoding(&self) -> Encoding {
        self.text.encoding
    }

    /// Whether the encoding was guessed from the file's content.
    pub(crate) const fn is_encoding_guessed(&self) -> bool {
        self.text.is_guessed
    }

    /// The delimiter; none in a file of one column.
    pub(crate) fn delimiter(&self) -> Option<char> {
        self.delimiter.map(char::from)
    }

    /// The line with the names of the columns, if the file has one.
    pub(crate) const fn header_line(&self) -> Option<u32> {
        self.header_line
    }

    /// The given values that make a difference.
    pub(crate) const fn given(&self) -> Given {
        self.given
    }

    /// The names of the columns, all different, and each fit to be the key of a custom field.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The meaning of each column, if the file was exported.
    pub(crate) fn own(&self) -> Option<&[Own]> {
        self.own.as_deref()
    }

    /// How many lines the rows take, blank ones included.
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

/// Where a line starts, if the text has enough lines.
fn line_start(text: &str, line: u32) -> Option<(usize, u32)> {
    let mut at = 0;
    for _ in 1..line {
        let end = text.get(at..)?.find(['\r', '\n'])?;
        at += end + if text.get(at + end..)?.starts_with("\r\n") { 2 } else { 1 };
    }
    Some((at, line))
}

/// The line on which the last readable row starts.
fn last_line(mut rows: Rows<'_>) -> u32 {
    let mut last = 1;
    while let Ok(Some(row)) = rows.next() {
        last = row.line();
    }
    last
}

/// A fingerprint of a file's bytes, its encoding, and the values given for reading it: 32 hexadecimal digits.
pub(crate) fn content_hash(bytes: &[u8], encoding: Encoding, given: Given) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    if encoding != Encoding::UTF_8 {
        hasher.write(encoding.word().as_bytes());
    }
    if (given.delimiter, given.header_line) != (None, None) {
        // No text ends with a byte order mark, so the hash cannot be that of another real file.
        hasher.write("\u{feff}".as_bytes());
        hasher.write(&[given.delimiter.unwrap_or_default()]);
        hasher.write(&given.header_line.map_or([0xFF; 8], |line| u64::from(line).to_le_bytes()));
    }
    format!("{:032x}", hasher.finish128().as_u128())
}
