//! Reports: what was handed out in a time, and what became of it (`docs/rules.md#reports`).

mod ops;
mod request;
mod rows;

use serde::Serialize;

use crate::id::{AccountId, CampaignId};
pub use request::ReportQuery;

/// By what a report counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ReportKey {
    /// The campaign.
    Campaign,
    /// The account that sends.
    Account,
    /// The calendar day in the user's time zone.
    Day,
}

crate::request::choice::words!(ReportKey { Campaign = "campaign", Account = "account", Day = "day" });

/// Counts of messages, each on the day of its claim, whenever what followed it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReportCounts {
    /// How many tasks were claimed.
    pub claimed: u32,
    /// How many of them were sent, those that bounced included.
    pub sent: u32,
    /// How many failed and were not tried again.
    pub failed: u32,
    /// How many came back.
    pub bounced: u32,
    /// How many emails were opened, as far as that is known.
    pub opened: u32,
    /// How many were the last that was sent before a reply.
    pub replied: u32,
    /// How many were the last before the prospect unsubscribed.
    pub unsubscribed: u32,
    /// How many were the last before the prospect complained.
    pub complained: u32,
    /// How many invitations were accepted.
    pub accepted: u32,
    /// How many invitations were not accepted in time.
    pub timed_out: u32,
    /// How many tries failed, those that were followed by another one included.
    pub failures: u32,
}

/// The counts of one campaign, account and day, or of those of the three by which the report counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReportRow {
    /// The campaign; `null` for all that were deleted. Absent, if the report does not count by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub campaign_id: Option<Option<CampaignId>>,
    /// The sender, which may have been removed since. Absent, if the report does not count by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub account_id: Option<AccountId>,
    /// The day in the user's time zone, as `YYYY-MM-DD`. Absent, if the report does not count by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub day: Option<String>,
    /// The counts.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub counts: ReportCounts,
}

/// What was handed out in a time, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Report {
    /// The counts of what the report counts by, in the order of those keys; none where nothing was handed out, or where it
    /// counts by nothing.
    pub rows: Vec<ReportRow>,
    /// The counts of all.
    pub totals: ReportCounts,
    /// How many rows come after those that `rows` has room for; none where it has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub more_rows: Option<u32>,
}
