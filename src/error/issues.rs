//! The issues of a request: listed up to a bound, and counted beyond.

use crate::error::{Error, Issue, Problem, Result, or_bug};

/// The most issues that are reported for one request (`docs/rules.md#bounds`).
const TOLD_MAX: usize = 100;

/// The most of them that are unknown fields: a request with more of these has one mistake, which the first ones show.
const UNKNOWN_FIELDS_MAX: usize = 20;

/// What is wrong with a request: its first 100 issues, at most 20 of them unknown fields, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    told: Vec<Issue>,
    more: u32,
    unknown_fields: usize,
}

impl Issues {
    /// No issues yet, for a part of the request that comes after those with these issues. An unknown field that the
    /// whole would not list is only counted.
    pub(crate) fn part(&self) -> Self {
        Self { unknown_fields: self.unknown_fields, ..Self::default() }
    }

    /// The first issues, at most 100, of which at most 20 are unknown fields.
    #[must_use]
    pub fn told(&self) -> &[Issue] {
        &self.told
    }

    /// How many there are beyond those that are reported.
    #[must_use]
    pub const fn more(&self) -> u32 {
        self.more
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.told.len().saturating_add(self.more as usize)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Adds an issue, which is made only if it is reported.
    pub(crate) fn add(&mut self, issue: impl FnOnce() -> Issue) {
        if self.told.len() < TOLD_MAX {
            self.told.push(issue());
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    pub(crate) fn push(&mut self, path: impl Into<String>, problem: Problem) {
        self.add(|| Issue::new(path, problem));
    }

    /// Adds an unknown field.
    pub(crate) fn add_unknown_field(&mut self, issue: impl FnOnce() -> Issue) {
        self.unknown_fields += 1;
        if self.unknown_fields <= UNKNOWN_FIELDS_MAX {
            self.add(issue);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    fn add_made(&mut self, issue: Issue) {
        match issue.problem {
            Problem::UnknownField { .. } => self.add_unknown_field(|| issue),
            _ => self.add(|| issue),
        }
    }

    /// Adds the issues of a part of the request.
    pub(crate) fn extend(&mut self, part: Self) {
        part.told.into_iter().for_each(|issue| self.add_made(issue));
        self.more = self.more.saturating_add(part.more);
    }

    /// These issues, and this number of others.
    pub(crate) fn of(told: Vec<Issue>, more: u32) -> Self {
        Self { more, ..Self::from(told) }
    }

    /// Those that are reported.
    pub(crate) fn into_told(self) -> Vec<Issue> {
        self.told
    }

    /// Records the problem of a field and drops its value, or passes the value on.
    pub(crate) fn keep<T>(&mut self, path: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(path, problem)).ok()
    }

    /// Whether something is wrong with the field at `path`, as far as it is reported.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.told.iter().any(|issue| issue.path == path)
    }

    /// The parsed value, if every part of it could be read.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T> {
        if self.is_empty() { or_bug(value) } else { Err(Error::InvalidInput(Box::new(self))) }
    }
}

impl From<Vec<Issue>> for Issues {
    fn from(told: Vec<Issue>) -> Self {
        let mut issues = Self::default();
        told.into_iter().for_each(|issue| issues.add_made(issue));
        issues
    }
}

/// Whether nothing is left out, so that the result has no count.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
pub(crate) const fn is_zero(more: &u32) -> bool {
    *more == 0
}
