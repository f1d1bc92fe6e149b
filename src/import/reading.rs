//! How to read a file where the detection is wrong, and how that request is checked.

use serde::Serialize;

use crate::bounds::{CELL_MAX, COLUMNS_MAX};
use crate::error::{Error, Problem, Result};
use crate::import::sheet::{Encoding, Fault, Given};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// How to read a CSV file where the detection is wrong. What is not given is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Reading {
    /// The encoding: any label of the WHATWG Encoding Standard, such as `windows-1252`, `latin1` or `macintosh`.
    pub encoding: Option<String>,
    /// What separates the cells: `,`, `;`, TAB or `|`.
    pub delimiter: Option<char>,
    /// The line on which the names of the columns are, from 1; the rows begin below it. 0 says that there are no names.
    pub header_line: Option<u32>,
}

setters!(Reading {
    text encoding;
    optional delimiter: char;
    optional header_line: u32;
});

impl Reading {
    pub(super) const FIELDS: [&str; 3] = ["encoding", "delimiter", "header_line"];

    /// Takes its fields out of those of a request.
    pub(super) fn read(fields: &mut Fields<'_>) -> Given {
        let unknown = Problem::UnknownValue { allowed: Encoding::WORDS };
        let encoding = fields
            .text("encoding")
            .and_then(|label| fields.keep("encoding", Encoding::of_label(&label).ok_or(unknown)));
        let delimiter = fields.text("delimiter").and_then(|text| {
            let delimiter = match text.as_bytes() {
                [byte] if Given::DELIMITERS.contains(byte) => Ok(*byte),
                _ => Err(Problem::UnknownDelimiter),
            };
            fields.keep("delimiter", delimiter)
        });
        let header_line = fields.integer_or_clear("header_line", &(0..=i64::from(u32::MAX))).flatten();
        Given { encoding, delimiter, header_line: header_line.and_then(|line| u32::try_from(line).ok()) }
    }
}

impl RequestType for Reading {
    type Checked = Given;
}

impl Request<Reading> for Input {
    fn parse(self) -> Result<Given> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let given = Reading::read(&mut fields);
        fields.refuse_rest(&Reading::FIELDS);
        issues.finish(Some(given))
    }
}

impl Request<Reading> for Reading {
    fn parse(self) -> Result<Given> {
        Request::<Reading>::parse(Input::of(&self))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let problem = match fault {
            Fault::Empty => Problem::Empty,
            Fault::Encoding { line, encoding, suggestions } => {
                Problem::MalformedEncoding { line, encoding, suggestions }
            }
            Fault::NotCsv(what) => Problem::NotACsvFile { found: what.word() },
            Fault::UnterminatedQuote { line } => Problem::UnterminatedQuote { line },
            Fault::NulByte { .. } => Problem::ControlCharacter,
            Fault::TooManyColumns { line } => Problem::RowTooWide { line, max: COLUMNS_MAX },
            Fault::LargeCell { line } => Problem::CellTooLarge { line, max: CELL_MAX },
            Fault::NoHeader { last } => {
                return Self::invalid("header_line", Problem::OutOfRange { min: 0, max: last.into() });
            }
            Fault::NoMemory => return Self::StorageUnavailable(None),
        };
        Self::invalid("bytes", problem)
    }
}
