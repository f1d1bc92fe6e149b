//! Prospects, leads, and what became of those who were to be taken in.

use ts_rs::TS;

use crate::error::IssueShape;
use crate::people::person::Field;
use crate::people::suppression::SuppressionReason;
use crate::request::notice::NoticeShape;

/// The result of adding people to a campaign.
#[derive(TS)]
pub(crate) struct ImportReport {
    /// How many became prospects of the campaign.
    imported: u32,
    /// How many the campaign had already and were changed.
    updated: u32,
    /// How many the campaign had already, or came twice.
    duplicates: u32,
    /// How many are suppressed.
    suppressed: u32,
    /// How many could not be added because something is wrong with them.
    invalid: u32,
    /// How many there were.
    total: u32,
    /// The outcome of each person, in the order given.
    outcomes: Vec<ImportOutcome>,
    /// How many issues the outcomes leave out, where there are more: they list up to 20 of one person, and up to 100,000 of
    /// all.
    #[ts(optional)]
    more_issues: Option<u32>,
}

/// The outcome of one person who was to be added to a campaign.
#[derive(TS)]
#[ts(optional_fields)]
pub(crate) struct ImportOutcome {
    /// The result.
    #[ts(type = "\"imported\" | \"updated\" | \"duplicate\" | \"suppressed\" | \"invalid\"")]
    outcome: (),
    /// The new prospect, or the one that was there already.
    #[ts(type = "string | null")]
    prospect_id: (),
    /// From a CSV file: the line on which its row starts, from 1.
    line: Option<u32>,
    /// From a saved list: the lead.
    lead_id: Option<String>,
    /// `suppressed`: the reason.
    reason: Option<SuppressionReason>,
    /// `imported`: that a message to the address bounced before (`bounced_before`), and that the
    /// cell of the file has more addresses than the first (`more_addresses`).
    notices: Option<Vec<NoticeShape<'static>>>,
    /// `invalid`: the issues.
    issues: Option<Vec<IssueShape<'static>>>,
}

/// What a column of a CSV file holds: a field of the person, nothing (`ignore`), or (`null`) a custom field under
/// the name of the column.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum ColumnTarget {
    Field(Field),
    Other(#[ts(type = "\"ignore\" | null")] ()),
}
