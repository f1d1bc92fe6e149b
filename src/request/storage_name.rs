//! Names of databases in a storage that has names instead of paths.

use std::fmt;

use crate::error::{Error, Problem, Result};
use crate::request::{Input, Plain, Request, RequestType};

/// The name of a database where there are no paths, such as a browser's private file system: 1–64 ASCII letters,
/// digits, `-`, `_` and `.`, the first of which is a letter or digit. Without a name, `campaignkit`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StorageName(String);

impl fmt::Display for StorageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RequestType for StorageName {
    type Checked = Self;
}

impl Request<StorageName> for Input {
    fn parse(self) -> Result<StorageName> {
        let problem = match self.0 {
            Plain::Null => return Ok(StorageName("campaignkit".into())),
            Plain::Text(text) if text.is_empty() => Problem::Empty,
            Plain::Text(text) if text.chars().count() > 64 => Problem::TooLong { max: 64 },
            Plain::Text(text) => {
                let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
                if is_plain && text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
                    return Ok(StorageName(text));
                }
                Problem::MalformedName
            }
            Plain::Excess(excess) => return Err(excess.into()),
            _ => Problem::WrongType { expected: "text" },
        };
        Err(Error::invalid("name", problem))
    }
}
