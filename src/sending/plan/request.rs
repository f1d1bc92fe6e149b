//! Requests for plans and forecasts, and how they are checked.

use std::str::FromStr;

use serde::Serialize;

use crate::error::{Problem, Result};
use crate::id::{Id, ProspectId};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::sending::scheduler::Assumptions;
use crate::time::Instant;

/// The longest that an invitation can be assumed to wait for its acceptance: a year, in minutes.
const ACCEPTED_AFTER_MAX: i64 = 365 * 24 * 60;

/// Which time to plan, and under which assumptions; everything is optional.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct PlanQuery {
    /// From this instant on, as RFC 3339; by default from now.
    pub from: Option<Instant>,
    /// Before this instant, as RFC 3339; by default to the end.
    pub to: Option<Instant>,
    /// Whether invitations are accepted; by default they are.
    pub accepted: Option<bool>,
    /// After how many minutes invitations are accepted: 0–525,600, by default 0.
    pub accepted_after_minutes: Option<u32>,
    /// The part of the invitations that are accepted, 0–1, by default all. Who accepts depends on their id.
    pub acceptance_rate: Option<f64>,
    /// The `next_cursor` of a plan: continues it after its last message, as of the instant of its first page.
    pub cursor: Option<String>,
}

setters!(PlanQuery {
    optional from: Instant;
    optional to: Instant;
    optional accepted: bool;
    optional accepted_after_minutes: u32;
    optional acceptance_rate: f64;
    text cursor;
});

/// A checked [`PlanQuery`].
#[derive(Clone, Copy, Debug)]
pub struct ParsedPlanQuery {
    pub(super) from: Option<Instant>,
    pub(super) to: Option<Instant>,
    pub(super) assumptions: Assumptions,
    pub(super) after: Option<Planned>,
}

impl ParsedPlanQuery {
    /// The instant as of which it plans: for another page that of the first.
    pub(super) fn start(&self, now: Instant) -> Instant {
        self.after.map_or(now, |after| after.now)
    }
}

/// A message that was planned at an instant. Nobody is sent two at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    pub(super) now: Instant,
    pub(super) at: Instant,
    pub(super) prospect: ProspectId,
}

impl Planned {
    /// The opaque text that continues a plan after it.
    pub(super) fn cursor(&self) -> String {
        format!("{}.{}.{}", self.now.unix_ms(), self.at.unix_ms(), self.prospect)
    }
}

impl FromStr for Planned {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        let instant = |ms: &str| ms.parse().ok().filter(|ms| *ms >= 0).map(Instant::from_unix_ms);
        let mut parts = cursor.splitn(3, '.');
        let mut next = || parts.next().ok_or(Problem::MalformedCursor);
        let (now, at, prospect) = (instant(next()?), instant(next()?), ProspectId::from_text(next()?));
        let planned = now.zip(at).zip(prospect).map(|((now, at), prospect)| Self { now, at, prospect });
        planned.ok_or(Problem::MalformedCursor)
    }
}

impl Default for ParsedPlanQuery {
    /// Everything from now on; invitations are accepted at once.
    fn default() -> Self {
        let assumptions = Assumptions { accepted_after_minutes: Some(0), acceptance_rate: 1.0 };
        Self { from: None, to: None, assumptions, after: None }
    }
}

impl RequestType for PlanQuery {
    type Checked = ParsedPlanQuery;
}

impl Request<PlanQuery> for Input {
    fn parse(self) -> Result<ParsedPlanQuery> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let (from, to) = (fields.instant("from"), fields.instant("to"));
        let accepted = fields.bool("accepted").unwrap_or(true);
        let minutes = fields.integer_or_clear("accepted_after_minutes", &(0..=ACCEPTED_AFTER_MAX)).flatten();
        let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(0);
        let acceptance_rate = fields.part("acceptance_rate").unwrap_or(1.0);
        let after = fields.text("cursor").and_then(|cursor| fields.keep("cursor", cursor.parse()));
        fields.refuse_rest(&["from", "to", "accepted", "accepted_after_minutes", "acceptance_rate", "cursor"]);
        let assumptions = Assumptions { accepted_after_minutes: accepted.then_some(minutes), acceptance_rate };
        issues.finish(Some(ParsedPlanQuery { from, to, assumptions, after }))
    }
}

impl Request<PlanQuery> for PlanQuery {
    fn parse(self) -> Result<ParsedPlanQuery> {
        Request::<PlanQuery>::parse(Input::of(&self))
    }
}
