//! Recovering the readable part of a damaged database into a new one.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode};
use serde::Serialize;

use super::pages::Image;
use super::tree::{Kind, PageWalker, values};
use super::{repair, texts};
use crate::backup::invariants;
use crate::error::{BrokenPromises, Error, Result, SchemaVersions};
use crate::store::host::Host;
use crate::store::{OpenOptions, SCHEMA_VERSION, Snapshot, Statement, Store, apply_pragmas, guard, migration};

/// A new database with the readable part of a damaged one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Recovered {
    /// The database, in memory. [`Store::export`] exports it, and [`OpenOptions::replace`] puts the export in the place of
    /// the damaged one.
    pub store: Store,
    /// A report of what was recovered and what was lost.
    pub report: Recovery,
}

/// The report of a recovery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Recovery {
    /// Whether everything was readable and consistent: the new database holds all that the damaged one did. If not, its
    /// campaigns that were active are paused.
    pub complete: bool,
    /// The result for each table.
    pub tables: Vec<RecoveredTable>,
}

/// The result of a recovery for one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RecoveredTable {
    /// Its name in the database: `campaign`, `prospect`, …
    pub table: String,
    /// How many rows were recovered.
    pub recovered: u32,
    /// How many could not be read; `null` where that is not known.
    pub lost: Option<u32>,
    /// How many were readable and left out, because the rows that they belong to are lost or they are damaged themselves.
    pub dropped: u32,
    /// How many were recreated, because other rows need them: a user in UTC, a disconnected account, a count.
    pub made: u32,
}

impl OpenOptions {
    /// Reads the readable part of the damaged database at `path` and of its write-ahead log, and makes a new database of it
    /// in memory. Nothing at `path` is changed; nobody may have it open.
    ///
    /// Rows are read from the pages themselves, so that a damaged page loses only its own content, wherever it is. Rows that
    /// lost others stay consistent: users and accounts that other rows need are recreated, prospects with unknown messages
    /// are `cancelled`, and counts and event numbers are computed again. Rows of a lost campaign or list are dropped. Not
    /// read: a rollback journal; rows that no page leads to, if the list of free pages is damaged as well, as they cannot be
    /// told from deleted ones then. Where the whole first page and those with the schema are gone, the new database is
    /// empty. A piece that the storage cannot read counts as lost; if it is in the log, it is unknown how much it held.
    ///
    /// ```no_run
    /// use campaignkit::{OpenOptions, SystemHost};
    ///
    /// let mut recovered = OpenOptions::new(SystemHost).recover("campaigns.db")?;
    /// let mut file = Vec::new();
    /// recovered.store.export(|piece| {
    ///     file.extend_from_slice(piece);
    ///     Ok(())
    /// })?;
    /// OpenOptions::new(SystemHost).replace("campaigns.db", &file)?;
    /// # Ok::<(), campaignkit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `foreign_file` if it is another program's database; `newer_schema`; `storage_unavailable` if there is no file, if it
    /// or its log cannot be opened, or if there is no memory for it.
    pub fn recover(mut self, path: impl AsRef<Path>) -> Result<Recovered> {
        let (file, log) = self.read_raw(path.as_ref())?;
        let image = Image::of(file, &log)?;
        let (conn, report) = salvage(&image, self.host())?;
        Ok(Recovered { store: self.adopt(conn)?, report })
    }
}

/// What goes by a name.
type Named = Vec<(String, u32)>;

fn by_name(named: &Named, name: &str) -> Option<u32> {
    named.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
}

/// Where the trees of a file begin, by the names of its tables and indexes.
fn roots(pages: &mut PageWalker<'_>, image: &Image) -> Named {
    fn entry(record: &[u8]) -> Option<(String, u32)> {
        let values = values(record)?;
        let [ValueRef::Text(kind), ValueRef::Text(name), ValueRef::Text(_), ValueRef::Integer(root), sql] = *values
        else {
            return None;
        };
        let is_ours = matches!(kind, b"table" | b"index") && matches!(sql, ValueRef::Text(_) | ValueRef::Null);
        let root = u32::try_from(root).ok().filter(|root| is_ours && *root > 1)?;
        Some((String::from_utf8(name.to_vec()).ok()?, root))
    }
    let mut roots = Named::new();
    let found = pages.walk(1, Kind::Table, &mut |_, record| roots.extend(entry(record)));
    if found.unreadable > 0 {
        // The schema takes several pages: those that are left say where the tables are.
        PageWalker::new(image).orphans(&mut |kind, _, record| {
            roots.extend(entry(record).filter(|_| kind == Kind::Table));
        });
    }
    roots
}

/// A record of the migrations that made the file.
struct Applied {
    version: i64,
    at: String,
}

fn migrations(pages: &mut PageWalker<'_>, roots: &Named) -> Vec<Applied> {
    let mut applied = Vec::new();
    if let Some(root) = by_name(roots, "refinery_schema_history") {
        pages.walk(root, Kind::Table, &mut |_, record| {
            if let Some([ValueRef::Integer(version), _, ValueRef::Text(at), _]) = values(record).as_deref() {
                applied.push(Applied { version: *version, at: String::from_utf8_lossy(at).into_owned() });
            }
        });
    }
    applied
}

/// A table of our schema, and what was found of it.
struct Table {
    name: String,
    columns: Vec<String>,
    types: Vec<String>,
    kind: Kind,
    is_whole: bool,
    readable: u32,
    stored: u32,
}

impl Table {
    fn all(conn: &Connection) -> Result<Vec<Self>> {
        let names = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
            AND name NOT IN ('sqlite_schema', 'refinery_schema_history')";
        let without_rowid = texts(conn, &format!("{names} AND wr"))?;
        let mut tables = Vec::new();
        for name in texts(conn, &format!("{names} ORDER BY name"))? {
            let columns = texts(conn, &format!("SELECT name FROM pragma_table_info('{name}') ORDER BY cid"))?;
            let types = texts(conn, &format!("SELECT type FROM pragma_table_info('{name}') ORDER BY cid"))?;
            let kind = if without_rowid.contains(&name) { Kind::Index } else { Kind::Table };
            tables.push(Self { name, columns, types, kind, is_whole: true, readable: 0, stored: 0 });
        }
        Ok(tables)
    }

    /// How many rows it has.
    fn count(&self, conn: &Connection) -> Result<u32> {
        Statement::once(conn, &format!("SELECT count(*) FROM {}", self.name))?.query_row([], |row| row.get(0))
    }

    /// Whether a record has the values of all columns. Older rows lack those that were added since, which is no sign where
    /// it is not known whose row it is.
    fn fits(&self, values: &[ValueRef<'_>]) -> bool {
        let fits = |(column, value): (&String, &ValueRef<'_>)| match value {
            ValueRef::Null => true,
            ValueRef::Integer(_) => column == "INTEGER",
            ValueRef::Text(_) => column == "TEXT",
            ValueRef::Blob(_) => column == "BLOB",
            ValueRef::Real(_) => false,
        };
        values.len() == self.types.len() && self.types.iter().zip(values).all(fits)
    }

    /// Stores a row; `false` if it has not the values that are read from it, or a constraint does not let it in.
    fn store(&self, conn: &Connection, rowid: i64, values: &[ValueRef<'_>]) -> Result<bool> {
        let Some(columns) = self.columns.get(..values.len()).filter(|columns| !columns.is_empty()) else {
            return Ok(false);
        };
        let places = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({places})", self.name, columns.join(", "));
        let mut statement = conn.prepare_cached(&sql)?;
        for (index, value) in (1..).zip(values) {
            // A key that is the rowid is stored as nothing.
            let is_rowid = index == 1 && self.kind == Kind::Table && *value == ValueRef::Null;
            let value = if is_rowid { ValueRef::Integer(rowid) } else { *value };
            statement.raw_bind_parameter(index, ToSqlOutput::Borrowed(value))?;
        }
        match statement.raw_execute() {
            Ok(_) => Ok(true),
            // It does not fit its columns: so nobody stored it.
            Err(error) => match error.sqlite_error_code() {
                Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig) => Ok(false),
                _ => Err(error.into()),
            },
        }
    }

    /// Stores what is readable in the table's own tree.
    fn fill(&mut self, conn: &Connection, pages: &mut PageWalker<'_>, root: Option<u32>) -> Result<()> {
        let Some(root) = root else {
            self.is_whole = false;
            return Ok(());
        };
        let mut failure = None;
        let found = pages.walk(root, self.kind, &mut |rowid, record| {
            self.readable += 1;
            match values(record).map_or(Ok(false), |values| self.store(conn, rowid, &values)) {
                Ok(is_stored) => self.stored += u32::from(is_stored),
                Err(error) => failure = Some(error),
            }
        });
        self.is_whole = found.unreadable == 0;
        failure.map_or(Ok(()), Err)
    }

    /// How many rows it had, by what leads to each of its rows.
    fn size(&self, conn: &Connection, counts: &Named) -> Result<Option<u32>> {
        let indexes = format!("SELECT name FROM pragma_index_list('{}') WHERE NOT partial AND origin = 'c'", self.name);
        Ok(texts(conn, &indexes)?.iter().filter_map(|name| by_name(counts, name)).max())
    }
}

/// Makes a database of what is readable.
pub(super) fn salvage(image: &Image, host: &mut dyn Host) -> Result<(Connection, Recovery)> {
    let mut pages = PageWalker::new(image);
    let roots = roots(&mut pages, image);
    let header = image.header();
    let is_ours = ["campaign", "refinery_schema_history"].iter().all(|name| by_name(&roots, name).is_some());
    if header.as_ref().is_some_and(|header| header.application_id != migration::APPLICATION_ID && !is_ours) {
        // Whose it is may be said where nothing could be read.
        let is_known = !image.has_gaps && !image.lacks_log;
        return Err(if is_known { Error::ForeignFile } else { Error::StorageUnavailable(None) });
    }
    let applied = migrations(&mut pages, &roots);
    let supported = SCHEMA_VERSION;
    let last = applied.iter().map(|applied| applied.version).max();
    let version = match &header {
        Some(header) if header.application_id == migration::APPLICATION_ID => header.schema_version,
        _ => last.unwrap_or(supported),
    };
    if version > supported {
        return Err(Error::NewerSchema(Box::new(SchemaVersions { found: version, supported })));
    }

    let mut conn = Connection::open_in_memory()?;
    guard(&conn)?;
    apply_pragmas(&conn)?;
    migration::run_to(version.max(1), &mut conn, host)?;
    // What is lost is known when all is read.
    conn.pragma_update(None, "foreign_keys", false)?;
    conn.execute_batch("BEGIN")?;
    let mut tables = Table::all(&conn)?;
    for table in &mut tables {
        table.fill(&conn, &mut pages, by_name(&roots, &table.name))?;
    }
    let mut counts = Named::new();
    for name in texts(&conn, "SELECT name FROM sqlite_schema WHERE type = 'index'")? {
        if let Some(root) = by_name(&roots, &name) {
            let found = pages.walk(root, Kind::Index, &mut |_, _| {});
            if found.unreadable == 0 {
                counts.push((name, u32::try_from(found.rows).unwrap_or(u32::MAX)));
            }
        }
    }
    if tables.iter().any(|table| !table.is_whole) && header.is_some_and(|header| pages.pass_over_free(header.free)) {
        gather(&conn, &mut pages, &mut tables)?;
    }
    for Applied { version, at } in applied {
        migration::restamp(&conn, version, &at)?;
    }
    let mut sizes = Vec::new();
    for table in &tables {
        sizes.push(table.size(&conn, &counts)?);
    }
    conn.execute_batch("COMMIT")?;

    migration::run(&mut conn, host)?;
    for table in &mut tables {
        table.name = migration::renamed(version, &table.name).to_owned();
    }
    conn.execute_batch("BEGIN")?;
    let report = consistent(&conn, image, &tables, &sizes)?;
    conn.execute_batch("COMMIT")?;
    Ok((conn, report))
}

/// Stores the rows in pages that no tree leads to, each in the table of which rows are missing and that it fits.
fn gather(conn: &Connection, pages: &mut PageWalker<'_>, tables: &mut [Table]) -> Result<()> {
    let mut failure = None;
    pages.orphans(&mut |kind, rowid, record| {
        let Some(values) = values(record) else { return };
        let incomplete = tables.iter_mut().filter(|table| !table.is_whole && table.kind == kind);
        for table in incomplete.filter(|table| table.fits(&values)) {
            match table.store(conn, rowid, &values) {
                Ok(true) => {
                    table.readable += 1;
                    table.stored += 1;
                    return;
                }
                Ok(false) => {}
                Err(error) => failure = Some(error),
            }
        }
    });
    failure.map_or(Ok(()), Err)
}

/// Repairs what is left, and reports the result for each table.
fn consistent(conn: &Connection, image: &Image, found: &[Table], sizes: &[Option<u32>]) -> Result<Recovery> {
    let tables = Table::all(conn)?;
    let mut before = Vec::new();
    for table in &tables {
        before.push(table.count(conn)?);
    }
    let unsound = invariants::drop_unsound(conn)?;
    let repaired = repair::until_consistent(conn)?;
    let broken = invariants::broken(&Snapshot::of(conn))?;
    if !broken.is_empty() {
        return Err(Error::PromisesBroken(Box::new(BrokenPromises(broken))));
    }
    let mut report = Recovery { complete: !image.has_gaps && !image.lacks_log, tables: Vec::new() };
    for (table, before) in tables.into_iter().zip(before) {
        let (readable, stored, lost) = match found.iter().zip(sizes).find(|(found, _)| found.name == table.name) {
            Some((found, _)) if found.is_whole => (found.readable, found.stored, Some(0)),
            Some((found, size)) => (found.readable, found.stored, size.map(|size| size.saturating_sub(found.readable))),
            // What an older schema did not have.
            None => (0, 0, Some(0)),
        };
        let lost = lost.filter(|_| !image.lacks_log);
        let made = repaired.made.iter().find(|(made, _)| *made == table.name).map_or(0, |(_, made)| *made);
        let made = u32::try_from(made).unwrap_or(u32::MAX);
        // Migrating may have made some, too.
        let others = before.saturating_sub(stored);
        let recovered = table.count(conn)?.saturating_sub(made).saturating_sub(others);
        let dropped = readable.saturating_sub(recovered);
        report.complete &= lost == Some(0) && dropped == 0;
        report.tables.push(RecoveredTable { table: table.name, recovered, lost, dropped, made });
    }
    report.complete &= unsound == 0 && repaired.changes == 0;
    if !report.complete {
        // Nothing is sent before someone had a look.
        Statement::once(conn, "UPDATE campaign SET status = 'paused' WHERE status = 'active'")?.execute([])?;
        Statement::once(conn, "UPDATE campaign_turn SET wake_ms = NULL WHERE wake_ms IS NOT NULL")?.execute([])?;
    }
    Ok(report)
}
