//! How a database is opened: whose file it is, where it lives, how durable it is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::raw_file::{self, RawFile};
use super::{Store, migration, new_database, uncertain};
use crate::error::{Error, Result};
use crate::store::host::{Host, IdSource};
use crate::store::movable::Movable;
use crate::store::pace::{MaybeSend, Pace, Unpaced, at_once};
use crate::time::Instant;

/// When a commit is on stable storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Before the call returns (`synchronous=FULL`): it survives a power cut.
    #[default]
    Full,
    /// Some time later (`synchronous=NORMAL`): a power cut may undo the last commits, in order, but damages nothing.
    Relaxed,
    /// Never requested (`synchronous=OFF`): a power cut may damage the file. For data that can be recreated.
    Unchecked,
}

impl Durability {
    /// The pragma that gives it in a journal mode that is in force.
    fn pragma(self, mode: &str) -> &'static str {
        match self {
            Self::Full if mode == "wal" => "FULL",
            // The removal of the journal is the commit: with FULL it is not flushed, and may come back.
            Self::Full => "EXTRA",
            Self::Relaxed => "NORMAL",
            Self::Unchecked => "OFF",
        }
    }
}

/// How a transaction is made atomic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Journal {
    /// A write-ahead log: one flush per commit; readers and a writer do not wait for each other.
    #[default]
    WriteAhead,
    /// A rollback journal: for a VFS that supports no other.
    Rollback,
}

impl Journal {
    /// Returns the mode that is in force then, which a VFS may refuse to change: both kinds are atomic.
    fn put_in_force(self, conn: &Connection) -> Result<String> {
        let mode = match self {
            Self::WriteAhead => "WAL",
            Self::Rollback => "DELETE",
        };
        let mut tries = 0;
        loop {
            let answer = conn.pragma_update_and_check(None, "journal_mode", mode, |row| row.get(0));
            match answer.map_err(Error::from) {
                // Unlike any other statement, this one does not wait for other processes that open the file.
                Err(Error::Busy) if tries < 100 => conn.execute_batch("BEGIN IMMEDIATE; COMMIT")?,
                answer => return answer,
            }
            tries += 1;
        }
    }
}

/// How to open a store; the defaults are those of [`Store::open`].
pub struct OpenOptions {
    host: Box<dyn Host + Send>,
    vfs: Option<String>,
    exclusive: bool,
    journal: Journal,
    durability: Durability,
    busy_timeout: Duration,
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenOptions")
            .field("vfs", &self.vfs)
            .field("exclusive", &self.exclusive)
            .finish_non_exhaustive()
    }
}

impl OpenOptions {
    /// Options for a store that takes its time and randomness from `host`.
    #[must_use]
    pub fn new(host: impl Host + Send + 'static) -> Self {
        Self {
            host: Box::new(host),
            vfs: None,
            exclusive: false,
            journal: Journal::default(),
            durability: Durability::default(),
            busy_timeout: Duration::from_secs(5),
        }
    }

    /// The name of a registered SQLite VFS; without one, SQLite's default.
    #[must_use]
    pub fn vfs(mut self, name: impl Into<String>) -> Self {
        self.vfs = Some(name.into());
        self
    }

    /// Whether this store is the file's only user. A VFS without shared memory can then keep a write-ahead log.
    #[must_use]
    pub fn exclusive(mut self, exclusive: bool) -> Self {
        self.exclusive = exclusive;
        self
    }

    /// How a transaction is made atomic.
    #[must_use]
    pub fn journal(mut self, journal: Journal) -> Self {
        self.journal = journal;
        self
    }

    /// When a commit is on stable storage.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How long an operation waits for another process before it returns `busy`; 5 seconds by default.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Opens the database at `path`, creating it if there is no file, and brings its schema up to date.
    ///
    /// # Errors
    /// `foreign_file` or `newer_schema`, the file's bytes untouched; `busy`, `storage_full` or
    /// `storage_unavailable`; `corrupt`.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Store> {
        at_once(self.open_paced(path, &mut Unpaced))
    }

    /// The same for a file that may be large and of an older schema, with pauses: it reports how much of the migration is
    /// done of how much, in units of about equal length, a quarter of which is storing it. It can be stopped until then,
    /// also while SQLite is building an index, but in WebAssembly. A file that is up to date has no pauses.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use campaignkit::{OpenOptions, SystemHost, WorkProgress, at_once};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("outreach.db");
    ///
    /// let mut show = |progress: WorkProgress| {
    ///     println!("{} %", progress.done * 100 / progress.total);
    ///     ControlFlow::Continue(())
    /// };
    /// let store = at_once(OpenOptions::new(SystemHost).open_paced(path, &mut show))?;
    /// # Ok::<(), campaignkit::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`open`](Self::open); `cancelled`: the file is as it was, and older versions still open it.
    pub fn open_paced(
        self,
        path: impl AsRef<Path>,
        pace: &mut dyn Pace,
    ) -> impl Future<Output = Result<Store>> + MaybeSend {
        let path = path.as_ref().to_owned();
        Movable::of((self, path, pace), async move |(options, path, pace)| {
            let conn = options.connect(&path, |conn| migration::check(conn).map(drop))?;
            options.prepare(conn, true, pace).await
        })
    }

    /// Puts the contents of `source`, a database of ours in memory, in the place of whatever is at `path`.
    pub(crate) fn overwrite(&self, path: &Path, source: &Connection) -> Result<()> {
        match self.overwrite_file(path, source) {
            // A log whose pages are not of the size that the damaged file says keeps SQLite out; once there is a database in
            // its place, it is no log.
            Err(Error::Corrupt(_)) => {
                self.overwrite_file(&log_of(path), source)?;
                self.overwrite_file(path, source)
            }
            done => done,
        }
    }

    fn overwrite_file(&self, path: &Path, source: &Connection) -> Result<()> {
        let mut conn = self.connect(path, migration::check_damaged)?;
        // What is there is not read, only kept until the commit.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_RESET_DATABASE, true)?;
        apply_pragmas(&conn)?;
        conn.pragma_update(None, "synchronous", self.durability.pragma(""))?;
        match copy(source, &mut conn) {
            // Pages of another size, or damage that looks like them: without a log, SQLite replaces these, too.
            Err(Error::StorageUnavailable(_)) => {
                conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
                copy(source, &mut conn)?;
            }
            done => done?,
        }
        conn.close().map_err(|(_, error)| error.into())
    }

    /// The file at `path` and its write-ahead log, byte by byte, whatever they hold; nobody may have it open.
    pub(crate) fn read_raw(&self, path: &Path) -> Result<(RawFile, RawFile)> {
        let path = self.place(path)?;
        let conn = self.connection(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let file = raw_file::read(&conn)?;
        if !raw_file::has_log(&conn)? {
            return Ok((file, RawFile::default()));
        }
        // What was acknowledged last is in it: without, the file is not what it was.
        let log = raw_file::read(&self.connection(&log_of(&path), OpenFlags::SQLITE_OPEN_READ_ONLY)?)?;
        Ok((file, log))
    }

    /// A connection to the file at `path`, which is nobody else's then: if `check` refuses it, it is as it was.
    fn connect(&self, path: &Path, check: fn(&Connection) -> Result<()>) -> Result<Connection> {
        let path = self.place(path)?;
        migration::check_without_recovery(&path, self.vfs.as_deref())?;
        let conn = self.connection(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        conn.busy_timeout(self.busy_timeout)?;
        if self.exclusive {
            // Before the first access: only so can a VFS without shared memory read a write-ahead log.
            conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        // Until the file is known to be ours, closing it must not fold a log in: a refused file keeps its bytes.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        if let Err(refusal) = check(&conn) {
            // An empty log is not the file's own: looking at it made one, and closing may remove it again.
            let frames = conn.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get::<_, i64>(1));
            if frames.is_ok_and(|frames| frames <= 0) {
                conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
            }
            return Err(refusal);
        }
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(conn)
    }

    /// The path as SQLite takes it: so that no file name means anything else, as `:memory:` and `file:…` would.
    fn place(&self, path: &Path) -> Result<PathBuf> {
        match &self.vfs {
            Some(_) if is_special(path) => Err(Error::StorageUnavailable(None)),
            Some(_) => Ok(path.to_owned()),
            None => {
                let path = Path::new(".").join(path);
                require_files(&path)?;
                Ok(path)
            }
        }
    }

    fn connection(&self, path: &Path, flags: OpenFlags) -> Result<Connection> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
            None => Connection::open_with_flags(path, flags),
        };
        let conn = conn.map_err(|error| match Error::from(error) {
            // No such VFS, or a path that is none.
            Error::Bug(source) | Error::Corrupt(source) => Error::StorageUnavailable(source),
            other => other,
        })?;
        guard(&conn)?;
        Ok(conn)
    }

    /// Opens a new database in memory; it is gone when the store is dropped.
    ///
    /// # Errors
    /// `storage_unavailable` if there is no memory for it.
    pub fn open_in_memory(self) -> Result<Store> {
        let conn = Connection::open_in_memory()?;
        guard(&conn)?;
        at_once(self.prepare(conn, false, &mut Unpaced))
    }

    /// A store on a database in memory.
    pub(crate) fn adopt(self, conn: Connection) -> Result<Store> {
        at_once(self.prepare(conn, false, &mut Unpaced))
    }

    /// The host, for what comes before there is a store.
    pub(crate) fn host(&mut self) -> &mut dyn Host {
        &mut *self.host
    }

    async fn prepare(self, mut conn: Connection, is_file: bool, pace: &mut dyn Pace) -> Result<Store> {
        // Enough for every statement of every operation, so none is ever compiled twice.
        conn.set_prepared_statement_cache_capacity(128);
        // Without, SQLite compiles a statement again whenever a parameter that its plan could depend on changes.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        apply_pragmas(&conn)?;
        // Before the migrations: a new file is flushed less often when they go through its log.
        let mode = if is_file { Some(self.journal.put_in_force(&conn)?) } else { None };
        let (mut host, patience) = (self.host, self.busy_timeout);
        let has_temporary_files = is_file && self.vfs.is_none();
        let is_alone = self.exclusive || !is_file;
        let migrated = if is_alone && migration::is_new(&conn)? {
            new_database::make(&mut conn, Instant::from_unix_ms(host.now_ms()))?;
            None
        } else {
            // Building an index sorts all that is in it.
            use_temporary_files(&conn, has_temporary_files)?;
            let migrated = migration::run_paced(&mut conn, &mut *host, pace).await?;
            use_temporary_files(&conn, false)?;
            migrated
        };
        // The migrations write constraints where they stand; from here on, no statement can.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        if let Some(mode) = mode {
            conn.pragma_update(None, "synchronous", self.durability.pragma(&mode))?;
        }
        Ok(Store {
            conn,
            host,
            ids: IdSource::new(),
            observer: None,
            migrated,
            patience,
            has_temporary_files,
            is_alone,
            known_user: None,
            scope: None,
            committed: Vec::new(),
            #[cfg(feature = "shared")]
            replies: Vec::new(),
        })
    }
}

/// Keeps a connection from running anything that a file brings along: triggers, views, and functions in its schema.
pub(crate) fn guard(conn: &Connection) -> Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A page with cells beyond its end is damage before anything is read of it.
    conn.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// The pragmas of every connection.
pub(crate) fn apply_pragmas(conn: &Connection) -> Result<()> {
    conn.execute_batch(
        "PRAGMA page_size = 4096;
         PRAGMA temp_store = MEMORY;
         PRAGMA foreign_keys = ON;",
    )?;
    set_cache(conn, 0)
}

/// Puts what SQLite sorts or copies into temporary files, as it must be where that may be larger than the memory, or keeps it
/// in memory, as operations do.
pub(super) fn use_temporary_files(conn: &Connection, is_used: bool) -> Result<()> {
    Ok(conn.pragma_update(None, "temp_store", if is_used { "FILE" } else { "MEMORY" })?)
}

/// The memory in which pages are kept at hand, in KiB, and the most that a [`WideCache`] adds.
const CACHE_KIB: usize = 16 << 10;
const WIDE_KIB: usize = 64 << 10;

fn set_cache(conn: &Connection, more: usize) -> Result<()> {
    Ok(conn.execute_batch(&format!("PRAGMA cache_size = -{}", CACHE_KIB + more))?)
}

/// Keeps more pages at hand for as long as it is there: what is taken from a large file falls on pages in no order, and each
/// that is not at hand is written and read again.
pub(crate) struct WideCache<'c>(&'c Connection);

impl<'c> WideCache<'c> {
    /// As much more memory as a file has bytes.
    pub(crate) fn for_file(conn: &'c Connection, bytes: usize) -> Result<Self> {
        set_cache(conn, (bytes >> 10).min(WIDE_KIB))?;
        Ok(Self(conn))
    }

    /// As much more memory as there is for this, of which only what is used is taken.
    pub(crate) fn widest(conn: &'c Connection) -> Result<Self> {
        Self::for_file(conn, usize::MAX)
    }
}

impl Drop for WideCache<'_> {
    fn drop(&mut self) {
        // A pragma that takes memory away does not fail.
        let _ = set_cache(self.0, 0);
    }
}

/// Makes one database the copy of another, in one transaction.
pub(super) fn copy(source: &Connection, target: &mut Connection) -> Result<()> {
    match Backup::new(source, target)?.step(-1).map_err(|error| uncertain(error.into()))? {
        StepResult::Done => Ok(()),
        StepResult::Busy | StepResult::Locked => Err(Error::Busy),
        _ => Err(Error::Bug(None)),
    }
}

/// Writes a database anew from the rows that it has, and empties its log.
pub(super) fn rewrite(conn: &Connection) -> Result<()> {
    conn.execute_batch("VACUUM")?;
    let is_busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if is_busy { Err(Error::Busy) } else { Ok(()) }
}

/// Where SQLite keeps the write-ahead log of a database.
fn log_of(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// That what is at the path and where SQLite looks for logs are files, if anything, and that the database has one name.
fn require_files(path: &Path) -> Result<()> {
    let refused = |reason: &str| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
        Err(Error::StorageUnavailable(Some(Box::new(rusqlite::Error::SqliteFailure(code, Some(reason.into()))))))
    };
    let is_file = |path: PathBuf| path.metadata().map_or(true, |found| found.is_file());
    if !["", "-journal", "-wal", "-shm"].into_iter().all(|suffix| is_file(beside(path, suffix))) {
        // Opening a pipe would wait for its other end.
        return refused("there is something else than a file");
    }
    if path.metadata().is_ok_and(|found| names(&found) > 1) {
        // Each name has a log of its own, which who opens the file by another does not see.
        return refused("the file has other names, too (hard links)");
    }
    Ok(())
}

#[cfg(unix)]
fn names(file: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

/// Elsewhere the standard library does not report it.
#[cfg(not(unix))]
fn names(_: &std::fs::Metadata) -> u64 {
    1
}

/// Whether SQLite takes this for something else than the name of a file.
fn is_special(path: &Path) -> bool {
    path.to_str().is_none_or(|path| path.is_empty() || path == ":memory:" || path.starts_with("file:"))
}

#[cfg(feature = "system-host")]
impl Store {
    /// Opens the database file at `path`, creating it if there is none: a write-ahead log with `synchronous=FULL`, so
    /// a call that returned survives a power cut. Several processes may share the file.
    ///
    /// # Errors
    /// `foreign_file` or `newer_schema`, the file's bytes untouched; `busy`, `storage_full` or
    /// `storage_unavailable`, also for a file with hard links and for what is no file; `corrupt`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        OpenOptions::new(crate::store::host::SystemHost).open(path)
    }

    /// Opens a new database in memory; it is gone when the store is dropped.
    ///
    /// # Errors
    /// `storage_unavailable` if there is no memory for it.
    pub fn open_in_memory() -> Result<Self> {
        OpenOptions::new(crate::store::host::SystemHost).open_in_memory()
    }
}
