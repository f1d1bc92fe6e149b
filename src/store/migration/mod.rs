//! Recognises our files and brings their schema up to date: refinery's migrations in one transaction of ours.

mod clean_names;
mod mark_tasks;
mod parts;
mod unite_people;
mod watched;

use std::path::Path;

use refinery::Runner;
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::schema;
use crate::error::{Error, Result, SchemaVersions};
use crate::store::Statement;
use crate::store::host::Host;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use parts::Migration;
pub use unite_people::United;

mod embedded {
    #![allow(clippy::unwrap_used, reason = "written by the macro, for file names that are checked when it runs")]
    refinery::embed_migrations!("migrations");
}

/// Marks a file as campaignkit's, in SQLite's header: "CKit".
pub(crate) const APPLICATION_ID: i64 = 0x434b_6974;

/// The fields of a file's header, from the file or its log.
struct Header {
    application_id: i64,
    schema_version: i64,
    is_empty: bool,
}

impl Header {
    fn read(conn: &Connection) -> Result<Self> {
        // A view in the file can shadow a pragma's function; the pragma itself runs nothing from the file.
        let number = |pragma: &str| conn.query_row(pragma, [], |row| row.get(0));
        Ok(Self {
            application_id: number("PRAGMA application_id")?,
            schema_version: number("PRAGMA user_version")?,
            is_empty: !Statement::once(conn, "SELECT 1 FROM sqlite_schema")?.exists([])?,
        })
    }

    fn is_new(&self) -> bool {
        self.is_empty && self.application_id == 0 && self.schema_version == 0
    }

    /// Refuses a file that is not ours and a file of a newer schema.
    fn admit(&self) -> Result<()> {
        if self.is_new() {
            return Ok(());
        }
        if self.application_id != APPLICATION_ID {
            return Err(Error::ForeignFile);
        }
        let supported = schema::LATEST;
        if self.schema_version > supported {
            return Err(Error::NewerSchema(Box::new(SchemaVersions { found: self.schema_version, supported })));
        }
        Ok(())
    }
}

fn runner() -> Runner {
    embedded::migrations::runner()
}

/// The version of the last migration.
#[cfg(test)]
pub(super) fn newest() -> i64 {
    runner().get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
}

/// Whether there is nothing in a database yet.
pub(super) fn is_new(conn: &Connection) -> Result<bool> {
    Ok(Header::read(conn)?.is_new())
}

/// Refuses a file that is not ours, one whose schema is not exactly that of its version, and a file of a newer schema,
/// without writing. Returns the version of its schema, which is 0 for an empty one.
pub(crate) fn check(conn: &Connection) -> Result<i64> {
    // Keeps another process from migrating it in between.
    let view = conn.unchecked_transaction()?;
    let version = admitted(&view)?;
    view.commit()?;
    Ok(version)
}

fn admitted(conn: &Connection) -> Result<i64> {
    match Header::read(conn) {
        Ok(header) => {
            header.admit()?;
            if !header.is_new() {
                schema::check(conn, header.schema_version)?;
            }
            Ok(header.schema_version)
        }
        Err(Error::Corrupt(Some(error))) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(Error::ForeignFile)
        }
        Err(error) => Err(error),
    }
}

/// The same where the file may be damaged: a file without a readable header is taken for ours.
pub(super) fn check_damaged(conn: &Connection) -> Result<()> {
    match Header::read(conn) {
        Ok(header) => header.admit(),
        Err(Error::Corrupt(_)) => {
            // The pragma needs no schema.
            match conn.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(Error::from) {
                Ok(0 | APPLICATION_ID) | Err(Error::Corrupt(_)) => Ok(()),
                Ok(_) => Err(Error::ForeignFile),
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// The same for a file that another program may have left in the middle of a transaction, which an ordinary connection
/// would roll back at its first read. A file that cannot be read without that is not judged.
pub(super) fn check_without_recovery(path: &Path, vfs: Option<&str>) -> Result<()> {
    // `immutable` reads the file alone, without locks and without its journal or log.
    let uri: String = path.to_string_lossy().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let uri = format!("file:{uri}?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(uri, flags, vfs),
        None => Connection::open_with_flags(uri, flags),
    };
    let header = conn.map_err(Error::from).and_then(|conn| Header::read(&conn));
    // If a power cut left the first page half written, the journal or log has the rest.
    header.ok().filter(|header| !header.is_empty).map_or(Ok(()), |header| header.admit())
}

/// The result of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Migrated {
    /// The version that the tables had.
    pub from: i64,
    /// The people who turned out to be one.
    pub united: United,
}

/// Applies the missing migrations, all or none. Returns what was done to a file that is not new.
pub(crate) fn run(conn: &mut Connection, host: &mut dyn Host) -> Result<Option<Migrated>> {
    at_once(run_paced(conn, host, &mut Unpaced))
}

/// The same with pauses, of which there is none in a new file.
///
/// # Errors
/// `cancelled`: the file is as it was.
pub(super) async fn run_paced(
    conn: &mut Connection,
    host: &mut dyn Host,
    pace: &mut dyn Pace,
) -> Result<Option<Migrated>> {
    if Header::read(conn)?.schema_version == schema::LATEST {
        return Ok(None);
    }
    run_to_paced(schema::LATEST, conn, host, pace).await
}

/// The same at once, up to a version of the schema.
pub(crate) fn run_to(target: i64, conn: &mut Connection, host: &mut dyn Host) -> Result<Option<Migrated>> {
    at_once(run_to_paced(target, conn, host, &mut Unpaced))
}

async fn run_to_paced(
    target: i64,
    conn: &mut Connection,
    host: &mut dyn Host,
    pace: &mut dyn Pace,
) -> Result<Option<Migrated>> {
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let Some(mut migration) = Migration::to(target, &tx)? else { return Ok(None) };
    let mut unpaced = Unpaced;
    let mut work = PacedWork::of_write(if migration.is_of_data() { pace } else { &mut unpaced });
    work.begin(migration.total(), 1);
    while migration.go_on(&tx, &mut work)? {
        work.pause().await?;
    }
    work.finish().await?;
    let migrated = migration.finish(&tx, host.now_ms())?;
    tx.commit()?;
    work.stored().await;
    Ok(migrated)
}

/// This version's name for a table of an older one.
pub(crate) fn renamed(version: i64, table: &str) -> &str {
    if version < 4 && table == "event" { "event_before" } else { table }
}

/// Sets when a migration was applied, if the text is an instant.
pub(crate) fn restamp(conn: &Connection, version: i64, applied_on: &str) -> Result<()> {
    if OffsetDateTime::parse(applied_on, &Rfc3339).is_ok() {
        Statement::once(conn, "UPDATE refinery_schema_history SET applied_on = ?1 WHERE version = ?2")?
            .execute((applied_on, version))?;
    }
    Ok(())
}

/// Asks refinery inside the open transaction what is missing; its own driver would start two or more. So a killed process
/// leaves the old schema or the new one, and two processes cannot migrate at once.
struct Grouped<'c> {
    tx: &'c Connection,
    /// Once it knows what was applied: the statements that it would execute.
    missing: Option<Vec<String>>,
    failure: Option<Error>,
}

/// Makes refinery stop; the cause is in [`Grouped::failure`].
#[derive(Debug, thiserror::Error)]
#[error("the migration failed")]
struct Stopped;

impl Grouped<'_> {
    fn note<T>(&mut self, result: Result<T>) -> Result<T, Stopped> {
        result.map_err(|error| {
            self.failure = Some(error);
            Stopped
        })
    }
}

impl Transaction for Grouped<'_> {
    type Error = Stopped;

    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> Result<usize, Stopped> {
        let mut count = 0;
        for query in queries {
            count += 1;
            if let Some(missing) = &mut self.missing {
                missing.push(query.to_owned());
                continue;
            }
            let result = self.tx.execute_batch(query).map_err(Error::from);
            self.note(result)?;
        }
        Ok(count)
    }
}

impl Query<Vec<refinery::Migration>> for Grouped<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<refinery::Migration>, Stopped> {
        let applied = applied(self.tx, query);
        self.missing = Some(Vec::new());
        self.note(applied)
    }
}

impl Migrate for Grouped<'_> {}

fn applied(conn: &Connection, query: &str) -> Result<Vec<refinery::Migration>> {
    let mut statement = Statement::once(conn, query)?;
    statement.all([], |row| {
        let (applied_on, checksum): (String, String) = (row.get(2)?, row.get(3)?);
        match (OffsetDateTime::parse(&applied_on, &Rfc3339), checksum.parse()) {
            (Ok(applied_on), Ok(checksum)) => {
                Ok(refinery::Migration::applied(row.get(0)?, row.get(1)?, applied_on, checksum))
            }
            _ => Err(Error::Corrupt(None)),
        }
    })
}
