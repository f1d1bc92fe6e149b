//! The schema of a database: tables, indexes and constraints must be exactly as the migrations of its version make them, so
//! that each statement of ours does what it says and nothing else.

use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};

use super::migration;
use crate::error::{Error, Result};
use crate::store::{Row, Statement};

/// The [digest](digest_of) of the schema of each version, from the first; a test makes them of the migrations. The newest
/// migration is amended, and the last digest with it, until a release has it: its first line says so.
const SHAPES: [&str; 6] = [
    "9477e03bfe5c987e0b11fce195d7792c29ea5de78fe95c18d5a13c004cf05102",
    "3fd4b3fea75f16dd271a0c2fdb8d30bebab943ebd084cbbaea6e817d1fb9cf37",
    "f41f7cdd2556a4c479f490add73e09a88eebf861291d85dbca23154b311bf50b",
    "655d42b45cb71dcd7a23f10f744918aeb22c81b6038c68b2b6f23e10404844a6",
    "93c42e4921fc9fac7c361670e74929db49a3a0c4928ee3916baf8a638cc88e6f",
    "bc1587f003b9ccd89d22b7bc1829b4baf518b5326e7d4a6080ce9f2db512a9a8",
];

/// Refuses a database whose schema is not exactly that of its version, or in which other migrations ran: `foreign_file`.
///
/// Nothing of the database is run by it. Of the schema, only the table that holds it is read.
pub(crate) fn check(conn: &Connection, version: i64) -> Result<()> {
    let known = usize::try_from(version - 1).ok().and_then(|index| SHAPES.get(index));
    if known != Some(&digest_of(conn)?.as_str()) {
        return Err(Error::ForeignFile);
    }
    let history = "SELECT version, name, checksum FROM refinery_schema_history ORDER BY version LIMIT 1000";
    let found = rows(conn, history, |row| Ok::<[Value; 3], Error>([row.get(0)?, row.get(1)?, row.get(2)?]))?;
    if found != migration::history(version) {
        return Err(Error::ForeignFile);
    }
    Ok(())
}

/// The SHA-256 of the types, names and texts of everything in the schema, in hexadecimal digits.
fn digest_of(conn: &Connection) -> Result<String> {
    let mut digest = Sha256::new();
    let query = "SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema ORDER BY type, name";
    rows(conn, query, |row| {
        for column in 0..4 {
            let text = row.get_ref(column)?.as_bytes().map_err(rusqlite::Error::from)?;
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        Ok(())
    })?;
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn rows<T>(conn: &Connection, query: &str, mut read: impl FnMut(Row<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut statement = Statement::once(conn, query)?;
    let mut rows = statement.query([])?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(read(row)?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatedHost;

    #[test]
    fn the_shape_of_each_version_is_what_its_migrations_make() -> Result<()> {
        assert_eq!(SHAPES.len() as i64, migration::latest());
        for (version, shape) in (1..).zip(SHAPES) {
            let mut conn = Connection::open_in_memory()?;
            migration::run_to(version, &mut conn, &mut SimulatedHost::new(1, 0))?;
            assert_eq!(digest_of(&conn)?, shape, "version {version}");
            check(&conn, version)?;
        }
        Ok(())
    }
}
