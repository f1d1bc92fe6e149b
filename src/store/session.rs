//! A store acting for one user: every operation on a user's rows starts here.

use crate::error::Result;
use crate::id::UserId;
use crate::store::event::Change;
use crate::store::host::Host;
use crate::store::pace::{MaybeSend, Pace, PacedWork};
use crate::store::{RemoveNext, Snapshot, Store, Tx};
use crate::time::Instant;

/// A [`Store`] bound to one user. No operation of a session can see or touch a row of another user; the id of another user's
/// object gives the same error as an id that does not exist.
#[derive(Debug)]
pub struct Session<'s> {
    store: &'s mut Store,
    user: UserId,
}

impl<'s> Session<'s> {
    /// For a user that exists.
    pub(crate) fn new(store: &'s mut Store, user: UserId) -> Self {
        Self { store, user }
    }
}

impl Session<'_> {
    /// The user that this session acts for.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.user
    }

    pub(crate) fn write<T>(&mut self, operation: impl FnOnce(&mut Tx<'_>, UserId) -> Result<T>) -> Result<T> {
        self.write_at(None, operation)
    }

    /// A write at `now`, if the caller gives it.
    pub(crate) fn write_at<T>(
        &mut self,
        now: Option<Instant>,
        operation: impl FnOnce(&mut Tx<'_>, UserId) -> Result<T>,
    ) -> Result<T> {
        let user = self.user;
        let written = self.store.write_at(now, |tx| operation(tx, user));
        written.map_err(|error| self.store.explained(error))
    }

    /// A write that pauses.
    pub(crate) async fn write_paced<T>(
        &mut self,
        pace: &mut dyn Pace,
        operation: impl AsyncFnOnce(&mut Tx<'_>, UserId, &mut PacedWork<'_>) -> Result<T> + MaybeSend,
    ) -> Result<T> {
        self.write_part(&mut PacedWork::of_write(pace), operation).await
    }

    /// The same as the last part of some work.
    pub(crate) async fn write_part<T>(
        &mut self,
        work: &mut PacedWork<'_>,
        operation: impl AsyncFnOnce(&mut Tx<'_>, UserId, &mut PacedWork<'_>) -> Result<T> + MaybeSend,
    ) -> Result<T> {
        let written = self.store.write_paced(self.user, work, operation).await;
        written.map_err(|error| self.store.explained(error))
    }

    /// A deletion, as [`Store::delete_paced`] does it.
    pub(crate) async fn delete_paced(
        &mut self,
        pace: &mut dyn Pace,
        remove_next: RemoveNext,
        begin: impl FnOnce(&Tx<'_>, UserId) -> Result<(Change, u64)> + MaybeSend,
    ) -> Result<()> {
        let deleted = self.store.delete_paced(self.user, pace, remove_next, begin).await;
        deleted.map_err(|error| self.store.explained(error))
    }

    /// Removes what deletions left, as [`Store::remove_deleted`] does it.
    pub(crate) async fn remove_deleted(&mut self, work: &mut PacedWork<'_>, remove_next: RemoveNext) -> Result<()> {
        self.store.remove_deleted(work, remove_next).await
    }

    /// A read that pauses.
    pub(crate) fn read_paced<T>(
        &mut self,
        query: impl AsyncFnOnce(&Snapshot<'_>, UserId) -> Result<T> + MaybeSend,
    ) -> impl Future<Output = Result<T>> + MaybeSend {
        self.store.read_paced(self.user, query)
    }

    /// Refuses to be part of a scope, as [`Store::be_alone`] does.
    pub(crate) fn be_alone(&mut self) -> Result<()> {
        self.store.be_alone()
    }

    /// Writes the database anew, as [`Store::rewrite`] does.
    pub(crate) fn rewrite(&mut self) -> Result<()> {
        self.store.rewrite()
    }

    /// The present instant.
    pub(crate) fn now(&mut self) -> Instant {
        self.store.now()
    }

    /// The host.
    pub(crate) fn host(&mut self) -> &mut dyn Host {
        self.store.host()
    }

    pub(crate) fn read<T>(&mut self, query: impl FnOnce(&Snapshot<'_>, UserId) -> Result<T>) -> Result<T> {
        let user = self.user;
        self.store.read(|snapshot| query(snapshot, user))
    }
}
