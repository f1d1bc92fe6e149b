//! Requests about all that is stored of a person, and how they are checked.

use std::str::FromStr;

use serde::Serialize;

use super::Identity;
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::{ListPage, PageRequest};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// Names a person by what they are known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PersonIdentity {
    /// All that has this email address.
    Email(String),
    /// All that has this LinkedIn profile.
    LinkedinUrl(String),
}

/// Whose rows to export.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExportPerson {
    /// The person.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub person: PersonIdentity,
    /// Which part of the rows.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

setters!(ExportPerson {
    page;
});

impl ExportPerson {
    /// The first rows of a person.
    #[must_use]
    pub fn new(person: PersonIdentity) -> Self {
        Self { person, page: ListPage::default() }
    }
}

/// Whom to erase.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ErasePerson {
    /// The person.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub person: PersonIdentity,
    /// Whether a hash of the person is kept, by which they are suppressed from now on; by default it is. `false` also
    /// forgets one that is kept.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub keep_suppressed: Option<bool>,
}

setters!(ErasePerson {
    optional keep_suppressed: bool;
});

impl ErasePerson {
    /// Erases a person, who is not to be contacted again.
    #[must_use]
    pub fn new(person: PersonIdentity) -> Self {
        Self { person, keep_suppressed: None }
    }
}

/// A checked [`ExportPerson`].
#[derive(Clone, Debug)]
pub struct ParsedPersonExport {
    pub(super) person: Identity,
    pub(super) slice: PageRequest<RecordCursor>,
}

/// A checked [`ErasePerson`].
#[derive(Clone, Debug)]
pub struct ParsedErasure {
    pub(super) person: Identity,
    pub(super) keep_suppressed: bool,
}

/// How many rows come before a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordCursor(pub(super) u64);

impl FromStr for RecordCursor {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        cursor.parse().map(Self).map_err(|_| Problem::MalformedCursor)
    }
}

const NAMES: &[&str] = &["email", "linkedin_url"];

fn read_person(fields: &mut Fields<'_>) -> Option<Identity> {
    let email = fields.text("email").and_then(|text| fields.keep("email", EmailAddress::parse(&text)));
    let url = fields.text("linkedin_url").and_then(|text| fields.keep("linkedin_url", ProfileUrl::parse(&text)));
    let email = email.map(|email| Identity { channel: Channel::Email, value: email.identity() });
    let profile = url.map(|url| Identity { channel: Channel::Linkedin, value: url.identity().to_owned() });
    if email.is_some() && profile.is_some() {
        fields.push("", Problem::OneOf { fields: NAMES });
    }
    let person = email.or(profile);
    if person.is_none() && !NAMES.iter().any(|field| fields.has_issue(field)) && fields.is_object() {
        fields.push("email", Problem::Required);
    }
    person
}

impl RequestType for ExportPerson {
    type Checked = ParsedPersonExport;
}

impl Request<ExportPerson> for Input {
    fn parse(self) -> Result<ParsedPersonExport> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let person = read_person(&mut fields);
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&[NAMES, &ListPage::FIELDS[..]].concat());
        let slice = PageRequest::check(page, &mut issues);
        issues.finish(person.zip(slice).map(|(person, slice)| ParsedPersonExport { person, slice }))
    }
}

impl Request<ExportPerson> for ExportPerson {
    fn parse(self) -> Result<ParsedPersonExport> {
        Request::<ExportPerson>::parse(Input::of(&self))
    }
}

impl RequestType for ErasePerson {
    type Checked = ParsedErasure;
}

impl Request<ErasePerson> for Input {
    fn parse(self) -> Result<ParsedErasure> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let person = read_person(&mut fields);
        let keep_suppressed = fields.bool("keep_suppressed").unwrap_or(true);
        fields.refuse_rest(&[NAMES, &["keep_suppressed"]].concat());
        issues.finish(person.map(|person| ParsedErasure { person, keep_suppressed }))
    }
}

impl Request<ErasePerson> for ErasePerson {
    fn parse(self) -> Result<ParsedErasure> {
        Request::<ErasePerson>::parse(Input::of(&self))
    }
}
