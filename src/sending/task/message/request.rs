//! Requests to forget the texts of messages.

use serde::Serialize;

use crate::error::Result;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::time::Instant;

/// Which texts to forget.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForgetMessages {
    /// Those that were last handed out before this instant, as RFC 3339.
    pub before: Instant,
}

impl RequestType for ForgetMessages {
    type Checked = Self;
}

impl Request<ForgetMessages> for ForgetMessages {
    fn parse(self) -> Result<Self> {
        Ok(self)
    }
}

impl Request<ForgetMessages> for Input {
    fn parse(self) -> Result<ForgetMessages> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        fields.require_given("before");
        let before = fields.instant("before");
        fields.refuse_rest(&["before"]);
        issues.finish(before.map(|before| ForgetMessages { before }))
    }
}
