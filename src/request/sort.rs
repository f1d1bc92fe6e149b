//! The order of a list where no index has it: which rows come first, and where a page of them begins.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Display;

use serde::Serialize;

use super::search_text::lowered;
use crate::error::{Problem, Result};
use crate::id::Id;
use crate::time::Instant;

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SortBy {
    /// By the alphabet, whatever the case; what has no name comes last.
    Name,
    /// By age, as the list is where no order is given.
    #[default]
    Created,
    /// The last contacted first; what was never contacted comes last.
    LastContact,
}

crate::request::choice::words!(SortBy { Name = "name", Created = "created", LastContact = "last_contact" });

/// Where a row stands in an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Named(String),
    At(Reverse<Instant>),
    /// What has neither comes last.
    Nothing,
}

impl Rank {
    pub(crate) fn of_name(name: Option<&str>) -> Self {
        name.map_or(Self::Nothing, |name| Self::Named(lowered(name)))
    }

    pub(crate) fn of_instant(at: Option<Instant>) -> Self {
        at.map_or(Self::Nothing, |at| Self::At(Reverse(at)))
    }

    /// The instant that it is of.
    pub(crate) const fn instant(&self) -> Option<Instant> {
        match self {
            Self::At(Reverse(at)) => Some(*at),
            _ => None,
        }
    }

    /// The opaque text that continues a list of this order after a row.
    pub(crate) fn cursor(&self, sort: SortBy, id: impl Display) -> String {
        match self {
            Self::Named(name) => format!("{sort}.{id}.{name}"),
            Self::At(Reverse(at)) => format!("{sort}.{id}.{}", at.unix_ms()),
            Self::Nothing => format!("{sort}.{id}."),
        }
    }

    /// The row after which a list of this order continues.
    pub(crate) fn of_cursor<I: Id>(sort: SortBy, cursor: &str) -> Result<(Self, I), Problem> {
        let parsed = cursor.strip_prefix(sort.word()).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| {
            let (id, rank) = rest.split_once('.')?;
            let rank = match sort {
                _ if rank.is_empty() => Self::Nothing,
                SortBy::Name => Self::Named(rank.to_owned()),
                SortBy::Created | SortBy::LastContact => {
                    Self::At(Reverse(Instant::from_unix_ms(rank.parse().ok().filter(|ms| *ms >= 0)?)))
                }
            };
            Some((rank, I::from_text(id)?))
        });
        parsed.ok_or(Problem::MalformedCursor)
    }
}

/// The first rows after one, of all that are offered in any order.
pub(crate) struct Ranked<K> {
    most: usize,
    after: Option<(Rank, K)>,
    first: BinaryHeap<(Rank, K)>,
}

impl<K: Ord> Ranked<K> {
    /// Of a page of `limit` rows, and the row that shows that there are more.
    pub(crate) fn of(limit: u32, after: Option<(Rank, K)>) -> Self {
        Self { most: limit as usize + 1, after, first: BinaryHeap::new() }
    }

    pub(crate) fn offer(&mut self, rank: Rank, key: K) {
        let row = (rank, key);
        if self.after.as_ref().is_some_and(|after| row <= *after) {
            return;
        }
        if self.is_full() {
            if self.first.peek().is_some_and(|last| *last < row) {
                return;
            }
            self.first.pop();
        }
        self.first.push(row);
    }

    /// Whether what comes later in the order is not wanted any more.
    pub(crate) fn is_full(&self) -> bool {
        self.first.len() == self.most
    }

    /// The rows in their order.
    pub(crate) fn into_rows(self) -> Vec<(Rank, K)> {
        self.first.into_sorted_vec()
    }
}
