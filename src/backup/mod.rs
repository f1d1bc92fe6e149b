//! The whole database as one SQLite file: export, import, and recovery of a damaged one.

mod compaction;
mod imported_file;
pub(crate) mod invariants;
mod pages;
mod recovery;
mod repair;
#[cfg(test)]
mod tests;
mod tree;

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use crate::campaign;
use crate::error::{Error, Result};
use crate::people::{list, prospect};
use crate::store::{OpenOptions, Snapshot, Statement, Store};
use crate::user;
pub use compaction::Compacted;
pub use recovery::{Recovered, RecoveredTable, Recovery};

/// How many bytes of a copy are handed out at a time.
const CHUNK: usize = 1 << 20;

/// Where a SQLite header says whether a file has a write-ahead log: 1 is none.
const FORMAT_VERSIONS: std::ops::Range<usize> = 18..20;

impl Store {
    /// Exports a copy of the database, as it is now, as the bytes of a SQLite file: in order, in pieces of about 1 MiB. The
    /// file needs no log, so that any SQLite reads it from anywhere.
    ///
    /// # Errors
    /// The errors of `chunk`, at once; `busy`, `storage_unavailable` or `corrupt` if the database cannot be read; `in_scope`.
    pub fn export(&mut self, mut chunk: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        // What is handed out must not be undone.
        self.be_alone()?;
        self.read(|snapshot| match Statement::once(snapshot.sql(), "SELECT data FROM sqlite_dbpage ORDER BY pgno") {
            Ok(mut pages) => {
                let mut piece = Vec::with_capacity(CHUNK);
                let mut rows = pages.query([])?;
                let mut is_first = true;
                while let Some(row) = rows.next()? {
                    let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                    if piece.len() + data.len() > CHUNK {
                        chunk(&piece)?;
                        piece.clear();
                    }
                    piece.extend_from_slice(data);
                    if std::mem::take(&mut is_first) {
                        without_log(&mut piece);
                    }
                }
                chunk(&piece)
            }
            // SQLite was built without that table. Serializing the database itself would make pages that cannot be read
            // empty ones; a backup fails.
            Err(_) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
                // A file in memory, of which serializing takes no copy.
                let mut copy = Connection::open_with_flags_and_vfs("export", flags, "memdb")?;
                if Backup::new(snapshot.sql(), &mut copy)?.step(-1)? != StepResult::Done {
                    return Err(Error::Busy);
                }
                let file = copy.serialize("main")?;
                let (head, rest) = file.split_at_checked(CHUNK.min(file.len())).ok_or(Error::Corrupt(None))?;
                let mut head = head.to_vec();
                without_log(&mut head);
                chunk(&head)?;
                rest.chunks(CHUNK).try_for_each(chunk)
            }
        })
    }

    /// Makes the database a copy of `file`, the bytes of a campaignkit database of this schema or an older one, such as
    /// [`Store::export`] handed out: all of it, in one transaction, or nothing. The file is checked as a whole before.
    ///
    /// Users, ids and event numbers of this database are then those of the file.
    ///
    /// # Errors
    /// `foreign_file` if the bytes are not such a database, or one whose schema is not exactly that of its version;
    /// `newer_schema`; `corrupt` if the file is damaged or breaks promises of the engine, which the error names;
    /// `busy`, `storage_full` or `storage_unavailable`; `in_scope`.
    pub fn import(&mut self, file: &[u8]) -> Result<Imported> {
        self.be_alone()?;
        let source = imported_file::checked(file, self.host())?;
        let imported = Imported::of(&source)?;
        self.become_copy(&source)?;
        Ok(imported)
    }
}

impl OpenOptions {
    /// Makes the database at `path` a copy of `file`, as [`Store::import`] does, also where what is there is too damaged
    /// to be opened, or missing. Nobody may have it open.
    ///
    /// # Errors
    /// Those of [`Store::import`] about the bytes; `foreign_file` or `newer_schema`, too, if a database of another
    /// program or of a newer schema is at `path`, which is left untouched; `busy`, `storage_full` or
    /// `storage_unavailable`.
    pub fn replace(mut self, path: impl AsRef<Path>, file: &[u8]) -> Result<Imported> {
        let source = imported_file::checked(file, self.host())?;
        let imported = Imported::of(&source)?;
        self.overwrite(path.as_ref(), &source)?;
        Ok(imported)
    }
}

/// The result of importing a database file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Imported {
    /// What in the file this version cannot fully use; nothing of it is lost.
    pub warnings: Vec<FileWarning>,
}

/// A warning about a file that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FileWarning {
    /// `unknown_time_zone`: the name of a zone that only a version with newer zone data knows. Messages that need it wait.
    #[cfg_attr(feature = "typescript", ts(type = "\"unknown_time_zone\""))]
    pub code: &'static str,
    /// How many users, campaigns, prospects and leads have it.
    pub rows: u64,
}

impl Imported {
    fn of(conn: &Connection) -> Result<Self> {
        let snapshot = Snapshot::of(conn);
        let rows = user::rows::count_unknown_zones(&snapshot)?
            + campaign::rows::count_unknown_zones(&snapshot)?
            + prospect::rows::count_unknown_zones(&snapshot)?
            + list::rows::count_unknown_zones(&snapshot)?;
        let warnings = if rows > 0 { vec![FileWarning { code: "unknown_time_zone", rows }] } else { Vec::new() };
        Ok(Self { warnings })
    }
}

/// The texts that a query returns.
fn texts(conn: &Connection, query: &str) -> Result<Vec<String>> {
    let mut statement = Statement::once(conn, query)?;
    let mut rows = statement.query([])?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next()? {
        texts.push(row.get(0)?);
    }
    Ok(texts)
}

/// Marks the file that starts so as one without a write-ahead log.
fn without_log(file: &mut [u8]) {
    if let Some(versions) = file.get_mut(FORMAT_VERSIONS) {
        versions.fill(1);
    }
}
