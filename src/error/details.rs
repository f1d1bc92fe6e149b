//! What errors hold.

use serde::Serialize;

use crate::id::{CampaignId, ListId};

/// What has a name that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOwner {
    /// A campaign.
    Campaign(CampaignId),
    /// A saved list.
    List(ListId),
}

// For the sample of an error.
#[cfg(feature = "typescript")]
impl Default for NameOwner {
    fn default() -> Self {
        Self::Campaign(crate::id::Id::from_uuid(uuid::Uuid::nil()))
    }
}

/// The field that holds the identity of an account.
// As wide as the pointers that other errors hold: then an error is two numbers, which every `?` hands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum IdentityField {
    /// `email_address`
    #[default]
    EmailAddress,
    /// `profile_url`
    ProfileUrl,
}

impl IdentityField {
    /// Its name in requests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::ProfileUrl => "profile_url",
        }
    }
}

/// A name that something has already.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(Default))]
pub struct TakenName {
    /// The first free name of the form `NAME (2)`, `NAME (3)`, …
    pub suggested_name: String,
    /// What has the name.
    pub taken_by: NameOwner,
}

/// A change of status that a campaign's own status does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(Default))]
pub struct Transition {
    /// The status that it has.
    pub from: &'static str,
    /// The status that was asked for.
    pub to: &'static str,
    /// The statuses that can follow.
    pub allowed: &'static [&'static str],
}

/// The schema of a file that a newer version wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(Default))]
pub struct SchemaVersions {
    /// The schema version of the file.
    pub found: i64,
    /// The newest schema version that this build knows.
    pub supported: i64,
}

/// The promises of the engine that a database breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokenPromises(pub Vec<Broken>);

/// A promise of the engine that a database breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BrokenPromise"))]
pub struct Broken {
    /// The promise, in English.
    pub promise: &'static str,
    /// How many rows break it.
    pub rows: u64,
}
