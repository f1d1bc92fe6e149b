//! Suppressions: the addresses, domains and profiles that a user must never contact.

mod domain;
mod ops;
mod request;
pub(crate) mod rows;

use serde::Serialize;

use crate::channel::Channel;
use crate::error::Problem;
use crate::id::{SuppressionId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::result_size::{ROW, TextSize};
use crate::request::{Choice as _, Fields};
use crate::time::Instant;
pub(crate) use domain::covering;
pub(crate) use ops::add;
pub use request::{AddSuppressions, ListSuppressions, NewSuppression, NewSuppressions, SuppressionFilter};

/// What a suppression names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SuppressionType {
    /// One email address.
    EmailAddress,
    /// Every email address of exactly this domain or, as `*.example.com`, of `example.com` and all domains below it.
    EmailDomain,
    /// One LinkedIn profile.
    LinkedinProfile,
}

crate::request::choice::words!(SuppressionType {
    EmailAddress = "email_address",
    EmailDomain = "email_domain",
    LinkedinProfile = "linkedin_profile",
});

/// Why a suppression is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SuppressionReason {
    /// The user asked for it.
    Manual,
    /// The person unsubscribed.
    Unsubscribed,
    /// A message bounced for good: the address does not exist.
    Bounced,
    /// The person complained of spam.
    Complained,
    /// The person was erased, and is not to be contacted. No suppression is listed for it, and none can be added.
    Erased,
}

crate::request::choice::words!(SuppressionReason {
    Manual = "manual",
    Unsubscribed = "unsubscribed",
    Bounced = "bounced",
    Complained = "complained",
    Erased = "erased",
});

impl SuppressionReason {
    /// The reasons that a request can give.
    const GIVEN: &[&str] = &["manual", "unsubscribed", "bounced", "complained"];

    /// The reason that a request gives; by default `manual`.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let given = fields.text("reason").and_then(|word| {
            let reason = Self::from_word(&word).filter(|reason| *reason != Self::Erased);
            fields.keep("reason", reason.ok_or(Problem::UnknownValue { allowed: Self::GIVEN }))
        });
        given.unwrap_or(Self::Manual)
    }
}

impl SuppressionType {
    /// The type that names one person on a channel.
    pub(crate) const fn of_person(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::EmailAddress,
            Channel::Linkedin => Self::LinkedinProfile,
        }
    }

    /// The normal form of a value of this type.
    pub(crate) fn normalize(self, value: &str) -> Result<String, Problem> {
        Ok(match self {
            Self::EmailAddress => EmailAddress::parse(value)?.identity(),
            Self::EmailDomain => domain::normalize(value)?,
            Self::LinkedinProfile => ProfileUrl::parse(value)?.identity().to_owned(),
        })
    }
}

impl SuppressionType {
    /// Whether a stored value of this type is in normal form.
    fn is_normal(self, value: &str) -> bool {
        match self {
            Self::LinkedinProfile => ProfileUrl::stored(value).is_some_and(|url| url.identity() == value),
            Self::EmailAddress => EmailAddress::stored(value).is_some_and(|address| address.identity() == value),
            Self::EmailDomain => self.normalize(value).is_ok_and(|normal| normal == value),
        }
    }
}

/// An address, domain or profile that must never be contacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Suppression {
    /// Identifies the suppression.
    pub id: SuppressionId,
    /// The user that it belongs to.
    pub user_id: UserId,
    /// What it names.
    #[serde(rename = "type")]
    pub kind: SuppressionType,
    /// The address, domain or profile in normal form.
    pub value: String,
    /// Why it is there. Those of before version 4 of the tables are `manual`, whatever the reason was.
    pub reason: SuppressionReason,
    /// When it was added.
    pub created_at: Instant,
}

/// The result of adding suppressions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddedSuppressions {
    /// How many suppressions were added.
    pub added: u32,
    /// How many were there already, or were given before in the same call.
    pub duplicates: u32,
    /// The suppression of each row, in the order of the request.
    pub suppressions: Vec<Suppression>,
}

impl TextSize for Suppression {
    fn text_size(&self) -> usize {
        ROW + self.value.len()
    }
}

/// A page of suppressions, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SuppressionPage {
    /// The suppressions.
    pub suppressions: Vec<Suppression>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}
