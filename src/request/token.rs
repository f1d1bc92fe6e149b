//! Tokens: random bytes that stand for something in a link, as hexadecimal digits.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, Serializer};

use super::{Input, Request, RequestType};
use crate::error::{Error, Problem, Result};

/// Random bytes that stand for something in a link, as two hexadecimal digits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token<const BYTES: usize>(pub(crate) [u8; BYTES]);

impl<const BYTES: usize> Token<BYTES> {
    /// How many characters it has.
    pub(crate) const LENGTH: usize = 2 * BYTES;
}

impl<const BYTES: usize> fmt::Display for Token<BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).try_for_each(|digit| f.write_char(digit))
    }
}

impl<const BYTES: usize> FromStr for Token<BYTES> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut bytes = [0; BYTES];
        if text.len() != Self::LENGTH {
            return Err(());
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            for digit in digits {
                let value = char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
                *byte = *byte << 4 | value.ok_or(())?;
            }
        }
        Ok(Self(bytes))
    }
}

impl<const BYTES: usize> Serialize for Token<BYTES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<const BYTES: usize> ToSql for Token<BYTES> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl<const BYTES: usize> FromSql for Token<BYTES> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self)
    }
}

impl<const BYTES: usize> RequestType for Token<BYTES> {
    type Checked = Self;
}

impl<const BYTES: usize> Request<Token<BYTES>> for Token<BYTES> {
    fn parse(self) -> Result<Self> {
        Ok(self)
    }
}

impl<const BYTES: usize> Request<Token<BYTES>> for Input {
    fn parse(self) -> Result<Token<BYTES>> {
        Request::<Token<BYTES>>::parse(self.into_text("token")?.as_str())
    }
}

impl<const BYTES: usize> Request<Token<BYTES>> for &str {
    fn parse(self) -> Result<Token<BYTES>> {
        str::parse(self).map_err(|()| Error::invalid("token", Problem::MalformedToken))
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn what_a_token_prints_parses_back_in_either_case() {
        let token = Token([0, 0x1f, 0xa0, 0xff]);
        assert_eq!(token.to_string(), "001fa0ff");
        assert_eq!("001fa0ff".parse(), Ok(token));
        assert_eq!("001FA0FF".parse(), Ok(token));
        for text in ["", "001fa0f", "001fa0ff0", "001fa0f+", "001fa0fg", "001fa0é"] {
            assert_eq!(text.parse::<Token<4>>(), Err(()), "{text}");
        }
    }
}
