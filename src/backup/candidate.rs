//! A file that is to become the database: taken into memory and checked before it replaces anything.

use std::io::Read;

use rusqlite::Connection;

use super::image::Image;
use super::{mend, recovery, without_log};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::store::{migration, settle};

/// The file as a database in memory of the newest schema, once everything about it is what this build would have made.
pub(super) fn checked(file: &[u8], host: &mut dyn Host) -> Result<Connection> {
    let mut conn = in_memory(file)?;
    let version = migration::check(&conn)?;
    if version < 1 {
        return Err(Error::ForeignFile);
    }
    conn.pragma_update(None, "cell_size_check", true)?;
    settle(&conn)?;
    if conn.prepare("SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'")?.exists([])? {
        return Err(Error::Corrupt(None));
    }
    // Before anything is run that a trigger could be bound to.
    let mut own = Connection::open_in_memory()?;
    migration::run_to(version, &mut own, host)?;
    if Shape::of(&conn)? != Shape::of(&own)? {
        return Err(Error::ForeignFile);
    }
    if conn.prepare("SELECT 1 FROM pragma_foreign_key_check")?.exists([])? {
        return Err(Error::Corrupt(None));
    }
    migration::run(&mut conn, host)?;
    if mend::mend(&conn)?.changes > 0 {
        return Err(Error::Corrupt(None));
    }
    if has_our_pages(&conn)? {
        return Ok(conn);
    }
    match recovery::salvage(&Image::of(file.to_owned(), &[]), host)? {
        (conn, report) if report.complete => Ok(conn),
        _ => Err(Error::Corrupt(None)),
    }
}

/// The bytes as a database in memory, which has no log.
fn in_memory(file: &[u8]) -> Result<Connection> {
    if file.is_empty() {
        return Err(Error::ForeignFile);
    }
    let (head, rest) = file.split_at_checked(100).unwrap_or((file, &[]));
    let mut head = head.to_vec();
    without_log(&mut head);
    let mut conn = Connection::open_in_memory()?;
    conn.deserialize_read_exact("main", head.as_slice().chain(rest), file.len(), false)?;
    Ok(conn)
}

/// What a database is made of, apart from its rows.
#[derive(PartialEq, Eq)]
struct Shape {
    encoding: String,
    objects: Vec<(String, String, String, Option<String>)>,
    migrations: Vec<(i64, String, String)>,
}

impl Shape {
    fn of(conn: &Connection) -> Result<Self> {
        let mut objects = conn.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")?;
        let objects = objects.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let objects: Vec<_> = objects.collect::<Result<_, _>>()?;
        let of_migrations = "SELECT version, name, checksum FROM refinery_schema_history ORDER BY version";
        // Another program's file has no such table.
        let migrations = match conn.prepare(of_migrations) {
            Ok(mut migrations) => {
                let rows = migrations.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                rows.collect::<Result<_, _>>()?
            }
            Err(_) => Vec::new(),
        };
        let encoding = conn.query_row("PRAGMA encoding", [], |row| row.get(0))?;
        Ok(Self { encoding, objects, migrations })
    }
}

/// Whether its pages are those that every database of ours has, and not what another program made of them.
fn has_our_pages(conn: &Connection) -> Result<bool> {
    let number = |pragma: &str| conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    Ok(number("page_size")? == 4096 && number("auto_vacuum")? == 0)
}
