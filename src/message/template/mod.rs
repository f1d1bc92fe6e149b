//! Templates (`docs/rules.md#templates`): text with variables, and how it is rendered for one prospect and one sender.
//!
//! `%name%` is a variable and `%name|text%` one with a fallback, `%{a|b}%` is a choice, `%%` is a percent sign. A `%` that
//! belongs to none of them stands for itself.

mod choice;
mod foreign;
mod similar_names;
#[cfg(test)]
mod tests;
pub(crate) mod variable;

use std::borrow::Cow;
use std::fmt;

use crate::account::Account;
use crate::error::Problem;
use crate::people::person::is_key;
use crate::request::text::trim;
use choice::Begun;
pub(crate) use choice::{Choice, Draw, DrawnText};
pub(crate) use foreign::{Source, StrayPercent};
pub(crate) use similar_names::Columns;
use variable::CUSTOM;
pub(crate) use variable::{UNSUBSCRIBE_URL, Values, Variable};

/// Where a template stands (`docs/rules.md#templates`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TemplateKind {
    /// The text of an email.
    Message,
    /// There the plain names are the sender's.
    Signature,
    /// A subject, or what is sent over LinkedIn: it has no link to unsubscribe.
    WithoutLink,
}

/// What a template is rendered with.
pub(crate) struct RenderContext<'v, V> {
    pub(crate) prospect: &'v V,
    pub(crate) sender: &'v Account,
    /// The prospect's link to unsubscribe, if there is any.
    pub(crate) link: Option<&'v str>,
    pub(crate) draw: Draw,
}

impl<'v, V: Values> RenderContext<'v, V> {
    fn value(&self, variable: &Variable) -> Option<Cow<'v, str>> {
        match variable {
            Variable::UnsubscribeUrl => self.link.map(Cow::Borrowed),
            variable => variable.value(self.prospect, self.sender),
        }
    }
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is rendered as it stands.
    Text(String),
    /// A `%` that is not part of a variable or a choice, and not doubled.
    StrayPercent,
    /// The `%` of what looks like a choice and is none: it, too, stands for itself.
    BrokenChoice,
    /// Texts of which one is drawn.
    Choice(Choice),
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

    /// What is wrong with a variable that does not exist there.
    pub(crate) fn problem(&self) -> Problem {
        if self.name == UNSUBSCRIBE_URL {
            return Problem::UnusableVariable { variable: self.name.clone() };
        }
        Problem::UnknownVariable { variable: self.name.clone(), closest: similar_names::closest(&self.name).into() }
    }
}

/// A parsed template. Prints as what it was parsed from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

impl Template {
    /// Every text is a template.
    pub(crate) fn parse(text: &str, kind: TemplateKind) -> Self {
        let mut parts = Parts::default();
        let mut rest = text;
        // What comes after it can be no choice.
        let last_end = if text.contains("%{") { text.rfind("}%") } else { None };
        while let Some((before, after)) = rest.split_once('%') {
            parts.text(before);
            rest = after;
            if let Some(after) = rest.strip_prefix('%') {
                parts.text("%");
                rest = after;
                continue;
            }
            let at = text.len() - rest.len();
            let (part, after) = match rest.strip_prefix('{') {
                Some(inner) if last_end.is_some_and(|end| end >= at) => match Choice::parse(inner) {
                    Begun::Choice(choice, after) => (Part::Choice(choice), after),
                    Begun::Broken => (Part::BrokenChoice, rest),
                },
                Some(_) => (Part::StrayPercent, rest),
                None => match slot(text, at, kind) {
                    Some((slot, after)) => (Part::Slot(slot), after),
                    None => (Part::StrayPercent, rest),
                },
            };
            parts.0.push(part);
            rest = after;
        }
        parts.text(rest);
        Self { parts: parts.0 }
    }

    /// The variables in their order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Text(_) | Part::StrayPercent | Part::BrokenChoice | Part::Choice(_) => None,
        })
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn has_broken_choice(&self) -> bool {
        self.parts.contains(&Part::BrokenChoice)
    }

    /// Whether it has the unsubscribe link.
    pub(crate) fn has_link(&self) -> bool {
        self.slots().any(|slot| slot.variable == Some(Variable::UnsubscribeUrl))
    }

    /// Whether it may render to a blank text. A variable never does.
    pub(crate) fn may_be_blank(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Text(text) => text.trim().is_empty(),
            Part::Choice(choice) => choice.may_be_blank(),
            Part::StrayPercent | Part::BrokenChoice | Part::Slot(_) => false,
        })
    }

    /// Renders it in a context, up to `max` characters; beyond, it stops.
    pub(crate) fn render<'t>(&'t self, setting: &RenderContext<'_, impl Values>, max: usize) -> Rendered<'t> {
        let mut draw = setting.draw;
        let mut text = Bounded::new(max);
        let mut unresolved = Vec::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push(part),
                Part::StrayPercent | Part::BrokenChoice => text.push("%"),
                Part::Choice(choice) => text.push(choice.drawn(&mut draw)),
                Part::Slot(slot) => {
                    let value = slot.variable.as_ref().and_then(|variable| setting.value(variable));
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

/// The result of rendering a template.
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
    /// The template with its choices drawn and the values of a prospect filled in; none, if a value is missing and has no
    /// fallback, or if that alone has more than `max` characters.
    pub(crate) fn fill(&self, prospect: &impl Values, mut draw: Draw, max: usize) -> Option<String> {
        let mut parts = Parts::default();
        let mut left = max;
        for part in &self.parts {
            match part {
                Part::Text(text) => parts.text(text),
                // Doubled, it cannot become part of a variable with what is filled in beside it.
                Part::StrayPercent | Part::BrokenChoice => parts.text("%"),
                Part::Choice(choice) => {
                    let text = choice.drawn(&mut draw);
                    left = left.checked_sub(text.chars().count())?;
                    parts.text(text);
                }
                Part::Slot(slot) => match &slot.variable {
                    Some(variable) if variable.is_of_prospect() => {
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

/// The variable that follows the `%` before `at`, and what comes after it.
fn slot(text: &str, at: usize, kind: TemplateKind) -> Option<(Slot, &str)> {
    let (before, rest) = text.split_at_checked(at)?;
    let (inner, after) = rest.split_once('%')?;
    let (name, fallback) = match inner.split_once('|') {
        Some((name, fallback)) => (name, Some(fallback.to_owned())),
        None => (inner, None),
    };
    let is_meant = if is_name(name) {
        !is_encoded(before, rest) || similar_names::same(name).is_some()
    } else {
        similar_names::is_word(name) && similar_names::near(name).is_some()
    };
    let variable = Variable::named(name, kind);
    is_meant.then(|| (Slot { name: name.to_owned(), fallback, variable }, after))
}

/// Whether a `%` after `before` and before `rest` is that of a percent-encoded byte (RFC 3986 §2.1): in a link, beside
/// another one, or since no name looks like this. Those that are letters alone, as in `%Date%`, do not occur in UTF-8 by
/// themselves.
fn is_encoded(before: &str, rest: &str) -> bool {
    fn byte(text: &str) -> Option<&str> {
        text.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    }
    let Some(digits) = byte(rest) else { return false };
    let follows = |text: &str| text.strip_prefix('%').and_then(byte).is_some();
    let is_beside = before
        .strip_suffix('%')
        .is_some_and(|before| before.get(before.len().saturating_sub(3)..).is_some_and(follows));
    let (_, after) = rest.split_at_checked(2).unwrap_or_default();
    digits.bytes().any(|digit| digit.is_ascii_digit()) || is_beside || after.starts_with('%') || is_in_link(before)
}

/// The most bytes of a link that are looked at for its beginning.
const LINK_LOOK: usize = 2_000;

/// Whether a text ends in the middle of a link.
fn is_in_link(before: &str) -> bool {
    let first = before.len().saturating_sub(LINK_LOOK);
    let first = (first..=before.len()).find(|first| before.is_char_boundary(*first)).unwrap_or_default();
    let run = before.get(first..).and_then(|text| text.rsplit(char::is_whitespace).next()).unwrap_or_default();
    run.contains("://") || run.contains("www.") || run.contains("mailto:")
}

/// Whether this could name a variable, known or not: an identifier, or the key of a custom field.
fn is_name(name: &str) -> bool {
    if let Some(key) = name.strip_prefix(CUSTOM) {
        return is_key(key.trim());
    }
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&text.replace('%', "%%")),
            Self::StrayPercent | Self::BrokenChoice => f.write_str("%"),
            Self::Choice(choice) => choice.fmt(f),
            Self::Slot(Slot { name, fallback: Some(fallback), .. }) => write!(f, "%{name}|{fallback}%"),
            Self::Slot(Slot { name, .. }) => write!(f, "%{name}%"),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}
