//! Reads the fields of an object one by one, collecting what is wrong with them.

use std::ops::RangeInclusive;

use std::borrow::Cow;

use super::{Input, Number, Plain};
use crate::error::issues::Issues;
use crate::error::{Issue, Problem, Result};
use crate::id::Id;
use crate::request::notice::{Notice, Notices};
use crate::time::Instant;

/// The fields of an object that were not read yet.
pub(crate) struct Fields<'i> {
    issues: &'i mut Issues,
    prefix: String,
    /// Taken ones leave a gap: to close it would move all the others each time.
    entries: Vec<(String, Option<Plain>)>,
    /// Whether there was an object at all, so that a missing field is worth an issue of its own.
    is_object: bool,
}

impl<'i> Fields<'i> {
    /// The fields of the request itself; of no fields, with an issue, if it is not an object.
    pub(crate) fn of_request(input: Input, issues: &'i mut Issues) -> Self {
        Self::of(input.0, String::new(), issues)
    }

    /// The fields of an optional query, where no value stands for an empty one.
    pub(crate) fn of_query(input: Input, issues: &'i mut Issues) -> Self {
        match input.0 {
            Plain::Null => Self { issues, prefix: String::new(), entries: Vec::new(), is_object: true },
            given => Self::of(given, String::new(), issues),
        }
    }

    /// The fields of the object at `path`.
    pub(crate) fn of(value: Plain, path: String, issues: &'i mut Issues) -> Self {
        let entries = match value {
            Plain::Object(entries) => entries.into_iter().map(|(name, value)| (name, Some(value))).collect(),
            other => {
                issues.push(path.clone(), other.refusal("an object"));
                return Self { issues, prefix: path, entries: Vec::new(), is_object: false };
            }
        };
        let prefix = if path.is_empty() { path } else { path + "." };
        Self { issues, prefix, entries, is_object: true }
    }

    pub(crate) fn is_object(&self) -> bool {
        self.is_object
    }

    pub(crate) fn issues(&mut self) -> &mut Issues {
        self.issues
    }

    /// The path of a field.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}{}", self.prefix, cut(name))
    }

    pub(crate) fn push(&mut self, name: &str, problem: Problem) {
        let path = self.path(name);
        self.issues.push(path, problem);
    }

    /// The value of a field, `null` included; of several of one name, the last.
    fn remove(&mut self, name: &str) -> Option<Plain> {
        let named = self.entries.iter_mut().filter(|(key, _)| key == name);
        named.filter_map(|(_, value)| value.take()).last()
    }

    /// The value of a field that was given: `null` means that it was not (`docs/rules.md#requests`).
    pub(crate) fn take(&mut self, name: &str) -> Option<Plain> {
        self.remove(name).filter(|value| *value != Plain::Null)
    }

    /// Records the problem of a field and drops its value, or passes the value on.
    pub(crate) fn keep<T>(&mut self, name: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(name, problem)).ok()
    }

    /// What a request says about a field for which `null` is a value.
    pub(crate) fn take_or_clear(&mut self, name: &str) -> Option<Option<Plain>> {
        self.remove(name).map(|value| Some(value).filter(|value| *value != Plain::Null))
    }

    /// What an update says about a field that can be cleared: nothing, clear it, or a new value.
    pub(crate) fn text_or_clear(&mut self, name: &'static str) -> Option<Option<String>> {
        match self.remove(name)? {
            Plain::Null => Some(None),
            value => self.as_text(name, value).map(Some),
        }
    }

    /// As [`Self::text_or_clear`], for integers within a range.
    pub(crate) fn integer_or_clear(&mut self, name: &'static str, range: &RangeInclusive<i64>) -> Option<Option<i64>> {
        match self.remove(name)? {
            Plain::Null => Some(None),
            value => {
                let number = self.as_number(name, value)?;
                let clamped = number.clamp_integer(range);
                match clamped {
                    Some(value) if Number::Int(value) == number => Some(Some(value)),
                    Some(_) => {
                        self.push(name, Problem::outside(range));
                        None
                    }
                    None => {
                        self.push(name, Problem::NotInteger);
                        None
                    }
                }
            }
        }
    }

    /// A whole number within a range.
    pub(crate) fn count(&mut self, name: &'static str, range: &RangeInclusive<i64>) -> Option<u32> {
        let count = self.integer_or_clear(name, range).flatten()?;
        u32::try_from(count).ok()
    }

    /// An instant as RFC 3339.
    pub(crate) fn instant(&mut self, name: &str) -> Option<Instant> {
        let text = self.text(name)?;
        self.keep(name, Instant::parse(&text).ok_or(Problem::MalformedInstant))
    }

    /// Whether something is wrong with a field.
    pub(crate) fn has_issue(&self, name: &str) -> bool {
        self.issues.has(&self.path(name))
    }

    /// Makes an issue of a field if it was given.
    pub(crate) fn refuse(&mut self, name: &str, problem: Problem) {
        if self.take(name).is_some() {
            self.push(name, problem);
        }
    }

    fn require<T>(&mut self, name: &str, read: impl FnOnce(&mut Self, Plain) -> Option<T>) -> Option<T> {
        match self.take(name) {
            Some(value) => read(self, value),
            None => {
                if self.is_object {
                    self.push(name, Problem::Required);
                }
                None
            }
        }
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).and_then(|value| self.as_text(name, value))
    }

    pub(crate) fn required_text(&mut self, name: &str) -> Option<String> {
        self.require(name, |fields, value| fields.as_text(name, value))
    }

    pub(crate) fn bool(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Plain::Bool(value) => Some(value),
            _ => {
                self.push(name, Problem::WrongType { expected: "true or false" });
                None
            }
        }
    }

    /// A number from 0 to 1.
    pub(crate) fn part(&mut self, name: &str) -> Option<f64> {
        let value = self.take(name)?;
        match self.as_number(name, value)? {
            Number::Int(0) => Some(0.0),
            Number::Int(1) => Some(1.0),
            Number::Float(part) if (0.0..=1.0).contains(&part) => Some(part),
            _ => {
                self.push(name, Problem::OutOfRange { min: 0, max: 1 });
                None
            }
        }
    }

    /// Any integer-valued number.
    pub(crate) fn number(&mut self, name: &str) -> Option<Number> {
        let value = self.take(name)?;
        let number = self.as_number(name, value)?;
        if number.clamp_integer(&(0..=0)).is_none() {
            self.push(name, Problem::NotInteger);
            return None;
        }
        Some(number)
    }

    pub(crate) fn id<I: Id>(&mut self, name: &str) -> Option<I> {
        let value = self.take(name)?;
        self.as_id(name, value)
    }

    /// A word out of a fixed set.
    pub(crate) fn choice<T: Choice>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        self.as_choice(name, value)
    }

    pub(crate) fn required_choice<T: Choice>(&mut self, name: &str) -> Option<T> {
        self.require(name, |fields, value| fields.as_choice(name, value))
    }

    /// A list of at most `max` ids; `None` if the list or any item of it could not be read.
    pub(crate) fn required_ids<I: Id>(&mut self, name: &str, max: usize) -> Option<Vec<I>> {
        self.require(name, |fields, value| fields.as_ids(name, value, max))
    }

    /// As [`Self::required_ids`], if one was given.
    pub(crate) fn ids<I: Id>(&mut self, name: &str, max: usize) -> Option<Vec<I>> {
        let value = self.take(name)?;
        self.as_ids(name, value, max)
    }

    fn as_ids<I: Id>(&mut self, name: &str, value: Plain, max: usize) -> Option<Vec<I>> {
        let items = self.as_list(name, value, max)?;
        let count = items.len();
        let ids: Vec<I> = (0..)
            .zip(items)
            .filter_map(|(index, item): (usize, _)| match item {
                Plain::Null => {
                    self.push(&format!("{name}[{index}]"), Problem::WrongType { expected: "text" });
                    None
                }
                item => self.as_id(&format!("{name}[{index}]"), item),
            })
            .collect();
        (ids.len() == count).then_some(ids)
    }

    /// The items of a list of at most `max`: none if it was not given, `None` if it is not such a list.
    pub(crate) fn list(&mut self, name: &str, max: usize) -> Option<Vec<Plain>> {
        match self.take(name) {
            Some(value) => self.as_list(name, value, max),
            None => Some(Vec::new()),
        }
    }

    /// The items of a list of at most `max`, if one was given.
    pub(crate) fn optional_list(&mut self, name: &str, max: usize) -> Option<Vec<Plain>> {
        let value = self.take(name)?;
        self.as_list(name, value, max)
    }

    /// The items of a list of at least one and at most `max`.
    pub(crate) fn required_list(&mut self, name: &str, max: usize) -> Option<Vec<Plain>> {
        let items = self.require(name, |fields, value| fields.as_list(name, value, max))?;
        if items.is_empty() {
            self.push(name, Problem::Empty);
            return None;
        }
        Some(items)
    }

    /// Whether the field is given and was not asked for yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        let mut named = self.entries.iter().rev().filter(|(key, _)| key == name);
        named.find_map(|(_, value)| value.as_ref()).is_some_and(|value| *value != Plain::Null)
    }

    /// Makes an issue of a field that was not given.
    pub(crate) fn require_given(&mut self, name: &str) {
        if !self.has(name) && self.is_object {
            self.push(name, Problem::Required);
        }
    }

    /// The number of items is looked at before any of them.
    fn as_list(&mut self, name: &str, value: Plain, max: usize) -> Option<Vec<Plain>> {
        match value {
            Plain::List(items) if items.len() > max => {
                self.push(name, Problem::TooMany { max });
                None
            }
            Plain::List(items) => Some(items),
            _ => {
                self.push(name, Problem::WrongType { expected: "a list" });
                None
            }
        }
    }

    /// The fields that were not read, with their values, in the order in which they were given.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = (String, Plain)> + use<> {
        std::mem::take(&mut self.entries).into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// As [`Self::drain`], if there are at most `max`, which is looked at before any of them. What is no value is none.
    pub(crate) fn drain_at_most(&mut self, max: usize) -> Option<impl Iterator<Item = (String, Plain)> + use<>> {
        let given = self.entries.iter().filter(|(_, value)| value.as_ref().is_some_and(|value| *value != Plain::Null));
        if given.count() > max {
            let path = self.prefix.trim_end_matches('.').to_owned();
            self.issues.push(path, Problem::TooMany { max });
            return None;
        }
        Some(self.drain())
    }

    /// The value of a field that was drained, as text.
    pub(crate) fn as_text(&mut self, name: &str, value: Plain) -> Option<String> {
        match value {
            Plain::Text(text) => Some(text),
            Plain::Misnamed => {
                self.push(name, Problem::MalformedKey);
                None
            }
            _ => {
                self.push(name, Problem::WrongType { expected: "text" });
                None
            }
        }
    }

    fn as_number(&mut self, name: &str, value: Plain) -> Option<Number> {
        match value {
            Plain::Number(number) => Some(number),
            _ => {
                self.push(name, Problem::WrongType { expected: "a number" });
                None
            }
        }
    }

    fn as_id<I: Id>(&mut self, name: &str, value: Plain) -> Option<I> {
        let text = self.as_text(name, value)?;
        let id = I::from_text(&text);
        if id.is_none() {
            self.push(name, Problem::MalformedId);
        }
        id
    }

    /// The value of a field that was taken, as a word out of a fixed set.
    pub(crate) fn as_choice<T: Choice>(&mut self, name: &str, value: Plain) -> Option<T> {
        let text = self.as_text(name, value)?;
        let choice = T::from_word(&text);
        if choice.is_none() {
            self.push(name, Problem::UnknownValue { allowed: T::WORDS });
        }
        choice
    }

    /// The names of the fields that are none of these, in the order in which they were given. A known one is left over
    /// where it was not read because of another issue, or means nothing here.
    fn unknown<'k>(&mut self, known: &'k [&'static str]) -> impl Iterator<Item = String> + use<'k> {
        self.drain().map(|(name, _)| name).filter(|name| !known.contains(&name.as_str()))
    }

    /// Makes an issue of every field that is none of these. For operations whose result has no notices.
    pub(crate) fn refuse_rest(&mut self, known: &[&'static str]) {
        for name in self.unknown(known) {
            let path = || format!("{}{}", self.prefix, cut(&name));
            let problem = || Problem::UnknownField { closest: closest_to(&name, known) };
            self.issues.add_unknown_field(|| Issue::new(path(), problem()));
        }
    }

    /// Makes a notice of every field that is none of these.
    pub(crate) fn notice_rest(&mut self, known: &[&'static str], notices: &mut Notices) {
        for name in self.unknown(known) {
            notices.add_unknown_field(|| Notice::UnknownField {
                closest: closest_to(&name, known),
                path: self.path(&name),
            });
        }
    }
}

/// The name of a field as a path repeats it: at most 1,000 characters.
fn cut(name: &str) -> Cow<'_, str> {
    const MAX: usize = 1_000;
    match name.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()).into(),
        None => name.into(),
    }
}

/// A word out of a fixed set, such as a channel or a status.
pub(crate) trait Choice: Sized {
    const WORDS: &'static [&'static str];

    fn from_word(word: &str) -> Option<Self>;
}

/// The known name that is closest to `name`, whatever its case and word separators.
pub(crate) fn closest_to(name: &str, known: &[&'static str]) -> &'static str {
    let fold = |text: &str| -> String {
        text.chars().take(64).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let folded = fold(name);
    let closest = known.iter().min_by_key(|candidate| strsim::damerau_levenshtein(&folded, &fold(candidate)));
    closest.copied().unwrap_or_default()
}
