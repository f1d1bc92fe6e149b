//! Exporting the people of a campaign as a CSV file (`docs/rules.md#exports`).

mod cell;
mod import_report;
mod ops;
mod request;
mod row;

use serde::Serialize;

pub use request::ExportProspects;

/// A part of the CSV file of a campaign's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExportedProspects {
    /// The text, which continues that of the part before: whole rows, or none.
    pub csv: String,
    /// Where the next part begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}
