//! Pages of a list: how many rows, and after which one. None is larger than the bound of a result.

use std::str::FromStr;

use serde::Serialize;

use crate::bounds::{PAGE_LIMIT, PAGE_LIMIT_DEFAULT};
use crate::error::{Problem, Result};
use crate::id::Id;
use crate::request::result_size::{Room, TEXT_MAX, TextSize};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::statement::{Row, Rows, push};
use crate::time::Instant;

/// Where a page of a list that is ordered newest first begins: after the row of this instant and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeCursor<I> {
    pub(crate) created: Instant,
    pub(crate) id: I,
}

impl<I: std::fmt::Display> AgeCursor<I> {
    /// The opaque text that continues a list here.
    pub(crate) fn cursor(&self) -> String {
        format!("{}.{}", self.created.unix_ms(), self.id)
    }
}

impl<I: Id> AgeCursor<I> {
    /// What the instant and the id of a row are less than, if it comes on the page; on the first one, all are.
    pub(crate) fn bounds(after: Option<Self>) -> (Instant, Vec<u8>) {
        // More bytes than an id has.
        let all = || (Instant::LAST, vec![u8::MAX; 17]);
        after.map_or_else(all, |after| (after.created, after.id.uuid().as_bytes().to_vec()))
    }
}

impl<I: Id> FromStr for AgeCursor<I> {
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
pub struct IdCursor<I>(pub(crate) I);

impl<I: std::fmt::Display> IdCursor<I> {
    /// The opaque text that continues a list here.
    pub(crate) fn cursor(&self) -> String {
        self.0.to_string()
    }
}

impl<I: Id> FromStr for IdCursor<I> {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        I::from_text(cursor).map(Self).ok_or(Problem::MalformedCursor)
    }
}

/// Which rows of a list: at most `limit` after `after`.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest<A> {
    pub(crate) limit: u32,
    pub(crate) after: Option<A>,
}

impl<A: FromStr<Err = Problem>> PageRequest<A> {
    pub(crate) fn check(page: ListPage, issues: &mut Issues) -> Option<Self> {
        Self::check_by(page, issues, str::parse)
    }
}

impl<A> PageRequest<A> {
    /// As [`check`](PageRequest::check), with another reading of the cursor.
    pub(crate) fn check_by(
        page: ListPage,
        issues: &mut Issues,
        read: impl FnOnce(&str) -> Result<A, Problem>,
    ) -> Option<Self> {
        let limit = page.limit.unwrap_or(PAGE_LIMIT_DEFAULT);
        let is_within = PAGE_LIMIT.contains(&limit.into());
        if !is_within {
            issues.push("limit", Problem::outside(&PAGE_LIMIT));
        }
        let after = match page.cursor {
            Some(cursor) => Some(issues.keep("cursor", read(&cursor))?),
            None => None,
        };
        is_within.then_some(Self { limit, after })
    }
}

/// Which part of a list to return.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListPage {
    /// The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

setters!(ListPage {
    optional limit: u32;
    text cursor;
});

impl ListPage {
    pub(crate) const FIELDS: [&str; 2] = ["limit", "cursor"];

    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let limit = fields.integer_or_clear("limit", &PAGE_LIMIT).flatten();
        Self { limit: limit.and_then(|limit| u32::try_from(limit).ok()), cursor: fields.text("cursor") }
    }
}

/// A [`ListPage`] of which the list is not known yet that its cursor belongs to.
#[derive(Debug)]
pub struct UnreadPage {
    page: ListPage,
    issues: Issues,
}

impl UnreadPage {
    /// # Errors
    /// `invalid_input` with every issue of the request.
    pub(crate) fn of_list<A: FromStr<Err = Problem>>(mut self) -> Result<PageRequest<A>> {
        let slice = PageRequest::check(self.page, &mut self.issues);
        self.issues.finish(slice)
    }
}

impl RequestType for ListPage {
    type Checked = UnreadPage;
}

impl Request<ListPage> for ListPage {
    fn parse(self) -> Result<UnreadPage> {
        Ok(UnreadPage { page: self, issues: Issues::default() })
    }
}

impl Request<ListPage> for Input {
    fn parse(self) -> Result<UnreadPage> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&ListPage::FIELDS);
        Ok(UnreadPage { page, issues })
    }
}

/// The rows of a page, and whether others come after them.
pub(crate) struct Page<T> {
    rows: Vec<T>,
    limit: usize,
    room: Room,
    has_more: bool,
}

impl<T: TextSize> Page<T> {
    /// Reads at most `limit` rows, and fewer where their texts are long: no row is read that the page has no room for, but
    /// the first of these, which shows that there are more.
    pub(crate) fn read(limit: u32, rows: Rows<'_>, decode: impl Fn(Row<'_>) -> Result<T>) -> Result<Self> {
        let mut page = Self::of(limit);
        page.extend(rows, decode)?;
        Ok(page)
    }

    /// A page without rows so far.
    pub(crate) const fn of(limit: u32) -> Self {
        Self { rows: Vec::new(), limit: limit as usize, room: Room::of(TEXT_MAX), has_more: false }
    }

    /// Goes on with rows that come after those that it has.
    pub(crate) fn extend(&mut self, mut rows: Rows<'_>, decode: impl Fn(Row<'_>) -> Result<T>) -> Result<()> {
        while !self.has_more
            && let Some(row) = rows.next()?
        {
            if self.rows.len() < self.limit {
                self.push(decode(row)?)?;
            } else {
                self.has_more = true;
            }
        }
        Ok(())
    }

    /// Adds a row; `false`, if there is no room for it, which shows that there are more.
    pub(crate) fn push(&mut self, row: T) -> Result<bool> {
        let fits = self.rows.len() < self.limit && self.room.take(row.text_size());
        if fits {
            push(&mut self.rows, row)?;
        } else {
            self.has_more = true;
        }
        Ok(fits)
    }

    /// How many rows it takes to fill the page and to know whether there are more.
    pub(crate) fn missing(&self) -> i64 {
        if self.has_more { 0 } else { (self.limit + 1 - self.rows.len()) as i64 }
    }

    /// The rows, and where the next page begins if there is one.
    pub(crate) fn finish<C>(self, cursor: impl FnOnce(&T) -> C) -> (Vec<T>, Option<C>) {
        let next = if self.has_more { self.rows.last().map(cursor) } else { None };
        (self.rows, next)
    }
}
