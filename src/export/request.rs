//! Requests to export people, and where a part of a file begins.

use std::str::FromStr;

use serde::Serialize;

use crate::error::{Problem, Result};
use crate::id::{Id, ProspectId};
use crate::people::prospect::ProspectStatus;
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// Which prospects of a campaign to export.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ExportProspects {
    /// Only those of this status.
    pub status: Option<ProspectStatus>,
    /// The `next_cursor` of the part before; the first part, if none is given.
    pub cursor: Option<String>,
}

setters!(ExportProspects {
    optional status: ProspectStatus;
    text cursor;
});

/// A checked [`ExportProspects`].
#[derive(Clone, Debug)]
pub struct ExportQuery {
    pub(super) status: Option<ProspectStatus>,
    pub(super) from: Option<ExportPosition>,
}

/// Where a part begins.
#[derive(Clone, Debug)]
pub(super) struct ExportPosition {
    /// Whether it is not known yet which custom fields there are: the first parts, which have no text, look for them.
    pub(super) is_looking: bool,
    pub(super) after: Option<ProspectId>,
    /// Who was the last when the export began.
    pub(super) until: ProspectId,
    /// The keys of the custom fields, as far as they are known, in their order.
    pub(super) keys: Vec<String>,
}

impl ExportPosition {
    pub(super) fn cursor(&self) -> String {
        let phase = if self.is_looking { "look" } else { "write" };
        let after = self.after.map_or_else(String::new, |id| id.to_string());
        // A list of texts is always JSON.
        let keys = serde_json::to_string(&self.keys).unwrap_or_default();
        format!("{phase}.{after}.{}.{keys}", self.until)
    }
}

impl FromStr for ExportPosition {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        let read = || {
            let mut parts = cursor.splitn(4, '.');
            let is_looking = match parts.next()? {
                "look" => true,
                "write" => false,
                _ => return None,
            };
            let after = Some(parts.next()?).filter(|after| !after.is_empty());
            let after = after.map_or(Some(None), |id| ProspectId::from_text(id).map(Some))?;
            let until = ProspectId::from_text(parts.next()?)?;
            Some(Self { is_looking, after, until, keys: serde_json::from_str(parts.next()?).ok()? })
        };
        read().ok_or(Problem::MalformedCursor)
    }
}

impl RequestType for ExportProspects {
    type Checked = ExportQuery;
}

impl Request<ExportProspects> for Input {
    fn parse(self) -> Result<ExportQuery> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let status = fields.choice("status");
        let cursor = fields.text("cursor");
        let from = cursor.and_then(|cursor| fields.keep("cursor", cursor.parse()));
        fields.refuse_rest(&["status", "cursor"]);
        issues.finish(Some(ExportQuery { status, from }))
    }
}

impl Request<ExportProspects> for ExportProspects {
    fn parse(self) -> Result<ExportQuery> {
        Request::<ExportProspects>::parse(Input::of(&self))
    }
}
