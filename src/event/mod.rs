//! What happened to a user's objects, written in the transaction of the change.

mod ops;
pub(crate) mod rows;

use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use crate::error::Problem;
use crate::id::{AccountId, CampaignId, Id, UserId};
use crate::time::Instant;

macro_rules! changes {
    ($($(#[$doc:meta])* $variant:ident($id:ty) { $field:ident } = $word:literal,)*) => {
        /// A change, named by the operation that made it, with the object that it was made to.
        ///
        /// Serializes as `{ "type": "campaign_created", "campaign_id": "…" }`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[non_exhaustive]
        pub enum Change {
            $(
                $(#[$doc])*
                $variant {
                    /// What it happened to.
                    #[cfg_attr(feature = "typescript", ts(type = "string"))]
                    $field: $id,
                },
            )*
        }

        impl Change {
            /// The word and the object under which a change is stored.
            fn stored(&self) -> (&'static str, &[u8; 16]) {
                match self {
                    $(Self::$variant { $field } => ($word, $field.as_bytes()),)*
                }
            }

            fn from_stored(word: &str, object: Uuid) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant { $field: <$id>::from_uuid(object) }),)*
                    _ => None,
                }
            }
        }
    };
}

changes! {
    /// The user was created.
    UserCreated(UserId) { user_id } = "user_created",
    /// The user's own fields were changed.
    UserUpdated(UserId) { user_id } = "user_updated",
    /// An account was added.
    AccountAdded(AccountId) { account_id } = "account_added",
    /// An account's fields were changed.
    AccountUpdated(AccountId) { account_id } = "account_updated",
    /// An account was removed.
    AccountRemoved(AccountId) { account_id } = "account_removed",
    /// A draft campaign was created.
    CampaignCreated(CampaignId) { campaign_id } = "campaign_created",
    /// A campaign was deleted with everything of it.
    CampaignDeleted(CampaignId) { campaign_id } = "campaign_deleted",
}

/// One change of one user's objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Event {
    /// Grows with every change in the database; what is missing in between happened to others.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: i64,
    /// When the transaction of the change took place.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub at: Instant,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
}

/// A page of events, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EventPage {
    /// The events.
    pub events: Vec<Event>,
    /// Where the next page begins; `null` when this one is the last so far.
    pub next_cursor: Option<String>,
}

/// The number of the last event seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen(i64);

impl FromStr for Seen {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        cursor.parse().ok().filter(|number| *number >= 0).map(Self).ok_or(Problem::MalformedCursor)
    }
}
