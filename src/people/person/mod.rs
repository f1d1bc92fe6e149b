//! People: the fields of leads and prospects.

mod request;
#[macro_use]
pub(crate) mod rows;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::bounds::{CUSTOM_FIELD_MAX, CUSTOM_FIELDS_MAX, LINE_MAX};
use crate::campaign::schedule::TimeZone;
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::result_size::TextSize;
use crate::request::text;
pub use request::NewPerson;
pub(crate) use request::PersonUpdate;

/// A field that every person may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PersonField", rename_all = "snake_case"))]
pub enum Field {
    /// The email address.
    Email,
    /// The URL of the LinkedIn profile.
    LinkedinUrl,
    /// The whole name.
    Name,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// The company.
    Company,
    /// The position in the company.
    Position,
    /// The headline of the profile.
    Headline,
    /// The name of the time zone.
    TimeZone,
}

crate::request::choice::words!(Field {
    Email = "email",
    LinkedinUrl = "linkedin_url",
    Name = "name",
    FirstName = "first_name",
    LastName = "last_name",
    Company = "company",
    Position = "position",
    Headline = "headline",
    TimeZone = "time_zone",
});

impl Field {
    pub(crate) const ALL: [Self; 9] = [
        Self::Email,
        Self::LinkedinUrl,
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Company,
        Self::Position,
        Self::Headline,
        Self::TimeZone,
    ];

    /// The most characters that it can have.
    pub(crate) const fn longest(self) -> usize {
        match self {
            Self::Email | Self::LinkedinUrl => ProfileUrl::LONGEST,
            // First and last name, where it is not given.
            Self::Name => 2 * LINE_MAX + 1,
            Self::FirstName | Self::LastName | Self::Company | Self::Position | Self::Headline | Self::TimeZone => {
                LINE_MAX
            }
        }
    }

    /// The field that tells people apart on a channel.
    pub(crate) const fn identity(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Linkedin => Self::LinkedinUrl,
        }
    }
}

/// The fields of a lead or a prospect. Texts are trimmed, and none is blank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    email: Option<String>,
    profile: Option<ProfileUrl>,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    position: Option<String>,
    headline: Option<String>,
    time_zone: Option<TimeZone>,
    custom_fields: BTreeMap<String, String>,
}

impl Person {
    /// The value of a field. The email address is in lower case; the name is the one that was given, else first and
    /// last name.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<Cow<'_, str>> {
        if field == Field::Name && self.name.is_none() {
            return joined(self.first_name.as_deref(), self.last_name.as_deref());
        }
        self.text(field).map(Cow::Borrowed)
    }

    /// The value of a field as it was given.
    fn text(&self, field: Field) -> Option<&str> {
        match field {
            Field::Email => self.email.as_deref(),
            Field::LinkedinUrl => self.profile.as_ref().map(ProfileUrl::as_str),
            Field::Name => self.name.as_deref(),
            Field::FirstName => self.first_name.as_deref(),
            Field::LastName => self.last_name.as_deref(),
            Field::Company => self.company.as_deref(),
            Field::Position => self.position.as_deref(),
            Field::Headline => self.headline.as_deref(),
            Field::TimeZone => self.time_zone.as_ref().map(TimeZone::name),
        }
    }

    /// The fields beside the common ones, by their keys.
    #[must_use]
    pub const fn custom_fields(&self) -> &BTreeMap<String, String> {
        &self.custom_fields
    }

    /// What makes this person the same one on a channel: the address in normal form.
    pub(crate) fn identity(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email.as_deref(),
            Channel::Linkedin => self.profile.as_ref().map(ProfileUrl::identity),
        }
    }

    /// Sets a field to a text, which is trimmed and made one line; a blank one, and a [placeholder](text::is_placeholder),
    /// clears it.
    pub(crate) fn set(&mut self, field: Field, text: &str) -> Result<(), Problem> {
        let text = given(text);
        let slot = match field {
            Field::Email => {
                self.email = if text.is_empty() { None } else { Some(EmailAddress::parse(text)?.identity()) };
                return Ok(());
            }
            Field::LinkedinUrl => {
                self.profile = if text.is_empty() { None } else { Some(ProfileUrl::parse(text)?) };
                return Ok(());
            }
            Field::TimeZone => {
                self.time_zone = if text.is_empty() { None } else { Some(TimeZone::parse(text)?) };
                return Ok(());
            }
            Field::Name => &mut self.name,
            Field::FirstName => &mut self.first_name,
            Field::LastName => &mut self.last_name,
            Field::Company => &mut self.company,
            Field::Position => &mut self.position,
            Field::Headline => &mut self.headline,
        };
        *slot = text::line(text)?;
        Ok(())
    }

    /// Sets the email address to the first in a cell. Whether it has more.
    pub(crate) fn set_first_email(&mut self, cell: &str) -> Result<bool, Problem> {
        let text = given(cell);
        if text.is_empty() {
            self.email = None;
            return Ok(false);
        }
        let (address, has_more) = EmailAddress::parse_first(text)?;
        self.email = Some(address.identity());
        Ok(has_more)
    }

    /// Sets the time zone to the one that a cell names. Whether it names one that is not known, which counts as none.
    pub(crate) fn set_known_time_zone(&mut self, cell: &str) -> bool {
        let (zone, is_unknown) = known_time_zone(cell);
        self.time_zone = zone;
        is_unknown
    }

    /// Sets a custom field to a text, which is trimmed; a blank one, and a placeholder, removes it.
    pub(crate) fn set_custom(&mut self, key: &str, text: &str) -> Result<(), Problem> {
        let (key, text) = (check_key(key)?, given(text));
        if text.is_empty() {
            self.custom_fields.remove(key);
            return Ok(());
        }
        self.custom_fields.insert(key.to_owned(), text::lines(text.to_owned(), CUSTOM_FIELD_MAX)?);
        Ok(())
    }

    /// Forgets a whole name that is no more than the first and the last one.
    pub(crate) fn forget_joined_name(&mut self) {
        if self.name.as_deref() == joined(self.first_name.as_deref(), self.last_name.as_deref()).as_deref() {
            self.name = None;
        }
    }

    /// Takes what another form of the same person has: all of it, or what is missing. The field `fixed` tells them apart and
    /// stays.
    pub(crate) fn take(&mut self, other: &Self, fixed: Field, replaces: bool) {
        let is_wanted = |is_missing: bool| is_missing || replaces;
        if fixed != Field::Email && is_wanted(self.email.is_none()) {
            self.email = other.email.clone().or_else(|| self.email.take());
        }
        if fixed != Field::LinkedinUrl && is_wanted(self.profile.is_none()) {
            self.profile = other.profile.clone().or_else(|| self.profile.take());
        }
        if is_wanted(self.time_zone.is_none()) && other.time_zone.is_some() {
            self.time_zone.clone_from(&other.time_zone);
        }
        for (own, given) in [
            (&mut self.name, &other.name),
            (&mut self.first_name, &other.first_name),
            (&mut self.last_name, &other.last_name),
            (&mut self.company, &other.company),
            (&mut self.position, &other.position),
            (&mut self.headline, &other.headline),
        ] {
            if is_wanted(own.is_none()) && given.is_some() {
                own.clone_from(given);
            }
        }
        for (key, text) in &other.custom_fields {
            if is_wanted(!self.custom_fields.contains_key(key)) {
                self.custom_fields.insert(key.clone(), text.clone());
            }
        }
    }
}

impl TextSize for Person {
    fn text_size(&self) -> usize {
        let fields = Field::ALL.iter().map(|field| self.get(*field).map_or(0, |text| text.len()));
        let custom = self.custom_fields.iter().map(|(key, text)| key.len() + text.len());
        fields.sum::<usize>() + custom.sum::<usize>()
    }
}

impl Person {
    /// Whether what was stored is what a request could have asked for.
    pub(crate) fn is_storable(&self) -> bool {
        let lines = [&self.name, &self.first_name, &self.last_name, &self.company, &self.position, &self.headline];
        let is_normal = |email: &str| EmailAddress::stored(email).is_some_and(|address| address.identity() == email);
        self.email.as_deref().is_none_or(is_normal)
            && lines.into_iter().flatten().all(|line| text::is_line(line))
            && self.custom_fields.len() <= CUSTOM_FIELDS_MAX
            && self.custom_fields.iter().all(|(key, value)| is_key(key) && text::are_lines(value, CUSTOM_FIELD_MAX))
    }
}

/// The text, trimmed; nothing where it stands for none.
fn given(text: &str) -> &str {
    if text::is_placeholder(text) { "" } else { text::trim(text) }
}

/// The time zone that a cell names, and whether it names one that is not known.
pub(crate) fn known_time_zone(cell: &str) -> (Option<TimeZone>, bool) {
    let name = given(cell);
    let zone = TimeZone::stored(name).filter(TimeZone::is_known);
    let is_unknown = zone.is_none() && !name.is_empty();
    (zone, is_unknown)
}

/// First and last name as one.
pub(crate) fn joined<'n>(first: Option<&'n str>, last: Option<&'n str>) -> Option<Cow<'n, str>> {
    match (first, last) {
        (Some(first), Some(last)) => Some(Cow::Owned(format!("{first} {last}"))),
        (Some(name), None) | (None, Some(name)) => Some(Cow::Borrowed(name)),
        (None, None) => None,
    }
}

fn check_key(key: &str) -> Result<&str, Problem> {
    let key = key.trim();
    if is_key(key) { Ok(key) } else { Err(Problem::MalformedKey) }
}

/// Whether a template can name a custom field so: 1–255 characters without `%`, `|` and control characters. Objects of
/// JavaScript have no field of their own that is called `__proto__`.
pub(crate) fn is_key(key: &str) -> bool {
    !key.is_empty() && key != "__proto__" && key.chars().nth(LINE_MAX).is_none() && key.chars().all(fits_key)
}

/// Whether a template can have this in the key of a custom field.
pub(crate) fn fits_key(c: char) -> bool {
    !matches!(c, '%' | '|') && !c.is_control() && !text::is_line_break(c)
}
