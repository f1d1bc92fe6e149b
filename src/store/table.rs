//! A table as a whole: reads every row of it once, whether anybody asks for it or not.

use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};

use crate::error::{Error, Result};
use crate::store::{Row, Statement};

/// How each row of a table is read and checked by itself.
pub(crate) struct Table {
    pub(crate) table: &'static str,
    /// What every row of it is.
    pub(crate) promise: &'static str,
    /// The columns that `read` needs.
    pub(crate) columns: &'static str,
    /// The columns that tell a row from all others.
    pub(crate) key: &'static [&'static str],
    /// Whether a row is what the promise says; an error, where it cannot be read at all.
    pub(crate) read: fn(Row<'_>) -> Result<bool>,
}

/// A value of a key as it is stored: a text may be none that anybody can read.
enum KeyValue {
    Text(Vec<u8>),
    Other(Value),
}

impl KeyValue {
    fn of(value: ValueRef<'_>) -> Result<Self> {
        Ok(match value {
            ValueRef::Text(text) => Self::Text(text.to_owned()),
            other => Self::Other(other.try_into().map_err(rusqlite::Error::from)?),
        })
    }
}

impl ToSql for KeyValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => Ok(ToSqlOutput::Borrowed(ValueRef::Text(text))),
            Self::Other(value) => value.to_sql(),
        }
    }
}

impl Table {
    /// Calls `visit` with the key of each row that is not what it should be.
    fn each_unsound(&self, conn: &Connection, mut visit: impl FnMut(Vec<KeyValue>)) -> Result<()> {
        let query = format!("SELECT {}, {} FROM {}", self.columns, self.key.join(", "), self.table);
        let mut statement = Statement::once(conn, &query)?;
        let columns = statement.column_names().len();
        let key = columns - self.key.len()..columns;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            match (self.read)(row) {
                Ok(true) => {}
                Ok(false) | Err(Error::Corrupt(_)) => {
                    visit(key.clone().map(|column| KeyValue::of(row.get_ref(column)?)).collect::<Result<_>>()?);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How many rows are not what they should be.
    pub(crate) fn count_unsound(&self, conn: &Connection) -> Result<u64> {
        let mut rows = 0;
        self.each_unsound(conn, |_| rows += 1)?;
        Ok(rows)
    }

    /// Deletes the rows that are not what they should be; how many.
    pub(crate) fn drop_unsound(&self, conn: &Connection) -> Result<usize> {
        let mut unsound = Vec::new();
        self.each_unsound(conn, |key| unsound.push(key))?;
        let terms: Vec<String> = self.key.iter().map(|column| format!("{column} = ?")).collect();
        let mut delete = Statement::once(conn, &format!("DELETE FROM {} WHERE {}", self.table, terms.join(" AND ")))?;
        for key in &unsound {
            let key: Vec<&dyn ToSql> = key.iter().map(|value| value as &dyn ToSql).collect();
            delete.execute(&key[..])?;
        }
        Ok(unsound.len())
    }
}
