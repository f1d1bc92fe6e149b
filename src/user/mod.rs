//! Users: the owners of everything else, each in a time zone.

mod external_id;
mod ops;
pub(crate) mod rows;

use serde::Serialize;

use crate::bounds::ACCEPTANCE_DAYS;
use crate::campaign::schedule::{BlackoutDate, BlackoutDates, TimeZone};
use crate::error::{Problem, Result};
use crate::id::UserId;
use crate::request::result_size::{ROW, TextSize};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType, text};
use crate::time::Instant;
pub use external_id::ExternalId;

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
    /// Dates on which nothing is sent, in the zone of each message.
    #[cfg_attr(feature = "typescript", ts(as = "Vec<BlackoutDate>"))]
    pub blackout_dates: BlackoutDates,
    /// How the host calls the user: one line.
    pub name: Option<String>,
    /// What another system knows the user by.
    pub external_id: Option<ExternalId>,
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
    /// Dates on which nothing is sent: at most 500, each one date or a range of at most 366 days.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<crate::typescript::NewBlackoutDate>>"))]
    pub blackout_dates: Option<Vec<BlackoutDate>>,
    /// How the host calls the user: one line of at most 255 characters.
    pub name: Option<String>,
    /// What another system knows the user by: one line of 1–255 characters, which no other user of the database has.
    pub external_id: Option<String>,
}

setters!(CreateUser {
    text time_zone;
    optional acceptance_days: u32;
    optional blackout_dates: Vec<BlackoutDate>;
    text name;
    text external_id;
});

/// What to change of a user; what is not given stays.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct UpdateUser {
    /// An IANA time zone such as `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// After how many days an invitation that was not accepted is given up: 1–365.
    pub acceptance_days: Option<u32>,
    /// Dates on which nothing is sent, instead of those of before: at most 500, each one date or a range of at most 366 days.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<crate::typescript::NewBlackoutDate>>"))]
    pub blackout_dates: Option<Vec<BlackoutDate>>,
    /// How the host calls the user: one line of at most 255 characters; `null` for nothing.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub name: Option<Option<String>>,
    /// What another system knows the user by: one line of 1–255 characters, which no other user of the database has; `null`
    /// for nothing.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub external_id: Option<Option<String>>,
}

setters!(UpdateUser {
    text time_zone;
    optional acceptance_days: u32;
    optional blackout_dates: Vec<BlackoutDate>;
    nullable name: String;
    nullable external_id: String;
});

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
    pub(crate) blackout_dates: Option<BlackoutDates>,
    pub(crate) name: Option<Option<String>>,
    pub(crate) external_id: Option<Option<ExternalId>>,
}

/// The end of both faces.
fn check(update: UpdateUser, mut issues: Issues) -> Result<UserFields> {
    let UpdateUser { time_zone, acceptance_days, blackout_dates, name, external_id } = update;
    if acceptance_days.is_some_and(|days| !ACCEPTANCE_DAYS.contains(&days.into())) {
        issues.push("acceptance_days", Problem::outside(&ACCEPTANCE_DAYS));
    }
    let time_zone = time_zone.and_then(|name| issues.keep("time_zone", TimeZone::parse(&name)));
    let blackout_dates = blackout_dates.map(|dates| BlackoutDates::check(dates, "blackout_dates", &mut issues));
    let name = name.map(|name| issues.keep("name", text::line(&name.unwrap_or_default())).flatten());
    let external_id = external_id.map(|id| issues.keep("external_id", ExternalId::parse(&id?)));
    issues.finish(Some(UserFields { time_zone, acceptance_days, blackout_dates, name, external_id }))
}

impl RequestType for CreateUser {
    type Checked = UserFields;
}

impl Request<Self> for CreateUser {
    fn parse(self) -> Result<UserFields> {
        let Self { time_zone, acceptance_days, blackout_dates, name, external_id } = self;
        let (name, external_id) = (Some(name), Some(external_id));
        UpdateUser { time_zone, acceptance_days, blackout_dates, name, external_id }.parse()
    }
}

impl Request<CreateUser> for Input {
    fn parse(self) -> Result<UserFields> {
        Request::<UpdateUser>::parse(self)
    }
}

impl RequestType for UpdateUser {
    type Checked = UserFields;
}

impl Request<Self> for UpdateUser {
    fn parse(self) -> Result<UserFields> {
        check(self, Issues::default())
    }
}

impl Request<UpdateUser> for Input {
    fn parse(self) -> Result<UserFields> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let update = UpdateUser {
            time_zone: fields.text("time_zone"),
            acceptance_days: fields.count("acceptance_days", &ACCEPTANCE_DAYS),
            blackout_dates: BlackoutDates::read(&mut fields, "blackout_dates"),
            name: fields.text_or_clear("name"),
            external_id: fields.text_or_clear("external_id"),
        };
        fields.refuse_rest(&["time_zone", "acceptance_days", "blackout_dates", "name", "external_id"]);
        check(update, issues)
    }
}

/// The bytes of a blackout date without its label.
const DATES: usize = 64;

impl TextSize for User {
    fn text_size(&self) -> usize {
        let external_id = self.external_id.as_ref().map(ExternalId::as_str);
        let labels = self.blackout_dates.iter().map(|date| date.label.as_deref());
        let dates = self.blackout_dates.len() * DATES;
        let texts = [self.name.as_deref(), external_id].into_iter().chain(labels);
        ROW + dates + texts.flatten().map(str::len).sum::<usize>()
    }
}
