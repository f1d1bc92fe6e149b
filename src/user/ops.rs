//! Creating, changing and reading users. A user is what a session is bound to, so these stand on the store.

use super::{CreateUser, ExternalId, UpdateUser, User, UserPage, rows};
use crate::bounds::ACCEPTANCE_DAYS_DEFAULT;
use crate::campaign::schedule::TimeZone;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::request::Request;
use crate::request::page::{AgeCursor, ListPage};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Snapshot, Store};

impl Store {
    /// Acts for a user.
    ///
    /// # Errors
    /// `user_not_found`; `invalid_input` if the id is text that is not an id.
    pub fn session(&mut self, user: impl Request<UserId>) -> Result<Session<'_>> {
        let user = user.parse()?;
        // Users are never removed, so one look is enough for the life of the session.
        if !self.has_user(user, rows::exists)? {
            return Err(Error::UserNotFound);
        }
        Ok(Session::new(self, user))
    }

    /// Creates a user; without a time zone they live in `UTC`. Takes a [`CreateUser`].
    ///
    /// # Errors
    /// `invalid_input`, with issue `unknown_time_zone` for a name that is no IANA zone; `external_id_taken`.
    pub fn create_user(&mut self, request: impl Request<CreateUser>) -> Result<User> {
        let fields = request.parse()?;
        let written = self.write(|tx| {
            let user = User {
                id: tx.new_id()?,
                time_zone: fields.time_zone.unwrap_or(TimeZone::UTC),
                acceptance_days: fields.acceptance_days.unwrap_or(ACCEPTANCE_DAYS_DEFAULT),
                blackout_dates: fields.blackout_dates.unwrap_or_default(),
                name: fields.name.flatten(),
                external_id: fields.external_id.flatten(),
                created_at: tx.now(),
            };
            check_external_id(tx, &user)?;
            rows::insert(tx, &user)?;
            tx.record(user.id, Change::UserCreated { user_id: user.id })?;
            Ok(user)
        });
        written.map_err(|error| self.explained(error))
    }

    /// Reads a user.
    ///
    /// # Errors
    /// `user_not_found`.
    pub fn user(&mut self, id: impl Request<UserId>) -> Result<User> {
        let id = id.parse()?;
        self.read(|snapshot| rows::find(snapshot, id)?.ok_or(Error::UserNotFound))
    }

    /// Reads the user whom another system knows by this.
    ///
    /// # Errors
    /// `user_not_found`; `invalid_input` for what is no external id.
    pub fn find_user(&mut self, external_id: impl Request<ExternalId>) -> Result<User> {
        let external_id = external_id.parse()?;
        self.read(|snapshot| rows::find_external(snapshot, &external_id)?.ok_or(Error::UserNotFound))
    }

    /// Changes a user; what is not given stays. Operating hours whose time zone is `null` follow the user's. Blackout dates
    /// replace those of before; delays that have begun end when they did.
    /// Takes an [`UpdateUser`].
    ///
    /// # Errors
    /// `invalid_input`, with issue `unknown_time_zone` for a name that is no IANA zone; `user_not_found`;
    /// `external_id_taken`.
    pub fn update_user(&mut self, id: impl Request<UserId>, request: impl Request<UpdateUser>) -> Result<User> {
        let id = id.parse()?;
        let fields = request.parse()?;
        let written = self.write(|tx| {
            let before = rows::find(tx, id)?.ok_or(Error::UserNotFound)?;
            let mut user = before.clone();
            user.time_zone = fields.time_zone.unwrap_or(user.time_zone);
            user.acceptance_days = fields.acceptance_days.unwrap_or(user.acceptance_days);
            user.blackout_dates = fields.blackout_dates.unwrap_or(user.blackout_dates);
            user.name = fields.name.unwrap_or(user.name);
            user.external_id = fields.external_id.unwrap_or(user.external_id);
            if user != before {
                check_external_id(tx, &user)?;
                rows::update(tx, &user)?;
                tx.record(id, Change::UserUpdated { user_id: id })?;
            }
            Ok(user)
        });
        written.map_err(|error| self.explained(error))
    }

    /// Lists the users, newest first. Takes a [`ListPage`].
    ///
    /// # Errors
    /// `invalid_input` for a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_users(&mut self, query: impl Request<ListPage>) -> Result<UserPage> {
        let slice = query.parse()?.of_list()?;
        self.read(|snapshot| {
            let users = rows::list(snapshot, slice)?;
            let (users, next_cursor) =
                users.finish(|user| AgeCursor { created: user.created_at, id: user.id }.cursor());
            Ok(UserPage { users, next_cursor })
        })
    }
}

/// Refuses what another system knows another user by.
fn check_external_id(snapshot: &Snapshot<'_>, user: &User) -> Result<()> {
    let other = user.external_id.as_ref().map(|id| rows::find_external(snapshot, id)).transpose()?.flatten();
    if other.is_some_and(|other| other.id != user.id) { Err(Error::ExternalIdTaken) } else { Ok(()) }
}
