//! The schema of a database: tables, indexes and constraints must be exactly as the migrations of its version make them, so
//! that each statement of ours does what it says and nothing else.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::store::Statement;

/// The newest version of the schema that this build knows.
pub(crate) const LATEST: i64 = MADE.len() as i64;

/// The schema of a version and the migrations that made it, as [digests](digest).
struct Made {
    schema: &'static str,
    history: &'static str,
}

/// Each version, from the first; a test makes them of the migrations. The newest migration is amended, and the last digests
/// with it, until a release has it: its first line says so.
const MADE: [Made; 6] = [
    Made {
        schema: "9477e03bfe5c987e0b11fce195d7792c29ea5de78fe95c18d5a13c004cf05102",
        history: "f6eff00ed30885c748f1ba523f148904228dd69cd0289ffb3b3bafb9959ab354",
    },
    Made {
        schema: "3fd4b3fea75f16dd271a0c2fdb8d30bebab943ebd084cbbaea6e817d1fb9cf37",
        history: "96d42c08e1cffa0f2bf8ebfd9bd0a52a0365727df8359d84380d25a65d8e362e",
    },
    Made {
        schema: "f41f7cdd2556a4c479f490add73e09a88eebf861291d85dbca23154b311bf50b",
        history: "7c1ee7ad12821f436a3d25fc07458dc1a60eaaa72d20e51d43f99bafbbff4d2e",
    },
    Made {
        schema: "655d42b45cb71dcd7a23f10f744918aeb22c81b6038c68b2b6f23e10404844a6",
        history: "7d56cfc9b89a5601688aed9fb825a42a401692d71e1a8074bc1242dd775b5754",
    },
    Made {
        schema: "93c42e4921fc9fac7c361670e74929db49a3a0c4928ee3916baf8a638cc88e6f",
        history: "000718f675014840af0ede3406e0b59a4381c52a1e749df4485d139247dd0689",
    },
    Made {
        schema: "5982dcbe5d0d9974484fd6f80b17931dc54a544f9b513d8b9e4bc16f0b3e2fd4",
        history: "3b462c332686bf57f8be22b307224a7f904182c844f0f4c2c8988b38c84773d4",
    },
];

/// Everything in the schema.
const SCHEMA: &str = "SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema ORDER BY type, name";
const HISTORY: &str = "SELECT quote(version), quote(name), quote(checksum) FROM refinery_schema_history
    ORDER BY version LIMIT 1000";

/// Refuses a database whose schema is not exactly that of its version, or in which other migrations ran: `foreign_file`.
///
/// Nothing of the database is run by it. Until the schema is known to be ours, only the table that holds it is read.
pub(crate) fn check(conn: &Connection, version: i64) -> Result<()> {
    let made = usize::try_from(version - 1).ok().and_then(|index| MADE.get(index)).ok_or(Error::ForeignFile)?;
    for (known, query) in [(made.schema, SCHEMA), (made.history, HISTORY)] {
        if known != digest(conn, query)? {
            return Err(Error::ForeignFile);
        }
    }
    Ok(())
}

/// The SHA-256 of the texts that a query finds, in hexadecimal digits.
fn digest(conn: &Connection, query: &str) -> Result<String> {
    let mut digest = Sha256::new();
    let mut statement = Statement::once(conn, query)?;
    let columns = statement.column_names().len();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let text = row.get_ref(column)?.as_bytes().map_err(rusqlite::Error::from)?;
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatedHost;
    use crate::store::migration;

    #[test]
    fn each_version_is_what_its_migrations_make() -> Result<()> {
        for (version, made) in (1..).zip(MADE) {
            let mut conn = Connection::open_in_memory()?;
            migration::run_to(version, &mut conn, &mut SimulatedHost::new(1, 0))?;
            let digests = (digest(&conn, SCHEMA)?, digest(&conn, HISTORY)?);
            assert_eq!(digests, (made.schema.to_owned(), made.history.to_owned()), "version {version}");
            check(&conn, version)?;
        }
        assert_eq!(migration::newest(), LATEST);
        Ok(())
    }
}
