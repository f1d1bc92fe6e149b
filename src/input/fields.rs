//! Reads the fields of an object one by one, collecting what is wrong with them.

use super::{Input, Number, Plain};
use crate::error::{Error, Issue, Problem, Result};
use crate::id::Id;
use crate::time::Instant;

/// What is wrong with a request so far.
#[derive(Debug, Default)]
pub(crate) struct Issues(Vec<Issue>);

impl Issues {
    pub(crate) fn push(&mut self, path: impl Into<String>, problem: Problem) {
        self.0.push(Issue::new(path, problem));
    }

    /// Records the problem of a field and drops its value, or passes the value on.
    pub(crate) fn keep<T>(&mut self, path: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(path, problem)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is wrong with the field at `path`.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.iter().any(|issue| issue.path == path)
    }

    /// Without those that `others` has, too.
    pub(crate) fn without(mut self, others: &Self) -> Self {
        self.0.retain(|issue| !others.0.iter().any(|other| other.path == issue.path && other.code() == issue.code()));
        self
    }

    pub(crate) fn into_list(self) -> Vec<Issue> {
        self.0
    }

    /// The parsed value, if every part of it could be read.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            None if self.0.is_empty() => Err(Error::Bug(None)),
            _ => Err(Error::InvalidInput(self.0)),
        }
    }
}

/// The fields of an object that no one has asked for yet.
pub(crate) struct Fields<'i> {
    issues: &'i mut Issues,
    prefix: String,
    entries: Vec<(String, Plain)>,
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
            Plain::Object(entries) => entries,
            _ => {
                issues.push(path.clone(), Problem::WrongType { expected: "an object" });
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

    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(crate) fn push(&mut self, name: &str, problem: Problem) {
        let path = self.path(name);
        self.issues.push(path, problem);
    }

    /// The value of a field, `null` included; of several of one name, the last.
    fn remove(&mut self, name: &str) -> Option<Plain> {
        let mut value = None;
        self.entries.retain_mut(|(key, found)| {
            let is_asked_for = key == name;
            if is_asked_for {
                value = Some(std::mem::replace(found, Plain::Null));
            }
            !is_asked_for
        });
        value
    }

    /// The value of a field that was given: `null` means that it was not (SPEC §2).
    pub(crate) fn take(&mut self, name: &str) -> Option<Plain> {
        self.remove(name).filter(|value| *value != Plain::Null)
    }

    /// Records the problem of a field and drops its value, or passes the value on.
    pub(crate) fn keep<T>(&mut self, name: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(name, problem)).ok()
    }

    /// What an update says about a field that can be cleared: nothing, clear it, or a new value.
    pub(crate) fn text_or_clear(&mut self, name: &'static str) -> Option<Option<String>> {
        match self.remove(name)? {
            Plain::Null => Some(None),
            value => self.as_text(name, value).map(Some),
        }
    }

    /// As [`Self::text_or_clear`], for integers within a range.
    pub(crate) fn integer_or_clear(&mut self, name: &'static str, min: i64, max: i64) -> Option<Option<i64>> {
        match self.remove(name)? {
            Plain::Null => Some(None),
            value => {
                let number = self.as_number(name, value)?;
                let clamped = number.clamp_integer(min, max);
                match clamped {
                    Some(value) if Number::Int(value) == number => Some(Some(value)),
                    Some(_) => {
                        self.push(name, Problem::OutOfRange { min, max });
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

    /// A whole number from 1 to `max`.
    pub(crate) fn count(&mut self, name: &'static str, max: i64) -> Option<u32> {
        let count = self.integer_or_clear(name, 1, max).flatten()?;
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

    /// Any integer-valued number.
    pub(crate) fn number(&mut self, name: &str) -> Option<Number> {
        let value = self.take(name)?;
        let number = self.as_number(name, value)?;
        if number.clamp_integer(0, 0).is_none() {
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

    /// A list of ids; `None` if the list or any item of it could not be read.
    pub(crate) fn required_ids<I: Id>(&mut self, name: &str) -> Option<Vec<I>> {
        self.require(name, |fields, value| fields.as_ids(name, value))
    }

    /// As [`Self::required_ids`], if one was given.
    pub(crate) fn ids<I: Id>(&mut self, name: &str) -> Option<Vec<I>> {
        let value = self.take(name)?;
        self.as_ids(name, value)
    }

    fn as_ids<I: Id>(&mut self, name: &str, value: Plain) -> Option<Vec<I>> {
        let items = self.as_list(name, value)?;
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

    /// The items of a list: none if it was not given, `None` if it is not a list.
    pub(crate) fn list(&mut self, name: &str) -> Option<Vec<Plain>> {
        match self.take(name) {
            Some(value) => self.as_list(name, value),
            None => Some(Vec::new()),
        }
    }

    /// The items of a list, if one was given.
    pub(crate) fn optional_list(&mut self, name: &str) -> Option<Vec<Plain>> {
        let value = self.take(name)?;
        self.as_list(name, value)
    }

    /// The items of a list of at least one and at most `max`.
    pub(crate) fn required_list(&mut self, name: &str, max: usize) -> Option<Vec<Plain>> {
        let items = self.require(name, |fields, value| fields.as_list(name, value))?;
        if items.is_empty() {
            self.push(name, Problem::Empty);
        } else if items.len() > max {
            self.push(name, Problem::TooMany { max });
        } else {
            return Some(items);
        }
        None
    }

    /// Whether the field is given and was not asked for yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        let last = self.entries.iter().rev().find(|(key, _)| key == name);
        last.is_some_and(|(_, value)| *value != Plain::Null)
    }

    /// Makes an issue of a field that was not given.
    pub(crate) fn require_given(&mut self, name: &str) {
        if !self.has(name) && self.is_object {
            self.push(name, Problem::Required);
        }
    }

    fn as_list(&mut self, name: &str, value: Plain) -> Option<Vec<Plain>> {
        match value {
            Plain::List(items) => Some(items),
            _ => {
                self.push(name, Problem::WrongType { expected: "a list" });
                None
            }
        }
    }

    /// The fields that no one asked for, with their values, in the order in which they were given.
    pub(crate) fn drain(&mut self) -> Vec<(String, Plain)> {
        std::mem::take(&mut self.entries)
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

    fn as_choice<T: Choice>(&mut self, name: &str, value: Plain) -> Option<T> {
        let text = self.as_text(name, value)?;
        let choice = T::from_word(&text);
        if choice.is_none() {
            self.push(name, Problem::UnknownValue { allowed: T::WORDS });
        }
        choice
    }

    /// The names of the fields that no one asked for, in the order in which they were given.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        self.drain().into_iter().map(|(name, _)| name).collect()
    }

    /// Makes an issue of every field that no one asked for. For operations whose answer has no place for notices.
    pub(crate) fn refuse_rest(&mut self, known: &[&'static str]) {
        for name in self.rest() {
            // A known one is left over where it was not read because of another issue.
            if !known.contains(&name.as_str()) {
                self.push(&name, Problem::UnknownField { closest: closest_to(&name, known) });
            }
        }
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
