//! Calls that are committed together: one transaction, in which each write is a savepoint.

use std::time::Duration;

use rusqlite::Connection;

use super::{OpenTransaction, Store, uncertain, write_lock};
use crate::error::{Error, Result};
use crate::store::event::Commit;

/// Calls that are committed together.
pub(super) struct Scope {
    kind: Kind,
    /// Its transaction has begun.
    is_open: bool,
    /// Why the transaction is lost: no call of it is stored.
    failure: Option<Error>,
    /// For the observer, when they are stored.
    commits: Vec<Commit>,
    #[cfg(feature = "shared")]
    replies: Vec<Reply>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// All of it is stored, or nothing.
    Whole,
    /// Calls that know nothing of each other. What cannot be one of them is refused, and made after them.
    Batch,
    /// The same, where what cannot be one of them ends the batch before it.
    #[cfg(feature = "shared")]
    EndingBatch,
}

/// Sends the result of a call: the error of the commit, if that failed, or its own.
#[cfg(feature = "shared")]
pub(super) type Reply = Box<dyn FnOnce(Option<&Error>) + Send>;

impl Scope {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            is_open: false,
            failure: None,
            commits: Vec::new(),
            #[cfg(feature = "shared")]
            replies: Vec::new(),
        }
    }

    /// Begins a write of one call.
    pub(super) fn begin_part<'c>(&mut self, conn: &'c Connection, patience: Duration) -> Result<OpenTransaction<'c>> {
        self.begin(conn, patience)?;
        OpenTransaction::part(conn)
    }

    /// Takes the write lock, unless the scope has it. Where that fails, the next write tries again.
    fn begin(&mut self, conn: &Connection, patience: Duration) -> Result<()> {
        if !self.check(conn)? {
            write_lock::take(conn, patience)?.leave_open();
            self.is_open = true;
        }
        Ok(())
    }

    /// Whether its transaction has begun.
    ///
    /// # Errors
    /// Why it is lost.
    pub(super) fn check(&mut self, conn: &Connection) -> Result<bool> {
        self.notice(conn, &Error::StorageUnavailable(None));
        match &self.failure {
            Some(error) => Err(error.again()),
            None => Ok(self.is_open),
        }
    }

    /// After an error: SQLite may have rolled everything back by itself, as it does when a disk fails.
    fn notice(&mut self, conn: &Connection, error: &Error) {
        if self.failure.is_none() && self.is_open && conn.is_autocommit() {
            self.failure = Some(error.again());
        }
    }

    pub(super) fn keep(&mut self, commit: Commit) {
        self.commits.push(commit);
    }

    /// Commits its transaction, if one has begun.
    fn commit(&mut self, conn: &Connection) -> Result<()> {
        if self.check(conn)? { OpenTransaction::begun(conn).commit().map_err(uncertain) } else { Ok(()) }
    }
}

impl Store {
    /// Makes several calls that are committed together, in one transaction, or not at all: where the closure returns an
    /// error, or panics, nothing of what it did is stored. It takes one flush of the disk, however many calls there are.
    ///
    /// ```
    /// use campaignkit::{AddAccount, CreateUser, Error, ListPage, Store};
    ///
    /// let mut store = Store::open_in_memory()?;
    /// let user = store.scope(|store| {
    ///     let user = store.create_user(CreateUser::default())?;
    ///     store.session(user.id)?.add_account(AddAccount::email("ana@example.com"))?;
    ///     Ok(user)
    /// })?;
    ///
    /// let refused = store.scope(|store| {
    ///     store.create_user(CreateUser::default())?;
    ///     store.session(user.id)?.add_account(AddAccount::email("ana@example.com"))
    /// });
    /// assert!(matches!(refused, Err(Error::AccountExists { .. })));
    /// assert_eq!(store.list_users(ListPage::default())?.users.len(), 1);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// Each call is one by itself, too: one that fails changes nothing, and where the closure goes on, the others are
    /// stored. Each has its own instant, and each its own [`Commit`] for the observer, which gets them after the common
    /// commit. Calls see what those before them did. Other connections see nothing of it before the commit, and cannot
    /// write meanwhile. A scope in a scope is a part of it, which fails alone.
    ///
    /// # Errors
    /// Those of the closure; `busy` before it is called; `storage_full`, `storage_unavailable` or `commit_uncertain`,
    /// after which nothing of it is stored, or with the last perhaps all. In a scope, [`import`](Self::import),
    /// [`export`](Self::export), [`compact`](Self::compact) and [`erase_person`](crate::Session::erase_person) are `in_scope`.
    pub fn scope<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let level = Level::enter(self)?;
        let value = work(level.store)?;
        level.leave()?;
        Ok(value)
    }

    /// From now on, calls are committed together by [`commit_batch`](Self::commit_batch); those that cannot be are
    /// `in_scope`. The transaction begins with the first write, so a write that finds the file locked is `busy` alone.
    #[doc(hidden)]
    pub fn begin_batch(&mut self) {
        self.scope = Some(Scope::new(Kind::Batch));
    }

    /// Commits what was called since [`begin_batch`](Self::begin_batch).
    ///
    /// # Errors
    /// Those of the commit, or why the transaction was lost before: then no call of the batch is stored.
    #[doc(hidden)]
    pub fn commit_batch(&mut self) -> Result<()> {
        let Some(mut scope) = self.scope.take() else { return Ok(()) };
        let committed = scope.commit(&self.conn);
        #[cfg(feature = "shared")]
        match &committed {
            Ok(()) => self.replies.append(&mut scope.replies),
            Err(error) => scope.replies.into_iter().for_each(|reply| reply(Some(error))),
        }
        if committed.is_ok() {
            scope.commits.reverse();
            scope.commits.append(&mut self.committed);
            self.committed = scope.commits;
            self.tell_observer();
        }
        committed
    }

    /// Tells the observer what is committed. Where it panics, the rest waits for the next time.
    pub(crate) fn tell_observer(&mut self) {
        while let Some(commit) = self.committed.pop() {
            if let Some(observer) = &mut self.observer {
                observer(commit);
            }
        }
    }

    /// Before what takes long, which in a scope is a part of it.
    ///
    /// # Errors
    /// `in_scope`; that of the commit of the calls before, where it ends their batch.
    pub(super) fn begin_long(&mut self) -> Result<()> {
        match &self.scope {
            Some(scope) if scope.kind != Kind::Whole => self.be_alone(),
            _ => Ok(()),
        }
    }

    /// Before what cannot be part of a transaction.
    ///
    /// # Errors
    /// `in_scope`; that of the commit of the calls before, where it ends their batch.
    #[doc(hidden)]
    pub fn be_alone(&mut self) -> Result<()> {
        match &self.scope {
            None => Ok(()),
            #[cfg(feature = "shared")]
            Some(scope) if scope.kind == Kind::EndingBatch => self.end_batch_early(),
            Some(_) => Err(Error::InScope),
        }
    }

    /// After a write that failed. A query that loses the transaction is noticed by the next call.
    pub(crate) fn notice(&mut self, error: &Error) {
        if let Some(scope) = &mut self.scope {
            scope.notice(&self.conn, error);
        }
    }
}

/// Batches of a store that threads share.
#[cfg(feature = "shared")]
impl Store {
    /// Begins a batch that ends before what cannot be part of it.
    pub(crate) fn begin_ending_batch(&mut self) {
        self.scope = Some(Scope::new(Kind::EndingBatch));
    }

    /// Whether a batch has begun and did not end.
    pub(crate) fn is_in_batch(&self) -> bool {
        self.scope.is_some()
    }

    /// A call has ended: its reply waits for the commit, if there is one to wait for.
    pub(crate) fn reply(&mut self, reply: Reply) {
        let Some(scope) = &mut self.scope else { return reply(None) };
        scope.replies.push(reply);
        // What was lost are all calls since the last commit, and this one. The next one begins anew.
        if scope.check(&self.conn).is_err() {
            let _ = self.commit_batch();
        }
    }

    /// Replies to the calls that are committed.
    pub(crate) fn send_replies(&mut self) {
        for reply in self.replies.drain(..) {
            reply(None);
        }
    }

    /// Commits the calls so far, in the middle of one. Where that fails, what this one wrote before may be among them, so
    /// it fails, too.
    fn end_batch_early(&mut self) -> Result<()> {
        let committed = self.commit_batch();
        self.send_replies();
        committed.inspect_err(|error| {
            let failure = Some(error.again());
            self.scope = Some(Scope { failure, ..Scope::new(Kind::EndingBatch) });
        })
    }
}

/// A scope that is rolled back unless it is left in order.
struct Level<'s> {
    store: &'s mut Store,
    /// Of a scope in another one: what that was, and how many commits it had.
    outer: Option<(Kind, usize)>,
    is_over: bool,
}

impl<'s> Level<'s> {
    fn enter(store: &'s mut Store) -> Result<Self> {
        let outer = store.scope.as_ref().map(|scope| (scope.kind, scope.commits.len()));
        let scope = store.scope.get_or_insert_with(|| Scope::new(Kind::Whole));
        if outer.is_some() {
            scope.begin_part(&store.conn, store.patience)?.leave_open();
            scope.kind = Kind::Whole;
        } else if let Err(error) = scope.begin(&store.conn, store.patience) {
            store.scope = None;
            return Err(error);
        }
        Ok(Self { store, outer, is_over: false })
    }

    fn leave(mut self) -> Result<()> {
        self.is_over = true;
        match self.outer {
            None => self.store.commit_batch(),
            Some(_) => self.end_part(|mut part| part.commit()),
        }
    }

    /// Ends a scope in another one.
    fn end_part(&mut self, end: impl FnOnce(OpenTransaction<'_>) -> Result<()>) -> Result<()> {
        let Some((scope, (kind, commits))) = self.store.scope.as_mut().zip(self.outer) else { return Ok(()) };
        scope.kind = kind;
        let ended = scope.check(&self.store.conn).and_then(|_| end(OpenTransaction::begun_part(&self.store.conn)));
        if ended.is_err() {
            scope.commits.truncate(commits);
        }
        ended
    }
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if self.outer.is_some() {
            // The part is rolled back as it is dropped.
            let _ = self.end_part(|_| Err(Error::Cancelled));
        } else if self.store.scope.take().is_some_and(|scope| scope.is_open) {
            drop(OpenTransaction::begun(&self.store.conn));
        }
    }
}
