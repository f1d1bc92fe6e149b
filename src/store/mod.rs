//! Opens a database, migrates it, and runs reads and writes in transactions; knows no feature.

pub(crate) mod event;
pub(crate) mod host;
pub(crate) mod migration;
mod movable;
mod new_database;
mod open;
pub(crate) mod pace;
mod raw_file;
mod removal;
pub(crate) mod row;
mod schema;
mod scope;
pub(crate) mod session;
#[cfg(test)]
pub(crate) mod sqlite_steps;
mod table;
mod write_lock;

use std::cell::RefCell;
use std::ops::Deref;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, ffi};

use crate::error::{Error, Result};
use crate::id::{Id, UserId};
pub(crate) use crate::statement::{Parameters, Row, Rows, Statement};
use crate::store::event::{Commit, Event};
use crate::store::host::{Host, IdSource};
use crate::store::movable::Movable;
use crate::store::pace::{MaybeSend, PacedWork};
use crate::store::scope::Scope;
use crate::time::Instant;
pub use migration::{Migrated, United};
pub use open::{Durability, Journal, OpenOptions};
pub(crate) use open::{WideCache, apply_pragmas, guard};
pub(crate) use raw_file::RawFile;
pub(crate) use removal::RemoveNext;
pub(crate) use row::{Values, row, row_list};
pub(crate) use schema::LATEST as SCHEMA_VERSION;
pub(crate) use table::Table;

/// One open campaignkit database.
///
/// A store is one SQLite connection. It works on any VFS, needs no thread and no second connection, and reads the
/// time and randomness from the [`Host`] that it was opened with. Rows of users are reached through
/// [`Store::session`] only.
pub struct Store {
    conn: Connection,
    host: Box<dyn Host + Send>,
    ids: IdSource,
    observer: Option<Observer>,
    migrated: Option<Migrated>,
    /// How long it waits for other processes.
    patience: Duration,
    /// Whether SQLite can make files beside it: not in memory, and not on a VFS that knows nothing of others.
    has_temporary_files: bool,
    /// Whether nobody else can have the database open.
    is_alone: bool,
    /// The user that was looked up last, where that is alone: none is ever removed.
    known_user: Option<UserId>,
    /// The calls that are to be committed together, while there are any.
    scope: Option<Scope>,
    /// What of such calls is committed and the observer was not told of, the last one first.
    committed: Vec<Commit>,
    #[cfg(feature = "shared")]
    replies: Vec<scope::Reply>,
}

/// Called with what each transaction did.
type Observer = Box<dyn FnMut(Commit) + Send>;

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// A consistent view of the database.
pub(crate) struct Snapshot<'s> {
    conn: &'s Connection,
}

impl<'s> Snapshot<'s> {
    /// A database in memory that nobody else has.
    pub(crate) fn of(conn: &'s Connection) -> Self {
        Self { conn }
    }

    /// The connection, for the SQL in `rows.rs`.
    pub(crate) fn sql(&self) -> &'s Connection {
        self.conn
    }

    /// A statement, which stays prepared.
    pub(crate) fn statement(&self, sql: &str) -> Result<Statement<'s>> {
        Statement::of(self.conn, sql)
    }
}

/// A write transaction: one operation, one instant, one set of events. Only the writes of [`Store`] make one.
pub(crate) struct Tx<'s> {
    snapshot: Snapshot<'s>,
    host: &'s mut dyn Host,
    ids: &'s mut IdSource,
    began: Instant,
    now: Instant,
    /// What the observer gets when it is committed, where there is one.
    noted: Option<RefCell<Option<Commit>>>,
}

impl<'s> Deref for Tx<'s> {
    type Target = Snapshot<'s>;

    fn deref(&self) -> &Snapshot<'s> {
        &self.snapshot
    }
}

impl Tx<'_> {
    /// The instant of this transaction, unless it was [set](Self::set_now).
    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    /// The instant of this transaction.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// Does what follows as of another instant.
    pub(crate) fn set_now(&mut self, now: Instant) {
        self.now = now;
    }

    /// Keeps an event that was recorded for the observer. One transaction changes one user's objects.
    pub(crate) fn note(&self, user_id: UserId, event: impl FnOnce() -> Result<Event>) -> Result<()> {
        if let Some(noted) = &self.noted {
            let event = event()?;
            let mut commit = noted.borrow_mut();
            commit.get_or_insert(Commit { user_id, events: Vec::new() }).events.push(event);
        }
        Ok(())
    }

    pub(crate) fn new_id<I: Id>(&mut self) -> Result<I> {
        Ok(I::from_uuid(self.ids.next(self.host, self.began)?))
    }

    /// Bytes that nobody can guess.
    pub(crate) fn random<const BYTES: usize>(&mut self) -> Result<[u8; BYTES]> {
        let mut bytes = [0; BYTES];
        self.host.fill_random(&mut bytes)?;
        Ok(bytes)
    }
}

impl Store {
    /// Runs `operation` in a write transaction: all of it is stored when this returns `Ok`, and nothing of it otherwise.
    pub(crate) fn write<T>(&mut self, operation: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.write_at(None, operation)
    }

    /// The same at `now`, if the caller gives it.
    pub(crate) fn write_at<T>(
        &mut self,
        now: Option<Instant>,
        operation: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut writing = WriteTransaction::begin(self, now)?;
        let value = operation(&mut writing.tx)?;
        writing.commit()?;
        Ok(value)
    }

    /// The same for an operation that pauses, as all or the last part of some work; the transaction is open meanwhile.
    pub(crate) fn write_paced<T>(
        &mut self,
        user: UserId,
        work: &mut PacedWork<'_>,
        operation: impl AsyncFnOnce(&mut Tx<'_>, UserId, &mut PacedWork<'_>) -> Result<T> + MaybeSend,
    ) -> impl Future<Output = Result<T>> + MaybeSend {
        Movable::of((self, work, operation), async move |(store, work, operation)| {
            let mut writing = WriteTransaction::begin_long(store)?;
            let value = operation(&mut writing.tx, user, work).await?;
            work.finish().await?;
            writing.commit()?;
            work.stored().await;
            Ok(value)
        })
    }

    /// Runs `query` on a consistent view of the database.
    pub(crate) fn read<T>(&mut self, query: impl FnOnce(&Snapshot<'_>) -> Result<T>) -> Result<T> {
        let mut open = OpenTransaction::view(&self.conn, self.scope.as_mut())?;
        let value = query(&Snapshot { conn: &self.conn })?;
        open.commit()?;
        Ok(value)
    }

    /// The same for a query that pauses; the view stays the same meanwhile.
    pub(crate) fn read_paced<T>(
        &mut self,
        user: UserId,
        query: impl AsyncFnOnce(&Snapshot<'_>, UserId) -> Result<T> + MaybeSend,
    ) -> impl Future<Output = Result<T>> + MaybeSend {
        Movable::of((self, query), async move |(store, query)| {
            store.begin_long()?;
            let mut open = OpenTransaction::view(&store.conn, store.scope.as_mut())?;
            let value = query(&Snapshot { conn: &store.conn }, user).await?;
            open.commit()?;
            Ok(value)
        })
    }

    /// Makes the database the copy of one of ours in memory, in one transaction.
    ///
    /// # Errors
    /// As of [`be_alone`](Self::be_alone); `busy`, `storage_full`, `storage_unavailable`, `commit_uncertain`.
    pub(crate) fn become_copy(&mut self, source: &Connection) -> Result<()> {
        self.be_alone()?;
        self.known_user = None;
        open::copy(source, &mut self.conn)
    }

    /// Whether a user exists; `look` asks the database.
    pub(crate) fn has_user(&mut self, user: UserId, look: fn(&Snapshot<'_>, UserId) -> Result<bool>) -> Result<bool> {
        if self.known_user == Some(user) {
            return Ok(true);
        }
        let exists = look(&self.snapshot(), user)?;
        // One that was created in a scope may be taken back with it.
        if exists && self.is_alone && self.scope.is_none() {
            self.known_user = Some(user);
        }
        Ok(exists)
    }

    /// Writes the whole database anew and empties its log, so that nothing of what was deleted is left in its files: not in
    /// the free room of pages either, where SQLite leaves copies of rows that it moved. The copy is made in memory.
    ///
    /// # Errors
    /// As of [`be_alone`](Self::be_alone); `busy`, where another process reads the database meanwhile; `storage_full`,
    /// `storage_unavailable` and `corrupt`. What was deleted stays so.
    pub(crate) fn rewrite(&mut self) -> Result<()> {
        self.be_alone()?;
        open::rewrite(&self.conn)
    }

    /// Writes the database anew without free pages, if it has some, and empties its log.
    ///
    /// # Errors
    /// As [`rewrite`](Self::rewrite).
    pub(crate) fn give_back(&mut self) -> Result<()> {
        let free: i64 = self.conn.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        if free == 0 {
            return Ok(());
        }
        open::use_temporary_files(&self.conn, self.has_temporary_files)?;
        let rewritten = open::rewrite(&self.conn);
        open::use_temporary_files(&self.conn, false)?;
        rewritten
    }

    /// The host, for what is neither a read nor a write of rows.
    pub(crate) fn host(&mut self) -> &mut dyn Host {
        &mut *self.host
    }

    #[cfg(test)]
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.conn
    }

    pub(crate) fn observe(&mut self, observer: Observer) {
        self.observer = Some(observer);
    }

    /// The present instant.
    pub(crate) fn now(&mut self) -> Instant {
        Instant::from_unix_ms(self.host.now_ms())
    }

    /// The database for a single statement, which needs no transaction.
    pub(crate) fn snapshot(&mut self) -> Snapshot<'_> {
        Snapshot { conn: &self.conn }
    }

    /// Closes the database. On a file, the write-ahead log is folded in if nobody else has it open.
    ///
    /// # Errors
    /// `unavailable` if the storage fails at the last write; everything that was acknowledged is stored all the same.
    pub fn close(self) -> Result<()> {
        self.conn.close().map_err(|(_, error)| error.into())
    }
}

/// A write transaction that is under way.
struct WriteTransaction<'s> {
    tx: Tx<'s>,
    open: OpenTransaction<'s>,
    observer: Option<&'s mut Observer>,
    scope: Option<&'s mut Scope>,
}

impl<'s> WriteTransaction<'s> {
    fn begin_long(store: &'s mut Store) -> Result<Self> {
        store.begin_long()?;
        Self::begin(store, None)
    }

    fn begin(store: &'s mut Store, now: Option<Instant>) -> Result<Self> {
        let mut scope = store.scope.as_mut();
        // Taking the write lock first keeps what is read true until the commit.
        let open = match &mut scope {
            Some(scope) => scope.begin_part(&store.conn, store.patience)?,
            None => write_lock::take(&store.conn, store.patience)?,
        };
        let now = now.unwrap_or_else(|| Instant::from_unix_ms(store.host.now_ms()));
        let noted = store.observer.is_some().then(RefCell::default);
        let snapshot = Snapshot { conn: &store.conn };
        let tx = Tx { snapshot, host: &mut *store.host, ids: &mut store.ids, began: now, now, noted };
        Ok(Self { tx, open, observer: store.observer.as_mut(), scope })
    }

    fn commit(&mut self) -> Result<()> {
        self.open.commit().map_err(uncertain)?;
        let commit = self.tx.noted.take().and_then(RefCell::into_inner);
        if let Some((observer, commit)) = self.observer.as_mut().zip(commit) {
            match &mut self.scope {
                Some(scope) => scope.keep(commit),
                None => observer(commit),
            }
        }
        Ok(())
    }
}

/// The error of a commit that failed. Where the storage failed to flush the change, or to remove a journal that could undo
/// it, the outcome is unknown: the transaction may be there or not when the database is opened again.
fn uncertain(error: Error) -> Error {
    // Nothing is written for good before these are through.
    const FIRST: [i32; 6] = [
        ffi::SQLITE_IOERR_READ,
        ffi::SQLITE_IOERR_SHORT_READ,
        ffi::SQLITE_IOERR_FSTAT,
        ffi::SQLITE_IOERR_LOCK,
        ffi::SQLITE_IOERR_SHMMAP,
        ffi::SQLITE_IOERR_SHMLOCK,
    ];
    match error {
        Error::StorageUnavailable(Some(source))
            if source.sqlite_error().is_some_and(|failure| {
                failure.code == ErrorCode::SystemIoFailure && !FIRST.contains(&failure.extended_code)
            }) =>
        {
            Error::CommitUncertain(source)
        }
        error => error,
    }
}

/// A transaction, or a savepoint in one, that rolls back unless it is committed. Unlike rusqlite's, it prepares its
/// statements once.
struct OpenTransaction<'c> {
    /// None when it has ended.
    conn: Option<&'c Connection>,
    is_part: bool,
}

impl<'c> OpenTransaction<'c> {
    fn begin(conn: &'c Connection, begin: &str) -> Result<Self> {
        Statement::of(conn, begin)?.execute([])?;
        Ok(Self::begun(conn))
    }

    /// A part of the transaction that is open.
    fn part(conn: &'c Connection) -> Result<Self> {
        Statement::of(conn, "SAVEPOINT part")?.execute([])?;
        Ok(Self::begun_part(conn))
    }

    /// A view for reading: that of the scope, where its transaction is open.
    fn view(conn: &'c Connection, scope: Option<&mut Scope>) -> Result<Self> {
        match scope.map(|scope| scope.check(conn)).transpose()? {
            Some(true) => Ok(Self { conn: None, is_part: true }),
            _ => Self::begin(conn, "BEGIN"),
        }
    }

    /// One that was [left open](Self::leave_open).
    fn begun(conn: &'c Connection) -> Self {
        Self { conn: Some(conn), is_part: false }
    }

    fn begun_part(conn: &'c Connection) -> Self {
        Self { conn: Some(conn), is_part: true }
    }

    fn leave_open(mut self) {
        self.conn = None;
    }

    fn commit(&mut self) -> Result<()> {
        if let Some(conn) = self.conn {
            Statement::of(conn, if self.is_part { "RELEASE part" } else { "COMMIT" })?.execute([])?;
            self.conn = None;
        }
        Ok(())
    }
}

impl Drop for OpenTransaction<'_> {
    fn drop(&mut self) {
        // SQLite may have rolled back by itself, as it does when the disk is full.
        let Some(conn) = self.conn.filter(|conn| !conn.is_autocommit()) else { return };
        if self.is_part && conn.execute_batch("ROLLBACK TO part; RELEASE part").is_ok() {
            return;
        }
        // A rollback that fails leaves nothing to do: the transaction is void in any case.
        let _ = conn.execute_batch("ROLLBACK");
    }
}

/// The size that the database may grow to.
impl Store {
    /// Limits the database file to `bytes` (rounded down to whole pages of 4 KiB, never below what it has);
    /// a change that needs more is `unavailable` `storage_full` and leaves everything as it was.
    /// The limit holds until the store is closed.
    ///
    /// # Errors
    /// `unavailable` if the storage cannot be read.
    pub fn limit_size(&mut self, bytes: u64) -> Result<()> {
        let pages = i64::try_from(bytes / 4096).unwrap_or(i64::MAX).clamp(1, 4_294_967_294);
        self.conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        Ok(())
    }
}

/// The size and versions of a store.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StoreInfo {
    /// The bytes that the database takes, without its log.
    pub size: u64,
    /// The version of SQLite that runs it.
    pub sqlite_version: &'static str,
    /// The version of its tables.
    pub schema_version: i64,
    /// What opening it changed, if its tables were of an older version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrated: Option<Migrated>,
}

impl Store {
    /// The size of the database, and the versions of its tables and of SQLite.
    ///
    /// # Errors
    /// `unavailable` if the storage cannot be read.
    pub fn info(&mut self) -> Result<StoreInfo> {
        let migrated = self.migrated;
        self.read(|snapshot| {
            let pages: i64 = snapshot.sql().pragma_query_value(None, "page_count", |row| row.get(0))?;
            Ok(StoreInfo {
                migrated,
                size: pages.unsigned_abs() * 4096,
                sqlite_version: rusqlite::version(),
                schema_version: SCHEMA_VERSION,
            })
        })
    }
}

/// A value that the file must hold, since only this crate writes it: a column that decodes, a row to which another one
/// points. Without it the file is damaged.
pub(crate) fn or_corrupt<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Error::Corrupt(None))
}
