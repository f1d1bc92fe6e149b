//! Requests to retry prospects, and how they are checked.

use serde::Serialize;

use crate::bounds::ITEMS_MAX;
use crate::error::{Problem, Result};
use crate::id::ProspectId;
use crate::people::prospect::ProspectStatus;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// The statuses of which prospects can be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RetryStatus {
    /// Cancelled, for example after too many failures.
    Cancelled,
    /// The invitation was not accepted in time.
    TimedOut,
    /// Suppressed, or in another campaign, when their message was due.
    Skipped,
    /// The last message bounced.
    Bounced,
}

crate::request::choice::words!(RetryStatus {
    Cancelled = "cancelled",
    TimedOut = "timed_out",
    Skipped = "skipped",
    Bounced = "bounced",
});

impl RetryStatus {
    pub(super) const fn of(status: ProspectStatus) -> Option<Self> {
        match status {
            ProspectStatus::Cancelled => Some(Self::Cancelled),
            ProspectStatus::TimedOut => Some(Self::TimedOut),
            ProspectStatus::Skipped => Some(Self::Skipped),
            ProspectStatus::Bounced => Some(Self::Bounced),
            ProspectStatus::Pending
            | ProspectStatus::Sent
            | ProspectStatus::ConnectionSent
            | ProspectStatus::Connected
            | ProspectStatus::MessageSent
            | ProspectStatus::Replied
            | ProspectStatus::Completed => None,
        }
    }
}

/// Which prospects to retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RetryProspects {
    /// All of a status.
    Status(RetryStatus),
    /// These, 1–1,000, as far as they have one of the statuses.
    ProspectIds(Vec<ProspectId>),
}

/// A checked [`RetryProspects`].
#[derive(Clone, Debug)]
pub struct Retry(pub(super) RetryProspects);

const WHOM: &[&str] = &["status", "prospect_ids"];

impl RequestType for RetryProspects {
    type Checked = Retry;
}

impl Request<RetryProspects> for Input {
    fn parse(self) -> Result<Retry> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let given = WHOM.iter().filter(|field| fields.has(field)).count();
        let status = fields.choice("status").map(RetryProspects::Status);
        let prospects = fields.ids("prospect_ids", ITEMS_MAX);
        if prospects.as_ref().is_some_and(Vec::is_empty) {
            fields.push("prospect_ids", Problem::Empty);
        }
        let whom = status.or_else(|| prospects.map(RetryProspects::ProspectIds));
        if given == WHOM.len() {
            fields.push("", Problem::OneOf { fields: WHOM });
        } else if given == 0 && fields.is_object() {
            fields.push("status", Problem::Required);
        }
        fields.refuse_rest(WHOM);
        issues.finish(whom.map(Retry))
    }
}

impl Request<RetryProspects> for RetryProspects {
    fn parse(self) -> Result<Retry> {
        if let Self::ProspectIds(prospects) = &self {
            Input::check_count("prospect_ids", prospects, ITEMS_MAX)?;
        }
        Request::<RetryProspects>::parse(Input::of(&self))
    }
}
