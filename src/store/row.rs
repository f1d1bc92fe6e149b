//! The columns of a table, in one list: its statements, and where the columns are in its rows, follow from it.

use rusqlite::ToSql;

use super::Statement;
use crate::error::Result;

/// Declares columns by a struct with a field for each, which may end with the columns of another one:
///
/// ```ignore
/// row! {
///     /// What a list is stored as.
///     struct Columns as columns { id, user_id, name, lead_count, created_ms, updated_ms }
/// }
///
/// const AT: Columns<usize> = Columns::at(0);
///
/// concat!("INSERT INTO list (", columns!(), ") VALUES (", columns!(?), ")") // with `Columns { id: &list.id, … }`
/// concat!("UPDATE list SET ", columns!(= ?), " WHERE id = ?")               // with the same, and the id
/// concat!("SELECT ", columns!(), " FROM list")                              // with `row.get(AT.user_id)`
/// ```
///
/// `columns!(+= ?)` adds to each, and `columns!(= excluded)` takes each from the row that could not be inserted.
///
/// As `Columns<&dyn ToSql>` it holds the [values](Values) of the columns, and as `Columns<usize>` their places in a row.
/// A column that cannot be a field, or is an expression, has its SQL after a `=`: `kind = "type"`.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $Row:ident as $list:ident {
            $($column:ident $(= $sql:literal)?),+ $(, ..$part:ident: $Part:ident as $part_list:ident)? $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $Row<T> {
            $($vis $column: T,)+
            $($vis $part: $Part<T>,)?
        }

        impl $Row<usize> {
            /// The places of the columns, the first of which is given.
            $vis const fn at(first: usize) -> Self {
                let mut next = first;
                Self {
                    $($column: { next += 1; next - 1 },)+
                    $($part: $Part::<usize>::at(next),)?
                }
            }
        }

        impl $crate::store::Values for $Row<&dyn rusqlite::ToSql> {
            fn bind(
                &self,
                statement: &mut $crate::store::Statement<'_>,
                first: usize,
            ) -> $crate::Result<usize> {
                let next = statement.bind(first, &[$(self.$column),+])?;
                $(let next = self.$part.bind(statement, next)?;)?
                Ok(next)
            }
        }

        macro_rules! $list {
            () => { $crate::store::row_list!(name $(($column $(= $sql)?))+ $((..$part_list))?) };
            (?) => { $crate::store::row_list!(place $(($column $(= $sql)?))+ $((..$part_list))?) };
            (= ?) => { $crate::store::row_list!(set $(($column $(= $sql)?))+ $((..$part_list))?) };
            (+= ?) => { $crate::store::row_list!(add $(($column $(= $sql)?))+ $((..$part_list))?) };
            (= excluded) => { $crate::store::row_list!(replace $(($column $(= $sql)?))+ $((..$part_list))?) };
        }
    };
}

/// Columns in one of the forms that SQL has for them, between commas.
macro_rules! row_list {
    ($form:ident $first:tt $($next:tt)+) => {
        concat!($crate::store::row_list!($form $first), ", ", $crate::store::row_list!($form $($next)+))
    };
    (name (..$part:ident)) => { $part!() };
    (place (..$part:ident)) => { $part!(?) };
    (set (..$part:ident)) => { $part!(= ?) };
    (add (..$part:ident)) => { $part!(+= ?) };
    (replace (..$part:ident)) => { $part!(= excluded) };
    (name ($column:ident)) => { stringify!($column) };
    (name ($column:ident = $sql:literal)) => { $sql };
    (place $column:tt) => { "?" };
    (set $column:tt) => { concat!($crate::store::row_list!(name $column), " = ?") };
    (add $column:tt) => {
        concat!($crate::store::row_list!(name $column), " = ", $crate::store::row_list!(name $column), " + ?")
    };
    (replace $column:tt) => {
        concat!($crate::store::row_list!(name $column), " = excluded.", $crate::store::row_list!(name $column))
    };
}

pub(crate) use {row, row_list};

/// The values of columns in the order of their list, in which the parameters of a statement are numbered.
pub(crate) trait Values {
    /// Binds them to the parameters from `first` on; the number of the next one.
    fn bind(&self, statement: &mut Statement<'_>, first: usize) -> Result<usize>;

    /// Executes a statement that has no other parameters; how many rows it changed.
    fn insert(&self, statement: &mut Statement<'_>) -> Result<usize> {
        self.bind(statement, 1)?;
        statement.execute_bound()
    }

    /// Executes a statement that finds its row by a key, whose parameters come last.
    fn update(&self, statement: &mut Statement<'_>, key: &[&dyn ToSql]) -> Result<usize> {
        let next = self.bind(statement, 1)?;
        statement.bind(next, key)?;
        statement.execute_bound()
    }
}
