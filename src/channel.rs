//! The two channels of outreach.

use serde::Serialize;

/// The `type` of an account or a campaign: what it sends over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Channel {
    /// Email.
    Email,
    /// LinkedIn invitations and messages.
    Linkedin,
}

crate::request::choice::words!(Channel { Email = "email", Linkedin = "linkedin" });

impl Channel {
    /// The other channel.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Email => Self::Linkedin,
            Self::Linkedin => Self::Email,
        }
    }
}
