//! Requests for reports, and how they are checked.

use serde::Serialize;

use super::ReportKey;
use crate::error::{Problem, Result};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::time::Instant;

/// Of which time a report is, and by what it counts.
///
/// ```
/// use campaignkit::{CreateUser, ReportKey, ReportQuery, Store};
///
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let query = ReportQuery::by([ReportKey::Day, ReportKey::Account]);
/// let report = store.session(user.id)?.report(query)?;
/// assert_eq!((report.rows.len(), report.totals.claimed), (0, 0));
/// # Ok::<(), campaignkit::Error>(())
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReportQuery {
    /// Only what was claimed at this instant or later, as RFC 3339.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub since: Option<Instant>,
    /// Only what was claimed before this instant, as RFC 3339.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub until: Option<Instant>,
    /// By what to count, each once; the rows are in the order of the first, then of the second and of the third. By nothing
    /// there are totals alone.
    pub by: Vec<ReportKey>,
}

setters!(ReportQuery {
    optional since: Instant;
    optional until: Instant;
});

impl ReportQuery {
    /// A report by these keys, of all time.
    pub fn by(keys: impl IntoIterator<Item = ReportKey>) -> Self {
        Self { by: keys.into_iter().collect(), ..Self::default() }
    }
}

/// A checked [`ReportQuery`].
#[derive(Clone, Debug)]
pub struct ParsedReportQuery {
    pub(super) since: Option<Instant>,
    pub(super) until: Option<Instant>,
    pub(super) by: Vec<ReportKey>,
}

impl RequestType for ReportQuery {
    type Checked = ParsedReportQuery;
}

impl Request<ReportQuery> for Input {
    fn parse(self) -> Result<ParsedReportQuery> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let (since, until) = (fields.instant("since"), fields.instant("until"));
        fields.require_given("by");
        let mut by = Vec::new();
        for (index, item) in fields.list("by", 3).unwrap_or_default().into_iter().enumerate() {
            let path = format!("by[{index}]");
            match fields.as_choice(&path, item) {
                Some(key) if by.contains(&key) => fields.push(&path, Problem::Duplicate),
                key => by.extend(key),
            }
        }
        fields.refuse_rest(&["since", "until", "by"]);
        issues.finish(Some(ParsedReportQuery { since, until, by }))
    }
}

impl Request<ReportQuery> for ReportQuery {
    fn parse(self) -> Result<ParsedReportQuery> {
        Request::<ReportQuery>::parse(Input::of(&self))
    }
}
