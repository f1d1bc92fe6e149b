//! What another system knows a user by.

use rusqlite::types::{ToSql, ToSqlOutput};
use serde::Serialize;

use crate::error::{Error, Problem, Result};
use crate::request::{Input, Request, RequestType, text};

/// What another system knows a user by: one line of 1–255 characters, which no other user of the database has.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// Trims, makes one line of it, and checks.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        text::line(text)?.map(Self).ok_or(Problem::Empty)
    }

    /// One that was stored.
    pub(super) fn stored(text: String) -> Option<Self> {
        text::is_line(&text).then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ToSql for ExternalId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl RequestType for ExternalId {
    type Checked = Self;
}

impl Request<Self> for ExternalId {
    fn parse(self) -> Result<Self> {
        Ok(self)
    }
}

impl Request<ExternalId> for &str {
    fn parse(self) -> Result<ExternalId> {
        ExternalId::parse(self).map_err(|problem| Error::invalid("external_id", problem))
    }
}

impl Request<ExternalId> for Input {
    fn parse(self) -> Result<ExternalId> {
        Request::<ExternalId>::parse(self.into_text("external_id")?.as_str())
    }
}
