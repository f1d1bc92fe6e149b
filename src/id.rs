//! One identifier type per table: UUIDs that print as lower-case hyphenated text and are stored as 16 bytes.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// Parses the one text form that is accepted (`docs/rules.md#ids-and-instants`): hyphenated 8-4-4-4-12 with hex in either
/// case, version nibble 1–8 and variant nibble 8–b; or the nil UUID; or the all-`f` (lower case) max UUID.
fn parse_strict(text: &str) -> Option<Uuid> {
    if text == "ffffffff-ffff-ffff-ffff-ffffffffffff" {
        return Some(Uuid::max());
    }
    if text.len() != 36 {
        return None; // rules out the braced, URN and unhyphenated forms that the uuid crate takes
    }
    let uuid = Uuid::try_parse(text).ok()?;
    let bytes = uuid.as_bytes();
    let version_is_known = (0x10..=0x8f).contains(&bytes[6]);
    let variant_is_rfc9562 = bytes[8] & 0xc0 == 0x80;
    (uuid.is_nil() || version_is_known && variant_is_rfc9562).then_some(uuid)
}

/// What every identifier type can do; lets the reader of requests and the [`Tx`](crate::store::Tx) make any of them.
pub(crate) trait Id: Sized + Copy {
    /// The name under which an operation's argument of this type is reported.
    const ARGUMENT: &'static str;

    fn from_uuid(uuid: Uuid) -> Self;

    fn uuid(self) -> Uuid;

    fn from_text(text: &str) -> Option<Self> {
        parse_strict(text).map(Self::from_uuid)
    }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident = $argument:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Prints as lower-case hyphenated text; parses from the text form of `docs/rules.md#ids-and-instants` only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl Id for $name {
            const ARGUMENT: &'static str = $argument;

            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl $name {
            /// The 16 bytes, as they are stored.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut buffer = Uuid::encode_buffer();
                serializer.serialize_str(self.0.as_hyphenated().encode_lower(&mut buffer))
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let bytes = value.as_blob()?;
                Uuid::from_slice(bytes).map(Self).map_err(FromSqlError::other)
            }
        }
    )*};
}

identifiers! {
    /// Identifies a user.
    UserId = "user_id";
    /// Identifies a sender account.
    AccountId = "account_id";
    /// Identifies a campaign.
    CampaignId = "campaign_id";
    /// Identifies a node of a campaign's sequence.
    NodeId = "node_id";
    /// Identifies a variant of a node.
    VariantId = "variant_id";
    /// Identifies a prospect.
    ProspectId = "prospect_id";
    /// Identifies a saved list.
    ListId = "list_id";
    /// Identifies a lead of a saved list.
    LeadId = "lead_id";
    /// Identifies a task.
    TaskId = "task_id";
    /// Identifies a suppression.
    SuppressionId = "suppression_id";
}

impl CampaignId {
    /// Whether this is a UUIDv7, the only kind that a caller may choose for a new campaign.
    pub(crate) fn is_v7(self) -> bool {
        self.0.get_version_num() == 7
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accepted_forms_are_exactly_those_of_the_specification() {
        for accepted in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "018f4d2e-7c3a-7b1e-8a2b-0123456789ab",
            "018F4D2E-7C3A-7B1E-AA2B-0123456789AB",
            "018f4d2e-7c3a-1b1e-9a2b-0123456789ab",
            "018f4d2e-7c3a-8b1e-ba2b-0123456789ab",
        ] {
            assert!(CampaignId::from_text(accepted).is_some(), "{accepted}");
        }
        for refused in [
            "",
            "018f4d2e7c3a7b1e8a2b0123456789ab",
            "{018f4d2e-7c3a-7b1e-8a2b-0123456789ab}",
            "urn:uuid:018f4d2e-7c3a-7b1e-8a2b-0123456789ab",
            "018f4d2e-7c3a-0b1e-8a2b-0123456789ab",
            "018f4d2e-7c3a-9b1e-8a2b-0123456789ab",
            "018f4d2e-7c3a-7b1e-7a2b-0123456789ab",
            "018f4d2e-7c3a-7b1e-ca2b-0123456789ab",
            "018f4d2e-7c3a-7b1e-8a2b-0123456789ag",
            " 018f4d2e-7c3a-7b1e-8a2b-0123456789a",
            "018f4d2e-7c3a-7b1e-8a2b-0123456789ab ",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "018f4d2e-7c3a7-b1e-8a2b-0123456789ab",
        ] {
            assert!(CampaignId::from_text(refused).is_none(), "{refused}");
        }
    }
}
