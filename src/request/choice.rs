//! Words out of a fixed set: how an enum becomes one and comes back, in requests and in the database.

/// Gives a fieldless enum its words, in one table for requests, rows and lists of allowed values.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// The word for it on every wire.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        /// Prints the [word](Self::word).
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        /// Reads the [word](Self::word).
        impl std::str::FromStr for $name {
            type Err = crate::error::Error;

            /// # Errors
            /// `invalid_input` with issue `unknown_value` for any other word.
            fn from_str(word: &str) -> crate::error::Result<Self> {
                let allowed = <Self as crate::request::Choice>::WORDS;
                let unknown = crate::error::Problem::UnknownValue { allowed };
                <Self as crate::request::Choice>::from_word(word).ok_or_else(|| crate::error::Error::invalid("", unknown))
            }
        }

        impl crate::request::Choice for $name {
            const WORDS: &'static [&'static str] = &[$($word),*];

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.word().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                <Self as crate::request::Choice>::from_word(value.as_str()?).ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    };
}

pub(crate) use words;
