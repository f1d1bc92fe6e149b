//! The revision of a campaign that a caller saw: what keeps two editors from undoing each other's changes.

use crate::error::{Error, Result};
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// The revision that the caller saw, if it wants the operation to depend on it.
///
/// `None`, `Some(3)`, or JSON `{ "expected_revision": 3 }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ExpectedRevision {
    /// The revision of the campaign that the caller saw; `revision_changed` if it has another one.
    pub(crate) expected_revision: Option<u32>,
}

impl ExpectedRevision {
    pub(crate) const FIELD: &str = "expected_revision";

    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let revision = fields.integer_or_clear(Self::FIELD, &(1..=i64::from(u32::MAX))).flatten();
        Self { expected_revision: revision.and_then(|revision| u32::try_from(revision).ok()) }
    }

    /// Refuses a change to what the caller did not see.
    pub(crate) fn check(self, revision: u32) -> Result<()> {
        match self.expected_revision {
            Some(expected) if expected != revision => Err(Error::RevisionChanged { revision }),
            _ => Ok(()),
        }
    }
}

impl RequestType for ExpectedRevision {
    type Checked = Self;
}

impl Request<ExpectedRevision> for Option<u32> {
    fn parse(self) -> Result<ExpectedRevision> {
        Ok(ExpectedRevision { expected_revision: self })
    }
}

impl Request<ExpectedRevision> for Input {
    fn parse(self) -> Result<ExpectedRevision> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let revision = ExpectedRevision::read(&mut fields);
        fields.refuse_rest(&[ExpectedRevision::FIELD]);
        issues.finish(Some(revision))
    }
}
