//! A table as a whole: reads every row of it once, whether anybody asks for it or not.

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use crate::error::{Error, Result};

/// How each row of a table is read, and what is asked of it alone.
pub(crate) struct Table {
    pub(crate) table: &'static str,
    /// What every row of it is.
    pub(crate) promise: &'static str,
    /// The columns that `read` needs.
    pub(crate) columns: &'static str,
    /// The columns that tell a row from all others.
    pub(crate) key: &'static [&'static str],
    /// Whether a row is what the promise says; an error, where it cannot be read at all.
    pub(crate) read: fn(&Row<'_>) -> Result<bool>,
}

impl Table {
    /// Calls `visit` with the key of each row that is not what it should be.
    fn each_unsound(&self, conn: &Connection, mut visit: impl FnMut(Vec<Value>) -> Result<()>) -> Result<()> {
        let query = format!("SELECT {}, {} FROM {}", self.columns, self.key.join(", "), self.table);
        let mut statement = conn.prepare(&query)?;
        let key = statement.column_count() - self.key.len()..statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            match (self.read)(row) {
                Ok(true) => {}
                Ok(false) | Err(Error::Corrupt(_)) => {
                    visit(key.clone().map(|column| row.get(column)).collect::<Result<_, _>>()?)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How many rows are not what they should be.
    pub(crate) fn count_unsound(&self, conn: &Connection) -> Result<u64> {
        let mut rows = 0;
        self.each_unsound(conn, |_| {
            rows += 1;
            Ok(())
        })?;
        Ok(rows)
    }

    /// Deletes the rows that are not what they should be; how many.
    pub(crate) fn drop_unsound(&self, conn: &Connection) -> Result<usize> {
        let mut unsound = Vec::new();
        self.each_unsound(conn, |key| {
            unsound.push(key);
            Ok(())
        })?;
        let terms: Vec<String> = self.key.iter().map(|column| format!("{column} = ?")).collect();
        let mut delete = conn.prepare(&format!("DELETE FROM {} WHERE {}", self.table, terms.join(" AND ")))?;
        for key in &unsound {
            delete.execute(rusqlite::params_from_iter(key))?;
        }
        Ok(unsound.len())
    }
}
