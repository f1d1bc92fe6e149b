//! The shape of what became of people who were to be added.

use serde::{Serialize, Serializer};

use super::{ImportOutcome, ImportReport, ImportResult, Source};
use crate::error::Issue;
use crate::error::issues::is_zero;
use crate::id::{LeadId, ProspectId};
use crate::people::suppression::SuppressionReason;
use crate::request::notice::NoticeShape;
use crate::shape::serializes_as;

/// The result of adding people to a campaign.
#[derive(Serialize)]
#[serde(rename = "ImportReport")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct ReportShape<'a> {
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
    total: usize,
    /// The outcome of each person, in the order given.
    outcomes: Outcomes<'a>,
    /// How many issues the outcomes leave out, where there are more: they list up to 20 of one person, and up to 100,000 of
    /// all.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional))]
    more_issues: u32,
}

serializes_as!(ImportReport, ReportShape<'_>);

impl<'a> From<&'a ImportReport> for ReportShape<'a> {
    fn from(report: &'a ImportReport) -> Self {
        Self {
            imported: report.imported,
            updated: report.updated,
            duplicates: report.duplicates,
            suppressed: report.suppressed,
            invalid: report.invalid,
            total: report.total(),
            outcomes: Outcomes(report),
            more_issues: report.more_issues,
        }
    }
}

/// The outcomes of a report, which are packed in it.
struct Outcomes<'a>(&'a ImportReport);

impl Serialize for Outcomes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.outcomes())
    }
}

#[cfg(feature = "typescript")]
crate::shape::is_declared_as!(Outcomes<'_>, Vec<ImportOutcome<'_>>);

/// The outcome of one person who was to be added to a campaign.
#[derive(Serialize)]
#[serde(rename = "ImportOutcome")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
struct OutcomeShape<'a> {
    /// The result.
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"imported\" | \"updated\" | \"duplicate\" | \"suppressed\" | \"invalid\"")
    )]
    outcome: &'static str,
    /// The new prospect, or the one that was there already.
    #[cfg_attr(feature = "typescript", ts(optional = false))]
    prospect_id: Option<ProspectId>,
    /// From a CSV file: the line on which its row starts, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// From a saved list: the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_id: Option<LeadId>,
    /// `suppressed`: the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<SuppressionReason>,
    /// `imported`: that a message to the address bounced before (`bounced_before`), and that the
    /// cell of the file has more addresses than the first (`more_addresses`). `imported` and `updated`: that the cell names
    /// a time zone that is not known, and was left out (`unknown_time_zone`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<NoticeShape<'static>>>"))]
    notices: Vec<NoticeShape<'static>>,
    /// `invalid`: the issues.
    #[serde(skip_serializing_if = "Option::is_none")]
    issues: Option<&'a [Issue]>,
}

serializes_as!(ImportOutcome<'_>, OutcomeShape<'_>);

impl<'a> From<&ImportOutcome<'a>> for OutcomeShape<'a> {
    fn from(outcome: &ImportOutcome<'a>) -> Self {
        let (prospect_id, issues) = match outcome.result {
            ImportResult::Imported(id) | ImportResult::Updated(id) | ImportResult::Duplicate(id) => (Some(id), None),
            ImportResult::Suppressed => (None, None),
            ImportResult::Invalid(issues) => (None, Some(issues)),
        };
        let (line, lead_id) = match outcome.source {
            Source::Request => (None, None),
            Source::Line(line) => (Some(line), None),
            Source::Lead(id) => (None, Some(id)),
        };
        let notices = [
            outcome.bounced_before.then(NoticeShape::bounced_before),
            outcome.more_addresses.then(NoticeShape::more_addresses),
            outcome.unknown_time_zone.then(NoticeShape::unknown_time_zone),
        ];
        Self {
            outcome: outcome.result.word(),
            prospect_id,
            line,
            lead_id,
            reason: outcome.reason,
            notices: notices.into_iter().flatten().collect(),
            issues,
        }
    }
}
