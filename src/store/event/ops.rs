//! Reading events.

use super::{Commit, EventCursor, EventPage, Missed, rows};
use crate::error::Result;
use crate::request::Request;
use crate::request::page::ListPage;
use crate::store::Store;
use crate::store::session::Session;

impl Store {
    /// Calls `observer` after each transaction of this store that changed anything, with its events. There is one
    /// observer: another one takes its place. What other connections commit is found with
    /// [`Session::commits_after`].
    pub fn on_commit(&mut self, observer: impl FnMut(Commit) + Send + 'static) {
        self.observe(Box::new(observer));
    }
}

/// The most missed events that are returned at once (`docs/rules.md#bounds`).
const MISSED_MAX: u32 = 500;

impl Session<'_> {
    /// Lists what happened to the user's objects, oldest first. The `number` of an event, as text, is the cursor
    /// of what came after it. Takes a [`ListPage`].
    ///
    /// # Errors
    /// `invalid_input` for a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_events(&mut self, query: impl Request<ListPage>) -> Result<EventPage> {
        let slice = query.parse()?.of_list::<EventCursor>()?;
        self.read(|snapshot, user| {
            let after = slice.after.map_or(0, |seen| seen.0);
            let events = rows::after(snapshot, user, after, slice.limit)?;
            let (events, next_cursor) = events.finish(|event| event.number.to_string());
            Ok(EventPage { events, next_cursor })
        })
    }

    /// What was committed after the user's event of this number, oldest first: at most 500 events. Events at one instant
    /// are taken for those of one transaction.
    ///
    /// # Errors
    /// `unavailable` if the storage cannot be read.
    pub fn commits_after(&mut self, number: i64) -> Result<Missed> {
        self.read(|snapshot, user| {
            let (events, next) = rows::after(snapshot, user, number, MISSED_MAX)?.finish(|event| event.number);
            let commits = events.chunk_by(|one, next| one.at == next.at);
            let commits = commits.map(|events| Commit { user_id: user, events: events.to_vec() }).collect();
            Ok(Missed { commits, more: next.is_some() })
        })
    }

    /// The number of the user's last event, after which [`commits_after`](Self::commits_after) returns nothing yet.
    ///
    /// # Errors
    /// `unavailable` if the storage cannot be read.
    pub fn last_event(&mut self) -> Result<i64> {
        self.read(rows::last)
    }
}
