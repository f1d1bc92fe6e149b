//! A file that is to become the database: taken into memory and checked before it replaces anything.

use std::io::Read;

use rusqlite::Connection;

use super::pages::{Image, u32_at};
use super::{recovery, texts, without_log};
use crate::backup::invariants;
use crate::error::{BrokenPromises, Error, Result};
use crate::store::host::Host;
use crate::store::{RawFile, Snapshot, apply_pragmas, guard, migration};

/// Where a SQLite header says how texts are stored, which a SQLite that knows one encoding has no pragma for.
const ENCODING: usize = 56;

const UTF_8: u32 = 1;

/// How long a SQLite header is.
const HEADER: usize = 100;

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
    apply_pragmas(&conn)?;
    migration::run(&mut conn, host)?;
    let broken = invariants::broken(&Snapshot::of(&conn))?;
    if !broken.is_empty() {
        return Err(Error::PromisesBroken(Box::new(BrokenPromises(broken))));
    }
    if has_our_pages(&conn)? {
        return Ok(conn);
    }
    let mut copy = Vec::new();
    copy.try_reserve_exact(file.len())?;
    copy.extend_from_slice(file);
    let copy = RawFile { bytes: copy, has_gaps: false };
    match recovery::salvage(&Image::of(copy, &RawFile::default())?, host)? {
        (conn, report) if report.complete => Ok(conn),
        _ => Err(Error::Corrupt(None)),
    }
}

/// The bytes as a database in memory, which has no log.
fn in_memory(file: &[u8]) -> Result<Connection> {
    let (head, rest) = file.split_at_checked(HEADER).ok_or(Error::ForeignFile)?;
    let mut head = head.to_vec();
    without_log(&mut head);
    let mut conn = Connection::open_in_memory()?;
    guard(&conn)?;
    conn.deserialize_read_exact("main", head.as_slice().chain(rest), file.len(), false)?;
    Ok(conn)
}

/// Whether its pages are laid out as in every database of ours, and not changed by another program.
fn has_our_pages(conn: &Connection) -> Result<bool> {
    let pages = "SELECT page_size || ' ' || auto_vacuum FROM pragma_page_size, pragma_auto_vacuum";
    Ok(texts(conn, pages)? == ["4096 0"])
}
