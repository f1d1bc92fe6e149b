//! Requests to hand people over, and how they are checked.

use serde::Serialize;

use crate::error::{Problem, Result};
use crate::id::AccountId;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// From which sender of a campaign to hand people over, and to which.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct HandOver {
    /// Their present sender.
    pub from: AccountId,
    /// Their new sender, which becomes a sender of the campaign; by default the campaign's connected senders share them.
    pub to: Option<AccountId>,
}

/// A checked [`HandOver`].
#[derive(Clone, Copy, Debug)]
pub struct Senders {
    pub(super) from: AccountId,
    pub(super) to: Option<AccountId>,
}

impl RequestType for HandOver {
    type Checked = Senders;
}

impl Request<HandOver> for Input {
    fn parse(self) -> Result<Senders> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        fields.require_given("from");
        let from: Option<AccountId> = fields.id("from");
        let to = fields.id("to");
        if from.is_some() && from == to {
            fields.push("to", Problem::Duplicate);
        }
        fields.refuse_rest(&["from", "to"]);
        issues.finish(from.map(|from| Senders { from, to }))
    }
}

impl Request<HandOver> for HandOver {
    fn parse(self) -> Result<Senders> {
        Request::<HandOver>::parse(Input::of(&self))
    }
}
