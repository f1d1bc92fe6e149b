//! What callers ask of the future, and how it is checked.

use serde::Serialize;

use crate::error::Result;
use crate::input::{Fields, Input, Issues, Request};
use crate::scheduler::Assumptions;
use crate::time::Instant;

/// The longest that an invitation can be assumed to wait for its acceptance: a year, in minutes.
const ACCEPTED_AFTER_MAX: i64 = 365 * 24 * 60;

/// Which part of the future to foretell, and what to take for granted; everything is optional.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct PlanQuery {
    /// From this instant on, as RFC 3339; by default from now.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub from: Option<Instant>,
    /// Before this instant, as RFC 3339; by default to the end.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub to: Option<Instant>,
    /// Whether invitations are accepted; by default they are.
    pub accepted: Option<bool>,
    /// How many minutes after they were sent they are: 0–525,600, by default 0.
    pub accepted_after_minutes: Option<u32>,
}

/// A checked [`PlanQuery`].
#[derive(Clone, Copy, Debug)]
pub struct Foresight {
    pub(super) from: Option<Instant>,
    pub(super) to: Option<Instant>,
    pub(super) assumptions: Assumptions,
}

impl Default for Foresight {
    /// Everything from now on; invitations are accepted at once.
    fn default() -> Self {
        Self { from: None, to: None, assumptions: Assumptions { accepted_after_minutes: Some(0) } }
    }
}

impl Request<Foresight> for Input {
    fn parse(self) -> Result<Foresight> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let (from, to) = (fields.instant("from"), fields.instant("to"));
        let accepted = fields.bool("accepted").unwrap_or(true);
        let after = fields.integer_or_clear("accepted_after_minutes", 0, ACCEPTED_AFTER_MAX).flatten();
        let after = after.and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(0);
        fields.refuse_rest(&["from", "to", "accepted", "accepted_after_minutes"]);
        let assumptions = Assumptions { accepted_after_minutes: accepted.then_some(after) };
        issues.finish(Some(Foresight { from, to, assumptions }))
    }
}

impl Request<Foresight> for PlanQuery {
    fn parse(self) -> Result<Foresight> {
        Input::of(&self).parse()
    }
}
