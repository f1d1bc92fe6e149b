//! Reading what happened.

use super::{EventPage, Seen, rows};
use crate::error::Result;
use crate::input::Request;
use crate::page::{Slice, cut};
use crate::session::Session;

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
            let (events, next_cursor) = cut(events, slice.limit, |event| event.number.to_string());
            Ok(EventPage { events, next_cursor })
        })
    }
}
