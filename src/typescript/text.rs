//! What serializes as a text.

use ts_rs::{Config, TS};

use crate::campaign::schedule::{DayTime, TimeZone};
use crate::id::{
    AccountId, CampaignId, Id, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId, VariantId,
};
use crate::message::draft::MessageInput;
use crate::request::name::Name;
use crate::sending::task::{IdempotencyKey, OpenToken};
use crate::shape::is_declared_as;
use crate::time::Instant;
use crate::user::ExternalId;

macro_rules! texts {
    ($($type:ty),* $(,)?) => {
        $(is_declared_as!($type, String);)*
    };
}

texts![DayTime, IdempotencyKey, Instant, ExternalId, MessageInput, Name, TimeZone, OpenToken,];

/// Ids are texts of which TypeScript knows the kind: any text will do for one, but no id of another kind.
macro_rules! ids {
    ($($type:ident $noun:literal),* $(,)?) => {
        $(impl TS for $type {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn docs() -> Option<String> {
                Some(concat!("/**\n * The id of ", $noun, ".\n */\n").to_owned())
            }

            fn name(_: &Config) -> String {
                stringify!($type).to_owned()
            }

            fn decl(_: &Config) -> String {
                format!("type {} = Id<\"{}\">;", stringify!($type), <$type as Id>::ARGUMENT)
            }

            fn inline(config: &Config) -> String {
                Self::name(config)
            }
        })*
    };
}

ids![
    UserId "a user",
    AccountId "an account",
    CampaignId "a campaign",
    NodeId "a node of a sequence",
    ProspectId "a prospect",
    ListId "a saved list",
    LeadId "a lead of a list",
    TaskId "a task",
    SuppressionId "a suppression",
    VariantId "a variant of a node",
];
