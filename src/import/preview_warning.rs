//! Warnings of a preview: cells that are imported as they are, or left out, and perhaps should not be.

use serde::Serialize;

use crate::import::sheet::Finding;

/// The most warnings of a preview, so that its size has a bound.
const TOLD_MAX: usize = 100;

/// Something in the cells of a CSV file that the user should know before importing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CsvWarning {
    /// Its code: `without_address`, for rows in which the column of an address is blank, or all, where no column is one;
    /// `looks_unsubscribed`, for people whom another program says not to write to; `placeholders`, for cells of fields that
    /// say that there is no value (`N/A`, `null`, `-`); `unknown_time_zone`, for cells of the column of time zones that name
    /// none, and will be left out; `mojibake`, for cells in which an earlier program misread letters (`ZoÃ«`).
    #[cfg_attr(
        feature = "typescript",
        ts(
            type = "\"without_address\" | \"looks_unsubscribed\" | \"placeholders\" | \"unknown_time_zone\" | \"mojibake\""
        )
    )]
    pub code: &'static str,
    /// The name of the column, if it is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub column: Option<String>,
    /// In how many rows.
    pub rows: u32,
}

impl Finding {
    const fn code(self) -> &'static str {
        match self {
            Self::Placeholders => "placeholders",
            Self::UnknownTimeZone => "unknown_time_zone",
            Self::Mojibake => "mojibake",
            Self::WithoutAddress => "without_address",
            Self::LooksUnsubscribed => "looks_unsubscribed",
        }
    }
}

/// The warnings of what was found, with the names of the columns.
pub(super) fn warnings(
    found: impl Iterator<Item = (Finding, Option<usize>, u32)>,
    name: impl Fn(usize) -> String,
) -> Vec<CsvWarning> {
    let told = |(finding, column, rows): (Finding, Option<usize>, u32)| CsvWarning {
        code: finding.code(),
        column: column.map(&name),
        rows,
    };
    found.take(TOLD_MAX).map(told).collect()
}
