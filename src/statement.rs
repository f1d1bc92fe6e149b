//! Prepared statements, their parameters and their rows. What fails in SQLite becomes an error of ours here, once for all
//! statements.

use rusqlite::types::{FromSql, FromSqlError, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use crate::error::{Error, Result};
use crate::time::Instant;

/// A prepared statement.
pub(crate) enum Statement<'s> {
    Kept(CachedStatement<'s>),
    Once(rusqlite::Statement<'s>),
}

impl<'s> Statement<'s> {
    /// One that stays prepared.
    pub(crate) fn of(conn: &'s Connection, sql: &str) -> Result<Self> {
        Ok(Self::Kept(conn.prepare_cached(sql)?))
    }

    /// One that is executed once in the life of a store, or seldom.
    pub(crate) fn once(conn: &'s Connection, sql: &str) -> Result<Self> {
        Ok(Self::Once(conn.prepare(sql)?))
    }

    /// Executes it; returns how many rows it changed.
    pub(crate) fn execute(&mut self, parameters: impl Parameters) -> Result<usize> {
        self.execute_with(parameters.values().as_ref())
    }

    /// The rows that it finds.
    pub(crate) fn query(&mut self, parameters: impl Parameters) -> Result<Rows<'_>> {
        self.query_with(parameters.values().as_ref())
    }

    /// Every row that it finds.
    pub(crate) fn all<T>(
        &mut self,
        parameters: impl Parameters,
        decode: impl Fn(Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = self.query(parameters)?;
        let mut decoded = Vec::new();
        while let Some(row) = rows.next()? {
            push(&mut decoded, decode(row)?)?;
        }
        Ok(decoded)
    }

    /// The first row that it finds, if any.
    pub(crate) fn find<T>(
        &mut self,
        parameters: impl Parameters,
        decode: impl FnOnce(Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.query(parameters)?.next()?.map(decode).transpose()
    }

    /// The first row of a statement that always finds one.
    pub(crate) fn query_row<T>(
        &mut self,
        parameters: impl Parameters,
        decode: impl FnOnce(Row<'_>) -> Result<T>,
    ) -> Result<T> {
        decode(self.query(parameters)?.expect_next()?)
    }

    /// Whether it finds a row.
    pub(crate) fn exists(&mut self, parameters: impl Parameters) -> Result<bool> {
        Ok(self.query(parameters)?.next()?.is_some())
    }

    /// The names of its columns.
    pub(crate) fn column_names(&self) -> Vec<String> {
        let statement: &rusqlite::Statement<'_> = match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
        };
        statement.column_names().map(str::to_owned).collect()
    }

    /// Binds values to the parameters from `first` on; the number of the next one.
    pub(crate) fn bind(&mut self, first: usize, values: &[&dyn ToSql]) -> Result<usize> {
        let (statement, mut next) = (self.prepared(), first);
        for value in values {
            statement.raw_bind_parameter(next, value)?;
            next += 1;
        }
        Ok(next)
    }

    /// Executes it with what was bound.
    pub(crate) fn execute_bound(&mut self) -> Result<usize> {
        Ok(self.prepared().raw_execute()?)
    }

    fn prepared(&mut self) -> &mut rusqlite::Statement<'s> {
        match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
        }
    }

    fn bind_all(&mut self, values: &[&dyn ToSql]) -> Result<()> {
        let expected = self.prepared().parameter_count();
        if values.len() != expected {
            return Err(rusqlite::Error::InvalidParameterCount(values.len(), expected).into());
        }
        self.bind(1, values)?;
        Ok(())
    }

    fn execute_with(&mut self, values: &[&dyn ToSql]) -> Result<usize> {
        self.bind_all(values)?;
        self.execute_bound()
    }

    fn query_with(&mut self, values: &[&dyn ToSql]) -> Result<Rows<'_>> {
        self.bind_all(values)?;
        Ok(Rows(self.prepared().raw_query()))
    }
}

/// The parameters of a statement: a tuple, `[]` or a slice of values.
pub(crate) trait Parameters {
    /// Their values, in the order in which they are numbered.
    fn values(&self) -> impl AsRef<[&dyn ToSql]>;
}

impl Parameters for [&dyn ToSql; 0] {
    fn values(&self) -> impl AsRef<[&dyn ToSql]> {
        []
    }
}

impl Parameters for &[&dyn ToSql] {
    fn values(&self) -> impl AsRef<[&dyn ToSql]> {
        self
    }
}

macro_rules! tuples {
    ($first:ident $($next:ident)*) => {
        impl<$first: ToSql, $($next: ToSql),*> Parameters for ($first, $($next),*) {
            fn values(&self) -> impl AsRef<[&dyn ToSql]> {
                #[allow(non_snake_case, reason = "each parameter has the name of its type")]
                let ($first, $($next),*) = self;
                [$first as &dyn ToSql, $($next),*]
            }
        }
        tuples!($($next)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L);

/// The rows of a statement, one after the other. The statement is reset when they are dropped.
pub(crate) struct Rows<'s>(rusqlite::Rows<'s>);

impl Rows<'_> {
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        Ok(self.0.next()?.map(Row))
    }

    fn expect_next(&mut self) -> Result<Row<'_>> {
        self.next()?.ok_or_else(|| rusqlite::Error::QueryReturnedNoRows.into())
    }
}

/// A row, until the next one is read.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r>(&'r rusqlite::Row<'r>);

impl<'r> Row<'r> {
    /// The value of a column.
    pub(crate) fn get<T: FromSql>(self, column: usize) -> Result<T> {
        let value = self.get_ref(column)?;
        T::column_result(value).map_err(|error| unreadable(self, column, error))
    }

    /// The value of a column as it is stored.
    pub(crate) fn get_ref(self, column: usize) -> Result<ValueRef<'r>> {
        Ok(self.0.get_ref(column)?)
    }

    /// Whether the value of a column is one that is stored for an instant, or none.
    pub(crate) fn has_instant(self, column: usize) -> Result<bool> {
        let ms: Option<i64> = self.get(column)?;
        Ok(ms.is_none_or(|ms| Instant::from_unix_ms(ms).unix_ms() == ms))
    }
}

/// Puts a value at the end of a list that is as long as the file says: too long for the memory, it is an error, not the end.
pub(crate) fn push<T>(list: &mut Vec<T>, value: T) -> Result<()> {
    list.try_reserve(1)?;
    list.push(value);
    Ok(())
}

/// The error of a value that is not of its column's type, as rusqlite makes it.
#[cold]
#[inline(never)]
fn unreadable(row: Row<'_>, column: usize, error: FromSqlError) -> Error {
    let kind = row.0.get_ref(column).map_or(rusqlite::types::Type::Null, |value| value.data_type());
    match error {
        FromSqlError::InvalidType => {
            let name = row.0.as_ref().column_name(column).unwrap_or_default();
            rusqlite::Error::InvalidColumnType(column, name.to_owned(), kind)
        }
        FromSqlError::OutOfRange(number) => rusqlite::Error::IntegralValueOutOfRange(column, number),
        FromSqlError::Utf8Error(error) => rusqlite::Error::Utf8Error(column, error),
        FromSqlError::Other(error) => rusqlite::Error::FromSqlConversionFailure(column, kind, error),
        error => rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error)),
    }
    .into()
}
