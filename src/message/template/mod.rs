//! Templates (SPEC §7): text with variables, and how it is rendered for one prospect and one sender.
//!
//! `%name%` is a variable and `%name|text%` one with a fallback, `%%` is a percent sign. A `%` that belongs to neither
//! stands for itself.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use crate::account::Account;
use crate::people::person::{Field, Person, is_key};
use crate::request::text::trim;
use crate::request::{Choice, closest_to};

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variable {
    /// A field of the prospect.
    Prospect(Field),
    /// A custom field of the prospect.
    Custom(String),
    /// A field of the sender.
    Sender(SenderField),
}

/// What a template can say about the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SenderField {
    FirstName,
    LastName,
    Name,
    Email,
    Company,
    Title,
}

impl SenderField {
    fn of(self, sender: &Account) -> Option<Cow<'_, str>> {
        let profile = &sender.profile;
        let text = match self {
            Self::FirstName => &profile.first_name,
            Self::LastName => &profile.last_name,
            Self::Name => return Some(sender.display_name().into()),
            Self::Email => return sender.email_address().map(Cow::Borrowed),
            Self::Company => &profile.company,
            Self::Title => &profile.title,
        };
        text.as_deref().map(Cow::Borrowed)
    }
}

/// Where a template stands: in a signature, the plain names are the sender's (SPEC §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Message,
    Signature,
}

/// The prefix of the variables of custom fields.
const CUSTOM: &str = "custom_fields.";

/// The names of all variables.
const NAMES: [&str; 16] = [
    "first_name",
    "last_name",
    "name",
    "email",
    "company",
    "position",
    "headline",
    "linkedin_url",
    "custom_fields.KEY",
    "sender_first_name",
    "sender_last_name",
    "sender_name",
    "sender_email",
    "sender_company",
    "sender_title",
    "sender_first",
];

impl Variable {
    fn named(name: &str, place: Place) -> Option<Self> {
        if let Some(key) = name.strip_prefix(CUSTOM) {
            return Some(Self::Custom(key.trim().to_owned()));
        }
        Some(match (name, place) {
            ("sender_first_name" | "sender_first", _) | ("first_name", Place::Signature) => {
                Self::Sender(SenderField::FirstName)
            }
            ("sender_last_name", _) | ("last_name", Place::Signature) => Self::Sender(SenderField::LastName),
            ("sender_name", _) => Self::Sender(SenderField::Name),
            ("sender_email", _) => Self::Sender(SenderField::Email),
            ("sender_company", _) => Self::Sender(SenderField::Company),
            ("sender_title", _) => Self::Sender(SenderField::Title),
            _ => Self::Prospect(Field::from_word(name)?),
        })
    }

    /// Its value for a prospect and a sender.
    pub(crate) fn value<'v>(&self, prospect: &'v impl Values, sender: &'v Account) -> Option<Cow<'v, str>> {
        match self {
            Self::Sender(field) => field.of(sender),
            _ => self.of_prospect(prospect),
        }
    }

    /// Its value for a prospect; none for what the sender says.
    pub(crate) fn of_prospect<'v>(&self, prospect: &'v impl Values) -> Option<Cow<'v, str>> {
        match self {
            Self::Prospect(field) => prospect.field(*field),
            Self::Custom(key) => prospect.custom_field(key),
            Self::Sender(_) => None,
        }
    }

    /// Its value for a sender; none for what the prospect says.
    pub(crate) fn of_sender<'v>(&self, sender: &'v Account) -> Option<Cow<'v, str>> {
        match self {
            Self::Sender(field) => field.of(sender),
            Self::Prospect(_) | Self::Custom(_) => None,
        }
    }

    /// The field of a prospect that it stands for.
    pub(crate) fn field(&self) -> Cow<'static, str> {
        match self {
            Self::Prospect(field) => field.word().into(),
            Self::Custom(key) => format!("{CUSTOM}{key}").into(),
            Self::Sender(_) => "".into(),
        }
    }

    pub(crate) const fn is_of_sender(&self) -> bool {
        matches!(self, Self::Sender(_))
    }
}

/// What a prospect says for the variables: never a blank text.
pub(crate) trait Values {
    fn field(&self, field: Field) -> Option<Cow<'_, str>>;

    fn custom_field(&self, key: &str) -> Option<Cow<'_, str>>;
}

impl Values for Person {
    fn field(&self, field: Field) -> Option<Cow<'_, str>> {
        self.get(field)
    }

    fn custom_field(&self, key: &str) -> Option<Cow<'_, str>> {
        self.custom_fields().get(key).map(|text| text.as_str().into())
    }
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is rendered as it stands.
    Text(String),
    /// A `%` that is not part of a variable, and not doubled.
    StrayPercent,
    /// A variable.
    Slot(Slot),
}

/// A variable in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// As it was written.
    pub(crate) name: String,
    fallback: Option<String>,
    /// None if there is no variable of this name.
    pub(crate) variable: Option<Variable>,
}

impl Slot {
    /// What stands in for a value that is missing: a blank one would leave the hole that it is to fill.
    pub(crate) fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref().filter(|text| !trim(text).is_empty())
    }

    /// The known variable whose name is closest.
    pub(crate) fn closest(&self) -> &'static str {
        closest_to(&self.name, &NAMES)
    }
}

/// A parsed template. Prints as what it was parsed from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

impl Template {
    /// Every text is a template.
    pub(crate) fn parse(text: &str, place: Place) -> Self {
        let mut parts = Parts::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            parts.text(before);
            rest = after;
            if let Some(after) = rest.strip_prefix('%') {
                parts.text("%");
                rest = after;
                continue;
            }
            let slot = rest.split_once('%').and_then(|(inner, after)| {
                let (name, fallback) = match inner.split_once('|') {
                    Some((name, fallback)) => (name, Some(fallback.to_owned())),
                    None => (inner, None),
                };
                let variable = Variable::named(name, place);
                is_name(name).then(|| (Slot { name: name.to_owned(), fallback, variable }, after))
            });
            match slot {
                Some((slot, after)) => {
                    parts.0.push(Part::Slot(slot));
                    rest = after;
                }
                None => parts.0.push(Part::StrayPercent),
            }
        }
        parts.text(rest);
        Self { parts: parts.0 }
    }

    /// The variables in their order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Text(_) | Part::StrayPercent => None,
        })
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn has_stray_percent(&self) -> bool {
        self.parts.contains(&Part::StrayPercent)
    }

    /// The text for a prospect and a sender, if it has at most `max` characters; no more is made of it.
    pub(crate) fn render<'t>(&'t self, prospect: &impl Values, sender: &Account, max: usize) -> Rendered<'t> {
        let mut text = Bounded::new(max);
        let mut unresolved = Vec::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push(part),
                Part::StrayPercent => text.push("%"),
                Part::Slot(slot) => {
                    let value = slot.variable.as_ref().and_then(|variable| variable.value(prospect, sender));
                    // An unknown variable has no meaning that a fallback could stand in for.
                    let fallback = slot.fallback().filter(|_| slot.variable.is_some());
                    match value.as_deref().or(fallback) {
                        Some(value) => text.push(value),
                        None => unresolved.push(slot.name.as_str()),
                    }
                }
            }
        }
        match text.0 {
            _ if !unresolved.is_empty() => Rendered::Unresolved(unresolved),
            Some((text, _)) => Rendered::Text(text),
            None => Rendered::TooLong,
        }
    }
}

/// What a template says.
pub(crate) enum Rendered<'t> {
    Text(String),
    /// Nothing: these variables have no value and no fallback.
    Unresolved(Vec<&'t str>),
    /// Nothing that could be sent.
    TooLong,
}

/// A text and how many characters it may still get; none, once it would have had more.
struct Bounded(Option<(String, usize)>);

impl Bounded {
    const fn new(max: usize) -> Self {
        Self(Some((String::new(), max)))
    }

    fn push(&mut self, part: &str) {
        if let Some((text, left)) = &mut self.0 {
            match left.checked_sub(part.chars().count()) {
                Some(rest) => {
                    text.push_str(part);
                    *left = rest;
                }
                None => self.0 = None,
            }
        }
    }
}

impl Template {
    /// The template with what a prospect says filled in; none, if a value is missing and has no fallback, or if that alone
    /// has more than `max` characters.
    pub(crate) fn fill(&self, prospect: &impl Values, max: usize) -> Option<String> {
        let mut parts = Parts::default();
        let mut left = max;
        for part in &self.parts {
            match part {
                Part::Text(text) => parts.text(text),
                // Doubled, it cannot become part of a variable with what is filled in beside it.
                Part::StrayPercent => parts.text("%"),
                Part::Slot(slot) => match &slot.variable {
                    Some(variable) if !variable.is_of_sender() => {
                        let value = variable.of_prospect(prospect);
                        let text = value.as_deref().or(slot.fallback())?;
                        left = left.checked_sub(text.chars().count())?;
                        parts.text(text);
                    }
                    _ => parts.0.push(part.clone()),
                },
            }
        }
        Some(Self { parts: parts.0 }.to_string())
    }
}

/// Parts of which no two texts stand side by side.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.0.push(Part::Text(text.to_owned())),
        }
    }
}

/// Whether this could name a variable, known or not: an identifier, or the key of a custom field.
fn is_name(name: &str) -> bool {
    if let Some(key) = name.strip_prefix(CUSTOM) {
        return is_key(key.trim());
    }
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&text.replace('%', "%%"))?,
                Part::StrayPercent => f.write_str("%")?,
                Part::Slot(Slot { name, fallback: Some(fallback), .. }) => write!(f, "%{name}|{fallback}%")?,
                Part::Slot(Slot { name, .. }) => write!(f, "%{name}%")?,
            }
        }
        Ok(())
    }
}
