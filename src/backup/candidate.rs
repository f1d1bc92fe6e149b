//! A file that is to become the database: taken into memory and checked before it replaces anything.

use std::borrow::Cow;

use rusqlite::Connection;

use super::image::{Image, u32_at};
use super::{FORMAT_VERSIONS, mend, recovery, texts, without_log};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::store::{migration, settle};

/// Where a SQLite header says how texts are stored, which a SQLite that knows one encoding has no pragma for.
const ENCODING: usize = 56;

const UTF_8: u32 = 1;

/// The file as a database in memory of the newest schema, once everything about it is what this build would have made.
pub(super) fn checked(file: &[u8], host: &mut dyn Host) -> Result<Connection> {
    if u32_at(file, ENCODING) != Some(UTF_8) {
        return Err(Error::ForeignFile);
    }
    let mut conn = in_memory(file)?;
    let version = migration::check(&conn)?;
    if version < 1 {
        return Err(Error::ForeignFile);
    }
    conn.pragma_update(None, "cell_size_check", true)?;
    settle(&conn)?;
    if texts(&conn, "SELECT integrity_check FROM pragma_integrity_check")? != ["ok"] {
        return Err(Error::Corrupt(None));
    }
    // Before anything is run that a trigger could be bound to.
    let mut own = Connection::open_in_memory()?;
    migration::run_to(version, &mut own, host)?;
    if shape(&conn)? != shape(&own)? {
        return Err(Error::ForeignFile);
    }
    if !texts(&conn, "SELECT parent FROM pragma_foreign_key_check")?.is_empty() {
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
    let mut file = Cow::Borrowed(file);
    if file.get(FORMAT_VERSIONS) != Some(&[1, 1]) {
        without_log(file.to_mut());
    }
    let mut conn = Connection::open_in_memory()?;
    conn.deserialize_read_exact("main", &*file, file.len(), false)?;
    Ok(conn)
}

/// What a database is made of, apart from its rows.
fn shape(conn: &Connection) -> Result<Vec<String>> {
    let mut shape = texts(
        conn,
        "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY type, name",
    )?;
    // Another program's file has no such table.
    let history = "SELECT version || ' ' || name || ' ' || checksum FROM refinery_schema_history ORDER BY version";
    shape.extend(texts(conn, history).unwrap_or_default());
    Ok(shape)
}

/// Whether its pages are those that every database of ours has, and not what another program made of them.
fn has_our_pages(conn: &Connection) -> Result<bool> {
    let pages = "SELECT page_size || ' ' || auto_vacuum FROM pragma_page_size, pragma_auto_vacuum";
    Ok(texts(conn, pages)? == ["4096 0"])
}
