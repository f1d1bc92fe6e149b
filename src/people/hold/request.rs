//! Requests to hold and release people, and how they are checked.

use serde::Serialize;

use super::Identities;
use crate::error::{Problem, Result};
use crate::id::{CampaignId, ProspectId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::time::Instant;

/// Names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PersonRef {
    /// The person of this prospect, by address and profile.
    ProspectId(ProspectId),
    /// The people who have this email address.
    Email(String),
    /// The people who have this LinkedIn profile.
    LinkedinUrl(String),
}

/// A checked [`PersonRef`].
#[derive(Clone, Debug)]
pub struct ParsedPerson(pub(super) PersonKey);

/// How a person is named.
#[derive(Clone, Debug)]
pub(super) enum PersonKey {
    Prospect(ProspectId),
    Identities(Identities),
}

const NAMES: &[&str] = &["prospect_id", "email", "linkedin_url"];

impl RequestType for PersonRef {
    type Checked = ParsedPerson;
}

impl Request<PersonRef> for Input {
    fn parse(self) -> Result<ParsedPerson> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let prospect = fields.id("prospect_id").map(PersonKey::Prospect);
        let email = fields.text("email").and_then(|email| fields.keep("email", EmailAddress::parse(&email)));
        let email = email.map(|email| Identities { email: Some(email.identity()), profile: None });
        let url = fields.text("linkedin_url").and_then(|url| fields.keep("linkedin_url", ProfileUrl::parse(&url)));
        let profile = url.map(|url| Identities { email: None, profile: Some(url.identity().to_owned()) });
        let mut given =
            [prospect, email.map(PersonKey::Identities), profile.map(PersonKey::Identities)].into_iter().flatten();
        let named = given.next();
        if given.next().is_some() {
            fields.push("", Problem::OneOf { fields: NAMES });
        } else if named.is_none() && !NAMES.iter().any(|field| fields.has_issue(field)) && fields.is_object() {
            fields.push("prospect_id", Problem::Required);
        }
        fields.refuse_rest(NAMES);
        issues.finish(named.map(ParsedPerson))
    }
}

impl Request<PersonRef> for PersonRef {
    fn parse(self) -> Result<ParsedPerson> {
        Request::<PersonRef>::parse(Input::of(&self))
    }
}

/// How long to hold a person, and where.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Hold {
    /// Until when, as RFC 3339; `null` is for ever.
    pub until: Option<Instant>,
    /// Only in this campaign; by default in all campaigns, present and future.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub campaign_id: Option<CampaignId>,
}

setters!(Hold {
    optional until: Instant;
    optional campaign_id: CampaignId;
});

/// A checked [`Hold`].
#[derive(Clone, Copy, Debug)]
pub struct HoldTerms {
    pub(super) until: Option<Instant>,
    pub(super) campaign: Option<CampaignId>,
}

impl RequestType for Hold {
    type Checked = HoldTerms;
}

impl Request<Hold> for Input {
    fn parse(self) -> Result<HoldTerms> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let until = match fields.text_or_clear("until") {
            Some(None) => Some(None),
            Some(Some(text)) => fields.keep("until", Instant::parse(&text).map(Some).ok_or(Problem::MalformedInstant)),
            None => {
                if fields.is_object() && !fields.has_issue("until") {
                    fields.push("until", Problem::Required);
                }
                None
            }
        };
        let campaign = fields.id("campaign_id");
        fields.refuse_rest(&["until", "campaign_id"]);
        issues.finish(until.map(|until| HoldTerms { until, campaign }))
    }
}

impl Request<Hold> for Hold {
    fn parse(self) -> Result<HoldTerms> {
        Ok(HoldTerms { until: self.until, campaign: self.campaign_id })
    }
}
