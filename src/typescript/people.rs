//! Prospects, leads, and what became of those who were to be taken in.

use ts_rs::TS;

use crate::error::IssueShape;
use crate::people::person::Field;
use crate::people::prospect::ProspectStatus;
use crate::people::suppression::SuppressionReason;
use crate::request::notice::NoticeShape;

/// A person enrolled in a campaign.
#[derive(TS)]
pub(crate) struct Prospect {
    /// Identifies the prospect.
    id: String,
    /// The campaign that it is enrolled in.
    campaign_id: String,
    /// How far it has come.
    status: ProspectStatus,
    #[ts(flatten)]
    person: KnownPerson,
    /// When it was added, as RFC 3339.
    created_at: String,
    /// When it was last changed, as RFC 3339.
    updated_at: String,
}

/// A person in a saved list.
#[derive(TS)]
pub(crate) struct Lead {
    /// Identifies the lead.
    id: String,
    /// The list that it is in.
    list_id: String,
    #[ts(flatten)]
    person: KnownPerson,
    /// When it was added, as RFC 3339.
    created_at: String,
}

/// Who a lead or a prospect is.
#[derive(TS)]
pub(crate) struct KnownPerson {
    /// The email address, in lower case.
    email: Option<String>,
    /// The URL of the LinkedIn profile as it was given.
    linkedin_url: Option<String>,
    /// The whole name: the one that was given, else first and last name.
    name: Option<String>,
    /// The first name.
    first_name: Option<String>,
    /// The last name.
    last_name: Option<String>,
    /// The company.
    company: Option<String>,
    /// The position in the company.
    position: Option<String>,
    /// The headline of the LinkedIn profile.
    headline: Option<String>,
    /// The fields beside these, by their keys.
    #[ts(type = "{ [key in string]: string }")]
    custom_fields: (),
}

/// What became of everyone who was to be taken into a campaign.
#[derive(TS)]
pub(crate) struct ImportReport {
    /// How many are prospects of the campaign now.
    imported: u32,
    /// How many the campaign had already, of which something is other now.
    updated: u32,
    /// How many the campaign had already, or were given before.
    duplicates: u32,
    /// How many must not be contacted.
    suppressed: u32,
    /// How many could not be taken as they were.
    invalid: u32,
    /// How many there were.
    total: u32,
    /// What became of each, in the order given.
    outcomes: Vec<ImportOutcome>,
    /// How many issues the outcomes leave out, where there are more: of one person they tell 20, of all 100,000.
    #[ts(optional)]
    more_issues: Option<u32>,
}

/// What became of one person who was to be taken into a campaign.
#[derive(TS)]
#[ts(optional_fields)]
pub(crate) struct ImportOutcome {
    /// What became of it.
    #[ts(type = "\"imported\" | \"updated\" | \"duplicate\" | \"suppressed\" | \"invalid\"")]
    outcome: (),
    /// The prospect that it is: a new one, or the one of which it is a duplicate.
    #[ts(type = "string | null")]
    prospect_id: (),
    /// From a CSV file: the line on which its row starts, from 1.
    line: Option<u32>,
    /// From a saved list: the lead.
    lead_id: Option<String>,
    /// `suppressed`: why.
    reason: Option<SuppressionReason>,
    /// `imported`: that something which was sent to the address came back (`bounced_before`), and that the
    /// cell of the file has more addresses than the first (`more_addresses`).
    notices: Option<Vec<NoticeShape<'static>>>,
    /// `invalid`: what is wrong.
    issues: Option<Vec<IssueShape<'static>>>,
}

/// A prospect who is not contacted.
#[derive(TS)]
pub(crate) struct Skipped {
    /// The prospect.
    prospect_id: String,
    /// Why.
    #[ts(type = "\"other_campaign\" | \"suppressed\"")]
    reason: (),
    /// The active campaign that holds the prospect; `null` for one that is suppressed.
    campaign_id: Option<String>,
}

/// What a column of a CSV file holds: a field of the person, nothing that is wanted, or (`null`) a custom field under
/// the name of the column.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum ColumnTarget {
    Field(Field),
    Other(#[ts(type = "\"ignore\" | null")] ()),
}
