//! Users: the owners of everything else, each in a time zone.

mod ops;
pub(crate) mod rows;

use serde::Serialize;

use crate::bounds::ACCEPTANCE_DAYS;
use crate::campaign::schedule::TimeZone;
use crate::error::{Problem, Result};
use crate::id::UserId;
use crate::request::result_size::{ROW, TextSize};
use crate::request::{Fields, Input, Issues, Request};
use crate::time::Instant;

/// The owner of accounts and campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct User {
    /// Identifies the user.
    pub id: UserId,
    /// The IANA time zone in which the user's days and operating hours are meant.
    pub time_zone: TimeZone,
    /// After how many days an invitation that was not accepted is given up: 1–365, by default 14.
    pub acceptance_days: u32,
    /// When the user was created.
    pub created_at: Instant,
}

/// The user to create.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct CreateUser {
    /// An IANA time zone such as `Europe/Berlin`; `UTC` by default.
    pub time_zone: Option<String>,
    /// After how many days an invitation that was not accepted is given up: 1–365, by default 14.
    pub acceptance_days: Option<u32>,
}

/// What to change of a user; what is not given stays.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct UpdateUser {
    /// An IANA time zone such as `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// After how many days an invitation that was not accepted is given up: 1–365.
    pub acceptance_days: Option<u32>,
}

/// A page of users, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UserPage {
    /// The users.
    pub users: Vec<User>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}

/// The checked form of [`CreateUser`] and [`UpdateUser`].
#[derive(Clone, Debug)]
pub struct UserFields {
    pub(crate) time_zone: Option<TimeZone>,
    pub(crate) acceptance_days: Option<u32>,
}

fn check(time_zone: Option<String>, acceptance_days: Option<u32>, issues: &mut Issues) -> Option<UserFields> {
    if acceptance_days.is_some_and(|days| !ACCEPTANCE_DAYS.contains(&days.into())) {
        issues.push("acceptance_days", Problem::outside(&ACCEPTANCE_DAYS));
    }
    let time_zone = match time_zone {
        Some(name) => Some(issues.keep("time_zone", TimeZone::parse(&name))?),
        None => None,
    };
    Some(UserFields { time_zone, acceptance_days })
}

impl Request<UserFields> for CreateUser {
    fn parse(self) -> Result<UserFields> {
        let mut issues = Issues::default();
        let checked = check(self.time_zone, self.acceptance_days, &mut issues);
        issues.finish(checked)
    }
}

impl Request<UserFields> for UpdateUser {
    fn parse(self) -> Result<UserFields> {
        CreateUser { time_zone: self.time_zone, acceptance_days: self.acceptance_days }.parse()
    }
}

impl Request<UserFields> for Input {
    fn parse(self) -> Result<UserFields> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let time_zone = fields.text("time_zone");
        let acceptance_days = fields.count("acceptance_days", &ACCEPTANCE_DAYS);
        fields.refuse_rest(&["time_zone", "acceptance_days"]);
        let checked = check(time_zone, acceptance_days, &mut issues);
        issues.finish(checked)
    }
}

impl TextSize for User {
    fn text_size(&self) -> usize {
        ROW
    }
}
