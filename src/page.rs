//! Pages of a list: how many rows, and from where on.

use std::str::FromStr;

use serde::Serialize;

use crate::error::{Problem, Result};
use crate::id::Id;
use crate::input::{Fields, Input, Issues, Request};
use crate::time::Instant;

/// The rows of a page: 1–200, by default 50 (SPEC §3).
pub(crate) const LIMIT_MAX: i64 = 200;
const LIMIT_DEFAULT: u32 = 50;

/// Where a page of a list that is ordered newest first begins: after the row of this instant and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<I> {
    pub(crate) created: Instant,
    pub(crate) id: I,
}

impl<I: std::fmt::Display> Position<I> {
    /// The opaque text that continues a list here.
    pub(crate) fn cursor(&self) -> String {
        format!("{}.{}", self.created.unix_ms(), self.id)
    }
}

impl<I: Id> FromStr for Position<I> {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        let parsed = cursor.split_once('.').and_then(|(created, id)| {
            let created = created.parse().ok().filter(|ms| *ms >= 0)?;
            Some(Self { created: Instant::from_unix_ms(created), id: I::from_text(id)? })
        });
        parsed.ok_or(Problem::MalformedCursor)
    }
}

/// Where a page of rows in the order in which they were added begins: after the row of this id. The ids of one store
/// only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After<I>(pub(crate) I);

impl<I: std::fmt::Display> After<I> {
    /// The opaque text that continues a list here.
    pub(crate) fn cursor(&self) -> String {
        self.0.to_string()
    }
}

impl<I: Id> FromStr for After<I> {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        I::from_text(cursor).map(Self).ok_or(Problem::MalformedCursor)
    }
}

/// Which rows of a list: at most `limit` after `after`.
#[derive(Clone, Copy, Debug)]
pub struct Slice<A> {
    pub(crate) limit: u32,
    pub(crate) after: Option<A>,
}

impl<A: FromStr<Err = Problem>> Slice<A> {
    pub(crate) fn check(page: ListPage, issues: &mut Issues) -> Option<Self> {
        let limit = page.limit.unwrap_or(LIMIT_DEFAULT);
        let is_within = (1..=LIMIT_MAX).contains(&i64::from(limit));
        if !is_within {
            issues.push("limit", Problem::OutOfRange { min: 1, max: LIMIT_MAX });
        }
        let after = match page.cursor {
            Some(cursor) => Some(issues.keep("cursor", cursor.parse())?),
            None => None,
        };
        is_within.then_some(Self { limit, after })
    }
}

/// Which part of a list to answer.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListPage {
    /// At most so many rows: 1–200, by default 50.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListPage {
    pub(crate) const FIELDS: [&str; 2] = ["limit", "cursor"];

    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let limit = fields.integer_or_clear("limit", 1, LIMIT_MAX).flatten();
        Self { limit: limit.and_then(|limit| u32::try_from(limit).ok()), cursor: fields.text("cursor") }
    }
}

impl<A: FromStr<Err = Problem>> Request<Slice<A>> for ListPage {
    fn parse(self) -> Result<Slice<A>> {
        let mut issues = Issues::default();
        let slice = Slice::check(self, &mut issues);
        issues.finish(slice)
    }
}

impl<A: FromStr<Err = Problem>> Request<Slice<A>> for Input {
    fn parse(self) -> Result<Slice<A>> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&ListPage::FIELDS);
        let slice = Slice::check(page, &mut issues);
        issues.finish(slice)
    }
}

/// Takes the row beyond the page off, if there is one: then there is more, from the last row of the page on.
pub(crate) fn cut<T>(mut rows: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> String) -> (Vec<T>, Option<String>) {
    let limit = limit as usize;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = if has_more { rows.last().map(cursor) } else { None };
    (rows, next)
}
