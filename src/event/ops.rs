//! Reading what happened.

use super::{Commit, EventPage, Seen, rows};
use crate::error::Result;
use crate::input::Request;
use crate::page::Slice;
use crate::session::Session;
use crate::store::Store;

/// Following what is committed.
impl Store {
    /// Calls `observer` after each transaction of this store that changed anything, with what it did. There is one
    /// observer: another one takes its place. What other connections commit is found with
    /// [`commits_after`](Self::commits_after).
    pub fn on_commit(&mut self, observer: impl FnMut(Commit) + Send + 'static) {
        self.observe(Box::new(observer));
    }

    /// What was committed after the event of this number, over all users, oldest first. Events of one user at one
    /// instant are taken for those of one transaction.
    ///
    /// # Errors
    /// `unavailable` if the storage cannot be read.
    pub fn commits_after(&mut self, number: i64) -> Result<Vec<Commit>> {
        self.read(|snapshot| rows::after(snapshot, number))
    }

    /// The number of the last event, over all users; 0 where nothing happened yet.
    ///
    /// # Errors
    /// `unavailable` if the storage cannot be read.
    pub fn last_event(&mut self) -> Result<i64> {
        self.read(rows::last)
    }
}

impl Session<'_> {
    /// Lists what happened to the user's objects, oldest first. The `number` of an event, as text, is the cursor
    /// of what came after it.
    ///
    /// # Errors
    /// `invalid_input` for a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_events(&mut self, query: impl Request<Slice<Seen>>) -> Result<EventPage> {
        let slice = query.parse()?;
        self.read(|snapshot, user| {
            let events = rows::list(snapshot, user, slice)?;
            let (events, next_cursor) = events.finish(|event| event.number.to_string());
            Ok(EventPage { events, next_cursor })
        })
    }
}
